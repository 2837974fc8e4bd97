"""Labels as official forms print them: the same words under other numbers, brackets and line breaks."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache

from selfeval_xl.forms.model import Block, Column, Row
from selfeval_xl.reading.locating import plain

LEAD = re.compile(r"^(?:其中|[-—·●★▲*]+|\(?\d{1,2}(?:\)|[、.](?!\d))|\(?[一二三四五六七八九十]{1,3}[)、.])+")
CIRCLED = re.compile(r"[①-⒛]")
WHOLE = frozenset({"合计", "小计", "总计"})
"""Sums, whatever of."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TAIL = re.compile(r"(?:\([^()]*\))+$")
MEASURE = re.compile(r"[/,、]?(?:万元|(?<=/)(?:元|千元|百万元|亿元|人|辆|个|%|㎡|m2|平方米))$")
"""2023年决算数/万元: what it is counted in."""
FISCAL = re.compile(r"(20\d\d)年度(?=.)")
CHINESE_YEAR = re.compile(r"(?:二|2)([〇○零O0])([〇○零O0一二三四五六七八九1-9]{2})(?=年)", re.IGNORECASE)
CHINESE_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
AMOUNT_BEHIND = re.compile(
    r"[(（]\s*(?P<number>-?\d[\d,，]*(?:\.\d+)?)\s*(?P<measure>万元|元|人|辆|㎡|平方米)?\s*[)）]\s*$"
)
A_YEAR = re.compile(r"(?:19|20)\d\d")


@lru_cache(maxsize=4096)
def in_digits(text: str) -> str:
    """二〇二三年度 → 2023年度"""
    return CHINESE_YEAR.sub(lambda found: f"2{found[1]}{found[2]}".translate(CHINESE_DIGITS), text)


def amount_behind(text: str) -> tuple[str, str]:
    """其他资金（585.62万元） → 其他资金, 585.62万元; the text and "" without such an amount. A bare 2023 may be a year."""
    found = AMOUNT_BEHIND.search(unicodedata.normalize("NFKC", text))
    if found is None or (A_YEAR.fullmatch(found["number"]) and not found["measure"]):
        return text, ""
    return unicodedata.normalize("NFKC", text)[: found.start()], found["number"] + (found["measure"] or "")


@lru_cache(maxsize=4096)
def core(text: str) -> str:
    """（1）其中：公车购置（万元） → 公车购置: without numbers before it, 其中, and brackets or a measure after it;
    2022年度决算数 → 2022年决算数."""
    bare = in_digits(plain(CIRCLED.sub("", text))).replace('"', "")
    bare = LEAD.sub("", bare) or bare
    bare = TAIL.sub("", bare) or bare
    return FISCAL.sub(r"\1年", MEASURE.sub("", bare) or bare)


def number_or_text(text: str) -> float | str:
    """A plain number that stands in a text, as a number."""
    return float(text) if NUMBER.fullmatch(text.strip()) else text


def named(items: Iterable[Column] | Iterable[Row]) -> Mapping[str, str]:
    """The core of each label and alias → the key of its column or row."""
    return {core(name): item.key for item in items for name in (item.label, *item.aliases) if name}


def furniture(blocks: Iterable[Block]) -> frozenset[str]:
    """What heads and margins of these blocks say, the labels of their rows apart."""
    words = [w for b in blocks for w in (b.title, *b.aliases, b.label_head, *(c.label for c in b.columns))]
    words += [alias for b in blocks for c in b.columns for alias in c.aliases]
    return frozenset(core(word) for word in words if word)
