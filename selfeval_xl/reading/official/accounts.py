"""Codes of 类, 款 and 项 in annexes 4 to 6: lines that others add up to are sums, not items of their own."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.forms import Kind
from selfeval_xl.money import exact
from selfeval_xl.reading.entries import says_nothing
from selfeval_xl.reading.grids import Value
from selfeval_xl.reading.official.labels import core, figure
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.tables import Head

CODED = re.compile(r"\s*(?P<code>\d{3}(?:\d{2}){0,3})(?!\d)\s*[-—_:：、.]?\s*(?P<name>\D.*)", re.DOTALL)
"""2120804-农村基础设施建设支出: a code in the name's cell."""
PARTING = re.compile(r"[\s\-—_.]+")
LEVELS = frozenset({"类", "款", "项"})
PART_OF = re.compile(r"\s*其中\s*[:：]?")
ROUNDING = Fraction(1, 200)
"""Half the last digit of an amount of two decimals, 万元."""
Amounts = Mapping[str, Fraction]


class Line(Struct):
    """A row below the head: its code (with those above it), its name, its depth by leading blanks, its amounts in 万元."""

    row: int
    code: str
    name: str
    depth: int
    amounts: Amounts
    code_column: int = 0


class Sum(Struct, frozen=True):
    """A line, and the lines of which it is, or should be, the sum."""

    line: Line
    parts: tuple[Line, ...]

    def differing(self) -> Iterator[tuple[str, Fraction]]:
        """The columns in which it is not, and what the parts add up to."""
        for column, amount in self.line.amounts.items():
            total = sum((part.amounts.get(column, Fraction(0)) for part in self.parts), Fraction(0))
            if abs(amount - total) > ROUNDING * (len(self.parts) + 1):
                yield column, total


def code_columns(page: Page, head: Head) -> list[int]:
    """The columns of the code: under its head, or one each for 类, 款 and 项, whose labels count as read."""
    columns = set(head.columns.get("code", ()))
    for row in range(head.first, head.last + 3):
        for column, cell in page.rows.get(row, {}).items():
            if isinstance(cell.value, str) and core(cell.value) in LEVELS:
                page.used.add((row, column))
                columns.add(column)
    return sorted(columns)


def lines(page: Page, head: Head, rows: Sequence[int]) -> list[Line]:
    """The rows as lines, codes put together."""
    columns, above, found = code_columns(page, head), [""] * 0, []
    for row in rows:
        parts = [(c, _part(page.rows[row][c].value, n)) for n, c in enumerate(columns) if c in page.rows[row]]
        given = {c: part for c, part in parts if part}
        code = ""
        if given:
            deepest = max(given)
            at = columns.index(deepest)
            for n, column in enumerate(columns[: at + 1]):
                if column in given:
                    above = [*above[:n], *[""] * (n - len(above)), given[column]]
            code = _joined(above[: at + 1])
        name_at = page.alone(row, head.columns["name"]) if "name" in head.columns else 0
        name = f"{page.rows[row][name_at].value}" if name_at else ""
        inside = CODED.fullmatch(name) if not code else None
        found.append(
            Line(
                row,
                inside["code"] if inside else code,
                inside["name"].strip() if inside else name,
                len(unicodedata.normalize("NFKC", name)) - len(unicodedata.normalize("NFKC", name).lstrip()),
                _amounts(page, head, row),
                name_at if inside else max(given, default=0),
            )
        )
    return found


def _part(value: Value, level: int) -> str:
    """One cell's part of a code: 8 in a column of 款 is 08."""
    text = PARTING.sub("", unicodedata.normalize("NFKC", f"{value}"))
    if not text.isdecimal():
        return ""
    return text.zfill(2) if level and len(text) == 1 else text


def _joined(parts: Sequence[str]) -> str:
    """212, 08, 04 → 2120804; 212, 21208, 2120804 likewise."""
    code = ""
    for part in parts:
        code = part if code and len(part) > len(code) and part.startswith(code) else code + part
    return code


def _amounts(page: Page, head: Head, row: int) -> dict[str, Fraction]:
    found = {}
    for key, span in head.columns.items():
        if head.block.column(key).kind is Kind.MONEY and (at := page.alone(row, span)):
            number = figure(page.rows[row][at])
            if isinstance(number, int | float) and not isinstance(number, bool):
                found[key] = exact(number, 1)
    return found


def sums(found: Sequence[Line]) -> list[Sum]:
    """The lines that are sums of others: by their codes; by the lines without code below one, or deeper in than it,
    where these add up to it."""
    upper = []
    for line in found:
        below = [
            o for o in found if line.code and o.code.startswith(line.code) and len(o.code) > len(line.code)
        ]
        if below:
            upper.append((line, below))
    coded = any(line.code for line in found)
    for at, line in enumerate(found):
        below = _uncoded(found, at) if coded else _deeper(found, at)
        own = Sum(line, tuple(below))
        if below and (line.code or not coded) and _shared(own) and not [*own.differing()]:
            upper.append((line, below))
            for each in below:
                each.code = each.code or line.code
    rows = {line.row for line, _ in upper}
    return [Sum(line, tuple(o for o in below if o.row not in rows)) for line, below in upper]


def _uncoded(found: Sequence[Line], at: int) -> list[Line]:
    """The lines without a code below one that has one."""
    below = []
    for line in found[at + 1 :]:
        if line.code:
            break
        below.append(line)
    return below


def _deeper(found: Sequence[Line], at: int) -> list[Line]:
    """The lines below one that begin further in."""
    below = []
    for line in found[at + 1 :]:
        if line.depth <= found[at].depth:
            break
        below.append(line)
    return [o for o in below if o.depth == min(each.depth for each in below)]


def _shared(one: Sum) -> bool:
    """Whether line and parts speak of one column at least."""
    return any(
        column in part.amounts and one.line.amounts[column]
        for column in one.line.amounts
        for part in one.parts
    )


def empty(line: Line) -> bool:
    """A line that was only prepared: no name, no code, no amount but 0."""
    return not line.code and says_nothing(line.name) and not any(line.amounts.values())


def part_of_another(line: Line) -> bool:
    """其中：…"""
    return PART_OF.match(line.name) is not None
