"""Around the tables: unit and signatures, the unit of money, notes; none of it may pass for a figure."""

import re
from collections.abc import Iterator, Mapping

from selfeval_xl.filing import Key
from selfeval_xl.forms import Kind
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core, furniture, holds_amount, in_digits, named
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.regions import NUMBERED, YEAR_ALONE
from selfeval_xl.reading.official.signatures import SEGMENT, is_signed, segments, signed
from selfeval_xl.reading.sheet_facts import Position

UNIT = "unit"
"""The block of the form that says whose filing it is."""
NAME, MONEY_UNIT = "name", "money_unit"
OF_MONEY = re.compile(r"元\s*[)）]?$")
Names = Mapping[str, str]
"""The core of each label of that block → the key of its row."""
NOTE = re.compile(r"\s*(?:说明|注|备注|填表说明)\d*\s*[:：]")
STRUCTURE = frozenset({"绩效指标", "年度绩效指标", "绩效目标", "序号", "备注", "其中", "合计"})


SERIALS = frozenset({"序号", "编号", "行次"})
SERIAL = re.compile(r"\(?(?:\d{1,3}(?:\.\d{1,2})*|[一二三四五六七八九十]{1,3})[)、.]?")


def take_serials(page: Page) -> None:
    """Numbers below a head 序号 or 行次: no figures, and no labels."""
    for row, cells in page.rows.items():
        for column, text in list(page.texts(row)):
            if core(text) in SERIALS and len(cells) > 1:
                page.used |= {(row, column)} | set(_serials(page, row, page.span(row, column)))


def _serials(page: Page, head: int, columns: range) -> Iterator[Position]:
    for row, cells in page.rows.items():
        for column in columns:
            value = cells[column].value if row > head and column in cells else None
            whole = isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1000
            if whole or (isinstance(value, str) and SERIAL.fullmatch(plain(value))):
                yield row, column


def read(page: Page, gathering: Gathering) -> None:
    """What is left of the page after its tables: whose it is, and what is only print."""
    names = named(gathering.form.block(UNIT).rows)
    print_ = furniture(page.annex.blocks) | STRUCTURE
    for row in page.rows:
        for column, text in list(page.texts(row)):
            year = YEAR_ALONE.fullmatch(in_digits(plain(text)))
            own_year = year is not None and int(year[1]) == gathering.form.year
            if (
                (core(text) in print_ and not holds_amount(text))
                or NUMBERED.fullmatch(plain(text))
                or NOTE.match(text)
                or own_year
            ):
                page.used.add((row, column))
            elif not _signatures(page, gathering, names, (row, column), text):
                _named_beside(page, gathering, names, (row, column), text)


def _signatures(page: Page, gathering: Gathering, names: Names, at: Position, text: str) -> bool:
    """Whether the cell is a line of labels and values, all of which are known, or blank."""
    parts = list(segments(text))
    if not parts or any(label not in names and not is_signed(label) and value for label, value in parts):
        return False
    if len(parts) == 1 and not parts[0][1]:
        return _named_beside(page, gathering, names, at, text)
    page.used.add(at)
    for label, value in parts:
        if label in names:
            _put(page, gathering, names[label], Cell(value), at)
    return True


def _named_beside(page: Page, gathering: Gathering, names: Names, at: Position, text: str) -> bool:
    """A label whose value stands in the next cell."""
    key = names.get(core(text))
    if key is None and not signed(text):
        return False
    page.used.add(at)
    row, beside = at[0], page.right_of(*at)  # the cell of the value, where it holds one
    value = page.rows[row][beside].value if beside else None
    labelled = isinstance(value, str) and (SEGMENT.search(value) or core(value) in {*STRUCTURE, *names})
    if beside and not labelled and (row, beside) not in page.used:
        cell = page.take(row, beside)
        assert cell is not None
        if key is not None:
            _put(page, gathering, key, cell, (row, beside))
    return True


def _put(page: Page, gathering: Gathering, row: str, cell: Cell, at: Position) -> None:
    """The first that is said; another on a later page is told."""
    if row == MONEY_UNIT and not OF_MONEY.search(f"{cell.value}"):
        row = NAME  # 单位：衡山县财政局
    block = gathering.form.block(UNIT)
    key, kind = Key(UNIT, 0, row, 0, "value"), block.fields[row, "value"].kind
    if not f"{cell.value}".strip() or (kind is Kind.DATE and not re.search(r"\d", f"{cell.value}")):
        return
    before = gathering.entries.get(key)
    if before is None or before.blank:
        gathering.put(key, cell, page.place(*at))
        return
    apart = Gathering(gathering.form, gathering.scale)
    apart.put(key, cell, page.place(*at))
    # Who filled in an annex, and when, may well differ from annex to annex.
    if row == NAME and apart.entries[key].value != before.value:
        message = f"“{block.row(row).label}”写的是“{cell.value}”，{before.place} 写的是“{before.value}”"
        gathering.report("R-24", message, page.place(*at), before.place)
