"""A small grammar of what stands in 年度指标值 and 实际完成值: a sign, a number or a range of two, a unit; or a day.

    quantity = [sign] number [unit] [sign]        ≥50个 · 98%以上 · 不超过90万元 · 90万元以内 · 至少3次
             | number [unit] to number [unit]     50-60 · 50～60个 · 50%至60%
    day      = [year 年] month 月 [day 日 | 底] [前]   2023年12月底前 · 12月31日前 · 2023-12-20

What is not of this grammar is None: never a guess.
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction

SIGNS_BEFORE = {
    "≥": "≥ ≧ >= 不低于 不少于 不小于 大于等于 大于或等于 至少 达到",
    "≤": "≤ ≦ <= 不高于 不超过 不多于 不大于 小于等于 小于或等于 至多 最多 控制在",
    "＞": "> 大于 高于 超过 多于",
    "＜": "< 小于 低于 少于",
    "=": "= 等于",
}
SIGNS_AFTER = {"≥": "以上 及以上 (含)以上 (含)及以上", "≤": "以内 以下 之内 及以下 (含)以下 (含)以内"}
"""民法典 第一千二百五十九条: 以上, 以下, 以内 include the number itself."""


def _longest_first(words: dict[str, str]) -> dict[str, str]:
    pairs = [(word, sign) for sign, listed in words.items() for word in listed.split()]
    return dict(sorted(pairs, key=lambda pair: -len(pair[0])))


BEFORE, AFTER = _longest_first(SIGNS_BEFORE), _longest_first(SIGNS_AFTER)

UNIT_NAMES = {"百分比": "%", "百分之": "%", "m2": "平方米", "平米": "平方米", "km": "千米", "公里": "千米",
              "kg": "千克", "公斤": "千克"}  # fmt: skip
MULTIPLES = {"亿": 10**8, "万": 10**4, "千": 10**3}

NUMBER = r"-?\d+(?:\.\d+)?"
AMOUNT = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[^\d\-~]*)")
RANGE = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?P<first>[^\d\-~至—–]*)(?:[-~至—–]|--|——)(?P<high>\d+(?:\.\d+)?)(?P<unit>[^\d\-~]*)"
)
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
DAY = re.compile(
    r"(?:(?P<year>\d{4})年)?(?P<month>\d{1,2})月(?:份)?(?:(?P<day>\d{1,2})[日号]|(?P<end>底|末))?"
    r"(?P<before>(?:之|以)?前)?(?:已?(?:全部)?完成)?"
)
NUMERIC_DAY = re.compile(r"(?P<year>\d{4})([-/.])(?P<month>\d{1,2})\2(?P<day>\d{1,2})")
NO_YEAR = 2000
"""A leap year, which stands for the year that was not written."""


@dataclass(frozen=True)
class Quantity:
    """From `low` to `high` (the same but for a range), in `unit`; `sign` as in the form's drop-down, "" if none."""

    low: Fraction
    high: Fraction
    unit: str = ""
    sign: str = ""
    bare: bool = False
    """No unit was written beside the number itself."""
    factor: int = 1
    """How many of the unit were one of the unit that was written: 10,000 for 万元."""

    def times(self, factor: Fraction | int) -> "Quantity":
        return replace(self, low=self.low * factor, high=self.high * factor)


@dataclass(frozen=True)
class Span:
    """The days that a date may mean: one, or a month. `open`: any day before will do, too (…前)."""

    first: date
    last: date
    open: bool
    has_year: bool


def plain(text: str) -> str:
    """Half-width, without spaces and thousands separators. A comma that separates no thousands stays."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if "," not in text:
        return text
    return THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def sign(text: str) -> str:
    """The sign that an operator's cell says; "" for none, 定性 or another text."""
    return BEFORE.get(plain(text), "")


def quantity(text: str, measure: str = "") -> Quantity | None:
    """What the text says; `measure` (度量单位) is the unit of a number without one. None where it is no quantity."""
    bare, before = _signed(plain(text), BEFORE, at_start=True)
    bare, after = _signed(bare, AFTER, at_start=False)
    if before and after and before != after:
        return None
    found = _range(bare) if not (before or after) else None
    found = found or _amount(bare)
    if found is None:
        return None
    unit, factor = _unit(found.unit or plain(measure))
    return replace(found.times(factor), unit=unit, sign=before or after, bare=not found.unit, factor=factor)


def _signed(text: str, words: dict[str, str], at_start: bool) -> tuple[str, str]:
    """The text without the sign at one end, and the sign; the longest that fits."""
    for word in words:
        if at_start and text.startswith(word):
            return text.removeprefix(word), words[word]
        if not at_start and text.endswith(word):
            return text.removesuffix(word), words[word]
    return text, ""


def _amount(text: str) -> Quantity | None:
    found = AMOUNT.fullmatch(text)
    return Quantity(Fraction(found["number"]), Fraction(found["number"]), found["unit"]) if found else None


def _range(text: str) -> Quantity | None:
    found = RANGE.fullmatch(text)
    if not found or found["first"] not in ("", found["unit"]):
        return None
    low, high = Fraction(found["low"]), Fraction(found["high"])
    return Quantity(low, high, found["unit"]) if low <= high else None


def _unit(text: str) -> tuple[str, int]:
    """The unit in its usual name without 万 or 亿 before it, and how many of it: 万元 → 元, 10,000."""
    name = UNIT_NAMES.get(text, text)
    factor = 1
    while name and name[0] in MULTIPLES:
        factor, name = factor * MULTIPLES[name[0]], name[1:]
    return UNIT_NAMES.get(name, name), factor


def span(text: str) -> Span | None:
    """The days that the text may mean; None where it is no date."""
    bare = plain(text)
    found = DAY.fullmatch(bare) or NUMERIC_DAY.fullmatch(bare.removesuffix("前"))
    if not found:
        return None
    parts = found.groupdict()
    year, month = int(parts["year"] or NO_YEAR), int(parts["month"])
    if not 1 <= month <= 12 or year < 1900:
        return None
    last = monthrange(year, month)[1]
    whole = not parts["day"] and not parts.get("end")
    day = int(parts["day"] or last)
    if not 1 <= day <= last:
        return None
    before = bool(parts.get("before")) or bare.endswith("前")
    first = date(year, month, 1) if whole else date(year, month, day)
    # 12月前: to the end of November for some, of December for others.
    first -= timedelta(days=1) if whole and before else timedelta()
    return Span(first, date(year, month, day), before, bool(parts["year"]))
