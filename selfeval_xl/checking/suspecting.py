"""Which cell is to blame for broken identities: the changes that would make them hold, the most convincing first.

A change counts only if it breaks no identity that holds, and only if a slip of the hand explains it or if it mends
several at once. After `deductive::correct_typos` and the error localisation of official statistics (Fellegi and Holt: the
fewest cells to change).
"""

from collections.abc import Iterator
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.checking.evidence import Changes, Evidence, Judged, Mended
from selfeval_xl.checking.slips import TIMES, Slip, slips, ten_thousandth
from selfeval_xl.filing import Filing, Key, unit_scale
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Kind
from selfeval_xl.identities.sides import scaled
from selfeval_xl.money import WAN

LEAST = WAN // 10
"""A tenth of a 万元: what is less after a shift of the decimal point is as good as nothing, and fits anywhere."""
SURE = {Slip.SIGN: 1, Slip.YUAN: 100, Slip.SCALE: 100}
"""Slips so rare by chance that they convince where one side need only be the greater, too; so many times nearer both
sides have to be then. 元 for 万元 is thousands of times too much, not ten times what the bound allows."""


class Suspicion(Struct, frozen=True):
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
        sure = self.slip in SURE and self.mended.nearer >= SURE[self.slip]
        return self.mended.meeting > 0 or sure

    @property
    def belief(self) -> tuple[int, int, int]:
        """The less, the more convincing. By how much one side stays the greater, where it may be, tells nothing."""
        rest = self.mended.rest if self.mended.meeting else 0
        return -len(self.mends), len(Slip) if self.slip is None else self.slip.rank, rest


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
    if slip in (Slip.YUAN, Slip.SCALE, Slip.SHIFTED) and any(
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
    for number in sorted(evidence.broken):
        yield from _in_yuan(evidence.lines[number], tracer)
    for key in evidence.suspects:
        figure = tracer.figures[key]
        value, money = figure.number or Fraction(0), figure.kind is Kind.MONEY
        unit = _unit(key, tracer.filing) if money else 1
        for slip, meant in slips(value, unit, money):
            yield {key: meant}, _of_unit(slip, key, meant / value, tracer.filing), None
        for number in evidence.lines_of[key]:
            if number in evidence.broken:
                yield from _closing(key, evidence.lines[number], tracer)
        # Small numbers of people fit by chance in any other place.
        others = (*_beside(key, tracer.filing), *_across(key, tracer.filing)) if money else ()
        for other in others:
            if tracer.figures[other].number != value:
                yield {key: tracer.figures[other].number, other: value}, Slip.EXCHANGED, None


def _in_yuan(judged: Judged, tracer: Tracer) -> Iterator[Guess]:
    """All amounts of one column that a side adds up, typed in 元 where 万元 are asked for."""
    groups: dict[tuple[object, ...], list[Key]] = {}
    for key, factor in judged.factors.items():
        figure = tracer.figures[key]
        if figure.kind is Kind.MONEY and figure.number and _unit(key, tracer.filing) == WAN:
            groups.setdefault((key.block, key.copy, key.column, factor), []).append(key)
    for keys in groups.values():
        if len(keys) > 1:
            changes = {key: tracer.figures[key].known / TIMES for key in keys}
            yield changes, _of_unit(Slip.SCALE, keys[0], Fraction(1, TIMES), tracer.filing), None


def _of_unit(slip: Slip, key: Key, times: Fraction, filing: Filing) -> Slip:
    """Ten thousand times too much where a book in 元 has a table in 万元: no other reason is as likely."""
    foreign = filing.scale != WAN and _unit(key, filing) == WAN
    return Slip.YUAN if slip is Slip.SCALE and times < 1 and foreign else slip


def _unit(key: Key, filing: Filing) -> int:
    return unit_scale(filing.form.block(key.block), filing.scale)


def _closing(key: Key, judged: Judged, tracer: Tracer) -> Iterator[Guess]:
    """The very value that closes the gap, and what may have led to the one that stands there."""
    value = tracer.figures[key].number or Fraction(0)
    closed = _closed(key, judged, tracer)
    yield closed, None, None
    meant = closed[key]
    # That a cell should hold nothing needs a better reason than that its neighbour holds as much.
    if not value or not meant or tracer.figures[key].kind is not Kind.MONEY:
        return
    if ten_thousandth(value, meant, _unit(key, tracer.filing)):
        yield closed, Slip.SCALE, None
    for other in _same(key, tracer):
        if not _alike(key, other, tracer):
            yield closed, Slip.COLUMN, other
            yield from _as_likely(key, judged, tracer)
    for other in _beside(key, tracer.filing):
        if tracer.figures[other].number == value:
            yield closed, Slip.ROW, other
    if key == judged.lone:
        for part in judged.factors:
            amount = tracer.figures[part].number
            if part != key and amount and abs(meant - value) == abs(amount):
                left_out = (meant > value) == (amount > 0)
                yield closed, Slip.OMITTED if left_out else Slip.TWICE, part


def _closed(key: Key, judged: Judged, tracer: Tracer) -> dict[Key, Fraction]:
    step = -Fraction(judged.difference, judged.factors[key] * scaled(judged.line.kind))
    return {key: (tracer.figures[key].number or Fraction(0)) + step}


def _same(key: Key, tracer: Tracer) -> list[Key]:
    """The other columns in which its line holds the very number."""
    value = tracer.figures[key].number
    return [other for other in _across(key, tracer.filing) if tracer.figures[other].number == value]


def _as_likely(key: Key, judged: Judged, tracer: Tracer) -> Iterator[Guess]:
    """The parts of one project's money that are as suspect as one that equals another column: its budget often stays
    as it was, and all of it is spent, so that the part that holds 0 may be the wrong one, or another that is equal."""
    if not key.copy:
        return
    for part in judged.factors:
        if part != key and part[:2] == key[:2] and part.column == key.column:
            closed = _closed(part, judged, tracer)
            if not tracer.figures[part].number:
                yield closed, Slip.MISSING, None
            else:
                yield from ((closed, Slip.COLUMN, other) for other in _same(part, tracer))


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
