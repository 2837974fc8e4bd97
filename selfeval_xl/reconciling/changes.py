"""The changes that want a reason, one a root: which lines depart from their budget, and which part of them is why."""

from collections.abc import Iterator
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Figure, Filing
from selfeval_xl.money import WAN
from selfeval_xl.reconciling.lines import BASIC, BY_NATURE, BY_SOURCE, TOTAL, Line, amounts, lines

if TYPE_CHECKING:
    import pandas

STARTS = ("initial", "full")
MOST = Fraction(1, 2)
"""Parts that make less of a gap do not stand for it, however little they leave."""


class Change(Struct, frozen=True):
    """A line that departs from its budget, in 分. `causes`: the lines told with it, its root among them.

    `figures`: executed, initial and full, as far as they are filled. `why`: which tests it met, a key each:
    changed · unbudgeted · unspent · slow; none for a cause that is within bounds itself.
    `reason`: what was typed beside any of them, the longest text.
    """

    key: str
    label: str
    initial: int | None
    full: int | None
    executed: int
    figures: tuple[Figure, ...]
    why: tuple[str, ...]
    reason: str = ""
    causes: tuple["Change", ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        return (self.key, *(c.key for c in self.causes))

    @property
    def lines(self) -> tuple["Change", ...]:
        """Itself and its causes, lines with the same figures once."""
        seen = {(c.initial, c.full, c.executed): c for c in reversed((self, *self.causes))}
        return tuple(c for c in (self, *self.causes) if seen[c.initial, c.full, c.executed] is c)


def changes(filing: Filing) -> list[Change]:
    """The changes that want a reason. A line that one of its parts explains, or several that are told themselves
    together, by `root_share`, is told with that part."""
    compared = (w for w in lines(filing) if w.key not in ("nature", "others"))
    told = {w.key: w for w in compared if _every(filing, w)}
    if TOTAL not in told or not _every(filing, told[TOTAL]):
        return []
    accounts = _Accounts(filing, {TOTAL: told[TOTAL], **told})
    found: list[Change] = []
    for group in accounts.roots():
        one, *rest = (accounts.change(key) for key in accounts.told if key in group)
        reasons = [accounts.reason(key) for key in group]
        found.append(replace(one, reason=max(reasons, key=len), causes=tuple(rest)))
    return found


class _Accounts(Struct, frozen=True, dict=True):
    """The lines of one filing, each with what was budgeted and spent, and the bounds of the form."""

    filing: Filing
    told: dict[str, Line]

    @cached_property
    def frame(self) -> "pandas.DataFrame":
        return amounts(self.filing, list(self.told.values()))

    def fen(self, key: str, measure: str) -> int | None:
        """One amount of the frame, in 分."""
        import pandas

        value = self.frame.at[key, measure]
        return None if value is pandas.NA else int(str(value))

    @cached_property
    def rate(self) -> Fraction:
        return self.filing.form.setting("change_rate")

    @cached_property
    def floor(self) -> Fraction:
        return self.filing.form.setting("execution_floor")

    @cached_property
    def amount(self) -> int:
        return int(self.filing.form.setting("change_amount") * WAN)

    @cached_property
    def share(self) -> Fraction:
        return self.filing.form.setting("root_share")

    @cached_property
    def tests(self) -> "pandas.DataFrame":
        """Which lines meet which test; what is unknown meets none. Whole numbers only: no float decides a border."""
        import pandas

        initial, full, executed, gap = (self.frame[c] for c in ("initial", "full", "executed", "difference"))
        large = (gap.abs() > self.amount) & (
            gap.abs() * self.rate.denominator > initial * self.rate.numerator
        )
        tests = {
            "changed": (initial > 0) & (executed != 0) & large,
            "unbudgeted": (initial == 0) & (executed > 0),
            "unspent": (initial > 0) & (executed == 0),
            "slow": (full > 0) & (executed * self.floor.denominator < full * self.floor.numerator),
        }
        return pandas.DataFrame({name: test.fillna(False).astype(bool) for name, test in tests.items()})

    @cached_property
    def flagged(self) -> list[str]:
        return list(self.tests.index[self.tests.any(axis=1)])

    def roots(self) -> Iterator[set[str]]:
        """The flagged lines with the parts that explain them, in groups that share a root."""
        groups: list[set[str]] = []
        for key in self.flagged:
            own = {key, *self._causes(key)}
            touching = [g for g in groups if g & own]
            groups = [g for g in groups if not g & own] + [own.union(*touching)]
        order = list(self.told)
        yield from sorted(groups, key=lambda group: min(order.index(key) for key in group))

    def _causes(self, key: str) -> list[str]:
        parts = [w for w in self.told.values() if key in w.under]
        causes = [w.key for w in parts if self._explains(w, self.told[key])]
        return causes or self._together(key, parts)

    def _explains(self, part: Line, whole: Line) -> bool:
        """Whether the part's gap (to the initial or to the full budget) makes so much of the whole's.
        基本 and 项目支出 cross each source: there the two gaps must be nearly the same."""
        most = 1 / self.share if _crossing(part, whole) else None
        for start in STARTS:
            small, large = self._gap(part.key, start), self._gap(whole.key, start)
            ratio = Fraction(small, large) if small is not None and large else Fraction(0)
            if ratio >= self.share and (most is None or ratio <= most):
                return True
        return False

    def _together(self, key: str, parts: list[Line]) -> list[str]:
        """Of the parts that are told themselves or give a reason, and together make so much of the whole's gap, the
        largest of those whose reasons are wanted for it: a reason stands for the whole only with others that cover it.
        """
        for group in dict.fromkeys(w.group for w in parts if not _crossing(w, self.told[key])):
            parts_of = [w.key for w in parts if w.group == group]
            given = [part for part in parts_of if not says_nothing(self.reason(part))]
            own = [part for part in parts_of if part in self.flagged or part in given]
            if own and self._covered(key, own):
                enough = bool(given) and self._covered(key, given)
                wanted = given if enough else [part for part in own if part not in given]
                return [max(wanted, key=lambda part: abs(self._gap(part, self._starts(key)[0]) or 0))]
        return []

    def _covered(self, key: str, parts: list[str]) -> bool:
        """Whether those of the parts that go the whole's way make `root_share` of its gap, or the most of it and leave
        what wants no reason; by each of its tests."""
        for start in self._starts(key):
            gap = self._gap(key, start)
            gaps = [g for part in parts if (g := self._gap(part, start)) is not None and gap and g * gap > 0]
            made = Fraction(sum(gaps), gap) if gap else Fraction(0)
            if made < self.share and (made <= MOST or not self._within(key, start, (gap or 0) - sum(gaps))):
                return False
        return True

    def _within(self, key: str, start: str, left: int) -> bool:
        """Whether the line would be within bounds with this gap alone."""
        before = self.fen(key, start) or 0
        if start == "full":
            return -left <= (1 - self.floor) * before
        return abs(left) <= max(self.rate * before, Fraction(self.amount))

    def _starts(self, key: str) -> list[str]:
        """The budgets that a line departs from: the initial one, the full one where it was only spent too slowly."""
        met = [name for name in self.tests.columns if self.tests.at[key, name]]
        slow = ["full"] if "slow" in met else []
        return (["initial"] if met != ["slow"] else []) + slow

    def _gap(self, key: str, start: str) -> int | None:
        executed, before = self.fen(key, "executed"), self.fen(key, start)
        return None if executed is None or before is None else executed - before

    def change(self, key: str) -> Change:
        """The line as a change of its own, without its causes."""
        line = self.told[key]
        figures = [self._figure(line, measure) for measure in ("executed", *STARTS)]
        label = line.item.removeprefix("其中：").removesuffix("（一般公共预算）")
        return Change(
            key=key,
            label="整体支出" if key == TOTAL else label,
            initial=self.fen(key, "initial"),
            full=self.fen(key, "full"),
            executed=self.fen(key, "executed") or 0,
            figures=tuple(f for f in figures if f.number is not None),
            why=tuple(name for name in self.tests.columns if self.tests.at[key, name]),
        )

    def _figure(self, line: Line, measure: str) -> Figure:
        rows = self.filing.table(line.block).rows
        row = next(row for row in rows if (row.key, row.number) == (line.row, line.number))
        return row[line.column.format(measure)]

    def reason(self, key: str) -> str:
        """What was typed in the line's 差异原因; for 基本支出 that of the table of its own."""
        line = self.told[key]
        if key == BASIC and self.filing.form.has("basic", "total", "reason"):
            return self.filing.text("basic", "total", "reason")
        rows = self.filing.table(line.block).rows
        found = (row for row in rows if (row.key, row.number) == (line.row, line.number))
        return next((row.text("reason") for row in found if line.explained), "")


def _every(filing: Filing, line: Line) -> bool:
    """Whether the form has what was budgeted and what was spent of the line."""
    return all(filing.form.has(line.block, line.row, line.column.format(m)) for m in ("executed", *STARTS))


def _crossing(part: Line, whole: Line) -> bool:
    return part.group == BY_NATURE and whole.group == BY_SOURCE and whole.key != TOTAL
