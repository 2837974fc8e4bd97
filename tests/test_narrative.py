"""The report: its sentences in every case, its template, and that no filling can make it say nonsense."""

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import docxtpl_lint
import pytest
from docx import Document
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from openxml_audit import OpenXmlValidator

from selfeval_xl.checking.concluding import Conclusion, Summary, conclude
from selfeval_xl.filing import Key
from selfeval_xl.forms import Kind, load
from selfeval_xl.writing.report.context import context
from selfeval_xl.writing.report.narrative import ENVIRONMENT, docx_text, narrate
from selfeval_xl.writing.template.filling import filled
from tests import books
from tests.conftest import Golden
from tests.documents import body_of, text_of
from tests.random_books import random_values

FORM = load()
TEMPLATE = (resources.files("selfeval_xl.forms") / "hunan-2023" / "report.docx").read_bytes()
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
WRONG = Conclusion((), Summary(errors=1, warnings=1, notices=0, missing=14, passed=9), ())
SEED = Path(__file__).parents[1] / "samples" / "junshan-2023" / "填报.md"

Cells = Mapping[Key, object]

BOOK = """
## 一、单位信息
- 单位全称：某县某局
- 报告中的自称：我局
- 自评口径：单位本级
- 数据口径：决算批复数
- 报告日期：2024-06-05
## 三、编制与在职人员（人）
| 人员类别 | 2022年末在职人数 | 2023年末编制数 | 2023年末在职人数 |
|---|---|---|---|
| 行政人员 | 12 | 12 | 11 |
| 事业人员 | 8 | 9 | 8 |
## 五、离退休人员（人）
| 人员类别 | 2022年末离退休人数 | 2023年末离退休人数 |
|---|---|---|
| 离休人员 | 0 | 0 |
| 退休人员 | 3 | 4 |
## 一、资金来源与预算执行
| 资金来源 | 年初预算数 | 上年结转 | 年中调整（追加＋追减－） | 全年执行数 |
|---|---|---|---|---|
| 一般公共预算拨款 | 300 | 10 | 20 | 313.5 |
## 二、按支出性质分
| 资金来源 | 年初预算：基本支出 | 年初预算：项目支出 | 全年预算：基本支出 | 全年预算：项目支出 |
|---|---|---|---|---|
| 一般公共预算拨款 | 200 | 100 | 210 | 120 |

| 资金来源 | 全年执行：基本支出 | 全年执行：项目支出 |
|---|---|---|
| 一般公共预算拨款 | 210 | 103.5 |
## 三、一般公共预算基本支出
| 支出经济分类 | 2023年年初预算数 | 2023年决算数 |
|---|---|---|
| 工资福利支出（301） | 150 | 155 |
| 对个人和家庭的补助（303） | 10 | 10 |
| 商品和服务支出（302） | 40 | 45 |
## 一、项目清单（一个一级项目一行）
| 一级项目名称 | 项目类别 | 资金来源 | 年初预算数 | 上年结转 | 年中调整（追加＋追减－） | 全年执行数 | 是否单独填附件3 |
|---|---|---|---|---|---|---|---|
| 办案业务 | 业务工作 | 一般公共预算拨款 | 60 | 10 | 10 | 73.5 | 是 |
| 平台运维 | 运行维护 | 一般公共预算拨款 | 40 | 0 | 0 | 30 | 是 |
## 一、职能与说明
- 主要职能：负责某项工作。
- 基本支出主要用途：发放工资
## 二、年度工作完成情况（一段一行）
- 1：一是做了甲。
- 2：二是做了乙。
## 三、问题、原因与改进措施（一个问题一行）
| 序号 | 存在的问题 | 原因分析 | 改进措施 | 责任部门（人） | 完成时限 |
|---|---|---|---|---|---|
| 1 | 1、目标不细。 | 原因是经验不足。 | 开展培训。 | 财务股 | 2024-09-30 |
| 2 | 支付偏慢 | | 按月通报 | | |
## 四、结果应用与公开
- 自评结果拟用于：编制下年度预算
- 拟公开的网站或位置：县政府网站
- 拟公开日期：2024-07-31
## 绩效指标
| 一级指标 | 三级指标 | 指标值类型 | 年度指标值 | 度量单位 | 实际完成值 | 分值 | 得分 | 偏差原因分析及改进措施 |
|---|---|---|---|---|---|---|---|---|
| 产出指标 | 办案数 | ≥ | 50 | 件 | 60 | 50 | 50 | |
| 效益指标 | 挽回损失 | ≥ | 100 | 万元 | 80 | 30 | 24 | 个别案件未执结 |
| 满意度指标 | 群众满意度 | ≥ | 90% | | 95% | 10 | 10 | |
## 政府性基金：有无此项支出
- 无此项支出（没有请选√）：√
## 国有资本经营预算：有无此项支出
- 无此项支出（没有请选√）：√
## 社会保险基金：有无此项支出
- 无此项支出（没有请选√）：√
"""


def k(block: str, row: str, column: str = "value", number: int = 0, copy: int = 0) -> Key:
    return Key(block, copy, row, number, column)


@cache
def book() -> dict[Key, object]:
    return books.values(FORM, BOOK)


def written(typed: Cells, conclusion: Conclusion = READY) -> str:
    return body_of(narrate(filled(FORM, typed), conclusion))


def report(changes: Cells | None = None, without: tuple[str, ...] = ()) -> str:
    """The complete book's report, with these cells changed and these blocks emptied."""
    kept = {key: value for key, value in book().items() if key.block not in without}
    return written({**kept, **(changes or {})})


def seed() -> dict[Key, object]:
    return books.values(FORM, SEED.read_text(encoding="utf-8"))


# ---------------------------------------------------------------- the template


def test_template_text(golden: Golden) -> None:
    golden("goldens/word_template.txt", text_of(TEMPLATE))


