"""A printed sheet while it is being laid out: cells from the top down, row heights from the texts."""

from msgspec import Struct, field
from msgspec.structs import replace

from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.filing.values import Content
from selfeval_xl.layout.grid import Grid, GridCell, Role, text_width

LINE, PADDING = 15.0, 6.0
LEAST = 21.0
TITLE_HEIGHT = 33.0
MOST = 390.0
"""No row of a spreadsheet can be higher than 409 points: a longer text spans several rows."""


class Draft(Struct):
    """`row` is the row being laid out, `last` the number of columns."""

    tracer: Tracer
    name: str
    widths: dict[int, float]
    cells: list[GridCell] = field(default_factory=list)
    row: int = 1
    heads: tuple[int, int] | None = None

    @property
    def filing(self) -> Filing:
        return self.tracer.filing

    @property
    def last(self) -> int:
        return max(self.widths)

    def text(
        self, column: int, text: str, role: Role, across: int = 1, down: int = 1, indent: int = 0
    ) -> None:
        """A text of the form in the current row."""
        self.cells.append(GridCell(self.row, column, text, role, across, down, indent=indent))

    def figure(self, column: int, key: Key | None, across: int = 1, down: int = 1) -> None:
        """What the filing holds at that key; a blank where it holds nothing, or no key is given."""
        self.shown(column, self.value(key), key, across, down)

    def shown(self, column: int, content: Content, key: Key | None, across: int = 1, down: int = 1) -> None:
        """A figure in a wording of its own, such as several cells joined."""
        known = key if key in self.tracer.figures else None
        self.cells.append(GridCell(self.row, column, content, Role.FIGURE, across, down, known))

    def value(self, key: Key | None) -> Content:
        """The value at that key, None where it is blank, unreadable or not in this filing."""
        figure = self.tracer.figures.get(key) if key else None
        return figure.value if figure else None

    def paragraph(self, column: int, key: Key, across: int) -> int:
        """A text of any length; returns how many rows it takes."""
        down = self.rows_for(self.value(key), column, across)
        self.figure(column, key, across, down)
        return down

    def rows_for(self, content: Content, column: int, across: int) -> int:
        """How many rows a text in these columns needs."""
        return int(self._need(content, column, across) // MOST) + 1

    def next(self, rows: int = 1) -> None:
        self.row += rows

    def grid(self, landscape: bool = False) -> Grid:
        """The finished sheet."""
        return Grid(self.name, tuple(self.cells), self.widths, self._heights(), landscape, self.heads)

    def _need(self, content: Content, column: int, across: int) -> float:
        width = sum(self.widths[c] for c in range(column, column + across)) - 1
        return lines(content, width) * LINE + PADDING

    def _heights(self) -> dict[int, float]:
        heights = dict.fromkeys(range(1, self.row), LEAST)
        flat, tall = (sorted(self._texts(down), key=lambda c: c.row) for down in (False, True))
        for cell in flat:
            least = (
                TITLE_HEIGHT
                if cell.role is Role.TITLE
                else self._need(cell.content, cell.column, cell.across)
            )
            heights[cell.row] = min(max(heights.get(cell.row, LEAST), least), 409.0)
        for cell in tall:
            rows = range(cell.row, cell.row + cell.down)
            lacking = self._need(cell.content, cell.column, cell.across) - sum(
                heights.get(r, LEAST) for r in rows
            )
            for row in rows if lacking > 0 else ():
                heights[row] = min(heights.get(row, LEAST) + lacking / cell.down, 409.0)
        return heights

    def _texts(self, down: bool) -> list[GridCell]:
        """Cells that hold a text, those that span several rows or the others; an indent narrows a cell."""
        texts = [c for c in self.cells if isinstance(c.content, str) and (c.down > 1) is down]
        return [replace(c, content="  " * c.indent + str(c.content)) for c in texts]


def lines(content: Content, width: float) -> int:
    """How many lines a text takes in a column of so many characters of half width."""
    if not isinstance(content, str):
        return 1
    return sum(max(1, -int(-text_width(line) // max(width, 1))) for line in content.split("\n"))
