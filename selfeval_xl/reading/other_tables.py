"""Tables of budgets and accounts that people hand in for a self-evaluation: what they are, and what to do with them."""

import re
from collections.abc import Iterable, Sequence

from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain

TOP = 6
"""Titles and numbers of forms stand in the first rows."""
ACCOUNTS, DISCLOSED, BUDGET, EXECUTION, LEDGER = (
    "部门决算软件导出的报表",
    "部门决算公开表",
    "部门预算公开表",
    "预算指标执行明细表",
    "会计账表",
)
MARKS: tuple[tuple[str, re.Pattern[str]], ...] = (
    (ACCOUNTS, re.compile(r"财决(?:附)?\d+(?:-\d+)?表|.{0,12}年度部门决算报表")),
    (DISCLOSED, re.compile(r"公开\d+表")),
    (BUDGET, re.compile(r"部门公开表\d+")),
    (
        EXECUTION,
        re.compile(r".{0,40}(?:指标(?:执行(?:情况)?(?:明细)?|明细|台账)|用款计划(?:明细|台账)?)[表账]?"),
    ),
    (DISCLOSED, re.compile(r".{0,30}决算(?:总|明细)?表")),
    (BUDGET, re.compile(r".{0,30}(?:预算公开|(?:预算|收支|收入|支出)总|预算(?:支出)?|绩效目标)表")),
    (
        BUDGET,
        re.compile(
            r".{0,30}(?:支出|收支|收入)总体情况表|.{0,30}一般公共预算.{0,10}情况表|.{0,30}经费预算情况表"
        ),
    ),
    (LEDGER, re.compile(r".{0,20}(?:科目余额表|资产负债表|收入费用表|明细账|总账)")),
)
"""What each says in its titles, after `plain`; the numbers of forms go before their titles."""
YEAR_BEFORE = re.compile(r"^\(?20\d\d年?度?\)?")
REMEDY = {
    ACCOUNTS: "请把其中的数按万元填入填报模板的收支、人员各表（年初预算、全年预算、决算数）",
    DISCLOSED: "请把其中的决算数填入填报模板的收支各表",
    BUDGET: "请把其中的年初预算数和绩效目标填入填报模板",
    EXECUTION: "请按项目汇总后填入填报模板的项目清单",
    LEDGER: "请按决算口径汇总后填入填报模板",
}


def kind_of(sheet: Sheet) -> tuple[str, Place] | None:
    """What the sheet is by its title, and where it says so; None where it is no such table."""
    top = {at: cell.value for at, cell in sorted(sheet.cells.items()) if at[0] <= TOP}
    for name, mark in MARKS:
        for (row, column), value in top.items():
            if isinstance(value, str) and mark.fullmatch(YEAR_BEFORE.sub("", plain(value))):
                return name, Place(sheet.name, row, column)
    return None


def what_it_is(sheets: Iterable[Sheet]) -> str | None:
    """One sentence on a file that is such a table, with what to do; None where it is none."""
    found = [kind for sheet in sheets if (kind := kind_of(sheet)) is not None]
    if not found:
        return None
    name, place = _commonest(found)
    return f"是{name}（{place}），不是自评的填报模板或官方附件；{REMEDY[name]}，再转换"


def _commonest(found: Sequence[tuple[str, Place]]) -> tuple[str, Place]:
    names = [name for name, _ in found]
    most = max(dict.fromkeys(names), key=names.count)
    return next(kind for kind in found if kind[0] == most)
