"""How long one conversion takes, as a ratio to a process that only imports the same libraries (`make bench`).

The commands run in turn, A B C A B C …; of each the least CPU time (user + system, of the reaped child) counts, since
it holds still where wall time on a shared machine does not. Exit 1 when the ratio is above the limit.
A conversion keeps numpy from starting threads; what the imports cost without them is told beside it.
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
THREADS = "OPENBLAS_NUM_THREADS"
UNSET = ("PYTHONDONTWRITEBYTECODE", THREADS)
LIMIT = 1.3
IMPORTS = "import click, msgspec, pandas, python_calamine, xlsxwriter, docxtpl, lxml.etree"


def cpu_seconds(command: Sequence[str], **more: str) -> float:
    """User + system seconds of one run of the command; `more`: of the environment."""
    # As on a user's machine, where no module is compiled a second time.
    environment = {name: value for name, value in os.environ.items() if name not in UNSET} | more
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
        runs = [
            (cpu_seconds(converting), cpu_seconds(importing), cpu_seconds(importing, **{THREADS: "1"}))
            for _ in range(RUNS)
        ]
    conversion, imports, threadless = (min(case) for case in zip(*runs, strict=True))
    ratio = conversion / imports
    print(f"conversion {conversion:.3f} s, imports {imports:.3f} s, ratio {ratio:.2f} (limit {LIMIT})")
    print(f"imports without threads {threadless:.3f} s, ratio {conversion / threadless:.2f}")
    sys.exit(ratio > LIMIT)


if __name__ == "__main__":
    main()
