"""The template's sheets: each block a band, a head and its rows, no merged table cells, one cell a figure."""

from collections.abc import Iterator

from msgspec import Struct

from selfeval_xl.filing import Key
from selfeval_xl.forms import BOOK, GUARD, Block, Column, Form, Kind, Row, Sheet
from selfeval_xl.layout import asides
from selfeval_xl.layout.asides import REASON, explained
from selfeval_xl.layout.grid import Grid, GridCell, Role, text_width
from selfeval_xl.places import Place

FIRST_BLOCK_ROW = 4
GUARD_TEXT = f"（{GUARD}，请在本行上方插入行）"
GUARD_HEIGHT = 4.5
WIDTHS = {Kind.MONEY: 14, Kind.PARAGRAPH: 28, Kind.TEXT: 14, Kind.DATE: 14, Kind.DEADLINE: 14}
PARAGRAPH_HEIGHT = 48.0
PARAGRAPH_WIDTH = 60
"""A column as wide as this holds a paragraph by itself: its cells span no others."""
LINE = 15.0
UPRIGHT, TALL = 170, 40
"""So many characters fit an upright page, reduced; worth it where so many rows would be two pages across."""


class EntrySheet(Struct, frozen=True):
    """One sheet of the template. `ranges`: block → (row above the first added row, row below the last):
    sums run from the one to the other, so that rows inserted anywhere between are counted."""

    sheet: Sheet
    copy: int
    grid: Grid
    ranges: dict[str, tuple[int, int]]
    heads: dict[str, int]

    def places(self) -> dict[Key, Place]:
        return {
            cell.key: Place(self.grid.name, cell.row, cell.column)
            for cell in self.grid.cells
            if cell.key is not None
        }


def entry(form: Form) -> tuple[EntrySheet, ...]:
    """Every sheet that people fill in, in the order of filling."""
    return tuple(
        _sheet(sheet, copy)
        for sheet in form.sheets
        for copy in (range(1, sheet.copies + 1) if sheet.copies else (0,))
    )


def positions(block: Block, sheet: Sheet) -> dict[str, int]:
    """Where each column of the block stands. Reasons stand below one another in the sheet's last column,
    so that the figures of one block are not spread by the reasons of the next."""
    start = first_column(block)
    places = {column.key: start + offset for offset, column in enumerate(block.columns)}
    if explained(block):
        places[REASON] = _last_column(sheet)
    return places


def _last_column(sheet: Sheet) -> int:
    """The last column of the sheet: the longest block's, with reasons (and the gap beside them) stacked."""
    lengths = [first_column(b) + len(b.columns) - 1 - explained(b) + asides.tallied(b) for b in sheet.blocks]
    return max(lengths) + 2 * any(explained(block) for block in sheet.blocks)


def first_column(block: Block) -> int:
    """Where the block's own columns begin: after its label column, if it has one."""
    return 2 if block.label_head else 1


