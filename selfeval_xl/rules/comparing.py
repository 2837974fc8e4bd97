"""What the rules share: who typed a figure, whether two of them meet, and how amounts are said."""

from fractions import Fraction

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Figure, Table
from selfeval_xl.findings import shown
from selfeval_xl.forms import Kind
from selfeval_xl.money import half_up

DUST = Fraction(1, 10**9)
"""What floating point leaves behind."""


def differs(figure: Figure) -> bool:
    """Typed and worked out, both known, and not the same beyond the dust of floating point."""
    typed, computed = figure.typed, figure.computed
    if typed is None or computed is None:
        return False
    if not isinstance(typed, Fraction) or not isinstance(computed, Fraction):
        return typed != computed
    if figure.kind is Kind.MONEY:
        return half_up(typed) != half_up(computed)
    return abs(typed - computed) > DUST * abs(computed)


def by_hand(figure: Figure) -> bool:
    """Typed by a person: not a grey cell that holds what the program works out, as files keep it."""
    return figure.typed is not None and (figure.computed is None or differs(figure))


def touched(table: Table) -> bool:
    """Whether a person typed anything in it."""
    return any(by_hand(figure) for _, _, figure in table.figures())


def meet(left: Figure, right: Figure) -> bool:
    """Whether both may stand for one amount, each within its last digit. Raises Unknown."""
    return abs(left.known - right.known) <= left.half + right.half


def exceeds(left: Figure, right: Figure) -> bool:
    """Whether the left is surely the greater; not so where either is unknown."""
    if left.number is None or right.number is None:
        return False
    return left.number - right.number > left.half + right.half


def money(fen: Fraction | int) -> str:
    """An amount of 分: 879.36万元."""
    return shown(Fraction(fen), Kind.MONEY)


def people(count: Fraction) -> str:
    """35人"""
    return shown(count, Kind.COUNT)


def net(count: Fraction) -> str:
    """减少7人: a change of a number of people, which has no sign in words."""
    if count == 0:
        return "没有增减"
    return f"{'增加' if count > 0 else '减少'}{people(abs(count))}"


def points(score: Fraction) -> str:
    """9.76分"""
    return shown(score, Kind.SCORE)


def longest(*reasons: str) -> str:
    """Of what was typed in several cells, the text that says most."""
    return max(reasons, key=lambda reason: (not says_nothing(reason), len(reason)), default="")
