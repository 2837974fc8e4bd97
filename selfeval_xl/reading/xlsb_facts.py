"""What calamine does not tell of the sheets of an .xlsb: the formats of its numbers, its errors, and what it would skip.

Records by [MS-XLSB] 2.1.4: a type and a size, each in bytes of seven bits, then the contents.
"""

import posixpath
import struct
from collections.abc import Iterator

from selfeval_xl.reading.number_formats import Styles, by_style
from selfeval_xl.reading.packages import FAR, SAVE_AS, Part, Parts, Unfit, key, relations
from selfeval_xl.reading.sheet_facts import MAX_AREA, MAX_CELLS, MAX_COLUMN, MAX_ROW, Position, SheetFacts

ROW, BLANK, ERROR, FORMULA_ERROR, END_OF_CELLS = 0, 1, 3, 11, 146
NUMBERS, CELLS = (2, 5, 9), range(2, 12)
SKIPPED = (*range(12, 19), 62)
"""Cells without their column (as SheetJS and Aspose write them), and texts with runs: calamine passes over them."""
BUNDLE, BOOK_PROPERTIES, FORMAT, XF, XFS, XFS_END, SIZE = 156, 153, 44, 47, 617, 618, 148
ERRORS = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}  # fmt: skip
Record = tuple[int, bytes]


def xlsb_sheets(parts: Parts, main: str) -> tuple[SheetFacts, ...]:
    """Raises Unfit for what calamine would misread in silence."""
    try:
        return tuple(_sheets(parts, main))
    except (IndexError, struct.error, UnicodeDecodeError) as error:
        raise Unfit("已损坏（内容不完整）") from error


def _sheets(parts: Parts, main: str) -> Iterator[SheetFacts]:
    folder, by_id, styles = posixpath.dirname(main), relations(parts, main), _styles(parts, main)
    book = list(_records(parts[main].data))
    from_1904 = any(kind == BOOK_PROPERTIES and body[0] & 1 for kind, body in book)
    read: set[str] = set()
    for kind, body in book:
        if kind != BUNDLE:
            continue
        relation, at = _text(body, 8)
        name, _ = _text(body, at)
        target = by_id.get(relation, {})
        part = key(posixpath.normpath(posixpath.join("/" + folder, target.get("Target", ""))))
        if not target.get("Type", "").endswith("/worksheet"):
            continue
        if part not in parts or part in read:
            raise Unfit(f"已损坏（缺少工作表「{name}」的内容）")
        read.add(part)
        formats, errors = _cells(parts[part], styles)
        yield SheetFacts(name, errors=errors, formats=formats, from_1904=from_1904)


def _cells(part: Part, styles: Styles) -> tuple[dict[Position, str], dict[Position, str]]:
    """The codes of formats, and the errors."""
    formats: dict[Position, str] = {}
    errors: dict[Position, str] = {}
    row = cells = 0
    for kind, body in _records(part.data):
        if kind == ROW:
            (row,) = struct.unpack_from("<I", body)
            if row >= MAX_ROW:  # calamine would end here
                raise Unfit("已损坏（行号越界）")
        elif kind in SKIPPED:
            raise Unfit("是其他程序生成的 .xlsb，其中的单元格有一部分会读漏", SAVE_AS)
        elif kind == SIZE:
            _refuse_far_corner(body)
        elif kind == END_OF_CELLS:
            break
        elif kind in CELLS:
            column, style = struct.unpack_from("<II", body)
            at = row + 1, column + 1
            cells += 1
            if cells > MAX_CELLS or column >= MAX_COLUMN:
                raise Unfit(*FAR)
            codes = styles.numbers if kind in NUMBERS else styles.texts
            if (code := codes.get(b"%d" % (style & 0xFFFFFF))) is not None:
                formats[at] = code
            if kind in (ERROR, FORMULA_ERROR):
                errors[at] = ERRORS.get(body[8], "#VALUE!")
    return formats, errors


def _refuse_far_corner(body: bytes) -> None:
    """There is no sparse reader to fall back on: a far stray cell must be removed by the user."""
    _, last_row, _, last_column = struct.unpack_from("<IIII", body)
    if (last_row + 1) * (last_column + 1) > 4 * MAX_AREA:
        raise Unfit(*FAR)


def _styles(parts: Parts, main: str) -> Styles:
    name = key(posixpath.join(posixpath.dirname(main), "styles.bin"))
    numbers: list[str] = []
    own: dict[str, str] = {}
    inside = False
    for kind, body in _records(parts.get(name, Part(b"")).data):
        inside = (inside or kind == XFS) and kind != XFS_END
        if kind == FORMAT:
            (number,) = struct.unpack_from("<H", body)
            own[f"{number}"] = _text(body, 2)[0]
        elif kind == XF and inside:
            numbers.append(f"{struct.unpack_from('<H', body, 2)[0]}")
    return by_style(numbers, own)


def _records(data: bytes) -> Iterator[Record]:
    """Raises IndexError where the last one is cut off."""
    at = 0
    while at < len(data):
        kind = data[at]
        at += 1
        if kind & 0x80:
            kind = kind & 0x7F | (data[at] & 0x7F) << 7
            at += 1
        size = shift = 0
        while True:
            byte = data[at]
            at += 1
            size |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80 or shift > 21:
                break
        if at + size > len(data):
            raise IndexError(at)
        yield kind, data[at : at + size]
        at += size


def _text(body: bytes, at: int) -> tuple[str, int]:
    """A text with its length before it, and where it ends."""
    (length,) = struct.unpack_from("<I", body, at)
    end = at + 4 + 2 * length
    if end > len(body):
        raise IndexError(end)
    return body[at + 4 : end].decode("utf-16-le"), end
