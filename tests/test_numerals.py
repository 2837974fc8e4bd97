"""Headings that number themselves: the same numerals here, in LibreOffice, and where a template has them typed."""

import io
import re
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from selfeval_xl import report_template
from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.forms import load
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.report.own_report import fill
from selfeval_xl.writing.template.filling import filled
from tests import books
from tests.build import SAMPLES
from tests.documents import body_of, text_of
from tests.libreoffice import LibreOffice
from tests.numerals import written

FORM = load()
SHIPPED = (resources.files("selfeval_xl.forms") / "hunan-2023" / "report.docx").read_bytes()
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
Change = Callable[[Any], object]


def sample(template: Path | None = None, name: str = "示例乡镇-2023") -> bytes:
    filing = filled(FORM, books.values(FORM, (SAMPLES / name / "填报.md").read_text("utf-8")))
    own = report_template(template) if template else None
    return narrate(filing, READY, (lambda fields: fill(own, fields)) if own else None)


@cache
def official() -> str:
    return text_of(sample())


def made(folder: Path, change: Change) -> Path:
    document: Any = Document(io.BytesIO(SHIPPED))
    change(document)
    path = folder / "本单位模板.docx"
    document.save(path)
    return path


def value(element: Any, path: str, name: str = "val") -> str | None:
    found = element.find("/".join(qn(f"w:{part}") for part in path.split("/")))
    return None if found is None else found.get(qn(f"w:{name}"))


def headings(document: Any) -> list[Any]:
    return [p for p in document.paragraphs if p.style.name.startswith("Heading")]


def body_headings(content: bytes) -> list[str]:
    """Those of the report's text, numbers and all."""
    shown = [p.text for p in headings(Document(io.BytesIO(content)))]
    return [line for line in body_of(content).splitlines() if any(line.endswith(text) for text in shown)]


def typed(document: Any) -> None:
    """Every heading's number before its text, as people type it."""
    firsts, seconds = iter(range(1, 99)), iter(range(0))
    for heading in headings(document):
        if heading.style.name == "Heading 1":
            seconds = iter(range(1, 99))
            heading.runs[0].text = f"{written(next(firsts), 'chineseCounting')}、{heading.runs[0].text}"
        else:
            heading.runs[0].text = f"（{written(next(seconds), 'chineseCounting')}）{heading.runs[0].text}"


def as_before(document: Any) -> None:
    """A template of the years when numerals were typed: no numbers in its styles, no list in its package."""
    typed(document)
    for style in document.styles.element.iter(qn("w:style")):
        for number in list(style.iter(qn("w:numPr"))):
            number.getparent().remove(number)
    for key, relation in list(document.part.rels.items()):
        if relation.reltype.endswith("/numbering"):
            del document.part.rels[key]


# ---------------------------------------------------------------- the form's own template


def test_the_ten_sections_are_numbered() -> None:
    ten = [line for line in body_headings(sample()) if not line.startswith("（")]
    assert [line.partition("、")[0] for line in ten] == list("一二三四五六七八九十")


def test_no_numeral_is_typed_and_every_heading_style_has_one() -> None:
    document: Any = Document(io.BytesIO(SHIPPED))
    assert [h.text for h in headings(document) if re.match(r"[（\d]|[一二三四五六七八九十]+、", h.text)] == []
    lists, texts = document.part.numbering_part.element, {}
    for depth in range(4):
        style = document.styles[f"Heading {depth + 1}"].element
        (level,) = lists.xpath(f"w:abstractNum/w:lvl[@w:ilvl='{depth}']")
        assert int(value(style, "pPr/numPr/ilvl") or 0) == depth
        assert value(level, "pStyle") == style.get(qn("w:styleId"))
        assert value(level, "suff") == "nothing"
        # A list's own indents would move the headings: they are those of the style.
        for name in ("firstLine", "firstLineChars"):
            assert value(level, "pPr/ind", name) == value(style, "pPr/ind", name)
        texts[depth] = value(level, "lvlText")
    assert texts == {0: "%1、", 1: "（%2）", 2: "%3.", 3: "（%4）"}


# ---------------------------------------------------------------- a unit's own template


