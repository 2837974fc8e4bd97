"""What calamine does not tell of the tables of an .ods: their extent as written with repetitions, their errors,
and what is seen of their numbers and dates."""

import re
from html import unescape

from selfeval_xl.reading.packages import CHOOSE, FAR, PASSWORD, Part, Parts, Unfit
from selfeval_xl.reading.sheet_facts import MAX_AREA, Position, SheetFacts

_ODS_TABLE = re.compile(rb"<(?:[\w.-]+:)?table(?=[\s>])([^<>]*)>")
_ODS_CELL = re.compile(
    rb"<(?:[\w.-]+:)?(?:table-(row)|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>"
    rb"(?:(?:<office:annotation\b.*?</office:annotation>)?<text:p(?:\s[^<>]*)?(?:/>|>(.*?)</text:p>))?",
    re.S,
)
_NUMBER = re.compile(rb"value-type\s*=\s*[\"'](?:float|percentage|currency|date|time)[\"']")
_TAG = re.compile(rb"<[^<>]*>")
_ODS_NAME = re.compile(rb"[:\s]name\s*=\s*[\"']([^\"']*)")
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,9})")


def ods_sheets(parts: Parts) -> tuple[SheetFacts, ...]:
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", Part(b"")).data:
        raise Unfit(*PASSWORD)
    content = parts.get("content.xml", Part(b"", broken=True))
    if content.broken:
        raise Unfit("已损坏（内容无法解析）")
    tables = _ODS_TABLE.split(content.data)[1:]
    if not tables:
        raise Unfit("里面没有工作表", CHOOSE)
    return tuple(_ods_facts(*pair) for pair in zip(tables[::2], tables[1::2], strict=True))


def _ods_facts(head: bytes, body: bytes) -> SheetFacts:
    name = _ODS_NAME.search(head)
    row = column = rows = columns = 0
    following = 1  # how many rows further the next row stands
    errors: dict[Position, str] = {}
    shown: dict[Position, str] = {}
    for found in _ODS_CELL.finditer(body):
        is_row, attributes, text = found.groups()
        repeated = _ODS_REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        if is_row:
            row, column, following = row + following, 0, times
            continue
        first, column = column + 1, column + times
        if b"value-type" not in attributes:
            continue
        rows, columns = row + following - 1, max(columns, column)
        if rows * columns > MAX_AREA:
            raise Unfit(*FAR)
        wrong = b'value-type="error"' in attributes
        if wrong or _NUMBER.search(attributes):
            own = errors if wrong else shown
            seen = unescape(_TAG.sub(b"", text or b"").decode(errors="replace")).strip()
            own.update(((r, c), seen) for r in range(row, rows + 1) for c in range(first, column + 1))
    return SheetFacts(
        unescape(name[1].decode(errors="replace")) if name else "",
        extent=(rows, columns),
        errors=errors,
        shown=shown,
    )
