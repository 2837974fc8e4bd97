"""What calamine does not tell of a sheet: errors, formulas never calculated, whether it is safe at all."""

import posixpath
import re
from collections.abc import Iterator, Mapping
from functools import cache
from itertools import count

from msgspec import Struct, field

from selfeval_xl.reading.number_formats import Styles, styles_of
from selfeval_xl.reading.packages import (
    CHOOSE,
    SAVE_AS,
    UTF16,
    Part,
    Parts,
    Unfit,
    elements,
    key,
    relations,
)

MAX_AREA = 1_000_000  # calamine keeps the whole rectangle of a sheet in memory, and aborts when it cannot
MAX_CELLS = 500_000  # that hold anything, in all sheets: 4 s and 200 MiB; a filled template has 10,000
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

Position = tuple[int, int]  # row, column, both from 1


class SheetFacts(Struct, frozen=True):
    """What the guard saw in one sheet; `careful` means: not by calamine. Only xlsx tells all of it."""

    name: str
    hidden: bool = False
    careful: bool = False
    extent: Position = (0, 0)  # last row and last column that hold anything
    errors: Mapping[Position, str] = field(default_factory=dict)  # the error text, "#REF!"
    uncalculated: frozenset[Position] = frozenset()
    hides: Position | None = None  # the first hidden row or column
    merges: tuple[tuple[Position, Position], ...] = ()  # first and last cell, as far as anything stands there
    formats: Mapping[Position, str] = field(default_factory=dict)
    """The codes by which cells are shown, where they change what is seen: of numbers all but General."""
    shown: Mapping[Position, str] = field(default_factory=dict)  # of numbers and dates; .ods alone tells it
    covers: Position | None = (
        None  # the first cell with anything in it under a joined one; .ods alone tells it
    )
    from_1904: bool = False  # dates count from 1904


