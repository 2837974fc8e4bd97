"""A time by which something is to be done: a day, or words that name a month, a quarter, or what it follows."""

import calendar
import re
from datetime import date

_PART = r"(?:底|末|初|上旬|中旬|下旬)?"
_END = r"(?:之?前|以前|内|以内)?"
_DAY = re.compile(rf"(\d{{4}})[-./年](\d{{1,2}})[-./月](\d{{1,2}})日?{_END}")
_MONTH = re.compile(rf"(\d{{4}})[-./年](\d{{1,2}})月?(?:份)?{_PART}{_END}")
_YEAR = re.compile(rf"(\d{{4}})年度?(?:底|末|上半年|下半年|第?[一二三四1-4]季度)?{_END}")
_AFTER = re.compile(r"[^\d]{2,20}(?:之?后|通过后|批复后)\d{1,3}(?:个?工作日|个?自然日|日|天|个月)之?内")
_HALVES = {"上半年": 6, "一季度": 3, "1季度": 3, "二季度": 6, "2季度": 6, "三季度": 9, "3季度": 9}


def is_deadline(text: str) -> bool:
    """2025年9月底前, 2025年三季度, 决算批复后20日内; no 2025年13月, no 待定."""
    bare = _bare(text)
    return latest(bare) is not None or _AFTER.fullmatch(bare) is not None


def latest(text: str) -> date | None:
    """The last day that the words allow; None where they name no calendar time."""
    bare = _bare(text)
    try:
        if found := _DAY.fullmatch(bare):
            return date(*(int(part) for part in found.groups()))
        if found := _MONTH.fullmatch(bare):
            return _month_end(int(found[1]), int(found[2]))
        if found := _YEAR.fullmatch(bare):
            month = next((month for words, month in _HALVES.items() if words in bare), 12)
            return _month_end(int(found[1]), month)
    except ValueError:
        return None
    return None


def written(text: str) -> str:
    """As a report writes it after 于: 2025年9月底前; a bare month is one within it, 2025年9月内."""
    bare = _bare(text)
    if found := re.match(r"(\d{4})[-./](\d{1,2})(?:[-./](\d{1,2})日?)?", bare):
        day = f"{int(found[3])}日" if found[3] else ""
        rest = bare[found.end() :].removeprefix("月")
        bare = f"{found[1]}年{int(found[2])}月{day}{rest}"
    if bare.endswith(("前", "内")):
        return bare
    return bare + ("前" if bare.endswith(("日", "底", "末")) else "" if bare.endswith(("初", "旬")) else "内")


def _bare(text: str) -> str:
    return re.sub(r"\s", "", text)


def _month_end(year: int, month: int) -> date:
    """Raises ValueError: there is no such month."""
    return date(year, month, calendar.monthrange(year, date(year, month, 1).month)[1])
