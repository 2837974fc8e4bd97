"""Numbers put where the program does not read: moved out of their tables, on blank cells around them, in rows of one's
own. Every one of them must be told, or be read and found fault with.

`python -m tests.stray_cells` tries all of them on the complete sample; the suite takes a slice.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from openpyxl.utils import get_column_letter

from selfeval_xl import check, conclude
from selfeval_xl.filing import Key
from selfeval_xl.forms import load
from selfeval_xl.layout import EntrySheet, entry
from selfeval_xl.places import Place
from selfeval_xl.reading.reader import read
from tests.damaged import Sheet
from tests.damaged_cells import COMPLETE, grid, sample

FORM = load("hunan-2023")
AMOUNT = 123.45
LABEL = "另外的经费"
FURTHER = (1, 2, 6)
"""So many columns beyond a table, and rows below it."""
TOLD = ("R-09", "R-30", "R-31", "R-41")


@dataclass(frozen=True)
class Case:
    """`change` is made on the sheet; afterwards each of `cells` holds a number that must not be silent. `block`: the
    table it is about, `kind`: what was done."""

    sheet: str
    block: str
    kind: str
    change: Callable[[Sheet], object]
    cells: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.kind} {self.sheet} {self.block}：{'、'.join(self.cells)}"


@dataclass(frozen=True)
class Table:
    """A block as the template has it: its cells, its first and last row, its columns."""

    sheet: EntrySheet
    block: str
    cells: dict[tuple[int, int], Key]

    @property
    def name(self) -> str:
        return self.sheet.grid.name

    @property
    def head(self) -> int:
        return self.sheet.heads[self.block]

    @property
    def last(self) -> int:
        return max(row for row, _ in self.cells)

    @property
    def right(self) -> int:
        return max(column for _, column in self.cells)

    def numeric(self, at: tuple[int, int]) -> bool:
        key = self.cells[at]
        return FORM.block(key.block).fields[key.row, key.column].kind.numeric


@cache
def tables() -> tuple[Table, ...]:
    """Every block of the sheets that the sample fills in."""
    found: dict[tuple[str, str], Table] = {}
    for sheet in entry(FORM):
        if sheet.copy > 1:
            continue
        for key, place in sheet.places().items():
            table = found.setdefault((sheet.grid.name, key.block), Table(sheet, key.block, {}))
            table.cells[place.row, place.column] = key
    return tuple(found.values())


@cache
def form_cells(sheet: str) -> frozenset[tuple[int, int]]:
    return frozenset(at for table in tables() if table.name == sheet for at in table.cells)


def blank(sheet: str, at: tuple[int, int]) -> bool:
    """Whether nothing is seen in the cell, and it is none of the form's."""
    return at not in grid(sheet) and at not in form_cells(sheet)


def a1(at: tuple[int, int]) -> str:
    return f"{get_column_letter(at[1])}{at[0]}"


def moved() -> Iterator[Case]:
    """Every number of the sample, to the blank cells beyond its table: right, below, above."""
    for table in tables():
        filled = grid(table.name)
        for at in table.cells:
            if isinstance(filled.get(at), int | float):
                for way, to in _ways(table, at):
                    yield Case(table.name, table.block, f"移到{way}", _move(at, to, filled[at]), (a1(to),))


def _ways(table: Table, at: tuple[int, int]) -> Iterator[tuple[str, tuple[int, int]]]:
    row, column = at
    ways = [("右", (row, table.right + step)) for step in FURTHER]
    ways += [("下", (table.last + step, column)) for step in FURTHER]
    ways += [("上", (table.head - step, column)) for step in (0, 1, 2)]
    return ((way, to) for way, to in ways if blank(table.name, to))


def _move(at: tuple[int, int], to: tuple[int, int], value: object) -> Callable[[Sheet], object]:
    def change(sheet: Sheet) -> None:
        sheet.blank(a1(at))
        sheet.put_number(a1(to), f"{value}")

    return change


def around() -> Iterator[Case]:
    """A number on every blank cell around and between the cells of every table."""
    for table in tables():
        for row in range(table.head - 1, table.last + 3):
            for column in range(1, table.right + 4):
                if row > 0 and blank(table.name, (row, column)):
                    cell = a1((row, column))
                    yield Case(table.name, table.block, "空格", _put(cell), (cell,))


def _put(cell: str) -> Callable[[Sheet], object]:
    return lambda sheet: sheet.put_number(cell, AMOUNT)


def added() -> Iterator[Case]:
    """A row of one's own at every place of every table: above its head, below it, between its rows, under it."""
    for table in tables():
        columns = sorted({at[1] for at in table.cells if table.numeric(at)}) or [table.right]
        for row in range(table.head, table.last + 2):
            cells = tuple(a1((row, column)) for column in columns)
            yield Case(table.name, table.block, "插行", _insert(row, cells, min(columns) > 1), cells)


def _insert(row: int, cells: Sequence[str], labelled: bool) -> Callable[[Sheet], object]:
    def change(sheet: Sheet) -> None:
        sheet.insert_rows(row)
        for cell in cells:
            sheet.put_number(cell, AMOUNT)
        if labelled:
            sheet.put_text(f"A{row}", LABEL)

    return change


def every_case() -> list[Case]:
    return [*moved(), *around(), *added()]


def batches(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Files with one case a sheet: what is on one sheet does not touch another."""
    waiting: dict[str, list[Case]] = {}
    for case in cases:
        waiting.setdefault(case.sheet, []).append(case)
    while waiting:
        yield [of_sheet.pop(0) for of_sheet in waiting.values()]
        waiting = {name: of_sheet for name, of_sheet in waiting.items() if of_sheet}


def silent(cases: Sequence[Case], folder: Path) -> list[Case]:
    """Of a file with these cases, those of which nothing is said."""
    book = sample()
    for case in cases:
        case.change(book.sheet(case.sheet))
    path = folder / "填报.xlsx"
    path.write_bytes(book.content())
    filing, trouble = read(path)
    texts = {
        f.place for t in filing.tables.values() for _, _, f in t.figures() if f.text
    }  # read, and printed
    told = texts | {place for finding in trouble if finding.rules[0] in TOLD for place in finding.places}
    rows = {(f.places[0].sheet, f.places[0].row) for f in trouble if f.rules == ("R-09",)}
    missed = [case for case in cases if not all(_told(case, cell, told, rows) for cell in case.cells)]
    if missed:  # read as a row of a list: what does the rule book say of it?
        findings = conclude(filing, check(filing), trouble).findings
        named = {(place.sheet, place.row) for finding in findings for place in finding.places}
        missed = [case for case in missed if not all(_spot(case, cell) in named for cell in case.cells)]
    return missed


def _spot(case: Case, cell: str) -> tuple[str, int]:
    return case.sheet, int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))


def _told(case: Case, cell: str, told: set[Place], rows: set[tuple[str, int]]) -> bool:
    spot = _spot(case, cell)
    return spot in rows or any((p.sheet, p.a1) == (case.sheet, cell) for p in told)


def main(first: int = 0) -> int:
    """Says what is silent as soon as it is found; `first` goes on at that file, where a run was ended."""
    cases, missed = every_case(), 0
    with tempfile.TemporaryDirectory() as folder:
        for number, batch in enumerate(batches(cases)):
            if number < first:
                continue
            for case in silent(batch, Path(folder)):
                sys.stdout.write(f"{number}：{case}\n")
                missed += 1
            if number % 50 == 49:
                sys.stderr.write(f"{number + 1} 个文件\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(cases)} 处，{missed} 处没有提示（样本 {COMPLETE.parent.name}）\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
