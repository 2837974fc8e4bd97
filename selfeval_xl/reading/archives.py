"""What lies in a .zip as office systems and chat groups send it: names as people read them, contents within limits.

Nothing is written here, and no name of a member ever becomes a path.
"""

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import IO

from msgspec import Struct

from selfeval_xl.file_names import readable
from selfeval_xl.reading.opening import MAX_FILE
from selfeval_xl.reading.packages import MAX_MEMBERS, ZIP_TROUBLE, Unfit

MAX_ARCHIVE = 500 * 2**20
"""Bytes of an archive, and of all that is taken out of it: what it declares may be a lie, so they are counted."""
MAX_NESTED = 100 * 2**20
MAX_RATIO = 300
"""A workbook of one sign over and over shrinks to a hundredth; a bomb to a thousandth."""
MAX_DIRECTORY = MAX_MEMBERS * 2**10
"""Bytes of an archive's list of files."""
SMALL = 2**20
"""Below so many bytes no ratio is looked at."""
DEPTH = 2
"""An archive in an archive is opened, one in that is not."""
UNZIP = "请解压后把里面的文件放进来，再重新运行"
AGAIN = "请向提供者重新索取，或解压后把里面的文件放进来，再重新运行"
_TAIL = 2**16 + 22 + 20
"""Bytes: an archive's last record, its comment, and what may stand before it."""
_UNICODE_PATH = 0x7075
_UTF8 = 0x800
_ENCRYPTED = 0x1
_OFFICE = ("[content_types].xml", "mimetype")
ZIP = ".zip"
ARCHIVES = (ZIP, ".rar", ".7z", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_LOOKS_LIKE = ((b"Rar!", ".rar"), (b"7z\xbc\xaf", ".7z"), (b"\x1f\x8b", ".gz"))


class Member(Struct, frozen=True):
    """A file in an archive, its name with / from the archive on. `trouble`: why there is no content."""

    name: str
    content: bytes = b""
    trouble: str = ""


Wanted = Callable[[str], bool]
"""Whether a file of this name is to be read; the others are named only."""


def members(path: Path, name: str, wanted: Wanted) -> Iterator[Member]:
    """Every file of the archive of this name in its order, those of archives in it too.

    Raises Unfit, what and what to do: no zip, encrypted, too large or too many, or not to be read.
    """
    _require_zip(name)
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):  # a pipe would block for ever
            raise Unfit("不是普通文件", AGAIN)
        if path.stat().st_size > MAX_ARCHIVE:
            raise Unfit(f"超过 {MAX_ARCHIVE // 2**20} MiB", "请分成几个压缩包，或解压后放进来，再重新运行")
        with path.open("rb") as file:
            yield from _Opening(wanted).of(file, "", 1)
    except OSError:
        raise Unfit("无法读取", "请确认文件没有被其他程序占用，并且有读取权限") from None


class _Opening:
    """One archive being read, and how many bytes may still come out of it."""

    def __init__(self, wanted: Wanted) -> None:
        self.wanted, self.room = wanted, MAX_ARCHIVE

    def of(self, file: IO[bytes], above: str, depth: int) -> Iterator[Member]:
        """Raises Unfit. `above`: where the archive lies in another, with / at its end."""
        _require_short_directory(file)
        try:
            package = zipfile.ZipFile(file)
        except (*ZIP_TROUBLE, NotImplementedError):
            raise _foreign(file) from None
        with package:
            found = [info for info in package.infolist() if not _is_folder(info)]
            if len(found) > MAX_MEMBERS:
                raise Unfit(f"里面的文件超过 {MAX_MEMBERS} 个", UNZIP)
            named = list(zip(_apart([_name(info) for info in found]), found, strict=True))
            if any(info.flag_bits & _ENCRYPTED for name, info in named if self.wanted(name)):
                raise Unfit("设有密码，无法读取", "请用密码解压后把里面的文件放进来，再重新运行")
            for name, info in named:
                yield from self._member(package, info, above + name, depth)

    def _member(
        self, package: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, depth: int
    ) -> Iterator[Member]:
        if not self.wanted(name):
            yield Member(name)
            return
        nested = _suffix(name) in ARCHIVES
        try:
            _require_zip(name)
            content = self._read(package, info, MAX_NESTED if nested else MAX_FILE)
            if not nested or is_office_file(io.BytesIO(content)):
                yield Member(name, content)
            elif depth == DEPTH:
                yield Member(name, trouble=sentence(name, Unfit("在压缩包里的压缩包里，没有打开", UNZIP)))
            else:
                yield from self.of(io.BytesIO(content), f"{name}/", depth + 1)
        except Unfit as unfit:
            if self.room < 0:
                raise
            yield Member(name, trouble=sentence(name, unfit))

    def _read(self, package: zipfile.ZipFile, info: zipfile.ZipInfo, most: int) -> bytes:
        """Raises Unfit; with no room left, for the whole archive."""
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unfit("用了本程序打不开的压缩方式", UNZIP)
        try:
            with package.open(info) as member:
                content = member.read(min(most, self.room) + 1)
        except (*ZIP_TROUBLE, NotImplementedError):
            raise Unfit("在压缩包里已损坏", AGAIN) from None
        self.room -= len(content)
        if self.room < 0:
            raise Unfit(
                f"解压后超过 {MAX_ARCHIVE // 2**20} MiB", "请分成几个压缩包，或解压后放进来，再重新运行"
            )
        if len(content) > most:
            raise Unfit(f"解压后超过 {most // 2**20} MiB", "请删去图片和无关的内容后重新压缩")
        if len(content) > SMALL and len(content) > MAX_RATIO * max(info.compress_size, 1):
            raise Unfit("解压后大得不正常，为安全起见没有读取", UNZIP)
        return content


