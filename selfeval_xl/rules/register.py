"""What a rule that is a function may say, and the register of such rules."""

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from msgspec import Struct

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.findings import Level, Report, Rule
from selfeval_xl.forms import Form, Kind
from selfeval_xl.reconciling import Change


class Broken(Struct, frozen=True):
    """The rule does not hold: `cells` are the figures concerned, the first the most likely to be wrong.

    `level`, `remedy`: other than the rule's own; `reason`: what the unit wrote beside it; `asks`: what the message ends
    with, its comma before it, as long as no reason was given. Amounts in 分.
    """

    message: str
    cells: tuple[Figure, ...]
    left: Fraction | None = None
    right: Fraction | None = None
    kind: Kind = Kind.MONEY
    level: Level | None = None
    about: str = ""
    reason: str = ""
    remedy: str = ""
    asks: str = ""


class Residual(Struct, frozen=True):
    """Equal within the precision of the figures, yet not equal."""

    message: str
    cells: tuple[Figure, ...]
    left: Fraction
    right: Fraction
    kind: Kind = Kind.MONEY


class Short(Struct, frozen=True):
    """Both sides are apart, and these blanks could bring them together: nobody can judge, but it is told."""

    message: str
    blanks: tuple[Figure, ...]
    left: Fraction
    right: Fraction
    kind: Kind = Kind.MONEY


class NotApplicable:
    """The rule has nothing to say here."""


NOT_APPLICABLE = NotApplicable()
Verdict = Broken | Residual | Short | NotApplicable | None
"""None: it holds."""


class Judgement(Struct, frozen=True):
    """A rule with its function; `inputs` are the names of its parameters, which say what it reads."""

    rule: Rule
    function: Callable[..., Verdict | Iterable[Verdict]]
    inputs: tuple[str, ...]


REGISTER: list[Judgement] = []


def rule(
    id: str, title: str, level: Level, *, basis: str, remedy: str, report: Report = Report.NONE
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Enter a function into the rule book; its docstring (Chinese) is the user's page on the rule."""

    def enter(function: Callable[..., Any]) -> Callable[..., Any]:
        page = inspect.getdoc(function) or ""
        page = "".join(line.strip() for line in page.splitlines())
        entry = Rule(id, title, level, basis, remedy, page, report)
        REGISTER.append(Judgement(entry, function, tuple(inspect.signature(function).parameters)))
        return function

    return enter


def applies(judgement: Judgement, form: Form) -> bool:
    """Whether the form has the blocks and the added rows that its parameters name."""
    rows = {row.key for block in form.blocks() for row in block.rows if row.many}
    return {*judgement.inputs} <= {"filing", "changes", *rows, *(block.key for block in form.blocks())}


def inputs(judgement: Judgement, filing: Filing, changes: Sequence[Change]) -> Iterator[dict[str, object]]:
    """The arguments for each call: a block's key gets its table (each copy in turn where it is repeated),
    an added row's key each row in turn, `filing` the whole, `changes` those that want a reason."""
    blocks = {block.key: block for block in filing.form.blocks()}
    fixed: dict[str, object] = {"filing": filing, "changes": changes}
    turning: list[tuple[str, object]] = []
    for name in judgement.inputs:
        if name in blocks and not blocks[name].repeated:
            fixed[name] = filing.table(name)
        elif name in blocks:
            turning = [(name, table) for table in filing.over_copies(name)]
        elif name not in fixed:
            turning = [
                (name, row) for table in filing.tables.values() for row in table.added if row.key == name
            ]
    wanted = {name: value for name, value in fixed.items() if name in judgement.inputs}
    if len(wanted) == len(judgement.inputs):
        yield wanted
    for name, value in turning:
        yield {**wanted, name: value}
