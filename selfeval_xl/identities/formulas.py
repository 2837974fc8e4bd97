"""The third use of an identity: one line of Excel cells (left, right, gap, allowed, verdict).

LibreOffice and Python judged these shapes alike 36,000 times in a trial, and do in the tests: whole 分 on both sides,
half steps from the digits, blanks that could mend the gap. Only functions of Excel 97–2003.
"""

from typing import Protocol

from msgspec import Struct

from selfeval_xl.expressions import Cell, Number, Rows
from selfeval_xl.findings import Status
from selfeval_xl.forms import Kind
from selfeval_xl.identities import Condition, Line, Term
from selfeval_xl.identities.sides import scaled
from selfeval_xl.money import WAN, YUAN, half_up


class Operand(Struct, frozen=True):
    """A term as Excel expressions. `per`: steps in one unit, as an expression; `half`, `blanks`: likewise."""

    total: str
    half: str
    given: str
    blanks: str
    readable: str


class Book(Protocol):
    """How a workbook addresses the figures: the template its entry cells, the results their frozen copies."""

    def cell(self, cell: Cell, copy: int) -> str:
        """A reference to one cell."""

    def per(self, block: str, kind: Kind) -> str:
        """分 in one unit of the block's cells (a number or a reference); hundredths for counts and scores."""

    def rows(self, rows: Rows, copy: int, kind: Kind) -> Operand:
        """A sum over added rows or copies."""

    def condition(self, condition: Condition, copy: int) -> str:
        """A condition as a logical expression."""

    def in_use(self, line: Line) -> str:
        """Whether the line's copy of its sheet is in use, as a logical expression; "" where that is certain."""


class Formulas(Struct, frozen=True):
    """The cells of one line, without their =; `left` and `right` in the figures' own unit (万元, 人, 分)."""

    left: str
    right: str
    gap: str
    allowed: str
    verdict: str


def single(reference: str, per: str, kind: Kind) -> Operand:
    """The operand of one cell."""
    return Operand(
        total=f"ROUND(SUM({reference})*{per},0)",
        half=half(reference, per) if kind is Kind.MONEY else "0",
        given=f"COUNT({reference})",
        blanks=f"COUNTBLANK({reference})",
        readable=f"COUNT({reference})+COUNTBLANK({reference})=1",
    )


def half(x: str, per: str) -> str:
    """Half the last digit of a 万元 figure, in 分; 0 in a book of 元."""
    steps = "0"
    for decimals, half_step in ((4, 50), (3, 500), (2, 5000)):
        steps = f"IF(ROUND({x},{decimals})=ROUND({x},6),{half_step},{steps})"
    return f"IF({_exact(f'COUNT({x})=0', per)},0,{steps})"


def _exact(blank: str, per: str) -> str:
    """A blank has no digits, and a figure in 元 is exact; where the unit is 万元 for good there is nothing to ask."""
    return blank if per == f"{WAN}" else f"OR({blank},{per}={YUAN})"


def ranged(
    r: str,
    per: str,
    kind: Kind,
    *,
    used: str,
    halves: str = "",
    where: tuple[str, str] | None = None,
    guards: int = 0,
) -> Operand:
    """The operand of a range, or of its rows where another range holds a text (`where`: range, text).

    `used`: an array, true for the rows in use; `halves`: the range of half steps, where the sheet has one;
    `guards`: how many rows count as in use that are not.
    """
    chosen = f'({where[0]}="{where[1]}")*' if where else ""
    total = f'SUMIF({where[0]},"{where[1]}",{r})' if where else f"SUM({r})"
    kept = f'SUMIF({where[0]},"{where[1]}",{halves})' if where else f"SUM({halves})"
    blanks = f'SUMPRODUCT({chosen}{used}*({r}=""))'
    half_steps = kept if halves else _range_half(chosen, r, per)
    return Operand(
        total=f"ROUND({total}*{per},0)",
        half=half_steps if kind is Kind.MONEY else "0",
        given=f"SUMPRODUCT({chosen}ISNUMBER({r}))" if where else f"COUNT({r})",
        blanks=f"({blanks}-{guards})" if guards else blanks,
        readable=f"COUNT({r})+COUNTBLANK({r})=ROWS({r})",
    )


