"""绿色版: which Python it takes, what lies in the folder, and the folder at work with a Linux Python in the place of the
one for Windows."""

import io
import os
import shutil
import signal
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner

import selfeval_xl
from portable.__main__ import commands
from portable.folders import TASKS, File, lay, linux, pack, windows
from portable.pythons import Python, embedded, standalone
from portable.wheels import LOCK, PLATFORMS, VERSIONS, Package, contents_of, fetch, package_of, wanted
from selfeval_xl.errors import UserError
from selfeval_xl.forms import load
from tests.build import ROOT, SAMPLES

FILES = ROOT / "tests" / "files"
WITNESSES = ROOT / "tests" / "witnesses" / "1-住建局"
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
HOW = "this test fetches the packages of another machine with pip: it needs a package registry"


def program(machine: int = 0x8664) -> bytes:
    """As much of a Windows program as says for which machine it is."""
    return b"MZ" + bytes(0x3A) + struct.pack("<I", 0x40) + b"PE\0\0" + struct.pack("<H", machine) + bytes(99)


def embed(tmp_path: Path, version: str = "313", **changed: bytes | None) -> Path:
    """What python.org calls embeddable; `changed`: other contents, None: without that file."""
    files: dict[str, bytes | None] = {
        "python.exe": program(),
        f"python{version}.dll": program(),
        f"python{version}.zip": b"the library",
        f"python{version}._pth": b"python313.zip\r\n.\r\n\r\n# Uncomment to run site.main() automatically\r\n#import site\r\n",
    }
    files |= {
        name.replace("_exe", ".exe").replace("__pth", "._pth"): content for name, content in changed.items()
    }
    path = tmp_path / f"python-3.{version[1:]}.1-embed-amd64.zip"
    with ZipFile(path, "w") as archive:
        for name, content in files.items():
            if content is not None:
                archive.writestr(name, content)
    return path


def tarball(tmp_path: Path, version: str = "3.13", machine: int = 62, name: str = "") -> Path:
    path = tmp_path / f"cpython-{version}.1-install_only.tar.gz"
    elf = b"\x7fELF" + bytes(14) + machine.to_bytes(2, "little") + bytes(20)
    with tarfile.open(path, "w:gz") as archive:
        for entry, content in {name or f"python/bin/python{version}": elf, "python/lib/os.py": b"x"}.items():
            info = tarfile.TarInfo(entry)
            info.size, info.mode = len(content), 0o755
            archive.addfile(info, io.BytesIO(content))
        link = tarfile.TarInfo("python/bin/python3")
        link.type, link.linkname = tarfile.SYMTYPE, f"python{version}"
        archive.addfile(link)
    return path


