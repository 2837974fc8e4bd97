"""How far the filling is: per sheet, the required cells that are blank and the reasons that are still wanted."""

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing import Filing, Key, Row
from selfeval_xl.forms import Block, Sheet
from selfeval_xl.layout.asides import REASON, explained
from selfeval_xl.reconciling import BASIC, TOTAL
from selfeval_xl.writing.template.addresses import Addresses
from selfeval_xl.writing.template.blanks import Blanks
from selfeval_xl.writing.template.roots import Asked, Roots, says_nothing
from selfeval_xl.writing.template.wanted import BOUGHT, THREE, WHOLE, Wanted, applies

Counted = tuple[str, int]
"""An expression and its value now."""


class Progress(Struct, frozen=True):
    """Counts as live formulas, and what they give for this filing."""

    book: Addresses
    filing: Filing
    wanted: Wanted

    def missing(self, sheet: Sheet) -> Counted:
        """The required cells of a sheet that are blank; of a repeated one, those of the copies in use."""
        if not sheet.copies:
            named = Blanks(self.book).count(sheet, self.filing)
            others = [one for block in sheet.blocks for one in self._block(block, 0)]
            return _sum([*([named] if named else []), *others])
        return _sum([self._copy(sheet, copy) for copy in range(1, sheet.copies + 1)])

    def _copy(self, sheet: Sheet, copy: int) -> Counted:
        formula, count = _sum([one for block in sheet.blocks for one in self._block(block, copy)])
        first = next(key for key in self.book.places if key.copy == copy and key.block == sheet.blocks[0].key)
        there = self.book.places[first].formula
        used = copy in self.filing.copies
        return f"IF(ISREF({there}),IF({self.book.flag(copy)}=1,{formula},0),0)", count if used else 0

    def _block(self, block: Block, copy: int) -> list[Counted]:
        found = [self._cell(block, copy, row.key) for row in block.rows if not row.many]
        if block.many is None:
            return [one for ones in found for one in ones]
        rows = [(f"IF({self._empty(block, copy)},1,0)", int(not self._added(block, copy)))]
        return [*(rows if block.required else []), *self._columns(block, copy)]

    def _cell(self, block: Block, copy: int, row: str) -> list[Counted]:
        found = []
        for column in block.columns:
            field = block.fields.get((row, column.key))
            key = Key(block.key, copy, row, 0, column.key)
            if field and field.required and copy:
                found.append((f"COUNTBLANK({self.book.places[key].formula})", self._blank(key)))
            elif field and field.required_unless:
                other = self.book.form.block(field.required_unless)
                blank, empty = f"COUNTBLANK({self.book.places[key].formula})=1", self._empty(other, copy)
                count = self._blank(key) and int(not self._added(other, copy))
                found.append((f"IF(AND({blank},{empty}),1,0)", count))
        return found

    def _columns(self, block: Block, copy: int) -> list[Counted]:
        """Required columns of added rows, in rows that have a name."""
        names, guards = self.book.names(block.key, copy)
        found = []
        for column in (c for c in block.columns if c.required):
            span = self.book.span(block.key, column.key, copy)
            own = int(column.key == block.name_column)
            less = f"-{guards}" if guards and not own else ""
            rows = [r for r in self._added(block, copy) if not r[block.name_column].blank]
            count = sum(r[column.key].blank for r in rows)
            found.append((f'SUMPRODUCT(({names}<>"")*({span}="")){less}', count))
        return found

    def _added(self, block: Block, copy: int) -> tuple[Row, ...]:
        table = self.filing.tables.get((block.key, copy))
        return table.added if table else ()

    def _blank(self, key: Key) -> int:
        table = self.filing.tables.get((key.block, key.copy))
        return int(table is None or table[key.row, key.column].blank)

    def _empty(self, block: Block, copy: int) -> str:
        """Whether no added row holds anything typed."""
        assert block.many is not None
        typed = [c.key for c in block.columns if block.fields[block.many.key, c.key].formula is None]
        spans = [self.book.span(block.key, column, copy) for column in typed]
        return f"COUNTA({','.join(spans)})<={sum('$A$' in span for span in spans)}"

    def reasons(self, sheet: Sheet) -> Counted:
        """The differences of a sheet that still want a reason, those of rows that people inserted, too."""
        return _sum([self._reasons(block) for block in sheet.blocks if explained(block)])

    def _reasons(self, block: Block) -> Counted:
        roots = Roots(self.book)
        if not (applies(self.book.form) if block.key == THREE else roots.applies):
            return "0", 0
        asked, now = Asked(roots), self.wanted.open(block.key)
        if block.many:
            return asked.open_projects(), now
        if block.key != THREE:
            keys = [row.key for row in block.rows if (row.key, REASON) in block.fields]
            lines = [BASIC if (block.key, key) == ("basic", TOTAL) else key for key in keys]
            return asked.open(*lines), now
        cells = [self.book.places[Key(THREE, 0, row, 0, REASON)] for row in (WHOLE, BOUGHT)]
        gaps = [(replace(cell, column=cell.column - 1).formula, cell.formula) for cell in cells]
        return "+".join(f"IF(AND(ISNUMBER({gap}),{says_nothing(text)}),1,0)" for gap, text in gaps), now


def _sum(parts: list[Counted]) -> Counted:
    return "+".join(formula for formula, _ in parts) or "0", sum(count for _, count in parts)
