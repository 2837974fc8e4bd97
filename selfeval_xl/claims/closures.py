"""N-01: figures of one sentence of which the largest is the sum of all others, however that is worded.

A whole and its parts, last year's figure, the change and this year's: each closes in this way. Where a sentence speaks of
sums or changes and its figures close but for one slip of the hand, one of them is doubted, whatever the pattern.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import MONEY, SCORE, Quantity
from selfeval_xl.statements.sentences import Sentence

RULE = "N-01"
_OF_SUMS = re.compile(
    r"合计|共|总|小计|相加|累计|加上|其余|剩下|另有|分别|各为|构成|组成|包括|含|其中|占|属于|[＝=＋+：]"
    r"|增加|减少|增长|下降|相差|差额|较|比|同比|压减|节约|超支"
)
_OVER_SENTENCES = re.compile(r"上述|以上|合计|小计|总计|相加|累计|加上")
_ONE_DIGIT = ("一位数字之差", "相邻两位数字颠倒")
_LEAST, _MOST = 3, 7
"""So many figures make a closure; of more, any sum is near some slip."""
_DIGITS = 4
"""Digits of the figure that is doubted: any two short numbers look alike."""


def closures(sentence: Sentence, before: Sequence[Sentence], judged: Sequence[Remark]) -> Iterator[Remark]:
    """`judged`: what was said of the sentence already; figures that took part in it are left alone."""
    if not _OF_SUMS.search(sentence.text[sentence.start : sentence.end]):
        return
    for dimension in (MONEY, SCORE):
        figures = [q for q in sentence.quantities if q.dimension == dimension]
        if len(figures) < _LEAST and _OVER_SENTENCES.search(sentence.skeleton):
            figures = [
                q for s in (*reversed(before), sentence) for q in s.quantities if q.dimension == dimension
            ]
        known = [q for q in figures if any(_touches(remark, q) for remark in judged)]
        if (
            _LEAST <= len(figures) <= _MOST
            and len(known) < 2
            and not any(q.rough or q.value <= 0 for q in figures)
        ):
            yield from _closed(sentence, figures)


def _touches(remark: Remark, figure: Quantity) -> bool:
    return any(spot.start <= figure.start < spot.end for spot in (remark.spot, *remark.others))


def _closed(sentence: Sentence, figures: Sequence[Quantity]) -> Iterator[Remark]:
    whole = max(figures, key=lambda q: q.value)
    parts = [q for q in figures if q is not whole]
    total = sum((q.value for q in parts), Fraction(0))
    spot = Spot(sentence.paragraph, min(q.start for q in figures), max(q.end for q in figures))
    others = tuple(Spot(sentence.paragraph, q.start, q.end) for q in figures)
    if abs(total - whole.value) <= sum((q.half for q in figures), Fraction(0)):
        yield Remark(RULE, Status.PASSED, spot, "", others=others)
        return
    gap = whole.value - total
    likely = _one_digit(whole, total) or any(_one_digit(part, part.value + gap) for part in parts)
    if likely:
        yield Remark(
            RULE, Status.BROKEN, spot,
            f"{whole.said}与其余{len(parts)}个数之和{in_unit(total, whole)}只差一位数字，疑似有一个数写错", whole.said,
            in_unit(total, whole), others, Level.WARNING, in_unit(abs(gap), whole),
        )  # fmt: skip


def _one_digit(said: Quantity, wanted: Fraction) -> bool:
    long = len(said.number.replace(".", "").replace(",", "").strip("0")) >= _DIGITS
    return long and wanted > 0 and slip(said, wanted) in _ONE_DIGIT
