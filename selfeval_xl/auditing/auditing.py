"""From a narrative to remarks: every family of claims in a fixed order, doubles dropped."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from selfeval_xl.claims.against_filing import against_filing
from selfeval_xl.claims.balances import balances
from selfeval_xl.claims.closures import closures
from selfeval_xl.claims.conversions import conversions
from selfeval_xl.claims.counts import counts
from selfeval_xl.claims.differences import differences
from selfeval_xl.claims.divisions import divisions
from selfeval_xl.claims.last_year import copied
from selfeval_xl.claims.movements import movements
from selfeval_xl.claims.moves import changes, moves
from selfeval_xl.claims.nearly import nearly
from selfeval_xl.claims.pages import pages
from selfeval_xl.claims.rates import rates
from selfeval_xl.claims.ratios import ratios
from selfeval_xl.claims.remarks import Remark
from selfeval_xl.claims.repeats import contradictions, repeats
from selfeval_xl.claims.scores import scores
from selfeval_xl.claims.staff import staff
from selfeval_xl.claims.sums import alone, sums
from selfeval_xl.claims.tables import against_text, grids, tables
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Level, Rule, Status
from selfeval_xl.reading.narratives.narrative import Narrative
from selfeval_xl.statements.sentences import Sentence, sentences
from selfeval_xl.statements.statements import Statement, statements
from selfeval_xl.wording.blanks import blanks
from selfeval_xl.wording.names import names, personal, unit_name
from selfeval_xl.wording.outline import annexes, mixed, order, sections
from selfeval_xl.wording.words import words
from selfeval_xl.wording.years import fiscal_year, years

FAMILIES: tuple[Callable[[Sentence, Sequence[Sentence]], Iterable[Remark]], ...] = (
    sums, alone, differences,
    moves,
    changes, rates, staff, counts, scores, conversions, balances,
)  # fmt: skip
"""What is judged sentence by sentence, beside the sentences of its paragraph that stand before it."""


class Audit(Struct, frozen=True):
    """What came of a report. `remarks`: passed ones, too."""

    narrative: Narrative
    year: int | None
    unit: str
    statements: tuple[Statement, ...]
    remarks: tuple[Remark, ...]

    rules: Mapping[str, Rule]
    """The rules in force: as the rule book has them, or as a bureau's overlay does."""

    @property
    def found(self) -> tuple[Remark, ...]:
        """What is doubted, errors first, then in the order of the report."""
        doubted = [r for r in self.remarks if r.status is not Status.PASSED and not self.rules[r.rule].off]
        return tuple(sorted(doubted, key=lambda r: list(Level).index(self.level(r))))

    @property
    def wrong(self) -> bool:
        """Whether the report contradicts itself: an error of its own, not of a workbook beside it."""
        return any(self.level(remark) is Level.ERROR for remark in self.found)

    @property
    def levels(self) -> tuple[Level, ...]:
        return tuple(Level)

    def level(self, remark: Remark) -> Level:
        return self.rules[remark.rule].level_of(remark.level)

    def count(self, level: Level) -> int:
        return sum(self.level(remark) is level for remark in self.found)

    def verdicts(self) -> Mapping[int, Remark]:
        """Index of a statement → the judgement that it took part in, the gravest."""
        by_paragraph: dict[tuple[int, str], list[tuple[int, int, Remark]]] = {}
        for remark in self.remarks:
            for spot in (remark.spot, *remark.others):
                key = spot.paragraph.order, spot.paragraph.part
                by_paragraph.setdefault(key, []).append((spot.start, spot.end, remark))
        found: dict[int, Remark] = {}
        for n, statement in enumerate(self.statements):
            paragraph = statement.sentence.paragraph
            around = by_paragraph.get((paragraph.order, paragraph.part), [])
            mine = [r for start, end, r in around if start <= statement.quantity.start < end]
            if mine:
                found[n] = next((r for r in mine if r.status is not Status.PASSED), mine[0])
        return found


def audited(
    narrative: Narrative,
    year: int | None = None,
    filing: Filing | None = None,
    outline: Sequence[str] = (),
    last: Narrative | None = None,
) -> Audit:
    """Every judgement on a report. `year`: where its titles do not say it; `filing`: the workbook to hold it against;
    `outline`: the form's sections, where a form is known; `last`: last year's report."""
    of_year = year or (filing.form.year if filing else None) or fiscal_year(narrative)
    unit = filing.unit_name if filing else unit_name(narrative)
    read = list(sentences(narrative))
    said = tuple(statements(read, of_year))
    remarks = [
        *_in_prose(read),
        *_in_tables(narrative, read),
        *repeats(said),
        *contradictions(narrative, read),
        *(against_filing(said, filing) if filing else ()),
        *blanks(narrative),
        *years(narrative, of_year),
        *order(narrative),
        *mixed(narrative),
        *(sections(narrative, outline) if outline else ()),
        *annexes(narrative),
        *names(narrative, unit),
        *(copied(narrative, read, said, last, _statements(last)) if last else ()),
        *personal(narrative),
        *words(narrative),
    ]
    known = pages() if filing is None else {key: rule.under(filing.form) for key, rule in pages().items()}
    return Audit(narrative, of_year, unit, said, tuple(sorted(_once(remarks), key=_place)), known)


def _in_prose(read: Sequence[Sentence]) -> Iterator[Remark]:
    before: list[Sentence] = []
    for sentence in read:
        if before and before[0].paragraph is not sentence.paragraph:
            before = []
        judged = [remark for family in FAMILIES for remark in family(sentence, before)]
        judged += ratios(sentence, before, judged)
        judged += divisions(sentence, before, judged)
        judged += movements(sentence, before, judged)
        yield from judged
        closed = list(closures(sentence, before, judged))
        yield from closed
        yield from nearly(sentence, before, [*judged, *closed])
        before = [sentence, *before]


def _in_tables(narrative: Narrative, read: Sequence[Sentence]) -> Iterator[Remark]:
    for grid in grids(narrative):
        yield from tables(grid)
        yield from against_text(grid, read)


def _once(remarks: Iterable[Remark]) -> Iterator[Remark]:
    """One remark a place and rule; what passes under one reading is not doubted under another of the same rule."""
    remarks = list(remarks)
    passed = {_key(r) for r in remarks if r.status is Status.PASSED}
    seen: set[object] = set()
    for remark in remarks:
        key = _key(remark)
        if key in seen or (remark.status is not Status.PASSED and key in passed):
            continue
        seen.add(key)
        yield remark


def _key(remark: Remark) -> tuple[str, int, str, int, int]:
    spot = remark.spot
    return remark.rule, spot.paragraph.index, spot.paragraph.part, spot.start, spot.end


def _place(remark: Remark) -> tuple[int, int, str]:
    return remark.spot.paragraph.order, remark.spot.start, remark.rule


def _statements(narrative: Narrative) -> tuple[Statement, ...]:
    return tuple(statements(list(sentences(narrative)), fiscal_year(narrative)))
