"""From the bureau's annex files to the entries of a filing, and what was not read of them."""

from collections.abc import Callable, Sequence

from msgspec import Struct

from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Key
from selfeval_xl.filing.values import Entry
from selfeval_xl.forms import Form
from selfeval_xl.forms.vocabulary import short
from selfeval_xl.places import Place
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell, Sheet, State
from selfeval_xl.reading.official import annex_funds, annex_scores, annex_table, margins, money_unit
from selfeval_xl.reading.official.choosing import chosen
from selfeval_xl.reading.official.homes import at_home
from selfeval_xl.reading.official.labels import figure
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.regions import Title, pages, titles, year_of
from selfeval_xl.reading.other_tables import kind_of
from selfeval_xl.reading.seen import seen
from selfeval_xl.reading.sheet_facts import Position

READERS: dict[str, Callable[[Page, Gathering], None]] = {
    "1": annex_table.read,
    "2": annex_scores.read,
    "3": annex_scores.read,
    "4": annex_funds.read,
    "5": annex_funds.read,
    "6": annex_funds.read,
}
OTHERS = 2
"""So many tables of budgets or accounts beside annexes 4 to 6 alone are no accident."""
NAMED, SIGNS = 8, 20
"""So many cells that were not read are named one by one, with so many signs of what they hold."""


class Sought(Struct, frozen=True):
    """The titles of annexes in the files, and the fiscal year that they are of."""

    titles: tuple[Title, ...]
    year: int


def annexes_of(form: Form, sheets: Sequence[Sheet], year: int | None = None) -> Sought | None:
    """The annexes on these sheets, None where there is no title of one. Raises UnusableFile: no year, or two."""

    def nil(page: Page) -> bool:
        return annex_funds.nil_sentence(page, form) is not None

    found = tuple(chosen(titles(form, sheets, nil), year, nil))
    if not found or _disclosed(found, sheets):
        return None
    return Sought(found, year_of(found, year))


def _disclosed(found: Sequence[Title], sheets: Sequence[Sheet]) -> bool:
    """Whether they are tables of a budget made public, two of which bear the titles of annexes 4 and 5."""
    if any(title.annex.annex in ("1", "2", "3") for title in found):
        return False
    return sum(kind_of(sheet) is not None for sheet in sheets) >= OTHERS


def read_annexes(gathering: Gathering, sought: Sought, sheets: Sequence[Sheet]) -> frozenset[str]:
    """Reads the annexes into `gathering`, whose form is that of the year. Returns the keys of the form's sheets that
    the files do not have. Raises UnusableFile: amounts in 元, or none of the tables can be found under the titles."""
    form = gathering.form
    found = _single(gathering, list(pages(form, sought.titles)))
    for page in found:
        margins.take_serials(page)
        READERS[page.annex.annex](page, gathering)
        money_unit.require_wan(page, _texts(gathering, page))
    if not gathering.entries and not any(page.heads for page in found):
        where = "、".join(str(title.place) for title in sought.titles[:3])
        raise UnusableFile(f"找到了附件的标题（{where}），标题下面的表头却都对不上；请核对表样。")
    for page in found:
        margins.read(page, gathering)
    _unseen_parts(gathering, found)
    copies = {page.copy: page.beside(page.first, 0) for page in found if page.copy}
    gathering.entries = at_home(form, gathering.entries, copies)
    _blanks(gathering, {(page.annex.key, page.copy): page for page in found})
    _tell(gathering, sought, found, sheets)
    return frozenset(s.key for s in form.sheets) - {page.annex.key for page in found}


def _texts(gathering: Gathering, page: Page) -> set[Position]:
    """The cells of the page that were read as texts."""
    places = (entry.place for entry in gathering.entries.values() if isinstance(entry.value, str))
    return {(place.row, place.column) for place in places if place.sheet == page.sheet.name}


def _unseen_parts(gathering: Gathering, found: Sequence[Page]) -> None:
    """A part of a split whose label is not there, while amounts were left unread: no total may pass over it."""
    for page in found:
        if not any(not isinstance(cell.value, str) or _digits(cell.value) for _, cell in page.unread()):
            continue
        for block in page.annex.blocks:
            for offset, row in enumerate(block.rows if block.inline else ()):
                key = Key(block.key, page.copy, row.key, 0, block.columns[0].key)
                gathering.entries.setdefault(
                    key, Entry(page.beside(page.first, offset), unreadable="没有读入")
                )


