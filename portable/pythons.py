"""The Python that the builder supplies: judged before anything is built, then put into the folder."""

import re
import struct
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from msgspec import Struct

from portable.wheels import VERSIONS
from selfeval_xl.errors import UserError

SOURCE = "请从 python.org 下载“Windows embeddable package (64-bit)”，文件名如 python-3.13.1-embed-amd64.zip"
BUILT = "请使用 python-build-standalone 的 install_only 包，文件名如 cpython-3.13.…-x86_64-…-linux-gnu-install_only.tar.gz"
_PTH = re.compile(r"python(\d)(\d+)\._pth")
_STANDALONE = re.compile(r"python/bin/python(\d\.\d+)")
_MACHINES = {0x8664: "win_amd64", 0x014C: "32 位", 0xAA64: "ARM64"}
"""IMAGE_FILE_HEADER.Machine of the PE format (Microsoft, PE Format, Machine Types)."""
_ELF = {62: "linux_x86_64", 183: "linux_aarch64"}
"""e_machine of the ELF format: EM_X86_64, EM_AARCH64."""


class Python(Struct, frozen=True):
    """One that was supplied: its minor version, the platform of its packages, and all its files, of which `programs`
    are to be run. No files: the machine's own is meant."""

    version: str
    platform: str
    files: dict[str, bytes]
    programs: frozenset[str] = frozenset()


def embedded(path: Path) -> Python:
    """The embeddable Python for Windows. Raises UserError for any other file, machine or version."""
    content = _content(path)
    try:
        with ZipFile(BytesIO(content)) as archive:
            files = {
                entry.filename: archive.read(entry) for entry in archive.infolist() if not entry.is_dir()
            }
    except (BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise UserError(f"「{path.name}」不是 zip 文件，或者没有下载完整；{SOURCE}。") from None
    paths = [match for name in files if (match := _PTH.fullmatch(name))]
    if len(paths) != 1 or "python.exe" not in files:
        raise UserError(f"「{path.name}」不是 Windows 版的嵌入式 Python；{SOURCE}。")
    machine = _machine(files["python.exe"])
    if machine != "win_amd64":
        raise UserError(f"「{path.name}」是 {machine}的 Python，所需的包只有 64 位（amd64）的；{SOURCE}。")
    version = f"{paths[0][1]}.{paths[0][2]}"
    _judge(path, version)
    files[paths[0][0]] = _with_packages(files[paths[0][0]])
    return Python(version, machine, files, frozenset(("python.exe", "pythonw.exe")))


def _with_packages(pth: bytes) -> bytes:
    """The file that says where Python looks for modules, and that keeps it from looking anywhere else on the machine:
    with the folder of packages, and `site` switched on (docs.python.org, Using Python on Windows, 4.9.2)."""
    lines = [line for line in pth.decode().splitlines() if line.strip() and not line.startswith("#")]
    wanted = [line for line in lines if line.strip() not in ("import site", PACKAGES)]
    return "".join(f"{line}\r\n" for line in (*wanted, PACKAGES, "import site")).encode()


PACKAGES = r"..\packages"


def standalone(path: Path) -> Python:
    """A Python for Linux that runs from any folder. Raises UserError for any other file, machine or version."""
    try:
        with tarfile.open(fileobj=BytesIO(_content(path))) as archive:
            files, programs = {}, set()
            for name, member, content in _regular(archive):
                files[name] = content
                if member.mode & 0o100:
                    programs.add(name)
    except (tarfile.TarError, EOFError, OSError, KeyError):  # KeyError: a link to what is not there
        raise UserError(f"「{path.name}」不是 tar 压缩包，或者没有下载完整；{BUILT}。") from None
    versions = {match[1] for name in files if (match := _STANDALONE.fullmatch(f"python/{name}"))}
    if len(versions) != 1:
        raise UserError(f"「{path.name}」里没有 python/bin/python3；{BUILT}。")
    version = versions.pop()
    _judge(path, version)
    head = files[f"bin/python{version}"][:20]
    machine = int.from_bytes(head[18:20], "little") if head[:4] == b"\x7fELF" else 0
    if machine not in _ELF:
        raise UserError(f"「{path.name}」不是 x86_64 或 aarch64 的 Linux 版 Python；{BUILT}。")
    return Python(version, _ELF[machine], files, frozenset(programs))


def _regular(archive: tarfile.TarFile) -> Iterator[tuple[str, tarfile.TarInfo, bytes]]:
    """Path below python/, entry, content, links followed: a USB stick's file system knows none."""
    for member in archive.getmembers():
        first, _, name = member.name.removeprefix("./").partition("/")
        if first == "python" and ".." not in name and (member.isfile() or member.issym() or member.islnk()):
            file = archive.extractfile(member)
            if file is not None:
                yield name, member, file.read()


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise UserError(f"读不了「{path}」；请检查文件名和所在文件夹。") from None


def _judge(path: Path, version: str) -> None:
    if version not in VERSIONS:
        known = "、".join(VERSIONS)
        raise UserError(f"「{path.name}」是 Python {version}，所需的包只有 {known} 的；请换一个版本。")


def _machine(program: bytes) -> str:
    """Of a Windows program."""
    try:
        (start,) = struct.unpack_from("<I", program, 0x3C)
        mark, machine = struct.unpack_from("<4sH", program, start)
    except struct.error:
        return "读不懂"
    return _MACHINES.get(machine, "别的机器") if (program[:2], mark) == (b"MZ", b"PE\0\0") else "读不懂"
