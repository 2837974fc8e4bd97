"""核对数据: the figures behind 核对底稿, one a row, as typed and in their own units."""

from selfeval_xl.identities.formulas import half
from selfeval_xl.money import YUAN
from selfeval_xl.places import column_letters
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.frozen import FIRST, DataRow, Frozen
from selfeval_xl.writing.results.frozen_book import (
    CHOICES,
    DATA,
    HALF,
    IN_USE,
    NAME,
    PER,
    PER_ROW,
    PLACE,
    UNIT,
    VALUE,
)
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import BASE, BOXED, CENTRE, FAINT, GENERAL, HEAD, TITLE, WRAP, height_for

HEADS = {
    PLACE: "表内位置",
    NAME: "名称",
    UNIT: "单位",
    VALUE: "数值",
    HALF: "半步（分）",
    IN_USE: "所在行（在用）",
}
WIDTHS = {PLACE: 18.0, NAME: 60.0, UNIT: 7.0, VALUE: 18.0, HALF: 12.0, IN_USE: 24.0}
CHOICE_WIDTH = 18.0
NOTE = (
    "核对底稿用到的全部数值，按填报表原样抄录：空白仍为空白，读不出的照抄文字。表内位置指填报表中的单元格。"
    "半步：万元金额末位的一半，折合为分（两位小数为5000，三位500，四位50，更细或按元填报为0）。"
)


def draw_data(page: Page, data: Frozen) -> None:
    """The whole sheet."""
    heads = HEADS | {CHOICES + at: _label(data, column) for at, column in enumerate(data.filters)}
    last = max(heads)
    page.widths({at: WIDTHS.get(at, CHOICE_WIDTH) for at in heads})
    page.text(1, 1, DATA, BASE, TITLE)
    link_back(page, 1, NAME)
    page.merged(2, 1, 1, last, NOTE, BASE, WRAP, FAINT)
    page.height(1, 26)
    page.height(2, 34)
    per = f"1{'元' if data.filing.scale == YUAN else '万元'}合多少分（填报表第1-3张表的金额单位）"
    page.text(PER_ROW, NAME, per, BASE)
    page.number(PER_ROW, VALUE, data.filing.scale, BASE)
    for at, name in heads.items():
        page.text(FIRST - 1, at, name, BASE, HEAD)
    for row, one in enumerate(data.rows, FIRST):
        _draw(page, row, one, data)
    bottom = max(data.last, FIRST)
    page.sheet.autofilter(FIRST - 2, 0, bottom - 1, last - 1)
    page.sheet.freeze_panes(FIRST - 1, 0)
    page.for_print(landscape=True, heads=(FIRST - 1, FIRST - 1), header=DATA)


def _label(data: Frozen, column: str) -> str:
    """The head of a filter's column, as the form calls it."""
    blocks = (data.form.block(run.block) for run in data.runs)
    return next((c.label for block in blocks for c in block.columns if c.key == column), column)


def _draw(page: Page, row: int, one: DataRow, data: Frozen) -> None:
    place, value = str(one.figure.place) if one.figure else "", one.value
    page.text(row, PLACE, place, BASE, BOXED)
    page.text(row, NAME, one.name, BASE, BOXED, WRAP)
    page.text(row, UNIT, one.unit, BASE, BOXED, CENTRE)
    page.value(row, VALUE, value, BASE, BOXED, GENERAL, WRAP)
    if one.is_money and one.figure:
        formula = half(f"{column_letters(VALUE)}{row}", PER if one.scale == YUAN else str(one.scale))
        page.formula(row, HALF, formula, one.figure.half, BASE, BOXED)
    else:
        page.blank(row, HALF, BASE, BOXED)
    choices = (*one.choices, *[""] * (len(data.filters) - len(one.choices)))
    for at, text in ((IN_USE, one.in_use), *enumerate(choices, CHOICES)):
        page.value(row, at, text or None, BASE, BOXED, WRAP)
    long = ((one.name, NAME), (one.in_use, IN_USE), (str(value), VALUE))
    page.height(row, height_for((text, WIDTHS[at]) for text, at in long))
