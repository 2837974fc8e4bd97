"""A sheet's cells, from every road that leads to them, against what openpyxl says of the same file."""

import io
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading.grids import Cell, Sheet, State, read_sheets
from tests.libreoffice import LibreOffice
from tests.test_opening import CAREFUL, CELL, ROWS, SHEET, opened, repacked, replaced, with_rows, workbook

Cells = dict[tuple[int, int], object]


def sheets_of(folder: Path, content: bytes, name: str = "填报.xlsx") -> tuple[Sheet, ...]:
    return read_sheets(opened(folder, content, name))


def first_of(folder: Path, content: bytes) -> Cells:
    """The first sheet as {(row, column): value}, state left aside."""
    return values(sheets_of(folder, content)[0])


def values(sheet: Sheet) -> Cells:
    return {at: cell.value for at, cell in sheet.cells.items()}


def by_openpyxl(content: bytes) -> list[Cells]:
    """The oracle: cached values, blanks left out, midnights taken for dates."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return [
        {
            (cell.row, cell.column): _as_read(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        }
        for sheet in book.worksheets
    ]


def _as_read(value: object) -> object:
    return value.date() if isinstance(value, datetime) and value.time() == time() else value


def filled() -> bytes:
    """Everything that an accountant's workbook holds, starting away from A1."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        day, moment = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
        both = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet, hidden = book.add_worksheet("附件1"), book.add_worksheet("收入 支出")
        sheet.write_string("C5", "在职人员控制率（％）")
        sheet.write_string("D5", "NA")
        sheet.write_string("E5", " 前后有空格 ")
        sheet.write_string("F5", "1,234.50")
        sheet.write_string("G5", "两\n行")
        sheet.write_number("C6", 95)
        sheet.write_number("D6", 0.1)
        sheet.write_number("E6", -1234567.89)
        sheet.write_number("F6", 0)
        sheet.write_boolean("G6", True)
        sheet.write_datetime("C7", datetime(2023, 12, 31), day)
        sheet.write_datetime("D7", datetime(2023, 5, 6, 10, 30), both)
        sheet.write_datetime("E7", time(10, 30), moment)
        sheet.write_formula("C8", "=C6*2", None, 190)
        sheet.write_formula("D8", '="a"&"b"', None, "ab")
        sheet.write_formula("E8", '=""', None, " ")  # xlsxwriter writes "" as if it were never calculated
        sheet.write_formula("F8", "=1/0", None, "#DIV/0!")
        sheet.write_string("G8", "   ")
        sheet.write_blank("H8", None, day)
        hidden.hide()
        hidden.write_number("B2", 7)
    return buffer.getvalue()


FILLED: Cells = {
    (5, 3): "在职人员控制率（％）",
    (5, 4): "NA",
    (5, 5): " 前后有空格 ",
    (5, 6): "1,234.50",
    (5, 7): "两\n行",
    (6, 3): 95,
    (6, 4): 0.1,
    (6, 5): -1234567.89,
    (6, 6): 0,
    (6, 7): True,
    (7, 3): date(2023, 12, 31),
    (7, 4): datetime(2023, 5, 6, 10, 30),
    (7, 5): time(10, 30),
    (8, 3): 190,
    (8, 4): "ab",
    (8, 6): "#DIV/0!",
}


def test_values_with_their_types_and_true_places(tmp_path: Path) -> None:
    sheet, hidden = sheets_of(tmp_path, filled())
    assert values(sheet) == FILLED
    assert {at: type(cell.value) for at, cell in sheet.cells.items()} == {
        a: type(v) for a, v in FILLED.items()
    }
    assert sheet.cells[8, 6] == Cell("#DIV/0!", State.ERROR)
    assert (sheet.name, sheet.hidden) == ("附件1", False)
    assert (hidden.name, hidden.hidden, values(hidden)) == ("收入 支出", True, {(2, 2): 7})


def test_equal_to_openpyxl(tmp_path: Path) -> None:
    assert [values(sheet) for sheet in sheets_of(tmp_path, filled())] == by_openpyxl(filled())


def test_saved_by_openpyxl_formulas_are_uncalculated(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(filled()))
    buffer = io.BytesIO()
    book.save(buffer)
    sheet = sheets_of(tmp_path, buffer.getvalue())[0]
    uncalculated = {at for at, cell in sheet.cells.items() if cell == Cell(None, State.UNCALCULATED)}
    assert uncalculated == {(8, 3), (8, 4), (8, 5), (8, 6)}
    assert {at: v for at, v in values(sheet).items() if at not in uncalculated} == by_openpyxl(
        buffer.getvalue()
    )[0]


