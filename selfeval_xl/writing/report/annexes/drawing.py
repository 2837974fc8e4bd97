"""The annexes in their place: each on a page of its own, wide ones on pages turned sideways."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from docx.oxml.ns import qn
from msgspec import Struct

from selfeval_xl.filing import Filing
from selfeval_xl.layout.grid import Grid, GridCell, Role
from selfeval_xl.layout.printed import signatures
from selfeval_xl.writing.report.annexes import sections, styles
from selfeval_xl.writing.report.annexes.elements import paragraph, parsed, run, w
from selfeval_xl.writing.report.annexes.pieces import Line, Part, pieces
from selfeval_xl.writing.report.annexes.tables import Look, table, text_of
from selfeval_xl.writing.report.annexes.widths import fitted

NORMAL, SMALL = 10.5, 9.0
SQUEEZE = 1.25
"""Columns that are wider by more than this than the page, in the normal size, are set in the small one."""


class Sheet(Struct, frozen=True):
    """What an annex is drawn with: the ids of the styles, and the twips between the margins of its page."""

    filing: Filing
    ids: dict[str, str]
    width: int


def draw_annexes(document: Any, filing: Filing, grids: tuple[Grid, ...], own: bytes) -> None:
    """Every annex of the filing, as printed, where the template has its 附件位置, else at the end.

    `own`: the form's template, for styles that a unit's template lacks.
    """
    ids = styles.style_ids(document, own)
    place = _place(document.element.body, ids.get(styles.PLACE, ""))
    section = sections.section_at(place)
    tails: list[tuple[Any, bool]] = []
    for sideways, same in groupby(grids, key=lambda grid: grid.landscape):
        sheet = Sheet(filing, ids, sections.text_width(sections.turned(section, sideways)))
        for grid in same:
            for element in parsed(_annex(grid, _mark(grid, grids), sheet)):
                place.addprevious(element)
        tails.append((place.getprevious(), sideways))
    _divide(place, section, tails)


def _place(body: Any, style: str) -> Any:
    """The placeholder paragraph; one at the end of the last section where the template has none."""
    for found in body.iterchildren(qn("w:p")):
        named = found.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        if style and named is not None and named.get(qn("w:val")) == style:
            return found
    (made,) = parsed([w("p")])
    body[-1].addprevious(made)
    return made


def _divide(place: Any, section: Any, tails: list[tuple[Any, bool]]) -> None:
    """A section ends where the page turns; what follows the annexes stays in the section that was there."""
    last, sideways = tails[-1]
    inside = place in section.iterancestors()
    alone = inside or place.getnext() is section
    final = sections.turned(section, sideways) if alone else section
    ended = tails[:-1] if alone or sideways is sections.is_sideways(section) else tails
    for number, (tail, turned) in enumerate(ended):
        made = sections.turned(section, turned)
        if number:
            sections.go_on(made)
        sections.end_with(tail, made)
    if ended:
        sections.go_on(final)
    if inside:
        sections.end_with(last, final)
    elif alone:
        section.getparent().replace(section, final)
    place.getparent().remove(place)


def _mark(grid: Grid, grids: tuple[Grid, ...]) -> str:
    """附件3-1; 附件3 where it is the only one."""
    base = grid.name.partition("-")[0]
    return base if sum(other.name.partition("-")[0] == base for other in grids) == 1 else grid.name


def _annex(grid: Grid, mark: str, sheet: Sheet) -> Iterator[str]:
    """Mark, title, unit line, tables, notes, signatures."""
    look, parts = _look(grid, sheet), pieces(grid)
    yield paragraph(sheet.ids[styles.MARK], run(mark))
    for at, piece in enumerate(parts):
        if isinstance(piece, Line):
            yield _signed(grid, sheet) if at == len(parts) - 1 else _line(piece.cells, sheet)
            continue
        follows = isinstance(parts[at + 1], Part)
        yield table(piece, look, sheet.filing, last=not follows)
        if follows:
            yield paragraph(sheet.ids[styles.GAP])


def _look(grid: Grid, sheet: Sheet) -> Look:
    small = sum(grid.widths.values()) * NORMAL / 2 * 20 > SQUEEZE * sheet.width
    size = SMALL if small else NORMAL
    text, head = (styles.SMALL_TEXT, styles.SMALL_HEAD) if small else (styles.TEXT, styles.HEAD)
    widths = fitted(grid, lambda cell: text_of(cell, sheet.filing), size, sheet.width)
    return Look(sheet.ids[styles.TABLE], sheet.ids[text], sheet.ids[head], size, widths)


def _line(cells: tuple[GridCell, ...], sheet: Sheet) -> str:
    """A line above or below the frame; its second text stands at the right margin."""
    texts = [run(text_of(cell, sheet.filing)) for cell in cells]
    if cells[0].role is Role.TITLE:
        return paragraph(sheet.ids[styles.TITLE], *texts)
    keep = w("keepNext")
    if len(texts) == 1:
        return paragraph(sheet.ids[styles.LINE], *texts, keepNext=keep)
    stop, to_right = w("tabs", w("tab", val="right", pos=sheet.width)), w("r", w("tab"))
    return paragraph(sheet.ids[styles.LINE], texts[0], to_right, texts[1], keepNext=keep, tabs=stop)


def _signed(grid: Grid, sheet: Sheet) -> str:
    """Who filled it in and who signs: on one line of a wide page, two and two on an upright one."""
    said = [run(f"{label}：{value}") for label, value in signatures(sheet.filing)]
    on_a_line = len(said) if grid.landscape else 2
    stops = [w("tab", val="left", pos=sheet.width * at // on_a_line) for at in range(1, on_a_line)]
    runs = [said[0]]
    for at, one in enumerate(said[1:], 1):
        runs += [w("r", w("tab" if at % on_a_line else "br")), one]
    return paragraph(sheet.ids[styles.LINE], *runs, tabs=w("tabs", *stops))
