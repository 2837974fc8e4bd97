"""A page without looks, as the XML of a worksheet: for a package whose styles must stay as they are."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from selfeval_xl.places import column_letters
from selfeval_xl.writing.pages import clean
from selfeval_xl.writing.style import Look

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


class _Silent:
    """What is asked of a sheet's looks is not done."""

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


class PlainPage(Struct):
    """Takes what a `Page` takes; keeps texts and numbers."""

    cells: dict[tuple[int, int], float | str] = field(default_factory=dict)
    columns: dict[int, float] = field(default_factory=dict)
    sheet: Any = field(default_factory=_Silent)

    def widths(self, widths: Mapping[int, float]) -> None:
        self.columns.update(widths)

    def text(self, row: int, column: int, text: str, *_: Look) -> None:
        self.cells[row, column] = clean(text)

    def number(self, row: int, column: int, value: float, *_: Look) -> None:
        self.cells[row, column] = value

    def blank(self, row: int, column: int, *_: Look) -> None:
        """Nothing stands there."""

    def link(self, row: int, column: int, _sheet: str, _a1: str, text: str, *_: Look) -> None:
        self.text(row, column, text)

    def merged(self, row: int, column: int, _down: int, _across: int, value: str, *_: Look) -> None:
        self.text(row, column, value)

    def height(self, row: int, height: float) -> None:
        """Rows grow by themselves."""

    def for_print(self, **_: Any) -> None:
        """A plain sheet is printed as it comes."""

    def xml(self) -> str:
        rows: dict[int, list[str]] = {}
        for (row, column), value in sorted(self.cells.items()):
            rows.setdefault(row, []).append(_cell(row, column, value))
        body = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in rows.items())
        widths = "".join(
            f'<col min="{c}" max="{c}" width="{w}" customWidth="1"/>' for c, w in sorted(self.columns.items())
        )
        head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        return (
            f'{head}<worksheet xmlns="{MAIN}"><cols>{widths}</cols><sheetData>{body}</sheetData></worksheet>'
        )


def _cell(row: int, column: int, value: float | str) -> str:
    place = f"{column_letters(column)}{row}"
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escaped(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def escaped(text: str) -> str:
    return clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
