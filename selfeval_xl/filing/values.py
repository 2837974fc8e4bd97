"""What stands in a cell, taken for what its field wants: typed values, or the text that could not be read."""

import re
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing.deadlines import is_deadline
from selfeval_xl.filing.typed_numbers import typed_number
from selfeval_xl.forms import Field, Kind
from selfeval_xl.money import exact
from selfeval_xl.places import Place

Content = Fraction | str | date | None
"""Money in 分, rates as fractions, counts, areas and scores as numbers, texts, dates; None: blank."""

LIMIT = 1e15
"""No amount of 分, no count is as large."""
SHEET_DIGITS = 15
"""A spreadsheet holds and shows no more digits of a number; what is beyond comes of its arithmetic."""
DATE = re.compile(r"\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*")


class Entry(Struct, frozen=True):
    """One cell of the user's file (or of a filling): where, and what. `unreadable`: what stands there that is no
    value, and `why` it is none, where that can be told; `converted`: the text that the number was read from."""

    place: Place
    value: Content = None
    unreadable: str = ""
    why: str = ""
    converted: str = ""

    @property
    def blank(self) -> bool:
        return self.value is None and not self.unreadable

    @property
    def number(self) -> Fraction:
        """The number; 0 where there is none."""
        return self.value if isinstance(self.value, Fraction) else Fraction(0)


def entry(place: Place, raw: object, field: Field, scale: int) -> Entry:
    """The raw content as the field's kind; `scale`: 分 in one unit of a money cell (1 elsewhere).

    A number is read from text only where there is one way to read it, text only from text and plain numbers.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Entry(place)
    if isinstance(raw, bool):
        return Entry(place, unreadable="TRUE" if raw else "FALSE", why="是逻辑值，不是数字")
    if field.kind.numeric:
        return _number(place, raw, field.kind, scale if field.kind is Kind.MONEY else 1)
    if field.kind is Kind.DATE:
        return _date(place, raw)
    if field.kind is Kind.DEADLINE:
        found = _date(place, raw)
        return (
            Entry(place, raw.strip())
            if isinstance(raw, str) and found.unreadable and is_deadline(raw)
            else found
        )
    if isinstance(raw, int | float | str):
        return Entry(place, raw.strip("\n ") if isinstance(raw, str) else f"{raw}")
    if isinstance(raw, date):
        return Entry(place, f"{raw.year}-{raw.month:02d}-{raw.day:02d}")
    return Entry(place, unreadable=f"{raw}")


def _number(place: Place, raw: object, kind: Kind, scale: int) -> Entry:
    if (
        isinstance(raw, float) and kind is not Kind.MONEY
    ):  # 分 are rounded later; 15.000000000000002 people are 15
        raw = float(f"{raw:.{SHEET_DIGITS}g}")
    if isinstance(raw, int | float) and abs(raw) * scale < LIMIT:
        return Entry(place, exact(raw, scale))
    if isinstance(raw, str):
        return _from_text(place, raw, kind, scale)
    if isinstance(raw, date | time | timedelta):
        return Entry(
            place, unreadable=f"{raw}", why="是日期或时间，不是数字；请把单元格设为数值格式后重新输入"
        )
    return Entry(place, unreadable=f"{raw}", why="不是合理的数")


def _from_text(place: Place, raw: str, kind: Kind, scale: int) -> Entry:
    if raw.lstrip("=_xlfn. ").startswith("DISPIMG"):
        return Entry(place, unreadable="图片", why="不是数字；请删去图片，填入数字")
    found = typed_number(raw, kind, scale)
    if found.value is None or abs(found.value) >= LIMIT:
        return Entry(place, unreadable=raw, why=found.why or "不是合理的数")
    return Entry(place, found.value, converted=raw)


def _date(place: Place, raw: object) -> Entry:
    if isinstance(raw, datetime):
        return Entry(place, raw.date())
    if isinstance(raw, date):
        return Entry(place, raw)
    match = DATE.fullmatch(raw) if isinstance(raw, str) else None
    if match is None:
        return Entry(place, unreadable=f"{raw}")
    try:
        return Entry(place, date(*(int(part) for part in match.groups())))
    except ValueError:
        return Entry(place, unreadable=f"{raw}")
