"""The difference explained: for every broken identity the change that most likely mends it, and over all of them
the fewest cells to change.

What would mend as much is told apart by the whole rule book, run on the filing as it would be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations

from msgspec import Struct

from selfeval_xl import identities
from selfeval_xl.checking.evidence import Evidence, gathered, mark
from selfeval_xl.checking.runner import check, judge
from selfeval_xl.checking.suspecting import Suspicion, suspicions
from selfeval_xl.filing import Filing, Key, unit_scale
from selfeval_xl.filing.supposing import supposing
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Clue, Correction, Level, Mending, Result, Status

TRIED = 6
"""For each broken identity so many changes are tried with the whole rule book."""
TRIALS = 24
"""So many in all: each costs about 40 ms in a filing of 700 cells, twice as much in one of 2,300."""
TRIED_CELLS = 36_000
"""So many cells are worked out anew in all, so that a badly broken book of many projects takes no longer."""
AS_GOOD = 3
"""More changes than these that are as good say nothing."""
TOGETHER = 3
"""Up to so many changes the fewest are searched for; beyond, the one that mends most is taken again and again."""

Trouble = tuple[int, int]
"""Open errors and warnings."""


class Clues(Struct, frozen=True):
    """`of`: the clues by the `mark` of a broken identity's result. `mended`: the filing after `mending`, and its results."""

    of: Mapping[tuple[object, ...], tuple[Clue, ...]]
    mending: Mending | None = None
    mended: Filing | None = None
    results: tuple[Result, ...] = ()


def clues(tracer: Tracer, results: Sequence[Result]) -> Clues:
    """What explains the differences of these results, and the fewest cells to change."""
    arithmetic = {rule.id for rule in identities.rules()}
    broken = any(r.status is Status.BROKEN and r.rule.id in arithmetic for r in results)
    if not broken or _unit_in_doubt(results):
        return Clues({})
    evidence, before = gathered(tracer, results), _trouble(results)
    chosen = _chosen(evidence, before)
    return Clues(
        {
            mark(judge(evidence.lines[number].line, tracer)): tuple(_clue(s, tracer) for s in best)
            for number, best in chosen.items()
        },
        *_mending(list(dict.fromkeys(chosen.values())), evidence, before),
    )


def _chosen(evidence: Evidence, before: Trouble) -> dict[int, tuple[Suspicion, ...]]:
    """For each broken identity the changes that are as good as the best; none where there are too many, or where not
    all could be tried: what was not tried might be the better."""
    everyone = suspicions(evidence)
    shortlists = {number: _shortlist(number, everyone) for number in sorted(evidence.broken)}
    wanted = {s for shortlist in shortlists.values() for s in shortlist}
    trials = [s for s in everyone if s in wanted][: min(TRIALS, TRIED_CELLS // len(evidence.tracer.figures))]
    after = {s: _trouble(check(supposing(evidence.tracer.filing, dict(s.changes)))) for s in trials}
    found = {}
    for number, shortlist in shortlists.items():
        if not after.keys() >= set(shortlist):
            continue
        helpful = [s for s in shortlist if _better(after[s], before)]
        best = min(((after[s], s.belief) for s in helpful), default=None)
        as_good = tuple(s for s in helpful if (after[s], s.belief) == best)
        if 0 < len(as_good) <= AS_GOOD:
            found[number] = as_good
    return found


def _shortlist(number: int, everyone: Sequence[Suspicion]) -> list[Suspicion]:
    own = [s for s in everyone if number in s.mends]
    return [s for s in own if len(s.mends) == len(own[0].mends)][:TRIED]


def _trouble(results: Iterable[Result]) -> Trouble:
    levels = [r.level for r in results if r.status is Status.BROKEN]
    return levels.count(Level.ERROR), levels.count(Level.WARNING)


def _better(after: Trouble, before: Trouble) -> bool:
    """Fewer errors at the price of a new warning are none the better: a right cell was changed."""
    return after != before and after[0] <= before[0] and after[1] <= before[1]


def _unit_in_doubt(results: Iterable[Result]) -> bool:
    """Whether 元 was taken for 万元 in the whole book: then one cell is wrong, and no amount."""
    return any(r.rule.id == "B-22" and r.status is Status.BROKEN for r in results)


def _mending(
    groups: Sequence[tuple[Suspicion, ...]], evidence: Evidence, before: Trouble
) -> tuple[Mending | None, Filing | None, tuple[Result, ...]]:
    """The fewest changes that mend all that can be mended; each group holds those that are as good. None if the
    whole rule book finds no less after them. What goes is counted in the findings, by `concluding`."""
    goal = frozenset[int]().union(*(group[0].mends for group in groups))
    if not goal:
        return None, None, ()
    chosen = next(_together(groups, goal, evidence), None) or _greedily(groups, goal)
    changes = {key: value for group in chosen for key, value in group[0].changes}
    filing = supposing(evidence.tracer.filing, changes)
    results = check(filing)
    if not _better(_trouble(results), before):
        return None, None, ()
    said = tuple(tuple(_clue(s, evidence.tracer) for s in group) for group in chosen)
    return Mending(said), filing, tuple(results)


def _together(
    groups: Sequence[tuple[Suspicion, ...]], goal: frozenset[int], evidence: Evidence
) -> Iterator[tuple[tuple[Suspicion, ...], ...]]:
    """The sets of changes that mend the goal, the smallest first."""
    for count in range(1, TOGETHER + 1):
        for some in combinations(groups, count):
            mended = evidence.mended({key: value for group in some for key, value in group[0].changes})
            if mended and mended.numbers >= goal:
                yield some


def _greedily(groups: Sequence[tuple[Suspicion, ...]], goal: frozenset[int]) -> list[tuple[Suspicion, ...]]:
    chosen, left = list[tuple[Suspicion, ...]](), set(goal)
    while left:
        best = max(groups, key=lambda group: len(group[0].mends & left))
        chosen.append(best)
        left -= best[0].mends
    return chosen


def _clue(suspicion: Suspicion, tracer: Tracer) -> Clue:
    figures = tracer.figures
    corrections = tuple(
        Correction(figures[key].place, figures[key].kind, figures[key].number, value, _unit(key, tracer))
        for key, value in suspicion.changes
    )
    beside = figures[suspicion.beside].place if suspicion.beside else None
    slip = suspicion.slip.format(cell=beside) if suspicion.slip else ""
    return Clue(corrections, len(suspicion.mends), slip)


def _unit(key: Key, tracer: Tracer) -> int:
    return unit_scale(tracer.filing.form.block(key.block), tracer.filing.scale)