def garbage(tmp_path: Path) -> Path:
    path = tmp_path / "python-3.13.1-amd64.exe"
    path.write_bytes(program())
    return path


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "32 位": (lambda p: embedded(embed(p, python_exe=program(0x14C))), "32 位"),
    "ARM64": (lambda p: embedded(embed(p, python_exe=program(0xAA64))), "ARM64"),
    "太旧": (lambda p: embedded(embed(p, "310")), "3.10"),
    "太新": (lambda p: embedded(embed(p, "315")), "3.15"),
    "安装程序": (lambda p: embedded(garbage(p)), "zip"),
    "没有 python.exe": (lambda p: embedded(embed(p, python_exe=None)), "嵌入式"),
    "python.exe 截断": (lambda p: embedded(embed(p, python_exe=b"MZ")), "读不懂"),
    "没有 _pth": (lambda p: embedded(embed(p, python313__pth=None)), "嵌入式"),
    "没有文件": (lambda p: embedded(p / "没有.zip"), "没有.zip"),
    "文件夹": (lambda p: embedded(p), "读不了"),
    "Linux 太旧": (lambda p: standalone(tarball(p, "3.10")), "3.10"),
    "Linux 别的处理器": (lambda p: standalone(tarball(p, machine=258)), "x86_64"),
    "Linux 不是它": (lambda p: standalone(tarball(p, name="python/bin/python3.13.so")), "python"),
    "Linux 不是 tar": (lambda p: standalone(garbage(p)), "tar"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_other_pythons_are_refused(tmp_path: Path, case: str) -> None:
    of, named = REFUSED[case]
    with pytest.raises(UserError, match=named) as refusal:
        of(tmp_path)
    assert str(refusal.value).endswith("。")


@pytest.mark.parametrize("end", ["\r\n#", "\n"], ids=["Windows", "already switched on"])
def test_it_looks_for_modules_in_the_folder_alone(tmp_path: Path, end: str) -> None:
    said = f"python313.zip{end.strip('#')}.{end}import site\n".encode()
    python = embedded(embed(tmp_path, python313__pth=said))
    assert (python.version, python.platform) == ("3.13", "win_amd64")
    paths = python.files["python313._pth"].decode().split("\r\n")
    assert paths == ["python313.zip", ".", r"..\packages", "import site", ""]


@pytest.mark.parametrize(("machine", "platform"), [(62, "linux_x86_64"), (183, "linux_aarch64")])
def test_a_python_for_linux(tmp_path: Path, machine: int, platform: str) -> None:
    """Links become files: a USB stick knows none."""
    python = standalone(tarball(tmp_path, machine=machine))
    assert (python.version, python.platform) == ("3.13", platform)
    assert set(python.files) == {"bin/python3", "bin/python3.13", "lib/os.py"}
    assert python.files["bin/python3"] == python.files["bin/python3.13"]
    assert "bin/python3.13" in python.programs


def test_the_lock_file_holds_what_the_program_needs_and_no_more() -> None:
    """Every dependency, in the version that the tests run with."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = [line.split(" ")[0] for line in LOCK.read_text().splitlines() if "==" in line]
    tested = {
        line.lower().replace("_", "-") for line in (ROOT / "requirements.lock").read_text().splitlines()
    }
    assert {pin for pin in pinned if not pin.startswith("numpy")} <= tested
    names = {pin.partition("==")[0] for pin in pinned}
    assert {
        wanted.partition(">")[0].lower()
        for wanted in (*project["dependencies"], *project["optional-dependencies"]["serve"])
    } <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "distributed", "matplotlib", "uv"}


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Of this machine and this Python."""
    if sys.platform != "linux":
        pytest.skip("the folder is tried with a Python for Linux: run it there")
    platform = f"linux_{os.uname().machine}"
    try:
        return fetch(tmp_path_factory.mktemp("wheels"), platform, HERE)
    except UserError as trouble:
        pytest.skip(f"{HOW} ({trouble})")


COMBINATIONS = [("win_amd64", version) for version in VERSIONS] + [
    (p, "3.11") for p in PLATFORMS if "linux" in p
]


@pytest.mark.parametrize(("platform", "version"), COMBINATIONS)
def test_every_package_has_its_wheel(wheels: list[Path], platform: str, version: str, tmp_path: Path) -> None:
    """Asked of the registry; nothing is fetched but what describes the packages."""
    asked = ["--dry-run", "--ignore-installed", f"--target={tmp_path}", *wanted(platform, version)]
    done = subprocess.run([sys.executable, "-m", "pip", "install", *asked], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


# ── the folder ──────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_bytes_and_nothing_that_is_not_needed(wheels: list[Path], tmp_path: Path) -> None:
    supplied = embed(tmp_path)
    packed = []
    for order in (wheels, wheels[::-1]):
        files = windows(embedded(supplied), sorted(order), supplied)
        pack(files[:: 1 if order is wheels else -1], "自评", tmp_path / "自评.zip")
        packed.append((tmp_path / "自评.zip").read_bytes())
    assert packed[0] == packed[1]
    names = ZipFile(io.BytesIO(packed[0])).namelist()
    assert [name for name in names if name.endswith((".pyc", ".h", ".pxd")) or "/pandas/tests/" in name] == []
    top = {name.split("/")[1] for name in names}
    assert {f"{task}.bat" for task in TASKS} | {"说明.txt", "许可证和校验值.txt", "program"} <= top
    assert len([name for name in top if name.endswith(".xlsx")]) == 2


def test_each_start_file_has_its_task(wheels: list[Path], tmp_path: Path) -> None:
    supplied = embed(tmp_path)
    files = {file.path: file.content for file in windows(embedded(supplied), wheels, supplied)}
    for name, task in TASKS.items():
        alone = "1" if task == "serve" else ""
        assert f'set "task={task}"\r\nset "alone={alone}"\r\n'.encode() in files[f"{name}.bat"]
        assert files[f"{name}.bat"].count(b"\n") == files[f"{name}.bat"].count(b"\r\n")
        assert files[f"{name}.bat"].isascii()


def test_what_it_names_is_there(wheels: list[Path], tmp_path: Path) -> None:
    """The text file for the user names every file at the top, and nothing else that ends like one."""
    supplied = embed(tmp_path)
    for files in (windows(embedded(supplied), wheels, supplied), linux(Python("3.11", "", {}), wheels, None)):
        top = {file.path for file in files if "/" not in file.path}
        (said,) = (file.content.decode("utf-8-sig") for file in files if file.path == "说明.txt")
        silent = {name for name in top if name not in said and not name.endswith(("说明.txt", ".command"))}
        assert silent == set()


def test_licences_and_hashes(wheels: list[Path], tmp_path: Path) -> None:
    supplied = embed(tmp_path)
    files = {file.path: file.content for file in windows(embedded(supplied), wheels, supplied)}
    said = files["许可证和校验值.txt"].decode("utf-8-sig")
    packages: list[Package] = [package_of(wheel) for wheel in wheels]
    assert len(packages) >= 18
    for package in packages:
        assert package.licence
        assert package.sha256 in said
        assert package.sha256 in LOCK.read_text() or package.name == "selfeval-xl"


def test_the_data_of_a_wheel_goes_where_an_installer_puts_it(tmp_path: Path) -> None:
    path = tmp_path / "a-1-py3-none-any.whl"
    with ZipFile(path, "w") as archive:
        for name in (
            "a/__init__.py",
            "a-1.data/purelib/b.py",
            "a-1.data/platlib/c.so",
            "a-1.data/scripts/run",
        ):
            archive.writestr(name, b"")
    assert [name for name, _ in contents_of(path)] == ["a/__init__.py", "b.py", "c.so"]


# ── at work, without a network ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def folder(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """绿色版 as it is unpacked, under a name that cmd.exe would stumble over, with this machine's Python as python.exe.

    Python heeds a ._pth beside it on every system; the standard library is not in one archive here, so its folders
    stand in that archive's line."""
    base = tmp_path_factory.mktemp("绿色 & (1)! %a^")
    supplied = embed(
        base, f"3{HERE[2:]}", **{f"python3{HERE[2:]}__pth": f"python3{HERE[2:]}.zip\r\n.\r\n".encode()}
    )
    lay(windows(embedded(supplied), wheels, supplied), base / "自评")
    place = base / "自评" / "program" / "python"
    (place / "python.exe").unlink()
    shutil.copy(Path(sys.executable).resolve(), place / "python.exe")
    own = sysconfig.get_paths()["stdlib"]
    paths = (place / f"python3{HERE[2:]}._pth").read_text().split()
    lines = [own, f"{own}/lib-dynload", *paths[1:]] if paths[0].endswith(".zip") else []
    (place / "python.exe._pth").write_text(
        "\n".join(lines).replace("\\", "/").replace("import\nsite", "import site")
    )
    return base / "自评"


def at_work(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """As the .bat calls it, in a namespace without a network."""
    python = folder / "program" / "python" / "python.exe"
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nowhere", "PYTHONPATH": "/nowhere", "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        ["unshare", "--map-root-user", "--net", python, "-P", "-m", "selfeval_xl", *arguments],
        env=environment,
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_every_sample(folder: Path, tmp_path: Path) -> None:
    """Byte for byte what the installed program writes."""
    sources = sorted(SAMPLES.glob("*/填报.xlsx"))
    for source in sources:
        ours, theirs = tmp_path / "a" / source.parent.name, tmp_path / "b" / source.parent.name
        outcome = selfeval_xl.convert(source, ours)
        done = at_work(folder, "convert", source, "--out", theirs)
        assert done.returncode == (0 if outcome.conclusion.standing.reportable else 1), done.stderr.decode()
        written = sorted(ours.iterdir())
        assert [path.name for path in written] == sorted(path.name for path in theirs.iterdir())
        assert all(path.read_bytes() == (theirs / path.name).read_bytes() for path in written)
    assert len(sources) >= 4


def test_what_a_process_apart_reads(folder: Path, tmp_path: Path) -> None:
    """An old .xls: there PYTHONPATH is not heeded."""
    done = at_work(folder, "check", FILES / "精简-LibreOffice另存.xls", "--json")
    assert done.returncode in (0, 1), done.stderr.decode()
    assert b'"findings"' in done.stdout


def test_dropped_files_are_known_by_their_content(folder: Path, tmp_path: Path) -> None:
    """A workbook without its suffix's truth, a report beside it: one is converted, the other held against it."""
    book, report = tmp_path / "一.xlsx", tmp_path / "二.txt"
    shutil.copy(SAMPLES / "示例单位-2023" / "填报.xlsx", book)
    report.write_text("年末在职人员42人，比上年末35人增加9人。\n", "utf-8")
    done = at_work(folder, report, book)
    assert done.returncode == 1, done.stderr.decode()
    names = sorted(path.name.rpartition("-")[2] for path in tmp_path.iterdir())
    assert names == ["一.xlsx", "二.txt", "审校结果.xlsx", "核对结果.xlsx", "自评报告.docx"]


def test_official_tables_beside_a_begun_template(folder: Path, tmp_path: Path) -> None:
    """Typed into its blank cells, in a new file; last year's workbook speaks, too, and is not converted."""
    for name in ("决算软件导出.xls", "上年填报.xlsx"):
        shutil.copy(WITNESSES / name, tmp_path)
    selfeval_xl.write_template(load("hunan-2023", 2024), tmp_path / "空.xlsx", projects=3)
    done = at_work(folder, "desk", *sorted(tmp_path.iterdir()))
    assert done.returncode == 0, done.stderr.decode()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "上年填报.xlsx",
        "决算软件导出.xls",
        "空.xlsx",
        "空（已取数）.xlsx",
    ]


# ── the start files for Linux ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def desktop(wheels: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("统信 & (1)! $HOME") / "自评"
    lay(linux(Python(HERE, f"linux_{os.uname().machine}", {}), wheels, None), base)
    return base


def execution(entry: Path, *files: Path) -> list[str]:
    """The command of a .desktop file, as the desktop makes it (freedesktop.org, Desktop Entry Specification 1.5, The
    Exec key): the text's own backslashes first, then the quotes, which are the shell's, then the codes."""
    (line,) = (line for line in entry.read_text("utf-8").splitlines() if line.startswith("Exec="))
    unescaped = line.removeprefix("Exec=").replace("\\\\", "\\")
    parts = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {unescaped}"], capture_output=True, check=True, text=True
    )
    known = {"%k": [str(entry)], "%F": [str(file) for file in files]}
    return [word for part in parts.stdout.splitlines() for word in known.get(part, [part])]


@pytest.mark.parametrize("task", ["一键转换", "一键审校"])
def test_files_dropped_on_a_desktop_entry(desktop: Path, tmp_path: Path, task: str) -> None:
    report = tmp_path / "报 告'$(1).txt"
    report.write_text("年末在职人员42人，比上年末35人增加9人。\n", "utf-8")
    environment = {"PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin", "HOME": "/nowhere"}
    environment["LC_ALL"] = "C.UTF-8"
    done = subprocess.run(
        execution(desktop / f"{task}.desktop", report), env=environment, capture_output=True, check=False
    )
    assert done.returncode == 1, done.stderr.decode()
    assert len([path for path in tmp_path.iterdir() if path.name.endswith("-审校结果.xlsx")]) == 1


def test_another_python_is_not_taken(desktop: Path, tmp_path: Path) -> None:
    """The packages are for one minor version."""
    for name in ("cat", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name) or "")
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")
    (tmp_path / "python3").chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", desktop / "一键转换.command", "填报.xlsx"],
        env={"PATH": f"{tmp_path}"},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 2
    assert f"Python {HERE}" in done.stderr.decode()