def _foreign(file: IO[bytes]) -> Unfit:
    """What a file that no zip reader takes may be."""
    file.seek(0)
    head = file.read(8)
    if not head:
        return Unfit("是空文件（0 字节）", "请向提供者重新索取")
    kind = next((kind for sign, kind in _LOOKS_LIKE if head.startswith(sign)), "")
    if kind:
        return Unfit(f"其实是 {kind} 压缩包，本程序只能打开 .zip", UNZIP)
    return Unfit("不是 .zip 压缩包，或者已损坏、缺少分卷", AGAIN)


def _is_folder(info: zipfile.ZipInfo) -> bool:
    return info.orig_filename.endswith(("/", "\\")) and not info.file_size


def _suffix(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _require_zip(name: str) -> None:
    """Raises Unfit for the other archives by their names."""
    if _suffix(name) in ARCHIVES[1:]:
        raise Unfit(f"是 {_suffix(name)} 压缩包，本程序只能打开 .zip", UNZIP)


def is_office_file(file: IO[bytes]) -> bool:
    """Whether a .zip is really a workbook or a document, as some browsers and chat programs name them."""
    try:
        _require_short_directory(file)
        with zipfile.ZipFile(file) as package:
            return any(name.lower() in _OFFICE for name in package.namelist())
    except (*ZIP_TROUBLE, NotImplementedError, Unfit):
        return False


def _require_short_directory(file: IO[bytes]) -> None:
    """zipfile takes in the whole list of files before anything can be counted. Raises Unfit."""
    size = file.seek(0, io.SEEK_END)
    file.seek(max(size - _TAIL, 0))
    tail = file.read()
    file.seek(0)
    at = tail.rfind(b"PK\5\6")
    if at < 0 or len(tail) < at + 22:
        raise _foreign(file)
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if directory > MAX_DIRECTORY or tail[max(at - 20, 0) : at].startswith(b"PK\6\7"):
        raise Unfit(f"里面的文件太多（超过 {MAX_MEMBERS} 个）或太大", UNZIP)


def sentence(name: str, unfit: Unfit) -> str:
    """For a person, whichever archive it lies in."""
    return f"「{name.rpartition('/')[2]}」{unfit.what}；{unfit.remedy}。"


def _name(info: zipfile.ZipInfo) -> str:
    """As people read it: UTF-8 where the archive says so or where it is that, else GBK. Without drive, root and .. ."""
    # A GBK sign may hold the byte of a backslash: what parts folders is looked for in the text only.
    parts = _text(info).replace("\\", "/").split("/")
    kept = [part for part in parts if part.strip() not in ("", ".", "..") and not _is_drive(part)]
    return "/".join("".join(sign for sign in part if sign.isprintable()) for part in kept) or "未命名"


def _is_drive(part: str) -> bool:
    return len(part) == 2 and part[1] == ":" and part[0].isascii() and part[0].isalpha()


def _text(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8:
        return readable(info.orig_filename)
    raw = info.orig_filename.encode("cp437", "replace")
    stated = _unicode_path(info.extra, zlib.crc32(raw))
    return readable(stated or raw.decode("utf-8", "surrogateescape"))


def _unicode_path(extra: bytes, crc: int) -> str:
    """The name in UTF-8 that some programs put beside the old one, if it belongs to that; else ""."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == _UNICODE_PATH and len(field) > 5 and struct.unpack_from("<I", field, 1)[0] == crc:
            return field[5:].decode("utf-8", "replace")
    return ""


def _apart(names: list[str]) -> list[str]:
    """Two files of one name: the second is called 名称（同名2）.xlsx, since nobody knows which of them is meant."""
    found: dict[str, None] = {}
    for name in names:
        stem, suffix = os.path.splitext(name)
        others = (f"{stem}（同名{number}）{suffix}" for number in count(2))
        found[name if name not in found else next(other for other in others if other not in found)] = None
    return list(found)
