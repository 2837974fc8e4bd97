"""The hidden sheet of the template: form id and year, unit factors, and one line a project sheet that gathers its
figures (3-D references do not work in LibreOffice, and a deleted sheet must not spoil the sums)."""

from collections.abc import Iterable

from selfeval_xl.computing import Key
from selfeval_xl.expressions import Cell, Rows
from selfeval_xl.filing import Filing
from selfeval_xl.forms import Kind
from selfeval_xl.formulas import half
from selfeval_xl.identities import Line
from selfeval_xl.money import WAN
from selfeval_xl.writing.addresses import (
    FORM_ROW,
    HELPER_ROW,
    HIDDEN,
    IN_USE,
    PER_ROW,
    RATE_ROW,
    YEAR_ROW,
    Addresses,
)
from selfeval_xl.writing.pens import Pen, cached_value

FIRST_HELPER = 3


def helper_columns(lines: Iterable[Line]) -> dict[Rows, int]:
    """For each cell that is summed over the project sheets, the first of its two columns: value, half step."""
    gathered = dict.fromkeys(
        leaf for line in lines for leaf in line.leaves if isinstance(leaf, Rows) and leaf.row
    )
    return {rows: FIRST_HELPER + 2 * i for i, rows in enumerate(gathered)}


def draw_hidden(pen: Pen, book: Addresses, filing: Filing) -> None:
    """Writes the sheet and hides it."""
    sheet = pen.book.add_worksheet(HIDDEN)
    look = pen.look()
    unit = book.places[Key("unit", 0, "money_unit", 0, "value")].formula
    pen.text(sheet, FORM_ROW, 1, "表样编号", look)
    pen.text(sheet, FORM_ROW, 2, book.form.id, look)
    pen.text(sheet, YEAR_ROW, 1, "年度", look)
    pen.number(sheet, YEAR_ROW, 2, book.form.year, look)
    pen.text(sheet, RATE_ROW, 1, "一万元合本表单位", look)
    pen.formula(sheet, RATE_ROW, 2, f'IF({unit}="元",10000,1)', look, WAN // filing.scale)
    pen.text(sheet, PER_ROW, 1, "本表单位合分", look)
    pen.formula(sheet, PER_ROW, 2, f'IF({unit}="元",100,1000000)', look, filing.scale)
    pen.text(sheet, HELPER_ROW - 1, 1, "附件3", look)
    pen.text(sheet, HELPER_ROW - 1, IN_USE, "在用", look)
    for copy in range(1, book.copies + 1):
        _line(pen, book, filing, copy)
    sheet.hide()


def _line(pen: Pen, book: Addresses, filing: Filing, copy: int) -> None:
    sheet = pen.book.get_worksheet_by_name(HIDDEN)
    assert sheet is not None
    look, row = pen.look(), HELPER_ROW + copy - 1
    used = copy in filing.copies
    pen.number(sheet, row, 1, copy, look)
    pen.formula(sheet, row, IN_USE, book.used(copy), look, int(used))
    for rows, column in book.helpers.items():
        reference = book.place(Cell(rows.block, rows.row, rows.column), copy).formula
        figure = filing.figure(rows.block, rows.row, rows.column, copy) if used else None
        shown = figure.value if figure else None
        mirror = f'IF({book.flag(copy)}=1,IF({reference}="","",{reference}),"")'
        pen.formula(sheet, row, column, mirror, look, cached_value(shown, Kind.MONEY))
        kept = f"IF({book.flag(copy)}=1,{half(reference, '1000000')},0)"
        pen.formula(sheet, row, column + 1, kept, look, figure.half if figure else 0)
