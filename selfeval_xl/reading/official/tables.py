"""Blocks on a page: head rows found by the labels of their columns, rows by their own."""

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing import Key
from selfeval_xl.forms import Block, Kind
from selfeval_xl.reading.entries import says_nothing
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import (
    WHOLE,
    amount_behind,
    core,
    holds_amount,
    in_digits,
    named,
    number_or_text,
)
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.regions import YEAR_ALONE
from selfeval_xl.reading.official.signatures import body

UNMEASURED = re.compile(r"[^\d.]+$")
ORDINALS = "栏次"
"""What stands left of the row that only counts the columns."""


INITIAL = "initial"
"""The key of the columns of budgets at the begin of the year."""
AT_FIRST = re.compile(r"(?:20\d\d年)?(?:年初|期初)(?:批复|部门)?(?:预算)?数?|批复数|年初批复数?")
SUB_HEAD = re.compile(
    r"(?:年初|调整|追加|全年|批复|本年|其中).{0,8}|.{0,8}(?:预算数?|决算数?|执行数?|合计|小计|支出)"
)
"""What a second row of heads says, in formats that do not tell of joined cells."""
FIGURE = re.compile(r"(?!20\d\d年)[\d.,(+\-￥¥].*")


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
    direct = {row: _columns(page, block, row) for row in page.rows}
    rows = direct
    if max(map(len, rows.values()), default=0) < least:
        # A head of two rows, of which the upper one alone says too little: 2022年 over 决算数.
        heads = (Head(block, row, row, columns) for row, columns in direct.items())
        rows = {head.first: dict(_below(page, head).columns) for head in heads}
    most = max((len(columns) for columns in rows.values()), default=0)
    best = [row for row, columns in rows.items() if len(columns) == most]
    if most < least:
        return None
    if any(rows[row] != rows[best[0]] for row in best):
        cells = [page.place(row, min(s.start for s in rows[row].values())) for row in best]
        gathering.report("R-03", f"“{block.title}”的表头有 {len(best)} 处，不知以哪处为准", *cells)
        return None
    found = Head(block, best[0], best[0], direct[best[0]])
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
    """With the second row of a head, and the third, where they say anything."""
    second = _one_below(page, head)
    third = _one_below(page, replace(second, first=second.last)) if second.last > head.last else second
    return replace(third, first=head.first)


def _one_below(page: Page, head: Head) -> Head:
    """With the next row of a head, whose labels decide what stands under a joined one: 合计 and its parts, 年初预算数
    and 调整后预算数 of 2023年预算数, 预算数 and 决算数 of 2023年. A column none of whose parts is known is not read."""
    row, names = head.first + 1, named(head.block.columns)
    parts = _parts(page, head)
    if not parts:
        return head
    columns = dict(head.columns)
    for over, span in head.columns.items():
        under = [column for column in parts if column in span]
        if under and head.block.column(over).kind.numeric:
            own = [c for c in under if _is_whole(parts[c], names, over)]
            columns = {key: s for key, s in columns.items() if key != over}
            columns |= {over: page.span(row, own[0])} if len(own) == 1 else {}
    for column, text in parts.items():
        above = _above(page, head.first, column)
        key = names.get(core(f"{above}{core(text)}")) or names.get(core(text))
        if key is not None and key not in {*columns, *head.columns}:
            columns[key] = page.span(row, column)
    changed = columns != dict(head.columns)
    return Head(head.block, head.first, row, columns) if changed else head


def _parts(page: Page, head: Head) -> dict[int, str]:
    """The labels of the row below a head, where it is the head's next row: each stands under a wider one, or is known."""
    row, names = head.first + 1, named(head.block.columns)
    if any(not isinstance(cell.value, str) for cell in page.rows.get(row, {}).values()):
        return {}
    parts = dict(page.texts(row))
    for column, text in parts.items():
        above = _over(page, head.first, column)
        narrower = above is not None and len(page.span(row, column)) < len(page.span(head.first, above))
        lost = page.sheet.merges is None and SUB_HEAD.fullmatch(core(text)) is not None
        if (
            not (narrower or lost or core(text) in names)
            or FIGURE.fullmatch(plain(text))
            or says_nothing(text)
        ):
            return {}
    return parts