def test_every_state(tmp_path: Path) -> None:
    sheet = sheets_of(tmp_path, with_rows(ROWS))[0]
    blank, error = Cell(None, State.UNCALCULATED), State.ERROR
    assert sheet.cells == {
        (1, 1): Cell("#DIV/0!", error),
        (1, 2): blank,
        (1, 3): blank,
        (2, 3): Cell(1),
        (3, 2): blank,
        (3, 3): Cell("#N/A", error),
        (3, 4): Cell(1),
        (4, 1): Cell(1),
        (4, 2): Cell("#REF!", error),
        (4, 5): blank,
    }


def _cell(inner: str, kind: str = "n") -> bytes:
    return with_rows(f'<row r="1"><c r="A1" t="{kind}">{inner}</c></row>')


TEXTS = {
    "转义": ("a_x000D_\nb", "a\nb"),
    "转义的转义": ("a_x005F_x0041_", "a_x0041_"),
    "控制字符": ("a_x0007_\tb", "a\tb"),
    "组合字符": ("e\u0301", "é"),
    "全角不动": ("１２３％", "１２３％"),
    "看不见的字符": ("\u202a君山\u200b区\xad\ufeff", "君山区"),
    "公式样子": ("=1+1", "=1+1"),
    "实体": ("A &amp; B &lt;办公&gt;", "A & B <办公>"),
}
ROADS: dict[str, Callable[[str], bytes]] = {
    "calamine": lambda text: _cell(f"<v>{text}</v>", "str"),
    "openpyxl": lambda text: _cell(f"<!-- --><v>{text}</v>", "str"),
    "calamine 内嵌": lambda text: _cell(f"<is><t>{text}</t></is>", "inlineStr"),
    "openpyxl 内嵌": lambda text: _cell(f"<!-- --><is><t>{text}</t></is>", "inlineStr"),
}


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS.keys())
@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS.keys())
def test_texts(tmp_path: Path, text: str, expected: str, road: Callable[[str], bytes]) -> None:
    assert first_of(tmp_path, road(text)) == {(1, 1): expected}


@pytest.mark.parametrize("road", ROADS.values(), ids=ROADS.keys())
@pytest.mark.parametrize("text", ["", " ", "\u3000\u3000", "\u00a0", "\u200b", "_x0007_", "\n"])
def test_blank_texts_are_absent(tmp_path: Path, text: str, road: Callable[[str], bytes]) -> None:
    assert first_of(tmp_path, road(text)) == {}


NUMBERS = {
    "整数": ("95", 95),
    "小数点零": ("95.0", 95),
    "科学记数": ("9.5E1", 95),
    "浮点尘": ("0.30000000000000004", 0.30000000000000004),
    "十七位": ("33.333333333333336", 33.333333333333336),
    "太大不取整": ("1E+20", 1e20),
    "负零": ("-0", 0),
}


@pytest.mark.parametrize("mark", ["", "<!-- -->"], ids=["calamine", "openpyxl"])
@pytest.mark.parametrize(("written", "expected"), NUMBERS.values(), ids=NUMBERS.keys())
def test_numbers(tmp_path: Path, written: str, expected: float, mark: str) -> None:
    cells = first_of(tmp_path, _cell(f"{mark}<v>{written}</v>"))
    assert cells == {(1, 1): expected}
    assert type(cells[1, 1]) is type(expected)


