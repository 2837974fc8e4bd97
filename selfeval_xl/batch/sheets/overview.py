"""总览: the verdicts, the sums, the departments, and where to read on; two charts."""

from collections import Counter
from collections.abc import Sequence

from selfeval_xl.batch.consolidating import ALL, SUM_LINE, givers, internals, rates
from selfeval_xl.batch.lines import MEASURES
from selfeval_xl.batch.quality import quality
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets import gaps
from selfeval_xl.batch.sheets.cells import VERDICTS, difference, rate, wan
from selfeval_xl.checking.concluding import Standing
from selfeval_xl.scoring import grades
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BASE, BOLD, BOXED, CENTRE, FAINT, HEAD, LINK, PLAIN, TITLE, Look
from selfeval_xl.writing.summary.charts import Bars, draw_bars
from selfeval_xl.writing.summary.tables import PERCENT, WAN, WHOLE

NAME = "总览"
WIDTHS = (34.0, 12.0, 16.0, 16.0, 16.0, 12.0, 44.0)
SHOWN = ("initial", "full", "executed")
HEADS = tuple(f"{MEASURES[measure]}（万元）" for measure in SHOWN)
VERDICTS_AT = 4
CHARTED = 15
"""Departments in the chart: the largest."""
CHARTS_AT = 1, 4
"""The columns where the two charts begin, side by side below the tables, within the width of the page."""
CHART_SIZES = (430, 230), (620, 110)
PER_DEPARTMENT = 40
"""Pixels of the second chart's height for each of them."""
COLOURS = {"年初预算数": "#8EA9DB", "全年执行数": "#2F5597"}


def draw_overview(page: Page, facts: Facts, sheets: Sequence[str]) -> None:
    """The first sheet. `sheets`: the names of the others."""
    page.widths(dict(enumerate(WIDTHS, 1)))
    page.height(1, 30)
    page.text(1, 1, f"{facts.desk.form.year}年度部门整体支出绩效自评汇总", BASE, TITLE)
    page.text(2, 1, _counts(facts), BASE)
    row = _verdicts(page, VERDICTS_AT, facts)
    row = _grades(page, row + 1, facts)
    departments_at = _qualities(page, row + 1, facts) + 1
    row = _departments(page, departments_at, facts)
    page.text(row + 1, 1, "其他各表", BASE, BOLD)
    for at, name in enumerate(sheets, row + 2):
        page.link(at, 1, name, "A1", name, BASE, LINK)
    _charts(page, row + len(sheets) + 3, departments_at, facts)
    page.for_print(landscape=True, header=NAME)
    page.sheet.activate()


def _counts(facts: Facts) -> str:
    """How many files, units and filings, and what did not come in."""
    desk = facts.desk
    unusable = sum(bool(r.trouble) for r in desk.records)
    empty = sum(r.empty for r in desk.records)
    doubts = sum(bool(desk.choices[r.name].doubt) for r in desk.latest)
    pending, waiting = sum(r.pending for r in desk.latest), sum(r.pending > 0 for r in desk.latest)
    own = sum(bool(r.overlay) for r in desk.latest)
    parts = [
        f"填报文件 {len(desk.records)} 个，单位 {len(desk.latest)} 个，计入汇总 {len(desk.counted)} 个",
        f"不能用的文件 {unusable} 个" if unusable else "",
        f"空白模板 {empty} 个" if empty else "",
        f"跳过 {len(facts.skipped)} 个文件" if facts.skipped else "",
        f"未报送 {len(facts.unfiled)} 个单位（见“未报送”表）" if facts.unfiled else "",
        f"请核实 {doubts} 个单位（见“单位”表）" if doubts else "",
        f"已填复核 {len(facts.reviews.of)} 个单位（见“单位”表）" if facts.reviews.of else "",
        f"待财政认定 {pending} 条（{waiting} 个单位，见“单位”表）" if pending else "",
        f"按文件自带的调整方案核对 {own} 个单位" if own else "",
    ]
    return "；".join(part for part in parts if part) + "。"


def _heads(page: Page, row: int, heads: Sequence[str]) -> None:
    page.height(row, 20)
    for at, head in enumerate(heads, 1):
        page.text(row, at, head, BASE, HEAD)


def _verdicts(page: Page, row: int, facts: Facts) -> int:
    """A row a verdict, with the sums of the units that count; returns the row below."""
    _heads(page, row, ("结论", "单位数", *HEADS, "计入的单位数", gaps.HEAD))
    for at, standing in enumerate(Standing, row + 1):
        own = [record for record in facts.desk.latest if record.verdict == standing]
        page.text(at, 1, standing, BASE, BOXED, VERDICTS[standing])
        page.number(at, 2, len(own), BASE, BOXED, WHOLE)
        counted = [record for record in own if facts.desk.choices[record.name].counted]
        amounts = [[facts.desk.amount(record, SUM_LINE, m) for record in counted] for m in SHOWN]
        known = [[amount for amount in column if amount is not None] for column in amounts]
        some = sum(any(amount is not None for amount in unit) for unit in zip(*amounts, strict=True))
        sums = [(sum(column) if column else None, len(column)) for column in known]
        _sums(page, at, sums, some, len(counted), PLAIN)
        page.number(at, len(HEADS) + 3, len(counted), BASE, BOXED, WHOLE)
    return row + len(Standing) + 1


