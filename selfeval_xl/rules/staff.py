"""Judgements on posts and staff."""

from selfeval_xl.filing import Figure, Filing, Table, Unknown
from selfeval_xl.findings import Level, Report
from selfeval_xl.forms import Kind
from selfeval_xl.money import percent, plain
from selfeval_xl.reconciling import MOVES, account
from selfeval_xl.rules.comparing import by_hand, people
from selfeval_xl.rules.comparing import net as moved
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Short, Verdict, rule

SIGNED_COUNTS = "change"
"""The block whose counts may be negative: who joined and who left."""


@rule(
    "A1-05",
    "在职人员控制率",
    Level.WARNING,
    basis="附件1 财政供养人员情况：控制率＝实际在职人数÷编制数",
    remedy="核对编制数与在职人数；确属超编的，在“1基本情况”的“在职人数超编原因”一格说明",
    report=Report.HERE,
)
def over_posts(posts: Table, change: Table) -> Verdict:
    """在职人员控制率超过 100% 的，须说明超编原因。编制数、在职人数以附件1 为准，
    未改动时即“1基本情况”的合计。编外聘用、借调、遗属人员不计入在职人数。"""
    staff, limit = posts.known("all", "staff"), posts.known("all", "posts")
    if limit <= 0:
        return NOT_APPLICABLE
    if staff <= limit:
        return None
    message = f"在职{people(staff)}，编制{people(limit)}，控制率{percent(staff / limit)}，超编{people(staff - limit)}"
    cells = (posts["all", "staff"], posts["all", "posts"])
    return Broken(message, cells, staff, limit, Kind.COUNT, reason=change["over_reason", "value"].text)


@rule(
    "A1-09",
    "人数、数量须为整数",
    Level.ERROR,
    basis="附件1 财政供养人员情况；部门决算 机构人员情况表",
    remedy="改为年末实有的整数；不用平均人数，也不带小数或负号。没有编制而有在职人员的，核对编制数是否漏填",
)
def whole_numbers(filing: Filing) -> list[Verdict] | None:
    """编制、在职、离退休等人数和实物量都是不小于 0 的整数（变动人数和其他增减可以为负）；
    编制数为 0 而有在职人员的，两者必有一误。"""
    found: list[Verdict] = []
    for table in filing.tables.values():
        typed = [f for _, _, f in table.figures() if f.kind is Kind.COUNT and by_hand(f)]
        for figure in typed:
            if figure.number is not None and figure.number.denominator != 1:
                found.append(Broken(f"填的是{plain(figure.number)}，应为整数", (figure,), kind=Kind.COUNT))
            elif figure.number is not None and figure.number < 0 and table.block.key != SIGNED_COUNTS:
                found.append(Broken(f"填的是{plain(figure.number)}，不应为负数", (figure,), kind=Kind.COUNT))
    posts, staff = (filing.figure("posts", "all", column) for column in ("posts", "staff"))
    if posts.number == 0 and staff.number is not None and staff.number > 0:
        found.append(Broken(f"编制数为0，在职却有{people(staff.number)}", (posts, staff), kind=Kind.COUNT))
    return found or None


@rule(
    "B-03",
    "在职人数两处一致",
    Level.WARNING,
    basis="自评报告提纲 一（二）人员情况；附件1 实际在职人数",
    remedy="清空附件1 的实际在职人数，由程序从“1基本情况”带入；口径不同的（如不含独立核算单位），在核实说明中写明",
)
def staff_in_two_places(posts: Table, staff: Table) -> Verdict:
    """附件1 的实际在职人数应与“1基本情况”的在职人数合计一致。"""
    annex, basics = posts["all", "staff"], staff["total", "staff"]
    if annex.known == basics.known:
        return None
    gap = people(abs(annex.known - basics.known))
    message = f"附件1 实际在职{people(annex.known)}，“1基本情况”在职合计{people(basics.known)}，相差{gap}"
    return Broken(message, (annex, basics), annex.known, basics.known, Kind.COUNT)


@rule(
    "B-17",
    "人员增减与净变动",
    Level.NOTICE,
    basis="自评报告提纲 一（二）人员情况；部门决算 机构人员情况表",
    remedy="核对招录、调入、调出、退休、死亡和其他增减人数；其他减少填负数，没有的填 0",
)
def joiners_and_leavers(change: Table, staff: Table) -> Verdict:
    """招录＋调入－调出－当年退休－死亡＋其他增减，应等于本年末减上年末在职人数。只填了一项或都没有填的不核对；
    有空白而对不上的，指出可能漏填的格。"""
    net = staff.known("total", "staff") - staff.known("total", "staff_last")
    moves = account(change)
    if moves is None:
        raise Unknown(next(figure.place for figure in _moves(change) if figure.number is None))
    if moves.net == net:
        return None
    gap = people(abs(moves.net - net))
    message = f"按增减各项算，净变动为{moved(moves.net)}；按两年年末在职人数算，为{moved(net)}，相差{gap}"
    if blanks := moves.closing(net):
        return Short(f"{message}；其中有空白格，未能核对", blanks, moves.net, net, Kind.COUNT)
    cells = (*_moves(change), staff["total", "staff"], staff["total", "staff_last"])
    return Broken(message, cells, moves.net, net, Kind.COUNT)


def _moves(change: Table) -> tuple[Figure, ...]:
    return tuple(change[row, "value"] for row in MOVES)
