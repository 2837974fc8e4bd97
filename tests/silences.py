"""Why a slip was not found: which class of silence it belongs to, worked out from the form and the results alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from selfeval_xl import check, conclude, identities
from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.filing import Figure, Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Result, Status
from selfeval_xl.forms import Form, Kind
from selfeval_xl.identities.sides import measure
from selfeval_xl.layout.printed import printed
from selfeval_xl.layout.shown import kind_of, said
from selfeval_xl.places import Place
from selfeval_xl.writing.report.context import context
from selfeval_xl.writing.template.filling import filled
from tests.faults import Fault
from tests.faults_book import Slip, Values

JUDGED = (Status.PASSED, Status.RESIDUAL, Status.BROKEN)
SAID = (Status.EXPLAINED, Status.BROKEN)


class Silence(StrEnum):
    """Classes of slips that the figures of a book cannot show, or that change nothing; the last five are holes."""

    UNPRINTED = "输出不变"
    NOUGHT = "0 成了空白"
    ALONE = "只此一处"
    BOUNDED = "只有上下限"
    CANCELLED = "两格相抵"
    EXPLAINED = "差异已写原因"
    SCORED = "扣分已写原因"
    SAME_SIDE = "未越过指标值"
    OPTIONAL = "选填格漏填"
    SAME_ROOT = "另有原因顶替"
    UNASKED = "规则不要的原因"
    TWICE = "两处同数未核对"
    NEGATIVE = "指标值、面积成负数"
    PROPORTION = "得分与完成比例不符"
    REGISTER = "列全而全年预算不等"
    HOLE = "其他"


HOLES = (Silence.TWICE, Silence.NEGATIVE, Silence.PROPORTION, Silence.REGISTER, Silence.HOLE)


@dataclass(frozen=True)
class Judged:
    """A book with all that the program says of it."""

    values: Values
    filing: Filing
    results: tuple[Result, ...]
    conclusion: Conclusion

    @staticmethod
    def of(form: Form, values: Values) -> "Judged":
        filing = filled(form, values)
        results = check(filing)
        return Judged(values, filing, tuple(results), conclude(filing, results, []))

    @cached_property
    def tracer(self) -> Tracer:
        return Tracer(self.filing)

    @property
    def open(self) -> dict[tuple[object, ...], Finding]:
        """The findings that are not explained, by what they are on."""
        findings = (f for f in self.conclusion.findings if f.status is not Status.EXPLAINED)
        return {(f.rules, f.level, f.status, f.places): f for f in findings}

    @cached_property
    def shown(self) -> tuple[object, ...]:
        """All that is printed, as it is read: the report's fields, the cells of the annexes."""
        form = self.filing.form
        cells = [said(c.content, kind_of(c, form)) for grid in printed(self.filing) for c in grid.cells]
        return context(self.filing, self.conclusion), cells

    def place(self, key: Key) -> Place | None:
        """Where the cell stands; None where the row or sheet holds nothing any more."""
        figure = self.figure(key)
        return figure.place if figure else None

    def figure(self, key: Key) -> Figure | None:
        return self.tracer.figures.get(key)

    def lines(self, key: Key) -> Iterator[str]:
        """The relations of the identities that were judged here with this cell, or with a total of it."""
        for line in identities.lines(self.filing.form):
            for own in identities.on_copies(line, self.filing.form, self.filing.copies):
                found = measure(own, self.filing)
                if found.status in JUDGED and found.left and found.right:
                    figures = [k for k, _ in found.left.figures + found.right.figures]
                    if key in figures or key in [self.tracer.home(k) for k in figures]:
                        yield line.relation


def new_findings(clean: Judged, faulty: Judged) -> list[Finding]:
    """What is told of the faulty book and was not told of the clean one; what is explained is not told."""
    return [finding for key, finding in faulty.open.items() if key not in clean.open]


