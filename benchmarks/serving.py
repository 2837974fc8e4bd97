"""What the page bears (`make bench-serve`): 60 uploads ten at once, 40 at once, and a soak, each beside the command line.

Ratios hold still where seconds on a shared machine do not: an upload costs so much of one `selfeval convert` of the same
file in the same run. Exit 1 where a limit is passed. `--soak 1000` takes some minutes; Linux.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.bench import SAMPLE
from tests.serving import Client, Server

COMMANDS = 5
RATIO, SERVER_MB, WORKER_MB, GROWTH_MB = 1.0, 80, 260, 8
"""An upload costs no more than a command; MB of the server, of a worker's own and shared, and of growth over a soak."""


def memory(process: int) -> float:
    """MB resident; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{process}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")), 0.0)


def below(process: int) -> list[int]:
    """Children, and theirs."""
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", f"{process}"], capture_output=True, text=True, check=False
    )
    children = [int(line) for line in found.stdout.split()]
    return children + [one for child in children for one in below(child)]


def command() -> float:
    """Seconds of one `selfeval convert`, of several in turn the least."""
    with tempfile.TemporaryDirectory() as folder:
        found = []
        for _ in range(COMMANDS):
            begun = time.monotonic()
            subprocess.run(
                [sys.executable, "-m", "selfeval_xl", "convert", SAMPLE, "--out", folder],
                stdout=subprocess.DEVNULL,
                check=True,
            )
            found.append(time.monotonic() - begun)
    return min(found)


def rush(server: Server, uploads: int, at_once: int) -> tuple[float, list[float], dict[str, int]]:
    """Seconds in all, seconds of each (sorted), and how many were served or told that it is full."""
    content = SAMPLE.read_bytes()

    def one(_: int) -> tuple[float, str]:
        begun = time.monotonic()
        status, _location, page = Client(server.url).upload([("填报.xlsx", content)])
        said = "served" if "可报送".encode() in page else "told" if status == 503 else "lost"
        return time.monotonic() - begun, said

    begun = time.monotonic()
    with ThreadPoolExecutor(at_once) as pool:
        answers = list(pool.map(one, range(uploads)))
    counts = {said: sum(s == said for _, s in answers) for said in ("served", "told", "lost")}
    return time.monotonic() - begun, sorted(seconds for seconds, _ in answers), counts


def report(name: str, whole: float, each: list[float], counts: dict[str, int], single: float) -> float:
    ratio = whole / len(each) / single
    p95 = each[int(0.95 * (len(each) - 1))]
    print(
        f"{name}: {len(each) / whole:.1f} a second, p95 {p95:.1f} s, {ratio:.2f} of a command each, {counts}"
    )
    return ratio


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--soak", type=int, default=100)
    soak = options.parse_args().soak
    with tempfile.TemporaryDirectory() as name:
        server = Server(Path(name))
        try:
            rush(server, 2, 1)  # what is computed once
            single = command()
            print(f"one command: {single:.2f} s")
            whole, each, counts = rush(server, 60, 10)
            wrong = report("60, ten at once", whole, each, counts, single) > RATIO or counts["served"] < 60
            whole, each, counts = rush(server, 40, 40)
            report("40 at once", whole, each, counts, single)
            wrong |= counts["lost"] > 0
            before = memory(server.process.pid)
            whole, each, counts = rush(server, soak, 2)
            report(f"soak of {soak}", whole, each, counts, single)
            after = memory(server.process.pid)
            largest = max(map(memory, below(server.process.pid)), default=0)
            print(
                f"server {before:.0f} MB, after the soak {after:.0f} MB; the largest below it {largest:.0f} MB"
            )
            wrong |= (
                counts["lost"] > 0 or after > SERVER_MB or after - before > GROWTH_MB or largest > WORKER_MB
            )
        finally:
            server.stop()
        wrong |= bool(server.left())
    sys.exit(wrong)


if __name__ == "__main__":
    main()
