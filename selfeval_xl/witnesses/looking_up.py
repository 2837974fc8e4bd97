"""A cell of a table by names, as the mapping names it: one figure, a blank, or why it cannot be known."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from selfeval_xl.money import YUAN
from selfeval_xl.witnesses.amounts import Amount
from selfeval_xl.witnesses.facts import Spot
from selfeval_xl.witnesses.mapping import Levels, RowOf, TableOf
from selfeval_xl.witnesses.tables import Row, Table

WITHIN = 6
"""Rows of parts stand at most so many rows below what they are parts of."""


class Nothing(Enum):
    """Why there is no figure: the file has no such table; the table no such row or column; two lay claim; a blank."""

    TABLE = "没有这张表"
    ROW = "表中没有认得的行"
    COLUMN = "表中没有认得的列"
    TWO = "表中有两处都像，数不相同"
    BLANK = "表中是空白"


class Figure(Struct, frozen=True):
    """`number` in 分, or a count; `half_step` in the same."""

    number: Fraction
    half_step: Fraction
    spot: Spot
    table: str


class Looking(Struct, frozen=True, dict=True):
    """One table with what the mapping says of it."""

    table: Table
    named: TableOf

    @cached_property
    def _below(self) -> Mapping[str, Sequence[Row]]:
        """Rows that are parts of another: key → rows."""
        parts: dict[str, list[Row]] = {}
        for key, row in self.named.rows.items():
            if row.under:
                for anchor in self.named_rows(row.under):
                    near = [
                        r
                        for r in self.table.rows
                        if r.group == anchor.group
                        and anchor.row < r.row <= anchor.row + WITHIN
                        and row.names & set(r.labels)
                    ]
                    parts.setdefault(key, []).extend(near[:1])
        return parts

    def named_rows(self, key: str) -> list[Row]:
        wanted = self.named.rows[key]
        if wanted.under:
            return list(self._below.get(key, ()))
        if wanted.single:
            return self._single()
        taken = self._taken if not any(r.under == key for r in self.named.rows.values()) else set()
        return [row for row in self.table.rows if is_row(row, wanted) and (row.row, row.group) not in taken]

    @cached_property
    def _taken(self) -> set[tuple[int, int]]:
        return {(row.row, row.group) for rows in self._below.values() for row in rows}

    def _single(self) -> list[Row]:
        rows = [row for row in self.table.rows if any(True for _ in self._printed(row))]
        return rows if len({row.row for row in rows}) == 1 else []

    def _printed(self, row: Row) -> Iterator[Amount]:
        for column in self.table.columns_of(row):
            if (amount := self.table.amount(row.row, column)) is not None:
                yield amount

    def figure(self, row: str, column: str) -> Figure | Nothing:
        """The one figure at a row and a column of the mapping."""
        rows = self.named_rows(row)
        if not rows:
            return Nothing.BLANK if self.table.empty else Nothing.ROW
        levels = self.named.columns[column]
        found: list[Figure] = []
        known = False
        for line in rows:
            columns = best(self.table.heads, list(self.table.columns_of(line)), levels)
            known = known or bool(columns)
            for at in columns:
                if (amount := self.table.amount(line.row, at)) is not None:
                    found.append(self.told(line.row, at, amount, self._counts(row)))
        if not known:
            return Nothing.BLANK if self.table.empty else Nothing.COLUMN
        if len({figure.number for figure in found}) > 1:
            return Nothing.TWO
        return found[0] if found else Nothing.BLANK

    def _counts(self, row: str) -> bool:
        return self.named.counts or self.named.rows[row].count

    def told(self, row: int, column: int, amount: Amount, counted: bool = False) -> Figure:
        table = self.table
        spot = Spot(table.file, table.place(row, column), amount.printed)
        if counted:
            return Figure(amount.number, Fraction(0), spot, table.title)
        places = amount.places if table.scale == YUAN and table.whole else max(2, amount.places)
        half = Fraction(table.scale, 2 * 10**places)
        return Figure(amount.number * table.scale, half, spot, table.title)


def is_row(row: Row, wanted: RowOf) -> bool:
    return row.code == wanted.code if wanted.code else bool(wanted.names & set(row.labels))


def best(heads: Mapping[int, tuple[str, ...]], columns: list[int], levels: Levels) -> list[int]:
    """The columns whose heads fit best: every level is among them (or may lack), the lowest head is one of them."""
    marks = {column: fits(heads.get(column, ()), levels) for column in columns}
    most = max(marks.values(), default=0)
    return [column for column, mark in marks.items() if mark == most and mark > 0]


def fits(path: tuple[str, ...], levels: Levels) -> int:
    """How many levels the heads of a column answer; 0 where they do not fit."""
    open_, matched = list(path), 0
    for level in levels:
        hit = next((text for text in reversed(open_) if text in level), None)
        if hit is not None:
            open_.remove(hit)
            matched += 1
        elif "" not in level:
            return 0
    lowest = path[-1] if path else ""
    return matched if lowest not in open_ or path.count(lowest) > open_.count(lowest) else 0
