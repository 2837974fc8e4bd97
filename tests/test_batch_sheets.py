"""汇总.xlsx where a sheet has its limits, and where figures are taken out; over made-up records."""

import io
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace
from openxml_audit import OpenXmlValidator

from selfeval_xl.batch.consolidating import consolidate
from selfeval_xl.batch.desk import desk
from selfeval_xl.batch.lines import MEASURES
from selfeval_xl.batch.records import Project, Record
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.summary import summary
from selfeval_xl.writing.summary import tables
from tests.test_batch import FORM, TOTAL, amounts, peer, record, seen, sub


def written(records: Sequence[Record]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content(records)))


def content(records: Sequence[Record]) -> bytes:
    table = desk(records, FORM)
    return summary(Facts(table, consolidate(table), (), {}, {}), [r for r in records if r.usable])


def rows(book: openpyxl.Workbook, sheet: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in book[sheet].iter_rows(values_only=True)]


def test_internal_dealings_are_shown_and_taken_out() -> None:
    spent = {(TOTAL, "executed"): 100_000_000}
    book = written(
        [
            record(
                "a",
                "甲局",
                supervisor="甲局",
                subunits=(sub("乙所", False, 30_000_000),),
                amounts=amounts(spent),
            ),
            record("b", "乙所", supervisor="甲局", amounts=amounts(spent)),
        ]
    )
    found = {(row[0], row[3]): row[9] for row in rows(book, "汇总预决算")}
    assert found["合计", "资金来源合计"] == 200
    assert found["合计", "减：内部往来"] == -30
    assert found["合计", "抵销后资金来源合计"] == found["甲局", "抵销后资金来源合计"] == 170
    said = [row[0] for row in rows(book, "总览") if row[0] and "内部往来" in str(row[0])]
    assert said == ["单位之间内部往来 30.00 万元，抵销后全年执行数 170.00 万元。"]


UNEVEN, PARTIAL = "FFFFC966", "FFFFF3CC"
WAN = 1_000_000
"""分 in 1 万元."""
TWO_UNITS = (
    {(TOTAL, "initial"): 2 * WAN, (TOTAL, "full"): 5 * WAN, ("sources.other", "full"): 0, ("sources.fund", "initial"): WAN},
    {(TOTAL, "initial"): 4 * WAN, ("sources.fund", "full"): 3 * WAN},
)  # fmt: skip
GAPS: dict[str, tuple[str, str, object, str, str]] = {
    "both have it": ("资金来源合计", "initial", 6, "", "全年预算数 1/2"),
    "one has the line, but not this": ("资金来源合计", "full", 5, UNEVEN, "全年预算数 1/2"),
    "one lacks the whole line": ("其他资金", "full", 0, PARTIAL, "全年预算数 1/2"),
    "each has another amount of the line": (
        "政府性基金预算拨款", "initial", 1, UNEVEN, "年初预算数 1/2、全年预算数 1/2",
    ),
    "both lack the whole line": ("国有资本经营预算拨款", "initial", None, "", ""),
}  # fmt: skip


@pytest.mark.parametrize(("item", "measure", "total", "colour", "said"), GAPS.values(), ids=GAPS)
def test_a_sum_over_some_units_is_no_sum_over_all(
    item: str, measure: str, total: object, colour: str, said: str
) -> None:
    """In 汇总预决算: what the cell holds, its colour, and how many units it rests on."""
    book = written([record(f"{n}", amounts=amounts(row)) for n, row in enumerate(TWO_UNITS)])
    rows = book["汇总预决算"].iter_rows(min_row=6)
    row = next(row for row in rows if (row[0].value, row[3].value) == ("合计", item))
    cell = row[4 + list(MEASURES).index(measure)]
    assert (cell.value, cell.fill.fgColor.rgb if cell.fill.fill_type else "") == (total, colour)
    assert (row[-1].value or "") == said


def test_the_overview_marks_sums_over_some_units() -> None:
    covered = [
        record(f"{n}", supervisor="教育局", amounts=amounts({(TOTAL, "initial"): WAN})) for n in (1, 2)
    ]
    whole = record("教育局", scope="部门汇总", subunits=(sub("1"),), amounts=amounts({(TOTAL, "full"): WAN}))
    book = written([*covered, whole])
    found = {row[0].value: row for row in book["总览"].iter_rows(min_row=4)}
    verdict, department = found["可报送"], found["教育局"]
    assert [cell.value for cell in verdict[1:7]] == [3, 1, 1, None, 2, "年初预算数 1/2、全年预算数 1/2"]
    assert [cell.value for cell in department[1:7]] == [2, 1, 1, None, None, "年初预算数 1/2、全年预算数 1/2"]
    assert {row[at].fill.fgColor.rgb for row in (verdict, department) for at in (2, 3)} == {UNEVEN}


