"""One table of an annex: cells spanning columns and rows, widths as given, heads that Word repeats."""

import re
from collections.abc import Mapping
from functools import lru_cache

from msgspec import Struct

from selfeval_xl.filing import Filing
from selfeval_xl.layout.grid import GridCell, Role, text_width
from selfeval_xl.layout.shown import Align, aligned, kind_of, said
from selfeval_xl.writing.report.annexes.elements import paragraph, run, w
from selfeval_xl.writing.report.annexes.pieces import Box, Part
from selfeval_xl.writing.report.annexes.widths import characters

ROW_HEIGHT = 1.5
"""Times the font size, at least."""
INDENT = 1.0
"""Characters of a step."""
SHORT = (2, 3)
"""A cell over so many rows is not broken across pages."""
LONG = 300
"""A row with a longer text may be broken across pages."""
_WEIGHT = re.compile(r"(?<=.)(（[\d.]+分）)$")


class Look(Struct, frozen=True):
    """Ids of the styles, the font size of the text styles in points, twips of every column."""

    table: str
    text: str
    head: str
    size: float
    widths: Mapping[int, int]


def table(part: Part, look: Look, filing: Filing, last: bool) -> str:
    """`last`: nothing follows below; else the next table draws the line between them."""
    properties = w(
        "tblPr",
        w("tblStyle", val=look.table),
        w("tblW", w=sum(look.widths.values()), type="dxa"),
        w("jc", val="center"),
        w("tblLayout", type="fixed"),
        w("tblLook", val="0000", firstRow=0, lastRow=0, firstColumn=0, lastColumn=0, noHBand=1, noVBand=1),
    )
    grid = w("tblGrid", *(w("gridCol", w=look.widths[column]) for column in sorted(look.widths)))
    rows = [_row(part, number, look, filing, last) for number in part.rows]
    return w("tbl", properties, grid, *rows)


def text_of(cell: GridCell, filing: Filing) -> str:
    return said(cell.content, kind_of(cell, filing.form))


def _row(part: Part, number: int, look: Look, filing: Filing, last: bool) -> str:
    boxes = part.row(number)
    head = number < part.heads
    ends = last and number == part.rows[-1]
    stays = head or ends or any(b.cell.down in SHORT and number < b.cell.row + b.cell.down - 1 for b in boxes)
    long = any(isinstance(b.cell.content, str) and len(b.cell.content) > LONG for b in boxes)
    properties = w(
        "trPr",
        "" if long else w("cantSplit"),
        w("trHeight", val=round(look.size * 20 * ROW_HEIGHT), hRule="atLeast"),
        w("tblHeader") if head else "",
    )
    below = 0 if last else len(part.rows)
    return w("tr", properties, *(_cell(b, number, look, filing, stays and not long, below) for b in boxes))


def _cell(box: Box, number: int, look: Look, filing: Filing, keep: bool, joined: int) -> str:
    """`joined`: the row that begins the next table, which draws the line above it; 0: none does."""
    cell = box.cell
    width = sum([look.widths[cell.column + at] for at in range(cell.across)])
    first, below = number == cell.row, box.open_below or cell.row + cell.down == joined
    merge = ("restart" if first else "continue") if cell.down > 1 else ""
    properties = _properties(width, cell.across, merge, box.open_above and first, below)
    text = _broken(text_of(cell, filing), width, look.size) if first else ""
    return w("tc", properties, _paragraph(cell, text, look, filing, keep))


@lru_cache(1000)
def _properties(width: int, across: int, merge: str, top: bool, bottom: bool) -> str:
    """Of a cell; a table has few kinds. `top`, `bottom`: no line there."""
    return w(
        "tcPr",
        w("tcW", w=width, type="dxa"),
        w("gridSpan", val=across) if across > 1 else "",
        w("vMerge", val=merge) if merge else "",
        _open(top, bottom),
        w("vAlign", val="center"),
    )


def _open(top: bool, bottom: bool) -> str:
    """No line above, or below."""
    sides = [side for side, open_ in (("top", top), ("bottom", bottom)) if open_]
    return w("tcBorders", *(w(side, val="nil") for side in sides)) if sides else ""


def _broken(text: str, width: int, size: float) -> str:
    """A weight that does not fit beside its name stands below it: 产出指标⏎（50分）."""
    fits = characters(text_width(text), size) <= width
    return text if fits else _WEIGHT.sub(r"\n\1", text)


def _paragraph(cell: GridCell, text: str, look: Look, filing: Filing, keep: bool) -> str:
    wanted = {"keepNext": w("keepNext")} if keep else {}
    if cell.indent:
        steps = round(cell.indent * INDENT * 100)
        wanted["ind"] = w("ind", leftChars=steps, left=round(steps * look.size / 5))
    head = cell.role is Role.HEAD
    align = aligned(cell, filing.form)
    if align is not (Align.CENTRE if head else Align.LEFT):  # as the styles have it
        wanted["jc"] = w("jc", val=align)
    return paragraph(look.head if head else look.text, *([run(text)] if text else []), **wanted)
