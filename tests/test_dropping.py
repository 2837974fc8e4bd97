"""一键转换: the batch file as far as no Windows is needed for it, its twin for macOS and Linux for real."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.build import ROOT, SAMPLES, TEMPLATES

BATCH, TWIN, NOTES = (TEMPLATES / name for name in ("一键转换.bat", "一键转换.command", "说明.txt"))
ODD = ("甲 & 乙 (1)! %PATH% 'x'/填 报$HOME.xlsx", "a&b.xlsx", "(一)^！.xlsx", "-短.xlsx")


def lines() -> list[str]:
    text = BATCH.read_bytes().decode("ascii")
    return [line for line in text.replace("\r\n", "\n").split("\n") if line and not line.startswith("rem ")]


# ── the batch file ──────────────────────────────────────────────────────────────────────────────────────────


def test_ascii_and_windows_line_ends() -> None:
    """cmd.exe loses its place in a batch of bare line feeds, and reads all but ASCII by the code page of the day."""
    content = BATCH.read_bytes()
    assert content.count(b"\n") == content.count(b"\r\n") > 30
    assert max(content) < 128
    kinds = dict(
        line.split(" ", 1)
        for line in (ROOT / ".gitattributes").read_text().splitlines()
        if line[:1] not in "#"
    )
    assert kinds["*.bat"] == "text eol=crlf"


def test_dropped_names_never_meet_the_parser() -> None:
    """A name is code to cmd.exe wherever %1 or %* stands bare, and in brackets; `!x!` alone is put in afterwards."""
    for line in lines():
        assert not re.search(r"%~?[a-z]*[1-9]", line), line
        assert "%*" not in line or line == "set typed=%*"
        assert not line.endswith("(")
        assert "call " not in line
    assert "setlocal EnableDelayedExpansion" in lines()
    assert {"%run% !task! !files!", '"!own!" -P -m selfeval_xl !task! !files!'} <= set(lines())


def test_every_label_is_there_and_the_window_stays() -> None:
    labels = {line.removeprefix(":") for line in lines() if line.startswith(":")}
    assert {line.rpartition("goto ")[2] for line in lines() if "goto " in line} <= labels
    assert lines()[-2:] == ["pause", "exit !code!"]
    assert "if not defined dropped exit /b !code!" in lines()


def test_the_three_ways_to_run_it() -> None:
    ways = [line.removeprefix('set "run=').removesuffix('"') for line in lines() if 'set "run=' in line]
    assert ways == ["selfeval.exe", "py.exe -3 -P -m selfeval_xl", "python.exe -P -m selfeval_xl"]
    asked = [at for at, line in enumerate(lines()) if line == "%run% --version >nul 2>nul"]
    assert len(asked) == len(ways)
    # A crash ends with a number below 0, which `if not errorlevel 1` takes for success.
    assert {lines()[at + 1] for at in asked} == {"if !errorlevel! equ 0 goto convert"}


def test_no_other_batch_is_begun() -> None:
    """A batch that begins another without `call` never comes back, and `call` would parse the names again."""
    begun = re.findall(r'"run=(\S+?)[ "]', BATCH.read_text("ascii"))
    assert len(begun) == 3
    assert all(program.endswith(".exe") for program in begun)


def dropped(line: str) -> str:
    """What the batch takes for the files, from cmd's own command line: its two substitutions in Python."""
    _, found, tail = line.partition('/c ""')
    assert found, "typed, not dropped: the batch takes %*"
    _, found, files = tail.partition('.bat" ')
    return files[:-1].strip() if found else ""


def as_windows_splits(text: str) -> list[str]:
    """The arguments that a Windows program sees; names hold no quotes."""
    return [quoted or bare for quoted, bare in re.findall(r'"([^"]*)"|(\S+)', text)]


@pytest.mark.parametrize("folder", ["C:\\表 (1)", "D:\\甲&乙!%TEMP%"])
@pytest.mark.parametrize(
    "names", [[], [r"C:\a&b.xlsx"], [r"C:\填 报 (1)!.xlsx", r"D:\x%y%^&z.xlsx", r"E:\三.xlsx"]]
)
def test_dropped_files_are_found(folder: str, names: list[str]) -> None:
    """As Explorer starts a batch file: names are quoted where they hold spaces, and only there."""
    said = " ".join(f'"{name}"' if " " in name else name for name in names)
    line = rf'C:\WINDOWS\system32\cmd.exe /c ""{folder}\一键转换.bat" {said}"'
    assert as_windows_splits(dropped(line)) == names


