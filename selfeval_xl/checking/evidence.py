"""What the identities of a filing say about its cells: which are broken, and what a change of a cell would do."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from selfeval_xl import identities
from selfeval_xl.checking.runner import judge
from selfeval_xl.expressions import Cell
from selfeval_xl.filing import Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Result, Status
from selfeval_xl.identities import Line, Term
from selfeval_xl.identities.sides import Measure, measure, scaled, signed
from selfeval_xl.money import half_up

Changes = Mapping[Key, Fraction | None]
"""What should stand in some cells, each in its own measure (money in 分); None: nothing."""


MOST_CELLS = 500
"""An identity of more cells is left unexplained: each of them costs some hundred guesses."""


class Judged(Struct, frozen=True, dict=True):
    """An identity that could be judged; `factors`: what one step more in a typed cell does to left − right."""

    line: Line
    found: Measure
    factors: Mapping[Key, int]

    @property
    def broken(self) -> bool:
        return self.found.status is Status.BROKEN

    @property
    def difference(self) -> int:
        """Left − right in whole steps, whatever the relation."""
        assert self.found.left is not None
        assert self.found.right is not None
        return self.found.left.value - self.found.right.value

    @property
    def lone(self) -> Key | None:
        """The cell that stands alone on its side, such as a total that was typed."""
        for side in (self.line.left, self.line.right):
            match side:
                case (Term(1, Cell(block, row, column)),):
                    key = next(
                        (k for k in self.factors if (k.block, k.row, k.column) == (block, row, column)), None
                    )
                    if key is not None:
                        return key
        return None

    def after(self, shift: Fraction) -> int:
        """Left − right in whole steps after such a change of it."""
        return self.difference + half_up(shift * scaled(self.line.kind))

    @cached_property
    def close(self) -> int:
        """What may stay between its sides, in steps, where a change shall be the right one: the half steps of noughts
        apart, which say nothing of how exactly a book was typed. Amounts to the 分 would fit by chance within them."""
        sides = (self.found.left, self.found.right)
        noughts = (f for side in sides if side for _, f in side.figures if not f.number)
        return self.found.allowed - sum(figure.half for figure in noughts)

    def holds(self, shift: Fraction) -> bool:
        """Whether it would hold after such a change of left − right; a broken one has to hold closely."""
        difference, allowed = self.after(shift), self.close if self.broken else self.found.allowed
        match self.line.relation:
            case ">=":
                return difference >= -allowed
            case "<=":
                return difference <= allowed
        return abs(difference) <= allowed


class Mended(Struct, frozen=True):
    """The broken identities that a change would mend. `rest`: what stays between their sides, in steps; `meeting`: in
    how many of them both sides would meet, also where one need only be the greater; `nearer`: in each of them they would
    be at least so many times nearer to each other than they are now."""

    numbers: frozenset[int]
    rest: int
    meeting: int
    nearer: int


class Evidence(Struct, frozen=True, dict=True):
    """Every identity of the filing that could be judged, those apart that were explained."""

    tracer: Tracer
    lines: tuple[Judged, ...]

    @cached_property
    def broken(self) -> frozenset[int]:
        return frozenset(number for number, judged in enumerate(self.lines) if judged.broken)

    @cached_property
    def lines_of(self) -> dict[Key, list[int]]:
        """The identities in which a change of this cell is felt."""
        found: dict[Key, list[int]] = {}
        for number, judged in enumerate(self.lines):
            for key in judged.factors:
                found.setdefault(key, []).append(number)
        return found

    @cached_property
    def suspects(self) -> tuple[Key, ...]:
        """The cells with a number in a broken identity; not of sums that nobody can look through, nor could we."""
        short = [number for number in sorted(self.broken) if len(self.lines[number].factors) <= MOST_CELLS]
        keys = (key for number in short for key in self.lines[number].factors)
        return tuple(key for key in dict.fromkeys(keys) if self.tracer.figures[key].number is not None)

    def mended(self, changes: Changes) -> "Mended | None":
        """What the change would mend; None if nothing, or if an identity that holds would break."""
        shifts: dict[int, Fraction] = {}
        for key, value in changes.items():
            step = (value or Fraction(0)) - (self.tracer.figures[key].number or Fraction(0))
            for number in self.lines_of.get(key, ()):
                shifts[number] = shifts.get(number, Fraction(0)) + self.lines[number].factors[key] * step
        holding = {number for number, shift in shifts.items() if self.lines[number].holds(shift)}
        if not holding & self.broken or set(shifts) - holding - self.broken:
            return None
        mends = frozenset(holding & self.broken)
        rests = {number: abs(self.lines[number].after(shifts[number])) for number in mends}
        meeting = sum(rest <= self.lines[number].close for number, rest in rests.items())
        nearer = min(abs(self.lines[number].difference) // max(rest, 1) for number, rest in rests.items())
        return Mended(mends, sum(rests.values()), meeting, nearer)


def gathered(tracer: Tracer, results: Iterable[Result]) -> Evidence:
    """The evidence of a filing of which these are the results."""
    explained = {mark(r) for r in results if r.status.explained}
    return Evidence(
        tracer,
        tuple(j for j in _judged(tracer) if not j.broken or mark(judge(j.line, tracer)) not in explained),
    )


def mark(result: Result) -> tuple[object, ...]:
    """What tells the result of one identity from every other."""
    return result.rule.id, result.about, result.places


def _judged(tracer: Tracer) -> Iterator[Judged]:
    filing = tracer.filing
    for line in identities.every_line(filing.form, filing.copies):
        found = measure(line, filing)
        if found.status in (Status.PASSED, Status.RESIDUAL, Status.BROKEN):
            yield Judged(line, found, _factors(line, tracer))


def _factors(line: Line, tracer: Tracer) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for sign, key in signed(line, tracer.filing):
        for cell, factor in tracer.addends(key).items():
            total[cell] += sign * factor
    return Counter({key: factor for key, factor in total.items() if factor})
