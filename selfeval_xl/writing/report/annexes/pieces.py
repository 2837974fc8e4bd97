"""A printed grid cut into what Word knows: lines of text, and tables that begin with the heads they repeat."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.layout.grid import Grid, GridCell, Role

LINES = (Role.TITLE, Role.NOTE)


class Line(Struct, frozen=True):
    """A row that stands outside the frame."""

    cells: tuple[GridCell, ...]


class Box(Struct, frozen=True):
    """A cell of a table; `open_below`, `open_above`: two boxes that look like one, cut where the heads end."""

    cell: GridCell
    open_below: bool = False
    open_above: bool = False


class Part(Struct, frozen=True, dict=True):
    """A table: its rows, of which the first `heads` are repeated on every page."""

    rows: tuple[int, ...]
    heads: int
    boxes: tuple[Box, ...]

    def row(self, number: int) -> list[Box]:
        """The boxes that stand in a row, from the left; those that began above too."""
        return sorted(self._standing.get(number, ()), key=lambda box: box.cell.column)

    @cached_property
    def _standing(self) -> dict[int, list[Box]]:
        standing: dict[int, list[Box]] = {}
        for box in self.boxes:
            for row in range(box.cell.row, box.cell.row + box.cell.down):
                standing.setdefault(row, []).append(box)
        return standing


def pieces(grid: Grid) -> list[Line | Part]:
    """From the top down."""
    return [piece if isinstance(piece, Line) else _part(grid, piece) for piece in _runs(grid)]


def _runs(grid: Grid) -> Iterator[Line | list[GridCell]]:
    """Lines, and the cells of each table. Rows in which nothing begins (height for a long text) are left out."""
    rows: dict[int, list[GridCell]] = {}
    for cell in grid.cells:
        rows.setdefault(cell.row, []).append(cell)
    table: list[GridCell] = []
    top: list[GridCell] = []  # of the table, its first row
    for number in sorted(rows):
        cells = sorted(rows[number], key=lambda cell: cell.column)
        line = cells[0].role in LINES
        if table and (line or _begins(grid, top, cells)):
            yield table
            table = []
        if line:
            yield Line(tuple(cells))
        else:
            top = top if table else cells
            table += cells
    if table:
        yield table


def _begins(grid: Grid, top: Sequence[GridCell], cells: Sequence[GridCell]) -> bool:
    """Whether a table of its own begins: heads are repeated only from a table's first row, and only in theirs."""
    if cells[0].column > 1:
        return False
    repeated = _heads(grid, top) > 0
    return _heads(grid, cells) > 0 or (repeated and sum(c.role is Role.HEAD for c in cells) > 1)


def _heads(grid: Grid, cells: Sequence[GridCell]) -> int:
    """How many rows from the first of these cells on are heads to be repeated."""
    first = cells[0].row
    if grid.heads and grid.heads[0] == first:
        return grid.heads[1] - first + 1
    return int(all(cell.role is Role.HEAD for cell in cells if cell.row == first))


def _part(grid: Grid, cells: Sequence[GridCell]) -> Part:
    rows = tuple(dict.fromkeys(cell.row for cell in cells))
    heads = _heads(grid, cells)
    places = {row: at for at, row in enumerate(rows)}
    placed = [
        replace(cell, row=places[cell.row], down=bisect_left(rows, cell.row + cell.down) - places[cell.row])
        for cell in cells
    ]
    boxes = tuple(box for cell in placed for box in _cut(cell, heads))
    return Part(tuple(range(len(rows))), heads, boxes)


def _cut(cell: GridCell, heads: int) -> Iterator[Box]:
    """A head that reaches down beside the rows is two boxes without a line between them."""
    below = cell.row + cell.down - heads
    if cell.row >= heads or below <= 0:
        yield Box(cell)
        return
    yield Box(replace(cell, down=cell.down - below), open_below=True)
    yield Box(replace(cell, row=heads, down=below, content=None, key=None), open_above=True)
