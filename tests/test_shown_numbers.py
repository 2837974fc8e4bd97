"""What a cell shows of a number or a date, as Chinese Excel shows it in a column that is wide enough."""

import io
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter

from selfeval_xl.reading.grids import Cell, State
from selfeval_xl.reading.number_formats import BUILT_IN, is_date
from selfeval_xl.reading.seen import Seen, no_text, seen
from selfeval_xl.reading.shown_numbers import shown_number
from tests.test_grids import sheets_of
from tests.test_opening import repacked

Number = int | float | date | datetime | time | timedelta
DAY, MOMENT = date(2024, 10, 1), datetime(2024, 1, 2, 15, 4, 5)

CASES: tuple[tuple[str, Number, str], ...] = (
    # General: eleven signs, then powers of ten
    ("General", 0, "0"),
    ("General", 98.5, "98.5"),
    ("General", 0.30000000000000004, "0.3"),
    ("General", 4.361666666666666, "4.361666667"),
    ("General", -4.361666666666666, "-4.361666667"),
    ("General", 0.36166666666, "0.361666667"),
    ("General", 0.0001234567, "0.000123457"),
    ("General", 0.00001234567, "1.23457E-05"),
    ("General", 12345678901, "12345678901"),
    ("General", 430602001001, "4.30602E+11"),
    ("General", 1.2345678901234568e17, "1.23457E+17"),
    ("General", 1e20, "1E+20"),
    ('General"户"', 300, "300户"),
    ('"≥"G/通用格式', 300, "≥300"),
    ("@", 123, "123"),
    # digits at their places
    ("0", 2.5, "3"),
    ("0.00", 4.361666666666666, "4.36"),
    ("0.00", -4.365, "-4.37"),
    ("#,##0", 1234567, "1,234,567"),
    ("#,##0.00", 0.5, "0.50"),
    ("#,##0.00;[Red]-#,##0.00", -1234.5, "-1,234.50"),
    ("#.00", 0.5, ".50"),
    ("0.##", 5, "5."),
    ("#", 0, ""),
    ("??0", 5, "5"),
    ("000000", 1001, "001001"),
    ("0000-0000000", 7308880001, "0730-8880001"),
    ("000-0000-0000", 13800001111, "138-0000-1111"),
    ("00-00-000", 430, "00-00-430"),
    ("0", 123456789012345678, "123456789012346000"),
    ("0%", 0.985, "99%"),
    ("0.0%", 0.985, "98.5%"),
    ("0.00E+00", 12345678, "1.23E+07"),
    ("##0.0E+0", 0.00012, "120.0E-6"),
    ("0.0,", 12345, "12.3"),
    ('0!.0,"万元"', 12345, "1.2万元"),
    ("# ?/?", 1.5, "1 1/2"),
    ("# ?/?", 2, "2"),
    ("?/8", 0.125, "1/8"),
    # what stands beside the digits
    ('"≥"0"户"', 300, "≥300户"),
    ("≥0户", 300, "≥300户"),
    ('[Red][$-804]"第"0"名"', 5, "第5名"),
    ("[$¥-804]#,##0.00", 100, "¥100.00"),
    ("0\\ ", 7, "7"),
    # sections
    ('[>=60]"合格";"不合格"', 98, "合格"),
    ('[>=60]"合格";"不合格"', 5, "不合格"),
    ('0;-0;"无"', 0, "无"),
    ("0.00_);(0.00)", -3, "(3.00)"),
    (";;;", 5, ""),
    (BUILT_IN[43], 0, "-"),
    (BUILT_IN[43], -1234.5, "-1,234.50"),
    # dates
    ('yyyy"年"m"月"', DAY, "2024年10月"),
    ('yyyy"年"m"月"', 45566, "2024年10月"),
    ('m"月"d"日"', date(2024, 3, 5), "3月5日"),
    ("yyyy/m/d", DAY, "2024/10/1"),
    ("yyyy-mm-dd;@", DAY, "2024-10-01"),
    ("mmm-yy", DAY, "Oct-24"),
    ("[$-804]mmm", DAY, "十月"),
    ("[$-804]aaaa", DAY, "星期二"),
    ("[$-F800]dddd, mmmm dd, yyyy", DAY, "2024年10月1日"),
    ('[DBNum1][$-804]yyyy"年"m"月"d"日"', DAY, "二〇二四年十月一日"),
    ('[$-1E000804]yyyy"年"m"月"', DAY, "二〇二四年十月"),
    ("yyyy/m/d h:mm", MOMENT, "2024/1/2 15:04"),
    ("h:mm AM/PM", MOMENT, "3:04 PM"),
    ('上午/下午h"时"mm"分"', MOMENT, "下午3时04分"),
    ("h:mm", time(10, 30), "10:30"),
    ("[h]:mm", timedelta(hours=36, minutes=5), "36:05"),
    ("mm:ss.0", MOMENT, "04:05.0"),
    ("yyyy/m/d", -1, "########"),
    # Chinese numerals
    ("[DBNum1][$-804]General", 300, "三百"),
    ("[DBNum2]General", 300, "叁佰"),
)


