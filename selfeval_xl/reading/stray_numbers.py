"""Numbers that a person sees on a sheet of the form and that stand in no cell of it.

Free are texts, what the template works out beside its tables, and a column that a person headed herself.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time, timedelta
from functools import cached_property, lru_cache

from msgspec import Struct

from selfeval_xl.filing import Key
from selfeval_xl.filing.typed_numbers import UNITS
from selfeval_xl.forms import GAP_HEAD, TALLY_HEAD, Field, Kind
from selfeval_xl.reading import locating
from selfeval_xl.reading.grids import Cell, Sheet, State
from selfeval_xl.reading.locating import Found
from selfeval_xl.reading.seen import is_error, seen
from selfeval_xl.reading.sheet_facts import Position

UNIT = "|".join(sorted({re.escape(unit) for kind in UNITS.values() for unit in kind}, key=len, reverse=True))
ABOUT, OR_SO = "约|大约|近|将近|超|超过|不足|至少|不低于|不超过|[≥≤><~≈=]", "左右|上下|余|多|以上|以内|以下"
TYPED = re.compile(
    rf"\(?(?:{ABOUT})?[¥$+-]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?(?:%|‰)?(?:{OR_SO})?(?:{UNIT})?(?:{OR_SO})?\)?"
)
"""A text that is nothing but a number: １２３, 500万元, 98%, (12.5), 约50. Not 2.、3-5, 0730-1234567."""
SPELT = re.compile(rf"负?[零一二三四五六七八九十百千万亿点壹贰叁肆伍陆柒捌玖拾佰仟]{{2,}}(?:{UNIT})?[整正]?")
DUST = 1e-6
"""What floating point leaves behind of an amount that a spreadsheet worked out."""
LONGEST = 40
"""No number is typed with so many signs."""
NEAR = 3
"""So many rows below a table are still close to it."""
WRONG = "出错的公式"
ASIDES = (GAP_HEAD, TALLY_HEAD)
DAYS = (date, time, timedelta)
SIGNED = "unit"
"""The block whose labels stand at the foot of a printed table: 填表人, 联系电话."""


class Number(Struct, frozen=True):
    """A number in no cell of the form."""

    row: int
    column: int
    cell: Cell

    @property
    def said(self) -> str:
        """As people see it; worked out for those that are named, for there may be 400,000."""
        return said(self.cell)

    @property
    def day(self) -> bool:
        """Whether it is a date or a time."""
        return isinstance(self.cell.value, DAYS)

    @property
    def wrong(self) -> bool:
        """Whether it is what a formula left that gave none."""
        return self.said == WRONG or is_error(self.said)


class Taken(Struct, frozen=True, dict=True):
    """A block as it was read: which row of the sheet as which of its own. `told`: rows that another finding names."""

    found: Found
    lines: Mapping[int, Key]
    told: frozenset[int] = frozenset()

    @property
    def cells(self) -> Mapping[Position, Cell]:
        return self.found.labels.sheet.cells

    @cached_property
    def last(self) -> int:
        """Its last row: one that was read, or its guard text."""
        return max([self.found.head_row, *self.lines, *self.told, *locating.guard_rows(self.found)])

    @cached_property
    def own(self) -> dict[int, str]:
        """Where each of its columns stands → its key."""
        return {at: column for column, at in self.found.columns.items()}

    @cached_property
    def heads(self) -> dict[int, str]:
        """Column → the text in the head of a column that is none of the form's."""
        rows = range(self.found.title_row + 1, self.found.head_row + 1)
        return {
            column: cell.value
            for (row, column), cell in self.cells.items()
            if row in rows
            and column not in self.own
            and column != self.found.label_column
            and isinstance(cell.value, str)
            and not said(cell)
        }

    @cached_property
    def span(self) -> range:
        """From its label column to the last that holds anything but reasons."""
        block, left = self.found.block, self.found.label_column
        narrow = [at for at, key in self.own.items() if block.column(key).kind is not Kind.PARAGRAPH]
        gone = left + len(block.columns) if self.found.missing_columns else left
        return range(left, max([gone, *(narrow or self.own)]) + 1)

    @cached_property
    def read(self) -> frozenset[Position]:
        """The cells that were read."""
        fields, own = self.found.block.fields, self.own.items()
        return frozenset(
            (row, at) for row, key in self.lines.items() for at, column in own if (key.row, column) in fields
        )

    def printed(self, row: int) -> bool:
        """Whether the form itself has a text in that row, though no cell to be filled in: title, heads, guard, note."""
        if row in (self.found.title_row, self.found.head_row) or row in locating.guard_rows(self.found):
            return True
        note = locating.plain(self.found.block.note)
        return bool(note) and any(row == at for at, _ in self.found.labels.places.get(note, ()))

    def field(self, row: int, column: int) -> Field | None:
        """The form's field of that cell."""
        key = self.lines.get(row)
        return self.found.block.fields.get((key.row, self.own.get(column, ""))) if key else None

    def claims(self, row: int, column: int) -> bool:
        """Whether that cell is one of the block's own, or another finding tells it."""
        if (row, column) in self.read:
            return True
        if row in self.told:
            return column in self.own or column in self.span
        gone = self.found.missing_columns and column not in self.own
        return bool(gone) and row in self.lines and column in self.span

    def counts(self, row: int, column: int, cell: Cell) -> bool:
        """Whether it is the running number of an added row."""
        if self.found.block.many is None or column != self.found.label_column or row <= self.found.head_row:
            return False
        number = f"{cell.value}".strip()
        return number.isdecimal() and 1 <= int(number) <= self.found.end - self.found.head_row

    def works_out(self, row: int, column: int, cell: Cell) -> bool:
        """Whether the template may well have worked it out: an aside that says what its formula gives."""
        head = self.heads.get(column)
        if head not in ASIDES or row <= self.found.head_row:
            return False
        if cell.state is not State.VALUE:
            return True
        if cell.value == 0 and self.found.labels.sheet.merges is None:
            return True  # calamine shows the blank text of a formula as 0 in an .xls
        return head == GAP_HEAD and self._is_gap(row, cell)

    def _is_gap(self, row: int, cell: Cell) -> bool:
        explain = self.found.block.explain
        end = self.number(row, explain.end) if explain else None
        if explain is None or end is None or not isinstance(cell.value, int | float):
            return False
        starts = [self.number(row, column) for column in (explain.start, "full")]
        gaps = [end - start for start in starts if start is not None]
        return any(abs(gap - cell.value) <= DUST * max(1.0, abs(gap)) for gap in gaps)

    def number(self, row: int, column: str) -> float | None:
        """The number in that row and column; None: there is none."""
        cell = self.cells.get((row, self.found.columns.get(column, 0)))
        value = cell.value if cell else None
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    def blanks(self, rows: Sequence[int], columns: Sequence[int], day: bool) -> Iterator[Position]:
        """The blank cells where such a number might belong: those that are typed, else those that are worked out; of
        a row without any, those of its texts, in which targets and codes stand."""
        fields = {
            (r, c): f for r in rows for c in columns if (f := self.field(r, c)) and (r, c) not in self.cells
        }
        fitting = {
            at: f
            for at, f in fields.items()
            if (f.kind in (Kind.DATE, Kind.DEADLINE) if day else f.kind.numeric)
        }
        if not fitting and not day:
            fitting = {at: f for at, f in fields.items() if f.kind is Kind.TEXT}
        typed = [at for at, f in fitting.items() if f.formula is None]
        yield from typed or fitting


