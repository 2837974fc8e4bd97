"""N-01, N-02: sums and differences over a paragraph that close but for one digit, whatever the words between.

A change (its label ends in 增加, 少, 结余 …) is the difference of two figures near it; a whole stands right before its parts, or
right behind them with 合计, 共. A figure that is in a relation that closes is settled. Of what is left, figures of four digits
and more that miss by one digit do not so by chance; short ones are doubted only where three figures stand alone.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import RATE, SCORE, Quantity
from selfeval_xl.statements.sentences import Sentence

SUM, DIFFERENCE = "N-01", "N-02"
_CHANGE = re.compile(
    r"(?:增加|减少|增长|下降|增|减|多|少|压减|节约|节省|节支|减支|增支|差|差额|相差|欠|超|超额|超出|扩大|缩小|缩减|高出|低于"
    r"|净增|净减|增加额|减少额|未[^，。；]{1,6}|剩余|余|多[^，。；\d]{1,4}|少[^，。；\d]{1,4})(?:了|额|额为|为|达|数|约)?$"
)
_CHAIN = re.compile(r"年中|追|调|结转|上年")
"""Terms of a chain of more than three (balances.py)."""
_LED = re.compile(r"其中|[：:（(＝=]|包括|由|一是|第一|一块|分|构成|组成|主要用于|含|里|当中|来源")
_TOTAL = re.compile(r"(?:共|合计|总|累计|相加|一共|小计|[＝=])[^，,。；;\d]{0,8}$")
_ONE_DIGIT = ("一位数字之差", "相邻两位数字颠倒")
_DIGITS, _WINDOW, _MOST, _BARE = 4, 4, 14, 8


def nearly(sentence: Sentence, before: Sequence[Sentence], judged: Sequence[Remark]) -> Iterator[Remark]:
    """`judged`: what was said of the sentence already; figures in it are settled, or doubted."""
    for dimension in dict.fromkeys(q.dimension for q in sentence.quantities):
        if dimension in (RATE, SCORE):
            continue
        places = [*reversed(before[:2]), sentence]
        figures = [(s, q) for s in places for q in s.quantities if q.dimension == dimension and not q.rough]
        figures = [(s, q) for s, q in figures if q.value > 0]
        if 3 <= len(figures) <= _MOST:
            yield from _of(sentence, figures, judged)


def _of(
    sentence: Sentence, figures: Sequence[tuple[Sentence, Quantity]], judged: Sequence[Remark]
) -> Iterator[Remark]:
    sums, changes = list(_sums(figures)), list(_changes(figures))
    settled = {q for left, right in (*sums, *changes) if _closes(left, right) for q in (*left, *right)}
    told = [r for r in judged if r.rule in (SUM, DIFFERENCE) or r.status is Status.BROKEN]
    settled |= {q for _, q in figures if any(_touches(r, q) for r in told)}
    for rule, relations in ((DIFFERENCE, changes), (SUM, sums)):
        for left, right in relations:
            members = {*left, *right}
            new = members & set(sentence.quantities)
            if not new or len(members & settled) > len(members) - 2 or _closes(left, right):
                continue
            alone = rule == DIFFERENCE and sum(s is sentence for s, _ in figures) == len(figures) == 3
            if _misses_by_a_digit(left, right, settled, 2 if alone else _DIGITS):
                settled |= members
                yield _remark(rule, sentence, left, right)


def _touches(remark: Remark, figure: Quantity) -> bool:
    return any(spot.start <= figure.start < spot.end for spot in (remark.spot, *remark.others))


Side = tuple[Quantity, ...]


def _sums(figures: Sequence[tuple[Sentence, Quantity]]) -> Iterator[tuple[Side, Side]]:
    """A whole, and the run of parts right behind or before it."""
    for n, (place, whole) in enumerate(figures):
        following = figures[n + 1 :]
        led = bool(following) and (
            bool(_LED.search(_between(place, whole, *following[0]))) or following[0][0] is not place
        )
        for end in range(2, len(following) + 1) if led else ():
            yield (whole,), tuple(q for _, q in following[:end])
        if _TOTAL.search(place.text[max(place.start, whole.start - 14) : whole.start]):
            for start in range(n - 1):
                yield (whole,), tuple(q for _, q in figures[start:n])


def _between(place: Sentence, first: Quantity, other: Sentence, second: Quantity) -> str:
    end = second.start if other is place else place.end
    return place.text[first.end : end]


def _changes(figures: Sequence[tuple[Sentence, Quantity]]) -> Iterator[tuple[Side, Side]]:
    """Base and change make the later figure: (larger,), (smaller, change)."""
    for n, (place, change) in enumerate(figures):
        label = place.label(change)
        if not _CHANGE.search(label) or _CHAIN.search(label):
            continue
        around = [(s, q) for s, q in figures[max(0, n - _WINDOW) : n + 3] if q is not change]
        own = [q for s, q in around if s is place]
        if len(own) < 2 and len(label) > _BARE:
            continue  # it names what it is the change of, and that stands elsewhere
        near = own if len(own) > 1 else [q for _, q in around]
        for n_one, one in enumerate(near):
            for two in near[n_one + 1 :]:
                larger, smaller = max(one, two, key=lambda q: q.value), min(one, two, key=lambda q: q.value)
                if change.value < larger.value:
                    yield (larger,), (smaller, change)


def _closes(left: Side, right: Side) -> bool:
    exact = not any("." in q.number for q in (*left, *right))
    spread = Fraction(0) if exact else sum((q.half for q in (*left, *right)), Fraction(0))
    return abs(_worth(left) - _worth(right)) <= spread


def _worth(side: Side) -> Fraction:
    return sum((q.value for q in side), Fraction(0))


def _misses_by_a_digit(left: Side, right: Side, settled: set[Quantity], digits: int) -> bool:
    """Whether one figure that is not settled, of so many digits, need only have one digit changed."""
    gap = _worth(left) - _worth(right)
    for q in (*left, *right):
        wanted = q.value + (-gap if q in left else gap)
        long = len(q.number.replace(".", "").replace(",", "").strip("0")) >= digits
        if long and q not in settled and wanted > 0 and slip(q, wanted) in _ONE_DIGIT:
            return True
    return False


def _remark(rule: str, sentence: Sentence, left: Side, right: Side) -> Remark:
    members = [q for q in (*left, *right) if q in sentence.quantities]
    gap = in_unit(abs(_worth(left) - _worth(right)), left[0])
    told = "＋".join(q.said for q in right)
    wanted = in_unit(_worth(right), left[0])
    return Remark(
        rule, Status.BROKEN, Spot(sentence.paragraph, members[0].start, members[0].end),
        f"{told}＝{wanted}，与{left[0].said}只差一位数字，疑似有一个数写错", left[0].said, wanted,
        tuple(Spot(sentence.paragraph, q.start, q.end) for q in (*left, *right)), Level.WARNING, gap,
    )  # fmt: skip
