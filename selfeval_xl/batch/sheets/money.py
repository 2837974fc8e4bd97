"""汇总预决算, 汇总核对, 执行: the figures of the units that count."""

from collections.abc import Iterator

from selfeval_xl.batch.consolidating import ALL, SUM_LINE, department, footings, internals
from selfeval_xl.batch.lines import MEASURES, Line
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets.cells import count, difference, rate, unit, wan
from selfeval_xl.writing.style import BOLD, Look
from selfeval_xl.writing.summary.tables import MIDDLE, PERCENT, WAN, WHOLE, Cell, Coloured, Column, Table

FLAG = "全年预算数等于执行数，执行率100%不说明问题"
NET = "抵销后资金来源合计"
INTERNAL = "减：内部往来"
FILLED = "填报单位数（执行数；没有执行数一列的为第一个数）"


def sums(facts: Facts) -> Table:
    """Every line over all units, then by department."""
    notes = (
        "金额单位：万元。各数为填报了该数的单位之和，空白表示没有单位填报，不是0；填报单位数少于单位数的，合计不全。",
        "部门汇总已含的所属单位、年度不同和重复报送的文件不计入，见“不计入汇总”。内部往来＝各单位填报的、与同样计入汇总的所属单位之间的往来。",
    )
    columns = (
        Column("主管部门", 30), Column("单位数", 8, WHOLE), Column("表", 30), Column("项目", 40),
        *(Column(label, 16, WAN) for label in MEASURES.values()), Column(FILLED, 14, WHOLE),
    )  # fmt: skip
    return Table("汇总预决算", "汇总预决算", notes, columns, _sums(facts), frozen=4, head_height=64)


def _sums(facts: Facts) -> Iterator[list[Cell]]:
    lines: dict[str, tuple[Line, dict[str, int]]] = {}
    for at, column in enumerate(facts.desk.columns):
        lines.setdefault(column.line.key, (column.line, {}))[1][column.measure] = at
    taken_out = internals(facts.desk)
    for name, units in facts.totals.units.items():
        look: Look = BOLD if name == ALL else {}
        head: list[Cell] = [Coloured(name, look), units]
        for line, columns in lines.values():
            amounts = {measure: facts.totals.sum(name, column) for measure, column in columns.items()}
            filled = facts.totals.filled_by(name, columns.get("executed", next(iter(columns.values()))))
            yield [*head, line.group, line.item, *(wan(amounts.get(measure)) for measure in MEASURES), filled]
            if line.key == SUM_LINE and name in taken_out:
                yield from _net(head, line, amounts.get("executed"), taken_out[name])


def _net(head: list[Cell], line: Line, executed: int | None, internal: int) -> Iterator[list[Cell]]:
    for item, amount in ((INTERNAL, -internal), (NET, difference(executed, internal))):
        cells = (wan(amount) if measure == "executed" else None for measure in MEASURES)
        yield [*head, line.group, item, *cells, None]


def feet(facts: Facts) -> Table:
    """Totals beside their parts, over all units."""
    notes = (
        "金额单位：万元。合计数之和与分项数之和的差额：有单位没有填全合计和分项的，差额可能由此而来；没有这样的单位而仍有差额的，"
        "是单位自己的合计与分项不符，见“问题清单”。",
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
