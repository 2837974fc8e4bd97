"""Column widths on paper: in proportion to the grid's, but never so narrow that a number is broken in two."""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction

from selfeval_xl.layout.grid import Grid, GridCell, Role, text_width
from selfeval_xl.writing.report.annexes.pieces import LINES

TWIPS = 20
"""In a point."""
MARGINS = 140
"""Left and right of a cell's text, in twips, as the table style has them, and the lines."""
LEAST, MOST = 4, 16
"""Half-width characters: two 汉字 fit every column; a longer word than these may be broken."""
SLACK, FIRM = 1.1, 1.3
"""Other fonts than the named ones may be wider: so much for a word and, as digits may be two thirds of a sign, for a
figure, which is never broken before a word is."""
GROWTH, SHRINK = 1.4, 0.75
"""A column grows to so many times its share to hold a text on one line, or two; another shrinks no further for it."""
_WORD = re.compile(r"（\d[^（）]{0,4}）|[!-~]+")
"""What is not to be broken: a number, a word, a weight such as （50分）."""

Said = Callable[[GridCell], str]
Widths = Mapping[int, float]


def fitted(grid: Grid, said: Said, size: float, total: int) -> dict[int, int]:
    """Column → twips, together `total`, at a font size in points."""
    wanted = sum(grid.widths.values())
    shares = {column: total * width / wanted for column, width in grid.widths.items()}
    firm = dict.fromkeys(shares, characters(LEAST, size))
    needs, wishes = dict(firm), dict(firm)
    for cell in (cell for cell in grid.cells if cell.role not in LINES):
        text = said(cell)
        figure = isinstance(cell.content, Fraction)
        width = _longest_word(cell, text) * (FIRM if figure else SLACK)
        _raise(firm if figure else needs, _spread(cell, width, size, shares))
        if cell.across == 1 and cell.role is Role.HEAD:
            _raise(needs, {cell.column: characters(_half(text), size)})
        elif cell.across == cell.down == 1:
            lines = (characters(length, size) for length in (text_width(text) + 2 * cell.indent, _half(text)))
            most = GROWTH * shares[cell.column]
            _raise(wishes, {cell.column: next((line for line in lines if line <= most), 0)})
    _raise(needs, firm)
    return _whole(_evened(shares, _squeezed(firm, needs, total), wishes, total), total)


def characters(count: float, size: float) -> float:
    """Twips of a cell with so many half-width characters on a line."""
    return count * size / 2 * TWIPS + MARGINS


def _half(text: str) -> int:
    """Half-width characters of a text on two lines."""
    return -(-text_width(text) // 4) * 2


def _longest_word(cell: GridCell, text: str) -> int:
    """In half-width characters; a percent sign is as wide as two."""
    longest = max((text_width(word) + word.count("%") for word in _WORD.findall(text)), default=0)
    return longest if isinstance(cell.content, Fraction) else min(longest, MOST)


def _spread(cell: GridCell, width: float, size: float, shares: Widths) -> dict[int, float]:
    """What each column under the cell has to be at least; several share in proportion."""
    columns = range(cell.column, cell.column + cell.across)
    room = sum(shares[column] for column in columns)
    return {column: characters(width, size) * shares[column] / room for column in columns}


def _raise(least: dict[int, float], to: Widths) -> None:
    for column, width in to.items():
        least[column] = max(least[column], width)


def _squeezed(firm: Widths, needs: Widths, total: int) -> dict[int, float]:
    """The needs as far as there is room for them beside the figures."""
    over, soft = sum(needs.values()) - total, sum(needs.values()) - sum(firm.values())
    if over <= 0 or not soft:
        return dict(needs)
    kept = max(1 - over / soft, 0)
    return {c: firm[c] + (needs[c] - firm[c]) * kept for c in needs}


def _evened(shares: Widths, needs: Widths, wishes: Widths, total: int) -> Widths:
    """Who has too little takes it from those who have more than they need: first for needs, then for wishes."""
    if sum(needs.values()) > total:
        return {c: needs[c] * total / sum(needs.values()) for c in shares}
    enough = _given(shares, needs, needs)
    floors = {c: max(needs[c], SHRINK * shares[c]) for c in shares}
    return _given(enough, floors, {c: max(needs[c], wishes[c]) for c in shares})


def _given(widths: Widths, floors: Widths, wanted: Widths) -> Widths:
    """Columns below what they want grow, as far as the others can be narrowed: never below their floors."""
    lacking = {c: max(wanted[c] - widths[c], 0) for c in widths}
    spare = {c: 0 if lacking[c] else max(widths[c] - max(floors[c], wanted[c]), 0) for c in widths}
    moved = min(sum(lacking.values()), sum(spare.values()))
    if not moved:
        return widths
    gain, loss = moved / sum(lacking.values()), moved / sum(spare.values())
    return {c: widths[c] + lacking[c] * gain - spare[c] * loss for c in widths}


def _whole(widths: Widths, total: int) -> dict[int, int]:
    """Whole twips, what is left over to the widest."""
    whole = {column: int(width) for column, width in widths.items()}
    whole[max(whole, key=lambda column: whole[column])] += total - sum(whole.values())
    return whole
