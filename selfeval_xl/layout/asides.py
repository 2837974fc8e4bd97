"""What the template works out beside its tables: the amount that wants a reason, the points of each group.

Asides are no cells of the form: nobody types there, and reading takes nothing from them.
"""

from collections.abc import Iterator, Mapping

from selfeval_xl.filing import Key
from selfeval_xl.forms import GAP_HEAD, TALLY_HEAD, Block
from selfeval_xl.layout.grid import GridCell, Role

REASON, LEVEL, POINTS = "reason", "first", "points"
WIDTH = 13.0


def explained(block: Block) -> bool:
    """Whether its rows are compared, and have a cell for the reason of a change."""
    return block.explain is not None and any(column.key == REASON for column in block.columns)


def tallied(block: Block) -> bool:
    """Whether it is a table of indicators, whose points add up by level."""
    return block.many is not None and {LEVEL, POINTS} <= {column.key for column in block.columns}


def heads(block: Block, places: Mapping[str, int]) -> dict[int, str]:
    """Column → head of the block's asides: the gap stands left of the reason, the tally right of the table."""
    found = {places[REASON] - 1: GAP_HEAD} if explained(block) else {}
    return found | ({max(places.values()) + 1: TALLY_HEAD} if tallied(block) else {})


def cells(block: Block, places: Mapping[str, int], key: Key, row: int) -> Iterator[GridCell]:
    """The asides of one row."""
    if explained(block) and (key.row, REASON) in block.fields:
        yield GridCell(row, places[REASON] - 1, None, Role.GAP, beside=key._replace(column=REASON))
    if tallied(block) and key.number:
        yield GridCell(row, max(places.values()) + 1, None, Role.TALLY, beside=key._replace(column=LEVEL))
