"""N-13: numerals of headings in their order, and the sections of the form's outline; N-14: the list of annexes."""

import re
from collections.abc import Iterator, Sequence

from selfeval_xl.claims.counts import number
from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.narratives.narrative import Narrative, Paragraph
from selfeval_xl.reading.narratives.numbering import chinese
from selfeval_xl.statements.quantities import narrow
from selfeval_xl.statements.sentences import heading_level, heading_words

ORDER, ANNEXES = "N-13", "N-14"
ENOUGH = 7
"""So many headings of the form's outline in their order make it the report's outline."""
_PART = re.compile(r"\s*第[一二三四五六七八九十]{1,3}[部章编]")
_FIRST = re.compile(r"\s*([一二三四五六七八九十]{1,3})\s*[、.．]")
_SECOND = re.compile(r"\s*[（(]([一二三四五六七八九十]{1,3})[）)]")
_CONTENTS = re.compile(r"\d+\s*$|…{2,}|\.{3,}")


def order(narrative: Narrative) -> Iterator[Remark]:
    """Headings of the first two levels; only from a .docx, since what turns it into text invents numerals."""
    if not narrative.of_word:
        return
    expected = {1: 1, 2: 1}
    for position, paragraph in enumerate(heads := list(_headings(narrative))):
        if paragraph is None:
            expected = {1: 1, 2: 1}
            continue
        level, said = _numeral(paragraph)
        if said != expected[level]:
            later = next(
                (n for p in heads[position + 1 :] if p is not None for lv, n in [_numeral(p)] if lv == level),
                None,
            )
            restart = said == 1 and later in (2, None)
            if not restart and not (level == 1 and said == 1 and later == 2):
                yield _misnumbered(paragraph, level, said, expected[level])
                # 四、四、六: the next goes on from what should stand here; 四、一、五: this one stands in a list of its own;
                # a jump goes on from what stands.
                if said < expected[level]:
                    said = expected[level] - (later == expected[level])
        expected[level] = said + 1
        if level == 1:
            expected[2] = 1


_ARABIC = re.compile(r"\s*(\d{1,2})\s*[、.．]\s*[^\d\s]")


def mixed(narrative: Narrative) -> Iterator[Remark]:
    """一、 beside 4、 in one row of headings: told once."""
    prose = [p for p in narrative.prose if len(p.text.strip()) <= 40 and not p.text.strip().endswith("。")]
    chinese_at = {number(m[1]): n for n, p in enumerate(prose) if (m := _FIRST.match(p.text))}
    if len(chinese_at) < 3:
        return
    for n, paragraph in enumerate(prose):
        found = _ARABIC.match(paragraph.text)
        if found and (said := int(found[1])) not in chinese_at and said <= max(chinese_at) + 1:
            before = [at for k, at in chinese_at.items() if k < said]
            after = [at for k, at in chinese_at.items() if k > said]
            neighbours = said - 1 in chinese_at or said + 1 in chinese_at
            if neighbours and all(at < n for at in before) and all(at > n for at in after):
                end = found.end() - 1
                spot = Spot(paragraph, 0, end)
                message = f"标题序号“{found[0][:-1].strip()}”与其他标题的“一、”写法不一"
                yield Remark(
                    ORDER, Status.BROKEN, spot, message, spot.quote, f"{chinese(said)}、", level=Level.NOTICE
                )
                return


def _headings(narrative: Narrative) -> Iterator[Paragraph | None]:
    """Numbered headings in order; None where a new part begins."""
    for paragraph in narrative.prose:
        text = paragraph.text.strip()
        if _PART.match(text) or text.replace(" ", "").replace("\u3000", "") == "目录":
            yield None
        elif (
            _numeral(paragraph)[0]
            and heading_level(paragraph) in (1, 2)
            and not _CONTENTS.search(text)
            and paragraph.part == "body"
        ):
            yield paragraph


def _numeral(paragraph: Paragraph) -> tuple[int, int]:
    """Level and number of what stands or is printed before a heading; (0, 0) for none."""
    for level, pattern in ((1, _FIRST), (2, _SECOND)):
        found = pattern.match(paragraph.text) or (
            pattern.match(paragraph.numeral) if paragraph.numeral else None
        )
        if found:
            return level, number(found[1])
    return 0, 0


