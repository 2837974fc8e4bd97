"""What a person gave as a reason, without what the sentence around it says already; and lists in the form 一是…；二是…"""

import re
from collections.abc import Sequence

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.writing.report.texts import inline, trimmed

_LEAD = re.compile(
    r"(?:(?:其|的|主要|具体|差异|变动|增减|超支|超编)*原因(?:分析|说明)?(?:如下|有(?:以下)?[一二两三四五六几]?(?:个?方面|个|点|条)?(?=[:：]))?(?:是|为|系|在于|[:：])+|主要(?:是|系)|是?(?:由于|因为))"
)
_NUMBERING = re.compile(
    r"(?:\d{1,2}[、．.)）](?!\d)|[（(]\d{1,2}[）)]|[（(]?[一二三四五六七八九十]{1,3}[）)、]|[①-⑳])\s*"
)
_MARKS = tuple(
    re.compile(rf"{mark}\s*")
    for mark in (
        r"(?<![^；;。，,：:\s])[一二三四五六七八九十]{1,3}是[，,：:]?",
        r"(?<![^；;。，,：:\s])\d{1,2}[、．.)）](?!\d)",
        r"(?<![^；;。，,：:\s])[一二三四五六七八九十]{1,3}、(?![一二三四五六七八九十])",
        r"[（(](?:\d{1,2}|[一二三四五六七八九十]{1,3})[）)]",
        r"[①-⑳]",
    )
)
"""Ways in which people number the reasons in a cell; a reason that begins with one is divided at all of its kind."""
_FIRST = re.compile("一是|第一[，,、]|首先|其一")
_CAUSE = "(?:其|的|主要|具体|差异|变动|增减|超支|超编)*(?:原因|情况|说明)?(?:分析|说明)?"
_NO_CAUSE = re.compile(f"{_CAUSE}(?:如下)?")
_POINTER = re.compile(
    rf"[（(]?{_CAUSE}请?(?:详见|参见|见(?=附|上|下|前|后|表|说明|另|《|“))[^，,；;。]{{0,30}}[）)]?"
)
_OF_THINGS = "公病故地人此而果素材私工灾雨雪旱涝火伤残势应循袭缘为"
"""因公, 因病, 因灾, 因素, …: what follows a 因 that is part of a word."""
_BECAUSE = re.compile(f"[是系]?因(?![{_OF_THINGS}])")
_THEREFORE = re.compile("[，,]?(?:所致|所造成的?|所导致的?|所引起的?|造成的?|导致的?|引起的?|的缘故)$")
"""What ends a cause that has no more to say: 因…所致."""
_RANKED = re.compile(r"(?:[一二三四五六七八九十]{1,3}是|其[一二三四五六七八九十]{1,2}[，,])[，,：:]?\s*")
_BREAKS = re.compile("[；;。]\\s*")
_DIGITS: tuple[str, ...] = ("", *"一二三四五六七八九")


def because(reason: str, lead: str = "主要原因是") -> str:
    """，主要原因是…; "" for a reason that says nothing. The user's own 「主要原因是」 is not repeated."""
    given = reasons(reason)
    if _FIRST.match(given):
        return f"，{lead.removesuffix('是')}：{given}"
    return f"，{lead}{given}" if given else ""


def cause(text: str) -> str:
    """A reason without its own 「原因是」, 「因…所致」, numbers and full stop; "" if it says nothing."""
    return "；".join(_points(text))


def clause(text: str) -> str:
    """Like `cause`, for one of several that a semicolon parts from each other: whole clauses, no semicolon or stop."""
    return _BREAKS.sub("，", cause(text))


def reasons(text: str) -> str:
    """Like `cause`, for a place after a colon: several that the user numbered are 一是…；二是…"""
    return ranked(_points(text))


def _points(text: str) -> list[str]:
    """What the user numbered, without the numbers; else the whole reason; nothing if it says nothing."""
    bare = _without_lead(inline(text))
    for marks in _MARKS:
        given = [trimmed(piece) for piece in marks.split(bare)]
        if marks.match(bare) and len(given) > 2:
            return [_plain_cause(piece) for piece in given if _says_why(piece)]
    return [_plain_cause(bare)] if _says_why(bare) else []


def _without_lead(bare: str) -> str:
    while found := _LEAD.match(bare):
        bare = trimmed(bare[found.end() :])
    return bare


def _plain_cause(bare: str) -> str:
    """中央年中下达资金 for 因中央年中下达资金所致: the sentence says 原因是 before it. 因公, 因病, … stay."""
    begun = _without_lead(bare)
    without = _BECAUSE.sub("", begun, count=1) if _BECAUSE.match(begun) else begun
    ended = trimmed(_THEREFORE.sub("", without))
    return ended if _says_why(ended) else bare


def _says_why(bare: str) -> bool:
    return not (says_nothing(bare) or _NO_CAUSE.fullmatch(bare) or _POINTER.fullmatch(bare))


def unnumbered(text: str) -> str:
    """Without the number that the user typed before it: the report numbers by itself."""
    bare = inline(text)
    return trimmed(bare[found.end() :]) if (found := _NUMBERING.match(bare)) else bare


def unranked(text: str) -> str:
    """Likewise without 一是, 二是 …: 1.一是… would be numbered twice. Several of one text follow one another."""
    bare = unnumbered(text)
    first = _RANKED.match(bare)
    if first is None:
        return bare
    given = [trimmed(piece) for piece in _MARKS[0].split(bare)]
    pieces = [piece for piece in given if piece] if len(given) > 2 else [bare[first.end() :]]
    return ("。" if any("。" in piece for piece in pieces) else "；").join(pieces)


def numbered(texts: Sequence[str]) -> list[str]:
    """1.…, 2.…; a single one goes without."""
    return [f"{i}.{text}" for i, text in enumerate(texts, 1)] if len(texts) > 1 else list(texts)


def ranked(texts: Sequence[str]) -> str:
    """一是…；二是…; a single one goes without."""
    if len(texts) < 2:
        return "".join(texts)
    return "；".join(f"{numeral(i)}是{text}" for i, text in enumerate(texts, 1))


def numeral(number: int) -> str:
    """Up to 99: 十二."""
    tens, ones = divmod(number, 10)
    ten = "" if not tens else "十" if tens == 1 else _DIGITS[tens] + "十"
    return ten + _DIGITS[ones]