def test_template_is_clean() -> None:
    found = docxtpl_lint.lint(TEMPLATE, context(filled(FORM, book()), READY), jinja_env=ENVIRONMENT)
    assert not found.issues


def test_every_field_of_the_context_is_named_in_the_template() -> None:
    """Unused fields would be promises that `selfeval fields` makes and nobody keeps."""
    template = text_of(TEMPLATE)
    fields = context(filled(FORM, book()), READY)
    groups = {name: inside for name, inside in fields.items() if isinstance(inside, dict)}
    named = [f"{group}.{field}" for group, inside in groups.items() for field in inside]
    assert not [name for name in [*named, *fields.keys()] if name not in template]


def test_each_tag_stands_in_one_run() -> None:
    for paragraph in Document(io.BytesIO(TEMPLATE)).paragraphs:
        assert len(paragraph.runs) == 1, paragraph.text
        assert paragraph.text.strip(), "no empty paragraphs for spacing"


def test_layout_of_the_template() -> None:
    cover, body = Document(io.BytesIO(TEMPLATE)).sections
    for section in (cover, body):
        millimetres = [
            round(length.mm) if length is not None else 0
            for length in (
                section.page_width,
                section.page_height,
                section.top_margin,
                section.bottom_margin,
                section.left_margin,
                section.right_margin,
            )
        ]
        assert millimetres == [210, 297, 37, 35, 28, 26]
    assert not cover._sectPr.findall(qn("w:footerReference")), "no page number on the cover"
    assert "PAGE" in body.footer.paragraphs[0]._p.xml
    assert "PAGE" in body.even_page_footer.paragraphs[0]._p.xml


def test_every_style_has_an_east_asian_font() -> None:
    document: Any = Document(io.BytesIO(TEMPLATE))
    fonts = [element for style in document.styles for element in style.element.iter(qn("w:rFonts"))]
    assert fonts
    assert all(font.get(qn("w:eastAsia")) for font in fonts)
    assert document.styles["heading 1"].element.find(f".//{qn('w:outlineLvl')}").get(qn("w:val")) == "0"


@pytest.mark.parametrize("name", ["template", "report", "draft"])
def test_valid_office_open_xml(name: str, tmp_path: Path) -> None:
    contents = {
        "template": lambda: TEMPLATE,
        "report": lambda: narrate(filled(FORM, book()), READY),
        "draft": lambda: narrate(filled(FORM, seed()), WRONG),
    }
    path = tmp_path / f"{name}.docx"
    path.write_bytes(contents[name]())
    assert not OpenXmlValidator().validate(str(path)).errors


# ---------------------------------------------------------------- the seed


def test_seed() -> None:
    typed = seed()
    said = written({key: value for key, value in typed.items() if key.block != "achievements"}, WRONG)
    for sentence in (
        "实有在职人员35人，其中行政人员12人、参照公务员法管理人员23人。",
        "在职人员较2022年末的42人减少7人，主要原因是岳阳市君山区自然资源局属于2023年度人员调出与退休较调入人数多。",
        "退休人员17人，变动原因是3人达到退休年龄正常退休",
        "2023年度一般公共预算支出1566.53万元，其中基本支出687.17万元，占43.87%；项目支出879.36万元，占56.13%。",
        "2023年度基本支出687.17万元，其中人员经费619.61万元、公用经费67.56万元。",
        "工资福利支出572.28万元、商品和服务支出67.57万元、对个人和家庭的补助47.32万元，主要用于发放单位的",
        "基本支出较年初预算570.96万元增加116.21万元，增长20.35%。",
        "2023年度项目支出879.36万元，其中专项业务费用870.36万元。",
        "项目支出年初预算4300.00万元，支出为年初预算的20.45%。",
        "我单位2023年度无政府性基金预算支出。",
        "我单位2023年度无国有资本经营预算支出。",
        "我单位2023年度无社会保险基金预算支出。",
        "2023年年初预算4870.96万元，其中基本支出570.96万元（人员经费521.76万元、公用经费49.20万元）、"
        "项目支出4300.00万元。",
        "本年支出为年初预算的32.16%，其中基本支出为年初预算的120.35%、项目支出为年初预算的20.45%。",
        "【待填：附件2】",
        "更有正对性的设置绩效目标",
        "因四舍五入，部分合计数与分项数之和可能存在尾差。",
    ):
        assert sentence in said
    for word in ("执行率", "3.22", "等级", "编制", "三公", "9人，", "共实施项目", "全部为"):
        assert word not in said
    assert said.startswith("草　稿\n本稿尚不能报送：错误1条、必填未填14项。详见核对结果。\n")


def test_four_problems_and_three_measures_are_numbered_each_from_one() -> None:
    lines = written(seed(), WRONG).splitlines()
    sections = [lines.index(head) for head in lines if head[:2] in ("七、", "八、", "九、")]
    starts = [[line[:2] for line in lines[a + 1 : b]] for a, b in pairwise(sections)]
    assert starts == [["1.", "2.", "3.", "4."], ["1.", "2.", "3."]]


# ---------------------------------------------------------------- the cover


def test_a_complete_book_is_no_draft() -> None:
    assert report().splitlines()[:4] == [
        "2023年度某县某局⏎部门整体支出绩效自评报告",
        "部门（单位）名称：某县某局（盖章）",
        "2024年6月5日",
        "2023年度某县某局⏎部门整体支出绩效自评报告",
    ]
    assert "待填" not in report()


def test_a_long_name_leaves_the_year_on_a_line_of_its_own() -> None:
    name = "某省某市某县自然资源和规划局经济开发区分局"
    assert f"2023年度⏎{name}⏎部门整体支出绩效自评报告" in report({k("unit", "name"): name})


