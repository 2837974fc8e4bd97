"""A filled form: tables of rows of figures that know their cells."""

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from selfeval_xl.filing.values import Content
from selfeval_xl.forms import BOOK, Absent, Block, Form, Kind, Named
from selfeval_xl.money import WAN, YUAN, half_step, half_up
from selfeval_xl.places import Place


class Unknown(Exception):
    """A judgement touched a figure that is blank or unreadable; the runner turns it into 无法核对."""

    def __init__(self, place: Place) -> None:
        super().__init__(str(place))
        self.place = place


class Key(NamedTuple):
    """The address of a cell in the form's own terms. `number` counts added rows from 1, else 0."""

    block: str
    copy: int
    row: str
    number: int
    column: str


class Figure(Struct, frozen=True):
    """One cell. `value` is what counts: what was typed or, where that is blank, what was computed.

    Money in 分 (exact, a Fraction), rates as fractions, counts and scores as numbers; None is unknown, never 0.
    """

    place: Place
    kind: Kind
    typed: Content = None
    computed: Content = None
    unreadable: str = ""
    is_exact: bool = False
    """Money of a book in 元: exact to the 分."""

    @property
    def value(self) -> Content:
        if self.unreadable:
            return None
        return self.computed if self.typed is None else self.typed

    @property
    def blank(self) -> bool:
        return self.value is None and not self.unreadable

    @property
    def number(self) -> Fraction | None:
        value = self.value
        return value if type(value) is Fraction else None

    @property
    def text(self) -> str:
        return self.value if isinstance(self.value, str) else ""

    @property
    def day(self) -> date | None:
        return self.value if isinstance(self.value, date) else None

    @property
    def known(self) -> Fraction:
        """The number; raises Unknown where there is none."""
        number = self.number
        if number is None:
            raise Unknown(self.place)
        return number

    @property
    def half(self) -> int:
        """Half its last digit in 分, for money; 0 for all that is exact."""
        if self.kind is not Kind.MONEY or self.is_exact or (number := self.number) is None:
            return 0
        return half_step(half_up(number))


class Row(Struct, frozen=True):
    """`number` counts the added rows from 1; 0 for a row that is printed once."""

    key: str
    number: int
    figures: Mapping[str, Figure]

    def __getitem__(self, column: str) -> Figure:
        """Raises Absent."""
        try:
            return self.figures[column]
        except KeyError:
            raise Absent(column) from None

    def known(self, column: str) -> Fraction:
        """The number in this column; raises Unknown where it is blank or unreadable, Absent."""
        return self[column].known

    def text(self, column: str) -> str:
        """The text in this column, "" where it is blank, and for a column that the form does not have."""
        return self.figures[column].text if column in self.figures else ""

    def number_in(self, column: str) -> Fraction | None:
        """The number in this column, None where it is blank, and for a column that the form does not have."""
        return self.figures[column].number if column in self.figures else None

    @property
    def given(self) -> bool:
        """Anything typed, computed cells apart."""
        return any(f.typed is not None or f.unreadable for f in self.figures.values())


class Table(Struct, frozen=True, dict=True):
    """One block as filled; `copy` is the number of its sheet's copy, 0 where it is not repeated."""

    block: Block
    copy: int
    rows: tuple[Row, ...]
    first: Place | None = None
    """Where the first added row would stand."""

    def __getitem__(self, at: tuple[str, str]) -> Figure:
        row, column = at
        return self.row(row)[column]

    def known(self, row: str, column: str) -> Fraction:
        """The number in this cell; raises Unknown where it is blank or unreadable."""
        return self[row, column].known

    def row(self, key: str) -> Row:
        return self._once[key]

    @cached_property
    def _once(self) -> Named[str, Row]:
        """The rows that are printed once."""
        return Named((row.key, row) for row in self.rows if row.number == 0)

    @cached_property
    def added(self) -> tuple[Row, ...]:
        """The rows that the user added, those that hold something."""
        return tuple(row for row in self.rows if row.number)

    def figures(self) -> Iterator[tuple[Row, str, Figure]]:
        for row in self.rows:
            for column, figure in row.figures.items():
                yield row, column, figure

    @property
    def given(self) -> bool:
        return any(row.given for row in self.rows)


