"""N-16: typing errors that are sure in their context, doubled words and signs, brackets that do not close."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import resources

from msgspec import Struct

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.narratives.narrative import Narrative

RULE = "N-16"
_TWICE = re.compile(
    r"(?P<word>的的|了了|和和|是是|为为|在在|及及|与与|万元万元|%%|个个百分点|年年度|进一步进一步|绩效绩效|预算预算|支出支出)"
)
_SIGNS = re.compile(r"[，、；：]{2,}|。{2}(?!。)|[，、；：]。|。[，、；：]|，、|、，")
_PAIRS = {"（": "）", "(": ")", "【": "】", "《": "》", "〔": "〕"}
_EQUAL = str.maketrans("()", "（）")


class Typo(Struct, frozen=True):
    wrong: str
    right: str
    quiet: bool = False


@cache
def typos() -> tuple[Typo, ...]:
    source = (resources.files("selfeval_xl.wording") / "typos.toml").read_text("utf-8")
    return tuple(Typo(**entry) for entry in tomllib.loads(source)["typo"])


def words(narrative: Narrative) -> Iterator[Remark]:
    said: set[str] = set()
    for paragraph in narrative.prose:
        for typo in typos():
            for found in re.finditer(typo.wrong, paragraph.text):
                if typo.quiet and typo.wrong in said:
                    continue
                said.add(typo.wrong)
                yield _remark(
                    Spot(paragraph, found.start(), found.end()), f"“{found[0]}”应为“{typo.right}”", typo.right
                )
        for found in _TWICE.finditer(paragraph.text):
            yield _remark(
                Spot(paragraph, found.start(), found.end()),
                f"“{found[0]}”疑似重复",
                found[0][: len(found[0]) // 2],
            )
        for found in _SIGNS.finditer(paragraph.text):
            yield _remark(Spot(paragraph, found.start(), found.end()), f"标点“{found[0]}”连用", found[0][:1])
        if (at := _unclosed(paragraph.text)) is not None:
            yield _remark(Spot(paragraph, at, at + 1), f"括号“{paragraph.text[at]}”没有配对", "")


def quiet(remark: Remark) -> bool:
    """Whether it is style that no comment tells: 截止 for 截至, signs, brackets."""
    quote = remark.spot.quote
    silent = any(typo.quiet and re.fullmatch(typo.wrong.split("(?=")[0], quote) for typo in typos())
    return remark.rule == RULE and (silent or bool(_SIGNS.fullmatch(quote)) or len(quote) == 1)


def _remark(spot: Spot, message: str, right: str) -> Remark:
    return Remark(RULE, Status.BROKEN, spot, message, spot.quote, right, level=Level.NOTICE)


def _unclosed(text: str) -> int | None:
    """Where a bracket opens or closes alone; a list's 1） is no bracket."""
    open_at: list[tuple[str, int]] = []
    plain = text.translate(_EQUAL)
    closing = {close.translate(_EQUAL): opening.translate(_EQUAL) for opening, close in _PAIRS.items()}
    for at, sign in enumerate(plain):
        if sign in closing.values():
            open_at.append((sign, at))
        elif sign in closing:
            if open_at and open_at[-1][0] == closing[sign]:
                open_at.pop()
            elif not re.search(r"(?:^|[\s，；。：])[\da-zA-Z一二三四五六七八九十]{1,2}$", plain[:at]):
                return at
    return open_at[0][1] if open_at else None
