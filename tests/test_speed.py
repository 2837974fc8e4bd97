"""What makes it fast changes nothing: nothing of one filing stays for the next, and cells written as usual are told the
same as any others; and a long list costs no more a row than a short one."""

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

import selfeval_xl
from benchmarks.rows import long_list
from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.forms import load
from selfeval_xl.layout.printed import printed
from selfeval_xl.reading.opening import open_source
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.template.filling import filled
from tests.build import SAMPLES
from tests.damaged import Book, unpacked

NAMES = sorted(folder.name for folder in SAMPLES.iterdir() if folder.is_dir())
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
ALONE = "import sys, pathlib, selfeval_xl; selfeval_xl.convert(*map(pathlib.Path, sys.argv[1:]))"


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_nothing_of_one_filing_stays_for_the_next(tmp_path: Path) -> None:
    """All samples one after the other, twice, in this process; each in a process of its own."""
    for again in range(2):
        for name in NAMES:
            selfeval_xl.convert(SAMPLES / name / "填报.xlsx", tmp_path / f"together{again}" / name)
    for name in NAMES:
        source, alone = SAMPLES / name / "填报.xlsx", tmp_path / "alone" / name
        subprocess.run(
            [sys.executable, "-c", ALONE, source, alone], check=True, cwd=Path(__file__).parents[1]
        )
        files = written(alone)
        assert len(files) == 2
        assert files == written(tmp_path / "together0" / name) == written(tmp_path / "together1" / name)


UNUSUAL = {
    "另一种次序": (rb'<c (r="[A-Z]+[0-9]+")( s="[0-9]+")?( t="\w+")?', rb"<c\3\2 \1"),
    "单引号": (rb'<c r="([A-Z]+[0-9]+)"', rb"<c r='\1'"),
    "空格": (rb"</v></c>", rb"</v> </c >"),
    "值带属性": (rb"<v>", rb'<v xml:space="preserve">'),
}


@pytest.mark.parametrize("how", UNUSUAL)
@pytest.mark.parametrize("name", NAMES)
def test_cells_are_told_the_same_however_they_are_written(tmp_path: Path, name: str, how: str) -> None:
    usual = SAMPLES / name / "填报.xlsx"
    parts = unpacked(usual.read_bytes())
    for part in [part for part in parts if part.startswith("xl/worksheets/sheet")]:
        changed = re.sub(*UNUSUAL[how], parts[part])
        assert changed != parts[part] or b"<v>" not in parts[part]
        parts[part] = changed
    other = tmp_path / "填报.xlsx"
    other.write_bytes(Book(parts).content())
    assert open_source(other).sheets == open_source(usual).sheets


def test_a_long_annex_costs_no_more_a_row() -> None:
    """Four times the rows: four times the cost, not sixteen times."""
    costs = []
    for rows in (500, 2000):
        filing = filled(*long_list(load(), "fund_items", rows))
        grids = printed(filing)
        start = time.process_time()
        narrate(filing, READY, grids=grids)
        costs.append(time.process_time() - start)
    assert costs[1] < 8 * costs[0], costs
