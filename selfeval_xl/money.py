"""分 in, 万元 out: exact amounts, their precision, and rounding as Excel rounds.

An amount is a whole number of 分 (int) or, unrounded, a Fraction of 分.
"""

from decimal import Decimal
from fractions import Fraction

WAN = 1_000_000
"""分 in one 万元."""
YUAN = 100
"""分 in one 元."""

HALF_STEPS = ((10_000, 5_000), (1_000, 500), (100, 50))
"""A 万元 figure of 2, 3 or 4 decimals was rounded: it stands for an interval of ± so many 分, half of its last digit."""


def exact(number: int | float, scale: int) -> Fraction:
    """The number as typed (its shortest decimal form), times `scale`, without loss."""
    above, below = Decimal(repr(number)).as_integer_ratio()
    return Fraction(above * scale, below)


def half_up(value: Fraction | int) -> int:
    """To a whole number, ties away from zero, as Excel's ROUND does."""
    return _whole(value.numerator, value.denominator)


def rounded(value: Fraction | int, digits: int) -> Fraction:
    """`value` to so many decimals, ties away from zero."""
    return Fraction(_whole(value.numerator * 10**digits, value.denominator), 10**digits)


def half_step(fen: int) -> int:
    """Half the last digit of a 万元 figure, in 分; 0 where it is exact to the 分."""
    return next((half for step, half in HALF_STEPS if fen % step == 0), 0)


def fixed(value: Fraction | int, digits: int = 2) -> str:
    """A plain decimal with so many digits: 879.36."""
    return _decimal(value.numerator, value.denominator, digits)


def wan(fen: Fraction | int, digits: int = 2) -> str:
    """An amount of 分 in 万元, two decimals unless told: 87936000 → 879.36."""
    return _decimal(fen.numerator, fen.denominator * WAN, digits)


def percent(rate: Fraction | int) -> str:
    """0.32162 → 32.16%"""
    return _decimal(rate.numerator * 100, rate.denominator, 2) + "%"


def plain(value: Fraction | int, digits: int = 6) -> str:
    """The shortest decimal form, at most so many digits: 90, 0.5, 98.25."""
    text = fixed(value, digits)
    return text.rstrip("0").rstrip(".") if "." in text else text


def _decimal(above: int, below: int, digits: int) -> str:
    """above / below with so many digits. In whole numbers: a Fraction on the way costs more than all the rest."""
    whole = _whole(above * 10**digits, below)
    text = f"{abs(whole):0{digits + 1}d}"
    sign = "-" if whole < 0 else ""
    return sign + (f"{text[:-digits]}.{text[-digits:]}" if digits else text)


def _whole(above: int, below: int) -> int:
    """above / below to a whole number, ties away from zero."""
    if below == 1:
        return above
    whole = (2 * abs(above) + below) // (2 * below)
    return whole if above >= 0 else -whole
