"""Numbers in prose with their measures: what is a quantity, what it is worth, and what its printed digits leave open."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cache
from importlib import resources

from msgspec import Struct

MONEY, RATE, SCORE, PERSON = "money", "rate", "score", "person"
_WIDE = str.maketrans(
    "［］０１２３４５６７８９．％﹪－—―\u00a0\u3000\u2002\u2003\u2009\t", "（）0123456789.%%-——" + " " * 6
)
_PREFIXES = {"亿": 10**8, "千万": 10**7, "百万": 10**6, "万": 10**4, "千": 10**3, "百": 100, "": 1}
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
# What a number is that is no quantity: a year, a date, an ordinal, a file number, a scale, a model.
_NOT_BEFORE = re.compile(r"(?:[A-Za-z\d.〔\[【第№#]|[A-Za-z\d）)]/|[（(](?=\d+[)）])|小（|类|\d\s*[:：])$")
_NOT_AFTER = re.compile(
    r"\s*(?:年(?!度?来|会|费)|月(?!均)|日(?!均|常)|号(?!召)|[A-Za-z:：/〕\]]|周岁|级|等奖|楼|路|版|型|—\d|时\d|点\d)"
)
_NUMBERING = re.compile(r"\s*\d{1,2}(?:\.\d{1,2})+\s+\S")
"""1.2 人员: a heading's number, not so many people."""
_POSTS = re.compile(r"编制[^，,。；;\d]{0,6}$|空编$|空缺$|缺编$|超编$")
_RANGE = re.compile(r"\s*[-—~～至到]+\s*$")
_RANGE_AFTER = re.compile(r"\s*[-—~～]+\s*\d")


class Around(Struct, frozen=True):
    """Words around a number: see around.toml."""

    before: tuple[str, ...]
    after: tuple[str, ...]
    other: Mapping[str, str]


class Quantity(Struct, frozen=True):
    """`value`: in its dimension's base unit (money in 元, rates in %); `half`: half of the last digit that is printed.

    `start`, `end`: the number with its unit, in its paragraph. `rough`: said to be about, above or below. `number`: as
    printed, without its unit; `word`: its unit as printed.
    """

    start: int
    end: int
    value: Fraction
    half: Fraction
    dimension: str
    number: str
    word: str
    rough: bool = False

    @property
    def step(self) -> Fraction:
        return self.half * 2

    @property
    def said(self) -> str:
        return self.number + self.word

    @property
    def unit(self) -> Fraction:
        """Base units in one of what is printed."""
        printed = Fraction(self.number.replace(",", ""))
        return self.value / printed if printed else self.step * 10 ** decimals(self.number)


def decimals(number: str) -> int:
    return len(number.partition(".")[2])


def narrow(text: str) -> str:
    """The same text, sign for sign, with digits and blanks of one width."""
    return text.translate(_WIDE)


@cache
def measures() -> Mapping[str, tuple[str, int]]:
    """Word of measure → dimension and worth, the longest first. A counter is a dimension of its own."""
    here = resources.files("selfeval_xl.statements")
    known: dict[str, tuple[str, int]] = {}
    for dimension, words in tomllib.loads((here / "units.toml").read_text("utf-8")).items():
        known |= {word: (dimension, worth) for word, worth in words.items()}
    for word in (here / "counters.txt").read_text("utf-8").split():
        known.setdefault(word, (word, 1))
    return {word: known[word] for word in sorted(known, key=len, reverse=True)}


@cache
def _pattern() -> re.Pattern[str]:
    words = "|".join(map(re.escape, measures()))
    return re.compile(
        rf"{_NUMBER}\s*(?P<rough>[余多])?\s*(?:(?P<prefix>千万|百万|亿|万|千|百)?(?P<word>{words})|(?P<bare>亿|万))"
    )


@cache
def _around() -> Around:
    source = (resources.files("selfeval_xl.statements") / "around.toml").read_text("utf-8")
    read = tomllib.loads(source)
    return Around(tuple(read["before"]), tuple(read["after"]), read["other"])


def quantities(text: str) -> list[Quantity]:
    """Every quantity of a paragraph, in order. `text` is narrow."""
    measured = list(_measured(text))
    return sorted([*measured, *bare_quantities(text, measured)], key=lambda q: q.start)


def _measured(text: str) -> Iterator[Quantity]:
    for found in _pattern().finditer(text):
        if not _stands(text, found):
            continue
        number, word = found["number"], found["word"] or ""
        dimension, worth = measures().get(word, ("", 1))
        dimension = dimension or "number"
        unit = worth * _PREFIXES[found["prefix"] or found["bare"] or ""]
        before, after = (
            text[max(0, found.start() - 4) : found.start()].rstrip(),
            text[found.end() : found.end() + 4].lstrip(),
        )
        if word == "个" and _POSTS.search(text[max(0, found.start() - 10) : found.start()]):
            dimension = PERSON
        rough = bool(found["rough"]) or before.endswith(_around().before) or after.startswith(_around().after)
        sign = -1 if _negative(text, found.start()) else 1
        yield Quantity(
            start=found.start() - (sign < 0),
            end=found.end(),
            value=sign * unit * Fraction(number.replace(",", "")),
            half=Fraction(unit, 2 * 10 ** decimals(number)),
            dimension=dimension,
            number=("-" if sign < 0 else "") + number,
            word=(found["prefix"] or found["bare"] or "") + word,
            rough=rough,
        )


