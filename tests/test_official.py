"""The bureau's own annex files: what stands in them is read to the same figures, or told; never another figure."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

import selfeval_xl
from selfeval_xl import console
from selfeval_xl.cli import commands
from selfeval_xl.errors import UnusableFile, UserError
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Status
from selfeval_xl.forms import load
from selfeval_xl.layout.printed import printed
from selfeval_xl.money import WAN
from selfeval_xl.reading.official.labels import core
from selfeval_xl.reading.reader import Annexed, read
from tests.libreoffice import LibreOffice
from tests.official_books import (
    FUND,
    FUND_MERGES,
    NO_CAPITAL,
    PROJECT,
    PROJECT_MERGES,
    TOWN_DATA,
    TOWN_DATA_MERGES,
    TOWN_SCORES,
    TOWN_SCORES_MERGES,
    annexes_of,
    book,
    put,
    stacked,
    town,
)

FORM = load()
SAMPLES = Path(__file__).parents[1] / "samples"
Change = Callable[[Workbook], object]


def wan(amount: str) -> Fraction:
    """万元 in 分."""
    return Fraction(amount) * WAN


def saved(made: Workbook, folder: Path, name: str = "附件.xlsx") -> Path:
    path = folder / name
    made.save(path)
    return path


def read_book(made: Workbook, folder: Path) -> tuple[Filing, list[Finding]]:
    return read(saved(made, folder), FORM)


def figures(filing: Filing) -> dict[Key, object]:
    """Every figure that is known, whether it stands in its annex or at its home."""
    return {key: figure.value for key, figure in Tracer(filing).figures.items() if figure.value is not None}


def rules(findings: Sequence[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


def at(findings: Sequence[Finding], rule: str) -> list[str]:
    """The cells of a rule's findings."""
    return [str(place) for finding in findings if finding.rule == rule for place in finding.places]


# --- what is read -------------------------------------------------------------------------------------------

TOWN: dict[tuple[str, int, str, int, str], object] = {
    ("unit", 0, "name", 0, "value"): "示例乡人民政府",
    ("unit", 0, "preparer", 0, "value"): "王芳",
    ("posts", 0, "all", 0, "posts"): 46,
    ("posts", 0, "all", 0, "staff"): 50,
    ("staff", 0, "total", 0, "staff"): 50,
    ("costs", 0, "three", 0, "last"): 0,
    ("costs", 0, "project", 0, "executed"): wan("1025.2"),
    ("split", 0, "total", 0, "executed_project"): wan("1025.2"),
    ("costs", 0, "operating", 0, "executed"): wan("193.42"),
    ("costs", 0, "utilities", 0, "executed"): wan("34"),
    ("costs", 0, "procurement", 0, "executed"): wan("58.6"),
    ("request", 0, "total", 0, "initial"): wan("861.1"),
    ("request", 0, "total", 0, "points"): 10,
    ("sources", 0, "total", 0, "full"): wan("2030.12"),
    ("income_split", 0, "general", 0, "amount"): wan("1325.68"),
    ("income_split", 0, "other", 0, "amount"): wan("585.62"),
    ("income_split", 0, "total", 0, "amount"): wan("2030.12"),
    ("spending_split", 0, "basic", 0, "amount"): wan("900.47"),
    ("spending_split", 0, "total", 0, "amount"): wan("1925.67"),
    ("objective", 0, "expected", 0, "value"): "保障乡机关运转，完成人居环境整治。",
    ("objective", 0, "actual", 0, "value"): "机关运转有序，整治任务全部完成。",
    ("indicators", 0, "indicator", 2, "first"): "产出指标",
    ("indicators", 0, "indicator", 2, "second"): "数量指标",
    ("indicators", 0, "indicator", 2, "name"): "改厕户数",
    ("indicators", 0, "indicator", 2, "score"): Fraction(19, 2),
    ("indicators", 0, "indicator", 3, "first"): "产出指标",
    ("indicators", 0, "indicator", 3, "second"): "质量指标",
    ("indicators", 0, "indicator", 4, "second"): "社会效益指标",
    ("indicators", 0, "indicator", 4, "operator"): "定性",
    ("indicators", 0, "indicator", 5, "second"): "服务对象满意度指标",
    ("result", 0, "all", 0, "score"): Fraction(195, 2),
    ("fund_items", 0, "item", 1, "code"): "2120804",
    ("fund_items", 0, "item", 2, "project"): wan("18.82"),
    ("fund_items", 0, "total", 0, "executed"): wan("118.82"),
    ("capital_nil", 0, "nil", 0, "value"): "√",
}
"""Money in 分."""