class Page(Struct, frozen=True, dict=True):
    """A sheet with the blocks that were read from it, from the top down. `whole`: none of the form's is missing here,
    so that every row has its owner. `signed`: the plain labels of what is signed at the foot of a table."""

    sheet: Sheet
    taken: Sequence[Taken]
    whole: bool
    signed: frozenset[str]

    def owner(self, row: int) -> Taken | None:
        """The block in whose part of the sheet a row stands."""
        at = bisect_right(self.taken, row, key=lambda taken: taken.found.title_row) - 1
        return self.taken[at] if at >= 0 and row < self.taken[at].found.end else None

    @cached_property
    def width(self) -> int:
        """The last column of all tables of the sheet, the reasons included."""
        widths: list[int] = [column for taken in self.taken for column in (*taken.span, *taken.own)]
        return max(widths)

    def strays(self) -> dict[int, list[Number]]:
        """Row → the numbers in it that nobody read and that are not free."""
        read = frozenset[Position]().union(*(taken.read for taken in self.taken))
        found: dict[int, list[Number]] = {}
        for row, column in sorted(self.sheet.cells.keys() - read):
            cell = self.sheet.cells[row, column]
            if is_number(cell) and not self._free(row, column, cell):
                found.setdefault(row, []).append(Number(row, column, cell))
        return found

    def remarked(self, number: Number) -> bool:
        """Whether a text of the person's own stands right beside or above it, outside of all tables."""
        owner = self.owner(number.row)
        beside, above = (
            self._own_text(number.row - up, number.column - left) for up, left in ((0, 1), (1, 0))
        )
        if owner is None:
            return beside or above
        if number.row < owner.last + NEAR:
            return (
                number.column - 1 > max(owner.span) and (beside or above) and number.column not in owner.heads
            )
        return beside or above

    def _own_text(self, row: int, column: int) -> bool:
        cell, owner = self.sheet.cells.get((row, column)), self.owner(row)
        if cell is None or not isinstance(cell.value, str) or is_number(cell):
            return False
        if owner is None:
            return True
        return row > owner.found.head_row and not owner.field(row, column) and column not in owner.heads

    def _free(self, row: int, column: int, cell: Cell) -> bool:
        owner = self.owner(row)
        if not self.whole and (owner is None or not owner.found.head_row < row <= owner.last):
            return True
        if owner is None:
            # The title of a project sheet is a formula of the template's own.
            titled = cell.state is State.UNCALCULATED and row < self.taken[0].found.title_row
            return titled or self._signature(row, column)
        if owner.claims(row, column) or owner.works_out(row, column, cell) or owner.counts(row, column, cell):
            return True
        if row not in owner.lines and self._signature(row, column):
            return True
        if row > owner.last + NEAR and column > self.width:
            return True  # neither in a row nor in a column of a table, nor close to one
        if isinstance(cell.value, DAYS) and not self._wants_day(owner, row, column):
            return True
        return owner.heads.get(column) not in (None, *ASIDES) and column not in owner.span

    def _signature(self, row: int, column: int) -> bool:
        """填表人, 联系电话 and their like at the foot of a table."""
        before = self.sheet.cells.get((row, column - 1))
        return before is not None and locating.plain(f"{before.value}") in self.signed

    @staticmethod
    def _wants_day(owner: Taken, row: int, column: int) -> bool:
        """A day beside a table says when something was filled in, unless one is missing in its row."""
        return column in owner.span or any(owner.blanks([row], list(owner.own), day=True))


def is_number(cell: Cell) -> bool:
    """Whether a number is seen in that cell: one without a format of its own always is."""
    plain = type(cell.value) in (int, float) and cell.state is State.VALUE
    return (plain and not cell.code and cell.shown is None) or bool(said(cell))


def said(cell: Cell) -> str:
    """The number in a cell as people see it, or what a formula left that gave none; "" where it holds neither."""
    value = cell.value
    if cell.state is State.UNCALCULATED:
        return "未计算的公式"
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, str):
        if cell.state is State.ERROR or is_error(value):
            return value.strip() or WRONG
        return value.strip() if len(value) < LONGEST and _is_number(value) else ""
    if isinstance(value, int | float):
        return seen(cell).text
    return f"{value}"


@lru_cache(maxsize=4096)
def _is_number(value: str) -> bool:
    text = "".join(unicodedata.normalize("NFKC", value).split()).casefold()
    return bool(TYPED.fullmatch(text) or SPELT.fullmatch(text))