def test_something_to_fill_in_makes_a_draft_whatever_the_conclusion() -> None:
    said = report(without=("use",))
    assert said.startswith("草　稿\n本稿尚不能报送：待填2处。详见核对结果。\n")
    assert "【待填：自评结果应用情况】【待填：公开情况】。" in said


def test_a_report_without_a_date_leaves_room_for_it() -> None:
    changed = {key: value for key, value in book().items() if key.row != "report_date"}
    assert "\n　　年　月　日\n" in written(changed)


# ---------------------------------------------------------------- 一


MOVES = {k("change", "recruited"): 0, k("change", "retired"): 1}


def test_staff() -> None:
    said = report()
    assert (
        "截至2023年末，某县某局核定编制21人，实有在职人员19人，在职人员控制率90.48%，其中行政人员11人、事业人员8人。"
        "在职人员较2022年末的20人减少1人。退休人员4人，较上年末增加1人。"
    ) in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({k("staff", "civil", "staff"): 12}, "在职人员与2022年末持平。"),
        ({k("staff", "civil", "staff"): 0}, "实有在职人员8人，在职人员控制率38.10%，均为事业人员。"),
        (
            {k("staff", "civil", "posts"): 5, k("change", "over_reason"): "原因：军转安置。"},
            "在职人数超出核定编制5人，原因是军转安置。",
        ),
        ({k("staff", "civil", "posts"): 5}, "在职人数超出核定编制5人。"),
        ({k("others", "contract", "now"): 3}, "另有编外聘用人员3人，不计入在职人数。"),
        ({k("pensioners", "retired", "now"): 0}, "减少1人。无离退休人员。"),
        ({k("pensioners", "retired", "now"): 3}, "退休人员3人，与上年末持平。"),
        (
            {k("pensioners", "retired", "reason"): "1人到龄"},
            "退休人员4人，较上年末增加1人，主要原因是1人到龄。",
        ),
        (
            {k("change", "reason"): "1.退休！；2.调出。"},
            "减少1人，主要原因：一是退休；二是调出。退休人员",
        ),
        ({k("change", "reason"): "退休！。"}, "减少1人，主要原因是退休。退休人员"),
        ({k("change", "reason"): "退休……。"}, "减少1人，主要原因是退休。退休人员"),
        ({k("change", "reason"): "原因详见附件1"}, "减少1人。退休人员"),
        ({k("change", "reason"): "原因："}, "减少1人。退休人员"),
        ({**MOVES, k("change", "reason"): "1人退休"}, "减少1人，主要原因是1人退休。"),
        # who joined and left does not add up to the change: so it is no reason, but it may stand there
        (
            {**MOVES, k("change", "recruited"): 5, k("change", "reason"): "1人退休"},
            "减少1人，1人退休。退休人员",
        ),
        (
            {**MOVES, k("change", "recruited"): 5, k("change", "reason"): "主要原因是：1.退休1人；2.招录5人"},
            "减少1人，一是退休1人；二是招录5人。退休人员",
        ),
        ({**MOVES, k("change", "recruited"): 5}, "减少1人。退休人员"),
        (
            {k("change", "retired"): 3, k("change", "reason"): "退休3人，招录2人"},
            "减少1人，主要原因是退休3人，招录2人。",
        ),
        ({k("change", "net"): 9, k("change", "reason"): "无"}, "在职人员较2022年末的20人减少1人。"),
    ],
)
def test_staff_cases(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


def test_staff_says_nothing_of_what_is_blank() -> None:
    said = report(without=("pensioners", "staff"))
    assert "截至2023年末，某县某局实有在职人员【待填：年末在职人数】。\n" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({}, "本次自评范围为某县某局本级，无所属预算单位。"),
        ({k("subunits", "subunit", "name", 1): "甲所"}, "本次自评范围为某县某局本级，不含所属预算单位。"),
        (
            {
                k("unit", "scope"): "部门汇总",
                k("subunits", "subunit", "name", 1): "甲所",
                k("subunits", "subunit", "included", 1): "是",
                k("subunits", "subunit", "name", 2): "乙所",
                k("subunits", "subunit", "included", 2): "否",
            },
            "纳入本次自评的预算单位共2家，为某县某局本级、甲所。",
        ),
        ({k("unit", "scope"): "汇总"}, "\n本次自评范围为【待填：自评口径】。\n"),
        ({k("unit", "scope"): ""}, "\n本次自评范围为【待填：自评口径】。\n"),
        ({k("unit", "scope"): "部门汇总"}, "本次自评范围为某县某局本级及所属预算单位。"),
        ({k("duties", "organisation"): "内设3个股室。"}, "机构设置：内设3个股室。"),
        ({k("duties", "duties"): "甲。\n\n　　乙。"}, "\n甲。\n乙。\n"),
    ],
)
def test_duties_and_scope(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


# ---------------------------------------------------------------- 二


def test_basic_and_project() -> None:
    said = report()
    assert (
        "2023年度基本支出210.00万元，其中人员经费165.00万元、公用经费45.00万元。按支出经济分类，工资福利支出155.00万元、"
        "商品和服务支出45.00万元、对个人和家庭的补助10.00万元，主要用于发放工资。"
        "基本支出较年初预算200.00万元增加10.00万元，增长5.00%。\n"
    ) in said
    assert (
        "2023年度项目支出103.50万元，共实施项目2个，分别为办案业务73.50万元、平台运维30.00万元。"
        "项目支出年初预算100.00万元，全年预算120.00万元，执行率86.25%。\n"
    ) in said


REASON = k("projects", "project", "reason", 1)
SPENT, CARRIED = (k("projects", "project", column, 2) for column in ("executed", "carryover"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({k("basic", "total", "reason"): "主要原因是增资。"}, "增长5.00%，主要原因是增资。\n"),
        (
            {k("basic", "operating", "reason"): "维修增加"},
            "公用经费较年初预算40.00万元增加5.00万元，增长12.50%，主要原因是维修增加。",
        ),
        (
            {k("sources", "general", "reason"): "年中追加"},
            "一般公共预算支出较年初预算300.00万元增加13.50万元，增长4.50%，主要原因是年中追加。",
        ),
        (
            {REASON: "案件跨年", k("projects", "project", "reason", 2): "工作需要"},
            "执行率86.25%。分项目看，办案业务较年初预算增加13.50万元，主要是案件跨年。",
        ),
        (  # the larger difference first, the semicolon parts projects alone
            {
                REASON: "案件跨年；人手少。",
                k("projects", "project", "reason", 2): "因采购流标所致",
                SPENT: 10,
            },
            "分项目看，一是平台运维较年初预算减少30.00万元，主要是采购流标；"
            "二是办案业务较年初预算增加13.50万元，主要是案件跨年，人手少。",
        ),
        (
            {REASON: "上级年中下达", k("projects", "project", "initial", 1): 0},
            "分项目看，办案业务年初未安排预算，支出73.50万元，主要是上级年中下达。",
        ),
        (  # as budgeted at first: its reason is why it was slow
            {k("projects", "project", "reason", 2): "合同未到期", SPENT: 40, CARRIED: 20},
            "分项目看，平台运维全年预算60.00万元、执行40.00万元，执行率66.67%，主要是合同未到期。",
        ),
        (
            {k("projects", "project", "reason", 2): "采购流标", SPENT: 0},
            "分项目看，平台运维当年未形成支出，主要是采购流标。",
        ),
        (
            {k("basic", "total", "last"): 180},
            "增长5.00%。基本支出较上年180.00万元增加30.00万元，增长16.67%。\n",
        ),
        ({k("duties", "project_uses"): "专款专用"}, "\n专款专用。\n"),
        (
            {k("split", "general", "initial_basic"): 0},
            "基本支出年初未安排预算，系年中追加安排。",
        ),
        (
            {k("split", "general", "initial_project"): 0, k("split", "general", "full_project"): 0},
            "项目支出年初未安排预算，全年预算0.00万元。",
        ),
        ({k("split", "general", "executed_project"): 200}, "项目支出200.00万元，其中办案业务73.50万元、"),
        ({k("split", "general", "executed_project"): 90}, "项目支出90.00万元，其中办案业务73.50万元、"),
        (
            {k("split", "general", "executed_project"): 0},
            "我局2023年度无一般公共预算项目支出。年初预算100.00万元，当年未形成支出。",
        ),
        (
            {k("split", "general", "executed_basic"): 0},
            "我局2023年度无一般公共预算基本支出。",
        ),
        (
            {
                k("sources", "general", "executed"): -3,
                k("split", "general", "executed_basic"): -3,
                k("split", "general", "executed_project"): 0,
            },
            "2023年度一般公共预算支出-3.00万元，全部为基本支出。",
        ),
        (
            {
                k("sources", "general", "executed"): -1,
                k("split", "general", "executed_basic"): -3,
                k("split", "general", "executed_project"): 2,
            },
            "2023年度一般公共预算支出-1.00万元，其中基本支出-3.00万元、项目支出2.00万元。",
        ),
        (
            {REASON: "一是案件跨年；二是合同未到期"},
            "分项目看，办案业务较年初预算增加13.50万元，主要是案件跨年，合同未到期。",
        ),
        ({k("sources", "general", "executed"): 0}, "我局2023年度无一般公共预算支出。\n三、"),
    ],
)
def test_general_budget_cases(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


def test_one_project() -> None:
    one = {key: value for key, value in book().items() if not (key.block == "projects" and key.number == 2)}
    one[k("projects", "project", "executed", 1)] = 103.5
    assert "项目支出103.50万元，为办案业务项目支出103.50万元。" in written(one)


def test_projects_of_one_name_and_more_than_five() -> None:
    rows = {
        k("projects", "project", column, number): value
        for number in range(1, 8)
        for column, value in {
            "name": "人居环境整治" if number < 3 else f"项目{number}",
            "kind": "区县级专项" if number == 1 else "上级转移支付",
            "source": "一般公共预算拨款",
            "executed": 8 - number,
        }.items()
    }
    said = report({**rows, k("split", "general", "executed_project"): 28}, without=("projects",))
    assert (
        "项目支出28.00万元，共实施项目7个，主要包括人居环境整治（区县级专项）7.00万元、人居环境整治（上级转移支付）6.00万元、"
        "“项目3”5.00万元、“项目4”4.00万元、“项目5”3.00万元等。"
    ) in said


def three(**amounts: float) -> dict[Key, object]:
    """Lines of the three public expenses, as row_column."""
    pairs = ((name.rsplit("_", 1), value) for name, value in amounts.items())
    return {k("three", row, column): value for (row, column), value in pairs}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            three(running_executed=3, reception_executed=2, total_initial=6, total_last=5.5),
            "“三公”经费支出5.00万元，控制在年初预算6.00万元以内；其中公务接待费2.00万元、公务用车运行维护费3.00万元。"
            "“三公”经费支出较上年5.50万元减少0.50万元，下降9.09%。\n",
        ),
        (
            {**three(reception_executed=7, total_initial=6), k("three", "total", "reason"): "接待增多"},
            "“三公”经费支出7.00万元，较年初预算6.00万元超出1.00万元，原因是接待增多，全部为公务接待费。\n",
        ),
        (
            {
                **three(reception_executed=7, reception_initial=6),
                k("three", "reception", "reason"): "接待增多",
            },
            "公务接待费较年初预算6.00万元增加1.00万元，增长16.67%，主要原因是接待增多。\n",
        ),
        (
            {**three(purchase_executed=27.7, total_initial=0), k("three", "total", "reason"): "新购车辆"},
            "“三公”经费支出27.70万元，年初未安排预算，发生支出的原因是新购车辆，全部为公务用车购置费。",
        ),
        (
            {
                **three(reception_executed=5, total_initial=6, total_last=4),
                k("three", "total", "reason"): "接待增多",
            },
            "“三公”经费支出较上年4.00万元增加1.00万元，增长25.00%，主要原因是接待增多。\n",
        ),
        (three(total_executed=0), "我局2023年度无“三公”经费支出。\n"),
        (three(total_executed=5), "\n“三公”经费支出5.00万元。\n"),
        (
            three(vehicles_executed=4, reception_executed=1),
            "“三公”经费支出5.00万元，其中公务接待费1.00万元、公务用车购置和运行维护费4.00万元。",
        ),
    ],
)
def test_three_public_expenses(changes: Cells, sentence: str) -> None:
    said = report(changes)
    assert sentence in said.replace("；其中", "，其中") or sentence in said
    assert "三公" not in report()


