"""The command as people run it: what it prints, what it writes, its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from docx import Document

from tests.build import SAMPLES

JUNSHAN = SAMPLES / "junshan-2023" / "填报.xlsx"
COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"


def run(
    *arguments: object, encoding: str = "utf-8", cwd: Path | None = None
) -> subprocess.CompletedProcess[bytes]:
    """`python -m selfeval_xl …` as a process of its own."""
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONPATH": str(SAMPLES.parent)}
    command = [sys.executable, "-m", "selfeval_xl", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, env=environment, cwd=cwd, check=False, timeout=120)


@pytest.mark.parametrize(
    ("sample", "code", "verdict"), [(JUNSHAN, 1, "有错误 1 条、未填完"), (COMPLETE, 0, "可报送")]
)
def test_convert_says_in_one_line_what_it_found(
    tmp_path: Path, sample: Path, code: int, verdict: str
) -> None:
    before = (sample.read_bytes(), sample.stat().st_mtime_ns)
    done = run("convert", sample, "--out", tmp_path / "出")
    assert (done.returncode, done.stderr) == (code, b"")
    assert len(done.stdout.decode().splitlines()) == 1
    assert verdict in done.stdout.decode()
    names = sorted(path.name for path in (tmp_path / "出").iterdir())
    assert [name.rsplit("-", 1)[1] for name in names] == ["核对结果.xlsx", "自评报告.docx"]
    assert (sample.read_bytes(), sample.stat().st_mtime_ns) == before


def test_a_file_alone_means_convert(tmp_path: Path) -> None:
    copy = tmp_path / "填报 副本.xlsx"
    copy.write_bytes(COMPLETE.read_bytes())
    assert run(copy).returncode == 0
    assert len(list(tmp_path.iterdir())) == 3


def test_json(tmp_path: Path) -> None:
    done = run("check", JUNSHAN, "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["verdict"]) == (1, "有错误")
    (error,) = [finding for finding in said["findings"] if finding["level"] == "错误"]
    assert error["rule"] == "B-02"
    assert (error["status"], error["left"], error["right"], error["difference"]) == ("不符", 9.0, -7.0, 16.0)
    gap = next(finding for finding in said["findings"] if finding["rule"] == "A1-06")
    assert (gap["left"], gap["right"], gap["difference"]) == (879.36, 870.36, 9.0)
    assert set(error) == {
        "rule", "level", "status", "cells", "message", "left", "right", "difference", "suspects"
    }  # fmt: skip
    assert gap["suspects"] == [["3项目清单!K7"]]


def test_check_says_what_is_explained_as_explained() -> None:
    """The complete sample is ready: nothing of it is listed as open."""
    head, *listed = run("check", COMPLETE).stdout.decode().splitlines()
    assert "可报送；警告 0 条" in head
    assert len(listed) == 8
    assert all(line.startswith("  已说明 A2-09 ") for line in listed)
    assert "扣0.16分（跨部门案件权责交叉" in listed[0]


def test_check_writes_nothing(tmp_path: Path) -> None:
    copy = tmp_path / "填报.xlsx"
    copy.write_bytes(JUNSHAN.read_bytes())
    run("check", copy, cwd=tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["填报.xlsx"]


def test_template(tmp_path: Path) -> None:
    done = run("template", "--year", 2024, "--projects", 2, "--out", tmp_path / "空白.xlsx")
    assert done.returncode == 0
    assert run("check", tmp_path / "空白.xlsx").returncode == 1


def test_rules() -> None:
    listed = run("rules").stdout.decode()
    page = run("rules", "x-01").stdout.decode()
    assert "X-01" in listed
    assert "R-05" in listed
    assert "依据" in page
    assert run("rules", "Z-99").returncode == 2


def test_fields() -> None:
    page = run("fields", encoding="gbk").stdout.decode("gbk")
    assert "staff.now                 文字  年末在职人数" in page
    data = json.loads(run("fields", "--json").stdout)
    assert {"field": "staff.now", "kind": "文字", "meaning": "年末在职人数", "sample": "54人"} in data


def test_public(tmp_path: Path) -> None:
    done = run("convert", COMPLETE, "--public", "--out", tmp_path)
    assert (done.returncode, done.stderr) == (0, b"")
    assert [path.name.rsplit("-", 1)[1] for path in tmp_path.iterdir()] == ["自评报告（公开版）.docx"]


def test_public_is_refused_while_there_are_errors(tmp_path: Path) -> None:
    done = run("convert", JUNSHAN, "--public", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (1, b"")
    (sentence,) = done.stderr.decode().splitlines()
    assert "有错误 1 条、未填完（必填 10 项），不能生成公开版；请先按核对结果改正、补填。" in sentence
    assert not list(tmp_path.iterdir())


def own_template(path: Path, old: str, new: str) -> Path:
    """The form's template with other words in its paragraphs."""
    document = Document(str(SAMPLES.parent / "selfeval_xl" / "forms" / "hunan-2023" / "report.docx"))
    for paragraph in document.paragraphs:
        for piece in paragraph.runs:
            piece.text = piece.text.replace(old, new)
    document.save(str(path))
    return path


