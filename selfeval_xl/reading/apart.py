"""calamine in a process of its own, for the formats that only it can read.

A damaged .xls makes it panic, with a trace on the console, or ask for hundreds of GiB, which ends the process: not ours.
"""

import pickle
import subprocess
import sys
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from selfeval_xl.reading.sheet_facts import MAX_AREA

SECONDS = 30
MAX_MEMORY = 768 * 2**20
Table = tuple[str, bool, list[list[Any]]]
"""Name, whether it is hidden, its rows as calamine gives them."""
_PASSWORD = "password"
_CALL = "import sys; sys.path[:] = {paths!r}; from selfeval_xl.reading import apart; apart.answer()"
"""The paths are handed over in words: a Python with a ._pth file beside it, as in 绿色版, heeds no PYTHONPATH."""


class NotReadable(Exception):
    """calamine gave up, in whichever way."""


class Protected(NotReadable):
    """It wants a password."""


def tables_of(content: bytes) -> list[Table]:
    """All worksheets. Raises NotReadable, Protected."""
    paths = [str(Path(__file__).parents[2]), *filter(None, sys.path)]
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-c", _CALL.format(paths=paths)],
            input=content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=True,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        found: list[Table] | str = pickle.loads(done.stdout)  # our own words: cells, no objects of the file's
    except (OSError, subprocess.SubprocessError, EOFError, pickle.UnpicklingError) as error:
        raise NotReadable from error
    if isinstance(found, str):
        raise Protected
    return found


def answer() -> None:
    """What the process apart does: the workbook from its standard input, the tables to its standard output."""
    _spare_memory()
    try:
        found: list[Table] | str = _tables(sys.stdin.buffer.read())
    except PasswordError:
        found = _PASSWORD
    with open(1, "wb", closefd=False) as out:
        pickle.dump(found, out)


def _spare_memory() -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limit
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY, MAX_MEMORY))


def _tables(content: bytes) -> list[Table]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    found = []
    for index, meta in enumerate(book.sheets_metadata):
        if meta.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(index)
        if sheet.total_height * sheet.total_width > 4 * MAX_AREA:
            raise OverflowError(meta.name)
        # without skip_empty_area=False leading blank rows and columns vanish, and every place is wrong
        rows = sheet.to_python(skip_empty_area=False)
        found.append((meta.name, meta.visible != SheetVisibleEnum.Visible, rows))
    return found
