"""附件4 to 附件6: one row an item and their sum, or the sentence that there is nothing."""

import re

from selfeval_xl.filing.computing import Key
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.tables import Head, filled_rows, head_of, read_labelled, read_row

LEAST = 3
NIL = re.compile(r"(?:没有|无).{0,30}(?:支出|数据|收支|安排)")
TICK = "√"


def read(page: Page, gathering: Gathering) -> None:
    """Items under their heads, the sum wherever it stands; without items the sentence says that there are none."""
    items = next(block for block in page.annex.blocks if block.many)
    nil = next(block for block in page.annex.blocks if not block.many)
    head = head_of(page, gathering, items, LEAST)
    sentence = _nil_sentence(page)
    count = 0
    if head is not None:
        end = min([page.last + 1, *([sentence[0]] if sentence and sentence[0] > head.last else [])])
        rows = read_labelled(page, gathering, head, end)
        count = _items(page, gathering, head, {line for lines in rows.values() for line in lines}, end)
    if sentence and not count:
        key = Key(nil.key, 0, nil.rows[0].key, 0, nil.columns[0].key)
        page.used.add(sentence)
        gathering.put(key, Cell(TICK), page.place(*sentence))


def _nil_sentence(page: Page) -> tuple[int, int] | None:
    """Where it says 本单位2023年度无政府性基金预算支出，故本表无数据。"""
    for row in page.rows:
        for column, text in page.texts(row):
            if NIL.search(text):
                return row, column
    return None


def _items(page: Page, gathering: Gathering, head: Head, taken: set[int], end: int) -> int:
    many = head.block.many
    assert many is not None
    lines = [
        line for line in filled_rows(page, head, end) if line not in taken and _figures(page, head, line)
    ]
    for number, line in enumerate(lines, 1):
        if (at := page.alone(line, range(1, min(s.start for s in head.columns.values())))) > 0:
            page.used.add((line, at))  # 序号
        read_row(page, gathering, head, Key(head.block.key, 0, many.key, number, ""), line)
    return len(lines)


def _figures(page: Page, head: Head, line: int) -> bool:
    """Whether any amount stands in the row: a name alone may be a remark."""
    columns = {c for key, s in head.columns.items() if head.block.column(key).kind.numeric for c in s}
    return any(column in columns for column in page.rows.get(line, {}))
