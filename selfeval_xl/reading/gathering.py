"""What is gathered while a file is read: its cells by key, and what is wrong with them."""

import re

from msgspec import Struct, field
from msgspec.structs import replace

from selfeval_xl.filing.computing import Key
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
"""So many numbers that were typed as texts are told one by one; more are one line."""
TYPED = re.compile(r"“(?P<text>[\s\d.,，-]+)”是文字，")


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
        """More than so many plain numbers in cells of text format become one finding: it is one slip of the hand."""
        told = [f for f in self.findings if f.rule == "R-11" and TYPED.match(f.message)]
        if len(told) <= MANY:
            return
        first = TYPED.match(told[0].message)
        assert first is not None
        example = f"{told[0].places[0]}“{first['text']}”"
        message = f"有 {len(told)} 格的数字是文字格式（如 {example}），都按所写的数读入"
        at = self.findings.index(told[0])
        rest = [f for f in self.findings[at:] if f not in told]
        places = tuple(place for finding in told for place in finding.places)
        self.findings[at:] = [replace(told[0], places=places, message=message), *rest]

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
