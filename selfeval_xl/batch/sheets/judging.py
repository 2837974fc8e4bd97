"""单位×规则, 规则统计, 填报质量: how the units fare with the rules."""

from collections.abc import Iterator, Mapping, Sequence

from selfeval_xl.batch.desk import NO_SIGN
from selfeval_xl.batch.quality import quality
from selfeval_xl.batch.run_facts import Facts, book
from selfeval_xl.batch.sheets.cells import count, unit, verdict
from selfeval_xl.batch.working import SIGNS
from selfeval_xl.findings import Level, Rule
from selfeval_xl.writing.style import FAINT, LEVELS, WRAP, Look
from selfeval_xl.writing.summary.tables import MIDDLE, PERCENT, WHOLE, Cell, Coloured, Column, Link, Table

SHORT = ("错", "警", "提", "认", "说", "空", "尾", "√", "–", "")
"""As `SIGNS`, then NO_SIGN."""
EXPLAINED: Look = {"bg_color": "#DDEBF7"}
UNKNOWN: Look = {"bg_color": "#EDEDED"}
LOOKS: tuple[Look, ...] = (
    LEVELS[Level.ERROR], LEVELS[Level.WARNING], LEVELS[Level.NOTICE], EXPLAINED, EXPLAINED, UNKNOWN, {}, {}, FAINT, {},
)  # fmt: skip
PRINTED = 70
"""Percent: some 25 rules on a page."""
LINKED = 2
"""错 and 警 lead to the unit's results."""


def matrix(facts: Facts) -> Table:
    signs = facts.desk.signs
    notes = (
        "错：错误；警：警告未说明；提：提示；认：错误已说明，待财政认定；说：已说明；空：无法核对；尾：尾差；√：通过；–：不适用。点击“错”“警”打开该单位的核对结果。",
        "各规则的名称见“规则统计”。",
    )
    columns = (
        Column("单位", 34, WRAP), Column("结论", 9, MIDDLE), Column("错、警规则数", 8, WHOLE),
        *(Column(rule, 5.5, MIDDLE) for rule in signs.columns),
    )  # fmt: skip
    return Table(
        "单位×规则", "单位×规则", notes, columns, _cells(facts), frozen=3, scale=PRINTED, head_height=44
    )


def _cells(facts: Facts) -> Iterator[list[Cell]]:
    for record, row in zip(facts.desk.latest, facts.desk.signs.itertuples(index=False), strict=True):
        yield [
            unit(record),
            verdict(record),
            count(sum(sign < LINKED for sign in row)),
            *_coloured(row, book(record)),
        ]


def _coloured(row: Sequence[int], file: str) -> Iterator[Cell]:
    for sign in row:
        if sign < LINKED:
            yield Link(SHORT[sign], file, LOOKS[sign])
        else:
            yield Coloured(SHORT[sign], LOOKS[sign])


def statistics(facts: Facts, rules: Mapping[str, Rule]) -> Table:
    """How many units each rule found what with, those with most errors and warnings first."""
    signs = facts.desk.signs
    counts = {rule: [int((signs[rule] == at).sum()) for at in range(NO_SIGN)] for rule in signs.columns}
    ranked = sorted(counts, key=lambda rule: (-counts[rule][0] - counts[rule][1], rule))
    rows: list[list[Cell]] = [
        [rule, rules[rule].title, str(rules[rule].level), *(count(number) for number in counts[rule])]
        for rule in ranked
    ]
    columns = (
        Column("规则", 8, MIDDLE), Column("名称", 34), Column("级别", 7, MIDDLE), *(Column(sign, 9, WHOLE) for sign in SIGNS),
    )  # fmt: skip
    return Table(
        "规则统计",
        "各条规则的结果（单位数）",
        ("一个单位一条规则只计一次，取最重的结果。",),
        columns,
        rows,
        frozen=2,
    )


def qualities(facts: Facts) -> Table:
    notes = (
        "填报质量＝填报数据上通过的核对项数÷可核对项数（自动引用的格不计）。A：高于95%，且没有未改的错误；B：高于85%；C：高于75%；D：65%及以上；E：低于65%。",
        "只说明填报是否相互一致，不是自评等级，也不评价单位绩效。通过含尾差；未通过含不符和已说明；“无法核对”不计入，空白多的单位请一并看“必填未填”。",
    )
    columns = (
        Column("单位", 34), Column("填报质量", 7, MIDDLE), Column("通过率", 9, PERCENT), Column("可核对项数", 9, WHOLE),
        Column("通过", 8, WHOLE), Column("未通过", 8, WHOLE), Column("其中已说明", 8, WHOLE), Column("无法核对", 8, WHOLE),
        Column("必填未填", 8, WHOLE), Column("结论", 9, MIDDLE),
    )  # fmt: skip
    return Table("填报质量", "填报质量", notes, columns, _qualities(facts), frozen=1)


def _qualities(facts: Facts) -> Iterator[list[Cell]]:
    for record in facts.desk.latest:
        own = quality(record)
        yield [
            unit(record), own.grade, None if own.share is None else float(own.share), own.assessable, own.passed,
            own.failed, own.explained, own.unknown, count(record.missing), verdict(record),
        ]  # fmt: skip
