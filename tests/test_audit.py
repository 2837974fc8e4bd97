"""报告审校: what is told of a report, where, and what comes of it."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from lxml import etree

import selfeval_xl
from selfeval_xl import console
from selfeval_xl.auditing.auditing import audited
from selfeval_xl.claims.pages import pages
from selfeval_xl.cli import commands
from selfeval_xl.errors import UnusableReport
from selfeval_xl.findings import Level
from selfeval_xl.forms import load
from selfeval_xl.reading.narratives.opening import open_report
from selfeval_xl.reading.narratives.plain import read_text
from selfeval_xl.word_markup import W, text_of
from selfeval_xl.writing.template.workbook import fill
from tests.audit_accuracy import REPORTS, accused, audit_of, audited_report, reports, whole_length
from tests.audit_cases import Case, cases, told
from tests.clean_books import clean_values
from tests.narrative_styles import rendered

CASES = list(cases())
SAMPLES = Path(__file__).parents[1] / "samples"
IN_TABLES_AND_BOOKS = {"N-07", "N-09", "N-18", "N-21"}
"""What needs a table, a workbook or last year's report: shown below on whole reports."""


@pytest.mark.parametrize("case", CASES, ids=str)
def test_case(case: Case) -> None:
    assert told(case.audit) == sorted(case.wanted)


def test_every_rule_fires_and_is_silent() -> None:
    firing = {case.rule for case in CASES if any(case.rule in line for line in case.wanted)}
    silent = {case.rule for case in CASES if not case.wanted}
    assert firing | IN_TABLES_AND_BOOKS == set(pages())
    assert silent | IN_TABLES_AND_BOOKS | {"N-19"} >= set(pages())


def test_reports_by_other_hands() -> None:
    """So many of their errors are found; the same reports put right are told nothing at 警告 or above."""
    found = [hit for _, _, hit in reports()]
    assert sum(found) >= 46
    assert len(found) == 48
    for folder in sorted(REPORTS.iterdir()):
        clean = audited_report(folder, "改正稿.docx")
        assert [r.message for r in clean.found if clean.level(r) is not Level.NOTICE] == []


@pytest.mark.parametrize("rule", ["N-07", "N-09", "N-18"])
def test_tables_and_workbooks(rule: str) -> None:
    assert any(
        remark.rule == rule
        for folder in REPORTS.iterdir()
        for remark in audited_report(folder, "报告.docx").found
    )


def test_wordings_are_told_nothing_where_they_are_right() -> None:
    """A slice of `make audit-accuracy`: no wording of the grammar is accused, but those that it names."""
    wrong = [
        style.text for style in rendered(0) if accused(audit_of(style.text)) and "前者" not in style.text
    ]
    assert wrong == []


@pytest.mark.parametrize("seed", [4, 7, 11])
def test_reports_of_right_books_come_back_clean(seed: int, tmp_path: Path) -> None:
    """Books whose rounding, chains and funds once were accused."""
    form = load("hunan-2023")
    book = tmp_path / "填报.xlsx"
    book.write_bytes(fill(form, clean_values(form, seed)))
    outcome = selfeval_xl.convert(book, tmp_path)
    report = next(path for path in outcome.files if path.name.endswith("自评报告.docx"))
    audit = selfeval_xl.audit(report, outcome.filing).audit
    loud = [r.message for r in audit.found if audit.level(r) is not Level.NOTICE]
    assert [message for message in loud if "没有填" not in message] == []


RIGHT = (Path(__file__).parent / "narrative_right.txt").read_text("utf-8").splitlines()


def test_right_lines_that_look_wrong() -> None:
    """Sixty lines by another hand, each right, each a trap: bases that are not beside their rate, lists that cut across."""
    assert [line for line in RIGHT if accused(audit_of(line))] == []


def test_whole_length_reports_that_nobody_tuned_on() -> None:
    """A slice: one figure in eight. No right one is accused; what is found does not fall below what it was."""
    told = list(whole_length(every=8))
    assert [report.name for report, figure, _ in told if figure is None] == []
    assert sum(found for _, _, found in told) >= 0.55 * len(told)


def test_last_year_s_passages_and_amounts() -> None:
    problem = "一是预算编制不够细化，部分项目年初没有细化到具体内容，执行中调整较多，影响了支出进度和绩效目标的实现。"
    then = f"2022年度部门整体支出绩效自评报告\n公用经费支出193.42万元。\n七、存在的问题及原因分析\n{problem}"
    now = f"2023年度部门整体支出绩效自评报告\n公用经费支出193.42万元。\n七、存在的问题及原因分析\n{problem}"
    audit = audited(read_text("今年.txt", now.encode()), last=read_text("上年.txt", then.encode()))
    assert [(r.rule, r.spot.paragraph.index) for r in audit.found] == [("N-21", 2), ("N-21", 4)]


@pytest.mark.parametrize("folder", sorted(REPORTS.iterdir()), ids=lambda folder: folder.name)
def test_comments_stand_on_the_very_words(folder: Path, tmp_path: Path) -> None:
    """Every part but the document, its list of comments and what registers it is as it was; so are all words."""
    source = folder / "报告.docx"
    before = source.read_bytes()
    written = selfeval_xl.write_audit(selfeval_xl.audit(source), source, tmp_path)
    opinion = next(path for path in written.files if path.suffix == ".docx").read_bytes()
    old, new = (zipfile.ZipFile(io.BytesIO(content)) for content in (before, opinion))
    changed = {
        "word/document.xml",
        "word/comments.xml",
        "[Content_Types].xml",
        "word/_rels/document.xml.rels",
    }
    assert {n for n in old.namelist() if old.read(n) != new.read(n)} <= changed
    assert set(new.namelist()) - set(old.namelist()) <= {"word/comments.xml"}
    was, now = (etree.fromstring(package.read("word/document.xml")) for package in (old, new))
    assert [text_of(p) for p in was.iter(f"{W}p")] == [text_of(p) for p in now.iter(f"{W}p")]
    comments = etree.fromstring(new.read("word/comments.xml"))
    numbers = [comment.get(f"{W}id") for comment in comments.iter(f"{W}comment")]
    assert numbers
    for end in ("commentRangeStart", "commentRangeEnd", "commentReference"):
        assert [e.get(f"{W}id") for e in now.iter(f"{W}{end}")].sort() == list(numbers).sort()
    assert source.read_bytes() == before


