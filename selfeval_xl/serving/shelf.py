"""Where uploads lie while they are worked on and fetched: folders of random names, nobody else's, gone after an hour.

Nothing outlives the server: it sweeps when it starts and ends, and a process of its own sweeps where it was killed.
"""

import os
import re
import secrets
import shutil
import tempfile
import time
from contextlib import suppress
from multiprocessing import connection, parent_process
from pathlib import Path

from selfeval_xl.locking import Held, lock

PREFIX = "selfeval-serve-"
LOCK = "lock"
_TOKEN = re.compile(r"[0-9a-f]{32}")


class Shelf:
    """A folder of folders, 0700. `minutes`: how long each is kept."""

    def __init__(self, minutes: int) -> None:
        _sweep_former()
        self.root = Path(tempfile.mkdtemp(prefix=PREFIX))
        self.minutes = minutes
        self._lock = lock(self.root / LOCK)

    def new(self) -> Path:
        """A fresh folder; its name is the token by which it is asked for."""
        folder = self.root / secrets.token_hex(16)
        folder.mkdir(mode=0o700)
        return folder

    def find(self, token: str) -> Path | None:
        """None: there never was such, or it is gone."""
        folder = self.root / token
        return folder if _TOKEN.fullmatch(token) and folder.is_dir() else None

    def sweep(self) -> None:
        """Removes what is older than so many minutes."""
        for folder in self.root.iterdir():
            with suppress(OSError):
                if folder.is_dir() and time.time() - folder.stat().st_mtime > 60 * self.minutes:
                    shutil.rmtree(folder)

    def close(self) -> None:
        self._lock.release()
        shutil.rmtree(self.root, ignore_errors=True)


def sweep_after(*folders: str) -> None:
    """For a process of its own: waits for the server's end, however it ends, and removes what it left."""
    parent = parent_process()
    if parent is not None:
        connection.wait([parent.sentinel])
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)


def _sweep_former() -> None:
    """What a server left that is no more: nobody holds its lock."""
    for root in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with suppress(OSError, Held):
            if hasattr(os, "getuid") and root.lstat().st_uid != os.getuid():
                continue
            if root.is_dir() and not root.is_symlink():
                lock(root / LOCK).release()
                shutil.rmtree(root, ignore_errors=True)