def _sheet(sheet: Sheet, copy: int) -> EntrySheet:
    last = _last_column(sheet)
    title = sheet.title + (f"（附件3-{copy}）" if copy else "")
    cells = [
        GridCell(1, 1, title, Role.TITLE, across=last),
        GridCell(2, 1, _unit_line(sheet), Role.NOTE, across=last),
    ]
    ranges: dict[str, tuple[int, int]] = {}
    heads: dict[str, int] = {}
    widths, heights = _widths(sheet), {1: 30.0, 2: 18.0}
    row = FIRST_BLOCK_ROW
    for block in sheet.blocks:
        heads[block.key] = row + 1
        head = list(_head(block, sheet, row, last))
        cells += head
        heights |= {row: 21.0, row + 1: _head_height(head, widths)}
        top = row + 2
        for line in block.rows:
            if line.many:
                ranges[block.key] = (top, top + line.many + 1)
                heights |= {top: GUARD_HEIGHT, top + line.many + 1: LINE}
                cells += _added(block, sheet, line, top + 1, copy)
                cells.append(GridCell(top + line.many + 1, 1, GUARD_TEXT, Role.GUARD))
                top += line.many + 2
            else:
                cells += _line(block, sheet, line, 0, top, copy, last)
                top += 1
        if block.note:
            cells.append(GridCell(top, 1, block.note, Role.NOTE, across=last))
            top += 1
        row = top + 1
    heights |= {c.row: PARAGRAPH_HEIGHT for c in cells if c.across > 1 and c.role is Role.INPUT}
    grid = Grid(
        sheet.name_of(copy),
        tuple(cells),
        widths,
        heights,
        landscape=sum(widths.values()) > (UPRIGHT if row > TALL else UPRIGHT * 3 // 5),
        heads=_repeated(sheet, heads),
    )
    return EntrySheet(sheet, copy, grid, ranges, heads)


def _repeated(sheet: Sheet, heads: dict[str, int]) -> tuple[int, int]:
    """What every printed page begins with: the title and, where the sheet begins with a list, its head."""
    first = sheet.blocks[0]
    return (1, heads[first.key] if first.many else 1)


def _unit_line(sheet: Sheet) -> str:
    if any(b.unit == BOOK and any(c.kind is Kind.MONEY for c in b.columns) for b in sheet.blocks):
        return "金额按“1基本情况”所选单位（元或万元）填写；没有的填 0，不知道的留空。浅黄色格填写，灰色格自动生成。"
    if sheet.annex:
        return "金额单位：万元。灰色格由前面各表自动生成；浅黄色格填写。"
    return "浅黄色格填写；灰色格自动生成；标 * 的必须填写。"


def _head_height(head: list[GridCell], widths: dict[int, float]) -> float:
    """As many lines as the longest label needs in its column."""
    lines = [-int(-(text_width(str(c.content)) + 1) // widths[c.column]) for c in head if c.role is Role.HEAD]
    return max(lines) * LINE + 6


def _head(block: Block, sheet: Sheet, row: int, last: int) -> Iterator[GridCell]:
    yield GridCell(row, 1, block.title, Role.BAND, across=last)
    if block.label_head:
        yield GridCell(row + 1, 1, block.label_head, Role.HEAD)
    places = positions(block, sheet)
    for column in block.columns:
        star = "*" if column.required else ""
        alone = len(block.columns) == 1 and column.kind is Kind.PARAGRAPH and not _roomy(column)
        across = last - places[column.key] + 1 if alone else 1
        yield GridCell(row + 1, places[column.key], column.label + star, Role.HEAD, across=across)
    for at, text in asides.heads(block, places).items():
        yield GridCell(row + 1, at, text, Role.HEAD)


def _added(block: Block, sheet: Sheet, line: Row, top: int, copy: int) -> Iterator[GridCell]:
    for number in range(1, line.many + 1):
        yield from _line(block, sheet, line, number, top + number - 1, copy, 0)


def _line(
    block: Block, sheet: Sheet, line: Row, number: int, row: int, copy: int, last: int
) -> Iterator[GridCell]:
    if block.label_head:
        fields = [block.fields.get((line.key, c.key)) for c in block.columns]
        star = "*" if any(f and f.required for f in fields) and len(block.columns) == 1 else ""
        yield GridCell(row, 1, f"{number}" if number else line.label + star, Role.LABEL, indent=line.indent)
    places = positions(block, sheet)
    for column in block.columns:
        field = block.fields.get((line.key, column.key))
        if field is None:
            continue
        start = places[column.key]
        role = Role.LOCKED if field.locked else Role.SUGGESTED if field.formula else Role.INPUT
        wide = (
            field.kind is Kind.PARAGRAPH and len(block.columns) == 1 and last > start and not _roomy(column)
        )
        across = last - start + 1 if wide else 1
        key = Key(block.key, copy, line.key, number, column.key)
        yield GridCell(row, start, None, role, across=across, key=key)
    yield from asides.cells(block, places, Key(block.key, copy, line.key, number, ""), row)


def _roomy(column: Column) -> bool:
    return column.width is not None and column.width >= PARAGRAPH_WIDTH


def _widths(sheet: Sheet) -> dict[int, float]:
    widths: dict[int, float] = {}
    for block in sheet.blocks:
        if block.label_head:
            longest = max((text_width(r.label) + 2 * r.indent for r in block.rows), default=6)
            widths[1] = max(widths.get(1, 6), min(longest + 3, 44))
        for column in block.columns:
            at = positions(block, sheet)[column.key]
            widths[at] = max(widths.get(at, 7), _width(column, len(block.columns) == 1))
        widths |= dict.fromkeys(asides.heads(block, positions(block, sheet)), asides.WIDTH)
    return widths


def _width(column: Column, alone: bool) -> float:
    """A text that is alone in its block spans the sheet, so it asks for no width of its own."""
    if column.width:
        return column.width
    return 14 if alone and column.kind is Kind.PARAGRAPH else WIDTHS.get(column.kind, 11)
