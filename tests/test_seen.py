"""What is read must be what is seen: numbers, dates and no-texts in the text cells of real books."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from selfeval_xl.batch.wanted import wanted_units
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Filing
from selfeval_xl.forms import load
from selfeval_xl.reading.reader import read
from tests.build import SAMPLES
from tests.libreoffice import LibreOffice
from tests.official_books import town

COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"
BASICS, TEXTS, SCORES = "1基本情况", "4文字材料", "附件2"
FORM = load()


def put(
    sheet: str, cell: str, value: object, code: str = "General", kind: str = ""
) -> Callable[[Workbook], None]:
    def change(book: Workbook) -> None:
        book[sheet][cell].value = value
        book[sheet][cell].number_format = code
        if kind:
            book[sheet][cell].data_type = kind

    return change


def examined(tmp_path: Path, change: Callable[[Workbook], None]) -> tuple[Filing, list[tuple[str, str]]]:
    """The filing, and what was told at which cell beyond what is told of the sample."""
    book = openpyxl.load_workbook(COMPLETE)
    change(book)
    book.save(tmp_path / "填报.xlsx")
    filing, findings = read(tmp_path / "填报.xlsx")
    return filing, [(f.rule, str(place)) for f in findings for place in f.places]


def at(filing: Filing, place: str) -> object:
    """What was read of the cell."""
    (figure,) = (
        f for table in filing.tables.values() for _, _, f in table.figures() if str(f.place) == place
    )
    return figure.unreadable or figure.typed


R28, R29 = "R-28", "R-29"
CELLS: dict[str, tuple[str, str, object, str, object, str]] = {
    "a code": (BASICS, "B8", 1001, "000000", "001001", ""),
    "a code that lost digits": (BASICS, "B8", 430602001001, "General", "4.30602E+11", R28),
    "a code of 18 digits": (BASICS, "B8", 1.2345678901234568e17, "0", "123456789012346000", R28),
    "a telephone": (BASICS, "B20", 7308880001, "0000-0000000", "0730-8880001", ""),
    "two decimals": (SCORES, "G41", 4.361666666666666, "0.00", "4.36", ""),
    "arithmetic": (SCORES, "G41", 0.30000000000000004, "General", "0.3", ""),
    "a percentage": (SCORES, "E41", 0.98, "0%", "98%", ""),
    "signs in the format": (SCORES, "E41", 300, '"≥"0"户"', "≥300户", ""),
    "a month": (TEXTS, "F31", datetime(2024, 10, 1), 'yyyy"年"m"月"', "2024年10月", ""),
    "a date": (TEXTS, "F31", datetime(2024, 10, 1), "yyyy/m/d", "2024/10/1", ""),
    "3-5": (SCORES, "E41", datetime(2024, 3, 5), 'm"月"d"日"', "3月5日", R28),
    "out of sight": (BASICS, "B17", 300, ";;;", None, R28),
    "hashes": (BASICS, "B17", "########", "General", "########", R29),
    "an error as text": (TEXTS, "B44", "#N/A", "@", "#N/A", R29),
    "lost signs": (TEXTS, "B44", "编制\ufffd年度预算", "@", "编制\ufffd年度预算", R29),
    "a text": (BASICS, "B17", "不设分支机构", "@", "不设分支机构", ""),
}


@pytest.mark.parametrize("case", CELLS)
def test_a_text_cell_is_read_as_it_is_seen(tmp_path: Path, case: str) -> None:
    sheet, cell, value, code, text, rule = CELLS[case]
    filing, told = examined(tmp_path, put(sheet, cell, value, code, "s" if rule == R29 else ""))
    assert at(filing, f"{sheet}!{cell}") == text
    assert told == ([(rule, f"{sheet}!{cell}")] if rule else [])


@pytest.mark.parametrize("formula", ['=DISPIMG("ID_61A4",1)', "=B5+B6", "=SUM(B5:B6)"])
@pytest.mark.parametrize("cell", [(BASICS, "B17"), (TEXTS, "B44")])
def test_a_formula_or_a_picture_as_text(tmp_path: Path, formula: str, cell: tuple[str, str]) -> None:
    _, told = examined(tmp_path, put(*cell, formula, "@", "s"))
    assert told == [(R29, "!".join(cell))]


@pytest.mark.parametrize(
    ("code", "rule"), [("yyyy/m/d", ""), ('m"月"d"日"', R28), ('yyyy"年"m"月"', R28), ("yyyy-mm-dd", "")]
)
def test_a_date_of_which_a_part_is_seen(tmp_path: Path, code: str, rule: str) -> None:
    filing, told = examined(tmp_path, put(TEXTS, "B47", datetime(2024, 9, 20), code))
    assert at(filing, f"{TEXTS}!B47") == date(2024, 9, 20)
    assert told == ([(rule, f"{TEXTS}!B47")] if rule else [])


def test_people_are_counted_as_far_as_a_spreadsheet_counts(tmp_path: Path) -> None:
    filing, told = examined(tmp_path, put(BASICS, "C57", 28.000000000000004, "0"))
    assert (at(filing, f"{BASICS}!C57"), told) == (28, [])


@pytest.mark.parametrize("value", [None, "  "])
def test_a_blank_form_id_is_called_by_its_name(tmp_path: Path, value: str | None) -> None:
    def blank(book: Workbook) -> None:
        (mark,) = (c for row in book["表样"] for c in row if c.value == "表样编号")
        mark.offset(0, 1).value = value

    with pytest.raises(UnusableFile, match="没有表样编号"):
        examined(tmp_path, blank)


def test_official_annexes_are_read_as_they_are_seen(tmp_path: Path) -> None:
    book = town()
    sheet = book["整体自评"]
    sheet["E15"].value, sheet["E15"].number_format = 300, '"≥"0"户"'
    sheet["K5"].value = '="其中："&"一"'  # a label that was never calculated
    book.save(tmp_path / "附件.xlsx")
    filing, findings = read(tmp_path / "附件.xlsx", FORM)
    assert at(filing, "整体自评!E15") == "≥300户"
    (told,) = (f for f in findings if [str(p) for p in f.places] == ["整体自评!K5"])
    assert "未计算" in told.message


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_formats_are_read_as_they_are_seen(tmp_path: Path, soffice: LibreOffice, suffix: str) -> None:
    book = openpyxl.load_workbook(COMPLETE)
    for sheet, cell, value, code in ODS:
        put(sheet, cell, value, code)(book)
    book.save(tmp_path / "填报.xlsx")
    (saved,) = soffice.convert([tmp_path / "填报.xlsx"], suffix, tmp_path / "out")
    filing, findings = read(saved)
    assert [at(filing, f"{sheet}!{cell}") for sheet, cell, *_ in ODS] == [
        "001001", "0730-8880001", "98%", "4.36", "2024年10月", None
    ]  # fmt: skip
    assert [(f.rule, str(f.places[0])) for f in findings if f.places] == [(R28, f"{BASICS}!B17")]


ODS = (
    (BASICS, "B8", 1001, "000000"),
    (BASICS, "B20", 7308880001, "0000-0000000"),
    (SCORES, "E41", 0.98, "0%"),
    (SCORES, "G41", 4.361666666666666, "0.00"),
    (TEXTS, "F31", datetime(2024, 10, 1), 'yyyy"年"m"月"'),
    (BASICS, "B17", 300, ";;;"),
)


def test_codes_in_a_list_of_units_are_those_that_are_seen(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["预算单位编码"], [1001], [1002]):
        sheet.append(row)
    for (cell,) in sheet["A2:A3"]:
        cell.number_format = "000000"
    book.save(tmp_path / "名单.xlsx")
    assert wanted_units(tmp_path / "名单.xlsx") == ["001001", "001002"]
