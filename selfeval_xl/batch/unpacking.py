"""The workbooks of archives that lie in the folder: written below the results, from where they are read like any other.

An archive is seen as a folder of its own name: 某局.zip/填报.xlsx. Names of members are shown, never used as paths.
"""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from selfeval_xl.reading.archives import is_office_file, members, sentence
from selfeval_xl.reading.packages import Unfit
from selfeval_xl.writing.delivery import safe_name, unwritable


class Unpacked(Struct, frozen=True):
    """A file of an archive: its name from the folder on, and where it lies now; None for one that is only named.

    `trouble`: why it, or the whole archive, cannot be read.
    """

    name: str
    path: Path | None = None
    trouble: str = ""


def is_archive(path: Path) -> bool:
    """Whether an archive by its name really is one, and no workbook that a browser called .zip."""
    try:
        if not path.is_file():  # a pipe would block for ever
            return True
        with path.open("rb") as file:
            return not is_office_file(file)
    except OSError:
        return True


def unpack(path: Path, name: str, store: Path, wanted: Callable[[str], bool]) -> list[Unpacked]:
    """What the archive holds, what is `wanted` of it written below `store`. A bad archive is one file with trouble.

    Raises CannotWrite.
    """
    try:
        return list(_written(path, name, store, wanted))
    except Unfit as unfit:
        return [Unpacked(name, path, sentence(name, unfit))]


def keep_only(store: Path, kept: Iterable[Path]) -> None:
    """Removes what earlier runs unpacked and is no longer there: it would be nobody's."""
    folders = {path.parent for path in kept}
    for folder in sorted(store.iterdir()) if store.is_dir() else ():
        if folder not in folders:
            shutil.rmtree(folder, ignore_errors=True)


def _written(path: Path, name: str, store: Path, wanted: Callable[[str], bool]) -> Iterator[Unpacked]:
    for member in members(path, name, wanted):
        seen = f"{name}/{member.name}"
        if member.trouble:
            yield Unpacked(seen, path, member.trouble)
        elif member.content or wanted(member.name):
            yield Unpacked(seen, _put(store, seen, member.content))
        else:
            yield Unpacked(seen)


def _put(store: Path, name: str, content: bytes) -> Path:
    """In a folder of its own, under its own last name: no two can meet, however they are called."""
    base = name.rpartition("/")[2]
    stem, suffix = os.path.splitext(base)
    folder = store / sha256(name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    path = folder / (safe_name(stem) + suffix.lower())
    with suppress(OSError):
        if path.is_file() and path.read_bytes() == content:
            return path
    new = folder / f"{path.name}.{os.getpid()}.new"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        new.write_bytes(content)
        os.replace(new, path)
    except OSError as trouble:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise unwritable(trouble, folder) from trouble
    return path
