"""From results to what a person reads: findings, counts and the verdict on the workbook."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.checking.causes import with_unit
from selfeval_xl.checking.clues import Clues
from selfeval_xl.checking.clues import clues as clues_of
from selfeval_xl.checking.evidence import mark
from selfeval_xl.checking.missing import (
    asked_for,
    missing_cells,
    missing_sheets,
    on_absent_sheets,
    shortfall,
    within_the_file,
)
from selfeval_xl.filing import Filing
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Clue, Finding, Level, Mending, Result, Status, either
from selfeval_xl.forms import Kind
from selfeval_xl.places import Place


class Standing(StrEnum):
    """The verdict on a workbook."""

    READY = "可报送"
    TO_EXPLAIN = "需说明"
    INCOMPLETE = "未填完"
    WRONG = "有错误"

    @property
    def reportable(self) -> bool:
        """Only these two give a report that is no draft."""
        return self in (Standing.READY, Standing.TO_EXPLAIN)


class Summary(Struct, frozen=True):
    """Counts of open findings, of required cells that are missing, of results that passed on typed cells."""

    errors: int
    warnings: int
    notices: int
    missing: int
    passed: int
    pending: int = 0
    """Errors that were explained, where a bureau's overlay lets them be: 待财政认定."""

    @property
    def standing(self) -> Standing:
        if self.errors:
            return Standing.WRONG
        if self.missing:
            return Standing.INCOMPLETE
        return Standing.TO_EXPLAIN if self.warnings else Standing.READY

    @property
    def sentence(self) -> str:
        """The verdict with its counts: 有错误 1 条、未填完（必填 14 项）；警告 2 条，提示 9 条，已通过 14 项"""
        heads = [f"{Standing.WRONG} {self.errors} 条"] if self.errors else []
        heads += [f"{Standing.INCOMPLETE}（必填 {self.missing} 项）"] if self.missing else []
        if not heads:
            heads = [self.standing]
        more = f"待财政认定 {self.pending} 条，" if self.pending else ""
        return f"{'、'.join(heads)}；{more}警告 {self.warnings} 条，提示 {self.notices} 条，已通过 {self.passed} 项"


class Conclusion(Struct, frozen=True):
    """All that the reader is told: findings (errors first), counts, and the required cells that are missing."""

    findings: tuple[Finding, ...]
    summary: Summary
    missing: tuple[Place, ...]
    mending: Mending | None = None
    """The fewest cells whose change would mend broken identities."""

    @property
    def standing(self) -> Standing:
        return self.summary.standing


def conclude(filing: Filing, results: Iterable[Result], trouble: Iterable[Finding]) -> Conclusion:
    """`trouble`: what reading found. One finding a broken result, one a block for what is missing."""
    results, trouble = list(results), list(trouble)
    tracer = Tracer(filing)
    required = asked_for(filing, tracer)
    clues = clues_of(tracer, results)
    findings = [*trouble, *_findings(filing, results, clues.of)]
    mending = _counted(clues, findings, trouble)
    findings += (absent := missing_sheets(filing, results, required))
    pending = [_finding(r, filing) for r in results if r.status is Status.PENDING]
    explained = [*pending, *(_finding(r, filing) for r in results if r.status is Status.EXPLAINED)]
    order = list(Level)
    ranked = sorted(findings, key=lambda f: (order.index(f.level), not f.required))
    ranked = with_unit(ranked, filing, results) + explained
    summary = Summary(
        errors=sum(f.level is Level.ERROR for f in findings),
        warnings=sum(f.level is Level.WARNING for f in findings),
        notices=sum(f.level is Level.NOTICE for f in findings),
        missing=sum(place.sheet not in filing.absent_names for place in required)
        + len(absent)
        + sum(len(found.places) for found in trouble if found.required),
        passed=sum(r.status is Status.PASSED and not r.linked for r in results),
        pending=len(pending),
    )
    return Conclusion(tuple(ranked), summary, tuple(required), mending)


def _findings(
    filing: Filing, results: Sequence[Result], clues: Mapping[tuple[object, ...], tuple[Clue, ...]]
) -> list[Finding]:
    """What results say, and what cells are missing."""
    tracer = Tracer(filing)
    required, expected = asked_for(filing, tracer), asked_for(filing, tracer, expected=True)
    told = [_finding(r, filing, clues.get(mark(r), ())) for r in results if _told(r, filing)]
    return [*told, *missing_cells(filing, results, required, expected)]


def _counted(clues: Clues, found: Sequence[Finding], trouble: Sequence[Finding]) -> Mending | None:
    """The mending with so many findings of each level as there would be fewer, 提示 too; `found`: those there are.

    What reading found of the very cells that are to be typed anew goes, too."""
    if clues.mending is None or clues.mended is None:
        return None
    anew = {place for choice in clues.mending.choices for place in choice[0].places}
    gone = [f for f in trouble if f.places and anew.issuperset(f.places)]
    after = _findings(clues.mended, clues.results, {})
    before, then = Counter(f.level for f in found), Counter(f.level for f in after)
    then += Counter(f.level for f in found[: len(trouble)]) - Counter(f.level for f in gone)
    errors, warnings, notices = (max(before[level] - then[level], 0) for level in Level)
    return replace(clues.mending, errors=errors, warnings=warnings, notices=notices, left=then[Level.ERROR])


def _told(result: Result, filing: Filing) -> bool:
    """Broken, a residual, or a shortfall that blanks may explain: each is a finding of its own."""
    explained = shortfall(result) and not on_absent_sheets(filing, result.missing)
    return result.status in (Status.BROKEN, Status.RESIDUAL) or explained


def _finding(result: Result, filing: Filing, clues: tuple[Clue, ...] = ()) -> Finding:
    notice = result.status in (Status.RESIDUAL, Status.UNKNOWN)
    supposed = f"。若 {either(clues)}，{_hold(clues[0].mends)}" if clues else ""
    return Finding(
        rules=(result.rule.id,),
        level=Level.NOTICE if notice else result.level,
        status=result.status,
        places=result.missing if result.status is Status.UNKNOWN else result.places,
        message=result.message + supposed,
        remedy=within_the_file(result.remedy or result.rule.remedy, filing),
        left=result.left,
        right=result.right,
        kind=Kind.TEXT if result.left is None and result.right is None else result.kind,
        reason=result.reason,
        code=result.code,
        clues=clues,
    )


def _hold(mends: int) -> str:
    return f"{mends} 条勾稽同时成立" if mends > 1 else "此条勾稽成立"
