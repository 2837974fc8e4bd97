"""What the rules share: whether two figures meet, and how amounts are said."""

from fractions import Fraction

from selfeval_xl.filing import Figure
from selfeval_xl.findings import shown
from selfeval_xl.forms import Kind


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


def points(score: Fraction) -> str:
    """9.76分"""
    return shown(score, Kind.SCORE)


def longest(*reasons: str) -> str:
    """Of what was typed in several cells, the text that says most."""
    return max(reasons, key=len, default="")
