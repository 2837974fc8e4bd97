"""Files that are named on the command line or by a batch: none keeps anybody waiting, each refusal is one sentence."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import selfeval_xl
from selfeval_xl import console, convert, telling
from selfeval_xl.cli import commands
from selfeval_xl.given_files import Unreadable, content_of, why
from tests.damaged_cells import COMPLETE, sample

TEMPLATE = next((Path(__file__).parents[1] / "workbook_templates").glob("*报告模板.docx"))
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="named pipes, permissions: not on Windows")
Make = Callable[[Path], None]


def command(
    *arguments: object, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "selfeval_xl", *map(str, arguments)],
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
        timeout=60,
        preexec_fn=before,
    )


def one_sentence(done: subprocess.CompletedProcess[bytes], said: str, code: int = 2) -> None:
    sentence = done.stderr.decode()
    assert (done.returncode, sentence.count("。"), said in sentence) == (code, 1, True), sentence


def filled(folder: Path) -> Path:
    (folder / "填报.xlsx").write_bytes(sample(COMPLETE).content())
    return folder / "填报.xlsx"


@POSIX
@pytest.mark.parametrize("option", ["--overlay", "--report-template"])
def test_a_pipe_keeps_nobody_waiting(tmp_path: Path, option: str) -> None:
    os.mkfifo(tmp_path / "管道")
    one_sentence(command("convert", filled(tmp_path), option, tmp_path / "管道"), "不是普通文件")


@POSIX
@pytest.mark.parametrize("name", ["名单.txt", "名单.csv", "名单.xlsx"])
def test_a_list_of_units_that_is_a_pipe(tmp_path: Path, name: str) -> None:
    filled(tmp_path)
    os.mkfifo(tmp_path / name)
    done = command("batch", tmp_path, "--out", tmp_path / "结果", "--units", tmp_path / name)
    one_sentence(done, "不是普通文件")


@POSIX
@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no device without an end")
def test_a_list_of_units_without_an_end(tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / "名单.txt").symlink_to("/dev/zero")
    done = command("batch", tmp_path, "--out", tmp_path / "结果", "--units", tmp_path / "名单.txt")
    one_sentence(done, "不是普通文件")


@POSIX
@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda path: None, "找不到"),
        (lambda path: path.mkdir(), "是文件夹"),
        (lambda path: path.symlink_to(path), "绕回自身"),
        (lambda path: path.write_bytes(b"%TSD-Header-###%" + bytes(99)), "被安全软件（文档加密）加密"),
        (lambda path: path.write_bytes(b"b\x14#e\2\0\0\0E-SafeNet\0\0\0LOCK" + bytes(99)), "被安全软件"),
        (lambda path: path.write_bytes(b"\x9b DRMONE  This Document is encrypted"), "被安全软件"),
    ],
    ids=["not there", "a folder", "a circle", "TSD", "E-SafeNet", "Fasoo"],
)
def test_what_stands_in_the_way(tmp_path: Path, make: Make, said: str) -> None:
    make(tmp_path / "填报.xlsx")
    with pytest.raises(Unreadable) as refusal:
        content_of(tmp_path / "填报.xlsx", 1000)
    assert said in refusal.value.what
    one_sentence(command("check", tmp_path / "填报.xlsx"), said)


@pytest.mark.parametrize(
    "content",
    [b"", b"a", bytes(5), b"an E-SafeNet far behind".rjust(200)],
    ids=["empty", "a sign", "noughts", "the name of a program"],
)
def test_any_other_file_is_read(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    assert content_of(tmp_path / "x", 1000) == content
    assert content_of(tmp_path / "x", 3) == content[:4]


def test_a_name_that_is_too_long() -> None:
    with pytest.raises(Unreadable, match="太长"):
        content_of(Path("长" * 400), 10)
    with pytest.raises(Unreadable, match="找不到"):
        content_of(Path("a\0b"), 10)


@pytest.mark.parametrize(
    ("number", "said"), [(32, "占用"), (225, "病毒"), (6000, "被系统加密"), (None, "没有读取权限")]
)
def test_what_windows_says(number: int | None, said: str) -> None:
    """Simulated: the same call as on Windows raises a PermissionError with such a number."""
    trouble = PermissionError(13, "denied")
    trouble.winerror = number  # type: ignore[attr-defined, unused-ignore]
    assert said in why(trouble)[0]


@POSIX
@pytest.mark.parametrize("option", ["", "--overlay", "--report-template"])
def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, option: str) -> None:
    """Root may read everything: simulated where root runs this, and real elsewhere."""
    closed = tmp_path / "不许读"
    closed.write_bytes(b"x")
    closed.chmod(0)
    opened: Any = Path.open

    def open_(path: Path, *mode: Any, **more: Any) -> Any:
        if path == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *mode, **more)

    monkeypatch.setattr(Path, "open", open_)
    monkeypatch.setattr(os, "access", lambda path, mode, **_: Path(path) != closed)
    said: list[str] = []
    monkeypatch.setattr(console, "say", lambda text, err=False: said.append(text))
    source = filled(tmp_path)
    arguments = [str(source), option, str(closed)] if option else [str(closed)]
    assert console.run(commands, ["convert", *arguments]) == 2
    assert "没有读取权限" in said[0]
    assert "命令写法" not in said[0]


# ── clock and memory ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("year", [1969, 1979, 2024, 2108])
def test_any_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    """A flat battery: zip knows no such years. The bytes are the same under each."""
    source = filled(tmp_path)
    own = selfeval_xl.report_template(TEMPLATE)
    right = [path.read_bytes() for path in convert(source, tmp_path / "对", template=own).files]
    moment = time.struct_time((year, 6, 1, 8, 0, 0, 0, 152, 0))
    seconds = (year - 1970) * 365.25 * 86_400
    monkeypatch.setattr(time, "localtime", lambda *_: moment)
    monkeypatch.setattr(time, "time", lambda: seconds)
    own = selfeval_xl.report_template(TEMPLATE)
    assert [path.read_bytes() for path in convert(source, tmp_path / "错", template=own).files] == right
    assert len(list((tmp_path / "错").iterdir())) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="limits of address space are Linux's")
@pytest.mark.parametrize("mebibytes", [80, 150])
@pytest.mark.parametrize("name", ["check", "convert"])
def test_too_little_memory(tmp_path: Path, name: str, mebibytes: int) -> None:
    import resource

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (mebibytes * 2**20, mebibytes * 2**20))

    one_sentence(command(name, filled(tmp_path), before=limit), "内存不足", 3)
    assert [path.name for path in tmp_path.iterdir()] == ["填报.xlsx"]


# ── what a console shows ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("digits", [70, 4_300, 4_301, 32_767])
def test_a_number_without_end(tmp_path: Path, digits: int) -> None:
    """Python takes no 4,301 digits; the console shows the beginning, the data all."""
    book = sample(COMPLETE)
    book.sheet("2收支情况").put_text("B6", "9" * digits)
    (tmp_path / "填报.xlsx").write_bytes(book.content())
    outcome = selfeval_xl.examine(tmp_path / "填报.xlsx")
    (found,) = [f for f in outcome.conclusion.findings if f.rule == "R-05"]
    assert [str(place) for place in found.places] == ["2收支情况!B6"]
    assert found.message.startswith("“" + "9" * digits + "”不是")
    page = telling.outcome_page("填报.xlsx", outcome, 99)
    assert max(map(len, page.splitlines())) < 1_000
    assert "9" * 58 + "…”不是" in page


def test_what_is_not_listed_is_counted(tmp_path: Path) -> None:
    outcome = selfeval_xl.examine(filled(tmp_path))
    count = len(outcome.conclusion.findings)
    assert telling.outcome_page("x", outcome, 2).splitlines()[-1].strip().startswith(f"另有 {count - 2} 条")
    assert "另有" not in telling.outcome_page("x", outcome, count).splitlines()[-1]
    assert "另有" not in telling.outcome_page("x", outcome, 0)
