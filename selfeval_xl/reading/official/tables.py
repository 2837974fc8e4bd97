"""Blocks on a page: head rows found by the labels of their columns, rows by their own."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Block, Kind
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.official.labels import core, named
from selfeval_xl.reading.official.page import Page

WHOLE = ("合计", "小计")
"""What the first column under a joined head says: it stands for the joined one."""


@dataclass(frozen=True)
class Head:
    """The head rows of a block, and the columns of the page for each of its columns."""

    block: Block
    first: int
    last: int
    columns: Mapping[str, range]

    @property
    def left(self) -> int:
        """The first column of figures: labels stand left of it."""
        own = [s.start for key, s in self.columns.items() if self.block.column(key).kind.numeric]
        return min(own or [s.start for s in self.columns.values()])


def head_of(page: Page, gathering: Gathering, block: Block, least: int) -> Head | None:
    """The row that holds the most of the block's column labels, at least so many; two such rows are told."""
    rows = {row: _columns(page, block, row) for row in page.rows}
    most = max((len(columns) for columns in rows.values()), default=0)
    best = [row for row, columns in rows.items() if len(columns) == most]
    if most < least:
        return None
    if len(best) > 1:
        cells = [page.place(row, min(s.start for s in rows[row].values())) for row in best]
        gathering.report("R-03", f"“{block.title}”的表头有 {len(best)} 处，不知以哪处为准", *cells)
        return None
    return _marked(page, _below(page, Head(block, best[0], best[0], rows[best[0]])))


def _columns(page: Page, block: Block, row: int) -> dict[str, range]:
    """The columns whose labels stand in the row once."""
    names, found = named(block.columns), dict[str, list[range]]()
    for column, text in page.texts(row):
        if (key := names.get(core(text))) is not None:
            found.setdefault(key, []).append(page.span(row, column))
    return {key: spans[0] for key, spans in found.items() if len(spans) == 1}


def _below(page: Page, head: Head) -> Head:
    """With the second row of a head: 合计 and its parts under a joined one."""
    row, names = head.first + 1, named(head.block.columns)
    columns, found = dict(head.columns), False
    for column, text in page.texts(row):
        over = next((key for key, span in head.columns.items() if column in span), None)
        key = over if over and core(text) in WHOLE else names.get(core(text))
        if key is not None and (key == over or key not in head.columns):
            columns[key], found = page.span(row, column), True
    return Head(head.block, head.first, row, columns) if found else head


def _marked(page: Page, head: Head) -> Head:
    for row in range(head.first, head.last + 1):
        page.used |= {(row, column) for column, _ in page.texts(row)}
    return head


def labelled_rows(page: Page, head: Head, end: int) -> dict[str, list[int]]:
    """Each row that is printed once → the rows of the page, below the head and above `end`, that bear its label."""
    names = named(row for row in head.block.rows if not row.many)
    found: dict[str, list[int]] = {key: [] for key in names.values()}
    for row in range(head.last + 1, end):
        for column, text in page.texts(row):
            key = names.get(core(text))
            if column < head.left and key is not None:
                found[key].append(row)
                page.used.add((row, column))
    return found


def read_labelled(page: Page, gathering: Gathering, head: Head, end: int) -> dict[str, list[int]]:
    """Reads the rows that are printed once; a row that stands there twice is told, and left unread."""
    rows = labelled_rows(page, head, end)
    for key, lines in rows.items():
        if len(lines) == 1:
            read_row(page, gathering, head, Key(head.block.key, page.copy, key, 0, ""), lines[0])
        elif lines:
            cells = [page.place(line, head.left) for line in lines]
            label = head.block.row(key).label
            gathering.report("R-04", f"“{head.block.title}”有 {len(lines)} 行“{label}”", *cells)
    return rows


def read_row(page: Page, gathering: Gathering, head: Head, key: Key, line: int) -> None:
    """The cells of one row, each from under its head."""
    for offset, column in enumerate(head.block.columns):
        own = key._replace(column=column.key)
        if (key.row, column.key) not in head.block.fields or own in gathering.entries:
            continue
        at = page.alone(line, head.columns[column.key]) if column.key in head.columns else 0
        where = head.columns.get(column.key, range(page.edge + offset, 0)).start
        # Official forms print 98.5% as a text as often as not, and the program works it out anyway.
        untold = "R-11" if head.block.fields[key.row, column.key].kind is Kind.RATE else ""
        gathering.put(own, page.take(line, at), page.place(line, at or where), untold)


def filled_rows(page: Page, head: Head, end: int) -> Iterator[int]:
    """The rows below the head and above `end` that hold anything under it."""
    columns = {column for span in head.columns.values() for column in span}
    for row in range(head.last + 1, end):
        if any(column in columns and (row, column) not in page.used for column in page.rows.get(row, {})):
            yield row
