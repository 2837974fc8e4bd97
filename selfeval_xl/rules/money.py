"""Judgements on amounts: 三公, buildings, negatives, the unit of money."""

from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing, Row, Table
from selfeval_xl.findings import Level, Report, shown
from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN, YUAN, fixed, percent, wan
from selfeval_xl.rules.comparing import by_hand, exceeds, longest, money, people
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

THREE_LINES = ("purchase", "running", "abroad", "reception")
HOMES = {"three": "total", "purchase": "purchase"}
OVER = {"initial": "超过年初预算", "last": "高于上年决算"}
NAMES = {
    "three": "“三公”经费",
    "purchase": "公务用车购置",
    "running": "公务用车运行维护",
    "abroad": "因公出国（境）",
    "reception": "公务接待",
}
MAY_BE_NEGATIVE = ("closing", "carryover", "recovered")


@rule(
    "A1-08",
    "“三公”经费只减不增",
    Level.WARNING,
    basis="附件1 经费控制情况；部门决算公开“三公”经费说明",
    remedy="核对预算数与决算数；确有超支或增加的，在“2收支情况”“三公”经费表的原因栏说明，公务用车购置注明批复文号",
    report=Report.HERE,
)
def three_kinds(costs: Table, three: Table, filing: Filing) -> Iterator[Verdict]:
    """“三公”经费合计和公务用车购置费，决算不应超过年初预算；合计不应高于上年决算。
    合计未增、只有某一项高于上年的，仅作提示。没有填的项不核对。"""
    whole, bought = costs.row("three"), costs.row("purchase")
    share = filing.form.setting("root_share")
    told = [whole] if _exceeded(whole, "initial", "last") else []
    if _excess(bought) > 0:
        told.append(bought)
    if len(told) == 2 and _excess(whole) > 0 and _excess(bought) >= share * _excess(whole):
        yield _three(told, three)
    else:
        yield from (_three([row], three) for row in told)
    risen = [costs.row(key) for key in THREE_LINES if exceeds(costs[key, "executed"], costs[key, "last"])]
    if risen and whole not in told:
        yield _lines_risen(risen, three)
    whole.known("executed")
    whole.known("initial")
    if not (told or risen):
        yield None


def _excess(row: Row) -> Fraction:
    over = exceeds(row["executed"], row["initial"])
    return row.known("executed") - row.known("initial") if over else Fraction(0)


def _exceeded(row: Row, *columns: str) -> list[str]:
    """Which of these columns the final account exceeds."""
    return [column for column in columns if exceeds(row["executed"], row[column])]


def _three(rows: list[Row], three: Table) -> Verdict:
    """One finding on the total, on the purchase of vehicles, or on both where the one explains the other."""
    said, cells = [], []
    for row in rows:
        columns = _exceeded(row, "initial", "last") if row.key == "three" else ["initial"]
        cells += [row["executed"], *(row[column] for column in columns)]
        over = [
            f"{OVER[c]}{money(row.known(c))}，多{money(row.known('executed') - row.known(c))}"
            for c in columns
        ]
        said.append(f"{NAMES[row.key]}决算{money(row.known('executed'))}，{'；'.join(over)}")
    reasons = [three[HOMES[row.key], "reason"].text for row in rows]
    about = NAMES[rows[0].key]
    return Broken(
        "；其中".join(said),
        tuple(cells),
        cells[0].number,
        cells[1].number,
        about=about,
        reason=longest(*reasons),
    )


def _lines_risen(risen: list[Row], three: Table) -> Verdict:
    said = [f"{NAMES[r.key]}{money(r.known('executed'))}，上年{money(r.known('last'))}" for r in risen]
    cells = [f for r in risen for f in (r["executed"], r["last"])]
    reason = longest(three["total", "reason"].text, *(three[r.key, "reason"].text for r in risen))
    message = f"合计未超，个别项高于上年：{'；'.join(said)}"
    return Broken(
        message,
        tuple(cells),
        cells[0].number,
        cells[1].number,
        level=Level.NOTICE,
        about="各项",
        reason=reason,
    )


