"""取数来源 in a prefilled workbook: which blocks a person has confirmed; those that nobody has keep it 未填完."""

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from decimal import Decimal, InvalidOperation

from selfeval_xl.findings import Finding, Status
from selfeval_xl.forms.model import CONFIRMED, SOURCES
from selfeval_xl.places import Place, column_number
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.pages import RULES

_PLACE = re.compile(r"(.+)!([A-Z]{1,3})([0-9]{1,7})")
SAID = 200
"""Signs of a text that the list shows."""
MARKS = frozenset("√✓✔vV对是")


def unconfirmed(sheets: Iterable[Sheet]) -> Iterator[Finding]:
    """One finding for all blocks whose mark is not there."""
    open_ = [found for sheet in sheets if sheet.name.startswith(SOURCES) for found in _open(sheet)]
    if open_:
        rule = RULES["W-01"]
        titles = "、".join(f"“{title}”" for _, title in open_)
        places = tuple(place for place, _ in open_)
        message = f"{titles}的取数没有确认"
        yield Finding((rule.id,), rule.level, Status.UNKNOWN, places, message, rule.remedy, required=True)


def as_prefilled(sheets: Sequence[Sheet]) -> frozenset[Place]:
    """The cells that still hold what was typed in from other files: nobody has touched them."""
    by_name = {sheet.name: sheet for sheet in sheets}
    said = (found for sheet in sheets if sheet.name.startswith(SOURCES) for found in _typed_in(sheet))
    return frozenset(place for place, text in said if _holds(by_name.get(place.sheet), place, text))


def _typed_in(sheet: Sheet) -> Iterator[tuple[Place, str]]:
    """Place and value, as the list of cells has them in its first and third column."""
    for (row, column), cell in sheet.cells.items():
        place = _PLACE.fullmatch(f"{cell.value}") if column == 1 else None
        value = sheet.cells.get((row, 3))
        if place and value is not None:
            yield Place(place[1], int(place[3]), column_number(place[2])), f"{value.value}"


def _holds(sheet: Sheet | None, place: Place, text: str) -> bool:
    cell = sheet.cells.get((place.row, place.column)) if sheet else None
    if cell is None:
        return False
    if isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        with suppress(InvalidOperation):
            return Decimal(str(cell.value)) == Decimal(text)
    return f"{cell.value}"[:SAID] == text[:SAID]


def _open(sheet: Sheet) -> Iterator[tuple[Place, str]]:
    """The cells below the head that are still blank, with the title of their block."""
    head = next((at for at, cell in sheet.cells.items() if plain(f"{cell.value}") == plain(CONFIRMED)), None)
    if head is None:
        return
    row, column = head[0] + 1, head[1]
    while (title := sheet.cells.get((row, column - 1))) is not None:
        mark = sheet.cells.get((row, column))
        if mark is None or f"{mark.value}".strip() not in MARKS:
            yield Place(sheet.name, row, column), f"{title.value}"
        row += 1
