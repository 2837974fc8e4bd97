"""Judgements on each indicator of annexes 2 and 3: its points, its score, its target and what was reached."""

from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Filing, Row, Unknown
from selfeval_xl.findings import Level, Report
from selfeval_xl.forms import Kind
from selfeval_xl.money import percent, rounded
from selfeval_xl.rules.comparing import points
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule
from selfeval_xl.scoring import aim, completed, due, sign

RULES_10 = "财预〔2020〕10号"


@rule(
    "A2-06",
    "得分不超过分值",
    Level.ERROR,
    basis=f"{RULES_10}：各项指标得分最高不超过该指标分值",
    remedy="核对该指标的分值与得分，改正填错的一格",
)
def score_within_points(indicator: Row) -> Verdict:
    """附件2、附件3 每个指标的得分应不小于 0、不大于分值。"""
    full, score = indicator.known("points"), indicator.known("score")
    if 0 <= score <= full:
        return None
    message = f"{named(indicator)}分值{points(full)}，得分{points(score)}"
    return Broken(message, (indicator["score"], indicator["points"]), score, full, Kind.SCORE)


@rule(
    "A2-08",
    "得分与完成情况不符",
    Level.WARNING,
    basis=f"{RULES_10}：未完成指标值的，按完成值与指标值的比例记分",
    remedy="核对指标值、实际完成值与得分；目标经批准调整的，选“是”；确实不应扣分的，在核实说明中写明理由",
)
def score_and_completion(indicator: Row, filing: Filing) -> Verdict:
    """未完成目标却得满分的，须改正得分或在核实说明中写明（偏差原因只说明扣分，不能说明没有扣分）；
    完成目标却扣了分又没有写原因的，作提示。核对定量指标：指标值如 50、≥50个、98%以上、50-60、12月31日前，
    读不出来的无法核对，不作猜测。"""
    aimed, full, score = aim(indicator, filing), indicator.known("points"), indicator.known("score")
    unread = aimed is None and sign(indicator.text("operator"))
    if (unread or (aimed and aimed.doubt)) and indicator.text("actual"):
        raise Unknown(indicator["actual"].place)
    met = completed(aimed)
    if met is None or full == 0:
        return NOT_APPLICABLE
    if met == (score >= full):
        return None
    said = goal(indicator)
    if met:
        message = f"{named(indicator)}{said}，已完成，却扣{points(full - score)}"
    elif indicator.text("approved") == "是":
        return None
    else:
        message = f"{named(indicator)}{said}，未完成，却得满分{points(score)}"
    cells, level = (indicator["score"], indicator["actual"]), Level.NOTICE if met else None
    reason = indicator.text("reason") if met else ""
    found = Broken(message, cells, kind=Kind.SCORE, level=level, reason=reason)
    if aimed is None or aimed.completion is None:
        return found
    # The full score is the fault: beside it stands what is due.
    return replace(found, left=score, right=rounded(due(filing.form, full, aimed.completion), 2))


@rule(
    "A2-09",
    "扣分、超额完成的原因",
    Level.WARNING,
    basis=f"{RULES_10}：偏差原因分析及改进措施；大幅超额完成的要分析原因",
    remedy="在“偏差原因分析及改进措施”一格写明扣分或超额的原因和改进措施",
    report=Report.HERE,
)
def reasons_for_deviation(indicator: Row, filing: Filing) -> Verdict:
    """扣了分的指标须写偏差原因；实际完成值远超目标的，可能目标值偏低，也须分析
    （超过目标值 {over_completion} 的作提示，超过 {far_over_completion} 的作警告，幅度由表样规定）。"""
    full, score = indicator.known("points"), indicator.known("score")
    cells, reason = (indicator["score"], indicator["points"]), indicator.text("reason")
    if score < full and not completed(aim(indicator, filing)):
        message = (
            f"{named(indicator)}分值{points(full)}，得分{points(score)}，扣{points(full - score)}，须写明原因"
        )
        return Broken(message, cells, score, full, Kind.SCORE, about="扣分", reason=reason)
    aimed = aim(indicator, filing)
    ratio = Fraction(0) if aimed is None else aimed.over_completion
    if ratio <= filing.form.setting("over_completion"):
        return None
    level = None if ratio > filing.form.setting("far_over_completion") else Level.NOTICE
    said = goal(indicator)
    message = f"{named(indicator)}{said}，为目标的{percent(ratio)}，须分析原因"
    return Broken(message, (indicator["actual"],), kind=Kind.SCORE, level=level, about="超额", reason=reason)


@rule(
    "A2-10",
    "指标归类与分值",
    Level.NOTICE,
    basis=f"{RULES_10}：一级、二级指标体系",
    remedy="按表样选二级指标所属的一级指标；每个指标都应有分值",
)
def indicator_in_its_place(indicator: Row, filing: Filing) -> Verdict:
    """二级指标应归在表样规定的一级指标之下；每个指标的分值应大于 0。"""
    first, second = indicator.text("first"), indicator.text("second")
    proper = [top for top, below in filing.form.tree.items() if second in below]
    if first and proper and first not in proper:
        message = f"{named(indicator)}二级指标“{second}”归在“{first}”下，应归“{'”或“'.join(proper)}”"
        return Broken(message, (indicator["second"], indicator["first"]), kind=Kind.SCORE, about="归类")
    if indicator.known("points") == 0:
        return Broken(f"{named(indicator)}分值为0", (indicator["points"],), kind=Kind.SCORE, about="分值")
    return None


def named(indicator: Row) -> str:
    """指标“…”, or 该指标 where it has no name."""
    return f"指标“{indicator.text('name')}”" if indicator.text("name") else "该指标"


def goal(indicator: Row) -> str:
    """目标≥50个，实际完成45个"""
    target = indicator.text("operator") + indicator.text("target") + indicator.text("measure")
    return f"目标{target}，实际完成{indicator.text('actual')}{indicator.text('measure')}"
