"""N-01: people (posts, pupils) divided into kinds that leave nobody out, wherever the whole stands.

行政 and 事业, 男 and 女, 在编 and 聘用: who names both divides all. Where the figures beside such names are not the whole that
stands before or behind them, nor any other figure of the sentence, one of them is wrong.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import PERSON, Quantity
from selfeval_xl.statements.sentences import FIRST, LAST, Q, Sentence

RULE = "N-01"
_DIVISIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # All kinds of a division; those of which two must be there for it to be whole.
    (r"行政|参公|参照|公务员|事业|工勤|机关工人|后勤", ("行政|公务员|参公|参照", "事业")),
    (r"行政|管理|专业技术|专技|卫生技术|工勤|后勤", ("专业技术|专技|卫生技术", "管理|行政|工勤")),
    (r"民警|辅警|文职|工勤", ("民警", "辅警")),
    (r"男|女", ("男", "女")),
    (r"在编|在职|聘|编外|临时|劳务派遣|合同", ("在编|在职", "聘|编外|临时|劳务派遣|合同")),
    (r"在职|在编|离休|退休|离退休", ("在职|在编", "退休")),
    (r"专任教师|教师|教辅|管理|行政|工勤|后勤|职员", ("教师", "工勤|后勤|教辅|行政|管理")),
    (r"医师|医生|护士|护理|医技|药|行政|后勤|管理|工勤", ("医师|医生", "护士|护理")),
    (r"高级|副高|正高|中级|初级|未定级|无职称", ("高级", "初级")),
    (r"岁", ("以下|及以下", "以上|及以上")),
    (r"小学|初中|高中|幼儿|中职", ("小学|初中", "初中|高中|幼儿|中职")),
    (r"研究生|硕士|博士|本科|大专|专科|中专|高中", ("本科", "专科|大专")),
)
_MOVES = re.compile(r"招|录|调|辞|转|新进|减员|补充|增|减|净|去世|病故|比|较|上年|空编|空缺|超编|缺")
_ACROSS = re.compile(r"党员|借调|含")
_REST = re.compile(r"等(?!级)")
_EACH = re.compile(rf"分别(?:为|是|有)(?P<parts>{Q}(?:[、，和与及]{Q})+)")
_TOTAL = re.compile(r"(?:共|合计|总计?|总数|计)[^，,、；;。\d]{0,4}$")
_LABEL = re.compile(rf"[^，,、；;。：:（(）){FIRST}-{LAST}]*$")


def divisions(sentence: Sentence, before: Sequence[Sentence], judged: Sequence[Remark]) -> Iterator[Remark]:
    """`judged`: what was said of the sentence already; figures that are doubted, or close, are left alone."""
    figures = [q for q in sentence.quantities if q.dimension == PERSON and not q.rough]
    told = [r for r in judged if r.rule == RULE]
    for kinds, needed in _DIVISIONS:
        for parts in _runs(sentence, figures, kinds):
            names = [_name(sentence, q, kinds) for q in parts]
            whole_kinds = all(any(re.search(kind, name) for name in names) for kind in needed)
            if len(parts) < 2 or not whole_kinds or len(set(names)) < len(names):
                continue
            if any(_covers(remark, parts) for remark in told):
                continue
            remark = _judged(sentence, before, parts)
            if remark is not None:
                told.append(remark)
                yield remark
    for found in _EACH.finditer(sentence.skeleton):
        parts = [sentence.quantity(sign) for sign in re.findall(Q, found["parts"])]
        behind = next((q for q in figures if q.start > parts[-1].end), None)
        if behind and _is_total(sentence, behind) and not any(_covers(remark, parts) for remark in told):
            remark = _judged(sentence, before, parts) if parts[0].dimension == PERSON else None
            yield from [remark] if remark else []


def _covers(remark: Remark, parts: Sequence[Quantity]) -> bool:
    return any(spot.start <= q.start < spot.end for spot in (remark.spot, *remark.others) for q in parts)


def _runs(sentence: Sentence, figures: Sequence[Quantity], kinds: str) -> Iterator[list[Quantity]]:
    """Figures that stand one behind the other, each beside a name of the division."""
    run: list[Quantity] = []
    for quantity in figures:
        fits = bool(_name(sentence, quantity, kinds))
        between = sentence.text[run[-1].end : quantity.start] if run else ""
        if run and (
            not fits
            or "其中" in sentence.label(quantity)
            or re.search(r"[；;]\s*(?!其中).{0,3}(?:实有|年末|核定|在岗)", between)
        ):
            yield run
            run = []
        if fits:
            run.append(quantity)
    yield run


def _name(sentence: Sentence, quantity: Quantity, kinds: str) -> str:
    """The words of a division beside a figure: before it, else (46名属行政编制) right behind it; "" for none."""
    label = sentence.label(quantity)
    if _MOVES.search(label) or _ACROSS.search(label) or _is_total(sentence, quantity):
        return ""
    found = re.search(kinds, label)
    if found:
        return label
    if len(label) > 3:
        return ""
    behind = re.match(
        r"(?:人|名)?[^，,、；;。：:（(）)\d]{0,10}", sentence.text[quantity.end : quantity.end + 11]
    )
    words = behind[0] if behind else ""
    return words if re.search(kinds, words) and not _MOVES.search(words) else ""


def _is_total(sentence: Sentence, quantity: Quantity) -> bool:
    return bool(_TOTAL.search(sentence.text[max(sentence.start, quantity.start - 10) : quantity.start]))


def _judged(sentence: Sentence, before: Sequence[Sentence], parts: Sequence[Quantity]) -> Remark | None:
    total = sum((q.value for q in parts), Fraction(0))
    own = [q for q in sentence.quantities if q.dimension == PERSON and q not in parts]
    earlier = [q for s in before[:1] for q in s.quantities if q.dimension == PERSON]
    spot = Spot(sentence.paragraph, parts[0].start, parts[-1].end)
    if any(q.value == total for q in (*own, *earlier)):
        return Remark(RULE, Status.PASSED, spot, "")
    whole = _whole(sentence, parts, own)
    between = sentence.text[parts[0].end : parts[-1].end]
    if (
        whole is None
        or _REST.search(between)
        or not max(q.value for q in parts) < whole.value * 2 < total * 8
    ):
        return None
    others = tuple(Spot(sentence.paragraph, q.start, q.end) for q in (whole, *parts))
    at = Spot(sentence.paragraph, min(whole.start, parts[0].start), max(whole.end, parts[-1].end))
    gap = in_unit(abs(total - whole.value), whole)
    return Remark(
        RULE, Status.BROKEN, at, f"{whole.said}，所列{len(parts)}类相加为{in_unit(total, whole)}，相差{gap}", whole.said,
        in_unit(total, whole), others, Level.ERROR if abs(total - whole.value) * 5 <= whole.value else Level.WARNING, gap,
    )  # fmt: skip


def _whole(sentence: Sentence, parts: Sequence[Quantity], own: Sequence[Quantity]) -> Quantity | None:
    """The total that is said behind the parts, else the figure right before them."""
    behind = next((q for q in own if q.start > parts[-1].end), None)
    between = sentence.text[parts[-1].end : behind.start] if behind else ""
    if behind and _is_total(sentence, behind) and not re.search(r"[；;]|退休|其中", between):
        return behind
    ahead = next((q for q in reversed(own) if q.start < parts[0].start), None)
    if ahead is None or _MOVES.search(sentence.label(ahead)):
        return None
    return ahead if not re.search(r"[；;]", sentence.text[ahead.end : parts[0].start]) else None
