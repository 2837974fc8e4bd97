"""Annexes 2 and 3: funds, objective and the eight official columns of indicators, values in one cell."""

from selfeval_xl.filing import Key
from selfeval_xl.forms import Block, Sheet
from selfeval_xl.layout import indicators
from selfeval_xl.layout.drafting import Draft
from selfeval_xl.layout.grid import Role
from selfeval_xl.money import wan

WIDTHS = (5.0, 10.0, 12.0, 20.0, 13.0, 13.0, 8.0, 9.0, 20.0)
LABEL, FIGURES, HALF = 2, 4, 6
"""The first column of the labels, of the six figures, and of the right half."""


def widths(sheet: Sheet) -> dict[int, float]:
    """The columns of the page."""
    return dict(enumerate(WIDTHS, 1))


def body(draft: Draft, sheet: Sheet, copy: int) -> None:
    """Every block by its shape."""
    if not sheet.copies:
        _unit(draft)
    inline = [block for block in sheet.blocks if block.inline]
    for block in sheet.blocks:
        if block.many:
            indicators.table(draft, block, copy)
        elif block.inline or block.on_screen:
            continue
        elif not block.label_head:
            _total(draft, block, copy)
        elif any(column.kind.numeric for column in block.columns):
            _funds(draft, block, inline, copy)
        elif indicators.is_long(block):
            _objective(draft, block, copy)
        else:
            _facts(draft, block, copy)


def _unit(draft: Draft) -> None:
    draft.text(1, "预算部门、单位名称", Role.LABEL, across=3)
    draft.figure(FIGURES, Key("unit", 0, "name", 0, "value"), draft.last - 3)
    draft.next()


def _facts(draft: Draft, block: Block, copy: int) -> None:
    """The first fact on a line of its own, the others two a line."""
    keys = [Key(block.key, copy, row.key, 0, block.columns[0].key) for row in block.rows]
    labels = [row.label for row in block.rows]
    draft.text(1, labels[0], Role.LABEL, across=3)
    draft.figure(FIGURES, keys[0], draft.last - 3)
    for at in range(1, len(keys), 2):
        draft.next()
        alone = at + 1 == len(keys)
        draft.text(1, labels[at], Role.LABEL, across=3)
        draft.figure(FIGURES, keys[at], draft.last - 3 if alone else 2)
        if not alone:
            draft.text(HALF, labels[at + 1], Role.LABEL, across=2)
            draft.figure(HALF + 2, keys[at + 1], draft.last - HALF - 1)
    draft.next()


def _funds(draft: Draft, block: Block, inline: list[Block], copy: int) -> None:
    """Six figures a row and, below them, the splits whose figures stand inside their labels."""
    splits = [_split(draft, other) for other in inline]
    below = max((len(split) for split in splits), default=0)
    draft.text(1, block.title, Role.LABEL, down=1 + len(block.rows) + below)
    draft.text(LABEL, "", Role.HEAD, across=FIGURES - LABEL)
    for at, column in enumerate(block.columns):
        draft.text(FIGURES + at, column.label, Role.HEAD)
    draft.next()
    for row in block.rows:
        draft.text(LABEL, row.label, Role.LABEL, across=FIGURES - LABEL, indent=row.indent)
        for at, column in enumerate(block.columns):
            has = (row.key, column.key) in block.fields
            draft.figure(FIGURES + at, Key(block.key, copy, row.key, 0, column.key) if has else None)
        draft.next()
    for line in range(below):
        for split, start, across in zip(
            splits, (LABEL, HALF), (HALF - LABEL, draft.last - HALF + 1), strict=False
        ):
            text, key = split[line] if line < len(split) else ("", None)
            draft.shown(start, text, key, across)
        draft.next()


def _split(draft: Draft, block: Block) -> list[tuple[str, Key | None]]:
    """「按收入性质分：2030.12」「其中：一般公共预算：1325.68」…; what stands outside the form only when it is not nil."""
    column = block.columns[0].key
    parts = [(row, Key(block.key, 0, row.key, 0, column)) for row in block.rows]
    (_, total), parts = parts[-1], parts[:-1]
    shown = [(row, key) for row, key in parts if "表外" not in row.label or draft.value(key)]
    lines: list[tuple[str, Key | None]] = [(f"{block.title}：{_amount(draft, total)}", total)]
    for at, (row, key) in enumerate(shown):
        lines.append((f"{'其中：' if at == 0 else '　　　'}{row.label}：{_amount(draft, key)}", key))
    return lines


def _amount(draft: Draft, key: Key) -> str:
    value = draft.tracer.figures[key].number if key in draft.tracer.figures else None
    return "" if value is None else wan(value)


def _objective(draft: Draft, block: Block, copy: int) -> None:
    """The texts side by side under their labels."""
    keys = [Key(block.key, copy, row.key, 0, block.columns[0].key) for row in block.rows]
    halves = [(LABEL, HALF - LABEL), (HALF, draft.last - HALF + 1)]
    spans = halves if len(keys) == len(halves) else [(LABEL, draft.last - LABEL + 1)] * len(keys)
    down = max(draft.rows_for(draft.value(key), *span) for key, span in zip(keys, spans, strict=True))
    down = max(down, 2)
    draft.text(1, block.title, Role.LABEL, down=1 + down)
    for row, (start, across) in zip(block.rows, spans, strict=True):
        draft.text(start, row.label, Role.HEAD, across)
    draft.next()
    for key, (start, across) in zip(keys, spans, strict=True):
        draft.figure(start, key, across, down)
    draft.next(down)


def _total(draft: Draft, block: Block, copy: int) -> None:
    """总分, its figures under the columns of the same name."""
    draft.text(1, "总分", Role.HEAD, across=indicators.POINTS - 1)
    row = block.rows[0].key
    for at, column in enumerate(block.columns):
        draft.figure(indicators.POINTS + at, Key(block.key, copy, row, 0, column.key))
    rest = indicators.POINTS + len(block.columns)
    draft.figure(rest, None, draft.last - rest + 1)
    draft.next()
