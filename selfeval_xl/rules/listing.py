"""Judgements on the rows of the project register, and on the sheets of annex 3 that should be there for them."""

from collections import defaultdict

from selfeval_xl.filing import Figure, Filing, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import money
from selfeval_xl.rules.projects import plain_name
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


@rule(
    "B-42",
    "两张附件3 填的是同一个项目",
    Level.ERROR,
    basis="附件3：一个一级项目支出一张表",
    remedy="在复制出来的那张附件3 的“项目支出名称”填入另一个项目的名称，序号、标题和金额随之更新；多余的一张删除",
)
def sheets_of_one_name(projects: Table, filing: Filing) -> list[Verdict] | None:
    """几张附件3 的项目名称相同，多于项目清单中选“是”的同名行数的，多半是复制附件3 后没有改名称，
    金额会重复计算。"""
    sheets = _sheets_by_name(filing)
    found: list[Verdict] = []
    for name, cells in sheets.items():
        marked = [row for row in projects.added if _marked(row.text("separate"), row.text("name"), name)]
        if len(cells) > max(1, len(marked)):
            said = "、".join(cell.place.sheet for cell in cells)
            message = f"{said} 填的都是“{cells[0].text}”"
            # The last sheet is the copy.
            found.append(Broken(message, tuple(reversed(cells)), kind=Kind.TEXT, about=cells[0].text))
    return found or None


@rule(
    "B-43",
    "选了单独填附件3，没有它的附件3",
    Level.WARNING,
    basis="附件3：一个一级项目支出一张表",
    remedy="复制最后一张附件3，在“项目支出名称”一格填入该项目的名称；不单独填的，项目清单改选“否”并选原因",
)
def marked_without_sheet(projects: Table, filing: Filing) -> list[Verdict] | None:
    """项目清单选了单独填附件3 的项目，找不到同名的附件3 的，逐个列出（多于 10 个项目时须自行复制附件3）。
    一张附件3 也没有的，或有附件3 的项目不在项目清单中的（另有规则），不核对。"""
    sheets = _sheets_by_name(filing)
    listed = {plain_name(row.text("name")) for row in projects.added}
    if filing.absent or not sheets or not listed.issuperset(sheets):  # X-03 tells of the sheet that is none's
        return [NOT_APPLICABLE]
    found: list[Verdict] = [
        Broken(
            f"“{row.text('name')}”选了单独填附件3，没有它的附件3",
            (row["separate"], row["name"]),
            kind=Kind.TEXT,
            about=row.text("name"),
        )
        for row in projects.added
        if row.text("separate") == "是" and row.text("name") and plain_name(row.text("name")) not in sheets
    ]
    return found or None


def _sheets_by_name(filing: Filing) -> dict[str, list[Figure]]:
    """The cells that name a project, of every sheet of annex 3 in use, by the name without blanks."""
    sheets: dict[str, list[Figure]] = defaultdict(list)
    for head in filing.over_copies("project_head"):
        if head["name", "value"].text:
            sheets[plain_name(head["name", "value"].text)].append(head["name", "value"])
    return dict(sheets)


def _marked(separate: str, own: str, name: str) -> bool:
    return separate == "是" and plain_name(own) == name
