"""One side of an identity worked out on a filing.

Tolerance is computed from the precision of each figure: an identity is broken only when the closed intervals of
both sides cannot meet (XBRL Calculations 1.1). Blanks can mend a shortfall, never an excess.
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.expressions import Cell, Number, Rows
from selfeval_xl.filing import Figure, Filing, Key
from selfeval_xl.findings import Status
from selfeval_xl.forms import Kind
from selfeval_xl.identities import Condition, Line, Term
from selfeval_xl.money import half_up


class Side(Struct, frozen=True):
    """A side worked out: value and half step in 分 (hundredths for counts and scores)."""

    value: int
    half: int
    given: int
    raising: tuple[Figure, ...]
    """Blanks that, once filled, could only raise it."""
    lowering: tuple[Figure, ...]
    unreadable: tuple[Figure, ...]
    figures: tuple[tuple[Key, Figure], ...]


class Measure(Struct, frozen=True):
    """A line judged: `gap` (left − right, as far as the relation cares) and `allowed` in whole steps.

    `blanks`: the figures that kept it from being judged, or that might close the gap.
    """

    status: Status
    left: Side | None = None
    right: Side | None = None
    gap: int = 0
    allowed: int = 0
    blanks: tuple[Figure, ...] = ()


def measure(line: Line, filing: Filing) -> Measure:
    """Whether the line holds on this filing, and by how much not."""
    left, right = work_out(line.left, line, filing), work_out(line.right, line, filing)
    allowed = left.half + right.half
    if not applies(line, filing):
        return Measure(Status.NOT_APPLICABLE, left, right, allowed=allowed)
    unreadable = left.unreadable + right.unreadable
    if unreadable or not left.given or not right.given:
        blanks = left.raising + left.lowering + right.raising + right.lowering
        return Measure(Status.UNKNOWN, left, right, allowed=allowed, blanks=unreadable or blanks)
    difference = left.value - right.value
    gap = {"=": difference, ">=": min(difference, 0), "<=": max(difference, 0)}[line.relation]
    mending = left.raising + right.lowering if gap < 0 else right.raising + left.lowering
    if abs(gap) <= allowed:
        return Measure(Status.RESIDUAL if gap else Status.PASSED, left, right, gap, allowed)
    return Measure(Status.UNKNOWN if mending else Status.BROKEN, left, right, gap, allowed, mending)


def work_out(terms: tuple[Term, ...], line: Line, filing: Filing) -> Side:
    """One side of the line on this filing."""
    value = half = given = 0
    steps = scaled(line.kind)
    raising: list[Figure] = []
    lowering: list[Figure] = []
    unreadable: list[Figure] = []
    figures: list[tuple[Key, Figure]] = []
    for term in terms:
        if isinstance(term.leaf, Number):
            value += term.sign * half_up(term.leaf.value * steps)
            given += 1
            continue
        own, spoiled = _operand(term.leaf, line.copy, filing)
        numbers = [number for _, f in own if (number := f.number) is not None]
        value += term.sign * half_up(_total(numbers) * steps if steps != 1 else _total(numbers))
        half += sum(f.half for _, f in own)
        given += len(numbers)
        blank = [f for _, f in own if f.blank]
        if isinstance(term.leaf, Rows) and not (term.leaf.row or term.leaf.where):
            blank += filter(None, [filing.open_end(term.leaf.block, term.leaf.column)])
        (raising if term.sign > 0 else lowering).extend(blank)
        unreadable += spoiled
        figures += own
    return Side(value, half, given, tuple(raising), tuple(lowering), tuple(unreadable), tuple(figures))


def _total(numbers: list[Fraction]) -> Fraction | int:
    """Their sum; most terms are one cell."""
    return numbers[0] if len(numbers) == 1 else sum(numbers)


def signed(line: Line, filing: Filing) -> Iterator[tuple[int, Key]]:
    """Every cell of the line with its sign in left − right."""
    for side, terms in ((1, line.left), (-1, line.right)):
        for term in terms:
            if not isinstance(term.leaf, Number):
                own, _ = _operand(term.leaf, line.copy, filing)
                yield from ((side * term.sign, key) for key, _ in own)


def scaled(kind: Kind) -> int:
    """Whole steps in one unit: money is in 分 already, counts and scores are judged to the hundredth."""
    return 1 if kind is Kind.MONEY else 100


def _operand(leaf: Cell | Rows, copy: int, filing: Filing) -> tuple[list[tuple[Key, Figure]], list[Figure]]:
    """The figures that count, and those that spoil it: one unreadable cell spoils a whole column."""
    form = filing.form
    if isinstance(leaf, Cell):
        own = copy if form.block(leaf.block).repeated else 0
        figure = filing.figure(leaf.block, leaf.row, leaf.column, own)
        return [(Key(leaf.block, own, leaf.row, 0, leaf.column), figure)], [
            figure
        ] if figure.unreadable else []
    if leaf.row:
        tables = filing.over_copies(leaf.block)
        found = [
            (Key(leaf.block, t.copy, leaf.row, 0, leaf.column), t[leaf.row, leaf.column]) for t in tables
        ]
        return found, [f for _, f in found if f.unreadable]
    table = filing.table(leaf.block, copy if form.block(leaf.block).repeated else 0)
    spoiled = [row[leaf.column] for row in table.added if row[leaf.column].unreadable]
    name = table.block.name_column
    rows = [row for row in table.added if all(row[c].text == text for c, text in leaf.where)]
    counted = [r for r in rows if not r[leaf.column].blank or r[name].value is not None]
    return [
        (Key(leaf.block, table.copy, r.key, r.number, leaf.column), r[leaf.column]) for r in counted
    ], spoiled


def applies(line: Line, filing: Filing) -> bool:
    """Whether all its conditions hold."""
    return all(_holds(condition, line.copy, filing) for condition in line.when)


def _holds(condition: Condition, copy: int, filing: Filing) -> bool:
    if condition.kind == "copies":
        return bool(filing.copies)
    if condition.kind == "any":
        table = filing.table(condition.block, copy if filing.form.block(condition.block).repeated else 0)
        # Of a sheet that is not in the file nobody knows that it has no rows.
        return filing.lacks(condition.block) or any(
            row[table.block.name_column].value is not None for row in table.added
        )
    assert condition.cell is not None
    same = filing.text(condition.block, condition.cell.row, condition.cell.column) == condition.text
    return same if condition.kind == "is" else not same