def test_durations(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet().write_number("A1", 1.5, book.add_format({"num_format": "[h]:mm"}))
    assert first_of(tmp_path, buffer.getvalue()) == {(1, 1): timedelta(hours=36)}


@pytest.mark.parametrize("written", ["NaN", "1e400", "inf"])
def test_no_number_is_an_error(tmp_path: Path, written: str) -> None:
    cell = sheets_of(tmp_path, _cell(f"<v>{written}</v>"))[0].cells[1, 1]
    assert cell == Cell("#NUM!", State.ERROR)


FALLBACK: dict[str, Cells] = {
    "注释": {(1, 1): 1234},
    "CDATA": {(1, 1): 12},
    "处理指令": {(1, 1): 12},
    "字符引用": {(1, 1): 12},
    "远处": {(1, 1): 1, (1_048_576, 16_384): 1},
}


@pytest.mark.parametrize("case", CAREFUL)
def test_what_calamine_would_misread(tmp_path: Path, case: str) -> None:
    assert first_of(tmp_path, with_rows(CAREFUL[case])) == FALLBACK[case]


def test_what_calamine_refuses(tmp_path: Path) -> None:
    rows = '<row r="1"><c r="A1" t="e"><v>#GETTING_DATA</v></c><c r="B1"><v>5</v></c></row>'
    sheet = sheets_of(tmp_path, with_rows(rows))[0]
    assert sheet.cells == {(1, 1): Cell("#GETTING_DATA", State.ERROR), (1, 2): Cell(5)}


def test_values_beneath_a_merge_and_a_wrong_dimension(tmp_path: Path) -> None:
    merge = '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    rows = CELL.format("A1") + '<row r="2"><!-- --><c r="B2"><v>2</v></c></row>'
    content = repacked(
        with_rows(rows),
        {SHEET: lambda xml: xml.replace(b"</sheetData>", merge.encode()).replace(b'"A1:C4"', b'"A1"')},
    )
    assert first_of(tmp_path, content) == {(1, 1): 1, (2, 2): 2}


def test_both_readers_read_the_same(tmp_path: Path) -> None:
    """The whole workbook by openpyxl, by way of a comment in each sheet."""
    plain = filled()
    marked = repacked(
        plain,
        {
            f"xl/worksheets/sheet{n}.xml": lambda xml: xml.replace(b"<sheetData>", b"<sheetData><!-- -->")
            for n in (1, 2)
        },
    )
    assert all(facts.careful for facts in opened(tmp_path, marked).sheets)
    assert sheets_of(tmp_path, marked) == sheets_of(tmp_path, plain)


def test_utf16_workbook(tmp_path: Path) -> None:
    content = replaced("xl/workbook.xml", "UTF-8", "UTF-16", "utf-16")
    assert sheets_of(tmp_path, content) == sheets_of(tmp_path, workbook())


def test_lost_texts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="读不出来"):
        sheets_of(tmp_path, with_rows('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'))


def test_damaged_xls_is_refused(tmp_path: Path) -> None:
    entry = "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12\0"
    with pytest.raises(UnusableFile, match="读不出来"):
        sheets_of(tmp_path, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + entry + bytes(512), "填报.xls")


INVISIBLE = "\u200c\u200d"
LEFT_OUT = "\xad\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\ufeff"
LETTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters=LEFT_OUT)
text = st.text(LETTERS, min_size=1, max_size=8).map(lambda x: unicodedata.normalize("NFC", x.strip()))
number = st.integers(-(10**12), 10**12) | st.floats(-1e9, 1e9).map(lambda x: round(x, 6))
places = st.tuples(st.integers(1, 60), st.integers(1, 30))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=st.dictionaries(places, text | number | st.booleans(), max_size=20))
def test_what_is_written_is_read(tmp_path: Path, cells: dict[tuple[int, int], str | float | bool]) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for (row, column), value in cells.items():
            write = {str: sheet.write_string, bool: sheet.write_boolean}.get(type(value), sheet.write_number)
            write(row - 1, column - 1, value)
    assert first_of(tmp_path, buffer.getvalue()) == {
        at: v for at, v in cells.items() if str(v).strip(INVISIBLE)
    }


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xls", "ods"])
def test_saved_by_libreoffice_in_other_formats(tmp_path: Path, soffice: LibreOffice, suffix: str) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(filled())
    (saved,) = soffice.convert([path], suffix, tmp_path / "out")
    sheet, hidden = sheets_of(tmp_path, saved.read_bytes(), saved.name)
    assert values(sheet) == FILLED
    assert sheet.cells[8, 6] == Cell("#DIV/0!", State.ERROR)
    assert (hidden.name, hidden.hidden, values(hidden)) == ("收入 支出", True, {(2, 2): 7})


@pytest.mark.libreoffice
def test_a_far_cell_in_another_format_is_refused(tmp_path: Path, soffice: LibreOffice) -> None:
    path = tmp_path / "填报.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        sheet.write_number(0, 0, 1)
        sheet.write_number(60_000, 250, 1)
    for suffix in ("xls", "ods"):
        (saved,) = soffice.convert([path], suffix, tmp_path / "out")
        with pytest.raises(UnusableFile, match="很远"):
            opened(tmp_path, saved.read_bytes(), saved.name)
