"""N-10: years that cannot be: five digits, last year's words left, dates before the year's end."""

import re
from collections import Counter
from collections.abc import Iterator

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.narratives.narrative import Narrative, Paragraph
from selfeval_xl.statements.quantities import narrow
from selfeval_xl.statements.sentences import heading_level

RULE = "N-10"
_LONG = re.compile(r"(?<![\d.])(20\d{3}|2\d{4}|20\d{4})(?=\s*年)")
_SHORT = re.compile(r"(?<![\d.])(2\d{2})(?=年(?:度|末|初|[1-9一二三四五六七八九十]))")
_YEAR = re.compile(r"(?<!\d)(20\d\d)\s*年(?P<after>度?)")
_TITLE = re.compile(r"(?<!\d)(20\d\d)\s*年度?[^，。；\n]{0,30}(?:自评|绩效|决算)")
_NIL = re.compile(
    r"(?:20\d\d)年度?[^，。；]{0,6}(?:无|没有|未发生|不涉及|未安排)[^，。；]{0,24}(?:支出|预算|安排)"
)
_COMPARED = re.compile(r"(?:与|比|较|同)(20\d\d)年度?[^，。；\d]{0,12}(?:相比|比|增|减|下降|持平|决算|的)")
_YEAR_END = re.compile(r"(?:截至|截止)(20\d\d)年(?:末|底|12月31日|度?末)")
_DATE = re.compile(
    r"^(?:[^，。；]{0,14}(?:日期|时间)[：:])?[（(]?\s*(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日\s*[）)]?$"
)
_CHINESE_DATE = re.compile(
    r"^\s*二[〇○零O0][一二三四五六七八九〇○零]{2}年[一二三四五六七八九十]{1,2}月[一二三四五六七八九十]{1,3}日\s*$"
)
_DIGITS = {sign: str(n) for n, sign in enumerate("〇一二三四五六七八九")} | {
    "○": "0",
    "零": "0",
    "O": "0",
    "0": "0",
}
_OTHERS = re.compile(r"通知|办法|文件|〔|规划|方案|意见|计划|管理|决定|条例|公开了?|批复")


def fiscal_year(narrative: Narrative) -> int | None:
    """The year that a report is about, from its titles; else the year that it names most often."""
    first = [narrow(p.text) for p in narrative.prose[:12]]
    titled = [int(found[1]) for text in first for found in _TITLE.finditer(text) if not _OTHERS.search(text)]
    if titled:
        return Counter(titled).most_common(1)[0][0]
    all_years = Counter(
        int(m[1]) for p in narrative.prose for m in _YEAR.finditer(narrow(p.text)) if m["after"]
    )
    return all_years.most_common(1)[0][0] if all_years else None


def years(narrative: Narrative, year: int | None) -> Iterator[Remark]:
    for paragraph in narrative.paragraphs:
        text = narrow(paragraph.text)
        for found in _LONG.finditer(text):
            at = Spot(paragraph, found.start(), text.index("年", found.end()) + 1)
            yield Remark(RULE, Status.BROKEN, at, f"年份“{found[1]}年”不是四位数", found[1], "四位数年份")
        for found in _SHORT.finditer(text):
            yield Remark(
                RULE,
                Status.BROKEN,
                Spot(paragraph, found.start(), found.end() + 1),
                f"年份“{found[1]}年”不是四位数",
                found[1],
                "四位数年份",
            )
        if year and paragraph.table < 0:
            yield from _others(paragraph, text, year)


def _others(paragraph: Paragraph, text: str, year: int) -> Iterator[Remark]:
    """Words of another year where only this one (or the year before, in a comparison) can stand."""
    if heading_level(paragraph) or _is_title(text):
        for found in _YEAR.finditer(text):
            if int(found[1]) in (year - 1, year - 2) and not _OTHERS.search(text):
                yield _wrong(paragraph, found, f"{year}年{found['after']}", "标题中的年度与报告年度不一致")
    for found in _NIL.finditer(text):
        said = _YEAR.match(text, found.start())
        if said and int(said[1]) in (year - 1, year - 2) and not re.search(r"比|较|上年|去年", found[0]):
            yield _wrong(
                paragraph, said, f"{year}年{said['after']}", "年度与报告年度不一致，疑似照抄上年报告"
            )
    for found in _COMPARED.finditer(text):
        said = _YEAR.search(text, found.start())
        if said and int(said[1]) == year - 2:
            yield _wrong(
                paragraph, said, f"{year - 1}年{said['after']}", f"{year}年度应与上年（{year - 1}年）比较"
            )
    for found in _YEAR_END.finditer(text):
        said = _YEAR.search(text, found.start())
        if (
            said
            and int(said[1]) == year - 1
            and not re.search(r"上年|比|较", text[found.end() : found.end() + 20])
        ):
            yield _wrong(paragraph, said, f"{year}年", "年末时点不是报告年度", Level.WARNING)
    if (date := _DATE.match(text.strip())) and int(date[1]) <= year:
        start = len(text) - len(text.lstrip())
        spot = Spot(paragraph, start, start + len(text.strip()))
        yield Remark(
            RULE,
            Status.BROKEN,
            spot,
            f"报告日期{date[1]}年{date[2]}月{date[3]}日在评价年度（{year}年）结束之前",
            date[1],
            str(year + 1),
        )
    if (
        _CHINESE_DATE.match(text)
        and int("".join(_DIGITS.get(sign, "") for sign in text.strip()[:4].replace("二", "二")) or 0) <= year
    ):
        spot = Spot(paragraph, 0, len(text))
        yield Remark(
            RULE, Status.BROKEN, spot, f"报告日期在评价年度（{year}年）结束之前", text.strip(), str(year + 1)
        )


def _is_title(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"\s*[^，。；]{0,30}20\d\d年度?[^，。；]{0,30}(?:报告|自评情况|情况说明|自评报告)[^，。；]{0,6}\s*",
            text,
        )
    )


def _wrong(
    paragraph: Paragraph, found: re.Match[str], right: str, why: str, level: Level | None = None
) -> Remark:
    spot = Spot(paragraph, found.start(), found.end())
    return Remark(
        RULE, Status.BROKEN, spot, f"“{spot.quote}”应为“{right}”：{why}", spot.quote, right, level=level
    )
