"""A bureau's overlay: what each part of it changes, what it may not say, and that a workbook carries it with it."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from selfeval_xl import catalogue, convert, examine, overlay, publish
from selfeval_xl.checking.concluding import Conclusion, conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.errors import FormError, UnusableFile
from selfeval_xl.findings import Level, Status
from selfeval_xl.forms import Form, Overlay, load, notice
from selfeval_xl.forms.vocabulary import LEVELS
from selfeval_xl.rules.register import REGISTER
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.build import ROOT, SAMPLES
from tests.documents import text_of
from tests.libreoffice import LibreOffice
from tests.test_cli import run

NAME = "区财政局.toml"
EXTENDS = 'extends = "hunan-2023"\n'
WHY = 'why = "区财绩〔2024〕3号"\n'
JUNSHAN = SAMPLES / "junshan-2023" / "填报.md"
OWN = SAMPLES / "区财政局-2023"


def laid(text: str) -> Form:
    return load(Overlay(NAME, EXTENDS + text))


def concluded(text: str, book: Path = JUNSHAN) -> Conclusion:
    form = laid(text)
    filing = filled(form, values(form, book.read_text("utf-8")))
    return conclude(filing, check(filing), ())


def told(text: str, book: Path = JUNSHAN) -> set[str]:
    """Level and rules of all that is broken or a residual."""
    open_ = (Status.BROKEN, Status.RESIDUAL)
    return {f"{f.level} {f.rule}" for f in concluded(text, book).findings if f.status in open_}


@dataclass(frozen=True)
class Change:
    """What an overlay changes in what the Junshan sample is told, and the line on it in 规则说明."""

    text: str
    gone: set[str]
    come: set[str]
    line: str


CHANGES = {
    "a judgement's level": Change(
        f'[rules."B-14"]\nlevel = "错误"\n{WHY}', {"警告 B-14"}, {"错误 B-14"},
        "规则 B-14 人减钱增：级别 警告 → 错误（理由：区财绩〔2024〕3号）",
    ),
    "an identity's level": Change(
        f'[rules."B-02"]\nlevel = "警告"\n{WHY}', {"错误 B-02"}, {"警告 B-02"},
        "规则 B-02 在职人员变动人数：级别 错误 → 警告（理由：区财绩〔2024〕3号）",
    ),
    "a check that deviates follows a milder rule": Change(
        f'[rules."A1-06"]\nlevel = "提示"\n{WHY}', {"警告 A1-06"}, {"提示 A1-06"},
        "规则 A1-06 项目支出与项目清单：级别 错误 → 提示（理由：区财绩〔2024〕3号）",
    ),
    "a check that deviates stays under a rule that is no milder than it": Change(
        f'[rules."A1-06"]\nlevel = "警告"\n{WHY}', set(), set(),
        "规则 A1-06 项目支出与项目清单：级别 错误 → 警告（理由：区财绩〔2024〕3号）",
    ),
    "an identity off, and no typed-over cell in its stead": Change(
        f'[rules."B-02"]\noff = true\n{WHY}', {"错误 B-02"}, set(),
        "规则 B-02 在职人员变动人数：停用（理由：区财绩〔2024〕3号）",
    ),
    "a judgement off": Change(
        f'[rules."B-20"]\noff = true\n{WHY}', {"提示 B-20"}, set(),
        "规则 B-20 问题、原因与改进措施一一对应：停用（理由：区财绩〔2024〕3号）",
    ),
    "a rule off that another leaves matters to: that one tells them": Change(
        f'[rules."B-14"]\noff = true\n{WHY}\n[rules."A1-06"]\noff = true\n{WHY}', {"警告 B-14", "警告 A1-06"}, set(),
        "规则 B-14 人减钱增：停用（理由：区财绩〔2024〕3号）",
    ),
    "a threshold": Change(
        "[settings]\nchange_rate = 0.90\n", {"警告 B-09"}, set(),
        "执行数与年初预算差异率界限，超过须说明：20% → 90%",
    ),
    "an amount": Change(
        "[settings]\nchange_amount = 4000\n", {"警告 B-09"}, set(),
        "执行数与年初预算差额界限，与差异率同时超过才须说明：5万元 → 4000万元",
    ),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_it_changes(change: Change) -> None:
    before = told("")
    assert before >= change.gone
    assert told(change.text) == before - change.gone | change.come
    form = laid(change.text)
    assert change.line in (*form.changes, *(rule.change for rule in catalogue(form)))


def test_a_rule_that_is_off_has_no_result_at_all() -> None:
    form = laid(f'[rules."B-02"]\noff = true\n{WHY}[rules."B-14"]\noff = true\n{WHY}')
    filing = filled(form, values(form, JUNSHAN.read_text("utf-8")))
    assert not {"B-02", "B-14"} & {result.rule.id for result in check(filing)}
    assert {"B-02", "B-14"} <= {rule.id for rule in catalogue(form) if rule.off}


def test_what_b_14_leaves_unsaid_when_it_is_off_is_told_by_b_09() -> None:
    def said(text: str) -> str:
        return "".join(f.message for f in concluded(text).findings if f.rule == "B-09")

    assert "人员经费执行619.61万元" not in said("")
    assert "人员经费执行619.61万元" in said(f'[rules."B-14"]\noff = true\n{WHY}')


def test_each_rule_follows_its_level() -> None:
    """A result at the rule's usual level takes the new one; another stays, unless the rule became milder still."""
    (rule,) = (j.rule for j in REGISTER if j.rule.id == "A2-04")
    assert rule.level is Level.ERROR
    told_levels = {
        new: [
            str(rule.under(laid(f'[rules."A2-04"]\nlevel = "{new}"\n{WHY}')).level_of(own))
            for own in (None, *Level)
        ]
        for new in LEVELS
    }
    assert told_levels == {
        "错误": ["错误", "错误", "警告", "提示"],
        "警告": ["警告", "警告", "警告", "提示"],
        "提示": ["提示", "提示", "提示", "提示"],
    }
    assert list(LEVELS) == [str(level) for level in Level]


