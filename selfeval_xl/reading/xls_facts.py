"""What calamine does not tell of the sheets of an .xls: the formats of its numbers, and its errors.

The compound file by [MS-CFB] 2.2 to 2.6, the records of BIFF8 by [MS-XLS] 2.3 and 2.4: a type, a size, the contents.
"""

import struct
from collections.abc import Iterator

from selfeval_xl.reading.number_formats import Styles, by_style
from selfeval_xl.reading.sheet_facts import MAX_CELLS, Position, SheetFacts
from selfeval_xl.reading.xlsb_facts import ERRORS

BIFF8 = 0x0600
BOF, EOF, FORMAT, XF, SHEET, FROM_1904, PASSWORD = 0x0809, 0x000A, 0x041E, 0x00E0, 0x0085, 0x0022, 0x002F
FORMULA, BOOL_OR_ERROR, MANY = 0x0006, 0x0205, 0x00BD
NUMBERS, TEXTS = (0x0203, 0x027E, FORMULA), (0x00FD, 0x0204)
_LAST_SECTOR = 0xFFFFFFFA
_IN_HEAD, _ENTRY, _SHIFTS, _SMALL = 109, 128, (9, 12), 64
Record = tuple[int, bytes]


def xls_sheets(content: bytes) -> tuple[SheetFacts, ...]:
    """No sheets where it is of an older format, or too damaged for us: then its formats are not known."""
    try:
        stream = _stream(content, "Workbook")
        return tuple(_sheets(stream)) if _records_hold(stream) else ()
    except (IndexError, struct.error, UnicodeDecodeError):
        return ()


def _records_hold(stream: bytes) -> bool:
    kind, body = next(_records(stream))
    return kind == BOF and struct.unpack_from("<H", body) == (BIFF8,)


def _sheets(stream: bytes) -> Iterator[SheetFacts]:
    numbers: list[str] = []
    own: dict[str, str] = {}
    found: list[tuple[int, str]] = []
    from_1904 = False
    for kind, body in _records(stream):
        if kind == PASSWORD:
            return
        if kind == FORMAT:
            own[f"{struct.unpack_from('<H', body)[0]}"] = _text(body, 5, struct.unpack_from("<H", body, 2)[0])
        elif kind == XF:
            numbers.append(f"{struct.unpack_from('<H', body, 2)[0]}")
        elif kind == SHEET and body[5] == 0:  # a worksheet
            found.append((struct.unpack_from("<I", body)[0], _text(body, 8, body[6])))
        elif kind == FROM_1904:
            from_1904 = body[:1] == b"\1"
        elif kind == EOF:
            break
    styles, starts = by_style(numbers, own), sorted({start for start, _ in found})
    if not starts or len(starts) < len(found):
        raise IndexError(len(starts))
    ends = dict(zip(starts, [*starts[1:], len(stream)], strict=True))
    for start, name in found:
        formats, errors = _cells(stream[start : ends[start]], styles)
        yield SheetFacts(name, errors=errors, formats=formats, from_1904=from_1904)


def _cells(stream: bytes, styles: Styles) -> tuple[dict[Position, str], dict[Position, str]]:
    """The codes of formats, and the errors."""
    formats: dict[Position, str] = {}
    errors: dict[Position, str] = {}
    depth = 0
    for kind, body in _records(stream):
        depth += (kind == BOF) - (kind == EOF)  # a chart lies within its sheet
        if depth <= 0:
            break
        if depth > 1 or kind not in (*NUMBERS, *TEXTS, BOOL_OR_ERROR, MANY):
            continue
        row, column, style = struct.unpack_from("<HHH", body)
        codes = styles.texts if kind in TEXTS else styles.numbers
        many = (len(body) - 6) // 6 if kind == MANY else 1
        for offset in range(many):
            if kind == MANY:
                (style,) = struct.unpack_from("<H", body, 4 + 6 * offset)
            if (code := codes.get(b"%d" % style)) is not None:
                formats[row + 1, column + 1 + offset] = code
        if (error := _error(kind, body)) is not None:
            errors[row + 1, column + 1] = error
        if len(formats) > MAX_CELLS:
            raise IndexError(row)
    return formats, errors


def _error(kind: int, body: bytes) -> str | None:
    if kind == BOOL_OR_ERROR and body[7] == 1:
        return ERRORS.get(body[6], "#VALUE!")
    if kind == FORMULA and body[12:14] == b"\xff\xff" and body[6] == 2:
        return ERRORS.get(body[8], "#VALUE!")
    return None


def _records(stream: bytes) -> Iterator[Record]:
    """Raises IndexError where the last one is cut off."""
    at = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        at += 4
        if at + size > len(stream):
            raise IndexError(at)
        yield kind, stream[at : at + size]
        at += size


def _text(body: bytes, at: int, length: int) -> str:
    """A text behind its flags: a byte for each sign, or two."""
    wide = body[at - 1] & 1
    return (
        body[at : at + length * 2].decode("utf-16-le") if wide else body[at : at + length].decode("latin-1")
    )


def _stream(content: bytes, name: str) -> bytes:
    """A stream of a compound file. Raises IndexError: it is not there, or is damaged."""
    (shift,) = struct.unpack_from("<H", content, 30)
    if shift not in _SHIFTS:
        raise IndexError(shift)
    size = 1 << shift
    sectors, table = content[size:], _table(content, size)
    directory, _, least, small, _ = struct.unpack_from("<5I", content, 48)
    entries = _chain(sectors, size, table, directory)
    wanted = name.encode("utf-16-le")
    for at in range(0, len(entries), _ENTRY):
        (used,) = struct.unpack_from("<H", entries, at + 64)
        if used and entries[at : at + used - 2] == wanted:
            start, length = struct.unpack_from("<II", entries, at + 116)
            if length >= least:
                return _chain(sectors, size, table, start)[:length]
            (root,) = struct.unpack_from("<I", entries, 116)  # small streams lie together in that of the root
            following = _chain(sectors, size, table, small)
            after = list(struct.unpack(f"<{len(following) // 4}I", following))
            return _chain(_chain(sectors, size, table, root), _SMALL, after, start)[:length]
    raise IndexError(name)


def _table(content: bytes, size: int) -> list[int]:
    """Which sector follows each; its own sectors are listed in the head, and in further sectors behind one another."""
    listed = list(struct.unpack_from(f"<{_IN_HEAD}I", content, 76))
    (more,) = struct.unpack_from("<I", content, 68)
    seen = 0
    while more < _LAST_SECTOR and seen * size < len(content):
        block = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        listed += block[:-1]
        more, seen = block[-1], seen + 1
    table: list[int] = []
    for sector in listed:
        if len(table) * size > len(content) + size * size:
            raise IndexError(sector)  # more sectors than there are
        if sector < _LAST_SECTOR:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return table


def _chain(sectors: bytes, size: int, table: list[int], sector: int) -> bytes:
    out: list[bytes] = []
    while sector < _LAST_SECTOR:
        if len(out) * size > len(sectors):
            raise IndexError(sector)  # a circle
        out.append(sectors[sector * size : (sector + 1) * size])
        sector = table[sector]
    return b"".join(out)
