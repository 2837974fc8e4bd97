"""Workbooks in .xlsb: what calamine does not tell of them, and what it would skip."""

import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading.grids import Cell, State
from tests.damaged import packed, unpacked
from tests.test_grids import sheets_of
from tests.test_opening import opened

SHORT = (Path(__file__).parent / "files" / "短记录.xlsb").read_bytes()
"""As SheetJS writes it: cells behind another one of their row without their column."""
ROW, SHORTS = 0, range(12, 19)
Record = tuple[int, bytes]


def records(data: bytes) -> Iterator[Record]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    number = 0
    for shift in range(most):
        number |= (data[at + shift] & 0x7F) << 7 * shift
        if data[at + shift] < 0x80:
            break
    return number, at + shift + 1


def written(found: list[Record]) -> bytes:
    return b"".join(_bytes(kind) + _bytes(len(body)) + body for kind, body in found)


def _bytes(number: int) -> bytes:
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


def _long(found: list[Record]) -> list[Record]:
    """With every cell's column, as Excel writes it."""
    out, column = [], 0
    for kind, body in found:
        if kind in SHORTS:
            column += 1
            kind, body = kind - 11, struct.pack("<I", column) + body
        elif 0 < kind < 12:
            (column,) = struct.unpack_from("<I", body)
        out.append((kind, body))
    return out


def changed(part: str, change: Callable[[list[Record]], list[Record]], content: bytes) -> bytes:
    members = unpacked(content)
    members[part] = written(change(list(records(members[part]))))
    return packed(members)


def long() -> bytes:
    content = SHORT
    for part in sorted(name for name in unpacked(SHORT) if "worksheets/sheet" in name):
        content = changed(part, _long, content)
    return content


SHEET = "xl/worksheets/sheet1.bin"


def test_short_records_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match=r"读漏.*另存为 \.xlsx"):
        opened(tmp_path, SHORT, "填报.xlsb")


def test_long_records_are_read(tmp_path: Path) -> None:
    sheet = sheets_of(tmp_path, long(), "填报.xlsb")[0]
    cells = sum(kind in (*SHORTS, *range(2, 12)) for kind, _ in records(unpacked(SHORT)[SHEET]))
    assert len(sheet.cells) == cells
    assert sheet.cells[4, 2] == Cell(46)


def _rich(found: list[Record]) -> list[Record]:
    at = next(i for i, (kind, _) in enumerate(found) if kind == 6)
    found[at] = 62, found[at][1]
    return found


def _far(found: list[Record]) -> list[Record]:
    at = max(i for i, (kind, _) in enumerate(found) if kind == ROW)
    found[at] = ROW, struct.pack("<I", 1_048_576) + found[at][1][4:]
    return found


@pytest.mark.parametrize("change", [_rich, _far], ids=["rich", "far"])
def test_what_calamine_would_skip_is_refused(
    tmp_path: Path, change: Callable[[list[Record]], list[Record]]
) -> None:
    content = changed(SHEET, change, long())
    with pytest.raises(UnusableFile):
        opened(tmp_path, content, "填报.xlsb")


def test_formats_are_known(tmp_path: Path) -> None:
    def percent(found: list[Record]) -> list[Record]:
        return [
            (k, body[:2] + struct.pack("<H", 9) + body[4:]) if k == 47 else (k, body) for k, body in found
        ]

    sheet = sheets_of(tmp_path, changed("xl/styles.bin", percent, long()), "填报.xlsb")[0]
    assert sheet.cells[4, 2] == Cell(46, code="0%")


def test_errors_are_known(tmp_path: Path) -> None:
    def wrong(found: list[Record]) -> list[Record]:
        at = next(i for i, (kind, _) in enumerate(found) if kind == 2)
        found[at] = 11, found[at][1][:8] + b"\x17" + bytes(10)
        return found

    sheet = sheets_of(tmp_path, changed(SHEET, wrong, long()), "填报.xlsb")[0]
    assert [c for c in sheet.cells.values() if c.state is State.ERROR] == [Cell("#REF!", State.ERROR)]
