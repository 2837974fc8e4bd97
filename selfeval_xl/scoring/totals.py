"""总得分 as it may be stated: of the whole department and of a project, no more than the execution rate bears out."""

from collections.abc import Iterable
from fractions import Fraction

from selfeval_xl.filing import Filing

Score = Fraction | None


def execution_score(filing: Filing) -> Score:
    """The execution score of annex 2: as typed, but never more than what the rate gives; 分.

    Unknown without the full-year budget, here or where its home is.
    """
    request = filing.table("request").row("total")
    full = filing.figure("sources", "total", "full").number
    if full is None:
        full = request["full"].number
    return _capped(request["score"].number, request["score"].computed) if full else None


def total_score(filing: Filing) -> Score:
    """The department's 自评总分 (分): unknown as soon as one of its scores is, and without any indicator."""
    return _total(filing, "indicators", 0, execution_score(filing))


def project_score(filing: Filing, copy: int) -> Score:
    """Likewise of the project in this copy of annex 3."""
    figure = filing.figure("funds", "total", "score", copy)
    return _total(filing, "project_indicators", copy, _capped(figure.number, figure.computed))


def _capped(typed: Score, computed: object) -> Score:
    """A unit may take points off itself; it cannot give itself more."""
    if not isinstance(computed, Fraction):
        return None
    return computed if typed is None else min(typed, computed)


def _total(filing: Filing, block: str, copy: int, execution: Score) -> Score:
    rows = filing.table(block, copy).added
    return _sum([execution, *(row["score"].number for row in rows)]) if rows else None


def _sum(scores: Iterable[Score]) -> Score:
    given = list(scores)
    known = [score for score in given if score is not None]
    return sum(known, Fraction(0)) if len(known) == len(given) else None
