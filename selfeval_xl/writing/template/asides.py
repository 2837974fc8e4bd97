"""Beside the tables: the amount that wants a reason (orange until it has one), and 产出 46/50 beside each group."""

from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Filing, Key, Row
from selfeval_xl.forms import Block, Kind
from selfeval_xl.layout import EntrySheet, GridCell, Role
from selfeval_xl.layout.asides import LEVEL, POINTS, REASON, explained
from selfeval_xl.money import plain, rounded
from selfeval_xl.places import column_letters
from selfeval_xl.reconciling import BASIC, TOTAL
from selfeval_xl.writing.pages import Page, plain_number
from selfeval_xl.writing.style import Look
from selfeval_xl.writing.template.addresses import Addresses
from selfeval_xl.writing.template.roots import Asked, Roots, says_nothing
from selfeval_xl.writing.template.three import three
from selfeval_xl.writing.template.wanted import THREE, Wanted

ORANGE: Look = {"bg_color": "#F4B183"}
NAMELESS_END = "指标"


class Asides(Struct, frozen=True):
    """Draws the asides of the entry sheets."""

    page: Page
    book: Addresses
    filing: Filing
    wanted: Wanted

    def draw(self, cell: GridCell, look: Look) -> None:
        """One aside: its formula with its value."""
        key = cell.beside
        assert key is not None
        block = self.book.form.block(key.block)
        row = self._row(key)
        if cell.role is Role.GAP and key.block != THREE and not Roots(self.book).applies:
            self.page.blank(cell.row, cell.column, look)
        elif cell.role is Role.GAP:
            gap = self.wanted.gap(key.block, key.row, key.number) if row else None
            shown = "" if gap is None else plain_number(gap, Kind.MONEY, self.filing.scale)
            self.page.formula(cell.row, cell.column, self._gap(key), shown, look)
        else:
            tally = Tally(self.book, block, key.copy)
            self.page.formula(cell.row, cell.column, tally.formula(cell), tally.value(self.filing, row), look)

    def _row(self, key: Key) -> Row | None:
        table = self.filing.tables.get((key.block, key.copy))
        rows = table.rows if table else ()
        return next((row for row in rows if (row.key, row.number) == (key.row, key.number)), None)

    def colour(self, entry: EntrySheet) -> None:
        """Orange: a reason that is wanted and not given, with the amount beside it. Rules of added rows reach from
        the first to the last, so that inserted rows have them too."""
        for block in entry.sheet.blocks:
            if not explained(block):
                continue
            reasons = [
                c for c in entry.grid.cells if c.key and (c.key.block, c.key.column) == (block.key, REASON)
            ]
            for first, last in _runs([cell.row for cell in reasons]):
                at = reasons[0].column
                gap, reason = (f"${column_letters(column)}{first}" for column in (at - 1, at))
                rule = {
                    "type": "formula",
                    "criteria": f"=AND(ISNUMBER({gap}),{says_nothing(reason)})",
                    "format": self.page.formats(ORANGE),
                }
                self.page.sheet.conditional_format(first - 1, at - 2, last - 1, at - 1, rule)

    def _gap(self, key: Key) -> str:
        """The difference that rule B-09 (or, of “三公”经费, A1-08) wants explained; "" where there is none, or where the
        reason stands with a line that is told together with this one."""
        asked = Asked(Roots(self.book))
        if key.block == THREE:
            return three(self.book, key.row)
        if key.number:
            top = self.book.span(key.block, "name").rpartition("!")[2].partition(":")[0]
            return asked.gap("", f"ROW()-ROW({top})")
        return asked.gap(BASIC if (key.block, key.row) == ("basic", TOTAL) else key.row)


def _runs(rows: list[int]) -> list[tuple[int, int]]:
    """Rows that follow one another, as (first, last)."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows):
        first = runs.pop()[0] if runs and runs[-1][1] == row - 1 else row
        runs.append((first, row))
    return runs


class Tally(Struct, frozen=True):
    """The points of each first-level group so far, beside the form's usual weight of the group."""

    book: Addresses
    block: Block
    copy: int

    @property
    def patterns(self) -> list[dict[str, Fraction]]:
        """The usual weights; one whose levels another before it has, too, is never reached."""
        found: list[dict[str, Fraction]] = []
        for pattern in self.book.form.settings["patterns"]:
            if not any(set(pattern) <= set(before) for before in found):
                found.append({level: Fraction(str(points)) for level, points in pattern.items()})
        return found

    @property
    def levels(self) -> tuple[str, ...]:
        return self.block.column(LEVEL).choices

    def formula(self, cell: GridCell) -> str:
        """Beside the first row of each group; the group may be anywhere in the table, and rows may be inserted."""
        column = self.book.places[Key(self.block.key, self.copy, _many(self.block), 1, LEVEL)].column
        own, above = (f"{column_letters(column)}{row}" for row in (cell.row, cell.row - 1))
        said = '""'
        for level in reversed(self.levels):
            said = f'IF({own}="{level}",{self._said(level)},{said})'
        return f'IF(OR({own}="",{own}={above}),"",{said})'

    def _said(self, level: str) -> str:
        levels, points = (self.book.span(self.block.key, c, self.copy) for c in (LEVEL, POINTS))
        weight = '""'
        for pattern in reversed(self.patterns):
            if level in pattern:
                others = [one for one in self.levels if one not in pattern]
                fits = "+".join(f'COUNTIF({levels},"{one}")' for one in others) or "0"
                weight = f'IF({fits}=0,"/{plain(pattern[level])}",{weight})'
        return f'"{_short(level)} "&ROUND(SUMIF({levels},"{level}",{points}),2)&{weight}'

    def value(self, filing: Filing, row: Row | None) -> str:
        """What the formula gives."""
        level = row.text(LEVEL) if row else ""
        if row is None or level not in self.levels:
            return ""
        rows = filing.table(self.block.key, self.copy).added
        above = next((one.text(LEVEL) for one in rows if one.number == row.number - 1), "")
        if above == level:
            return ""
        used = {one.text(LEVEL) for one in rows} & set(self.levels)
        fitting = (p[level] for p in self.patterns if level in p and used <= set(p))
        weight = next((f"/{plain(points)}" for points in fitting), "")
        points = sum(
            (one[POINTS].number or Fraction(0) for one in rows if one.text(LEVEL) == level), Fraction(0)
        )
        return f"{_short(level)} {plain(rounded(points, 2))}{weight}"


def _many(block: Block) -> str:
    assert block.many is not None
    return block.many.key


def _short(level: str) -> str:
    return level.removesuffix(NAMELESS_END)
