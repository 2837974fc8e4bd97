"""Reading by labels: what people do to a filled template does not change a number, or is a finding with its cell."""

import io
import re
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from selfeval_xl.checking.concluding import conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.values import Content
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind, load
from selfeval_xl.layout import entry
from selfeval_xl.money import WAN
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.libreoffice import LibreOffice

FORM = load("hunan-2023")
SAMPLE = Path(__file__).parents[1] / "samples" / "示例单位-2023" / "填报.md"
SHEETS = [sheet.name_of(1) for sheet in FORM.sheets]


@pytest.fixture(scope="module")
def book() -> bytes:
    return fill(FORM, values(FORM, SAMPLE.read_text("utf-8")))


def contents(filing: Filing) -> dict[Key, Content]:
    """Every value by key, whatever cell it stands in."""
    return {
        Key(t.block.key, t.copy, row.key, row.number, column): figure.value
        for t in filing.tables.values()
        for row, column, figure in t.figures()
        if figure.value is not None
    }


def changed(book: bytes, change: Callable[[Workbook], None], tmp_path: Path) -> Path:
    """The book as openpyxl saves it after the change: no formula keeps its result."""
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    change(workbook)
    workbook.save(tmp_path / "填报.xlsx")
    return tmp_path / "填报.xlsx"


def void(_: object) -> None:
    """For a change written as an expression."""


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(content)
    return path


def found(path: Path) -> list[tuple[str, str]]:
    """(rule, first cell) of every R- finding."""
    return [(finding.rule, str(finding.places[0])) for finding in read(path)[1]]


def test_what_was_filled_is_what_is_read(book: bytes, tmp_path: Path) -> None:
    filing, trouble = read(written(tmp_path, book))
    assert trouble == []
    assert contents(filing) == contents(filled(FORM, values(FORM, SAMPLE.read_text("utf-8"))))


def test_every_figure_knows_its_cell(book: bytes, tmp_path: Path) -> None:
    filing, _ = read(written(tmp_path, book))
    shown = openpyxl.load_workbook(io.BytesIO(book), data_only=True)
    wrong = []
    for table in filing.tables.values():
        for row, column, figure in table.figures():
            cell = shown[figure.place.sheet].cell(figure.place.row, figure.place.column).value
            blank = cell is None or (isinstance(cell, str) and not cell.strip())
            if blank != (figure.value is None):
                wrong.append((row.key, column, str(figure.place), cell))
    assert wrong == []


def _insert_rows(workbook: Workbook) -> None:
    for name in SHEETS:
        _unmerge(workbook[name])
        workbook[name].insert_rows(3, 2)


def _insert_columns(workbook: Workbook) -> None:
    for name in SHEETS:
        _unmerge(workbook[name])
        workbook[name].insert_cols(1, 2)


def _unmerge(sheet: Worksheet) -> None:
    """openpyxl would leave the merged cells where they were, over others."""
    for merged in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(merged))


def _rename(workbook: Workbook) -> None:
    for number, name in enumerate(n for n in SHEETS if "附件3" not in n):
        workbook[name].title = f"表{number}"


def _reorder(workbook: Workbook) -> None:
    workbook._sheets.reverse()  # type: ignore[attr-defined]


def _move_block(workbook: Workbook) -> None:
    """三公经费 goes from 2收支情况 to a sheet of its own."""
    old, new = workbook["2收支情况"], workbook.create_sheet("三公")
    top = next(r for r in range(1, 80) if old.cell(r, 1).value == "四、“三公”经费")
    for merged in list(old.merged_cells.ranges):
        old.unmerge_cells(str(merged))
    for row in range(top, top + 8):
        for column in range(1, 13):
            new.cell(row - top + 5, column + 2).value = old.cell(row, column).value
            old.cell(row, column).value = None


def _spaces_in_labels(workbook: Workbook) -> None:
    for name in SHEETS:
        for row in workbook[name].iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value in (
                    "单位全称*",
                    "全年执行数",
                    "公用经费",
                    "一、单位信息",
                ):
                    cell.value = f" {cell.value[:2]}\n{cell.value[2:]}： "


