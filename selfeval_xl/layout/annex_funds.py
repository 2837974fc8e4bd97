"""Annexes 4 to 6: one list of items with a total, or the sentence that there is nothing to list."""

from selfeval_xl.filing import Key
from selfeval_xl.forms import Block, Column, Kind, Row, Sheet
from selfeval_xl.layout.drafting import Draft
from selfeval_xl.layout.grid import Role

PART = "其中："
NUMBER_WIDTH = 6.0
KINDS = {Kind.MONEY: 13.0, Kind.RATE: 10.0, Kind.PARAGRAPH: 30.0, Kind.TEXT: 13.0}


def widths(sheet: Sheet) -> dict[int, float]:
    """The columns of the page."""
    found = {1: NUMBER_WIDTH}
    for at, column in enumerate(_items(sheet).columns, 2):
        found[at] = KINDS.get(column.kind, 12.0) if column.kind is Kind.PARAGRAPH else _width(column)
    return found


def _width(column: Column) -> float:
    return float(column.width or KINDS.get(column.kind, 12.0))


def _items(sheet: Sheet) -> Block:
    return next(block for block in sheet.blocks if block.many)


def body(draft: Draft, sheet: Sheet, copy: int) -> None:
    """Head, items, total; the nil sentence in their place where it is ticked and nothing is listed."""
    items = _items(sheet)
    nil = next((block for block in sheet.blocks if not block.many), None)
    ticked = Key(nil.key, 0, nil.rows[0].key, 0, nil.columns[0].key) if nil else None
    _head(draft, items)
    if ticked and draft.value(ticked) and not draft.filing.table(items.key).added:
        draft.shown(1, nil_sentence(draft, sheet), ticked, across=draft.last)
        draft.next()
        return
    many = items.many
    assert many is not None
    _rows(draft, items, many)
    for row in items.rows:
        if not row.many:
            _total(draft, items, row)


def nil_sentence(draft: Draft, sheet: Sheet) -> str:
    """本单位2023年度无政府性基金预算支出，故本表无数据。"""
    year = f"{draft.filing.form.year}年度"
    subject = sheet.title.removeprefix(year).removesuffix("情况表")
    return f"本单位{year}无{subject}，故本表无数据。"


def _head(draft: Draft, block: Block) -> None:
    """Columns called 其中：… stand under the column before them, in a head of two rows."""
    parts = [column.label.startswith(PART) for column in block.columns]
    down = 2 if any(parts) else 1
    draft.text(1, block.label_head, Role.HEAD, down=down)
    for at, column in enumerate(block.columns, 2):
        follow = _following(parts, at - 1)
        if parts[at - 2]:
            continue
        if not follow:
            draft.text(at, column.label, Role.HEAD, down=down)
            continue
        draft.text(at, column.label, Role.HEAD, across=1 + follow)
        draft.row += 1
        draft.text(at, "合计", Role.HEAD)
        for part in range(follow):
            draft.text(at + 1 + part, block.columns[at - 1 + part].label.removeprefix(PART), Role.HEAD)
        draft.row -= 1
    draft.heads = (draft.row, draft.row + down - 1)
    draft.next(down)


def _following(parts: list[bool], start: int) -> int:
    """How many columns from `start` on are parts of the one before."""
    count = 0
    while start + count < len(parts) and parts[start + count]:
        count += 1
    return count


def _rows(draft: Draft, block: Block, many: Row) -> None:
    added = draft.filing.table(block.key).added
    for number, row in enumerate(added, 1):
        draft.text(1, str(number), Role.HEAD)
        for at, column in enumerate(block.columns, 2):
            draft.figure(at, Key(block.key, 0, many.key, row.number, column.key))
        draft.next()
    if not added:
        for at in range(1, draft.last + 1):
            draft.figure(at, None)
        draft.next()


def _total(draft: Draft, block: Block, row: Row) -> None:
    """The label spans the columns before the first figure."""
    has = [(row.key, column.key) in block.fields for column in block.columns]
    lead = has.index(True)
    draft.text(1, row.label, Role.HEAD, across=1 + lead)
    for at, column in enumerate(block.columns[lead:], 2 + lead):
        present = has[at - 2]
        draft.figure(at, Key(block.key, 0, row.key, 0, column.key) if present else None)
    draft.next()
