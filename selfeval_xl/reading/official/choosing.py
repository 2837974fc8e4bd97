"""Which of the annexes in the files are read: the visible ones before the hidden, the real before the specimen, of the
year that was asked for; what is passed over is told."""

import re
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.regions import Title, bounded

SPECIMEN = re.compile(r"样表|样例|范例|范本|模板|空表|空白表|填表说明|填报说明")
Nil = Callable[[Page], bool]


def chosen(found: Sequence[Title], year: int | None, nil: Nil) -> list[Title]:
    """The titles, those that are not to be read with the reason why (`passed`)."""
    titles = _each(found, _specimen(found))
    titles = _each(titles, _of_another_year(titles, year))
    titles = _each(titles, _hidden(titles))
    return _each(titles, _blank(titles, nil))


def _each(titles: Sequence[Title], passed: dict[int, str]) -> list[Title]:
    """The titles with what is passed over; a further page goes with the first."""
    found: list[Title] = []
    for at, title in enumerate(titles):
        why = title.passed or passed.get(at, "")
        if title.continued and not why:
            before = (t for t in reversed(found) if t.sheet is title.sheet and t.annex is title.annex)
            why = next((t.passed for t in before if not t.continued), "")
        found.append(replace(title, passed=why))
    return found


def _first_pages(titles: Sequence[Title]) -> list[tuple[int, Title]]:
    return [(at, title) for at, title in enumerate(titles) if not title.passed and not title.continued]


def _specimen(titles: Sequence[Title]) -> dict[int, str]:
    """Specimens beside the real annex."""
    open_ = _first_pages(titles)
    real = {title.annex.key for _, title in open_ if not _is_specimen(title)}
    return {at: "是样表" for at, title in open_ if _is_specimen(title) and title.annex.key in real}


def _is_specimen(title: Title) -> bool:
    text = f"{title.sheet.cells[title.row, title.column].value}"
    return bool(SPECIMEN.search(title.sheet.name) or SPECIMEN.search(text))


def _of_another_year(titles: Sequence[Title], given: int | None) -> dict[int, str]:
    """Annexes of another year than the one that was given, or than the only one of the visible sheets."""
    open_ = _first_pages(titles)
    shown = [title for _, title in open_ if not title.sheet.hidden]
    visible = {title.annex.key for title in shown}
    years = {title.year for title in shown or [title for _, title in open_] if title.year}
    year = (
        given
        if given in {title.year for _, title in open_}
        else next(iter(years))
        if len(years) == 1
        else None
    )
    passed = {}
    for at, title in open_:
        undated = not years and title.sheet.hidden and title.annex.key in visible
        if title.year and (title.year != year if year else undated) and (given or title.sheet.hidden):
            passed[at] = f"是{title.year}年度的" + ("，而且隐藏" if title.sheet.hidden else "")
    return passed


def _hidden(titles: Sequence[Title]) -> dict[int, str]:
    """Hidden sheets of an annex that stands once, beside a visible one."""
    open_ = _first_pages(titles)
    visible = {title.annex.key for _, title in open_ if not title.sheet.hidden}
    return {
        at: "在隐藏的工作表上"
        for at, title in open_
        if title.sheet.hidden and title.annex.key in visible and not title.annex.copies
    }


def _blank(titles: Sequence[Title], nil: Nil) -> dict[int, str]:
    """Of an annex that stands there twice the one in which no figure was filled in."""
    filled: dict[str, int] = {}
    empty: list[tuple[int, str]] = []
    open_ = {id(title): at for at, title in _first_pages(titles) if not title.annex.copies}
    for one in bounded(titles):
        at = open_.get(id(one.title))
        if at is None:
            continue
        figures = any(
            not isinstance(cell.value, str) for row in one.page.rows.values() for cell in row.values()
        )
        if figures or nil(one.page):
            filled[one.title.annex.key] = filled.get(one.title.annex.key, 0) + 1
        else:
            empty.append((at, one.title.annex.key))
    return {at: "没有填数" for at, key in empty if filled.get(key) == 1}