# ---------------------------------------------------------------- 三 to 五

FUND = {
    k("sources", "fund", "initial"): 100,
    k("sources", "fund", "carryover"): 20,
    k("sources", "fund", "adjustment"): -10,
    k("sources", "fund", "executed"): 88,
}
ITEM = {k("fund_items", "item", "name", 1): "征地补偿", k("fund_items", "item", "executed", 1): 88}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {**FUND, **ITEM},
            "2023年度政府性基金预算年初安排100.00万元，上年结转20.00万元，年中追减10.00万元，全年预算110.00万元，"
            "支出88.00万元，执行率80.00%，用于征地补偿。详见附件4。",
        ),
        (
            {**FUND, **ITEM, k("fund_items", "item", "executed", 1): 50},
            "执行率80.00%，其中用于征地补偿50.00万元。",
        ),
        (
            {**FUND, k("sources", "fund", "reason"): "征地延后", k("duties", "fund_results"): "成效好。"},
            "执行率80.00%。支出与年初预算差异的主要原因是征地延后。绩效情况：成效好。详见附件4。",
        ),
        (
            {**FUND, k("unit", "carryover_included"): "是"},
            "年初安排100.00万元（含上年结转20.00万元），年中追减10.00万元，全年预算90.00万元，",
        ),
        (
            {
                **FUND,
                k("sources", "fund", "executed"): 0,
                k("sources", "fund", "closing"): 110,
                k("sources", "fund", "reason"): "项目未开工",
            },
            "全年预算110.00万元，当年未形成支出，原因是项目未开工，结转下年110.00万元。详见附件4。",
        ),
        ({k("sources", "fund", "executed"): 5}, "2023年度政府性基金预算支出5.00万元。详见附件4。"),
        (
            {k("sources", "fund", "initial"): 10, k("sources", "fund", "executed"): 5},
            "2023年度政府性基金预算年初安排10.00万元，支出5.00万元，为年初预算的50.00%。",
        ),
        (
            {k("sources", "fund", "initial"): 0, k("sources", "fund", "executed"): 5},
            "2023年度政府性基金预算年初未安排，支出5.00万元。",
        ),
        ({k("sources", "fund", "initial"): 10}, "支出【待填：政府性基金预算全年执行数】"),
        (
            {k("insurance_items", "item", "executed", 1): 5, k("insurance_items", "item", "name", 1): "工伤"},
            "2023年度社会保险基金预算支出5.00万元，用于工伤。基金收支由某县某局经办，不计入部门整体支出。详见附件6。",
        ),
    ],
)
def test_other_budgets(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


def test_nil_is_said_only_where_it_was_ticked() -> None:
    assert "我局2023年度无政府性基金预算支出。" in report()
    said = report({k("sources", "fund", "executed"): 0}, without=("fund_nil",))
    assert "三、政府性基金预算支出情况\n【待填：政府性基金预算支出情况】\n" in said


def test_figures_win_over_a_tick() -> None:
    assert "无政府性基金" not in report(FUND)


# ---------------------------------------------------------------- 六


def test_the_whole() -> None:
    assert (
        "2023年年初预算300.00万元，其中基本支出200.00万元（人员经费160.00万元、公用经费40.00万元）、项目支出100.00万元；"
        "上年结转10.00万元，年中追加20.00万元；全年预算330.00万元。全年执行313.50万元，预算执行率95.00%；"
        "全年执行数中，基本支出210.00万元（人员经费165.00万元、公用经费45.00万元）、项目支出103.50万元。\n"
    ) in report()


def test_general_budget_only_in_the_second_section_everything_in_the_sixth() -> None:
    fund = {**FUND, k("split", "fund", "executed_project"): 68, k("split", "fund", "executed_basic"): 20}
    said = report(fund)
    assert "2023年度一般公共预算支出313.50万元，" in said
    assert (
        "全年执行401.50万元，预算执行率91.25%；全年执行数中，基本支出230.00万元、项目支出171.50万元。" in said
    )
    assert "按资金来源分，一般公共预算313.50万元、政府性基金预算88.00万元。" in said


def test_no_rate_where_one_source_has_no_full_year_budget() -> None:
    """A sum over some of the sources would be the denominator of a wrong rate."""
    said = report({k("sources", "fund", "initial"): 10, k("sources", "fund", "executed"): 5})
    assert "本年支出为年初预算的102.74%" in said
    assert "预算执行率" not in said
    assert "等级" not in said
    assert "绩效指标自评得分为：产出指标50分（满分50分）、效益指标24分（满分30分）" in said


OTHER_CARRIED = k("sources", "other", "carryover")


def test_the_full_year_budget_is_that_of_annex_2() -> None:
    """Of a source whose nil cell is blank: either both say the number, or neither does."""
    other = {k("sources", "other", c): v for c, v in {"initial": 10, "adjustment": 0, "executed": 8}.items()}
    for more in ({}, {k("sources", "other", "carryover"): 0}, {k("sources", "total", "full"): 340}):
        typed = {**book(), **other, **more}
        full = filled(FORM, typed).number("request", "total", "full")
        said = written(typed)
        assert (full is None) is (not more)
        assert ("预算执行率" in said) is ("等级为" in said) is (full is not None)
        of = "，其中一般公共预算330.00万元、其他资金10.00万元" if OTHER_CARRIED in more else ""
        assert full is None or f"；全年预算340.00万元{of}。全年执行321.50万元，预算执行率94.56%" in said


def test_scores() -> None:
    assert (
        "部门整体支出自评得分93.5分，等级为“优”。其中预算执行率9.5分（满分10分）、产出指标50分（满分50分）、"
        "效益指标24分（满分30分）、满意度指标10分（满分10分）。"
        "共设三级指标3项，完成2项，未完成1项：挽回损失目标值≥100万元、实际完成80万元，原因是个别案件未执结。"
    ) in report()


SCORE, ACTUAL = k("indicators", "indicator", "score", 2), k("indicators", "indicator", "actual", 2)
QUALITATIVE = {
    k("indicators", "indicator", column, 2): value
    for column, value in {"operator": "定性", "target": "成效明显", "measure": ""}.items()
}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({SCORE: 30, ACTUAL: "120"}, "共设三级指标3项，全部完成。"),
        ({SCORE: 10, k("indicators", "indicator", "score", 1): 20}, "自评得分49.5分，等级为“差”。"),
        ({SCORE: "未定"}, "效益指标【待填：效益指标得分】（满分30分）"),
        ({k("request", "total", "score"): 10}, "预算执行率9.5分（满分10分）"),  # not more than the rate gives
        ({k("request", "total", "score"): 9}, "自评得分93分，等级为“优”。其中预算执行率9分"),
        (
            {ACTUAL: "有成效", **QUALITATIVE},
            "未完成或未得满分1项：挽回损失目标值“成效明显”、实际完成“有成效”，原因是个别案件未执结。",
        ),
        ({SCORE: 30}, "共设三级指标3项，完成2项，未完成1项：挽回损失目标值≥100万元、实际完成80万元"),
        ({SCORE: 30, k("indicators", "indicator", "approved", 2): "是"}, "共设三级指标3项，全部完成。"),
        ({SCORE: 30, ACTUAL: "八成"}, "共设三级指标3项。"),
        (
            {k("indicators", "indicator", "actual", 1): "若干"},
            "共设三级指标3项，其中未完成的有：挽回损失目标值≥100万元、实际完成80万元，原因是个别案件未执结。",
        ),
        ({SCORE: 30, ACTUAL: "未完成", **QUALITATIVE}, "完成2项，未完成或未得满分1项：挽回损失"),
        (
            {
                k("indicators", "indicator", "reason", 2): "个别案件未执结；将加强执行",
                k("indicators", "indicator", "score", 1): 20,
                k("indicators", "indicator", "actual", 1): "1",
                k("indicators", "indicator", "reason", 1): "人手不足；已补充",
            },
            "，原因是人手不足，已补充；二是挽回损失目标值≥100万元、实际完成80万元，原因是个别案件未执结，将加强执行。",
        ),
    ],
)
def test_score_cases(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


def test_no_indicators() -> None:
    assert "【待填：附件2】" in report(without=("indicators",))


def test_projects_with_and_without_a_sheet() -> None:
    assert "纳入自评的项目2个，涉及全年预算120.00万元、执行103.50万元。\n" in report()
    small = {
        k("projects", "project", "separate", 2): "否",
        k("projects", "project", "why_not", 2): "金额小，并入其他项目",
    }
    assert "另有1个项目30.00万元未单独填表，原因是金额小并入其他项目。" in report(small)
    none = {**small, k("projects", "project", "separate", 1): "否"}
    assert "纳入自评" not in report(none)
    assert "共有2个项目103.50万元未单独填写附件3，原因是金额小并入其他项目。" in report(none)


SECRET = {
    k("projects", "project", "separate", 2): "否",
    k("projects", "project", "why_not", 2): "涉密",
    k("projects", "project", "reason", 2): "合同未到期",
}


def test_secret_projects_are_in_the_totals_alone() -> None:
    said = report({**SECRET, REASON: "案件多"})
    assert "平台运维" not in said
    assert "个项目30.00万元" not in said
    assert "项目支出103.50万元，其中办案业务73.50万元。" in said
    assert "未单独填表" not in said
    assert said.count("涉密") == 1
    assert "\n另有1个涉密项目未在本报告正文中列示，其金额已包含在有关合计数中。\n" in said
    assert "涉密" not in report({**SECRET, k("unit", "secret"): "是"})
    none = report({**SECRET, k("projects", "project", "separate", 1): "否"})
    assert "共有1个项目73.50万元未单独填写附件3。" in none


def test_a_secret_project_is_not_named_by_its_fund() -> None:
    named = {k("fund_items", "item", "name", 1): "平台运维"}
    said = report({**FUND, **ITEM, **named, **SECRET})
    assert "支出88.00万元，执行率80.00%。详见附件4。" in said


def test_scores_of_projects() -> None:
    indicators = {
        k("project_indicators", "indicator", column, 1, copy): value
        for copy, points in ((1, 90), (2, 75))
        for column, value in {"first": "产出指标", "points": 90, "score": points}.items()
    }
    assert "自评90分以上1个、80—90分1个。" in report(indicators)


def test_work_keeps_the_lead_that_was_typed() -> None:
    assert "2023年度，我局整体工作完成情况如下：\n一是做了甲。\n二是做了乙。\n" in report()
    typed = report({k("achievements", "achievement", "text", 1): "主要工作如下："})
    assert "\n主要工作如下：\n二是做了乙。\n" in typed
    assert "整体工作完成情况" not in typed


# ---------------------------------------------------------------- 七 to 十 and the annexes


def test_problems_and_measures() -> None:
    said = report()
    assert "1.目标不细。原因：经验不足。\n2.支付偏慢。\n八、" in said
    assert "1.开展培训，由财务股于2024年9月30日前完成。\n2.按月通报。\n九、" in said


def test_only_problems_that_the_unit_accepted() -> None:
    slow = {k("projects", "project", "reason", 2): "合同未到期", REASON: "案件多"}
    assert "原因：经验不足。\n2.支付偏慢。\n八、" in report(slow)
    assert "偏慢" not in report(slow, without=("problems",))


LOW = {
    k("problems", "low", c): v for c, v in {"cause": "因合同未到期所致", "measure": "按月通报进度"}.items()
}


def test_low_execution_that_the_unit_accepts() -> None:
    """平台运维 30 of 40; 办案业务 73.5 of 80. Never without a measure, never where nothing was slow."""
    said = report({**LOW, k("problems", "low", "who"): "财务股", k("problems", "low", "when"): "2024年9月"})
    assert "\n3.平台运维预算执行率偏低（执行率75.00%）。原因：合同未到期。\n八、" in said
    assert "\n3.按月通报进度，由财务股于2024年9月底前完成。\n九、" in said
    assert "执行率偏低" not in report({**LOW, k("problems", "low", "measure"): "无"})
    assert "执行率偏低" not in report({**LOW, SPENT: 40})
    several = report({**LOW, k("projects", "project", "executed", 1): 60})
    assert "3.部分项目预算执行率偏低（办案业务、平台运维2个，执行率75.00%）。" in several
    more = {
        k("projects", "project", column, 3): value
        for column, value in {"name": "档案", "full": 50, "executed": 40}.items()
    }
    assert "（办案业务等3个，执行率66.25%—80.00%）。" in report(
        {**LOW, **more, k("projects", "project", "executed", 1): 53}
    )


def test_problems_that_were_numbered_as_一是() -> None:
    ranked = {
        k("problems", "problem", "problem", 1): "一是目标不细",
        k("problems", "problem", "problem", 2): "二是支付偏慢",
        k("problems", "problem", "measure", 1): "一是开展培训；二是编制手册",
    }
    said = report(ranked)
    assert "\n1.目标不细。原因：经验不足。\n2.支付偏慢。\n八、" in said
    assert "\n1.开展培训；编制手册，由财务股于2024年9月30日前完成。\n2.按月通报。" in said


OTHER = {k("sources", "other", c): v for c, v in {"initial": 10, "carryover": 0, "adjustment": 0}.items()}


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (  # 3.00 of 16.50: it does not stand for the whole change
            {k("sources", "other", "executed"): 13, k("sources", "other", "reason"): "上级拨入运行补助"},
            "全年执行数较年初预算310.00万元增加16.50万元，增长5.32%，其中一般公共预算增加13.50万元、"
            "其他资金增加3.00万元；其他资金增加的主要原因是上级拨入运行补助。\n",
        ),
        (  # 66.50 of 80.00
            {k("sources", "other", "executed"): 76.5, k("sources", "other", "reason"): "上级拨入运行补助"},
            "增加80.00万元，增长25.81%；其中其他资金较年初预算10.00万元增加66.50万元，增长665.00%，"
            "主要原因是上级拨入运行补助。\n",
        ),
        (
            {k("sources", "other", "executed"): 13, k("sources", "total", "reason"): "年中追加"},
            "增加16.50万元，增长5.32%，主要原因是年中追加。\n",
        ),
    ],
)
def test_a_reason_stands_for_a_change_that_it_covers(changes: Cells, sentence: str) -> None:
    assert sentence in report({**OTHER, **changes})


