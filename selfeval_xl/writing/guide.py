"""填表说明: what a newcomer reads first, and the overall status while people type."""

from xlsxwriter.worksheet import Worksheet

from selfeval_xl.concluding import asked_for
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Status
from selfeval_xl.layout.grid import text_width
from selfeval_xl.places import Place
from selfeval_xl.tracing import Tracer
from selfeval_xl.writing.addresses import Addresses
from selfeval_xl.writing.live_checks import status_line
from selfeval_xl.writing.pens import Pen

WIDTH = 100
LINE = 16.5
"""The height of one line of text."""


def draw_guide(
    pen: Pen, sheet: Worksheet, book: Addresses, filing: Filing, counts: dict[Status, tuple[str, int]]
) -> None:
    """Title, status, the form's own guide, a line a sheet, the form's source."""
    form = book.form
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, WIDTH)
    title = pen.look(bold=True, font_size=18, align="center", font_name="黑体")
    sheet.merge_range(0, 0, 0, 1, "", title)
    sheet.set_row(0, 36)
    pen.text(sheet, 1, 1, f"{form.year}年度部门整体支出绩效自评填报表", title)
    strong = pen.look(bold=True, font_size=12, bg_color="#FFF2CC", border=1, text_wrap=True)
    formula, value = status_line(counts)
    pen.text(sheet, 2, 1, "填报进度", strong)
    required = _required(book, filing)
    missing = sum(1 for place in required if place in set(asked_for(filing, Tracer(filing))))
    blanks = "+".join(f"COUNTBLANK({place.formula})" for place in required)
    pen.formula(
        sheet,
        2,
        2,
        f'"必填还有 "&({blanks})&" 格未填；即时核对："&{formula}',
        strong,
        f"必填还有 {missing} 格未填；即时核对：{value}",
    )
    row = 4
    for head, text in form.guide:
        row = _line(pen, sheet, row, head, text)
    _line(pen, sheet, row, "表样出处", form.source)
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.set_landscape()
    sheet.protect("")


def _line(pen: Pen, sheet: Worksheet, row: int, head: str, text: str) -> int:
    pen.text(sheet, row, 1, head, pen.look(bold=True, valign="top"))
    pen.text(sheet, row, 2, text, pen.look(text_wrap=True, valign="top"))
    sheet.set_row(row - 1, LINE * -(-text_width(text) // WIDTH) + 4)
    return row + 1


def _required(book: Addresses, filing: Filing) -> list[Place]:
    """The required cells that are printed once; those of added rows only the program can count."""
    cells = []
    for key, place in book.places.items():
        field = book.form.block(key.block).fields[key.row, key.column]
        if field.required and key.number == 0 and key.copy == 0 and field.formula is None:
            cells.append(place)
    return cells
