"""The log of a bureau's page: who did what, when, from where; never what a file holds, never a password."""

import csv
import io
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from selfeval_xl.serving.limits import LOG_DAYS

HEAD = ("时间", "账号", "角色", "操作", "对象", "地址", "结果")
DAY = 86_400


class Trail:
    """A CSV a month in `folder`; None: nothing is logged, as with an accountant's own page."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        if folder:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def add(self, account: str, role: str, what: str, about: str, address: str, result: str) -> None:
        if self.folder is None:
            return
        now = time.localtime()
        row = (time.strftime("%Y-%m-%d %H:%M:%S", now), account, role, what, about, address, result)
        line = io.StringIO()
        csv.writer(line).writerow(map(plain, row))
        path = self.folder / time.strftime("%Y-%m.csv", now)
        with suppress(OSError), path.open("a", encoding="utf-8", newline="") as file:
            file.write(line.getvalue())

    def export(self) -> bytes:
        """All of it as one CSV that Excel opens."""
        head = io.StringIO()
        csv.writer(head).writerow(HEAD)
        return b"\xef\xbb\xbf" + head.getvalue().encode() + b"".join(p.read_bytes() for p in self._months())

    def sweep(self) -> None:
        """Months that ended longer ago than an entry is kept."""
        for path in self._months():
            if time.time() - path.stat().st_mtime > LOG_DAYS * DAY:
                path.unlink(missing_ok=True)

    def _months(self) -> Iterator[Path]:
        return iter(sorted(self.folder.glob("*.csv")) if self.folder else ())


def plain(text: str) -> str:
    """As a cell that no spreadsheet takes for a formula, on one line."""
    line = " ".join(text.split())[:200]
    return f"'{line}" if line[:1] in ("=", "+", "-", "@") else line
