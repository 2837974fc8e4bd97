"""核对结果.xlsx: read back cell by cell, and recalculated by LibreOffice."""

import csv
import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl
import pytest
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet
from openxml_audit import OpenXmlValidator

from selfeval_xl import catalogue, check, conclude
from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Level, Result, Status
from selfeval_xl.forms import load
from selfeval_xl.identities import Line, lines, on_copies
from selfeval_xl.layout.printed import printed
from selfeval_xl.places import Place, gathered
from selfeval_xl.reading.reader import read
from selfeval_xl.reconciling import comparison
from selfeval_xl.writing.pages import clean
from selfeval_xl.writing.results.chips import to_do
from selfeval_xl.writing.results.comparisons import two_lines
from selfeval_xl.writing.results.frozen import freeze
from selfeval_xl.writing.results.result_sheets import COLUMNS, REMEDY
from selfeval_xl.writing.results.workbook import write_results
from selfeval_xl.writing.results.workings import Working, workings
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.libreoffice import LibreOffice
from tests.official_books import PROJECT, PROJECT_MERGES, put, town
from tests.random_books import random_values

FORM = load("hunan-2023")
SAMPLES = Path(__file__).parents[1] / "samples"
SEED = SAMPLES / "junshan-2023" / "填报.md"
NAME = Key("unit", 0, "name", 0, "value")
EXECUTED = Key("split", 0, "general", 0, "executed_project")
CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,3"
"""The third sheet, 核对底稿, unformatted."""


def seed_values() -> dict[Key, object]:
    return values(FORM, SEED.read_text(encoding="utf-8"))


def own_lines(filing: Filing) -> list[Line]:
    return [own for line in lines(FORM) for own in on_copies(line, FORM, filing.copies)]


def judged(typed: Mapping[Key, object]) -> tuple[Filing, list[Result], Conclusion]:
    filing = filled(FORM, typed)
    results = check(filing)
    return filing, results, conclude(filing, results, [])


def written(typed: Mapping[Key, object]) -> bytes:
    return written_of(filled(FORM, typed))


def written_of(filing: Filing, trouble: Sequence[Finding] = ()) -> bytes:
    results = check(filing)
    conclusion = conclude(filing, results, trouble)
    lines, compared = own_lines(filing), comparison(filing)
    return write_results(filing, results, conclusion, catalogue(), lines, compared, printed(filing))


def of_official(book: openpyxl.Workbook, folder: Path) -> Filing:
    """The filing of the bureau's own annexes, where sums over lines that are not in the file are open."""
    book.save(folder / "附件.xlsx")
    return read(folder / "附件.xlsx", FORM)[0]


def with_project() -> openpyxl.Workbook:
    """With a project below a kind of expenditure, and its annex 3."""
    made = town()
    made["基础数据"]["A16"].value, made["基础数据"]["F16"].value = "农村道路养护", 80
    put(made.create_sheet("项目"), PROJECT, PROJECT_MERGES)
    return made


def opened(content: bytes, *, data_only: bool = True) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), data_only=data_only)


def table(sheet: Worksheet, head: str) -> list[dict[str, object]]:
    """The rows below the row that begins with that head; of heads that occur twice the first counts."""
    rows = list(sheet.iter_rows(values_only=True))
    start = next(at for at, row in enumerate(rows) if row[0] == head)
    heads = [str(name) for name in rows[start]]
    return [dict(reversed(list(zip(heads, row, strict=True)))) for row in rows[start + 1 :]]


@pytest.fixture(scope="module")
def seed() -> openpyxl.Workbook:
    return opened(written(seed_values()))


def test_the_sheets_in_their_order(seed: openpyxl.Workbook) -> None:
    annexes = ["附件1", "附件2", "附件3-1", "附件4", "附件5", "附件6"]
    assert seed.sheetnames == ["核对结果", "预决算对照", "核对底稿", "核对数据", *annexes, "规则说明"]
    assert seed.active is seed["核对结果"]


