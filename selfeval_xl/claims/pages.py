"""The rules of 报告审校 as the rule book has them (`rules.toml`)."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from selfeval_xl.findings import Level, Rule


@cache
def pages() -> Mapping[str, Rule]:
    """By id, in their order."""
    source = (resources.files("selfeval_xl.claims") / "rules.toml").read_text("utf-8")
    return {
        key: Rule(key, entry["title"], Level(entry["level"]), entry["basis"], entry["remedy"], entry["page"])
        for key, entry in tomllib.loads(source).items()
    }
