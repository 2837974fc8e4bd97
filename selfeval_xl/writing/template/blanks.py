"""Which required cells are blank, as the converter has it: a total that cannot be worked out asks for its blank parts."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from selfeval_xl.checking.missing import asked_for
from selfeval_xl.expressions import Cell, Sum, leaves
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Pick, Rank, Sheet
from selfeval_xl.writing.template.addresses import HIDDEN, Addresses
from selfeval_xl.writing.template.rooting import Pair
from selfeval_xl.writing.template.roots import Roots


class Blanks(Struct, frozen=True, dict=True):
    """A cell each on the hidden sheet, below the table of `roots`: 1 where the cell is asked for and blank. Rows that
    people add and project sheets are counted elsewhere (`progress`)."""

    book: Addresses

    @cached_property
    def wanted(self) -> dict[Key, list[str]]:
        """The cells that may be asked for, sheet by sheet, each with the conditions of which one must hold."""
        found: dict[Key, list[str]] = {}
        for block in self.book.form.blocks():
            for (row, column), field in block.fields.items():
                if field.required and not block.repeated and not block.row(row).many:
                    for key, holds in self._asked(Key(block.key, 0, row, 0, column), ()):
                        found.setdefault(key, []).append(holds)
        order = [sheet.key for sheet in self.book.form.sheets]
        return dict(sorted(found.items(), key=lambda item: order.index(self._sheet(item[0]))))

    def _sheet(self, key: Key) -> str:
        return self.book.form.block(key.block).sheet

    def _asked(self, key: Key, before: tuple[str, ...]) -> Iterator[tuple[Key, str]]:
        """As `Tracer.missing`: the blank parts, and theirs; the cell itself where it has none, or a total only such."""
        formula = self.book.form.block(key.block).fields[key.row, key.column].formula
        holds = (*before, f"{self._blank(key)}=1")
        cells = [] if formula is None or isinstance(formula, Rank | Pick) else leaves(formula)
        parts = [
            k for cell in cells if isinstance(cell, Cell) and (k := self._key(cell)) and self._numeric(k)
        ]
        if not parts:
            yield key, f"AND({','.join(holds)})"
            return
        blank = "+".join(self._blank(part) for part in parts)
        most = len(parts) if isinstance(formula, Sum) else len(parts) + 1
        yield key, f"AND({','.join(holds)},OR({blank}=0,{blank}={most}))"
        for part in dict.fromkeys(parts):
            yield from self._asked(part, (*holds, f"{blank}<{most}"))

    def _key(self, cell: Cell) -> Key:
        return Key(cell.block, 0, cell.row, 0, cell.column)

    def _numeric(self, key: Key) -> bool:
        return self.book.form.block(key.block).fields[key.row, key.column].kind.numeric

    def _blank(self, key: Key) -> str:
        return f"COUNTBLANK({self.book.places[key].formula})"

    @cached_property
    def first(self) -> int:
        roots = Roots(self.book)
        return Pair.every(roots)[-1].row + 3 if roots.applies else roots.first

    def cells(self) -> Iterator[tuple[int, str]]:
        """(row, formula) in the first column."""
        for row, conditions in enumerate(self.wanted.values(), self.first):
            yield row, f"IF(OR({','.join(conditions)}),1,0)"

    def count(self, sheet: Sheet, filing: Filing) -> tuple[str, int] | None:
        """An expression that counts those of a sheet, and how many there are now; None: the sheet has none."""
        keys = [key for key in self.wanted if self._sheet(key) == sheet.key]
        if not keys:
            return None
        start = self.first + list(self.wanted).index(keys[0])
        tracer = Tracer(filing)
        asked = {tracer.keys[place] for place in asked_for(filing, tracer) if place in tracer.keys}
        return f"SUM({HIDDEN}!$A${start}:$A${start + len(keys) - 1})", len(asked.intersection(keys))
