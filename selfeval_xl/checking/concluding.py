"""From results to what a person reads: findings, counts and the verdict on the workbook."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from selfeval_xl.checking.clues import clues as clues_of
from selfeval_xl.checking.evidence import mark
from selfeval_xl.filing import Filing, Table
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Clue, Finding, Level, Mending, Result, Rule, Status, either
from selfeval_xl.places import Place

REQUIRED = Rule(
    id="B-00",
    title="必填和应填的内容",
    level=Level.NOTICE,
    basis="填报模板中标 * 的格；报告和核对要用到的格",
    remedy="请补填；确实没有的金额填 0，不知道的留空",
    page="空着的必填格使结论为“未填完”，报告相应处写“待填”；应填的格空着时，用到它的规则无法核对。"
    "同一区块合并为一条，写明哪些规则因此未能核对。",
)
NAMED = 4
"""So many missing cells are named one by one, the rest counted."""


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


@dataclass(frozen=True)
class Summary:
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


@dataclass(frozen=True)
class Conclusion:
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
    results = list(results)
    tracer = Tracer(filing)
    required = asked_for(filing, tracer)
    expected = asked_for(filing, tracer, expected=True)
    clues = clues_of(tracer, results)
    findings = [*trouble, *(_finding(r, clues.of.get(mark(r), ())) for r in results if _told(r))]
    findings += _missing(filing, results, required, expected)
    pending = [_finding(r) for r in results if r.status is Status.PENDING]
    explained = [*pending, *(_finding(r) for r in results if r.status is Status.EXPLAINED)]
    order = list(Level)
    ranked = sorted(findings, key=lambda f: (order.index(f.level), not f.required)) + explained
    summary = Summary(
        errors=sum(f.level is Level.ERROR for f in findings),
        warnings=sum(f.level is Level.WARNING for f in findings),
        notices=sum(f.level is Level.NOTICE for f in findings),
        missing=len(required),
        passed=sum(r.status is Status.PASSED and not r.linked for r in results),
        pending=len(pending),
    )
    return Conclusion(tuple(ranked), summary, tuple(required), clues.mending)


def _told(result: Result) -> bool:
    """Broken, a residual, or a shortfall that blanks may explain: each is a finding of its own."""
    shortfall = result.status is Status.UNKNOWN and result.left is not None
    return result.status in (Status.BROKEN, Status.RESIDUAL) or shortfall


def _finding(result: Result, clues: tuple[Clue, ...] = ()) -> Finding:
    notice = result.status in (Status.RESIDUAL, Status.UNKNOWN)
    supposed = f"。若 {either(clues)}，{_hold(clues[0].mends)}" if clues else ""
    return Finding(
        rules=(result.rule.id,),
        level=Level.NOTICE if notice else result.level,
        status=result.status,
        places=result.missing if result.status is Status.UNKNOWN else result.places,
        message=result.message + supposed,
        remedy=result.rule.remedy,
        left=result.left,
        right=result.right,
        kind=result.kind,
        reason=result.reason,
        code=result.code,
        clues=clues,
    )


def _hold(mends: int) -> str:
    return f"{mends} 条勾稽同时成立" if mends > 1 else "此条勾稽成立"


def asked_for(filing: Filing, tracer: Tracer, expected: bool = False) -> list[Place]:
    """The cells that must be (or are `expected` to be) filled and are not, computed cells traced to their parts."""
    missing: list[Place] = []
    for table in filing.tables.values():
        if table.block.required and not table.added and not expected:
            missing.append(_first_cell(table))
        for row, column, figure in table.figures():
            field = table.block.fields[row.key, column]
            unless = field.required_unless and filing.table(field.required_unless).added
            required = field.required or (bool(field.required_unless) and not unless)
            wanted = field.expected and not required if expected else required
            if wanted and figure.value is None and (row.number == 0 or row.given):
                missing += tracer.missing(tracer.keys[figure.place])
    # What stands there but cannot be read has a finding of its own.
    return [p for p in dict.fromkeys(missing) if p not in tracer.keys or not tracer.at(p).unreadable]


def _first_cell(table: Table) -> Place:
    return table.first or next(iter(figure.place for _, _, figure in table.figures()))


def _missing(
    filing: Filing, results: list[Result], required: list[Place], expected: list[Place]
) -> list[Finding]:
    """One finding a block: which of the cells that are asked for are missing, and which rules wait for them.

    Blanks that nobody asks for keep a rule from judging, too, but are no news: they stay in the results.
    """
    block_of = {f.place: t for t in filing.tables.values() for _, _, f in t.figures()}
    block_of |= {t.first: t for t in filing.tables.values() if t.first}
    rules: dict[tuple[str, int], list[str]] = {}
    cells: dict[tuple[str, int], list[Place]] = {}
    wanted = {*required, *expected}
    asked = [(REQUIRED.id, place) for place in (*required, *expected)]
    asked += [(r.rule.id, p) for r in results if not _told(r) for p in r.missing if p in wanted]
    for rule, place in asked:
        table = block_of[place]
        rules.setdefault((table.block.key, table.copy), []).append(rule)
        cells.setdefault((table.block.key, table.copy), []).append(place)
    return [
        _asked(
            filing.table(*key), tuple(dict.fromkeys(rules[key])), tuple(dict.fromkeys(cells[key])), required
        )
        for key in filing.tables
        if key in rules
    ]


def _asked(table: Table, rules: tuple[str, ...], places: tuple[Place, ...], required: list[Place]) -> Finding:
    named = "、".join(str(p) for p in places[:NAMED]) + (
        f" 等 {len(places)} 格" if len(places) > NAMED else ""
    )
    unjudged = "、".join(r for r in rules if r != REQUIRED.id)
    message = f"“{table.block.title}”{named} 未填"
    wanted = any(place in required for place in places)
    message += "（必填）" if wanted else ""
    message += f"，{unjudged} 未能核对" if unjudged else ""
    return Finding(rules, Level.NOTICE, Status.UNKNOWN, places, message, REQUIRED.remedy, required=wanted)
