"""Complete and truly right books of invented units, one a seed: the rules must have nothing to say against them.

They are exact by construction: amounts are drawn for projects and lines of 基本支出, everything else is summed up.
What the rules ask a reason for has one. `shape(seed)` says what a seed's unit is like.
"""

from random import Random

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form
from tests.clean_books_annexes import annexes_4_to_6, costs, indicators, project_sheet
from tests.clean_books_money import ECONOMIC, SOURCES, WAN, Accounts, Amounts, accounts
from tests.clean_books_shapes import Shape, shape
from tests.clean_books_typing import Typing

NATURES = ("basic", "project", "other")
MOVES = ("initial", "carryover", "adjustment", "executed", "closing", "recovered")
STARTS = ("initial", "full", "executed")
LISTED = ("initial", "carryover", "adjustment", "executed")
STAFF = ("civil", "managed", "institution", "worker")
WHY = "年中县级财政追加专项任务并调整支出进度，批复文件已存档"


def clean_values(form: Form, seed: int) -> dict[Key, object]:
    """What the unit of this seed has typed into the template."""
    traits = shape(seed)
    dice, typing = Random(seed), Typing(form, traits.yuan)
    own = accounts(dice, traits)
    _basics(typing, traits)
    _staff(dice, typing, traits)
    _accounts(typing, traits, own)
    _basic(typing, traits, own)
    _three(typing, traits, own)
    _register(typing, traits, own)
    _texts(typing)
    costs(typing, traits, own)
    typing.column("objective", {"expected": "完成年度各项工作任务", "actual": "年度工作任务总体完成"})
    whole = own.whole
    low = whole.executed * 10 < whole.full * 6
    indicators(dice, typing, traits, 0, spent=True, lost=15 if low else 0)
    for project in own.projects:
        if project.sheet:
            project_sheet(dice, typing, traits, project)
    annexes_4_to_6(dice, typing, traits, own)
    _typed_annexes(typing, traits, own)
    return typing.values


def _basics(typing: Typing, traits: Shape) -> None:
    approved = traits.seed % 2 == 0
    typing.column(
        "unit",
        {
            "name": f"示例县第{traits.seed}局",
            "self_name": "我局",
            "nature": "行政",
            "scope": "部门汇总" if traits.subunits else "单位本级",
            "basis": "决算批复数" if approved else "决算上报数",
            "money_unit": "元" if traits.yuan else "万元",
            "carryover_included": "是" if traits.carryover_included else "否",
            "report_date": "2024-08-26" if approved else "2024-05-20",
            "secret": "否",
        },
    )


def _staff(dice: Random, typing: Typing, traits: Shape) -> None:
    now = dict(zip(STAFF, _shares(traits.staff), strict=True))
    fewer = traits.fewer_staff
    last = {**now, "civil": now["civil"] + fewer}
    spare = -2 if traits.over_posts else 3
    posts = {**now, "civil": max(now["civil"] + spare, 1)}
    for row in STAFF:
        if not traits.totals_alone:
            cells = {
                "posts_last": posts[row],
                "staff_last": last[row],
                "posts": posts[row],
                "staff": now[row],
            }
            for column, value in cells.items():
                typing.put("staff", row, column, value)
    if traits.totals_alone or traits.typed_totals:
        sums = {"posts_last": posts, "staff_last": last, "posts": posts, "staff": now}
        for column, values in sums.items():
            typing.put("staff", "total", column, sum(values.values()))
    joined = dice.randrange(3)
    moves = {
        "recruited": joined,
        "moved_in": 0,
        "moved_out": joined,
        "retired": fewer,
        "died": 0,
        "others": 0,
    }
    typing.column("change", dict(moves))
    typing.put("change", "reason", "value", f"当年退休{fewer}人，招录{joined}人，调出{joined}人")
    if sum(now.values()) > sum(posts.values()):
        typing.put("change", "over_reason", "value", "机构改革划转人员，按只出不进的要求逐年消化")
    reason = "当年退休人员转入" if fewer else ""
    retired: dict[str, object] = {"last": 20, "now": 20 + fewer, "reason": reason}
    for column, content in retired.items():
        typing.put("pensioners", "retired", column, content)
    typing.put("others", "contract", "now", dice.randrange(30))
    typing.column("three_memo", {"vehicles": 6 if traits.cars else 0, "receptions": 18, "guests": 140}, "now")


