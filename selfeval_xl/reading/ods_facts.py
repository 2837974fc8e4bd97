"""What calamine does not tell of the tables of an .ods: their extent as written with repetitions, their errors, formulas
that were never calculated, what is hidden or covered, and what is seen of their numbers and dates."""

import re
from html import unescape

from selfeval_xl.reading.packages import CHOOSE, FAR, PASSWORD, SAVE_AS, Part, Parts, Unfit
from selfeval_xl.reading.sheet_facts import MAX_AREA, Position, SheetFacts

_ODS_TABLE = re.compile(rb"<(?:[\w.-]+:)?table(?=[\s>])([^<>]*)>")
_ODS_TABLE_END = re.compile(rb"</(?:[\w.-]+:)?table\s*>")
_ODS_CELL = re.compile(
    rb"<(?:[\w.-]+:)?(?:table-(row|column)|(covered-)?table-cell)(?=[\s/>])([^<>]*)>"
    rb"(?:(?:<office:annotation\b.*?</office:annotation>|<table:detective\b[^<>]*/>"
    rb"|<table:detective\b.*?</table:detective>)*(<text:p(?:\s[^<>]*)?(?:/>|>.*?</text:p>)))?",
    re.S,
)
_NUMBER = re.compile(rb"value-type\s*=\s*[\"'](?:float|percentage|currency|date|time)[\"']")
_FORMULA = re.compile(rb"[:\s]formula\s*=")
_HIDDEN = re.compile(rb"[:\s]visibility\s*=\s*[\"'](?:collapse|filter)[\"']")
_TAG = re.compile(rb"<[^<>]*>")
_ODS_NAME = re.compile(rb"[:\s]name\s*=\s*[\"']([^\"']*)")
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,9})")
_TYPELESS = "的工作表「{}」里有没有注明类型的单元格，内容会丢失"
_NESTED = "的工作表里套有工作表，内容会读错"


def ods_sheets(parts: Parts) -> tuple[SheetFacts, ...]:
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", Part(b"")).data:
        raise Unfit(*PASSWORD)
    content = parts.get("content.xml", Part(b"", broken=True))
    if content.broken:
        raise Unfit("已损坏（内容无法解析）")
    tables = _ODS_TABLE.split(content.data)[1:]
    if not tables:
        raise Unfit("里面没有工作表", CHOOSE)
    if not all(_ODS_TABLE_END.search(body) for body in tables[1::2]):
        raise Unfit(_NESTED, SAVE_AS)  # calamine takes the rows of both for one table
    return tuple(_Table(*pair).facts() for pair in zip(tables[::2], tables[1::2], strict=True))


class _Table:
    """One table while its rows and cells are walked through, in the order of the file."""

    def __init__(self, head: bytes, body: bytes) -> None:
        name = _ODS_NAME.search(head)
        self.name = unescape(name[1].decode(errors="replace")) if name else ""
        self.body = body
        self.row = self.column = self.columns_said = 0
        self.following = 1  # how many rows further the next row stands
        self.extent = (0, 0)
        self.errors: dict[Position, str] = {}
        self.shown: dict[Position, str] = {}
        self.uncalculated: set[Position] = set()
        self.covers: Position | None = None
        self.hidden: list[Position] = []
        """A row with column 1, or a column with row 1."""

    def facts(self) -> SheetFacts:
        """Raises Unfit: too large, or calamine would pass over a cell."""
        for found in _ODS_CELL.finditer(self.body):
            line, covered, attributes, text = found.groups()
            repeated = _ODS_REPEATED.search(attributes)
            times = int(repeated[1]) if repeated else 1
            if line is None:
                self._cell(attributes, text, times, covered is not None)
            else:
                self._line(line, _HIDDEN.search(attributes) is not None, times)
        rows, columns = self.extent
        hides = next((at for at in self.hidden if at[0] <= rows and at[1] <= columns), None)
        return SheetFacts(
            self.name,
            extent=self.extent,
            errors=self.errors,
            uncalculated=frozenset(self.uncalculated),
            hides=hides,
            shown=self.shown,
            covers=self.covers,
        )

    def _line(self, line: bytes, hidden: bool, times: int) -> None:
        if line == b"column":
            if hidden:
                self.hidden.append((1, self.columns_said + 1))
            self.columns_said += times
            return
        self.row, self.column, self.following = self.row + self.following, 0, times
        if hidden:
            self.hidden.append((self.row, 1))

    def _cell(self, attributes: bytes, text: bytes | None, times: int, covered: bool) -> None:
        first, self.column = self.column + 1, self.column + times
        seen = unescape(_TAG.sub(b"", text or b"").decode(errors="replace")).strip()
        waiting = _FORMULA.search(attributes) is not None
        if b"value-type" not in attributes and not waiting:
            if seen:
                raise Unfit(_TYPELESS.format(self.name), SAVE_AS)
            return
        last = self.row + self.following - 1
        self.extent = last, max(self.extent[1], self.column)
        if self.extent[0] * self.extent[1] > MAX_AREA:
            raise Unfit(*FAR)
        places = [
            (row, column) for row in range(self.row, last + 1) for column in range(first, self.column + 1)
        ]
        if covered and self.covers is None:
            self.covers = places[0]
        if b"value-type" not in attributes:
            if not text:  # an empty paragraph is the blank text that a formula gave
                self.uncalculated.update(places)
        elif b'value-type="error"' in attributes:
            self.errors.update(dict.fromkeys(places, seen))
        elif text is not None and _NUMBER.search(attributes):
            self.shown.update(dict.fromkeys(places, seen))
