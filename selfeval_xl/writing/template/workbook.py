"""The template workbook: built from the form alone, empty or filled as a person would have left it."""

from collections.abc import Callable, Mapping

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, with_copies
from selfeval_xl.layout import entry
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.template.addresses import HIDDEN, Addresses
from selfeval_xl.writing.template.entry_sheets import Entries, Origin
from selfeval_xl.writing.template.filling import Values, filled
from selfeval_xl.writing.template.guide import draw_guide
from selfeval_xl.writing.template.hidden_sheet import draw_hidden, helper_columns
from selfeval_xl.writing.template.live_checks import LIVE, draw_live_checks, live_lines
from selfeval_xl.writing.template.wanted import Wanted

GUIDE = "填表说明"


def write_template(form: Form, *, projects: int | None = None) -> bytes:
    """The empty template with so many project sheets made in advance."""
    return fill(with_copies(form, projects) if projects else form, {})


def fill(
    form: Form,
    values: Values,
    origins: Mapping[Key, Origin] | None = None,
    beside: Callable[[Pages], None] | None = None,
) -> bytes:
    """The template with these values typed in and every computed cell cached, as Excel would leave it.

    `origins`: the colour and the comment of cells that were not typed by a person; `beside`: draws further sheets.
    Raises KeyError for a key that the template lacks.
    """
    filing = filled(form, values)
    lines = live_lines(form)
    sheets = entry(form)
    addresses = Addresses(form, sheets, helper_columns(lines))
    wanted = Wanted(filing)
    book = Pages(f"{form.year}年度{form.title}")
    guide, live = book.page(GUIDE), book.page(LIVE)
    for sheet in sheets:
        Entries(book.page(sheet.grid.name), addresses, wanted, values, origins).draw(sheet)
    if beside is not None:
        beside(book)
    draw_hidden(book.page(HIDDEN), addresses, filing)
    verdicts = draw_live_checks(live, addresses, lines, filing)
    draw_guide(guide, addresses, filing, verdicts)
    return book.content()
