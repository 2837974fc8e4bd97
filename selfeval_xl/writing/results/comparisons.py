"""预决算对照: budget beside final accounts, by source, by nature and by project, with native charts."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from selfeval_xl.money import WAN
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import BASE, BOXED, FAINT, GROUP, HEAD, SCREEN, TITLE, WRAP, Look, height_for

if TYPE_CHECKING:
    import pandas

COMPARISON = "预决算对照"
COLUMNS = (
    ("item", "项目", 40.0),
    ("initial", "年初预算数", 14.0),
    ("carryover", "上年结转", 14.0),
    ("adjustment", "年中调整", 14.0),
    ("full", "全年预算数", 14.0),
    ("executed", "全年执行数", 14.0),
    ("difference", "执行数减年初预算数", 14.0),
    ("rate", "执行率", 11.0),
)
AMOUNT: Look = {"num_format": "#,##0.00"}
PERCENT: Look = {"num_format": "0.00%"}
HEAD_ROW = 4
SCALE = 75
"""Percent, so that the columns fit the page: with fit-to-page, page breaks would not count."""
ITEM, INITIAL, EXECUTED, RATE = 1, 2, 6, 8
LABEL = len(COLUMNS) + 2
"""Right of the page: the items as the charts name them, in at most two short lines, which no program breaks itself."""
LABEL_HEAD, LINE_SIGNS = "图表用的名称", 16
NOTE = "单位：万元。执行率＝全年执行数÷全年预算数，全年预算数未填的不计算。空白表示未填，不是0。"
ABOVE, BELOW, BAR, ITEM_LEAST, HIGHEST = 48, 56, 17, 46, 1200
"""Pixels of a chart over its bars, under them, of one bar, of one item (two lines) at least, of a chart at most."""
BY_NATURE, BY_SOURCE, BY_PROJECT = "按支出性质", "按资金来源", "按项目"


class Drawn(Struct, frozen=True):
    """The rows of a group on the sheet; `amounts`, `rates`: whether there is anything to chart."""

    first: int
    last: int
    amounts: bool
    rates: bool

    def cells(self, column: int) -> list[str | int]:
        """A column of these rows, as charts name it."""
        return [COMPARISON, self.first - 1, column - 1, self.last - 1, column - 1]


def draw_comparison(page: Page, comparison: "pandas.DataFrame") -> None:
    """The table, and below it the charts that have data."""
    page.widths({at: width for at, (_, _, width) in enumerate(COLUMNS, 1)})
    page.text(1, 1, COMPARISON, BASE, TITLE)
    link_back(page, 1, INITIAL)
    page.height(1, 26)
    page.merged(2, 1, 1, len(COLUMNS), NOTE, BASE, FAINT)
    for at, (_, head, _) in enumerate(COLUMNS, 1):
        page.text(HEAD_ROW, at, head, BASE, HEAD)
    page.text(HEAD_ROW, LABEL, LABEL_HEAD, BASE, FAINT)
    page.widths({LABEL: 2.0 * LINE_SIGNS + 2})
    page.height(HEAD_ROW, 34)
    row, groups = HEAD_ROW + 1, {}
    for name, frame in comparison.groupby("group", sort=False):
        groups[str(name)] = _group(page, row, str(name), frame)
        row = groups[str(name)].last + 1
    page.sheet.freeze_panes(HEAD_ROW, 1)
    page.for_print(landscape=True, heads=(HEAD_ROW, HEAD_ROW), header=COMPARISON, scale=SCALE)
    breaks, bottom = _charts(page, row + 1, groups)
    page.sheet.print_area(0, 0, bottom - 1, len(COLUMNS) - 1)
    page.sheet.set_h_pagebreaks(breaks)


def _group(page: Page, row: int, name: str, frame: "pandas.DataFrame") -> Drawn:
    page.merged(row, 1, 1, len(COLUMNS), name, BASE, GROUP)
    last, amounts, rates = row, False, False
    for last, values in enumerate(_rows(frame), row + 1):
        item, figures = str(values[0]), values[1:]
        page.text(last, ITEM, item, BASE, BOXED, WRAP)
        page.text(last, LABEL, two_lines(item), BASE, FAINT, WRAP)
        for at, value in enumerate(figures, INITIAL):
            page.value(last, at, _amount(value, at), BASE, BOXED, PERCENT if at == RATE else AMOUNT)
        page.height(last, height_for([(item, COLUMNS[0][2]), (two_lines(item), 2.0 * LINE_SIGNS + 2)]))
        amounts = amounts or figures[INITIAL - 2] is not None or figures[EXECUTED - 2] is not None
        rates = rates or figures[RATE - 2] is not None
    return Drawn(row + 1, last, amounts, rates)


def _rows(frame: "pandas.DataFrame") -> Iterator[list[object]]:
    """The rows as plain values, None for what is unknown."""
    columns = [frame[key] for key, _, _ in COLUMNS]
    known = [column.notna() for column in columns]
    for at in range(len(frame)):
        yield [c.iloc[at] if k.iloc[at] else None for c, k in zip(columns, known, strict=True)]


def _amount(value: object, column: int) -> float | None:
    if value is None:
        return None
    return float(str(value)) if column == RATE else int(str(value)) / WAN


def _charts(page: Page, row: int, groups: dict[str, Drawn]) -> tuple[list[int], int]:
    """The charts that have data, each on a page of its own: the rows after which pages break, and the last row."""
    by_item = next((g for name in (BY_NATURE, BY_SOURCE) if (g := groups.get(name)) and g.amounts), None)
    projects = groups.get(BY_PROJECT)
    starts = []
    if by_item:
        starts.append(row - 2)
        colours = {INITIAL: "#8EA9DB", EXECUTED: "#2F5597"}
        row += _bars(page, row, by_item, "年初预算数与全年执行数（万元）", colours)
    if projects and projects.rates:
        starts.append(row - 2)
        row += _bars(page, row, projects, "各项目执行率", {RATE: "#548235"})
    return starts, row


def two_lines(name: str) -> str:
    """A long name in two lines; what does not fit is cut."""
    if len(name) <= LINE_SIGNS:
        return name
    rest = name[LINE_SIGNS:]
    return f"{name[:LINE_SIGNS]}\n{rest if len(rest) <= LINE_SIGNS else rest[: LINE_SIGNS - 1] + '…'}"


def _bars(page: Page, row: int, group: Drawn, title: str, columns: dict[int, str]) -> int:
    """A chart of horizontal bars, so that long names can be read; returns the rows that it covers."""
    chart = page.formats.book.add_chart({"type": "bar"})
    assert chart is not None
    style = {"name": SCREEN, "size": 9}
    for column, colour in columns.items():
        chart.add_series(
            {
                "name": [COMPARISON, HEAD_ROW - 1, column - 1],
                "categories": group.cells(LABEL),
                "values": group.cells(column),
                "fill": {"color": colour},
                "gap": 60,
                "data_labels": {"value": True, "font": style},
            }
        )
    chart.set_title({"name": title, "name_font": {"name": SCREEN, "size": 12}})
    chart.set_y_axis({"reverse": True, "num_font": style, "interval_unit": 1})
    chart.set_x_axis(
        {"visible": False, "major_gridlines": {"visible": False}} | ({"min": 0} if RATE in columns else {})
    )
    chart.set_legend({"position": "bottom", "font": style} if len(columns) > 1 else {"none": True})
    each = max(BAR * (1 + len(columns)), ITEM_LEAST)
    height = min(ABOVE + BELOW + (group.last - group.first + 1) * each, HIGHEST)
    inner = {"x": 0.3, "y": ABOVE / height, "width": 0.58, "height": 1 - (ABOVE + BELOW) / height}
    chart.set_plotarea({"layout": inner})
    chart.set_size({"width": 980, "height": height})
    page.sheet.insert_chart(row - 1, 0, chart, {"object_position": 2, "description": title})
    return height // 20 + 3
