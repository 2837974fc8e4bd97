"""Where everything stands in the template, as its formulas name it."""

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property

from msgspec import Struct, field

from selfeval_xl.expressions import Cell, Number, Rows, Sum
from selfeval_xl.filing import Key
from selfeval_xl.filing.computing import PICKED
from selfeval_xl.forms import BOOK, Absent, Form, Kind, Rank
from selfeval_xl.identities import Condition, Line
from selfeval_xl.identities.formulas import Operand, ranged
from selfeval_xl.layout import EntrySheet
from selfeval_xl.places import Place, column_letters, quoted

HIDDEN = "表样"
"""The sheet that carries the form's id and year and the helper cells."""
IN_USE = 2
"""The helper column that says which project sheets are in use."""
FORM_ROW, YEAR_ROW, RATE_ROW, PER_ROW, OVERLAY_ROW, HELPER_ROW = 1, 2, 3, 4, 5, 7
RATE = f"{HIDDEN}!$B${RATE_ROW}"
"""10000 in a book of 元, 1 in a book of 万元."""
PER = f"{HIDDEN}!$B${PER_ROW}"
"""分 in one unit of the book."""


class Addresses(Struct, frozen=True, dict=True):
    """The template's cells by key; `helpers`: the columns of the hidden sheet that gather one cell of each copy."""

    form: Form
    sheets: tuple[EntrySheet, ...]
    helpers: Mapping[Rows, int] = field(default_factory=dict)

    @cached_property
    def places(self) -> dict[Key, Place]:
        return {key: place for sheet in self.sheets for key, place in sheet.places().items()}

    @property
    def copies(self) -> int:
        return max((sheet.copy for sheet in self.sheets), default=0)

    def place(self, cell: Cell, copy: int, number: int = 0) -> Place:
        """Raises Absent: the form has no such cell."""
        own = copy if self.form.block(cell.block).repeated else 0
        if not self.form.has(cell.block, cell.row, cell.column):
            raise Absent(f"{cell.block}.{cell.row}.{cell.column}")
        return self.places[Key(cell.block, own, cell.row, number, cell.column)]

    def span(self, block: str, column: str, copy: int = 0) -> str:
        """A column of the added rows, from the thin row above them to the guard row below."""
        own = copy if self.form.block(block).repeated else 0
        sheet = next(s for s in self.sheets if block in s.ranges and s.copy == own)
        top, bottom = sheet.ranges[block]
        many = self.form.block(block).many
        assert many is not None
        letters = column_letters(self.places[Key(block, own, many.key, 1, column)].column)
        return f"{quoted(sheet.grid.name)}!${letters}${top}:${letters}${bottom}"

    def names(self, block: str, copy: int) -> tuple[str, int]:
        """The column that says which added rows are in use, and how many guard texts stand in it."""
        span = self.span(block, self.form.block(block).name_column, copy)
        return span, int("$A$" in span)

    def constant(self, key: Key) -> Fraction | None:
        """The value of a computed cell that no filing knows: on a project sheet not in use, or a spare row."""
        formula = self.form.block(key.block).fields[key.row, key.column].formula
        if isinstance(formula, Number):
            return formula.value
        if isinstance(formula, Sum):
            known = [self.constant(Key(c.block, key.copy, c.row, 0, c.column)) for c in _cells(formula)]
            return next((value for value in known if value is not None), None)
        return None

    def flag(self, copy: int) -> str:
        """The helper cell that is 1 where the copy of the project sheet is in use."""
        return f"{HIDDEN}!${column_letters(IN_USE)}${HELPER_ROW + copy - 1}"

    def used(self, copy: int) -> str:
        """Whether a copy is in use: it has a name, or something is typed on it. A deleted sheet is not."""
        named = self.places.get(Key(PICKED[0], copy, PICKED[1], 0, "value"))
        cells, guards = [], 0
        for key, place in self.places.items():
            typed = (
                key.copy == copy and self.form.block(key.block).fields[key.row, key.column].formula is None
            )
            if typed and key.number == 0:
                cells.append(place.formula)
            elif typed and key.number == 1:
                span = self.span(key.block, key.column, copy)
                cells.append(span)
                guards += "$A$" in span
        typed_on = f"COUNTA({','.join(cells)})>{guards}"
        there = f'OR({named.formula}<>"",{typed_on})' if named else typed_on
        return f"IF(ISREF({named.formula if named else cells[0]}),IF({there},1,0),0)"

    def helper(self, column: int) -> str:
        letters = column_letters(column)
        return f"{HIDDEN}!${letters}${HELPER_ROW}:${letters}${HELPER_ROW + self.copies - 1}"


