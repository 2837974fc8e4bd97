"""Identities as data: `left = right` over figures, judged in Python here and as Excel formulas in `formulas`.

A side is a sum of signed terms. Tolerance is computed from the precision of each figure: an identity is broken
only when the closed intervals of both sides cannot meet (XBRL Calculations 1.1). Blanks in sums count as
accounting.md §2.2 says: they can mend a shortfall, never an excess.
"""

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from importlib import resources
from typing import Any

from selfeval_xl.computing import Key
from selfeval_xl.errors import FormError
from selfeval_xl.expressions import Binary, Cell, Name, Node, Number, Rows, parse
from selfeval_xl.filing import Figure, Filing
from selfeval_xl.findings import Level, Report, Rule
from selfeval_xl.forms import Form, Kind
from selfeval_xl.money import half_up

RELATIONS = (">=", "<=", "=")


@dataclass(frozen=True)
class Term:
    """One addend (`sign` 1) or subtrahend (-1): a cell, a sum over rows or copies, or a constant."""

    sign: int
    leaf: Cell | Rows | Number


@dataclass(frozen=True)
class Condition:
    """`any(block)`: a row of it is in use; `copies(block)`: a copy of its sheet is; `block.row.column == 'text'`."""

    kind: str
    block: str
    cell: Cell | None = None
    text: str = ""


@dataclass(frozen=True)
class Line:
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
            page="；".join(check["says"] for check in data["check"]) + "。",
            report=Report(data.get("report", "none")),
        )
        for key, data in _data().items()
    )


def lines(form: Form) -> list[Line]:
    """Every identity on every column that it speaks of; those on a repeated sheet once, for copy 0: see `on_copies`.

    Raises FormError when an identity names what the form does not have.
    """
    found: list[Line] = []
    for rule in rules():
        for check in _data()[rule.id]["check"]:
            found += _lines_of(rule, check, form)
    return found


def on_copies(line: Line, form: Form, copies: tuple[int, ...]) -> list[Line]:
    """The line itself or, where it stands on a repeated sheet, one for each copy."""
    blocks = {leaf.block for leaf in line.leaves if isinstance(leaf, Cell) or (isinstance(leaf, Rows) and not leaf.row)}
    if not any(form.block(b).repeated for b in blocks):
        return [line]
    return [replace(line, copy=copy, about=f"附件3-{copy} {line.about}".strip()) for copy in copies]


def _lines_of(rule: Rule, check: dict[str, Any], form: Form) -> Iterator[Line]:
    relation = next(r for r in RELATIONS if f" {r} " in check["that"])
    left, right = (_terms(parse(side), 1) for side in check["that"].split(f" {relation} "))
    when = tuple(_condition(text) for text in check.get("when", []))
    level = Level(check.get("level", rule.level))
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
    running = [n.parts for _, n in terms if isinstance(n, Name) and len(n.parts) == 2 and n.parts[0] != "settings"]
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
    if isinstance(leaf, Cell) and (leaf.row, leaf.column) not in form.block(leaf.block).fields:
        raise FormError(f"identities.toml：{rule} 的 {leaf.block}.{leaf.row}.{leaf.column} 在表样中没有。")
    return Term(sign, leaf)


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
                kind = "is" if isinstance(op, ast.Eq) else "is not"
                return Condition(kind, parsed.parts[0], Cell(*parsed.parts), value)
    raise FormError(f"identities.toml：条件写法有误：{text}")


@dataclass(frozen=True)
class Side:
    """A side worked out: value and half step in 分 (hundredths for counts and scores)."""

    value: int
    half: int
    given: int
    raising: tuple[Figure, ...]
    """Blanks that, once filled, could only raise it."""
    lowering: tuple[Figure, ...]
    unreadable: tuple[Figure, ...]
    figures: tuple[tuple[Key, Figure], ...]


def work_out(terms: tuple[Term, ...], line: Line, filing: Filing) -> Side:
    """One side of the line on this filing."""
    value = half = given = 0
    raising: list[Figure] = []
    lowering: list[Figure] = []
    unreadable: list[Figure] = []
    figures: list[tuple[Key, Figure]] = []
    for term in terms:
        if isinstance(term.leaf, Number):
            value += term.sign * half_up(term.leaf.value * scaled(line.kind))
            given += 1
            continue
        own, spoiled = _operand(term.leaf, line.copy, filing)
        numbers = [f.number for _, f in own if f.number is not None]
        value += term.sign * half_up(sum(numbers, Fraction(0)) * scaled(line.kind))
        half += sum(f.half for _, f in own)
        given += len(numbers)
        (raising if term.sign > 0 else lowering).extend(f for _, f in own if f.blank)
        unreadable += spoiled
        figures += own
    return Side(value, half, given, tuple(raising), tuple(lowering), tuple(unreadable), tuple(figures))


def scaled(kind: Kind) -> int:
    """Whole steps in one unit: money is in 分 already, counts and scores are judged to the hundredth."""
    return 1 if kind is Kind.MONEY else 100


def _operand(leaf: Cell | Rows, copy: int, filing: Filing) -> tuple[list[tuple[Key, Figure]], list[Figure]]:
    """The figures that count, and those that spoil it: one unreadable cell spoils a whole column."""
    form = filing.form
    if isinstance(leaf, Cell):
        own = copy if form.block(leaf.block).repeated else 0
        figure = filing.figure(leaf.block, leaf.row, leaf.column, own)
        return [(Key(leaf.block, own, leaf.row, 0, leaf.column), figure)], [figure] if figure.unreadable else []
    if leaf.row:
        tables = filing.over_copies(leaf.block)
        found = [(Key(leaf.block, t.copy, leaf.row, 0, leaf.column), t[leaf.row, leaf.column]) for t in tables]
        return found, [f for _, f in found if f.unreadable]
    table = filing.table(leaf.block, copy if form.block(leaf.block).repeated else 0)
    spoiled = [row[leaf.column] for row in table.added if row[leaf.column].unreadable]
    name = table.block.name_column
    rows = [row for row in table.added if all(row[c].text == text for c, text in leaf.where)]
    counted = [r for r in rows if not r[leaf.column].blank or r[name].value is not None]
    return [(Key(leaf.block, table.copy, r.key, r.number, leaf.column), r[leaf.column]) for r in counted], spoiled


def applies(line: Line, filing: Filing) -> bool:
    """Whether all its conditions hold."""
    return all(_holds(condition, line.copy, filing) for condition in line.when)


def _holds(condition: Condition, copy: int, filing: Filing) -> bool:
    if condition.kind == "copies":
        return bool(filing.copies)
    if condition.kind == "any":
        table = filing.table(condition.block, copy if filing.form.block(condition.block).repeated else 0)
        return any(row[table.block.name_column].value is not None for row in table.added)
    assert condition.cell is not None
    same = filing.text(condition.block, condition.cell.row, condition.cell.column) == condition.text
    return same if condition.kind == "is" else not same
