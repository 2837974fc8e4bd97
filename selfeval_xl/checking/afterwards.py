"""Rules on what checking found: a high grade beside open errors, explanations that explain nothing."""

import unicodedata
from collections.abc import Iterator, Sequence

from selfeval_xl.checking.missing import REQUIRED
from selfeval_xl.empty_reasons import says_nothing, too_general
from selfeval_xl.filing import Filing, Row
from selfeval_xl.findings import Level, Result, Rule, Status
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import points
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict
from selfeval_xl.scoring import grades

HIGH_GRADE = Rule(
    id="S-05",
    title="有错误而评为优",
    level=Level.NOTICE,
    basis="财预〔2020〕10号：评价等级；财政部门绩效评价抽查复核要点",
    remedy="先改正错误，再核对总得分和等级",
    page="总得分达到最高一等（{grades}）、而核对还有错误的，得分所依据的数字可能有误，请改正错误后复核。",
)
EXPLANATIONS = Rule(
    id="B-30",
    title="核实说明的效力",
    level=Level.NOTICE,
    basis="核实说明：一行说明一个问题，规则、位置、核对码照核对结果粘贴",
    remedy="数字改动后，照核对结果重新粘贴核对码并核对原因；问题已改正的，删去这一行",
    page="核实说明的每一行都应说明一个现有的问题：核对码与数字不符的（数字已变）说明失效；规则或位置对不上的、"
    "原因没有写或过于笼统的、想用说明代替改正错误的，都不起作用，逐行列出。读表的问题（R 开头）和必填的空格也只能改正、补填。",
)
DASHES = str.maketrans("‐‑–—−", "-----")
HARMLESS = (Status.RESIDUAL, Status.UNKNOWN)
"""Findings of these ask for no explanation; one that is given does no harm."""
RULES = (HIGH_GRADE, EXPLANATIONS)
READING = "R-"
"""The family of rules on the file itself: nothing that is said changes what can be read."""
CORRECT = "照核对结果中这一条的“怎么改”改正填报表，再删去核实说明的这一行"
COPY = "规则、位置、核对码照核对结果填写；核对结果中没有这一条的，删去这一行"
SAY_WHY = "写明具体事项、金额和依据；问题已改正的，删去这一行"


def verdicts(
    filing: Filing, results: Sequence[Result], known: Sequence[str]
) -> Iterator[tuple[Rule, Verdict]]:
    """What these rules say of the results; `known`: the ids of all rules that may be explained."""
    yield (
        HIGH_GRADE,
        _high_grade(filing, results) if filing.form.has("result", "all", "score") else NOT_APPLICABLE,
    )
    rows = filing.added("explanations")
    for row in rows:
        yield EXPLANATIONS, _explanation(row, results, known)
    if not rows:
        yield EXPLANATIONS, NOT_APPLICABLE


def as_id(text: str) -> str:
    """A rule's id as a person typed it: ａ2－08 is A2-08."""
    return unicodedata.normalize("NFKC", text).translate(DASHES).strip().upper()


def _high_grade(filing: Filing, results: Sequence[Result]) -> Verdict:
    score = filing.figure("result", "all", "score")
    low, name = grades(filing.form)[0]
    if score.number is None or score.known < low:
        return NOT_APPLICABLE
    errors = [r for r in results if r.status is Status.BROKEN and r.level is Level.ERROR]
    if not errors:
        return None
    ids = "、".join(dict.fromkeys(r.rule.id for r in errors))
    message = f"总得分{points(score.known)}，等级为“{name}”，却有{len(errors)}条错误（{ids}）没有改正"
    return Broken(message, (score,), score.known, kind=Kind.SCORE)


def _explanation(row: Row, results: Sequence[Result], known: Sequence[str]) -> Verdict:
    rule, code, place, reason = (row.text(c) for c in ("rule", "code", "place", "reason"))
    rule = as_id(rule)
    said = f"对 {rule or '（没有写规则）'} 的说明"
    if says_nothing(reason):
        why = f"不起作用：{too_general(reason)}" if reason.strip() else "没有写原因"
        return Broken(f"{said}{why}", (row["reason"],), kind=Kind.TEXT, remedy=SAY_WHY)
    if rule.startswith(READING) or rule in [never.id for never in (REQUIRED, *RULES)]:
        why = f"{said}不起作用：这一条只能改正，不能用说明代替"
        return Broken(why, (row["rule"],), kind=Kind.TEXT, remedy=CORRECT)
    if rule not in known:
        why = f"“{rule}”不是可以说明的规则，说明不起作用"
        return Broken(why, (row["rule"],), kind=Kind.TEXT, remedy=COPY)
    mine = [r for r in results if r.rule.id == rule and (r.status is Status.BROKEN or r.status.explained)]
    if not mine and any(r.rule.id == rule and r.status in HARMLESS for r in results):
        return None
    if not mine:
        return Broken(f"{said}用不上：没有这样的问题，可能已经改正", (row["rule"],), kind=Kind.TEXT)
    spoken = [r for r in mine if (r.code == code if code else _at(r, place))]
    if any(r.status.explained for r in spoken):
        return None
    if spoken:
        why = f"{said}不起作用：错误须改正，不能用说明代替"
        return Broken(why, (row["rule"],), kind=Kind.TEXT, remedy=CORRECT)
    if code:
        return Broken(f"{said}已失效：数字已变，核对码 {code} 对不上", (row["code"],), kind=Kind.TEXT)
    return Broken(f"{said}不起作用：位置“{place}”没有这样的问题", (row["place"],), kind=Kind.TEXT)


def _at(result: Result, place: str) -> bool:
    return not place or place in [str(p) for p in result.places]
