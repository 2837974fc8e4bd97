"""SIGKILL at every step of a delivery: `python -m tests.kills` (make kills), a slice of it in the suite.

A step is a line that Python runs in `writing/delivery.py` and `writing/exchange.py`. A process of its own delivers and
kills itself before the nth of them; what then stands in the folder is looked at, put right as the next delivery would,
and looked at again.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any
from unittest import mock

from selfeval_xl.writing import delivery, exchange
from tests.damaged_cells import COMPLETE

RESULTS, REPORT, SOURCE = "某局-2023-核对结果.xlsx", "某局-2023-自评报告.docx", "填报.xlsx"
OLD = {RESULTS: b"old results", REPORT: b"old report"}
NEW = {RESULTS: b"new results" * 9000, REPORT: b"new report" * 9000}
BEFORE: dict[str, dict[str, bytes]] = {"first": {}, "again": OLD, "half": {RESULTS: OLD[RESULTS]}}
"""What stands in the folder before."""
FILES = (delivery.__file__, exchange.__file__)
END = 10_000
"""More steps than any delivery has."""


def steps(before: str) -> int:
    """How many steps a delivery takes that nobody kills."""
    with tempfile.TemporaryDirectory() as folder:
        _prepare(Path(folder), before)
        return _traced(Path(folder), END)


def points() -> Iterator[tuple[str, int]]:
    for before in BEFORE:
        yield from ((before, step) for step in range(1, steps(before) + 1))


def kill_at(folder: Path, before: str, step: int) -> None:
    """AssertionError: a mixed pair, a temporary file that stays, a source that changed."""
    _prepare(folder, before)
    source = folder / SOURCE
    was = (sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns)
    child = os.fork()
    if not child:
        _traced(folder, step)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status), f"step {step} was not reached"
    standing = {
        name: content for name, content in _contents(folder).items() if not name.startswith(".selfeval-")
    }
    old = BEFORE[before]
    assert standing.items() <= old.items() or standing.items() <= NEW.items(), (
        f"a mixed pair: {sorted(standing)}"
    )
    _next_run(folder)
    after = _contents(folder)
    assert after in (old, NEW) or (not old and after == standing), f"not put right: {sorted(after)}"
    assert (sha256(source.read_bytes()).digest(), source.stat().st_mtime_ns) == was


def kill_a_conversion(folder: Path, seconds: float) -> None:
    """The command as people run it, killed after so many seconds. AssertionError as above, or a file elsewhere."""
    out, scratch = folder / "出", folder / "临时"
    out.mkdir()
    scratch.mkdir()
    source = folder / SOURCE
    source.write_bytes(COMPLETE.read_bytes())
    was = (source.read_bytes(), source.stat().st_mtime_ns)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "TMPDIR": str(scratch)}
    command = [sys.executable, "-m", "selfeval_xl", "convert", str(source), "--out", str(out)]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(seconds)
        process.kill()
    standing = [path.name for path in out.iterdir() if not path.name.startswith(".selfeval-")]
    assert len(standing) in (0, 1, 2)
    _next_run(out)
    left = sorted(path.suffix for path in out.iterdir())
    assert len(left) == len(standing), left
    assert not list(scratch.iterdir()), "something was written outside the folder"
    assert (source.read_bytes(), source.stat().st_mtime_ns) == was


def _prepare(folder: Path, before: str) -> None:
    for name, content in {SOURCE: b"filled in", **BEFORE[before]}.items():
        (folder / name).write_bytes(content)


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != SOURCE}


def _next_run(folder: Path) -> None:
    later = time.time() + exchange.STALE_SECONDS + 2
    with mock.patch("time.time", return_value=later):
        exchange.put_right(folder)


def _traced(folder: Path, step: int) -> int:
    """Delivers; kills itself before this step; how many steps it took otherwise."""
    count = 0

    def line(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        if frame.f_code.co_filename not in FILES:
            return None
        if event == "line":
            count += 1
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)
        return line

    before = sys.gettrace()  # that of whoever measures coverage
    sys.settrace(line)
    try:
        delivery.deliver(NEW, folder, source=folder / SOURCE)
    finally:
        sys.settrace(before)
    return count


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--whole", type=int, default=40, help="whole conversions killed at some moment")
    options = parser.parse_args()
    every = list(points())
    for before, step in every:
        with tempfile.TemporaryDirectory() as folder:
            kill_at(Path(folder), before, step)
    print(f"killed at {len(every)} points: no mixed pair, nothing left behind, the source as it was")
    for number in range(options.whole):
        with tempfile.TemporaryDirectory() as folder:
            kill_a_conversion(Path(folder), Random(number).uniform(0.02, 1.2))
    print(f"{options.whole} whole conversions killed: likewise, and nothing outside the folder")


if __name__ == "__main__":
    main()
