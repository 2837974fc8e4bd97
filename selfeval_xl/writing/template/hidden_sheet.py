"""The hidden sheet of the template: form id, year and edition, unit factors, a bureau's overlay, and one line a project sheet
that gathers its figures (3-D references do not work in LibreOffice, and a deleted sheet must not spoil the sums)."""

from collections.abc import Iterable

from selfeval_xl.expressions import Cell, Rows
from selfeval_xl.filing import Filing
from selfeval_xl.forms import EDITION_MARK, MARK, OVERLAY_MARK, Kind, Overlay
from selfeval_xl.identities import Line
from selfeval_xl.identities.formulas import half
from selfeval_xl.money import WAN
from selfeval_xl.writing.pages import Page, stored
from selfeval_xl.writing.template import addresses as at
from selfeval_xl.writing.template.addresses import Addresses
from selfeval_xl.writing.template.blanks import Blanks
from selfeval_xl.writing.template.rooting import Lines
from selfeval_xl.writing.template.roots import Roots

FIRST_HELPER = 3


def helper_columns(lines: Iterable[Line]) -> dict[Rows, int]:
    """For each cell that is summed over the project sheets, the first of its two columns: value, half step."""
    gathered = dict.fromkeys(
        leaf for line in lines for leaf in line.leaves if isinstance(leaf, Rows) and leaf.row
    )
    return {rows: FIRST_HELPER + 2 * i for i, rows in enumerate(gathered)}


def draw_hidden(page: Page, book: Addresses, filing: Filing) -> None:
    """Writes the sheet and hides it."""
    has_unit = book.form.has("unit", "money_unit", "value")
    unit = book.place(Cell("unit", "money_unit", "value"), 0).formula if has_unit else '""'
    page.text(at.FORM_ROW, 1, MARK)
    page.text(at.FORM_ROW, 2, book.form.base)
    page.text(at.YEAR_ROW, 1, "年度")
    page.number(at.YEAR_ROW, 2, book.form.year)
    page.text(at.YEAR_ROW, 3, EDITION_MARK)
    page.number(at.YEAR_ROW, 4, book.form.edition)
    page.text(at.RATE_ROW, 1, "一万元合本表单位")
    page.formula(at.RATE_ROW, 2, f'IF({unit}="元",10000,1)', WAN // filing.scale)
    page.text(at.PER_ROW, 1, "本表单位合分")
    page.formula(at.PER_ROW, 2, f'IF({unit}="元",100,{WAN})', filing.scale)
    if book.form.overlay:
        _overlay(page, book.form.overlay)
    page.text(at.HELPER_ROW - 1, 1, "附件3")
    page.text(at.HELPER_ROW - 1, at.IN_USE, "在用")
    for copy in range(1, book.copies + 1):
        _line(page, book, filing, copy)
    roots = Roots(book)
    for row, column, formula in Lines(roots).cells() if roots.applies else ():
        # What they give shows in 须说明差额 and 待写原因, whose values are known from the converter's own rule.
        page.formula(row, column, formula, 0)
    for row, formula in Blanks(book).cells():
        page.formula(row, 1, formula, 0)
    page.sheet.hide()


def _overlay(page: Page, overlay: Overlay) -> None:
    """The bureau's overlay, so that a filled workbook needs nothing else; its 校验码 stands beside the form's id."""
    page.text(at.OVERLAY_ROW, 1, OVERLAY_MARK)
    page.text(at.OVERLAY_ROW, 2, overlay.name)
    page.text(at.OVERLAY_ROW, 3, overlay.text)
    page.text(at.FORM_ROW, 3, overlay.code)


def _line(page: Page, book: Addresses, filing: Filing, copy: int) -> None:
    row, used, flag = at.HELPER_ROW + copy - 1, copy in filing.copies, book.flag(copy)
    page.number(row, 1, copy)
    page.formula(row, at.IN_USE, book.used(copy), int(used))
    for rows, column in book.helpers.items():
        reference = book.place(Cell(rows.block, rows.row, rows.column), copy).formula
        figure = filing.figure(rows.block, rows.row, rows.column, copy) if used else None
        shown = stored(figure.value if figure else None, Kind.MONEY)
        page.formula(row, column, f'IF({flag}=1,IF({reference}="","",{reference}),"")', shown)
        kept = f"IF({flag}=1,{half(reference, str(WAN))},0)"
        page.formula(row, column + 1, kept, figure.half if figure else 0)
