"""How a figure comes to be wrong: the slips of the hand that are tried on a cell, each with what would be right."""

from collections.abc import Iterator
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from selfeval_xl.money import fixed, plain

SHORTEST = 2
"""An amount is looked at with two decimals at least: 900 is a slip away from 900.05."""

TIMES = 10**4
"""元 in one 万元."""
DIGITS_ENOUGH = 100
"""An amount is known to be another's ten-thousandth only if half its last digit is at most so small a part of it."""


class Slip(StrEnum):
    """In the order of belief: what fits by chance least often comes first; MISSING is as likely as COLUMN, beside which
    alone it is told. {cell}: the cell that it speaks of."""

    SWAPPED = "相邻两位数字颠倒"
    SIGN = "正负号相反"
    YUAN = "该表以万元为单位，疑似按元填写"
    SCALE = "相差一万倍，疑似元、万元混填"
    EXCHANGED = "两格疑似填颠倒"
    DIGIT = "一位数字之差"
    SHIFTED = "小数点错位"
    COLUMN = "现与{cell}相同，疑似抄错列"
    MISSING = "疑似漏填"
    OMITTED = "疑似漏加{cell}"
    TWICE = "疑似重复计入{cell}"
    ROW = "现与{cell}相同，疑似抄错行"
    EXTRA = "多输或漏输一位数字"

    @property
    def rank(self) -> int:
        return list(Slip).index(Slip.COLUMN if self is Slip.MISSING else self)


def slips(value: Fraction, unit: int, money: bool) -> Iterator[tuple[Slip, Fraction]]:
    """What may have been meant by a typed number, with the slip that made this of it.

    `value` counts in smallest steps (分 for money), `unit` is how many of them one unit of the cell holds. A 0 is
    no slip: it says that there is nothing.
    """
    if not value:
        return
    yield Slip.SIGN, -value
    if money:
        for power in (4, -4):
            yield Slip.SCALE, value * Fraction(10) ** power
        for power in (1, -1, 2, -2, 3, -3):
            yield Slip.SHIFTED, value * Fraction(10) ** power
    sign = -1 if value < 0 else 1
    text = _typed(abs(value) / unit, money)
    for slip, other in _texts(text):
        # Nobody types 00.00 for 0, and where a digit too many was typed there is one left.
        written = not (slip is Slip.DIGIT and other[:1] == "0" and other[1:2].isdecimal())
        if other != text and written and (other.strip("0.") or slip is Slip.DIGIT):
            yield slip, sign * Fraction(other) * unit


def ten_thousandth(value: Fraction, meant: Fraction, unit: int) -> bool:
    """Whether `value` is a ten-thousandth of what was meant, as far as its digits go: 0.001697 of 16.967208."""
    decimals = len(_typed(abs(value) / unit, money=True).partition(".")[2])
    half = Fraction(unit, 2 * 10**decimals)
    return abs(meant / TIMES - value) <= half <= abs(value) / DIGITS_ENOUGH


def _typed(number: Fraction, money: bool) -> str:
    """The number as it was typed, near enough."""
    short = plain(number)
    decimals = len(short.partition(".")[2])
    return fixed(number, SHORTEST) if money and decimals < SHORTEST else short


def _texts(text: str) -> Iterator[tuple[Slip, str]]:
    digits = [at for at, sign in enumerate(text) if sign.isdecimal()]
    for at, after in pairwise(digits):
        yield Slip.SWAPPED, text[:at] + text[after] + text[at + 1 : after] + text[at] + text[after + 1 :]
    for at in digits:
        for digit in "0123456789":
            yield Slip.DIGIT, text[:at] + digit + text[at + 1 :]
            yield Slip.EXTRA, text[:at] + digit + text[at:]
        yield Slip.EXTRA, text[:at] + text[at + 1 :]
