"""Frozen copies of all the figures that identities use: the rows of 核对数据."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct, field

from selfeval_xl.expressions import Cell, Rows
from selfeval_xl.filing import Figure, Filing, Key, unit_scale
from selfeval_xl.filing import Row as FiledRow
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Form, Kind
from selfeval_xl.identities import Condition, Line
from selfeval_xl.money import YUAN
from selfeval_xl.writing.style import UNITS

FIRST = 5
"""The row of 核对数据 where the figures begin."""


class Run(NamedTuple):
    """A column of added rows or, with `row`, one cell over all copies: they stand one below the other."""

    block: str
    copy: int
    row: str
    column: str


class DataRow(Struct, frozen=True):
    """One row of 核对数据; without a figure it only keeps the place of a run that is empty.

    `scale`: 分 in its unit. `in_use`: what says that the row is in use. `choices`: what filters look at.
    """

    name: str
    figure: Figure | None = None
    scale: int = 1
    in_use: str = ""
    choices: tuple[str, ...] = ()

    @property
    def is_money(self) -> bool:
        return self.figure is not None and self.figure.kind is Kind.MONEY

    @property
    def unit(self) -> str:
        if self.is_money:
            return "元" if self.scale == YUAN else "万元"
        return UNITS.get(self.figure.kind, "") if self.figure else ""

    @property
    def value(self) -> float | str | None:
        """As typed, in its own unit; what could not be read stays a text."""
        if self.figure is None:
            return None
        if self.figure.unreadable:
            return self.figure.unreadable.strip() or "（无法读取）"
        if (number := self.figure.number) is not None:
            return number.numerator / (number.denominator * self.scale)
        return None if self.figure.value is None else str(self.figure.value)


class Frozen(Struct):
    """All rows, and in which row of the sheet each cell and each run stands.

    `filters`: the columns that filtered sums look at.
    """

    filing: Filing
    filters: tuple[str, ...]
    rows: list[DataRow] = field(default_factory=list)
    cells: dict[Key, int] = field(default_factory=dict)
    runs: dict[Run, tuple[int, int]] = field(default_factory=dict)

    @property
    def form(self) -> Form:
        return self.filing.form

    @property
    def last(self) -> int:
        return FIRST + len(self.rows) - 1

    def at(self, row: int) -> DataRow:
        """What stands in a row of the sheet."""
        return self.rows[row - FIRST]

    def run_in_use(self, condition: Condition, copy: int) -> Run:
        """A run that shows whether a block has added rows, or its sheet has copies in use."""
        gathered = condition.kind == "copies"
        own = copy if self.form.block(condition.block).repeated and not gathered else 0
        return next(
            r for r in self.runs if (r.block, r.copy, bool(r.row)) == (condition.block, own, gathered)
        )

    def add(self, key: Key | None, row: DataRow) -> None:
        self.rows.append(row)
        if key is not None:
            self.cells.setdefault(key, self.last)


def freeze(lines: Sequence[Line], filing: Filing) -> Frozen:
    """Every figure that these identities use: single cells in the order of the form, then the runs."""
    wanted = dict.fromkeys(_runs(lines, filing.form))
    filters = (c for line in lines for leaf in line.leaves if isinstance(leaf, Rows) for c, _ in leaf.where)
    frozen = Frozen(filing, tuple(dict.fromkeys(filters)))
    runs = {run: list(_run_rows(run, frozen)) for run in wanted}
    elsewhere = {key for rows in runs.values() for key, _ in rows}
    single = {key for line in lines for key in _cells(line, filing.form)} - elsewhere
    for key, figure in Tracer(filing).figures.items():
        if key in single:
            frozen.add(key, _data_row(key, figure, filing))
    for run, rows in runs.items():
        first = frozen.last + 1
        for own, one in rows:
            frozen.add(own, one)
        if end := _open_end(run, filing):
            frozen.add(None, end)
        elif not rows:
            frozen.add(None, DataRow(f"{filing.form.block(run.block).title}（没有数据行）"))
        frozen.runs[run] = (first, frozen.last)
    return frozen


def key_of(cell: Cell, copy: int, form: Form) -> Key:
    """The key of an identity's cell."""
    return Key(cell.block, copy if form.block(cell.block).repeated else 0, cell.row, 0, cell.column)


def run_of(rows: Rows, copy: int, form: Form) -> Run:
    """The run that a sum adds up."""
    own = copy if form.block(rows.block).repeated and not rows.row else 0
    return Run(rows.block, own, rows.row, rows.column)


def _runs(lines: Sequence[Line], form: Form) -> Iterator[Run]:
    """Those that are added up, then those that only a condition asks for."""
    summed = [
        run_of(leaf, line.copy, form) for line in lines for leaf in line.leaves if isinstance(leaf, Rows)
    ]
    yield from summed
    known = {(run.block, run.copy) for run in summed}
    for line in lines:
        for condition in line.when:
            block = form.block(condition.block)
            copy = line.copy if block.repeated else 0
            if condition.kind == "any" and (block.key, copy) not in known:
                yield Run(block.key, copy, "", block.name_column)


def _cells(line: Line, form: Form) -> Iterator[Key]:
    conditions = (condition.cell for condition in line.when if condition.cell is not None)
    for cell in (*conditions, *(leaf for leaf in line.leaves if isinstance(leaf, Cell))):
        yield key_of(cell, line.copy if cell in line.leaves else 0, form)


def _run_rows(run: Run, frozen: Frozen) -> Iterator[tuple[Key, DataRow]]:
    filing, form = frozen.filing, frozen.form
    if run.row:
        for table in filing.over_copies(run.block):
            key = Key(run.block, table.copy, run.row, 0, run.column)
            name = form.sheet_of(run.block).name_of(table.copy)
            yield key, _data_row(key, table[run.row, run.column], filing, in_use=name)
        return
    table = filing.table(run.block, run.copy)
    for row in table.added:
        key = Key(run.block, run.copy, row.key, row.number, run.column)
        named = row[table.block.name_column].value
        choices = tuple(_choice(row, column) for column in frozen.filters)
        in_use = "" if named is None else str(named)
        yield key, _data_row(key, row[run.column], filing, in_use, choices)


def _open_end(run: Run, filing: Filing) -> DataRow | None:
    """A row in use without an amount, for those that the file does not have."""
    figure = None if run.row else filing.open_end(run.block, run.column)
    if figure is None:
        return None
    title = filing.form.block(run.block).title
    return DataRow(f"{title}（文件里没有这张表，其余各行不知道）", figure, in_use="（其余）")


def _choice(row: FiledRow, column: str) -> str:
    return row.text(column) if column in row.figures else ""


def _data_row(
    key: Key, figure: Figure, filing: Filing, in_use: str = "", choices: tuple[str, ...] = ()
) -> DataRow:
    block = filing.form.block(key.block)
    sheet = filing.form.sheet_of(key.block)
    row = f"第{key.number}行" if key.number else block.row(key.row).label
    head = f"{sheet.name_of(key.copy)} {block.title}" if key.copy else block.title
    name = "·".join(part for part in (head, row, block.column(key.column).label) if part)
    scale = unit_scale(block, filing.scale) if figure.kind is Kind.MONEY else 1
    return DataRow(name, figure, scale, in_use, choices)
