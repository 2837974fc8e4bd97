"""A long table on a sheet: title, notes, heads, rows as they come; what a sheet cannot hold goes on on the next."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct, field

from selfeval_xl.writing.pages import Page, Pages
from selfeval_xl.writing.style import BASE, BOXED, FAINT, HEAD, LINK, TITLE, WRAP, Look, height_for

ROWS = 1_000_000
"""Rows of one sheet; it could hold 1,048,576."""
LINKS = 65_000
"""Links of one sheet; Excel takes 65,530."""
WAN: Look = {"num_format": "#,##0.00"}
PERCENT: Look = {"num_format": "0.00%"}
SCORE: Look = {"num_format": "0.00", "align": "center"}
WHOLE: Look = {"num_format": "0", "align": "center"}
MIDDLE: Look = {"align": "center"}


class Link(Struct, frozen=True):
    """A text that leads to a file, named as seen from the workbook's folder."""

    text: str
    file: str
    look: Look = field(default_factory=lambda: LINK)


class Coloured(Struct, frozen=True):
    """A text or a number in a look of its own."""

    content: str | float
    look: Look


Cell = str | float | Link | Coloured | None


class Column(Struct, frozen=True):
    """A head, the width in characters, and the look of its cells."""

    head: str
    width: float
    look: Look = field(default_factory=lambda: BASE)


class Table(Struct, frozen=True):
    """A sheet with one table. `frozen`: so many columns stay in sight; `wrapped`: long texts make their rows high.

    `scale`: in print, percent of what is on the screen, on as many pages across as it takes, each with the frozen
    columns; 0: as wide as one page.
    """

    name: str
    title: str
    notes: Sequence[str]
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]
    frozen: int = 0
    wrapped: bool = False
    scale: int = 0
    nothing: str = "没有。"
    head_height: float = 34.0


def draw(book: Pages, table: Table) -> list[str]:
    """The table on one sheet or as many as it takes; their names."""
    rows = iter(table.rows)
    names: list[str] = []
    first: list[Sequence[Cell]] = list(islice(rows, 1))
    while first or not names:
        name = table.name if not names else f"{table.name}({len(names) + 1})"
        names.append(name)
        _sheet(book.page(name), table, name, _chained(first, islice(rows, ROWS - 1)))
        first = list(islice(rows, 1))
    return names


def _chained(first: list[Sequence[Cell]], rest: Iterator[Sequence[Cell]]) -> Iterator[Sequence[Cell]]:
    yield from first
    yield from rest


def _sheet(page: Page, table: Table, name: str, rows: Iterator[Sequence[Cell]]) -> None:
    page.widths({at: column.width for at, column in enumerate(table.columns, 1)})
    page.height(1, 28)
    page.text(1, 1, table.title, BASE, TITLE)
    row = 1
    for row, note in enumerate(table.notes, 2):
        page.text(row, 1, note, BASE, FAINT)
    head = row + 1
    page.height(head, table.head_height)
    for at, column in enumerate(table.columns, 1):
        page.text(head, at, column.head, BASE, HEAD)
    page.sheet.freeze_panes(head, table.frozen)
    row, links = head, 0
    for row, cells in enumerate(rows, head + 1):
        links += _row(page, table, row, cells, links)
    if row == head:
        page.text(head + 1, 1, table.nothing, BASE)
    page.sheet.autofilter(head - 1, 0, max(row, head + 1) - 1, len(table.columns) - 1)
    across = table.frozen if table.scale else 0
    page.for_print(landscape=True, heads=(head, head), header=name, scale=table.scale, columns=across)


def _row(page: Page, table: Table, row: int, cells: Sequence[Cell], links: int) -> int:
    """Draws a row; returns how many links it took."""
    taken = 0
    if table.wrapped:
        texts = ((_text(cell), column.width) for cell, column in zip(cells, table.columns, strict=True))
        page.height(row, height_for(texts))
    for at, (cell, column) in enumerate(zip(cells, table.columns, strict=True), 1):
        looks = (BASE, BOXED, column.look, WRAP) if table.wrapped else (BASE, BOXED, column.look)
        match cell:
            case Link(text, file, look) if file and links + taken < LINKS:
                page.file_link(row, at, file, text, *looks, look)
                taken += 1
            case Link(text, _, look):
                page.text(row, at, text, *looks, *(() if look is LINK else (look,)))
            case Coloured(content, look):
                page.value(row, at, content, *looks, look)
            case _:
                page.value(row, at, cell or None if isinstance(cell, str) else cell, *looks)
    return taken


def _text(cell: Cell) -> str:
    match cell:
        case str():
            return cell
        case Link(text=text) | Coloured(content=str(text)):
            return text
    return ""
