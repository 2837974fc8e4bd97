"""What stands in a cell, taken for what its field wants: typed values, or the text that could not be read."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from selfeval_xl.forms import Field, Kind
from selfeval_xl.money import exact
from selfeval_xl.places import Place

Content = Fraction | str | date | None
"""Money in 分, rates as fractions, counts, areas and scores as numbers, texts, dates; None: blank."""

DATE = re.compile(r"\s*(\d{4})\s*[-./年]\s*(\d{1,2})\s*[-./月]\s*(\d{1,2})\s*日?\s*")


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of the user's file (or of a filling): where, and what. `unreadable`: why it is not a value."""

    place: Place
    value: Content = None
    unreadable: str = ""

    @property
    def blank(self) -> bool:
        return self.value is None and not self.unreadable


def entry(place: Place, raw: object, field: Field, scale: int) -> Entry:
    """The raw content as the field's kind; `scale`: 分 in one unit of a money cell (1 elsewhere).

    Numbers are never guessed from text, text never from anything but text and plain numbers.
    """
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return Entry(place)
    if isinstance(raw, bool):
        return Entry(place, unreadable="逻辑值")
    if field.kind.numeric:
        return _number(place, raw, scale if field.kind is Kind.MONEY else 1)
    if field.kind is Kind.DATE:
        return _date(place, raw)
    if isinstance(raw, int | float | str):
        return Entry(place, raw.strip("\n ") if isinstance(raw, str) else f"{raw}")
    if isinstance(raw, date):
        return Entry(place, f"{raw.year}-{raw.month:02d}-{raw.day:02d}")
    return Entry(place, unreadable=f"{raw}")


def _number(place: Place, raw: object, scale: int) -> Entry:
    if isinstance(raw, int | float) and abs(raw) * scale < 1e15:
        return Entry(place, exact(raw, scale))
    return Entry(place, unreadable=f"{raw}")


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