@pytest.mark.parametrize("made", [town, stacked], ids=["a sheet each", "on one sheet"])
def test_what_stands_in_it_is_read(tmp_path: Path, made: Callable[[], Workbook]) -> None:
    filing, findings = read_book(made(), tmp_path)
    found = figures(filing)
    assert {key: found.get(Key(*key)) for key in TOWN} == TOWN
    assert filing.form.year == 2023
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


def test_one_sheet_or_several_are_the_same_figures(tmp_path: Path) -> None:
    apart, together = (figures(read_book(made(), tmp_path)[0]) for made in (town, stacked))
    assert apart == together


def test_the_real_errors_are_found(tmp_path: Path) -> None:
    """S1: the two splits differ by 104.45; S5: the sum of the funds is 0."""
    outcome = selfeval_xl.examine(saved(town(), tmp_path), FORM)
    (split,) = [f for f in outcome.conclusion.findings if f.rule == "A2-02"]
    assert (split.left, split.right) == (wan("1925.67"), wan("2030.12"))
    assert [str(place) for place in split.places] == ["整体自评!F6", "整体自评!B6"]
    project = selfeval_xl.examine(saved(book(自评=(PROJECT, PROJECT_MERGES)), tmp_path), FORM)
    sums: list[object] = [
        (str(f.places[0]), f.left, f.right) for f in project.conclusion.findings if f.rule == "A3-01"
    ]
    assert sums == [("自评!C6", 0, wan("90")), ("自评!D6", 0, wan("90")), ("自评!E6", 0, wan("89.974"))]


SAMPLE_NAMES = ("示例单位-2023", "示例乡镇-2023", "junshan-2023")


