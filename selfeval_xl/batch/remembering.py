"""What was done before: a record a workbook, and what was returned to whom, in the output folder's 批次记录."""

import json
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from msgspec import Struct, convert, to_builtins

import selfeval_xl
from selfeval_xl.batch.collecting import MEMORY, OUTPUTS, labels
from selfeval_xl.batch.records import NAMELESS, Record, from_json, to_json
from selfeval_xl.batch.sealing import seal, sealed
from selfeval_xl.given_files import Unreadable, content_of
from selfeval_xl.writing.delivery import safe_name, unwritable

RETURNS = "退回记录.json"
SOURCES = "来源.json"
FOLDER_BYTES = 100
"""Of a unit's name in its folder's: with the source's label it must stay below what systems take (255)."""
_SIBLING = re.compile(r"\(\d\)(?=\.\w+$)")
LARGEST = 50 * 2**20
"""Bytes of a file that is read back; a record of a bad book has 100,000."""
Item = TypeVar("Item")


class Memory(Struct, frozen=True):
    """Where a run keeps what it did: its output folder `out`, and the `key` that seals its records."""

    out: Path
    key: bytes


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


def folder_of(record: Record, label: str) -> str:
    """某局-2023（第二次_某局）: the name of the folder of a source's files."""
    return f"{safe_name(record.unit or NAMELESS, FOLDER_BYTES)}-{record.year}（{label}）"


def remember(memory: Memory, record: Record, traceback: str = "") -> None:
    """The record onto the disk, whole or not at all; `traceback` beside it, where our bug stopped the work.
    Raises CannotWrite."""
    path = _path(memory.out, record.name)
    put(path, to_json(record, memory.key))
    if traceback:
        put(path.with_suffix(".txt"), traceback)


def recall(memory: Memory, name: str) -> Record | None:
    """What was remembered of a source; None where that is nothing, of another version, not sealed by this account, or
    names files that are not the source's own."""
    try:
        content = content_of(_path(memory.out, name), LARGEST)
        record = from_json(content.decode("utf-8", "surrogatepass"), memory.key)
    except (Unreadable, ValueError):
        return None
    return record if record.name == name and _owns(record) else None


def _owns(record: Record) -> bool:
    """Whether all its files are such as this program writes of the source, in the source's own folder."""
    folders = {folder_of(record, label) for label in labels(record.name)}
    stem = f"{safe_name(record.unit or NAMELESS)}-{record.year}"
    names = {f"{stem}{end}" for end in OUTPUTS}
    parted = [file.partition("/") for file in record.files]
    return all(folder in folders and _SIBLING.sub("", name) in names for folder, _, name in parted)


def done_before(memory: Memory, record: Record | None, work: str) -> bool:
    """Whether the very work was done, and its files are still there. What failed is tried again."""
    if record is None or record.work != work or record.trouble:
        return False
    return all((memory.out / file).is_file() for file in record.files)


def files_of(memory: Memory, name: str) -> tuple[str, ...]:
    """The files that were written of a source before."""
    record = recall(memory, name)
    return record.files if record else ()


def forget_files(out: Path, before: Iterable[str], new: Record) -> None:
    """Removes a source's former files that it no longer has: they would speak of what is no more. `before`: as
    `files_of` gives them, each in a folder of the source; through a link to elsewhere nothing is removed."""
    for file in before:
        folder = (out / file).parent
        if file not in new.files and not folder.is_symlink():
            (out / file).unlink(missing_ok=True)
            _remove_empty(folder)


def _remove_empty(folder: Path) -> None:
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


class Return(Struct, frozen=True):
    """One time that a unit got its workbook back: what it had said (`digest`), and the marks of what was open."""

    digest: str
    open: tuple[str, ...]


class Returns(Struct, frozen=True):
    """Unit → its returns, the first first. `sealed`: this account wrote them, or there are none."""

    of: dict[str, list[Return]]
    sealed: bool = True

    @property
    def doubt(self) -> str:
        """What the clerk should know of them: nobody can work them out again, so they count all the same."""
        where = f"{MEMORY}/{RETURNS}"
        why = "换过电脑或账户，或者被改动过"
        return "" if self.sealed else f"{where} 不是本账户写下的（{why}），第几次退回照其中所记，请核对"


def returns(memory: Memory) -> Returns:
    """What was returned before, as it was written down."""
    path = memory.out / MEMORY / RETURNS
    kept = _content(path)
    if isinstance(kept, dict) and kept.keys() == {"returns", "seal"}:
        listed = _as(kept["returns"], dict[str, list[Return]])
        return Returns(listed, sealed(memory.key, _dumped(kept["returns"]), kept["seal"]))
    listed = _as(kept, dict[str, list[Return]])  # as it was written before there were seals
    return Returns(listed, not listed)


def order_of_returns(listed: Mapping[str, Sequence[Return]]) -> dict[str, int]:
    """Digest → which return of its unit it was, from 0."""
    return {one.digest: at for unit in listed.values() for at, one in enumerate(unit)}


def keep_returns(memory: Memory, listed: dict[str, list[Return]]) -> None:
    """Raises CannotWrite."""
    content = to_builtins(listed)
    held = {"returns": content, "seal": seal(memory.key, _dumped(content))}
    put(memory.out / MEMORY / RETURNS, json.dumps(held, ensure_ascii=False, indent=1, sort_keys=True))


def _dumped(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def forget(out: Path, name: str) -> None:
    """What was remembered of a source. Raises OSError."""
    for path in (_path(out, name), _path(out, name).with_suffix(".txt")):
        path.unlink(missing_ok=True)


def sources(out: Path) -> dict[str, list[str]]:
    """Folder of workbooks → the names of those whose results lie here."""
    return _listed(out / MEMORY / SOURCES, dict[str, list[str]])


def keep_sources(out: Path, listed: dict[str, list[str]]) -> None:
    """Raises CannotWrite."""
    put(out / MEMORY / SOURCES, json.dumps(listed, ensure_ascii=False, indent=1, sort_keys=True))


def _listed(path: Path, kind: type[dict[str, list[Item]]]) -> dict[str, list[Item]]:
    return _as(_content(path), kind)


def _content(path: Path) -> object:
    """None where it cannot be read, or is no JSON."""
    try:
        found: object = json.loads(content_of(path, LARGEST).decode("utf-8", "surrogatepass"))
    except (Unreadable, ValueError, RecursionError):
        return None
    return found


def _as(found: object, kind: type[dict[str, list[Item]]]) -> dict[str, list[Item]]:
    try:
        return convert(found, kind)
    except (ValueError, RecursionError):
        return {}


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