def test_no_problem_is_never_said_by_ourselves() -> None:
    said = report(without=("problems",))
    assert "【待填：存在的问题及原因分析】" in said
    assert "【待填：下一步改进措施】" in said


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {},
            "自评结果拟作为编制下年度预算的依据。自评报告及附表拟于2024年7月31日前在县政府网站公开。",
        ),
        ({k("use", "text"): "并与考核挂钩。"}, "自评结果拟作为编制下年度预算的依据，并与考核挂钩。"),
        ({k("use", "purpose"): "", k("use", "text"): "与考核挂钩"}, "\n与考核挂钩。自评报告"),
        ({k("use", "place"): "在县政府网站公开"}, "日前在县政府网站公开。"),
        (
            {k("use", "with_accounts"): "是", k("use", "date"): ""},
            "的依据。自评报告及附表拟随2023年度部门决算在县政府网站一并公开。",
        ),
        (
            {k("use", "purpose"): "编制下年度预算、完善管理"},
            "自评结果拟作为编制下年度预算、完善管理的依据。",
        ),
        ({k("use", "place"): "不公开"}, "的依据。自评报告及附表不予公开。\n"),
        ({k("use", "place"): "不予公开。"}, "的依据。自评报告及附表不予公开。\n"),
        ({k("use", "place"): "涉密"}, "的依据。自评报告及附表不予公开。\n"),
        ({k("use", "place"): "因涉密，不对外公开"}, "的依据。自评报告及附表不予公开。\n"),
        (
            {k("use", "place"): "不公开", k("unit", "secret"): "是"},
            "的依据。因涉及国家秘密，本报告不予公开。\n",
        ),
        ({k("use", "place"): "无"}, "拟于2024年7月31日前在【待填：拟公开的网站或位置】公开。"),
        ({k("use", "place"): "无", k("use", "date"): ""}, "的依据。【待填：公开情况】。"),
        ({k("unit", "secret"): "是"}, "的依据。因涉及国家秘密，本报告不予公开。"),
    ],
)
def test_use(changes: Cells, sentence: str) -> None:
    assert sentence in report(changes)