def test_peers_are_asked_about() -> None:
    book = written([*(peer(n, 10_000_000 + n * 100_000) for n in range(8)), peer(9, 90_000_000)])
    assert rows(book, "同类比较")[-1][-1] == (
        "人均公用经费9.00万元/人，明显高于同类 9 家的中位数 1.04万元/人，请核实数据或了解原因"
    )


def test_what_a_sheet_cannot_hold_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "ROWS", 4)
    monkeypatch.setattr(tables, "LINKS", 3)
    book = written([record(f"{n}", seen=(seen("x"),), files=(f"{n}/{n}-核对结果.xlsx",)) for n in range(10)])
    parts = [name for name in book.sheetnames if name.startswith("问题清单")]
    assert parts == ["问题清单", "问题清单(2)", "问题清单(3)"]
    listed = [row[0] for name in parts for row in rows(book, name)[3:]]
    assert listed == [f"{n}" for n in range(10)]
    linked = [cell for row in book["单位"].iter_rows() for cell in row if cell.hyperlink]
    assert len(linked) == 3


PRINTED: dict[str, tuple[str | None, int | None, bool]] = {
    "单位": ("$A:$B", 70, False),
    "单位×规则": ("$A:$C", 70, False),
    "汇总预决算": ("$A:$D", 68, False),
    "总览": (None, 85, False),
    "问题清单": (None, None, True),
}
"""Sheet: the columns on every page, the scale in percent, and whether it is made as wide as one page."""


@pytest.mark.parametrize(("name", "expected"), PRINTED.items(), ids=PRINTED)
def test_wide_sheets_are_printed_in_readable_type(
    name: str, expected: tuple[str | None, int | None, bool]
) -> None:
    sheet = written([record("甲", seen=(seen("x"),))])[name]
    properties = sheet.sheet_properties.pageSetUpPr
    fitted = bool(properties and properties.fitToPage)
    assert (sheet.print_title_cols, sheet.page_setup.scale, fitted) == expected


def test_the_overview_is_one_page_wide_with_its_charts_below() -> None:
    """The charts stand in the columns of the tables, below all of them, and begin a page."""
    book = written(
        [record(f"{n}局", supervisor=f"{n}局", amounts=amounts({(TOTAL, "initial"): WAN})) for n in "甲乙"]
    )
    sheet = book["总览"]
    lines = max(cell.row for cell in sheet["A"] if cell.value)
    anchors = [chart.anchor for chart in vars(sheet)["_charts"]]
    assert len(anchors) == 2
    assert all(anchor._from.row > lines - 1 and anchor.to.col < sheet.max_column for anchor in anchors)
    assert [brk.id for brk in sheet.row_breaks.brk] == [anchors[0]._from.row]


def test_scores_and_grades_stand_beside_the_unit_and_its_projects() -> None:
    projects = (Project("清扫", 2 * WAN, WAN, 88.5, "良"), Project("绿化", None, WAN))
    book = written([record("甲", score=95.25, grade="优", projects=projects), record("乙")])
    units = {row[1]: row[17:19] for row in rows(book, "单位")[4:]}
    assert units == {"甲": (95.25, "优"), "乙": (None, None)}
    assert [row[2:8] for row in rows(book, "项目得分")[4:]] == [
        ("清扫", 2, 1, 0.5, 88.5, "良"),
        ("绿化", None, 1, None, None, None),
    ]
    counted = {row[0]: row[1:3] for row in rows(book, "总览")}
    assert (counted["优"], counted["良"], counted["得分没有填全"]) == ((1, 0), (0, 1), (1, 1))


def test_the_list_of_findings_shows_whole_texts() -> None:
    """Each text is wrapped, and its row is as high as the longest of them."""
    long = replace(seen("x"), message="须说明原因" * 40, cells="2收支情况!F11、B11、F6、B6、I20、C20")
    sheet = written([record("甲", seen=(long, seen("y")))])["问题清单"]
    assert all(cell.alignment.wrap_text for cell in sheet[4])
    lines = -(-400 // 45)
    assert sheet.row_dimensions[4].height == pytest.approx(15 * lines + 5, abs=1)
    assert sheet.row_dimensions[5].height == pytest.approx(20, abs=1)


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "http://example.org", "甲\x07局", "甲" * 40_000])
def test_hostile_names_stay_texts(name: str) -> None:
    (cell,) = [row[1] for row in written([record("a", name)])["单位"].iter_rows(min_row=5)]
    assert cell.data_type == "s"
    assert str(cell.value) == name.replace("\x07", "")[:32_767]


@pytest.mark.parametrize("count", [0, 1, 30])
def test_valid_office_open_xml(tmp_path: Path, count: int) -> None:
    path = tmp_path / "汇总.xlsx"
    path.write_bytes(
        content([record(f"{n}", seen=(seen("x"),), files=(f"{n}/x.xlsx",)) for n in range(count)])
    )
    assert OpenXmlValidator().validate(path).is_valid
