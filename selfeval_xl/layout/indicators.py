"""The indicator table of annexes 2 and 3: eight official columns from the eleven that are filled in."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from selfeval_xl.filing import Key, Row
from selfeval_xl.forms import QUALITATIVE, Block, Kind
from selfeval_xl.layout.drafting import Draft
from selfeval_xl.layout.grid import Role
from selfeval_xl.money import plain

SHOWN = ("first", "second", "name", "target", "actual", "points", "score", "reason")
FIRST, POINTS = 2, 7
"""The columns of the first-level indicator and of the points."""
BLANK_ROWS = 3


def is_long(block: Block) -> bool:
    """Whether all that the block holds is texts of some length."""
    return all(column.kind is Kind.PARAGRAPH for column in block.columns)


def table(draft: Draft, block: Block, copy: int) -> None:
    """Head and rows; levels that stand together are merged downwards."""
    rows = _grouped(draft.filing.table(block.key, copy).added)
    draft.text(1, block.title, Role.LABEL, down=1 + (len(rows) or BLANK_ROWS))
    heads = {column.key: column.label for column in block.columns}
    for at, key in enumerate(SHOWN):
        draft.text(FIRST + at, heads.get(key, ""), Role.HEAD)
    draft.heads = (draft.row, draft.row)
    draft.next()
    if not rows:
        _blank(draft)
    for _, same in groupby(rows, key=lambda row: row.text("first")):
        _level(draft, block, copy, list(same))


def _blank(draft: Draft) -> None:
    for _ in range(BLANK_ROWS):
        for at in range(len(SHOWN)):
            draft.figure(FIRST + at, None)
        draft.next()


def _grouped(rows: tuple[Row, ...]) -> list[Row]:
    """Levels in the order in which they first appear, rows of one level together."""
    levels = [(row.text("first"), row.text("second")) for row in rows]
    firsts = list(dict.fromkeys(first for first, _ in levels))
    seconds = list(dict.fromkeys(levels))
    ranks = [(firsts.index(both[0]), seconds.index(both)) for both in levels]
    return [row for _, row in sorted(zip(ranks, rows, strict=True), key=lambda pair: pair[0])]


def _level(draft: Draft, block: Block, copy: int, rows: list[Row]) -> None:
    """The rows of one first-level indicator."""
    draft.shown(FIRST, _weighted(rows), _key(block, copy, rows[0], "first"), down=len(rows))
    for second, same in groupby(rows, key=lambda row: row.text("second")):
        group = list(same)
        draft.shown(FIRST + 1, second or None, _key(block, copy, group[0], "second"), down=len(group))
        for row in group:
            for at, (column, content) in enumerate(_contents(row), FIRST + 2):
                draft.shown(at, content, _key(block, copy, row, column))
            draft.next()


def _key(block: Block, copy: int, row: Row, column: str) -> Key:
    return Key(block.key, copy, row.key, row.number, column)


def _weighted(rows: list[Row]) -> str:
    """产出指标（50分）; without the points where one of them is not known."""
    points = [row.number_in("points") for row in rows]
    known = [p for p in points if p is not None]
    weight = f"（{plain(sum(known, Fraction(0)))}分）" if len(known) == len(points) else ""
    return rows[0].text("first") + weight


def _contents(row: Row) -> Iterator[tuple[str, Fraction | str | None]]:
    yield "name", row.text("name") or None
    yield "target", target(row) or None
    yield "actual", actual(row) or None
    yield "points", row.number_in("points")
    yield "score", row.number_in("score")
    yield "reason", _reason(row) or None


def target(row: Row) -> str:
    """Type, value and unit in one: ≥50个; a qualitative target as it is; nothing is said twice."""
    value, operator, unit = (row.text(column) for column in ("target", "operator", "measure"))
    if not value or operator == QUALITATIVE:
        return value
    return ("" if value.startswith(operator) else operator) + value + ("" if value.endswith(unit) else unit)


def actual(row: Row) -> str:
    """What was reached, with the unit where it is a plain number."""
    value, unit = row.text("actual"), row.text("measure")
    number = value.removeprefix("-").replace(".", "", 1)
    return value + unit if number.isdecimal() and number.isascii() else value


def _reason(row: Row) -> str:
    changed = "（目标经批准调整）" if row.text("approved") == "是" else ""
    return row.text("reason") + changed
