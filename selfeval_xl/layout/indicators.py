"""The indicator table of annexes 2 and 3: eight official columns from the eleven that are filled in."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import groupby

from selfeval_xl.filing import Row
from selfeval_xl.filing.computing import Key
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
    for at, key in enumerate(SHOWN):
        draft.text(FIRST + at, block.column(key).label, Role.HEAD)
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
    firsts = list(dict.fromkeys(row.text("first") for row in rows))
    seconds = list(dict.fromkeys((row.text("first"), row.text("second")) for row in rows))
    return sorted(
        rows,
        key=lambda row: (
            firsts.index(row.text("first")),
            seconds.index((row.text("first"), row.text("second"))),
        ),
    )


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
    points = [row["points"].number for row in rows]
    known = [p for p in points if p is not None]
    weight = f"（{plain(sum(known, Fraction(0)))}分）" if len(known) == len(points) else ""
    return rows[0].text("first") + weight


def _contents(row: Row) -> Iterator[tuple[str, Fraction | str | None]]:
    yield "name", row.text("name") or None
    yield "target", target(row) or None
    yield "actual", actual(row) or None
    yield "points", row["points"].number
    yield "score", row["score"].number
    yield "reason", _reason(row) or None


def target(row: Row) -> str:
    """Type, value and unit in one: ≥50个; a qualitative target as it is; nothing is said twice."""
    value, operator, unit = row.text("target"), row.text("operator"), row.text("measure")
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
