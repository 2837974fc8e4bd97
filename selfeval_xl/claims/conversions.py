"""N-12: one amount said twice in two units, and amounts of a unit that cannot be meant."""

import re
from collections.abc import Iterator, Sequence

from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Status
from selfeval_xl.statements.quantities import MONEY, Quantity
from selfeval_xl.statements.sentences import Q, Sentence

RULE = "N-12"
_TWICE = re.compile(
    rf"(?P<a>{Q})\s*[（(，,、]\s*(?P<lead>约|折合|合|即|约合|换算为|相当于|折)*(?P<b>{Q})(?P<end>[）)，,。、；]|$)"
)
_SAID = re.compile(r"折合|合|即|约合|换算|相当|折")
_EACH = re.compile(r"(?:人均|户均|次均|生均|每人|每户|每次|床均|每床)[^，。；、]{0,10}$")
_DEAR = 1_000_000


def conversions(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """2.63亿元（26304.46万元）, 19.1公顷，折合286.5亩; 人均237.53万元."""
    for found in _TWICE.finditer(sentence.skeleton):
        first, second = sentence.quantity(found["a"]), sentence.quantity(found["b"])
        bracket = sentence.skeleton[found.end("a") :].lstrip()[:1] in ("（", "(") and found["end"] in (
            "）",
            ")",
        )
        same = (
            first.dimension == second.dimension
            and first.word != second.word
            and first.dimension in (MONEY, "area", "length", "weight")
        )
        if (
            bracket
            and first.word == second.word
            and first.dimension == MONEY
            and second.value >= 100 * first.value > 0
        ):
            yield _judged(sentence, first, second)
        if same and (bracket or _SAID.search(found["lead"] or "")):
            yield _judged(sentence, first, second)
    for quantity in sentence.quantities:
        if quantity.dimension == MONEY and _EACH.search(sentence.label(quantity)) and quantity.value > _DEAR:
            yield Remark(
                RULE, Status.BROKEN, Spot(sentence.paragraph, quantity.start, quantity.end),
                f"{sentence.label(quantity)}{quantity.said}，金额单位疑似写错", quantity.said, "元",
            )  # fmt: skip


def _judged(sentence: Sentence, first: Quantity, second: Quantity) -> Remark:
    spot = Spot(sentence.paragraph, second.start, second.end)
    others = (Spot(sentence.paragraph, first.start, first.end),)
    allowed = max(first.step, second.step) if first.rough or second.rough else first.half + second.half
    # A rough one of two: 约2.6万元 of 25,800 元.
    rough = abs(first.value) / 50 if first.rough or second.rough else 0
    if abs(first.value - second.value) <= max(allowed, rough):
        return Remark(RULE, Status.PASSED, spot, "", others=others)
    wanted = in_unit(first.value, second)
    return Remark(
        RULE, Status.BROKEN, spot, f"{first.said}应合{wanted}，报告写{second.said}", second.said, wanted, others,
        difference=in_unit(abs(first.value - second.value), second),
    )  # fmt: skip
