"""N-02: 由…到… and 变化为…, where the two figures and the change stand apart from 比 and 较."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.differences import (
    BASE,
    DIFFERENCE,
    DOWN,
    UP,
    is_up,
    noise,
    percent,
    spots,
    subjects,
    told,
)
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Status
from selfeval_xl.statements.quantities import RATE, Quantity, decimals
from selfeval_xl.statements.sentences import Q, Sentence

_FROM_TO = re.compile(
    rf"(?:由|从)(?P<base>{BASE})(?P<a>{Q})(?:{BASE})(?P<way>增加|增长|提高|上升|提升|扩大|扩|增|升|减少|下降|降低|压缩|压减|缩短|减|降|变|调整|变化|回落|变更)(?:到|至|为|成)(?:{BASE})?(?P<b>{Q})"
    rf"(?:[，,（(]\s*(?:共|净|实际|合计|累计)*(?P<way3>变化为|变动为|{UP}|{DOWN})(?:了|为)?(?P<d>{Q}))?"
)
_CHANGED = re.compile(
    rf"(?:变化|变动|相差|增减变化|增减变动|差额|增减)(?:人数|数|额|金额|情况)?(?:为|了|是)?(?P<d>{Q})"
)
_LAST = re.compile(r"上年|去年|20\d\d年(?:度)?(?:年)?(?:末|底|决算)")


def changes(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """今年相比上年变化为9人: the two figures stand before it, one of them last year's."""
    for found in _CHANGED.finditer(sentence.skeleton):
        delta = sentence.quantity(found["d"])
        pool = subjects(sentence, found.start(), delta, before)
        labels = {q: place.label(q) for place in (sentence, *before) for q in place.quantities}
        last = next((q for q in pool if _LAST.search(labels[q])), None)
        if last is None or delta.rough or delta.dimension == RATE:
            continue
        now = [q for q in pool if q is not last and not _LAST.search(labels[q])]
        at = Spot(sentence.paragraph, sentence.at(found.start()), delta.end)
        if any(abs(abs(q.value - last.value) - abs(delta.value)) <= _loose(q, last, delta) for q in now):
            yield Remark(DIFFERENCE, Status.PASSED, at, "")
            continue
        mine = next((q for q in now if _alike(labels[q], labels[last])), None)
        if mine is None:
            continue
        right = mine.value - last.value
        place = next(p for p in (sentence, *before) if last in p.quantities)
        yield Remark(
            DIFFERENCE, Status.BROKEN, at,
            f"由{last.said}到{mine.said}，应为{told(right, delta)}，报告写{found[0][:-1]}{delta.said}",
            delta.said, told(right, delta), (Spot(place.paragraph, last.start, last.end), *_where(mine, sentence, before)),
            difference=in_unit(abs(abs(right) - abs(delta.value)), delta),
        )  # fmt: skip


def _where(quantity: Quantity, sentence: Sentence, before: Sequence[Sentence]) -> tuple[Spot, ...]:
    place = next(p for p in (sentence, *before) if quantity in p.quantities)
    return (Spot(place.paragraph, quantity.start, quantity.end),)


def _loose(*figures: Quantity) -> Fraction:
    exact = not any(decimals(q.number) for q in figures)
    return Fraction(0) if exact else sum((q.half for q in figures), Fraction(0))


def _alike(one: str, other: str) -> bool:
    """Whether two labels name one thing in two years: they share their last words."""
    bare = [
        re.sub(r"20\d\d年(?:度)?|上年|去年|年末|年底|末|底|数$|人数|人员|人$|[的为有年]", "", words)
        for words in (one, other)
    ]
    return (
        len(bare[0]) >= 2
        and bool(bare[1])
        and (bare[0].endswith(bare[1][-4:]) or bare[1].endswith(bare[0][-4:]))
    )


def moves(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """由A增加到B，增加C."""
    for found in _FROM_TO.finditer(sentence.skeleton):
        yield from _from_to(sentence, found)


def _from_to(sentence: Sentence, found: re.Match[str]) -> Iterator[Remark]:
    first, last = sentence.quantity(found["a"]), sentence.quantity(found["b"])
    if first.dimension != last.dimension or first.rough or last.rough:
        return
    at = Spot(sentence.paragraph, first.start, last.end)
    change = last.value - first.value
    way = found["way"]
    neutral = way in ("变", "调整", "变化", "变更")
    if not neutral and change and (change > 0) != bool(re.match(r"增|提|上|扩|升", way)):
        yield Remark(
            DIFFERENCE, Status.BROKEN, at, f"由{first.said}到{last.said}是{'增加' if change > 0 else '减少'}，报告写“{way}”",
            way, "增加" if change > 0 else "减少", spots(sentence, first),
        )  # fmt: skip
        return
    if not found["d"]:
        return
    delta = sentence.quantity(found["d"])
    if delta.rough or delta.dimension not in (first.dimension, RATE):
        return
    spot = Spot(sentence.paragraph, delta.start, delta.end)
    if delta.dimension == RATE and first.dimension != RATE:
        right = abs(change) / first.value * 100 if first.value else Fraction(0)
        tolerance = delta.step
    else:
        right, tolerance = abs(change), first.half + last.half + delta.half + noise(first, last, delta)
    word = found["way3"] or ""
    turned = bool(re.fullmatch(rf"{UP}|{DOWN}", word)) and (change > 0) != is_up(word) and change != 0
    if abs(right - abs(delta.value)) <= tolerance and not turned:
        yield Remark(DIFFERENCE, Status.PASSED, spot, "")
        return
    told = (
        percent(right, delta)
        if delta.dimension == RATE and first.dimension != RATE
        else in_unit(right, delta)
    )
    direction = "增加" if change > 0 else "减少"
    yield Remark(
        DIFFERENCE, Status.BROKEN, spot, f"由{first.said}到{last.said}，应为{direction}{told}，报告写{word}{delta.said}",
        f"{word}{delta.said}", f"{direction}{told}", (at,), difference=in_unit(abs(right - abs(delta.value)), delta),
    )  # fmt: skip