def _single(gathering: Gathering, found: list[Page]) -> list[Page]:
    """An annex that stands in the files twice is told, and neither is read; nor is a further page without a first."""
    kept = []
    for page in (page for page in found if page.stray):
        message = f"{page.annex.name_of(1)}的续表与前页不在同一张工作表上，没有读入；请接在前页的下方"
        gathering.report("R-22", message, page.place(page.first, page.left))
    found = [page for page in found if not page.stray]
    for page in found:
        same = [other for other in found if (other.annex.key, other.copy) == (page.annex.key, page.copy)]
        if len(same) == 1:
            kept.append(page)
        elif page is same[0]:
            cells = [other.place(other.first, 1) for other in same]
            gathering.report("R-03", f"{page.name}有 {len(same)} 处，不知以哪处为准，都没有读入", *cells)
    return kept


def _blanks(gathering: Gathering, found: dict[tuple[str, int], Page]) -> None:
    """Every cell of the form that the files do not have: blank."""
    copies = sorted({key.copy for key in gathering.entries} - {0}) or [1]
    numbers: dict[tuple[str, int, str], set[int]] = {}
    for key in gathering.entries:
        numbers.setdefault((key.block, key.copy, key.row), set()).add(key.number)
    for sheet in gathering.form.sheets:
        for copy in copies if sheet.copies else (0,):
            page = found.get((sheet.key, copy))
            nowhere = page.beside(page.first, 0) if page else Place(sheet.name_of(copy or 1), 1, 1)
            for block in sheet.blocks:
                for row in block.rows:
                    for number in numbers.get((block.key, copy, row.key), {1 if row.many else 0}):
                        gathering.blank(block, copy, row.key, number, nowhere)


def _tell(gathering: Gathering, sought: Sought, found: Sequence[Page], sheets: Sequence[Sheet]) -> None:
    names = "、".join(page.name for page in found)
    message = f"按官方附件格式读入 {names}；填报模板的其余各表不在其中，涉及它们的核对无法进行"
    gathering.report("R-21", message)
    for page in found:
        _unread(gathering, page)
    read = {id(title.sheet) for title in sought.titles}
    for title in sought.titles:
        if title.passed and not title.continued:
            message = f"工作表“{title.sheet.name}”里的{title.annex.name_of(1)}{title.passed}，没有读入"
            gathering.report("R-25", message, title.place)
    for sheet in sheets:
        if id(sheet) not in read and sheet.cells:
            _without_annex(gathering, sheet)


def _without_annex(gathering: Gathering, sheet: Sheet) -> None:
    """A sheet without the title of an annex: with figures it may be one all the same."""
    known, place = kind_of(sheet), Place(sheet.name, 1, 1)
    figures = any(isinstance(figure(cell), int | float) for cell in sheet.cells.values())
    if known is not None:
        gathering.report("R-25", f"工作表“{sheet.name}”是{known[0]}，不是附件，没有读入", known[1])
    elif figures and not sheet.hidden:
        message = f"工作表“{sheet.name}”里有数字，却认不出附件的标题，没有读入"
        gathering.report("R-33", message, place)
    else:
        gathering.report("R-25", f"工作表“{sheet.name}”里没有附件，没有读入", place)


def _unread(gathering: Gathering, page: Page) -> None:
    """What was not read, amounts apart from texts."""
    left = list(page.unread())
    texts = [(place, cell) for place, cell in left if isinstance(cell.value, str) and not _digits(cell.value)]
    numbers = [pair for pair in left if pair not in texts]
    for rule, cells in (("R-22", numbers), ("R-26", texts)):
        if cells:
            named = "、".join(f"{place.a1}{_quoted(cell)}" for place, cell in cells[:NAMED])
            more = f" 等 {len(cells)} 格" if len(cells) > NAMED else ""
            message = f"{page.name}中的 {named}{more}没有读入：认不出它属于哪一行、哪一列"
            gathering.report(rule, message, *(place for place, _ in cells))


def _quoted(cell: Cell) -> str:
    if cell.state is State.UNCALCULATED:
        return "（未计算的公式）"
    return f"“{short(seen(cell).text or cell.value, SIGNS)}”"


def _digits(text: str) -> bool:
    return any(sign.isdecimal() for sign in text)
