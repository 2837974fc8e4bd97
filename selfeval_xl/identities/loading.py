"""Identities as data: `left = right` over figures; a side is a sum of signed terms.

Judged in Python by `sides` and `checking`, in Excel by the lines that `formulas` compiles.
"""

import ast
import tomllib
from collections.abc import Iterator
from contextlib import suppress
from functools import cache, lru_cache
from importlib import resources
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.errors import FormError
from selfeval_xl.expressions import Binary, Cell, Name, Node, Number, Rows, parse
from selfeval_xl.findings import Level, Report, Rule
from selfeval_xl.forms import Absent, Form, Kind

RELATIONS = (">=", "<=", "=")


class Term(Struct, frozen=True):
    """One addend (`sign` 1) or subtrahend (-1): a cell, a sum over rows or copies, or a constant."""

    sign: int
    leaf: Cell | Rows | Number


class Condition(Struct, frozen=True):
    """`any(block)`: a row of it is in use; `copies(block)`: a copy of its sheet is; `block.row.column == 'text'`."""

    kind: str
    block: str
    cell: Cell | None = None
    text: str = ""


class Line(Struct, frozen=True):
    """One identity on one column and one copy: what is judged, what becomes one line of formulas."""

    rule: Rule
    level: Level
    about: str
    kind: Kind
    left: tuple[Term, ...]
    relation: str
    right: tuple[Term, ...]
    when: tuple[Condition, ...]
    copy: int = 0

    @property
    def leaves(self) -> tuple[Cell | Rows | Number, ...]:
        return tuple(t.leaf for t in self.left + self.right)


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads((resources.files("selfeval_xl.rules") / "identities.toml").read_text("utf-8"))


@cache
def rules() -> tuple[Rule, ...]:
    """The catalogue pages of all identities."""
    return tuple(
        Rule(
            id=key,
            title=data["title"],
            level=Level(data["level"]),
            basis=data["basis"],
            remedy=data["remedy"],
            page="；".join([data["says"]] if "says" in data else [check["says"] for check in data["check"]])
            + "。",
            report=Report(data.get("report", "none")),
        )
        for key, data in _data().items()
    )


@lru_cache(maxsize=8)
def lines(form: Form, *, off: bool = False) -> tuple[Line, ...]:
    """Every identity on every column that it speaks of; those on a repeated sheet once, for copy 0: see `on_copies`.

    `off`: those that the form's overlay has switched off, too. An identity that names what the form does not have is not
    among them.
    """
    found: list[Line] = []
    for rule in (rule.under(form) for rule in rules()):
        if rule.off and not off:
            continue
        for check in _data()[rule.id]["check"]:
            with suppress(Absent):  # then it does not apply to this form
                found += list(_lines_of(rule, check, form))
    return tuple(found)


def on_copies(line: Line, form: Form, copies: tuple[int, ...]) -> list[Line]:
    """The line itself or, where it stands on a repeated sheet, one for each copy."""
    blocks = {
        leaf.block
        for leaf in line.leaves
        if isinstance(leaf, Cell) or (isinstance(leaf, Rows) and not leaf.row)
    }
    if not any(form.block(b).repeated for b in blocks):
        return [line]
    return [replace(line, copy=copy, about=f"附件3-{copy} {line.about}".strip()) for copy in copies]


@lru_cache(maxsize=16)
def every_line(form: Form, copies: tuple[int, ...]) -> tuple[Line, ...]:
    """Every identity, those on repeated sheets once for each copy."""
    return tuple(own for line in lines(form) for own in on_copies(line, form, copies))


def _lines_of(rule: Rule, check: dict[str, Any], form: Form) -> Iterator[Line]:
    relation = next(r for r in RELATIONS if f" {r} " in check["that"])
    left, right = (_terms(parse(side), 1) for side in check["that"].split(f" {relation} "))
    when = tuple(_condition(text) for text in check.get("when", []))
    for condition in when:
        form.block(condition.block)
        if condition.cell is not None:
            _require(condition.cell, form)
    level = rule.level_of(Level(check["level"]) if "level" in check else None)
    for column in _columns(left + right, check, form):
        sides = [tuple(_on_column(t, column, form, rule.id) for t in side) for side in (left, right)]
        first = next(t.leaf for t in sides[0] + sides[1] if not isinstance(t.leaf, Number))
        kind, label = _kind_and_label(first, form)
        yield Line(rule, level, check.get("about", label), kind, sides[0], relation, sides[1], when)


def _terms(node: Node, sign: int) -> tuple[tuple[int, Node], ...]:
    match node:
        case Binary("+", left, right):
            return _terms(left, sign) + _terms(right, sign)
        case Binary("-", left, right):
            return _terms(left, sign) + _terms(right, -sign)
    return ((sign, node),)


def _columns(terms: tuple[tuple[int, Node], ...], check: dict[str, Any], form: Form) -> list[str]:
    """The columns that names of two parts run over; [""] where there are none."""
    running = [
        n.parts for _, n in terms if isinstance(n, Name) and len(n.parts) == 2 and n.parts[0] != "settings"
    ]
    if not running:
        return [""]
    if "columns" in check:
        return list(check["columns"])
    block = form.block(running[0][0])
    numeric = [c.key for c in block.columns if c.kind in (Kind.MONEY, Kind.COUNT) and not c.locked]
    return [c for c in numeric if all((row, c) in form.block(b).fields for b, row in running)]


def _on_column(term: tuple[int, Node], column: str, form: Form, rule: str) -> Term:
    sign, node = term
    match node:
        case Name(("settings", name)):
            leaf: Cell | Rows | Number = Number(form.setting(name))
        case Name((block, row)):
            leaf = Cell(block, row, column)
        case Name((block, row, name)):
            leaf = Cell(block, row, name)
        case Rows() | Number():
            leaf = node
        case _:
            raise FormError(f"identities.toml：{rule} 只能是加减式：{node}")
    if not isinstance(leaf, Number):
        _require(leaf, form)
    return Term(sign, leaf)


def _require(leaf: Cell | Rows, form: Form) -> None:
    """Raises Absent: the form has no such cell, or nothing to be added up."""
    block = form.block(leaf.block)
    rows = [leaf.row] if leaf.row else [row.key for row in block.rows if row.many]
    if not any((row, leaf.column) in block.fields for row in rows):
        raise Absent(f"{leaf.block}.{leaf.row}.{leaf.column}")
    for column, _ in leaf.where if isinstance(leaf, Rows) else ():
        block.column(column)


def _kind_and_label(leaf: Cell | Rows | Number, form: Form) -> tuple[Kind, str]:
    assert not isinstance(leaf, Number)
    block = form.block(leaf.block)
    row = leaf.row or next(r.key for r in block.rows if r.many)
    return block.fields[row, leaf.column].kind, block.column(leaf.column).label


def _condition(text: str) -> Condition:
    match ast.parse(text, mode="eval").body:
        case ast.Call(func=ast.Name(id="any" | "copies" as kind), args=[ast.Name(id=block)]):
            return Condition(kind, block)
        case ast.Compare(left=name, ops=[op], comparators=[ast.Constant(value=str() as value)]):
            parsed = parse(ast.unparse(name))
            if isinstance(parsed, Name) and len(parsed.parts) == 3 and isinstance(op, ast.Eq | ast.NotEq):
                word = "is" if isinstance(op, ast.Eq) else "is not"
                return Condition(word, parsed.parts[0], Cell(*parsed.parts), value)
    raise FormError(f"identities.toml：条件写法有误：{text}")
