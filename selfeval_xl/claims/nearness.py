"""Whether a printed number is one slip of the hand away from what it should be."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from selfeval_xl.money import fixed
from selfeval_xl.statements.quantities import MONEY, Quantity, decimals

_SHIFTS = (1, 2, 3, 4, 8)
SIGNIFICANT = 3
"""Digits that a number must have for a slip to say something: any two numbers of two digits look alike."""


def slip(said: Quantity, wanted: Fraction) -> str:
    """The slip that makes what is said of what is wanted; "" for none. Both in base units."""
    if not wanted or not said.value or said.value == wanted:
        return ""
    if abs(said.value) == abs(wanted) and (said.value < 0) != (wanted < 0):
        return "正负号相反"
    for power in _SHIFTS:
        for factor in (Fraction(10**power), Fraction(1, 10**power)):
            if abs(abs(said.value) * factor - abs(wanted)) <= said.half * max(factor, Fraction(1)):
                return (
                    "相差一万倍，疑似金额单位写错"
                    if power in (4, 8) and said.dimension == MONEY
                    else "小数点错位或多漏一位"
                )
    return _in_print(digits_of(said), fixed(abs(wanted) / said.unit, decimals(said.number)))


_LEADING = 4
"""A slip in a later digit of an amount is not told from rounding."""


def slips(said: Quantity) -> Iterator[Fraction]:
    """What may have been meant by a number in which one of its first digits is wrong, or two neighbours are exchanged."""
    digits = digits_of(said)
    places = [at for at, sign in enumerate(digits) if sign.isdigit()]
    for at in places[:_LEADING]:
        worth = Fraction(10) ** (_ones(digits) - at - (at < _ones(digits)))
        for digit in range(10):
            if digit != int(digits[at]) and not (at == 0 and not digit and len(places) > 1):
                yield said.value + (digit - int(digits[at])) * worth * said.unit
    for first, second in pairwise(places[: _LEADING + 1]):
        if digits[first] != digits[second] and digits[second] != "0":
            turned = (
                digits[:first]
                + digits[second]
                + digits[first + 1 : second]
                + digits[first]
                + digits[second + 1 :]
            )
            yield Fraction(turned) * said.unit


def _ones(digits: str) -> int:
    """Where the decimal point stands, or would."""
    return digits.index(".") if "." in digits else len(digits)


def digits_of(said: Quantity) -> str:
    return said.number.replace(",", "").lstrip("-")


def _in_print(said: str, wanted: str) -> str:
    if said == wanted or sum(sign.isdigit() for sign in wanted.lstrip("0.")) < SIGNIFICANT:
        return ""
    if len(said) == len(wanted):
        unlike = [at for at, (a, b) in enumerate(zip(said, wanted, strict=True)) if a != b]
        if len(unlike) == 1:
            return "一位数字之差"
        digits = [at for at, sign in enumerate(said) if sign.isdigit()]
        if len(unlike) == 2 and (unlike[0], unlike[1]) in list(pairwise(digits)):
            first, second = unlike
            if said[first] == wanted[second] and said[second] == wanted[first]:
                return "相邻两位数字颠倒"
    longer, shorter = sorted((said, wanted), key=len, reverse=True)
    if len(longer) == len(shorter) + 1 and any(
        longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer))
    ):
        return "多写或漏写一位数字"
    return ""