@cache
def printed_by_us(sample: str) -> bytes:
    """The annexes that we print for a sample, as a file of their own."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        outcome = selfeval_xl.convert(SAMPLES / sample / "填报.xlsx", Path(folder))
        buffer = io.BytesIO()
        annexes_of(outcome.files[0]).save(buffer)
    return buffer.getvalue()


def contents(filing: Filing) -> dict[str, list[object]]:
    return {grid.name: [cell.content for cell in grid.cells] for grid in printed(filing)}


@pytest.mark.parametrize("sample", SAMPLE_NAMES)
def test_what_we_print_reads_back_and_prints_the_same(sample: str, tmp_path: Path) -> None:
    path = tmp_path / "附件.xlsx"
    path.write_bytes(printed_by_us(sample))
    filing, findings = read(path, FORM)
    before, _ = read(SAMPLES / sample / "填报.xlsx")
    assert contents(filing) == contents(before)
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


@pytest.mark.parametrize("to", ["xls", "ods"])
def test_other_formats_read_to_the_same_figures(soffice: LibreOffice, to: str, tmp_path: Path) -> None:
    """Neither tells of joined cells, and .xls not of what its formulas say: there are none here."""
    source = saved(town(), tmp_path)
    (other,) = soffice.convert([source], to, tmp_path / "out")
    filing, findings = read(other, FORM)
    assert figures(filing) == figures(read(source, FORM)[0])
    assert set(rules(findings)) == {"R-21"} | ({"R-12"} if to == "xls" else set())


def test_several_files_are_one_filing(tmp_path: Path) -> None:
    first = saved(book(基础数据=(TOWN_DATA, TOWN_DATA_MERGES)), tmp_path, "附件1.xlsx")
    second = saved(book(Sheet1=(TOWN_SCORES, TOWN_SCORES_MERGES)), tmp_path, "附件2.xlsx")
    rest = book(Sheet1=(FUND, FUND_MERGES), Sheet2=(NO_CAPITAL, ("A1:E1", "A4:E4")))
    third = saved(rest, tmp_path, "附件4-5.xlsx")
    filing, findings = read(first, FORM, Annexed((second, third)))
    assert figures(filing) == figures(read_book(town(), tmp_path)[0])
    assert str(filing.figure("request", "total", "score").place) == "[附件2.xlsx]Sheet1!I5"
    assert rules(findings) == ["R-21"]


# --- other wordings, other shapes -------------------------------------------------------------------------


def _cell(sheet: str, cell: str, value: object) -> Change:
    return lambda made: setattr(made[sheet][cell], "value", value)


def _percent(sheet: str, cell: str, value: float) -> Change:
    def put(made: Workbook) -> None:
        made[sheet][cell].value, made[sheet][cell].number_format = value, "0.00%"

    return put


def _put_beside(made: Workbook) -> None:
    """Annex 5 right of annex 4, on its sheet."""
    del made["国资"]
    for row, cells in enumerate(NO_CAPITAL, 1):
        for column, value in enumerate(cells, 12):
            made["基金"].cell(row, column, value)


def _compact(made: Workbook) -> None:
    """Nothing but the title and the sentence."""
    del made["国资"]
    put(made.create_sheet("国资"), (NO_CAPITAL[0], NO_CAPITAL[3]), ())


def _lowered(sheet: Worksheet, row: int, lines: int = 1) -> None:
    """Rows inserted as Excel does, joined cells below moved along."""
    joined = [m.coord for m in sheet.merged_cells.ranges if m.min_row >= row]
    for cells in joined:
        sheet.unmerge_cells(cells)
    sheet.insert_rows(row, lines)
    for cells in joined:
        moved = CellRange(cells)
        moved.shift(row_shift=lines)
        sheet.merge_cells(moved.coord)


def _columns_counted(made: Workbook) -> None:
    _lowered(made["基金"], 5)
    for column in range(1, 11):
        made["基金"].cell(5, column, column)


def _second_page(made: Workbook) -> None:
    """The indicators go on below another title, under the same heads."""
    sheet = made["整体自评"]
    for cells in [m.coord for m in sheet.merged_cells.ranges if m.min_row >= 13]:
        sheet.unmerge_cells(cells)
    sheet.insert_rows(18, 2)
    sheet["A18"].value = "部门整体支出绩效自评表（续表）"
    for column in range(1, 10):
        sheet.cell(19, column).value = sheet.cell(13, column).value


SAME: dict[str, Change] = {
    "a unit before the title": _cell("整体自评", "A1", "示例乡人民政府2023年度部门整体支出绩效自评表"),
    "a number before the title": _cell("整体自评", "A1", "附件二 部门整体支出绩效自评表"),
    "no points in a level": _cell("整体自评", "B14", "产出指标"),
    "the year before the title": _cell("整体自评", "A1", "（2023年度）部门整体支出绩效自评表"),
    "another word for the sum": _cell("整体自评", "A19", "自评总得分"),
    "the sum says how much": _cell("整体自评", "A19", "总分：100分"),
    "a rate without its sign": _cell("基础数据", "F4", 108.7),
    "a rate as a text": _cell("基础数据", "F4", "108.70"),
    "side by side": _put_beside,
    "a title and a sentence": _compact,
    "a row that counts the columns": _columns_counted,
    "a second page": _second_page,
    "an amount of 元 in a text": _cell("整体自评", "I15", "人均补助（元）不变"),
}


@pytest.mark.parametrize("case", SAME)
def test_it_is_the_same_figures(case: str, tmp_path: Path) -> None:
    made = town()
    SAME[case](made)
    filing, findings = read_book(made, tmp_path)
    before, found = figures(read_book(town(), tmp_path)[0]), figures(filing)
    changed = {key for key in {*before, *found} if before.get(key) != found.get(key)}
    text_or_rounding = {Key("indicators", 0, "indicator", 2, "reason"), Key("posts", 0, "all", 0, "rate")}
    assert changed <= text_or_rounding, [(key, before.get(key), found.get(key)) for key in changed]
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


def test_a_label_merged_down_beside_its_parts_has_no_figures_of_theirs(tmp_path: Path) -> None:
    rows = [(row[0], None, *row[1:]) for row in TOWN_DATA]
    at = next(n for n, row in enumerate(rows) if row[0] == "公用经费")
    rows[at : at + 2] = [("公用经费", "其中：办公经费", *TOWN_DATA[at + 1][1:])]
    made = book(基础数据=(rows, [f"A{at + 1}:A{at + 3}"]))
    filing, _ = read_book(made, tmp_path)
    assert filing.figure("basic", "operating", "executed").value is None
    assert filing.figure("costs", "office", "executed").value == wan("25.15")
    made["基础数据"].cell(at + 1, 2).value = "小计"
    filing, _ = read_book(made, tmp_path)
    assert filing.figure("basic", "operating", "executed").value == wan("25.15")


def test_projects_stand_below_their_kind_and_their_sheets_follow_their_names(tmp_path: Path) -> None:
    rows = list(TOWN_DATA)
    at = next(n for n, row in enumerate(rows) if "业务工作" in f"{row[0]}")
    rows[at + 1 : at + 1] = [
        ("（1）安全饮水", None, None, 50, None, 60),
        ("农村道路养护", None, None, 90, None, 89.974),
    ]
    nameless = [row for row in PROJECT if row[0] != "项目名称"]
    made = book(基础数据=(rows, ()), 一=(nameless, ()), 二=(PROJECT, PROJECT_MERGES))
    filing, _ = read_book(made, tmp_path)
    heads = [filing.figure("project_head", "name", "value", copy).value for copy in (1, 2)]
    assert heads == [None, "农村道路养护"]
    found = {
        row.text("name"): (row.text("kind"), row["copy"].value) for row in filing.table("projects").added
    }
    wanted: dict[str, object] = {
        "农村道路养护": ("业务工作", 2),
        "（1）安全饮水": ("业务工作", None),
        "": ("", 1),
    }
    assert found == wanted


def test_buildings_and_values_in_cells_of_their_own(tmp_path: Path) -> None:
    """The names of buildings stand in the column of labels; 填报单位, 单位 and splits have their values beside them."""
    made = town()
    sheet = made["基础数据"]
    for cells in [m.coord for m in sheet.merged_cells.ranges if m.min_row in (2, 23)]:
        sheet.unmerge_cells(cells)
    texts = {"A2": "填报单位：", "B2": "示例乡人民政府", "F2": "单位", "G2": "万元", "A24": "便民服务中心"}
    for at, text in texts.items():
        sheet[at].value = text
    for column, value in enumerate((500, 490, 0.98, 120, 118.8, 0.99), 2):
        sheet.cell(24, column).value = value
    scores = made["整体自评"]
    scores.unmerge_cells("B7:E7")
    scores["B7"].value, scores["C7"].value = "其中：一般公共预算：", 1325.68
    filing, findings = read_book(made, tmp_path)
    (building,) = filing.table("buildings").added
    assert (building.text("name"), building["spent"].value) == ("便民服务中心", wan("118.8"))
    assert filing.unit_name == "示例乡人民政府"
    assert filing.figure("income_split", "general", "amount").value == wan("1325.68")
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


def test_titles_without_tables_are_refused(tmp_path: Path) -> None:
    made = book(空=(((TOWN_SCORES[0][0],), ("（2023年度）",), ("甲", 1), ("乙", 2), ("丙", 3)), ()))
    with pytest.raises(UnusableFile, match="空!A1"):
        read(saved(made, tmp_path), FORM)


def test_without_its_sum_and_without_its_indicators(tmp_path: Path) -> None:
    made = town()
    for at in ("A19", "G19", "H19"):
        made["整体自评"][at].value = None
    filing, _ = read_book(made, tmp_path)
    assert filing.figure("result", "all", "score").typed is None
    assert len(filing.table("indicators").added) == 5
    made["整体自评"].delete_rows(13, 8)
    assert read_book(made, tmp_path)[0].table("indicators").added == ()


@pytest.mark.parametrize(
    "text", ["说明：没有政府性基金支出的单位，本表填“无”。", "无线电管理支出", "用于无害化处理项目支出"]
)
def test_no_other_text_says_that_there_is_nothing(text: str, tmp_path: Path) -> None:
    whole = book(基金=(FUND[:4], ()), 整体自评=(TOWN_SCORES, TOWN_SCORES_MERGES))
    whole["基金"]["C6"].value = text
    assert read_book(whole, tmp_path)[0].figure("fund_nil", "nil", "value").value is None


@pytest.mark.parametrize(
    "text", ["无", "不涉及", "我单位2023年没有政府性基金安排的支出。", "本单位无此项支出，故本表无数据。"]
)
def test_it_says_that_there_is_nothing(text: str, tmp_path: Path) -> None:
    whole = book(基金=(FUND[:4], ()), 整体自评=(TOWN_SCORES, TOWN_SCORES_MERGES))
    whole["基金"]["A5"].value = text
    assert read_book(whole, tmp_path)[0].figure("fund_nil", "nil", "value").value == "√"


def broken(made: Workbook, folder: Path) -> dict[str, list[str]]:
    """The rules that find fault, each with its cells."""
    outcome = selfeval_xl.examine(saved(made, folder), FORM)
    open_ = (f for f in outcome.conclusion.findings if f.status is Status.BROKEN)
    return {finding.rule: [str(place) for place in finding.places] for finding in open_}


def test_no_total_passes_over_a_part_that_was_not_read(tmp_path: Path) -> None:
    made = town()
    made["整体自评"]["B8"].value = "　　　专项债券资金：118.82"
    found = broken(made, tmp_path)
    assert found["R-22"] == ["整体自评!B8"]
    assert "X-90" not in found
    made["整体自评"]["B8"].value = "　　　政府性基金：108.82"
    assert broken(made, tmp_path)["X-90"] == ["整体自评!B6"]


def test_splits_of_what_was_executed_are_no_budget(tmp_path: Path) -> None:
    made = town()
    made["整体自评"]["E5"].value, made["整体自评"]["F6"].value = 2100, "按支出性质分：2030.12"
    made["整体自评"]["F7"].value = "其中：基本支出：1004.92"
    made["整体自评"]["H5"].value, made["整体自评"]["I5"].value = "96.67%", 9.67
    found = broken(made, tmp_path)
    assert {"X-90", "X-04", "A2-01", "A2-02", "B-11"} & set(found) == set(), found
    filing, _ = read_book(made, tmp_path)
    assert filing.figure("sources", "general", "full").value is None


def test_two_annexes_that_differ_are_both_named(tmp_path: Path) -> None:
    """The project's line in annex 1 against its annex 3."""
    made = town()
    made["基础数据"]["A16"].value, made["基础数据"]["B16"].value = "农村道路养护", None
    made["基础数据"]["D16"].value, made["基础数据"]["F16"].value = 90, 98.974
    project = [list(row) for row in PROJECT]
    project[5][2:5] = [90, 90, 89.974]
    put(made.create_sheet("项目"), project, PROJECT_MERGES)
    assert broken(made, tmp_path)["X-90"] == ["项目!E6", "基础数据!F16"]


