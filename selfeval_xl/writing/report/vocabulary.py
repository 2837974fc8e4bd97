"""The fields that a Word template can name: kind, meaning, and what the sample unit's report says there."""

import json
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from importlib import resources

from msgspec import Struct

from selfeval_xl.writing.report.meanings import MEANINGS

SAMPLE = "sample.json"
"""The fields of samples/示例单位-2023, as `make build` writes them."""


class Kind(StrEnum):
    """How a template uses a field."""

    TEXT = "文字"
    TEXTS = "多段"
    FLAG = "是否"

    @property
    def written(self) -> str:
        """How it is written in Word."""
        return {
            Kind.TEXT: "{{ 字段 }}",
            Kind.TEXTS: "{%p for text in 字段 %}、{{ text }}、{%p endfor %}，各占一段",
            Kind.FLAG: "{%p if 字段 %}…{%p endif %}",
        }[self]


class Field(Struct, frozen=True):
    name: str
    kind: Kind
    meaning: str
    sample: str


@cache
def vocabulary() -> Mapping[str, Field]:
    """Every field by its name in the template, in the order of the report."""
    path = resources.files("selfeval_xl.writing.report") / SAMPLE
    values = dict(leaves(json.loads(path.read_text("utf-8"))))
    return {name: _field(name, values[name], meaning) for name, meaning in MEANINGS.items()}


def leaves(fields: Mapping[str, object], group: str = "") -> Iterator[tuple[str, object]]:
    """(staff.now, 54人), …: the fields of a context by the names that a template uses."""
    for key, value in fields.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{group}{key}.")
        else:
            yield group + key, value


def _field(name: str, value: object, meaning: str) -> Field:
    if isinstance(value, bool):
        return Field(name, Kind.FLAG, meaning, "是" if value else "否")
    if isinstance(value, list):
        return Field(name, Kind.TEXTS, meaning, "｜".join(map(str, value)))
    return Field(name, Kind.TEXT, meaning, str(value))
