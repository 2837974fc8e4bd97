"""N-04: the same item said twice with two values; N-19: words that the report's own figures contradict."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.narratives.narrative import Narrative
from selfeval_xl.statements.quantities import RATE, Quantity, decimals
from selfeval_xl.statements.sentences import Sentence, heading_level, heading_words
from selfeval_xl.statements.statements import EXECUTED, Statement

RULE, CONTRADICTED = "N-04", "N-19"
_SHORTEST_LABEL = 3
_GENERIC = re.compile(
    r"^(?:其中|合计|总计|共|小计|支出|预算|收入|金额|增加|减少|增长|下降|占|执行率|完成率|目标|实际|比上年|较上年|上年|年初预算|全年预算|结转|结余|结转下年|财政收回"
    r"|年中追加|上年结转|满分|完成|未完成|本年|全年|当年|年末|年初|工程|货物|服务|在职|退休|调入|调出|招录|人均|追加|调减|调整|预算数|决算数|执行数|支出决算|年初安排|上年决算)"
    r"(?:数|额|的|为|了|率|支出|预算|项目|人员)?$"
)


def repeats(statements: Sequence[Statement]) -> Iterator[Remark]:
    """By item, money and role where an item is known; by the very words else, and then only a slip apart."""
    yield from _known(statements)
    yield from _worded(statements)


def _known(statements: Sequence[Statement]) -> Iterator[Remark]:
    groups: dict[tuple[str, str, str], list[Statement]] = {}
    for statement in statements:
        sure = (
            statement.explicit
            and len(statement.scopes) == 1
            and (statement.said_role or statement.role == EXECUTED)
        )
        sure = sure and statement.role == statement.above
        if statement.item and sure and not statement.quantity.rough and not _part(statement):
            groups.setdefault((statement.item, statement.scopes[0], statement.role), []).append(statement)
    for same in groups.values():
        first = same[0]
        for other in same[1:]:
            if _agree(first.quantity, other.quantity):
                yield Remark(RULE, Status.PASSED, _spot(other), "", others=(_spot(first),))
            elif slip(other.quantity, first.quantity.value) or slip(first.quantity, other.quantity.value):
                yield _twice(first, other, None)


def _worded(statements: Sequence[Statement]) -> Iterator[Remark]:
    groups: dict[tuple[str, str], list[Statement]] = {}
    for statement in statements:
        label = re.sub(
            r"^(?:其中|全年|本年|当年|共|\d{4}年度?)+", "", statement.sentence.label(statement.quantity)
        )
        if (
            not statement.item
            and len(label) >= _SHORTEST_LABEL
            and not _GENERIC.match(label)
            and statement.quantity.dimension != RATE
        ):
            groups.setdefault((label, statement.quantity.dimension), []).append(statement)
    for same in groups.values():
        for n, other in enumerate(same[1:], start=1):
            first = same[n - 1]
            if first.sentence is other.sentence or other.quantity.rough or first.quantity.rough:
                continue
            if not _agree(first.quantity, other.quantity) and slip(first.quantity, other.quantity.value):
                yield _twice(first, other, None)


def _part(statement: Statement) -> bool:
    """A figure within a list or bracket may be of a part only."""
    label = statement.sentence.label(statement.quantity)
    return bool(re.search(r"其中|含|用于|安排|压减|增加|减少|追加", label))


def _agree(a: Quantity, b: Quantity) -> bool:
    exact = not decimals(a.number) and not decimals(b.number) and a.word == b.word
    return a.value == b.value if exact else abs(a.value - b.value) <= a.half + b.half


def _spot(statement: Statement) -> Spot:
    return Spot(statement.sentence.paragraph, statement.quantity.start, statement.quantity.end)


def _twice(first: Statement, other: Statement, level: Level | None) -> Remark:
    label = other.sentence.label(other.quantity) or first.sentence.label(first.quantity)
    gap = in_unit(abs(first.quantity.value - other.quantity.value), other.quantity)
    return Remark(
        RULE, Status.BROKEN, _spot(other), f"{label}此处为{other.quantity.said}，另一处为{first.quantity.said}，相差{gap}",
        other.quantity.said, first.quantity.said, (_spot(first),), level, gap,
    )  # fmt: skip


_NIL = re.compile(
    r"(?:无|没有|未发生|未安排|不涉及)(?P<what>政府性基金|国有资本经营|社会保险基金)(?:预算)?(?:财政拨款)?(?:收支|支出|预算)?"
)
_ALL_DONE = re.compile(
    r"(?:各项|所有|全部|年度|绩效)?(?:目标|指标|任务)[^，。；]{0,6}(?:全部|全面|均已|均|圆满)(?:完成|实现|达标|达到)(?![^，。；]{0,2}\d)"
)
_UNMET = re.compile(r"(?:未完成|未达标|未达到|部分完成|未实现)(?:的)?[^，。；]{0,6}?(\d+)(?:项|个)")


def contradictions(narrative: Narrative, sentences: Sequence[Sentence]) -> Iterator[Remark]:
    """「无政府性基金支出」 beside figures of it; 「全部完成」 beside unmet indicators; problems without measures."""
    for sentence in sentences:
        words = sentence.text[sentence.start : sentence.end]
        for found in _NIL.finditer(words):
            figure = _figure_of(sentences, found["what"], sentence)
            if figure:
                spot = Spot(sentence.paragraph, sentence.start + found.start(), sentence.start + found.end())
                there = Spot(figure[0].paragraph, figure[1].start, figure[1].end)
                yield Remark(
                    CONTRADICTED,
                    Status.BROKEN,
                    spot,
                    f"写“{found[0]}”，另一处有{figure[1].said}",
                    found[0],
                    figure[1].said,
                    (there,),
                )
        if (done := _ALL_DONE.search(words)) and (unmet := _unmet(sentences)):
            spot = Spot(sentence.paragraph, sentence.start + done.start(), sentence.start + done.end())
            yield Remark(
                CONTRADICTED,
                Status.BROKEN,
                spot,
                f"写“{done[0]}”，另一处有“{unmet.quote}”",
                done[0],
                unmet.quote,
                (unmet,),
            )
    yield from _empty(narrative)


def _figure_of(sentences: Sequence[Sentence], what: str, but: Sentence) -> tuple[Sentence, Quantity] | None:
    for sentence in sentences:
        if sentence is but or (sentence.section[:1] == but.section[:1] and "无" in sentence.text):
            continue
        for quantity in sentence.quantities:
            label = sentence.label(quantity)
            if (
                quantity.dimension == "money"
                and quantity.value
                and re.search(
                    rf"^{what}(?:预算)?(?:财政拨款)?(?:支出|拨款|收入)?(?:决算|执行)?$",
                    re.sub(r"^(?:其中|20\d\d年度?)", "", label),
                )
            ):
                return sentence, quantity
    return None


def _unmet(sentences: Sequence[Sentence]) -> Spot | None:
    for sentence in sentences:
        found = _UNMET.search(sentence.text, sentence.start, sentence.end)
        if found and int(found[1]) > 0:
            return Spot(sentence.paragraph, found.start(), found.end())
    return None


def _empty(narrative: Narrative) -> Iterator[Remark]:
    """A section of problems or of measures that says nothing."""
    prose = [p for p in narrative.paragraphs if p.text.strip() and p.part == "body"]
    for paragraph, after in pairwise(prose):
        words = heading_words(paragraph.text)
        if heading_level(paragraph) == 1 and re.search(r"问题|改进措施", words):
            nothing = heading_level(after) == 1 or re.fullmatch(r"\s*(?:无|暂无|没有)[。.]?\s*", after.text)
            if nothing:
                yield Remark(
                    CONTRADICTED,
                    Status.BROKEN,
                    Spot(paragraph, 0, len(paragraph.text)),
                    f"“{words}”没有内容",
                    "",
                    level=Level.WARNING,
                )
