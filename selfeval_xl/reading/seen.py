"""What a person sees in a cell where a text is wanted, and what of it is no text."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from msgspec import Struct

from selfeval_xl.money import exact
from selfeval_xl.money import plain as decimal
from selfeval_xl.reading.grids import Cell, State
from selfeval_xl.reading.number_formats import GENERAL
from selfeval_xl.reading.shown_numbers import DIGITS, general, shown_number, shown_text

MOST_DIGITS = 10**DIGITS
_POWER = re.compile(r"\dE[+-]?\d", re.I)
_PART = re.compile(r"[A-Za-z]+|\d+|[〇零一二三四五六七八九十壹贰叁肆伍陆柒捌玖拾]+")
_YEAR = re.compile(r"(?<!\d)(\d{4}|[〇一二三四五六七八九]{4})(?!\d)")


class Seen(Struct, frozen=True):
    """The text; and `held`: what the cell holds, where that cannot be told from what is seen."""

    text: str
    held: str = ""


def seen(cell: Cell) -> Seen:
    """What is seen of the cell of a text field: numbers and dates in the format that the cell has."""
    value = cell.value
    if cell.state is not State.VALUE or value is None or isinstance(value, bool):
        return Seen("" if value is None else f"{value}")
    if cell.shown is not None:
        return Seen(cell.shown, _held(value, cell.shown))
    if isinstance(value, str):
        look = shown_text(value, cell.code) if cell.code else value
        return Seen(look, "" if look.strip() else value)
    text = shown_number(value, cell.code or GENERAL)
    if text is not None:
        return Seen(text, _held(value, text))
    plain = general(value) if isinstance(value, int | float) else _plain(value)
    return Seen(plain, f"{_plain(value)}（本程序不认得它的格式“{cell.code}”）")


def _held(value: str | int | float | date | datetime | time | timedelta, text: str) -> str:
    """What the cell holds, where digits are lost, a date came of what was typed (3-5), or nothing is seen."""
    if not text.strip("#＃ "):
        return _plain(value)
    if not isinstance(value, int | float):
        if not isinstance(value, date):  # a length of time, which calamine gives as a text of an .ods
            return _plain(value)
        return "" if _YEAR.search(text) or len(parts_of(text)) > 2 else _plain(value)
    if abs(value) >= MOST_DIGITS or (_POWER.search(text) and not _same(value, text)):
        return _plain(value)
    return ""


def parts_of(text: str) -> list[str]:
    """The numbers and names of a date that is seen: three of year, month and day."""
    return _PART.findall(text)


def _same(value: int | float, text: str) -> bool:
    try:
        return float(text) == value
    except ValueError:
        return False


def _plain(value: object) -> str:
    """A number with all its digits, as far as a spreadsheet has them."""
    if isinstance(value, int | float):
        return decimal(exact(float(f"{value:.{DIGITS}g}"), 1), DIGITS)
    return f"{value}"


_PICTURE = re.compile(r"=?\s*(_xlfn\.)*(DISPIMG|IMAGE)\s*\(", re.I)
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|[A-Z_]{4,}!)|Err:\d{3}", re.I)
_NARROW = re.compile(r"#{3,}")
_FORMULA = re.compile(
    r"=.*?([A-Z]+\s*\(|\$?[A-Z]{1,3}\$?\d+(?=\s*([-+*/^&,:)=<>]|$))|\d\s*[-+*/^]\s*[\d(])", re.I | re.S
)
_NOTHING = re.compile(r"nan|nat|null|none|undefined|\(null\)|<null>", re.I)
_GARBLED = re.compile("\ufffd|锟斤拷|烫烫烫|屯屯屯")
_LOST = re.compile(r"[?？]{3,}")
_KINDS = (
    (_PICTURE, "是图片，不是文字"),
    (_ERROR, "是公式出错的结果，不是文字"),
    (_NARROW, "是列太窄时的显示，不是文字"),
    (_FORMULA, "是存成文字的公式，没有计算"),
    (_NOTHING, "是其他程序导出的空值，不是文字"),
    (_LOST, "是丢失的文字"),
)


def no_text(text: str) -> str:
    """Why a text is none, as a clause that goes on after it; empty for a text."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for pattern, why in _KINDS:
        if (pattern.match if pattern in (_PICTURE, _FORMULA) else pattern.fullmatch)(plain):
            return why
    return "里有乱码" if garbled(text) else ""


def is_error(text: str) -> bool:
    """Whether it is what a formula that went wrong shows, be it as a text: #N/A, Err:502."""
    return _ERROR.fullmatch(text.strip()) is not None


def garbled(text: str) -> bool:
    """Whether signs of it were lost on the way from another program; the rest may be what was meant."""
    return _GARBLED.search(text) is not None
