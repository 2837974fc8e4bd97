"""The mapping of a form: which table, row and column is which concept. Data of the form's own; nothing stands in Python.

`forms/hunan-2023/witnesses.toml` says what its keys mean; algebra is that of `expressions`: names `table.row.column`, + and -.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from selfeval_xl.errors import FormError
from selfeval_xl.expressions import Binary, Name, Node, parse
from selfeval_xl.forms import of_form
from selfeval_xl.reading.official.labels import core
from selfeval_xl.witnesses.facts import Use

Levels = tuple[frozenset[str], ...]


class RowOf(Struct, frozen=True):
    """How a row is known: by one of its `names` (cores), its `code`, below another row (`under`), or as the only one
    with figures. `count`: it counts things, it is no money."""

    names: frozenset[str] = frozenset()
    code: str = ""
    under: str = ""
    single: bool = False
    count: bool = False


class TableOf(Struct, frozen=True):
    """`titles`: what a title is, without year, name of the unit and 部门; `excepted`: what it must not hold."""

    key: str
    kind: str
    titles: re.Pattern[str]
    excepted: str
    rows: Mapping[str, RowOf]
    columns: Mapping[str, Levels]
    counts: bool


Term = tuple[int, tuple[str, str, str]]


class Source(Struct, frozen=True):
    """One way to know a concept: alternatives of signed cells (table, row, column), the first that is known counts.

    `needed`: so many of the first terms must be printed (others that are blank count as nothing); `unless`: cells of
    which the first that the file has must be blank or 0."""

    alternatives: tuple[tuple[Term, ...], ...]
    needed: int
    unless: tuple[tuple[str, str, str], ...]
    use: Use
    included: str
    closes: tuple[Term, ...] = ()
    """What must come to nothing: the parts of a total that was printed."""
    present: tuple[Term, ...] = ()
    """What must come to more than nothing."""


class ItemsOf(Struct, frozen=True):
    """Added rows: each line of the table is one row of `block`, known by its name or its code."""

    kind: str
    table: str
    block: str
    by: str
    columns: Mapping[str, str]
    names: bool
    use: Use


class FormMapping(Struct, frozen=True):
    tables: tuple[TableOf, ...]
    facts: Mapping[str, Mapping[str, tuple[Source, ...]]]
    items: tuple[ItemsOf, ...]
    nil: tuple[tuple[str, str, str], ...]
    platform: Mapping[str, Any]
    filing: Mapping[str, Any]

    def of_kind(self, kind: str) -> tuple[TableOf, ...]:
        return tuple(table for table in self.tables if table.kind == kind)


@cache
def mapping(form_id: str) -> FormMapping:
    """Raises FormError: no mapping goes with the form."""
    file = of_form(form_id, "witnesses.toml")
    if not file.is_file():
        raise FormError(f"表样 {form_id} 没有与决算、预算表的对照，不能取数；请逐格填写。")
    data = tomllib.loads(file.read_text("utf-8"))
    return FormMapping(
        tables=tuple(map(_table, data["table"])),
        facts={k: {c: tuple(map(_source, ways)) for c, ways in v.items()} for k, v in data["facts"].items()},
        items=tuple(map(_items, data["items"])),
        nil=tuple((nil["kind"], nil["table"], nil["concept"]) for nil in data["nil"]),
        platform=data["platform"],
        filing=data["filing"],
    )


def _table(data: Mapping[str, Any]) -> TableOf:
    return TableOf(
        key=data["key"],
        kind=data["kind"],
        titles=re.compile(data["titles"]),
        excepted=data.get("not", ""),
        rows={key: _row(row) for key, row in data.get("rows", {}).items()},
        columns={
            key: tuple(frozenset(core(name) for name in level) for level in levels)
            for key, levels in data.get("columns", {}).items()
        },
        counts=data.get("counts", False),
    )


def _row(data: Any) -> RowOf:
    given = {"names": data} if isinstance(data, list) else data
    return RowOf(**(given | {"names": frozenset(core(name) for name in given.get("names", ()))}))


def _source(data: Mapping[str, Any]) -> Source:
    texts = [data["is"], *filter(None, (text.strip() for text in data.get("or", "").split("|")))]
    alternatives = tuple(tuple(terms(parse(text))) for text in texts)
    least = len(alternatives[0]) if data.get("all") else data.get("first", 0)
    unless = tuple(_cell(name.strip()) for name in data.get("when", "").split("|") if name.strip())
    use = Use(data.get("use", "fill"))
    closes, present = (tuple(terms(parse(data[key]))) if key in data else () for key in ("closes", "present"))
    return Source(alternatives, least, unless, use, data.get("included", ""), closes, present)


def _items(data: Mapping[str, Any]) -> ItemsOf:
    return ItemsOf(**(dict(data) | {"use": Use(data.get("use", "fill"))}))


def terms(node: Node, sign: int = 1) -> Iterator[Term]:
    """a + b - c as signed cells. Raises FormError: anything else."""
    match node:
        case Name(parts=(table, row, column)):
            yield sign, (table, row, column)
        case Binary(sign="+" | "-" as operation, left=left, right=right):
            yield from terms(left, sign)
            yield from terms(right, sign if operation == "+" else -sign)
        case _:
            raise FormError(f"对照的算式只能写 表.行.列 的加减：{node}")


def _cell(text: str) -> tuple[str, str, str]:
    (_, cell), *rest = terms(parse(text))
    if rest:
        raise FormError(f"条件只能写一个 表.行.列：{text}")
    return cell
