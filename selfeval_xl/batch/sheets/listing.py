"""问题清单 with all findings, 同类比较 with its questions, 未处理文件 with what was not converted."""

from collections.abc import Iterable, Iterator

from selfeval_xl.batch.peers import AWAY, EXECUTION, FAR, LEAST, Outlier, outliers
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets.cells import unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.forms import Kind
from selfeval_xl.writing.style import LEVELS
from selfeval_xl.writing.summary.tables import MIDDLE, WHOLE, Cell, Coloured, Column, Table

UNITS = {Kind.MONEY: "万元", Kind.COUNT: "人", Kind.SCORE: "分", Kind.AREA: "㎡"}


def findings(facts: Facts, records: Iterable[Record]) -> Table:
    """`records`: with their findings, those that speak for their units; read as the rows are written."""
    columns = (
        Column("单位", 20), Column("主管部门", 14), Column("级别", 6, MIDDLE), Column("状态", 7, MIDDLE),
        Column("规则", 8, MIDDLE), Column("位置", 18), Column("问题", 46), Column("一方", 11), Column("另一方", 11),
        Column("相差", 11), Column("数的单位", 5.5, MIDDLE), Column("怎么改", 28), Column("已写的原因", 20),
    )  # fmt: skip
    notes = (
        "各单位最近一次报送的全部问题，可按任一列筛选。级别为错误的必须改，警告须说明（不能说明的按“怎么改”改正），提示供参考；状态为“已说明”“待财政认定”的不用再改。",
    )
    return Table(
        "问题清单",
        "问题清单",
        notes,
        columns,
        _findings(records),
        frozen=1,
        wrapped=True,
        nothing="没有发现问题。",
    )


def _findings(records: Iterable[Record]) -> Iterator[list[Cell]]:
    for record in records:
        for seen in record.seen:
            level: Cell = seen.level
            if not Status(seen.status).explained:
                level = Coloured(seen.level, LEVELS[Level(seen.level)])
            yield [
                unit(record), record.supervisor, level, seen.status, seen.rule, seen.cells, seen.message, seen.left,
                seen.right, seen.difference, UNITS.get(Kind(seen.kind), ""), seen.remedy, seen.reason,
            ]  # fmt: skip


def peers(facts: Facts) -> Table:
    notes = (
        f"只与同一单位性质的单位比，同类不足 {LEAST} 家的不比。与中位数相差超过 {FAR} 倍标准化的绝对离差中位数、"
        f"并且超过中位数的 {int(AWAY * 100)}% 的列出；同类半数以上相等的不比。",
        "列出的是请核实的问题，不是错误：单位职能不同，差别可能完全合理。",
    )
    columns = (
        Column("单位", 34), Column("单位性质", 10, MIDDLE), Column("比较项", 16), Column("本单位", 16), Column("同类中位数", 16),
        Column("同类单位数", 8, WHOLE), Column("相差倍数", 9, {"num_format": "0.0"}), Column("请核实", 70),
    )  # fmt: skip
    rows = (_peer(outlier) for outlier in outliers(facts.desk))
    return Table(
        "同类比较",
        "同类比较",
        notes,
        columns,
        rows,
        frozen=1,
        nothing="没有明显偏离同类的单位，或同类单位太少。",
    )


def _peer(outlier: Outlier) -> list[Cell]:
    value, median = _said(outlier.value, outlier.measure), _said(outlier.median, outlier.measure)
    where = "高" if outlier.value > outlier.median else "低"
    question = f"{outlier.measure}{value}，明显{where}于同类 {outlier.peers} 家的中位数 {median}，请核实数据或了解原因"
    return [
        unit(outlier.record), outlier.record.nature, outlier.measure, value, median, outlier.peers, outlier.distance, question
    ]  # fmt: skip


def _said(value: float, measure: str) -> str:
    return f"{value:.2%}" if measure == EXECUTION else f"{value:.2f}万元/人"


def files(facts: Facts) -> Table:
    rows: list[list[Cell]] = [[r.name, "不能用", r.trouble] for r in facts.desk.records if r.trouble]
    rows += [[r.name, "空白模板", "一格也没有填"] for r in facts.desk.records if r.empty]
    rows += [[skipped.name, "跳过", skipped.why] for skipped in facts.skipped]
    columns = (Column("文件", 60), Column("情况", 12, MIDDLE), Column("原因", 90))
    return Table("未处理文件", "没有转换的文件", (), columns, rows, frozen=1, nothing="所有文件都已处理。")
