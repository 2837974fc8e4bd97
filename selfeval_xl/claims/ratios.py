"""N-03: a rate that no wording of rates.py names, held against the figures that stand around it.

Whatever the words, a share is one figure over another, a growth the change over the earlier of two. A rate passes if any
two figures of its paragraph make it. It is doubted where none do, and those that its place speaks for (the figure right
before it, over the whole that is named, the largest, the first) make it but for one digit.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.claims.nearness import slip, slips
from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.money import fixed
from selfeval_xl.statements.quantities import RATE, SCORE, Quantity, decimals
from selfeval_xl.statements.sentences import Q, Sentence

RULE = "N-03"
_GROWTH = re.compile(r"[增减升降涨幅压缩]|提高|下滑|扩大|节约|变动|变化|上浮|调整率|回落")
_SHARE = re.compile(r"占|比重|比例|率|为.*的$|完成|达到|执行|进度|支付|当于")
_OUTSIDE = re.compile(
    r"目标(?!完成|的?$|任务)|指标值|不低于|不高于|标准|利率|以上|以下|年均|平均|总体|综合|满意|[≥≤><]"
)
"""What stands beside a rate that no figures of the report need make."""
_NEAR, _WHOLES = 3, 4
_FINE, _SURE = Fraction(1, 250), Fraction(1, 40)
"""How finely a rate must tell the figures (its last digit over itself) that one of them is doubted."""


class Ratio(Struct, frozen=True):
    """`part` over `whole`; of a growth, the change of `part` from `whole`. `sure`: the words say that these are meant."""

    part: Quantity
    whole: Quantity
    growth: bool = False
    sure: bool = False

    def value(self, part: Fraction | None = None, whole: Fraction | None = None) -> Fraction:
        above = self.part.value if part is None else part
        below = self.whole.value if whole is None else whole
        if not below:
            return Fraction(0)
        return abs(above - below if self.growth else above) / below * 100


def ratios(sentence: Sentence, before: Sequence[Sentence], judged: Sequence[Remark]) -> Iterator[Remark]:
    """`judged`: what was said of the sentence already; a rate in it is left alone."""
    for rate in sentence.quantities:
        if (
            rate.dimension != RATE
            or rate.rough
            or "百分点" in rate.word
            or not rate.value
            or rate.value == 100
        ):
            continue
        if any(r.spot.start <= rate.start < r.spot.end and r.rule == RULE for r in judged):
            continue
        yield from _judged(sentence, rate, before)


def _judged(sentence: Sentence, rate: Quantity, before: Sequence[Sentence]) -> Iterator[Remark]:
    at = Spot(sentence.paragraph, rate.start, rate.end)
    around = [q for s in (sentence, *before[:3]) for q in s.quantities if q.dimension != RATE]
    if any(_fits(rate, ratio) for ratio in _all(around)):
        yield Remark(RULE, Status.PASSED, at, "")
        return
    words = _words(sentence, rate)
    if _OUTSIDE.search(words):
        return
    growth = bool(_GROWTH.search(words))
    likely = _growths(sentence, rate, before) if growth else _shares(sentence, rate, before, words)
    wrong = next((ratio for ratio in likely if _slipped(rate, ratio)), None)
    if wrong is not None:
        yield _remark(sentence, at, rate, wrong)


def _words(sentence: Sentence, rate: Quantity) -> str:
    """What stands between the rate and the figure before it; in a bracket, with the words that lead to that figure."""
    head = sentence.skeleton[: sentence.position(rate)]
    words = re.split(Q, head)[-1]
    if words.strip() in ("（", "(", "", "，", "即", "、", "和"):
        before = re.split(Q, head)
        words = (re.split(r"[，,；;：:]", before[-2])[-1] if len(before) > 1 else "") + words
    tail = re.match(rf"[^，,。；;（(）){Q[1:-1]}]{{0,6}}", sentence.skeleton[sentence.position(rate) + 1 :])
    return words[-24:] + (tail[0][:1] if tail and tail[0][:1] in "以" else "")


def _all(figures: Sequence[Quantity]) -> Iterator[Ratio]:
    for part in figures:
        for whole in figures:
            if (
                part is not whole
                and not (whole.rough and part.rough)
                and part.dimension == whole.dimension
                and whole.value > 0
            ):
                yield Ratio(part, whole)
                yield Ratio(part, whole, growth=True)


def _fits(rate: Quantity, ratio: Ratio) -> bool:
    loose = Fraction(0)
    if decimals(ratio.part.number) or decimals(ratio.whole.number):
        loose = (ratio.part.half + ratio.whole.half) / ratio.whole.value * 100
    return abs(ratio.value() - abs(rate.value)) <= rate.step + min(loose, rate.step)


def _figures(
    sentence: Sentence, rate: Quantity, before: Sequence[Sentence]
) -> tuple[list[Quantity], list[Quantity]]:
    """Figures before the rate and behind it, the nearest first."""
    own = [q for q in sentence.quantities if q.dimension not in (RATE, SCORE)]
    here = sentence.depth(sentence.position(rate))
    head = [q for q in reversed(own) if q.start < rate.start]
    closed = [q for q in head if sentence.depth(sentence.position(q)) > here]
    head = [q for q in head if q not in closed] + closed
    if not own:
        head = [q for s in before[:2] for q in reversed(s.quantities) if q.dimension not in (RATE, SCORE)]
    return head, [q for q in own if q.start > rate.start]


def _shares(sentence: Sentence, rate: Quantity, before: Sequence[Sentence], words: str) -> Iterator[Ratio]:
    head, tail = _figures(sentence, rate, before)
    if not _SHARE.search(words) and not re.search(r"[（(：:＝=]\s*$", words):
        return
    if head:
        part = head[0]
        wholes = _wholes(sentence, part, before, words)
        for n, whole in enumerate(wholes):
            yield Ratio(part, whole, sure=n == 0 and _named(sentence, whole, before, words))
        for other in [q for q in head[1:] if q.dimension == part.dimension][:1]:
            yield Ratio(other, part)
    for one in head[:1]:
        for other in tail[:2]:
            if one.dimension == other.dimension:
                yield from (Ratio(one, other), Ratio(other, one))
    alike = [q for q in tail[:3] if q.dimension == tail[0].dimension]
    if not head and len(alike) > 1:
        yield from (Ratio(alike[0], alike[1]), Ratio(alike[1], alike[0]))


def _wholes(sentence: Sentence, part: Quantity, before: Sequence[Sentence], words: str) -> list[Quantity]:
    """What a part may be a share of: what the words name, the largest figure, the first, those beside it."""
    own = [q for q in sentence.quantities if q.dimension == part.dimension and q is not part]
    earlier = [q for s in before[:3] for q in s.quantities if q.dimension == part.dimension]
    named = [q for q in (*own, *earlier) if _named(sentence, q, before, words)]
    nearest = [q for q in reversed(own) if q.start < part.start][:2]
    largest = [max(own, key=lambda q: q.value)] if own else []
    heads = [next(q for q in s.quantities if q.dimension == part.dimension) for s in before[:2]
             if any(q.dimension == part.dimension for q in s.quantities)]  # fmt: skip
    found = [*named[:2], *largest, *nearest, *own[:1], *heads]
    larger = [q for q in found if q.value * 3 > part.value and q.value > 0]
    return list(dict.fromkeys(larger))[:_WHOLES]


def _named(sentence: Sentence, whole: Quantity, before: Sequence[Sentence], words: str) -> bool:
    """Whether 占… names what a figure is of: two signs or more, the last ones of its label."""
    said = re.search(r"占(?P<of>[^占]*?)(?:的|比重|比例|比)*(?:为|达|约)?$", words)
    name = re.sub(r"总额|总数|总量|全部|总|数$|额$|当年|本年|其", "", said["of"]) if said else ""
    if len(name) < 2:
        return False
    place = next((s for s in (sentence, *before) if whole in s.quantities), None)
    label = re.sub(r"合计|总计|共计|总额|总", "", place.label(whole)) if place else ""
    return name in label or (len(label) > 1 and label in name)


def _growths(sentence: Sentence, rate: Quantity, before: Sequence[Sentence]) -> Iterator[Ratio]:
    """The figure and its base: those whose difference is said are sure."""
    head, tail = _figures(sentence, rate, before)
    near = (head[:4] + tail[:2]) if head else tail[:4]
    near += [q for s in before[:2] for q in reversed(s.quantities) if q.dimension != RATE][
        : max(0, 4 - len(near))
    ]
    for change in near:
        alike = [q for q in near if q.dimension == change.dimension and q is not change]
        for now in alike:
            for base in alike:
                if base is not now and base.value > 0 and _closes(now, base, change):
                    yield Ratio(now, base, growth=True, sure=True)
    alike = [q for q in near if q.dimension == near[0].dimension][:3] if near else []
    for now in alike:
        for base in alike:
            if now is not base and base.value > 0:
                comparable = Fraction(1, 2) < now.value / base.value < 2
                yield Ratio(now, base, growth=True) if comparable else Ratio(now, base)


def _closes(now: Quantity, base: Quantity, change: Quantity) -> bool:
    return abs(abs(now.value - base.value) - change.value) <= now.half + base.half + change.half


def _slipped(rate: Quantity, ratio: Ratio) -> bool:
    """Whether the rate, or one of its two figures, is one slip away from what makes all three agree."""
    right = ratio.value()
    if not right or right > 1000 or ratio.part.rough:
        return False
    finely = rate.step / abs(rate.value)
    few = sum(d.isdigit() for d in rate.number.lstrip("0.")) < 3
    if not ratio.sure and min(_digits(ratio.part), _digits(ratio.whole)) < _TELLING:
        return False  # small numbers make too many rates
    if slip(rate, right) and not (few and not ratio.sure):
        return True
    if finely > (_SURE if ratio.sure else _FINE):
        return False
    wanted = abs(rate.value)
    return any(abs(ratio.value(part=v) - wanted) <= rate.half for v in slips(ratio.part)) or any(
        v and abs(ratio.value(whole=v) - wanted) <= rate.half for v in slips(ratio.whole)
    )


_TELLING = 2


def _digits(figure: Quantity) -> int:
    return sum(sign.isdigit() for sign in figure.number)


def _remark(sentence: Sentence, at: Spot, rate: Quantity, ratio: Ratio) -> Remark:
    right = fixed(ratio.value(), max(2, decimals(rate.number))) + "%"
    sum_ = (
        f"由{ratio.whole.said}到{ratio.part.said}的变动率为{right}"
        if ratio.growth
        else f"{ratio.part.said}÷{ratio.whole.said}＝{right}"
    )
    others = tuple(Spot(sentence.paragraph, q.start, q.end) for q in (ratio.part, ratio.whole)
                   if q in sentence.quantities)  # fmt: skip
    return Remark(
        RULE, Status.BROKEN, at, f"{sum_}，报告写{rate.said}，疑似其中一个数写错", rate.said, right, others,
        Level.ERROR if ratio.sure else Level.WARNING, f"{fixed(abs(ratio.value() - abs(rate.value)), 2)}个百分点",
    )  # fmt: skip
