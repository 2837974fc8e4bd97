"""Annex 1: blocks one below the other on one set of columns, the register's projects under their categories."""

from collections.abc import Iterator

from selfeval_xl.expressions import Rows
from selfeval_xl.filing import Key
from selfeval_xl.forms import Block, Row, Sheet
from selfeval_xl.layout.drafting import Draft
from selfeval_xl.layout.grid import Role

LABELS, VALUES = 32.0, 12.0
PARTS = 6
"""Columns beside the labels: 3 columns take two of them each, 6 one each."""


def widths(sheet: Sheet) -> dict[int, float]:
    """The columns of the page."""
    return {1: LABELS} | dict.fromkeys(range(2, PARTS + 2), VALUES)


def body(draft: Draft, sheet: Sheet, copy: int) -> None:
    """Every block by its shape."""
    for block in sheet.blocks:
        if block.many:
            _objects(draft, block)
        elif not block.label_head:
            _one_line(draft, block)
        elif any(column.kind.numeric for column in block.columns):
            _table(draft, block)
        else:
            _texts(draft, block)


def _one_line(draft: Draft, block: Block) -> None:
    """A head and one row of figures under it, the block's title to their left."""
    draft.text(1, block.title, Role.LABEL, down=2)
    _heads(draft, block, [c.key for c in block.columns])
    draft.next()
    for at, column in enumerate(block.columns):
        across = PARTS // len(block.columns)
        draft.figure(2 + at * across, Key(block.key, 0, block.rows[0].key, 0, column.key), across)
    draft.next()


def _table(draft: Draft, block: Block) -> None:
    draft.text(1, block.title, Role.HEAD)
    _heads(draft, block, [c.key for c in block.columns])
    draft.next()
    across = PARTS // len(block.columns)
    for row in block.rows:
        draft.text(1, row.label, Role.LABEL, indent=row.indent)
        for at, column in enumerate(block.columns):
            draft.figure(2 + at * across, Key(block.key, 0, row.key, 0, column.key), across)
        draft.next()
        for name, keys in _details(draft, block, row):
            draft.text(1, name, Role.LABEL, indent=row.indent + 1)
            for at, column in enumerate(block.columns):
                draft.figure(2 + at * across, keys.get(column.key), across)
            draft.next()


def _details(draft: Draft, block: Block, row: Row) -> Iterator[tuple[str, dict[str, Key]]]:
    """The added rows of another block that this row sums: the name of each, the cells that its columns show."""
    sums = {}
    for column in block.columns:
        field = block.fields.get((row.key, column.key))
        if field and isinstance(field.formula, Rows) and not field.formula.row:
            sums[column.key] = field.formula
    if not sums:
        return
    one = next(iter(sums.values()))
    table = draft.filing.table(one.block)
    for added in table.added:
        if all(added.text(column) == text for column, text in one.where):
            keys = {c: Key(one.block, 0, added.key, added.number, s.column) for c, s in sums.items()}
            yield added.text(table.block.name_column), keys


def _objects(draft: Draft, block: Block) -> None:
    """Finished buildings, a row each, their names in the label column; one blank row where there are none."""
    numeric = [c.key for c in block.columns if c.kind.numeric]
    added = draft.filing.table(block.key).added
    draft.text(1, block.title, Role.LABEL, down=1 if added else 2)
    _heads(draft, block, numeric)
    draft.next()
    if not added:
        for at in range(len(numeric)):
            draft.figure(2 + at, None)
        draft.next()
    for row in added:
        draft.text(1, row.text(block.name_column), Role.LABEL, indent=1)
        for at, column in enumerate(numeric):
            draft.figure(2 + at, Key(block.key, 0, row.key, row.number, column))
        draft.next()


def _texts(draft: Draft, block: Block) -> None:
    for row in block.rows:
        key = Key(block.key, 0, row.key, 0, block.columns[0].key)
        down = draft.rows_for(draft.value(key), 2, PARTS)
        draft.text(1, block.title, Role.LABEL, down=down)
        draft.next(draft.paragraph(2, key, PARTS))


def _heads(draft: Draft, block: Block, keys: list[str]) -> None:
    across = PARTS // len(keys)
    for at, key in enumerate(keys):
        draft.text(2 + at * across, block.column(key).label, Role.HEAD, across)