class Around(Struct, frozen=True):
    """`excel.Addresses` as one computed cell sees them."""

    book: Addresses
    key: Key

    def reference(self, cell: Cell) -> str:
        same_row = (cell.block, cell.row) == (self.key.block, self.key.row)
        place = self.book.place(cell, self.key.copy, self.key.number if same_row else 0)
        return place.a1 if place.sheet == self.book.places[self.key].sheet else place.formula

    def scale(self, block: str, column: str) -> str:
        theirs, own = self.book.form.block(block), self.book.form.block(self.key.block)
        money = theirs.column(column).kind is Kind.MONEY
        return f"/{RATE}" if money and theirs.unit == BOOK and own.unit != BOOK else ""

    def rows(self, rows: Rows) -> tuple[str, str]:
        span = self.book.span(rows.block, rows.column, self.key.copy)
        if not rows.where:
            return f"SUM({span})", f"COUNT({span})"
        ((column, text),) = rows.where
        choice = self.book.span(rows.block, column, self.key.copy)
        return f'SUMIF({choice},"{text}",{span})', f'SUMPRODUCT(({choice}="{text}")*ISNUMBER({span}))'

    def wanting(self, part: Cell | Rows) -> str:
        if isinstance(part, Rows):
            names, guards = self.book.names(part.block, self.key.copy)
            span = self.book.span(part.block, part.column, self.key.copy)
            chosen = "".join(
                f'({self.book.span(part.block, c, self.key.copy)}="{text}")*' for c, text in part.where
            )
            missing = f'SUMPRODUCT({chosen}({names}<>"")*(1-ISNUMBER({span})))'
            unreadable = f'SUMPRODUCT({chosen}({names}="")*(1-ISNUMBER({span}))*({span}<>""))'
            return f"{missing}-{0 if part.where else guards}+{unreadable}"
        x = self.reference(part)
        used = "" if self.book.form.block(part.block).sparse else f"COUNT({self._line(part)})+"
        return f"(COUNT({x})=0)*({used}1-COUNTBLANK({x}))"

    def _line(self, cell: Cell) -> str:
        """The numeric cells of the row that the cell stands in, from the first to the last."""
        fields = self.book.form.block(cell.block).fields
        numeric = [c for (row, c), f in fields.items() if row == cell.row and f.kind.numeric]
        first, last = (self.reference(Cell(cell.block, cell.row, c)) for c in (numeric[0], numeric[-1]))
        return first if first == last else f"{first}:{last.rpartition('!')[2]}"

    def rank(self, rank: Rank) -> str:
        """1, 2, 3 … down the rows that hold the value, counted from the first."""
        block = self.book.form.block(self.key.block)
        many = block.many
        assert many is not None
        here = self.reference(Cell(block.key, self.key.row, rank.column))
        first = self.book.places[Key(block.key, 0, many.key, 1, rank.column)].a1
        return f'IF({here}="{rank.value}",COUNTIF({_fixed(first)}:{here},"{rank.value}"),"")'


def _cells(formula: Sum) -> list[Cell]:
    return [item for item in formula.items if isinstance(item, Cell)]


def _fixed(a1: str) -> str:
    letters = a1.rstrip("0123456789")
    return f"${letters}${a1[len(letters) :]}"


class LiveBook(Struct, frozen=True):
    """`formulas.Book` over the template's own cells."""

    book: Addresses

    def cell(self, cell: Cell, copy: int) -> str:
        return self.book.place(cell, copy).formula

    def per(self, block: str, kind: Kind) -> str:
        if kind is not Kind.MONEY:
            return "100"
        return PER if self.book.form.block(block).unit == BOOK else "1000000"

    def rows(self, rows: Rows, copy: int, kind: Kind) -> Operand:
        return self._gathered(rows, kind) if rows.row else self._added(rows, copy, kind)

    def _gathered(self, rows: Rows, kind: Kind) -> Operand:
        column = self.book.helpers[rows]
        used = f"({self.book.helper(IN_USE)}=1)"
        halves = self.book.helper(column + 1)
        return ranged(self.book.helper(column), self.per(rows.block, kind), kind, used=used, halves=halves)

    def _added(self, rows: Rows, copy: int, kind: Kind) -> Operand:
        names, guards = self.book.names(rows.block, copy)
        where = None
        if rows.where:
            ((column, text),) = rows.where
            where, guards = (self.book.span(rows.block, column, copy), text), 0
        r, per = self.book.span(rows.block, rows.column, copy), self.per(rows.block, kind)
        return ranged(r, per, kind, used=f'({names}<>"")', where=where, guards=guards)

    def condition(self, condition: Condition, copy: int) -> str:
        if condition.kind == "copies":
            return f"SUM({self.book.helper(IN_USE)})>0"
        if condition.kind == "any":
            names, guards = self.book.names(condition.block, copy)
            return f"COUNTA({names})>{guards}"
        assert condition.cell is not None
        sign = "=" if condition.kind == "is" else "<>"
        return f'{self.book.place(condition.cell, copy).formula}{sign}"{condition.text}"'

    def in_use(self, line: Line) -> str:
        """Whether the line's copy is there and in use; "" for a line that stands on no copy."""
        return f"{self.book.flag(line.copy)}=1" if line.copy else ""
