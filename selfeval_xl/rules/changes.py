"""Judgements on changes: from budget to final account, from one year to the next."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing, Row, Table
from selfeval_xl.findings import Level, Report
from selfeval_xl.money import percent
from selfeval_xl.reconciling import OPERATING, PERSONNEL, SOURCES, TOTAL, Change
from selfeval_xl.rules.comparing import exceeds, longest, meet, money, people
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

RISES = ((PERSONNEL, "personnel_growth"), (OPERATING, "operating_growth"))


@rule(
    "B-09",
    "预决算差异的原因",
    Level.WARNING,
    basis="自评报告提纲 二、六；四川省财政厅项目自评表填表说明：执行率低的须说明",
    remedy="在这几行之一的“差异原因”一格写明原因（项目支出的原因写在项目清单该项目一行）；金额填错的改正",
    report=Report.PROBLEMS,
)
def unexplained_changes(filing: Filing, changes: Sequence[Change]) -> Iterator[Verdict]:
    """执行数与年初预算相差超过 {change_rate} 且超过 {change_amount}、全年预算执行率低于 {execution_floor}、年初未安排而有支出、
    年初有预算而全年没有支出的，须说明原因（界限由表样规定）。子项差额占母项差额 {root_share} 以上的合并为一条，
    写一处原因即可。执行数超过全年预算的、在职人员减少而支出增加的，另有规则。"""
    form = filing.form
    risen = _risen(filing) if form.in_force("B-14") else {}
    for change in changes:
        if not (_rises_with(change, risen) or (form.in_force("A2-12") and _over_full(change))):
            cells = tuple(f for c in (change, *change.causes) for f in c.figures)
            message = "；".join(_said(c) for c in change.lines) + "；须说明原因"
            left, right = Fraction(change.executed), _right(change)
            yield Broken(message, cells, left, right, about=change.label, reason=change.reason)
    filing.figure("sources", TOTAL, "executed").known  # noqa: B018
    filing.figure("sources", TOTAL, "initial").known  # noqa: B018
    if not changes:
        yield None


def _right(change: Change) -> Fraction | None:
    before = change.initial if change.initial is not None else change.full
    return None if before is None else Fraction(before)


def _over_full(change: Change) -> bool:
    """What A2-12 tells: the whole or a project spent more than it had."""
    told = change.key == TOTAL or change.key.startswith("project ")
    return told and change.full is not None and change.executed > change.full


def _rises_with(change: Change, risen: dict[str, Figure]) -> bool:
    """What B-14 tells: personnel or operating costs that rise while staff falls."""
    return bool(set(change.keys) & set(risen)) and change.executed > (change.initial or 0)


def _said(change: Change) -> str:
    """One line of a message: both amounts, the rate, the difference."""
    spent = money(change.executed)
    if "unbudgeted" in change.why:
        return f"{change.label}年初未安排，年中追加，执行{spent}"
    if "unspent" in change.why:
        return f"{change.label}年初预算{money(change.initial or 0)}，全年没有支出"
    words = f"{change.label}执行{spent}"
    if change.initial and (change.initial != change.executed or not change.full):
        words += _against("年初预算", Fraction(change.executed), Fraction(change.initial))
    if change.full and "slow" in change.why:
        words += f"，为全年预算{money(change.full)}的{percent(Fraction(change.executed, change.full))}"
    return words


def _against(name: str, spent: Fraction, before: Fraction) -> str:
    if spent == before:
        return f"，与{name}持平"
    more = "增加" if spent > before else "减少"
    return f"，为{name}{money(before)}的{percent(spent / before)}，{more}{money(abs(spent - before))}"


@rule(
    "B-14",
    "人减钱增",
    Level.WARNING,
    basis="自评报告提纲 一（二）、二（一）；财政部门绩效评价抽查复核要点",
    remedy="在“2收支情况”人员经费（或公用经费）一行的“差异原因”写明，如政策性调资、清算以前年度、退休一次性支出",
    report=Report.HERE,
)
def fewer_people_more_money(filing: Filing, staff: Table, basic: Table, changes: Sequence[Change]) -> Verdict:
    """在职人员减少，而人员经费比年初预算（或上年决算）增加 {personnel_growth} 以上，
    或公用经费增加且人均增加 {operating_growth} 以上的，须说明原因（界限由表样规定）。连带的基本支出差异并入本条。"""
    now, before = staff.known("total", "staff"), staff.known("total", "staff_last")
    risen = _risen(filing)
    if now >= before or not risen:
        return None
    groups = [change for change in changes if _rises_with(change, risen)]
    told = [key for change in groups for key in change.keys]
    lines = [_said(line) for change in groups for line in change.lines]
    lines += [_rise(basic, key, base) for key, base in risen.items() if key not in told]
    cells = [f for key, base in risen.items() for f in (basic[key, "executed"], base)]
    cells += [staff["total", "staff"], staff["total", "staff_last"]]
    cells += [f for change in groups for c in (change, *change.causes) for f in c.figures]
    reasons = [change.reason for change in groups]
    reasons += [basic[key, "reason"].text for key in (TOTAL, *risen)]
    fallen = f"在职由{people(before)}减至{people(now)}（减少{percent(1 - now / before)}）"
    message = f"{fallen}，支出却增加：{'；'.join(lines)}；须说明原因"
    return Broken(
        message, tuple(dict.fromkeys(cells)), cells[0].number, cells[1].number, reason=longest(*reasons)
    )


def _risen(filing: Filing) -> dict[str, Figure]:
    """人员经费 and 公用经费, as far as they rose while staff fell, each with the figure that it rose from."""
    basic, staff = filing.table("basic"), filing.table("staff")
    now, before = staff["total", "staff"].number, staff["total", "staff_last"].number
    if not now or not before or now >= before:
        return {}
    found: dict[str, Figure] = {}
    for key, growth in RISES:
        shrinkage = before / now if key == OPERATING else Fraction(1)  # operating costs count per head
        bases = [basic[key, column] for column in ("initial", "last")]
        limit = 1 + filing.form.setting(growth)
        risen = [b for b in bases if b.number and _grew(basic[key, "executed"], b, limit / shrinkage)]
        found |= {key: risen[0]} if risen else {}
    return found


def _grew(spent: Figure, base: Figure, limit: Fraction) -> bool:
    return exceeds(spent, base) and base.known > 0 and spent.known / base.known > limit


def _rise(basic: Table, key: str, base: Figure) -> str:
    name = "年初预算" if base is basic[key, "initial"] else "上年决算"
    spent = basic[key, "executed"]
    return f"{basic.block.row(key).label}执行{money(spent.known)}" + _against(name, spent.known, base.known)


@rule(
    "A2-12",
    "执行数超过全年预算数",
    Level.WARNING,
    basis="财预〔2020〕10号：执行率＝全年执行数÷全年预算数，全年预算数为调整后预算",
    remedy="全年预算数应含上年结转和年中追加，请补填上年结转、年中调整；确实超预算的写明原因",
    report=Report.HERE,
)
def over_full_budget(request: Table, projects: Table, sources: Table, filing: Filing) -> Iterator[Verdict]:
    """年度资金总额和各项目的全年执行数不应超过全年预算数。一个项目的超出额占总额超出额 {root_share} 以上的合并为一条。"""
    whole = request.row("total")
    excess, share = _excess(whole), filing.form.setting("root_share")
    over = [row for row in projects.added if _excess(row) > 0]
    causes = [row for row in over if excess > 0 and _excess(row) >= share * excess]
    if excess > 0:
        reasons = [sources[TOTAL, "reason"].text, *(row.text("reason") for row in causes)]
        yield _over(
            [("年度资金总额", whole), *((row.text("name"), row) for row in causes)], longest(*reasons)
        )
    for row in over:
        if row not in causes:
            yield _over([(row.text("name"), row)], row.text("reason"))
    whole.known("executed")
    whole.known("full")
    if not over and not excess:
        yield None


def _excess(row: Row) -> Fraction:
    over = exceeds(row["executed"], row["full"])
    return row.known("executed") - row.known("full") if over else Fraction(0)


def _over(rows: list[tuple[str, Row]], reason: str) -> Verdict:
    said = [
        f"{name}执行{money(r.known('executed'))}，全年预算{money(r.known('full'))}，多{money(_excess(r))}"
        for name, r in rows
    ]
    cells = tuple(r[column] for _, r in rows for column in ("executed", "full"))
    return Broken("；".join(said), cells, cells[0].number, cells[1].number, about=rows[0][0], reason=reason)


@rule(
    "B-16",
    "年中追加较多",
    Level.WARNING,
    basis="预算法：预算执行中的调剂须有依据；四川省财政厅项目自评表填表说明",
    remedy="在“2收支情况”资金来源合计（或该来源）一行的“差异原因”写明追加的依据",
    report=Report.HERE,
)
def supplemented(filing: Filing, sources: Table, changes: Sequence[Change]) -> Verdict:
    """全年预算数比年初预算数多 {supplement_growth} 以上（界限由表样规定）的，须说明追加依据。
    执行数与年初预算的差异已按“预决算差异的原因”提出的，不再重复。"""
    total = sources.row(TOTAL)
    initial, full = total.known("initial"), total.known("full")
    limit = initial * (1 + filing.form.setting("supplement_growth"))
    told = [c for c in changes if c.key == TOTAL and c.executed > initial]
    if initial <= 0 or full <= limit or (told and filing.form.in_force("B-09")):
        return None
    message = f"全年预算{money(full)}" + _against("年初预算", full, initial) + "；须说明追加依据"
    reason = longest(*(sources[key, "reason"].text for key in (TOTAL, *SOURCES)))
    return Broken(message, (total["full"], total["initial"]), full, initial, reason=reason)


@rule(
    "B-18",
    "全年预算数等于全年执行数",
    Level.NOTICE,
    basis="财预〔2020〕10号：全年预算数为调整后预算，不是执行数",
    remedy="确认全年预算数是财政下达的调整后预算，而不是照执行数倒填；属实的不必改",
)
def budget_from_execution(request: Table) -> Verdict:
    """全年预算数与全年执行数分毫不差、又不等于年初预算数的，请复核。"""
    initial, full, executed = (request["total", c] for c in ("initial", "full", "executed"))
    if full.known != executed.known or meet(full, initial) or not full.known:
        return None
    message = f"全年预算数与全年执行数都是{money(full.known)}，年初预算数{money(initial.known)}"
    return Broken(message, (full, executed, initial), full.known, executed.known)


@rule(
    "B-19",
    "其他资金占比较高",
    Level.NOTICE,
    basis="自评报告提纲 六、十",
    remedy="在“2收支情况”其他资金一行的“差异原因”，或“4文字材料”的“其他需要说明的情况”中注明其他资金的构成",
    report=Report.HERE,
)
def other_money(filing: Filing, sources: Table, use: Table) -> Verdict:
    """其他资金占全年执行数 {other_share} 以上（界限由表样规定）的，请注明构成。"""
    other, total = sources["other", "executed"], sources[TOTAL, "executed"]
    if total.known <= 0:
        return NOT_APPLICABLE
    if other.known <= total.known * filing.form.setting("other_share"):
        return None
    share = percent(other.known / total.known)
    message = f"其他资金{money(other.known)}，占全年执行数{money(total.known)}的{share}，请注明构成"
    reason = longest(sources["other", "reason"].text, use["remarks", "value"].text)
    return Broken(message, (other, total), other.known, total.known, reason=reason)