# ── 核对结果 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_screen(seed: openpyxl.Workbook) -> None:
    sheet = seed["核对结果"]
    _, _, conclusion = judged(seed_values())
    assert sheet["A1"].value == "岳阳市君山区自然资源局　2023年度部门整体支出绩效自评　核对结果"
    assert sheet["A2"].value == "有错误"
    assert sheet["A2"].font.sz == 24
    assert sheet.freeze_panes == "A8"
    assert sheet.auto_filter.ref == f"A7:O{7 + len(conclusion.findings)}"
    # 1366 × 768 at 100 %: some 1310 pixels are left beside the row numbers, some 460 below the ribbon
    assert sum(width * 7 + 5 for _, width in COLUMNS[:REMEDY]) < 1310
    heights = [sheet.row_dimensions[row].height or 15 for row in range(1, 10)]
    assert sum(heights) / 0.75 < 460


def test_the_fewest_cells_to_change_stand_at_the_top(seed: openpyxl.Workbook) -> None:
    said = str(seed["核对结果"]["A4"].value)
    assert said.startswith("改 1 处可消除 1 条（警告 1 条）：3项目清单!K7 为 879.36万元（现为 870.36万元")
    assert said.endswith("其余错误 1 条须逐条改正")


def test_what_is_open_for_each_level(seed: openpyxl.Workbook) -> None:
    sheet = seed["核对结果"]
    _, _, conclusion = judged(seed_values())
    s = conclusion.summary
    errors = [f for f in conclusion.findings if f.level is Level.ERROR]
    cells = {place for finding in errors for place in finding.places}
    assert sheet["A3"].value == f"错误 {s.errors} 条，须改正（{len(cells)} 格）"
    assert str(sheet["D3"].value).startswith(f"警告 {s.warnings} 条，须说明（")
    assert str(sheet["F3"].value).endswith(f"必填未填 {s.missing} 项")
    assert sheet["H3"].value == f"已通过 {s.passed} 项"
    assert str(sheet["A3"].comment.text).startswith("B-02：1基本情况!B44、")
    todo = [row["待办"] for row in table(sheet, "序号")]
    assert todo == [to_do(finding) for finding in conclusion.findings]
    assert todo[0] == "须改正\n（3格）"


def test_levels_differ_without_colours(seed: openpyxl.Workbook) -> None:
    sheet = seed["核对结果"]
    marks = {
        sheet.cell(row, 2).value: sheet.cell(row, 2).number_format for row in range(8, sheet.max_row + 1)
    }
    assert marks == {"错误": '"■ "@', "警告": '"▲ "@', "提示": '"○ "@'}


def test_there_and_back(seed: openpyxl.Workbook) -> None:
    """From a finding to its cell in an annex, from there to the finding; from every sheet to the first."""
    findings = seed["核对结果"]
    for name in seed.sheetnames[1:]:
        links = [c.hyperlink.location for row in seed[name].iter_rows() for c in row if c.hyperlink]
        assert "'核对结果'!A1" in links, name
    for row in range(8, findings.max_row + 1):
        link = findings.cell(row, 5).hyperlink
        if link is None or not str(link.location).startswith("'附件"):
            continue
        name, _, cell = str(link.location).partition("!")
        annex = seed[name.strip("'")]
        number = findings.cell(row, 1).value
        at = int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
        (own,) = annex.iter_rows(at, at)
        beside = [c for c in own if c.hyperlink and "条" in str(c.value)]
        assert [c for c in beside if f"{number}" in str(c.value).strip("← 第条").split("、")]


def test_the_ways_back_are_not_printed(seed: openpyxl.Workbook) -> None:
    for name in ("附件1", "附件2", "附件4"):
        last = seed[name].print_area.rpartition("$")[0].rpartition("$")[2]
        (back,) = [at for at, (c,) in enumerate(seed[name].iter_cols(max_row=1), 1) if c.hyperlink]
        assert back > column_index_from_string(last)
    assert seed["核对结果"].print_area.endswith(f"$K${seed['核对结果'].max_row}")


def test_findings_one_a_row(seed: openpyxl.Workbook) -> None:
    _, _, conclusion = judged(seed_values())
    rows = table(seed["核对结果"], "序号")
    assert [row["序号"] for row in rows] == list(range(1, len(conclusion.findings) + 1))
    assert [row["问题"] for row in rows] == [f.message for f in conclusion.findings]
    assert [row["怎么改"] for row in rows] == [f.remedy for f in conclusion.findings]
    for row, finding in zip(rows, conclusion.findings, strict=True):
        assert row["位置"] == str(finding.places[0])
        assert (row["其他有关的格"] or "") == gathered(finding.places[1:])