UNHARMED = [_insert_rows, _insert_columns, _rename, _reorder, _move_block, _spaces_in_labels]


@pytest.mark.parametrize("change", UNHARMED, ids=lambda f: f.__name__.strip("_"))
def test_changes_that_do_no_harm(book: bytes, tmp_path: Path, change: Callable[[Workbook], None]) -> None:
    untouched, _ = read(changed(book, lambda workbook: None, tmp_path))
    filing, trouble = read(changed(book, change, tmp_path))
    assert trouble == []
    assert contents(filing) == contents(untouched)


def _at(workbook: Workbook, sheet: str, label: str, column: int = 2) -> str:
    rows = workbook[sheet].iter_rows(max_col=1)
    row = next(cell.row for (cell,) in rows if isinstance(cell.value, str) and cell.value.strip("*") == label)
    assert row is not None
    return workbook[sheet].cell(row, column).coordinate


HARM: dict[str, tuple[Callable[[Workbook], object], list[tuple[str, str]]]] = {
    "a sheet is gone": (lambda w: w.remove(w["附件4"]), [("R-01", "附件4!A1")]),
    "a block's title is gone": (
        lambda w: w["1基本情况"].__setitem__(_at(w, "1基本情况", "六、其他人员（不计入在职人数）", 1), None),
        [("R-02", "1基本情况!A1")],
    ),
    "a block stands twice": (lambda w: w.copy_worksheet(w["4文字材料"]), [("R-03", "4文字材料!A4")] * 4),
}


@pytest.mark.parametrize("case", HARM)
def test_harm_is_named(book: bytes, tmp_path: Path, case: str) -> None:
    change, wanted = HARM[case]
    findings = found(changed(book, lambda w: void(change(w)), tmp_path))
    assert [rule for rule, _ in findings] == [rule for rule, _ in wanted]
    assert findings[0] == wanted[0]


def test_a_lost_label_leaves_its_row_blank(book: bytes, tmp_path: Path) -> None:
    def lose(workbook: Workbook) -> None:
        workbook["1基本情况"][_at(workbook, "1基本情况", "单位全称", 1)] = "单位"

    path = changed(book, lose, tmp_path)
    assert [rule for rule, _ in found(path)] == ["R-04"]
    assert read(path)[0].text("unit", "name") == ""


TYPED = {
    "text": ("约500", "R-05", None),
    "a dash": ("—", "R-05", None),
    "a truth value": (True, "R-05", None),
    "a date": (date(2023, 5, 1), "R-05", None),
    "a picture": ('=DISPIMG("ID_1",1)', "R-05", None),
    "one's own formula, not calculated": ("=1+1", "R-07", None),
    "a number with its unit": ("500万元", "R-11", 500),
    "a number as text": ("1,234.50", "R-11", 1234.5),
}


@pytest.mark.parametrize(("typed", "rule", "value"), TYPED.values(), ids=TYPED)
def test_what_is_no_number_is_named(
    book: bytes, tmp_path: Path, typed: object, rule: str, value: float | None
) -> None:
    where: list[str] = []

    def put(workbook: Workbook) -> None:
        where.append(_at(workbook, "2收支情况", "一般公共预算拨款"))
        workbook["2收支情况"][where[0]] = typed  # type: ignore[assignment]
        if isinstance(typed, str) and typed.startswith("=DISPIMG"):
            workbook["2收支情况"][where[0]].data_type = "s"  # as WPS keeps it

    path = changed(book, put, tmp_path)
    assert found(path) == [(rule, f"2收支情况!{where[0]}")]
    number = read(path)[0].figure("sources", "general", "initial").number
    assert number == (None if value is None else value * WAN)


