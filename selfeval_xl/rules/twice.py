"""Judgements on one figure that stands in two places, where the places may differ for a reason."""

from fractions import Fraction

from selfeval_xl.filing import Figure, Table
from selfeval_xl.findings import Level
from selfeval_xl.rules.comparing import by_hand, meet, money, touched
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Residual, Verdict, rule


@rule(
    "A2-01",
    "按收入性质分与年度资金总额",
    Level.ERROR,
    basis="附件2 年度预算申请：年度资金总额＝按收入性质分各项之和",
    remedy="核对按收入性质分的各项，使合计等于年度资金总额的全年预算数（或全年执行数）",
)
def income_split_total(income_split: Table, request: Table) -> Verdict:
    """按收入性质分只有一列，合计应等于年度资金总额的全年预算数或全年执行数；
    只等于年初预算数的，作提示。两处都由程序带入、未改动的，不再核对。"""
    total = income_split["total", "amount"]
    full, executed, initial = (request["total", c] for c in ("full", "executed", "initial"))
    total.known  # noqa: B018
    if not touched(income_split):
        return None
    if any(f.number is not None and _sums_to(total, f.known, f.half) for f in (full, executed)):
        return None
    if full.known != initial.known and _sums_to(total, initial.known, initial.half):
        message = f"按收入性质分合计{money(total.known)}等于年初预算数，全年预算数为{money(full.known)}"
        return Broken(message, (total, full), total.known, full.known, level=Level.NOTICE)
    message = (
        f"按收入性质分合计{money(total.known)}，与全年预算数{money(full.known)}相差"
        f"{money(abs(total.known - full.known))}，与全年执行数{money(executed.known)}、"
        f"年初预算数{money(initial.known)}也不相等"
    )
    return Broken(message, (total, full, executed, initial), total.known, full.known)


def _sums_to(total: Figure, amount: Fraction, half: int) -> bool:
    """By what was typed or by what its parts add up to: a slip between the two is another rule's."""
    sums = [v for v in (total.typed, total.computed) if isinstance(v, Fraction)]
    return any(abs(value - amount) <= total.half + half for value in sums)


@rule(
    "A2-02",
    "按支出性质分与按收入性质分",
    Level.ERROR,
    basis="附件2 年度预算申请：两种分法是同一笔年度资金总额",
    remedy="两种分法用同一口径（都用全年预算数或都用全年执行数），核对基本支出、项目支出与各项资金",
)
def two_splits(income_split: Table, spending_split: Table) -> Verdict:
    """按支出性质分的合计应等于按收入性质分的合计；差额恰为其他支出（经营支出、上缴上级、对附属单位补助）的，
    视为相等。两处都由程序带入、未改动的，不再核对。"""
    income, spending = income_split["total", "amount"], spending_split["total", "amount"]
    gap = abs(income.known - spending.known)
    if not (touched(income_split) or touched(spending_split)):
        return None
    others = spending_split["other", "amount"].number or Fraction(0)
    sums = [v for v in (income.typed, income.computed) if isinstance(v, Fraction)]
    if any(_sums_to(spending, v, income.half) for v in sums) or gap == others:
        return _same_twice(spending, income) if 0 < gap <= income.half + spending.half else None
    message = (
        f"按支出性质分合计{money(spending.known)}，按收入性质分合计{money(income.known)}，相差{money(gap)}"
    )
    return Broken(message, (spending, income), spending.known, income.known)


def _same_twice(left: Figure, right: Figure) -> Residual:
    gap = money(abs(left.known - right.known))
    return Residual(f"同一数两处相差{gap}，请改一致", (left, right), left.known, right.known)


@rule(
    "X-02",
    "附件1 项目支出预算",
    Level.NOTICE,
    basis="附件1 经费控制情况：项目支出预算数",
    remedy="附件1 的项目支出预算数填年初预算数（也可填全年预算数），请与“2收支情况”一致",
)
def project_budget(costs: Table, split: Table) -> Verdict:
    """附件1 的项目支出预算数应等于“2收支情况”的项目支出年初预算数或全年预算数。"""
    annex = costs["project", "initial"]
    candidates = [split["total", column] for column in ("initial_project", "full_project")]
    if not by_hand(annex):
        return NOT_APPLICABLE if annex.blank else None
    if any(f.number is not None and meet(annex, f) for f in candidates):
        return None
    home = candidates[0]
    gap = money(abs(annex.known - home.known))
    message = (
        f"附件1 项目支出预算{money(annex.known)}，年初预算{money(home.known)}，相差{gap}，也不等于全年预算"
    )
    return Broken(message, (annex, home), annex.known, home.known)


@rule(
    "X-07",
    "公用经费两处一致",
    Level.WARNING,
    basis="附件1 说明：“公用经费”填报基本支出中的一般商品和服务支出；部门决算公开06表：公用经费＝302＋310",
    remedy="清空附件1 的公用经费，由程序从“2收支情况”带入；口径不同的，在核实说明中写明",
)
def operating_in_two_places(costs: Table, basic: Table) -> list[Verdict] | None:
    """附件1 的公用经费应等于“2收支情况”的公用经费，或商品和服务支出，或商品和服务支出加资本性支出。"""
    typed = [c for c in ("last", "initial", "executed") if by_hand(costs["operating", c])]
    verdicts = [_operating(costs["operating", column], column, basic) for column in typed]
    return verdicts or None


def _operating(annex: Figure, column: str, basic: Table) -> Verdict:
    whole, goods, capital = (basic[row, column] for row in ("operating", "goods", "capital"))
    amounts = [f.known for f in (whole, goods) if f.number is not None]
    if goods.number is not None and capital.number is not None:
        amounts.append(goods.known + capital.known)
    if not amounts:
        return NOT_APPLICABLE
    nearest = min(amounts, key=lambda amount: abs(amount - annex.known))
    gap, allowed = abs(nearest - annex.known), annex.half + whole.half + goods.half + capital.half
    if gap > allowed:
        label = basic.block.column(column).label
        message = (
            f"{label}：附件1 公用经费{money(annex.known)}，“2收支情况”{money(nearest)}，相差{money(gap)}"
        )
        return Broken(message, (annex, whole), annex.known, nearest, about=label)
    same = f"同一数两处相差{money(gap)}，请改一致"
    return Residual(same, (annex, whole), annex.known, nearest) if gap else None
