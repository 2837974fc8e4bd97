"""A small grammar of the days that stand in 年度指标值 and 实际完成值.

    day = [year 年] month 月 [day 日 | 底] [前]    2023年12月底前 · 12月31日前 · 2023-12-20 · 2023年底
        | year.month · yearmonthday · month.day   2023.6 · 20231231 · 12.31, where no unit makes them a number

What is not of this grammar is None: never a guess.
"""

import re
from calendar import monthrange
from datetime import date, timedelta

from msgspec import Struct

from selfeval_xl.filing.typed_numbers import marked
from selfeval_xl.scoring.quantities import YEAR, plain

YEARS = rf"(?P<year>{YEAR.pattern})"
BEFORE = r"(?P<before>(?:之|以)?前)?"
DONE = r"(?:已?(?:全部)?完成)?"
DAYS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?:{YEARS}年)?(?P<month>\d{{1,2}})月(?:份)?(?:(?P<day>\d{{1,2}})[日号]|(?P<end>底|末))?{BEFORE}{DONE}",
        rf"{YEARS}年(?P<end>底|末)?{BEFORE}{DONE}",
        rf"{YEARS}([-/.])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){BEFORE}",
        rf"{YEARS}[-/](?P<month>\d{{1,2}}){BEFORE}",
    )
)
POINTED_MONTH = re.compile(rf"{YEARS}\.(?P<month>\d{{1,2}}){BEFORE}")
COMPACT_DAY = re.compile(rf"{YEARS}(?P<month>\d\d)(?P<day>\d\d){BEFORE}")
POINTED_DAY = re.compile(rf"(?P<month>\d{{1,2}})\.(?P<day>\d{{1,2}}){BEFORE}")
NUMERIC = (POINTED_MONTH, COMPACT_DAY, POINTED_DAY)
DATES = frozenset(("", "年", "月", "年月", "年月日", "日期", "时间"))
"""度量单位 beside which 2023.6 is a month."""
NO_YEAR = 2000
"""A leap year, which stands for the year that was not written."""


class Span(Struct, frozen=True):
    """The days that a date may mean: one, a month or a year. `open`: any day before will do, too (…前). `surely`: as a
    deadline, the last day that surely keeps it."""

    first: date
    last: date
    surely: date
    open: bool
    has_year: bool
    is_decimal: bool = False
    """12.31 may be a number as well."""


def span(text: str, measure: str = "", numeric: bool = True, year: int = NO_YEAR) -> Span | None:
    """The days that the text may mean, `year` where it names none; None where it is no date. `measure` is 度量单位;
    `numeric`: whether 2023.6 can be one."""
    if marked(text):
        return None
    bare, unit = plain(text), plain(measure)
    if bare.isdecimal() and unit in ("年", "月"):
        bare += unit
    found = next((match for shape in DAYS if (match := shape.fullmatch(bare))), None)
    if not found and numeric and unit in DATES:
        found = next((match for shape in NUMERIC if (match := shape.fullmatch(bare))), None)
    return _span(found, year) if found else None


def _span(found: re.Match[str], year: int) -> Span | None:
    parts = found.groupdict()
    said, month, day = (int(parts.get(name) or 0) for name in ("year", "month", "day"))
    own = said or year
    # 2023.10 typed as a number is kept as 2023.1.
    either = found.re is POINTED_MONTH and parts["month"] == "1"
    low, high = month or 1, 10 if either else month or 12
    if not 1 <= low <= high <= 12 or day > monthrange(own, high)[1]:
        return None
    last = date(own, high, day or monthrange(own, high)[1])
    whole, before = not day and not parts.get("end"), bool(parts["before"])
    first = date(own, low, 1) if whole else last
    # 12月前: to the end of November for some, of December for others.
    first -= timedelta(days=1) if whole and before else timedelta()
    surely = first if before or either else last
    has_year = bool(said) or year != NO_YEAR
    return Span(first, last, surely, before, has_year, found.re is POINTED_DAY)
