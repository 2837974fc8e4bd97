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
UP = r"净?增加|净增|增长|上升|提高|上涨|多出|多花|多支出|增支|扩大|超出|超支|多|增|升高|上浮|高出|提升"
DOWN = r"净?减少|净减|下降|降低|压减|压缩|调减|缩短|回落|缩减|减支|节约|节支|少花|少支出|少|减|降|下滑|低"
_LED = (
    r"(?:共|各|均|分别|总共|同比|合计|实际|相应|仅|只|约|大幅|略有|小幅|实有|人数|金额|数量|总额|支出|经费)*"
)
_WAY = rf"{_LED}(?P<way>{UP}|{DOWN})(?:了|额为|额|幅度为|幅度|人数为|人数|幅为)?"
BASE = rf"[^，,。；;：:{FIRST}-{LAST}（(]{{0,20}}?"
_PLAIN = rf"(?:(?!{UP}|{DOWN})[^，,。；;：:{FIRST}-{LAST}（(]){{0,20}}?"
_GROWTH = (
    rf"(?:[，,、（(]?\s*(?:同比|增幅|降幅|幅度|约|增减率)*(?P<way2>{UP}|{DOWN}|增幅|降幅|幅度)"
    rf"(?:了|为|达|幅度为|幅度|率为|率|幅为)?(?P<rate>{Q}))?"
)
_AGAINST = re.compile(
    rf"(?:(?<![同对相])比|较|跟|与|同(?!比)|对比|和|相较)(?P<base>{BASE})(?P<b>{Q})?(?P<after>[^，,。；;{FIRST}-{LAST}]{{0,6}}?)(?:相比|比较|比)?[，,]?\s*(?:{_PLAIN}(?P<a>{Q})[，,])?{BASE}{_WAY}(?P<d>{Q}){_GROWTH}"
)
_BARE = re.compile(
    rf"(?P<way>{UP}|{DOWN})(?:了|额为|额|为)?(?P<d>{Q})[，,、（(]\s*(?:同比)?(?P<way2>增长|下降|增幅|降幅|上升|降低|增加|减少|提高)(?:了|为|达)?(?P<rate>{Q})"
)
_IS_CHANGE = re.compile(rf"(?:{UP}|{DOWN}|追加|调增|追减|核减)(?:了|额|额为|为|合计)?$")
_CHANGE = re.compile(rf"(?:{UP}|{DOWN})(?:了|额|额为|为|合计)?$|^(?:比|较|跟|与|同)")
"""What stands before a figure that is itself a change, or the base of one."""
_FLAT = re.compile(
    rf"(?:与|和|同|比|较)(?P<base>{BASE})(?P<b>{Q})(?:相比)?[，,]?(?:基本)?(?:持平|一致|相同|没有变化|无变化)"
)


