"""Labels as official forms print them: the same words under other numbers, brackets and line breaks."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from selfeval_xl.forms.model import Block, Column, Row
from selfeval_xl.reading.locating import plain

LEAD = re.compile(r"^(?:其中|\(?\d{1,2}(?:\)|[、.](?!\d))|\(?[一二三四五六七八九十]{1,3}[)、.])+")
WHOLE = frozenset({"合计", "小计", "总计"})
"""Sums, whatever of."""
NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TAIL = re.compile(r"(?:\([^()]*\))+$")


@lru_cache(maxsize=4096)
def core(text: str) -> str:
    """（1）其中：公车购置（万元） → 公车购置: without numbers before it, 其中, and brackets after it."""
    bare = plain(text).replace('"', "")
    bare = LEAD.sub("", bare) or bare
    return TAIL.sub("", bare) or bare


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
