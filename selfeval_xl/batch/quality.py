"""填报质量 A–E: the share of checks on typed cells that passed. It grades the filling in, never the unit's performance.

As the Brazilian Treasury grades what municipalities file (Siconfi, ranking-municipios.tesouro.gov.br/metodologia):
A above 95 %, E below 65 %; B, C and D part the rest evenly, as our own choice. Nothing is A while an 错误 is open.
"""

from fractions import Fraction

from msgspec import Struct

from selfeval_xl.batch.records import Record
from selfeval_xl.findings import Status

BOUNDS = ((Fraction(95, 100), "A"), (Fraction(85, 100), "B"), (Fraction(75, 100), "C"))
LEAST = Fraction(65, 100)


class Quality(Struct, frozen=True):
    """Counts of checks on typed cells. `passed`: 通过 and 尾差; `failed`: 不符 and 已说明 (explained, yet unlike)."""

    passed: int
    failed: int
    explained: int
    unknown: int
    errors: int = 0
    """错误 that are open."""

    @property
    def assessable(self) -> int:
        return self.passed + self.failed

    @property
    def share(self) -> Fraction | None:
        return Fraction(self.passed, self.assessable) if self.assessable else None

    @property
    def grade(self) -> str:
        """A: above 95 % and no 错误 open; B: above 85 %; C: above 75 %; D: 65 % and more; E: below."""
        if self.share is None:
            return ""
        bounds = BOUNDS[1:] if self.errors else BOUNDS
        return next(
            (name for bound, name in bounds if self.share > bound), "D" if self.share >= LEAST else "E"
        )


def quality(record: Record) -> Quality:
    checks = record.checks
    explained = checks.get(Status.EXPLAINED, 0) + checks.get(Status.PENDING, 0)
    return Quality(
        passed=checks.get(Status.PASSED, 0) + checks.get(Status.RESIDUAL, 0),
        failed=checks.get(Status.BROKEN, 0) + explained,
        explained=explained,
        unknown=checks.get(Status.UNKNOWN, 0),
        errors=record.errors,
    )
