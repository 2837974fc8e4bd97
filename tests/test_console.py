"""Consoles of every kind: no traceback, the right exit code, and the files are written whatever can be shown."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.build import SAMPLES

JUNSHAN = SAMPLES / "junshan-2023" / "填报.xlsx"
POSIX = pytest.mark.skipif(os.name != "posix", reason="descriptors and byte names of Unix")
HOME = {"PYTHONPATH": str(SAMPLES.parent)}


def run(
    *arguments: str | bytes | Path,
    environment: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "selfeval_xl", *arguments]
    return subprocess.run(
        command,
        capture_output=True,
        env={**os.environ, **HOME, **(environment or {})},
        preexec_fn=before,
        check=False,
        timeout=120,
    )


def closing(*descriptors: int) -> Callable[[], None]:
    def close() -> None:
        for descriptor in descriptors:
            os.close(descriptor)

    return close


def filling(descriptor: int) -> Callable[[], None]:
    """The stream leads to a disk without room."""

    def fill() -> None:
        os.dup2(os.open("/dev/full", os.O_WRONLY), descriptor)

    return fill


ENCODINGS: dict[str, tuple[dict[str, str], str]] = {
    "GBK": ({"PYTHONIOENCODING": "gbk"}, "gbk"),
    "GB18030": ({"PYTHONIOENCODING": "gb18030"}, "gb18030"),
    "ASCII": ({"PYTHONIOENCODING": "ascii"}, "utf-8"),
    "latin-1": ({"PYTHONIOENCODING": "latin-1"}, "latin-1"),
    "UTF-8": ({"PYTHONUTF8": "1"}, "utf-8"),
    "LC_ALL=C": ({"LC_ALL": "C"}, "utf-8"),
}


@pytest.mark.parametrize(("environment", "encoding"), ENCODINGS.values(), ids=ENCODINGS)
def test_encodings(tmp_path: Path, environment: dict[str, str], encoding: str) -> None:
    done = run("convert", JUNSHAN, "--out", tmp_path, environment=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    assert len(list(tmp_path.iterdir())) == 2
    said = done.stdout.decode(encoding)
    assert len(said.splitlines()) == 1
    assert encoding == "latin-1" or "有错误 1 条" in said


def test_everything_that_is_said_fits_gbk() -> None:
    """Each rule's page and all the help: nothing becomes a question mark on the consoles of China."""
    for arguments in (["rules"], ["--help"], ["convert", "--help"], ["fields"], ["check", str(JUNSHAN)]):
        done = run(*arguments, environment={"PYTHONUTF8": "1"})
        assert done.stderr == b""
        done.stdout.decode("utf-8").encode("gbk")


@POSIX
def test_a_system_that_knows_no_chinese_names(tmp_path: Path) -> None:
    """One sentence, and nothing half written."""
    environment = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = run("convert", JUNSHAN, "--out", tmp_path, environment=environment)
    assert done.returncode == 3
    assert "PYTHONUTF8=1" in done.stderr.decode()
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


STREAMS: dict[str, tuple[Callable[[], None], int]] = {
    "no standard input": (closing(0), 1),
    "no standard output": (closing(1), 1),
    "no standard error": (closing(2), 1),
    "no stream at all": (closing(0, 1, 2), 1),
    "full standard output": (filling(1), 3),
    "full standard error": (filling(2), 1),
}


@POSIX
@pytest.mark.parametrize(("before", "code"), STREAMS.values(), ids=STREAMS)
def test_streams_that_take_nothing(tmp_path: Path, before: Callable[[], None], code: int) -> None:
    done = run("convert", JUNSHAN, "--out", tmp_path, before=before)
    assert done.returncode == code
    assert b"Traceback" not in done.stdout + done.stderr
    assert len(list(tmp_path.iterdir())) == 2


@POSIX
@pytest.mark.parametrize("before", [closing(2), filling(2), closing(0, 1, 2)], ids=["closed", "full", "none"])
def test_a_sentence_that_nobody_hears(tmp_path: Path, before: Callable[[], None]) -> None:
    """The exit code says that the file cannot be used."""
    done = run("convert", tmp_path / "没有.xlsx", before=before)
    assert (done.returncode, done.stdout) == (2, b"")


@POSIX
@pytest.mark.parametrize("arguments", [["rules"], ["check", str(JUNSHAN)], ["check", str(JUNSHAN), "--json"]])
def test_a_reader_that_goes_away(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "selfeval_xl", *arguments]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **HOME}
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert process.returncode in (0, 1)
    assert said == b""


BYTES = "填报".encode("gbk")
"""A file name from a system of GBK: no text in UTF-8."""


@POSIX
@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "ascii"])
def test_names_that_are_no_text(tmp_path: Path, encoding: str) -> None:
    folder = os.fsencode(tmp_path)
    source, out = folder + b"/" + BYTES + b".xlsx", folder + b"/" + BYTES
    with open(source, "wb") as file:
        file.write(JUNSHAN.read_bytes())
    environment = {"PYTHONIOENCODING": encoding, "LC_ALL": "C.UTF-8"}
    done = run("convert", source, "--out", out, environment=environment)
    assert (done.returncode, done.stderr) == (1, b"")
    # Of ASCII click knows that it is meant for a console that takes UTF-8.
    assert done.stdout.decode("gbk" if encoding == "gbk" else "utf-8").startswith("填报.xlsx：")
    assert len(os.listdir(out)) == 2
    done = run("convert", source, "--out", out, "--json", environment=environment)
    assert len(json.loads(done.stdout)["files"]) == 2
    missing = run("convert", folder + b"/" + BYTES + b"?.xlsx", environment=environment)
    assert missing.returncode == 2
    assert len(missing.stderr.splitlines()) == 1


def test_names_that_gbk_does_not_have(tmp_path: Path) -> None:
    source = tmp_path / "😀𠮷.xlsx"
    source.write_bytes(JUNSHAN.read_bytes())
    done = run("convert", source, "--out", tmp_path, environment={"PYTHONIOENCODING": "gbk"})
    assert (done.returncode, done.stderr) == (1, b"")
    assert "有错误 1 条" in done.stdout.decode("gbk")