@pytest.mark.parametrize("change", [as_before, typed], ids=["typed, no list", "typed and numbered"])
def test_numerals_are_never_doubled(tmp_path: Path, change: Change) -> None:
    """Edited from a template of before; or headings of one pasted into this one."""
    assert text_of(sample(made(tmp_path, change))) == official()


def test_a_numeral_in_a_run_of_its_own_goes_too(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        for heading in headings(document):
            heading.runs[0].text, rest = (
                "1" if heading.style.name == "Heading 3" else "三",
                heading.runs[0].text,
            )
            heading.add_run("、" if heading.style.name == "Heading 1" else "")
            heading.add_run(rest)
            if heading.style.name == "Heading 2":
                heading.runs[0].text, heading.runs[1].text = "(三", ") "

    assert text_of(sample(made(tmp_path, change))) == official()


def test_a_section_put_in_between_moves_the_numerals_on(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        third = next(h for h in headings(document) if h.text.startswith("政府性"))
        third.insert_paragraph_before("单位自身情况", style="Heading 1")
        for text in ("上", "下"):
            third.insert_paragraph_before(text, style="Heading 2")

    found = body_headings(sample(made(tmp_path, change)))
    at = found.index("三、单位自身情况")
    assert found[at : at + 4] == ["三、单位自身情况", "（一）上", "（二）下", "四、政府性基金预算支出情况"]
    assert found[-1] == "十一、其他需要说明的情况"


@pytest.mark.parametrize(
    ("style", "text", "kept"),
    [
        ("Heading 1", "一、甲", "甲"),
        ("Heading 1", "十二、 甲", "甲"),
        ("Heading 1", "一、二季度支出", "二季度支出"),
        ("Heading 1", "一般公共预算", "一般公共预算"),
        ("Heading 1", "（一）甲", "（一）甲"),
        ("Heading 2", "(一)甲", "甲"),
        ("Heading 2", "（涉密）甲", "（涉密）甲"),
        ("Heading 3", "1．甲", "甲"),
        ("Heading 3", "1.5万元以上", "1.5万元以上"),
        ("Heading 3", "2023年", "2023年"),
        ("Heading 4", "（12）甲", "甲"),
        ("Body Text", "一、甲", "一、甲"),
        ("Body Text", "1.甲", "1.甲"),
    ],
)
def test_what_is_a_numeral(tmp_path: Path, style: str, text: str, kept: str) -> None:
    def change(document: Any) -> None:
        first = headings(document)[0]
        first.insert_paragraph_before(text, style=style)

    content = report_template(made(tmp_path, change)).content
    texts = [p.text for p in Document(io.BytesIO(content)).paragraphs]
    assert texts[texts.index("部门（单位）基本情况") - 1] == kept


def test_a_heading_that_the_unit_took_out_of_the_list_keeps_what_it_says(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        heading = headings(document)[0]
        properties = heading._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = 0
        heading.runs[0].text = "一、" + heading.runs[0].text

    text = text_of(sample(made(tmp_path, change)))
    assert "\n一、部门（单位）基本情况\n" in text
    assert "\n一、一般公共预算支出情况\n" in text


# ---------------------------------------------------------------- another program's opinion


@pytest.mark.libreoffice
def test_libreoffice_counts_alike(tmp_path: Path, soffice: LibreOffice) -> None:
    """All four levels, past ten, beginning anew below each; and the report itself."""
    document: Any = Document(io.BytesIO(SHIPPED))
    for number in range(12):
        for depth in (1, 2, 2, 3, 4, 4, 3, 1):
            document.add_paragraph(f"标题{number}", style=f"Heading {depth}")
    document.save(tmp_path / "层次.docx")
    (tmp_path / "报告.docx").write_bytes(sample())
    paths = [tmp_path / "层次.docx", tmp_path / "报告.docx"]
    for path, text in zip(
        paths, soffice.convert(paths, "txt:Text (encoded):UTF8", tmp_path / "文本"), strict=True
    ):
        # In its texts a space parts number and heading; on its pages there is none.
        theirs = [line.replace(" ", "", 1) for line in text.read_text("utf-8-sig").splitlines()]
        found = iter(theirs)
        ours = body_headings(path.read_bytes())
        assert len(ours) > 13
        assert [line for line in ours if line not in found] == []


def test_valid_with_typed_numerals_taken_away(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(sample(made(tmp_path, typed)))
    assert not OpenXmlValidator().validate(str(path)).errors