def test_the_errors_first_with_both_sides(seed: openpyxl.Workbook) -> None:
    row = table(seed["核对结果"], "序号")[0]
    assert (row["级别"], row["规则"], row["一方"], row["另一方"], row["相差"]) == ("错误", "B-02", 9, -7, 16)
    sheet = seed["核对结果"]
    assert sheet["H8"].number_format == 'General"人"'
    assert sheet["B8"].fill.start_color.rgb != sheet["B9"].fill.start_color.rgb


def test_a_warning_carries_its_row_for_explanations(seed: openpyxl.Workbook) -> None:
    _, _, conclusion = judged(seed_values())
    sheet = seed["核对结果"]
    for at, finding in enumerate(conclusion.findings, 8):
        pasted = [sheet.cell(at, column).value for column in range(12, 16)]
        warned = finding.level is Level.WARNING and finding.status is Status.BROKEN
        expected = [finding.rule, str(finding.places[0]), finding.code] if warned else [None] * 3
        assert pasted == [*expected, None]


def test_the_pasted_row_explains_the_warning(seed: openpyxl.Workbook) -> None:
    """What 核对结果 prints, typed back into 核实说明 with a reason, is accepted."""
    rule, place, code = ([c.value for c in row] for row in seed["核对结果"]["L9:N9"]).__next__()
    typed = seed_values()
    for column, text in (
        ("rule", rule),
        ("place", place),
        ("code", code),
        ("reason", "明细另有九万元，已核对"),
    ):
        typed[Key("explanations", 0, "explanation", 1, column)] = text
    rows = table(opened(written(typed))["核对结果"], "序号")
    assert rows[-1]["级别"] == "已说明"
    assert rows[-1]["怎么改"] == "已说明：明细另有九万元，已核对"
    assert "明细另有九万元，已核对" in rows[-1].values()


NATURE, OVER = Key("unit", 0, "nature", 0, "value"), Key("staff", 0, "civil", 0, "staff")
WRONG_CHOICE: dict[Key, object] = {NATURE: "企业"}
OVER_POSTS: dict[Key, object] = {OVER: 24, Key("staff", 0, "civil", 0, "staff_last"): 25}
TO_EXPLAIN, CORRECT_ONE = (
    "逐条写明原因（差异原因栏或核实说明）后报送。",
    "1 条警告不能用说明代替，请按“怎么改”改正",
)


@pytest.mark.parametrize(
    ("typed", "advice", "chip", "asked"),
    [
        (WRONG_CHOICE, f"没有错误。{CORRECT_ONE}后重新运行。", "警告 1 条，须改正 1 条", {"R-08": "须改正"}),
        (
            OVER_POSTS,
            f"没有错误。请把警告{TO_EXPLAIN}",
            "警告 1 条，须说明（2 格）",
            {"A1-05": "须说明"},
        ),
        (
            WRONG_CHOICE | OVER_POSTS,
            f"没有错误。{CORRECT_ONE}；其余警告请{TO_EXPLAIN}",
            "警告 2 条，其中须改正 1 条",
            {"R-08": "须改正", "A1-05": "须说明"},
        ),
    ],
)
def test_what_no_reason_can_settle_is_to_be_corrected(
    typed: dict[Key, object], advice: str, chip: str, asked: dict[str, str], tmp_path: Path
) -> None:
    """A text that is not in its list stays a warning, and is offered no row for 核实说明."""
    clean = values(FORM, (SAMPLES / "示例单位-2023" / "填报.md").read_text(encoding="utf-8"))
    (tmp_path / "填报.xlsx").write_bytes(fill(FORM, clean | typed))
    sheet = opened(written_of(*read(tmp_path / "填报.xlsx")))["核对结果"]
    assert [sheet[cell].value for cell in ("A2", "G2", "D3")] == ["需说明", advice, chip]
    warned = [row for row in sheet.iter_rows(min_row=8, values_only=True) if row[1] == "警告"]
    assert {row[3]: str(row[2]).partition("\n")[0] for row in warned} == asked
    assert {row[3]: bool(row[11] or row[12] or row[13]) for row in warned} == {
        rule: words == "须说明" for rule, words in asked.items()
    }


