"""多源对照 in 核对结果: each figure that other official files state, beside what they say."""

from typing import TYPE_CHECKING

from selfeval_xl.filing import Key
from selfeval_xl.money import WAN
from selfeval_xl.reconciling.side_by_side import BOOK, GAP, LABEL, OTHER, SAME, VERDICT
from selfeval_xl.writing.pages import Page, plain_number
from selfeval_xl.writing.results.annexes import Shown
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import (
    BASE,
    BOXED,
    CENTRE,
    FAINT,
    HEAD,
    LEVELS,
    LINK,
    PLAIN,
    TITLE,
    WRAP,
    height_for,
    number_with_unit,
)

if TYPE_CHECKING:
    import pandas

SOURCES = "多源对照"
PLACE = "填报位置"
HEAD_ROW, WIDTH = 4, 15.0
WIDTHS = {LABEL: 38.0, PLACE: 20.0, VERDICT: 15.0}
NOTE = (
    "每行是填报表的一个数，右边各列是给出的官方文件里同一个数；空白表示该文件没有这个数。相差在双方末位的一半之内的算一致。"
    "“只供参考”：指标执行明细表是已支付数，不是决算数。"
)


def draw_sources(page: Page, table: "pandas.DataFrame", what: Shown) -> None:
    """The whole sheet. `table`: see `side_by_side`."""
    amounts = [name for name in table.columns if name not in (LABEL, VERDICT)]
    heads = [LABEL, PLACE, *amounts, VERDICT]
    page.widths({at: WIDTHS.get(name, WIDTH) for at, name in enumerate(heads, 1)})
    page.text(1, 1, SOURCES, BASE, TITLE)
    link_back(page, 1, 2)
    page.height(1, 26)
    page.merged(2, 1, 1, len(heads), NOTE, BASE, WRAP, FAINT)
    page.height(2, 36)
    counts = table[VERDICT].value_counts()
    page.text(3, 1, "；".join(f"{name} {count} 个" for name, count in counts.items()), BASE)
    for at, name in enumerate(heads, 1):
        page.text(HEAD_ROW, at, name, BASE, HEAD)
    for row, (key, values) in enumerate(table.iterrows(), HEAD_ROW + 1):
        _row(page, row, f"{key}", dict(zip(map(str, table.columns), values, strict=True)), heads, what)
    last = HEAD_ROW + max(len(table), 1)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(heads) - 1)
    page.sheet.freeze_panes(HEAD_ROW, 2)
    page.for_print(landscape=True, heads=(HEAD_ROW, HEAD_ROW), header=SOURCES)


def _row(page: Page, row: int, key: str, values: dict[str, object], heads: list[str], what: Shown) -> None:
    block, copy, line, number, column = key.split("|")
    figure = what.filing.by_key[Key(block, int(copy), line, int(number), column)]
    style, place = number_with_unit(figure.kind), figure.place
    for at, name in enumerate(heads, 1):
        value = values.get(name)
        if name == LABEL:
            page.text(row, at, f"{value}", BASE, BOXED, WRAP)
        elif name == PLACE and place in what.links:
            page.link(row, at, *what.links[place], f"{place}", BASE, BOXED, LINK)
        elif name == PLACE:
            page.text(row, at, f"{place}", BASE, BOXED)
        elif name == VERDICT:
            page.text(row, at, f"{value}", BASE, BOXED, CENTRE, _colour(f"{value}", what))
        elif value is None:
            page.blank(row, at, BASE, BOXED)
        else:
            page.number(row, at, plain_number(value, figure.kind, WAN), BASE, BOXED, style)  # type: ignore[arg-type]
    page.height(row, height_for([(f"{values[LABEL]}", WIDTHS[LABEL])]))


def _colour(verdict: str, what: Shown) -> dict[str, str | float]:
    levels = list(LEVELS)
    return dict(LEVELS[levels[1]] if verdict == OTHER else PLAIN if verdict == SAME else LEVELS[levels[2]])


__all__ = ["BOOK", "GAP", "SOURCES", "draw_sources"]
