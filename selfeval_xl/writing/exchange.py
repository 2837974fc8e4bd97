"""A set of files takes its names at once, and old and new never stand side by side.

Every file is first written whole beside its final name, forced to the disk and read back. Only then do the
old files step aside and the new ones take their names; whatever goes wrong on the way puts the old ones back.
A program that is killed in between leaves a set with gaps, never a mixed one, and the next delivery into the
folder puts it right.

The names on the way say all that this takes: `.selfeval-<time>-<random>.new.<final name>`, and `.old.`.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from selfeval_xl.errors import CannotWrite

Sleep = Callable[[float], None]
Moves = Sequence[tuple[Path, Path]]

# A virus scanner lets go within seconds; a workbook that is open in Excel or WPS does not.
PAUSES = (0.1, 0.2, 0.4, 0.8, 1.0)
# No delivery takes this long: what is older belongs to a run that was killed.
STALE_SECONDS = 60

_LEFTOVER = re.compile(r"(?P<run>\.selfeval-(?P<time>\d+)-[0-9a-f]+)\.(?P<kind>new|old)\.(?P<name>.+)")


def exchange(targets: Sequence[Path], contents: Sequence[bytes], sleep: Sleep) -> bool:
    """Write the contents under these names; False if another program holds one of them.

    False and every exception mean that the old files stand as before.
    """
    run = f".selfeval-{max(int(time.time()), 0)}-{secrets.token_hex(4)}"
    news = [target.with_name(f"{run}.new.{target.name}") for target in targets]
    olds = [target.with_name(f"{run}.old.{target.name}") for target in targets]
    try:
        for new, content in zip(news, contents, strict=True):
            _write_through(new, content)
    except BaseException:
        _remove(news)
        raise
    aside = list(zip(targets, olds, strict=True))
    placed = list(zip(news, targets, strict=True))
    try:
        _swap(aside, placed, sleep)
    except BaseException as trouble:
        _undo(aside, placed, sleep)
        _remove(news)
        if isinstance(trouble, PermissionError):
            return False
        raise
    _force_folder(targets[0].parent)
    _remove(olds)
    return True


def put_right(folder: Path) -> None:
    """Finish or undo what killed runs left half done, and remove what else they left.

    Only names that stand empty are filled, so nothing that came later is touched.
    """
    runs: dict[str, list[re.Match[str]]] = {}
    for name in sorted(os.listdir(folder)):
        found = _LEFTOVER.fullmatch(name)
        if found and time.time() - int(found["time"]) > STALE_SECONDS:
            runs.setdefault(found["run"], []).append(found)
    for leftovers in runs.values():
        new = {found["name"] for found in leftovers if found["kind"] == "new"}
        old = {found["name"] for found in leftovers if found["kind"] == "old"}
        # An old file whose new one is already in place: from there on, forward is the only way.
        wanted = "new" if old - new else "old"
        if _placed(folder, [found for found in leftovers if found["kind"] == wanted]):
            _remove([folder / found[0] for found in leftovers])


def _placed(folder: Path, leftovers: Sequence[re.Match[str]]) -> bool:
    """The leftovers under their names, where these stand empty; False if one cannot be moved now: a later delivery
    may, so none of this run's files may be removed."""
    try:
        for found in leftovers:
            if not os.path.lexists(folder / found["name"]):
                os.replace(folder / found[0], folder / found["name"])
    except OSError:
        return False
    return True


def _write_through(path: Path, content: bytes) -> None:
    """A new file, on the disk and not only on its way there, proven by reading it back."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(handle, rest) :]
        os.fsync(handle)
    finally:
        os.close(handle)
    if path.read_bytes() != content:
        raise OSError(errno.EIO, "read back otherwise than written", str(path))


def _swap(aside: Moves, placed: Moves, sleep: Sleep) -> None:
    """First every old file steps aside, then every new one takes its name: never one of each."""
    pauses = iter(PAUSES)
    for target, old in aside:
        with suppress(FileNotFoundError):
            _move(target, old, pauses, sleep)
    for new, target in placed:
        _move(new, target, pauses, sleep)


def _undo(aside: Moves, placed: Moves, sleep: Sleep) -> None:
    """Back to the old set: new files leave the final names, then the old ones return."""
    pauses = iter(PAUSES)
    try:
        for new, target in placed:
            if not new.exists():
                with suppress(FileNotFoundError):
                    _move(target, new, pauses, sleep)
        for target, old in aside:
            with suppress(FileNotFoundError):
                _move(old, target, pauses, sleep)
    except OSError as trouble:
        # Nothing is removed now: `put_right` takes it from here.
        raise CannotWrite(
            f"写入“{aside[0][0].parent}”时出错，且未能恢复原有文件。原有文件以“.selfeval-”开头的名称"
            "保存在该文件夹中，排除磁盘或网络故障后，下次转换会自动恢复。"
        ) from trouble


def _move(start: Path, end: Path, pauses: Iterator[float], sleep: Sleep) -> None:
    """Rename, with patience for a file that is held for a moment."""
    while True:
        try:
            os.replace(start, end)
            return
        except PermissionError:
            pause = next(pauses, None)
            if pause is None:
                raise
            sleep(pause)


def _force_folder(folder: Path) -> None:
    """The new names onto the disk too. Not every system can; the files themselves are safe by now."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _remove(paths: Sequence[Path]) -> None:
    """What cannot be removed now is removed by a later delivery."""
    for path in paths:
        with suppress(OSError):
            path.unlink()
