"""A sheet as sparse cells, whatever the file format: value, error or uncalculated; a blank cell is absent.

calamine reads; what the guard of `opening` saw (errors, uncalculated formulas) is laid over its values.
openpyxl, ten times slower, is imported only for a sheet that calamine refuses or is not safe with.
"""

import io
import math
import re
import unicodedata
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct
from python_calamine import CalamineWorkbook

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.reading.apart import Protected, tables_of
from selfeval_xl.reading.opening import MAX_FILE, Kind, Source
from selfeval_xl.reading.packages import MAX_INFLATED, ZIP_TROUBLE
from selfeval_xl.reading.sheet_facts import Position, SheetFacts

Value = str | int | float | bool | date | datetime | time | timedelta | None
Rows = Sequence[Sequence[Value]]


class State(Enum):
    """What is known of a cell that is not blank."""

    VALUE = "value"
    ERROR = "error"
    UNCALCULATED = "uncalculated"


class Cell(Struct, frozen=True):
    """`value`: the error text for ERROR ("#REF!"), None for UNCALCULATED; whole numbers are int. `percent`: a number
    that is shown as a percentage (0.98 as 98 %); xlsx only."""

    value: Value
    state: State = State.VALUE
    percent: bool = False


class Sheet(Struct, frozen=True):
    """`cells`: (row, column) from 1, true positions; blank cells, empty and white-space texts are absent."""

    name: str
    hidden: bool
    cells: Mapping[Position, Cell]
    hides: Position | None = None
    """Its first hidden row or column; xlsx only."""
    covers: Position | None = None
    """The first cell that holds something and lies under a merged one, where nobody sees it; xlsx only."""
    merges: tuple[tuple[Position, Position], ...] | None = None
    """The first and the last cell of each merged one; None where the format does not tell: xlsx only does."""


def read_sheets(source: Source) -> tuple[Sheet, ...]:
    """All worksheets in workbook order, the hidden ones too. UnusableFile: no reader can read it."""
    try:
        sheets = tuple(_xlsx(source) if source.kind is Kind.XLSX else _others(source))
    except (KeyboardInterrupt, SystemExit, UnusableFile):
        raise
    except BaseException as error:  # calamine's panic is a BaseException
        raise _refusal(source, error) from error
    if not sheets:
        raise UnusableFile(f"「{readable(source.path.name)}」里面没有工作表；请选择填报用的 Excel 工作簿。")
    return sheets


def is_large(path: Path) -> bool:
    """Whether a workbook of ours has outgrown what a filing may have: the 汇总 of some thousand units does."""
    try:
        with zipfile.ZipFile(path) as package:
            inflated = sum(info.file_size for info in package.infolist())
            return inflated > MAX_INFLATED or path.stat().st_size > MAX_FILE
    except (*ZIP_TROUBLE, NotImplementedError):
        return False  # `open_source` says what it is


def read_large(path: Path, begins: tuple[str, ...]) -> tuple[Sheet, ...]:
    """The sheets of such a workbook whose names begin so, values alone: what it never calculated is blank here.
    UnusableFile: it cannot be read."""
    source = Source(path, Kind.XLSX, path.read_bytes())
    book = _open(source)
    names = [name for name in book.sheet_names if name.startswith(begins)] if book else []
    found = [(name, _rows(book, name)) for name in names] if book else []
    if book is None or any(rows is None for _, rows in found):
        raise _refusal(source, ValueError(path.name))
    return tuple(Sheet(name, False, _sparse(rows)) for name, rows in found if rows is not None)


def _refusal(source: Source, error: BaseException) -> UnusableFile:
    what, remedy = "的内容读不出来，可能已经损坏", "请用 Excel 或 WPS 打开后另存为 .xlsx"
    if isinstance(error, Protected):
        what, remedy = "设有打开密码，无法读取", "请在 Excel 或 WPS 中取消打开密码后保存，再重新运行"
    return UnusableFile(f"「{readable(source.path.name)}」{what}；{remedy}。")


