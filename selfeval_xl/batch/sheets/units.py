"""单位: a row a filing that speaks for its unit; 重复报送: the files that do not count, and why."""

from collections.abc import Iterator, Mapping

from selfeval_xl.batch.consolidating import SUM_LINE
from selfeval_xl.batch.quality import quality
from selfeval_xl.batch.records import Record, shown
from selfeval_xl.batch.reviewing import (
    CODE,
    LEFT,
    NOTHING,
    OPINION,
    REVIEWED_GRADE,
    REVIEWED_SCORE,
    UNIT,
    YEAR,
    Review,
)
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets.cells import count, rate, unit, verdict, wan
from selfeval_xl.batch.wanted import not_wanted
from selfeval_xl.writing.style import Look
from selfeval_xl.writing.summary.tables import MIDDLE, PERCENT, SCORE, WAN, WHOLE, Cell, Column, Table

TO_FILL: Look = {"bg_color": "#FFFFE5"}
MARK: Look = {"num_format": "0.##", "align": "center"}
IN_RANGE: Mapping[str, object] = {
    "validate": "decimal",
    "criteria": "between",
    "minimum": 0,
    "maximum": 100,
    "error_type": "warning",
    "error_title": REVIEWED_SCORE,
    "error_message": "应为 0 到 100 的数。",
}
REVIEW = (
    Column(REVIEWED_SCORE, 8, {**TO_FILL, **MARK}, IN_RANGE),
    Column(REVIEWED_GRADE, 8, {**TO_FILL, **MIDDLE}),
    Column(OPINION, 34, TO_FILL),
)
"""For the bureau to fill in by hand; kept over later runs."""
COLUMNS = (
    Column("序号", 6, WHOLE),
    Column("单位", 34),
    Column(CODE, 13),
    Column("主管部门", 24),
    Column("单位性质", 10, MIDDLE),
    Column("自评口径", 10, MIDDLE),
    Column("结论", 9, MIDDLE),
    Column("错误", 6, WHOLE),
    Column("警告", 6, WHOLE),
    Column("提示", 6, WHOLE),
    Column("必填未填", 6, WHOLE),
    Column("已说明", 7, WHOLE),
    Column("待财政认定", 7, WHOLE),
    Column("年初预算数", 14, WAN),
    Column("全年预算数", 14, WAN),
    Column("全年执行数", 14, WAN),
    Column("执行率", 9, PERCENT),
    Column("自评总分", 8, SCORE),
    Column("自评等级", 6, MIDDLE),
    Column(YEAR, 6, WHOLE),
    *REVIEW,
    Column("填报质量", 6, MIDDLE),
    Column("报送次数", 6, WHOLE),
    Column("与上次相比", 34),
    Column("第几次退回", 7, WHOLE),
    Column("计入汇总", 8, MIDDLE),
    Column("不计入的原因", 30),
    Column("请核实", 40),
    Column("文件自带的调整方案", 30),
    Column("文件", 34),
)
PRINTED = 70
"""Percent of 10.5 pt: some 7 pt, on three pages across."""
REPEATED = (
    Column("单位", 34),
    Column("文件", 40),
    Column("报送次数", 8, WHOLE),
    Column("报告日期", 12, MIDDLE),
    Column("结论", 9, MIDDLE),
    Column("年初预算数", 14, WAN),
    Column("全年执行数", 14, WAN),
    Column("不计入汇总的原因", 50),
)


def units(facts: Facts) -> Table:
    notes = (
        "金额单位：万元。点击单位名称打开它的核对结果。金额空白表示未填，不是0；条数空白表示没有。自评总分和等级是报告所写的，得分没有填全的空着。",
        "待财政认定：按调整方案可以说明的错误，单位已说明，由财政部门认定，结论不再算作错误。报送次数由单位填写，第几次退回按本程序的批次记录计。"
        f"{REVIEWED_SCORE}、{REVIEWED_GRADE}、{OPINION}（浅黄）由财政部门填写，再次运行时按单位和年度带过来，请不要改表头。",
    )
    return Table("单位", "各单位情况", notes, COLUMNS, _rows(facts), frozen=2, wrapped=True, scale=PRINTED)


