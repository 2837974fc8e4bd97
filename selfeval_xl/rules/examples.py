"""An example of each rule: what the program says in the first case that proves it (`examples.toml`, a built file)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from msgspec.structs import replace

from selfeval_xl.findings import Rule
from selfeval_xl.forms import Form

EXAMPLES = "examples.toml"


@cache
def examples() -> Mapping[str, str]:
    """Place and message of a finding, by rule; years as {year}, {last} and {next}."""
    return tomllib.loads((resources.files("selfeval_xl.rules") / EXAMPLES).read_text("utf-8"))


def with_example(rule: Rule, form: Form) -> Rule:
    """The rule with its example, in the years of the form; one that brings its own keeps it."""
    return replace(rule, example=form.stated(rule.example or examples().get(rule.id, "")))
