"""Judgements on what an amount cannot exceed: carry-over, kinds of projects, 三公, procurement, rows of annex 4."""

from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing, Row, Table
from selfeval_xl.findings import Level
from selfeval_xl.reconciling import SOURCES
from selfeval_xl.rules.comparing import by_hand, exceeds, money
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

KINDS = ("business", "operation", "province", "city", "county", "transfer", "other")
ECONOMIC = ("wages", "family", "goods")
"""310 is left out: what is bought once comes and goes."""
SLIP = 100
"""So many times last year's amount are a slip of the unit."""
BUDGETS = {"executed": "全年执行数", "full": "全年预算数", "initial": "年初预算数"}
ITEMS = (("fund_items", "fund"), ("capital_items", "capital"), ("insurance_items", ""))


def _above(parts: list[Figure], wholes: list[Figure]) -> Fraction:
    """By how much the parts surely exceed the wholes together; 0 where a whole is unknown."""
    if any(w.number is None for w in wholes):
        return Fraction(0)
    given = [p for p in parts if p.number is not None]
    gap = sum((p.known for p in given), Fraction(0)) - sum((w.known for w in wholes), Fraction(0))
    return gap if gap > sum(f.half for f in (*given, *wholes)) else Fraction(0)


@rule(
    "B-27",
    "上年结转的金额",
    Level.ERROR,
    basis="财预〔2020〕10号：全年预算数＝年初预算数＋上年结转＋年中调整；年初预算数已含的，上年结转是其中数",
    remedy="核对上年结转、年初预算数，以及“年初预算数是否已含上年结转”是否选对",
)
def carried_over(sources: Table, projects: Table, unit: Table) -> list[Verdict] | None:
    """年初预算数已含上年结转的，各资金来源、各项目的上年结转不应小于 0，也不应大于年初预算数；
    年初预算数不含上年结转的，上年结转小于 0 作警告。"""
    included = unit["carryover_included", "value"].text == "是"
    rows = [(sources.block.row(key).label, sources.row(key)) for key in SOURCES]
    rows += [(row.text("name") or f"第{row.number}行", row) for row in projects.added]
    found: list[Verdict] = []
    for label, row in rows:
        carried, initial = row["carryover"], row["initial"]
        if carried.number is not None and carried.known < 0:
            level = None if included else Level.WARNING
            message = f"{label}上年结转填的是{money(carried.known)}"
            found.append(Broken(message, (carried,), carried.known, Fraction(0), level=level, about=label))
        elif included and exceeds(carried, initial):
            message = (
                f"{label}年初预算数{money(initial.known)}已含上年结转，上年结转却有{money(carried.known)}"
            )
            found.append(Broken(message, (carried, initial), carried.known, initial.known, about=label))
    return found or None


@rule(
    "B-29",
    "项目清单的全年预算",
    Level.WARNING,
    basis="附件1 说明：“项目支出”需要填报基本支出以外的所有项目支出情况",
    remedy="核对各项目的年初预算数、上年结转、年中调整，以及“二、按支出性质分”项目支出的全年预算",
)
def full_budget_of_projects(split: Table, projects: Table, coverage: Table) -> Verdict:
    """项目清单全年预算数之和不应大于“2收支情况”项目支出的全年预算数；勾选明细已列全的，两者应相等。"""
    whole, parts = split["total", "full_project"], [row["full"] for row in projects.added]
    if whole.number is None or all(f.number is None for f in parts):
        return NOT_APPLICABLE
    excess = _above(parts, [whole])
    all_listed = coverage["complete", "value"].text == "是" and all(f.number is not None for f in parts)
    lacking = _above([whole], parts) if all_listed else Fraction(0)
    if not excess and not lacking:
        return None
    total = whole.known + excess - lacking
    said = f"多{money(excess)}" if excess else f"明细已列全，却少{money(lacking)}"
    message = f"项目清单全年预算合计{money(total)}，项目支出全年预算{money(whole.known)}，{said}"
    return Broken(message, (whole, *(f for f in parts if f.number)), total, whole.known)


@rule(
    "A1-11",
    "项目支出与七类项目",
    Level.ERROR,
    basis="附件1 经费控制情况：项目支出下列七类项目",
    remedy="核对项目支出与七类项目的金额；灰色格清空后由程序带入",
)
def kinds_within_projects(costs: Table) -> list[Verdict] | None:
    """附件1 七类项目之和不应大于同列的项目支出（上年决算列作警告）。
    这一列都由程序带入、未改动的，按“项目支出与项目清单”核对，不再重复。"""
    found: list[Verdict] = []
    for column in ("last", "initial", "executed"):
        whole, parts = costs["project", column], [costs[key, column] for key in KINDS]
        excess = _above(parts, [whole])
        if excess and any(by_hand(f) for f in (whole, *parts)):
            label = costs.block.column(column).label
            message = f"{label}：七类项目之和{money(whole.known + excess)}，项目支出{money(whole.known)}，多{money(excess)}"
            cells = tuple(sorted((whole, *(p for p in parts if p.number)), key=lambda f: not by_hand(f)))
            level = Level.WARNING if column == "last" else None
            found.append(Broken(message, cells, whole.known + excess, whole.known, level=level, about=label))
    return found or None


