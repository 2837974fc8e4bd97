"""Which official tables (决算, 预算, 指标明细) go with which filled workbook: those of its own folder, and those that the
bureau keeps for its unit. What they are is told by their content; what nobody needs is told, not dropped."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.collecting import MEMORY, Collected, Skipped, Source
from selfeval_xl.batch.remembering import Memory, put
from selfeval_xl.batch.sealing import seal, sealed
from selfeval_xl.errors import UserError
from selfeval_xl.witnesses.gathering import official_files, year_of_table

KINDS = "官方表格.json"
"""In 批次记录: content's hash → whether it is an official table, sealed: a forged line must not hide a workbook."""
PAIRED = "官方表格，与本单位的填报文件核对"
LONELY = "官方表格，没有与之对应的填报文件"
SHARED = "官方表格，供各单位核对"


class Paired(Struct, frozen=True):
    """`witnesses`: the name of a workbook → the files that it is held against."""

    collected: Collected
    witnesses: Mapping[str, tuple[Path, ...]]


def pair(collected: Collected, sources: Path | None, memory: Memory) -> Paired:
    """The tables taken out of what is to be converted. `sources`: a folder with a folder a unit, by its name or code; what
    lies right in it is everybody's. Raises UserError: there is no such folder; CannotWrite."""
    tables = _Tables(memory)
    by_folder: dict[str, list[Source]] = {}
    for source in collected.sources:
        by_folder.setdefault(source.name.rpartition("/")[0], []).append(source)
    books: list[Source] = []
    told: list[Skipped] = []
    found: dict[str, tuple[Path, ...]] = {}
    for folder, own in by_folder.items():
        official = [one for one in own if folder and len(own) > 1 and tables.holds(one)]
        rest = [one for one in own if one not in official]
        if not rest:  # then each says itself what it is, and what to do
            rest, official = own, []
        books += rest
        told += [Skipped(one.name, PAIRED) for one in official]
        found |= {one.name: tuple(table.path for table in official) for one in rest if official}
    if sources is not None:
        kept, more = _kept(sources, books)
        told += more
        found |= {name: (*found.get(name, ()), *files) for name, files in kept.items()}
    tables.keep()
    skipped = tuple(sorted((*collected.skipped, *told), key=lambda one: one.name))
    return Paired(Collected(tuple(sorted(books, key=lambda one: one.name)), skipped), found)


def witnessed(files: Sequence[Path]) -> str:
    """A hash of what they hold: a changed table is a workbook to be checked anew."""
    return sha256(b"".join(sha256(path.read_bytes()).digest() for path in files)).hexdigest() if files else ""


def _kept(folder: Path, books: Sequence[Source]) -> tuple[dict[str, tuple[Path, ...]], list[Skipped]]:
    """What the bureau keeps for each workbook, by the name of its folder or its own; and what it keeps for nobody."""
    if not folder.is_dir():
        raise UserError(f"找不到文件夹“{folder}”；请写明存放各单位决算、预算等文件的文件夹。")
    shared = official_files(folder)
    units = {plain_name(one.name): one for one in sorted(folder.iterdir()) if one.is_dir()}
    found: dict[str, tuple[Path, ...]] = {}
    used: set[str] = set()
    for book in books:
        named = next((name for name in _names(book) if name in units), "")
        used |= {named}
        files = [*(official_files(units[named]) if named else []), *(shared if named else [])]
        found |= {book.name: tuple(files)} if files else {}
    told = [Skipped(f"{folder.name}/{one.name}/", LONELY) for name, one in units.items() if name not in used]
    return found, told + [Skipped(f"{folder.name}/{one.name}", SHARED) for one in shared]


def _names(book: Source) -> Iterator[str]:
    *folders, file = book.name.split("/")
    yield from (plain_name(folder) for folder in reversed(folders))
    yield plain_name(file.rpartition(".")[0])


class _Tables:
    """What is known of files by their content, so that a second run opens none again."""

    def __init__(self, memory: Memory) -> None:
        self.memory, self.path = memory, memory.out / MEMORY / KINDS
        self.known: dict[str, dict[str, object]] = {}
        self.fresh = False
        with suppress(OSError, ValueError, RecursionError):
            if self.path.is_file():
                read = json.loads(self.path.read_text("utf-8"))
                self.known = (
                    {k: v for k, v in read.items() if isinstance(v, dict)} if isinstance(read, dict) else {}
                )

    def holds(self, source: Source) -> bool:
        """Whether the file is an official table, and no filled workbook."""
        if source.trouble or not source.path.is_file():
            return False
        digest = sha256(source.path.read_bytes()).hexdigest()
        kept = self.known.get(digest, {})
        official = kept.get("official")
        if isinstance(official, bool) and sealed(self.memory.key, f"{digest} {official}", kept.get("seal")):
            return official
        official = year_of_table(source.path) is not None
        self.known[digest] = {"official": official, "seal": seal(self.memory.key, f"{digest} {official}")}
        self.fresh = True
        return official

    def keep(self) -> None:
        if self.fresh:
            put(self.path, json.dumps(self.known, ensure_ascii=False, indent=1, sort_keys=True))
