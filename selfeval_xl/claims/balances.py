"""N-08: from budget to closing: 年初预算＋上年结转＋追加＝全年预算; 全年预算－支出＝结转结余; 收入＋结转＝支出＋结转."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import MONEY, Quantity
from selfeval_xl.statements.sentences import Sentence

RULE = "N-08"
# Role → what stands right before the figure. The first that matches counts.
_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("total_in", re.compile(r"(?:收入总计|收入合计.*总计)$")),
    ("total_out", re.compile(r"支出总计$")),
    ("income", re.compile(r"(?:本年收入(?:合计)?|财政拨款收入)$")),
    ("spent_total", re.compile(r"(?:本年支出(?:合计)?|财政拨款支出)$")),
    ("whole_year", re.compile(r"(?:全年预算(?:数|总额)?|调整后?预算(?:数)?|预算调整数)$")),
    ("initial", re.compile(r"年初(?:部门)?(?:批复|安排|下达)?预算(?:数|安排)?$|年初(?:安排|批复)$")),
    ("cut", re.compile(r"(?:调减|追减|压减|核减)(?:预算|指标|资金|数)?$")),
    (
        "added",
        re.compile(
            r"(?:年中)?(?:追加|调增|增加预算|调整增加|净追加|追加指标)(?:预算|指标|资金|数)?$|年中调整(?:预算|数)?$"
        ),
    ),
    (
        "carried_in",
        re.compile(
            r"(?:上年结转(?:结余|资金)?(?:预算)?|年初(?:财政拨款)?结转(?:和)?(?:结余)?|上年结转和结余)$"
        ),
    ),
    ("left", re.compile(r"(?:年末)?(?:财政拨款)?(?:结转和?结余|结余结转|结余)(?:资金|合计|数)?$")),
    ("carried_out", re.compile(r"结转下年(?:使用)?$|年末(?:财政拨款)?结转$")),
    ("withdrawn", re.compile(r"财政收回$|收回财政$|收回$")),
    ("distributed", re.compile(r"结余分配$")),
    ("spent", re.compile(r"(?:支出(?:决算|数)?|执行(?:数)?|决算(?:支出|数)?|实际支出|支付)$")),
)
# Each: the role that must be there, with the terms of the sum; an optional term may be missing.
_CHAINS: tuple[tuple[str, tuple[tuple[str, int, bool], ...]], ...] = (
    ("whole_year", (("initial", 1, True), ("carried_in", 1, False), ("added", 1, True), ("cut", -1, False))),
    ("whole_year", (("initial", 1, True), ("carried_in", 1, False), ("added", 1, False), ("cut", -1, True))),
    ("left", (("whole_year", 1, True), ("spent", -1, True))),
    ("whole_year", (("spent", 1, True), ("carried_out", 1, True), ("withdrawn", 1, False))),
    ("left", (("carried_out", 1, True), ("withdrawn", 1, True))),
    ("total_in", (("income", 1, True), ("carried_in", 1, True))),
    ("total_out", (("spent_total", 1, True), ("distributed", 1, False), ("left", 1, True))),
)


def balances(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """The chains whose terms stand in one sentence, each role once."""
    roles = _roles(sentence)
    for whole, terms in _CHAINS:
        if whole not in roles or any(needed and role not in roles for role, _, needed in terms):
            continue
        if whole == "whole_year" and terms[0][0] == "spent" and "left" in roles:
            continue
        present = [(roles[role], sign) for role, sign, _ in terms if role in roles]
        value = sum((sign * q.value for q, sign in present), Fraction(0))
        yield from _judged(sentence, roles[whole], present, value)


def _roles(sentence: Sentence) -> dict[str, Quantity]:
    found: dict[str, Quantity] = {}
    for quantity in sentence.quantities:
        label = sentence.label(quantity)
        if (
            quantity.dimension != MONEY
            or quantity.rough
            or re.match(r"[比较与含]|其中", label)
            or "含" in label
        ):
            continue
        role = next((role for role, words in _ROLES if words.search(label)), None)
        if role and role not in found:
            found[role] = quantity
    return found


def _judged(
    sentence: Sentence, whole: Quantity, terms: Sequence[tuple[Quantity, int]], value: Fraction
) -> Iterator[Remark]:  # fmt: skip
    figures = [whole, *(q for q, _ in terms)]
    spot = Spot(sentence.paragraph, whole.start, whole.end)
    allowed = sum((q.half for q in figures), Fraction(0))
    if abs(whole.value - value) <= allowed:
        yield Remark(RULE, Status.PASSED, spot, "")
        return
    likely = slip(whole, value) or any(slip(q, q.value + sign * (whole.value - value)) for q, sign in terms)
    if not likely and abs(whole.value - value) > abs(whole.value) / 10:
        return
    formula = "".join(f"{'＋' if sign > 0 else '－'}{q.said}" for q, sign in terms).lstrip("＋")
    wanted = in_unit(value, whole)
    yield Remark(
        RULE, Status.BROKEN, spot, f"{formula}＝{wanted}，报告写{sentence.label(whole)}{whole.said}", whole.said, wanted,
        tuple(Spot(sentence.paragraph, q.start, q.end) for q, _ in terms), None if likely else Level.WARNING,
        in_unit(abs(whole.value - value), whole),
    )  # fmt: skip