def differences(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """Every comparison of a sentence. `before`: the sentences of the paragraph that stand before it, nearest first."""
    seen: set[int] = set()
    for found in _AGAINST.finditer(sentence.skeleton):
        if found["b"] or found["a"]:
            seen.add(found.start("d"))
            yield from _against(sentence, found, before)
    for found in _LOOSE.finditer(sentence.skeleton):
        if found.start("d") not in seen and (told := list(_two_figures(sentence, found))):
            seen.add(found.start("d"))
            yield from told
    for found in _BARE.finditer(sentence.skeleton):
        if found.start("d") not in seen:
            yield from _growth_alone(sentence, found, before)


_LOOSE = re.compile(rf"(?:{_WAY}|(?P<neutral>相差|差额为?|变化为?|变动为?))(?P<d>{Q}){_GROWTH}")


def _two_figures(sentence: Sentence, found: re.Match[str]) -> Iterator[Remark]:
    """2022年A，2023年B，增加C: exactly two figures before the change, one of them of last year or of the budget."""
    delta = sentence.quantity(found["d"])
    head = [sentence.quantity(s) for s in re.findall(Q, sentence.skeleton[: found.start()])]
    bracket = re.match(
        rf"[（(][^（()）{FIRST}-{LAST}]*({Q})[^（()）{FIRST}-{LAST}]*[）)]",
        sentence.skeleton[found.end("d") :],
    )
    head += [sentence.quantity(bracket[1])] if bracket else []
    same = [q for q in head if q.dimension == delta.dimension and q.dimension != RATE]
    unsure = len(same) != 2 or any(q.rough or _IS_CHANGE.search(sentence.label(q)) for q in same)
    if unsure or delta.rough or "其中" in sentence.skeleton[: found.start()]:
        return
    base = _base_of(sentence, same)
    if base is None:
        return
    now = next(q for q in same if q is not base)
    sign = 1 if now.value >= base.value else -1
    if delta.dimension == now.dimension:
        sign = sign if found["neutral"] else 1 if is_up(found["way"]) else -1
        fit = [now] if _fits(now, base, delta, sign) else []
        yield from _difference(sentence, found, [now], fit, base, delta, sign)
    if found["rate"] and sentence.quantity(found["rate"]).dimension == RATE:
        rise = 1 if is_up(found["way2"]) else -1 if found["way2"] != "幅度" else sign
        yield from _rate_on(sentence, base, sentence.quantity(found["rate"]), rise, [now], delta)


def _base_of(sentence: Sentence, two: Sequence[Quantity]) -> Quantity | None:
    """The one of two figures that is of last year or of the budget."""
    labels = [sentence.label(q) for q in two]
    years = [int(found[1]) if (found := re.search(r"(20\d\d)年", label)) else 0 for label in labels]
    if all(years) and years[0] != years[1]:
        return two[years.index(min(years))]
    named = [
        q
        for q, label in zip(two, labels, strict=True)
        if re.search(r"上年|去年|上一年|同期|年初|预算", label)
    ]
    if not named and years[0] != years[1] and any(years):
        return two[1] if years[1] else None
    return named[0] if len(named) == 1 else None


def is_up(way: str) -> bool:
    return bool(re.fullmatch(UP, way)) or way == "增幅"


def subjects(sentence: Sentence, at: int, like: Quantity, before: Sequence[Sentence]) -> list[Quantity]:
    """What a comparison may speak of: figures of its dimension before it, in the sentence or paragraph; the nearest first."""
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
    base, delta = sentence.quantity(found["b"] or found["a"]), sentence.quantity(found["d"])
    sign = 1 if is_up(found["way"]) else -1
    if delta.dimension == RATE and base.dimension != RATE:
        yield from _rate_on(sentence, base, delta, sign, subjects(sentence, found.start(), base, before))
        return
    if delta.dimension != base.dimension:
        return
    candidates = _between(sentence, found, base) or subjects(sentence, found.start(), base, before)
    fit = [a for a in candidates if _fits(a, base, delta, sign)]
    yield from _difference(sentence, found, candidates, fit, base, delta, sign)
    if found["rate"] and sentence.quantity(found["rate"]).dimension == RATE and base.dimension != RATE:
        way = found["way2"]
        rise = sign if way in ("幅度",) else 1 if is_up(way) else -1
        own = [q for q in candidates if q in sentence.quantities]
        yield from _rate_on(
            sentence, base, sentence.quantity(found["rate"]), rise, [*fit, *own, *candidates], delta
        )


def _between(sentence: Sentence, found: re.Match[str], base: Quantity) -> list[Quantity]:
    """与上年A相比，本年B，增加C: what stands between the base and the change."""
    if not found["b"]:
        return []
    signs = re.findall(Q, sentence.skeleton[found.end("b") : found.start("d")])
    return [q for q in map(sentence.quantity, signs) if q.dimension == base.dimension]


def _fits(a: Quantity, base: Quantity, delta: Quantity, sign: int) -> bool:
    return abs(a.value - base.value - sign * delta.value) <= a.half + base.half + delta.half + noise(
        a, base, delta
    )


def noise(*figures: Quantity) -> Fraction:
    """Whole numbers of things are exact, half steps of their own notwithstanding; amounts are what they print."""
    exact = all(not decimals(q.number) and q.rough is False for q in figures)
    return -sum((q.half for q in figures), Fraction(0)) if exact else Fraction(0)


def _difference(
    sentence: Sentence, found: re.Match[str], candidates: Sequence[Quantity], fit: Sequence[Quantity],
    base: Quantity, delta: Quantity, sign: int,
) -> Iterator[Remark]:  # fmt: skip
    at = Spot(
        sentence.paragraph,
        sentence.at(max(found.start("way"), 0)) if found["way"] else delta.start,
        delta.end,
    )
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
        f"{wrong.said}与{sentence.label(base)}{base.said}相比，应为{told(right, delta)}，"
        f"报告写{found['way'] or '相差'}{delta.said}",
        f"{found['way'] or ''}{delta.said}", told(right, delta),
        (Spot(sentence.paragraph, base.start, base.end), *spots(sentence, wrong)),
        difference=in_unit(abs(right - sign * delta.value), delta),
    )  # fmt: skip


