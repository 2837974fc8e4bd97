"""N-06: the total score, its parts, and the grade."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.money import plain
from selfeval_xl.statements.quantities import SCORE, Quantity
from selfeval_xl.statements.sentences import Q, Sentence

RULE = "N-06"
_TOTAL = re.compile(r"(?:自评|总|综合|评价|最终)(?:总)?(?:得分|分)|得分(?:合计|总计)?$|自评得$|总得$")
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
    whole, home = total_of(sentence), sentence
    if whole is None and before and (whole := total_of(before[0])) is not None:
        home = before[0]
    if whole is None:
        return
    after = [
        q
        for q in sentence.quantities
        if q.dimension == SCORE and q is not whole and (home is not sentence or q.start > whole.end)
    ]
    if not after and home is sentence:  # the parts first, the total last
        after = [q for q in sentence.quantities if q.dimension == SCORE and q is not whole]
    parts = [
        q
        for q in after
        if not _is_full(sentence, q)
        and not re.search(r"扣|丢|失|低于|高于|以上|以下|及格", sentence.label(q))
    ]
    if len(parts) < 3 or any(_is_band(sentence, q) for q in parts):
        return
    total = sum((q.value for q in parts), Fraction(0))
    spot = Spot(home.paragraph, whole.start, whole.end)
    others = tuple(Spot(sentence.paragraph, q.start, q.end) for q in parts)
    if home is sentence:
        spot = Spot(home.paragraph, min(whole.start, parts[0].start), max(whole.end, parts[-1].end))
    if total == whole.value:
        yield Remark(RULE, Status.PASSED, spot, "", others=others)
    elif abs(total - whole.value) <= 15 and whole.value > 20:
        gap = in_unit(abs(total - whole.value), whole)
        yield Remark(
            RULE, Status.BROKEN, spot, f"总得分{whole.said}，各部分得分相加为{in_unit(total, whole)}，相差{gap}", whole.said,
            in_unit(total, whole), others, difference=gap,
        )  # fmt: skip


def _is_full(sentence: Sentence, quantity: Quantity) -> bool:
    """What may be reached at most: in a bracket behind what was reached, or before 得."""
    position = sentence.position(quantity)
    head = sentence.skeleton[:position]
    if _FULL.search(sentence.label(quantity)):
        return True
    if re.search(rf"{Q}\s*[（(/／]$", head) or re.search(rf"{Q}\s*[（(](?:满分|分值|权重|总分)[为]?$", head):
        return True
    return bool(re.match(r"[）)]?[，,、]?(?:实际)?(?:自评)?得(?:分)?", sentence.skeleton[position + 1 :]))


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
