"""Official annexes as other counties and other hands make them: the same figures, or what was not read is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl.workbook import Workbook

import selfeval_xl
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Key
from selfeval_xl.findings import Finding
from selfeval_xl.forms import Form
from selfeval_xl.reading.official.labels import amount_behind, core, in_digits
from selfeval_xl.reading.official.signatures import signed
from selfeval_xl.reading.reader import Annexed, read
from tests.official_books import PROJECT, PROJECT_MERGES, book, put, town
from tests.test_official import FORM, at, figures, read_book, rules, saved, wan

Change = Callable[[Workbook], object]


def cells(sheet: str, **values: object) -> Change:
    """Values typed into cells of a sheet; None empties one."""

    def change(made: Workbook) -> None:
        for cell, value in values.items():
            made[sheet][cell].value = value

    return change


def together(*changes: Change) -> Change:
    def change(made: Workbook) -> None:
        for one in changes:
            one(made)

    return change


@cache
def _before() -> dict[Key, object]:
    with TemporaryDirectory() as folder:
        return figures(read_book(town(), Path(folder))[0])


def changed(made: Workbook, folder: Path) -> tuple[dict[Key, tuple[object, object]], list[Finding]]:
    """What differs from the town's figures, before and now, and what was told."""
    filing, findings = read_book(made, folder)
    before, now = _before(), figures(filing)
    keys = [key for key in {**before, **now} if before.get(key) != now.get(key)]
    return {key: (before.get(key), now.get(key)) for key in keys}, findings


def _with_parts(first: str, second: str) -> Change:
    """2023年预算数 over two columns, the figures under the first; above all a row for the labels."""

    def change(made: Workbook) -> None:
        sheet = made["基础数据"]
        joined = [m.coord for m in sheet.merged_cells.ranges]
        for cells_ in joined:
            sheet.unmerge_cells(cells_)
        sheet.insert_rows(6)
        sheet["D6"].value, sheet["E6"].value = first, second
        sheet.merge_cells("D5:E5")

    return change


def _swapped(made: Workbook) -> None:
    """The adjusted budget stands first."""
    _with_parts("调整后预算数", "年初预算数")(made)
    sheet = made["基础数据"]
    for row in range(7, 22):
        sheet.cell(row, 5).value, sheet.cell(row, 4).value = sheet.cell(row, 4).value, 999.99