@pytest.mark.parametrize(("code", "value", "text"), CASES, ids=[f"{c} {v}" for c, v, _ in CASES])
def test_as_it_is_shown(code: str, value: Number, text: str) -> None:
    assert shown_number(value, code) == text


@pytest.mark.parametrize("code", ["[DBNum3]General", "[DBNum1]0.00", "bbbb", "ggge"])
def test_a_code_beyond_us_is_told_with_what_the_cell_holds(code: str) -> None:
    assert shown_number(300, code) is None
    assert seen(Cell(300, code=code)).held.startswith("300")


HELD: tuple[tuple[str, Number | str, Seen], ...] = (
    ("000000", 1001, Seen("001001")),
    ("", 4.361666666666666, Seen("4.361666667")),
    ("0.00", 4.361666666666666, Seen("4.36")),
    ("", 0.30000000000000004, Seen("0.3")),
    ("", 1e12, Seen("1E+12")),
    ("", 430602001001, Seen("4.30602E+11", "430602001001")),
    ("", 1.2345678901234568e17, Seen("1.23457E+17", "123456789012346000")),
    ("0", 1.2345678901234568e17, Seen("123456789012346000", "123456789012346000")),
    ('yyyy"年"m"月"', DAY, Seen("2024年10月")),
    ("yyyy/m/d", DAY, Seen("2024/10/1")),
    ("m-d-yy", DAY, Seen("10-1-24")),
    ('m"月"d"日"', date(2024, 3, 5), Seen("3月5日", "2024-03-05")),
    ("d-mmm", date(2024, 3, 5), Seen("5-Mar", "2024-03-05")),
    ("mmm-yy", DAY, Seen("Oct-24", "2024-10-01")),
    ("h:mm", time(3, 5), Seen("3:05", "03:05:00")),
    (";;;", 300, Seen("", "300")),
    (";;;", "看不见", Seen("", "看不见")),
    ('@"户"', "300", Seen("300户")),
    ("@", "300", Seen("300")),
)


@pytest.mark.parametrize(("code", "value", "expected"), HELD, ids=[f"{c} {v}" for c, v, _ in HELD])
def test_what_is_seen_and_what_the_cell_holds(code: str, value: Number | str, expected: Seen) -> None:
    assert seen(Cell(value, code=code)) == expected


NO_TEXT = (
    '=DISPIMG("ID_61A4",1)', "=_xlfn.IMAGE(B2)", "#N/A", "#REF!", "Err:502", "########", "＃＃＃＃", "=B5+B6",
    "=SUM(收入!B2:B5)", "=3+4", "＝A1", "NaN", "null", "None", "???", "君山区\ufffd局", "锟斤拷锟斤拷",
)  # fmt: skip
TEXT = (
    "", "君山区某局", "=98%", "=", "==按计划", "=2023年12月底", "#1 路灯", "A1 级景区", "≥300户", "#5", "无", "？",
    "=PM2.5 达标", "SUM 为合计", "nano 材料", "3-5",
)  # fmt: skip


@pytest.mark.parametrize("text", NO_TEXT)
def test_what_is_no_text(text: str) -> None:
    assert no_text(text)


@pytest.mark.parametrize("text", TEXT)
def test_what_is_text(text: str) -> None:
    assert not no_text(text)


CODES = (
    "General", "0", "0.00", "@", 'yyyy"年"m"月"', "[Red]0", '0"d"', "0!d", "0*d", "aaaa", "[h]:mm", "mmm", "h:mm",
    'G/通用格式"户"', "[$-F800]dddd", "[DBNum1][$-804]yyyy", ";;;", "0;0;0;@日", "0.00E+00", "[$EUR]0", "[Yellow]0",
)  # fmt: skip


def _formatted(formats: tuple[str | int, ...]) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, wanted in enumerate(formats):
            sheet.write_number(row, 0, 45566.25, book.add_format({"num_format": wanted}) if wanted else None)
    return buffer.getvalue()


@pytest.mark.parametrize("formats", [CODES, tuple(range(60))], ids=["codes", "built-in"])
def test_both_readers_agree_on_what_is_a_date(tmp_path: Path, formats: tuple[str | int, ...]) -> None:
    """Ours decides: the readers know part of the formats each."""
    content = _formatted(formats)
    sheet = sheets_of(tmp_path, content)[0]
    (careful,) = sheets_of(
        tmp_path,
        repacked(
            content, {"xl/worksheets/sheet1.xml": lambda x: x.replace(b"<sheetData>", b"<sheetData><!-- -->")}
        ),
    )
    assert careful == sheet
    for row, wanted in enumerate(formats, 1):
        cell = sheet.cells[row, 1]
        code = wanted if isinstance(wanted, str) else BUILT_IN.get(wanted, "General")
        assert cell.state is State.VALUE
        assert is_date(code) is not isinstance(cell.value, int | float), code
