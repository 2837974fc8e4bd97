"""Telling the numbers that stand in no cell of the form: R-30 a row that was added, R-31 a number beside the tables."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from selfeval_xl.expressions import Cell, Sum
from selfeval_xl.findings import Level
from selfeval_xl.forms import Form
from selfeval_xl.places import Place, gathered
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.sheet_facts import Position
from selfeval_xl.reading.stray_numbers import ASIDES, SIGNED, Number, Page, Taken

MOST = 20
"""So many rows of a sheet are told one by one, the rest in one finding."""
LISTED, HOMES, LABEL = 12, 3, 30
"""So many numbers of a row are said, so many likely homes are named, so many signs of a label."""
OF_WHICH = ("其中", "#")
"""How the label of a row begins that is a part of another, and of no total."""
HALF_STEP = 0.005
"""Half the last digit of a number of two decimals."""


def tell_strays(gathering: Gathering, taken: Sequence[Taken]) -> None:
    """Every number on the sheets of the form that is in no cell that was read, a row a finding."""
    for page in _pages(gathering.form, taken):
        rows = list(page.strays().items())
        for row, numbers in rows[:MOST]:
            _tell(gathering, page, row, numbers)
        if rest := [number for _, numbers in rows[MOST:] for number in numbers]:
            places = [_place(page, number) for number in rest]
            message = f"另有 {len(rows) - MOST} 行、{len(rest)} 个数不在表中，没有读入"
            gathering.report("R-31", f"{message}：{gathered(places[:LISTED])}等", *places[:LISTED])


def _pages(form: Form, taken: Sequence[Taken]) -> Iterator[Page]:
    """The sheets from which blocks were read."""
    signed = frozenset(plain(label) for row in form.block(SIGNED).rows for label in (row.label, *row.aliases))
    ordered = sorted(taken, key=lambda one: (one.found.labels.sheet.name, one.found.title_row))
    for _, group in groupby(ordered, key=lambda one: one.found.labels.sheet.name):
        own = list(group)
        here = {one.found.block.key for one in own}
        wanted = {b.key for b in form.sheet_of(own[0].found.block.key).blocks if not form.lacks(b.key)}
        whole = here >= wanted
        yield Page(own[0].found.labels.sheet, own, whole, signed)


def _tell(gathering: Gathering, page: Page, row: int, numbers: Sequence[Number]) -> None:
    owner = page.owner(row)
    if owner is None or row in owner.lines or owner.printed(row):
        _beside(gathering, page, row, numbers)
        return
    label = _label(page, owner, row, numbers)
    within = owner.found.head_row < row <= owner.last
    remarks = all(page.remarked(number) for number in numbers)
    if (label or within or len(numbers) > 1) and not remarks:
        _row(gathering, page, owner, row, label, numbers)
    else:
        _beside(gathering, page, row, numbers)


def _label(page: Page, owner: Taken, row: int, numbers: Sequence[Number]) -> str:
    """What the person called the row: the text left of its numbers."""
    left = [column for r, column in page.sheet.cells if r == row and column < numbers[-1].column]
    texts = [
        f"{page.sheet.cells[row, c].value}" for c in sorted(left) if c not in {n.column for n in numbers}
    ]
    return next((text.strip()[:LABEL] for text in texts), "")


def _row(
    gathering: Gathering, page: Page, owner: Taken, row: int, label: str, numbers: Sequence[Number]
) -> None:
    """R-30: a row that is none of the table's, with its amounts under their heads."""
    named = f"第 {row} 行“{label}”" if label else f"第 {row} 行（没有行名）"
    amounts = "、".join(f"{_head(owner, number)}{number.said}" for number in numbers[:LISTED])
    more = "等" if len(numbers) > LISTED else ""
    total = None if label.startswith(OF_WHICH) else _short_total(owner, row, numbers)
    short = f"；“{total}”也没有包括这一行" if total else ""
    message = f"{named}不是“{owner.found.block.title}”里的行，没有读入：{amounts}{more}{short}"
    level = Level.ERROR if total else None
    gathering.report("R-30", message, *(_place(page, number) for number in numbers), level=level)