def silence(clean: Judged, faulty: Judged, fault: Fault) -> Silence:
    """The class of a slip that gave no new finding."""
    if fault.slip is Slip.UNEXPLAINED:
        return _reason(clean, fault)
    if clean.shown == faulty.shown:
        return Silence.UNPRINTED
    if any(_negative(faulty, key) for key in fault.cells):
        return Silence.NEGATIVE
    if all(key.block.endswith("indicators") and key.column in ("target", "actual") for key in fault.cells):
        return _indicator(faulty, fault.cells[0])
    if all(_kind(key, faulty) is Kind.SCORE for key in fault.cells):
        return _score(faulty, fault)
    if len(fault.cells) > 1 and any(_found_alone(clean, fault, key) for key in fault.cells):
        return Silence.CANCELLED
    return _figures(clean, faulty, fault)


def _kind(key: Key, book: Judged) -> Kind:
    return book.filing.form.block(key.block).fields[key.row, key.column].kind


def _negative(faulty: Judged, key: Key) -> bool:
    """A target, a result or an area below nought; amounts and numbers of people have rules of their own."""
    own = _kind(key, faulty) not in (Kind.MONEY, Kind.COUNT)
    return own and str(faulty.values.get(key, "")).startswith("-")


def _reason(clean: Judged, fault: Fault) -> Silence:
    """A reason of a row that several rows share, or one that nobody asked for."""
    (key,) = fault.cells
    reason = clean.values[key]
    row = {f.place for k, f in clean.tracer.figures.items() if k[:4] == key[:4]}
    told = [r for r in clean.results if r.status is Status.EXPLAINED]
    return (
        Silence.SAME_ROOT if any(reason == r.reason or row & {*r.places} for r in told) else Silence.UNASKED
    )


def _indicator(faulty: Judged, key: Key) -> Silence:
    """A target or a result: whether points were taken off, in proportion to it."""
    points, score = (faulty.values.get(key._replace(column=column)) for column in ("points", "score"))
    return Silence.SAME_SIDE if points == score else Silence.PROPORTION


def _score(faulty: Judged, fault: Fault) -> Silence:
    reasons = [faulty.values.get(key._replace(column="reason")) for key in fault.cells]
    return Silence.SCORED if all(reasons) else Silence.HOLE


def _found_alone(clean: Judged, fault: Fault, key: Key) -> bool:
    """Whether the slip in this one of its cells would have been found."""
    value = fault.values.get(key)
    values = {k: v for k, v in {**clean.values, key: value}.items() if v is not None}
    return bool(new_findings(clean, Judged.of(clean.filing.form, values)))


def _figures(clean: Judged, faulty: Judged, fault: Fault) -> Silence:
    """An amount or a number of people that nothing contradicts. An equality that still holds after one cell of it
    changed says nothing of that cell: its other side is worked out from it."""
    if any(_stands_elsewhere(clean, key) for key in fault.cells):
        return Silence.TWICE
    if any(key.block == "projects" for key in fault.cells) and _register_off(faulty.filing):
        return Silence.REGISTER
    if fault.slip is Slip.BLANKED:
        return Silence.OPTIONAL if any(clean.values[key] for key in fault.cells) else Silence.NOUGHT
    places = {place for key in fault.cells if (place := faulty.place(key))}
    if any(r.status in SAID and places & {*r.places} for r in faulty.results):
        return Silence.EXPLAINED
    bounded = any({*faulty.lines(key)} - {"="} for key in fault.cells)
    return Silence.BOUNDED if bounded else Silence.ALONE


def _register_off(filing: Filing) -> bool:
    """Whether the register is said to be complete and yet its 全年预算 is not that of all projects."""
    budgets = [row["full"].number or 0 for row in filing.table("projects").added]
    complete = filing.text("coverage", "complete") == "是"
    return complete and sum(budgets) != filing.number("split", "total", "full_project")


def _stands_elsewhere(clean: Judged, key: Key) -> bool:
    """Whether the very amount was typed into another block, too: a rule might compare the two."""
    figure = clean.figure(key)
    if figure is None or figure.kind is not Kind.MONEY or not figure.number:
        return False
    others = (f for k, f in clean.tracer.figures.items() if k.block != key.block and k in clean.values)
    return any(f.kind is Kind.MONEY and f.number == figure.number for f in others)