# --- what cannot be read is told ----------------------------------------------------------------------------


def _kind_unknown(made: Workbook) -> None:
    """A numbered line among the kinds, and a project below it: not one of the kind above."""
    sheet = made["基础数据"]
    sheet["A15"].value, sheet["A16"].value = "3、村级专项", "村道修建"
    sheet["B16"].value, sheet["F16"].value = None, 60


def _other_head(made: Workbook) -> None:
    """Below the table another one, with the same heads in other columns."""
    for column, value in enumerate(TOWN_SCORES[12][1:], 2):
        made["整体自评"].cell(21, column + (column > 6)).value = value


def _stray_page(made: Workbook) -> None:
    put(made.create_sheet("续"), (("部门整体支出绩效自评表（续表）",), *TOWN_SCORES[12:16]), ())


def _staff_in_rows(made: Workbook) -> None:
    _lowered(made["基础数据"], 5)
    for column, value in ((2, 20), (4, 21)):
        made["基础数据"].cell(5, column).value = value


def _doubled(made: Workbook) -> None:
    made.copy_worksheet(made["基金"])


TOLD: dict[str, tuple[Change, list[str]]] = {
    "an annex twice": (_doubled, ["R-03 基金!A1", "R-03 基金 Copy!A1"]),
    "a label that nobody knows": (_cell("基础数据", "A17", "公用支出"), [
        "R-22 基础数据!B17", "R-22 基础数据!D17", "R-22 基础数据!F17", "R-26 基础数据!A17"]),
    "a label twice": (_cell("基础数据", "A20", "其中：办公经费"), [
        "R-04 基础数据!B18", "R-04 基础数据!B20", "R-22 基础数据!F18", "R-22 基础数据!F20"]),
    "a column of another year": (_cell("基础数据", "B5", "2021年决算数"), [
        f"R-22 基础数据!B{row}" for row in (*range(6, 12), 17, 18, 19, 20)]),
    "a stray amount": (_cell("整体自评", "K5", 12.5), ["R-22 整体自评!K5"]),
    "a remark": (_cell("整体自评", "K5", "见另表"), ["R-26 整体自评!K5"]),
    "an amount that is none": (_cell("基础数据", "F17", "约193"), ["R-05 基础数据!F17"]),
    "an amount inside a label that is none": (_cell("整体自评", "B7", "其中：一般公共预算：约1300"), ["R-05 整体自评!B7"]),
    "several amounts in one cell": (_cell("整体自评", "B7", "一般公共预算：1300\n政府性基金拨款：118"), ["R-05 整体自评!B7"]),
    "weights that do not add up": (_cell("整体自评", "G14", 15), ["R-23 整体自评!B14"]),
    "another unit on another annex": (_cell("基金", "A2", "填报单位：另一个乡"), ["R-24 基金!A2", "R-24 基础数据!A2"]),
    "a formula that was never calculated": (_cell("整体自评", "D5", "=861+0.1"), ["R-07 整体自评!D5"]),
    "a share that may be a percentage": (_cell("整体自评", "F16", 0.985), ["R-27 整体自评!F16"]),
    "a share that is seen as a percentage": (_percent("整体自评", "F16", 0.985), []),
    "a kind of project that the form does not have": (_kind_unknown, ["R-22 基础数据!F16", "R-26 基础数据!A16"]),
    "staff in several rows": (_staff_in_rows, ["R-04 基础数据!B4", "R-04 基础数据!B5", "R-22 基础数据!B4"]),
    "a fact twice": (_cell("整体自评", "F9", "纳入专户管理的非税收入拨款：3"), ["R-04 整体自评!B9", "R-04 整体自评!F9",
        "R-22 整体自评!F9", "R-26 整体自评!B9"]),
    "two heads of one table": (_other_head, ["R-03 整体自评!B13", "R-03 整体自评!B21",
        "R-22 整体自评!G14", "R-26 整体自评!D14"]),
    "a further page on a sheet of its own": (_stray_page, ["R-22 续!A1"]),
    "a sheet without annex": (lambda made: put(made.create_sheet("其他"), (("通讯录",),), ()), ["R-25 其他!A1"]),
    "a level that the form does not have": (_cell("整体自评", "B18", "创新指标"), ["R-08 整体自评!B18", "R-23 整体自评!B17"]),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_it_is_told(case: str, tmp_path: Path) -> None:
    change, wanted = TOLD[case]
    made = town()
    change(made)
    _, findings = read_book(made, tmp_path)
    told = [f"{finding.rule} {place}" for finding in findings for place in finding.places]
    assert [line for line in wanted if line not in told] == []
    extra = {line.split()[0] for line in told} - {line.split()[0] for line in wanted}
    assert extra == set(), told


def _without_head(made: Workbook) -> None:
    for cell in made["整体自评"][4]:
        if isinstance(cell.value, str) and cell.column > 1:
            cell.value = "—"


def test_without_its_head_no_amount_is_read(tmp_path: Path) -> None:
    made = town()
    _without_head(made)
    filing, findings = read_book(made, tmp_path)
    assert filing.figure("request", "total", "initial").value is None
    assert {"整体自评!D5", "整体自评!E5", "整体自评!F5", "整体自评!G5", "整体自评!I5"} <= set(
        at(findings, "R-22")
    )


REFUSED: dict[str, tuple[Change, Annexed, str]] = {
    "two years": (_cell("基金", "A1", "2022年度政府性基金预算支出情况表"), Annexed(), "基金!A1"),
    "another year than asked for": (lambda made: None, Annexed(year=2024), "2024"),
    "amounts in 元": (_cell("基础数据", "F2", "单位：元"), Annexed(), "基础数据!F2"),
    "amounts in 千元, said in a head": (
        _cell("整体自评", "D4", "年初预算数（千元）"),
        Annexed(),
        "整体自评!D4",
    ),
    "amounts in 元, said otherwise": (
        _cell("基础数据", "F2", "计量单位：人民币（元）"),
        Annexed(),
        "基础数据!F2",
    ),
    "amounts in 元, said in one sign": (_cell("基础数据", "F2", "元"), Annexed(), "基础数据!F2"),
    "amounts in 元, said in a title": (
        _cell("整体自评", "A4", "年度预算申请（元）"),
        Annexed(),
        "整体自评!A4",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_in_a_sentence(case: str, tmp_path: Path) -> None:
    change, annexed, said = REFUSED[case]
    made = town()
    change(made)
    with pytest.raises(UnusableFile) as refused:
        read(saved(made, tmp_path), FORM, annexed)
    assert said in f"{refused.value}"


def test_the_year_may_be_said_where_no_title_says_it(tmp_path: Path) -> None:
    made = book(自评=(PROJECT, PROJECT_MERGES))
    made["自评"]["A2"].value = None
    path = saved(made, tmp_path)
    with pytest.raises(UnusableFile, match="--year"):
        read(path, FORM)
    assert read(path, FORM, Annexed(year=2022))[0].form.year == 2022


# --- one number changed: that figure changes, or the cell is told -----------------------------------------


@cache
def _numbers(sample: str) -> list[tuple[str, str, float]]:
    made = openpyxl.load_workbook(io.BytesIO(printed_by_us(sample)))
    return [
        (sheet.title, cell.coordinate, cell.value)
        for sheet in made.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, int | float) and not isinstance(cell.value, bool)
    ]


@pytest.mark.parametrize("part", range(4))
def test_a_changed_number_changes_its_figure_or_is_told(part: int, tmp_path: Path) -> None:
    """Every fourth number of the complete sample's annexes, one after the other."""
    sample = SAMPLE_NAMES[0]
    path = tmp_path / "附件.xlsx"
    path.write_bytes(printed_by_us(sample))
    before = figures(read(path, FORM)[0])
    numbers = _numbers(sample)[part::4]
    assert len(numbers) > 40
    made = openpyxl.load_workbook(path)
    for sheet, cell, value in numbers:
        if (
            made[sheet][made[sheet].cell(made[sheet][cell].row, 1).coordinate].value
            == made[sheet][cell].value
        ):
            continue  # 序号
        made[sheet][cell].value = value + 7
        made.save(path)
        made[sheet][cell].value = value
        filing, findings = read(path, FORM)
        changed = {str(filing.by_key[k].place) for k, v in figures(filing).items() if before.get(k) != v}
        told = {str(place) for finding in findings for place in finding.places}
        assert f"{sheet}!{cell}" in changed | told


# --- the whole way ------------------------------------------------------------------------------------------


def run(*arguments: str) -> tuple[int, str]:
    code: list[int] = []
    result = CliRunner().invoke(commands, list(arguments), standalone_mode=False)
    if isinstance(result.exception, UserError):
        return result.exception.exit_code, f"{result.exception}"
    assert result.exception is None, result.exception
    code.append(int(result.return_value or 0))
    return code[0], result.output


def test_both_files_are_written_as_a_draft(tmp_path: Path) -> None:
    code, said = run("convert", str(saved(town(), tmp_path)), "--form", "hunan-2023", "--out", str(tmp_path))
    assert code == console.WRONG
    assert "有错误 1 条、未填完（必填 4 项）" in said
    assert sorted(path.suffix for path in tmp_path.glob("示例乡人民政府-2023-*")) == [".docx", ".xlsx"]


def test_nothing_that_the_annexes_do_not_say_is_worked_out(tmp_path: Path) -> None:
    """公用经费 is known, 人员经费 is not: neither is 基本支出."""
    filing, _ = read_book(town(), tmp_path)
    assert filing.figure("basic", "operating", "executed").value == wan("193.42")
    assert filing.figure("basic", "total", "executed").value is None
    assert filing.figure("split", "total", "full_basic").value == wan("900.47")


def test_the_missing_sheets_are_one_line_each(tmp_path: Path) -> None:
    outcome = selfeval_xl.examine(saved(town(), tmp_path), FORM)
    missing = [f for f in outcome.conclusion.findings if f.required]
    assert [str(f.places[0]) for f in missing] == ["1基本情况!A1", "2收支情况!A1", "4文字材料!A1", "附件6!A1"]
    assert outcome.conclusion.summary.missing == len(missing)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--with", "附件2.xlsx"], "--form"),
        (["--year", "2023"], "--form"),
        (["第二份.xlsx", "--form", "hunan-2023", "--with", "附件2.xlsx"], "只能写一个主文件"),
    ],
)
def test_options_that_do_not_go_together(arguments: list[str], said: str, tmp_path: Path) -> None:
    code, output = run("check", str(saved(town(), tmp_path)), *arguments)
    assert code == console.UNUSABLE
    assert said in output


