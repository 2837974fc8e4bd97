"""From a cell that repeats a figure to the figure's home, and from a blank computed cell to what is missing."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from selfeval_xl.expressions import Cell, Sum, leaves
from selfeval_xl.filing import Figure, Filing
from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Pick, Rank
from selfeval_xl.places import Place


@dataclass(frozen=True)
class Tracer:
    """The cells of one filing, by key and by place."""

    filing: Filing

    @cached_property
    def figures(self) -> dict[Key, Figure]:
        return {
            Key(t.block.key, t.copy, row.key, row.number, column): figure
            for t in self.filing.tables.values()
            for row, column, figure in t.figures()
        }

    @cached_property
    def keys(self) -> dict[Place, Key]:
        return {figure.place: key for key, figure in self.figures.items()}

    def at(self, place: Place) -> Figure:
        return self.figures[self.keys[place]]

    def home(self, key: Key) -> Key:
        """Where the figure is entered: the end of the chain of links, as long as they were not typed over."""
        figure = self.figures[key]
        formula = self.filing.form.block(key.block).fields[key.row, key.column].formula
        if figure.typed is not None and figure.typed != figure.computed:
            return key
        if isinstance(formula, Pick):
            return self._picked(formula, key)
        return self.home(self.target(formula, key)) if isinstance(formula, Cell) else key

    def _picked(self, pick: Pick, key: Key) -> Key:
        """The register's row for this copy, where it holds the very value."""
        fields = self.filing.form.block(pick.block).fields
        rank = next(column for (_, column), f in fields.items() if isinstance(f.formula, Rank))
        value = self.figures[key].value
        for row in self.filing.table(pick.block).added:
            if row[rank].number == key.copy and row[pick.column].value == value:
                return Key(pick.block, 0, row.key, row.number, pick.column)
        return key

    def missing(self, key: Key) -> Iterator[Place]:
        """The blank or unreadable cells that leave this one unknown; a total without parts is asked for itself."""
        figure = self.figures[key]
        formula = self.filing.form.block(key.block).fields[key.row, key.column].formula
        if figure.unreadable or formula is None or isinstance(formula, Rank | Pick):
            yield figure.place
            return
        cells = [self.target(leaf, key) for leaf in leaves(formula) if isinstance(leaf, Cell)]
        parts = [part for part in cells if self.figures[part].kind.numeric]
        blank = [part for part in parts if self.figures[part].value is None]
        if isinstance(formula, Sum) or not blank:
            yield figure.place
            return
        for part in blank:
            yield from self.missing(part)

    def target(self, cell: Cell, key: Key) -> Key:
        """The cell that this name in the formula of `key` stands for: its own copy, its own row."""
        same_row = (cell.block, cell.row) == (key.block, key.row)
        copy = key.copy if self.filing.form.block(cell.block).repeated else 0
        return Key(cell.block, copy, cell.row, key.number if same_row else 0, cell.column)