def _two_rows(made: Workbook) -> None:
    """2022年 over 决算数, 2023年 over 预算数 and 决算数."""
    sheet = made["基础数据"]
    for cells_ in [m.coord for m in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(cells_)
    sheet.insert_rows(6)
    for cell, value in {
        "B5": "2022年",
        "D5": "2023年",
        "F5": None,
        "B6": "决算数",
        "D6": "预算数",
        "F6": "决算数",
    }.items():
        sheet[cell].value = value
    sheet.merge_cells("D5:G5")
    sheet.merge_cells("B5:C5")


def _three_rows(made: Workbook) -> None:
    """2023年 over 预算数 and 决算数, 预算数 over 年初 and 调整后; what is counted below all."""
    _two_rows(made)
    sheet = made["基础数据"]
    sheet.insert_rows(7)
    for cell, value in {"D7": "年初预算数", "E7": "调整后预算数"}.items():
        sheet[cell].value = value
    sheet.merge_cells("D6:E6")
    sheet.merge_cells("F6:G6")


def _years_as_numbers(code: str) -> Change:
    def change(made: Workbook) -> None:
        _two_rows(made)
        for cell, year in (("B5", 2022), ("D5", 2023)):
            _as_number(made, cell, year, code)

    return change


def _as_number(made: Workbook, cell: str, number: int, code: str) -> None:
    made["基础数据"][cell].value, made["基础数据"][cell].number_format = number, code


def _heads_as_numbers(made: Workbook) -> None:
    for cell, year, code in (
        ("B5", 2022, '0"年决算数"'),
        ("D5", 2023, '0"年预算数"'),
        ("F5", 2023, '0"年决算数"'),
    ):
        _as_number(made, cell, year, code)


def _signed(sheet: str, row: int, *texts: object) -> Change:
    """A line of signatures, each part in a cell of its own."""

    def change(made: Workbook) -> None:
        for column, text in enumerate(texts, 1):
            made[sheet].cell(row, column).value = text  # type: ignore[assignment]

    return change


def _without_sum(made: Workbook) -> None:
    """Annex 2 without its 总分, the signatures right below the indicators."""
    made["整体自评"].unmerge_cells("A19:F19")
    made["整体自评"].unmerge_cells("A20:I20")
    made["整体自评"].delete_rows(19, 2)
    _signed(
        "整体自评", 19, "填表人：", None, None, None, "填报日期：", "2024年6月20日", "联系电话：", 7301234567
    )(made)


def _nobody(made: Workbook) -> None:
    """Annex 5 without anything, its sentence above the signatures."""
    _signed("国资", 5, "填表人（签名）：", "填报日期：", "联系电话：", "单位负责人签字：")(made)


SAME: dict[str, Change] = {
    "signatures below annex 4": _signed(
        "基金", 8, "填表人（签名）：", None, "填报日期：", None, "联系电话：", None, "单位负责人签字："),
    "signatures, filled, below annex 4": _signed(
        "基金", 8, "填表人：王芳", None, "填报日期：", "2024-06-20", "联系电话：", 7301234567),
    "signatures in two rows": together(
        _signed("基金", 8, "单位负责人：", None, None, "财务负责人：", None, "审核人：", "李平"),
        _signed("基金", 9, "填报人：", "王芳", "时间：", "2024.6.20", "电话：", 13900000000)),
    "signatures below a sentence": _nobody,
    "no sum, signatures below the indicators": _without_sum,
    "/ and — for nothing": cells("基础数据", B12="/", D12="—", B19="无", B21="不适用", D21="－"),
    "years with 年度": cells("基础数据", B5="2022年度决算数", D5="2023年度预算数", F5="2023年度决算数"),
    "measures behind a stroke": cells("基础数据", B5="2022年决算数/万元", D5="2023年预算数/万元", F5="2023年决算数（万元）"),
    "other words": cells(
        "基础数据", A7="（一）公务用车购置及运行维护经费", A8="其中：①公务用车购置费", A9="②公务用车运行维护费",
        A10="（二）因公出国（境）经费", A11="（三）公务接待费", A17="日常公用经费"),
    "parts under one head": _with_parts("年初预算数", "调整后预算数"),
    "a head of two rows": _two_rows,
    "a head of three rows": _three_rows,
    "years as numbers": _years_as_numbers("General"),
    "years as numbers that are seen with 年": _years_as_numbers('0"年度"'),
    "heads that are numbers": _heads_as_numbers,
    "another title": cells("基础数据", A1="2023年度预算单位整体支出绩效评价基础数据表"),
    "a title in Chinese numerals": cells("基础数据", A1="二〇二三年度部门（单位）整体支出绩效评价基础数据表"),
    "a number in brackets before the title": together(
        cells("整体自评", A1="附件二（1）  示例乡人民政府2023年度单位整体支出绩效自评表"),
        cells("整体自评", A2="（二○二三年度）")),
    "amounts in brackets": cells(
        "整体自评", B6="按收入性质分（2030.12万元）", B8="　　　政府性基金拨款（118.82）", B10="其他资金( 585.62万元 )",
        F8="　　　项目支出（１０２５．２０）"),
    "a remark behind the amount": cells("整体自评", B10="其他资金：585.62（含国有资本经营预算）"),
    "an amount right behind": cells("整体自评", B8="政府性基金拨款118.82万元"),
    "the unit's name under another label": cells("整体自评", A3="预算单位名称"),
}  # fmt: skip
BLANK = {"/ and — for nothing": {"costs", "split"}, "no sum, signatures below the indicators": {"result"}}
"""Where figures of the town are not there."""


@pytest.mark.parametrize("case", SAME)
def test_they_are_the_same_figures(case: str, tmp_path: Path) -> None:
    made = town()
    SAME[case](made)
    differs, findings = changed(made, tmp_path)
    assert [f.message for f in findings if f.rule != "R-21"] == []
    blocks = BLANK.get(case, set()) | {"unit"}
    assert {key.block for key in differs} <= blocks, differs
    assert [key for key, (_, now) in differs.items() if now is not None and key.block != "unit"] == []


TOLD: dict[str, tuple[Change, dict[str, list[str]]]] = {
    "an amount beside blank cells": (cells("基础数据", A21="政府采购金额（1551.4万元）", F21=None), {"R-22": ["基础数据!A21"]}),
    "an amount within a label": (cells("整体自评", B10="其他资金（含国有资本经营预算585.62万元）"), {"R-22": ["整体自评!B10"]}),
    "an amount within a label of a row": (cells("基础数据", A21="政府采购金额（其中工程51.4万元）"), {"R-22": ["基础数据!A21"]}),
    "a year in brackets is no amount": (cells("基础数据", A21="政府采购金额（2023）"), {}),
    "the amount that stands beside it": (cells("基础数据", A21="政府采购金额（58.6万元）"), {}),
    "the adjusted budget": (_swapped, {"R-22": [f"基础数据!D{row}" for row in (*range(7, 22),)]}),
    "a dash where something is asked for": (cells("整体自评", H16="—"), {"R-05": ["整体自评!H16"]}),
    "an amount below the signatures": (
        together(_signed("基金", 8, "填表人：王芳"), _signed("基金", 9, None, None, None, 12.5)), {"R-22": ["基金!D9"]}),
}  # fmt: skip


@pytest.mark.parametrize("case", TOLD)
def test_what_is_not_read_is_told(case: str, tmp_path: Path) -> None:
    change, wanted = TOLD[case]
    made = town()
    change(made)
    differs, findings = changed(made, tmp_path)
    assert {rule: at(findings, rule) for rule in rules(findings) if rule != "R-21"} == wanted
    assert not [key for key, (_, now) in differs.items() if now is not None and key.block != "unit"], differs


def test_a_project_stands_before_the_title_of_its_annex(tmp_path: Path) -> None:
    rows = [("2023年度农村道路养护项目支出绩效自评表",), *PROJECT[1:]]
    filing, findings = read_book(book(项目=(rows, PROJECT_MERGES)), tmp_path)
    assert filing.figure("funds", "appropriation", "executed", 1).value == wan("89.974")
    assert rules(findings) == ["R-21"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("填表人（签名）：", True), ("单位负责人签字：李四", True), ("审核：张三", True), ("填报单位（盖章）：", False),
        ("联系电话：0730-1234567", True), ("日期：", True), ("时间", False), ("完成时间", False), ("电话", False),
        ("农村公路养护", False), ("负责人培训人次", False), ("填表人王芳", False), ("审核", True), ("审核项目数", False),
    ],
)  # fmt: skip
def test_what_begins_a_line_of_signatures(text: str, is_one: bool) -> None:
    assert signed(text) is is_one


