"""Judgements on the form as filled: dates, problems and measures, ticks."""

from collections.abc import Iterator
from datetime import date

from selfeval_xl.filing import Figure, Filing, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import by_hand, money
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

APPROVED = "决算批复数"
APPROVAL_MONTH = 7
"""Final accounts are approved in the second half of the year."""
TICK = "√"
SOURCE_COLUMNS = ("initial", "carryover", "adjustment", "full", "executed", "closing", "recovered")
PROJECT_COLUMNS = ("initial", "carryover", "adjustment", "full", "executed", "closing")
NIL = (
    ("fund_nil", "fund_items", "fund"),
    ("capital_nil", "capital_items", "capital"),
    ("insurance_nil", "insurance_items", ""),
)


@rule(
    "B-20",
    "问题、原因与改进措施一一对应",
    Level.NOTICE,
    basis="自评报告提纲 七、八",
    remedy="在“4文字材料”补填原因分析和改进措施，使每个问题都有原因、有措施",
)
def problems_and_measures(problems: Table) -> Verdict:
    """每个存在的问题都应有原因分析和改进措施，报告第七、八部分才能一一对应。"""
    if not problems.added:
        return NOT_APPLICABLE
    missing = {
        column: [r[column] for r in problems.added if r[column].blank]
        for column in ("problem", "cause", "measure")
    }
    cells = tuple(f for figures in missing.values() for f in figures)
    if not cells:
        return None
    words = (("problem", "没有写问题"), ("cause", "没有原因分析"), ("measure", "没有改进措施"))
    said = [f"{len(missing[column])}个{word}" for column, word in words if missing[column]]
    return Broken(f"共填{len(problems.added)}行，其中{'、'.join(said)}", cells, kind=Kind.TEXT)


@rule(
    "B-21",
    "报告日期",
    Level.WARNING,
    basis="自评工作在年度终了后的次年进行；部门决算批复在次年下半年",
    remedy="核对报告日期；数据口径若不是批复数，改选“决算上报数”或“财务账面数”",
)
def report_date(unit: Table, filing: Filing) -> Verdict:
    """报告日期应在评价年度的次年；数据口径为决算批复数的，报告日期一般不早于次年 7 月。没有填日期的不核对。"""
    cell, basis = unit["report_date", "value"], unit["basis", "value"]
    day, year = cell.day, filing.form.year
    if day is None:
        return NOT_APPLICABLE
    said = f"报告日期{day.year}年{day.month}月{day.day}日"
    if day < date(year, 12, 31):
        return Broken(f"{said}，{year}年度尚未结束", (cell,), kind=Kind.DATE)
    if day.year != year + 1:
        return Broken(f"{said}，不在{year + 1}年", (cell,), kind=Kind.DATE)
    if basis.text == APPROVED and day.month < APPROVAL_MONTH:
        message = f"{said}，数据口径为“{APPROVED}”，此时决算一般尚未批复"
        return Broken(message, (cell, basis), kind=Kind.DATE, level=Level.NOTICE)
    return None


@rule(
    "X-08",
    "选了“无此项支出”又有金额",
    Level.ERROR,
    basis="附件4—6；自评报告提纲 三、四、五",
    remedy="确有支出的，清空“无此项支出”一格并填明细；没有的，清空金额或填 0",
)
def nil_and_yet(filing: Filing) -> Iterator[Verdict]:
    """附件4、5、6 选了“无此项支出”的，下面的明细、“2收支情况”对应的资金来源（各列，含结转和财政收回）、
    项目清单中用该来源的项目都不应有金额。只有“√”算选了。"""
    for nil, items, source in NIL:
        tick = filing.figure(nil, "nil", "value")
        if tick.text != TICK:
            yield NOT_APPLICABLE
            continue
        amounts = _amounts(filing.table(items)) + (_source_amounts(filing, source) if source else [])
        largest = max(amounts, key=lambda f: abs(f.known), default=None)
        if largest is None:
            yield None
        else:
            message = f"选了“无此项支出”，却填有金额，如{money(largest.known)}"
            yield Broken(message, (tick, *amounts), largest.known, about=filing.form.sheet_of(nil).name)


@rule(
    "X-10",
    "有支出而没有附件4、5 的明细",
    Level.WARNING,
    basis="附件4、附件5",
    remedy="在附件4（附件5）填写支出明细；不要选“无此项支出”",
)
def spent_without_items(filing: Filing) -> Iterator[Verdict]:
    """“2收支情况”填有政府性基金（国有资本经营）执行数的，附件4（附件5）应有明细。选了“无此项支出”的另行核对。"""
    for nil, items, source in NIL:
        if not source or filing.figure(nil, "nil", "value").text == TICK or filing.table(items).added:
            yield NOT_APPLICABLE
            continue
        spent = filing.figure("sources", source, "executed")
        if not spent.known:
            yield None
        else:
            sheet = filing.form.sheet_of(items).name
            message = f"“2收支情况”执行{money(spent.known)}，{sheet}没有填明细"
            yield Broken(message, (spent,), spent.known, about=sheet)


def _amounts(items: Table) -> list[Figure]:
    return [f for _, _, f in items.figures() if f.kind is Kind.MONEY and f.number and by_hand(f)]


def _source_amounts(filing: Filing, source: str) -> list[Figure]:
    sources, projects = filing.table("sources"), filing.table("projects")
    label = sources.block.row(source).label
    figures = [sources[source, column] for column in SOURCE_COLUMNS]
    figures += [
        row[column] for row in projects.added if row.text("source") == label for column in PROJECT_COLUMNS
    ]
    return [figure for figure in figures if figure.number]
