"""Blocks on a page: head rows found by the labels of their columns, rows by their own."""

from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Block, Kind
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.official.labels import WHOLE, core, named, number_or_text
from selfeval_xl.reading.official.page import Page

ORDINALS = "栏次"
"""What stands left of the row that only counts the columns."""


class Head(Struct, frozen=True):
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


class Labelled(Struct, frozen=True):
    """`rows`: each row that is printed once → the rows of the page that are its; `groups`: rows of the page beside
    which a label of another row stands, merged down beside its parts."""

    rows: Mapping[str, list[int]]
    groups: Mapping[int, str]


def head_of(page: Page, gathering: Gathering, block: Block, least: int) -> Head | None:
    """The row that holds the most of the block's column labels, at least so many. The same head once more, below a page
    break, is passed over; two that differ are told."""
    rows = {row: _columns(page, block, row) for row in page.rows}
    most = max((len(columns) for columns in rows.values()), default=0)
    best = [row for row, columns in rows.items() if len(columns) == most]
    if most < least:
        return None
    if any(rows[row] != rows[best[0]] for row in best):
        cells = [page.place(row, min(s.start for s in rows[row].values())) for row in best]
        gathering.report("R-03", f"“{block.title}”的表头有 {len(best)} 处，不知以哪处为准", *cells)
        return None
    found = Head(block, best[0], best[0], rows[best[0]])
    for row in best[1:]:
        _mark(page, _below(page, replace(found, first=row, last=row)))
    return _mark(page, _below(page, found))


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
    if any(not isinstance(cell.value, str) for cell in page.rows.get(row, {}).values()):
        return head
    for column, text in page.texts(row):
        over = next((k for k, s in head.columns.items() if column in s and len(s) > 1), None)
        key = over if over and core(text) in WHOLE else names.get(core(text))
        if key is not None and (key == over or key not in head.columns):
            columns[key], found = page.span(row, column), True
    return Head(head.block, head.first, row, columns) if found else head


def _mark(page: Page, head: Head) -> Head:
    for row in range(head.first, head.last + 1):
        page.heads.add(row)
        page.used |= {(row, column) for column, _ in page.texts(row)}
    return head


def labelled_rows(page: Page, head: Head, end: int) -> Labelled:
    """The rows below the head and above `end`, by the label that stands nearest to the figures.

    A label further left is that of a group, merged down beside its parts, unless the nearest says 合计 of it.
    """
    names = named(row for row in head.block.rows if not row.many)
    rows: dict[str, list[int]] = {key: [] for key in names.values()}
    groups: dict[int, str] = {}
    for row in range(head.last + 1, end):
        labels = [(column, core(text)) for column, text in page.labels(row, head.left)]
        if not labels:
            continue
        if labels[-1][1] in WHOLE and len(labels) > 1:
            page.used.add((row, labels.pop()[0]))
        (column, nearest), further = labels[-1], labels[:-1]
        if nearest in names:
            rows[names[nearest]].append(row)
            page.used.add((row, column))
        for column, label in further:
            if label in names:
                groups[row] = names[label]
                page.used.add((row, column))
    return Labelled(rows, groups)


def read_labelled(page: Page, gathering: Gathering, head: Head, end: int) -> Labelled:
    """Reads the rows that are printed once; a row that stands there twice is told, and left unread."""
    found = labelled_rows(page, head, end)
    for key, lines in found.rows.items():
        if len(lines) == 1:
            read_row(page, gathering, head, Key(head.block.key, page.copy, key, 0, ""), lines[0])
        elif lines:
            cells = [page.place(line, head.left) for line in lines]
            label = head.block.row(key).label
            gathering.report("R-04", f"“{head.block.title}”有 {len(lines)} 行“{label}”", *cells)
    return found


def read_row(page: Page, gathering: Gathering, head: Head, key: Key, line: int) -> None:
    """The cells of one row, each from under its head."""
    for offset, column in enumerate(head.block.columns):
        own = key._replace(column=column.key)
        if (key.row, column.key) not in head.block.fields or own in gathering.entries:
            continue
        at = page.alone(line, head.columns[column.key]) if column.key in head.columns else 0
        where = head.columns.get(column.key, range(page.edge + offset, 0)).start
        cell = page.take(line, at)
        if head.block.fields[key.row, column.key].kind is Kind.RATE:
            # Official forms print 98.5% as a text as often as not, and the program works it out anyway.
            gathering.put(own, _bare(cell), page.place(line, at or where), untold="R-11")
        else:
            gathering.put(own, cell, page.place(line, at or where))


def _bare(cell: Cell | None) -> Cell | None:
    """A plain number that was typed as a text, as a number."""
    if cell is None or not isinstance(cell.value, str):
        return cell
    return replace(cell, value=number_or_text(cell.value))


def filled_rows(page: Page, head: Head, end: int) -> Iterator[int]:
    """The rows below the head and above `end` that hold anything under it; not the one that counts the columns."""
    columns = {column for span in head.columns.values() for column in span}
    for row in range(head.last + 1, end):
        own = {c: cell for c, cell in page.rows.get(row, {}).items() if (row, c) not in page.used}
        if _counts(own, columns):
            page.used |= {(row, column) for column in own}
        elif any(column in columns for column in own):
            yield row


def _counts(cells: Mapping[int, Cell], columns: set[int]) -> bool:
    """栏次 | 1 | 2 | 3; without the word only 1, 2, 3 … under every head."""
    said = [cell.value for cell in cells.values() if isinstance(cell.value, str)]
    numbers = [cell.value for cell in cells.values() if isinstance(cell.value, int)]
    if not numbers or len(numbers) + len(said) < len(cells) or any(core(text) != ORDINALS for text in said):
        return False
    rising = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return rising and (bool(said) or (numbers[0] == 1 and columns <= set(cells)))