class Filing(Struct, frozen=True, dict=True):
    """A workbook as read: (block, copy) → table. `scale` is 分 in one unit of the book's own sheets."""

    form: Form
    tables: Mapping[tuple[str, int], Table]
    copies: tuple[int, ...]
    scale: int = WAN
    public: bool = False
    """It is to be published: telephone and names of persons were taken out."""
    withholds: bool = False
    """Rows of 涉密 projects were taken out, to be published: the totals are larger than what is listed."""
    absent: frozenset[str] = frozenset()
    """The keys of the form's sheets that were not in the file."""
    prefilled: frozenset[Place] = frozenset()
    """The cells that still hold what was typed in from other official files."""

    def table(self, block: str, copy: int = 0) -> Table:
        """Raises Absent: the form has no such block."""
        found = self.tables.get((block, copy))
        if found is None:
            self.form.block(block)
            raise KeyError((block, copy))
        return found

    def added(self, block: str) -> tuple[Row, ...]:
        """The rows that the user added; none of a block that the form lacks."""
        return self.table(block).added if self.form.has(block) else ()

    def figure(self, block: str, row: str, column: str, copy: int = 0) -> Figure:
        """Raises Absent: the form has no such cell."""
        return self.table(block, copy)[row, column]

    def text(self, block: str, row: str, column: str = "value", copy: int = 0) -> str:
        """Empty for a blank, and for a cell that the form does not have."""
        found = self.cell(block, row, column, copy)
        return "" if found is None else found.text

    def number(self, block: str, row: str, column: str, copy: int = 0) -> Fraction | None:
        """None for a blank, and for a cell that the form does not have."""
        found = self.cell(block, row, column, copy)
        return None if found is None else found.number

    def cell(self, block: str, row: str, column: str, copy: int = 0) -> Figure | None:
        """None: the form has no such cell."""
        return self.figure(block, row, column, copy) if self.form.has(block, row, column) else None

    def lacks(self, block: str) -> bool:
        """Whether the block's sheet was not in the file."""
        return self.form.block(block).sheet in self.absent

    @cached_property
    def absent_names(self) -> tuple[str, ...]:
        """What the sheets that were not in the file would be called."""
        return tuple(sheet.name_of(1) for sheet in self.form.sheets if sheet.key in self.absent)

    def open_end(self, block: str, column: str) -> Figure | None:
        """What stands for the rows that nobody has seen, of a block on a sheet that was not in the file: a blank."""
        if not self.lacks(block):
            return None
        place = Place(self.form.sheet_of(block).name_of(1), 1, 1)
        return Figure(place, self.form.block(block).column(column).kind)

    def over_copies(self, block: str) -> Iterator[Table]:
        """The block on every copy of its sheet that is in use."""
        for copy in self.copies if self.form.block(block).repeated else (0,):
            yield self.table(block, copy)

    @property
    def unit_name(self) -> str:
        return self.text("unit", "name") or "未填单位"

    @cached_property
    def by_key(self) -> Mapping[Key, Figure]:
        """Every cell."""
        return {
            Key(t.block.key, t.copy, row.key, row.number, column): figure
            for t in self.tables.values()
            for row, column, figure in t.figures()
        }

    @cached_property
    def by_place(self) -> Mapping[Place, Key]:
        """Every cell's key."""
        return {figure.place: key for key, figure in self.by_key.items()}


def unit_scale(block: Block, scale: int) -> int:
    """分 in one unit of the block's money cells, in a book of that scale."""
    return scale if block.unit == BOOK else WAN


def book_scale(money_unit: str) -> int:
    """分 in the unit that the book says; 万元 unless it says 元."""
    return YUAN if money_unit == "元" else WAN
