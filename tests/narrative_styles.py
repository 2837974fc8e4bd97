"""A grammar of styles: one relation in many wordings, rendered from the same true figures, and slipped figure by figure.

Those below were at hand while the auditor was built; those of narrative_blind.json were written by a hand that had not seen
it and are reported apart. A wording names its figures in braces: {a} this year's, {b} the base's, {d} the difference, {r}
the rate, {p1} … parts, {w} the whole; `{up}` is 增加 or 减少 as the figures have it, {grow} 增长 or 下降.
"""

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from selfeval_xl.money import fixed

DIFFERENCES = """
2023年度{item}{a}万元，比上年{b}万元{up}{d}万元，{grow}{r}%。
{item}支出决算为{a}万元，较2022年的{b}万元{up}{d}万元，{grow}{r}%，主要原因是人员变动。
本年{item}{a}万元，上年为{b}万元，{up}{d}万元，{grow}{r}%。
与上年{b}万元相比，2023年{item}{a}万元，{up}了{d}万元，{grow}{r}%。
{item}决算数{a}万元，比年初预算数{b}万元{up}{d}万元，{grow}{r}%。
{item}全年支出{a}万元，同比{up}{d}万元（上年{b}万元），{grow}{r}%。
2022年{item}{b}万元，2023年{item}{a}万元，同比{up}{d}万元，{grow}幅度{r}%。
{item}由上年的{b}万元{up}到{a}万元，{up}{d}万元，{grow}{r}%。
{item}{a}万元，较上年决算数{b}万元{grow}{r}%，{up}额为{d}万元。
我局{item}实际支出{a}万元，与2022年度决算{b}万元相比{up}{d}万元，{updown}幅{r}%。
{item}支出{a}万元，对比上年度{b}万元，净{up}{d}万元，{grow}{r}%。
{item}共支出{a}万元，较上年同期{b}万元{up}{d}万元，同比{grow}{r}%。
2023年{item}{a}万元，2022年{b}万元，两年相差{d}万元，{grow}{r}%。
{item}支出合计{a}万元，和上年{b}万元比，{up}{d}万元，{grow}{r}个百分点以内，实际为{r}%。
今年{item}{a}万元，去年{b}万元，{up}{d}万元，{grow}率为{r}%。
全年{item}为{a}万元，年初预算为{b}万元，决算比预算{up}{d}万元，{grow}{r}%。
{item}{a}万元（上年{b}万元），{up}{d}万元，{grow}{r}%。
{item}决算{a}万元，较预算{b}万元{more}{d}万元，{grow}{r}%。
"""
SUMS = """
{item}{w}万元，其中：{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元。
{item}共计{w}万元，包括{n1}{p1}万元，{n2}{p2}万元，{n3}{p3}万元。
{item}{w}万元（{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元）。
{item}支出{w}万元，分别为：{n1}{p1}万元；{n2}{p2}万元；{n3}{p3}万元。
{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元，合计{w}万元。
{item}{w}万元。其中{n1}{p1}万元，{n2}{p2}万元，{n3}{p3}万元。
按用途分，{item}{w}万元由{n1}{p1}万元、{n2}{p2}万元和{n3}{p3}万元组成。
{item}决算{w}万元：{n1}{p1}万元，{n2}{p2}万元，{n3}{p3}万元。
{item}总额{w}万元，具体为{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元。
{item}{w}万元，构成如下：{n1}{p1}万元，{n2}{p2}万元，{n3}{p3}万元。
全年{item}{w}万元，一是{n1}{p1}万元，二是{n2}{p2}万元，三是{n3}{p3}万元。
{item}{w}万元，按性质分：{n1}{p1}万元，占比较大；{n2}{p2}万元；{n3}{p3}万元。
用于{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元，共{w}万元。
{item}合计{w}万元，其中{n1}为{p1}万元，{n2}为{p2}万元，{n3}为{p3}万元。
{item}{w}万元，其中:{n1}{p1}万元;{n2}{p2}万元;{n3}{p3}万元。
{item}为{w}万元，主要由{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元构成。
支出{w}万元，其中用于{n1}{p1}万元，用于{n2}{p2}万元，用于{n3}{p3}万元。
{item}{w}万元，按类别划分为{n1}{p1}万元、{n2}{p2}万元、{n3}{p3}万元三类。
"""
EXECUTIONS = """
{item}全年预算{b}万元，支出{a}万元，执行率{r}%。
{item}全年预算数{b}万元，全年执行数{a}万元，预算执行率为{r}%。
2023年{item}预算{b}万元，实际支出{a}万元，预算完成率{r}%。
{item}支出{a}万元，完成全年预算{b}万元的{r}%。
{item}调整预算数为{b}万元，决算数为{a}万元，执行率达{r}%。
{item}支出{a}万元，占全年预算{b}万元的{r}%。
安排{item}{b}万元，已支付{a}万元，支付率{r}%。
{item}预算执行率{r}%（全年预算{b}万元，执行{a}万元）。
下达{item}资金{b}万元，使用{a}万元，资金使用率{r}%。
{item}执行数{a}万元，预算数{b}万元，执行率{r}%。
{item}年度预算{b}万元，累计执行{a}万元，执行进度{r}%。
到位资金{b}万元，{item}实际使用{a}万元，使用率为{r}%。
{item}总预算{b}万元，当年完成支出{a}万元，支出进度{r}%。
本年{item}实际支出{a}万元÷全年预算{b}万元×100%={r}%。
{item}的全年预算为{b}万元，实际执行了{a}万元，预算执行率：{r}%。
"""
SHARES = """
{item}总支出{w}万元，{n1}{p1}万元，占{r}%；其余为其他支出。
{item}{w}万元，其中{n1}{p1}万元，占{item}的{r}%。
{n1}{p1}万元，占{item}{w}万元的{r}%。
在{w}万元{item}中，{n1}为{p1}万元，占比{r}%。
{item}{w}万元，{n1}{p1}万元，占总支出的{r}%。
{item}{w}万元，其中：{n1}{p1}万元，所占比重为{r}%。
{item}合计{w}万元，{n1}支出{p1}万元，占比为{r}%。
{n1}支出{p1}万元，占本年支出合计{w}万元的比重为{r}%。
{item}{w}万元，{n1}占{r}%，为{p1}万元。
{item}完成{w}万元，{n1}完成{p1}万元，占全部的{r}%。
{item}{w}万元，其中{n1}{p1}万元（占{r}%）。
{n1}{p1}万元，{item}{w}万元，前者占后者的{r}%。
"""
STAFF = """
上年末在职{b}人，本年招录{i1}人、调入{i2}人，调出{o1}人、退休{o2}人，年末在职{a}人，比上年{up}{d}人。
年末在职人员{a}人，上年末{b}人，招聘{i1}人，调入{i2}人，调出{o1}人，退休{o2}人，{up}{d}人。
在职人员{a}人，较上年末{b}人{up}{d}人，其中招录{i1}人、调入{i2}人、调出{o1}人、退休{o2}人。
年末实有在职人员{a}人。上年末为{b}人，当年新录用{i1}人、转入{i2}人、调离{o1}人、退休{o2}人，净{up}{d}人。
2022年末在职{b}人，2023年末在职{a}人，{up}{d}人，原因是招录{i1}人、调入{i2}人、调出{o1}人、退休{o2}人。
我局年末在职{a}人，比上年末的{b}人{up}{d}人（招录{i1}人，调入{i2}人，调出{o1}人，退休{o2}人）。
年初在职{b}人，年内增加{i1}人（招录）、{i2}人（调入），减少{o1}人（调出）、{o2}人（退休），年末{a}人，{up}{d}人。
截至2023年末，在职{a}人；上年末{b}人，全年考录{i1}人、选调{i2}人、调出{o1}人、退休{o2}人，{up}{d}人。
在职人数由上年末的{b}人变为{a}人，{up}{d}人，系招录{i1}人、调入{i2}人、调出{o1}人、退休{o2}人所致。
"""
KINDS = """
年末在职{w}人，其中行政人员{p1}人、事业人员{p2}人、工勤人员{p3}人。
实有在职人员{w}名：行政{p1}名，事业{p2}名，工勤{p3}名。
核定编制{w}名，其中：行政编制{p1}名，事业编制{p2}名，工勤编制{p3}名。
编制{w}人（行政{p1}人、事业{p2}人、工勤{p3}人）。
在职{w}人，按身份分：行政人员{p1}人，参公人员{p2}人，事业人员{p3}人。
在编在岗{w}人，分别是行政{p1}人、事业{p2}人、工勤{p3}人。
共有编制{w}个，包括行政编制{p1}个、事业编制{p2}个、后勤服务编制{p3}个。
行政编制{p1}名、事业编制{p2}名、工勤编制{p3}名，共计{w}名。
在职人员{w}人。其中：行政{p1}人；事业{p2}人；工勤{p3}人。
"""
COMPLETIONS = """
计划培训{b}人次，实际培训{a}人次，完成率{r}%。
年度目标{b}户，实际完成{a}户，完成率为{r}%。
应整改问题{b}个，已整改{a}个，整改率{r}%。
全年受理{b}件，办结{a}件，办结率{r}%。
计划新建公路{b}公里，实际建成{a}公里，完成年度计划的{r}%。
下达任务{b}亩，完成{a}亩，任务完成率达{r}%。
抽检{b}批次，合格{a}批次，合格率{r}%。
应检{b}人，实检{a}人，检查覆盖率{r}%。
完成改造{a}户，占计划{b}户的{r}%。
调处纠纷{b}起，成功{a}起，成功率为{r}%。
发放问卷{b}份，满意{a}份，满意度{r}%。
"""
SCORES = """
自评得分{w}分，其中：预算执行率{p1}分、产出指标{p2}分、效益指标{p3}分、满意度指标{p4}分。
综合得分{w}分：预算执行{p1}分，产出{p2}分，效益{p3}分，满意度{p4}分。
经自评，总得分为{w}分。其中预算执行率得{p1}分，产出指标得{p2}分，效益指标得{p3}分，满意度指标得{p4}分。
预算执行率（10分）得{p1}分，产出指标（50分）得{p2}分，效益指标（30分）得{p3}分，满意度指标（10分）得{p4}分，总分{w}分。
自评总分{w}分，预算执行{p1}分（满分10分）、产出指标{p2}分（满分50分）、效益指标{p3}分（满分30分）、满意度{p4}分（满分10分）。
整体支出绩效自评得分为{w}分（预算执行率{p1}分、产出指标{p2}分、效益指标{p3}分、满意度指标{p4}分）。
"""
RELATIONS = {
    "增减": DIFFERENCES, "合计": SUMS, "执行率": EXECUTIONS, "占比": SHARES, "人员增减": STAFF, "人员构成": KINDS,
    "完成率": COMPLETIONS,
    "得分": SCORES,
}  # fmt: skip
MONEY = ("基本支出", "项目支出", "公用经费", "人员经费", "城乡环境整治经费", "一般公共预算支出", "“三公”经费")
BLIND = Path(__file__).parent / "narrative_blind.json"
NAMES = (
    "道路养护",
    "设备购置",
    "宣传培训",
    "委托服务",
    "农村饮水工程",
    "执法办案",
    "信息系统运维",
    "办公费",
    "危房改造",
)


