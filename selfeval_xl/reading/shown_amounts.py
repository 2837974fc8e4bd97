"""Whether the number that is read is the number that is seen: a format may show 12345 as 1.2万元, -5 as 5, 300 as
nothing."""

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

from selfeval_xl.filing.typed_numbers import typed_number
from selfeval_xl.forms import Field, Kind
from selfeval_xl.money import WAN, exact
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.number_formats import GENERAL, Section, sections
from selfeval_xl.reading.seen import seen
from selfeval_xl.reading.shown_numbers import DIGITS, shown_number

RED = re.compile(r"\[(?:red|红色?|color ?\d+|颜色 ?\d+)\]", re.I)
"""A negative number that is red may well have no sign."""
NEGATIVE = re.compile(r"[-−－(（负△▲]")
MANTISSA = re.compile(r"\d[\d,，]*(?:\.(\d+))?|\.(\d+)")
RATIO = re.compile(r"(-?)(?:(\d+) +)?(\d+) */ *(\d+)")
MEASURED = re.compile(r"[\d零一二三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟元%‰]")
"""What in the words of a format may change what its digits say."""
PRINTED = {Kind.MONEY: Fraction(WAN, 200), Kind.SCORE: Fraction(1, 200), Kind.AREA: Fraction(1, 200)}
"""Half the last digit that is printed of a figure (of an amount in 分): what is less is no other number."""
OTHER, ROUNDED = "R-40", "R-42"


def otherwise_seen(cell: Cell, field: Field, scale: int) -> tuple[str, str] | None:
    """Rule and message where the number that is seen in a cell is another than the one it holds (R-40), or lacks digits
    that are printed (R-42); `scale`: 分 in one unit of a money cell, 1 elsewhere."""
    value = cell.value
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if cell.shown is None and (not cell.code or _faithful(cell.code, field.kind)):
        return None
    if cell.shown is None and shown_number(value, cell.code) is None:
        why = f"本程序不认得它的格式“{cell.code}”，单元格里存的是 {_held(cell)}；按存的数读入"
        return ROUNDED, why
    text, held = seen(cell).text, exact(float(f"{value:.{DIGITS}g}"), scale)
    if not text.strip() and not held:
        return None  # many sheets show no naught
    read = _understood(text, field.kind, scale)
    if read is None or not _rounds(held, *read, RED.search(cell.code) is not None):
        look = f"看到的是“{text}”" if text.strip() else "看上去是空白"
        return OTHER, f"{look}，单元格里存的是 {_held(cell)}；按存的数读入"
    if field.formula is None and abs(abs(held) - abs(read[0])) >= PRINTED.get(field.kind, 1):
        return ROUNDED, f"看到的是“{text}”，单元格里存的是 {_held(cell)}；按存的数读入和印出"
    return None


def _held(cell: Cell) -> str:
    return seen(Cell(cell.value)).text


@lru_cache(maxsize=1024)
def _faithful(code: str, kind: Kind) -> bool:
    """Whether every number under this code is seen as itself, two decimals or more of it: nearly all formats."""
    if code.casefold() == GENERAL.casefold():
        return True
    every = sections(code)[:3]
    if any(section.when or section.numerals for section in every):
        return False
    signed = (
        len(every) == 1 or bool(RED.search(code)) or any(NEGATIVE.search(t.text) for t in every[1].tokens)
    )
    return signed and all(_as_it_is(section, kind) for section in every[:2])


def _as_it_is(section: Section, kind: Kind) -> bool:
    if section.has("unknown", "exponent", "/", "@") or section.dated:
        return False
    if section.has("%") != (kind is Kind.RATE) or not section.has("digits", "general"):
        return False
    if any(
        MEASURED.search(unicodedata.normalize("NFKC", t.text)) for t in section.tokens if t.kind == "literal"
    ):
        return False
    enough = kind in (Kind.RATE, Kind.COUNT) or _places(section) >= 2
    return section.has("general") or (enough and not _trailing_comma(section))


def _places(section: Section) -> int:
    points = [at for at, token in enumerate(section.tokens) if token.kind == "."]
    behind = section.tokens[points[0] :] if points else ()
    return sum(len(token.text) for token in behind if token.kind == "digits")


def _trailing_comma(section: Section) -> bool:
    last = max(at for at, token in enumerate(section.tokens) if token.kind == "digits")
    return any(token.kind == "," for token in section.tokens[last:])


def _understood(text: str, kind: Kind, scale: int) -> tuple[Fraction, Fraction] | None:
    """The number that a person sees, and the worth of its last digit; None: no number, or more than one."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if ratio := RATIO.fullmatch(plain):
        below = int(ratio[4])
        if not below:
            return None
        number = Fraction(int(ratio[3]), below) + int(ratio[2] or 0)
        return (-number if ratio[1] else number) * scale, Fraction(scale, below)
    found = list(MANTISSA.finditer(plain))
    if len(found) != 1 and not re.search(r"\de[+-]?\d", plain, re.I):
        spelt = typed_number(plain, kind, scale).value if not found else None
        return None if spelt is None else (spelt, Fraction(0))
    first = found[0]
    behind = first[1] or first[2] or ""
    last = "0." + "0" * (len(behind) - 1) + "1" if behind else "1"
    worth = [
        _number(plain[: first.start()] + digits + plain[first.end() :], kind, scale)
        for digits in (first[0], last)
    ]
    return None if worth[0] is None or worth[1] is None else (worth[0], abs(worth[1]))


def _number(text: str, kind: Kind, scale: int) -> Fraction | None:
    """As if somebody had typed it; words that measure nothing left out, ¥ taken for what stands in the unit of the
    sheet."""
    share = text.endswith(("%", "‰"))
    if share and kind is not Kind.RATE:
        return None  # who typed 12.5 into a cell of that format has 0.125 in it
    read = typed_number(text, kind, scale).value
    if read is not None:
        return read
    if kind is Kind.RATE and not share:
        return typed_number(text, Kind.SCORE, 1).value
    bare = re.sub(r"[^\d.,e()+-]", "", text, flags=re.I)
    rest = MANTISSA.sub("", text)
    return None if MEASURED.search(rest) else typed_number(bare, kind, scale).value


def _rounds(held: Fraction, number: Fraction, step: Fraction, red: bool) -> bool:
    """Whether what is seen is what is held, but for the digits that are not shown."""
    near = abs(held - number) <= step / 2 or abs(held - number) * 10**9 <= abs(held)
    return near or (red and held < 0 and abs(held + number) <= step / 2)
