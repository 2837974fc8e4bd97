"""The list of units that should file: a text with one name a line, or a workbook with a column of names."""

from collections.abc import Iterable
from pathlib import Path

from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.records import Record
from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.reading.grids import Sheet, read_sheets
from selfeval_xl.reading.opening import open_source

TEXTS = (".txt", ".csv")
ENCODINGS = ("utf-8-sig", "gb18030")
HEADS = ("单位全称", "单位名称", "预算单位名称", "预算单位", "填报单位", "单位")


def wanted_units(path: Path) -> list[str]:
    """The names in the order of the list, each once. Raises UnusableFile."""
    names = _of_text(path) if path.suffix.lower() in TEXTS else _of_book(path)
    found = list(dict.fromkeys(name.strip() for name in names if name.strip() and name.strip() not in HEADS))
    if not found:
        raise UnusableFile(f"单位名单“{readable(path.name)}”里没有单位名称；请一行写一个单位。")
    return found


def unfiled(wanted: Iterable[str], filed: Iterable[Record]) -> list[str]:
    """Those of whom nothing came, by the unit's full name or its code."""
    came = {sign for record in filed for sign in (plain_name(record.unit), record.code) if sign}
    return [name for name in wanted if plain_name(name) not in came]


def _of_text(path: Path) -> list[str]:
    try:
        content = path.read_bytes()
    except OSError:
        raise UnusableFile(f"单位名单“{path}”无法读取；请检查文件名和所在文件夹。") from None
    for encoding in ENCODINGS:
        try:
            return content.decode(encoding).splitlines()
        except UnicodeDecodeError:
            continue
    raise UnusableFile(f"单位名单“{readable(path.name)}”不是文本文件；请另存为 UTF-8 文本，一行写一个单位。")


def _of_book(path: Path) -> list[str]:
    """The column below a head that says 单位, of the first sheet that has one; else the first column of texts."""
    sheets = [sheet for sheet in read_sheets(open_source(path)) if not sheet.hidden]
    for sheet in sheets:
        heads = [at for at, cell in sorted(sheet.cells.items()) if f"{cell.value}".strip() in HEADS]
        if heads:
            row, column = heads[0]
            return _column(sheet, column, row)
    for sheet in sheets:
        columns = sorted({column for (_, column), cell in sheet.cells.items() if isinstance(cell.value, str)})
        if columns:
            return _column(sheet, columns[0], 0)
    return []


def _column(sheet: Sheet, column: int, below: int) -> list[str]:
    rows = sorted(row for row, at in sheet.cells if at == column and row > below)
    return [f"{sheet.cells[row, column].value}" for row in rows]
