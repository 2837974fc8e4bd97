"""Which differences still want a reason, in formulas: rule B-09 with its roots (`reconciling.changes`), line by line.

The converter asks once for a difference and the parts that make it. Here that is a graph: a table on the hidden sheet
has a row a line (the sources, 基本 and 项目支出, 人员 and 公用经费, the projects), columns for the tests it meets and for
the edges to what it is a part of, and in six rounds a reason spreads over the edges. What a cell of 须说明差额 shows is
the last two columns. Functions of Excel 97–2003 only; a project is found by its place in the register, so that rows
that people insert count like those that were there.
"""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from selfeval_xl.empty_reasons import EMPTY_PHRASES
from selfeval_xl.forms import Form
from selfeval_xl.places import column_letters
from selfeval_xl.reconciling import OPERATING, PERSONNEL, SOURCES, TOTAL
from selfeval_xl.reconciling.lines import BASIC, PROJECTS
from selfeval_xl.writing.template.addresses import HELPER_ROW, HIDDEN, PER, Addresses

FIXED = (TOTAL, *SOURCES, BASIC, PROJECTS, PERSONNEL, OPERATING)
INSERTED = 30
"""So many rows put into the register are still counted."""
ROUNDS = 6
"""No reason is farther than that: project, source, total, source, project."""
COLUMNS = (
    *("key", "initial", "full", "executed", "by_initial", "by_full", "changed", "slow", "due", "given"),
    *("far_initial", "far_full", "source", "to_total", "to_1", "to_2", "to_3", "to_4", "to_5", "to_nature"),
    *("edge_total", "edge_1", "edge_2", "edge_3", "edge_4", "edge_5", "edge_nature"),
    *("round_0", "round_1", "round_2", "round_3", "round_4", "round_5", "round_6", "open", "shown", "value"),
)
PAIRS = ("key", "own_initial", "own_full", "given_initial", "given_full", "covered", "enough", "farthest")
REGISTERED = ("name", "source", "initial", "carryover", "adjustment", "full", "executed", "reason")
"""The columns of the register that the table reads."""
LITERAL = 250
"""Signs in a text within a formula: 255 at most."""


def says_nothing(text: str) -> str:
    """`empty_reasons.says_nothing` of a cell, as far as a formula can tell: one sign, or one of the phrases alone."""
    said, found = f"LEFT(TRIM({text}),20)", [f"LEN(TRIM({text}))<2"]
    phrases = "、"
    for phrase in EMPTY_PHRASES:
        if len(phrases) + len(phrase) > LITERAL:
            found.append(f'ISNUMBER(FIND("、"&{said}&"、","{phrases}"))')
            phrases = "、"
        phrases += f"{phrase}、"
    found.append(f'ISNUMBER(FIND("、"&{said}&"、","{phrases}"))')
    return f"OR({','.join(found)})"


def home(key: str) -> tuple[str, str, str, tuple[str, str] | None]:
    """(block, row, column with the measure for {}, block and row of the reason) of a line."""
    if key == BASIC:
        return "split", TOTAL, "{}_basic", ("basic", TOTAL)
    if key == PROJECTS:
        return "split", TOTAL, "{}_project", None
    block = "basic" if key in (PERSONNEL, OPERATING) else "sources"
    return block, key, "{}", (block, key)


class Roots(Struct, frozen=True, dict=True):
    """The table on the hidden sheet."""

    book: Addresses

    @property
    def form(self) -> Form:
        return self.book.form

    @cached_property
    def applies(self) -> bool:
        """Whether the form has every cell of the table; if not, nobody is asked for a reason while filling in: the
        converter asks for what there is."""
        return all(self.form.has(*cell) for cell in self._needed()) and bool(self.form.block("projects").many)

    def _needed(self) -> Iterator[tuple[str, str, str]]:
        yield "unit", "carryover_included", "value"
        for key in FIXED:
            block, row, column, reason = home(key)
            yield from ((block, row, column.format(measure)) for measure in ("initial", "full", "executed"))
            if reason:
                yield *reason, "reason"
        for column in REGISTERED:
            yield "projects", "", column

    @cached_property
    def first(self) -> int:
        """The row of the first line, below the project sheets."""
        return HELPER_ROW + self.book.copies + 3

    @cached_property
    def projects(self) -> int:
        many = self.form.block("projects").many
        assert many is not None
        return many.many + INSERTED

    def row(self, key: str, number: int = 0) -> int:
        return self.first + (len(FIXED) + number - 1 if number else FIXED.index(key))

    def at(self, column: str, row: int) -> str:
        return f"${column_letters(COLUMNS.index(column) + 1)}${row}"

    def over(self, column: str, first: int, last: int) -> str:
        return f"{self.at(column, first)}:{self.at(column, last)}"

    def all_projects(self, column: str) -> str:
        return self.over(column, self.row("", 1), self.row("", self.projects))

    def all_sources(self, column: str) -> str:
        return self.over(column, self.row(SOURCES[0]), self.row(SOURCES[-1]))


class Asked(Struct, frozen=True):
    """What other sheets take from the table."""

    roots: Roots

    def gap(self, key: str, own: str = "") -> str:
        """须说明差额 of a line in the book's unit; `own`: of a project, its place in the register as an expression."""
        roots = self.roots
        if key:
            shown, value = (f"{HIDDEN}!{roots.at(c, roots.row(key))}" for c in ("shown", "value"))
            return f'IF({shown}=1,{value}/{PER},"")'
        shown, value = (f"INDEX({HIDDEN}!{roots.all_projects(c)},{own})" for c in ("shown", "value"))
        return f'IF({own}>{roots.projects},"",IF({shown}=1,{value}/{PER},""))'

    def open(self, *keys: str) -> str:
        return "+".join(f"{HIDDEN}!{self.roots.at('open', self.roots.row(key))}" for key in keys)

    def open_projects(self) -> str:
        """Those of the register; 项目支出 itself where none of them is open."""
        span = self.roots.all_projects("open")
        return f"MAX(SUM({HIDDEN}!{span}),{self.open(PROJECTS)})"
