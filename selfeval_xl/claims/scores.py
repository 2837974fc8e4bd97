"""N-06: the total score, its parts, and the grade."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.money import plain
from selfeval_xl.statements.quantities import SCORE, Quantity
from selfeval_xl.statements.sentences import Q, Sentence

RULE = "N-06"
_TOTAL = re.compile(
    r"(?:自评|总|综合|评价|最终)(?:总)?(?:得分|分|得$)|得分(?:合计|总计)?$|自评得?$|总得$|合计得?$|总计$"
)
_FULL = re.compile(r"满分|分值|权重|标准分")
_GRADE = re.compile(
    r"(?:等级|评定|评为|评价结果|结果|级别|档次|自评)[^，。；“”\"]{0,6}[“\"「]?(?P<grade>优秀|优|良好|良|中等|中|合格|及格|差|不合格)[”\"」]?(?![化先势质异点势好性间期长])"
)
_BANDS = (("优", 90), ("良", 80), ("中", 60), ("差", 0))
_OWN = re.compile(r"(\d{2,3})\s*分?(?:[（(]含[）)])?\s*(?:分)?(?:以上|及以上)[^，。；]{0,4}?为?[“\"]?优")
_ALIKE = {"优秀": "优", "良好": "良", "中等": "中", "合格": "中", "及格": "中", "不合格": "差"}


def scores(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """The total of a sentence against the parts in it or in the next list, and the grade beside it."""
    yield from _parts(sentence, before)
    yield from _grade(sentence, before)


def total_of(sentence: Sentence) -> Quantity | None:
    return next(
        (q for q in sentence.quantities if q.dimension == SCORE and _TOTAL.search(sentence.label(q))), None
    )


def _parts(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """The last total of the paragraph so far, and the parts that follow it (else, where none do, those before it)."""
    places = [*reversed(before), sentence]
    told = [(s, q) for s in places for q in s.quantities if q.dimension == SCORE]
    totals = [(s, q) for s, q in told if _TOTAL.search(s.label(q)) and not _is_full(s, q)]
    if not totals or not any(q.dimension == SCORE for q in sentence.quantities):
        return
    home, whole = totals[-1]
    order = {id(s): n for n, s in enumerate(places)}
    reached = [(s, q) for s, q in told if q is not whole and not _is_full(s, q)]
    after = [(s, q) for s, q in reached if (order[id(s)], q.start) > (order[id(home)], whole.end)]
    ahead = [(s, q) for s, q in reached if (order[id(s)], q.start) < (order[id(home)], whole.end)]
    yield from _deducted(sentence, home, whole, after)
    for listed in (after, ahead):
        parts = [(s, q) for s, q in listed if not _LOST.search(s.label(q))]
        if len(parts) < _LEAST or not any(s is sentence for s, _ in [*listed, (home, whole)]):
            continue
        if any(_is_band(s, q) for s, q in parts):
            return
        if listed is ahead and home is not sentence:
            return
        yield from _summed(sentence, home, whole, [q for _, q in parts], [s for s, _ in parts])
        return


_LEAST = 3
_LOST = re.compile(r"扣|丢|失|低于|高于|以上|以下|及格|加分|分差")


def _summed(
    sentence: Sentence, home: Sentence, whole: Quantity, parts: Sequence[Quantity], places: Sequence[Sentence]
) -> Iterator[Remark]:
    total = sum((q.value for q in parts), Fraction(0))
    others = tuple(Spot(s.paragraph, q.start, q.end) for s, q in zip(places, parts, strict=True))
    spot = Spot(home.paragraph, whole.start, whole.end)
    if home is sentence and all(s is sentence for s in places):
        ends = (whole, *parts)
        spot = Spot(home.paragraph, min(q.start for q in ends), max(q.end for q in ends))
    if total == whole.value:
        yield Remark(RULE, Status.PASSED, spot, "", others=others)
    elif slip(whole, total) or (
        whole.value > 20 and abs(total - whole.value) <= max(Fraction(15), whole.value / 3)
    ):
        gap = in_unit(abs(total - whole.value), whole)
        yield Remark(
            RULE, Status.BROKEN, spot, f"总得分{whole.said}，各部分得分相加为{in_unit(total, whole)}，相差{gap}", whole.said,
            in_unit(total, whole), others, difference=gap,
        )  # fmt: skip


_WHOLE_LOSS = re.compile(r"^(?:共计?|合计|总共|累计)?扣(?:减|除)?(?:分|分数|去)?(?:为|合计)?$")


def _deducted(
    sentence: Sentence, home: Sentence, whole: Quantity, after: Sequence[tuple[Sentence, Quantity]]
) -> Iterator[Remark]:
    """扣 8.5 分，其中 A 扣 1.5 分、B 扣 7 分: the parts of what was taken off, and the score that is left of 100."""
    lost = [(s, q) for s, q in after if re.search(r"扣", s.label(q))]
    all_ = next(((s, q) for s, q in lost if _WHOLE_LOSS.match(s.label(q))), None)
    if all_ is None or not any(s is sentence for s, _ in lost):
        return
    place, loss = all_
    at = Spot(place.paragraph, loss.start, loss.end)
    if 60 <= whole.value <= 100 and whole.value + loss.value != 100 and place is sentence:
        yield Remark(
            RULE, Status.BROKEN, at, f"自评得{whole.said}，应扣{in_unit(100 - whole.value, loss)}，报告写扣{loss.said}",
            loss.said, in_unit(100 - whole.value, loss), (Spot(home.paragraph, whole.start, whole.end),),
            Level.WARNING, in_unit(abs(100 - whole.value - loss.value), loss),
        )  # fmt: skip
    parts = [(s, q) for s, q in lost if q is not loss]
    total = sum((q.value for _, q in parts), Fraction(0))
    if len(parts) > 1 and total != loss.value and abs(total - loss.value) <= loss.value:
        yield Remark(
            RULE, Status.BROKEN, at, f"共扣{loss.said}，各项扣分相加为{in_unit(total, loss)}", loss.said, in_unit(total, loss),
            tuple(Spot(s.paragraph, q.start, q.end) for s, q in parts), Level.WARNING, in_unit(abs(total - loss.value), loss),
        )  # fmt: skip


def _is_full(sentence: Sentence, quantity: Quantity) -> bool:
    """What may be reached at most: in a bracket behind what was reached, or before 得; of a list, as its first member is."""
    position = sentence.position(quantity)
    head = sentence.skeleton[:position]
    listed = re.search(rf"({Q})(?:、|和|与|及)$", head)
    if listed:
        return _is_full(sentence, sentence.quantity(listed[1]))
    if _FULL.search(sentence.label(quantity)):
        return True
    if re.search(rf"{Q}\s*[（(/／]$", head) or re.search(rf"{Q}\s*[（(](?:满分|分值|权重|总分)[为]?$", head):
        return True
    return bool(
        re.match(
            r"中(?:实际|自评)?[得获取]|[）)]?[，,、]?(?:实际)?(?:自评)?得(?:分)?",
            sentence.skeleton[position + 1 :],
        )
    )


def _is_band(sentence: Sentence, quantity: Quantity) -> bool:
    return bool(
        re.match(r"(?:[（(]含[）)])?(?:以上|以下|—|-|～)", sentence.text[quantity.end : quantity.end + 4])
    )


def _grade(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    found = _GRADE.search(sentence.text, sentence.start, sentence.end)
    whole = total_of(sentence) or (total_of(before[0]) if before else None)
    if not found or whole is None or whole.value > 100:
        return
    own = _OWN.search(sentence.text)
    bands = ((name, floor) for name, floor in _BANDS)
    wanted = next(
        name for name, floor in bands if whole.value >= (int(own[1]) if own and name == "优" else floor)
    )
    said = _ALIKE.get(found["grade"], found["grade"])
    spot = Spot(sentence.paragraph, found.start("grade"), found.end("grade"))
    others = tuple(Spot(sentence.paragraph, q.start, q.end) for q in (whole,) if q in sentence.quantities)
    if said == wanted:
        yield Remark(RULE, Status.PASSED, spot, "", others=others)
        return
    level = None if abs(whole.value - 50) < 50 else Level.WARNING
    yield Remark(
        RULE, Status.BROKEN, Spot(sentence.paragraph, spot.start, spot.end),
        f"{plain(whole.value)}分应为“{wanted}”，报告写“{found['grade']}”", found["grade"], wanted, others, level,
    )  # fmt: skip