@rule(
    "A1-10",
    "楼堂馆所控制率",
    Level.WARNING,
    basis="附件1 楼堂馆所控制情况：规模控制率＝实际规模÷批复规模，投资概算控制率＝实际投资÷预算投资",
    remedy="核对批复规模与实际规模、预算投资与实际投资；确有突破的，在核实说明中写明批准文号",
)
def buildings_within_limits(building: Row) -> Verdict:
    """当年完工的楼堂馆所，规模控制率、投资概算控制率不应超过 100%。没有完工项目的不核对。"""
    pairs = (("面积", "actual", "approved", "㎡"), ("投资", "spent", "budget", "万元"))
    over = [p for p in pairs if exceeds(building[p[1]], building[p[2]]) and building.known(p[2]) > 0]
    if not over:
        return None
    said = [
        f"实际{word}{_sized(building[actual], unit)}，批准{_sized(building[limit], unit)}，"
        f"为{percent(building.known(actual) / building.known(limit))}"
        for word, actual, limit, unit in over
    ]
    cells = tuple(building[key] for _, actual, limit, _ in over for key in (actual, limit))
    return Broken("；".join(said), cells, cells[0].number, cells[1].number, cells[0].kind)


def _sized(figure: Figure, unit: str) -> str:
    return shown(figure.known, figure.kind) + ("" if figure.kind is Kind.MONEY else unit)


@rule(
    "A1-13",
    "金额、面积为负数",
    Level.WARNING,
    basis="部门决算 审核要求：支出数一般不为负",
    remedy="核对是否多打了负号；确系冲销、退回形成的负数，在核实说明中写明。追加追减填在“年中调整”列",
)
def negative_amounts(filing: Filing) -> list[Verdict] | None:
    """预算数、决算数、执行数和面积一般不小于 0；“年中调整”和各差额列有正有负，不在此列。"""
    found: list[Verdict] = []
    for table in filing.tables.values():
        for row, column, figure in table.figures():
            if (
                figure.kind not in (Kind.MONEY, Kind.AREA)
                or not by_hand(figure)
                or figure.number is None
                or figure.number >= 0
            ):
                continue
            field = table.block.fields[row.key, column]
            if not field.signed and column not in MAY_BE_NEGATIVE:
                label = table.block.row(row.key).label + table.block.column(column).label
                message = f"{label}填的是{shown(figure.number, figure.kind)}"
                found.append(Broken(message, (figure,), figure.number, Fraction(0), figure.kind))
    return found or None


@rule(
    "B-22",
    "金额单位是否选对",
    Level.WARNING,
    basis="填表说明：第1-3张表的金额按所选的元或万元填写",
    remedy="核对“填报金额单位”与所填金额；确系如此的，在核实说明中写明",
)
def money_unit(filing: Filing, basic: Table, staff: Table) -> Verdict:
    """人均人员经费高于 {per_head_high}或低于 {per_head_low}的（界限由表样规定），多半是元、万元选错或填混。"""
    spent, heads = basic.known("personnel", "executed"), staff.known("total", "staff")
    if heads <= 0 or spent <= 0:
        return NOT_APPLICABLE
    if not unit_in_doubt(filing):
        return None
    each = f"{wan(spent / heads)}万元" if spent / heads >= WAN else f"{fixed(spent / heads / YUAN)}元"
    message = f"人员经费{money(spent)}，在职{people(heads)}，人均{each}，疑似金额单位有误"
    unit = filing.figure("unit", "money_unit", "value")
    return Broken(message, (unit, basic["personnel", "executed"], staff["total", "staff"]), spent)


def unit_in_doubt(filing: Filing) -> bool:
    """Whether 人员经费 a head is known and beyond the form's bounds: the whole book may be in another unit than it says."""
    spent, heads = filing.number("basic", "personnel", "executed"), filing.number("staff", "total", "staff")
    if not spent or not heads or spent < 0 or heads < 0:
        return False
    low, high = (filing.form.setting(name) * WAN for name in ("per_head_low", "per_head_high"))
    return not low <= spent / heads <= high
