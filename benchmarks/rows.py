"""What a long list costs (`make bench-long`): CPU of reading, checking and writing by the rows of 项目清单 and of 附件4.

`python -m benchmarks.rows [ROWS…]`. The rows beyond those of the complete sample hold amounts of 0, so that all sums hold;
they hold values alone, as pasted ones do: with our formulas in every row a file of 10,000 passes 50 MiB unpacked, and is
refused; so is one of 20,000 rows of 项目清单.
"""

import io
import re
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from msgspec.structs import replace

import selfeval_xl
from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, load
from selfeval_xl.writing.template.filling import Values
from selfeval_xl.writing.template.workbook import fill
from tests.many_units import complete

ROWS = (100, 1000, 5000, 10_000)
LISTS = {"projects": ("项目清单", ROWS), "fund_items": ("附件4", (*ROWS, 20_000))}
STEEPEST = 1.5
"""So much more a row may cost in the longest list than in one of a quarter."""
PROJECT = {"initial": 0, "carryover": 0, "adjustment": 0, "executed": 0, "separate": "否"}
ITEM = {"code": "2120399", "initial": 0, "full": 0, "executed": 0, "basic": 0, "project": 0}


def main(*wanted: str) -> None:
    steep = False
    for block, (name, usual) in LISTS.items():
        costs, counts = {}, [int(each) for each in wanted] or usual
        for count in counts:
            with tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "填报.xlsx"
                path.write_bytes(_without_formulas(fill(*long_list(load(), block, count))))
                laps = dict(measured(path))
            costs[count] = sum(laps.values())
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            told = ", ".join(f"{step} {seconds:.2f}" for step, seconds in laps.items())
            print(f"{name} {count}: {costs[count]:.2f} s ({told}), {peak} MiB", flush=True)
        long = [(a, b) for a, b in pairwise(counts) if a >= 1000]
        steep = steep or any(costs[b] / b > STEEPEST * costs[a] / a for a, b in long)
    sys.exit(steep)


def long_list(form: Form, block: str, count: int) -> tuple[Form, Values]:
    """The complete sample with so many rows in that list, and a form that has them made in advance."""
    base = complete(form)
    row = next(row.key for row in form.block(block).rows if row.many)
    own = [key for key in base if key.block == block and key.number]
    first = {key.column: base[key] for key in own if key.number == 1}
    if block == "projects":
        why = form.block(block).fields[row, "why_not"].choices[0]
        line: dict[str, object] = {**first, **PROJECT, "why_not": why}
    else:
        line = {**first, **ITEM}
    more = range(max((key.number for key in own), default=0) + 1, count + 1)
    values = {
        Key(block, 0, row, number, column): f"第{number}项" if column == "name" else value
        for number in more
        for column, value in {"name": "", **line}.items()
        if form.block(block).fields[row, column].formula is None
    }
    return _longer(form, block, count), base | values


def _longer(form: Form, block: str, count: int) -> Form:
    """The form with so many rows made in advance."""
    sheets = []
    for sheet in form.sheets:
        blocks = (
            replace(one, rows=tuple(replace(r, many=count) if r.many else r for r in one.rows))
            if one.key == block
            else one
            for one in sheet.blocks
        )
        sheets.append(replace(sheet, blocks=tuple(blocks)))
    return replace(form, sheets=tuple(sheets))


def _without_formulas(content: bytes) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(written, "w", 8) as bare:
        for name in package.namelist():
            bare.writestr(name, re.sub(rb"<f>[^<]*</f>", b"", package.read(name)))
    return written.getvalue()


def measured(path: Path) -> Iterator[tuple[str, float]]:
    """CPU seconds of each step."""
    start = time.process_time()
    filing, trouble = selfeval_xl.read(path)
    yield "read", (read := time.process_time()) - start
    results = selfeval_xl.check(filing)
    conclusion = selfeval_xl.conclude(filing, results, trouble)
    yield "check", (checked := time.process_time()) - read
    selfeval_xl.write(selfeval_xl.Outcome(filing, results, conclusion), path, path.parent)
    yield "write", time.process_time() - checked


if __name__ == "__main__":
    main(*sys.argv[1:])
