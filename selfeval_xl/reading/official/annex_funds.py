"""附件4 to 附件6: one row an item and their sum, or the sentence that there is nothing."""

import re

from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Form
from selfeval_xl.forms import Sheet as Annex
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import WHOLE, core
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.tables import Head, filled_rows, head_of, read_labelled, read_row

LEAST = 3
NIL = re.compile(r"(?:本|我|该|20\d\d|无|没有|未).{0,60}")
"""How a sentence begins that says that there is nothing; a note begins otherwise."""
DENIED = re.compile(r"无|没有|未安排|未发生")
NO_DATA = re.compile(r"本表(?:无|没有)|无数据|[无没]有?(?:此|该)(?:项|类)")
NOTHING = re.compile(r"(?:无|没有|不涉及|未发生)[。.]?")


def read(page: Page, gathering: Gathering) -> None:
    """Items under their heads, the sum wherever it stands; without items the sentence says that there are none."""
    items = next(block for block in page.annex.blocks if block.many)
    nil = next(block for block in page.annex.blocks if not block.many)
    head = head_of(page, gathering, items, LEAST)
    count = _table(page, gathering, head) if head is not None else 0
    sentence = nil_sentence(page, gathering.form)
    numbers = any(not isinstance(cell.value, str) for _, cell in page.unread())
    if sentence and not count and not numbers:
        key = Key(nil.key, 0, nil.rows[0].key, 0, nil.columns[0].key)
        page.used.add(sentence)
        gathering.put(key, Cell(nil.fields[key.row, key.column].choices[0]), page.place(*sentence))


def nil_sentence(page: Page, form: Form) -> tuple[int, int] | None:
    """Where it says 本单位2023年度无政府性基金预算支出，故本表无数据, alone in its row, and of no other annex."""
    for row in page.rows:
        texts = list(page.texts(row))
        if len(texts) == 1 and len(page.rows[row]) == 1 and _says_nil(plain(texts[0][1]), page, form):
            return row, texts[0][0]
    return None


def _says_nil(text: str, page: Page, form: Form) -> bool:
    own = _subject(page.annex)
    if NOTHING.fullmatch(text) or not own:
        return bool(own)
    others = (subject for sheet in form.sheets if (subject := _subject(sheet)) and subject != own)
    if not NIL.fullmatch(text) or not DENIED.search(text):
        return False
    return own in text or (NO_DATA.search(text) is not None and not any(other in text for other in others))


def _subject(annex: Annex) -> str:
    """政府性基金 of 2023年度政府性基金预算支出情况表; "" for an annex that has no such sentence."""
    found = re.fullmatch(r"(?:20\d\d年度?)?(.+?)预算支出情况表", plain(annex.title))
    return found[1] if found else ""


def _table(page: Page, gathering: Gathering, head: Head) -> int:
    end = page.last + 1
    rows = read_labelled(page, gathering, head, end).rows
    taken = {line for lines in rows.values() for line in lines}
    many = head.block.many
    assert many is not None
    lines = [
        line for line in filled_rows(page, head, end) if line not in taken and _is_item(page, head, line)
    ]
    for number, line in enumerate(lines, 1):
        if (at := page.alone(line, range(1, min(s.start for s in head.columns.values())))) > 0:
            page.used.add((line, at))  # 序号
        read_row(page, gathering, head, Key(head.block.key, 0, many.key, number, ""), line)
    return len(lines)


def _is_item(page: Page, head: Head, line: int) -> bool:
    """Whether any amount stands in the row (a name alone may be a remark), and it is no sum of others."""
    cells = page.rows.get(line, {})
    amounts = {c for key, s in head.columns.items() if head.block.column(key).kind.numeric for c in s}
    sums = any(isinstance(cell.value, str) and core(cell.value) in WHOLE for cell in cells.values())
    return not sums and any(column in amounts for column in cells)
