"""Codes of number formats, and what they are made of: which one a style of an .xlsx has, what Chinese Excel shows
under the numbers of the built-in ones (ECMA-376 part 1, 18.8.30, and its table for zh-cn)."""

import posixpath
import re
from functools import lru_cache

from msgspec import Struct

from selfeval_xl.reading.packages import Parts, elements, key

GENERAL = "General"
TEXT = "@"
_YEAR_MONTH, _MONTH_DAY, _DATE = 'yyyy"年"m"月"', 'm"月"d"日"', 'yyyy"年"m"月"d"日"'
_CLOCK, _SECONDS = '上午/下午h"时"mm"分"', '上午/下午h"时"mm"分"ss"秒"'
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: '"¥"#,##0;"¥"-#,##0', 6: '"¥"#,##0;"¥"-#,##0',
    7: '"¥"#,##0.00;"¥"-#,##0.00', 8: '"¥"#,##0.00;"¥"-#,##0.00', 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: _YEAR_MONTH, 28: _MONTH_DAY, 29: _MONTH_DAY, 30: "m-d-yy", 31: _DATE, 32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"', 34: _CLOCK, 35: _SECONDS, 36: _YEAR_MONTH,
    37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', 42: '_ "¥"* #,##0_ ;_ "¥"* -#,##0_ ;_ "¥"* "-"_ ;_ @_ ',
    43: '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ ',
    44: '_ "¥"* #,##0.00_ ;_ "¥"* -#,##0.00_ ;_ "¥"* "-"??_ ;_ @_ ',
    45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss.0", 48: "##0.0E+0", 49: TEXT,
    50: _YEAR_MONTH, 51: _MONTH_DAY, 52: _YEAR_MONTH, 53: _MONTH_DAY, 54: _MONTH_DAY, 55: _CLOCK, 56: _SECONDS,
    57: _YEAR_MONTH, 58: _MONTH_DAY,
}  # fmt: skip
LONG_DATE, LONG_TIME = "f800", "f400"
"""What [$-F800] and [$-F400] stand for: the long date and the time of the computer, whatever else the code says."""


class Token(Struct, frozen=True):
    """A piece of a code. Kinds: literal, digits (0 # ?), date, elapsed, clock (AM/PM), exponent, general, unknown;
    `. , % / @` are their own."""

    kind: str
    text: str


class Section(Struct, frozen=True):
    """What stands between two semicolons. `when`: its condition, as operator and limit; `numerals`: 1 and 2 of
    [DBNum1] and [DBNum2], else 0; `chinese`: names of months and days are so."""

    tokens: tuple[Token, ...]
    when: tuple[str, float] | None = None
    numerals: int = 0
    chinese: bool = False

    @property
    def dated(self) -> bool:
        return any(token.kind in ("date", "elapsed", "clock") for token in self.tokens)

    def has(self, *kinds: str) -> bool:
        return any(token.kind in kinds for token in self.tokens)


_TOKEN = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<blank>_.)|(?P<fill>\*.)|\[(?P<bracket>[^\]]*)\]'
    r"|(?P<general>general|g/通用格式)|(?P<clock>am/pm|a/p|上午/下午)|(?P<exponent>e[+-])"
    r"|(?P<date>y+|m+|d+|h+|s+(?:\.0+)?|aaaa?|e+(?![+-]))|(?P<digits>[0#?]+)|(?P<sign>[.,%/@])"
    r"|(?P<unknown>[bgn])|(?P<literal>.)",
    re.I | re.S,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.I)
_WHEN = re.compile(r"(<=|>=|<>|=|<|>)(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-(.*))?", re.S)
_SHAPES = {"1e": 1, "1f": 2, "20": 3}
"""[$-1E000804] is [DBNum1][$-804], as LibreOffice writes it."""
_CHINESE = ("804", "404", "c04", "1004", "1404")


