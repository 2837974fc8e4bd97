"""The printed annexes: the official look, cell by cell, whoever draws them."""

from fractions import Fraction

import pytest

from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.values import Content
from selfeval_xl.forms import load
from selfeval_xl.layout.grid import Grid, GridCell, Role
from selfeval_xl.layout.printed import printed
from selfeval_xl.money import WAN
from selfeval_xl.writing.template.filling import filled
from tests.books import values
from tests.random_books import random_values

FORM = load("hunan-2023")

BOOK = """
## 一、单位信息
- 单位全称：某县某局
- 报告日期：2024-06-20
- 填表人：张三
- 联系电话：0730-1
- 单位负责人：李四

## 三、编制与在职人员（人）
| 人员类别 | 2023年末编制数 | 2023年末在职人数 |
|---|---|---|
| 合计 | 46 | 50 |

## 一、资金来源与预算执行
| 资金来源 | 年初预算数 | 上年结转 | 年中调整（追加＋追减－） | 全年执行数 |
|---|---|---|---|---|
| 一般公共预算拨款 | 861.1 | 0 | 464.58 | 1325.68 |
| 政府性基金预算拨款 | 0 | 0 | 118.82 | 118.82 |

## 二、按支出性质分
| 资金来源 | 全年预算：基本支出 | 全年预算：项目支出 | 全年执行：项目支出 |
|---|---|---|---|
| 一般公共预算拨款 | 900.47 | 544.03 | 544.03 |

## 一、项目清单（一个一级项目一行）
| 一级项目名称 | 项目类别 | 资金来源 | 主管部门 | 年初预算数 | 年中调整（追加＋追减－） | 全年执行数 | 是否单独填附件3 |
|---|---|---|---|---|---|---|---|
| 甲项目 | 业务工作 | 一般公共预算拨款 | 某县某局 | 300 | 0 | 300 | 是 |
| 乙项目 | 区县级专项 | 一般公共预算拨款 | | 244.03 | | 244.03 | 否 |
| 丙项目 | 业务工作 | 一般公共预算拨款 | | | | 10.5 | 否 |

## 绩效指标
| 一级指标 | 二级指标 | 三级指标 | 指标值类型 | 年度指标值 | 度量单位 | 实际完成值 |
|---|---|---|---|---|---|---|
| 产出指标 | 数量指标 | 检查次数 | ≥ | '50 | 个 | '52 |
| 效益指标 | 社会效益指标 | 效果 | 定性 | 明显 | 次 | 明显 |
| 产出指标 | 数量指标 | 培训人数 | ≥ | ≥90% | % | 95% |
| 产出指标 | 质量指标 | 合格率 | = | '100 | % | '99.5 |

| 分值 | 得分 | 偏差原因分析及改进措施 | 目标是否经批准调整 |
|---|---|---|---|
| 20 | 20 | | |
| 40 | 38 | 宣传不够 | 是 |
| 20 | 20 | | |
| 10 | | | |

## 政府性基金：有无此项支出
- 无此项支出（没有请选√）：√

## 社会保险基金预算支出明细（万元）
| 科目编码 | 科目（项目）名称 | 全年预算数 | 全年执行数 |
|---|---|---|---|
| 20901 | 养老 | 10 | 5 |
"""


def grids(filing: Filing) -> dict[str, Grid]:
    return {grid.name: grid for grid in printed(filing)}


@pytest.fixture(scope="module")
def pages() -> dict[str, Grid]:
    return grids(filled(FORM, values(FORM, BOOK)))


def at(grid: Grid, text: str) -> GridCell:
    """The cell of that text."""
    return next(cell for cell in grid.cells if cell.content == text)


def beside(grid: Grid, text: str) -> list[Content]:
    """What stands right of that text, in its row."""
    cell = at(grid, text)
    return [c.content for c in grid.cells if c.row == cell.row and c.column > cell.column]


def test_an_annex_of_each_kind(pages: dict[str, Grid]) -> None:
    assert list(pages) == ["附件1", "附件2", "附件3-1", "附件4", "附件5", "附件6"]
    assert [g.name for g in pages.values() if g.landscape] == ["附件4", "附件5", "附件6"]


