"""Single cells by their labels: the value behind the colon, right of the label, or below labels side by side."""

import re
import unicodedata
from collections.abc import Mapping

from msgspec.structs import replace

from selfeval_xl.filing import Key
from selfeval_xl.forms import Block
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.official.labels import amount_behind, core, holds_amount, named, number_or_text
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.sheet_facts import Position

AMOUNT = re.compile(r"^[^:：]*\d[^:：]*$")
"""What may be an amount, and is no other label with its amount."""
JOINED = re.compile(r"\s*([^\d\s]+)\s*(-?\d[\d,，]*(?:\.\d+)?(?:万元)?)\s*")
"""其他资金 585.62万元"""
OTHER_LABEL = re.compile(r"(?:名称|负责人|联系人|单位|部门|电话|日期|编码|代码|类别|属性|性质)[:：]?\s*$")
"""What a label ends with that the form does not have: its own value may be blank."""
REMARK = re.compile(r"(?<=\d)\s*(?:万元)?\s*[（(][^()（）\d]*[)）]\s*$")
"""585.62（含国有资本经营预算）"""
PREFIX = re.compile(r"^\s*其中\s*[:：]?\s*")


def parted(text: str) -> tuple[str, str]:
    """其中：一般公共预算：2550.95 → 一般公共预算, 2550.95; likewise behind a blank, and in brackets."""
    label, colon, value = PREFIX.sub("", text).replace("：", ":").partition(":")
    if colon and value.strip():
        return label, REMARK.sub("", value).strip()
    label, amount = amount_behind(label)
    if not amount and (found := JOINED.fullmatch(label)):
        return found[1], found[2]
    return label, amount


def labels_at(page: Page, names: Mapping[str, str], first: int, end: int) -> dict[str, list[Position]]:
    """Each key → the cells from row `first` to above `end` that bear its label."""
    found: dict[str, list[Position]] = {key: [] for key in names.values()}
    for row in range(first, end):
        for column, text in page.texts(row):
            label, _ = parted(text)
            key = names.get(core(label)) or names.get(core(text))
            if key is not None:
                found[key].append((row, column))
    return found


def read_facts(
    page: Page, gathering: Gathering, block: Block, first: int, end: int, below: bool = False
) -> None:
    """The values of a block with one column; a label that stands there twice is told, and left unread.

    `below`: labels that stand side by side have their values under them.
    """
    found = labels_at(page, named(block.rows), first, end)
    rows = [cells[0][0] for cells in found.values() if len(cells) == 1]
    for key, cells in found.items():
        if len(cells) == 1:
            under = below and rows.count(cells[0][0]) > 1
            _read(page, gathering, block, key, cells[0], under)
        elif cells:
            label = block.row(key).label
            message = f"“{block.title}”有 {len(cells)} 处“{label}”"
            gathering.report("R-04", message, *(page.place(*cell) for cell in cells))


def _read(page: Page, gathering: Gathering, block: Block, row: str, at: Position, under: bool) -> None:
    key = Key(block.key, page.copy, row, 0, block.columns[0].key)
    own = page.take(*at)
    assert own is not None
    _, value = parted(f"{own.value}")
    if value and not under:
        numeric = block.fields[row, key.column].kind.numeric
        gathering.put(key, replace(own, value=_number(value) if numeric else value), page.place(*at))
        return
    if holds_amount(f"{own.value}"):
        page.used.discard(at)
    line, column = _under(page, at) if under else (at[0], _neighbour(page, block, at))
    gathering.put(key, page.take(line, column), page.place(line, column) if column else page.place(*at))


def _under(page: Page, at: Position) -> Position:
    """The cell below a label, as wide as the label is."""
    row, column = at
    below = row + 1
    return below, page.alone(below, page.span(row, column))


def _neighbour(page: Page, block: Block, at: Position) -> int:
    """The column of the value beside a label; 0 where what stands there may be something else: a label, a text beside
    an amount's label, the first of several amounts, a text with another one behind it."""
    row = at[0]
    column = page.right_of(*at)
    if not column or (row, column) in page.used:
        return 0
    labels, value = named(block.rows), page.rows[row][column].value
    if not page.adjoins(*at, column) and (block.columns[0].kind.numeric or OTHER_LABEL.search(f"{value}")):
        return 0
    if isinstance(value, str):
        if core(value) in labels or core(parted(value)[0]) in labels:
            return 0
        if block.columns[0].kind.numeric and not AMOUNT.search(value):
            return 0
    follows = page.right_of(row, column)
    another = page.rows[row][follows].value if follows else None
    known = isinstance(another, str) and (core(another) in labels or core(parted(another)[0]) in labels)
    if block.columns[0].kind.numeric:
        return 0 if follows and (not isinstance(another, str) or AMOUNT.search(another)) else column
    return 0 if follows and not known else column


def _number(text: str) -> str | float:
    """An amount behind a label is a number as it should be: nothing to be told."""
    wide = unicodedata.normalize("NFKC", text).strip().replace(",", "")
    number = number_or_text(wide.removeprefix("(").removesuffix(")").removesuffix("万元"))
    return text if isinstance(number, str) else number
