"""Budget against final accounts: every line side by side, and the changes that want a reason (B-09)."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pandas

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.money import WAN

BY_SOURCE, BY_NATURE, BY_PROJECT = "按资金来源", "按支出性质", "按项目"
MEASURES = ["initial", "carryover", "adjustment", "full", "executed"]
SOURCES = ("general", "fund", "capital", "special", "other")
TOTAL, BASIC, PROJECTS, PERSONNEL, OPERATING = "total", "basic", "projects", "personnel", "operating"


@dataclass(frozen=True)
class Line:
    """One line of the comparison: where its figures stand (`column` with the measure's name for {}).

    `under`: the lines that it is a part of. `reason`: row and number in its block, where one explains it.
    """

    key: str
    group: str
    item: str
    block: str
    row: str
    number: int = 0
    column: str = "{}"
    under: tuple[str, ...] = ()
    explained: bool = True


@dataclass(frozen=True)
class Change:
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


def comparison(filing: Filing) -> pandas.DataFrame:
    """One row an item: its amounts in 分 (Int64, NA where unknown), executed − initial, executed / full."""
    return _frame(filing, list(lines(filing))).reset_index(drop=True)


def lines(filing: Filing) -> Iterator[Line]:
    """Every line of the comparison, in the order of the form."""
    sources = filing.form.block("sources")
    for key in (*SOURCES, TOTAL):
        under: tuple[str, ...] = () if key == TOTAL else (TOTAL,)
        yield Line(key, BY_SOURCE, sources.row(key).label, "sources", key, under=under)
    above = (TOTAL, *SOURCES)
    part = Line(BASIC, BY_NATURE, "基本支出", "split", TOTAL, column="{}_basic", under=above, explained=False)
    yield part
    for key in (PERSONNEL, OPERATING):
        label = f"其中：{filing.form.block('basic').row(key).label}（一般公共预算）"
        yield Line(key, BY_NATURE, label, "basic", key, under=(BASIC,))
    yield Line(PROJECTS, BY_NATURE, "项目支出", "split", TOTAL, 0, "{}_project", above, explained=False)
    yield Line("others", BY_NATURE, "其他支出", "split", TOTAL, 0, "{}_other", above, explained=False)
    yield Line("nature", BY_NATURE, "合计", "sources", TOTAL)
    for row in filing.table("projects").added:
        source = next((s for s in SOURCES if sources.row(s).label == row.text("source")), "")
        under = (PROJECTS, source) if source else (PROJECTS,)
        name = row.text("name") or f"第{row.number}行项目"
        yield Line(f"project {row.number}", BY_PROJECT, name, "projects", row.key, row.number, under=under)


def _frame(filing: Filing, wanted: list[Line]) -> pandas.DataFrame:
    """The comparison, indexed by the lines' keys. Nothing is added up: each amount is one cell of the filing."""
    cells = pandas.DataFrame(
        [(w.key, w.block, w.row, w.number, w.column.format(m), m) for w in wanted for m in MEASURES],
        columns=["key", "block", "row", "number", "column", "measure"],
    )
    found = cells.merge(filing.frame, how="left", on=["block", "row", "number", "column"])
    amounts = found.pivot(index="key", columns="measure", values="fen")
    amounts = amounts.reindex(index=[w.key for w in wanted], columns=MEASURES)
    amounts.insert(0, "group", [w.group for w in wanted])
    amounts.insert(1, "item", [w.item for w in wanted])
    amounts["difference"] = amounts["executed"] - amounts["initial"]
    full = amounts["full"].where((amounts["full"] != 0).fillna(False))
    amounts["rate"] = amounts["executed"].astype("Float64") / full.astype("Float64")
    return amounts.rename_axis(index=None, columns=None)


def changes(filing: Filing) -> list[Change]:
    """The changes that want a reason, one a root: a line that one of its parts explains is told with it."""
    told = {w.key: w for w in lines(filing) if w.key not in ("nature", "others")}
    told = {TOTAL: told[TOTAL], **told}
    frame = _frame(filing, list(told.values()))
    tests = _tests(frame, filing)
    flagged = [key for key in told if tests.loc[key].any()]
    found: list[Change] = []
    for group in _roots(flagged, told, frame, _root_share(filing)):
        one, *rest = (_change(told[key], frame, tests, filing) for key in told if key in group)
        reasons = [text for key in group if (text := _reason(told[key], filing))]
        found.append(_led(one, rest, max(reasons, key=len, default="")))
    return found


def _led(one: Change, rest: list[Change], reason: str) -> Change:
    return Change(
        one.key, one.label, one.initial, one.full, one.executed, one.figures, one.why, reason, tuple(rest)
    )


def _root_share(filing: Filing) -> Fraction:
    return filing.form.setting("root_share")


def _tests(frame: pandas.DataFrame, filing: Filing) -> pandas.DataFrame:
    """Which lines meet which test; what is unknown meets none. Whole numbers only: no float decides a border."""
    rate, floor = filing.form.setting("change_rate"), filing.form.setting("execution_floor")
    amount = int(filing.form.setting("change_amount") * WAN)
    initial, full, executed, gap = (frame[c] for c in ("initial", "full", "executed", "difference"))
    large = (gap.abs() > amount) & (gap.abs() * rate.denominator > initial * rate.numerator)
    tests = {
        "changed": (initial > 0) & (executed != 0) & large,
        "unbudgeted": (initial == 0) & (executed > 0),
        "unspent": (initial > 0) & (executed == 0),
        "slow": (full > 0) & (executed * floor.denominator < full * floor.numerator),
    }
    return pandas.DataFrame({name: test.fillna(False).astype(bool) for name, test in tests.items()})


def _roots(
    flagged: list[str], told: dict[str, Line], frame: pandas.DataFrame, share: Fraction
) -> Iterator[set[str]]:
    """The flagged lines with the parts that explain them, in groups that share a root."""
    groups: list[set[str]] = []
    for key in flagged:
        own = {key, *(w.key for w in told.values() if key in w.under and _explains(w.key, key, frame, share))}
        touching = [g for g in groups if g & own]
        groups = [g for g in groups if not g & own] + [own.union(*touching)]
    order = list(told)
    yield from sorted(groups, key=lambda group: min(order.index(key) for key in group))


def _explains(part: str, whole: str, frame: pandas.DataFrame, share: Fraction) -> bool:
    """Whether the part's gap (to the initial or to the full budget) makes so much of the whole's."""
    for start in ("initial", "full"):
        gaps = [_gap(frame, key, start) for key in (part, whole)]
        if gaps[0] is not None and gaps[1] and Fraction(gaps[0], gaps[1]) >= share:
            return True
    return False


def _gap(frame: pandas.DataFrame, key: str, start: str) -> int | None:
    executed, before = _fen(frame.at[key, "executed"]), _fen(frame.at[key, start])
    return None if executed is None or before is None else executed - before


def _fen(value: Any) -> int | None:
    return None if pandas.isna(value) else int(value)


def _change(line: Line, frame: pandas.DataFrame, tests: pandas.DataFrame, filing: Filing) -> Change:
    row = {c: _fen(frame.at[line.key, c]) for c in ("initial", "full", "executed")}
    figures = [_figure(line, measure, filing) for measure in ("executed", "initial", "full")]
    return Change(
        key=line.key,
        label="整体支出"
        if line.key == TOTAL
        else line.item.removeprefix("其中：").removesuffix("（一般公共预算）"),
        initial=row["initial"],
        full=row["full"],
        executed=row["executed"] or 0,
        figures=tuple(f for f in figures if f.number is not None),
        why=tuple(name for name in tests.columns if tests.at[line.key, name]),
    )


def _figure(line: Line, measure: str, filing: Filing) -> Figure:
    rows = filing.table(line.block).rows
    row = next(row for row in rows if (row.key, row.number) == (line.row, line.number))
    return row[line.column.format(measure)]


def _reason(line: Line, filing: Filing) -> str:
    """What was typed in the line's 差异原因; for 基本支出 that of the table of its own."""
    if line.key == BASIC:
        return filing.text("basic", "total", "reason")
    rows = filing.table(line.block).rows
    found = (row for row in rows if (row.key, row.number) == (line.row, line.number))
    return next((row.text("reason") for row in found if line.explained), "")
