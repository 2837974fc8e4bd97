"""One at a time, between processes: a lock on a file, which the system takes back from whoever dies."""

import errno
import os
import sys
import time
from pathlib import Path

PAUSE = 0.05
"""Seconds."""
BUSY = (errno.EAGAIN, errno.EWOULDBLOCK, errno.EACCES, errno.EDEADLK)
"""Another has it; what else goes wrong says that this file system knows no locks."""


class Held(Exception):
    """Another process has it."""


class Lock:
    """A lock that is held until `release`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        os.close(self._descriptor)

    def __enter__(self) -> "Lock":
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


def lock(path: Path, patience: float = 0) -> Lock:
    """The lock of this file, which is made where it is not there; waits for it so many seconds. Raises Held, OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    steps = int(patience / PAUSE)
    for step in range(steps + 1):
        if _taken(descriptor):
            return Lock(descriptor)
        if step < steps:
            time.sleep(PAUSE)
    os.close(descriptor)
    raise Held


def _taken(descriptor: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as trouble:
        return trouble.errno not in BUSY
    return True