def test_a_template_takes_no_further_files(tmp_path: Path) -> None:
    path = SAMPLES / SAMPLE_NAMES[0] / "填报.xlsx"
    with pytest.raises(UnusableFile, match="--with"):
        read(path, FORM, Annexed((saved(town(), tmp_path),)))


def test_a_template_is_no_further_file(tmp_path: Path) -> None:
    path = SAMPLES / SAMPLE_NAMES[0] / "填报.xlsx"
    with pytest.raises(UnusableFile, match="填报模板"):
        read(saved(town(), tmp_path), FORM, Annexed((path,)))


def test_a_bureau_s_overlay_is_laid_on_them(tmp_path: Path) -> None:
    overlay = selfeval_xl.overlay(SAMPLES / "区财政局-2023" / "区财政局.toml")
    filing, findings = read(saved(town(), tmp_path), overlay)
    assert filing.form.overlay == overlay
    assert figures(filing) == figures(read_book(town(), tmp_path)[0])
    assert rules(findings) == ["R-21"]


def test_two_files_of_one_name_are_told_apart(tmp_path: Path) -> None:
    first = saved(book(基础数据=(TOWN_DATA, TOWN_DATA_MERGES)), tmp_path)
    more = []
    for folder, sheet in (("二", (TOWN_SCORES, TOWN_SCORES_MERGES)), ("四", (FUND, FUND_MERGES))):
        (tmp_path / folder).mkdir()
        more.append(saved(book(Sheet1=sheet), tmp_path / folder, "表.xlsx"))
    filing, _ = read(first, FORM, Annexed(tuple(more)))
    places = [
        filing.figure(*at).place.sheet
        for at in (("request", "total", "score"), ("fund_items", "total", "full"))
    ]
    assert places == ["[二/表.xlsx（1）]Sheet1", "[四/表.xlsx（2）]Sheet1"]


