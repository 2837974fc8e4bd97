"""The stories under `samples/`: expected findings and report as text, beside the workbooks."""

from pathlib import Path

import pytest

from selfeval_xl import Outcome, convert, examine
from selfeval_xl.findings import Level, Status
from selfeval_xl.reading.reader import read
from tests.build import SAMPLES, SAVED
from tests.conftest import Golden
from tests.documents import text_of
from tests.libreoffice import LibreOffice

FOLDERS = sorted(path.parent for path in SAMPLES.glob("*/填报.md"))


def findings_text(outcome: Outcome) -> str:
    """Verdict, then a line a finding: level, status, rules, cells, message, reason."""
    lines = [outcome.conclusion.summary.sentence]
    for finding in outcome.conclusion.findings:
        cells = "、".join(str(place) for place in finding.places)
        reason = f"｜{finding.reason}" if finding.reason else ""
        lines.append(f"{finding.level} {finding.status} {finding.rule} [{cells}] {finding.message}{reason}")
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_sample(folder: Path, tmp_path: Path, golden: Golden) -> None:
    outcome = convert(folder / "填报.xlsx", tmp_path)
    golden(folder / "期望.txt", findings_text(outcome))
    report = next(path for path in outcome.files if path.suffix == ".docx")
    golden(folder / "自评报告.txt", text_of(report.read_bytes()))


def told(sample: str) -> list[tuple[str, str]]:
    """(level, rule) of what is open: broken or a residual."""
    findings = examine(SAMPLES / sample / "填报.xlsx").conclusion.findings
    return [(f.level, f.rule) for f in findings if f.status in (Status.BROKEN, Status.RESIDUAL)]


def test_junshan_tells_what_is_wrong_and_nothing_else() -> None:
    assert told("junshan-2023") == [
        ("错误", "B-02"), ("警告", "A1-06"), ("警告", "B-09"), ("警告", "B-14"),
        ("提示", "B-05"), ("提示", "B-05"), ("提示", "B-20"),
    ]  # fmt: skip


def test_the_complete_unit_is_ready() -> None:
    conclusion = examine(SAMPLES / "示例单位-2023" / "填报.xlsx").conclusion
    assert conclusion.standing == "可报送"
    assert [f for f in conclusion.findings if f.status is not Status.EXPLAINED] == []


def test_the_township_raises_no_false_alarm() -> None:
    assert [level for level, _ in told("示例乡镇-2023")].count(Level.ERROR) == 0
    assert told("示例乡镇-2023") == [("提示", "A1-08"), ("提示", "B-18")]


def test_junshan_report_says_what_is_known_and_no_more() -> None:
    report = (SAMPLES / "junshan-2023" / "自评报告.txt").read_text("utf-8").partition("\n附件1\n")[0]
    for said in ("减少7人", "为年初预算的32.16%", "我单位2023年度无政府性基金预算支出"):
        assert said in report
    for unsaid in ("执行率", "3.22", "“三公”经费", "核定编制", "等级", "None", "增加-"):
        assert unsaid not in report


def test_as_libreoffice_saved_it() -> None:
    """A file that a person saved with LibreOffice gives the same findings as the one that we built."""
    mine, theirs = (examine(path) for path in (SAMPLES / "示例单位-2023" / "填报.xlsx", SAVED))
    assert findings_text(theirs) == findings_text(mine)
    assert read(SAVED)[1] == []


@pytest.mark.libreoffice
@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_saved_anew_by_libreoffice(folder: Path, tmp_path: Path, soffice: LibreOffice) -> None:
    (saved,) = soffice.convert([folder / "填报.xlsx"], "xlsx", tmp_path)
    assert findings_text(examine(saved)) == findings_text(examine(folder / "填报.xlsx"))
