"""Where the blocks of a form stand on the sheets of a file: by their labels, never by fixed cells.

A block is found by its title, its columns by the head row below, its rows by their labels. Two equally good
places are reported, never picked from.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache

from msgspec import Struct

from selfeval_xl.forms import GUARD, Block, Form
from selfeval_xl.reading.grids import Sheet

HEAD_WITHIN = 4
"""The head row stands at most so many rows below the title."""
NOISE = re.compile(r"[\s*＊:：。]+")
QUOTES = str.maketrans({"“": '"', "”": '"', "「": '"', "」": '"', "‘": "'", "’": "'"})


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A label without what people change unawares: spaces, breaks, width, quotes, colons, the star."""
    return NOISE.sub("", unicodedata.normalize("NFKC", text).translate(QUOTES)).lower()


class Labels(Struct, frozen=True, dict=True):
    """The texts of one sheet, by their plain form."""

    sheet: Sheet

    @cached_property
    def places(self) -> dict[str, list[tuple[int, int]]]:
        places: dict[str, list[tuple[int, int]]] = {}
        for at, cell in sorted(self.sheet.cells.items()):
            if isinstance(cell.value, str):
                places.setdefault(plain(cell.value), []).append(at)
        return places

    @cached_property
    def last_row(self) -> int:
        return max((row for row, _ in self.sheet.cells), default=0)

    def at(self, row: int, text: str) -> list[int]:
        return [column for r, column in self.places.get(plain(text), ()) if r == row]


class Found(Struct, frozen=True):
    """A block on a sheet: the head row, the column of each of its columns, and the row after its last."""

    block: Block
    labels: Labels
    title_row: int
    head_row: int
    columns: Mapping[str, int]
    label_column: int
    end: int

    @property
    def missing_columns(self) -> list[str]:
        return [c.label for c in self.block.columns if c.key not in self.columns and not c.lacked]


def find_blocks(form: Form, pages: Iterable[Labels]) -> dict[str, list[Found]]:
    """Every place of every block on these sheets; none, one, or more."""
    titles = {plain(block.title) for block in form.blocks()}
    found: dict[str, list[Found]] = {block.key: [] for block in form.blocks()}
    for labels in pages:
        starts = sorted(row for title in titles for row, _ in labels.places.get(title, ()))
        for block in form.blocks():
            for row, column in labels.places.get(plain(block.title), ()):
                place = _head(block, labels, row, column, starts)
                if place is not None:
                    found[block.key].append(place)
    return found


def _head(block: Block, labels: Labels, title_row: int, left: int, starts: list[int]) -> Found | None:
    """The head row that holds the most of the block's column labels, at least one."""
    end = next((row for row in starts if row > title_row), labels.last_row + 1)
    best: tuple[int, int, dict[str, int]] = (0, 0, {})
    for row in range(title_row + 1, min(title_row + HEAD_WITHIN, end - 1) + 1):
        columns = dict(_columns(block, labels, row, left))
        if len(columns) > best[0]:
            best = (len(columns), row, columns)
    count, row, columns = best
    if not count:
        return None
    label_column = next(iter(labels.at(row, block.label_head)), left) if block.label_head else left
    return Found(block, labels, title_row, row, columns, label_column, end)


def _columns(block: Block, labels: Labels, row: int, left: int) -> Iterator[tuple[str, int]]:
    for column in block.columns:
        at = [c for c in labels.at(row, column.label) if c >= left]
        if len(at) == 1:
            yield column.key, at[0]


def fixed_rows(found: Found) -> dict[str, list[int]]:
    """Each row that is printed once, with the rows of the sheet that bear its label."""
    rows = {}
    for row in found.block.rows:
        if row.many:
            continue
        if not row.label:
            rows[row.key] = _first_filled(found)
            continue
        places = found.labels.places.get(plain(row.label), ())
        rows[row.key] = [r for r, c in places if found.head_row < r < found.end and c == found.label_column]
    return rows


def _first_filled(found: Found) -> list[int]:
    """By its own columns: a number beside the table makes no row of it."""
    below, columns, cells = (
        range(found.head_row + 1, found.end),
        found.columns.values(),
        found.labels.sheet.cells,
    )
    return [next((r for r in below if any((r, c) in cells for c in columns)), found.head_row + 1)]


def added_rows(found: Found, taken: set[int]) -> list[int]:
    """The rows between the head and the guard text (or the first fixed row, or the end) that hold anything."""
    stop = min([found.end, *taken, *guard_rows(found)])
    columns = set(found.columns.values())
    return [
        row
        for row in range(found.head_row + 1, stop)
        if any((row, column) in found.labels.sheet.cells for column in columns)
    ]


def rows_below(found: Found, taken: set[int]) -> list[int]:
    """The rows that people filled below the guard text: they are in no block, and must not be lost in silence."""
    guards = guard_rows(found)
    if not guards:
        return []
    columns = set(found.columns.values()) - {found.label_column}
    rows = (row for row in range(max(guards) + 1, found.end) if row not in taken)
    return [row for row in rows if any((row, column) in found.labels.sheet.cells for column in columns)]


def guard_rows(found: Found) -> list[int]:
    """Where the guard text stands."""
    return [
        row
        for text, places in found.labels.places.items()
        if GUARD in text
        for row, _ in places
        if found.head_row < row < found.end
    ]
