"""The figures that the report prints, each from its home."""

from collections.abc import Iterable, Iterator
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Filing, Row
from selfeval_xl.filing.publishing import is_secret
from selfeval_xl.forms import Block
from selfeval_xl.money import wan
from selfeval_xl.writing.report.phrases import Number, adds_up, missing
from selfeval_xl.writing.report.texts import NO_SIGNS, inline

Fields = dict[str, object]
"""What one section gives the template: texts, lists of texts, and whether something is so."""

SOURCES = {
    "general": "一般公共预算",
    "fund": "政府性基金预算",
    "capital": "国有资本经营预算",
    "special": "财政专户管理资金",
    "other": "其他资金",
}


class Nothing(str):
    """What the form does not ask, in whatever place of a template: no, no text, no item but itself. The paragraph that would
    print it is left out."""

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> "Iterator[Nothing]":
        return iter((self,))

    def __getattr__(self, name: str) -> "Nothing":
        if name.startswith("_"):
            raise AttributeError(name)
        return self


NOTHING = Nothing(chr(NO_SIGNS[0]))
"""A sign that stands in nobody's text: `clean` takes it out of what was typed."""


def asked(filing: Filing, what: str, block: str, row: str = "", column: str = "") -> str:
    """【待填：…】 of what the form asks, and nothing of what it does not."""
    return missing(what) if filing.form.has(block, row, column) else NOTHING


class Spending(Struct, frozen=True):
    """One source's money in one measure (initial, full or executed), by nature."""

    total: Number
    basic: Number
    project: Number
    other: Number

    @property
    def parts(self) -> list[tuple[str, Number]]:
        return [("基本支出", self.basic), ("项目支出", self.project), ("其他支出", self.other)]


def number(filing: Filing, block: str, row: str, column: str) -> Number:
    """What is printed for this cell: in a locked one what it computes, whatever was typed over it. None for a cell that
    the form does not have in that block; raises Absent: it has no such block."""
    table = filing.table(block)
    if not filing.form.has(block, row, column):
        return None
    return of_row(table.block, table.row(row), column)


def of_row(block: Block, row: Row, column: str) -> Number:
    figure = row[column]
    if block.fields[row.key, column].locked and isinstance(figure.computed, Fraction):
        return figure.computed
    return figure.number


def text(filing: Filing, block: str, row: str, column: str = "value") -> str:
    """A text that stands inside a sentence."""
    return inline(filing.text(block, row, column))


def first_known(*values: Number) -> Number:
    return next((value for value in values if value is not None), None)


def total_of(values: Iterable[Number]) -> Number:
    """The sum; unknown as soon as one of them is, or if there are none."""
    given = list(values)
    known = [value for value in given if value is not None]
    return sum(known, Fraction(0)) if known and len(known) == len(given) else None


def spending(filing: Filing, source: str, measure: str) -> Spending:
    """The basic expenditure of the general budget also stands in the block of that name."""
    basic, project, other = (
        number(filing, "split", source, f"{measure}_{n}") for n in ("basic", "project", "other")
    )
    total = number(filing, "sources", source, measure)
    if source == "general":
        basic = first_known(basic, number(filing, "basic", "total", measure))
    if source == "total":
        total = (
            full_budget(filing)
            if measure == "full"
            else first_known(total, number(filing, "request", "total", measure))
        )
    if total is None and measure != "full" and basic is not None and project is not None:
        total = basic + project + (other or 0)
    return Spending(total, basic, project, other)


def full_budget(filing: Filing) -> Number:
    """The whole full-year budget, as annex 2 prints it: unknown where a source in use has none."""
    return first_known(number(filing, "sources", "total", "full"), number(filing, "request", "total", "full"))


def projects(filing: Filing) -> list[Row]:
    """The register's rows that the report may name: the 涉密 ones are in the totals alone."""
    return [row for row in filing.added("projects") if not is_secret(row)]


def withheld(filing: Filing) -> list[Row]:
    """The register's 涉密 rows."""
    return [row for row in filing.added("projects") if is_secret(row)]


def personnel_and_operating(filing: Filing, measure: str, basic: Number) -> list[tuple[str, Number]]:
    """The two kinds of basic expenditure, where they make up that figure; none where it holds other money too."""
    kinds = [("人员经费", number(filing, "basic", "personnel", measure))]
    kinds.append(("公用经费", number(filing, "basic", "operating", measure)))
    known = [fen for _, fen in kinds if fen is not None]
    return kinds if basic is not None and len(known) == 2 and adds_up(basic, known) else []


def carryover_included(filing: Filing) -> bool:
    return filing.text("unit", "carryover_included") == "是"


def leaves_a_residual(total: Number, parts: Iterable[Number]) -> bool:
    """In print the parts differ from the total, and rounding is enough to explain it."""
    given = [part for part in parts if part]
    if total is None or not given:
        return False
    return sum(Fraction(wan(p)) for p in given) != Fraction(wan(total)) and adds_up(total, given)
