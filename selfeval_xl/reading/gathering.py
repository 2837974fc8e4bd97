"""What is gathered while a file is read: its cells by key, and what is wrong with them."""

import re

from msgspec import Struct, field
from msgspec.structs import replace

from selfeval_xl.filing import Key
from selfeval_xl.filing.values import Entry
from selfeval_xl.findings import Finding, Level, Status
from selfeval_xl.forms import Block, Form
from selfeval_xl.places import Place
from selfeval_xl.reading.entries import taken
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.pages import RULES

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Of a sheet of Excel's: what a file does not have stands beyond them."""


MANY = 20
"""So many cells of which the same is told are told one by one; more are one line."""
FOLDED = {
    "R-11": (
        re.compile(r"“(?P<text>[\s\d.,，-]+)”是文字，"),
        "有 {} 格的数字是文字格式（如 {}），都按所写的数读入",
    ),
    "R-40": (
        re.compile(r"看(?:到的是“|上去是)(?P<text>[^”，]*)"),
        "有 {} 格看到的数与存的不同（如 {}），都按存的数读入",
    ),
    "R-42": (
        re.compile(r"看到的是“(?P<text>[^”]*)"),
        "有 {} 格没有显示全部小数（如 {}），都按存的数读入和印出",
    ),
}
"""Rule → which of its messages, and what is said of many: how many cells, and an example."""


REGISTER = "projects"
"""The block whose nameless rows are an error of A3-02."""


class Gathering(Struct):
    """`scale`: 分 in one unit of the book's own sheets; `ours`: the file is our template."""

    form: Form
    scale: int
    ours: bool = True
    entries: dict[Key, Entry] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    nowhere: int = 0
    """So many places were given out to cells that the file does not have."""
    spare: bool = False
    """Blank added rows count, too: something is to be filled into them."""

    def report(self, rule: str, message: str, *places: Place, level: Level | None = None) -> None:
        """A finding of that rule, at its level unless another is given."""
        page = RULES[rule]
        found = Finding((rule,), level or page.level, Status.BROKEN, places, message, page.remedy)
        self.findings.append(found)

    def put(self, key: Key, cell: Cell | None, place: Place, untold: str = "") -> None:
        """What stands in the cell, as the entry of that key; None: blank. `untold`: a rule that says nothing of it."""
        if cell is None:
            self.entries[key] = Entry(place)
            return
        self.entries[key], trouble = taken(cell, place, key, self.form, self.scale, self.ours)
        if trouble is not None and trouble[0] != untold:
            self.report(*trouble, place)

    def fold(self) -> None:
        """More than so many cells of which the same is told become one finding: it is one slip of the hand."""
        for rule, (which, what) in FOLDED.items():
            told = [f for f in self.findings if f.rule == rule and which.match(f.message)]
            if len(told) <= MANY:
                continue
            first = which.match(told[0].message)
            assert first is not None
            example = f"{told[0].places[0]}“{first['text']}”"
            at = self.findings.index(told[0])
            rest = [f for f in self.findings[at:] if f not in told]
            places = tuple(place for finding in told for place in finding.places)
            message = what.format(len(told), example)
            self.findings[at:] = [replace(told[0], places=places, message=message), *rest]

    def tell_nameless(self) -> None:
        """R-41 for every added row with numbers whose name nobody wrote."""
        rows: dict[Key, list[Entry]] = {}
        for key, found in self.entries.items():
            if (
                key.number and key.block != REGISTER and found.number and self._typed(key)
            ):  # many fill spare rows with naughts
                rows.setdefault(key._replace(column=""), []).append(found)
        for key, numbers in rows.items():
            block = self.form.block(key.block)
            name = self.entries.get(key._replace(column=block.name_column))
            if name is not None and name.blank:
                message = f"“{block.title}”第 {numbers[0].place.row} 行有数，没有“{block.column(block.name_column).label}”"
                self.report("R-41", message, *(found.place for found in numbers), name.place)

    def _typed(self, key: Key) -> bool:
        field = self.form.block(key.block).fields[key.row, key.column]
        return field.kind.numeric and field.formula is None

    def blank(self, block: Block, copy: int, row: str, number: int, place: Place) -> None:
        """A row that is not in the file: blank cells, each at a place of its own beside `place`."""
        for offset, column in enumerate(block.columns):
            key = Key(block.key, copy, row, number, column.key)
            if (row, column.key) in block.fields and key not in self.entries:
                self.entries[key] = Entry(Place(place.sheet, place.row, place.column + offset))

    def lacking(self, block: Block, copy: int, row: str, number: int, sheet: str) -> None:
        """A row that the workbook's edition of the template did not have: blank cells that nobody is asked for, at
        places that no other cell has."""
        self.nowhere += 1
        self.blank(block, copy, row, number, Place(sheet, LAST_ROW + self.nowhere, 1))