def _over(page: Page, row: int, column: int) -> int | None:
    """The column of the cell in that row which stands over this column, joined with others or not."""
    return next((c for c in page.rows.get(row, {}) if column in page.span(row, c)), None)


def _above(page: Page, row: int, column: int) -> str:
    """What that cell says, 2023年 of （2023年度）."""
    over = _over(page, row, column)
    text = plain(f"{page.rows[row][over].value}") if over is not None else ""
    return f"{found[1]}年" if (found := YEAR_ALONE.fullmatch(in_digits(text))) else core(text)


def _is_whole(text: str, names: Mapping[str, str], column: str) -> bool:
    """Whether a second label is that of the whole column: 合计, its own name, 年初 of a budget at the year's begin."""
    bare = core(text)
    at_first = column == INITIAL and AT_FIRST.fullmatch(bare) is not None
    return bare in WHOLE or names.get(bare) == column or at_first


def _mark(page: Page, head: Head) -> Head:
    for row in range(head.first, head.last + 1):
        page.heads.add(row)
        page.used |= {(row, column) for column, _ in page.texts(row)}
        page.used |= {(row, column) for column, cell in page.rows.get(row, {}).items() if _is_year(cell)}
    return head


def _is_year(cell: Cell) -> bool:
    """2023 over the heads of that year, typed as a number."""
    return isinstance(cell.value, int) and 1990 < cell.value < 2100


def labelled_rows(page: Page, head: Head, end: int) -> Labelled:
    """The rows below the head and above `end`, by the label that stands nearest to the figures.

    A label further left is that of a group, merged down beside its parts, unless the nearest says 合计 of it.
    """
    names = named(row for row in head.block.rows if not row.many)
    rows: dict[str, list[int]] = {key: [] for key in names.values()}
    groups: dict[int, str] = {}
    for row in body(page, head.last + 1, end):
        texts = page.labels(row, head.left)
        kept = {column for column, text in texts if _amount_beside(page, row, text)}
        labels = [(column, core(text)) for column, text in texts]
        if not labels:
            continue
        if labels[-1][1] in WHOLE and len(labels) > 1:
            page.used.add((row, labels.pop()[0]))
        (column, nearest), further = labels[-1], labels[:-1]
        if nearest in names:
            rows[names[nearest]].append(row)
            page.used |= {(row, column)} - {(row, other) for other in kept}
        for column, label in further:
            if label in names:
                groups[row] = names[label]
                page.used |= {(row, column)} - {(row, other) for other in kept}
    return Labelled(rows, groups)


def _amount_beside(page: Page, row: int, text: str) -> bool:
    """Whether a label says an amount that stands in no cell of its row: 政府采购金额（1551.4万元） beside blank cells."""
    if not amount_behind(text)[1]:
        return holds_amount(text)
    amount = number_or_text(UNMEASURED.sub("", amount_behind(text)[1]).replace(",", ""))
    figures = (cell.value for cell in page.rows[row].values() if not isinstance(cell.value, str))
    return isinstance(amount, float) and all(amount != figure for figure in figures)


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
    for row in body(page, head.last + 1, end):
        own = {c: cell for c, cell in page.rows.get(row, {}).items() if (row, c) not in page.used}
        if _counts(page.rows.get(row, {}), columns):
            page.used |= {(row, column) for column in own}
        elif any(column in columns and not says_nothing(cell.value) for column, cell in own.items()):
            yield row


def _counts(cells: Mapping[int, Cell], columns: set[int]) -> bool:
    """栏次 | 1 | 2 | 3; without the word only 1, 2, 3 … under every head."""
    said = [cell.value for cell in cells.values() if isinstance(cell.value, str)]
    numbers = [cell.value for cell in cells.values() if isinstance(cell.value, int)]
    if not numbers or len(numbers) + len(said) < len(cells) or any(core(text) != ORDINALS for text in said):
        return False
    rising = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    return rising and (bool(said) or (numbers[0] == 1 and columns <= set(cells)))