def told(right: Fraction, like: Quantity) -> str:
    return f"{'增加' if right > 0 else '减少' if right < 0 else '持平'}{in_unit(abs(right), like) if right else ''}"


def spots(sentence: Sentence, quantity: Quantity) -> tuple[Spot, ...]:
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
    spreads = [_spread(a, base) for a in candidates] + ([_spread(delta, base)] if delta else [])
    for change, spread in zip(changes, spreads, strict=False):
        if abs(change / base.value * 100 - sign * rate.value) <= rate.step + spread:
            yield Remark(RATES, Status.PASSED, at, "")
            return
    turned = next((c for c in changes if abs(c / base.value * 100 + sign * rate.value) <= rate.step), None)
    near = next((c for c in changes if slip(rate, abs(c / base.value * 100))), None)
    wanted = turned if turned is not None else near
    if wanted is None and (delta or len(set(changes)) == 1) and changes:
        wanted = changes[-1]
    if wanted is None:
        return
    right = wanted / base.value * 100
    way = "增长" if right > 0 else "下降"
    said = "增长" if sign > 0 else "下降"
    yield Remark(
        RATES, Status.BROKEN, at,
        f"以{base.said}为底数，应为{way}{percent(right, rate)}，报告写{said}{rate.said}",
        f"{said}{rate.said}", f"{way}{percent(right, rate)}", spots(sentence, base),
        difference=f"{fixed(abs(abs(right) - rate.value), 2)}个百分点",
    )  # fmt: skip


def _spread(a: Quantity, base: Quantity) -> Fraction:
    """What the printed digits of a figure in 亿元 leave open in its growth."""
    fine = (a.half + base.half * abs(a.value) / base.value) / base.value * 100
    return fine if decimals(a.number) else Fraction(0)


def percent(value: Fraction, like: Quantity) -> str:
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
        RATES, Status.BROKEN, at, 
        f"{found['way']}{delta.said}相当于{way}{percent(near, rate)}，报告写{found['way2']}{rate.said}",
        f"{found['way2']}{rate.said}", f"{way}{percent(near, rate)}", spots(sentence, delta),
        difference=f"{fixed(abs(abs(near) - rate.value), 2)}个百分点",
    )  # fmt: skip


def _mended(delta: Quantity, rate: Quantity, a: Quantity, sign: int) -> bool:
    """Whether a slip in the change itself, or in the figure, would make the rate right."""
    if not rate.value or (rate.value >= 100 and sign < 0):
        return False
    share = rate.value / 100
    wanted = a.value * share / (1 + sign * share)
    return _about(delta, wanted, rate, a)


def _about(delta: Quantity, wanted: Fraction, rate: Quantity, a: Quantity) -> bool:
    """A rate of few digits leaves the change open; only a slip that holds for the whole interval counts."""
    spread = a.value * rate.step / 100
    return spread <= delta.half * 4 and bool(slip(delta, wanted))