def _head(owner: Taken, number: Number) -> str:
    """The head of its column, before the number."""
    key = owner.own.get(number.column)
    head = owner.found.block.column(key).label if key else owner.heads.get(number.column, "")
    return f"{head} " if head else ""


def _short_total(owner: Taken, row: int, numbers: Sequence[Number]) -> str | None:
    """The label of a total around the row that says less than what stands above it in the table."""
    block = owner.found.block
    lines = {key.row: line for line, key in owner.lines.items()}
    for total in reversed(block.rows):
        for number in numbers:
            field = block.fields.get((total.key, owner.own.get(number.column, "")))
            if field is None or not isinstance(field.formula, Sum) or total.key not in lines:
                continue
            parts = [c.row for c in field.formula.items if isinstance(c, Cell) and c.block == block.key]
            around = [lines[key] for key in (*parts, total.key) if key in lines]
            if min(around) - 1 <= row <= max(around) and _is_sum(owner, lines, total.key, parts, number):
                return total.label
    return None


def _is_sum(owner: Taken, lines: dict[str, int], total: str, parts: Sequence[str], number: Number) -> bool:
    """Whether the total is that of its own parts alone, though there is an amount beside them."""
    column, cell = owner.own[number.column], owner.cells[number.row, number.column]
    whole = owner.number(lines[total], column)
    known = [owner.number(lines[part], column) for part in parts if part in lines]
    amounts = [amount for amount in known if amount is not None]
    if whole is None or not amounts or not isinstance(cell.value, int | float):
        return False
    allowed = HALF_STEP * (len(amounts) + 1)
    return abs(cell.value) > allowed and abs(whole - sum(amounts)) <= allowed


def _beside(gathering: Gathering, page: Page, row: int, numbers: Sequence[Number]) -> None:
    """R-31: numbers in the row of a table that are in none of its columns, or in no row of a table."""
    owner = page.owner(row)
    where = f"“{_row_name(owner, row)}”一行" if owner and row in owner.lines else f"第 {row} 行"
    cells = "、".join(f"{_place(page, n).a1} 的 {n.said}" for n in numbers[:LISTED])
    more = "等" if len(numbers) > LISTED else ""
    homes = [Place(page.sheet.name, *at) for at in _homes(page, row, numbers)]
    likely = f"；可能应填在 {'、'.join(home.a1 for home in homes)}" if homes else ""
    free = all(page.remarked(n) or (owner and _own_column(owner, n)) for n in numbers)
    places = [_place(page, number) for number in numbers]
    message = f"{where}的 {cells}{more}不在表的任何一格里，没有读入{likely}"
    gathering.report("R-31", message, *places, *homes, level=Level.NOTICE if free else None)


def _own_column(owner: Taken, number: Number) -> bool:
    """A column that the person put between those of the table, under a head of her own."""
    return owner.heads.get(number.column) not in (None, *ASIDES)


def _row_name(owner: Taken, row: int) -> str:
    key = owner.lines[row]
    label = owner.found.block.row(key.row).label
    if not label and key.number:
        name = owner.cells.get((row, owner.found.columns.get(owner.found.block.name_column, 0)))
        label = f"{name.value}".strip()[:LABEL] if name else f"第 {key.number} 行"
    return label or owner.found.block.title


def _homes(page: Page, row: int, numbers: Sequence[Number]) -> list[Position]:
    """The blank cells where they may belong: those of the row; of a number in no row those of its column, near it."""
    if all(number.wrong for number in numbers):
        return []  # of a formula that went wrong
    owner, day = page.owner(row), numbers[0].day
    if owner and row in owner.lines:
        return list(owner.blanks([row], list(owner.own), day))[:HOMES]
    columns = [number.column for number in numbers]
    near = [at for one in page.taken for at in one.blanks(list(one.lines), columns, day)]
    return sorted(near, key=lambda at: (abs(at[0] - row), at))[:HOMES]


def _place(page: Page, number: Number) -> Place:
    return Place(page.sheet.name, number.row, number.column)
