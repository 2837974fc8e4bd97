"""docs/rules.md: the rule book for people, made of what the program knows of each rule, with tolerances tried on it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from selfeval_xl.checking.runner import check
from selfeval_xl.findings import Result, Rule
from selfeval_xl.forms import Form
from selfeval_xl.forms.settings import shown as shown_setting
from selfeval_xl.money import WAN, fixed, half_step, plain
from selfeval_xl.writing.template.filling import filled
from tests.books import values

FAMILIES = {
    "A1": "附件1：财政供养人员、经费控制、厉行节约",
    "A2": "附件2：部门整体支出绩效自评表",
    "A3": "附件3：项目支出绩效自评表",
    "A4": "附件4—6：基金、国资、社保",
    "B": "基本情况、收支情况、文字材料",
    "N": "报告审校：手写的自评报告",
    "R": "读表：文件本身的问题",
    "W": "与决算、预算等文件对照",
    "S": "得分与等级",
    "X": "表与表之间",
}


@dataclass(frozen=True)
class Trial:
    """A tolerance tried on the program: what is typed, in words and as a book, and the rule and column judging it."""

    typed: str
    book: str
    rule: str
    about: str

    def result(self, form: Form) -> Result:
        """What the program says of it."""
        results = check(filled(form, values(form, self.book)))
        mine = (r for r in results if (r.rule.id, r.about) == (self.rule, self.about) and r.left is not None)
        return next(mine)


def _operating(whole: str, part: str, unit: str = "万元") -> Trial:
    return Trial(
        f"公用经费 {whole}，商品和服务支出 {part}，资本性支出 0（{unit}，共三个数）",
        f"## 一、单位信息\n- 填报金额单位：{unit}\n## 三、一般公共预算基本支出\n"
        f"| 支出经济分类 | 2023年决算数 |\n|---|---|\n| 公用经费 | {whole} |\n| 商品和服务支出（302） | {part} |\n"
        "| 资本性支出（310） | 0 |\n",
        "B-05",
        "2023年决算数",
    )


def _sources(total: str) -> Trial:
    parts = {"一般公共预算拨款": "1118.25", "政府性基金预算拨款": "428.75", "国有资本经营预算拨款": "6.41"}
    parts |= {"财政专户管理资金": "12.38", "其他资金": "35.27"}
    lines = "".join(f"| {name} | {part} |\n" for name, part in {**parts, "资金来源合计": total}.items())
    return Trial(
        f"五个资金来源 {'、'.join(parts.values())}，合计 {total}（万元，共六个数）",
        f"## 一、资金来源与预算执行\n| 资金来源 | 全年执行数 |\n|---|---|\n{lines}",
        "B-11",
        "全年执行数",
    )


TRIALS = (
    _operating("67.56", "67.57"),
    _operating("67.561", "67.572"),
    _operating("675600", "675700", "元"),
    _sources("1601.06"),
    _sources("1601.09"),
    _sources("1601.10"),
)


def rule_book(rules: Sequence[Rule], form: Form) -> str:
    """The whole page, in Chinese."""
    return "\n".join((*_top(), *_tolerance(form), *_explaining(), *_overlays(form), *_rules(rules))) + "\n"


def _top() -> Iterator[str]:
    yield "# 核对规则"
    yield ""
    yield "（由 `tests/build.py` 从程序生成，不要手改。）核对结果的“规则说明”、"
    yield "命令 `selfeval rules` 和 `selfeval rules X-01` 说的是同样的话。"
    yield ""
    yield "## 级别"
    yield ""
    yield "| 级别 | 意思 | 怎么办 |"
    yield "|---|---|---|"
    yield "| 错误 | 不可能正确 | 必须改正，否则报告为草稿 |"
    yield "| 警告 | 须有说法 | 改正，或在“差异原因”“核实说明”写明原因；读表的（R 开头）只能改正 |"
    yield "| 提示 | 请核对 | 写“必填”的要补填，其余供参考 |"
    yield ""
    yield "个别情形的级别与本页所列不同的，以核对结果为准。"
    yield ""
    yield "## 判定"
    yield ""
    yield "| 判定 | 意思 |"
    yield "|---|---|"
    yield "| 通过 | 相符 |"
    yield "| 尾差 | 不相等，但相差在四舍五入允许的范围内，只作提示 |"
    yield "| 不符 | 相差超出允许的范围，或不合规则 |"
    yield "| 无法核对 | 用到的格是空白或读不出；空白不当作 0 |"
    yield "| 不适用 | 没有这样的情形 |"
    yield "| 已说明 | 警告已写明原因 |"
    yield "| 待财政认定 | 错误已写明原因，且财政部门的调整方案允许说明；另行列出和计数 |"
    yield ""


def _tolerance(form: Form) -> Iterator[str]:
    low, high = 67_560_000, 67_570_000
    most, least = (fixed(Fraction(fen, WAN), 3) for fen in (low + half_step(low), high - half_step(high)))
    yield "## 允许的尾差"
    yield ""
    yield (
        "允许的尾差不是固定的数，由填报的小数位数算出：两位小数的万元数，真实数在前后 0.005 万元之间；"
        "三位小数前后 0.0005，四位小数前后 0.00005，五位及以上（精确到分）和按元填报的数不允许相差；"
        "人数不允许相差。勾稽式两边各数的“前后”相加，就是允许的尾差：两边的真实数有可能相等的为尾差，"
        f"不可能相等的才为不符。例如 67.56 最大可以是 {most}，67.57 最小可以是 {least}，两数可以相等。"
    )
    yield ""
    yield "| 填的数 | 规则 | 相差（万元） | 允许（万元） | 判定 |"
    yield "|---|---|---|---|---|"
    for trial in TRIALS:
        result = trial.result(form)
        gap, allowed = (plain(abs(n) / WAN) for n in (result.gap or Fraction(0), result.allowed))
        yield f"| {trial.typed} | {trial.rule} | {gap} | {allowed} | {result.status} |"
    yield ""
    yield "信息里的允许数按所填的小数位数写：允许 0.015 的，两位小数的数只可能相差 0.01，就写 0.01。"
    yield ""


def _explaining() -> Iterator[str]:
    yield "## 原因和核对码"
    yield ""
    yield "- 表里有“差异原因”一格的，原因写在那里，会进入报告相应段落。"
    yield (
        "- 其余的写在“核实说明”：把核对结果右边给出的“规则、位置、核对码”复制过去，再写原因。核实说明不进报告。"
        "没有核对码的也有效，但注明“未附核对码”。"
    )
    yield (
        "- 核对码由规则、所涉及的格和数（金额精确到 0.1 万元）算出：移动行列、只差尾数的不变；数改了就变，"
        "原来的说明随之失效，须重新说明。"
    )
    yield "- “无”“同上”“工作需要”之类不算原因。错误不能用说明代替改正，财政部门的调整方案另有规定的除外。"
    yield ""


def _overlays(form: Form) -> Iterator[str]:
    yield "## 财政部门的调整方案"
    yield ""
    yield (
        "财政部门可下发一个小文件（写法见 [forms.md](forms.md)），改动下列界限、分值分法和等级，改规则的级别，停用规则，"
        "允许对错误作说明（须附核对码）。用它生成的空白模板自带该方案，填报单位照常转换即可；也可以在转换时用 `--overlay` 指定。"
        "改了什么、理由是什么，逐条列在核对结果的“规则说明”；停用的规则不再出现在任何结果里。"
    )
    yield ""
    yield "| 设定 | 意思 | 现值 | 出处 |"
    yield "|---|---|---|---|"
    for key, name in form.setting_names.items():
        yield f"| `{key}` | {name.label} | {shown_setting(form.settings[key], name.unit)} | {name.source} |"
    yield ""
    yield (
        "规则的级别改了以后：按本级报的结果用新级别；个别情形原来就另定级别的，不变，但新级别更轻时跟着减轻。"
        "读表规则（R-）和 B-00 不能调整。"
    )
    yield ""


def _rules(rules: Sequence[Rule]) -> Iterator[str]:
    for family, title in FAMILIES.items():
        yield f"## {title}"
        yield ""
        for rule in (rule for rule in rules if rule.id.partition("-")[0] == family):
            yield f"### {rule.id} {rule.title}"
            yield ""
            yield f"- **级别**：{rule.level}"
            yield f"- **说明**：{rule.page}"
            yield f"- **依据**：{rule.basis}"
            yield f"- **怎么改**：{rule.remedy}"
            yield f"- **例**：{rule.example}"
            yield ""
