"""Which files of a folder are filled workbooks, and why the others are not looked at."""

import os
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from selfeval_xl.batch.unpacking import is_archive, keep_only, unpack
from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable, spelt_out
from selfeval_xl.reading.archives import ARCHIVES
from selfeval_xl.writing.delivery import safe_name

BOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".et")
SUMMARY = "汇总.xlsx"
SET_ASIDE = "汇总-未能读取"
"""So begins the name of a 汇总 that could not be read, and was not written over."""
MEMORY = "批次记录"
"""The folder in the output folder where `remembering` keeps its records."""
STORE = "解压"
"""The folder in it where the workbooks of archives lie."""
OUTPUTS = (
    "-核对结果.xlsx",
    "-自评报告.docx",
    "-自评报告（公开版）.docx",
    "-退回意见.docx",
    "-复核底稿.docx",
    "-预算绩效情况的说明.docx",
)
LABEL = 40
"""Signs of a file's own name in the name of its output folder."""

LOCK = "打开文件时产生的临时文件"
HIDDEN = "隐藏文件"
OWN = "本程序生成的文件"
ARCHIVE = "压缩包"
EMPTY = "压缩包，里面没有文件"
OTHER = "不是工作簿"
CLOSED = "无法进入的文件夹"
READ = ("", ARCHIVE)
"""What `why_not` says of a file that is to be opened."""
MAC = "__MACOSX"
"""What a Mac adds to an archive beside each of its files."""


class Source(Struct, frozen=True):
    """A workbook: its path, the same seen from the folder (with /) and readable, and the label; name and label are
    its own. One of an archive lies elsewhere, and is named as if the archive were a folder. `trouble`: what is known
    to be in the way before it is opened.
    """

    path: Path
    name: str
    label: str
    trouble: str = ""


class Skipped(Struct, frozen=True):
    """A file or folder that is not looked at, seen from the folder."""

    name: str
    why: str


class Collected(Struct, frozen=True):
    """All that the folder holds, in the order of the names."""

    sources: tuple[Source, ...]
    skipped: tuple[Skipped, ...]


def collect(folder: Path, out: Path) -> Collected:
    """The workbooks of the folder, of all folders in it and of archives; `out` and what this program wrote are left
    out. What archives hold is written into `out`.

    Raises UnusableFile where the folder is none, CannotWrite.
    """
    if not folder.is_dir():
        raise UnusableFile(f"找不到文件夹“{folder}”；请写明存放各单位填报文件的文件夹。")
    store = out / MEMORY / STORE
    skipped: list[Skipped] = []
    found: dict[str, tuple[Path, str]] = {}
    for name, path in sorted(_readable(list(_names(folder, out.resolve(), skipped))).items()):
        why = why_not(name)
        if why == ARCHIVE and is_archive(folder / path):
            found |= _unpacked(folder / path, name, store, skipped)
        elif why in READ:
            found[name] = (folder / path, "")
        else:
            skipped.append(Skipped(name, why))
    keep_only(store, (path for path, _ in found.values()))
    labels = _labels(sorted(found))
    sources = tuple(
        Source(path, name, labels[name], trouble) for name, (path, trouble) in sorted(found.items())
    )
    return Collected(sources, tuple(sorted(skipped, key=lambda one: one.name)))


def _unpacked(path: Path, name: str, store: Path, skipped: list[Skipped]) -> dict[str, tuple[Path, str]]:
    """Name → path and trouble of what an archive holds; the rest goes to `skipped`, a hidden folder as one."""
    held = unpack(path, name, store, lambda member: _why_not_member(member).why in READ)
    aside = [_why_not_member(file.name) for file in held if file.path is None]
    skipped += [*dict.fromkeys(aside), *([] if held else [Skipped(name, EMPTY)])]
    return {file.name: (file.path, file.trouble) for file in held if file.path is not None}


def _why_not_member(name: str) -> Skipped:
    folders = name.split("/")[:-1]
    hidden = next((at for at, part in enumerate(folders) if _is_hidden(part)), None)
    if hidden is not None:
        return Skipped("/".join(folders[: hidden + 1]) + "/", HIDDEN)
    return Skipped(name, why_not(name))


def _is_hidden(folder: str) -> bool:
    return folder.startswith(".") or folder == MAC


def why_not(name: str) -> str:
    """Why a file of this name is no filled workbook; "" where it may be one, ARCHIVE where it may hold some."""
    file = name.rpartition("/")[2]
    if file.startswith(("~$", "._", ".~")):
        return LOCK
    if file.startswith("."):
        return HIDDEN
    if file == SUMMARY or file.startswith(SET_ASIDE) or file.endswith(OUTPUTS) or _numbered_output(file):
        return OWN
    suffix = os.path.splitext(file)[1].lower()
    if suffix in ARCHIVES:
        return ARCHIVE
    return "" if suffix in BOOKS else OTHER


def _numbered_output(file: str) -> bool:
    """名称-核对结果(2).xlsx: what is written while the old one is open in Excel."""
    stem, suffix = os.path.splitext(file)
    plain, bracket, number = stem.rpartition("(")
    return bool(bracket and number.rstrip(")").isdecimal() and (plain + suffix).endswith((*OUTPUTS, SUMMARY)))


def _names(folder: Path, out: Path, skipped: list[Skipped]) -> Iterator[str]:
    """Every file below the folder, seen from it; links to folders are not followed."""

    def closed(trouble: OSError) -> None:
        skipped.append(Skipped(readable(_seen(Path(trouble.filename), folder)), CLOSED))

    for where, folders, files in os.walk(folder, onerror=closed):
        for name in sorted(folders):
            path = Path(where) / name
            if _is_hidden(name):
                folders.remove(name)
                skipped.append(Skipped(readable(_seen(path, folder)) + "/", HIDDEN))
            elif path.resolve() == out or name == MEMORY:
                folders.remove(name)
        at_out = Path(where).resolve() == out
        for name in files:
            # Results written into the very folder of the sources: its own files are known by their names.
            if not (at_out and name == SUMMARY):
                yield _seen(Path(where) / name, folder)


def _readable(paths: list[str]) -> dict[str, str]:
    """Readable name → path. Where two would read alike, the one that is no text is spelt out."""
    alike = Counter(map(readable, paths))
    return {spelt_out(path) if alike[readable(path)] > 1 else readable(path): path for path in paths}


def _seen(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _labels(names: list[str]) -> dict[str, str]:
    """Each name as a part of a folder's name: stable as long as the file keeps its place, and its own."""
    both = {name: labels(name) for name in names}
    folded = Counter(plain.casefold() for plain, _ in both.values())
    return {name: plain if folded[plain.casefold()] == 1 else own for name, (plain, own) in both.items()}


def labels(name: str) -> tuple[str, str]:
    """The label of a source, and the one that it has beside another of the same label."""
    plain = safe_name(os.path.splitext(name)[0].replace("/", "_"))[:LABEL]
    return plain, f"{plain}-{sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:6]}"
