"""A folder that runs as it is, put together and packed: same inputs, same bytes."""

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from msgspec import Struct

from portable.pythons import Python
from portable.wheels import ROOT, Package, contents_of, package_of

TEMPLATES = ROOT / "workbook_templates"
LAUNCHERS = Path(__file__).with_name("launchers")
PROGRAM = "program"
"""The folder of Python and the packages: in ASCII, since a .bat names it, which every code page must read the same."""
PYTHON_FOLDER, PACKAGES_FOLDER = f"{PROGRAM}/python", f"{PROGRAM}/packages"
TASKS: Mapping[str, str] = {
    "一键转换": "desk",
    "一键预填": "prefill",
    "一键审校": "audit",
    "打开网页": "serve",
}
"""What a launcher is called → the subcommand that it runs; desk: whatever the dropped files are."""
ALONE = "serve"
"""The subcommand that needs no files."""
BATCH, SCRIPT = 'set "task=desk"\r\nset "alone="\r\n', "task=desk\nalone=\n"
"""The lines of the start files that say what they do."""
EPOCH = (1980, 1, 1, 0, 0, 0)


class File(Struct, frozen=True):
    """Something of the folder; `program`: to be run."""

    path: str
    content: bytes
    program: bool = False


def windows(python: Python, wheels: Iterable[Path], supplied: Path) -> list[File]:
    """绿色版 for Windows."""
    batch = (TEMPLATES / "一键转换.bat").read_bytes().replace(b"\r\n", b"\n").decode("ascii")
    batch = batch.replace("\n", "\r\n")
    files = [
        File(
            f"{name}.bat",
            _once(batch, BATCH, BATCH.replace("desk", task).replace('alone="', f'alone={_mark(task)}"')),
        )
        for name, task in TASKS.items()
    ]
    files.append(File("说明.txt", _text(LAUNCHERS / "说明-windows.txt", "\r\n")))
    return [*files, *_common(python, list(wheels), supplied)]


def linux(python: Python, wheels: Iterable[Path], supplied: Path | None) -> list[File]:
    """The same for 麒麟 and 统信, with the Python that was supplied or for the machine's own."""
    script = (TEMPLATES / "一键转换.command").read_text("utf-8")
    desktop = (LAUNCHERS / "launcher.desktop").read_text("utf-8")
    files = [File(f"{PROGRAM}/python-version", f"{python.version}\n".encode())]
    for name, task in TASKS.items():
        files.append(
            File(
                f"{name}.command",
                _once(script, SCRIPT, SCRIPT.replace("desk", task).replace("alone=", f"alone={_mark(task)}")),
                program=True,
            )
        )
        files.append(File(f"{name}.desktop", desktop.replace("@NAME@", name).encode(), program=True))
    files.append(File("说明.txt", _text(LAUNCHERS / "说明-linux.txt", "\n")))
    return [*files, *_common(python, list(wheels), supplied)]


def _mark(task: str) -> str:
    return "1" if task == ALONE else ""


def _once(text: str, known: str, new: str) -> bytes:
    assert text.count(known) == 1, known
    return text.replace(known, new).encode()


def _text(path: Path, end: str) -> bytes:
    """With a byte order mark, by which the old 记事本 knows UTF-8."""
    return ("\ufeff" + path.read_text("utf-8")).replace("\n", end).encode()


def _common(python: Python, wheels: list[Path], supplied: Path | None) -> Iterator[File]:
    for path in sorted(TEMPLATES.glob("*.xlsx")):
        yield File(path.name, path.read_bytes())
    for name, content in python.files.items():
        yield File(f"{PYTHON_FOLDER}/{name}", content, name in python.programs)
    for wheel in wheels:
        for name, content in contents_of(wheel):
            yield File(f"{PACKAGES_FOLDER}/{name}", content)
    packages = [package_of(wheel) for wheel in wheels]
    yield File("许可证和校验值.txt", _licences(packages, supplied).encode("utf-8-sig"))


def _licences(packages: Iterable[Package], supplied: Path | None) -> str:
    lines = ["本文件夹里的程序、版本、许可证和安装包的 SHA-256", ""]
    if supplied:
        content = supplied.read_bytes()
        lines += [f"Python（PSF-2.0）  {supplied.name}", f"    {sha256(content).hexdigest()}"]
    for package in packages:
        lines += [
            f"{package.name} {package.version}（{package.licence}）  {package.file}",
            f"    {package.sha256}",
        ]
    return "".join(
        f"{line}\r\n" for line in (*lines, "", "许可证全文在 program/packages 各 .dist-info 文件夹里。")
    )


def pack(files: Iterable[File], folder: str, target: Path) -> None:
    """All of it below `folder` in one zip."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with ZipFile(target, "w", ZIP_DEFLATED, compresslevel=9) as archive:
        for file in sorted(files, key=lambda file: file.path):
            entry = ZipInfo(f"{folder}/{file.path}", EPOCH)
            entry.create_system = (
                3  # Unix, whatever this machine is: the same bytes, and programs stay programs
            )
            entry.external_attr = (0o100755 if file.program else 0o100644) << 16
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, file.content)


def lay(files: Iterable[File], folder: Path) -> None:
    """All of it as a folder."""
    for file in files:
        path = folder / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)
        path.chmod(0o755 if file.program else 0o644)
