"""xlsxwriter's worksheet with its inner loops written for the cells that we have: the same bytes in a third of the time."""

from collections import defaultdict
from functools import lru_cache, partial
from math import isfinite
from typing import Any

from xlsxwriter import worksheet
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from selfeval_xl.places import column_letters

# The private names of xlsxwriter that are used stand in this file alone; pyproject.toml pins its minor version.
_module: Any = worksheet
Text, Number, Blank, Formula = (
    getattr(_module, f"Cell{kind}Tuple") for kind in ("String", "Number", "Blank", "Formula")
)
BLOCK = 16
"""Rows that share a `spans`."""


class PlainSheet(Worksheet):
    """Takes texts, numbers, blanks and formulas with a format as they are, and places as numbers. xlsxwriter rewrites newer
    functions with thirty regexes a formula; ours use only what every version knows (a test lists them). Other cells are
    written as xlsxwriter does.

    Rows in `growing` have a height, but no fixed one: Excel and WPS fit them anew when somebody types there."""

    _unescaped: Any = Worksheet._escape_attributes
    _escape_attributes: Any = staticmethod(lru_cache(10_000, typed=True)(partial(_unescaped, None)))
    """Of places and formats, the same on every sheet; 15 and 15.0 are written otherwise."""

    fh: Any
    str_table: Any
    table: defaultdict[int, dict[int, Any]]

    def __init__(self) -> None:
        super().__init__()
        self.growing: set[int] = set()

    def text(self, row: int, column: int, text: str, style: Format) -> None:
        """Rows and columns from 0, here and below; raises ValueError where a sheet has no such cell."""
        self._put(row, column, Text(text if self.constant_memory else self._shared(text), style))

    def number(self, row: int, column: int, value: float, style: Format) -> None:
        if not isfinite(value):
            raise ValueError(f"no number for a cell: {value}")
        self._put(row, column, Number(value, style))

    def blank(self, row: int, column: int, style: Format) -> None:
        self._put(row, column, Blank(style))

    def formula(self, row: int, column: int, formula: str, style: Format, value: str | float) -> None:
        """A formula without =, taken as it is."""
        self._put(row, column, Formula(formula, style, value))

    def _put(self, row: int, column: int, cell: Any) -> None:
        if self._check_dimensions(row, column):
            raise ValueError(f"xlsxwriter did not write a cell: {row}, {column}")
        if self.constant_memory and row > self.previous_row:
            self._write_single_row(row)
        self.table[row][column] = cell

    def _shared(self, text: str) -> int:
        return int(self.str_table._get_shared_string_index(text))

    def _xml_start_tag_unencoded(self, tag: str, attributes: list[tuple[str, Any]] | None = None) -> None:
        if tag == "row" and attributes and attributes[0][1] in self.growing:
            attributes = [(name, value) for name, value in attributes if name != "customHeight"]
        super()._xml_start_tag_unencoded(tag, attributes)

    def _write_rows(self) -> None:
        self._calculate_spans()
        letters = [column_letters(at + 1) for at in range((self.dim_colmax or 0) + 1)]
        for row in sorted({*self.table, *self.row_info, *self.comments}):
            info, spans = self.row_info.get(row), self.row_spans.get(row // BLOCK)
            if cells := self.table.get(row):
                self._write_row(row, spans, info)
                self._write_cells(row, cells, letters)
                self.fh.write("</row>")
            else:
                self._write_empty_row(row, spans, info)

    def _write_cells(self, row: int, cells: dict[int, Any], letters: list[str]) -> None:
        number = str(row + 1)
        for column in sorted(cells):
            cell = cells[column]
            if cell.format is not None and (rest := _rest(cell)):
                place, index = letters[column] + number, cell.format._get_xf_index()
                self.fh.write(f'<c r="{place}" s="{index}"{rest}')
            else:
                self._write_cell(row, column, cell)

    def _calculate_spans(self) -> None:
        found: dict[int, list[int]] = {}
        for rows in (self.table, self.comments):
            for row, cells in rows.items():
                if cells:
                    found.setdefault(row // BLOCK, []).extend((min(cells), max(cells)))
        self.row_spans = {block: f"{min(ends) + 1}:{max(ends) + 1}" for block, ends in found.items()}


def _rest(cell: Any) -> str:
    """What follows place and format of a cell of the kinds that we write; "" for another."""
    kind = type(cell)
    if kind is Text:
        return f' t="s"><v>{cell.string}</v></c>'
    if kind is Blank:
        return "/>"
    if kind is Number:
        return f"><v>{cell.number:.16G}</v></c>"
    if kind is Formula and type(cell.value) in (str, int, float):
        return _formula(cell.formula, cell.value)
    return ""


def _formula(formula: str, value: str | float) -> str:
    formula = escape(formula)
    if not isinstance(value, str):
        return f"><f>{formula}</f><v>{value}</v></c>"
    if value.startswith("#"):  # perhaps an error
        return ""
    return f' t="str"><f>{formula}</f><v>{escape(value)}</v></c>'


def escape(text: str) -> str:
    """Of the data between tags, where quotation marks stay."""
    if "&" in text or "<" in text or ">" in text:
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return text
