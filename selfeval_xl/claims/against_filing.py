"""N-18: what a report says against the filled workbook, figure by figure."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.filing import Filing
from selfeval_xl.filing.figures import Figure
from selfeval_xl.findings import Level, Status
from selfeval_xl.forms import Kind
from selfeval_xl.money import YUAN
from selfeval_xl.statements.quantities import MONEY, Quantity
from selfeval_xl.statements.statements import CLOSING, EXECUTED, Item, Statement, items

RULE = "N-18"
_SHORTEST_PROJECT = 4


class Counterpart(Struct, frozen=True):
    """A cell that a statement may speak of: its value in the statement's base unit."""

    figure: Figure
    value: Fraction
    half: Fraction


def against_filing(statements: Sequence[Statement], filing: Filing) -> Iterator[Remark]:
    """One judgement a statement that has a counterpart in the filing."""
    projects = _projects(filing)
    for statement in statements:
        item = items().get(statement.item)
        wanted = _of_item(statement, item, filing) if item else _of_project(statement, projects)
        if wanted and not statement.quantity.rough:
            yield from _judged(statement, wanted, sure=item is not None)


def _of_item(statement: Statement, item: Item, filing: Filing) -> list[Counterpart]:
    found = list(_cells(statement, item.row, item.roles, filing))
    if statement.role == CLOSING:
        found += _closing(statement, filing)
    if item.key == "total":
        found += [
            c for column in _NATURES for c in _cells(statement, "split.*", {statement.role: column}, filing)
        ]
    if item.also and set(item.also.get("scopes", statement.scopes)) & set(statement.scopes):
        found += _cells(statement, item.also["row"], item.also["roles"], filing)
    return found


def _closing(statement: Statement, filing: Filing) -> Iterator[Counterpart]:
    """What is left with what was recovered: many write both together as 结转结余."""
    for scope in statement.scopes:
        left, back = (filing.cell("sources", scope, column) for column in ("closing", "recovered"))
        if left and back and left.number is not None and back.number is not None:
            yield Counterpart(left, (left.number + back.number) / YUAN, Fraction(left.half + back.half, YUAN))


_NATURES = (
    "initial_basic",
    "initial_project",
    "full_basic",
    "full_project",
    "executed_basic",
    "executed_project",
)
"""The name of a kind of money may stand for its part of what is being spoken of."""


def _cells(statement: Statement, row: str, roles: Mapping[str, str], filing: Filing) -> Iterator[Counterpart]:
    block, _, key = row.partition(".")
    columns = _columns(statement, roles)
    for scope in statement.scopes if key == "*" else (key,):
        for column in columns:
            figure = filing.cell(block, scope, column)
            if figure is not None and (counterpart := _counterpart(figure)) is not None:
                yield counterpart


def _columns(statement: Statement, roles: Mapping[str, str]) -> list[str]:
    """The columns of the roles that a statement may be in; all of them where its words say none and its item is carried over."""
    if statement.role == EXECUTED and not statement.said_role and not statement.explicit:
        return list(dict.fromkeys(roles.values()))
    return list(dict.fromkeys(roles[role] for role in (statement.role, statement.above) if role in roles))


def _counterpart(figure: Figure) -> Counterpart | None:
    if figure.number is None:
        return None
    if figure.kind is Kind.MONEY:
        return Counterpart(figure, figure.number / YUAN, Fraction(figure.half, YUAN))
    return Counterpart(figure, figure.number, Fraction(0))


def _projects(filing: Filing) -> dict[str, list[Counterpart]]:
    """Name of a project → its money."""
    found: dict[str, list[Counterpart]] = {}
    if ("projects", 0) in filing.tables:
        for row in filing.added("projects"):
            name = row.text("name").strip()
            cells = [
                row[c]
                for c in ("initial", "carryover", "adjustment", "full", "executed", "closing")
                if c in row.figures
            ]
            if len(name) >= _SHORTEST_PROJECT:
                found.setdefault(name, []).extend(
                    c for figure in cells if (c := _counterpart(figure)) is not None
                )
    return found


def _of_project(statement: Statement, projects: dict[str, list[Counterpart]]) -> list[Counterpart]:
    if statement.quantity.dimension != MONEY:
        return []
    label = statement.sentence.label(statement.quantity)
    named = [name for name in projects if label.endswith(name)]
    return projects[max(named, key=len)] if named else []


def _judged(statement: Statement, wanted: Sequence[Counterpart], sure: bool) -> Iterator[Remark]:
    said = statement.quantity
    spot = Spot(statement.sentence.paragraph, said.start, said.end)
    if any(_same(said, counterpart) for counterpart in wanted):
        yield Remark(RULE, Status.PASSED, spot, "", said.said)
        return
    near = next((c for c in wanted if slip(said, c.value)), None)
    certain = sure and len({c.value for c in wanted}) == 1 and (statement.explicit or statement.said_role)
    if near is None and not certain:
        return
    cell = near or wanted[0]
    right = in_unit(cell.value, said)
    label = statement.sentence.label(said)
    yield Remark(
        RULE, Status.BROKEN, spot, f"{label}报告为{said.said}，填报表 {cell.figure.place} 为{right}", said.said, right,
        level=Level.WARNING, difference=in_unit(abs(cell.value - said.value), said),
    )  # fmt: skip


def _same(said: Quantity, cell: Counterpart) -> bool:
    """Within what both print: a figure in 亿元 leaves more open than one in 元; minus signs of gaps apart."""
    money = said.dimension == MONEY
    return abs(abs(said.value) - abs(cell.value)) <= (
        said.half + cell.half if money or "." in said.number else 0
    )
