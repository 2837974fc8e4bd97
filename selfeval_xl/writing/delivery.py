"""Files onto the disk: both or neither, never over the user's own, the same bytes for the same content."""

from __future__ import annotations

import errno
import io
import os
import stat
import time
import unicodedata
import zipfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from selfeval_xl.errors import CannotWrite
from selfeval_xl.given_files import system_says
from selfeval_xl.writing.exchange import Sleep, exchange, put_right

NAMELESS = "未命名"

_LAST_SIBLING = 5
_LONGEST_NAME = 60
_LONGEST_NAME_BYTES = 180
"""With the year, `-自评报告（公开版）.docx`, a number, and `.selfeval-…new.` while it is written: 255."""
_KEPT_SIGNS = "-_()·"
_WINDOWS_DEVICES = {"CON", "PRN", "AUX", "NUL"} | {f"{port}{n}" for port in ("COM", "LPT") for n in range(10)}


def deliver(
    files: Mapping[str, bytes], folder: Path, *, source: Path | None, sleep: Sleep = time.sleep
) -> tuple[Path, ...]:
    """Write the files into the folder, all or none, and return their paths in the order given.

    The names are final and safe (`safe_name`). Where one of them is open in another program, the whole set
    takes numbered names, `名称(2).xlsx`: the returned paths tell. The source is never overwritten.
    Raises `CannotWrite`, and then the files in the folder are as they were.
    """
    _require_bare_names(files)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        put_right(folder)
        for number in range(1, _LAST_SIBLING + 1):
            targets = tuple(folder / _numbered(name, number) for name in files)
            _refuse_occupied(targets, source)
            if exchange(targets, tuple(files.values()), sleep):
                return targets
    except OSError as trouble:
        raise unwritable(trouble, folder) from trouble
    raise CannotWrite(
        f"文件夹“{folder}”中的旧文件正被其他程序打开，无法替换。请在 Excel 或 WPS 中关闭后重试。"
    )


def safe_name(text: str, most_bytes: int = _LONGEST_NAME_BYTES) -> str:
    """A user's text as one part of a file name on every system, no longer than so many bytes; `未命名` if nothing of
    it can stay."""
    plain = unicodedata.normalize("NFKC", text).strip(". \t\r\n")
    name = "".join(_safe(sign) for sign in plain if unicodedata.category(sign) != "Cf")
    name = name[:_LONGEST_NAME].encode()[:most_bytes].decode(errors="ignore").strip("_")
    if name.upper() in _WINDOWS_DEVICES:
        return name + "_"
    return name or NAMELESS


def repack(content: bytes) -> bytes:
    """The same package in its canonical form."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return canonical({name: package.read(name) for name in package.namelist()})


def canonical(members: Mapping[str, bytes]) -> bytes:
    """A package of these members in one form: sorted, no times, no traces of a system."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        # Programs that sniff the kind of a file expect the content types first.
        for name in sorted(members, key=lambda name: (name != "[Content_Types].xml", name)):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            member.external_attr = 0o600 << 16
            package.writestr(member, members[name])
    return packed.getvalue()


def _safe(sign: str) -> str:
    return sign if sign.isalnum() or sign in _KEPT_SIGNS else "_"


def _require_bare_names(files: Mapping[str, bytes]) -> None:
    for name in files:
        if not name or name == ".." or Path(name).name != name or "\\" in name:
            raise ValueError(f"not a bare file name: {name!r}")
    if len({name.casefold() for name in files}) < len(files):
        raise ValueError(f"one file would overwrite another: {list(files)}")


def _numbered(name: str, number: int) -> str:
    path = Path(name)
    return name if number == 1 else f"{path.stem}({number}){path.suffix}"


def _refuse_occupied(targets: Sequence[Path], source: Path | None) -> None:
    """Links are looked through here, and only here: writing replaces a link, never what it points to."""
    for target in targets:
        if source is not None and _same(target, source):
            raise CannotWrite(f"输出文件“{target.name}”就是填报文件本身，为免覆盖未写入。请另选输出文件夹。")
        if os.path.lexists(target) and not _replaceable(target):
            raise CannotWrite(f"“{target}”是文件夹或特殊文件，无法写入同名文件。请移走它或另选输出文件夹。")


def _same(target: Path, source: Path) -> bool:
    if os.path.realpath(target) == os.path.realpath(source):
        return True
    with suppress(FileNotFoundError):
        return target.samefile(source)
    return False


def _replaceable(target: Path) -> bool:
    mode = target.lstat().st_mode
    return stat.S_ISREG(mode) or stat.S_ISLNK(mode)


def unwritable(trouble: OSError, folder: Path) -> CannotWrite:
    """What happened and what to do, for a person."""
    if trouble.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        what = "磁盘空间不足。请清理磁盘或另选输出文件夹。"
    elif trouble.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        what = "没有写入权限。请另选输出文件夹。"
    elif trouble.errno in (errno.EEXIST, errno.ENOTDIR):
        what = "它或它的上级是文件而不是文件夹。请另选输出文件夹。"
    elif trouble.errno == errno.ENOENT:
        what = "找不到该位置。请检查盘符或路径，或另选输出文件夹。"
    elif trouble.errno == errno.ENAMETOOLONG:
        what = "路径或文件名太长。请另选上级较少的输出文件夹。"
    else:
        what = f"写入出错（{system_says(trouble)}）。请检查磁盘或网络连接，或另选输出文件夹。"
    return CannotWrite(f"无法写入文件夹“{folder}”：{what}")