def _range_half(chosen: str, r: str, per: str) -> str:
    """The half steps of a range of typed cells (blank or numbers), added."""
    steps = f"50*(ROUND({r},4)=ROUND({r},6))+450*(ROUND({r},3)=ROUND({r},6))+4500*(ROUND({r},2)=ROUND({r},6))"
    total = f"SUMPRODUCT({chosen}ISNUMBER({r})*({steps}))"
    return total if per == f"{WAN}" else f"IF({per}={YUAN},0,{total})"


def compiled(line: Line, book: Book, cells: Formulas) -> Formulas:
    """The formulas of one line; `cells` names where its gap and allowance will stand (for the verdict)."""
    left = [(t.sign, _operand(t, line, book)) for t in line.left]
    right = [(t.sign, _operand(t, line, book)) for t in line.right]
    both = left + right
    ready = ",".join(
        [*(o.readable for _, o in both if o.readable), f"{_given(left)}>0", f"{_given(right)}>0"]
    )
    difference = f"{_total(left)}-({_total(right)})"
    bounded = {"=": difference, ">=": f"MIN({difference},0)", "<=": f"MAX({difference},0)"}[line.relation]
    gap = f'IF(AND({ready}),{bounded},"")'
    if line.when:
        gap = f'IF(AND({",".join(book.condition(c, line.copy) for c in line.when)}),{gap},"-")'
    low, high = _blanks(left, right), _blanks(right, left)
    g, a = cells.gap, cells.allowed
    verdict = (
        f'IF({g}="","{Status.UNKNOWN}",IF({g}="-","{Status.NOT_APPLICABLE}",'
        f'IF(ROUND({g},4)=0,"{Status.PASSED}",IF(ROUND(ABS({g})-{a},4)<=0,"{Status.RESIDUAL}",'
        f'IF(IF({g}<0,{low},{high})>0,"{Status.UNKNOWN}","{Status.BROKEN}")))))'
    )
    unit = WAN if line.kind is Kind.MONEY else 100
    used = book.in_use(line)
    return Formulas(
        left=_if(used, f'IF({_given(left)}>0,({_total(left)})/{unit},"")'),
        right=_if(used, f'IF({_given(right)}>0,({_total(right)})/{unit},"")'),
        gap=_if(used, gap, '"-"'),
        allowed=_if(used, "+".join(o.half for _, o in both)),
        verdict=verdict,
    )


def _if(condition: str, then: str, otherwise: str = '""') -> str:
    return f"IF({condition},{then},{otherwise})" if condition else then


def _operand(term: Term, line: Line, book: Book) -> Operand:
    match term.leaf:
        case Number(value):
            return Operand(str(half_up(value * scaled(line.kind))), "0", "1", "0", "")
        case Cell() as cell:
            return single(book.cell(cell, line.copy), book.per(cell.block, line.kind), line.kind)
        case Rows() as rows:
            return book.rows(rows, line.copy, line.kind)


def _total(side: list[tuple[int, Operand]]) -> str:
    return "".join(f"{'+' if sign > 0 else '-'}{o.total}" for sign, o in side).removeprefix("+")


def _given(side: list[tuple[int, Operand]]) -> str:
    return "+".join(o.given for _, o in side)


def _blanks(addends: list[tuple[int, Operand]], opposite: list[tuple[int, Operand]]) -> str:
    """Blanks that could close a shortfall of the first side: its own addends, the other's subtrahends."""
    counted = [o.blanks for sign, o in addends if sign > 0] + [o.blanks for sign, o in opposite if sign < 0]
    return "+".join(counted) or "0"
