"""How the formulas of 核对底稿 name the frozen figures of 核对数据: `formulas.Book` over that sheet."""

from msgspec import Struct

from selfeval_xl.expressions import Cell, Rows
from selfeval_xl.forms import BOOK, Kind
from selfeval_xl.identities import Condition, Line
from selfeval_xl.identities.formulas import Operand, ranged
from selfeval_xl.money import WAN
from selfeval_xl.places import column_letters
from selfeval_xl.writing.results.frozen import Frozen, Run, key_of, run_of

DATA = "核对数据"
PLACE, NAME, UNIT, VALUE, HALF, IN_USE, CHOICES = range(1, 8)
"""The columns; from CHOICES on one for each column that filtered sums look at."""


PER_ROW = 3
PER = f"{DATA}!${column_letters(VALUE)}${PER_ROW}"
"""分 in one unit of the book's own sheets."""


class FrozenBook(Struct, frozen=True):
    """References into 核对数据."""

    data: Frozen

    def cell(self, cell: Cell, copy: int) -> str:
        row = self.data.cells[key_of(cell, copy, self.data.form)]
        return f"{DATA}!${column_letters(VALUE)}${row}"

    def per(self, block: str, kind: Kind) -> str:
        if kind is not Kind.MONEY:
            return "100"
        return PER if self.data.form.block(block).unit == BOOK else str(WAN)

    def rows(self, rows: Rows, copy: int, kind: Kind) -> Operand:
        run = run_of(rows, copy, self.data.form)
        r, halves, names = (self._span(run, column) for column in (VALUE, HALF, IN_USE))
        where = None
        if rows.where:
            ((column, text),) = rows.where
            where = self._span(run, CHOICES + self.data.filters.index(column)), text
        return ranged(r, self.per(rows.block, kind), kind, used=f'({names}<>"")', halves=halves, where=where)

    def condition(self, condition: Condition, copy: int) -> str:
        if condition.cell is None:
            return f"COUNTA({self._span(self.data.run_in_use(condition, copy), IN_USE)})>0"
        sign = "=" if condition.kind == "is" else "<>"
        return f'{self.cell(condition.cell, 0)}{sign}"{condition.text}"'

    def in_use(self, line: Line) -> str:
        """Only copies in use have lines."""
        return ""

    def _span(self, run: Run, column: int) -> str:
        first, last = self.data.runs[run]
        letters = column_letters(column)
        return f"{DATA}!${letters}${first}:${letters}${last}"