@pytest.mark.parametrize("seed", range(6))
def test_cells_tile_the_page(seed: int) -> None:
    """No two cells overlap, none is left out, in any book: so every line of the frame is drawn."""
    for grid in printed(filled(FORM, random_values(FORM, seed))):
        taken = [
            (row, column)
            for cell in grid.cells
            for row in range(cell.row, cell.row + cell.down)
            for column in range(cell.column, cell.column + cell.across)
        ]
        rows = max(row for row, _ in taken)
        assert sorted(taken) == [(r, c) for r in range(1, rows + 1) for c in sorted(grid.widths)]
        assert set(grid.heights) == set(range(1, rows + 1))
        assert all(0 < height <= 409 for height in grid.heights.values())


def test_every_sheet_says_whose_it_is(pages: dict[str, Grid]) -> None:
    for grid in pages.values():
        assert grid.cells[0].role is Role.TITLE
        assert grid.cells[0].across == len(grid.widths)
        assert [c.content for c in grid.cells[1:3]] == ["填报单位：某县某局", "单位：万元"]
        # Whoever signs does so by hand, whatever was typed as a name.
        signed = "填表人（签名）：　　　　　　填报日期：2024年6月20日　　联系电话：0730-1　　单位负责人签字：　　　　"
        assert grid.cells[-1].content == signed


def test_posts_and_their_rate(pages: dict[str, Grid]) -> None:
    annex = pages["附件1"]
    below = at(annex, "编制数").row + 1
    assert [c.content for c in annex.cells if c.row == below] == [46, 50, Fraction(50, 46)]


def test_projects_stand_under_their_category(pages: dict[str, Grid]) -> None:
    annex = pages["附件1"]
    labels = [c.content for c in annex.cells if c.column == 1]
    business = labels.index("1、业务工作经费")
    assert labels[business : business + 4] == ["1、业务工作经费", "甲项目", "丙项目", "2、运行维护经费"]
    # 丙项目 has no 年初预算数: the sum of its kind is unknown, not smaller.
    assert beside(annex, "1、业务工作经费") == [None, None, Fraction("310.5") * WAN]
    assert beside(annex, "丙项目") == [None, None, Fraction("10.5") * WAN]
    assert beside(annex, "乙项目") == [None, Fraction("244.03") * WAN, Fraction("244.03") * WAN]
    assert at(annex, "甲项目").indent > at(annex, "1、业务工作经费").indent
    shown = next(c for c in annex.cells if c.row == at(annex, "丙项目").row and c.column == 6)
    assert shown.key == Key("projects", 0, "project", 3, "executed")


def test_no_building_one_blank_row(pages: dict[str, Grid]) -> None:
    label = at(pages["附件1"], "楼堂馆所控制情况（2023年完工项目）")
    assert label.down == 2
    blank = [c.content for c in pages["附件1"].cells if c.row == label.row + 1]
    assert blank == [None] * 6


def test_heads_of_annex2_hold_their_figures(pages: dict[str, Grid]) -> None:
    texts = [c.content for c in pages["附件2"].cells]
    assert "按收入性质分：1444.50" in texts
    assert "其中：一般公共预算：1325.68" in texts
    assert "　　　政府性基金拨款：118.82" in texts
    assert "　　　纳入专户管理的非税收入拨款：" in texts
    assert "其中：基本支出：900.47" in texts
    assert not any("表外" in str(text) for text in texts)
    income = at(pages["附件2"], "按收入性质分：1444.50")
    assert income.key == Key("income_split", 0, "total", 0, "amount")


def test_request_row(pages: dict[str, Grid]) -> None:
    figures = beside(pages["附件2"], "年度资金总额")
    assert figures == [Fraction("861.1") * WAN, Fraction("1444.5") * WAN, Fraction("1444.5") * WAN, 10, 1, 10]


def test_indicators_joined_grouped_and_merged(pages: dict[str, Grid]) -> None:
    annex = pages["附件2"]
    first = at(annex, "产出指标（50分）")
    assert (first.down, first.key) == (3, Key("indicators", 0, "indicator", 1, "first"))
    assert at(annex, "数量指标").down == 2
    assert at(annex, "效益指标（40分）").row == first.row + 3
    assert beside(annex, "检查次数") == ["≥50个", "52个", 20, 20, None]
    assert beside(annex, "培训人数") == ["≥90%", "95%", 20, 20, None]
    assert beside(annex, "合格率") == ["=100%", "99.5%", 10, None, None]
    assert beside(annex, "效果") == ["明显", "明显", 40, 38, "宣传不够（目标经批准调整）"]
    assert beside(annex, "总分") == [100, None, None]  # 合格率 has no score
    assert annex.heads == (at(annex, "一级指标").row,) * 2
    assert at(annex, "绩效指标").down == 5


