"""Dates and times as Chinese Excel shows them, by the code of their format."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from selfeval_xl.reading.number_formats import Section, Token

EPOCH, EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
LAST = 2_958_466
"""Serial numbers of dates end with the year 9999."""
NARROW = "########"
"""What is seen where a number is no date, or a column too narrow."""
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_NUMERALS = {1: "〇一二三四五六七八九十", 2: "零壹贰叁肆伍陆柒捌玖拾"}

Moment = int | float | date | datetime | time | timedelta


def moment(serial: int | float, epoch: datetime = EPOCH) -> datetime | None:
    """The date of a serial number, to the millisecond, as Excel holds it; None outside of the dates."""
    if not 0 <= serial < LAST:
        return None
    return epoch + timedelta(milliseconds=round(serial * 86_400_000))


def serial(value: date | datetime | time | timedelta, epoch: datetime = EPOCH) -> int | float:
    """The number that the cell of a date or a time holds."""
    if isinstance(value, time):
        value = datetime.combine(epoch, value)
    elif isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time())
    days = (value if isinstance(value, timedelta) else value - epoch) / timedelta(days=1)
    return int(days) if days.is_integer() else days


def shown_moment(value: Moment, section: Section) -> str | None:
    """The date or time as it is seen; None for a code that is beyond us."""
    if section.has("unknown", "digits", "general") or section.numerals not in (0, *_NUMERALS):
        return None
    number = value if isinstance(value, int | float) else serial(value)
    at = value if isinstance(value, datetime) else moment(number)
    if at is None:
        return NARROW
    if (
        not section.has("elapsed", "clock")
        and number < 1
        and any(t.text[0] in "yda" for t in _dates(section))
    ):
        return None  # 1900-01-00
    return "".join(_pieces(section, at, number)).strip()


def _dates(section: Section) -> list[Token]:
    return [token for token in section.tokens if token.kind == "date"]


def _pieces(section: Section, at: datetime, number: int | float) -> list[str]:
    twelve = section.has("clock")
    out = []
    for place, token in enumerate(section.tokens):
        if token.kind == "clock":
            first, second = ("上午", "下午") if token.text == "上午/下午" else token.text.upper().split("/")
            out.append(first if at.hour < 12 else second)
        elif token.kind == "elapsed":
            out.append(_elapsed(token.text, number))
        elif token.kind == "date" and token.text[0] == "m" and _minutes(section.tokens, place):
            out.append(_counted(at.minute, token.text, section))
        elif token.kind == "date":
            out.append(_piece(token.text, at, section, twelve))
        else:
            out.append(token.text)
    return out


def _minutes(tokens: Sequence[Token], place: int) -> bool:
    """m stands for minutes behind an hour and before seconds."""
    kinds = ("date", "elapsed")
    before = next((t.text[0] for t in reversed(tokens[:place]) if t.kind in kinds), "")
    after = next((t.text[0] for t in tokens[place + 1 :] if t.kind in kinds), "")
    return len(tokens[place].text) < 3 and (before == "h" or after == "s")


def _elapsed(text: str, number: int | float) -> str:
    seconds = round(number * 86_400)
    return f"{seconds // {'h': 3600, 'm': 60, 's': 1}[text[0]]:0{len(text)}d}"


def _piece(text: str, at: datetime, section: Section, twelve: bool) -> str:
    match text[0]:
        case "y" | "e":
            year = f"{at.year}" if len(text) > 2 or text[0] == "e" else f"{at.year % 100:02d}"
            return "".join(_NUMERALS[section.numerals][int(d)] for d in year) if section.numerals else year
        case "m" if len(text) > 2:
            return _month(text, at.month, section)
        case "m":
            return _counted(at.month, text, section)
        case "d" if len(text) > 2:
            return _weekday(text, at, section.chinese)
        case "a":
            return _weekday("dddd" if len(text) > 3 else "aaa", at, True)
        case "d":
            return _counted(at.day, text, section)
        case "h":
            return _counted((at.hour % 12 or 12) if twelve else at.hour, text, section)
        case _:
            whole, _, part = text.partition(".")
            more = f".{at.microsecond / 1e6:.{len(part)}f}".replace(".0.", ".", 1) if part else ""
            return _counted(at.second, whole, section) + more


def _month(text: str, month: int, section: Section) -> str:
    if section.chinese:
        return f"{_numeral(month, _NUMERALS[1])}月"
    name = _MONTHS[month - 1]
    return name[:3] if len(text) == 3 else name[0] if len(text) == 5 else name


def _weekday(text: str, at: datetime, chinese: bool) -> str:
    if chinese:
        day = "一二三四五六日"[at.weekday()]
        return {"ddd": f"周{day}", "aaa": day}.get(text, f"星期{day}")
    name = _DAYS[at.weekday()]
    return name[:3] if len(text) == 3 else name


def _counted(number: int, text: str, section: Section) -> str:
    if section.numerals:
        return _numeral(number, _NUMERALS[section.numerals])
    return f"{number:0{min(len(text), 2)}d}"


def _numeral(number: int, signs: str) -> str:
    """十, 十一, 二十一: as days and months are told."""
    tens, ones = divmod(number, 10)
    if not tens:
        return signs[ones]
    lead = signs[tens] if tens > 1 or signs[1] == "壹" else ""
    return lead + signs[10] + (signs[ones] if ones else "")