def xlsx_sheets(parts: Parts, main: str) -> tuple[SheetFacts, ...]:
    by_id = relations(parts, main)
    texts = parts.get(key(posixpath.join(posixpath.dirname(main), "sharedStrings.xml")), Part(b""))
    if texts.broken or _TEXTS.search(texts.data):  # calamine would read on, or join two texts of one cell
        raise Unfit("已损坏（文字部分无法解析，或编码不明）")
    careful = main != "xl/workbook.xml"  # calamine looks for no other
    entries = elements(parts, main, "sheet")
    names = [entry.get("name", "").casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise Unfit("有同名的工作表", "请在 Excel 或 WPS 中改名后保存")
    room, styles, from_1904 = count(MAX_CELLS, -1), styles_of(parts, main), _from_1904(parts, main)
    facts = tuple(
        _sheet_facts(entry, parts[part], careful, room, styles, from_1904)
        for entry in entries
        if (part := _sheet_part(parts, main, entry, by_id)) is not None
    )
    if not facts:
        raise Unfit("里面没有工作表", CHOOSE)
    return facts


def _from_1904(parts: Parts, main: str) -> bool:
    return any(found.get("date1904") in ("1", "true") for found in elements(parts, main, "workbookPr"))


def _sheet_part(
    parts: Parts, main: str, entry: dict[str, str], by_id: dict[str, dict[str, str]]
) -> str | None:
    """The part of a worksheet; None for chart and dialogue sheets, which have no cells."""
    name, relation = entry.get("name", ""), by_id.get(entry.get("id", ""), {})
    if relation and not relation.get("Type", "").endswith("/worksheet"):
        return None
    target = relation.get("Target", "")
    part = key(posixpath.normpath(posixpath.join("/" + posixpath.dirname(main), target.replace("\\", "/"))))
    if relation.get("TargetMode") == "External" or ".." in target.split("/"):
        raise Unfit(f"的工作表「{name}」指向工作簿以外的文件", SAVE_AS)
    if part not in parts:
        raise Unfit(f"已损坏（缺少工作表「{name}」的内容）")
    return part


_TEXTS = re.compile(rb"</(?:[\w.-]+:)?t\s*>\s*<(?:[\w.-]+:)?t[\s>]")
_CELL = re.compile(
    rb"<(?:[\w.-]+:)?(?:row(?=[\s/>])([^<>]*)>"
    # Nearly every cell is written like this, and is told at half the cost; then any other.
    rb"|c r=\"([A-Z]{1,3})([0-9]{1,7})\"(?: s=\"([0-9]+)\")?(?: t=\"(\w+)\")?"
    rb"(?:/>|>((?:<f>[^<]*</f>)?(?:<v>[^<]*</v>)?)</c>)"
    rb"|c(?=[\s/>])([^<>]*?)(?:/>|>(.*?)</(?:[\w.-]+:)?c\s*>))",
    re.S,
)
_ONLY_VALUE = re.compile(rb"<v>([0-9]*)([^<]*)</v>")
_PLAIN_KINDS = (b"", b"s", b"str", b"n")
_NUMBERS = (b"", b"n", b"d")
_HIDDEN = re.compile(rb"<(?:[\w.-]+:)?(row|col)(?=\s)([^<>]*\shidden\s*=\s*[\"'](?:1|true)[^<>]*)>")
_MIN = re.compile(rb"\smin\s*=\s*[\"']([0-9]{1,5})[\"']")
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.S)
_MERGE = re.compile(
    rb"<(?:[\w.-]+:)?mergeCell\s[^<>]*?\bref\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7}):([A-Z]{1,3})([0-9]{1,7})[\"']"
)
_ROW = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_REF = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_HAS_REF = re.compile(rb"\sr\s*=")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)")
_STYLE = re.compile(rb"\ss\s*=\s*[\"']([0-9]+)[\"']")
_INSIDE = re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")  # a cell in a cell: each reader takes another value
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>\s*([^<]*)")
_NUMBERED = re.compile(
    rb"(?:<(?:[\w.-]+:)?f(?:\s[^<>]*)?(?:/>|>.*?</(?:[\w.-]+:)?f\s*>))?\s*"
    rb"(?:<(?:[\w.-]+:)?v(?:\s[^<>]*)?(?:/>|>[0-9]*</(?:[\w.-]+:)?v\s*>))?\s*",
    re.S,
)
_NO_VALUE = re.compile(rb"\s*<(?:[\w.-]+:)?f(?=[\s/>])(?!.*<(?:[\w.-]+:)?v(?:\s[^<>]*)?>\s*[^\s<])", re.S)


def _sheet_facts(
    entry: dict[str, str], part: Part, careful: bool, room: Iterator[int], styles: Styles, from_1904: bool
) -> SheetFacts:
    name = entry.get("name", "")
    if part.broken:
        raise Unfit(f"已损坏（工作表「{name}」的内容无法解析，或编码不明）")
    try:
        xml = _plain(part)
        extent, errors, uncalculated, formats = _cell_facts(xml, room, styles)
    except ValueError as error:
        raise Unfit(f"已损坏（工作表「{name}」的单元格地址重复、乱序或越界）") from error
    careful = careful or part.odd or extent[0] * extent[1] > MAX_AREA
    return SheetFacts(
        name,
        entry.get("state", "visible") != "visible",
        careful,
        extent,
        errors,
        frozenset(uncalculated),
        _hides(xml, extent),
        tuple(_merges(xml, extent)),
        formats,
        from_1904=from_1904,
    )


def _merges(xml: bytes, extent: Position) -> Iterator[tuple[Position, Position]]:
    for left, top, right, bottom in _MERGE.findall(xml, _before(xml, b"mergeCell")):
        first, last = (int(top), _column(left)), (min(int(bottom), extent[0]), min(_column(right), extent[1]))
        if first[0] <= last[0] and first[1] <= last[1]:
            yield first, last


