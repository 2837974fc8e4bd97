"""Judgements on what a reviewer doubts at a glance: counts against amounts, copied columns, leaps from last year."""

from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing, Table
from selfeval_xl.findings import Level, Report
from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN, plain
from selfeval_xl.rules.bounds import SLIP
from selfeval_xl.rules.comparing import exceeds, money, people
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

PHYSICAL = (
    ("bought", "purchase", "公务用车购置数", "辆", "公务用车购置费"),
    ("vehicles", "running", "公务用车保有量", "辆", "公务用车运行维护费"),
    ("travellers", "abroad", "因公出国（境）人次", "人次", "因公出国（境）费"),
    ("receptions", "reception", "公务接待批次", "批", "公务接待费"),
)
"""Count, amount; the count's name and measure, the amount's name."""
UNBUDGETED = ("running", "abroad", "reception", "meetings")
LEAPING = (
    ("basic", "wages"),
    ("basic", "family"),
    ("basic", "goods"),
    ("costs", "office"),
    ("costs", "utilities"),
)
COPIED = (
    *(("basic", row) for row in ("wages", "family", "goods", "capital")),
    *(("three", row) for row in ("purchase", "running", "abroad", "reception")),
    *(("costs", row) for row in ("office", "utilities", "meetings", "procurement")),
)
LINES = 4
"""So many filled lines that are all alike are no coincidence."""


@rule(
    "A1-15",
    "“三公”经费与实物量",
    Level.NOTICE,
    basis="部门决算公开“三公”经费说明：列示团组、人次、车辆、批次",
    remedy="核对实物量与金额；支付以前年度费用等属实的，不必改",
)
def counts_and_amounts(three_memo: Table, three: Table) -> list[Verdict] | None:
    """公务用车购置数、保有量、出国（境）人次、公务接待批次为 0 而有相应支出的，或有购置、出国、接待而支出为 0 的，请复核。
    有公务用车而没有运行维护费的（由其他单位负担）不核对；没有填实物量的不核对。"""
    found: list[Verdict] = []
    for counted, paid, name, measure, cost in PHYSICAL:
        count, spent = three_memo[counted, "now"], three[paid, "executed"]
        if count.number is None or spent.number is None:
            continue
        if count.known == 0 < spent.known:
            message = f"{name}为0，{cost}却有{money(spent.known)}"
        elif count.known > 0 == spent.known and counted != "vehicles":
            message = f"{name}{plain(count.known)}{measure}，{cost}却为0"
        else:
            continue
        found.append(Broken(message, (count, spent), kind=Kind.COUNT, about=name))
    return found or None


@rule(
    "A1-16",
    "没有预算而有支出的经费",
    Level.NOTICE,
    basis="附件1 经费控制情况；预算法：各项支出以批准的预算为依据",
    remedy="核对预算数；确未安排预算的，在核实说明中写明调剂依据",
)
def spent_without_budget(costs: Table) -> list[Verdict] | None:
    """会议费培训费、公务接待、公务用车运行、因公出国（境）的预算数填 0、决算数大于 0 的，请复核。
    “三公”经费合计超过预算的，按“三公”经费只减不增核对，不再重复；预算数没有填的不核对。"""
    over = exceeds(costs["three", "executed"], costs["three", "initial"])
    found: list[Verdict] = []
    for key in UNBUDGETED:
        initial, spent = costs[key, "initial"], costs[key, "executed"]
        if initial.number != 0 or not spent.number or spent.known < 0 or (over and key != "meetings"):
            continue
        label = costs.block.row(key).label
        message = f"{label}预算数为0，决算{money(spent.known)}"
        found.append(Broken(message, (spent, initial), spent.known, Fraction(0), about=label))
    return found or None


@rule(
    "B-35",
    "与上年相差悬殊",
    Level.NOTICE,
    basis="财政部门决算审核要点：本年与上年各项支出的变动",
    remedy="核对上年决算数与本年决算数有无错位、漏位；属实的不必改",
)
def far_from_last_year(filing: Filing) -> Iterator[Verdict]:
    """工资福利、对个人和家庭的补助、商品和服务、办公经费、水电差旅费，本年决算为上年决算的
    {year_factor}以上，或上年决算为本年决算的 {year_factor}以上，且相差 {year_amount} 以上的（界限由表样规定），请复核。
    相差 100 倍以上的基本支出，按“上年决算数的单位”核对。"""
    factor, least = filing.form.setting("year_factor"), filing.form.setting("year_amount") * WAN
    compared = False
    for block, key in LEAPING:
        last, now = filing.figure(block, key, "last"), filing.figure(block, key, "executed")
        if not last.number or not now.number or min(last.known, now.known) <= 0:
            continue
        compared = True
        ratio = max(last.known / now.known, now.known / last.known)
        told = block == "basic" and ratio > SLIP
        if ratio >= factor and abs(now.known - last.known) >= least and not told:
            label = filing.form.block(block).row(key).label.removeprefix("其中：")
            message = f"{label}上年决算{money(last.known)}，本年决算{money(now.known)}，相差悬殊"
            yield Broken(message, (last, now), now.known, last.known, about=label)
            compared = False
    yield None if compared else NOT_APPLICABLE


@rule(
    "B-36",
    "整列照抄",
    Level.WARNING,
    basis="填表说明：上年决算数、预算数、决算数分别取自各年的决算和预算",
    remedy="核对是否把上年决算数（或预算数）照抄到了本年决算数；属实的在核实说明中写明",
)
def copied_column(filing: Filing) -> Iterator[Verdict]:
    """基本支出各经济分类、“三公”经费各项和附件1 的其中项合在一起，本年决算数不为 0 的有四项以上，
    而且每一项都与上年决算数（或与年初预算数）分毫不差的，多半是照抄：与上年相同的须说明，与预算相同的作提示。"""
    for column, name, level in (("last", "上年决算数", None), ("initial", "预算数", Level.NOTICE)):
        pairs = [(filing.figure(b, r, "executed"), filing.figure(b, r, column)) for b, r in COPIED]
        given = [(now, then) for now, then in pairs if now.number and then.number is not None]
        if len(given) < LINES:
            yield NOT_APPLICABLE
        elif any(now.known != then.known for now, then in given):
            yield None
        else:
            cells: tuple[Figure, ...] = tuple(f for pair in given for f in pair)
            message = f"本年决算数有{len(given)}项与{name}分毫不差，如{money(given[0][0].known)}"
            yield Broken(message, cells, given[0][0].known, given[0][1].known, level=level, about=name)


@rule(
    "B-38",
    "退休人员增加与当年退休",
    Level.NOTICE,
    basis="自评报告提纲 一（二）人员情况；部门决算 机构人员情况表",
    remedy="核对两年年末退休人数与当年退休人数；接收其他单位退休人员的，写在“离退休人员变动原因”",
    report=Report.HERE,
)
def new_pensioners(pensioners: Table, change: Table) -> Verdict:
    """年末退休人数比上年末增加的人数，不应多于当年退休的在职人员（另有接收的写明原因）。去世的会使人数减少，不核对。"""
    now, last = pensioners["retired", "now"], pensioners["retired", "last"]
    retired = change["retired", "value"]
    if now.number is None or last.number is None or retired.number is None:
        return NOT_APPLICABLE
    more = now.known - last.known
    if more <= retired.known:
        return None
    message = f"退休人员由{people(last.known)}增至{people(now.known)}，增加{people(more)}，当年退休只有{people(retired.known)}"
    reason = pensioners["retired", "reason"].text
    return Broken(message, (now, last, retired), more, retired.known, Kind.COUNT, reason=reason)
