"""Books in Markdown: labels lead to cells, what leads nowhere is told, and writing is the inverse of reading."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.filing import Key
from selfeval_xl.forms import Kind, load
from selfeval_xl.layout import entry
from selfeval_xl.writing.template.filling import filled
from tests.books import values, written

FORM = load()
SAMPLES = sorted((Path(__file__).parents[1] / "samples").glob("*/填报.md"))
CELLS = sorted(key for sheet in entry(FORM) for key in sheet.places())


def test_a_value_may_hold_a_colon_and_new_lines() -> None:
    book = "# 说明\n随便写的话\n## 一、职能与说明\n- 主要职能：负责：规划。<br>负责：执法。"
    assert values(FORM, book) == {Key("duties", 0, "duties", 0, "value"): "负责：规划。\n负责：执法。"}


def test_of_two_labels_the_longest_that_fits() -> None:
    assert values(FORM, "## 按收入性质分\n- 其他资金（含国有资本经营预算）：1") == {
        Key("income_split", 0, "other", 0, "amount"): 1
    }


def test_a_table_by_row_and_column_labels_in_any_order() -> None:
    book = """## 三、编制与在职人员（人）
| 人员类别 | 2023年末在职人数* | 2023年末编制数 |
|---|---|---|
| 事业人员 | 23 | |
| 行政人员 | 12 | 空 |"""
    assert values(FORM, book) == {
        Key("staff", 0, "institution", 0, "staff"): 23,
        Key("staff", 0, "civil", 0, "staff"): 12,
        Key("staff", 0, "civil", 0, "posts"): None,
    }


def test_added_rows_count_from_one_in_every_table() -> None:
    book = """## 一、项目清单（一个一级项目一行）
| 一级项目名称 | 项目类别 |
|---|---|
| 环卫 | 运行维护 |
| 执法 | 业务工作 |