def test_remarks() -> None:
    last = "十、其他需要说明的情况\n"
    assert f"{last}本报告数据为2023年度部门决算批复数。\n附件：" in report()
    assert f"{last}无其他需要说明的情况。\n" in report({k("unit", "basis"): "", k("use", "remarks"): "无。"})
    assert f"{last}甲。\n乙。\n本报告" in report({k("use", "remarks"): "甲。\n乙。"})


def test_rounding_note_only_where_rounding_explains_it() -> None:
    note = "因四舍五入"
    assert note not in report()
    assert note in report({k("basic", "personnel", "executed"): 165.01})
    assert note not in report({k("basic", "personnel", "executed"): 174})


def test_explanations_to_the_bureau_stay_out() -> None:
    told = {
        k("explanations", "explanation", c, 1): v for c, v in {"rule": "B-09", "reason": "口径不同"}.items()
    }
    assert "口径不同" not in report(told)


def test_annexes() -> None:
    assert "\n3.项目支出绩效自评表（共2张）\n" in report()
    one = report({k("projects", "project", "separate", 2): "否"})
    assert "\n3.项目支出绩效自评表（共1张）\n" in one
    none = {k("projects", "project", "separate", number): "否" for number in (1, 2)}
    assert "\n3.项目支出绩效自评表（未单独填报）\n" in report(none)
    assert "\n3.项目支出绩效自评表（未单独填报）\n" in report(without=("projects",))


