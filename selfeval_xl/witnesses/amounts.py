"""A printed figure: numbers and texts with separators, how many places they have, and what is no figure."""

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.money import exact
from selfeval_xl.reading.grids import Cell, State

AMOUNT = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
NOT_APPLICABLE = frozenset({"-", "—", "–", "－", "一", "——", "--", "/", "\\"})
"""A dash, and 一 as some programs write it: no figure, and no 0."""


class Amount(Struct, frozen=True):
    """`number` as printed, without its unit; `places`: digits after the point that are proved."""

    number: Fraction
    places: int
    printed: str


def amount_of(cell: Cell | None) -> Amount | None:
    """The figure in a cell; None: blank, no figure, an error, a date."""
    if cell is None or cell.state is not State.VALUE or isinstance(cell.value, bool):
        return None
    if isinstance(cell.value, int | float):
        number = exact(cell.value, 1)
        return Amount(number, _places(repr(cell.value)), _shown(cell.value))
    if isinstance(cell.value, str):
        text = unicodedata.normalize("NFKC", cell.value).strip().replace("−", "-")
        if AMOUNT.fullmatch(text):
            plain = text.replace(",", "")
            return Amount(Fraction(plain), len(plain.partition(".")[2]), cell.value.strip())
    return None


def _places(written: str) -> int:
    exponent = Decimal(written).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _shown(value: int | float) -> str:
    return f"{Decimal(repr(value)):f}"


def is_word(cell: Cell | None) -> bool:
    """Whether a cell holds a text that is neither a figure nor a sign for none."""
    if cell is None or not isinstance(cell.value, str):
        return False
    return amount_of(cell) is None and cell.value.strip() not in NOT_APPLICABLE