def marked_words(content: bytes) -> list[str]:
    """What stands between the two ends of each comment."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml"))
    found, open_now = dict[str, str](), set[str]()
    for element in root.iter():
        number = element.get(f"{W}id", "")
        if element.tag == f"{W}commentRangeStart":
            open_now.add(number)
        elif element.tag == f"{W}commentRangeEnd":
            open_now.discard(number)
        elif element.tag == f"{W}t":
            for number in open_now:
                found[number] = found.get(number, "") + (element.text or "")
    return list(found.values())


def test_the_words_of_a_comment(tmp_path: Path) -> None:
    source = REPORTS / "04_北屏县水利局" / "报告.docx"
    written = selfeval_xl.write_audit(selfeval_xl.audit(source), source, tmp_path)
    words = marked_words(next(path for path in written.files if path.suffix == ".docx").read_bytes())
    assert {"80.07%", "230.86%", "下降  %"} <= set(words)


def test_json_and_exit_code(capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    report = str(REPORTS / "01_柳溪镇" / "报告.docx")
    assert (
        console.run(commands, ["audit", report, "--with", str(REPORTS / "01_柳溪镇" / "填报.xlsx"), "--json"])
        == 1
    )
    said = json.loads(capsysbinary.readouterr().out)
    finding = next(f for f in said["findings"] if f["rule"] == "N-17")
    assert finding | {"message": ""} == {
        "rule": "N-17", "level": "错误", "status": "不符", "message": "", "paragraph": 14,
        "quote": "比上年净增加5人", "left": "增加5人", "right": "增加3人", "difference": "2人", "other": finding["other"],
    }  # fmt: skip
    counts = said["statements"]
    assert counts["read"] == counts["judged"] + counts["open"]
    assert console.run(commands, ["audit", str(REPORTS / "01_柳溪镇" / "改正稿.docx"), "--json"]) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "utf-16"])
def test_texts(encoding: str, tmp_path: Path) -> None:
    """Lines count from 1; a text gives 审校结果.xlsx alone."""
    path = tmp_path / "报告.txt"
    path.write_bytes("2023年度部门整体支出绩效自评报告\r\n比上年减少1.82万元，下降  %。\r\n".encode(encoding))
    written = selfeval_xl.write_audit(selfeval_xl.audit(path), path, tmp_path)
    assert [(r.rule, r.spot.paragraph.index) for r in written.audit.found] == [("N-11", 2)]
    assert [file.name for file in written.files] == ["报告-审校结果.xlsx"]


def package(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members.items():
            made.writestr(name, data)
    return packed.getvalue()


DOCUMENT = f'<w:document xmlns:w="{W[1:-1]}"><w:body>{{}}</w:body></w:document>'
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="a" '
    'Type="http://x/image" Target="http://10.0.0.1/a.png" TargetMode="External"/></Relationships>'
)
HOSTILE = {
    "空文件": b"",
    "PDF": b"%PDF-1.7",
    "程序": b"MZ\x90\x00\x03",
    "断开的压缩包": b"PK\x03\x04" + bytes(40),
    "不是 Word": package(**{"xl/workbook.xml": b"<a/>"}),
    "没有正文": package(**{"word/document.xml": DOCUMENT.replace("body", "x").encode()}),
    "炸弹": package(**{"word/document.xml": b" " * (60 * 2**20)}),
    "DTD": package(**{"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]>' + DOCUMENT.format("").encode()}),
    "宏": package(**{"word/document.xml": DOCUMENT.format("").encode(), "word/vbaProject.bin": b"x"}),
    "外部图片": package(
        **{
            "word/document.xml": DOCUMENT.format("").encode(),
            "word/_rels/document.xml.rels": RELATION.encode(),
        }
    ),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_files_get_one_sentence(kind: str, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(HOSTILE[kind])
    with pytest.raises(UnusableReport, match=r"。$"):
        open_report(path)


def test_ten_thousand_paragraphs(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    paragraph = "<w:p><w:r><w:t>基本支出100.00万元，比上年90.00万元增加10.00万元。</w:t></w:r></w:p>"
    path.write_bytes(package(**{"word/document.xml": DOCUMENT.format(paragraph * 10_000).encode()}))
    assert selfeval_xl.audit(path).audit.found == ()


@pytest.mark.parametrize("sample", sorted(p.name for p in SAMPLES.iterdir()))
def test_own_reports_come_back_clean(sample: str, tmp_path: Path) -> None:
    """Our own report with its workbook: nothing but what the unit wrote itself, and what is still to be filled in."""
    book = SAMPLES / sample / "填报.xlsx"
    outcome = selfeval_xl.convert(book, tmp_path)
    report = next(path for path in outcome.files if path.suffix == ".docx")
    found = selfeval_xl.audit(report, outcome.filing).audit.found
    assert [r.rule for r in found if r.rule not in ("N-11", "N-16")] == (
        ["N-01"] if sample == "junshan-2023" else []
    )