def _xlsx(source: Source) -> Iterator[Sheet]:
    book = _open(source)
    spare: Any = None
    for facts in source.sheets:
        rows = None if book is None or facts.careful else _rows(book, facts.name)
        if rows is not None:
            cells = _sparse(rows)
        else:
            spare = _openpyxl(source) if spare is None else spare
            cells = _by_openpyxl(spare, facts.name)
        cells = _laid_over(cells, facts)
        covers = _covered(cells, facts)
        yield Sheet(facts.name, facts.hidden, cells, facts.hides, covers, facts.merges)


def _covered(cells: Mapping[Position, Cell], facts: SheetFacts) -> Position | None:
    for (top, left), (bottom, right) in facts.merges:
        if (bottom - top + 1) * (right - left + 1) < len(cells):
            below = [(row, column) for row in range(top, bottom + 1) for column in range(left, right + 1)]
        else:
            below = sorted(at for at in cells if top <= at[0] <= bottom and left <= at[1] <= right)
        for at in below:
            if at != (top, left) and at in cells:
                return at
    return None


def _laid_over(cells: dict[Position, Cell], facts: SheetFacts) -> dict[Position, Cell]:
    cells.update((at, Cell(text, State.ERROR)) for at, text in facts.errors.items())
    cells.update((at, Cell(None, State.UNCALCULATED)) for at in facts.uncalculated)
    for at in facts.percents & cells.keys():
        if isinstance(cells[at].value, int | float):
            cells[at] = Cell(cells[at].value, percent=True)
    return cells


def _open(source: Source) -> CalamineWorkbook | None:
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(source.content))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:  # whatever it is, openpyxl may still manage; a panic is a BaseException
        return None


def _rows(book: CalamineWorkbook, name: str) -> Rows | None:
    try:
        # without skip_empty_area=False leading blank rows and columns vanish, and every place is wrong
        return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        return None


def _sparse(rows: Rows) -> dict[Position, Cell]:
    return {
        (row, column): cell
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value != "" and (cell := _cell(value)) is not None
    }


def _openpyxl(source: Source) -> Any:
    from openpyxl import load_workbook  # 0.2 s: only when it is needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which do not concern values
        return load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)


def _by_openpyxl(book: Any, name: str) -> dict[Position, Cell]:
    """By the parser beneath its worksheets: sparse, whatever the dimension, merges and far cells say."""
    from openpyxl.worksheet._reader import WorkSheetParser

    sheet, cells = book[name], {}
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    with sheet._get_source() as xml, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser: Any = WorkSheetParser(xml, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)
        for _, row in parser.parse():
            for raw in row:
                value = raw["value"]
                if raw["data_type"] == "e":  # also a serial number outside the dates
                    cells[raw["row"], raw["column"]] = Cell(str(value), State.ERROR)
                elif (cell := _cell(_unescaped(value))) is not None:
                    cells[raw["row"], raw["column"]] = cell
    return cells


# --- xls, xlsb, ods: calamine alone, there is no second reader ----------------------------------------------


def _others(source: Source) -> Iterator[Sheet]:
    facts = {sheet.name: sheet for sheet in source.sheets}
    for name, hidden, rows in tables_of(source.content):
        yield Sheet(name, hidden, _laid_over(_sparse(rows), facts.get(name, SheetFacts(""))))


# --- values ------------------------------------------------------------------------------------------------

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|[\xad\u200b\u200e\u200f\u202a-\u202e\u2060\ufeff]"
)
"""What XML or print cannot hold, and signs without any look that come along from web pages and dialogs."""
_INVISIBLE = "\u200c\u200d"


def _cell(value: Value) -> Cell | None:
    """The cell, or None when a person would call it blank."""
    if isinstance(value, str):
        printable = value if value.isprintable() else _UNPRINTABLE.sub("", value)  # as nearly every text is
        text = unicodedata.normalize("NFC", printable)
        return Cell(text) if text.strip().strip(_INVISIBLE).strip() else None
    if isinstance(value, float):
        if not math.isfinite(value):
            return Cell(
                "#NUM!", State.ERROR
            )  # written by no office suite, and nothing can be computed from it
        return Cell(int(value) if value.is_integer() and abs(value) < 1e15 else value)
    if isinstance(value, datetime) and value.time() == time():
        return Cell(value.date())
    return None if value is None else Cell(value)


def _unescaped(value: Value) -> Value:
    """`_x000D_` stands for a character that XML cannot hold: calamine decodes it, openpyxl does not."""
    if not isinstance(value, str):
        return value
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
