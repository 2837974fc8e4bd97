"""Sentences of a paragraph, each with its quantities and a skeleton in which a quantity is one sign.

Relations are looked for in the skeleton by patterns, so that no pattern has to know what a number looks like.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from selfeval_xl.reading.narratives.narrative import Narrative, Paragraph
from selfeval_xl.statements.quantities import Quantity, narrow, quantities

FIRST, LAST = "\ue000", "\uf8ff"
"""The signs that stand for quantities in a skeleton."""
Q = f"[{FIRST}-{LAST}]"
_ENDS = re.compile(r"[。！？\n]|$")
_OPEN, _CLOSE = "（(〔[【“‘", "）)〕]】”’"
_EDGES = re.compile(r"[，,、；;：:。（(）)]")
_TAIL = re.compile(
    r"(?:达到|达|为|是|有|共计|共有|共|合计|总计|计|完成|约|近|各|金额|总额|分别|实际|数|超过|：|:|\s|“|”)+$"
)


class Sentence(Struct, frozen=True, dict=True):
    """`start`, `end`: in the paragraph. `number`: its place among the sentences of the report."""

    paragraph: Paragraph
    text: str
    """The whole paragraph, narrow."""
    start: int
    end: int
    quantities: tuple[Quantity, ...]
    number: int
    section: tuple[str, ...] = ()
    """The headings above it, the highest first."""

    @cached_property
    def skeleton(self) -> str:
        parts, at = [], self.start
        for n, quantity in enumerate(self.quantities):
            parts += [self.text[at : quantity.start], chr(ord(FIRST) + n)]
            at = quantity.end
        return "".join([*parts, self.text[at : self.end]])

    def quantity(self, sign: str) -> Quantity:
        """The quantity that a sign of the skeleton stands for."""
        return self.quantities[ord(sign) - ord(FIRST)]

    def at(self, position: int) -> int:
        """A place of the skeleton as a place of the paragraph."""
        shift = sum(q.end - q.start - 1 for q in self._before(position))
        return self.start + position + shift

    def _before(self, position: int) -> Sequence[Quantity]:
        count = sum(FIRST <= sign <= LAST for sign in self.skeleton[:position])
        return self.quantities[:count]

    def position(self, quantity: Quantity) -> int:
        """Where a quantity's sign stands in the skeleton."""
        return self.skeleton.index(chr(ord(FIRST) + self.quantities.index(quantity)))

    def label(self, quantity: Quantity) -> str:
        """The words right before a quantity, back to the last comma or bracket, without 为, 共, 达 and the like."""
        head = self.skeleton[: self.position(quantity)]
        words = re.split(rf"[，,、；;：:。（(）)\n]|{Q}", head)[-1]
        return _TAIL.sub("", words).strip()

    def depth(self, position: int) -> int:
        """How many brackets are open at a place of the skeleton."""
        head = self.skeleton[:position]
        return sum(head.count(sign) for sign in "（(") - sum(head.count(sign) for sign in "）)")


def sentences(narrative: Narrative) -> Iterator[Sentence]:
    """Every sentence that stands in prose, headings too."""
    path: list[tuple[int, str]] = []
    number = 0
    for paragraph in narrative.prose:
        level = heading_level(paragraph)
        if level:
            path = [
                *((depth, words) for depth, words in path if depth < level),
                (level, heading_words(paragraph.text)),
            ]
        text = narrow(paragraph.text)
        found = list(quantities(text))
        start = 0
        for end in (m.end() for m in _ENDS.finditer(text)):
            if text[start:end].strip():
                inside = tuple(q for q in found if start <= q.start < end)
                yield Sentence(paragraph, text, start, end, inside, number, tuple(words for _, words in path))
                number += 1
            start = end


_NUMERALS = (
    (1, re.compile(r"\s*[一二三四五六七八九十]{1,3}\s*[、.．]")),
    (2, re.compile(r"\s*[（(][一二三四五六七八九十]{1,3}[）)]")),
    (3, re.compile(r"\s*\d{1,2}\s*[.．、](?!\d)")),
)
_LONGEST_HEADING = 40


def heading_level(paragraph: Paragraph) -> int:
    """1 for 一、, 2 for （一）, 3 for 1.; by what is typed, what its list prints, or its style. 0: no heading."""
    words = paragraph.text.strip()
    for level, numeral in _NUMERALS:
        typed = numeral.match(words)
        printed = numeral.match(paragraph.numeral) if paragraph.numeral else None
        if (typed or printed) and (
            level < 3 or (len(words) <= _LONGEST_HEADING and not words.endswith("。"))
        ):
            return level if len(words) <= _LONGEST_HEADING or (level < 3 and "。" not in words) else 0
    return paragraph.heading if len(words) <= _LONGEST_HEADING and words else 0


def heading_words(text: str) -> str:
    """A heading without its numeral."""
    words = text.strip()
    for _, numeral in _NUMERALS:
        words = numeral.sub("", words, count=1) if numeral.match(words) else words
    return words.strip(" 　。：:")
