"""N-15: another unit's name where this unit's should stand; N-20: personal data before publication."""

import re
from collections import Counter
from collections.abc import Iterator

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.narratives.narrative import Narrative

RULE, PERSONAL = "N-15", "N-20"
_SUFFIX = (
    "(?:人民政府|街道办事处|委员会|办公室|医院|中心|学校|中学|小学|总工会|局|厅|委|院|站|所|馆|队|会|部)"
)
_UNIT = re.compile(rf"[\u4e00-\u9fff]{{3,26}}{_SUFFIX}(?![\u4e00-\u9fff])")
_SHORTEST = 5
_PRIVATE: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        "身份证号",
        re.compile(r"(?<!\d)\d{6}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx](?![\dA-Za-z])"),
    ),
    ("手机号码", re.compile(r"(?<![\d.])1[3-9]\d{9}(?!\d)")),
    ("银行账号", re.compile(r"(?:账号|帐号|卡号|开户)[^，。；\d]{0,10}(\d[\d ]{11,22}\d)")),
)


def unit_name(narrative: Narrative) -> str:
    """The unit that a report is of: the name that its first paragraphs and its end hold most often."""
    prose = narrative.prose
    named: Counter[str] = Counter()
    for paragraph in [*prose[:10], *prose[-4:]]:
        text = re.sub(r"部门（单位）名称[：:]|填报单位[：:]|（盖章）|\(盖章\)|\s", "", paragraph.text)
        for found in _UNIT.finditer(text):
            if found.start():
                continue  # a name within a sentence or a list
            if len(found[0]) >= _SHORTEST and len(text) <= 40 and "财政局" not in found[0]:
                named[found[0]] += 1
    whole = "\n".join(p.text for p in narrative.paragraphs)
    return max(named, key=lambda name: (named[name], whole.count(name)), default="")


def names(narrative: Narrative, unit: str) -> Iterator[Remark]:
    """A name that differs from the unit's in one sign."""
    if len(unit) < _SHORTEST:
        return
    for paragraph in narrative.paragraphs:
        text = paragraph.text
        for at in range(len(text) - len(unit) + 1):
            piece = text[at : at + len(unit)]
            if (
                piece != unit
                and piece[-2:] == unit[-2:]
                and sum(a != b for a, b in zip(piece, unit, strict=True)) == 1
            ):
                unlike = next(n for n, (a, b) in enumerate(zip(piece, unit, strict=True)) if a != b)
                if "\u4e00" <= piece[unlike] <= "\u9fff":
                    spot = Spot(paragraph, at, at + len(unit))
                    yield Remark(
                        RULE, Status.BROKEN, spot, f"单位名称“{piece}”与本单位“{unit}”不一致", piece, unit
                    )


def personal(narrative: Narrative) -> Iterator[Remark]:
    """What must not be published."""
    for paragraph in narrative.paragraphs:
        for kind, pattern in _PRIVATE:
            for found in pattern.finditer(paragraph.text):
                spot = Spot(paragraph, found.start(found.lastindex or 0), found.end(found.lastindex or 0))
                yield Remark(PERSONAL, Status.BROKEN, spot, f"{kind}不应公开", level=Level.WARNING)