# ── the command line that it calls, and the twin ────────────────────────────────────────────────────────────


@pytest.fixture
def odd(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "收" / name for name in ODD]
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(SAMPLES / "示例单位-2023" / "填报.xlsx", path)
    return paths


def environment(programs: Path | None) -> dict[str, str]:
    """Only these programs and the system's own; no selfeval, no Python unless they are there."""
    path = os.pathsep.join([*([str(programs)] if programs else []), "/usr/bin", "/bin"])
    return {"PATH": path, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "HOME": "/nowhere"}


def results(folder: Path) -> list[str]:
    return sorted(path.name.rpartition("-")[2] for path in folder.glob("*-2023-*"))


def test_the_python_command_line(odd: list[Path]) -> None:
    arguments = [sys.executable, "-P", "-m", "selfeval_xl"]
    done = subprocess.run([*arguments, "--version"], env=environment(None), capture_output=True, timeout=60)
    assert done.returncode == 0
    done = subprocess.run(
        [*arguments, *map(str, odd[:1])], env=environment(None), capture_output=True, timeout=60
    )
    assert done.returncode == 0
    assert results(odd[0].parent) == ["核对结果.xlsx", "自评报告.docx"]


needs_sh = pytest.mark.skipif(os.name == "nt", reason="the twin is for macOS and Linux")


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with this Python as python3."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    (folder / "python3").chmod(0o755)
    return folder


@needs_sh
def test_the_twin_takes_odd_names(odd: list[Path], programs: Path) -> None:
    command = ["sh", str(TWIN), *map(str, odd)]
    done = subprocess.run(command, env=environment(programs), capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("可报送") == len(odd)
    assert results(odd[0].parent) == ["核对结果.xlsx", "自评报告.docx"]


@needs_sh
def test_the_twin_asks_when_it_is_opened(odd: list[Path], programs: Path) -> None:
    """A terminal writes dropped names with backslashes; nothing of them is run."""
    escaped = [re.sub(r"([^\w/.-])", r"\\\1", str(path), flags=re.ASCII) for path in odd[:2]]
    said = " ".join([*escaped, "'$(touch kaput)'"]) + "\n\n"
    done = subprocess.run(
        ["sh", str(TWIN)], env=environment(programs), input=said, capture_output=True, text=True, timeout=120,
        cwd=programs,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stdout.count("可报送") == len(escaped)
    assert "按回车键关闭窗口" in done.stdout
    assert sorted(path.name for path in programs.iterdir()) == ["python3"]


@needs_sh
def test_the_twin_passes_the_exit_code_on(programs: Path) -> None:
    (programs / "selfeval").write_text('#!/bin/sh\ntest "$1" = --version || exit 3\n')
    (programs / "selfeval").chmod(0o755)
    done = subprocess.run(
        ["sh", str(TWIN), "x.xlsx"], env=environment(programs), capture_output=True, timeout=60
    )
    assert done.returncode == 3


@needs_sh
def test_the_twin_says_what_is_missing(tmp_path: Path) -> None:
    """A Python without the package, and the system's own made useless."""
    for name in ("python3", "python", "selfeval"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    twin = tmp_path / "表" / TWIN.name
    twin.parent.mkdir()
    shutil.copy(TWIN, twin)
    done = subprocess.run(
        ["sh", str(twin), "x.xlsx"], env=environment(tmp_path), capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "安装 Python 3.11" in done.stderr


@needs_sh
def test_the_twin_can_be_opened() -> None:
    assert os.access(TWIN, os.X_OK)
    assert b"\r" not in TWIN.read_bytes()


# ── 说明.txt ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_notes_name_every_file_of_the_folder() -> None:
    content = NOTES.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    text = content.decode("utf-8-sig")
    names = {path.name for path in TEMPLATES.iterdir() if not path.name.startswith(("~", "."))} - {NOTES.name}
    assert [name for name in names if name not in text] == []


def test_the_batch_opens_the_notes() -> None:
    """By a pattern, since its own name is not ASCII."""
    (pattern,) = re.findall(r"in \(\"%~dp0([^\"]+)", BATCH.read_text("ascii"))
    assert [path.name for path in TEMPLATES.glob(pattern)] == [NOTES.name]
