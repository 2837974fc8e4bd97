"""A sheet of cells to draw, whoever draws it: xlsxwriter, Word, or nobody (a test)."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from selfeval_xl.filing import Key
from selfeval_xl.filing.values import Content


class Role(StrEnum):
    """What a cell is for; each writer has its own look for each role."""

    TITLE = "title"
    NOTE = "note"
    BAND = "band"
    HEAD = "head"
    LABEL = "label"
    INPUT = "input"
    SUGGESTED = "suggested"
    LOCKED = "locked"
    GUARD = "guard"
    GAP = "gap"
    TALLY = "tally"
    FIGURE = "figure"


class GridCell(Struct, frozen=True):
    """One cell; `row` and `column` from 1, `across` and `down` its span.

    `content` is what it shows: a text, or a figure in the filing's terms (money in 分). `key`: the form cell
    that it shows, where it shows one. `beside`: the form cell that a computed aside speaks of; an aside is no
    form cell, so reading does not look at it.
    """

    row: int
    column: int
    content: Content
    role: Role
    across: int = 1
    down: int = 1
    key: Key | None = None
    indent: int = 0
    beside: Key | None = None


class Grid(Struct, frozen=True):
    """`widths`: column → characters of half width; `heads`: rows repeated on every printed page."""

    name: str
    cells: tuple[GridCell, ...]
    widths: Mapping[int, float]
    heights: Mapping[int, float]
    landscape: bool = False
    heads: tuple[int, int] | None = None


@lru_cache(20_000)
def text_width(text: str) -> int:
    """How many half-width characters the text takes: what is not ASCII counts two (四字节汉字 four), as in GB 18030."""
    return len(text.encode("gb18030", "replace"))