| 一级项目名称 | 年初预算数 |
|---|---|
| 环卫 | 786.00 |
| 执法 | 332 |"""
    typed = values(FORM, book)
    assert typed[Key("projects", 0, "project", 2, "name")] == "执法"
    assert typed[Key("projects", 0, "project", 1, "initial")] == 786.0
    assert typed[Key("projects", 0, "project", 2, "initial")] == 332


@pytest.mark.parametrize(
    ("block", "head", "row", "key"),
    [
        ("楼堂馆所控制情况（2023年完工项目）", "行", "3", Key("buildings", 0, "building", 3, "spent")),
        ("政府性基金预算支出明细（万元）", "序号", "2", Key("fund_items", 0, "item", 2, "executed")),
        ("政府性基金预算支出明细（万元）", "序号", "合计", Key("fund_items", 0, "total", 0, "executed")),
    ],
)
def test_an_added_row_by_its_number(block: str, head: str, row: str, key: Key) -> None:
    column = FORM.block(key.block).column(key.column).label
    assert values(FORM, f"## {block}\n| {head} | {column} |\n|---|---|\n| {row} | 5.5 |") == {key: 5.5}


def test_copies_of_a_repeated_sheet() -> None:
    book = "## 项目年度总体目标\n- 预期目标：甲\n## 项目年度总体目标 @2\n- 预期目标：乙"
    assert values(FORM, book) == {
        Key("project_objective", 1, "expected", 0, "value"): "甲",
        Key("project_objective", 2, "expected", 0, "value"): "乙",
    }


@pytest.mark.parametrize(
    ("content", "value"),
    [
        ("12", 12),
        ("-12.50", -12.5),
        ("4,300", "4,300"),
        ("12.5万元", "12.5万元"),
        ("'12.5", "12.5"),
        ("'空", "空"),
        ("空", None),
        ("甲\\|乙", "甲|乙"),
    ],
)
def test_what_a_money_cell_takes(content: str, value: object) -> None:
    book = f"## 一、资金来源与预算执行\n| 资金来源 | 年初预算数 |\n|---|---|\n| 其他资金 | {content} |"
    assert values(FORM, book) == {Key("sources", 0, "other", 0, "initial"): value}


@pytest.mark.parametrize(
    ("content", "value"),
    [("2024-06-20", date(2024, 6, 20)), ("2024-06-31", "2024-06-31"), ("2024年6月", "2024年6月")],
)
def test_what_a_date_cell_takes(content: str, value: object) -> None:
    typed = values(FORM, f"## 一、单位信息\n- 报告日期：{content}\n- 预算单位编码：0301")
    assert typed[Key("unit", 0, "report_date", 0, "value")] == value
    assert typed[Key("unit", 0, "code", 0, "value")] == "0301"


@pytest.mark.parametrize(
    ("book", "told"),
    [
        ("- 单位全称：某局", "第 1 行：前面没有区块标题"),
        ("## 单位信息", "第 1 行：没有区块“单位信息”"),
        ("##一、单位信息 @2", "第 1 行：“一、单位信息 @2”：@ 后面只能是 1 至 0 的序号"),
        ("## 项目年度总体目标 @11", "@ 后面只能是 1 至 10 的序号"),
        ("## 一、单位信息\n\n- 单位名：某局", "第 3 行：“一、单位信息”没有“单位名”一行"),
        ("## 一、单位信息\n- 单位全称 某局", "第 2 行：“单位全称 某局”不是“标签：值”"),
        (
            "## 三、编制与在职人员（人）\n- 行政人员：3",
            "第 2 行：“三、编制与在职人员（人）”不止一列，请用表格",
        ),
        (
            "## 四、“三公”经费\n| “三公”经费项目 | 决算 |\n| 3、公务接待费 | 1 |",
            "第 3 行：“四、“三公”经费”没有“决算”一列",
        ),
        (
            "## 四、“三公”经费\n| “三公”经费项目 | 超支原因 |\n| 接待费 | 1 |",
            "第 3 行：“四、“三公”经费”没有“接待费”一行",
        ),
        ("## 总分\n| 总分值 | 总得分 |\n| 1 |", "第 3 行：这一行有 1 格，表头有 2 格"),
        ("## 五、离退休人员（人）\n| 人员类别 |\n| 离休人员 |\n- 离休人员：1", "第 4 行："),
        ("## 二、年度工作完成情况（一段一行）\n- 11：甲", "没有“11”一行"),
        ("## 一、单位信息\n- 单位全称：甲\n- 单位全称：乙", "第 3 行：.*填了两次：甲、乙"),
        (
            "## 三、一般公共预算基本支出\n| 支出经济分类 | 差异原因 |\n| 商品和服务支出（302） | 甲 |",
            "商品和服务支出（302）没有“差异原因”一格",
        ),
    ],
)
def test_what_leads_nowhere_is_told_with_its_line(book: str, told: str) -> None:
    pattern = told if ".*" in told else re.escape(told)
    with pytest.raises(ValueError, match=pattern):
        values(FORM, book)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.parent.name)
def test_samples_fill_the_template(path: Path) -> None:
    typed = values(FORM, path.read_text("utf-8"))
    assert filled(FORM, typed).unit_name == typed[Key("unit", 0, "name", 0, "value")]
    assert values(FORM, written(FORM, typed)) == typed


def test_the_three_stories_are_there() -> None:
    assert {"junshan-2023", "示例单位-2023", "示例乡镇-2023"} <= {path.parent.name for path in SAMPLES}


# A book cannot hold a backslash before a bar, a literal <br>, control characters, or blanks at the ends of a text.
TEXTS = (
    st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters="\\<", include_characters=" \n"))
    .map(lambda text: text.strip())
    .filter(bool)
)
NUMBERS = st.integers(-(10**12), 10**12) | st.floats(-1e12, 1e12, allow_nan=False).filter(lambda x: x != 0)


@st.composite
def typed_values(draw: st.DrawFn) -> dict[Key, object]:
    """Some cells of the template with something that a person might type there."""
    return {
        key: draw(_contents(key)) for key in draw(st.lists(st.sampled_from(CELLS), unique=True, max_size=12))
    }


def _contents(key: Key) -> st.SearchStrategy[object]:
    kind = FORM.block(key.block).fields[key.row, key.column].kind
    if kind.numeric:
        return st.none() | NUMBERS | TEXTS
    return st.none() | (TEXTS | st.dates() if kind is Kind.DATE else TEXTS)


@given(typed_values())
def test_what_is_written_reads_back_the_same(typed: dict[Key, object]) -> None:
    read = values(FORM, written(FORM, typed))
    assert read == typed
    assert {key: type(value) for key, value in read.items()} == {
        key: type(value) for key, value in typed.items()
    }
