"""The list of units that should file: a text with one name a line, or a table with a column of names or codes."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.records import Record
from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.reading.grids import Sheet, State, read_sheets
from selfeval_xl.reading.opening import open_source

TEXTS = (".txt", ".csv")
ENCODINGS = ("utf-8-sig", "gb18030")
NAMES = ("单位全称", "单位名称", "预算单位名称", "预算单位", "填报单位", "单位")
CODES = ("预算单位编码", "单位编码", "编码")
SUMS = ("合计", "总计", "小计")
_NUMBERING = re.compile(r"^\d{1,4}\s*[、.．](?!\d)\s*")
_ASIDE = re.compile(r"[（(][^（()）]*[）)]")

Rows = Sequence[Sequence[str]]


def wanted_units(path: Path) -> list[str]:
    """The names (or codes) in the order of the list, each once. Raises UnusableFile."""
    tables = [_of_text(path)] if path.suffix.lower() in TEXTS else list(_of_book(path))
    names = next((names for rows in tables if (names := _named(rows))), None)
    if names is None:
        names = next((names for rows in tables if (names := _first_texts(rows))), [])
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
    shown = "".join(sign for sign in name if sign.isprintable()).strip()
    return _NUMBERING.sub("", shown)


def _named(rows: Rows) -> list[str]:
    """What stands below a head that says 单位, else below one that says 编码."""
    for heads in (NAMES, CODES):
        for at, row in enumerate(rows):
            column = next((column for column, text in enumerate(row) if _head(text) in heads), None)
            if column is not None:
                return [below[column] for below in rows[at + 1 :] if column < len(below)]
    return []


def _first_texts(rows: Rows) -> list[str]:
    """The first column that holds more than numbers; the first of all where none does."""
    across = range(max(map(len, rows), default=0))
    columns = [[row[at] for row in rows if at < len(row) and row[at].strip()] for at in across]
    filled = [texts for texts in columns if texts]
    named = (texts for texts in filled if not all(text.strip().isdecimal() for text in texts))
    return next(named, filled[0] if filled else [])


def _of_text(path: Path) -> Rows:
    try:
        content = path.read_bytes()
    except OSError:
        raise UnusableFile(f"单位名单“{path}”无法读取；请检查文件名和所在文件夹。") from None
    for encoding in ENCODINGS:
        try:
            lines = content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
        if path.suffix.lower() == ".csv" or any("\t" in line for line in lines):
            return list(csv.reader(lines, delimiter="\t" if any("\t" in line for line in lines) else ","))
        return [[line] for line in lines]
    raise UnusableFile(f"单位名单“{readable(path.name)}”不是文本文件；请另存为 UTF-8 文本，一行写一个单位。")


def _of_book(path: Path) -> Iterator[Rows]:
    """Every sheet that is not hidden, with its texts and whole numbers."""
    for sheet in read_sheets(open_source(path)):
        if not sheet.hidden:
            yield _rows(sheet)


def _rows(sheet: Sheet) -> Rows:
    kept = {
        at: f"{cell.value}"
        for at, cell in sheet.cells.items()
        if cell.state is State.VALUE
        and isinstance(cell.value, str | int)
        and not isinstance(cell.value, bool)
    }
    last = max((column for _, column in kept), default=0)
    numbers = sorted({row for row, _ in kept})
    return [[kept.get((row, column), "") for column in range(1, last + 1)] for row in numbers]