@pytest.mark.parametrize(
    ("rule", "said", "remedy"),
    [
        ("R-08", "这一条只能改正，不能用说明代替", "改正填报表，再删去核实说明的这一行"),
        ("B-00", "这一条只能改正，不能用说明代替", "改正填报表，再删去核实说明的这一行"),
        ("超编", "不是可以说明的规则", "核对结果中没有这一条的，删去这一行"),
    ],
)
def test_an_explanation_of_what_cannot_be_explained_hears_what_to_do(
    rule: str, said: str, remedy: str
) -> None:
    explanation = {"rule": rule, "reason": "本单位为县文化馆，自称本馆"}
    typed = {Key("explanations", 0, "explanation", 1, column): text for column, text in explanation.items()}
    _, _, conclusion = judged(seed_values() | typed)
    (found,) = (finding for finding in conclusion.findings if finding.rule == "B-30")
    assert said in found.message
    assert found.remedy.endswith(remedy)


def test_places_lead_into_the_annexes(seed: openpyxl.Workbook) -> None:
    sheet = seed["核对结果"]
    links = {sheet.cell(row, 5).value: sheet.cell(row, 5).hyperlink for row in range(8, sheet.max_row + 1)}
    assert links["1基本情况!B44"] is None
    link = links["2收支情况!I20"]
    assert link is not None
    name, _, cell = str(link.location).partition("!")
    assert (name, seed["附件1"][cell].value) == ("'附件1'", 879.36)


def test_nothing_found() -> None:
    filing, results, _ = judged({NAME: "某局"})
    nothing = conclude(filing, [], [])
    empty = Conclusion((), nothing.summary, ())
    lines, compared = own_lines(filing), comparison(filing)
    content = write_results(filing, results, empty, catalogue(), lines, compared, printed(filing))
    assert table(opened(content)["核对结果"], "序号")[0]["问题"] == "没有发现问题。"


# ── 预决算对照 ──────────────────────────────────────────────────────────────────────────────────────────────


def test_budget_beside_accounts(seed: openpyxl.Workbook) -> None:
    rows = {row["项目"]: row for row in table(seed["预决算对照"], "项目")}
    project = rows["项目支出"]
    assert (project["年初预算数"], project["全年执行数"], project["执行数减年初预算数"]) == (
        4300,
        879.36,
        -3420.64,
    )
    assert project["全年预算数"] is None
    assert project["执行率"] is None
    assert [name for name in rows if str(name).startswith("按")] == ["按资金来源", "按支出性质", "按项目"]
    assert rows["专项业务费用"]["全年执行数"] == 870.36


def test_charts_only_where_there_is_data() -> None:
    def charts(typed: Mapping[Key, object]) -> int:
        return sum("/charts/" in name for name in zipfile.ZipFile(io.BytesIO(written(typed))).namelist())

    project = {
        Key("projects", 0, "project", 1, column): value
        for column, value in {
            "name": "甲",
            "initial": 3,
            "carryover": 0,
            "adjustment": 0,
            "executed": 2,
        }.items()
    }
    assert charts({}) == 0
    assert charts({EXECUTED: 5}) == 1
    assert charts({EXECUTED: 5, **project}) == 2


def test_charts_name_long_projects_in_two_lines() -> None:
    long = "城乡人居环境综合整治及农村生活污水治理设施建设运行维护专项资金"
    assert two_lines("专项业务费用") == "专项业务费用"
    assert two_lines(long) == "城乡人居环境综合整治及农村生活污\n水治理设施建设运行维护专项资金"
    assert two_lines(long + "项目").endswith("维护专项资金…")
    assert {len(line) for line in two_lines(long * 3).split("\n")} == {16}


def test_many_cells_in_few_words() -> None:
    column = [Place("3项目清单", row, 11) for row in (7, 8, 9)]
    places = [*column, Place("3项目清单", 7, 7), Place("附件3-1", 12, 4)]
    assert gathered(places) == "3项目清单!K7-K9、G7，附件3-1!D12"
    assert gathered([]) == ""


# ── 核对底稿 and 核对数据 ───────────────────────────────────────────────────────────────────────────────────


