"""The one thing to change: a wrong 填报金额单位 breaks dozens of rules, and is told before all that it breaks."""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from selfeval_xl.checking.runner import check
from selfeval_xl.filing import Filing
from selfeval_xl.filing.supposing import in_other_unit
from selfeval_xl.findings import Finding, Level, Result, Status
from selfeval_xl.money import WAN

UNIT = "B-22"


def with_unit(findings: Sequence[Finding], filing: Filing, results: Sequence[Result]) -> list[Finding]:
    """The findings; B-22 first, with what it causes, where less is broken in the other unit.

    Of a level more may be broken only where most of the whole goes: a few annexes were typed in the wrong unit, too.
    """
    at = next((n for n, f in enumerate(findings) if f.rules == (UNIT,) and f.status is Status.BROKEN), None)
    if at is None:
        return list(findings)
    supposed = in_other_unit(filing)
    after = check(supposed)
    before, left = _trouble(results), _trouble(after)
    worse = any(left[level] > before[level] for level in Level) and 2 * left.total() > before.total()
    if worse or any(r.rule.id == UNIT and r.status is Status.BROKEN for r in after):
        return list(findings)
    gone = {level: before[level] - left[level] for level in (Level.ERROR, Level.WARNING)}
    fewer = +Counter(gone)
    if sum(gone.values()) <= 0:
        return list(findings)
    parts = "、".join(f"{level} {count} 条" for level, count in fewer.items())
    unit = "万元" if supposed.scale == WAN else "元"
    message = (
        f"{findings[at].message}。“填报金额单位”改为“{unit}”，其他 {fewer.total()} 条同时消除（{parts}）"
    )
    remedy = f"先只改这一处：“填报金额单位”选“{unit}”，再重新运行；其余的多半不必逐条改"
    first = replace(findings[at], message=message, remedy=remedy)
    return [first, *findings[:at], *findings[at + 1 :]]


def _trouble(results: Iterable[Result]) -> Counter[Level]:
    """Open errors and warnings, but for the unit itself."""
    open_ones = (r for r in results if r.status is Status.BROKEN and r.rule.id != UNIT)
    return Counter(r.level for r in open_ones if r.level is not Level.NOTICE)
