"""Judgements on scores: the points for execution, the weights, and what the scores say together."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from selfeval_xl.filing import Filing, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.money import percent, plain, rounded
from selfeval_xl.rules.attainment import lacking
from selfeval_xl.rules.comparing import points
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

RULES_10 = "财预〔2020〕10号"


def _execution_score(table: Table) -> Verdict:
    """执行率得分 against what its cell computes, by the form's method; shared by annexes 2 and 3."""
    row = table.row("total")
    if row.known("full") == 0:
        return NOT_APPLICABLE
    rate, typed, worth = row.known("executed") / row.known("full"), row.known("score"), row["score"].computed
    if not isinstance(worth, Fraction):
        return NOT_APPLICABLE
    due = max(worth, Fraction(0))
    if typed == due:
        return None
    more = f"{'多' if typed > due else '少'}{points(abs(typed - due))}"
    message = f"预算执行率得分{points(typed)}，按执行率{percent(rate)}应得{points(due)}，{more}"
    mild = typed < due or typed == rounded(due, 1)
    cells = (row["score"], row["executed"], row["full"])
    return Broken(message, cells, typed, due, Kind.SCORE, level=Level.NOTICE if mild else None)


@rule(
    "A2-04",
    "预算执行率得分",
    Level.ERROR,
    basis=f"{RULES_10}：预算执行率得分＝分值×执行率，最高不超过分值",
    remedy="清空该格，由程序按执行率计算；自行扣分或只保留一位小数的，可以保留",
)
def execution_score(request: Table) -> Verdict:
    """附件2 预算执行率得分不得高于该格算出的分数：表样没有另行规定的，为分值×执行率（全年执行数÷全年预算数，
    最高按 100%）。低于的视为自扣，只作提示。全年预算数未填的，不用年初预算数代替。"""
    return _execution_score(request)


@rule(
    "A3-04",
    "项目预算执行率得分",
    Level.ERROR,
    basis=f"{RULES_10}：预算执行率得分＝分值×执行率，最高不超过分值",
    remedy="清空该格，由程序按执行率计算；自行扣分或只保留一位小数的，可以保留",
)
def project_execution_score(funds: Table) -> Verdict:
    """附件3 每张的预算执行率得分不得高于该格算出的分数（表样没有另行规定的，为分值×执行率）；
    低于的视为自扣，只作提示。"""
    return _execution_score(funds)


@rule(
    "S-01",
    "执行率低而得分高",
    Level.WARNING,
    basis=f"{RULES_10}；财政部门绩效评价抽查复核要点",
    remedy="复核各项指标得分是否偏高；确实如此的，在核实说明中写明",
)
def low_execution_high_score(request: Table, result: Table, filing: Filing) -> Verdict:
    """预算执行率低于 {low_execution} 而总得分在 {high_score} 以上的，须说明（两个界限由表样规定）。"""
    score, rate = result.known("all", "score"), request.known("total", "rate")
    if rate >= filing.form.setting("low_execution") or score < filing.form.setting("high_score"):
        return None
    message = f"预算执行率{percent(rate)}，总得分却有{points(score)}"
    cells = (result["all", "score"], request["total", "executed"], request["total", "full"])
    return Broken(message, cells, score, kind=Kind.SCORE)


@rule(
    "S-02",
    "全部指标满分",
    Level.NOTICE,
    basis="财政部门绩效评价抽查复核要点",
    remedy="复核各项指标是否确实全部完成、指标值是否偏低；属实的不必改",
)
def all_full(indicators: Table) -> Verdict:
    """附件2 的指标无一扣分的，请复核。"""
    rows = indicators.added
    if not rows:
        return NOT_APPLICABLE
    if any(row.known("score") < row.known("points") for row in rows):
        return None
    return Broken(f"{len(rows)}个指标全部得满分", tuple(row["score"] for row in rows), kind=Kind.SCORE)


@rule(
    "S-03",
    "没有支出而产出满分",
    Level.WARNING,
    basis=f"{RULES_10}；财政部门绩效评价抽查复核要点",
    remedy="复核该项目的全年执行数和产出指标得分；确实如此的（如上年资金形成的产出），在核实说明中写明",
)
def output_without_spending(funds: Table, filing: Filing) -> Verdict:
    """附件3 全年执行数为 0、产出指标却全部满分的，须说明。"""
    rows = [
        row for row in filing.table("project_indicators", funds.copy).added if row.text("first") == "产出指标"
    ]
    if funds.known("total", "executed") > 0 or not rows:
        return None
    if any(row.known("score") < row.known("points") for row in rows):
        return None
    message = f"全年执行数为0，{len(rows)}个产出指标却全部满分"
    return Broken(message, (funds["total", "executed"], *(row["score"] for row in rows)))


@rule(
    "S-04",
    "一级指标分值",
    Level.NOTICE,
    basis=f"{RULES_10}、财预〔2021〕101号：一级指标分值的常用分法",
    remedy="核对各一级指标分值；按本级财政规定另行设定的，不必改",
)
def weights(filing: Filing) -> Iterator[Verdict]:
    """各一级指标分值合计应是表样列出的常用分法之一（预算执行率分值另计）：{patterns}。
    分值总和不是 {total_points} 的、缺少产出或效益指标的，先按那两条规则改正。几张表是同一种分法的，合为一条。"""
    patterns = [{k: Fraction(str(v)) for k, v in p.items()} for p in filing.form.settings["patterns"]]
    whole = filing.form.setting("total_points") - filing.form.setting("execution_points")
    unusual: dict[frozenset[tuple[str, Fraction]], list[Table]] = {}
    said: dict[frozenset[tuple[str, Fraction]], str] = {}
    for table in (filing.table("indicators"), *filing.over_copies("project_indicators")):
        found: dict[str, Fraction] = {}
        for row in table.added:
            if row["points"].number:
                found[row.text("first")] = found.get(row.text("first"), Fraction(0)) + row.known("points")
        if found in patterns:
            yield None
        elif lacking(filing, table.added):
            yield NOT_APPLICABLE
        elif "" not in found and sum(found.values()) == whole:
            unusual.setdefault(frozenset(found.items()), []).append(table)
            said.setdefault(frozenset(found.items()), _parted(found))
    for parts, tables in unusual.items():
        together = f"{len(tables)} 张表的分值都是" if len(tables) > 1 else ""
        message = f"{together}{said[parts]}，不是常用的分法（常用的如{_parted(patterns[0])}）"
        cells = tuple(row["points"] for table in tables for row in table.added)
        yield Broken(message, cells, kind=Kind.SCORE)


def _parted(points_of: Mapping[str, Fraction]) -> str:
    """产出指标50分、效益指标30分"""
    return "、".join(f"{first}{plain(value)}分" for first, value in points_of.items())