def test_annex3_takes_the_registers_figures(pages: dict[str, Grid]) -> None:
    annex = pages["附件3-1"]
    assert beside(annex, "项目支出名称") == ["甲项目"]
    assert beside(annex, "项目主管部门") == ["某县某局", "项目实施单位", None]
    assert beside(annex, "年度资金总额")[:3] == [300 * WAN, None, 300 * WAN]
    assert beside(annex, "其中：当年财政拨款") == [None] * 6
    assert beside(annex, "总分") == [10, None, None]


def test_nil_is_a_sentence_under_the_head(pages: dict[str, Grid]) -> None:
    annex = pages["附件4"]
    sentence = at(annex, "本单位2023年度无政府性基金预算支出，故本表无数据。")
    assert (sentence.column, sentence.across) == (1, 10)
    assert sentence.key == Key("fund_nil", 0, "nil", 0, "value")
    heads = [c.content for c in annex.cells if c.role is Role.HEAD]
    assert heads[-5:] == ["合计", "基本支出", "项目支出", "执行率", "支出内容及绩效说明"]
    assert at(annex, "全年执行数").across == 3


def test_neither_ticked_nor_filled_is_no_nil_sentence(pages: dict[str, Grid]) -> None:
    texts = [str(c.content) for c in pages["附件5"].cells]
    assert not any("无数据" in text for text in texts)
    assert beside(pages["附件5"], "合计") == [None] * 5


def test_items_and_their_total(pages: dict[str, Grid]) -> None:
    annex = pages["附件6"]
    assert beside(annex, "1") == ["20901", "养老", None, 10 * WAN, 5 * WAN, Fraction(1, 2), None]
    assert beside(annex, "合计") == [None, 10 * WAN, 5 * WAN, Fraction(1, 2), None]


def test_ticked_and_filled_shows_what_is_filled() -> None:
    text = BOOK + "\n## 社会保险基金：有无此项支出\n- 无此项支出（没有请选√）：√\n"
    annex = grids(filled(FORM, values(FORM, text)))["附件6"]
    assert beside(annex, "1")[1] == "养老"


def test_a_blank_is_never_nought() -> None:
    points = Key("request", 0, "total", 0, "points"), Key("result", 0, "all", 0, "points")
    for grid in printed(filled(FORM, {})):
        shown = {c.key: c.content for c in grid.cells if c.role is Role.FIGURE and c.content is not None}
        numbers = {key: content for key, content in shown.items() if isinstance(content, Fraction)}
        assert numbers == (dict.fromkeys(points, Fraction(10)) if grid.name == "附件2" else {})
        assert not any("0.00" in str(content) for content in shown.values())


def test_a_book_in_yuan_prints_the_same() -> None:
    wan = {Key("sources", 0, "general", 0, "executed"): 1325.68}
    yuan = {
        Key("sources", 0, "general", 0, "executed"): 13256800,
        Key("unit", 0, "money_unit", 0, "value"): "元",
    }
    assert printed(filled(FORM, wan)) == printed(filled(FORM, yuan))


def test_a_long_text_spans_rows() -> None:
    """A row of a spreadsheet is at most 409 points high."""
    long = {Key("objective", 0, "expected", 0, "value"): "全面完成年度目标任务。" * 150}
    annex = grids(filled(FORM, long))["附件2"]
    cell = next(c for c in annex.cells if c.key == Key("objective", 0, "expected", 0, "value"))
    lines = len(str(cell.content)) * 2 / sum(annex.widths[c] for c in range(2, 6))
    assert sum(annex.heights[r] for r in range(cell.row, cell.row + cell.down)) > lines * 15


def test_what_cannot_be_read_is_not_printed() -> None:
    broken = {Key("costs", 0, "office", 0, "executed"): "约50"}
    assert beside(grids(filled(FORM, broken))["附件1"], "其中：办公经费") == [None, None, None]
