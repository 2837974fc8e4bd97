"""N-02: by how much something rose or fell, and which way; N-03 for the growth that is said with it."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Status
from selfeval_xl.money import fixed
from selfeval_xl.statements.quantities import RATE, Quantity, decimals
from selfeval_xl.statements.sentences import FIRST, LAST, Q, Sentence

DIFFERENCE, RATES = "N-02", "N-03"
_UP = r"净?增加|净增|增长|上升|提高|上涨|多出|多花|多支出|增支|扩大|超出|超支|多|增|升高|上浮|高出|提升"
_DOWN = r"净?减少|净减|下降|降低|压减|压缩|调减|缩短|回落|缩减|减支|节约|节支|少花|少支出|少|减|降|下滑|低"
_WAY = rf"(?:共|各|均|分别|总共|同比|合计|实际|相应|仅|只|约|大幅|略有|小幅|实有|人数|金额|数量|总额|支出|经费)*(?P<way>{_UP}|{_DOWN})(?:了|额为|额|为|到|幅度为|幅度|人数|人数为|幅为)?"
_BASE = rf"[^，,。；;：:{FIRST}-{LAST}（(]{{0,20}}?"
_GROWTH = rf"(?:[，,、（(]?\s*(?:同比|增幅|降幅|幅度|约|增减率)*(?P<way2>{_UP}|{_DOWN}|增幅|降幅|幅度)(?:了|为|达|幅度为|率为)?(?P<rate>{Q}))?"
_AGAINST = re.compile(
    rf"(?:比|较|跟|与|同|对比|相比)(?P<base>{_BASE})(?P<b>{Q})?(?P<after>[^，,。；;{FIRST}-{LAST}]{{0,6}}?)(?:相比|比较|比)?[，,]?\s*{_BASE}{_WAY}(?P<d>{Q}){_GROWTH}"
)
_FROM_TO = re.compile(
    rf"(?:由|从)(?P<base>{_BASE})(?P<a>{Q})(?:{_BASE})(?P<way>增加|增长|提高|上升|提升|扩大|扩|增|升|减少|下降|降低|压缩|压减|缩短|减|降|变|调整|变化|回落|变更)(?:到|至|为|成)(?:{_BASE})?(?P<b>{Q})"
    rf"(?:[，,（(]\s*(?:共|净|实际|合计|累计)*(?P<way3>变化为|变动为|{_UP}|{_DOWN})(?:了|为)?(?P<d>{Q}))?"
)
_BARE = re.compile(
    rf"(?P<way>{_UP}|{_DOWN})(?:了|额为|额|为)?(?P<d>{Q})[，,、（(]\s*(?:同比)?(?P<way2>增长|下降|增幅|降幅|上升|降低|增加|减少|提高)(?:了|为|达)?(?P<rate>{Q})"
)
_CHANGE = re.compile(rf"(?:{_UP}|{_DOWN})(?:了|额|额为|为|合计)?$|^(?:比|较|跟|与|同)")
"""What stands before a figure that is itself a change, or the base of one."""
_FLAT = re.compile(
    rf"(?:与|和|同|比|较)(?P<base>{_BASE})(?P<b>{Q})(?:相比)?[，,]?(?:基本)?(?:持平|一致|相同|没有变化|无变化)"
)


def differences(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """Every comparison of a sentence. `before`: the sentences of the paragraph that stand before it, nearest first."""
    seen: set[int] = set()
    for found in _FROM_TO.finditer(sentence.skeleton):
        yield from _from_to(sentence, found)
    for found in _AGAINST.finditer(sentence.skeleton):
        seen.add(found.start("d"))
        if found["b"]:
            yield from _against(sentence, found, before)
        elif found["rate"]:
            yield from _growth_alone(sentence, found, before)
    for found in _BARE.finditer(sentence.skeleton):
        if found.start("d") not in seen:
            yield from _growth_alone(sentence, found, before)


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
            DIFFERENCE, Status.BROKEN, at, f"由{last.said}到{mine.said}，应为{_told(right, delta)}，报告写{found[0][:-1]}{delta.said}",
            delta.said, _told(right, delta), (Spot(place.paragraph, last.start, last.end), *_where(mine, sentence, before)),
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
        re.sub(r"20\d\d年(?:度)?|上年|去年|年末|年底|末|底|数$|人数|人员|[的为有年]", "", words)
        for words in (one, other)
    ]
    return (
        len(bare[0]) >= 2
        and bool(bare[1])
        and (bare[0].endswith(bare[1][-4:]) or bare[1].endswith(bare[0][-4:]))
    )


def is_up(way: str) -> bool:
    return bool(re.fullmatch(_UP, way)) or way == "增幅"


def subjects(sentence: Sentence, at: int, like: Quantity, before: Sequence[Sentence]) -> list[Quantity]:
    """What a comparison may speak of: figures of its dimension before it, in the sentence or in the paragraph; the nearest first."""
    own = [sentence.quantity(sign) for sign in re.findall(Q, sentence.skeleton[:at])]
    found = [
        q for q in reversed(own) if q.dimension == like.dimension and not _CHANGE.search(sentence.label(q))
    ]
    for earlier in before:
        found += [
            q
            for q in reversed(earlier.quantities)
            if q.dimension == like.dimension and not _CHANGE.search(earlier.label(q))
        ]
    return found


def _against(sentence: Sentence, found: re.Match[str], before: Sequence[Sentence]) -> Iterator[Remark]:
    base, delta = sentence.quantity(found["b"]), sentence.quantity(found["d"])
    sign = 1 if is_up(found["way"]) else -1
    if delta.dimension == RATE and base.dimension != RATE:
        yield from _rate_on(sentence, base, delta, sign, subjects(sentence, found.start(), base, before))
        return
    if delta.dimension != base.dimension:
        return
    candidates = subjects(sentence, found.start(), base, before)
    later = re.match(rf"[^。；;]{{0,12}}?({Q})", sentence.skeleton[found.end() :])
    if not candidates and later and sentence.quantity(later[1]).dimension == base.dimension:
        candidates = [sentence.quantity(later[1])]
    fit = [a for a in candidates if _fits(a, base, delta, sign)]
    yield from _difference(sentence, found, candidates, fit, base, delta, sign)
    if found["rate"] and sentence.quantity(found["rate"]).dimension == RATE and base.dimension != RATE:
        way = found["way2"]
        rise = sign if way in ("幅度",) else 1 if is_up(way) else -1
        own = [q for q in candidates if q in sentence.quantities]
        yield from _rate_on(
            sentence, base, sentence.quantity(found["rate"]), rise, [*fit, *own, *candidates], delta
        )


def _fits(a: Quantity, base: Quantity, delta: Quantity, sign: int) -> bool:
    return abs(a.value - base.value - sign * delta.value) <= a.half + base.half + delta.half + _noise(
        a, base, delta
    )


def _noise(*figures: Quantity) -> Fraction:
    """Whole numbers of things are exact, half steps of their own notwithstanding; amounts are what they print."""
    exact = all(not decimals(q.number) and q.rough is False for q in figures)
    return -sum((q.half for q in figures), Fraction(0)) if exact else Fraction(0)


def _difference(
    sentence: Sentence, found: re.Match[str], candidates: Sequence[Quantity], fit: Sequence[Quantity],
    base: Quantity, delta: Quantity, sign: int,
) -> Iterator[Remark]:  # fmt: skip
    at = Spot(sentence.paragraph, sentence.at(found.start("way")), delta.end)
    if fit:
        yield Remark(
            DIFFERENCE, Status.PASSED, at, "", others=(Spot(sentence.paragraph, base.start, base.end),)
        )
        return
    if base.rough or delta.rough:
        return
    wrong = next((a for a in candidates if _fits(a, base, delta, -sign)), None)
    if wrong is None:
        wrong = next((a for a in candidates if _slipped(a, base, delta, sign)), None)
    own = [q for q in candidates if q in sentence.quantities]
    if wrong is None and own and len({q.value for q in own}) == 1:
        wrong = own[0]
    if wrong is None:
        return
    right = wrong.value - base.value
    yield Remark(
        DIFFERENCE, Status.BROKEN, at,
        f"{wrong.said}与{found['base']}{base.said}相比，应为{_told(right, delta)}，报告写{found['way']}{delta.said}",
        f"{found['way']}{delta.said}", _told(right, delta),
        (Spot(sentence.paragraph, base.start, base.end), *_spots(sentence, wrong)),
        difference=in_unit(abs(abs(right) - delta.value), delta),
    )  # fmt: skip


def _told(right: Fraction, like: Quantity) -> str:
    return f"{'增加' if right > 0 else '减少' if right < 0 else '持平'}{in_unit(abs(right), like) if right else ''}"


def _spots(sentence: Sentence, quantity: Quantity) -> tuple[Spot, ...]:
    return (Spot(sentence.paragraph, quantity.start, quantity.end),)


def _slipped(a: Quantity, base: Quantity, delta: Quantity, sign: int) -> bool:
    right = a.value - base.value
    way = right * sign > 0
    return bool(
        (way and slip(delta, abs(right)))
        or slip(base, a.value - sign * delta.value)
        or slip(a, base.value + sign * delta.value)
        or slip(delta, abs(right))
    )


def _rate_on(
    sentence: Sentence,
    base: Quantity,
    rate: Quantity,
    sign: int,
    candidates: Sequence[Quantity],
    delta: Quantity | None = None,
) -> Iterator[Remark]:
    """Growth over a base that is said. With `delta`, the change that is said counts as well as the figure itself."""
    if not base.value or rate.rough or base.rough:
        return
    changes = [a.value - base.value for a in candidates] + ([sign * delta.value] if delta else [])
    at = Spot(sentence.paragraph, rate.start, rate.end)
    spreads = [_spread(a, base) for a in candidates] + [Fraction(0)]
    for change, spread in zip(changes, spreads, strict=False):
        if abs(change / base.value * 100 - sign * rate.value) <= rate.step + spread:
            yield Remark(RATES, Status.PASSED, at, "")
            return
    turned = next((c for c in changes if abs(c / base.value * 100 + sign * rate.value) <= rate.step), None)
    near = next((c for c in changes if slip(rate, abs(c / base.value * 100))), None)
    wanted = turned if turned is not None else near
    if wanted is None and (delta or len({c for c in changes}) == 1) and changes:
        wanted = changes[-1]
    if wanted is None:
        return
    right = wanted / base.value * 100
    way = "增长" if right > 0 else "下降"
    said = "增长" if sign > 0 else "下降"
    yield Remark(
        RATES, Status.BROKEN, at,
        f"以{base.said}为底数，应为{way}{_percent(right, rate)}，报告写{said}{rate.said}",
        f"{said}{rate.said}", f"{way}{_percent(right, rate)}", _spots(sentence, base),
        difference=f"{fixed(abs(abs(right) - rate.value), 2)}个百分点",
    )  # fmt: skip


def _spread(a: Quantity, base: Quantity) -> Fraction:
    """What the printed digits of a figure in 亿元 leave open in its growth."""
    return a.half / base.value * 100 if decimals(a.number) else Fraction(0)


def _percent(value: Fraction, like: Quantity) -> str:
    return fixed(abs(value), max(2, decimals(like.number))) + "%"


def _growth_alone(sentence: Sentence, found: re.Match[str], before: Sequence[Sentence]) -> Iterator[Remark]:
    """A change and its rate without the base: the base is the figure less the change."""
    delta, rate = sentence.quantity(found["d"]), sentence.quantity(found["rate"])
    if rate.dimension != RATE or delta.dimension == RATE or rate.rough or delta.rough or not delta.value:
        return
    sign = 1 if is_up(found["way"]) else -1
    rise = sign if found["way2"] == "幅度" else 1 if is_up(found["way2"]) else -1
    candidates = subjects(sentence, found.start(), delta, before)
    at = Spot(sentence.paragraph, rate.start, rate.end)
    bases = [b for a in candidates for b in (a.value - sign * delta.value, a.value) if b > 0]
    rates = [sign * delta.value / b * 100 for b in bases]
    if any(abs(r - rise * rate.value) <= rate.step for r in rates):
        yield Remark(RATES, Status.PASSED, at, "")
        return
    near = next((r for r in rates[:2] if slip(rate, abs(r)) or abs(abs(r) - rate.value) <= rate.step), None)
    if near is None and len(rates) >= 1:
        near = next(
            (r for a, r in zip(candidates, rates[::2], strict=False) if _mended(delta, rate, a, sign)), None
        )
    if near is None:
        return
    way = "增长" if near > 0 else "下降"
    yield Remark(
        RATES, Status.BROKEN, at, f"{found['way']}{delta.said}相当于{way}{_percent(near, rate)}，报告写{found['way2']}{rate.said}",
        f"{found['way2']}{rate.said}", f"{way}{_percent(near, rate)}", _spots(sentence, delta),
        difference=f"{fixed(abs(abs(near) - rate.value), 2)}个百分点",
    )  # fmt: skip


def _mended(delta: Quantity, rate: Quantity, a: Quantity, sign: int) -> bool:
    """Whether a slip in the change itself, or in the figure, would make the rate right."""
    if not rate.value or rate.value >= 100 and sign < 0:
        return False
    share = rate.value / 100
    wanted = a.value * share / (1 + sign * share)
    return _about(delta, wanted, rate, a)


def _about(delta: Quantity, wanted: Fraction, rate: Quantity, a: Quantity) -> bool:
    """A rate of few digits leaves the change open; only a slip that holds for the whole interval counts."""
    spread = a.value * rate.step / 100
    return spread <= delta.half * 4 and bool(slip(delta, wanted))


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
            way, "增加" if change > 0 else "减少", _spots(sentence, first),
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
        right, tolerance = abs(change), first.half + last.half + delta.half + _noise(first, last, delta)
    word = found["way3"] or ""
    turned = bool(re.fullmatch(rf"{_UP}|{_DOWN}", word)) and (change > 0) != is_up(word) and change != 0
    if abs(right - abs(delta.value)) <= tolerance and not turned:
        yield Remark(DIFFERENCE, Status.PASSED, spot, "")
        return
    told = (
        _percent(right, delta)
        if delta.dimension == RATE and first.dimension != RATE
        else in_unit(right, delta)
    )
    direction = "增加" if change > 0 else "减少"
    yield Remark(
        DIFFERENCE, Status.BROKEN, spot, f"由{first.said}到{last.said}，应为{direction}{told}，报告写{word}{delta.said}",
        f"{word}{delta.said}", f"{direction}{told}", (at,), difference=in_unit(abs(right - abs(delta.value)), delta),
    )  # fmt: skip
