"""xlsxwriter with the habits of this house: texts as texts, numbers as numbers, one format a look, fixed bytes."""

import io
from datetime import date, datetime
from fractions import Fraction
from types import TracebackType
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN

LONGEST = 32_767
CREATED = datetime(2000, 1, 1)
"""Outputs carry no clock."""
BLANK = " "
"""The cached result of a formula that is blank: xlsxwriter writes "" as if it were not calculated."""
NUMBER_FORMATS = {
    Kind.MONEY: "#,##0.00",
    Kind.COUNT: "0",
    Kind.AREA: "#,##0.00",
    Kind.RATE: "0.00%",
    Kind.SCORE: "0.00",
    Kind.DATE: "yyyy-mm-dd",
}


class Pen:
    """A workbook in memory. Use as a context, then `content`."""

    def __init__(self, title: str) -> None:
        self._file = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.book: Workbook = xlsxwriter.Workbook(self._file, options)
        self.book.set_properties({"title": title, "created": CREATED, "author": "", "comments": ""})
        self.book.set_calc_mode("auto")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __enter__(self) -> "Pen":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self.book.close()

    @property
    def content(self) -> bytes:
        return self._file.getvalue()

    def look(self, **properties: Any) -> Format:
        """The format with these properties, made once."""
        full = {"font_name": "宋体", "font_size": 10.5, "valign": "vcenter", **properties}
        key = tuple(sorted(full.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format(full)
        return self._formats[key]

    def text(self, sheet: Worksheet, row: int, column: int, text: str, look: Format) -> None:
        """A text, whatever it looks like; row and column from 1."""
        if sheet.write_string(row - 1, column - 1, clean(text)[:LONGEST], look) != 0:
            raise ValueError(f"not written: {row},{column}")

    def number(self, sheet: Worksheet, row: int, column: int, number: float, look: Format) -> None:
        if sheet.write_number(row - 1, column - 1, number, look) != 0:
            raise ValueError(f"not written: {row},{column}")

    def formula(
        self, sheet: Worksheet, row: int, column: int, formula: str, look: Format, cached: float | str | None
    ) -> None:
        """A formula with the value that it has: a file that nobody has recalculated reads right."""
        value = BLANK if cached is None or cached == "" else cached
        if sheet.write_formula(row - 1, column - 1, "=" + formula, look, value) != 0:
            raise ValueError(f"not written: {row},{column}")


def clean(text: str) -> str:
    """Without control characters, which no sheet can hold."""
    return "".join(c for c in text if c in "\n\t" or (ord(c) >= 32 and not 0xD800 <= ord(c) <= 0xDFFF))


def plain_number(value: Fraction, kind: Kind, scale: int = WAN) -> float | int:
    """A figure as a spreadsheet holds it: money divided into its unit, whole numbers as int."""
    number = value / scale if kind is Kind.MONEY else value
    return int(number) if number.denominator == 1 else float(number)


def cached_value(value: Fraction | str | date | None, kind: Kind, scale: int = WAN) -> float | str | None:
    """What a computed cell shows."""
    if isinstance(value, Fraction):
        return plain_number(value, kind, scale)
    return value if isinstance(value, str) else None
