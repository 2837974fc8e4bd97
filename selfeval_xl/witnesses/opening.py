"""A file that may be a witness, opened once: its sheets, or the tables of a Word document as one sheet."""

import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from selfeval_xl.errors import UnusableFile, UnusableReport
from selfeval_xl.file_names import readable
from selfeval_xl.reading import grids
from selfeval_xl.reading.grids import Cell, Sheet
from selfeval_xl.reading.marks import is_mark
from selfeval_xl.reading.narratives.narrative import Narrative
from selfeval_xl.reading.narratives.opening import is_report, open_report
from selfeval_xl.reading.opening import open_source
from selfeval_xl.reading.sheet_facts import Position

INSTEAD = (
    "请给决算软件导出、决算公开表、预算公开表、指标执行明细表或上年填报的 Excel 文件（公开表也可以是 .docx）"
)
REFUSED = ((".pdf", "是 PDF，读不准数"), (".jio", "是决算软件的参数文件，不是报表"))
BALANCES = re.compile(r"(?:科目余额|余额表|明细账|总账|凭证)")
MOST_CELLS = 200_000


class Opened(Struct, frozen=True):
    """`sheets`: those that are seen; `is_ours`: a filled template."""

    name: str
    path: Path
    sheets: tuple[Sheet, ...]
    is_ours: bool


def opened(path: Path) -> Opened:
    """Raises UnusableFile: no file that tables can be read from, with what to bring instead."""
    name = readable(path.name)
    for suffix, what in REFUSED:
        if path.name.lower().endswith(suffix):
            raise UnusableFile(f"「{name}」{what}；{INSTEAD}。")
    if is_report(path) and path.suffix.lower() in (".docx", ".doc", ".wps"):
        return Opened(name, path, (_of_document(name, path),), False)
    sheets = grids.read_sheets(open_source(path))
    ours = any(map(is_mark, sheets))
    shown = tuple(sheet for sheet in sheets if not sheet.hidden)
    if not ours and any(_is_balances(sheet) for sheet in shown):
        raise UnusableFile(f"「{name}」是科目余额表或账页，与决算口径不同，不能取数；{INSTEAD}。")
    return Opened(name, path, shown, ours)


def _is_balances(sheet: Sheet) -> bool:
    return any(
        row <= 3 and isinstance(cell.value, str) and bool(BALANCES.search(cell.value))
        for (row, _), cell in sheet.cells.items()
    )


def _of_document(name: str, path: Path) -> Sheet:
    try:
        narrative = open_report(path).narrative
    except UnusableReport as error:
        raise UnusableFile(f"{error}") from error
    if not narrative.tables:
        raise UnusableFile(f"「{name}」里没有表格；{INSTEAD}。")
    cells = dict(_cells(narrative))
    if len(cells) > MOST_CELLS:
        raise UnusableFile(f"「{name}」的表格太多（超过 {MOST_CELLS} 格）；请只留决算、预算公开表。")
    return Sheet("正文", False, cells)


def _cells(narrative: Narrative) -> Iterator[tuple[Position, Cell]]:
    """Paragraphs and tables in their order, one below the other."""
    row, drawn = 1, set[int]()
    for paragraph in narrative.paragraphs:
        if paragraph.table < 0:
            if paragraph.text.strip():
                yield (row, 1), Cell(f"{paragraph.numeral}{paragraph.text}".strip())
            row += 1
        elif paragraph.table not in drawn:
            drawn.add(paragraph.table)
            table = narrative.tables[paragraph.table]
            for cell in table.cells:
                if cell.text.strip() and not cell.continued:
                    yield (row + cell.row, cell.column + 1), Cell(cell.text.strip())
            row += max((cell.row for cell in table.cells), default=0) + 2
