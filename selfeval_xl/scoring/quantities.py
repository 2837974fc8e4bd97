"""A small grammar of what stands in 年度指标值 and 实际完成值: a sign, a number or a range of two, a unit (days: `days`).

    quantity = [sign] number [unit] [sign]        ≥50个 · 98%以上 · 不超过90万元 · 90万元以内 · 至少3次
             | number [unit] to number [unit]     50-60 · 50～60个 · 50%至60%

What is not of this grammar is None: never a guess.
"""

import re
import unicodedata
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing.typed_numbers import marked

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
AMOUNT = re.compile(rf"(?P<number>{NUMBER})(?P<unit>[^\d\-~]*|[^\d\-~]*m[23])")
RANGE = re.compile(
    r"(?P<low>\d+(?:\.\d+)?)(?P<first>[^\d\-~至—–]*)(?:[-~至—–]|--|——)(?P<high>\d+(?:\.\d+)?)(?P<unit>[^\d\-~]*)"
)
THOUSANDS = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])")
YEAR = re.compile(r"(?:19|20)\d\d")


LONGEST = 300
"""Signs: what is longer is no quantity, and Python takes no number of 4,301 digits."""


class Quantity(Struct, frozen=True):
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


def plain(text: str) -> str:
    """Half-width, without spaces and thousands separators. A comma that separates no thousands stays."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if "," not in text:
        return text
    return THOUSANDS.sub(lambda found: found[0].replace(",", ""), text)


def sign(text: str) -> str:
    """The sign that an operator's cell says; "" for none, 定性 or another text."""
    return BEFORE.get(plain(text), "")


@lru_cache(10_000)
def quantity(text: str, measure: str = "") -> Quantity | None:
    """What the text says; `measure` (度量单位) is the unit of a number without one. None where it is no quantity, as is
    2023年, which is a time."""
    if len(text) > LONGEST or marked(text):
        return None
    bare, before = _signed(plain(text), BEFORE, at_start=True)
    bare, after = _signed(bare, AFTER, at_start=False)
    if before and after and before != after:
        return None
    found = _range(bare) if not (before or after) else None
    found = found or _amount(bare)
    if found is None:
        return None
    unit, factor = _unit(found.unit or plain(measure))
    if unit == "年" and YEAR.fullmatch(f"{found.low}"):
        return None
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
