"""Where the annexes stand on the sheets of a file: from one title to the next."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from selfeval_xl.errors import UnusableFile
from selfeval_xl.forms import Form
from selfeval_xl.forms import Sheet as Annex
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core
from selfeval_xl.reading.official.page import Page

YEAR = re.compile(r"(20\d\d)年度?")
NUMBERED = re.compile(r"^附件\d*(?:-\d+)?")
YEAR_WITHIN = 3
"""（2023年度） stands at most so many rows below the title."""
LEAST_ROWS = 3
"""A title above fewer rows than that is a line of a table of contents."""


@dataclass(frozen=True)
class Title:
    """The title of an annex; `year` is 0 where none is written in it or below it."""

    sheet: Sheet
    annex: Annex
    row: int
    column: int
    year: int
    year_at: tuple[int, int] = (0, 0)

    @property
    def place(self) -> Place:
        return Place(self.sheet.name, self.row, self.column)


def _core(title: str) -> str:
    """附件2：2023年度部门整体支出绩效自评表 → 部门整体支出绩效自评表"""
    return core(YEAR.sub("", NUMBERED.sub("", plain(title))))


def titles(form: Form, sheets: Sequence[Sheet]) -> list[Title]:
    """Every title of an annex, sheet by sheet from the top down. A form of any year serves."""
    annexes = {_core(name): s for s in form.sheets if s.annex for name in (s.title, *s.aliases)}
    found = [
        Title(sheet, annexes[_core(cell.value)], *at, *_year(sheet, at, cell.value))
        for sheet in sheets
        for at, cell in sorted(sheet.cells.items())
        if isinstance(cell.value, str) and _core(cell.value) in annexes
    ]
    return [title for title in found if _heads_a_table(title, found)]


def _heads_a_table(title: Title, found: Sequence[Title]) -> bool:
    after = min((t.row for t in found if t.sheet is title.sheet and t.row > title.row), default=0)
    rows = {row for row, _ in title.sheet.cells if row > title.row and (not after or row < after)}
    return len(rows) >= LEAST_ROWS


def _year(sheet: Sheet, at: tuple[int, int], title: str) -> tuple[int, tuple[int, int]]:
    if found := YEAR.search(plain(title)):
        return int(found[1]), at
    for (row, column), cell in sorted(sheet.cells.items()):
        near = at[0] < row <= at[0] + YEAR_WITHIN and isinstance(cell.value, str)
        if near and (found := re.fullmatch(r"\(?(20\d\d)年度?\)?", plain(f"{cell.value}"))):
            return int(found[1]), (row, column)
    return 0, (0, 0)


def year_of(found: Sequence[Title], given: int | None) -> int:
    """The fiscal year that the titles say, or else the one that was given. Raises UnusableFile."""
    said = {title.year: title for title in found if title.year}
    if len(said) > 1:
        first, second, *_ = said.values()
        raise UnusableFile(
            f"{first.place} 写的是 {first.year} 年度，{second.place} 写的是 {second.year} 年度；"
            "请只放同一年度的附件。"
        )
    year = next(iter(said), given)
    if year is None:
        raise UnusableFile("附件的标题里没有年度；请在标题中写明，或用 --year 指明，如 --year 2023。")
    if given not in (None, year):
        raise UnusableFile(f"{said[year].place} 写的是 {year} 年度，与指明的 {given} 年度不同；请核对。")
    return year


def pages(form: Form, found: Sequence[Title]) -> Iterator[Page]:
    """The annexes of the file; those of a repeated one are counted in their order. `form` is that of the year."""
    annexes = {sheet.key: sheet for sheet in form.sheets}
    copies = 0
    for at, title in enumerate(found):
        same = [other for other in found if other.sheet is title.sheet]
        mine = same.index(title)
        first = 1 if mine == 0 else title.row
        last = same[mine + 1].row - 1 if mine + 1 < len(same) else max(row for row, _ in title.sheet.cells)
        annex = annexes[title.annex.key]
        copies += 1 if annex.copies else 0
        page = Page(title.sheet, annex, copies if annex.copies else 0, first, last)
        page.used |= {(title.row, title.column), found[at].year_at}
        yield page