@pytest.mark.libreoffice
def test_totals_that_lack_a_number_typed_as_text_are_out_of_date_not_wrong(
    book: bytes, tmp_path: Path, soffice: LibreOffice
) -> None:
    """A spreadsheet counts a text as nothing: what it worked out from it follows the number that we read."""

    def put(workbook: Workbook) -> None:
        cell = workbook["2收支情况"][_at(workbook, "2收支情况", "一般公共预算拨款")]
        assert cell.value == 2386.4
        cell.value = "2,386.40"

    (saved,) = soffice.convert([changed(book, put, tmp_path)], "xlsx", tmp_path / "saved")
    filing, trouble = read(saved)
    assert filing.figure("sources", "total", "initial").number == 2844.4 * WAN
    assert [f.rules for f in trouble] == [("R-11",)]
    told = {f.rule for f in conclude(filing, check(filing), trouble).findings if f.status != "已说明"}
    assert told == {"R-11"}


def _guard(workbook: Workbook, sheet: str) -> int:
    cells = (cell for (cell,) in workbook[sheet].iter_rows(max_col=1))
    row = next(cell.row for cell in cells if isinstance(cell.value, str) and "插入行" in cell.value)
    assert row is not None
    return row


def test_a_row_below_the_last_line_is_not_lost_in_silence(book: bytes, tmp_path: Path) -> None:
    def put(workbook: Workbook) -> None:
        row = _guard(workbook, "3项目清单") + 1
        workbook["3项目清单"].cell(row, 1).value = "表外项目"
        workbook["3项目清单"].cell(row, 7).value = 99

    (finding,) = found(changed(book, put, tmp_path))
    assert finding[0] == "R-09"


@pytest.mark.parametrize(
    ("sheet", "label", "typed"),
    [("1基本情况", "填报金额单位", "人民币元"), ("1基本情况", "年初预算数是否已含上年结转", "含")],
)
def test_a_decisive_choice_that_is_not_offered(
    book: bytes, tmp_path: Path, sheet: str, label: str, typed: str
) -> None:
    def put(workbook: Workbook) -> None:
        workbook[sheet][_at(workbook, sheet, label)] = typed

    assert [rule for rule, _ in found(changed(book, put, tmp_path))] == ["R-10"]


def test_a_block_lost_on_one_project_sheet(book: bytes, tmp_path: Path) -> None:
    def lose(workbook: Workbook) -> None:
        workbook["附件3-2"][_at(workbook, "附件3-2", "项目资金（万元）", 1)] = "资金"

    assert found(changed(book, lose, tmp_path)) == [("R-02", "附件3-2!A1")]


def test_a_block_twice_on_one_project_sheet(book: bytes, tmp_path: Path) -> None:
    def double(workbook: Workbook) -> None:
        sheet = workbook["附件3-2"]
        top = sheet[_at(workbook, "附件3-2", "项目基本信息", 1)].row
        for row in range(5):
            for column in (1, 2):
                sheet.cell(80 + row, column).value = sheet.cell(top + row, column).value

    assert [rule for rule, _ in found(changed(book, double, tmp_path))] == ["R-03"]


@pytest.mark.parametrize("year", [None, "二〇二三"])
def test_a_form_without_its_year(book: bytes, tmp_path: Path, year: str | None) -> None:
    def lose(workbook: Workbook) -> None:
        workbook["表样"]["B2"] = year

    with pytest.raises(UnusableFile, match="年度"):
        read(changed(book, lose, tmp_path))


def test_the_mark_of_the_form_elsewhere_does_no_harm(book: bytes, tmp_path: Path) -> None:
    def put(workbook: Workbook) -> None:
        workbook["4文字材料"]["H40"] = "表样编号"

    assert read(changed(book, put, tmp_path))[0].form.year == 2023


def test_a_choice_that_is_not_offered(book: bytes, tmp_path: Path) -> None:
    def put(workbook: Workbook) -> None:
        workbook["1基本情况"][_at(workbook, "1基本情况", "自评口径")] = "全区"

    assert [rule for rule, _ in found(changed(book, put, tmp_path))] == ["R-08"]


