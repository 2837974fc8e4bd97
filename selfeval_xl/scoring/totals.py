"""总得分 as it may be stated: of the whole department and of a project, no more than the execution rate bears out."""

from collections.abc import Iterable
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing

Score = Fraction | None


def execution_score(filing: Filing) -> Score:
    """The execution score of annex 2: as typed, but never more than what the rate gives; 分.

    Unknown without the full-year budget, here or where its home is.
    """
    full = filing.number("sources", "total", "full")
    if full is None:
        full = filing.number("request", "total", "full")
    return _capped(filing.cell("request", "total", "score")) if full else None


def total_score(filing: Filing) -> Score:
    """The department's 自评总分 (分): unknown as soon as one of its scores is, and without any indicator."""
    return _total(filing, "indicators", 0, execution_score(filing))


def project_score(filing: Filing, copy: int) -> Score:
    """Likewise of the project in this copy of annex 3."""
    return _total(filing, "project_indicators", copy, _capped(filing.cell("funds", "total", "score", copy)))


def _capped(score: Figure | None) -> Score:
    """A unit may take points off itself; it cannot give itself more."""
    if score is None or not isinstance(score.computed, Fraction):
        return None
    return score.computed if score.number is None else min(score.number, score.computed)


def _total(filing: Filing, block: str, copy: int, execution: Score) -> Score:
    rows = filing.table(block, copy).added if filing.form.has(block) else ()
    return _sum([execution, *(row.number_in("score") for row in rows)]) if rows else None


def _sum(scores: Iterable[Score]) -> Score:
    given = list(scores)
    known = [score for score in given if score is not None]
    return sum(known, Fraction(0)) if len(known) == len(given) else None