def test_without_a_form_the_sentence_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="--form"):
        read(saved(town(), tmp_path))


def test_a_table_of_contents_is_no_annex(tmp_path: Path) -> None:
    made = town()
    contents_page = made.create_sheet("目录", 0)
    for row, title in enumerate((TOWN_DATA[0][0], "2023年度部门整体支出绩效自评表"), 1):
        contents_page.cell(row, 1, f"附件{row}：{title}")
    filing, findings = read_book(made, tmp_path)
    assert figures(filing) == figures(read_book(town(), tmp_path)[0])
    assert rules(findings) == ["R-21", "R-25"]


LABELS = {
    "（1）其中：公车购置（万元）": "公车购置",
    "3、省级专项资金（每个专项一行）": "省级专项资金",
    "产出指标\n（50分）": "产出指标",
    "其中：当年财政拨款": "当年财政拨款",
    "2023年决算数": "2023年决算数",
    "因公出国（境）费": "因公出国(境)费",
    "“三公”经费": "三公经费",
    "1.5倍": "1.5倍",
    "一、单位信息": "单位信息",
}


@pytest.mark.parametrize("label", LABELS)
def test_the_core_of_a_label(label: str) -> None:
    assert core(label) == LABELS[label]


def test_no_two_labels_of_a_block_have_one_core() -> None:
    for block in FORM.blocks():
        for items in (block.columns, block.rows):
            names: dict[str, str] = {}
            for item in items:
                for name in (item.label, *item.aliases):
                    if name:
                        assert names.setdefault(core(name), item.key) == item.key, (block.key, name)
