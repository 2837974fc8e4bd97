"""Sums over units, by department and over all, and whether totals and parts still meet.

A blank is never 0: a sum over units that all left a cell blank is blank, and the number of units that filled it
stands beside it.
"""

from collections.abc import Sequence

import pandas
from msgspec import Struct

from selfeval_xl.batch.choosing import WHOLE, internal, plain_name
from selfeval_xl.batch.desk import Desk, plain
from selfeval_xl.batch.lines import TOTAL, CrossFoot, cross_feet
from selfeval_xl.batch.records import Record

NO_SUPERVISOR = "（未填主管部门）"
ALL = "合计"
SUM_LINE = ".".join(TOTAL)
SAFE = 2**62
"""No sum of Int64 may come near to what 64 bits hold: pandas would wrap it without a word."""


class Totals(Struct, frozen=True):
    """Sums over the counted units, by department and for ALL (the first row), in 分; how many units filled each."""

    sums: pandas.DataFrame
    filled: pandas.DataFrame
    units: dict[str, int]

    def sum(self, department: str, column: int | None) -> int | None:
        """None, too, for what the form does not have; likewise below."""
        return None if column is None else plain(self.sums.at[department, column])

    def filled_by(self, department: str, column: int | None) -> int:
        """How many units of it have this amount."""
        if column is None:
            return 0
        return (plain(self.filled.at[department, column]) or 0) if self.units[department] else 0


def department(record: Record) -> str:
    """主管部门; a department whose own file says nothing of one is its own."""
    name = plain_name(record.supervisor)
    if not name and record.scope == WHOLE:
        return plain_name(record.unit)
    return name or NO_SUPERVISOR


def consolidate(desk: Desk) -> Totals:
    """The counted units of the desk, by department."""
    return totals(desk.amounts.loc[[r.name for r in desk.counted]], [department(r) for r in desk.counted])


def totals(amounts: pandas.DataFrame, groups: Sequence[str]) -> Totals:
    """Sums by group, and over all."""
    by_group = pandas.Series(groups, index=amounts.index, dtype=object)
    whole = pandas.Series([ALL] * len(groups), index=amounts.index, dtype=object)
    wide = amounts if _is_safe(amounts) else amounts.astype(object)
    sums = [_summed(wide, keys) for keys in (whole, by_group)]
    filled = [amounts.notna().groupby(keys).sum() for keys in (whole, by_group)]
    units = {ALL: len(groups)} | {
        str(name): int(n) for name, n in by_group.value_counts().sort_index().items()
    }
    nothing = [] if groups else [pandas.DataFrame([[pandas.NA] * amounts.shape[1]], index=[ALL])]
    return Totals(pandas.concat([*sums, *nothing]), pandas.concat(filled), units)


def _is_safe(amounts: pandas.DataFrame) -> bool:
    """Whether no sum can leave 64 bits."""
    known = [column.dropna() for _, column in amounts.items()]
    largest = max((max(abs(int(c.min())), abs(int(c.max()))) for c in known if len(c)), default=0)
    return largest * len(amounts) < SAFE


def _summed(amounts: pandas.DataFrame, keys: "pandas.Series[str]") -> pandas.DataFrame:
    by_group = amounts.groupby(keys)
    return by_group.agg(_exact) if (amounts.dtypes == "object").any() else by_group.sum(min_count=1)


def _exact(column: "pandas.Series[int]") -> object:
    """Python's whole numbers: slow, and as large as it takes."""
    known = [int(value) for value in column.dropna()]
    return sum(known) if known else pandas.NA


def givers(desk: Desk) -> dict[tuple[str, str], int]:
    """(department or ALL, line) → how many of its counted units have any amount of the line."""
    known = desk.amounts.loc[[r.name for r in desk.counted]].notna()
    groups = pandas.Series([department(r) for r in desk.counted], index=known.index, dtype=object)
    lines: dict[str, list[int]] = {}
    for at, column in enumerate(desk.columns):
        lines.setdefault(column.line.key, []).append(at)
    found: dict[tuple[str, str], int] = {}
    for key, columns in lines.items():
        given = known[columns].any(axis=1)
        found[ALL, key] = int(given.sum())
        found |= {(str(name), key): int(number) for name, number in given.groupby(groups).sum().items()}
    return found


def rates(desk: Desk) -> dict[str, tuple[int, int]]:
    """Department and ALL → 全年执行数 and 全年预算数 in 分 over the units that filled both: only these make a rate."""
    found: dict[str, tuple[int, int]] = {}
    for record in desk.counted:
        executed, full = (desk.amount(record, SUM_LINE, measure) for measure in ("executed", "full"))
        if executed is not None and full:
            for key in (ALL, department(record)):
                before = found.get(key, (0, 0))
                found[key] = (before[0] + executed, before[1] + full)
    return found


class Footing(Struct, frozen=True):
    """A total over units beside its parts, in 分. `blank`: units that filled the total and not all of its parts, or
    parts and no total: a difference may come of them."""

    foot: CrossFoot
    whole: int | None
    parts: int | None
    blank: int


def footings(desk: Desk, totals: Totals) -> list[Footing]:
    """Every sum of the form on the sums over units, those apart that nobody filled."""
    known = desk.amounts.loc[[r.name for r in desk.counted]].notna()
    found = []
    for foot in cross_feet(desk.form):
        whole = totals.sum(ALL, foot.whole)
        parts = [totals.sum(ALL, part) for part in foot.parts]
        given = [part for part in parts if part is not None]
        if whole is None and not given:
            continue
        parts_known = known[list(foot.parts)]
        blank = (known[foot.whole] & ~parts_known.all(axis=1)) | (
            ~known[foot.whole] & parts_known.any(axis=1)
        )
        found.append(Footing(foot, whole, sum(given) if given else None, int(blank.sum())))
    return found


def internals(desk: Desk) -> dict[str, int]:
    """Department → 内部往来 in 分 that its counted units spent on each other; ALL, where there is any."""
    units = {desk.choices[record.name].unit: record for record in desk.counted}
    found: dict[str, int] = {}
    for unit, amount in internal(units).items():
        for key in (ALL, department(units[unit])):
            found[key] = found.get(key, 0) + amount
    return found