@dataclass(frozen=True)
class Rendered:
    """One wording with its figures: where each stands. `unseen`: of the other hand."""

    relation: str
    style: int
    unseen: bool
    text: str
    figures: dict[str, tuple[int, int]]

    def slipped(self, name: str, chance: random.Random) -> str:
        """The text with one digit of a figure changed, or two neighbours exchanged."""
        start, end = self.figures[name]
        number = self.text[start:end]
        return self.text[:start] + slip(number, chance) + self.text[end:]


def slip(number: str, chance: random.Random) -> str:
    digits = [at for at, sign in enumerate(number) if sign.isdigit()]
    while True:
        at = chance.choice(digits)
        if chance.random() < 0.3 and at != digits[-1]:
            after = digits[digits.index(at) + 1]
            signs = list(number)
            signs[at], signs[after] = signs[after], signs[at]
            other = "".join(signs)
        else:
            other = number[:at] + chance.choice("0123456789") + number[at + 1 :]
        if (
            other != number
            and not (other[0] == "0" and other[1:2].isdigit())
            and Fraction(other) != Fraction(number)
        ):
            return other


def rendered(seed: int) -> Iterator[Rendered]:
    """Every wording below once, with figures of the seed."""
    for relation, wordings in RELATIONS.items():
        for style, wording in enumerate(wordings.strip().splitlines()):
            chance = random.Random(f"{seed}-{relation}-{style}")
            yield _rendered(relation, style, wording, _figures(relation, chance))


