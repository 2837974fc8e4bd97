"""Which cell is to blame for broken identities: the changes that would make them hold, the most convincing first.

A change counts only if it breaks no identity that holds, and only if a slip of the hand explains it or if it mends
several at once. After `deductive::correct_typos` and the error localisation of official statistics (peers.md §2.8).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from selfeval_xl.checking.evidence import Changes, Evidence, Judged, Mended
from selfeval_xl.checking.slips import Slip, slips
from selfeval_xl.filing import Filing, unit_scale
from selfeval_xl.filing.computing import Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Kind
from selfeval_xl.identities.sides import scaled
from selfeval_xl.money import WAN

LEAST = WAN // 10
"""A tenth of a 万元: what is less after a shift of the decimal point is as good as nothing, and fits anywhere."""
SURE = (Slip.SIGN, Slip.SCALE)
"""Slips so rare by chance that they convince where one side need only be the greater, too."""


@dataclass(frozen=True)
class Suspicion:
    """A change that would mend identities. `beside`: the cell that the slip took for the right one."""

    changes: tuple[tuple[Key, Fraction | None], ...]
    mended: Mended
    slip: Slip | None = None
    beside: Key | None = None

    @property
    def mends(self) -> frozenset[int]:
        """Their numbers in the evidence."""
        return self.mended.numbers

    @property
    def convinces(self) -> bool:
        """Any large change makes 不小于 hold: both sides must come to meet somewhere, or the slip be a sure one."""
        if self.slip is None:
            return self.mended.meeting > 1
        return self.mended.meeting > 0 or (self.mended.near and self.slip in SURE)

    @property
    def belief(self) -> tuple[int, int, int]:
        """The less, the more convincing."""
        return -len(self.mends), len(Slip) if self.slip is None else self.slip.rank, self.mended.rest


def suspicions(evidence: Evidence) -> list[Suspicion]:
    """The convincing ones, at most one for the same cells and the same identities, the most convincing first."""
    best: dict[tuple[frozenset[Key], frozenset[int]], Suspicion] = {}
    for changes, slip, beside in _guesses(evidence):
        mended = evidence.mended(changes) if _possible(changes, slip, evidence.tracer) else None
        if mended is None:
            continue
        found = Suspicion(tuple(changes.items()), mended, slip, beside)
        mark = frozenset(changes), found.mends
        if found.convinces and (mark not in best or found.belief < best[mark].belief):
            best[mark] = found
    return sorted(best.values(), key=lambda s: s.belief)


def _possible(changes: Changes, slip: Slip | None, tracer: Tracer) -> bool:
    """No amount below zero, but where the form or the cell's own formula expects one; no shift to next to nothing."""
    if slip in (Slip.SCALE, Slip.SHIFTED) and any(
        abs(value or Fraction(0)) < LEAST for value in changes.values()
    ):
        return False
    return all(value is None or value >= 0 or _signed(key, tracer) for key, value in changes.items())


def _signed(key: Key, tracer: Tracer) -> bool:
    computed = tracer.figures[key].computed
    return tracer.filing.form.block(key.block).fields[key.row, key.column].signed or (
        isinstance(computed, Fraction) and computed < 0
    )


Guess = tuple[Changes, Slip | None, Key | None]


def _guesses(evidence: Evidence) -> Iterator[Guess]:
    tracer = evidence.tracer
    for key in evidence.suspects:
        figure = tracer.figures[key]
        value, money = figure.number or Fraction(0), figure.kind is Kind.MONEY
        unit = unit_scale(tracer.filing.form.block(key.block), tracer.filing.scale) if money else 1
        for slip, meant in slips(value, unit, money):
            yield {key: meant}, slip, None
        for number in evidence.lines_of[key]:
            if number in evidence.broken:
                yield from _closing(key, evidence.lines[number], tracer)
        # Small numbers of people fit by chance in any other place.
        others = (*_beside(key, tracer.filing), *_across(key, tracer.filing)) if money else ()
        for other in others:
            if tracer.figures[other].number != value:
                yield {key: tracer.figures[other].number, other: value}, Slip.EXCHANGED, None


def _closing(key: Key, judged: Judged, tracer: Tracer) -> Iterator[Guess]:
    """The very value that closes the gap, and what may have led to the one that stands there."""
    value = tracer.figures[key].number or Fraction(0)
    step = -Fraction(judged.difference, judged.factors[key] * scaled(judged.line.kind))
    yield {key: value + step}, None, None
    if not value or tracer.figures[key].kind is not Kind.MONEY:
        return
    for slip, others in ((Slip.COLUMN, _across(key, tracer.filing)), (Slip.ROW, _beside(key, tracer.filing))):
        for other in others:
            if tracer.figures[other].number == value and not _alike(key, other, tracer):
                yield {key: value + step}, slip, other
    if key == judged.lone:
        for part in judged.factors:
            amount = tracer.figures[part].number
            if part != key and amount and abs(step) == abs(amount):
                left_out = (step > 0) == (amount > 0)
                yield {key: value + step}, Slip.OMITTED if left_out else Slip.TWICE, part


def _alike(key: Key, other: Key, tracer: Tracer) -> bool:
    """Whether the two columns agree in another line, too: then all of it was copied, or both are alike in truth, and
    what stands in one line says nothing of it."""
    if key.column == other.column:
        return False
    for row in tracer.filing.table(key.block, key.copy).rows:
        mine, theirs = row.figures.get(key.column), row.figures.get(other.column)
        here = (row.key, row.number) == (key.row, key.number)
        typed = tracer.filing.form.block(key.block).fields.get((row.key, key.column))
        if here or mine is None or theirs is None or typed is None or typed.formula is not None:
            continue
        if mine.number and mine.number == theirs.number:
            return True
    return False


def _beside(key: Key, filing: Filing) -> Iterator[Key]:
    """The cells of the same column: of a block that is printed as it is all, of added rows the next ones."""
    block = filing.form.block(key.block)
    table = filing.table(key.block, key.copy)
    for row in table.rows:
        if (row.key, row.number) == (key.row, key.number) or (row.key, key.column) not in block.fields:
            continue
        near = abs(row.number - key.number) == 1 if key.number else row.number == 0
        if near and block.fields[row.key, key.column].formula is None:
            yield key._replace(row=row.key, number=row.number)


def _across(key: Key, filing: Filing) -> Iterator[Key]:
    """The typed cells of the same kind in the same row."""
    fields = filing.form.block(key.block).fields
    kind = fields[key.row, key.column].kind
    for (row, column), field in fields.items():
        if row == key.row and column != key.column and field.kind is kind and field.formula is None:
            yield key._replace(column=column)
