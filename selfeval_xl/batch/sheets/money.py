"""汇总预决算, 汇总核对, 执行, 项目得分: the figures of the units that count."""

from collections.abc import Iterator, Mapping

from selfeval_xl.batch.consolidating import ALL, SUM_LINE, department, footings, givers, internals
from selfeval_xl.batch.lines import MEASURES, Line
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets import gaps
from selfeval_xl.batch.sheets.cells import count, difference, rate, unit, wan
from selfeval_xl.writing.style import BOLD, Look
from selfeval_xl.writing.summary.tables import (
    MIDDLE,
    PERCENT,
    SCORE,
    WAN,
    WHOLE,
    Cell,
    Coloured,
    Column,
    Table,
)

FLAG = "全年预算数等于执行数，执行率100%不说明问题"
NET = "抵销后资金来源合计"
INTERNAL = "减：内部往来"
GIVEN = "本行有数的单位数"
PRINTED = 68
"""Percent: all amounts on one page, how many units filled them on the next."""


def sums(facts: Facts) -> Table:
    """Every line over all units, then by department."""
    notes = (
        "金额单位：万元。各数为填报了该数的单位之和，空白表示没有单位填报，不是0。没有底色的数，各单位都填了。",
        "橙底：有单位填了本行的其他数而没有填这个数，合计不全，不能与本行其他数相比。浅黄底：有单位本行全部空着，是没有还是没有填，不知道。"
        "最后一列写明这些数各有几个单位填了。",
        "部门汇总已含的所属单位、年度不同和重复报送的文件不计入，见“不计入汇总”。内部往来＝各单位填报的、与同样计入汇总的所属单位之间的往来。",
    )
    columns = (
        Column("主管部门", 18), Column("单位数", 6, WHOLE), Column("表", 24), Column("项目", 31),
        *(Column(label, 13, WAN) for label in MEASURES.values()), Column(GIVEN, 10, WHOLE), Column(gaps.HEAD, 96),
    )  # fmt: skip
    return Table(
        "汇总预决算", "汇总预决算", notes, columns, _sums(facts), frozen=4, wrapped=True, scale=PRINTED
    )


def _sums(facts: Facts) -> Iterator[list[Cell]]:
    lines: dict[str, tuple[Line, dict[str, int]]] = {}
    for at, column in enumerate(facts.desk.columns):
        lines.setdefault(column.line.key, (column.line, {}))[1][column.measure] = at
    taken_out, given = internals(facts.desk), givers(facts.desk)
    for name, units in facts.totals.units.items():
        look: Look = BOLD if name == ALL else {}
        head: list[Cell] = [Coloured(name, look), units]
        for line, columns in lines.values():
            some = given.get((name, line.key), 0)
            yield [*head, *_line(facts, name, line, columns, some)]
            if line.key == SUM_LINE and name in taken_out:
                yield from (
                    [*head, *cells] for cells in _net(facts, name, line, columns, some, taken_out[name])
                )


def _line(facts: Facts, name: str, line: Line, columns: Mapping[str, int], some: int) -> list[Cell]:
    """`some`: so many units have something in the line."""
    totals = facts.totals
    units, filled = totals.units[name], {m: totals.filled_by(name, at) for m, at in columns.items()}
    sums = {m: gaps.summed(totals.sum(name, at), filled[m], some, units) for m, at in columns.items()}
    said = gaps.counted({MEASURES[measure]: number for measure, number in filled.items()}, units)
    return [line.group, line.item, *(sums.get(measure) for measure in MEASURES), some, said]


def _net(
    facts: Facts, name: str, line: Line, columns: Mapping[str, int], some: int, internal: int
) -> Iterator[list[Cell]]:
    """内部往来, and 全年执行数 without it: as incomplete as the sum that it is taken from."""
    at, units = columns["executed"], facts.totals.units[name]
    filled, net = facts.totals.filled_by(name, at), difference(facts.totals.sum(name, at), internal)
    rest = gaps.summed(net, filled, some, units), gaps.counted({MEASURES["executed"]: filled}, units)
    for item, amount, said in ((INTERNAL, wan(-internal), ""), (NET, *rest)):
        cells = (amount if measure == "executed" else None for measure in MEASURES)
        yield [line.group, item, *cells, None, said]