def test_a_line_a_row_with_the_programs_verdict(seed: openpyxl.Workbook) -> None:
    filing, results, _ = judged(seed_values())
    rows = table(seed["核对底稿"], "序号")
    identities = own_lines(filing)
    assert [row["规则"] for row in rows] == [line.rule.id for line in identities]
    assert [row["程序判定"] for row in rows] == [r.status for r in results[: len(rows)]]
    assert {row["是否一致"] for row in rows} == {"一致"}
    change = next(row for row in rows if row["规则"] == "B-02")
    assert change["取数（填报表中的单元格）"] == "1基本情况!B44＝1基本情况!E40－1基本情况!C40"
    assert (change["左方"], change["右方"], change["相差"], change["判定"]) == (9, -7, 16, "不符")


def test_results_of_other_lines_are_refused() -> None:
    filing, results, _ = judged({})
    with pytest.raises(ValueError, match="not of these lines"):
        workings(own_lines(filing), results[1:], filing)


def test_figures_are_frozen_as_typed() -> None:
    office = Key("costs", 0, "office", 0, "executed")
    typed = {EXECUTED: 879.36, office: "约50", Key("staff", 0, "total", 0, "staff"): 0}
    rows = {row["表内位置"]: row for row in table(opened(written(typed))["核对数据"], "表内位置")}
    places = {key: str(f.place) for key, f in Tracer(filled(FORM, typed)).figures.items()}
    assert (rows[places[EXECUTED]]["数值"], rows[places[EXECUTED]]["单位"]) == (879.36, "万元")
    assert (rows[places[EXECUTED]]["半步（分）"], rows[places[office]]["数值"]) == (5000, "约50")
    assert rows[places[Key("staff", 0, "total", 0, "staff")]]["数值"] == 0
    assert rows[places[Key("staff", 0, "civil", 0, "staff")]]["数值"] is None


def test_yuan_stay_yuan() -> None:
    typed: dict[Key, object] = {EXECUTED: 8793600.5, Key("unit", 0, "money_unit", 0, "value"): "元"}
    row = next(r for r in table(opened(written(typed))["核对数据"], "表内位置") if r["数值"] == 8793600.5)
    assert (row["单位"], row["半步（分）"]) == ("元", 0)


def test_every_reference_points_into_the_data() -> None:
    filing = filled(FORM, random_values(FORM, 3))
    frozen = freeze(own_lines(filing), filing)
    assert all(frozen.at(row).figure is not None for row in frozen.cells.values())
    assert len(set(frozen.cells.values())) == len(frozen.cells)
    assert all(first <= last <= frozen.last for first, last in frozen.runs.values())


def number(text: str) -> float | str:
    try:
        return round(float(text), 9)
    except ValueError:
        return text.strip()


def expected(working: Working) -> tuple[float | str, ...]:
    found = working.found
    sides = (working.side(found.left), working.side(found.right), working.difference)
    steps = (str(found.status), "一致", working.gap, found.allowed)
    return tuple(v if isinstance(v, str) else round(v, 9) for v in (*sides, *steps))


def test_libreoffice_judges_alike(soffice: LibreOffice, tmp_path: Path) -> None:
    samples = sorted((Path(__file__).parents[1] / "samples").glob("*/填报.md"))
    books = [seed_values(), {}, *(values(FORM, text.read_text("utf-8")) for text in samples)]
    books += [random_values(FORM, n, yuan=n % 3 == 0, texts=n % 2 == 0) for n in range(12)]
    wanted: dict[Path, list[Working]] = {}
    filings = [filled(FORM, typed) for typed in books]
    filings += [of_official(made(), tmp_path) for made in (town, with_project)]
    for at, filing in enumerate(filings):
        results = check(filing)
        path = tmp_path / f"book{at}.xlsx"
        path.write_bytes(written_of(filing))
        wanted[path] = workings(own_lines(filing), results, filing)
    made = soffice.convert(list(wanted), CSV, tmp_path / "out")
    seen = set()
    for sheet, rows in zip(made, wanted.values(), strict=True):
        with sheet.open(encoding="utf-8", newline="") as file:
            lines_of = list(csv.reader(file))[4:]
        assert len(lines_of) == len(rows)
        for cells, working in zip(lines_of, rows, strict=True):
            got = tuple(number(cells[at]) for at in (6, 8, 9, 11, 13, 14, 15))
            assert got == expected(working), (sheet.name, cells[:5])
            seen.add(working.found.status)
    assert seen == {status for status in Status if not status.explained}


