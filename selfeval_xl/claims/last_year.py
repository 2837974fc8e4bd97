"""N-21: what was copied from last year's report."""

import re
from collections.abc import Iterator, Sequence

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Status
from selfeval_xl.reading.narratives.narrative import Narrative
from selfeval_xl.statements.quantities import MONEY
from selfeval_xl.statements.sentences import Sentence
from selfeval_xl.statements.statements import CARRIED, LAST, Statement

RULE = "N-21"
_LONG = 40
_DIGITS = 4
_YEARLY = re.compile(r"问题|原因|措施|绩效情况|完成情况|履职|实施情况")
"""Sections that speak of the year; duties and organisation stay as they were."""


def copied(
    narrative: Narrative, read: Sequence[Sentence], said: Sequence[Statement], last: Narrative, then: Sequence[Statement]
) -> Iterator[Remark]:  # fmt: skip
    """Passages word for word, and amounts of one item that are the same to the last digit."""
    old = {_bare(p.text) for p in last.prose if len(_bare(p.text)) >= _LONG}
    sections = {s.paragraph.order: s.section for s in read}
    for paragraph in narrative.prose:
        yearly = any(_YEARLY.search(words) for words in sections.get(paragraph.order, ()))
        if yearly and _bare(paragraph.text) in old:
            spot = Spot(paragraph, 0, len(paragraph.text))
            yield Remark(RULE, Status.BROKEN, spot, "这段文字与上年报告一字不差", spot.quote[:20], "")
    known = {(s.item, s.role, s.scopes, s.quantity.value) for s in then if s.item}
    for statement in said:
        quantity = statement.quantity
        long = sum(sign.isdigit() for sign in quantity.number) >= _DIGITS
        current = statement.role not in (LAST, CARRIED)
        amount = quantity.dimension == MONEY and quantity.value and long and current
        if amount and (statement.item, statement.role, statement.scopes, quantity.value) in known:
            spot = Spot(statement.sentence.paragraph, quantity.start, quantity.end)
            message = f"{statement.sentence.label(quantity)}{quantity.said}与上年报告的同一项分毫不差"
            yield Remark(RULE, Status.BROKEN, spot, message, quantity.said, quantity.said)


def _bare(text: str) -> str:
    return re.sub(r"20\d\d|\s", "", text)