def feet(facts: Facts) -> Table:
    """Totals beside their parts, over all units."""
    notes = (
        "金额单位：万元。合计数之和与分项数之和的差额：有单位没有填全合计和分项的，差额可能由此而来；没有这样的单位而仍有差额的，"
        "是单位自己的合计与分项不符，见“问题清单”。各数是否所有单位都填了，见“汇总预决算”。",
    )
    columns = (
        Column("表", 30), Column("项目", 36), Column("数", 14, MIDDLE), Column("口径", 22), Column("合计数之和", 16, WAN),
        Column("分项数之和", 16, WAN), Column("相差", 14, WAN), Column("合计或分项没有填全的单位数", 14, WHOLE),
    )  # fmt: skip
    rows: list[list[Cell]] = [
        [
            footing.foot.line.group, footing.foot.line.item, MEASURES[footing.foot.measure], footing.foot.says,
            wan(footing.whole), wan(footing.parts), wan(difference(footing.whole, footing.parts)), count(footing.blank),
        ]
        for footing in footings(facts.desk, facts.totals)
    ]  # fmt: skip
    return Table("汇总核对", "合计与分项", notes, columns, rows, frozen=2)


def execution(facts: Facts) -> Table:
    notes = (
        "金额单位：万元。执行率＝全年执行数÷全年预算数；调整率＝（全年预算数－年初预算数）÷年初预算数；比年初＝（全年执行数－年初预算数）÷年初预算数。",
        "全年预算数常按执行数调整，执行率单看没有意义，请与后两列一起看；全年预算数恰好等于执行数的已注明。",
    )
    columns = (
        Column("单位", 34), Column("主管部门", 24), Column("年初预算数", 14, WAN), Column("全年预算数", 14, WAN),
        Column("全年执行数", 14, WAN), Column("执行率", 10, PERCENT),
        Column("调整率", 10, PERCENT), Column("比年初", 10, PERCENT),
        Column("注意", 44),
    )  # fmt: skip
    rows = (_execution(facts, record) for record in facts.desk.latest)
    return Table("执行", "预算执行", notes, columns, rows, frozen=1)


def _execution(facts: Facts, record: Record) -> list[Cell]:
    initial, full, executed = (
        facts.desk.amount(record, SUM_LINE, m) for m in ("initial", "full", "executed")
    )
    flagged = full is not None and full == executed and full != initial
    return [
        unit(record), department(record), wan(initial), wan(full), wan(executed), rate(executed, full),
        rate(difference(full, initial), initial), rate(difference(executed, initial), initial), FLAG if flagged else "",
    ]  # fmt: skip


def projects(facts: Facts) -> Table:
    """A row a project that has its own annex 3."""
    notes = (
        "金额单位：万元。单独填了附件3的项目，一个项目一行，金额、得分取自附件3；得分没有填全的空着。",
        "部门汇总的文件和它所含单位的文件都列出，同一项目可能出现两次。",
    )
    columns = (
        Column("单位", 34), Column("主管部门", 24), Column("项目", 40), Column("全年预算数", 14, WAN),
        Column("全年执行数", 14, WAN), Column("执行率", 10, PERCENT), Column("自评总分", 10, SCORE),
        Column("自评等级", 9, MIDDLE),
    )  # fmt: skip
    nothing = "没有单位单独填报附件3。"
    return Table("项目得分", "各项目自评得分", notes, columns, _projects(facts), frozen=1, nothing=nothing)


def _projects(facts: Facts) -> Iterator[list[Cell]]:
    for record in facts.desk.latest:
        for project in record.projects:
            yield [
                unit(record), department(record), project.name, wan(project.full), wan(project.executed),
                rate(project.executed, project.full), project.score, project.grade,
            ]  # fmt: skip