def test_labels_of_other_hands() -> None:
    assert core("①其中：公车购置费（万元）") == "公车购置费"
    assert core("2022年度决算数/万元") == "2022年决算数"
    assert in_digits("二○二三年度") == "2023年度"
    assert amount_behind("其他资金（585.62万元）") == ("其他资金", "585.62万元")
    assert amount_behind("产出指标（2023）")[1] == ""
    assert amount_behind("项目支出（2023万元）")[1] == "2023万元"


def test_the_score_of_the_town_is_read(tmp_path: Path) -> None:
    """The cases above compare with what is no empty set."""
    assert len(_before()) > 100
    assert _before()[Key("result", 0, "all", 0, "score")] == Fraction(195, 2)


# --- annexes 4 to 6: codes, sub-totals, sentences -----------------------------------------------------------

TREE: tuple[tuple[str, str, float], ...] = (
    ("212", "城乡社区支出", 118.82),
    ("21208", "国有土地使用权出让收入安排的支出", 118.82),
    ("2120804", "农村基础设施建设支出", 100),
    ("2120899", "其他国有土地使用权出让收入安排的支出", 18.82),
)
AMOUNTS = ("年初预算数", "全年预算数", "全年执行数")
LEAVES: list[object] = [("2120804", wan("100")), ("2120899", wan("18.82"))]


Row = Sequence[str | int | float | None]


def fund(head: Row, rows: Sequence[Row], *below: Row) -> Workbook:
    """Annex 4 with a head and rows, whose last cell is the amount in all three columns."""
    lines: list[Row] = [
        ("2023年度政府性基金预算支出情况表",),
        ("单位：万元",),
        (*head, *AMOUNTS),
    ]
    lines += [(*row[:-1], row[-1], row[-1], row[-1]) for row in rows]
    return book(基金=([*lines, *below], ()))


def _number(code: str) -> int:
    return int(code)