def _misnumbered(paragraph: Paragraph, level: int, said: int, wanted: int) -> Remark:
    right = f"{chinese(wanted)}、" if level == 1 else f"（{chinese(wanted)}）"
    wrong = f"{chinese(said)}、" if level == 1 else f"（{chinese(said)}）"
    spot = Spot(paragraph, 0, min(len(paragraph.text), 40))
    return Remark(
        ORDER, Status.BROKEN, spot, f"标题序号“{wrong}”应为“{right}”", wrong, right, level=Level.NOTICE
    )


def sections(narrative: Narrative, titles: Sequence[str]) -> Iterator[Remark]:
    """What the form's outline has and the report has not, told at the paragraph before the gap."""
    found: dict[int, Paragraph] = {}
    at = 0
    for paragraph in narrative.prose:
        words = _plain(heading_words(paragraph.text))
        if heading_level(paragraph) != 1 or paragraph.part != "body":
            continue
        match = next((n for n in range(at, len(titles)) if _alike(words, _plain(titles[n]))), None)
        if match is not None:
            found[match], at = paragraph, match + 1
    if len(found) < 3:
        return
    level = Level.ERROR if len(found) >= ENOUGH else Level.NOTICE
    for n, title in enumerate(titles):
        if n not in found:
            later = next((found[m] for m in range(n + 1, len(titles)) if m in found), None)
            before = _before(narrative, later)
            spot = Spot(before, 0, len(before.text))
            others = (Spot(later, 0, len(later.text)),) if later else ()
            yield Remark(
                ORDER, Status.BROKEN, spot, f"缺少“{chinese(n + 1)}、{title}”", "", title, others, level
            )


def _before(narrative: Narrative, later: Paragraph | None) -> Paragraph:
    prose = narrative.prose
    return prose[-1] if later is None else prose[max(0, prose.index(later) - 1)]


def _plain(words: str) -> str:
    return re.sub(r"[（(].*?[）)]|[\s、，。：:]|部门|单位|支出|情况|的", "", words)


def _alike(words: str, title: str) -> bool:
    return bool(words) and (
        words == title
        or (len(title) >= 4 and (title in words or (words in title and 5 * len(words) >= 3 * len(title))))
    )


_LIST = re.compile(r"^\s*附件\s*[：:]")
_ITEM = re.compile(r"(?:^|[\s；;：:])(\d{1,2})\s*[.．、]\s*(?=[^\d\s])")
_COUNT = re.compile(r"(?<=附件[：:])\s*共\s*(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})\s*(?:个|份|张|件|项)")
_SHEETS = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,20}表)\s*[（(]?\s*(?:共|计|共计)?\s*(?P<n>\d{1,3})\s*张")


def annexes(narrative: Narrative) -> Iterator[Remark]:
    """How many annexes are listed against how many are said; how many sheets of one kind, wherever that is said."""
    sheets: dict[str, list[tuple[int, Spot]]] = {}
    prose = narrative.prose
    for n, paragraph in enumerate(prose):
        text = narrow(paragraph.text)
        for found in _SHEETS.finditer(text):
            name = re.sub(r"^.*(?=项目支出)", "", found["name"])
            sheets.setdefault(name, []).append((int(found["n"]), Spot(paragraph, found.start(), found.end())))
        if _LIST.match(text) and (said := _COUNT.search(text)):
            listed = _listed(prose[n:])
            if listed > 1 and listed != number(said["n"]):
                spot = Spot(paragraph, said.start(), said.end())
                yield Remark(
                    ANNEXES,
                    Status.BROKEN,
                    spot,
                    f"附件写{said[0]}，列出的是{listed}个",
                    said[0],
                    f"{listed}个",
                )
    for name, said_ in sheets.items():
        first, spot = said_[0]
        for other, there in said_[1:]:
            if other != first:
                yield Remark(
                    ANNEXES,
                    Status.BROKEN,
                    spot,
                    f"{name}此处为{first}张，另一处为{other}张",
                    f"{first}张",
                    f"{other}张",
                    (there,),
                )


def _listed(paragraphs: Sequence[Paragraph]) -> int:
    """The numbers of a list of annexes, in one paragraph or in those after it."""
    numbers: list[int] = []
    for paragraph in paragraphs[:12]:
        numbers += [int(found[1]) for found in _ITEM.finditer(narrow(paragraph.text))]
    run = 0
    for value in numbers:
        if value == run + 1:
            run = value
    return run
