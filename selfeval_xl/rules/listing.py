"""Judgements on the cells of one row of the project register beside the others."""

from selfeval_xl.filing import Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import money
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

BUDGET = ("initial", "carryover", "adjustment")


@rule(
    "B-37",
    "项目预算没有填全",
    Level.NOTICE,
    basis="财预〔2020〕10号：全年预算数＝年初预算数＋上年结转＋年中调整",
    remedy="补填该项目的年初预算数、上年结转、年中调整，没有的填 0；否则算不出该项目的全年预算数和执行率",
)
def budget_left_blank(projects: Table) -> list[Verdict] | None:
    """项目清单中有的项目填了年初预算数、上年结转、年中调整，另一些项目填了执行数却空着其中一项的，全年预算数算不出，
    逐个列出。所有项目都没有填全的，视为单位不掌握，不核对。"""
    if not any(all(row[c].number is not None for c in BUDGET) for row in projects.added):
        return [NOT_APPLICABLE]
    found: list[Verdict] = []
    for row in projects.added:
        blank = [c for c in BUDGET if row[c].blank]
        if not blank or not row["executed"].number or row["full"].typed is not None:
            continue
        labels = "、".join(projects.block.column(c).label for c in blank)
        spent = row.known("executed")
        message = f"“{row.text('name')}”全年执行{money(spent)}，没有填{labels}，全年预算数算不出"
        found.append(Broken(message, tuple(row[c] for c in blank), spent, about=row.text("name")))
    return found or None


@rule(
    "A3-08",
    "单独填附件3 与不填的原因",
    Level.NOTICE,
    basis="附件3：一个一级项目支出一张表",
    remedy="单独填附件3 的，清空“不单独填的原因”；不单独填的，改选“否”",
)
def separate_and_reason(projects: Table) -> list[Verdict] | None:
    """项目清单选了单独填附件3，又选了不单独填的原因（如涉密）的，两者必有一误。"""
    rows = [row for row in projects.added if row.text("separate") == "是" and row.text("why_not")]
    found: list[Verdict] = [
        Broken(
            f"“{row.text('name')}”选了单独填附件3，又填了不单独填的原因“{row.text('why_not')}”",
            (row["why_not"], row["separate"]),
            kind=Kind.TEXT,
            about=row.text("name"),
        )
        for row in rows
    ]
    return found or None
