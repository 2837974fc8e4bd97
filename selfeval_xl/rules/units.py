"""Judgements on a part of the book that is in another unit of money than the rest: nothing in the book contradicts it."""

from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.findings import Level
from selfeval_xl.money import WAN, YUAN, fixed, plain
from selfeval_xl.rules.bounds import BUDGETS, SLIP
from selfeval_xl.rules.comparing import money
from selfeval_xl.rules.money import unit_in_doubt
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

YI = 10_000 * WAN
"""分 in one 亿元."""


@rule(
    "B-39",
    "个别内容的金额单位",
    Level.WARNING,
    basis="填表说明：第1-3张表的金额按所选的元或万元填写，附件各表按万元填写",
    remedy="核对这部分金额用的是元还是万元；属实的在核实说明中写明",
)
def part_in_another_unit(filing: Filing) -> Iterator[Verdict]:
    """没有别处可对的金额，也不应小得或大得不合常理：公务用车运行维护费平均每辆不足 {vehicle_low}（没有填保有量的按 1 辆）；
    附件1 的部门基本支出预算调整比全部资金来源还多；附件6 一项超过 {insurance_most}（金额单位为元的，各项都超过其十分之一），
    而且超过本单位资金来源 100 倍。每辆车和附件6 的界限由表样规定。
    整本账册的单位看来选错了的，按“金额单位是否选对”核对，不再重复。"""
    if unit_in_doubt(filing):
        yield NOT_APPLICABLE
        return
    yield _vehicles(filing)
    whole = _whole(filing)
    yield _adjustment(filing, whole)
    yield _insurance(filing, whole)


def _whole(filing: Filing) -> Figure | None:
    """The largest of 资金来源合计, before the year or after; None where nothing is known of it."""
    given = [filing.figure("sources", "total", column) for column in ("initial", "full", "executed")]
    return max((f for f in given if f.number), key=lambda f: f.known, default=None)


def _vehicles(filing: Filing) -> Verdict:
    spent, kept = (
        filing.figure("three", "running", "executed"),
        filing.figure("three_memo", "vehicles", "now"),
    )
    if spent.number is None or spent.known <= 0:
        return NOT_APPLICABLE
    count = max(kept.number or Fraction(1), Fraction(1))
    if spent.known >= count * filing.form.setting("vehicle_low") * WAN:
        return None
    beside = f"，公务用车{plain(count)}辆" if kept.number else ""
    message = f"公务用车运行维护费全年{fixed(spent.known / YUAN)}元{beside}，疑似金额单位有误"
    return Broken(message, (spent, kept) if kept.number else (spent,), about="公务用车运行维护费")


def _adjustment(filing: Filing, whole: Figure | None) -> Verdict:
    given = [filing.figure("costs", "adjustment", column) for column in ("executed", "initial")]
    largest = max((f for f in given if f.number), key=lambda f: abs(f.known), default=None)
    if largest is None or whole is None:
        return NOT_APPLICABLE
    if abs(largest.known) <= whole.known:
        return None
    said = f"部门基本支出预算调整{money(largest.known)}，资金来源合计只有{money(whole.known)}"
    return Broken(f"{said}，疑似金额单位有误", (largest, whole), largest.known, whole.known, about="预算调整")


def _insurance(filing: Filing, whole: Figure | None) -> Verdict:
    rows = filing.table("insurance_items").added
    given = [(row, column) for row in rows for column in BUDGETS if row[column].number]
    if not given or whole is None:
        return NOT_APPLICABLE
    row, column = max(given, key=lambda at: at[0].known(at[1]))
    largest, most = row[column], filing.form.setting("insurance_most") * YI
    least = min(row.known(column) for row, column in given)
    too_much = largest.known > most or (filing.scale == YUAN and least > most / 10)
    if not too_much or largest.known <= SLIP * whole.known:
        return None
    said = f"社会保险基金“{row.text('name')}”{BUDGETS[column]}{money(largest.known)}"
    message = f"{said}，本单位资金来源合计{money(whole.known)}，疑似金额单位有误"
    return Broken(message, (largest, whole), largest.known, whole.known, about="社会保险基金")
