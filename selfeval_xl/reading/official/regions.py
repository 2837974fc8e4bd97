"""Where the annexes stand on the sheets of a file: from one title to the next, down and to the right."""

import re
from collections.abc import Callable, Iterator, Sequence

from msgspec import Struct

from selfeval_xl.errors import UnusableFile
from selfeval_xl.forms import Form
from selfeval_xl.forms import Sheet as Annex
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core, in_digits
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.sheet_facts import MAX_COLUMN, Position

YEAR = re.compile(r"(20\d\d)年?度?")
YEAR_ALONE = re.compile(r"\(?(?:(?:会计|预算|填报)?年度)?(20\d\d)年?度?\)?")
NUMBERED = re.compile(
    r"^(?:附件|附表|表)[\d一二三四五六七八九十]*(?:[-—–]\d+|\([\d一二三四五六七八九十]+\))?[、.]?"
)
WHOSE = re.compile(
    r"^(?:预算|财政|本级)*(?:部门|单位)?(?:\((?:部门|单位)\)|[、/](?:部门|单位))?(?=整体|项目)"
)
"""部门（单位）整体支出绩效自评表, 预算单位整体支出绩效自评表: whose, for which counties have words of their own."""
NAME_BEFORE = re.compile(r"(?!.*(?:详见|见附|填写|填报|说明|根据|按照|另附|请))[^,。;、!?]{2,40}")
"""A unit's or a project's name before a title; a sentence that speaks of the annex is none."""
CONTINUED = re.compile(r"\(?续(?:表|页)?[\d一二三四五六七八九十]*\)?")
YEAR_WITHIN = 3
"""（2023年度） stands at most so many rows below the title, or one above."""
LEAST_ROWS = 3
"""A title above fewer rows than that is a line of a table of contents, unless they say that there is nothing."""


class Title(Struct, frozen=True):
    """The title of an annex; `year` is 0 where none is written in it or by it. `continued`: of a further page of it."""

    sheet: Sheet
    annex: Annex
    row: int
    column: int
    continued: bool = False
    year: int = 0
    year_at: Position = (0, 0)

    @property
    def place(self) -> Place:
        return Place(self.sheet.name, self.row, self.column)


Nil = Callable[[Page], bool]
"""Whether the page says that the annex is empty."""


def titles(form: Form, sheets: Sequence[Sheet], nil: Nil) -> list[Title]:
    """Every title of an annex, sheet by sheet from the top down. A form of any year serves."""
    annexes = {_core(name): s for s in form.sheets if s.annex for name in (s.title, *s.aliases)}
    found = [
        Title(sheet, annex, *at, bool(CONTINUED.search(plain(cell.value))), *_year(sheet, at, cell.value))
        for sheet in sheets
        for at, cell in sorted(sheet.cells.items())
        if isinstance(cell.value, str) and (annex := _annex(cell.value, annexes)) is not None
    ]
    return [each.title for each in _pages(found) if each.title.continued or _heads_a_table(each.page, nil)]


def _core(title: str) -> str:
    """附件2：2023年度部门整体支出绩效自评表（续） → 整体支出绩效自评表"""
    bare = CONTINUED.sub("", NUMBERED.sub("", plain(title)))
    bare = core(YEAR.sub("", re.sub(r"^\(20\d\d年?度?\)", "", in_digits(bare))))
    return WHOSE.sub("", bare)


def _annex(text: str, annexes: dict[str, Annex]) -> Annex | None:
    """The annex of that title, which the name of a unit or a project may stand before."""
    bare = _core(text)
    if bare in annexes:
        return annexes[bare]
    ends = [
        name for name in annexes if bare.endswith(name) and NAME_BEFORE.fullmatch(bare.removesuffix(name))
    ]
    return annexes[max(ends, key=len)] if ends else None


def _year(sheet: Sheet, at: Position, title: str) -> tuple[int, Position]:
    if found := YEAR.search(in_digits(plain(title))):
        return int(found[1]), at
    for (row, column), cell in sorted(sheet.cells.items()):
        if at[0] - 1 <= row <= at[0] + YEAR_WITHIN and isinstance(cell.value, str):
            text = plain(cell.value)
            found = YEAR_ALONE.fullmatch(text) or (YEAR.fullmatch(text) if row == at[0] else None)
            if found:
                return int(found[1]), (row, column)
    return 0, (0, 0)


class _Bounded(Struct, frozen=True):
    title: Title
    page: Page


def _pages(found: Sequence[Title]) -> Iterator[_Bounded]:
    """Each title with the part of its sheet: to the next title below, and beside, to the next one in its row."""
    for title in found:
        same = [other for other in found if other.sheet is title.sheet]
        rows = sorted({other.row for other in same})
        beside = sorted(other.column for other in same if other.row == title.row)
        below = [row for row in rows if row > title.row]
        yield _Bounded(
            title,
            Page(
                title.sheet,
                title.annex,
                copy=0,
                first=1 if title.row == rows[0] else title.row,
                last=below[0] - 1 if below else max(row for row, _ in title.sheet.cells),
                left=1 if title.column == beside[0] else title.column,
                right=min((c for c in beside if c > title.column), default=MAX_COLUMN + 1) - 1,
            ),
        )


def _heads_a_table(page: Page, nil: Nil) -> bool:
    """Whether anything stands below the title: more than a line of a table of contents has."""
    return len(page.rows) > LEAST_ROWS or nil(page)


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
        raise UnusableFile("附件的标题里没有年度；请在标题中写明，或用 --year 指明，后面写四位数字的年度。")
    if given not in (None, year):
        raise UnusableFile(f"{said[year].place} 写的是 {year} 年度，与指明的 {given} 年度不同；请核对。")
    return year


def pages(form: Form, found: Sequence[Title]) -> Iterator[Page]:
    """The annexes of the file, further pages joined to the first; those of a repeated one are counted in their order.
    `form` is that of the year."""
    annexes = {sheet.key: sheet for sheet in form.sheets}
    copies = 0
    last: Page | None = None
    for bounded in _pages(found):
        title, page = bounded.title, bounded.page
        page.annex = annexes[title.annex.key]
        used = {(title.row, title.column), title.year_at}
        if title.continued and last and last.sheet is page.sheet and last.annex is page.annex:
            last.last = page.last
            last.used |= used
            continue
        page.stray, page.used = title.continued, page.used | used
        if not page.stray:
            copies += 1 if page.annex.copies else 0
            page.copy = copies if page.annex.copies else 0
            last = page
        yield page
