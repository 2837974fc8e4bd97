"""N-03: shares, rates of execution and completion, and whatever else is one figure over another."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.money import fixed
from selfeval_xl.statements.quantities import RATE, Quantity, decimals
from selfeval_xl.statements.sentences import FIRST, LAST, Q, Sentence

RULE = "N-03"
_NOT_Q = rf"[^，,。；;{FIRST}-{LAST}]"
_SHARE_OF = re.compile(
    rf"占(?P<of>{_NOT_Q}{{0,14}}?)(?P<whole>{Q})(?:{_NOT_Q}{{0,4}}?)(?:的|比重为|比例为|的比例为)(?P<rate>{Q})"
)
_SHARE = re.compile(
    rf"(?P<part>{Q})[^。；;{FIRST}-{LAST}]{{0,12}}?占(?P<of>[^，,。；;{FIRST}-{LAST}]{{0,18}}?)(?:的|比|比重|比例为|比重为|为)?(?P<rate>{Q})"
)
_EACH = re.compile(
    rf"(?:分别|各)占(?P<of>[^，,。；;{FIRST}-{LAST}]{{0,16}}?)(?:的)?(?P<rates>{Q}(?:[、，,和与及]{Q})+)"
)
_OF = re.compile(rf"完成(?P<of>{_NOT_Q}{{0,10}}?)(?P<whole>{Q})(?:{_NOT_Q}{{0,3}}?)的(?P<rate>{Q})")
_NAMED = re.compile(
    rf"(?P<name>[^，,。；;：:（）()、{FIRST}-{LAST}]{{0,14}}?(?:率|完成[^，,。；;：:]{{0,6}}(?:预算|计划|任务|目标)的?|占比|比重|比例|进度|满意度))(?:仅|只|达到|达|为|是|有|约|高达|：)?(?P<rate>{Q})"
)
_AMOUNTS = re.compile(r"支出|资金|预算|收入|总额|金额|经费|投资|决算")
_OF_MONEY = re.compile(r"执行|支付|使用|支出进度|完成率|完成")
_FORMULA = re.compile(
    rf"(?P<a>{Q})[^，,。；;{FIRST}-{LAST}]{{0,8}}[÷/／][^，,。；;{FIRST}-{LAST}]{{0,8}}(?P<b>{Q})(?:\s*[×xX*]\s*{Q})?\s*[=＝](?P<rate>{Q})"
)
_YEAR_START = re.compile(r"年初")
_BUDGET = re.compile(r"预算|计划|任务|目标|编制|应|总|安排|下达|到位|指标")
_SPENT = re.compile(r"支出|执行|决算|完成|实际|使用|在职|实有|已")


def rates(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """Every rate of a sentence whose two figures can be named."""
    done: set[Quantity] = set()
    for found in _EACH.finditer(sentence.skeleton):
        own = [sentence.quantity(s) for s in re.findall(Q, found["rates"])]
        done |= set(own)
        yield from _each(sentence, found, own, before)
    for found in _FORMULA.finditer(sentence.skeleton):
        rate, pair = (
            sentence.quantity(found["rate"]),
            (sentence.quantity(found["a"]), sentence.quantity(found["b"])),
        )
        if rate.dimension == RATE and pair[0].dimension == pair[1].dimension:
            done |= {rate, *(q for q in sentence.quantities if q.dimension == RATE)}
            yield from judged(sentence, rate, [pair], sure=True)
    for pattern in (_SHARE_OF, _OF):
        for found in pattern.finditer(sentence.skeleton):
            rate, whole = sentence.quantity(found["rate"]), sentence.quantity(found["whole"])
            if rate.dimension == RATE and whole.dimension != RATE and rate not in done:
                done.add(rate)
                parts = _earlier(sentence, found.start(), whole.dimension, before)
                near = {whole.dimension}
                loose = parts or _earlier(sentence, found.start(), "", before, near)
                yield from judged(sentence, rate, [(p, whole) for p in loose], sure=bool(parts[:1]))
    for found in _SHARE.finditer(sentence.skeleton):
        rate = sentence.quantity(found["rate"])
        if rate.dimension == RATE and rate not in done:
            done.add(rate)
            part = _outside(sentence, found)
            if _AMOUNTS.search(found["of"]) and part.dimension != "money":
                continue
            if re.search(r"前者|后者", found["of"]):
                continue  # which is which stands in the words
            wholes = [q for q in _earlier(sentence, found.start(), part.dimension, before) if q is not part]
            shares = any(
                q.dimension == RATE
                for q in sentence.quantities
                if wholes and wholes[0].start < q.start < part.start
            )
            sure = _one(wholes) and wholes[0].value >= part.value and not shares
            yield from judged(sentence, rate, [(part, w) for w in wholes], sure=sure)
    for found in _NAMED.finditer(sentence.skeleton):
        rate = sentence.quantity(found["rate"])
        if rate.dimension == RATE and rate not in done and "百分点" not in rate.word:
            done.add(rate)
            yield from _named(sentence, found, rate, before)


def _outside(sentence: Sentence, found: re.Match[str]) -> Quantity:
    """A （其中 B、C），占…: the share is A's, not that of the last figure in the bracket."""
    depth = sentence.depth(found.start("part"))
    inside = depth - sentence.depth(found.start("of"))
    if inside <= 0:
        return sentence.quantity(found["part"])
    for at in range(found.start("part") - 1, -1, -1):
        if re.match(Q, sentence.skeleton[at]) and sentence.depth(at) <= depth - inside:
            return sentence.quantity(sentence.skeleton[at])
    return sentence.quantity(found["part"])


