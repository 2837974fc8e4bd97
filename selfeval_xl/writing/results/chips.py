"""What is open, level by level: how many findings, what they ask for, and how many cells they concern."""

from collections.abc import Sequence

from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.findings import Finding, Level, Status
from selfeval_xl.places import gathered
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BASE, BOLD, BOXED, CENTRE, FAINT, LEVELS, Look

ASKED = {Level.ERROR: "须改正", Level.WARNING: "须说明", Level.NOTICE: "请核对"}
FILL_IN, CORRECT = "请补填", ASKED[Level.ERROR]
SPANS = {Level.ERROR: (1, 3), Level.WARNING: (4, 2), Level.NOTICE: (6, 2)}
"""First column and breadth of each level's chip; passed and explained stand right of them."""
PASSED, EXPLAINED = (8, 2), (10, 2)
LISTED = 12


def to_do(finding: Finding) -> str:
    """须改正（3格）"""
    if finding.status.explained:
        return "财政部门认定" if finding.status is Status.PENDING else ""
    asked = FILL_IN if finding.status is Status.UNKNOWN else ASKED[finding.level]
    asked = CORRECT if beyond_reasons(finding) else asked
    return f"{asked}\n（{len(finding.places)}格）" if finding.places else asked


def beyond_reasons(finding: Finding) -> bool:
    """An open warning that no reason can settle: it is to be corrected."""
    return finding.level is Level.WARNING and not finding.status.explained and not finding.explainable


def draw_chips(page: Page, row: int, conclusion: Conclusion) -> None:
    """A chip a level in its colour, with a comment that lists the findings and their cells."""
    summary = conclusion.summary
    still = [f for f in conclusion.findings if not f.status.explained]
    for level, (column, across) in SPANS.items():
        own = [f for f in still if f.level is level]
        look: Look = LEVELS[level] if own else FAINT
        page.merged(
            row, column, 1, across, _said(level, own, summary.missing), BASE, BOXED, BOLD, CENTRE, look
        )
        if own and level is not Level.NOTICE:
            page.comment(row, column, _listed(own))
    explained = len(conclusion.findings) - len(still) - summary.pending
    pending = f"{Status.PENDING} {summary.pending} 条，" if summary.pending else ""
    for (column, across), text in (
        (PASSED, f"已通过 {summary.passed} 项"),
        (EXPLAINED, f"{pending}已说明 {explained} 条"),
    ):
        page.merged(row, column, 1, across, text, BASE, BOXED, CENTRE)


def _said(level: Level, own: Sequence[Finding], missing: int) -> str:
    """错误 1 条，须改正（3 格）"""
    cells = len({place for finding in own for place in finding.places})
    if stubborn := sum(map(beyond_reasons, own)):
        return f"{level} {len(own)} 条，{'其中' if stubborn < len(own) else ''}{CORRECT} {stubborn} 条"
    if level is not Level.NOTICE:
        return f"{level} {len(own)} 条" + (f"，{ASKED[level]}（{cells} 格）" if own else "")
    blank = sum(finding.status is Status.UNKNOWN for finding in own)
    more = f"（{FILL_IN} {blank} 条，{ASKED[level]} {len(own) - blank} 条）" if own else ""
    return f"{level} {len(own)} 条{more}；必填未填 {missing} 项"


def _listed(own: Sequence[Finding]) -> str:
    lines = [f"{finding.rule}：{gathered(finding.places)}" for finding in own[:LISTED]]
    return "\n".join([*lines, f"另有 {len(own) - LISTED} 条"] if len(own) > LISTED else lines)