_BARE = re.compile(
    rf"(?<![A-Za-z\d.,/〔\[【#]){_NUMBER}(?![\d.,]*\d)(?!\s*[A-Za-z〕\]年月日号])(?![.、]\s*[^\d\s])"
)
_HEAD = re.compile(r"[（(](?:单位\s*[:：]\s*|金额单位\s*[:：]\s*)?(?P<unit>亿元|万元|元|人|名|个|%|分)[）)]")
_LISTED = re.compile(r"\s*(?:、|,(?=\s)|，|和|与|及|以及)\s*$")
_SCORED = re.compile(r"(?:得分|自评分?|评分|总分|实得)\s*(?:为|是|:|：)?\s*$")
_OF_FULL = re.compile(
    r"\s*[/／]\s*(?:5|10|15|20|25|30|35|40|45|50|60|80|90|100)(?!\.?\d)|\s*[（(](?:权重|满分|分值|标准分)[^（()）]{0,8}[）)]"
)


def bare_quantities(text: str, measured: Sequence[Quantity]) -> Iterator[Quantity]:
    """Numbers whose measure stands elsewhere: in a head (单位：万元), behind the last of a list (19、18.6、23分), behind a sum
    (＝C（万元）), or in the word before it (得分：92.5; 9.5/10)."""
    spans = [(q.start, q.end) for q in measured]
    pending: list[tuple[int, re.Match[str], str]] = []
    for found in _BARE.finditer(text):
        if any(start < found.end() and found.start() < end for start, end in spans):
            continue
        if _NOT_BEFORE.search(text[max(0, found.start() - 6) : found.start()]):
            continue
        pending.append((found.start(), found, _unit_elsewhere(text, found)))
    units = {q.start: q.word for q in measured}
    for start, found, unit in reversed(pending):
        unit = unit or _unit_behind(text, found, units)
        if unit:
            units[start] = unit
            yield _quantity_of(found, unit)


def _unit_elsewhere(text: str, found: re.Match[str]) -> str:
    begin = max(text.rfind("。", 0, found.start()), text.rfind("\n", 0, found.start())) + 1
    end = text.find("。", found.end())
    heads = list(_HEAD.finditer(text, begin, found.start()))
    if heads and not re.match(r"\s*[（(]", text[heads[-1].end() : heads[-1].end() + 2]):
        return heads[-1]["unit"]
    joined = re.match(
        rf"(?:[^。；，\d]*[＋+＝=－-][^。；，\d]*{_NUMBER.replace('?P<number>', '?:')})*\s*",
        text[found.end() :],
    )
    behind = _HEAD.match(text, found.end() + (joined.end() if joined else 0), end if end > 0 else len(text))
    if behind and re.search(r"[＋+＝=]", text[begin : behind.end()]):
        return behind["unit"]
    if _SCORED.search(text[begin : found.start()]) or _OF_FULL.match(text, found.end()):
        return "分"
    return ""


def _unit_behind(text: str, found: re.Match[str], units: Mapping[int, str]) -> str:
    """The measure of the next member of a list, where nothing stands between but the sign of the list."""
    following = [start for start in units if start >= found.end()]
    nearest = min(following, default=-1)
    return units[nearest] if nearest > 0 and _LISTED.fullmatch(text[found.end() : nearest]) else ""


def _quantity_of(found: re.Match[str], unit: str) -> Quantity:
    dimension, worth = measures()[unit]
    number = found["number"]
    half = Fraction(worth, 2 * 10 ** decimals(number))
    value = worth * Fraction(number.replace(",", ""))
    return Quantity(found.start(), found.end(), value, half, dimension, number, unit)


def _stands(text: str, found: re.Match[str]) -> bool:
    before, after = text[max(0, found.start() - 6) : found.start()], text[found.end() : found.end() + 2]
    if _NOT_BEFORE.search(before) or (_RANGE.search(before) and before.rstrip("-—~～至到 ")[-1:].isdigit()):
        return False
    if _RANGE_AFTER.match(text[found.end() : found.end() + 6]) or (
        _RANGE.search(before) and _ends_in_measure(before)
    ):
        return False
    numbering = _NUMBERING.match(text, text.rfind("\n", 0, found.start()) + 1)
    if numbering and found.start() < numbering.end():
        return False
    word = found["word"] or ""
    return not (after[:1] and after[0] in _around().other.get(word, ""))


def _ends_in_measure(before: str) -> bool:
    """A range whose first end has a unit of its own: 10万—20万元."""
    return bool(re.search(r"\d\s*[万亿千]?\S{0,2}\s*[-—~～]+\s*$", before))


def _negative(text: str, start: int) -> bool:
    return (
        start > 0
        and text[start - 1] == "-"
        and (start == 1 or not re.match(r"[\w%元人）)]", text[start - 2]))
    )