@rule(
    "A1-12",
    "“三公”经费不超过支出",
    Level.ERROR,
    basis="部门决算：“三公”经费是支出的一部分",
    remedy="核对“三公”经费与支出合计的金额和单位（元、万元）",
)
def three_within_spending(costs: Table, sources: Table, basic: Table) -> list[Verdict] | None:
    """“三公”经费不应大于同列的支出合计；上年决算列，不应大于上年基本支出与项目支出之和（两项都填了才核对）。"""
    wholes = {
        "executed": [sources["total", "executed"]],
        "initial": [sources["total", "initial"]],
        "last": [basic["total", "last"], costs["project", "last"]],
    }
    found: list[Verdict] = []
    for column, whole in wholes.items():
        three = costs["three", column]
        excess = _above([three], whole)
        if excess:
            label, limit = costs.block.column(column).label, three.known - excess
            message = f"{label}：“三公”经费{money(three.known)}，支出合计{money(limit)}，多{money(excess)}"
            found.append(Broken(message, (three, *whole), three.known, limit, about=label))
    return found or None


@rule(
    "B-28",
    "上年决算数的单位",
    Level.WARNING,
    basis="填表说明：第1-3张表的金额按所选的元或万元填写",
    remedy="核对上年决算数与本年决算数是否用了同一金额单位；确系如此的，在核实说明中写明",
)
def last_year_in_another_unit(basic: Table) -> list[Verdict] | None:
    """基本支出各经济分类和公用经费，上年决算数与本年决算数相差 100 倍以上的，多半是元、万元填混。
    一方为 0 或没有填的不核对。"""
    found: list[Verdict] = []
    for key in (*ECONOMIC, "operating"):
        if key == "operating" and found:
            break
        last, now = basic[key, "last"], basic[key, "executed"]
        if not last.number or not now.number or min(last.known, now.known) <= 0:
            continue
        if max(last.known / now.known, now.known / last.known) > SLIP:
            label = basic.block.row(key).label
            message = f"{label}上年决算{money(last.known)}，本年决算{money(now.known)}，相差100倍以上，疑似金额单位有误"
            found.append(Broken(message, (last, now), last.known, now.known, about=label))
    return found or None


@rule(
    "A1-14",
    "政府采购金额较大",
    Level.NOTICE,
    basis="政府采购在公用经费和项目支出中列支；采购金额是合同数，可以跨年",
    remedy="核对政府采购金额及其单位；合同跨年支付的不必改",
)
def procurement(costs: Table, basic: Table, split: Table) -> Verdict:
    """政府采购决算数大于公用经费（302＋310）与项目支出之和的，请复核。"""
    bought = costs["procurement", "executed"]
    wholes = [basic["operating", "executed"], split["total", "executed_project"]]
    if bought.number is None or any(w.number is None for w in wholes):
        return NOT_APPLICABLE
    excess = _above([bought], wholes)
    if not excess:
        return None
    limit = bought.known - excess
    message = f"政府采购{money(bought.known)}，公用经费与项目支出合计{money(limit)}，多{money(excess)}"
    return Broken(message, (bought, *wholes), bought.known, limit)


@rule(
    "A4-02",
    "附件4、5、6 各行",
    Level.ERROR,
    basis="附件4—6：执行数＝基本支出＋项目支出；执行率＝全年执行数÷全年预算数",
    remedy="核对该行的全年预算数、全年执行数与其中项；空着的补填，没有的填 0",
)
def item_rows(filing: Filing) -> Iterator[Verdict]:
    """附件4、5、6 每一行：其中的基本支出、项目支出之和应等于全年执行数，为错误；执行数大于全年预算数的，
    作警告；填了名称、没有填执行数，合计因而算不出、不能与“2收支情况”核对的，作警告（没有填预算数的，作提示）。"""
    for block, source in ITEMS:
        table, sheet = filing.table(block), filing.form.sheet_of(block).name
        for row in table.added:
            about = f"{sheet}“{row.text('name') or f'第{row.number}行'}”"
            yield _parts_of_item(row, about)
            yield _item_over_budget(row, about)
            yield (
                _item_left_blank(row, filing.table("sources").row(source), about)
                if source
                else NOT_APPLICABLE
            )


def _item_left_blank(row: Row, source: Row, about: str) -> Verdict:
    """A blank that keeps the total from being known, where 2收支情况 says that there is an amount."""
    columns = [c for c in ("executed", "full", "initial") if row[c].blank and source[c].number]
    if not columns or not row.text("name"):
        return NOT_APPLICABLE
    said = "、".join(f"{BUDGETS[c]}（“2收支情况”{money(source.known(c))}）" for c in columns)
    level = Level.WARNING if "executed" in columns else Level.NOTICE
    message = f"{about}没有填{said}，合计不能核对"
    return Broken(message, tuple(row[c] for c in columns), level=level, about=about)


def _parts_of_item(row: Row, about: str) -> Verdict:
    parts = [row[column] for column in ("basic", "project") if column in row.figures]
    given, whole = [p for p in parts if p.number is not None], row["executed"]
    if not given or whole.number is None:
        return NOT_APPLICABLE
    total, allowed = sum(p.known for p in given), whole.half + sum(p.half for p in given)
    over, short = total - whole.known > allowed, whole.known - total > allowed
    if not over and not (short and len(given) == len(parts)):
        return None
    message = f"{about}基本支出、项目支出之和{money(total)}，全年执行数{money(whole.known)}"
    return Broken(message, (whole, *given), Fraction(total), whole.known, about=about)


def _item_over_budget(row: Row, about: str) -> Verdict:
    full, executed = row["full"], row["executed"]
    if not exceeds(executed, full):
        return None if full.number is not None and executed.number is not None else NOT_APPLICABLE
    message = f"{about}全年执行数{money(executed.known)}，全年预算数{money(full.known)}，执行率超过100%"
    return Broken(message, (executed, full), executed.known, full.known, level=Level.WARNING, about=about)