def _rows(facts: Facts) -> Iterator[list[Cell]]:
    for number, record in enumerate(facts.desk.latest, 1):
        initial, full, executed = (
            facts.desk.amount(record, SUM_LINE, measure) for measure in ("initial", "full", "executed")
        )
        choice, progress = facts.desk.choices[record.name], facts.progress.get(record.name)
        yield [
            number, unit(record), record.code, record.supervisor, record.nature, record.scope, verdict(record),
            count(record.errors), count(record.warnings), count(record.notices), count(record.missing),
            count(record.explained), count(record.pending), wan(initial), wan(full), wan(executed), rate(executed, full),
            record.score, record.grade, record.year, *_review(facts.reviews.of.get(record.name, NOTHING)),
            quality(record).grade, count(record.submission), progress.sentence if progress else "",
            facts.returned.get(record.name), "是" if choice.counted else "否", choice.why, choice.doubt,
            record.overlay, record.name,
        ]  # fmt: skip


def _review(review: Review) -> list[Cell]:
    return [review.score if review.score != "" else None, review.grade, review.opinion]


def left(facts: Facts) -> Table:
    """复核存档: of units that are not among the files this time."""
    notes = (
        "这些复核所对的单位和年度这次没有可用的文件。单位再次报送时自动回到“单位”表；在这里也可以改，清空即不再保留。",
    )
    columns = (Column(UNIT, 34), Column(CODE, 13), Column(YEAR, 8, WHOLE), *REVIEW)
    rows: list[list[Cell]] = [
        [entry.unit, entry.code, entry.year, *_review(entry.review)] for entry in facts.reviews.left
    ]
    return Table(LEFT, "本次没有文件的单位的复核", notes, columns, rows, frozen=1, wrapped=True)


def repeated(facts: Facts) -> Table:
    notes = (
        "同一单位有几份文件的，以报送次数最大的一份为准；次数相同的，以报告日期较晚的为准，再以没有退回过的为准；"
        "仍分不出的，暂按文件名取最后一份，不生成退回意见，在“单位”表“请核实”一栏列出。",
    )
    return Table(
        "不计入汇总",
        "不计入汇总的文件",
        notes,
        REPEATED,
        _uncounted(facts),
        frozen=1,
        nothing="没有不计入汇总的文件。",
    )


def _uncounted(facts: Facts) -> Iterator[list[Cell]]:
    left_out = [r for r in facts.desk.records if r.usable and not facts.desk.choices[r.name].counted]
    for record in sorted(left_out, key=lambda r: (facts.desk.choices[r.name].unit, r.name)):
        initial, executed = (facts.desk.amount(record, SUM_LINE, m) for m in ("initial", "executed"))
        yield [unit(record), *_file(record), wan(initial), wan(executed), facts.desk.choices[record.name].why]


def _file(record: Record) -> list[Cell]:
    return [record.name, count(record.submission), record.report_date, verdict(record)]


def missing(facts: Facts) -> Table:
    """未报送: who should have filed and did not; who filed and is not on the list."""
    wanted, unfiled = facts.wanted or (), facts.unfiled
    rows: list[list[Cell]] = [[name, "未报送", ""] for name in unfiled]
    rows += [[shown(record), "不在名单中", record.name] for record in not_wanted(wanted, facts.desk.latest)]
    columns = (Column("单位", 40), Column("情况", 14, MIDDLE), Column("文件", 50))
    came = len(wanted) - len(unfiled)
    notes = [
        f"名单共 {len(wanted)} 个单位，已报送 {came} 个，未报送 {len(unfiled)} 个。按单位全称或预算单位编码比对。",
    ]
    if facts.unplaced:
        notes.append(f"{facts.unplaced}见“未处理文件”表。")
    return Table("未报送", "未报送的单位", notes, columns, rows, nothing="全部已报送。")