def test_the_page_opens_without_files(desktop: Path, tmp_path: Path) -> None:
    """`serve` is started, and says where the page is."""
    environment = {"PATH": f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin", "HOME": str(tmp_path)}
    environment |= {"LC_ALL": "C.UTF-8", "BROWSER": "true", "PYTHONUNBUFFERED": "1"}
    command = execution(desktop / "打开网页.desktop")
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, start_new_session=True
    ) as running:
        assert running.stdout
        said = running.stdout.readline().decode()
        os.killpg(running.pid, signal.SIGTERM)
    assert "http://127.0.0.1:" in said, said


# ── the command ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_command_refuses_before_it_fetches(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        commands, ["windows", "--python-embed", str(embed(tmp_path, "310")), "--out", str(tmp_path)]
    )
    assert isinstance(done.exception, UserError)
    assert not [path for path in tmp_path.iterdir() if "自评" in path.name]


def test_programs_stay_programs(tmp_path: Path) -> None:
    pack([File("a.sh", b"x", program=True), File("b.txt", b"y")], "自评", tmp_path / "a.zip")
    with ZipFile(tmp_path / "a.zip") as archive:
        modes = {entry.filename: entry.external_attr >> 16 & 0o777 for entry in archive.infolist()}
    assert modes == {"自评/a.sh": 0o755, "自评/b.txt": 0o644}