def _shares(staff: int) -> tuple[int, ...]:
    civil, managed = max(staff * 4 // 10, 3), staff * 3 // 10
    return civil, managed, staff * 2 // 10, max(staff - civil - managed - staff * 2 // 10, 0)


def _accounts(typing: Typing, traits: Shape, own: Accounts) -> None:
    whole = own.whole
    for source in SOURCES:
        a = own.source(source)
        typing.money("sources", source, {c: getattr(a, c) for c in MOVES}, nil=not traits.blank_nil)
        if a.wants_reason:
            typing.put("sources", source, "reason", f"{WHY}（{source}）")
        spent = own.spending(source)
        split = {f"{start}_{n}": getattr(spent[n], start) for start in STARTS for n in NATURES}
        typing.money("split", source, split, nil=not traits.blank_nil)
    if whole.wants_reason or 2 * whole.full > 3 * whole.initial:
        typing.put("sources", "total", "reason", WHY)
    if 10 * own.source("other").executed > 3 * whole.executed:
        typing.put("sources", "other", "reason", "其他资金为上级主管部门拨入的专项补助")
    if traits.typed_totals:
        typing.money("sources", "total", {c: getattr(whole, c) for c in MOVES})
        natures = {f"{start}_{n}": getattr(own.nature(n), start) for start in STARTS for n in NATURES}
        typing.money("split", "total", natures)
    if traits.subunits:
        rest = {"full": whole.full // 20_000 * 5_000, "executed": whole.executed // 20_000 * 5_000}
        for number, name in enumerate(("第一服务中心", "第二服务中心"), start=1):
            cells = {"name": name, "grade": "二级", "included": "是", "posts": 3, "staff": 3}
            typing.row("subunits", "subunit", number, dict(cells))
            typing.money("subunits", "subunit", rest, number)


def _basic(typing: Typing, traits: Shape, own: Accounts) -> None:
    parts = {"personnel": ("wages", "family"), "operating": ("goods", "capital")}
    columns = ("last", *STARTS)
    if not traits.totals_alone:
        for line in ECONOMIC:
            typing.money("basic", line, own.economic[line], nil=not traits.blank_nil)
    for row, lines in {**parts, "total": tuple(ECONOMIC)}.items():
        sums = {c: own.column(c, *lines) for c in columns}
        if traits.typed_totals or (traits.totals_alone and row != "total"):
            typing.money("basic", row, sums)
        a = own.nature("basic") if row == "total" else Amounts(**{c: sums[c] for c in STARTS})
        base, before = min(sums["initial"], sums["last"]), traits.staff + traits.fewer_staff
        per_head = 12 * traits.staff * base // before if row == "operating" else 11 * base
        rises = traits.fewer_staff and row != "total" and 10 * sums["executed"] > max(per_head, 10 * base)
        if a.wants_reason or rises:
            typing.put("basic", row, "reason", "落实政策性调资和补发以前年度绩效，公用支出随之调整")


def _three(typing: Typing, traits: Shape, own: Accounts) -> None:
    for line, amounts in own.three.items():
        typing.money("three", line, amounts, nil=not traits.blank_nil)
    sums = {c: sum(line[c] for line in own.three.values()) for c in ("last", "initial", "executed")}
    vehicles = {c: own.three["purchase"][c] + own.three["running"][c] for c in sums}
    if traits.typed_totals:
        typing.money("three", "vehicles", vehicles)
        typing.money("three", "total", sums)
    if sums["executed"] > min(sums["initial"], sums["last"]):
        typing.put("three", "total", "reason", "当年承办全省现场会，公务接待批次增加")
    elif traits.three_over:
        typing.put("three", "reception", "reason", "当年承办全省现场会，公务接待批次增加")


def _register(typing: Typing, traits: Shape, own: Accounts) -> None:
    labels = {row.key: row.label for row in typing.form.block("sources").rows}
    listed = [p for p in own.projects if p.listed]
    for number, project in enumerate(listed, start=1):
        secret = traits.secret_project and number == len(listed) and not project.sheet
        cells = {
            "name": project.name,
            "kind": project.kind,
            "source": labels[project.source],
            "implementer": "示例县项目中心",
            "separate": "是" if project.sheet else "否",
            "why_not": "" if project.sheet else "涉密" if secret else "金额小，并入其他项目",
            "reason": f"{WHY}（{project.name}）" if project.amounts.wants_reason else "",
        }
        typing.row("projects", "project", number, dict(cells))
        a = project.amounts
        columns = LISTED if traits.blank_nil else (*LISTED, "closing")
        typing.money("projects", "project", {c: getattr(a, c) for c in columns}, number)
    if len(listed) == len(own.projects):
        typing.put("coverage", "complete", "value", "" if traits.blank_nil else "是")
    else:
        typing.put("coverage", "complete", "value", "否")
        said = {"rule": "A1-06", "reason": "零星项目金额小，按规定未单列，明细账已核对"}
        typing.row("explanations", "explanation", 1, dict(said))


def _texts(typing: Typing) -> None:
    duties = {"duties": "承担本县行业管理、监督检查和公共服务工作", "basic_uses": "保障机构正常运转"}
    typing.column("duties", dict(duties))
    for number in (1, 2):
        typing.put("achievements", "achievement", "text", f"{number}.重点工作按计划完成。", number)
    row = {
        "problem": "年初预算不够精准，部分项目预算执行率偏低",
        "cause": "上级资金下达较晚",
        "measure": "提前对接，细化预算",
    }
    typing.row("problems", "problem", 1, dict(row))
    typing.column("use", {"purpose": "完善管理", "place": "示例县人民政府网站"})


def _typed_annexes(typing: Typing, traits: Shape, own: Accounts) -> None:
    """Grey cells of the annexes typed by hand, with what they hold anyway."""
    if not traits.typed_annexes:
        return
    whole = own.whole
    typing.money("request", "total", {"initial": whole.initial, "executed": whole.executed})
    project = own.nature("project")
    typing.money("costs", "project", {"initial": project.initial, "executed": project.executed})
    splits = {"basic": own.nature("basic").full, "project": project.full, "other": own.nature("other").full}
    for row, fen in {**splits, "total": whole.full}.items():
        typing.money("spending_split", row, {"amount": fen})


__all__ = ["WAN", "clean_values", "shape"]
