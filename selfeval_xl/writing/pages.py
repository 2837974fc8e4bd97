"""One worksheet to write on: rows and columns from 1, texts as texts, numbers as numbers, nothing lost in silence."""

import io
import re
from collections.abc import Mapping
from copy import deepcopy
from datetime import date, datetime
from fractions import Fraction

from msgspec import Struct
from xlsxwriter import Workbook
from xlsxwriter.format import Format

from selfeval_xl.filing.values import Content
from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN
from selfeval_xl.places import quoted
from selfeval_xl.writing.plain_sheet import PlainSheet
from selfeval_xl.writing.style import SCREEN, Formats, Look

CREATED = datetime(2000, 1, 1)
"""The same input gives the same bytes: no clock, no name."""
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": SCREEN, "font_size": 10.5},
}
LONGEST = 32_767
"""Characters of one cell, as Excel counts them: in UTF-16."""
BLANK = " "
"""The stored value of a formula that gives "": xlsxwriter writes an empty one as if it had not been calculated."""
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


class Pages:
    """A workbook in memory: `page` by page, then `content`."""

    def __init__(self, title: str, *, long: bool = False) -> None:
        """`long`: rows are written as they come, from the top down, and not kept in memory."""
        self._file = io.BytesIO()
        options = deepcopy(OPTIONS)  # xlsxwriter changes what it is given
        self.book = Workbook(
            self._file, options | ({"in_memory": False, "constant_memory": True} if long else {})
        )
        self.book.set_properties({"title": title, "created": CREATED})
        self.formats = Formats(self.book)

    def page(self, name: str) -> "Page":
        """A new worksheet, the last."""
        sheet = self.book.add_worksheet(name, PlainSheet)
        assert isinstance(sheet, PlainSheet)
        return Page(sheet, self.formats)

    def content(self) -> bytes:
        """The finished file; nothing can be written after."""
        self.book.close()
        return self._file.getvalue()


class Page(Struct, frozen=True):
    """A worksheet and the formats of its workbook."""

    sheet: PlainSheet
    formats: Formats

    def text(self, row: int, column: int, text: str, *looks: Look) -> None:
        self.sheet.text(row - 1, column - 1, clean(text), self.formats(*looks))

    def number(self, row: int, column: int, value: float, *looks: Look) -> None:
        self.sheet.number(row - 1, column - 1, value, self.formats(*looks))

    def day(self, row: int, column: int, value: date, *looks: Look) -> None:
        moment = datetime(value.year, value.month, value.day)
        _done(self.sheet.write_datetime(row - 1, column - 1, moment, self.formats(*looks)))

    def blank(self, row: int, column: int, *looks: Look) -> None:
        self.sheet.blank(row - 1, column - 1, self.formats(*looks))

    def formula(self, row: int, column: int, formula: str, value: float | str, *looks: Look) -> None:
        """A formula (without =) with the value that it is known to have."""
        cached = BLANK if value == "" else value
        self.sheet.formula(row - 1, column - 1, formula, self.formats(*looks), cached)

    def link(self, row: int, column: int, sheet: str, a1: str, text: str, *looks: Look) -> None:
        """A text that leads to a cell of this workbook."""
        url = f"internal:{quoted(sheet)}!{a1}"
        _done(self.sheet.write_url(row - 1, column - 1, url, self.formats(*looks), clean(text)))

    def file_link(self, row: int, column: int, file: str, text: str, *looks: Look) -> None:
        """A text that leads to a file, named as seen from this workbook's folder."""
        url = f"external:{file}"
        _done(self.sheet.write_url(row - 1, column - 1, url, self.formats(*looks), clean(text)))

    def value(self, row: int, column: int, value: float | str | date | None, *looks: Look) -> None:
        """A number, a text, a day or a blank, by its type."""
        match value:
            case None:
                self.blank(row, column, *looks)
            case str():
                self.text(row, column, value, *looks)
            case date():
                self.day(row, column, value, *looks)
            case _:
                self.number(row, column, value, *looks)

    def merged(
        self, row: int, column: int, down: int, across: int, value: float | str | date | None, *looks: Look
    ) -> None:
        """A value in cells that are joined."""
        if down > 1 or across > 1:
            style: Format = self.formats(*looks)
            last = (row + down - 2, column + across - 2)
            _done(self.sheet.merge_range(row - 1, column - 1, *last, "", style))
        self.value(row, column, value, *looks)

    def comment(self, row: int, column: int, text: str) -> None:
        """A note of no author on a cell."""
        lines = sum(len(line) // 22 + 1 for line in text.split("\n"))
        size = {"width": 320, "height": min(20 + 18 * lines, 400)}
        _done(
            self.sheet.write_comment(row - 1, column - 1, clean(text), {"author": "", "font_size": 9, **size})
        )

    def widths(self, widths: Mapping[int, float]) -> None:
        for column, width in widths.items():
            _done(self.sheet.set_column(column - 1, column - 1, width))

    def height(self, row: int, height: float) -> None:
        _done(self.sheet.set_row(row - 1, height))

    def growing(self, row: int, height: float) -> None:
        """A height that gives way to what people type: merged cells do not grow, so not for their rows."""
        self.height(row, height)
        self.sheet.growing.add(row)

    def for_print(
        self,
        *,
        landscape: bool,
        heads: tuple[int, int] | None = None,
        header: str = "",
        scale: int = 0,
        columns: int = 0,
    ) -> None:
        """A4, as wide as the page unless a scale is given, heads and so many first columns on every page, page x of y.

        What is wider than a page goes on to its right, and then down.
        """
        sheet = self.sheet
        sheet.set_paper(9)
        if landscape:
            sheet.set_landscape()
        sheet.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        sheet.center_horizontally()
        if scale:
            sheet.set_print_scale(scale)
        else:
            sheet.fit_to_pages(1, 0)
        if heads:
            sheet.repeat_rows(heads[0] - 1, heads[1] - 1)
        if columns:
            sheet.repeat_columns(0, columns - 1)
            sheet.print_across()
        sheet.set_header(f"&L{header}" if header else "")
        sheet.set_footer("&C第 &P 页，共 &N 页")


def plain_number(value: Fraction, kind: Kind, scale: int = WAN) -> float | int:
    """A figure as a spreadsheet holds it: money in its unit (`scale`: 分 in one), whole numbers as int."""
    above, below = value.numerator, value.denominator * (scale if kind is Kind.MONEY else 1)
    return above / below if above % below else above // below


def stored(value: Content, kind: Kind, scale: int = WAN) -> float | str:
    """What the cell of a computed figure shows; "" for a blank."""
    if isinstance(value, Fraction):
        return plain_number(value, kind, scale)
    return value if isinstance(value, str) else ""


def clean(text: str) -> str:
    """The text as a cell can hold it: no control characters, not too long."""
    if len(text) <= LONGEST // 2 and text.isprintable():  # as nearly every text is
        return text
    kept = UNPRINTABLE.sub("", text.replace("\r\n", "\n"))
    return kept.encode("utf-16-le")[: 2 * LONGEST].decode("utf-16-le", errors="ignore")


def _done(code: int | object) -> None:
    """xlsxwriter returns a negative number for what it did not write."""
    if isinstance(code, int) and code < 0:
        raise ValueError(f"xlsxwriter did not write a cell: {code}")