WHOLE_SUM: Row = ("合计", None, 118.82)
TREES: dict[str, Workbook] = {
    "codes as texts": fund(("科目编码", "科目名称"), [*TREE, WHOLE_SUM]),
    "codes as numbers": fund(("科目编码", "科目名称"), [*((_number(c), n, a) for c, n, a in TREE), WHOLE_SUM]),
    "the sum on top": fund(("科目编码", "科目名称"), [WHOLE_SUM, *TREE]),
    "codes before the names": fund(("科目名称",), [(f"{c} {n}", a) for c, n, a in TREE]),
    "codes joined to the names": fund(("序号", "项目名称"), [(n, f"{r[0]}-{r[1]}", r[2]) for n, r in enumerate(TREE, 1)]),
    "three columns": fund(
        ("类", "款", "项", "科目名称"),
        [(c[:3], c[3:5] or None, c[5:] or None, n, a) for c, n, a in TREE] + [("合计", None, None, None, 118.82)]),
    "three columns, numbers, what is above left out": fund(
        ("类", "款", "项", "科目名称"),
        [(212, None, None, "城乡社区支出", 118.82), (None, 8, None, "国有土地", 118.82),
         (None, None, 4, "农村", 100), (None, None, 99, "其他", 18.82)]),
    "three columns that grow": fund(
        ("类", "款", "项", "科目名称"),
        [("212", None, None, "城乡社区支出", 118.82), ("212", "21208", None, "国有土地", 118.82),
         ("212", "21208", "2120804", "农村", 100), ("212", "21208", "2120899", "其他", 18.82)]),
    "sub-totals": fund(("科目编码", "科目名称"), [*TREE[2:], ("小计", None, 118.82), WHOLE_SUM]),
    "an item with its details": fund(
        ("科目编码", "科目名称"),
        [("2120804", "农村基础设施", 118.82), (None, "修建村道", 100), (None, "水渠", 18.82), WHOLE_SUM]),
    "prepared rows": fund(("科目编码", "科目名称"), [*TREE, (None, None, 0), (None, "/", 0), WHOLE_SUM]),
    "signatures": fund(
        ("科目编码", "科目名称"), [*TREE, WHOLE_SUM], ("填表人：", "王芳", "填报日期：", "2024-06-20", "电话：", 13800000000)),
}  # fmt: skip


@pytest.mark.parametrize("case", TREES)
def test_leaves_are_counted_and_what_is_above_them_is_compared(case: str, tmp_path: Path) -> None:
    filing, findings = read_book(TREES[case], tmp_path)
    items = filing.table("fund_items").added
    found: list[object] = [(row.text("code"), row["executed"].value) for row in items]
    details: list[object] = [("2120804", wan("100")), ("2120804", wan("18.82"))]
    assert found == (details if case == "an item with its details" else LEAVES)
    assert sum(row.known("full") for row in items) == wan("118.82")
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ([("212", "城乡社区支出", 120), *TREE[2:]], ["基金!C4", "基金!C5", "基金!C6"]),
        ([*TREE[2:], ("小计", None, 119)], ["基金!C6", "基金!C4", "基金!C5"]),
    ],
)
def test_a_level_that_is_not_the_sum_is_told(rows: Sequence[Row], wanted: list[str], tmp_path: Path) -> None:
    filing, findings = read_book(fund(("科目编码", "科目名称"), rows), tmp_path)
    assert [(row.text("code"), row["executed"].value) for row in filing.table("fund_items").added] == LEAVES
    assert at(findings, "R-38")[:3] == wanted
    assert set(rules(findings)) == {"R-21", "R-38"}


NILS = {
    "说明：本单位2023年度无政府性基金预算支出，故本表无数据。": True,
    "备注：我单位无政府性基金支出": True,
    "无": True,
    "说明：没有政府性基金支出的单位，本表填“无”。": False,
    "注：如无政府性基金支出请填“无”": False,
}


@pytest.mark.parametrize("text", NILS)
def test_it_says_that_there_is_nothing(text: str, tmp_path: Path) -> None:
    made = fund(("序号", "科目编码", "科目名称"), [(1, None, text, 0)], ("填表人：", None, "填报日期："))
    assert (read_book(made, tmp_path)[0].figure("fund_nil", "nil", "value").value == "√") is NILS[text]
    apart = fund(("序号", "科目编码", "科目名称"), [], (text,))
    assert (read_book(apart, tmp_path)[0].figure("fund_nil", "nil", "value").value == "√") is NILS[text]


# --- indicators ---------------------------------------------------------------------------------------------


