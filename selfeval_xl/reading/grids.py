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
from msgspec.structs import replace
from python_calamine import CalamineWorkbook

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.invisible import LOOKLESS, has_lookless
from selfeval_xl.reading.apart import Protected, tables_of
from selfeval_xl.reading.number_formats import is_date
from selfeval_xl.reading.opening import MAX_FILE, Kind, Source
from selfeval_xl.reading.packages import MAX_INFLATED, ZIP_TROUBLE
from selfeval_xl.reading.sheet_facts import Position, SheetFacts
from selfeval_xl.reading.shown_dates import EPOCH, EPOCH_1904, moment, serial
from selfeval_xl.reading.shown_numbers import shown_number

Value = str | int | float | bool | date | datetime | time | timedelta | None
Rows = Sequence[Sequence[Value]]


class State(Enum):
    """What is known of a cell that is not blank."""

    VALUE = "value"
    ERROR = "error"
    UNCALCULATED = "uncalculated"


class Cell(Struct, frozen=True):
    """`value`: the error text for ERROR ("#REF!"), None for UNCALCULATED; whole numbers are int. How it is seen (`seen`)
    is told by the code of its format, empty for General, or by the file itself (`shown`; .ods, else None)."""

    value: Value
    state: State = State.VALUE
    code: str = ""
    shown: str | None = None


class Sheet(Struct, frozen=True):
    """`cells`: (row, column) from 1, true positions; blank cells, empty and white-space texts are absent."""

    name: str
    hidden: bool
    cells: Mapping[Position, Cell]
    hides: Position | None = None
    """Its first hidden row or column; xlsx and ods only."""
    covers: Position | None = None
    """The first cell that holds something and lies under a merged one, where nobody sees it; xlsx and ods only."""
    merges: tuple[tuple[Position, Position], ...] | None = None
    """The first and the last cell of each merged one; None where the format does not tell: xlsx only does."""


def read_sheets(source: Source) -> tuple[Sheet, ...]:
    """All worksheets in workbook order, the hidden ones too. UnusableFile: no reader can read it."""
    try:
        sheets = tuple(_xlsx(source) if source.kind is Kind.XLSX else _others(source))
    except (KeyboardInterrupt, SystemExit, MemoryError, UnusableFile):
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
    return tuple(
        Sheet(name, False, _sparse(rows, SheetFacts(""))) for name, rows in found if rows is not None
    )


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
            cells = _sparse(rows, facts)
        else:
            spare = _openpyxl(source) if spare is None else spare
            cells = _by_openpyxl(spare, facts)
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
    cells.update((at, _as_shown(cells[at], text)) for at, text in facts.shown.items() if at in cells)
    return cells


def _as_shown(cell: Cell, text: str) -> Cell:
    """With what is seen of it; a number that is seen as 2023年 is a label, as in `_cell`."""
    a_year = YEAR in text and isinstance(cell.value, int | float)
    return Cell(text) if a_year else replace(cell, shown=text)


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


def _sparse(rows: Rows, facts: SheetFacts) -> dict[Position, Cell]:
    code = facts.formats.get
    return {
        (row, column): cell
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value != "" and (cell := _cell(value, code((row, column), ""), facts.from_1904)) is not None
    }


def _openpyxl(source: Source) -> Any:
    from openpyxl import load_workbook  # 0.2 s: only when it is needed

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of styles and extensions, which do not concern values
        return load_workbook(io.BytesIO(source.content), read_only=True, data_only=True)


def _by_openpyxl(book: Any, facts: SheetFacts) -> dict[Position, Cell]:
    """By the parser beneath its worksheets: sparse, whatever the dimension, merges and far cells say."""
    from openpyxl.worksheet._reader import WorkSheetParser

    sheet, cells = book[facts.name], {}
    formats = {"date_formats": book._date_formats, "timedelta_formats": book._timedelta_formats}
    with sheet._get_source() as xml, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        parser: Any = WorkSheetParser(xml, sheet._shared_strings, data_only=True, epoch=book.epoch, **formats)
        for _, row in parser.parse():
            for raw in row:
                value = raw["value"]
                if raw["data_type"] == "e":  # also a serial number outside the dates
                    cells[raw["row"], raw["column"]] = Cell(str(value), State.ERROR)
                    continue
                code = facts.formats.get((raw["row"], raw["column"]), "")
                if (cell := _cell(_unescaped(value), code, facts.from_1904)) is not None:
                    cells[raw["row"], raw["column"]] = cell
    return cells


# --- xls, xlsb, ods: calamine alone, there is no second reader ----------------------------------------------


def _others(source: Source) -> Iterator[Sheet]:
    facts = {sheet.name: sheet for sheet in source.sheets}
    for name, hidden, rows in tables_of(source.content):
        own = facts.get(name, SheetFacts(name))
        yield Sheet(name, hidden, _laid_over(_sparse(rows, own), own), own.hides, own.covers)


# --- values ------------------------------------------------------------------------------------------------

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]|[{LOOKLESS}]")
"""What XML or print cannot hold, and signs without any look."""
_INVISIBLE = "\u200d"
YEAR = "年"
"""A number whose format adds this is no amount: 2023 that is seen as 2023年决算数 is a head."""


def _cell(value: Value, code: str = "", from_1904: bool = False) -> Cell | None:
    """The cell, or None when a person would call it blank."""
    if isinstance(value, str):
        plain = value.isprintable() and not has_lookless(value)  # as nearly every text is
        printable = value if plain else _UNPRINTABLE.sub("", value)
        text = unicodedata.normalize("NFC", printable)
        return Cell(text, code=code) if text.strip().strip(_INVISIBLE).strip() else None
    if code and (isinstance(value, int | float) is is_date(code)):
        value = _dated(value, from_1904)
    if YEAR in code and isinstance(value, int | float) and (label := shown_number(value, code)):
        return Cell(label)
    if isinstance(value, float):
        if not math.isfinite(value):
            return Cell(
                "#NUM!", State.ERROR
            )  # written by no office suite, and nothing can be computed from it
        return Cell(int(value) if value.is_integer() and abs(value) < 1e15 else value, code=code)
    if isinstance(value, datetime) and value.time() == time():
        return Cell(value.date(), code=code)
    return None if value is None else Cell(value, code=code)


def _dated(value: Value, from_1904: bool) -> Value:
    """A number as the date that its format makes of it, a date as the number that its format shows: the readers know
    part of the formats each (27 to 58 of Chinese Excel, 0!d), ours decides."""
    epoch = EPOCH_1904 if from_1904 else EPOCH
    if isinstance(value, date | time | timedelta):
        return serial(value, epoch)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    found = moment(value, epoch)
    return value if found is None else found


def _unescaped(value: Value) -> Value:
    """`_x000D_` stands for a character that XML cannot hold: calamine decodes it, openpyxl does not."""
    if not isinstance(value, str):
        return value
    return _ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