def _one(figures: Sequence[Quantity]) -> bool:
    return len({q.value for q in figures}) == 1


def _earlier(
    sentence: Sentence,
    at: int,
    dimension: str,
    before: Sequence[Sentence],
    not_of: set[str] = frozenset(),  # type: ignore[assignment]
) -> list[Quantity]:
    """Figures before a place of the sentence, then those of the paragraph, the nearest first."""
    own = [sentence.quantity(sign) for sign in re.findall(Q, sentence.skeleton[:at])]
    found = list(reversed(own)) + [q for earlier in before for q in reversed(earlier.quantities)]
    if dimension:
        return [q for q in found if q.dimension == dimension]
    return [q for q in found[:3] if q.dimension not in (RATE, "money", *not_of)]


def _each(
    sentence: Sentence, found: re.Match[str], own: Sequence[Quantity], before: Sequence[Sentence]
) -> Iterator[Remark]:
    """A和B分别占 x%、y%: as many figures before them as there are rates, over one whole."""
    head = [sentence.quantity(s) for s in re.findall(Q, sentence.skeleton[: found.start()])]
    if not own or own[0].dimension != RATE or len(head) < len(own):
        return
    parts = head[-len(own) :]
    if len({p.dimension for p in parts}) > 1 or parts[0].dimension == RATE:
        return
    wholes = [q for q in reversed(head[: -len(own)]) if q.dimension == parts[0].dimension]
    wholes += [q for s in before for q in reversed(s.quantities) if q.dimension == parts[0].dimension]
    total = sum((p.value for p in parts), Fraction(0))
    for part, rate in zip(parts, own, strict=True):
        pairs = [(part, w) for w in wholes]
        if _fits_value(rate, part.value, total):
            yield Remark(RULE, Status.PASSED, Spot(sentence.paragraph, rate.start, rate.end), "")
        else:
            yield from judged(sentence, rate, pairs, sure=_one(wholes[:1]))


def _named(
    sentence: Sentence, found: re.Match[str], rate: Quantity, before: Sequence[Sentence]
) -> Iterator[Remark]:
    """执行率, 完成率, 控制率 …: any two figures of one dimension before it, those of the sentence first."""
    name = found["name"]
    if re.search(r"增长|增幅|降幅|下降|提高|上年|目标|去年", name):
        return
    own = [sentence.quantity(s) for s in re.findall(Q, sentence.skeleton[: found.start("rate")])]
    figures = [q for q in reversed(own) if q.dimension != RATE]
    figures += [q for s in before[:2] for q in reversed(s.quantities) if q.dimension != RATE]
    after = re.match(r"[（(]([^（()）]*)[）)]", sentence.skeleton[found.end() :])
    figures += [sentence.quantity(s) for s in re.findall(Q, after[1])] if after else []
    pairs = [
        (a, b) for a in figures for b in figures if a is not b and a.dimension == b.dimension and b.value
    ]
    if "执行率" in name:
        pairs = _without_initial(sentence, pairs)
    spoken = _by_role(sentence, pairs, figures)
    yield from judged(sentence, rate, pairs, sure=_said(sentence, name, spoken), likely=spoken)