def _below_indicators(*rows: tuple[int, tuple[object, ...]]) -> Change:
    """Rows put into annex 2, each above the row of that number; joined cells are undone."""

    def change(made: Workbook) -> None:
        sheet = made["整体自评"]
        for cells_ in [m.coord for m in sheet.merged_cells.ranges if m.max_row >= 14]:
            sheet.unmerge_cells(cells_)
        for before, row in sorted(rows, key=lambda one: -one[0]):
            sheet.insert_rows(before)
            for column, value in enumerate(row, 1):
                sheet.cell(before, column).value = value  # type: ignore[assignment]

    return change


PREPARED = {
    "an indicator that was prepared": (15, (None, None, None, "指标2：")),
    "dots": (16, (None, None, None, "……", None, None, None, None, "……")),
    "a sub-total of a level": (17, (None, "产出指标小计", None, None, None, None, 50, 49.5)),
    "a sub-total": (18, (None, None, None, "小计", None, None, 80, 77.5)),
}


@pytest.mark.parametrize("case", PREPARED)
def test_what_is_no_indicator_is_none(case: str, tmp_path: Path) -> None:
    made = town()
    _below_indicators(PREPARED[case])(made)
    differs, findings = changed(made, tmp_path)
    assert differs == {}
    assert rules(findings) == ["R-21"], [finding.message for finding in findings]


def test_a_sub_total_that_is_none_is_told(tmp_path: Path) -> None:
    made = town()
    _below_indicators((17, (None, "产出指标小计", None, None, None, None, 50, 40)))(made)
    differs, findings = changed(made, tmp_path)
    assert differs == {}
    assert at(findings, "R-38") == ["整体自评!H17", "整体自评!H14", "整体自评!H15", "整体自评!H16"]


# --- 元, years, specimens, other tables ---------------------------------------------------------------------

YUAN = {
    "a note": cells("基础数据", A26="说明：本表金额以元为单位。"),
    "a short note": cells("整体自评", A21="注：金额单位为元"),
    "behind the unit's name": cells("基金", A2="填报单位：示例乡人民政府　　　单位：元"),
    "in the title": cells("基金", A1="2023年度政府性基金预算支出情况表（单位：元）"),
    "in a label": cells("基础数据", A21="政府采购金额（元）"),
    "in a head": cells("基础数据", B5="2022年决算数/元"),
}
NO_YUAN = {
    "an indicator of 元": cells("整体自评", D15="人均补助（元）", E15="≥300元", F15="290元"),
    "万元 in a note": cells("基础数据", A26="说明：本表金额以万元为单位，保留两位小数。"),
    "a rate in a note": cells("基础数据", A26="说明：公务接待按每人每餐50元计算。"),
    "a place named 元宝山": cells("基金", A2="填报单位：元宝山区财政局"),
}


@pytest.mark.parametrize("case", YUAN)
def test_annexes_in_yuan_are_refused_wherever_it_is_said(case: str, tmp_path: Path) -> None:
    made = town()
    YUAN[case](made)
    with pytest.raises(UnusableFile, match="万元"):
        read_book(made, tmp_path)


@pytest.mark.parametrize("case", NO_YUAN)
def test_what_speaks_of_yuan_otherwise_is_read(case: str, tmp_path: Path) -> None:
    made = town()
    NO_YUAN[case](made)
    assert not {"R-32", "R-22"} & set(rules(read_book(made, tmp_path)[1]))


def test_yuan_that_nobody_says_is_doubted(tmp_path: Path) -> None:
    for change, wanted in (
        (cells("基础数据", F17=1934200, F2=None), ["基础数据!F17"]),
        (cells("整体自评", D5=8611000, E5=20301200, F5=20301200), ["整体自评!E5"]),
        (cells("基础数据", F17=1934.2), []),
    ):
        made = town()
        change(made)
        assert at(read_book(made, tmp_path)[1], "R-32") == wanted


@pytest.mark.parametrize(
    ("change", "wanted"),
    [
        (together(
            cells("基金", D5=1000000, E5=1188200, F5=1188200, H5=1188200),
            cells("基金", D6=1000000, E6=1000000, F6=1000000, H6=1000000, E7=188200, F7=188200, H7=188200),
        ), ["基金!E5"]),
        (cells("基础数据", F12=10252000), ["基础数据!F12"]),
        (cells("基础数据", F12=3025.2), []),
        (cells("基金", F5=1188.2), []),
    ],
)  # fmt: skip
def test_one_annex_in_yuan_beside_the_others(change: Change, wanted: list[str], tmp_path: Path) -> None:
    made = town()
    change(made)
    found = [f for f in read_book(made, tmp_path)[1] if f.rule == "R-32"]
    assert [f"{f.places[0]}" for f in found] == wanted
    assert all("倍" in finding.message for finding in found)


