"""The tables of a workbook: by their titles, whatever the sheets are called, and however many stand on one sheet."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from selfeval_xl.money import WAN, YUAN
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import in_digits
from selfeval_xl.witnesses.mapping import TableOf
from selfeval_xl.witnesses.tables import Table

YEAR = re.compile(r"(20\d\d)\s*年")
UNIT = re.compile(r"(?:单位|金额)\s*[:：]?\s*(?:人民币)?\s*(万元|千元|百万元|亿元|元)(?![\u4e00-\u9fff])")
SCALES = {"元": YUAN, "千元": 1000 * YUAN, "万元": WAN, "百万元": 100 * WAN, "亿元": 10_000 * WAN}
LEAD = re.compile(
    r"^(?:附?(?:表|件)[一二三四五六七八九十\d]+(?:-\d+)?[:、.]?|公开\d+表|\d{1,2}[、.]|[一二三四五六七八九十]{1,3}[、.])"
)
MARGIN_ROWS = 4
"""The lines above and below a title that speak for its table."""


def bare_title(text: str, unit: str = "") -> str:
    """2024年部门收支总体情况表 → 收支总体情况表: without number, year, the unit's name and 部门."""
    title = LEAD.sub("", in_digits(plain(text)))
    for _ in range(2):
        title = title.removeprefix(plain(unit)) if unit else title
        title = re.sub(r"^20\d\d年(?:度)?", "", title)
        title = re.sub(r"^(?:部门|单位|本级|部门\(单位\)|本部门|本单位)(?!资金)", "", title)
    return re.sub(r"\((?:按部门预算经济分类|按经济分类|公开表|续|草案|汇总|本级|\d)\)$", "", title)


def titles_on(sheet: Sheet, unit: str = "") -> Iterator[tuple[tuple[int, int], str, str]]:
    """Where a text ends in 表: place, bare title, as printed."""
    for at, cell in sorted(sheet.cells.items()):
        if isinstance(cell.value, str) and len(cell.value) <= 60:
            title = bare_title(cell.value, unit)
            if title.endswith("表") or title.endswith("台账"):
                yield at, title, cell.value.strip()


def find_tables(
    file: str, sheets: Sequence[Sheet], wanted: Iterable[TableOf], unit: str, year: int
) -> tuple[list[tuple[str, Table]], list[str]]:
    """Key and table of each that is wanted; and what of it cannot be read, a sentence each.

    `year`: of the file, for tables whose lines say none. A list of tables (目录) is none: nothing stands below a title.
    """
    found: list[tuple[str, Table]] = []
    told: list[str] = []
    for sheet in sheets:
        marks = [
            (at, key, text)
            for at, title, text in titles_on(sheet, unit)
            if (key := _key(title, wanted)) is not None
        ]
        last = max((row for row, _ in sheet.cells), default=0)
        for number, (at, key, text) in enumerate(marks):
            end = marks[number + 1][0][0] - 1 if number + 1 < len(marks) else last
            if end - at[0] < 2:
                continue
            scale = scale_near(sheet, at[0], end)
            if scale is None:
                told.append(
                    f"工作表“{sheet.name}”的“{text}”没有写明金额单位（元或万元），没有用；请补上后再试"
                )
                continue
            found.append((key, Table(file, sheet, text, at, end, scale, year_near(sheet, at[0]) or year)))
    return _only(found, told), told


def _only(found: list[tuple[str, Table]], told: list[str]) -> list[tuple[str, Table]]:
    """Each table once: a second of the same title is told, where it holds figures; then neither is used."""
    kept = []
    for key, table in found:
        twins = [t for k, t in found if k == key and not t.empty and t is not table]
        if not twins:
            kept.append((key, table))
        elif not table.empty:
            told.append(
                f"“{table.title}”有不止一张（如工作表“{table.sheet.name}”“{twins[0].sheet.name}”），都没有用；请只留一张"
            )
    return kept


def _key(title: str, wanted: Iterable[TableOf]) -> str | None:
    for table in wanted:
        if table.titles.fullmatch(title) and not (table.excepted and table.excepted in title):
            return table.key
    return None


def scale_near(sheet: Sheet, row: int, end: int) -> int | None:
    """分 in one unit of money, from the lines around the title or from a head; None: nothing says it, or two units are
    said."""
    said = {
        SCALES[match[1]]
        for (at, _), cell in sheet.cells.items()
        if row - MARGIN_ROWS <= at <= min(row + MARGIN_ROWS, end) and isinstance(cell.value, str)
        for match in [UNIT.search(unicodedata.normalize("NFKC", cell.value))]
        if match
    }
    below = {
        SCALES[match[1]]
        for (at, _), cell in sheet.cells.items()
        if row <= at <= min(row + MARGIN_ROWS, end) and isinstance(cell.value, str)
        for match in [UNIT.search(unicodedata.normalize("NFKC", cell.value))]
        if match
    }
    for scales in (below, said):
        if len(scales) == 1:
            return scales.pop()
    return None


def year_near(sheet: Sheet, row: int) -> int:
    """The year in the title or the lines beside it; 0 without one."""
    for near in (row, row + 1, row - 1, row + 2):
        for (at, _), cell in sorted(sheet.cells.items()):
            if at == near and isinstance(cell.value, str) and (said := YEAR.search(in_digits(cell.value))):
                return int(said[1])
    return 0
