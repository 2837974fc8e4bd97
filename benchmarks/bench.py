"""How long one conversion takes, as a ratio to a process that only imports the same libraries (`make bench`).

Both commands run in turn, A B A B …; of each the least CPU time (user + system, of the reaped child) counts, since
it holds still where wall time on a shared machine does not. Exit 1 when the ratio is above the limit.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "samples" / "示例单位-2023" / "填报.xlsx"
RUNS = 9
LIMIT = 1.3
IMPORTS = "import click, msgspec, pandas, python_calamine, xlsxwriter, docxtpl, lxml.etree"


def cpu_seconds(command: Sequence[str]) -> float:
    """User + system seconds of one run of the command."""
    # As on a user's machine, where no module is compiled a second time.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=environment)
    _, status, usage = os.wait4(child.pid, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"failed: {' '.join(command)}")
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        converting = [sys.executable, "-m", "selfeval_xl", "convert", str(SAMPLE), "--out", folder]
        importing = [sys.executable, "-c", IMPORTS]
        for command in (converting, importing):
            cpu_seconds(command)  # the first run writes .pyc files
        pairs = [(cpu_seconds(converting), cpu_seconds(importing)) for _ in range(RUNS)]
    conversion, imports = (min(side) for side in zip(*pairs, strict=True))
    ratio = conversion / imports
    print(f"conversion {conversion:.3f} s, imports {imports:.3f} s, ratio {ratio:.2f} (limit {LIMIT})")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