@lru_cache(maxsize=1024)
def sections(code: str) -> tuple[Section, ...]:
    """The sections of a code, at most four; at least one."""
    parts: list[list[re.Match[str]]] = [[]]
    for match in _TOKEN.finditer(code):
        if match["literal"] == ";":
            parts.append([])
        else:
            parts[-1].append(match)
    return tuple(_section(part) for part in parts[:4])


@lru_cache(maxsize=1024)
def is_date(code: str) -> bool:
    """Whether a number under this code is a date or a time: what its section for positive numbers says."""
    return sections(code)[0].dated


def _section(matches: list[re.Match[str]]) -> Section:
    tokens: list[Token] = []
    when, numerals, chinese = None, 0, False
    for match in matches:
        bracket = match["bracket"]
        if bracket is None:
            tokens.append(_token(match))
        elif _ELAPSED.fullmatch(bracket):
            tokens.append(Token("elapsed", bracket.lower()))
        elif condition := _WHEN.fullmatch(bracket):
            when = condition[1], float(condition[2])
        elif currency := _CURRENCY.fullmatch(bracket):
            place = (currency[2] or "").lower()
            if place in (LONG_DATE, LONG_TIME):
                return _section(list(_TOKEN.finditer(_DATE if place == LONG_DATE else "h:mm:ss")))
            chinese = chinese or place.lstrip("0")[-4:].lstrip("0") in _CHINESE
            numerals = numerals or _SHAPES.get(place[:-6], 0)
            tokens.append(Token("literal", currency[1]))
        elif bracket.lower().startswith("dbnum"):
            numerals = int(bracket[5:]) if bracket[5:].isdecimal() else 9
    return Section(tuple(tokens), when, numerals, chinese)


def _token(match: re.Match[str]) -> Token:
    kind, text = match.lastgroup or "", match[match.lastgroup or 0]
    if kind in ("quoted", "escaped"):
        return Token("literal", text)
    if kind in ("blank", "fill"):
        return Token("literal", " " if kind == "blank" else "")
    if kind == "sign":
        return Token(text, text)
    return Token(kind, text if kind == "literal" else text.lower())


class Styles(Struct, frozen=True):
    """By the style of a cell (`s`): the codes that numbers of these styles are shown by, General left out; and those
    that add something to a text. `dates`: the styles of dates."""

    numbers: dict[bytes, str]
    texts: dict[bytes, str]

    @property
    def dates(self) -> set[int]:
        return {int(style) for style, code in self.numbers.items() if is_date(code)}


def styles_of(parts: Parts, main: str) -> Styles:
    """Those of a workbook; none where it has none, or none that can be read."""
    name = key(posixpath.join(posixpath.dirname(main), "styles.xml"))
    if name not in parts or parts[name].broken:
        return Styles({}, {})
    own = {f.get("numFmtId", ""): f.get("formatCode", "") for f in elements(parts, name, "numFmt", "numFmts")}
    return by_style([cell.get("numFmtId", "0") for cell in elements(parts, name, "xf", "cellXfs")], own)


def by_style(numbers: list[str], own: dict[str, str]) -> Styles:
    """`numbers`: the number of each style's format; `own`: the workbook's codes by their numbers."""
    built_in = {f"{number}": code for number, code in BUILT_IN.items()}
    codes = [own.get(number) or built_in.get(number, GENERAL) for number in numbers]
    return Styles(
        {b"%d" % at: code for at, code in enumerate(codes) if code.lower() != GENERAL.lower()},
        {b"%d" % at: code for at, code in enumerate(codes) if for_texts(code) is not None},
    )


@lru_cache(maxsize=1024)
def for_texts(code: str) -> Section | None:
    """The section that adds something to a text, or hides it; None: a text is shown as it is."""
    every = sections(code)
    found = next((section for section in every if section.has("@")), every[3] if len(every) > 3 else None)
    if found is None:
        return None
    added = any(token.kind != "@" and token.text.strip() for token in found.tokens)
    return found if added or not found.has("@") else None