@pytest.mark.parametrize(
    ("number_format", "number", "seen"),
    [
        ("0%", 0.95, "95%"),
        ("0.00%", 0.972, "97.20%"),
        ("[Red]0%;-0%", 1, "100%"),
        ("General", 0.95, "0.95"),
        ('0.0"%"', 0.95, "1.0%"),
        ("0.00", 95.5, "95.50"),
    ],
)
@pytest.mark.parametrize("to", ["", pytest.param("xlsx", marks=pytest.mark.libreoffice)])
def test_an_indicator_is_read_as_it_is_seen(
    book: bytes,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    number_format: str,
    number: float,
    seen: str,
    to: str,
) -> None:
    place = read(written(tmp_path, book))[0].table("indicators").added[0]["target"].place

    def put(workbook: Workbook) -> None:
        cell = workbook[place.sheet][place.a1]
        cell.value, cell.number_format = number, number_format

    path = changed(book, put, tmp_path)
    if to:
        (path,) = request.getfixturevalue("soffice").convert([path], to, tmp_path / "saved")
    filing, trouble = read(path)
    assert filing.table("indicators").added[0].text("target") == seen
    assert trouble == []


def test_more_project_sheets_than_made_in_advance(book: bytes, tmp_path: Path) -> None:
    def copy(workbook: Workbook) -> None:
        new = workbook.copy_worksheet(workbook["附件3-10"])
        new.title = "附件3-10 (2)"
        new[_at(workbook, "附件3-10", "项目支出名称")] = "新增项目"

    filing, trouble = read(changed(book, copy, tmp_path))
    assert trouble == []
    assert max(filing.copies) == 11
    assert filing.figure("project_head", "name", "value", 11).text == "新增项目"


def test_rows_inserted_among_the_projects_are_read(book: bytes, tmp_path: Path) -> None:
    def insert(workbook: Workbook) -> None:
        sheet = workbook["3项目清单"]
        guard = next(
            c.row for (c,) in sheet.iter_rows(max_col=1) if isinstance(c.value, str) and "插入行" in c.value
        )
        assert guard is not None
        sheet.insert_rows(guard, 1)
        sheet.cell(guard, 1).value = "行尾新增"

    filing, _ = read(changed(book, insert, tmp_path))
    assert "行尾新增" in [row.text("name") for row in filing.table("projects").added]


def test_a_book_in_yuan(tmp_path: Path) -> None:
    typed = {
        Key("unit", 0, "money_unit", 0, "value"): "元",
        Key("sources", 0, "general", 0, "initial"): 8_793_612.34,
        Key("costs", 0, "office", 0, "executed"): 12.5,
    }
    filing, _ = read(written(tmp_path, fill(FORM, typed)))
    assert filing.number("sources", "general", "initial") == Fraction("879361234")
    assert filing.number("costs", "office", "executed") == Fraction(12_500_000)
    assert filing.number("request", "total", "initial") == Fraction("879361234")
    assert filing.figure("sources", "general", "initial").half == 0


