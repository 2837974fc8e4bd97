"""Budget against final accounts: amounts come from the cells, blanks stay unknown, one root is one change."""

import pandas
import pytest

from selfeval_xl.filing import Filing, Key
from selfeval_xl.forms import load
from selfeval_xl.money import WAN
from selfeval_xl.reconciling import changes, comparison
from selfeval_xl.writing.template.filling import filled
from tests.books import values

FORM = load("hunan-2023", 2023)
COLUMNS = ["initial", "carryover", "adjustment", "full", "executed", "difference"]


def book(text: str) -> Filing:
    return filled(FORM, values(FORM, text))


TOWNSHIP = """
## 一、资金来源与预算执行
| 资金来源 | 年初预算数 | 上年结转 | 年中调整（追加＋追减－） | 全年执行数 |
|---|---|---|---|---|
| 一般公共预算拨款 | 943.68 | 31.2 | 168.44 | 1000 |
| 其他资金 | 0 | 0 | 0 | 0 |
## 二、按支出性质分
| 资金来源 | 年初预算：基本支出 | 年初预算：项目支出 | 全年执行：基本支出 | 全年执行：项目支出 |
|---|---|---|---|---|
| 一般公共预算拨款 | 661.24 | 282.44 | 700 | 300 |
## 一、项目清单（一个一级项目一行）
| 一级项目名称 | 项目类别 | 资金来源 | 年初预算数 | 全年执行数 |
|---|---|---|---|---|
| 人居环境 | 上级转移支付 | 一般公共预算拨款 | | 120.5 |
| 村级运转 | 运行维护 | 一般公共预算拨款 | 162.44 | 150 |
"""


@pytest.fixture(scope="module")
def frame() -> pandas.DataFrame:
    return comparison(book(TOWNSHIP))


def row(frame: pandas.DataFrame, item: str) -> pandas.Series:
    found = frame[frame["item"] == item]
    assert len(found) == 1
    return found.iloc[0]


def test_types(frame: pandas.DataFrame) -> None:
    assert list(frame.columns) == ["group", "item", *COLUMNS, "rate"]
    assert all(str(frame[column].dtype) == "Int64" for column in COLUMNS)
    assert list(dict.fromkeys(frame["group"])) == ["按资金来源", "按支出性质", "按项目"]
    assert list(frame["item"][-2:]) == ["人居环境", "村级运转"]


def test_what_is_unknown_stays_unknown(frame: pandas.DataFrame) -> None:
    assert row(frame, "政府性基金预算拨款")[[*COLUMNS, "rate"]].isna().all()
    project = row(frame, "人居环境")
    assert project[["initial", "full", "difference", "rate"]].isna().all()
    assert project["executed"] == 120.5 * WAN


def test_nothing_is_divided_by_zero(frame: pandas.DataFrame) -> None:
    other = row(frame, "其他资金")
    assert other["full"] == 0
    assert pandas.isna(other["rate"])


def test_differences_and_rates(frame: pandas.DataFrame) -> None:
    general = row(frame, "一般公共预算拨款")
    assert general["full"] == 114_332 * WAN // 100
    assert general["difference"] == 5_632 * WAN // 100
    assert general["rate"] == pytest.approx(1000 / 1143.32)
    assert row(frame, "项目支出")["executed"] == 300 * WAN


def test_totals_are_those_of_the_form() -> None:
    """A total that was typed is shown as it stands, whatever its parts add up to."""
    filing = filled(FORM, {**values(FORM, TOWNSHIP), Key("sources", 0, "total", 0, "executed"): 1001})
    frame = comparison(filing)
    assert row(frame, "资金来源合计")["executed"] == row(frame, "合计")["executed"] == 1001 * WAN


def projects(*rows: str) -> str:
    head = "| 一级项目名称 | 项目类别 | 资金来源 | 年初预算数 | 全年执行数 | 差异原因 |"
    lines = [
        f"| {r.split()[0]} | 业务工作 | 一般公共预算拨款 | {' | '.join([*r.split(), ''][1:4])} |"
        for r in rows
    ]
    return "\n".join(("## 一、项目清单（一个一级项目一行）", head, "|---|---|---|---|---|---|", *lines, ""))


def split(initial: float, executed: float) -> str:
    head = "| 资金来源 | 年初预算：项目支出 | 全年执行：项目支出 |"
    line = f"| 一般公共预算拨款 | {initial} | {executed} |"
    return "\n".join(("## 二、按支出性质分", head, "|---|---|---|", line, ""))


def told(text: str) -> list[tuple[str, ...]]:
    return [change.keys for change in changes(book(text))]


def test_one_project_that_explains_all() -> None:
    assert told(split(200, 300) + projects("甲 100 190", "乙 100 110")) == [("projects", "project 1")]


def test_several_that_explain_it_together_are_told_each() -> None:
    """The whole goes with the largest; what is left of it without them is within bounds."""
    assert told(split(200, 300) + projects("甲 60 110", "乙 60 100", "丙 80 90")) == [
        ("projects", "project 1"),
        ("project 2",),
    ]


def test_a_remainder_out_of_bounds_is_told_apart() -> None:
    assert told(split(200, 400) + projects("甲 60 110")) == [("projects",), ("project 1",)]


def test_opposite_changes_do_not_explain_each_other() -> None:
    assert told(split(200, 140) + projects("甲 60 110", "乙 140 30")) == [
        ("projects", "project 2"),
        ("project 1",),
    ]


def test_a_reason_at_the_root_serves_the_whole() -> None:
    [change] = changes(book(split(200, 300) + projects("甲 100 190 追加防汛", "乙 100 110")))
    assert change.reason == "追加防汛"