def test_the_stored_values_are_the_same(seed: openpyxl.Workbook) -> None:
    """So the file reads right without recalculation."""
    filing, results, _ = judged(seed_values())
    for row, working in enumerate(workings(own_lines(filing), results, filing), 5):
        stored = [seed["核对底稿"].cell(row, at).value for at in (7, 9, 10, 12, 14, 15, 16)]
        assert tuple(number(str(v)) for v in stored) == expected(working)


def test_formulas_are_not_too_long() -> None:
    """8,192 characters, and Excel 2003 allowed 1,024 tokens; the longest is far from both."""
    book = opened(written(random_values(FORM, 5)), data_only=False)
    formulas = [
        str(c.value) for row in book["核对底稿"].iter_rows() for c in row if str(c.value).startswith("=")
    ]
    assert max(map(len, formulas)) < 4_000
    assert not any("#REF!" in formula for formula in formulas)


# ── 附件 ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_annexes_show_amounts_and_flag_findings(seed: openpyxl.Workbook) -> None:
    sheet = seed["附件1"]
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert cells[879.36].number_format == "0.00"
    told = {value: str(cell.comment.text) for value, cell in cells.items() if cell.comment}
    assert told[870.36].startswith("警告 A1-06：项目支出与项目清单")
    assert cells[870.36].fill.start_color.rgb == "FFFFEB9C"
    assert "B-02" in told[35]
    assert cells[35].fill.start_color.rgb == "FFF8CBAD"
    assert sheet["B8"].value is None


def test_annex_print_set_up(seed: openpyxl.Workbook) -> None:
    for name in seed.sheetnames:
        sheet = seed[name]
        assert sheet.page_setup.paperSize == 9
        footer = sheet.oddFooter
        assert footer is not None
        assert footer.center is not None
        assert footer.center.text == "第 &P 页，共 &N 页"
    assert seed["附件2"].print_title_rows == "$14:$14"
    assert seed["附件4"].page_setup.orientation == "landscape"


# ── 规则说明 ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_whole_rule_book(seed: openpyxl.Workbook) -> None:
    rows = table(seed["规则说明"], "规则")
    assert [row["规则"] for row in rows] == [rule.id for rule in catalogue()]
    assert all(row["级别"] in list(Level) for row in rows)


# ── the file ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_bytes_and_no_names() -> None:
    assert written(seed_values()) == written(seed_values())
    with zipfile.ZipFile(io.BytesIO(written({}))) as package:
        core = package.read("docProps/core.xml").decode()
    assert "<dc:creator></dc:creator>" in core
    assert "2000-01-01T00:00:00Z" in core


@pytest.mark.parametrize("fill", ["seed", "empty", "random"])
def test_valid_office_open_xml(tmp_path: Path, fill: str) -> None:
    typed = {"seed": seed_values(), "empty": {}, "random": random_values(FORM, 4, texts=True)}[fill]
    path = tmp_path / "核对结果.xlsx"
    path.write_bytes(written(typed))
    assert OpenXmlValidator().validate(str(path)).errors == []


def test_hostile_texts_stay_texts() -> None:
    hostile = "=cmd|'/c calc'!A1 \x0b{{7*7}} https://example.com " + "长" * 40_000
    project = Key("projects", 0, "project", 1, "name")
    book = opened(written({NAME: hostile, project: "=1+1", Key("costs", 0, "office", 0, "last"): "@SUM(1)"}))
    cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
    texts = [c.value for c in cells if c.data_type == "s" and isinstance(c.value, str)]
    assert {"=1+1", "@SUM(1)"} <= set(texts)
    assert all(len(text) <= 32_767 and "\x0b" not in text for text in texts)
    assert not any(c.hyperlink and c.hyperlink.target for c in cells)


@pytest.mark.parametrize(
    ("text", "cleaned"),
    [
        ("甲\r\n乙\t丙", "甲\n乙\t丙"),
        ("a\x00\x0b\x1fb", "ab"),
        pytest.param("a\ud800b\ufffe", "ab", id="half a surrogate pair"),
        ("𠮷" * 20_000, "𠮷" * 16_383),
    ],
)
def test_clean(text: str, cleaned: str) -> None:
    assert clean(text) == cleaned
