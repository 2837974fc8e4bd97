"""One batch of many units (`make bench-long`): CPU of a workbook and memory of the processes, stretch by stretch.

`python -m benchmarks.long_run [COUNT [WORKERS [FOLDER]]]`: 2,000 units and one process unless told, which is then parent
and worker at once: the most that either can take. FOLDER keeps the units for another run. All is read from outside,
twice a second: Linux only.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from benchmarks.batch import batch
from selfeval_xl.batch.collecting import MEMORY
from tests.many_units import units

STRETCHES = (100, 500, 1000, 1500, 2000)
LIMITS = {"memory": 300, "linear": 1.2}
"""MiB of a process; the dearest stretch against the cheapest."""
TICKS = os.sysconf("SC_CLK_TCK")


class Seen(NamedTuple):
    """How far the batch was: workbooks done, CPU seconds of all processes, MiB of the parent and of its largest child."""

    done: int
    cpu: float
    parent: int
    worker: int


def main(count: int = 2000, workers: int = 1, folder: str = "") -> None:
    with tempfile.TemporaryDirectory() as own:
        place = Path(folder or own)
        _make(place, count)
        seen = list(_watched(place, Path(own) / "出", workers))
    for wanted in sorted({*(s for s in STRETCHES if s < count), count}):
        at = next(one for one in seen if one.done >= wanted)
        print(f"{wanted}: {at.cpu:.0f} s of CPU, parent {at.parent} MiB, worker {at.worker} MiB")
    costs = {b.done: (b.cpu - a.cpu) / (b.done - a.done) * 1000 for a, b in pairwise(_stretches(seen, count))}
    print("CPU ms a workbook up to:", {done: round(cost) for done, cost in costs.items()})
    linear = max(costs.values()) / min(costs.values())
    memory = max(max(one.parent, one.worker) for one in seen)
    print(f"memory: {memory} MiB (limit {LIMITS['memory']}); linear: {linear:.2f} (limit {LIMITS['linear']})")
    sys.exit(memory > LIMITS["memory"] or linear > LIMITS["linear"])


def _make(place: Path, count: int) -> None:
    place.mkdir(parents=True, exist_ok=True)
    if len(list(place.glob("*.xlsx"))) < count:
        for name, content in units(count):
            (place / name).write_bytes(content)


def _stretches(seen: list[Seen], count: int) -> Iterator[Seen]:
    """From where every module is loaded on."""
    for wanted in sorted({20, *(s for s in STRETCHES if s < count), count}):
        yield next(one for one in seen if one.done >= wanted)


def _watched(place: Path, out: Path, workers: int) -> Iterator[Seen]:
    child = subprocess.Popen(batch(place, out, workers), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while child.poll() is None:
        done = len(list((out / MEMORY).glob("*.json"))) if (out / MEMORY).is_dir() else 0
        try:
            yield _now(done, child.pid)
        except (FileNotFoundError, ProcessLookupError):
            continue  # one of them ended meanwhile
        time.sleep(0.5)
    if child.returncode not in (0, 1):
        sys.exit("the batch failed")


def _now(done: int, parent: int) -> Seen:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    peaks = [_peak(int(pid)) for pid in children]
    return Seen(done, sum(map(_cpu, [parent, *map(int, children)])), _peak(parent), max(peaks, default=0))


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _peak(pid: int) -> int:
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024


if __name__ == "__main__":
    given = dict(zip(("count", "workers", "folder"), sys.argv[1:], strict=False))
    main(int(given.get("count", 2000)), int(given.get("workers", 1)), given.get("folder", ""))