@pytest.mark.parametrize(
    "content",
    [b"", b"%PDF-1.4", "单位,金额\n".encode("gbk"), b"PK\x03\x04broken"],
    ids=["empty", "pdf", "csv", "torn"],
)
def test_no_workbook_at_all(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(UnusableFile):
        read(written(tmp_path, content))


def test_a_workbook_that_is_not_ours(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "别的.xlsx")
    with pytest.raises(UnusableFile, match="模板"):
        read(tmp_path / "别的.xlsx")
    with pytest.raises(UnusableFile, match="找不到"):
        read(tmp_path / "别的.xlsx", FORM)


def test_the_year_comes_from_the_file(tmp_path: Path) -> None:
    filing, _ = read(written(tmp_path, write_template(load("hunan-2023", 2025))))
    assert filing.form.year == 2025


def _years_on(workbook: Workbook, years: int, *, titles: bool) -> None:
    """So many years on in every visible text, or in the titles alone; formulas stay."""
    for sheet in (sheet for sheet in workbook if sheet.sheet_state == "visible"):
        for (cell,) in sheet.iter_rows(max_col=1, max_row=1) if titles else ((c,) for r in sheet for c in r):
            if isinstance(cell.value, str) and not cell.value.startswith("="):
                cell.value = re.sub(r"202[123]", lambda said: str(int(said[0]) + years), cell.value)


@pytest.mark.parametrize("years", [1, 2, -1])
@pytest.mark.parametrize("titles", [True, False])
def test_a_year_changed_by_hand_is_the_one_thing_told(
    book: bytes, tmp_path: Path, years: int, titles: bool
) -> None:
    path = changed(book, partial(_years_on, years=years, titles=titles), tmp_path)
    filing, trouble = read(path)
    first, *rest = [finding for finding in trouble if finding.level is Level.ERROR]
    assert (first.rule, str(first.places[0]), rest) == ("R-36", "1基本情况!A1", [])
    assert {"2023", f"{2023 + years}"} <= set(re.findall(r"20\d\d", first.message))
    assert filing.form.year == 2023
    figures = {k: v for k, v in contents(filing).items() if isinstance(v, Fraction)}
    untouched = contents(read(changed(book, void, tmp_path))[0])
    assert figures == {k: v for k, v in untouched.items() if isinstance(v, Fraction)}


def _annex_title(workbook: Workbook) -> None:
    workbook["附件4"]["A1"].value = "2024年度政府性基金预算支出情况表"


def test_one_title_of_another_year_is_a_warning(book: bytes, tmp_path: Path) -> None:
    (finding,) = [f for f in read(changed(book, _annex_title, tmp_path))[1] if f.rule == "R-36"]
    assert (finding.level, [str(p) for p in finding.places]) == (Level.WARNING, ["附件4!A1"])


def test_a_form_asked_for_another_year_than_the_books(tmp_path: Path) -> None:
    path = written(tmp_path, write_template(load("hunan-2023", 2025)))
    rules = [finding.rule for finding in read(path, load("hunan-2023", 2024))[1]]
    assert rules == ["R-36"]
    assert read(path)[1] == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("to", ["xlsx", "ods"])
def test_as_libreoffice_saves_it(book: bytes, tmp_path: Path, soffice: LibreOffice, to: str) -> None:
    (saved,) = soffice.convert([written(tmp_path, book)], to, tmp_path / "saved")
    filing, trouble = read(saved)
    assert trouble == []
    mine = contents(read(tmp_path / "填报.xlsx")[0])
    assert {k: _near(v) for k, v in contents(filing).items()} == {k: _near(v) for k, v in mine.items()}


def _near(value: Content) -> object:
    return round(float(value), 6) if isinstance(value, Fraction) else value


INPUTS = [
    key
    for sheet in entry(FORM)
    for key in sheet.places()
    if FORM.block(key.block).fields[key.row, key.column].kind is Kind.MONEY
    and FORM.block(key.block).fields[key.row, key.column].formula is None
    and key.copy <= 1
]
AMOUNTS = some.one_of(
    some.integers(-10_000, 10_000_000).map(lambda n: n / 100),
    some.integers(0, 10_000_000).map(lambda n: n / 10_000),
    some.integers(0, 100_000),
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(some.dictionaries(some.sampled_from(INPUTS), AMOUNTS, max_size=60))
def test_round_trip_of_any_filling(tmp_path: Path, typed: dict[Key, float]) -> None:
    """form → template → fill → read gives what was typed, each in its block's unit."""
    filing, trouble = read(written(tmp_path, fill(FORM, typed)))
    assert {finding.rule for finding in trouble} <= {"R-41"}  # of a list the amounts alone may be typed
    got = contents(filing)
    kept = {key: value for key, value in typed.items() if key.number <= 1 and key.copy == 0}
    for key, value in kept.items():
        if key.number == 0:
            assert got[key] == Fraction(repr(value)) * WAN