def _copy(made: Workbook, sheet: str, title: str, hidden: bool, **values: object) -> None:
    new = made.copy_worksheet(made[sheet])
    new.title, new.sheet_state = title, "hidden" if hidden else "visible"
    cells(title, **values)(made)


def test_the_visible_the_real_the_year_asked_for_is_read(tmp_path: Path) -> None:
    made = town()
    _copy(made, "基础数据", "附件1-2022", True, A1="2022年度部门整体支出绩效评价基础数据表", F17=77)
    _copy(made, "整体自评", "旧", True, F5=77)
    _copy(made, "基金", "基金（样表）", False, D6=77)
    differs, findings = changed(made, tmp_path)
    assert differs == {}
    assert sorted(at(findings, "R-25")) == ["基金（样表）!A1", "旧!A1", "附件1-2022!A1"]
    assert set(rules(findings)) == {"R-21", "R-25"}


def test_of_two_visible_years_the_one_asked_for(tmp_path: Path) -> None:
    made = book(一=(PROJECT, ()), 二=([PROJECT[0], ("（2022年度）",), *PROJECT[2:]], ()))
    path = saved(made, tmp_path)
    with pytest.raises(UnusableFile, match="--year"):
        read(path, FORM)
    for year, told in ((2023, "二!A1"), (2022, "一!A1")):
        filing, findings = read(path, FORM, Annexed(year=year))
        assert (filing.form.year, filing.copies) == (year, (1,))
        assert at(findings, "R-25") == [told]


def test_a_sheet_with_figures_and_without_a_title_is_a_warning(tmp_path: Path) -> None:
    made = town()
    put(made.create_sheet("表"), (("某某情况表",), ("甲", "12.5")), ())
    put(made.create_sheet("GK01"), (("收入支出决算总表",), ("公开01表",), ("甲", 12.5)), ())
    put(made.create_sheet("说明"), (("填写说明",),), ())
    _, findings = read_book(made, tmp_path)
    assert at(findings, "R-33") == ["表!A1"]
    assert at(findings, "R-25") == ["GK01!A2", "说明!A1"]


@pytest.mark.parametrize(
    ("title", "below", "said"),
    [
        ("收入支出决算总表", "公开01表", "部门决算公开表"),
        ("收入支出决算总表", "财决01表", "决算软件"),
        ("支出总表", "部门公开表03", "部门预算公开表"),
        ("2024年部门收支总体情况表", "单位：万元", "部门预算公开表"),
        ("某镇2024年度预算指标台账", "单位：元", "指标执行"),
    ],
)
@pytest.mark.parametrize("form", [FORM, None])
def test_other_tables_are_named_as_what_they_are(
    title: str, below: str, said: str, form: Form | None, tmp_path: Path
) -> None:
    made = book(表=(((title,), (below,), ("合计", 12.5)), ()))
    with pytest.raises(UnusableFile, match=said):
        read(saved(made, tmp_path), form)


def test_serial_numbers_names_and_typed_texts(tmp_path: Path) -> None:
    made = town()
    sheet = made["基础数据"]
    for cells_ in [m.coord for m in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(cells_)
    sheet.insert_cols(1)
    sheet["A5"].value = "序号"
    for row in range(6, 23):
        sheet.cell(row, 1).value = row - 5
        for column in (3, 5, 7):
            value = sheet.cell(row, column).value
            sheet.cell(row, column).value = value if value is None else f"{value}"
    made["基金"]["J2"].value, made["基金"]["A2"].value = "单位：示例乡人民政府", None
    differs, findings = changed(made, tmp_path)
    assert {key.block for key in differs} <= {"unit"}
    assert [f.rule for f in findings] == ["R-21", "R-11"] or sorted(rules(findings)) == ["R-11", "R-21"]
    assert len(at(findings, "R-11")) > 20


def test_remedies_send_to_no_sheet_that_is_not_there(tmp_path: Path) -> None:
    found = selfeval_xl.examine(saved(town(), tmp_path), FORM).conclusion.findings
    remedies = [f.remedy for f in found if "B-00" not in f.rules and f.rule != "R-21"]
    assert remedies
    assert not [
        r for r in remedies if "基本情况" in r or "收支情况" in r or "核实说明" in r or "文字材料" in r
    ]
