"""A number that is read must be the number that is seen, or be told: by the formats of real cells."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from selfeval_xl.filing import Key
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind, load
from selfeval_xl.money import WAN, YUAN
from selfeval_xl.places import Place
from selfeval_xl.reading.entries import taken
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.reader import read
from tests.libreoffice import LibreOffice
from tests.official_books import town
from tests.test_seen import COMPLETE, examined, put

FORM = load()
MONEY = Key("sources", 0, "general", 0, "initial")
COUNT = Key("staff", 0, "civil", 0, "posts_last")
SCORE = Key("indicators", 0, "indicator", 1, "points")
RATE = Key("request", 0, "total", 0, "rate")
COMPUTED = Key("sources", 0, "total", 0, "initial")
OTHER, ROUNDED = "R-40", "R-42"
CELLS: tuple[tuple[Key, float, str, str], ...] = (
    # 万元 is the unit of the sheet.
    (MONEY, 12345, '0!.0,"万元"', OTHER),
    (MONEY, 12345, '0!.0000"万元"', OTHER),
    (MONEY, 12345, '0"."0,"万"', OTHER),
    (MONEY, 12345.67, "0.00,", OTHER),
    (MONEY, 12345678, "0,,", OTHER),
    (MONEY, 12345.67, "#,##0.00,,", OTHER),
    (MONEY, 12.34, '0.00"元"', OTHER),
    (MONEY, 12.34, '#,##0.00"千元"', OTHER),
    (MONEY, 12.34, '0"00"', OTHER),
    (MONEY, 12.5, "0%", OTHER),
    (MONEY, 12.5, "0.00%", OTHER),
    (MONEY, -5, "0.00;0.00", OTHER),
    (MONEY, 300, ";;;", OTHER),
    (MONEY, -5, "0.00;;", OTHER),
    (MONEY, 50, '[>100]0.00;"少"', OTHER),
    (MONEY, 1234567, "0.00E+00", ROUNDED),
    (MONEY, 1230000, "0.00E+00", ""),
    (MONEY, 12.34, '0.00"万元"', ""),
    (MONEY, 12.34, '"¥"#,##0.00', ""),
    (MONEY, 12.34, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', ""),
    (MONEY, -12.34, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', ""),
    (MONEY, 0, '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ', ""),
    (MONEY, 0, "0.00;-0.00;", ""),
    (MONEY, -5, "0.00;[Red]0.00", ""),
    (MONEY, -5, "0.00_);[红色](0.00)", ""),
    (MONEY, -5, '0.00;"△"0.00', ""),
    (MONEY, 0.5, "# ?/?", ""),
    (MONEY, 12.75, "# ?/?", ""),
    (MONEY, 12.34, "# ?/?", ROUNDED),
    (MONEY, 12.34, "0", ROUNDED),
    (MONEY, 12.34, "0.0", ROUNDED),
    (MONEY, 12, "0", ""),
    (MONEY, 12.34, "[>100]0.0;0.00", ""),
    (MONEY, 112.34, "[>100]0.0;0.00", ROUNDED),
    (MONEY, 12.3456, "0.00", ""),
    (MONEY, 12.34, "G/通用格式", ""),
    (MONEY, 12.34, "@", ""),
    (MONEY, 12, '[DBNum2][$-804]General"万元"', ""),
    (MONEY, 12, '[DBNum2][$-804]General"元"', OTHER),
    (MONEY, 12.34, "[DBNum3]0.00", ROUNDED),
    (COMPUTED, 12.34, "0", ""),
    (COMPUTED, 12345, '0!.0,"万元"', OTHER),
    (COUNT, 28, "0", ""),
    (COUNT, 28, '0"人"', ""),
    (COUNT, 28, '0"名"', ""),
    (COUNT, 28, "0.00", ""),
    (COUNT, 2800, '0,"千人"', OTHER),
    (COUNT, 28, '0"百人"', OTHER),
    (SCORE, 9.5, '0.0"分"', ""),
    (SCORE, 9.5, "0", ROUNDED),
    (SCORE, 0.95, "0%", OTHER),
    (RATE, 0.98, "0%", ""),
    (RATE, 0.98, "0.00", ""),
    (RATE, 0.98764, "0.0%", ""),
    (RATE, 0.98, '0.00"‰"', OTHER),
)


@pytest.mark.parametrize(("key", "value", "code", "rule"), CELLS)
def test_a_number_is_the_one_that_is_seen_or_is_told(key: Key, value: float, code: str, rule: str) -> None:
    found, trouble = taken(Cell(value, code=code), Place("表", 1, 1), key, FORM, WAN)
    assert (trouble or ("",))[0] == rule
    scale = WAN if FORM.block(key.block).fields[key.row, key.column].kind is Kind.MONEY else 1
    assert found.number == Fraction(f"{value}") * scale


@pytest.mark.parametrize(
    ("value", "code", "rule"),
    [
        (123456, '0!.0,"万元"', ROUNDED), (120000, '0!.0,"万元"', ""), (12345.67, '#,##0.00"元"', ""),
        (12345.67, "#,##0", ""), (12345.67, '0.00"万元"', OTHER),
    ],
)  # fmt: skip
def test_in_a_book_in_yuan(value: float, code: str, rule: str) -> None:
    _, trouble = taken(Cell(value, code=code), Place("表", 1, 1), MONEY, FORM, YUAN)
    assert (trouble or ("",))[0] == rule


SHEET, AMOUNT = "2收支情况", "B6"


def test_many_cells_of_one_format_are_one_line(tmp_path: Path) -> None:
    def change(book: Workbook) -> None:
        for row in book[SHEET].iter_rows(min_row=6, max_row=24, min_col=2, max_col=8):
            for cell in row:
                cell.number_format = '0!.0,"万元"'

    book = openpyxl.load_workbook(COMPLETE)
    change(book)
    book.save(tmp_path / "填报.xlsx")
    told = [f for f in read(tmp_path / "填报.xlsx")[1] if f.rule == OTHER]
    assert len(told) == 1
    assert len(told[0].places) > 20


@pytest.mark.parametrize(
    "change",
    [
        put(SHEET, AMOUNT, 12.5, "0.00"),
        put(SHEET, AMOUNT, 12.5, "#,##0.00"),
        put("1基本情况", "C57", 28, '0"人"'),
    ],
)
def test_usual_formats_are_silent(tmp_path: Path, change: Callable[[Workbook], None]) -> None:
    assert not [rule for rule, _ in examined(tmp_path, change)[1] if rule in (OTHER, ROUNDED)]


def test_official_annexes(tmp_path: Path) -> None:
    book = town()
    cell = book["基础数据"]["B9"]
    cell.value, cell.number_format = 12345, '0!.0,"万元"'
    book.save(tmp_path / "附件.xlsx")
    findings = read(tmp_path / "附件.xlsx", FORM)[1]
    assert [(f.level, *map(str, f.places)) for f in findings if f.rule == OTHER] == [
        (Level.WARNING, "基础数据!B9")
    ]


def test_a_head_that_is_a_number_is_read_as_it_is_seen(tmp_path: Path) -> None:
    """2023 under 0"年末编制数（人）" is the head 2023年末编制数（人）."""
    book = openpyxl.load_workbook(COMPLETE)
    (head, *_) = (
        c for row in book["1基本情况"].iter_rows() for c in row if f"{c.value}".startswith("2023年末")
    )
    head.number_format = f'0"{str(head.value)[4:]}"'
    head.value = 2023
    book.save(tmp_path / "填报.xlsx")
    assert read(tmp_path / "填报.xlsx")[1] == read(COMPLETE)[1]


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["ods", "xls"])
def test_other_formats(tmp_path: Path, soffice: LibreOffice, suffix: str) -> None:
    book = openpyxl.load_workbook(COMPLETE)
    put(SHEET, "B6", 12345, '0!.0,"万元"')(book)
    put(SHEET, "C6", -5, "0.00;0.00")(book)
    put(SHEET, "D6", 12.34, "0.00")(book)
    book.save(tmp_path / "填报.xlsx")
    (saved,) = soffice.convert([tmp_path / "填报.xlsx"], suffix, tmp_path / "out")
    told = [(f.rule, str(place)) for f in read(saved)[1] for place in f.places if f.rule in (OTHER, ROUNDED)]
    assert told == [(OTHER, f"{SHEET}!B6"), (OTHER, f"{SHEET}!C6")]
