"""From the cells of a file to a Filing: every computed cell worked out again, beside what stands in it."""

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from selfeval_xl.expressions import Cell, Node, Rows, Value, evaluate
from selfeval_xl.filing.figures import Figure, Filing, Key, Row, Table, unit_scale
from selfeval_xl.filing.values import Content, Entry
from selfeval_xl.forms import Block, Form, Kind, Pick, Rank
from selfeval_xl.money import YUAN

DUST = Fraction(1, 10**9)
"""A float's error: a computed cell's stored result may differ from the exact one by so much of it."""
PICKED = ("project_head", "name")
"""The cell that names the register's row which a copy of the repeated sheet speaks of."""


def assemble(
    form: Form, entries: Mapping[Key, Entry], scale: int, absent: frozenset[str] = frozenset()
) -> Filing:
    """The filing of these cells. A key that is absent has no cell; added rows that hold nothing are left out,
    copies of a repeated sheet that nobody uses likewise. `absent`: the sheets that were not in the file."""
    work = _Computation(form, entries, absent)
    tables = {}
    for block in form.blocks():
        for copy in sorted({k.copy for k in work.keys_of.get(block.key, ())}):
            tables[block.key, copy] = _table(block, copy, work, scale)
    used = tuple(copy for copy in work.copies if _used(tables, copy))
    kept = {k: t for k, t in tables.items() if k[1] == 0 or k[1] in used}
    return Filing(form, kept, used, scale, absent=absent)


def _used(tables: Mapping[tuple[str, int], Table], copy: int) -> bool:
    mine = [table for (_, c), table in tables.items() if c == copy]
    typed = any(
        figure.unreadable or (figure.typed is not None and t.block.fields[row.key, column].formula is None)
        for t in mine
        for row, column, figure in t.figures()
    )
    named = tables.get((PICKED[0], copy))
    own = named._once.get(PICKED[1]) if named else None
    return typed or (own is not None and bool(own.text("value")))


def _table(block: Block, copy: int, work: "_Computation", scale: int) -> Table:
    rows = []
    first = None
    for (row, number), keys in work.rows_of(block.key, copy).items():
        figures = {key.column: _figure(key, block, work, scale) for key in keys}
        kept = Row(row, number, figures)
        if number and first is None:
            first = next(iter(figures.values())).place
        if number == 0 or kept.given:
            rows.append(kept)
    return Table(block, copy, tuple(rows), first)


def _figure(key: Key, block: Block, work: "_Computation", scale: int) -> Figure:
    entry, field = work.entries[key], block.fields[key.row, key.column]
    return Figure(
        place=entry.place,
        kind=field.kind,
        typed=work.settled(key),
        computed=work.computed(key),
        unreadable=entry.unreadable,
        is_exact=field.kind is Kind.MONEY and unit_scale(block, scale) == YUAN,
    )