# ── words, weights, what is asked for ───────────────────────────────────────────────────────────────────────


def test_words_and_what_is_required() -> None:
    form = laid(
        '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "executed", label = "全年支出数" }]\n'
        '[[sheet]]\nkey = "basics"\n[[sheet.block]]\nkey = "unit"\n'
        'rows = [{ key = "code", required = true, hint = "六位编码" }]\n'
    )
    assert form.block("sources").column("executed").label == "全年支出数"
    field = form.block("unit").fields["code", "value"]
    assert (field.required, field.hint) == (True, "六位编码")
    assert form.changes == (
        "“一、资金来源与预算执行”列“全年执行数”名称：“全年执行数” → “全年支出数”",
        "“一、单位信息”行“预算单位编码”必填：否 → 是",
        "“一、单位信息”行“预算单位编码”填写提示：（无） → “六位编码”",
    )


def test_grades_and_weights() -> None:
    form = laid(
        "[settings]\nexecution_points = 20\n"
        'patterns = [{ "产出指标" = 40, "效益指标" = 30, "满意度指标" = 10 }]\n'
        'grades = [{ from = 95, name = "优秀" }, { from = 0, name = "一般" }]\n'
    )
    filing = filled(form, values(form, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8")))
    assert filing.figure("request", "total", "points").number == 20
    assert "评价等级：优90分起、良80分起、中60分起、差0分起 → 优秀95分起、一般0分起" in form.changes
    assert "预算执行率分值：10分 → 20分" in form.changes


def test_another_way_to_score() -> None:
    """From an execution rate of 95 % on, all points."""
    form = laid(
        '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "score", is = "round(points * min(executed / full / 0.95, 1), 2)" }]\n'
    )
    filing = filled(form, values(form, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8")))
    assert filing.figure("request", "total", "rate").known > filing.form.setting("execution_floor")
    assert filing.figure("request", "total", "score").number == 10


def test_other_bands_of_qualitative_indicators() -> None:
    text = (
        '[settings]\nqualitative_bands = [{ from = 0.9, name = "达成" }, { from = 0.7, name = "部分达成" }, '
    )
    form = laid(text + '{ from = 0, name = "未达成" }]\n')
    assert [band["from"] for band in form.settings["qualitative_bands"]] == [0.9, 0.7, 0]
    assert form.changes == (
        "定性指标分档：得分占分值的比例，界限归上一档：达成80%起、部分达成60%起、未达成0%起 → "
        "达成90%起、部分达成70%起、未达成0%起",
    )


def test_points_without_any_cell(tmp_path: Path) -> None:
    """A formula of numbers alone has no cells that could be blank."""
    text = '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
    text += 'columns = [{ key = "points", is = "settings.total_points * 0.1" }]'
    form = laid(text)
    book = openpyxl.load_workbook(io.BytesIO(write_template(form)))
    formulas = [
        cell.value for row in book["附件2"].iter_rows() for cell in row if "(100*0.1)" in str(cell.value)
    ]
    assert formulas == ["=(100*0.1)"]


def test_an_empty_list_changes_nothing() -> None:
    empty = '[[sheet]]\nkey = "annex6"\n[[sheet.block]]\nkey = "insurance_nil"\nrows = []\n'
    assert laid(empty).sheets == load("hunan-2023").sheets


def test_the_year_is_still_a_parameter() -> None:
    form = load(Overlay(NAME, EXTENDS), 2025)
    assert form.block("basic").columns[0].label == "2024年决算数"
    assert (form.id, form.base, form.wording, form.changes) == ("hunan-2023", "hunan-2023", "hunan-2023", ())


def test_every_setting_has_a_name_and_a_unit() -> None:
    form = load("hunan-2023")
    assert set(form.setting_names) == set(form.settings)
    assert all(
        name.label and name.unit in ("%", "万元", "亿元", "分", "倍", "个", "")
        for name in form.setting_names.values()
    )


# ── what is refused ─────────────────────────────────────────────────────────────────────────────────────────

REFUSED = {
    "no base": ("", "缺少 extends"),
    "no such base": ('extends = "../secret"', "没有表样 ../secret，可用的有：hunan-2023"),
    "not TOML": ("extends = ", "不是合格的 TOML 文件"),
    "brackets without end": (EXTENDS + "a = " + "[" * 30_000, "套得太深"),
    "a dotted key without end": (EXTENDS + ".".join("a" * 8_000) + " = 1", "套得太深"),
    "a number of 400 digits": (EXTENDS + "[settings]\nchange_rate = " + "9" * 400, "有一个数太大"),
    "a number of 9,000 hexadecimal digits": (EXTENDS + "a = 0x" + "f" * 9_000, "有一个数太大"),
    "no value": (EXTENDS + "[settings]\nchange_rate = 0.3 万元", "第3行“change_rate = 0.3 万元”后面有多余的内容"),
    "no equals sign": (EXTENDS + "change_rate", "第2行“change_rate”键的后面缺少等号"),
    "Chinese quotes": (EXTENDS + "title = “方案”", "第2行“title = “方案””值的写法不对"),
    "a quote left open": (EXTENDS + 'title = "方案', "引号没有成对"),
    "one key twice": (EXTENDS + EXTENDS, "第2行“extends = \"hunan-2023\"”同一个键"),
    "a number without end": (EXTENDS + "a = " + "9" * 20_000, "不是合格的 TOML 文件"),
    "too long": (EXTENDS + "#" * 40_000, "最多 32767 个字"),
    "unknown key": (EXTENDS + "colour = 1", "方案中的 colour 不在词汇表内，可用：explained_errors、extends"),
    "structure": (
        EXTENDS + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\nhide = ["reason"]', "hide 不在词汇表内",
    ),
    "links": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "full", from = "sources.total.executed" }]', "from 不在词汇表内",
    ),
    "an amount by another way": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "full", is = "sources.total.executed" }]', "is 只能改得分和比率的算法",
    ),
    "a cell out of itself": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "rate", is = "score / 10" }, { key = "score", is = "rate * 10" }]', "绕回了它自己",
    ),
    "code": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "score", is = "open(points)" }]', "open",
    ),
    "a name that leads nowhere": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "score", is = "points * nowhere" }]', "nowhere 没有着落",
    ),
    "a misspelt sheet": (EXTENDS + '[[sheet]]\nkey = "anex2"', "sheet 中没有 anex2，表样里有：basics、accounts"),
    "a misspelt block": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "reqest"', "block 中没有 reqest，表样里有：request",
    ),
    "a misspelt column": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\ncolumns = [{ key = "scor" }]',
        "columns 中没有 scor，表样里有：initial",
    ),
    "a column asked for that there is not": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'rows = [{ key = "total", required = ["ful"] }]', "required 中没有 ful",
    ),
    "a block that is like another": (
        EXTENDS + '[[sheet]]\nkey = "annex3"\n[[sheet.block]]\nkey = "project_indicators"\n'
        'columns = [{ key = "name", label = "指标" }]', "请改 indicators 的",
    ),
    "one label twice": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "full", label = "年初预算数" }]', "年初预算数 出现两次",
    ),
    "a choice that says what amounts count as": (
        EXTENDS + '[[sheet]]\nkey = "basics"\n[[sheet.block]]\nkey = "unit"\n'
        'rows = [{ key = "money_unit", choices = ["万元", "亿元"] }]', "只能从 万元、元 中减少",
    ),
    "a list that sums compare with": (EXTENDS + '[lists]\nkinds = ["业务工作", "专项"]', "不能另加"),
    "yes in other words": (EXTENDS + '[lists]\nyes_no = ["有", "无"]', "不能另加"),
    "a list that there is not": (EXTENDS + '[lists]\ncolours = ["红"]', "lists 中没有 colours"),
    "a list longer than Excel takes": (
        EXTENDS + "[lists]\noperators = " + json.dumps([f"{n}个及以上" for n in range(60)], ensure_ascii=False), "255 个字",
    ),
    "unknown setting": (EXTENDS + "[settings]\nchange_rat = 0.3", "change_rat 不在表样的设定中，可用：execution_points"),
    "a percentage as 30": (EXTENDS + "[settings]\nchange_rate = 30", "百分数按小数写，30% 写 0.3"),
    "a text for a number": (EXTENDS + '[settings]\nchange_rate = "30%"', "不能是 30%"),
    "yes for a number": (EXTENDS + "[settings]\nchange_rate = true", "不能是 True"),
    "no number": (EXTENDS + "[settings]\nchange_rate = nan", "不能是 nan"),
    "less than nothing": (EXTENDS + "[settings]\nchange_amount = -5", "不能是 -5"),
    "weights that do not add up": (
        EXTENDS + '[settings]\npatterns = [{ "产出指标" = 50, "效益指标" = 50 }]', "合计应为 90 分",
    ),
    "a level of indicators that there is not": (
        EXTENDS + '[settings]\npatterns = [{ "产出" = 90 }]', "没有一级指标 产出，可用：产出指标",
    ),
    "grades that leave a gap": (EXTENDS + '[settings]\ngrades = [{ from = 60, name = "中" }]', "从 0 分起"),
    "a grade without a name": (EXTENDS + "[settings]\ngrades = [{ from = 0 }]", "要写 from 和 name"),
    "bands that leave a gap": (
        EXTENDS + '[settings]\nqualitative_bands = [{ from = 0.8, name = "达成" }, { from = 0.6, name = "部分达成" }]',
        "最低一档从 0 起",
    ),
    "bands the wrong way round": (
        EXTENDS + '[settings]\nqualitative_bands = [{ from = 0, name = "未达成" }, { from = 0.8, name = "达成" }]',
        "从高到低",
    ),
    "too few bands": (
        EXTENDS + '[settings]\nqualitative_bands = [{ from = 0.8, name = "达成" }, { from = 0, name = "未达成" }]',
        "应有：达成、部分达成、未达成",
    ),
    "a band without a bound": (EXTENDS + '[settings]\nqualitative_bands = [{ name = "达成" }]', "要写 from 和 name"),
    "a band in hundredths": (
        EXTENDS + '[settings]\nqualitative_bands = [{ from = 80, name = "达成" }]', "百分数按小数写",
    ),
    "points from 100 % on": (EXTENDS + "[settings]\npartial_floor = 1", "partial_floor 应小于 1"),
    **{
        f"is = {formula}": (
            EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
            f"columns = [{{ key = 'score', is = {json.dumps(formula, ensure_ascii=False)} }}]",
            said,
        )
        for formula, said in {
            "points * 0.1e400": "算式写法有误：points * 0.1e400",
            "points * 1e300": "其中的数太大",
            "'a'": "文字不能写成 Excel 公式",
            "points * (1 if unit.basis.value == 'a' else 2)": "条件不能写成 Excel 公式",
            "points / 0": "除数是 0",
            "points / settings.partial_floor": "除数是 0",
            "points / (1 - 1)": "除数是 0",
            "round(points, 0.5)": "位数为 0 至 10 的整数",
            "round(points, 999999999)": "位数为 0 至 10 的整数",
            "round(points)": "位数为 0 至 10 的整数",
            "min()": "min() 里要写数",
            "banded(executed / full, 0.8, 5, 0.9, 10, 0)": "界限要从高到低写",
            "banded(banded(points, 1, 1, 0), 1, 1, 0)": "不能再用 banded()",
            "sum(projects.executed, colour='a')": "projects..colour 没有着落",
            "sum(projects.executed, kind=points)": "算式写法有误",
        }.items()
    },
    "a million rows": (
        EXTENDS + '[[sheet]]\nkey = "basics"\n[[sheet.block]]\nkey = "subunits"\nrows = [{ key = "subunit", many = 1000000 }]',
        "应在 1 至 200 之间",
    ),
    "lines of a row that stands alone": (
        EXTENDS + '[[sheet]]\nkey = "annex4"\n[[sheet.block]]\nkey = "fund_nil"\nrows = [{ key = "nil", many = 3 }]',
        "只有一行",
    ),
    "copies of a sheet that stands alone": (EXTENDS + '[[sheet]]\nkey = "annex4"\nrepeat = 3', "只有一张"),
    "a table among choices": (EXTENDS + '[lists]\nseconds = [{ key = "x" }]', "值类型不对"),
    "a column's is by column": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        'columns = [{ key = "rate", is = { rate = "1" } }]', "is 类型不对",
    ),
    "control characters": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\ntitle = "表\\u0007"', "控制字符",
    ),
    "a hint longer than Excel shows": (
        EXTENDS + '[[sheet]]\nkey = "annex2"\n[[sheet.block]]\nkey = "request"\n'
        f'columns = [{{ key = "full", hint = "{"长" * 300}" }}]', "最多 255 个字",
    ),
    "unknown rule": (EXTENDS + f'[rules."A9-77"]\noff = true\n{WHY}', "没有规则 A9-77"),
    "no rule at all": (EXTENDS + f'[rules."三公"]\noff = true\n{WHY}', "编号写法不对，应如 A1-05"),
    "a rule of reading": (EXTENDS + f'[rules."R-05"]\noff = true\n{WHY}', "规则 R-05 不能调整"),
    "what is required": (EXTENDS + f'[rules."B-00"]\noff = true\n{WHY}', "用 required 调整"),
    "unknown level": (EXTENDS + f'[rules."B-14"]\nlevel = "严重"\n{WHY}', "级别 严重 没有，可用：错误、警告、提示"),
    "no reason": (EXTENDS + '[rules."B-14"]\noff = true', "缺少 why"),
    "a reason that says nothing": (EXTENDS + '[rules."B-14"]\noff = true\nwhy = "无"', "why 请写明依据"),
    "level and off": (EXTENDS + f'[rules."B-14"]\nlevel = "提示"\noff = true\n{WHY}', "之一"),
    "neither": (EXTENDS + f'[rules."B-14"]\n{WHY}', "只能写 level"),
    "off as a word": (EXTENDS + f'[rules."B-14"]\noff = "是"\n{WHY}', "off 类型不对"),
    "a rule that is no table": (EXTENDS + '[rules]\n"B-14" = "提示"', "应是一组"),
    "a guide of one column": (EXTENDS + 'guide = [["第一步"]]', "guide 每一条要写"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """One sentence that names the file, the key and what is allowed."""
    path = tmp_path / NAME
    path.write_text(text, "utf-8")
    with pytest.raises(FormError) as refusal:
        overlay(path)
    sentence = str(refusal.value)
    assert said in sentence
    assert NAME in sentence or "没有表样" in sentence
    assert "\n" not in sentence or "TOML" in sentence
    sentence.encode("gbk")


def test_files_that_are_no_text(tmp_path: Path) -> None:
    for content, said in ((b"\xff\xfe\x00\x01", "UTF-8"), (b"#" * 200_000, "太大")):
        (tmp_path / NAME).write_bytes(content)
        with pytest.raises(FormError, match=said):
            overlay(tmp_path / NAME)
    with pytest.raises(FormError, match="打不开"):
        overlay(tmp_path / "没有.toml")


# ── 待财政认定 ──────────────────────────────────────────────────────────────────────────────────────────────


def explained(text: str, code: str) -> Conclusion:
    """Junshan's one error, explained in 核实说明 with this 核对码."""
    form = laid(text)
    row = f"| B-02 | {code} | 含下属单位划转人员，已报编办核定 |"
    book = JUNSHAN.read_text("utf-8") + (
        "\n## 核实说明（差异原因栏写不下、或没有原因栏的，写在这里）\n| 规则 | 核对码 | 原因 |\n|---|---|---|\n"
        + row
        + "\n"
    )
    filing = filled(form, values(form, book))
    return conclude(filing, check(filing), ())


CODE = next(f.code for f in concluded("").findings if f.rule == "B-02")
ALLOWED = "explained_errors = true\n"


@pytest.mark.parametrize(
    ("text", "code", "errors", "pending"),
    [
        pytest.param("", CODE, 1, 0, id="without an overlay an error stays one"),
        pytest.param("explained_errors = false\n", CODE, 1, 0, id="nor where it says no"),
        pytest.param(ALLOWED, CODE, 0, 1, id="with its code it waits for the bureau"),
        pytest.param(ALLOWED, "ABCDEFGH", 1, 0, id="with another code it has lapsed"),
        pytest.param(ALLOWED, "", 1, 0, id="without a code it does not count"),
    ],
)
def test_explained_errors(text: str, code: str, errors: int, pending: int) -> None:
    conclusion = explained(text, code)
    assert (conclusion.summary.errors, conclusion.summary.pending) == (errors, pending)
    listed = [f for f in conclusion.findings if f.rule == "B-02"]
    assert [(f.level, f.status is Status.PENDING) for f in listed] == [(Level.ERROR, bool(pending))]
    assert ("待财政认定 1 条" in conclusion.summary.sentence) == bool(pending)
    assert ("有错误" in conclusion.summary.sentence) == bool(errors)


# ── in the template, in the results ─────────────────────────────────────────────────────────────────────────

OFF = f'[rules."B-02"]\noff = true\n{WHY}[settings]\nchange_rate = 0.3\n'


def saved(path: Path, content: bytes, change: Callable[[Workbook], object] = lambda book: None) -> Path:
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    book.save(path)
    return path


def own_template(tmp_path: Path, change: Callable[[Workbook], object] = lambda book: None) -> Path:
    """The Junshan sample on a template under an overlay, as another program saved it."""
    form = laid(OFF)
    return saved(tmp_path / "填报.xlsx", fill(form, values(form, JUNSHAN.read_text("utf-8"))), change)


def test_a_workbook_carries_it(tmp_path: Path) -> None:
    form = examine(own_template(tmp_path)).filing.form
    assert form.overlay is not None
    assert form.overlay.name == "填报.xlsx 内的 区财政局.toml"
    assert form.overlay.code == Overlay(NAME, EXTENDS + OFF).code
    assert (form.setting("change_rate"), form.in_force("B-02")) == (laid(OFF).setting("change_rate"), False)


def test_comments_do_not_change_its_code() -> None:
    codes = {Overlay(NAME, text).code for text in (EXTENDS, "# 说明\n\nextends  =  'hunan-2023'\n")}
    assert len(codes) == 1
    assert Overlay(NAME, EXTENDS + OFF).code not in codes


GIVEN = {
    "the same": (EXTENDS + OFF, [], False),
    "the same but for comments": ("# 通知附件\n" + EXTENDS + OFF, [], False),
    "another: the one given goes first": (EXTENDS, ["R-20"], True),
}


@pytest.mark.parametrize(("text", "trouble", "b_02"), GIVEN.values(), ids=GIVEN)
def test_a_file_goes_before_what_the_workbook_carries(
    tmp_path: Path, text: str, trouble: list[str], b_02: bool
) -> None:
    outcome = examine(own_template(tmp_path), Overlay(NAME, text))
    findings = outcome.conclusion.findings
    assert [f.rule for f in findings if f.rule.startswith("R-")] == trouble
    assert any(f.rule == "B-02" for f in findings) == b_02


def test_a_form_that_is_named_keeps_what_the_workbook_carries(tmp_path: Path) -> None:
    assert not examine(own_template(tmp_path), load("hunan-2023")).filing.form.in_force("B-02")


def put(cell: str, value: object) -> Callable[[Workbook], object]:
    return lambda book: setattr(book["表样"][cell], "value", value)


DAMAGED = {
    "cut off": (put("C5", EXTENDS + "[rules"), "表样!C5", "内容被改动或删除"),
    "one word changed": (put("C5", EXTENDS + OFF.replace("0.3", "0.9")), "表样!C5", "内容被改动或删除"),
    "emptied": (put("C5", None), "表样!C5", "内容被改动或删除"),
    "its line deleted": (lambda book: book["表样"].delete_rows(5), "表样!C1", "内容被改动或删除"),
    "its code deleted": (put("C1", None), "表样!C5", "内容被改动或删除"),
    "code in its stead": (put("C5", "=HYPERLINK(1)"), "表样!C5", "内容被改动或删除"),
}


@pytest.mark.parametrize(("change", "place", "said"), DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_one_is_one_sentence(
    tmp_path: Path, change: Callable[[Workbook], object], place: str, said: str
) -> None:
    with pytest.raises(UnusableFile) as refusal:
        examine(own_template(tmp_path, change))
    for words in ("填报.xlsx", place, said, "空白模板"):
        assert words in str(refusal.value)


def test_a_forged_one_has_the_same_closed_vocabulary(tmp_path: Path) -> None:
    """Whoever works out a new 校验码 can say no more than an overlay may."""
    forged = Overlay(NAME, EXTENDS + f'[rules."R-05"]\noff = true\n{WHY}')

    def forge(book: Workbook) -> None:
        book["表样"]["C5"].value, book["表样"]["C1"].value = forged.text, forged.code

    with pytest.raises(UnusableFile, match="规则 R-05 不能调整"):
        examine(own_template(tmp_path, forge))


def test_a_hidden_one_without_end(tmp_path: Path) -> None:
    """A dotted key of 8,000 parts is as many tables within tables."""
    endless = EXTENDS + ".".join("a" * 8_000) + " = 1"

    def forge(book: Workbook) -> None:
        book["表样"]["C5"].value, book["表样"]["C1"].value = endless, "AAAAAAAA"

    with pytest.raises(UnusableFile, match="调整方案（表样!C5）不能用"):
        examine(own_template(tmp_path, forge))


@pytest.mark.libreoffice
def test_its_template_recalculates_without_the_lines_that_are_off(
    tmp_path: Path, soffice: LibreOffice
) -> None:
    path = tmp_path / "模板.xlsx"
    path.write_bytes(write_template(laid(OFF)))
    (out,) = soffice.convert([path], "xlsx", tmp_path / "另存")
    sheet = openpyxl.load_workbook(out, data_only=True)["即时核对"]
    rules = {str(row[0].value) for row in sheet.iter_rows(min_row=6) if row[0].value}
    verdicts = {str(row[6].value) for row in sheet.iter_rows(min_row=6) if row[0].value}
    plain = openpyxl.load_workbook(io.BytesIO(write_template(load("hunan-2023"))))["即时核对"]
    every = {str(row[0].value) for row in plain.iter_rows(min_row=6) if row[0].value}
    assert every - rules == {"B-02"}
    assert verdicts <= {"无法核对", "不适用", "通过"}
    assert examine(out).filing.form.overlay is not None


def test_the_results_say_what_was_changed(tmp_path: Path) -> None:
    files = convert(OWN / "填报.xlsx", tmp_path).files
    book = openpyxl.load_workbook(next(f for f in files if f.suffix == ".xlsx"))
    said = [str(row[0].value) for row in book["规则说明"].iter_rows()]
    form = examine(OWN / "填报.xlsx").filing.form
    lines = (*form.changes, *(rule.change for rule in catalogue(form) if rule.change))
    assert [f"{n}. {line}" for n, line in enumerate(lines, 1)] == [s for s in said if s[0].isdigit()]
    levels = {str(r[0].value): r[2].value for r in book["规则说明"].iter_rows() if r[2].value}
    assert (levels["A1-08"], levels["A1-05"], levels["S-04"]) == ("停用", "提示", "警告")
    assert not any(row[1].value == "A1-08" for row in book["核对底稿"].iter_rows())
    shown = book["核对结果"]
    assert str(shown["A5"].value).startswith(notice(form))
    assert [r[1].value for r in shown.iter_rows(min_row=8)][:3] == ["提示", "待财政认定", "待财政认定"]
    report = next(f for f in files if f.suffix == ".docx")
    assert "草稿" not in text_of(report.read_bytes())


def test_an_error_that_may_be_explained_has_a_line_to_paste(tmp_path: Path) -> None:
    form = Overlay(NAME, EXTENDS + ALLOWED)
    for given, pasted in ((None, ""), (form, CODE)):
        files = convert(JUNSHAN.with_suffix(".xlsx"), tmp_path, given).files
        sheet = openpyxl.load_workbook(files[0])["核对结果"]
        assert [str(r[13].value or "") for r in sheet.iter_rows() if r[3].value == "B-02"] == [pasted]


def test_the_public_report_under_an_overlay(tmp_path: Path) -> None:
    (report,) = publish(OWN / "填报.xlsx", tmp_path).files
    assert "核实说明" not in text_of(report.read_bytes())
    assert "由区财政统一收回" not in text_of(report.read_bytes())


def test_an_id_of_its_own_takes_the_words_of_its_base(tmp_path: Path) -> None:
    files = convert(JUNSHAN.with_suffix(".xlsx"), tmp_path, Overlay(NAME, EXTENDS + 'id = "区-2023"\n')).files
    assert "部门整体支出绩效自评报告" in text_of(files[1].read_bytes())


# ── as people run it ────────────────────────────────────────────────────────────────────────────────────────


def test_commands(tmp_path: Path) -> None:
    own = OWN / NAME
    assert run("template", "--overlay", own, "--out", tmp_path / "空白.xlsx").returncode == 0
    plain = run("check", JUNSHAN.with_suffix(".xlsx"), "--overlay", own)
    assert "按财政部门的调整方案 区财政局.toml（校验码" in plain.stdout.decode()
    data = json.loads(run("check", tmp_path / "空白.xlsx", "--json").stdout)
    assert data["overlay"]["code"] == Overlay(NAME, own.read_text("utf-8")).code
    listed = run("rules", "--overlay", own, encoding="gbk").stdout.decode("gbk")
    assert "A1-08  停用  " in listed
    assert "A1-05  提示（原为警告）  在职人员控制率" in listed
    page = run("rules", "a1-05", "--overlay", own).stdout.decode()
    assert "财政部门调整的理由：机构改革划转人员" in page
    assert "例：" in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--overlay", "没有.toml"), "打不开调整方案「没有.toml」"),
        (("--overlay", OWN / NAME, "--form", "hunan-1999"), "不是 --form 指明的 hunan-1999"),
    ],
)
def test_commands_refused(tmp_path: Path, arguments: tuple[object, ...], said: str) -> None:
    done = run("convert", JUNSHAN.with_suffix(".xlsx"), *arguments, "--out", tmp_path, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert not list(tmp_path.iterdir())


# ── the rule book ───────────────────────────────────────────────────────────────────────────────────────────


def test_every_rule_has_a_real_example() -> None:
    for rule in catalogue():
        assert rule.example, f"{rule.id}: python -m tests.build"
        rule.example.encode("gbk")


def test_the_rule_book_shows_every_rule_with_its_example() -> None:
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    for rule in catalogue():
        assert f"### {rule.id} {rule.title}\n" in page
        assert f"- **例**：{rule.example}\n" in page


def test_tolerances_in_the_rule_book() -> None:
    """As accounting has them; the page's figures are what the program says."""
    page = (ROOT / "docs" / "rules.md").read_text("utf-8")
    for line in (
        "67.56 最大可以是 67.565，67.57 最小可以是 67.565",
        "| 公用经费 67.56，商品和服务支出 67.57，资本性支出 0（万元，共三个数） | B-05 | 0.01 | 0.015 | 尾差 |",
        "| 公用经费 675600，商品和服务支出 675700，资本性支出 0（元，共三个数） | B-05 | 0.01 | 0 | 不符 |",
        "合计 1601.09（万元，共六个数） | B-11 | 0.03 | 0.03 | 尾差 |",
        "合计 1601.10（万元，共六个数） | B-11 | 0.04 | 0.03 | 不符 |",
    ):
        assert line in page