def _said(sentence: Sentence, name: str, spoken: Sequence[tuple[Quantity, Quantity]]) -> bool:
    """Whether both figures of a rate of execution are named beside it: 全年预算 A，支出 B，执行率 C."""
    if not spoken or not _OF_MONEY.search(name):
        return False
    labels = {q: sentence.label(q) for q in sentence.quantities}
    a, b = spoken[0]
    if re.search(r"全年预算|调整(后)?预算", labels.get(b, "")) and re.search(
        r"支出|执行|决算", labels.get(a, "")
    ):
        return True
    alone = [q for q in sentence.quantities if q.dimension == a.dimension]
    of_budget = bool(_BUDGET.search(labels.get(b, "")))
    return len(alone) == 2 and of_budget and not _YEAR_START.search(labels.get(b, ""))


def _without_initial(
    sentence: Sentence, pairs: list[tuple[Quantity, Quantity]]
) -> list[tuple[Quantity, Quantity]]:
    """A rate of execution is of the whole year's budget where the sentence gives it."""
    labels = {q: sentence.label(q) for q in sentence.quantities}
    whole_year = [q for q, words in labels.items() if re.search(r"全年预算|调整(后)?预算", words)]
    if not whole_year:
        return pairs
    return [(a, b) for a, b in pairs if not _YEAR_START.search(labels.get(b, ""))]


def _by_role(
    sentence: Sentence, pairs: Sequence[tuple[Quantity, Quantity]], figures: Sequence[Quantity]
) -> list[tuple[Quantity, Quantity]]:
    """The pairs that the words beside the figures speak for, those that stand side by side first."""
    inside = set(sentence.quantities)
    labels = {q: sentence.label(q) for q in inside}
    spoken = [
        (a, b)
        for a, b in pairs
        if a in inside
        and b in inside
        and _BUDGET.search(labels[b])
        and (_SPENT.search(labels[a]) or not _BUDGET.search(labels[a]))
    ]
    figures = [q for q in figures if q in inside]
    side = [pair for x, y in pairwise(figures[:4]) for pair in ((x, y), (y, x)) if x.dimension == y.dimension]
    return spoken + [pair for pair in side if pair not in spoken and pair in pairs]


def _fits_value(rate: Quantity, part: Fraction, whole: Fraction) -> bool:
    return bool(whole) and abs(part / whole * 100 - rate.value) <= rate.step


def judged(
    sentence: Sentence, rate: Quantity, pairs: Sequence[tuple[Quantity, Quantity]], sure: bool,
    likely: Sequence[tuple[Quantity, Quantity]] | None = None,
) -> Iterator[Remark]:  # fmt: skip
    """A rate against the pairs it may be of. `sure`: the first pair is the one that is meant; `likely`: the pairs on which
    a slip is looked for."""
    if rate.rough:
        return
    at = Spot(sentence.paragraph, rate.start, rate.end)
    if any(_within(rate, a, b) for a, b in pairs):
        yield Remark(RULE, Status.PASSED, at, "")
        return
    looked = [
        (a, b) for a, b in (pairs if likely is None else likely) if b.value and not a.rough and not b.rough
    ]
    wrong = next(((a, b) for a, b in looked if slip(rate, a.value / b.value * 100)), None)
    wrong = wrong or next(((a, b) for a, b in looked if _slipped(rate, a, b)), None)
    wrong = wrong or (looked[0] if sure and looked else None)
    if wrong is None:
        return
    part, whole = wrong
    right = part.value / whole.value * 100
    wanted = fixed(right, max(2, decimals(rate.number))) + "%"
    yield Remark(
        RULE, Status.BROKEN, at, f"{part.said}÷{whole.said}＝{wanted}，报告写{rate.said}", rate.said, wanted,
        tuple(Spot(sentence.paragraph, q.start, q.end) for q in wrong if q in sentence.quantities), Level.ERROR,
        f"{fixed(abs(right - rate.value), 2)}个百分点",
    )  # fmt: skip


def _within(rate: Quantity, a: Quantity, b: Quantity) -> bool:
    if not b.value:
        return False
    spread = (
        (a.half / b.value + b.half * abs(a.value) / b.value**2) * 100
        if decimals(a.number) or decimals(b.number)
        else Fraction(0)
    )
    return abs(a.value / b.value * 100 - rate.value) <= rate.step + min(spread, rate.step)


def _slipped(rate: Quantity, a: Quantity, b: Quantity) -> bool:
    """Whether a slip in one of the two figures makes the rate wrong: only where the rate tells the figure closely."""
    share = rate.value / 100
    if not share:
        return False
    close_a = b.value * rate.step / 100 <= 4 * a.half
    close_b = a.value * rate.step / 100 / share**2 <= 4 * b.half
    return bool((close_a and slip(a, b.value * share)) or (close_b and slip(b, a.value / share)))