def test_the_units_own_template(tmp_path: Path) -> None:
    own = own_template(tmp_path / "甲.docx", "{{ staff.rate }}", "")
    done = run("convert", COMPLETE, "--out", tmp_path / "出", "--report-template", own)
    said = done.stdout.decode().splitlines()
    assert (done.returncode, len(said), len(list((tmp_path / "出").iterdir()))) == (0, 2, 2)
    assert said[1].startswith("提示：报告模板“甲.docx”没有写出staff.rate（在职人员控制率（带逗号）），")
    done = run("convert", COMPLETE, "--out", tmp_path / "出", "--report-template", own, "--json")
    assert json.loads(done.stdout)["notes"] == said[1:]


def test_a_template_that_cannot_be_used_stops_before_anything_is_written(tmp_path: Path) -> None:
    own = own_template(tmp_path / "甲.docx", "staff.now", "staff.nwo")
    done = run("convert", COMPLETE, COMPLETE, "--out", tmp_path / "出", "--report-template", own)
    assert (done.returncode, done.stdout) == (2, b"")
    (sentence,) = done.stderr.decode().splitlines()
    assert "没有字段“staff.nwo”；是不是“staff.now”？" in sentence
    assert not (tmp_path / "出").exists()


UNUSABLE = {
    "no such file": ("没有.xlsx", None),
    "a text": ("说明.xlsx", "单位,金额".encode("gbk")),
    "not ours": ("别的.pdf", b"%PDF-1.7"),
    "torn": ("断.xlsx", JUNSHAN.read_bytes()[:5000] if JUNSHAN.exists() else b""),
}


@pytest.mark.parametrize(("name", "content"), UNUSABLE.values(), ids=UNUSABLE)
def test_a_file_that_cannot_be_used(tmp_path: Path, name: str, content: bytes | None) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    done = run("convert", path)
    assert done.returncode == 2
    assert done.stdout == b""
    (sentence,) = done.stderr.decode().splitlines()
    assert name in sentence
    assert [p.name for p in tmp_path.iterdir()] == ([name] if content is not None else [])


def test_one_bad_file_does_not_stop_the_rest(tmp_path: Path) -> None:
    done = run("convert", tmp_path / "没有.xlsx", COMPLETE, "--out", tmp_path)
    assert done.returncode == 2
    assert len(list(tmp_path.iterdir())) == 2


