"""The process apart: whatever becomes of it, ours goes on, says one sentence, and the console stays clean."""

from pathlib import Path

import pytest

from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading import apart
from selfeval_xl.reading.grids import read_sheets
from selfeval_xl.reading.opening import open_source
from tests.fuzzing import BINARY, REGRESSIONS

WAYS_TO_END: dict[str, tuple[str, str]] = {
    "abort": ("import os; os.abort()", "读不出来"),
    "an exception": ("1/0", "读不出来"),
    "a wrong exit code": ("import sys; sys.exit(3)", "读不出来"),
    "no answer": ("pass", "读不出来"),
    "half an answer": ("import os; os.write(1, b'\\x80\\x05]')", "读不出来"),
    "chatter on standard error": ("import os; os.write(2, b'panicked'); os.abort()", "读不出来"),
    "never": ("import time; time.sleep(60)", "读不出来"),
    "a password": ("import os, pickle; os.write(1, pickle.dumps('password'))", "密码"),
}


@pytest.mark.parametrize(("call", "word"), WAYS_TO_END.values(), ids=WAYS_TO_END)
def test_however_it_ends(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], call: str, word: str
) -> None:
    monkeypatch.setattr(apart, "_CALL", call)
    monkeypatch.setattr(apart, "SECONDS", 1 if "sleep" in call else 30)
    with pytest.raises(UnusableFile, match=word) as refusal:
        read_sheets(open_source(BINARY))
    assert str(refusal.value).count("。") == 1
    assert capfd.readouterr() == ("", "")


def test_no_interpreter_to_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(UnusableFile, match="读不出来"):
        read_sheets(open_source(BINARY))


def test_a_file_that_asks_for_hundreds_of_gib(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UnusableFile, match="读不出来"):
        read_sheets(open_source(REGRESSIONS / "binary-hundreds-of-gib.xls"))
    assert capfd.readouterr() == ("", "")


def test_the_folder_of_the_file_is_no_place_to_import_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A module of a library's name beside the dropped file is not run."""
    for name in ("python_calamine", "pickle", "resource"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('run')")
    copy = tmp_path / "填报.xls"
    copy.write_bytes(BINARY.read_bytes())
    monkeypatch.chdir(tmp_path)
    assert read_sheets(open_source(copy))[0].name == "1基本情况"
