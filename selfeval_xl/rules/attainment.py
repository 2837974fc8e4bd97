"""Judgements on scores that are neither full nor nothing: proportions of missed targets, bands of qualitative ones."""

from collections.abc import Iterator

from selfeval_xl.filing import Filing, Row
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.money import percent, rounded
from selfeval_xl.rules.comparing import points
from selfeval_xl.rules.indicators import RULES_10, goal, named
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule
from selfeval_xl.scoring import aim, attained, due, sign
from selfeval_xl.scoring.aims import UNSIGNED
from selfeval_xl.scoring.quantities import quantity

SIGNED = ("增", "减", "降", "升", "变", "差", "净", "盈", "亏", "温度", "气温")
"""Words of indicators that may well be below nought."""
NAMED = 3
"""So many indicators are named, the rest counted."""


@rule(
    "A2-14",
    "定性指标得分与完成情况",
    Level.WARNING,
    basis=f"{RULES_10}：定性指标分达成、部分达成并具有一定效果、未达成且效果较差三档记分",
    remedy="核对实际完成值的说法与得分；本级财政另有记分办法的，在核实说明中写明",
)
def qualitative_score(indicator: Row, filing: Filing) -> Verdict:
    """定性指标按完成情况分档，得分占分值的比例：{qualitative_bands}（界限归上一档，
    由表样规定）。得分高于所填完成情况那一档的须说明，正好在上限的作提示；
    低于那一档的，已按“扣分、超额完成的原因”核对。看不出属于哪一档的不核对。"""
    if sign(indicator.text("operator")) or aim(indicator, filing) is not None:
        return NOT_APPLICABLE
    band = attained(filing.form, indicator.text("target"), indicator.text("actual"))
    full, score = indicator.known("points"), indicator.known("score")
    if band is None or full <= 0 or not 0 <= score <= full:
        return NOT_APPLICABLE
    share = score / full
    if not band.above(share):
        return None
    said = (
        f"{named(indicator)}完成情况为“{indicator.text('actual')}”，分值{points(full)}，得分{points(score)}"
    )
    due = f"不低于{percent(band.low)}" if band.low else ""
    due += f"、低于{percent(band.high)}" if band.high < 1 else ""
    message = f"{said}，为分值的{percent(share)}；按三档记分应{due.removeprefix('、')}"
    level = Level.NOTICE if share == band.high else None
    cells = (indicator["score"], indicator["actual"])
    return Broken(message, cells, score, full, Kind.SCORE, level=level)


@rule(
    "A2-15",
    "未完成指标的得分高于完成比例",
    Level.WARNING,
    basis=f"{RULES_10}：未完成指标值的，按完成值与指标值的比例记分",
    remedy="按完成比例改正得分；目标经批准调整的，选“是”；本级财政另有记分办法的，在核实说明中写明",
)
def score_above_completion(indicator: Row, filing: Filing) -> Verdict:
    """未完成的定量指标，得分不应高于分值×完成比例（越大越好的为完成值÷指标值，越小越好的为指标值÷完成值；起分线为
    完成比例 {partial_floor}，比例不到的不得分，达到的从那里起按比例折算，由表样规定）；完成比例、得分保留整数或
    一位小数的照四舍五入。高出不多的（不超过分值的 {partial_slack}）作提示。
    得满分的，另按“得分与完成情况不符”核对；扣得更多的不核对。"""
    aimed = aim(indicator, filing)
    full, score = indicator.known("points"), indicator.known("score")
    if aimed is None or aimed.met is not False or aimed.completion is None or score >= full:
        return NOT_APPLICABLE
    earned = due(filing.form, full, aimed.completion)
    if score <= earned or indicator.text("approved") == "是":
        return None
    # The share as people print it before they multiply: 93.95 %, 94 %.
    shares = [aimed.completion, *(rounded(aimed.completion, digits) for digits in (2, 3, 4))]
    most = max(rounded(due(filing.form, full, share), digits) for share in shares for digits in (0, 1, 2))
    if score <= most:
        return None
    slight = score - earned <= full * filing.form.setting("partial_slack")
    said = f"{named(indicator)}{goal(indicator)}，完成{percent(aimed.completion)}"
    message = f"{said}，应得{points(rounded(earned, 2))}，得分{points(score)}，多{points(score - rounded(earned, 2))}"
    cells = (indicator["score"], indicator["actual"])
    level = Level.NOTICE if slight else None
    return Broken(message, cells, score, rounded(earned, 2), Kind.SCORE, level=level)


