"""What makes it fast changes nothing: nothing of one filing stays for the next, and cells written as usual are told the
same as any others."""

import re
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from xlsxwriter.worksheet import Worksheet
from xlsxwriter.xmlwriter import XMLwriter

import selfeval_xl
from selfeval_xl.reading.opening import open_source
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.plain_sheet import PlainSheet
from tests.build import SAMPLES
from tests.damaged import Book, unpacked

NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())
ALONE = "import sys, pathlib, selfeval_xl; selfeval_xl.convert(*map(pathlib.Path, sys.argv[1:]))"


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_of_one_filing_stays_for_the_next(tmp_path: Path) -> None:
    """All samples one after the other, twice, in this process; each in a process of its own."""
    for again in range(2):
        for name in NAMES:
            selfeval_xl.convert(SAMPLES / name / "填报.xlsx", tmp_path / f"together{again}" / name)
    for name in NAMES:
        source, alone = SAMPLES / name / "填报.xlsx", tmp_path / "alone" / name
        subprocess.run(
            [sys.executable, "-c", ALONE, source, alone], check=True, cwd=Path(__file__).parents[1]
        )
        files = written(alone)
        assert len(files) == 2
        assert files == written(tmp_path / "together0" / name) == written(tmp_path / "together1" / name)


@pytest.mark.parametrize("value", [1, 1.0, True, "1", 'a"<\n'])
def test_what_is_remembered_is_not_taken_for_its_equal(value: object) -> None:
    writer: Any = XMLwriter()
    for _ in range(2):
        assert f"{PlainSheet._escape_attributes(value)}" == f"{writer._escape_attributes(value)}"


def test_cells_are_written_byte_for_byte_as_xlsxwriter_writes_them() -> None:
    def made(kind: type[Worksheet]) -> bytes:
        book = Pages("试")
        sheet: Any = book.book.add_worksheet("表", kind)
        style, other = book.formats({"bold": True}), book.formats({"num_format": "0.00"})
        stock = kind is Worksheet

        def put(what: str, row: int, column: int, value: object, *more: object) -> None:
            given = (value, *more) if stock or what != "blank" else more
            getattr(sheet, f"write_{what}" if stock else what.replace("string", "text"))(row, column, *given)

        for row, amount in enumerate((0, -1.5, 1e21, 0.1 + 0.2, 2**60, 15, 15.0)):
            put("number", row, 0, amount, other)
        for row, text in enumerate(("", " 前", 'a<b&c>"d"', "_x0041_", "两\n行", 'a<b&c>"d"')):
            put("string", row * 20, 3, text, style)
        for row, cached in enumerate((1, 0.5, "文", "#N/A", "#字", " ", "<&>")):
            put("formula", row, 29, f'{"=" * stock}IF(A{row + 1}<1,"<&>",A1)', style, cached)
        for row in (1, 33, 1000):
            put("blank", row, 700, None, style)
        sheet.write_boolean(5, 5, True, style)
        sheet.write_datetime(6, 5, datetime(2024, 2, 29), other)
        sheet.write_url(7, 5, "internal:'表'!A1", style, "回")
        sheet.write_comment(50, 2, "注", {"author": ""})
        sheet.merge_range(60, 1, 61, 3, "", style)
        sheet.set_row(2, 30)
        sheet.set_row(70, 30)
        return book.content()

    assert unpacked(made(PlainSheet)) == unpacked(made(Worksheet))


UNUSUAL = {
    "另一种次序": (rb'<c (r="[A-Z]+[0-9]+")( s="[0-9]+")?( t="\w+")?', rb"<c\3\2 \1"),
    "单引号": (rb'<c r="([A-Z]+[0-9]+)"', rb"<c r='\1'"),
    "空格": (rb"</v></c>", rb"</v> </c >"),
    "值带属性": (rb"<v>", rb'<v xml:space="preserve">'),
}


@pytest.mark.parametrize("how", UNUSUAL)
@pytest.mark.parametrize("name", NAMES)
def test_cells_are_told_the_same_however_they_are_written(tmp_path: Path, name: str, how: str) -> None:
    usual = SAMPLES / name / "填报.xlsx"
    parts = unpacked(usual.read_bytes())
    for part in [part for part in parts if part.startswith("xl/worksheets/sheet")]:
        changed = re.sub(*UNUSUAL[how], parts[part])
        assert changed != parts[part] or b"<v>" not in parts[part]
        parts[part] = changed
    other = tmp_path / "填报.xlsx"
    other.write_bytes(Book(parts).content())
    assert open_source(other).sheets == open_source(usual).sheets
