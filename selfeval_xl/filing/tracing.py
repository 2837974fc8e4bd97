"""From a cell that repeats a figure to the figure's home, from a blank computed cell to what is missing,
and from a sum to what it adds up."""

from collections import Counter
from collections.abc import Iterator, Mapping

from msgspec import Struct

from selfeval_xl.expressions import Binary, Cell, Either, Node, Rows, Sum, leaves
from selfeval_xl.filing import Figure, Filing
from selfeval_xl.filing.figures import Key
from selfeval_xl.forms import Pick, Rank
from selfeval_xl.places import Place


class Tracer(Struct, frozen=True):
    """The cells of one filing, by key and by place."""

    filing: Filing

    @property
    def figures(self) -> Mapping[Key, Figure]:
        return self.filing.by_key

    @property
    def keys(self) -> Mapping[Place, Key]:
        return self.filing.by_place

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

    def picked(self, pick: Pick, key: Key) -> list[Key]:
        """The cells of the register's rows that are counted as this copy's."""
        table = self.filing.table(pick.block)
        rows = (row for row in table.added if row[table.block.rank_column].number == key.copy)
        return [Key(pick.block, 0, row.key, row.number, pick.column) for row in rows]

    def _picked(self, pick: Pick, key: Key) -> Key:
        """The register's row for this copy, where it holds the very value."""
        value = self.figures[key].value
        return next((own for own in self.picked(pick, key) if self.figures[own].value == value), key)

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
        if not blank or (isinstance(formula, Sum) and len(blank) == len(parts)):
            yield figure.place
            return
        for part in blank:
            yield from self.missing(part)

    def target(self, cell: Cell, key: Key) -> Key:
        """The cell that this name in the formula of `key` stands for: its own copy, its own row."""
        same_row = (cell.block, cell.row) == (key.block, key.row)
        copy = key.copy if self.filing.form.block(cell.block).repeated else 0
        return Key(cell.block, copy, cell.row, key.number if same_row else 0, cell.column)

    def addends(self, key: Key) -> Counter[Key]:
        """The typed cells that this figure adds up, each with its factor: what a change of it would change.

        Empty for a figure that is worked out in any other way than by sums and differences.
        """
        figure = self.figures[key]
        formula = self.filing.form.block(key.block).fields[key.row, key.column].formula
        typed_over = figure.typed is not None and figure.typed != figure.computed
        match formula:
            case _ if formula is None or typed_over or figure.unreadable:
                return Counter({key: 1})
            case Rank():
                return Counter()
            case Pick():
                source = self._picked(formula, key)
                return self.addends(source) if source != key else Counter({key: 1})
        return self._summed(formula, key)

    def _summed(self, node: Node, key: Key) -> Counter[Key]:
        match node:
            case Cell() | Rows():
                return _together(self.addends(cell) for cell in self.cells(node, key))
            case Sum(items):
                return _together(self._summed(item, key) for item in items)
            case Binary("+" | "-" as sign, left, right):
                second = self._summed(right, key)
                if sign == "-":
                    second = Counter({k: -factor for k, factor in second.items()})
                return _together((self._summed(left, key), second))
            case Either(Cell() as subject, text, then, otherwise):
                holds = self.figures[self.target(subject, key)].value == text
                return self._summed(then if holds else otherwise, key)
        return Counter()

    def cells(self, leaf: Node, key: Key) -> list[Key]:
        """The cells that a leaf in the formula of `key` stands for; of added rows those that match."""
        match leaf:
            case Cell():
                return [self.target(leaf, key)]
            case Rows(block, column, where, row):
                repeated = self.filing.form.block(block).repeated
                own = [t for t in self.filing.over_copies(block) if row or not repeated or t.copy == key.copy]
                return [
                    Key(block, table.copy, line.key, line.number, column)
                    for table in own
                    for line in table.rows
                    if (line.key == row if row else line.number)
                    and all(line[c].value == text for c, text in where)
                ]
        return []


def _together(counters: Iterator[Counter[Key]] | tuple[Counter[Key], ...]) -> Counter[Key]:
    """The factors of all; a cell that cancels out is none of them. (A Counter's own + drops what is below 0.)"""
    total: Counter[Key] = Counter()
    for counter in counters:
        for key, factor in counter.items():
            total[key] += factor
    return Counter({key: factor for key, factor in total.items() if factor})