def _grades(page: Page, row: int, facts: Facts) -> int:
    """How many units and projects gave themselves which grade, and how many scores cannot be told."""
    _heads(page, row, ("自评等级", "单位数", "项目数"))
    units = Counter(record.grade for record in facts.desk.latest)
    projects = Counter(project.grade for record in facts.desk.latest for project in record.projects)
    usual = [name for _, name in grades(facts.desk.form)]
    others = sorted({*units, *projects} - {*usual, ""})
    named = {name: name for name in (*usual, *others)} | {"": "得分没有填全"}
    for at, (grade, name) in enumerate(named.items(), row + 1):
        page.text(at, 1, name, BASE, BOXED, CENTRE)
        page.number(at, 2, units[grade], BASE, BOXED, WHOLE)
        page.number(at, 3, projects[grade], BASE, BOXED, WHOLE)
    return row + len(named) + 1


def _qualities(page: Page, row: int, facts: Facts) -> int:
    _heads(page, row, ("填报质量（不是自评等级）", "单位数"))
    grades = Counter(quality(record).grade for record in facts.desk.latest)
    for at, name in enumerate("ABCDE", row + 1):
        page.text(at, 1, name, BASE, BOXED, CENTRE)
        page.number(at, 2, grades[name], BASE, BOXED, WHOLE)
    return row + 6


def _departments(page: Page, row: int, facts: Facts) -> int:
    """All units and each department, the largest first: budget, accounts, rate."""
    _heads(page, row, ("主管部门", "单位数", *HEADS, "执行率", gaps.HEAD))
    executed = {name: facts.totals.sum(name, _at(facts, "executed")) or 0 for name in facts.totals.units}
    names = sorted(executed, key=lambda name: (name != ALL, -executed[name], name))
    both, given = rates(facts.desk), givers(facts.desk)
    for at, name in enumerate(names, row + 1):
        look: Look = BOLD if name == ALL else {}
        page.text(at, 1, name, BASE, BOXED, look)
        page.number(at, 2, facts.totals.units[name], BASE, BOXED, WHOLE, look)
        columns = [_at(facts, measure) for measure in SHOWN]
        sums = [(facts.totals.sum(name, column), facts.totals.filled_by(name, column)) for column in columns]
        _sums(page, at, sums, given.get((name, SUM_LINE), 0), facts.totals.units[name], look)
        page.value(at, len(HEADS) + 3, rate(*both.get(name, (None, None))), BASE, BOXED, PERCENT, look)
    last = row + len(names)
    for at, note in enumerate(_notes(facts), last + 1):
        page.text(at, 1, note, BASE, FAINT)
    return last + 4


def _charts(page: Page, row: int, departments_at: int, facts: Facts) -> None:
    """The verdicts, and the largest departments below the line of all; on a page of their own."""
    colours = [str(VERDICTS[standing]["bg_color"]) for standing in Standing]
    rows = (VERDICTS_AT + 1, VERDICTS_AT + len(Standing))
    bars = Bars(NAME, "各结论的单位数", rows, 1, (("单位数", 2, colours[0]),), colours)
    draw_bars(page, row, CHARTS_AT[0], bars, CHART_SIZES[0])
    charted = min(len(facts.totals.units) - 1, CHARTED)
    if charted:
        series = tuple((name, 3 if name == "年初预算数" else 5, colour) for name, colour in COLOURS.items())
        rows = (departments_at + 2, departments_at + 1 + charted)
        bars = Bars(NAME, "各主管部门年初预算数与全年执行数（万元）", rows, 1, series)
        width, height = CHART_SIZES[1]
        draw_bars(page, row, CHARTS_AT[1], bars, (width, height + PER_DEPARTMENT * charted))
    page.sheet.set_h_pagebreaks([row - 2])


def _at(facts: Facts, measure: str) -> int | None:
    return facts.desk.position.get((SUM_LINE, measure))


def _sums(
    page: Page, row: int, sums: Sequence[tuple[int | None, int]], some: int, units: int, look: Look
) -> None:
    """Sums, each with the number of units that have it, and which of them are incomplete. `some`: so many have any."""
    for column, (total, filled) in enumerate(sums, 3):
        page.value(row, column, wan(total), BASE, BOXED, WAN, look, gaps.look_of(filled, some, units))
    numbers = {MEASURES[measure]: filled for measure, (_, filled) in zip(SHOWN, sums, strict=True)}
    page.text(row, len(WIDTHS), gaps.counted(numbers, units), BASE, BOXED)


def _notes(facts: Facts) -> list[str]:
    """How the sums are to be read."""
    internal = internals(facts.desk).get(ALL)
    notes = [
        "各数为填报了该数的单位之和；有底色的数合计不全，右边写明几个单位填了，见“汇总预决算”表的说明。",
        "不计入汇总的单位（如部门汇总已含的），只计单位数，不计金额。执行率只用两个数都填了的单位计算。",
    ]
    if internal:
        executed = facts.totals.sum(ALL, _at(facts, "executed"))
        notes.append(
            f"单位之间内部往来 {wan(internal):.2f} 万元，抵销后全年执行数 {wan(difference(executed, internal)):.2f} 万元。"
        )
    return notes
