"""How a project sheet finds its row of the register: by where the row stands, never by a formula in the row.

A row that people insert has no formulas, and a copied sheet names another project than its number: so the row is the
n-th that is marked, and n follows the name on the sheet.
"""

from typing import TypeGuard

from msgspec import Struct

from selfeval_xl.excel import as_excel
from selfeval_xl.expressions import Cell, Node
from selfeval_xl.filing import Key
from selfeval_xl.filing.computing import PICKED
from selfeval_xl.forms import Pick, Rank
from selfeval_xl.forms.model import Formula
from selfeval_xl.writing.template.addresses import Addresses, Around

LISTED = ("project_listed", "number")
"""The cell that says which of the marked rows a project sheet speaks of."""
BEYOND = 1_000_000
"""No row of a register: what is not marked ranks behind all that is."""


class Register(Struct, frozen=True):
    """The register as a sheet's formulas see it: its added rows, and which of them are marked."""

    book: Addresses
    block: str

    @property
    def rank(self) -> Rank:
        own = self.book.form.block(self.block)
        formula = next(f.formula for f in own.fields.values() if isinstance(f.formula, Rank))
        assert isinstance(formula, Rank)
        return formula

    @property
    def marks(self) -> str:
        return self.book.span(self.block, self.rank.column)

    @property
    def marked(self) -> str:
        return f'({self.marks}="{self.rank.value}")'

    @property
    def count(self) -> str:
        return f'COUNTIF({self.marks},"{self.rank.value}")'

    def cell(self, column: str, number: str) -> str:
        """The cell of the marked row of that number, counted from the top of the range."""
        top = self.marks.partition(":")[0]
        rows = f"ROW({self.marks})-ROW({top})+1"
        at = f'SUMPRODUCT(SMALL(({self.marks}<>"{self.rank.value}")*{BEYOND}+{rows},{number}))'
        return f"INDEX({self.book.span(self.block, column)},{at})"

    def number(self, name: str, otherwise: int) -> str:
        """Which marked row bears the name; where none or several do, the sheet's own number, if there is such a row."""
        same = f"({self.book.span(self.block, 'name')}={name})*{self.marked}"
        row = f"SUMPRODUCT({same}*ROW({self.marks}))"
        named = f"SUMPRODUCT({self.marked}*(ROW({self.marks})<={row}))"
        return f'IF(IF({name}="",0,SUMPRODUCT({same}))=1,{named},IF({self.count}<{otherwise},"",{otherwise}))'


class _InRow(Around, frozen=True):
    """The register's row of a project sheet, as a formula on that sheet sees it."""

    register: Register
    number: str

    def reference(self, cell: Cell) -> str:
        if cell.block == self.register.block:
            return self.register.cell(cell.column, self.number)
        return super().reference(cell)


def picked(book: Addresses, key: Key, pick: Pick) -> str:
    """The formula of a cell that repeats one of the register's row: "" where there is no such row, or it is blank."""
    register, around = Register(book, pick.block), Around(book, key)
    named = book.form.has(*PICKED, "value")
    if (key.block, key.row) == LISTED:
        name = around.reference(Cell(*PICKED, "value")) if named else '""'
        return register.number(name, key.copy)
    own = (key.block, key.row) == PICKED or not book.form.has(*LISTED, "value")
    number = f"{key.copy}" if own else around.reference(Cell(*LISTED, "value"))
    found = register.cell(pick.column, number)
    many = book.form.block(pick.block).many
    assert many is not None
    formula = book.form.block(pick.block).fields[many.key, pick.column].formula
    # Of an inserted row, what it would work out itself.
    blank = as_excel(formula, _InRow(book, key, register, number)) if _worked_out(formula) else '""'
    there = f"{register.count}>={number}" if own else f'{number}<>""'
    return f'IF({there},IF({found}="",{blank},{found}{around.scale(pick.block, pick.column)}),"")'


def _worked_out(formula: Formula | None) -> TypeGuard[Node]:
    return formula is not None and not isinstance(formula, Rank | Pick)
