"""Which differences still want a reason, as the converter has it: what the cells of 须说明差额 hold for this filing."""

from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Filing
from selfeval_xl.forms import Form
from selfeval_xl.reconciling import BASIC, PROJECTS, Change, changes

THREE, WHOLE, BOUGHT = "three", "total", "purchase"
"""“三公”经费: rule A1-08 asks about the total and about the purchase of vehicles."""


def applies(form: Form) -> bool:
    """Whether the form has all that A1-08 asks about."""
    columns = ("initial", "executed", "last", "reason")
    return all(form.has(THREE, row, column) for row in (WHOLE, BOUGHT) for column in columns)


class Wanted(Struct, frozen=True, dict=True):
    filing: Filing

    @property
    def form(self) -> Form:
        return self.filing.form

    @cached_property
    def _changes(self) -> list[Change]:
        # Without any amount there is none to look for, and pandas need not be loaded for an empty template.
        blocks = (block for block in ("sources", "split", "basic", "projects") if self.form.has(block))
        amounts = (self.filing.table(block).figures() for block in blocks)
        some = any(figure.number is not None for figures in amounts for _, _, figure in figures)
        return changes(self.filing) if some and self.form.in_force("B-09") else []

    @cached_property
    def _lines(self) -> dict[str, tuple[Fraction, bool]]:
        """Each line that departs from its budget: by how much, and whether it, or one told with it, says why."""
        found = {}
        for change in self._changes:
            for one in (change, *change.causes):
                if one.why:
                    slow = one.why == ("slow",)
                    before = one.full if slow else one.initial
                    gap = Fraction(one.executed - (before or 0))
                    found[one.key] = gap, not says_nothing(change.reason)
        return found

    def gap(self, block: str, row: str, number: int) -> Fraction | None:
        """What 须说明差额 shows, in 分; None where nothing is asked, or a reason elsewhere says it."""
        if block == THREE:
            return self._three(row)
        gap, settled = self._lines.get(self._key(block, row, number), (None, False))
        return gap if not settled or self._given(block, row, number) else None

    def open(self, block: str) -> int:
        """How many of its differences still want a reason."""
        if block == THREE:
            return sum(
                self._three(row) is not None and not self._given(THREE, row, 0) for row in (WHOLE, BOUGHT)
            )
        rows = (row for row in self.filing.table(block).rows if "reason" in row.figures)
        keys = {self._key(block, row.key, row.number) for row in rows}
        count = sum(not settled for key, (_, settled) in self._lines.items() if key in keys)
        if block == "projects":
            count = max(count, int(PROJECTS in self._lines and not self._lines[PROJECTS][1]))
        return count

    def _key(self, block: str, row: str, number: int) -> str:
        if block == "projects":
            return f"project {number}"
        return BASIC if (block, row) == ("basic", "total") else row

    def _given(self, block: str, row: str, number: int) -> bool:
        rows = (r for r in self.filing.table(block).rows if (r.key, r.number) == (row, number))
        return any(not says_nothing(r.text("reason")) for r in rows)

    def _three(self, row: str) -> Fraction | None:
        """As A1-08: the total against the budget, then against last year; the purchase against the budget. One reason
        stands for both where the purchase makes so much of the excess."""
        if row not in (WHOLE, BOUGHT) or not (self.form.in_force("A1-08") and applies(self.form)):
            return None
        over = {at: self._over(at, "initial") for at in (WHOLE, BOUGHT)}
        gap = over[row] or (self._over(WHOLE, "last") if row == WHOLE else Fraction(0))
        other = BOUGHT if row == WHOLE else WHOLE
        one = over[WHOLE] > 0 and over[BOUGHT] >= self.form.setting("root_share") * over[WHOLE]
        elsewhere = one and over[BOUGHT] > 0 and self._given(THREE, other, 0)
        return gap if gap > 0 and (not elsewhere or self._given(THREE, row, 0)) else None

    def _over(self, row: str, column: str) -> Fraction:
        spent, before = (self.filing.figure(THREE, row, c) for c in ("executed", column))
        if spent.number is None or before.number is None:
            return Fraction(0)
        gap = spent.number - before.number
        return gap if gap > spent.half + before.half else Fraction(0)
