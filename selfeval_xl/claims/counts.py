"""N-05: how many things are listed, and how many are said to be."""

import re
from collections.abc import Iterator, Sequence

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Status
from selfeval_xl.statements.sentences import Sentence

RULE = "N-05"
_NUMBER = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_THINGS = r"(?:个|名|家|所|项|类|处|座|条|张|份|台|辆|件|种|方面|大类|大项)"
_NAME = r"[^、，,。；;：:（()）\n\d]{1,30}"
_BEFORE = re.compile(
    rf"(?<![\d.])(?P<list>{_NAME}(?:[（(][^（()）]*[）)])?(?:、{_NAME}(?:[（(][^（()）]*[）)])?)+)(?P<etc>等)?(?P<count>{_NUMBER}\s*{_THINGS})(?P<what>[^\d，,。；;、：:]{{0,12}})"
)
_AFTER = re.compile(
    rf"(?P<count>{_NUMBER}\s*{_THINGS})(?P<what>[^，,。；;：:、（()）\d]{{0,12}})[，,]?(?:分别(?:是|为)|即|具体为|[：:])[：:]?(?P<list>{_NAME}(?:、{_NAME})+)(?P<end>[。；;]|$)"
)
_DIGITS = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"两": 2}
_HEADED = re.compile(
    r"(?:其中|包括|主要|涉及|内设|设有|下设|设|对|在|由|和|及|与|为|是|有|分布在|局机关设|机关设)+"
)


def counts(sentence: Sentence, before: Sequence[Sentence]) -> Iterator[Remark]:
    """A、B、C 等 N 个 …; N 个 …，分别为：A、B、C."""
    text = sentence.text[sentence.start : sentence.end]
    for found in _BEFORE.finditer(text):
        (listed, most), said = members(found["list"]), number(found["n"])
        start = _headed(sentence, found)
        if said < 2 or listed < 2 or _loose(text, found):
            continue
        wrong = listed > said if found["etc"] else not listed <= said <= most
        # What stands before the list may run into its first name; a list without 等 is sure only where it is near.
        if wrong and (found["etc"] or abs(listed - said) == 1):
            yield _remark(
                sentence, Spot(sentence.paragraph, start, sentence.start + found.end("count")), listed, found
            )
        elif not wrong:
            yield Remark(
                RULE, Status.PASSED, Spot(sentence.paragraph, start, sentence.start + found.end("count")), ""
            )
    for found in _AFTER.finditer(text):
        (listed, most), said = members(found["list"]), number(found["n"])
        if said < 2 or found["list"].rstrip().endswith("等") or re.search(r"\d", found["list"]):
            continue
        spot = Spot(
            sentence.paragraph, sentence.start + found.start("count"), sentence.start + found.end("list")
        )
        if not listed <= said <= most:
            yield _remark(sentence, spot, listed, found)
        else:
            yield Remark(RULE, Status.PASSED, spot, "")


def _headed(sentence: Sentence, found: re.Match[str]) -> int:
    """Where the list begins, without the words that lead to it."""
    head = _HEADED.match(found["list"])
    return sentence.start + found.start("list") + (head.end() if head else 0)


def _loose(text: str, found: re.Match[str]) -> bool:
    """Figures among the names, or a list in which the last member alone is counted (A、B 和 3 个 C)."""
    before_count = text[: found.start("count")]
    return bool(re.search(r"(?:和|及|与|以及|另有|有|下设|共|计|新建|完成|建成)$", before_count)) or text[
        found.end("count") :
    ].startswith(("百分点",))


def members(listed: str) -> tuple[int, int]:
    """How many names a list has, at least and at most: 、 parts them; 和 or 及 may part the last two, or stand in a name."""
    names = [name for name in listed.split("、") if name.strip()]
    joined = bool(names) and bool(re.search(r"\S{2,}(?:以及|和|及|与)\S{2,}", names[-1]))
    return len(names), len(names) + joined


def _remark(sentence: Sentence, spot: Spot, listed: int, found: re.Match[str]) -> Remark:
    said = found["count"].strip()
    return Remark(
        RULE, Status.BROKEN, spot, f"写的是{said}{found['what'].strip()}，列出的是{listed}个", said, f"{listed}个",
        difference=f"{abs(listed - number(found['n']))}个",
    )  # fmt: skip


def number(text: str) -> int:
    """12, 十二, 两 → a number."""
    if text.isdigit():
        return int(text)
    tens, ten, ones = text.partition("十")
    if ten:
        return (_DIGITS.get(tens, 1) if tens else 1) * 10 + (_DIGITS.get(ones, 0) if ones else 0)
    return _DIGITS.get(text, 0) if len(text) == 1 else 0
