"""Official annexes as other counties and other hands make them: the same figures, or what was not read is told."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from openpyxl.workbook import Workbook

from selfeval_xl.filing.computing import Key
from selfeval_xl.findings import Finding
from selfeval_xl.reading.official.labels import amount_behind, core, in_digits
from selfeval_xl.reading.official.signatures import signed
from tests.official_books import PROJECT, PROJECT_MERGES, book, town
from tests.test_official import at, figures, read_book, rules, wan

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
    "another title": cells("基础数据", A1="2023年度预算单位整体支出绩效评价基础数据表"),
    "a title in Chinese numerals": cells("基础数据", A1="二〇二三年度部门（单位）整体支出绩效评价基础数据表"),
    "a number in brackets before the title": together(
        cells("整体自评", A1="附件二（1）  示例乡人民政府2023年度单位整体支出绩效自评表"),
        cells("整体自评", A2="（二○二三年度）")),
    "amounts in brackets": cells(
        "整体自评", B6="按收入性质分（2030.12万元）", B8="　　　政府性基金拨款（118.82）", B10="其他资金( 585.62万元 )",
        F8="　　　项目支出（１０２５．２０）"),
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