def _hides(xml: bytes, extent: Position) -> Position | None:
    """The first row or column that is hidden though something stands in it or beyond."""
    for tag, attributes in _HIDDEN.findall(xml, _before(xml, b"hidden")):
        number = (_ROW if tag == b"row" else _MIN).search(attributes)
        at = int(number[1]) if number else 0
        if tag == b"row" and 0 < at <= extent[0]:
            return at, 1
        if tag == b"col" and 0 < at <= extent[1]:
            return 1, at
    return None


def _before(xml: bytes, word: bytes) -> int:
    """Where the first tag begins that may hold the word: most sheets have none, and need no search."""
    first = xml.find(word)
    return len(xml) if first < 0 else max(xml.rfind(b"<", 0, first), 0)


def _plain(part: Part) -> bytes:
    """UTF-8, and nothing in it that looks like a cell without being one."""
    xml = part.data.decode("utf-16").encode() if part.data.startswith(UTF16) else part.data
    if not part.odd:
        return xml
    return _ASIDE.sub(lambda aside: (aside[1] or b"").replace(b"<", b"&lt;"), xml)


def _cell_facts(
    xml: bytes, room: Iterator[int], styles: Styles
) -> tuple[Position, dict[Position, str], set[Position], dict[Position, str]]:
    """Extent, errors, uncalculated formulas, codes of formats; `room` counts down to no more cells.
    ValueError: no office suite writes cells like these."""
    rows = columns = 0
    errors: dict[Position, str] = {}
    uncalculated: set[Position] = set()
    formats: dict[Position, str] = {}
    for at, kind, style, body in _cells(xml):
        if not next(room):
            raise Unfit(f"有内容的单元格超过 {MAX_CELLS} 个", "请删去无关的工作表和行列后另存为 .xlsx")
        rows, columns = at[0], max(columns, at[1])
        codes = styles.numbers if kind in _NUMBERS else styles.texts
        if style in codes:
            formats[at] = codes[style]
        if kind in _PLAIN_KINDS and (only := _ONLY_VALUE.fullmatch(body)) and not (only[2] and kind == b"s"):
            continue  # one value and no formula
        if kind == b"e":
            errors[at] = _text(body)
        elif kind != b"str" and _NO_VALUE.match(body):  # a "str" without a value is a calculated empty text
            uncalculated.add(at)
        elif kind == b"s" and not _NUMBERED.fullmatch(
            body
        ):  # calamine takes the first shared string for any "x"
            raise ValueError(body)
        if (body.count(b"v>") > 2 and len(_VALUE.findall(body)) > 1) or _INSIDE.search(body):
            raise ValueError(body)
    return (rows, columns), errors, uncalculated, formats


def _cells(xml: bytes) -> Iterator[tuple[Position, bytes, bytes, bytes]]:
    """Position, type, style and inner XML of every cell that holds anything. ValueError: not in strict order."""
    row = column = 0
    last = (0, 0)
    for match in _CELL.finditer(xml, xml.find(b"sheetData"), max(xml.rfind(b"sheetData"), 0)):
        row_attributes, letters, digits, style, kind, body, attributes, other_body = match.groups()
        if row_attributes is not None:
            given = _ROW.search(row_attributes)
            row, column = (int(given[1]) if given else row + 1), 0
            continue
        if letters is not None:
            column, row = _column(letters), int(digits)
        else:
            ref = _REF.search(attributes)
            if not ref and _HAS_REF.search(attributes):
                raise ValueError(attributes)
            column, row = (_column(ref[1]), int(ref[2])) if ref else (column + 1, row)
            typed, styled, body = _TYPE.search(attributes), _STYLE.search(attributes), other_body
            kind, style = typed[1] if typed else b"", styled[1] if styled else b""
        at = (row, column)
        if not last < at or not (0 < row <= MAX_ROW and column <= MAX_COLUMN):
            raise ValueError(at)
        last = at
        if body:
            yield at, kind or b"", style or b"", body


@cache
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(body: bytes) -> str:
    value = _VALUE.search(body)
    return value[1].decode().strip() if value else ""
