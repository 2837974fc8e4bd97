"""The list of units that should file: a text with one name a line, or a table with a column of names or codes."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.list_texts import NoText, Rows, rows
from selfeval_xl.batch.records import Record
from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.given_files import Unreadable, content_of
from selfeval_xl.invisible import without_lookless
from selfeval_xl.reading.grids import Sheet, State, read_sheets
from selfeval_xl.reading.opening import MAX_FILE, open_source
from selfeval_xl.reading.seen import seen

TEXTS = (".txt", ".csv")
NAMES = ("单位全称", "单位名称", "预算单位名称", "预算单位", "填报单位", "单位")
CODES = ("预算单位编码", "单位编码", "编码")
SUMS = ("合计", "总计", "小计")
_NUMBERING = re.compile(
    r"^(?:[（(【\[]\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*[）)】\]][、.．]?"
    r"|\d{1,4}\s*(?:[、)）:：]|[.．](?!\d))|[一二三四五六七八九十百]{1,4}\s*[、.．)）]|[\u2460-\u249b])\s*"
)
_ASIDE = re.compile(r"[（(][^（()）]*[）)]")


def wanted_units(path: Path) -> list[str]:
    """The names (or codes) in the order of the list, each once. Raises UnusableFile."""
    tables = [_of_text(path)] if path.suffix.lower() in TEXTS else list(_of_book(path))
    names = next((names for table in tables if (names := _named(table))), None)
    if names is None:
        names = next((names for table in tables if (names := _first_texts(table))), [])
    found = list(dict.fromkeys(name for name in map(_cleaned, names) if name and _head(name) not in HEADS))
    if not found:
        raise UnusableFile(f"单位名单“{readable(path.name)}”里没有单位名称；请一行写一个单位。")
    return found


def unfiled(wanted: Iterable[str], filed: Iterable[Record]) -> list[str]:
    """Those of whom nothing came, by the unit's full name or its code."""
    came = {sign for record in filed for sign in (plain_name(record.unit), record.code) if sign}
    return [name for name in wanted if plain_name(name) not in came]


def not_wanted(wanted: Iterable[str], filed: Iterable[Record]) -> list[Record]:
    """Those who filed and are not on the list."""
    names = {plain_name(name) for name in wanted}
    return [r for r in filed if plain_name(r.unit) not in names and r.code not in names]


HEADS = (*NAMES, *CODES, *SUMS)


def _head(text: str) -> str:
    """单位名称 of 「单位名称（全称）」."""
    return _ASIDE.sub("", "".join(text.split()))


def _cleaned(name: str) -> str:
    """Without what stands before it in a numbered list, and what no console can show."""
    shown = "".join(sign for sign in without_lookless(name) if sign.isprintable()).strip()
    return _NUMBERING.sub("", shown)


def _named(table: Rows) -> list[str]:
    """What stands below a head that says 单位, else below one that says 编码."""
    for heads in (NAMES, CODES):
        for at, row in enumerate(table):
            column = next((column for column, text in enumerate(row) if _head(text) in heads), None)
            if column is not None:
                return [below[column] for below in table[at + 1 :] if column < len(below)]
    return []


def _first_texts(table: Rows) -> list[str]:
    """The first column that holds more than numbers; the first of all where none does."""
    across = range(max(map(len, table), default=0))
    columns = [[row[at] for row in table if at < len(row) and row[at].strip()] for at in across]
    filled = [texts for texts in columns if texts]
    named = (texts for texts in filled if not all(text.strip().isdecimal() for text in texts))
    return next(named, filled[0] if filled else [])


def _of_text(path: Path) -> Rows:
    try:
        content = content_of(path, MAX_FILE)
        if len(content) > MAX_FILE:
            raise NoText(f"超过 {MAX_FILE // 2**20} MiB", "请只留单位名称，一行写一个单位")
        return rows(content, path.suffix.lower() == ".csv")
    except (Unreadable, NoText) as trouble:
        raise UnusableFile(f"单位名单“{readable(path.name)}”{trouble.what}；{trouble.remedy}。") from None


def _of_book(path: Path) -> Iterator[Rows]:
    """Every sheet that is not hidden, with its texts and whole numbers as they are seen."""
    for sheet in read_sheets(open_source(path)):
        if not sheet.hidden:
            yield _rows(sheet)


def _rows(sheet: Sheet) -> Rows:
    kept = {
        at: seen(cell).text
        for at, cell in sheet.cells.items()
        if cell.state is State.VALUE
        and isinstance(cell.value, str | int)
        and not isinstance(cell.value, bool)
    }
    last = max((column for _, column in kept), default=0)
    numbers = sorted({row for row, _ in kept})
    return [[kept.get((row, column), "") for column in range(1, last + 1)] for row in numbers]
