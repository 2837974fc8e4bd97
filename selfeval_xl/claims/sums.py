"""N-01: a whole and its parts (其中, brackets, colon, 分别为, 按…分)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import MONEY, PERSON, RATE, SCORE, Quantity
from selfeval_xl.statements.sentences import FIRST, LAST, Q, Sentence

RULE = "N-01"
_COMPLETE = r"(?:分别(?:为|是|有)|包括|按[^，。；：]{1,14}?(?:分|看|划分)|构成(?:如下|为)?|即)"
_LEAD = re.compile(
    rf"(?P<whole>{Q})(?P<gap>[^{FIRST}-{LAST}。；;]{{0,24}}?)(?P<lead>[，,；;。]?\s*(?:其中|主要由|由|一是|具体(?:为|是)?|{_COMPLETE})[：:，,]?|[：:]|[（(](?:其中)?[：:]?)"
)
# What ends a list: another subject begins, or a comparison.
_STOP = re.compile(
    r"(?:比|较|与|同比|占|完成|另|此外|同时|年末|控制|超过|未完成|未达|不含|不包|剔除|全年预算|执行率|没有|共计|共有|合计|总计|均为|均已|人均|主要|上年末"
    r"|执行|增加|增长|减少|达到|实际|平均|目标|每|由)"
)
_NESTED = re.compile(r"其中|按[^，。；：]{1,14}?分|包括|分别")
_LOOSE = ("等", "主要", "部分", "如", "多为")
_MADE_OF = re.compile(r"(?:组成|构成)")
_TOTAL = re.compile(
    rf"(?:[，,；;。]|[、])?\s*(?:以上)?(?:合计|共计|总计|总共|共)(?:[^，,。；;、{FIRST}-{LAST}]{{0,8}}?)(?:为)?(?P<whole>{Q})"
)
_STRONGER = {"、": "，,；;", "，": "；;", ",": "；;"}
"""A list goes on with the sign that parts its first members, or a weaker one."""
_REST = re.compile(r"其余|余下|剩余|其他为|余为")
# Attributes that cut across a list: their holders are counted under the others, too.
_ACROSS = re.compile(
    r"(?:党员|女|岁|脱贫|少数民族|以上|以下|高级|中级|副高|正高|硕士|博士|本科|学历|职称|网上|线上|小微|新增|留抵|含|骨干)"
)


class Part(Struct, frozen=True):
    label: str
    quantity: Quantity


class Listed(Struct, frozen=True):
    """The parts of a list, and whether its form says that it is complete."""

    parts: tuple[Part, ...]
    complete: bool
    end: int


def sums(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """Every list under a whole of the same dimension."""
    skeleton = sentence.skeleton
    judged: set[int] = set()
    for lead in _LEAD.finditer(skeleton):
        whole = sentence.quantity(lead["whole"])
        if whole.dimension == SCORE and _SCORED.search(sentence.label(whole)):
            continue  # N-06
        if whole.dimension == RATE or ("年" in lead["gap"] and "：" in lead["lead"]):
            continue
        listed = parts_after(sentence, lead, whole)
        if len(listed.parts) < 2 or listed.parts[0].quantity.start in judged:
            continue
        judged.add(listed.parts[0].quantity.start)
        yield from _judged(sentence, whole, lead.start("whole"), listed)
    yield from _continued(sentence, before, judged)
    for found in _TOTAL.finditer(skeleton):
        whole = sentence.quantity(found["whole"])
        if whole.dimension == SCORE:
            continue  # N-06
        listed = _parts_before(sentence, found.start(), whole)
        if len(listed.parts) > 1 and listed.parts[0].quantity.start not in judged:
            yield from _judged(sentence, whole, found.start("whole"), listed)


_SCORED = re.compile(r"自评|总分|总得分|得分$|综合")
_CONTINUED = re.compile(r"\s*(?P<lead>其中|包括|分别是|分别为)[：:，,]?")


def _continued(sentence: Sentence, before: Sequence[Sentence], judged: set[int]) -> Iterator[Remark]:
    """A。其中：B、C。 The whole is the last figure of the sentence before."""
    found = _CONTINUED.match(sentence.skeleton)
    if not found or not before or not before[0].quantities or not sentence.quantities:
        return
    like = sentence.quantities[0]
    wholes = [
        q
        for q in before[0].quantities
        if q.dimension == like.dimension and before[0].depth(before[0].position(q)) == 0
    ]
    listed = parts_after(sentence, found, like)
    if (
        wholes
        and like.dimension != RATE
        and len(listed.parts) > 1
        and listed.parts[0].quantity.start not in judged
    ):
        judged.add(listed.parts[0].quantity.start)
        yield from _judged(sentence, wholes[-1], 0, listed, before[0])


def _parts_before(sentence: Sentence, end: int, whole: Quantity) -> Listed:
    """The members of a list that ends in its total: A 1、B 2，共计 3."""
    parts: list[Part] = []
    for piece in reversed(list(_pieces(sentence.skeleton[:end]))):
        top = _top(piece)
        signs = re.findall(Q, top)
        words = re.split(Q, top)[0].strip("，,、；;：: ")
        if (
            len(signs) != 1
            or sentence.quantity(signs[0]).dimension != whole.dimension
            or _CHANGES.search(words)
        ):
            break
        parts.insert(0, Part(words, sentence.quantity(signs[0])))
        if re.search(r"[：:]|其中|分别", words):
            break
    return Listed(tuple(parts), False, end)


_MOVES = re.compile(
    r"新招|新进|新录|考录|招录|招聘|录用|调入|调出|调离|辞职|当年退休|转入|转出|选调|追加|调减|扣"
)
"""Parts that come and go: an account, and no sum."""
_CHANGES = re.compile(r"增加|减少|增长|下降|比|较|上年|去年|执行率|占|预算|总")
_ALONE = re.compile(rf"其中[：:，]?[^，,。；;、{FIRST}-{LAST}]{{0,24}}(?P<part>{Q})[^{FIRST}-{LAST}]*$")


def alone(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """A lone 其中 whose figure is the whole but for one slip: one of the two is mistyped."""
    found = _ALONE.search(sentence.skeleton)
    if not found:
        return
    part = sentence.quantity(found["part"])
    place = next((s for s in (sentence, *before) if _wholes(s, part)), None)
    whole = _wholes(place, part)[-1] if place else None
    if (
        place is None
        or whole is None
        or not 0 < part.value < whole.value
        or part.dimension != MONEY
        or part.word != whole.word
    ):
        return
    likely = slip(part, whole.value)
    if likely in ("一位数字之差", "相邻两位数字颠倒") and len(part.number) > _SHORT:
        yield Remark(
            RULE, Status.BROKEN, Spot(sentence.paragraph, part.start, part.end),
            f"其中{part.said}与总数{whole.said}只差一位数字，疑似同一金额", part.said, whole.said,
            (Spot(place.paragraph, whole.start, whole.end),), Level.WARNING, in_unit(whole.value - part.value, part),
        )  # fmt: skip


_SHORT = 4


def _wholes(sentence: Sentence, part: Quantity) -> list[Quantity]:
    return [
        q
        for q in sentence.quantities
        if q.dimension == part.dimension and q is not part and q.start < part.start
    ]


def parts_after(sentence: Sentence, lead: re.Match[str], whole: Quantity) -> Listed:
    skeleton, start = sentence.skeleton, lead.end()
    bracket = lead["lead"].lstrip().startswith(("（", "("))
    body = _inside(skeleton, start) if bracket else skeleton[start:]
    if "由" in lead["lead"] and not _MADE_OF.search(body):
        return Listed((), False, start)
    parts: list[Part] = []
    weakest = ""
    complete = not _REST.search(body) and (
        bracket or bool(re.search(_COMPLETE, lead["lead"])) or lead["lead"].rstrip().endswith(("：", ":"))
    )
    at = start
    for piece in _pieces(body):
        top = _top(piece)
        words = re.split(Q, top)[0]
        signs = re.findall(Q, top)
        fitting = [s for s in signs if sentence.quantity(s).dimension == whole.dimension]
        if parts and (_NESTED.search(words) or words.strip() in {part.label for part in parts}):
            break
        if parts and (_STOP.match(words.strip()) or not signs):
            shares = bool(signs) and words.strip().startswith(("占", "分别占"))
            asides = (
                not signs
                and bool(re.match(r"占|用于|主要用于|主要是|其中", words.strip()))
                and "；" in body[at - start :]
            )
            if not shares and not asides:
                complete = complete and not words.strip().startswith(_LOOSE)
                break
        elif not fitting:
            if not parts:
                return Listed((), False, at)
        else:
            parts.append(Part(words.strip("，,、；;：: 和及为"), sentence.quantity(fitting[0])))
            if words.strip().startswith(_LOOSE) or top.rstrip("，,、；;。）) ").endswith("等"):
                complete = False
        at += len(piece)
        if parts:
            weakest = weakest or piece[-1:]
            if piece[-1:] in _STRONGER.get(weakest, ""):
                break
    return Listed(tuple(parts), complete, at)


def _pieces(body: str) -> Iterator[str]:
    """What the signs of a list part, each with its sign; brackets stay whole."""
    depth, start = 0, 0
    for at, sign in enumerate(body):
        depth += (sign in "（(") - (sign in "）)")
        if depth <= 0 and (sign in "、，,；;" or (sign in "和及与" and FIRST <= body[at - 1 : at] <= LAST)):
            yield body[start:at] + ("、" if sign in "和及与" else sign)
            start = at + 1
    yield body[start:]


def _inside(skeleton: str, start: int) -> str:
    depth = 1
    for at in range(start, len(skeleton)):
        depth += (skeleton[at] in "（(") - (skeleton[at] in "）)")
        if not depth:
            return skeleton[start:at]
    return skeleton[start:]


def _top(piece: str) -> str:
    """A piece without what stands in brackets."""
    for _ in range(3):
        piece = re.sub(r"[（(][^（()）]*[）)]", "", piece)
    return piece


def _judged(
    sentence: Sentence, whole: Quantity, at: int, listed: Listed, home: Sentence | None = None
) -> Iterator[Remark]:
    """A whole and its parts. `home`: the sentence of the whole, where it is another."""
    values = [part.quantity for part in listed.parts]
    head = sentence.skeleton[:at]
    earlier = home.quantities if home else [sentence.quantity(s) for s in re.findall(Q, head)]
    wholes = [whole] + [q for q in earlier if q.dimension == whole.dimension]
    for count in range(len(values), 1, -1):
        total = sum((q.value for q in values[:count]), Fraction(0))
        if any(abs(total - w.value) <= _allowed(w, values[:count]) for w in wholes):
            yield Remark(RULE, Status.PASSED, _spot(sentence, whole, values[count - 1]), "")
            return
    total = sum((q.value for q in values), Fraction(0))
    largest = max(w.value for w in wholes)
    if any(_MOVES.search(part.label) for part in listed.parts):
        return
    level = _doubt(whole, values, total, listed, over=total > largest)
    if level is None:
        return
    gap = total - whole.value
    yield Remark(
        RULE, Status.BROKEN, _spot(sentence, whole, values[-1]),
        f"{(home or sentence).label(whole) or '合计'}{whole.said}，所列{len(values)}项相加为{in_unit(total, whole)}，"
        f"相差{in_unit(abs(gap), whole)}",
        whole.said, in_unit(total, whole), tuple(Spot(sentence.paragraph, q.start, q.end) for q in values), level,
        in_unit(abs(gap), whole),
    )  # fmt: skip


def _spot(sentence: Sentence, first: Quantity, last: Quantity) -> Spot:
    return Spot(sentence.paragraph, min(first.start, last.start), max(first.end, last.end))


def _allowed(whole: Quantity, parts: Sequence[Quantity]) -> Fraction:
    """Half a step a figure, at least 0.02 of money and rates; a number that is about so much is taken as it is."""
    steps = (
        whole.half + sum((q.half for q in parts), Fraction(0))
        if whole.dimension in (MONEY,) or any("." in q.number for q in (whole, *parts))
        else Fraction(0)
    )
    return steps if not whole.rough else max(steps, abs(whole.value) / 20)


def _doubt(
    whole: Quantity, values: Sequence[Quantity], total: Fraction, listed: Listed, over: bool
) -> Level | None:  # fmt: skip
    """How sure it is that parts and whole should agree; None: not sure enough to speak. `over`: the parts exceed every
    figure that might be their whole."""
    if whole.rough or any(q.rough for q in values):
        return None
    across = any(_ACROSS.search(part.label) for part in listed.parts)
    likely = slip(whole, total) or next(
        filter(None, (slip(q, q.value + whole.value - total) for q in values)), ""
    )
    small = abs(total - whole.value) <= abs(whole.value) / 5
    if listed.complete and not across:
        return Level.ERROR if likely or small else Level.WARNING if over else None
    if across:
        return None
    if whole.dimension in (PERSON, SCORE):
        return Level.ERROR if over or (small and _closed(listed)) else None
    if "万倍" in likely:
        return Level.ERROR
    return Level.WARNING if likely or over else None


_CLOSED = (
    ("行政", "事业"),
    ("基本", "项目"),
    ("货物", "服务"),
    ("产出", "效益"),
    ("管理", "工勤"),
    ("公务接待", "公务用车"),
    ("人员经费", "公用经费"),
)


def _closed(listed: Listed) -> bool:
    """Whether the names of the parts are those of a division that leaves nothing out."""
    names = "".join(part.label for part in listed.parts)
    return any(all(word in names for word in pair) for pair in _CLOSED)