@rule(
    "A2-16",
    "指标值、实际完成值读不出数",
    Level.NOTICE,
    basis=f"{RULES_10}：定量指标按指标值与完成值记分",
    remedy="指标值、实际完成值只填数（或如“≥50个”“12月31日前”），两格用同一单位，百分数写上 %（如 6%），并选好指标值类型；"
    "定性的，指标值类型选“定性”",
)
def unreadable_indicators(filing: Filing) -> Iterator[Verdict]:
    """指标值类型选了≥、≤、=、＞、＜，而指标值或实际完成值不是数（或日期）、单位不同、与所选类型矛盾的，得分与完成情况
    未能核对。能读成两个数、是否完成因而不同的（如目标≥5%，实际完成填 0.06，是 0.06% 还是 6%），也不作猜测；
    没有选指标值类型的，实际完成值与指标值不同而得满分时，作提示。一张表合并为一条。"""
    tables = (filing.table("indicators"), *filing.over_copies("project_indicators"))
    for table in tables:
        unread = [row for row in table.added if _unread(row, filing)]
        doubts = [(row, doubt) for row in table.added if (doubt := _doubt(row, filing))]
        if not unread and not doubts:
            yield None if table.added else NOT_APPLICABLE
            continue
        said = []
        if unread:
            said.append(f"{_names(unread)}的指标值、实际完成值读不出可比的数，如“{_typed(unread[0])}”")
        if doubts:
            (first, doubt), rows = doubts[0], [row for row, _ in doubts]
            said.append(f"{_names(rows)}看不出是否完成，如“{_typed(first)}”，{doubt}")
        cells = tuple(row["actual"] for row in (*unread, *(row for row, _ in doubts)))
        about = filing.form.sheet_of(table.block.key).name_of(table.copy)
        yield Broken(f"{'；'.join(said)}，得分未能核对", cells, kind=Kind.TEXT, about=about)


def _unread(row: Row, filing: Filing) -> bool:
    both = row.text("target") and row.text("actual")
    return bool(both and sign(row.text("operator"))) and aim(row, filing) is None


def _doubt(row: Row, filing: Filing) -> str:
    """Why it cannot be told; without a sign that matters to the full score alone: lost points have their reasons."""
    aimed, points, score = aim(row, filing), row["points"].number, row["score"].number
    if "operator" not in row.figures:
        return ""
    if aimed is None or (aimed.doubt == UNSIGNED and (not points or score is None or score < points)):
        return ""
    return aimed.doubt


def _names(rows: list[Row]) -> str:
    more = f" 等{len(rows)}个指标" if len(rows) > NAMED else ""
    return "、".join(f"“{row.text('name')}”" for row in rows[:NAMED]) + more


def _typed(row: Row) -> str:
    target = row.text("operator") + row.text("target") + row.text("measure")
    return f"{target}”对“{row.text('actual')}"


@rule(
    "A2-17",
    "缺少产出或效益指标",
    Level.NOTICE,
    basis=f"{RULES_10}：一级指标包括产出指标、效益指标、满意度指标",
    remedy="补设缺少的指标并重新分配分值；确不适用的不必改",
)
def missing_groups(filing: Filing) -> Iterator[Verdict]:
    """附件2、附件3 的指标应有产出指标和效益指标（满意度指标不适用的，分值归入效益指标）。分值总和不是 {total_points} 的，
    先按分值合计的规则改正。"""
    for table in (filing.table("indicators"), *filing.over_copies("project_indicators")):
        groups = lacking(filing, table.added)
        if groups is None:
            yield NOT_APPLICABLE
        elif not groups:
            yield None
        else:
            cells = tuple(row["points"] for row in table.added)
            yield Broken(f"{len(cells)}个指标中没有{'、'.join(groups)}", cells, kind=Kind.TEXT)


def lacking(filing: Filing, rows: tuple[Row, ...]) -> list[str] | None:
    """The groups that every usual pattern has and these indicators lack; None while their points do not add up."""
    whole = filing.form.setting("total_points") - filing.form.setting("execution_points")
    given = [row for row in rows if row["points"].number]
    if sum(row.known("points") for row in given) != whole or any(not row.text("first") for row in given):
        return None
    patterns: list[dict[str, object]] = filing.form.settings["patterns"]
    always = [name for name in patterns[0] if all(name in pattern for pattern in patterns)]
    return [name for name in always if name not in {row.text("first") for row in given}]


@rule(
    "A2-19",
    "指标值、实际完成值为负数",
    Level.NOTICE,
    basis="附件2、附件3：年度指标值、实际完成值",
    remedy="核对是否多打了负号；确是负数的（如下降、净减少），不必改",
)
def negative_indicator(indicator: Row) -> Verdict:
    """指标值或实际完成值是负数，而指标名称说的不是增减、差额的，多半是多打了负号。"""
    read = [
        (indicator[column], quantity(indicator.text(column), indicator.text("measure")))
        for column in ("target", "actual")
    ]
    if any(word in indicator.text("name") for word in SIGNED):
        return NOT_APPLICABLE
    cells = tuple(figure for figure, found in read if found and found.low < 0)
    if not cells:
        return None
    return Broken(f"{named(indicator)}{goal(indicator)}，为负数", cells, kind=Kind.TEXT)


@rule(
    "A2-18",
    "指标重名",
    Level.NOTICE,
    basis="附件2、附件3：三级指标逐个填列",
    remedy="重复填写的删去一行，分值并入；确是两个指标的，在名称中区分",
)
def same_indicator_twice(filing: Filing) -> Iterator[Verdict]:
    """同一张表中，二级指标和三级指标名称都相同的两行，多半是重复填写。"""
    for table in (filing.table("indicators"), *filing.over_copies("project_indicators")):
        groups: dict[tuple[str, str], list[Row]] = {}
        for row in table.added:
            if row.text("name"):
                key = row.text("second"), "".join(row.text("name").split())
                groups.setdefault(key, []).append(row)
        found = [rows for rows in groups.values() if len(rows) > 1]
        for rows in found:
            message = f"指标“{rows[0].text('name')}”有{len(rows)}行"
            yield Broken(message, tuple(r["name"] for r in rows), kind=Kind.TEXT, about=rows[0].text("name"))
        if not found:
            yield None if table.added else NOT_APPLICABLE
