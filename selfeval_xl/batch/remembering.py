"""What was done before: a record a workbook, and what was returned to whom, in the output folder's 批次记录."""

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from msgspec import Struct, convert, to_builtins

import selfeval_xl
from selfeval_xl.batch.collecting import MEMORY
from selfeval_xl.batch.records import Record, from_json, to_json
from selfeval_xl.writing.delivery import unwritable

RETURNS = "退回记录.json"


def program() -> str:
    """A hash of all that decides what comes of a workbook, apart from the workbook: every file of this package."""
    digest = sha256(selfeval_xl.__version__.encode())
    for content in _files(resources.files(selfeval_xl)):
        digest.update(content)
    return digest.hexdigest()


def _files(folder: Traversable) -> Iterable[bytes]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry)
        elif not entry.name.endswith(".pyc"):
            yield entry.name.encode()
            yield entry.read_bytes()


def work_of(content: bytes, settings: Iterable[str]) -> str:
    """The hash of a workbook's content and of all that the work on it depends on."""
    return sha256(sha256(content).digest() + "\0".join(settings).encode()).hexdigest()


def remember(out: Path, record: Record, traceback: str = "") -> None:
    """The record onto the disk, whole or not at all; `traceback` beside it, where our bug stopped the work.
    Raises CannotWrite."""
    path = _path(out, record.name)
    put(path, to_json(record))
    if traceback:
        put(path.with_suffix(".txt"), traceback)


def recall(out: Path, name: str) -> Record | None:
    """What was remembered of a source; None where that is nothing, or of another version."""
    try:
        record = from_json(_path(out, name).read_text("utf-8", "surrogatepass"))
    except (OSError, ValueError):
        return None
    return record if record.name == name else None


def done_before(out: Path, record: Record | None, work: str) -> bool:
    """Whether the very work was done, and its files are still there. What failed is tried again."""
    if record is None or record.work != work or record.trouble:
        return False
    return all((out / file).is_file() for file in record.files)


def files_of(out: Path, name: str) -> tuple[str, ...]:
    """The files that were written of a source before."""
    record = recall(out, name)
    return record.files if record else ()


def forget_files(out: Path, before: Iterable[str], new: Record) -> None:
    """Removes a source's former files that it no longer has: they would speak of what is no more."""
    for file in before:
        if file not in new.files:
            (out / file).unlink(missing_ok=True)
            _remove_empty((out / file).parent)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


class Return(Struct, frozen=True):
    """One time that a unit got its workbook back: what it had said (`digest`), and the marks of what was open."""

    digest: str
    open: tuple[str, ...]


def returns(out: Path) -> dict[str, list[Return]]:
    """Unit → its returns, the first first."""
    try:
        text = (out / MEMORY / RETURNS).read_text("utf-8", "surrogatepass")
        return convert(json.loads(text), dict[str, list[Return]])
    except (OSError, ValueError, RecursionError):
        return {}


def keep_returns(out: Path, listed: dict[str, list[Return]]) -> None:
    """Raises CannotWrite."""
    put(out / MEMORY / RETURNS, json.dumps(to_builtins(listed), ensure_ascii=False, indent=1, sort_keys=True))


def _path(out: Path, name: str) -> Path:
    return out / MEMORY / f"{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:24]}.json"


def put(path: Path, text: str) -> None:
    """No reader ever sees half of it, and nothing is left where it cannot be written."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8", errors="surrogatepass")
        os.replace(new, path)
    except OSError as trouble:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise unwritable(trouble, path.parent) from trouble