def test_two_files_of_one_unit_keep_apart(tmp_path: Path) -> None:
    copy = tmp_path / "第二稿.xlsx"
    copy.write_bytes(COMPLETE.read_bytes())
    done = run("convert", COMPLETE, copy, "--out", tmp_path / "出")
    assert done.returncode == 0
    names = sorted(path.name for path in (tmp_path / "出").iterdir())
    assert len(names) == 4
    assert sum("第二稿" in name for name in names) == 2


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is a device of Linux")
def test_a_console_that_takes_nothing(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8", "PYTHONPATH": str(SAMPLES.parent)}
    with open("/dev/full", "wb") as full:
        command = [sys.executable, "-m", "selfeval_xl", "convert", str(COMPLETE), "--out", str(tmp_path)]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, env=environment, check=False)
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    assert len(list(tmp_path.iterdir())) == 2


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "出").write_text("a file stands where the folder should")
    done = run("convert", COMPLETE, "--out", tmp_path / "出")
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["convert"], ["check", "--nonsense"], ["template", "--year", "abc"]]
)
def test_a_wrong_command(arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode in (0, 2)
    assert b"Traceback" not in done.stdout + done.stderr


BAD_VALUES = {
    "--year 的值不对，应为整数": ["template", "--year", "abc"],
    "--projects 的值不对，应为 1 到 99 的整数": ["template", "--projects", "0"],
    "--workers 的值不对，应为 1 到 64 的整数": ["batch", ".", "--out", "出", "--workers", "x"],
}


@pytest.mark.parametrize(("said", "arguments"), BAD_VALUES.items(), ids=BAD_VALUES)
def test_a_value_that_an_option_does_not_take(said: str, arguments: list[str], tmp_path: Path) -> None:
    done = run(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == f"命令写法有误：{said}；运行 selfeval --help 查看用法。\n"


@pytest.mark.parametrize("encoding", ["gbk", "ascii"])
def test_old_consoles(tmp_path: Path, encoding: str) -> None:
    done = run("convert", JUNSHAN, "--out", tmp_path, encoding=encoding)
    assert done.returncode == 1
    assert done.stderr == b""
    assert b"-" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="a pipe without a reader is made as on Linux")
def test_who_reads_no_further_stops_nothing(tmp_path: Path) -> None:
    sources = [SAMPLES / name / "填报.xlsx" for name in ("示例单位-2023", "示例乡镇-2023")]
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "selfeval_xl", "convert", *sources, "--out", tmp_path],
        stdout=writing, stderr=subprocess.PIPE, env={**os.environ, "PYTHONPATH": str(SAMPLES.parent)},
        check=False, timeout=120,
    )  # fmt: skip
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(list(tmp_path.iterdir())) == 4


def test_our_own_bug_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import selfeval_xl
    from selfeval_xl import cli, console

    def broken(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(selfeval_xl, "examine", broken)
    assert console.run(cli.commands, ["check", str(JUNSHAN)]) == 4
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 1
    saved = Path(next(word for word in said.split() if word.endswith(".txt")))
    assert "ZeroDivisionError" in saved.read_text("utf-8")
    saved.unlink()


@pytest.mark.parametrize("arguments", ["--help", "rules", "fields"])
def test_light_commands_import_no_pandas(arguments: str) -> None:
    run = f"console.run(cli.commands, ['{arguments}'])"
    code = f"import sys; from selfeval_xl import cli, console; {run}; print('pandas' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env={**os.environ, "PYTHONPATH": str(SAMPLES.parent)},
        check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.decode().splitlines()[-1] == "False"


def test_the_same_bytes_again(tmp_path: Path) -> None:
    """Another folder, hash seed, time zone and locale: the same two files to the byte."""
    outputs = []
    for number, settings in enumerate(
        ({"PYTHONHASHSEED": "1", "TZ": "Asia/Shanghai"}, {"PYTHONHASHSEED": "2", "LC_ALL": "C"})
    ):
        out = tmp_path / str(number)
        environment = {
            **os.environ,
            **settings,
            "PYTHONIOENCODING": "utf-8",
            "PYTHONPATH": str(SAMPLES.parent),
        }
        command = [sys.executable, "-m", "selfeval_xl", "convert", str(COMPLETE), "--out", str(out)]
        subprocess.run(command, env=environment, check=True, capture_output=True, timeout=120)
        outputs.append({path.name: path.read_bytes() for path in sorted(out.iterdir())})
    assert outputs[0] == outputs[1]
