"""Annexes 1 to 6 of an invented unit: indicators with their points, the funds of each project, the rows of annex 4 to 6."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tests.clean_books_money import Accounts, Amounts, Project, total
from tests.clean_books_shapes import Shape
from tests.clean_books_typing import Typing

PATTERNS = (
    {"产出指标": 50, "效益指标": 30, "满意度指标": 10},
    {"成本指标": 20, "产出指标": 40, "效益指标": 20, "满意度指标": 10},
    {"产出指标": 50, "效益指标": 40},
    {"产出指标": 60, "效益指标": 30},
)
MOST = 20
"""So many rows the template has for indicators."""
FAR = "新增站点较多，完成量超过预期"
WHY = "受雨季和会商周期影响，进度略慢；已排定计划，按月调度"


@dataclass(frozen=True)
class Indicator:
    """One row: target and actual as they are typed; the score in hundredths of a point."""

    first: str
    second: str
    operator: str
    target: str
    actual: str
    points: int
    score: int
    reason: str = ""
    approved: str = ""


def indicators(dice: Random, typing: Typing, shape: Shape, copy: int, *, spent: bool, lost: int = 0) -> None:
    """The indicators of annex 2 (`copy` 0) or of a project; `lost`: so many points that must be lost at least."""
    block = "project_indicators" if copy else "indicators"
    rows = list(_indicators(dice, typing, shape, spent, lost, shape.all_full and not copy))
    if not shape.all_full and not copy and all(row.score == row.points * 100 for row in rows):
        rows[0] = _missed(rows[0], 90)
    for number, each in enumerate(rows, start=1):
        cells: dict[str, object] = {
            "first": each.first,
            "second": each.second,
            "name": f"{each.second.removesuffix('指标')}事项{number}",
            "operator": each.operator,
            "target": each.target,
            "measure": "" if each.operator == "定性" else "%",
            "actual": each.actual,
            "points": each.points,
            "score": each.score / 100,
            "reason": each.reason,
            "approved": each.approved,
        }
        typing.row(block, "indicator", number, cells, copy)


def _indicators(
    dice: Random, typing: Typing, shape: Shape, spent: bool, lost: int, full: bool
) -> Iterator[Indicator]:
    pattern = dice.choice(PATTERNS)
    rows = MOST if shape.many_indicators else dice.randrange(len(pattern), 12)
    for first, points in pattern.items():
        seconds = typing.form.tree[first]
        count = max(1, min(rows * points // sum(pattern.values()), points))
        for at in range(count):
            own = points // count + (at < points % count)
            fate = "met" if full else dice.choice(("met", "met", "met", "missed", "word", "adjusted", "far"))
            if not spent and first == "产出指标":
                fate = "missed"
            one = _indicator(dice, first, seconds[at % len(seconds)], own, fate)
            yield _missed(one, 70) if lost and first == "产出指标" else one


def _indicator(dice: Random, first: str, second: str, points: int, fate: str) -> Indicator:
    target = dice.randrange(40, 99)
    met = Indicator(
        first, second, "≥", f"{target}", f"{target + dice.choice((0, 1, 2))}", points, points * 100
    )
    match fate:
        case "missed":
            return _missed(met, dice.randrange(80, 99))
        case "word":
            score = points * dice.choice((100, 95))
            reason = WHY if score < points * 100 else ""
            return Indicator(
                first, second, "定性", "健全", "健全" if not reason else "基本健全", points, score, reason
            )
        case "adjusted":
            actual = f"{target - 5}"
            return Indicator(
                first, second, "≥", f"{target}", actual, points, points * 100, "目标经批准下调", "是"
            )
        case "far":
            return Indicator(
                first,
                second,
                "≥",
                f"{target}",
                f"{target * 3 // 2}",
                points,
                points * 100,
                "新增站点较多，完成量超过预期",
            )
    return (
        met
        if dice.random() < 0.8
        else Indicator(first, second, "≤", f"{target}", f"{target - 1}", points, points * 100)
    )


def _missed(met: Indicator, rate: int) -> Indicator:
    """The same indicator short of its target, scored in proportion."""
    target = int(met.target) if met.target.isdecimal() else 80
    actual = target * rate / 100
    return Indicator(
        met.first, met.second, "≥", f"{target}", f"{actual:.1f}", met.points, met.points * rate, WHY
    )


def project_sheet(dice: Random, typing: Typing, shape: Shape, project: Project) -> None:
    """One copy of annex 3: the parts of the money, objective, indicators."""
    a, copy = project.amounts, project.sheet
    before = a.carryover if shape.carryover_included else 0
    spent = max(min(a.carryover, a.executed), 0)
    carried = {"initial": before, "full": a.carryover, "executed": spent}
    rest = {"initial": a.initial - before, "full": a.full - a.carryover, "executed": a.executed - spent}
    nothing = dict.fromkeys(rest, 0)
    outside = project.source == "other"
    typing.money("funds", "appropriation", nothing if outside else rest, copy=copy, nil=not shape.blank_nil)
    typing.money("funds", "carryover", carried, copy=copy, nil=not shape.blank_nil)
    typing.money("funds", "other", rest if outside else nothing, copy=copy, nil=not shape.blank_nil)
    goals = {"expected": f"按计划完成{project.name}各项任务", "actual": f"{project.name}年度任务基本完成"}
    typing.column("project_objective", dict(goals), copy=copy)
    indicators(dice, typing, shape, copy, spent=a.executed > 0)


def costs(typing: Typing, shape: Shape, own: Accounts) -> None:
    """What only annex 1 asks for: 其中 of 公用经费, procurement, last year's projects."""
    for row, share in {"office": 4, "utilities": 5, "meetings": 9}.items():
        columns = ("last", "initial", "executed")
        amounts = {c: own.column(c, "goods") // share // 10_000 * 10_000 for c in columns}
        typing.money("costs", row, amounts)
    project = own.nature("project").initial // 10_000 * 9_000 or 880_000
    typing.money("costs", "project", {"last": project})
    if not shape.blank_nil:
        typing.money("costs", "business", {"last": project // 4})
        typing.money("costs", "operation", {"last": project // 3})
    bought = {c: own.column(c, "goods") // 3 // 10_000 * 10_000 for c in ("last", "initial", "executed")}
    typing.money("costs", "procurement", bought)
    typing.money("costs", "adjustment", {"executed": own.column("full") - own.column("initial")})
    if shape.buys:
        typing.row("buildings", "building", 1, {"name": "业务用房维修", "approved": 1200, "actual": 1180})
        typing.money("buildings", "building", {"budget": 86_000_000, "spent": 84_250_000}, 1)


def annexes_4_to_6(dice: Random, typing: Typing, shape: Shape, own: Accounts) -> None:
    """A row a project of 政府性基金 and of 国有资本经营; the insurance of those who run one."""
    for source, block in (("fund", "fund"), ("capital", "capital")):
        projects = [p for p in own.projects if p.source == source]
        if not projects:
            typing.put(f"{block}_nil", "nil", "value", "√")
        for number, project in enumerate(projects, start=1):
            _item(typing, f"{block}_items", number, project.name, project.amounts)
        if projects and shape.typed_totals:
            whole = total([p.amounts for p in projects])
            typing.money(f"{block}_items", "total", _columns(whole))
    if not shape.insurance:
        typing.put("insurance_nil", "nil", "value", "√")
        return
    for number, name in enumerate(("城乡居民基本养老保险基金", "城乡居民基本医疗保险基金"), start=1):
        full = dice.randrange(10**9, 10**10) // shape.step * shape.step
        executed = full - dice.randrange(10**8) // shape.step * shape.step
        _item(typing, "insurance_items", number, name, Amounts(initial=full, full=full, executed=executed))


def _item(typing: Typing, block: str, number: int, name: str, a: Amounts) -> None:
    typing.row(block, "item", number, {"code": f"21208{number:02d}", "name": name, "note": f"用于{name}"})
    split = {"basic": 0, "project": a.executed} if block == "fund_items" else {}
    typing.money(block, "item", {**_columns(a), **split}, number)


def _columns(a: Amounts) -> dict[str, int]:
    return {"initial": a.initial, "full": a.full, "executed": a.executed}
