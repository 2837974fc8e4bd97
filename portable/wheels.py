"""The packages that the program needs at run time, as wheels of another machine."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from email.parser import BytesParser
from hashlib import sha256
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

from msgspec import Struct

from selfeval_xl.errors import UserError

ROOT = Path(__file__).parents[1]
LOCK = Path(__file__).with_name("requirements.lock")
PLATFORMS: Mapping[str, Sequence[str]] = {
    "win_amd64": ("win_amd64",),
    "linux_x86_64": ("manylinux_2_28_x86_64", "manylinux_2_17_x86_64", "manylinux2014_x86_64"),
    "linux_aarch64": ("manylinux_2_28_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64"),
}
"""What a machine is called here → the tags of the wheels that it takes. glibc 2.28 is that of 麒麟 V10 and 统信 20."""
VERSIONS = ("3.11", "3.12", "3.13", "3.14")
"""The minor versions of Python for which every package has wheels."""
HEADERS = (".h", ".pxd", ".pxi", ".pyx")
TESTED = ("numpy", "pandas")
"""Whose own tests are a third of all bytes."""


class Package(Struct, frozen=True):
    """A wheel: what its metadata says, its own name and hash."""

    name: str
    version: str
    licence: str
    file: str
    sha256: str


def fetch(folder: Path, platform: str, version: str) -> list[Path]:
    """Every wheel of the lock file, for that machine and Python, and our own. Raises UserError where one is not to be
    had."""
    _run(
        "pip",
        "download",
        *wanted(platform, version),
        f"--dest={folder}",
        told=f"取不到 {platform}、Python {version} 的全部安装包；请检查网络，以及 portable/requirements.lock。",
    )
    _run(
        "hatchling", "build", "-t", "wheel", "-d", str(folder.absolute()), told="本程序自己的安装包没有做成。"
    )
    return sorted(folder.glob("*.whl"))


def wanted(platform: str, version: str) -> list[str]:
    """What pip is asked for: the wheels of the lock file, by their hashes, for that machine and Python."""
    tags = [part for tag in PLATFORMS[platform] for part in ("--platform", tag)]
    only = ["--no-deps", "--only-binary=:all:", "--require-hashes", f"--requirement={LOCK}"]
    target = [*tags, "--implementation=cp", f"--python-version={version}"]
    return ["--quiet", "--disable-pip-version-check", *only, *target]


def _run(module: str, *arguments: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments], cwd=ROOT, capture_output=True, check=False
    )
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise UserError("\n".join([told, *last]))


def package_of(wheel: Path) -> Package:
    with ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        said = BytesParser().parsebytes(archive.read(name), headersonly=True)
    licences = [
        line.rpartition(" :: ")[2]
        for line in said.get_all("Classifier", [])
        if line.startswith("License :: OSI")
    ]
    # Some write the whole text of the licence into its field: the first line names it.
    licence = (
        said["License-Expression"] or "、".join(licences) or (said["License"] or "").strip().split("\n")[0]
    )
    return Package(said["Name"], said["Version"], licence, wheel.name, sha256(wheel.read_bytes()).hexdigest())


def contents_of(wheel: Path) -> Iterator[tuple[str, bytes]]:
    """Path below the folder of packages → content, of all that is needed to run."""
    with ZipFile(wheel) as archive:
        for entry in archive.infolist():
            if not entry.is_dir() and (path := _placed(entry.filename)) and not _unused(path):
                yield path, archive.read(entry)


def _placed(name: str) -> str:
    """Where an installer puts it; "": among programs, headers and data, which nobody needs here."""
    first, *rest = PurePosixPath(name).parts
    if not first.endswith(".data"):
        return name
    return "/".join(rest[1:]) if rest[0] in ("purelib", "platlib") else ""


def _unused(path: str) -> bool:
    first, *rest = path.split("/")
    return path.endswith(HEADERS) or (first in TESTED and "tests" in rest)