class _Computation:
    """Works out computed cells, each once; what was typed wins over what it computes, as in Excel."""

    def __init__(self, form: Form, entries: Mapping[Key, Entry], absent: frozenset[str]) -> None:
        self.form, self.entries = form, entries
        self.absent = {block.key for block in form.blocks() if block.sheet in absent}
        self.keys_of: dict[str, list[Key]] = {}
        self.columns: dict[tuple[str, str], list[Key]] = {}
        for key in entries:
            self.keys_of.setdefault(key.block, []).append(key)
            self.columns.setdefault((key.block, key.column), []).append(key)
        self.copies = sorted({key.copy for key in entries} - {0})
        self.done: dict[Key, Value] = {}
        self.ranks: dict[tuple[str, Rank], dict[Key, Fraction]] = {}
        self.registers: dict[str, _Register] = {}

    def rows_of(self, block: str, copy: int) -> dict[tuple[str, int], list[Key]]:
        rows: dict[tuple[str, int], list[Key]] = {}
        for key in self.keys_of.get(block, ()):
            if key.copy == copy:
                rows.setdefault((key.row, key.number), []).append(key)
        return rows

    def value(self, key: Key) -> Value:
        entry = self.entries.get(key)
        if entry is None or entry.unreadable:
            return None
        typed = self.settled(key)
        if typed is not None:
            return typed if isinstance(typed, Fraction | str) else None
        return self.computed(key)

    def wanting(self, key: Key) -> bool:
        """Whether the cell lacks a number although its row is in use: an added row that is named, a row that is
        printed once with any other number in it; or what stands there is no number. Of a sheet that was not in the
        file nobody has said that what is blank is nothing."""
        if isinstance(self.value(key), Fraction):
            return False
        entry = self.entries.get(key)
        if (entry is not None and not entry.blank) or key.block in self.absent:
            return True
        block = self.form.block(key.block)
        if key.number:
            return self.value(key._replace(column=block.name_column)) is not None
        if block.sparse:
            return False
        numeric = (c for (row, c), f in block.fields.items() if row == key.row and f.kind.numeric)
        return any(isinstance(self.value(key._replace(column=c)), Fraction) for c in numeric)

    def settled(self, key: Key) -> Content:
        """What stands in the cell; where that is what it computes but for a float's dust, the exact value."""
        typed = self.entries[key].value
        if not isinstance(typed, Fraction):
            return typed
        computed = self.computed(key)
        if isinstance(computed, Fraction) and abs(typed - computed) <= DUST * max(Fraction(1), abs(computed)):
            return computed
        return typed

    def computed(self, key: Key) -> Value:
        formula = self.form.block(key.block).fields[key.row, key.column].formula
        if formula is None:
            return None
        if key not in self.done:
            self.done[key] = None  # a circle computes to nothing
            match formula:
                case Rank():
                    result = self._rank(key, formula)
                case Pick():
                    result = self._pick(key, formula)
                case _:
                    result = self._evaluate(key, formula)
            self.done[key] = result
        return self.done[key]

    def _evaluate(self, key: Key, formula: Node) -> Value:
        return evaluate(formula, _Around(self, key))

    def _rank(self, key: Key, rank: Rank) -> Value:
        """All ranks of a block are counted at once: one by one, a register of 20,000 rows would never end."""
        if (key.block, rank) not in self.ranks:
            chosen = (k for k in self.columns[key.block, rank.column] if self.value(k) == rank.value)
            ranked = enumerate(sorted(chosen, key=lambda k: k.number), 1)
            self.ranks[key.block, rank] = {k: Fraction(number) for number, k in ranked}
        return self.ranks[key.block, rank].get(key._replace(column=rank.column))

    def _pick(self, key: Key, pick: Pick) -> Value:
        number = self._picked(key.copy, pick.block)
        row = self.form.block(pick.block).many
        return self.value(Key(pick.block, 0, row.key, number, pick.column)) if row and number else None

    def _picked(self, copy: int, block: str) -> int:
        """The register's row for this copy: the one ranked so, unless the name typed there says another."""
        if block not in self.registers:
            self.registers[block] = self._register(block)
        ranked, named = self.registers[block]
        own = self.entries.get(Key(PICKED[0], copy, PICKED[1], 0, "value"))
        typed = named.get(own.value, []) if own and isinstance(own.value, str) else []
        by_rank = ranked.get(Fraction(copy), 0)
        return typed[0] if len(typed) == 1 else by_rank

    def _register(self, block: str) -> "_Register":
        found = _Register({}, {})
        for key in self.columns.get((block, self.form.block(block).rank_column), ()):
            if (rank := self.value(key)) is not None:
                found.ranked[rank] = key.number
                found.named.setdefault(self.value(key._replace(column="name")), []).append(key.number)
        return found


class _Register(NamedTuple):
    """The numbers of a register's rows, by their rank and by their name."""

    ranked: dict[Value, int]
    named: dict[Value, list[int]]


class _Around:
    """The cells as one computed cell sees them: its own copy, its own row."""

    def __init__(self, work: _Computation, key: Key) -> None:
        self.work, self.key = work, key

    def cell(self, cell: Cell) -> Value:
        return self.work.value(self._key(cell))

    def _key(self, cell: Cell) -> Key:
        same_row = cell.block == self.key.block and cell.row == self.key.row
        copy = self.key.copy if self.work.form.block(cell.block).repeated else 0
        return Key(cell.block, copy, cell.row, self.key.number if same_row else 0, cell.column)

    def rows(self, rows: Rows) -> list[Fraction]:
        values = (self.work.value(key) for key in self._keys(rows))
        return [v for v in values if isinstance(v, Fraction)]

    def wanting(self, part: Cell | Rows) -> bool:
        keys = self._keys(part) if isinstance(part, Rows) else [self._key(part)]
        return any(self.work.wanting(key) for key in keys)

    def _keys(self, rows: Rows) -> list[Key]:
        repeated = self.work.form.block(rows.block).repeated
        return [
            k
            for k in self.work.columns.get((rows.block, rows.column), ())
            if (k.row == rows.row if rows.row else k.number > 0)
            and (bool(rows.row) or not repeated or k.copy == self.key.copy)
            and all(self.work.value(k._replace(column=c)) == text for c, text in rows.where)
        ]
