"""Telephones and names as people type them into one cell, and how each may be written elsewhere."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import pairwise

from selfeval_xl.empty_reasons import CHINESE

LEAST_DIGITS = 7
LONGEST_NAME = 4
LEAST_LATIN = 4
"""A name of so few letters stands in any document."""
_SEVERAL = re.compile(r"[、,;/\n]+")
_AREA = re.compile(r"(010|02\d|0[3-9]\d\d)\D{0,3}(\d{7,8})(?!\d)")
_COUNTRY = re.compile(r"^(?:00)?86(?=1\d{10}$)")
_DIALLED = r"(?:[^\S\n]|[\-—–()转])*"
"""What people put into a number; not a line end, since the figures of a table stand below one another."""
_BLANK = r"[^\w\n,.;:!?、。]*"
"""What may stand inside a name that is written otherwise: blanks, quotes, brackets, dots."""
_AND = re.compile("[和及与]")
_OFFICE = re.compile(
    r"(财务|财政|办公|综合|会计|预算|计划|规划|绩效|党政|行政).*|.*(中心|单位|公司)|.+[股室]|.{3,}[局办处]|.{4,}[科部所组]"
)
"""An office and no person; a name of three signs may end in 科 or 部."""
_UNIT = re.compile(
    r".*(?:股|科(?!长)|室|处(?!长)|部(?!长|门)|部门|办(?!公)|中心|单位|公司|局(?!长)|所(?!长)|组(?!长))"
)
_TITLES = re.compile(
    "财务|财政|办公|综合|会计|出纳|预算|计划|规划|绩效|党政|行政|核算|管理|统计|审计|资产|业务|工作|人员|负责人|经办人?|填表人|"
    "专干|专员|主管|主任|副?[股科处部局所组]长|经理|同志|先生|女士"
)


def plain(text: str) -> str:
    """Full-width signs as others."""
    return unicodedata.normalize("NFKC", text)


def bare(text: str) -> str:
    """A name without blanks, quotes, brackets and other signs: alike however it is written."""
    return re.sub(r"\W", "", plain(text))


def written(name: str) -> re.Pattern[str]:
    """The name as it may stand in a `plain` text."""
    return re.compile(_BLANK.join(map(re.escape, bare(name))))


def telephones(text: str) -> Iterator[re.Pattern[str]]:
    """Every number in a cell, also without its area code, as it may stand in a `plain` text."""
    for number in dict.fromkeys(_numbers(plain(text))):
        if len(number) >= LEAST_DIGITS:
            yield re.compile(rf"(?<!\d){_DIALLED.join(number)}(?!\d)")


def _numbers(text: str) -> Iterator[str]:
    for given in _SEVERAL.split(text):
        yield _COUNTRY.sub("", re.sub(r"\D", "", given))
        yield from re.findall(r"\d+", given)
        for area, number in _AREA.findall(given):
            yield from (area + number, number)


def names(text: str) -> Iterator[str]:
    """The persons in a cell, without offices and titles: 王小明 of 「财务股 王小明（13800001111）」; 李明 of 「李 明」."""
    return iter(dict.fromkeys(name for given in _SEVERAL.split(plain(text)) for name in _persons(given)))


def _persons(given: str) -> Iterator[str]:
    pieces, letters = CHINESE.findall(given), bare(given)
    chinese = "".join(pieces)
    if not chinese and len(letters) >= LEAST_LATIN and not letters.isdecimal():
        yield letters
    apart = [first + second for first, second in pairwise(pieces) if min(len(first), len(second)) == 1]
    both = [name for piece in pieces for name in _AND.split(piece)]
    for piece in (chinese, *pieces, *both, *apart):
        if len(piece) > 1 and not _OFFICE.fullmatch(piece) and _TITLES.sub("", piece):
            yield piece
        person = _TITLES.sub("", _UNIT.sub("", piece))
        if 1 < len(person) <= LONGEST_NAME:
            yield person
