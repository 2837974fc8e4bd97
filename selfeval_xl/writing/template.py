"""The template workbook: built from the form alone, empty or filled as a person would have left it."""

from selfeval_xl.forms import Form, with_copies
from selfeval_xl.layout import entry
from selfeval_xl.writing.addresses import Addresses
from selfeval_xl.writing.entry_sheets import EntryPen
from selfeval_xl.writing.filling import Values, filled
from selfeval_xl.writing.guide import draw_guide
from selfeval_xl.writing.hidden_sheet import draw_hidden, helper_columns
from selfeval_xl.writing.live_checks import LIVE, draw_live_checks, live_lines
from selfeval_xl.writing.pens import Pen

GUIDE = "填表说明"


def write_template(form: Form, *, projects: int | None = None) -> bytes:
    """The empty template with so many project sheets made in advance."""
    return fill(with_copies(form, projects) if projects else form, {})


def fill(form: Form, values: Values) -> bytes:
    """The template with these values typed in and every computed cell cached, as Excel would leave it.

    Raises KeyError for a key that the template lacks.
    """
    filing = filled(form, values)
    lines = live_lines(form)
    sheets = entry(form)
    book = Addresses(form, sheets, helper_columns(lines))
    with Pen(form.title) as pen:
        guide = pen.book.add_worksheet(GUIDE)
        live = pen.book.add_worksheet(LIVE)
        for sheet in sheets:
            EntryPen(pen, book, filing, values).draw(sheet)
        draw_hidden(pen, book, filing)
        verdicts = draw_live_checks(pen, live, book, lines, filing)
        draw_guide(pen, guide, book, filing, verdicts)
    return pen.content
