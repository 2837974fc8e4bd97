"""What the report's charts show: only figures that are known, and no project that the report may not name."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Filing
from selfeval_xl.money import WAN, percent, wan
from selfeval_xl.writing.report.phrases import Item, Number, named
from selfeval_xl.writing.report.sections.figures import (
    SOURCES,
    number,
    of_row,
    personnel_and_operating,
    projects,
    spending,
)
from selfeval_xl.writing.report.sections.general import project_names

MEASURES = {"initial": "年初预算", "full": "全年预算", "executed": "全年执行"}
MOST = 12
"""So many projects fit beside their names on less than a page."""


class Bar(Struct, frozen=True):
    """`length`: in 万元 or %. `label`: what is written at its end. `series`: which of the chart's series it is."""

    series: int
    length: Fraction
    label: str


class Group(Struct, frozen=True):
    """The bars of one item, one below the other."""

    name: str
    bars: tuple[Bar, ...]


class Chart(Struct, frozen=True):
    """`caption`: without its number. `words`: all that it shows, for whoever cannot see it.

    `whole`: the length that is all of it, for a line across the bars; None where there is no such length.
    `whole_label`: what stands above that line.
    """

    caption: str
    series: tuple[str, ...]
    groups: tuple[Group, ...]
    words: str
    whole: Fraction | None = None
    whole_label: str = ""


def charts(filing: Filing) -> tuple[Chart, ...]:
    """In the order in which they are numbered; those of which nothing is known are left out."""
    return tuple(chart for chart in (_comparison(filing), _rates(filing)) if chart)


def undrawn(filing: Filing) -> tuple[str, ...]:
    """A sentence on each chart that is left out."""
    said = {
        "提示：预算数或执行数没有填，没有画“预算与执行对照”图。": _comparison(filing),
        "提示：全年预算数或执行数没有填，没有画“预算执行率”图。": _rates(filing),
    }
    return tuple(sentence for sentence, chart in said.items() if chart is None)


def _comparison(filing: Filing) -> Chart | None:
    """Budget against final accounts, by what the money was for."""
    known = [
        (name, amounts)
        for name, amounts in _items(filing)
        if amounts[-1] is not None and any(a is not None for a in amounts[:-1]) and any(amounts)
    ]
    if not known:
        return None
    used = [at for at in range(len(MEASURES)) if any(amounts[at] is not None for _, amounts in known)]
    series = tuple(name for at, name in enumerate(MEASURES.values()) if at in used)
    groups = tuple(Group(name, tuple(_amounts([amounts[at] for at in used]))) for name, amounts in known)
    return Chart(
        f"{filing.form.year}年度预算与执行对照（单位：万元）", series, groups, _words(series, groups, "万元")
    )


def _items(filing: Filing) -> Iterator[tuple[str, list[Number]]]:
    """Each item with its amount in every measure; the two kinds of basic expenditure where all of it is split."""
    money = [spending(filing, "total", measure) for measure in MEASURES]
    kinds: list[list[Item]] = [
        personnel_and_operating(filing, measure, whole.basic)
        for measure, whole in zip(MEASURES, money, strict=True)
    ]
    if all(split or whole.basic is None for split, whole in zip(kinds, money, strict=True)) and any(kinds):
        for at, name in enumerate(("人员经费", "公用经费")):
            yield name, [split[at][1] if split else None for split in kinds]
    else:
        yield "基本支出", [whole.basic for whole in money]
    yield "项目支出", [whole.project for whole in money]
    yield "其他支出", [whole.other for whole in money]


def _amounts(given: Sequence[Number]) -> Iterator[Bar]:
    for at, fen in enumerate(given):
        if fen is not None:
            yield Bar(at, fen / WAN, wan(fen))


def _rates(filing: Filing) -> Chart | None:
    """How much of its full-year budget each project spent; where none is known, each source of money."""
    known = sorted(_with_budget(_projects(filing)), key=lambda each: -each[1])
    over, what = known[MOST:], "项目"
    if not known:
        known, what = list(_with_budget(_sources(filing))), "资金"
    if not known:
        return None
    groups = tuple(
        Group(
            name,
            (Bar(0, executed / full * 100, f"{percent(executed / full)}（{wan(executed)}／{wan(full)}）"),),
        )
        for name, full, executed in known[:MOST]
    )
    cut = f"全年预算数最大的{MOST}个" if over else "各"
    caption = f"{filing.form.year}年度{cut}{what}预算执行率（括号内为执行数／全年预算数，单位：万元）"
    words = _words(("执行率",), groups, "")
    return Chart(caption, (), groups, words, whole=Fraction(100), whole_label="全年预算（100%）")


def _with_budget(given: Iterator[tuple[str, Number, Number]]) -> Iterator[tuple[str, Fraction, Fraction]]:
    for name, full, executed in given:
        if name and full is not None and full > 0 and executed is not None:
            yield name, full, executed


def _projects(filing: Filing) -> Iterator[tuple[str, Number, Number]]:
    rows, block = projects(filing), filing.form.block("projects")
    for name, row in zip(project_names(rows), rows, strict=True):
        yield name, of_row(block, row, "full"), of_row(block, row, "executed")


def _sources(filing: Filing) -> Iterator[tuple[str, Number, Number]]:
    for source, name in SOURCES.items():
        yield name, number(filing, "sources", source, "full"), number(filing, "sources", source, "executed")


def _words(series: Sequence[str], groups: Sequence[Group], unit: str) -> str:
    """人员经费：年初预算521.76万元、全年执行619.61万元；…"""
    return "；".join(
        f"{group.name}：" + "、".join(f"{named(series[bar.series])}{bar.label}{unit}" for bar in group.bars)
        for group in groups
    )
