"""N-17: last year's number, who came and who went, this year's number, and the change that is said."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Status
from selfeval_xl.statements.quantities import PERSON, Quantity
from selfeval_xl.statements.sentences import Q, Sentence

RULE = "N-17"
BEFORE = re.compile(
    r"上年末|上年年末|上年度年末|上年度末|20\d\d年12月|上年底|年初|去年末|去年底|上年(?:末|底)?(?:在职|实有)|20\d\d年(?:末|底)"
)
CAME = re.compile(
    r"补充|新招|新进|招考|商调|招录|招聘|录用|调入|调进|转入|进入|到岗|接收|选调|安置|引进|遴选|新进|考录|划入|新增"
)
WENT = re.compile(r"调出|调离|调往|调走|减员|退休|辞职|转出|离职|死亡|去世|解聘|划出|病故|开除|辞退|离世")
_NET = re.compile(
    rf"(?:净|实际|人数|共|比上年|较上年|比上年末|较上年末|在职人员)*(?P<way>增加|减少|增|减)(?:了)?(?:人数)?(?P<d>{Q})"
)
_NOW = re.compile(r"年末|在职|实有|现有")
_OTHERS = re.compile(r"\s*(?:另|编外|聘|临聘|离休|退休人员|离退休|遗属|辅警)")
"""How a clause begins that speaks of other people than those in post."""
ASIDE = re.compile(r"其中|行政|事业|参公|参照|工勤|编外|聘|借|遗属|离休|编制|控制")


def staff(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """An account of a year's moves in one sentence: 上年末 A 人，招录 B 人，退休 C 人，比上年增加 D 人."""
    moves = [(q, sign_of(sentence, q)) for q in sentence.quantities if q.dimension == PERSON]
    came_and_went = [(q, sign) for q, sign in moves if sign]
    last = _last(sentence, [q for q, sign in moves if not sign])
    if last is None or len(came_and_went) < 2 or _retired(sentence, last):
        return
    net = sum((sign * q.value for q, sign in came_and_went), Fraction(0))
    now = _now(sentence, before, last)
    claims = [(m, sentence.quantity(m["d"])) for m in _NET.finditer(sentence.skeleton)]
    claims = [
        (m, q)
        for m, q in claims
        if q.dimension == PERSON
        and q not in (last, *now)
        and not sign_of(sentence, q)
        and not _OTHERS.match(re.split("[；;]", sentence.skeleton[: m.start()])[-1])
    ]
    told = [_change(sentence, found, said, net, came_and_went, now, last) for found, said in claims]
    yield from told
    fitting = [q for q in now if q.value == last.value + net]
    if now and not fitting and all(remark.status is Status.PASSED for remark in told):
        place = Spot(sentence.paragraph, last.start, came_and_went[-1][0].end)
        wanted = in_unit(last.value + net, now[0])
        yield Remark(
            RULE, Status.BROKEN, place,
            f"{last.said}加上年内增减应为{wanted}，报告的年末人数是{now[0].said}",
            now[0].said, wanted,
            (Spot(sentence.paragraph, now[0].start, now[0].end),), difference=in_unit(abs(last.value + net - now[0].value), last),
        )  # fmt: skip


def _last(sentence: Sentence, figures: Sequence[Quantity]) -> Quantity | None:
    """Last year's number: by its words, or by the earlier of two years."""
    named = [q for q in figures if BEFORE.search(sentence.label(q))]
    years = {q: int(found[1]) for q in named if (found := _YEAR.search(sentence.label(q)))}
    if len(set(years.values())) > 1:
        return min(years, key=lambda q: years[q])
    return named[0] if named else None


_YEAR = re.compile(r"(20\d\d)年")


def _retired(sentence: Sentence, last: Quantity) -> bool:
    return "退休" in sentence.label(last)


def sign_of(sentence: Sentence, quantity: Quantity) -> int:
    """1: came; -1: went; 0: no move. By the words before a figure, in the bracket behind it, or right behind it."""
    label = re.split(r"[，,、]|以及|同时", sentence.label(quantity))[-1]
    if BEFORE.search(label) and not CAME.search(label):
        return 0
    behind = _BEHIND.match(sentence.skeleton[sentence.position(quantity) + 1 :])
    words = label
    if behind and not (CAME.search(label) or WENT.search(label)):
        words = behind["bracket"] or behind["words"] or ""
        if re.search(r"人员$|达到", words):
            return 0
    return 1 if CAME.search(words) else -1 if WENT.search(words) else 0


_BEHIND = re.compile(
    rf"[（(](?P<bracket>[^（()）{Q[1:-1]}]{{1,8}})[）)]|(?P<words>[^，,、；;。：:（(）)\d{Q[1:-1]}]{{1,8}}?)(?=[，,、；;。以和及因]|$)"
)


def _now(sentence: Sentence, before: Sequence[Sentence], last: Quantity) -> list[Quantity]:
    """The number at the year's end: of this sentence or of those before it."""
    found = []
    for place in (sentence, *before):
        for q in place.quantities:
            label = place.label(q)
            if (
                q.dimension == PERSON
                and q is not last
                and not sign_of(place, q)
                and _NOW.search(label)
                and not ASIDE.search(label)
            ):
                found.append(q)
    return [
        q
        for q in found
        if not BEFORE.search(label := _label(q, sentence, before)) or _later(label, sentence.label(last))
    ]


def _later(label: str, last: str) -> bool:
    """2023年末 beside 2022年末."""
    mine, theirs = _YEAR.search(label), _YEAR.search(last)
    return bool(mine and theirs and int(mine[1]) > int(theirs[1]))


def _label(quantity: Quantity, sentence: Sentence, before: Sequence[Sentence]) -> str:
    return next(place.label(quantity) for place in (sentence, *before) if quantity in place.quantities)


def _change(
    sentence: Sentence, found: re.Match[str], said: Quantity, net: Fraction,
    moves: Sequence[tuple[Quantity, int]], now: Sequence[Quantity], last: Quantity,
) -> Remark:  # fmt: skip
    sign = 1 if found["way"].startswith("增") else -1
    spot = Spot(sentence.paragraph, sentence.at(found.start()), said.end)
    plain_change = [q.value - last.value for q in now]
    if sign * said.value == net:
        return Remark(RULE, Status.PASSED, spot, "")
    right = net if not plain_change or net in plain_change else plain_change[0]
    if sign * said.value == right:
        account = "、".join(q.said for q, _ in moves)
        message = f"年内增减（{account}）合起来是{_moved(net, said)}，报告写{found['way']}{said.said}"
        right = net
    else:
        message = (
            f"上年末{last.said}，年内增减合起来应为{_moved(right, said)}，报告写{found['way']}{said.said}"
        )
    others = (
        Spot(sentence.paragraph, last.start, last.end),
        *(Spot(sentence.paragraph, q.start, q.end) for q, _ in moves),
    )
    gap = in_unit(abs(right - sign * said.value), said)
    return Remark(
        RULE,
        Status.BROKEN,
        spot,
        message,
        found["way"] + said.said,
        _moved(right, said),
        others,
        difference=gap,
    )


def _moved(change: Fraction, like: Quantity) -> str:
    return f"{'增加' if change > 0 else '减少'}{in_unit(abs(change), like)}" if change else "没有变化"