def blind(seed: int) -> Iterator[Rendered]:
    """Every wording of the other hand once."""
    for relation, wordings in json.loads(BLIND.read_text("utf-8")).items():
        for style, wording in enumerate(wordings):
            chance = random.Random(f"{seed}-{relation}-{style}-blind")
            yield _rendered(relation, style, wording, _figures(relation, chance), unseen=True)


def _rendered(
    relation: str, style: int, wording: str, values: dict[str, str], unseen: bool = False
) -> Rendered:
    text, places = "", {}
    for literal, name in re.findall(r"([^{]*)(?:\{(\w+)\})?", wording):
        text += literal
        if name:
            said = values[name]
            if re.fullmatch(r"-?[\d.]+", said) and name not in places:
                places[name] = (len(text), len(text) + len(said))
            text += said
    return Rendered(relation, style, unseen, text, places)


def _figures(relation: str, chance: random.Random) -> dict[str, str]:
    item, names = chance.choice(MONEY), chance.sample(NAMES, 3)
    words = {"item": item, "n1": names[0], "n2": names[1], "n3": names[2]}
    match relation:
        case "增减":
            base = Fraction(chance.randint(2_000, 900_000), 100)
            now = Fraction(round(base * 100 * Fraction(chance.randint(62, 165), 100)), 100)
            return words | _change(now, base)
        case "合计":
            parts = [Fraction(chance.randint(300, 90_000), 100) for _ in range(3)]
            return (
                words
                | {"w": fixed(sum(parts, Fraction(0)))}
                | {f"p{n}": fixed(p) for n, p in enumerate(parts, 1)}
            )
        case "执行率":
            budget = Fraction(chance.randint(5_000, 900_000), 100)
            spent = Fraction(round(budget * 100 * Fraction(chance.randint(500, 999), 1000)), 100)
            return words | {"b": fixed(budget), "a": fixed(spent), "r": fixed(spent / budget * 100)}
        case "占比":
            whole = Fraction(chance.randint(50_000, 900_000), 100)
            part = Fraction(round(whole * 100 * Fraction(chance.randint(50, 900), 1000)), 100)
            return words | {"w": fixed(whole), "p1": fixed(part), "r": fixed(part / whole * 100)}
        case "人员增减":
            return _moves(chance)
        case "人员构成":
            parts_ = [chance.randint(11, 90), chance.randint(11, 400), chance.randint(2, 9)]
            return {"w": str(sum(parts_))} | {f"p{n}": str(p) for n, p in enumerate(parts_, 1)}
        case "完成率":
            target = chance.randint(120, 9_000)
            done = chance.randint(target * 7 // 10, target)
            return {"b": str(target), "a": str(done), "r": fixed(Fraction(done * 100, target))}
    scores = [
        Fraction(chance.randint(low, high), 100)
        for low, high in ((700, 999), (4000, 5000), (2400, 3000), (850, 1000))
    ]
    return {"w": fixed(sum(scores, Fraction(0)))} | {f"p{n}": fixed(s) for n, s in enumerate(scores, 1)}


def _change(now: Fraction, base: Fraction) -> dict[str, str]:
    up = now >= base
    return {
        "a": fixed(now), "b": fixed(base), "d": fixed(abs(now - base)), "r": fixed(abs(now - base) / base * 100),
        "up": "增加" if up else "减少", "grow": "增长" if up else "下降", "updown": "增" if up else "降",
        "more": "多" if up else "少",
    }  # fmt: skip


def _moves(chance: random.Random) -> dict[str, str]:
    base, came = chance.randint(40, 400), (chance.randint(1, 9), chance.randint(1, 6))
    went = (chance.randint(1, 5), chance.randint(1, 9))
    net = sum(came) - sum(went) or 1
    went = (went[0], sum(came) - went[0] - net)
    if went[1] < 1:
        went, net = (1, 1), sum(came) - 2 or 1
        came = (came[0], net + 2 - came[0]) if net + 2 > came[0] else (1, net + 1)
    net = sum(came) - sum(went)
    figures = {
        "b": base,
        "a": base + net,
        "d": abs(net),
        "i1": came[0],
        "i2": came[1],
        "o1": went[0],
        "o2": went[1],
    }
    return {name: str(value) for name, value in figures.items()} | {"up": "增加" if net >= 0 else "减少"}
