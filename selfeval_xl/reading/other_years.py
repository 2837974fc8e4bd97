"""R-36: a book whose titles and heads were changed by hand to another year than the one that it is read for.

Last year's heads and this year's share words (“2023年决算数”), so that a sheet is taken as a whole for the year that
most of its heads say; they are then read as those of the form's year, and the other year is told once.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.findings import Level
from selfeval_xl.forms import Form
from selfeval_xl.forms.years import dated, undated
from selfeval_xl.places import Place
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import Labels, find_blocks, plain
from selfeval_xl.reading.marks import YEAR


class Worded(Struct, frozen=True):
    """The sheets, with labels, as they are to be read. `strange`: the titles (else A1) of those of another year, by year;
    `heads`: how many sheets have such heads; `whole`: the book says so, not one or two titles of it."""

    pages: tuple[Labels, ...]
    strange: Mapping[int, tuple[Place, ...]]
    heads: int
    whole: bool


def as_worded(form: Form, sheets: Sequence[Sheet]) -> Worded:
    """The sheets with the heads of another year as the form's own."""
    titles, heads = _dated_words(form)
    strange: dict[int, list[Place]] = {}
    read, titled, changed = list[Labels](), 0, 0
    for sheet in sheets:
        labels = Labels(sheet)
        years = _years(labels)
        title, year = _title(titles, labels, years), _year(heads, labels, years, form.year)
        told = title or (year, Place(sheet.name, 1, 1))
        as_own = _translated(labels, {**titles, **heads}, year) if year != form.year else labels
        # A guide that quotes heads holds no table.
        if {year, told[0]} == {form.year} or not any(find_blocks(form, [as_own]).values()):
            titled += title is not None
            read.append(labels)
            continue
        titled += 1
        changed += year != form.year
        strange.setdefault(told[0] if told[0] != form.year else year, []).append(told[1])
        read.append(as_own)
    others = sum(map(len, strange.values()))
    return Worded(tuple(read), {y: tuple(p) for y, p in strange.items()}, changed, 2 * others > titled)


def tell_years(gathering: Gathering, worded: Worded, *, asked: bool) -> None:
    """One finding for each other year. `asked`: the form's year was given with the command, not by the hidden sheet."""
    own = gathering.form.year
    by = f"转换时指定的是 {own} 年度" if asked else f"隐藏的“表样”工作表写的是 {own} 年度"
    for year, places in worded.strange.items():
        heads = f"，其中 {worded.heads} 张的表头也是" if worded.heads else ""
        message = f"{by}，{len(places)} 张表的标题写的却是 {year} 年度{heads}；全部按 {own} 年度读入"
        level = None if worded.whole or worded.heads else Level.WARNING
        gathering.report("R-36", message, *places, level=level)


def _heads(form: Form) -> Iterable[str]:
    for block in form.blocks():
        yield from (block.title, block.label_head)
        yield from (column.label for column in block.columns)
        yield from (row.label for row in block.rows)


@lru_cache(maxsize=8)
def _dated_words(form: Form) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """The form's titles of sheets and its heads that name a year."""
    return _slots((sheet.title for sheet in form.sheets), form.year), _slots(_heads(form), form.year)


def _slots(labels: Iterable[str], year: int) -> dict[str, str]:
    """Those that name a year, each with its text for any year."""
    return {text: slots for text in labels if (slots := undated(text, year)) != text}


@lru_cache(maxsize=4096)
def _label(slots: str, year: int) -> str:
    """As labels are looked up: the same few hundred for every workbook of a run."""
    return plain(dated(slots, year))


def _year(heads: Mapping[str, str], labels: Labels, years: Sequence[int], own: int) -> int:
    """The year that the most heads of the sheet say; `own` where no other is said by more."""

    def said(year: int) -> tuple[int, bool]:
        return sum(_label(slots, year) in labels.places for slots in set(heads.values())), year == own

    return max((own, *years), key=said)


def _years(labels: Labels) -> list[int]:
    """The fiscal years that a text may speak of: its own, or the one after or before."""
    named = {int(year) for text in labels.places if "20" in text for year in YEAR.findall(text)}
    return sorted({year + apart for year in named for apart in (-1, 0, 1)})


def _title(titles: Mapping[str, str], labels: Labels, years: Sequence[int]) -> tuple[int, Place] | None:
    for year in years:
        for slots in titles.values():
            for at in labels.places.get(_label(slots, year), ()):
                return year, Place(labels.sheet.name, *at)
    return None


def _translated(labels: Labels, known: Mapping[str, str], year: int) -> Labels:
    cells = dict(labels.sheet.cells)
    for text, slots in known.items():
        for at in labels.places.get(_label(slots, year), ()):
            cells[at] = replace(cells[at], value=text)
    return Labels(replace(labels.sheet, cells=cells))
