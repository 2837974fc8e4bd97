"""Numbers as people type them into a cell as text: read where there is one way to read them, else asked for.

Certain are full-width digits, thousands separators, brackets for a negative amount, the unit in the cell, 98% in a
cell for rates, and Chinese numerals in full (壹仟贰佰叁拾肆). Whatever could be two numbers is none.
"""

import re
import unicodedata
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN, YUAN

UNITS: dict[Kind, dict[str, int]] = {
    Kind.MONEY: {
        "元": YUAN,
        "千元": YUAN * 1_000,
        "万元": WAN,
        "万": WAN,
        "亿元": WAN * 10_000,
        "亿": WAN * 10_000,
    },
    Kind.COUNT: dict.fromkeys(("人", "名", "个", "辆", "台", "批", "批次", "人次", "次"), 1),
    Kind.AREA: dict.fromkeys(("㎡", "m2", "平方米", "平米"), 1),
    Kind.SCORE: {"分": 1},
}
"""What one unit counts: money in 分, all else as it is."""
NIL = frozenset(
    {"-", "--", "—", "——", "–", "/", "\\", "无", "没有", "未发生", "不涉及", "×", "x", "n/a", "na"}
)
ABOUT = re.compile(
    r"(约|大约|近|将近|超|超过|不足|至少|不低于|不超过|[≥≤><~≈]).*|.*(左右|上下|余|多|以上|以内|以下)(\D*)"
)
GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])(?:\.[0-9]+)?"
PLAIN = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
NUMBER = re.compile(rf"([+-]?)({GROUPED}|{PLAIN})(?:e([+-]?[0-9]{{1,2}}))?")
BRACKETED = re.compile(r"\(([^()]+)\)(.*)")
CHINESE = re.compile(r"负?[零一二三四五六七八九十百千万亿点壹贰叁肆伍陆柒捌玖拾佰仟]+")
MINUS = str.maketrans("−﹣‐‑", "----")
UNIT_POWER = re.compile(r"(?<=m)[²³]")
LONGEST = 60
"""Signs of a text that may be a number, blanks left out. 壹仟… down to the 分 has 30; Python takes no 4,301 digits."""


class Reading(Struct, frozen=True):
    """The number (money in 分, rates as fractions); None where it is not certain, and `why`: a clause that goes
    on after the text."""

    value: Fraction | None = None
    why: str = ""


def typed_number(text: str, kind: Kind, scale: int) -> Reading:
    """The number that a text stands for in a cell of this kind; `scale`: 分 in one unit of a money cell (1 elsewhere)."""
    if marked(text):
        return Reading(why="不是数字：数字旁有角标或序号，请只填数字")
    plain = _plain(text)
    if len(plain) > LONGEST:
        return Reading(why="不是数字：太长，请只填数字")
    if plain in NIL:
        return Reading(why="看不出是 0 还是没有填；没有请填 0，不知道请留空")
    if ABOUT.fullmatch(plain):
        return Reading(why="不是准确的数，请填准确数")
    match = BRACKETED.fullmatch(plain)
    found = _with_unit(match[1] + match[2], kind, scale) if match else _with_unit(plain, kind, scale)
    if match and found.value:
        # (−5) would be read as 5 by some and as −5 by others.
        return Reading(-found.value) if found.value > 0 else Reading(why="括号和负号不要同时用，请只填数字")
    return found


def marked(text: str) -> bool:
    """Whether a sign would become a digit that it is not: 5① is no 51, 10² no 102. The 2 of ㎡ and m² is a unit's."""
    return not text.isascii() and any(_is_mark(sign) for sign in UNIT_POWER.sub("", text))


def _is_mark(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category == "No" or (category != "Nd" and unicodedata.normalize("NFKC", sign)[0].isdecimal())


def _plain(text: str) -> str:
    """Full-width signs as narrow ones, all kinds of blanks and minus signs as one."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(MINUS).casefold().split())


def _with_unit(text: str, kind: Kind, scale: int) -> Reading:
    match = NUMBER.match(text)
    if match is None:
        return _chinese(text, kind, scale)
    rest = text[match.end() :].strip()
    number = Fraction(match[2].replace(",", "")) * Fraction(10) ** int(match[3] or 0)
    return _measured(-number if match[1] == "-" else number, rest, kind, scale)


def _measured(number: Fraction, unit: str, kind: Kind, scale: int) -> Reading:
    if kind is Kind.RATE:
        # 98 may be 98 % or 9800 %; 0.98 may be 0.98 %, where others write the sign.
        return Reading(number / 100) if unit == "%" else Reading(why="看不出是百分之几，请写成 98% 的样子")
    if not unit:
        return Reading(number * scale)
    worth = UNITS.get(kind, {}).get(unit)
    if worth is None:
        return Reading(why=f"不是数字：不认得“{unit}”，请只填数字")
    return Reading(number * worth)


def _chinese(text: str, kind: Kind, scale: int) -> Reading:
    match = CHINESE.match(text.rstrip("整正"))
    if match is None or not any(sign not in "万亿" for sign in match[0]):
        return Reading(why="不是数字")
    # cn2an takes 0.05 s to import, and hardly any file needs it.
    from cn2an import cn2an

    try:
        number = Fraction(repr(cn2an(match[0], "strict")))
    except ValueError:
        return Reading(why="不是完整的中文数字，请改填阿拉伯数字")
    return _measured(number, text.rstrip("整正")[match.end() :].strip(), kind, scale)
