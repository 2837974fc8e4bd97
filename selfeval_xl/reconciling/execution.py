"""Low execution: which projects (or the whole) spent less of the full-year budget than may pass without a word."""

from collections.abc import Sequence
from fractions import Fraction

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Filing, Row
from selfeval_xl.filing.publishing import is_secret
from selfeval_xl.money import percent, wan

LOW = ("problems", "low")
"""The row of 4文字材料 in which the unit accepts low execution as a problem."""


def slow_projects(filing: Filing) -> list[Row]:
    """The projects whose execution is below `execution_floor`, the most unspent money first; none that is 涉密."""
    floor = filing.form.setting("execution_floor")
    named = (row for row in filing.added("projects") if row.text("name") and not is_secret(row))
    slow = [(row, rate) for row in named if (rate := rate_of(row)) is not None and rate < floor]
    return [row for row, _ in sorted(slow, key=lambda one: -_unspent(one[0]))]


def rate_of(row: Row) -> Fraction | None:
    """执行数 / 全年预算数; None where either is unknown or there is no budget."""
    full, executed = row["full"].number, row["executed"].number
    return executed / full if full and full > 0 and executed is not None else None


def said_of_low(filing: Filing, slow: Sequence[tuple[str, Row]]) -> str:
    """部分项目预算执行率偏低（甲等6个，执行率61.14%—88.43%）: the projects with their names or, where there are none,
    the whole; "" where execution is not low."""
    rates = [rate for _, row in slow if (rate := rate_of(row)) is not None]
    if not rates:
        return _of_the_whole(filing)
    ends = list(dict.fromkeys((percent(min(rates)), percent(max(rates)))))
    if len(slow) == 1:
        return f"{slow[0][0]}预算执行率偏低（执行率{ends[0]}）"
    names = "、".join(name for name, _ in slow) if len(slow) == 2 else f"{slow[0][0]}等"
    return f"部分项目预算执行率偏低（{names}{len(slow)}个，执行率{'—'.join(ends)}）"


def accepts_low(filing: Filing) -> bool:
    """Whether the unit wrote a measure against it: a problem is printed with one or not at all."""
    return not says_nothing(filing.text(*LOW, "measure"))


def _of_the_whole(filing: Filing) -> str:
    if not all(filing.form.has("sources", "total", column) for column in ("full", "executed")):
        return ""
    total = filing.table("sources").row("total")
    rate, full, executed = rate_of(total), total["full"].number, total["executed"].number
    if rate is None or rate >= filing.form.setting("execution_floor") or full is None or executed is None:
        return ""
    return (
        f"部门整体预算执行率偏低（全年预算{wan(full)}万元、执行{wan(executed)}万元，执行率{percent(rate)}）"
    )


def _unspent(row: Row) -> Fraction:
    return row.known("full") - row.known("executed")