# ---------------------------------------------------------------- hostile texts, Word itself

HOSTILE = "甲 & <乙> \"'丙 {{ 7*7 }} {% if 1 %} {# 注 #} {_{ x }_} {_% y %_} </w:t></w:r>"
HOSTILE_KEYS = [
    k("unit", "name"),
    k("duties", "duties"),
    k("change", "reason"),
    k("projects", "project", "name", 1),
    k("achievements", "achievement", "text", 1),
    k("problems", "problem", "problem", 1),
    k("use", "place"),
]


@pytest.mark.parametrize("key", HOSTILE_KEYS, ids=lambda key: f"{key.block}.{key.row}.{key.column}")
def test_hostile_text_is_literal(key: Key) -> None:
    assert HOSTILE in report({key: HOSTILE})


def test_control_characters_and_line_ends() -> None:
    assert "\n甲乙 丙\n丁\n" in report({k("duties", "duties"): "甲\x00\ud800乙\t丙\r\n丁\ufffe"})


@pytest.mark.parametrize(
    "key", [*HOSTILE_KEYS, k("use", "remarks"), k("sources", "general", "reason")], ids=lambda key: f"{key}"
)
def test_a_text_longer_than_a_cell_can_hold(key: Key) -> None:
    """Excel cannot hold it; whatever hands it over gets a report all the same."""
    assert "长" * 32_000 in report({key: "长" * 40_000})


