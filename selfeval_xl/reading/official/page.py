"""One annex on a sheet of the file: its rows, and which of its cells have been read."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct, field

from selfeval_xl.forms import Sheet as Annex
from selfeval_xl.places import Place
from selfeval_xl.reading.entries import NOTHING
from selfeval_xl.reading.grids import Cell, Sheet
from selfeval_xl.reading.sheet_facts import MAX_COLUMN, Position


class Page(Struct, dict=True):
    """The part of a sheet that holds the annex, from row `first` to `last` and column `left` to `right`; `copy` is 0
    where it is not repeated. `heads`: the rows of its heads, as far as they were found; `stray`: a further page of an
    annex that does not stand before it."""

    sheet: Sheet
    annex: Annex
    copy: int
    first: int
    last: int
    left: int = 1
    right: int = MAX_COLUMN
    used: set[Position] = field(default_factory=set)
    heads: set[int] = field(default_factory=set)
    stray: bool = False

    @property
    def name(self) -> str:
        """附件3-2"""
        return self.annex.name_of(self.copy or 1)

    @cached_property
    def rows(self) -> dict[int, dict[int, Cell]]:
        """Row → column → cell, as far as anything stands there."""
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if self.first <= row <= self.last and self.left <= column <= self.right:
                rows.setdefault(row, {})[column] = cell
        return rows

    @cached_property
    def _joined(self) -> dict[Position, Position]:
        return dict(self.sheet.merges or ())

    @cached_property
    def edge(self) -> int:
        """The first column right of all."""
        return max((column for row in self.rows.values() for column in row), default=0) + 1

    def place(self, row: int, column: int) -> Place:
        return Place(self.sheet.name, row, column)

    def beside(self, row: int, offset: int) -> Place:
        """A place for a cell that the page does not have: right of all that stands there."""
        return self.place(row, self.edge + offset)

    def texts(self, row: int) -> Iterator[tuple[int, str]]:
        """The texts of a row that have not been read, with their columns."""
        for column, cell in self.rows.get(row, {}).items():
            if isinstance(cell.value, str) and (row, column) not in self.used:
                yield column, cell.value

    def labels(self, row: int, left: int) -> list[tuple[int, str]]:
        """The texts of a row left of its figures that say something."""
        return [(c, text) for c, text in self.texts(row) if c < left and not NOTHING.fullmatch(text)]

    def span(self, row: int, column: int) -> range:
        """The columns of the merged cell that begins here."""
        _, right = self._joined.get((row, column), (row, column))
        return range(column, right + 1)

    def alone(self, row: int, columns: range) -> int:
        """The column of the only cell that stands in these; 0 for none, or several."""
        cells = self.rows.get(row, {})
        found = [c for c in columns if c in cells and (row, c) not in self.used]
        return found[0] if len(found) == 1 else 0

    def right_of(self, row: int, column: int) -> int:
        """The column of the next cell that holds something; 0 for none."""
        beyond = self.span(row, column).stop
        return min((c for c in self.rows.get(row, {}) if c >= beyond), default=0)

    def adjoins(self, row: int, column: int, other: int) -> bool:
        """Whether the other cell stands right beside this one, as far as the format tells of joined cells."""
        return self.sheet.merges is None or other == self.span(row, column).stop

    def take(self, row: int, column: int) -> Cell | None:
        """The cell, which counts as read; None for column 0."""
        if not column:
            return None
        self.used.add((row, column))
        return self.rows[row][column]

    def unread(self) -> Iterator[tuple[Place, Cell]]:
        """What nobody has read, apart from signs for nothing."""
        for row, cells in self.rows.items():
            for column, cell in cells.items():
                empty = isinstance(cell.value, str) and NOTHING.fullmatch(cell.value)
                if (row, column) not in self.used and not empty:
                    yield self.place(row, column), cell
