"""An example of each rule: what the program says in the first case that proves it (`examples.toml`, a built file)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from msgspec.structs import replace

from selfeval_xl.findings import Rule

EXAMPLES = "examples.toml"


@cache
def examples() -> Mapping[str, str]:
    """Place and message of a finding, by rule."""
    return tomllib.loads((resources.files("selfeval_xl.rules") / EXAMPLES).read_text("utf-8"))


def with_example(rule: Rule) -> Rule:
    """The rule with its example; one that brings its own keeps it."""
    return replace(rule, example=rule.example or examples().get(rule.id, ""))
