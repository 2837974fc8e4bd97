"""What the hidden sheet 表样 says: which form the workbook is, of which year, by which edition of the template, under
which overlay of a bureau.

Anybody can edit that sheet: the overlay's text is read as the closed vocabulary that it is, and must have its 校验码.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from msgspec import Struct

from selfeval_xl.errors import FormError, UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.forms import (
    EDITION_MARK,
    FIRST_EDITION,
    MARK,
    OVERLAY_MARK,
    Form,
    Overlay,
    available,
    load,
    plain_lines,
)
from selfeval_xl.forms.vocabulary import short
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Cell, Sheet
from selfeval_xl.reading.other_tables import what_it_is
from selfeval_xl.reading.sheet_facts import Position

YEAR = re.compile(r"20\d\d")
Cells = Mapping[Position, Cell]


class Marked(Struct, frozen=True):
    """The form to read by. `differs`: where the workbook holds another overlay than the one that was given; `asked`:
    the form was given, so that the hidden sheet did not settle its year."""

    form: Form
    differs: Place | None = None
    asked: bool = False


def is_mark(sheet: Sheet) -> bool:
    """Whether it is the hidden sheet of a form that the program has."""
    at = _find(sheet.cells, MARK)
    return at is not None and _beside(sheet.cells, at) in available()


def marked(path: Path, sheets: Iterable[Sheet], given: Form | Overlay | None) -> Marked:
    """The form that the hidden sheet names, for its year; `given` goes first: a form, or an overlay on it.

    Raises UnusableFile: the sheet names none, or is damaged; FormError: the overlay is not for this form.
    """
    found = [(sheet, at) for sheet in sheets if (at := _find(sheet.cells, MARK)) is not None]
    known = [(sheet, at) for sheet, at in found if _beside(sheet.cells, at) in available()]
    if isinstance(given, Form):
        return _with_form(path, known, given)
    if not found:
        if (other := what_it_is(sheets)) is not None:
            raise UnusableFile(f"「{readable(path.name)}」{other}。")
        raise UnusableFile(
            f"「{readable(path.name)}」不是本程序的填报模板（缺少“表样”工作表）；"
            "请用 workbook_templates 里的模板填写，或用 --form 指明表样。"
        )
    sheet, at = (known or found)[0]
    name, year = _beside(sheet.cells, at), _beside(sheet.cells, (at[0] + 1, at[1]))
    if not name:
        raise UnusableFile(
            f"「{readable(path.name)}」的“表样”工作表里没有表样编号（{Place(sheet.name, at[0], at[1] + 1)} 是空白）；"
            "请从空白模板重新填写，不要改动该表。"
        )
    if name not in available():
        raise UnusableFile(
            f"「{readable(path.name)}」的表样 {short(name)} 本程序没有；请换用新版程序或新版模板。"
        )
    if not YEAR.fullmatch(year):
        raise UnusableFile(
            f"「{readable(path.name)}」的“表样”工作表里没有年度；请从空白模板重新填写，不要改动该表。"
        )
    edition = _edition(path, sheet, name)
    if given is None:
        return Marked(_embedded(path, sheet, at, int(year)) or load(name, int(year), edition))
    form = load(given, int(year), edition)
    if form.base != name:
        raise FormError(
            f"{given.name} 调整的是表样 {form.base}，「{readable(path.name)}」用的是表样 {name}；请换用对应的方案。"
        )
    return Marked(form, _difference(path, sheet, at, given))


def _with_form(path: Path, known: list[tuple[Sheet, Position]], given: Form) -> Marked:
    """A form that was given reads the workbook, under the overlay that stands in there, unless one was given, too."""
    if not known:
        return Marked(given, asked=True)
    sheet, at = known[0]
    if _beside(sheet.cells, at) == given.base:
        given = _of_edition(given, _edition(path, sheet, given.base))
    if given.overlay:
        return Marked(given, _difference(path, sheet, at, given.overlay), asked=True)
    embedded = _embedded(path, sheet, at, given.year)
    return Marked(embedded if embedded and embedded.base == given.base else given, asked=True)


def _embedded(path: Path, sheet: Sheet, at: Position, year: int) -> Form | None:
    """The form under the overlay in the workbook, if there is one. Raises UnusableFile."""
    overlay, code = _overlay(path, sheet), _beside(sheet.cells, (at[0], at[1] + 1))
    if overlay is None and not code:
        return None
    try:
        if overlay is None or overlay.code != code:
            raise FormError("内容被改动或删除")
        return load(overlay, year, _edition(path, sheet, _beside(sheet.cells, at)))
    except FormError as error:
        place = _place(sheet) or Place(sheet.name, at[0], at[1] + 2)
        raise UnusableFile(
            f"「{readable(path.name)}」里财政部门的调整方案（{place}）不能用：{error}；"
            "请从财政部门下发的空白模板重新填写，不要改动“表样”工作表。"
        ) from error


def _of_edition(form: Form, edition: int) -> Form:
    return form if form.edition == edition else load(form.overlay or form.base, form.year, edition)


def _edition(path: Path, sheet: Sheet, form: str) -> int:
    """The edition of the template that the sheet names; the first named none. Raises UnusableFile."""
    at = _find(sheet.cells, EDITION_MARK)
    said = f"{FIRST_EDITION}" if at is None else _beside(sheet.cells, at)
    if said.isdecimal() and FIRST_EDITION <= int(said) <= load(form).edition:
        return int(said)
    raise UnusableFile(
        f"「{readable(path.name)}」的模板版次 {short(said)} 本程序没有；请换用新版程序，不要改动“表样”工作表。"
    )


def _difference(path: Path, sheet: Sheet, at: Position, given: Overlay) -> Place | None:
    """Where the workbook's own overlay, or what is left of it, stands, if it is another one than the one given."""
    overlay = _overlay(path, sheet)
    if overlay is None and not _beside(sheet.cells, (at[0], at[1] + 1)):
        return None
    if overlay is not None and overlay.code == given.code:
        return None
    return _place(sheet) or Place(sheet.name, at[0], at[1] + 2)


def _overlay(path: Path, sheet: Sheet) -> Overlay | None:
    place = _place(sheet)
    if place is None:
        return None
    name = short(_beside(sheet.cells, (place.row, place.column - 2)))
    text = plain_lines(_beside(sheet.cells, (place.row, place.column - 1)))
    return Overlay(f"{readable(path.name)} 内的 {name}", text)


def _place(sheet: Sheet) -> Place | None:
    """The cell of the overlay's text."""
    at = _find(sheet.cells, OVERLAY_MARK)
    return None if at is None else Place(sheet.name, at[0], at[1] + 2)


def _find(cells: Cells, mark: str) -> Position | None:
    return next((at for at, cell in cells.items() if cell.value == mark), None)


def _beside(cells: Cells, at: Position) -> str:
    """The text right of a cell."""
    cell = cells.get((at[0], at[1] + 1))
    return f"{cell.value}".strip() if cell and cell.value is not None else ""