def test_only_texts_stand_in_the_document() -> None:
    with pytest.raises(TypeError, match="not a text"):
        docx_text(None)  # type: ignore[arg-type]


def test_what_is_to_fill_in_is_highlighted() -> None:
    content = narrate(filled(FORM, seed()), WRONG)
    document = Document(io.BytesIO(content))
    runs = [run for paragraph in document.paragraphs for run in paragraph.runs]
    marked = [run.text for run in runs if run.style.name == "待填"]
    assert marked == ["【待填：自评口径】", "【待填：附件2】"]
    assert not [run.text for run in runs if "待填" in run.text and run.text not in marked]


def test_properties_are_constants() -> None:
    properties = Document(io.BytesIO(narrate(filled(FORM, book()), READY))).core_properties
    assert (properties.title, properties.author, properties.last_modified_by) == (
        "部门整体支出绩效自评报告",
        "",
        "",
    )
    assert properties.modified is not None
    assert properties.modified.year == 2024


def test_the_same_filing_gives_the_same_bytes() -> None:
    first, second = (narrate(filled(FORM, book()), READY) for _ in range(2))
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {info.date_time for info in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not [name for name in package.namelist() if "stylesWithEffects" in name or "customXml" in name]


# ---------------------------------------------------------------- whatever is filled in

NEVER = (
    *("增加-", "减少-", "增长-", "下降-", "None", "nan", "Fraction", "{{", "{%"),
    *(
        "主要原因是主要原因是",
        "原因是。",
        "原因是，",
        "原因是原因",
        "，。",
        "，，",
        "、。",
        "、、",
        "。。",
        "；。",
        "（）",
    ),
)
TEXTS = ("。", "无", "甲\n乙。", "\u200b", "1、甲；", "（一）甲，")
REASONS = ("主要原因是", "主要原因是资金下达较晚。", "同上", "由于天气", "原因：雨季；", *TEXTS)


def odd_values(seed: int) -> dict[Key, object]:
    """A random book whose texts are those that people really leave in such cells."""
    dice, typed = Random(seed), random_values(FORM, seed, texts=True)
    for key in typed:
        field = FORM.block(key.block).fields[key.row, key.column]
        if field.kind in (Kind.TEXT, Kind.PARAGRAPH) and not field.choices and dice.random() < 0.5:
            of_reason = key.column in ("reason", "cause") or "reason" in key.row
            typed[key] = dice.choice(REASONS if of_reason else TEXTS)
    return typed


@given(st.integers(0, 10**6))
@settings(max_examples=25, deadline=None)
def test_no_filling_makes_it_say_nonsense(seed: int) -> None:
    filing = filled(FORM, odd_values(seed))
    said = body_of(narrate(filing, conclude(filing, [], [])))
    assert not [words for words in NEVER if words in said]
    assert not [line for line in said.splitlines() if not line.strip()]
    assert said.startswith("草") or "待填" not in said


def test_dates_are_written_without_leading_zeros() -> None:
    assert "\n2024年6月5日\n" in report({k("unit", "report_date"): date(2024, 6, 5)})
