"""填表说明: what a newcomer reads first, and the overall status while people type."""

from selfeval_xl.checking.concluding import asked_for
from selfeval_xl.filing import Filing
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Status
from selfeval_xl.layout.grid import text_width
from selfeval_xl.places import Place
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BOLD, CENTRE, LINED, PAPER, TITLE, TOP, WRAP, Look
from selfeval_xl.writing.template.addresses import Addresses
from selfeval_xl.writing.template.live_checks import status_line

WIDTH = 100
LINE = 16.5
"""The height of one line of text."""
STATUS: Look = {**PAPER, **BOLD, **LINED, **WRAP, "font_size": 12, "bg_color": "#FFF2CC"}


def draw_guide(page: Page, book: Addresses, filing: Filing, counts: dict[Status, tuple[str, int]]) -> None:
    """Title, status, the form's own guide, a line a sheet, the form's source."""
    form = book.form
    page.widths({1: 16, 2: WIDTH})
    page.height(1, 36)
    page.merged(1, 1, 1, 2, f"{form.year}年度部门整体支出绩效自评填报表", PAPER, TITLE, CENTRE)
    formula, value = status_line(counts)
    page.text(2, 1, "填报进度", STATUS)
    required = _required(book)
    empty = set(asked_for(filing, Tracer(filing)))
    blanks = "+".join(f"COUNTBLANK({place.formula})" for place in required)
    missing = sum(place in empty for place in required)
    page.formula(
        2,
        2,
        f'"必填还有 "&({blanks})&" 格未填；即时核对："&{formula}',
        f"必填还有 {missing} 格未填；即时核对：{value}",
        STATUS,
    )
    for row, (head, text) in enumerate((*form.guide, ("表样出处", form.source)), 4):
        page.text(row, 1, head, PAPER, BOLD, TOP)
        page.text(row, 2, text, PAPER, WRAP, TOP)
        page.height(row, LINE * -(-text_width(text) // WIDTH) + 4)
    page.sheet.hide_gridlines(2)
    page.for_print(landscape=True)
    page.sheet.protect("")


def _required(book: Addresses) -> list[Place]:
    """The required cells that are printed once; those of added rows only the program can count."""
    fields = {key: book.form.block(key.block).fields[key.row, key.column] for key in book.places}
    return [
        place
        for key, place in book.places.items()
        if fields[key].required and not key.number and not key.copy and fields[key].formula is None
    ]
