"""取数来源 in a prefilled workbook: which blocks a person has confirmed; those that nobody has keep it 未填完."""

from collections.abc import Iterable, Iterator

from selfeval_xl.findings import Finding, Status
from selfeval_xl.forms.model import CONFIRMED, SOURCES
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.pages import RULES

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
