"""The annexes in the report: their tables, their pages, their styles, and that a user's text is text in them too."""

import io
import re
import zipfile
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.filing import Filing, Key
from selfeval_xl.forms import load
from selfeval_xl.layout.printed import printed
from selfeval_xl.writing.report.annexes.drawing import draw_annexes
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.template.filling import filled
from tests import books
from tests.build import SAMPLES
from tests.documents import text_of
from tests.random_books import random_values

FORM = load()
OWN = (resources.files("selfeval_xl.forms") / "hunan-2023" / "report.docx").read_bytes()
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
UPRIGHT, SIDEWAYS = 8844, 12756
"""Twips between the margins: 156 and 225 mm."""


@cache
def unit() -> dict[Key, object]:
    return books.values(FORM, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))


@cache
def content() -> bytes:
    return narrate(filled(FORM, unit()), READY)


def document(raw: bytes) -> Any:
    return Document(io.BytesIO(raw))


def sections(raw: bytes) -> list[Any]:
    return [section._sectPr for section in document(raw).sections]


def tables(raw: bytes) -> list[Any]:
    return list(document(raw).element.body.iterchildren(qn("w:tbl")))


def value(element: Any, path: str, name: str = "val") -> str | None:
    found = element.find("/".join(qn(f"w:{part}") for part in path.split("/")))
    return None if found is None else found.get(qn(f"w:{name}"))


# ---------------------------------------------------------------- tables


@pytest.mark.parametrize("seed", range(4))
def test_cells_tile_their_tables(seed: int) -> None:
    """In every row the spans are all columns, in every column a merge goes on only where one began."""
    for table in tables(narrate(filled(FORM, random_values(FORM, seed, texts=True)), READY)):
        columns = [int(column.get(qn("w:w"))) for column in table.iter(qn("w:gridCol"))]
        assert sum(columns) in (UPRIGHT, SIDEWAYS)
        above: dict[int, tuple[int, bool]] = {}
        for row in table.iterchildren(qn("w:tr")):
            at, merged = 0, {}
            for cell in row.iterchildren(qn("w:tc")):
                span = int(value(cell, "tcPr/gridSpan") or 1)
                assert int(value(cell, "tcPr/tcW", "w") or 0) == sum(columns[at : at + span])
                merge = value(cell, "tcPr/vMerge")
                assert merge != "continue" or above[at] == (span, True)
                merged[at] = (span, merge is not None)
                at += span
            assert at == len(columns)
            above = merged


def test_heads_are_header_rows_from_the_first_row_on() -> None:
    repeated = []
    for table in tables(content()):
        rows = [row.find(f".//{qn('w:tblHeader')}") is not None for row in table.iterchildren(qn("w:tr"))]
        assert rows == sorted(rows, reverse=True)
        repeated.append(sum(rows))
    #                    附件1      附件2   附件3-1 -2    -3   附件4-6
    assert repeated == [0, 1, 0, 0, 1, 0, 1, 0, 1, 0, 1, 2, 1, 1]


def test_amounts_stand_right_with_two_decimals_and_blanks_stay_blank() -> None:
    amounts = [
        paragraph
        for table in tables(content())
        for paragraph in table.iter(qn("w:p"))
        if value(paragraph, "pPr/jc") == "right"
    ]
    texts = ["".join(t.text or "" for t in paragraph.iter(qn("w:t"))) for paragraph in amounts]
    assert "1322.46" not in texts  # a figure of the body, not of the annexes
    assert "2935.77" in texts
    assert all(re.fullmatch(r"-?\d+\.\d\d", text) for text in texts)
    empty = narrate(filled(FORM, {}), READY)
    assert "0.00" not in "".join(line for line in text_of(empty).splitlines() if line.startswith("|"))


def test_styles_are_named_and_have_east_asian_fonts() -> None:
    found = document(content())
    names = {style.style_id: style.name for style in found.styles}
    used = {names[style] for table in tables(content()) if (style := value(table, "tblPr/tblStyle"))}
    assert used == {"附件表"}
    inside = {names[p.pPr.style] for table in tables(content()) for p in table.iter(qn("w:p"))}
    assert inside == {"附件表文字", "附件表头", "附件表小字", "附件表小字头"}
    for name in ("附件标识", "附件标题", "附件填报行", *inside):
        style = found.styles[name]
        fonts = (one.element.find(f".//{qn('w:rFonts')}") for one in (style, style.base_style) if one)
        assert any(font is not None and font.get(qn("w:eastAsia")) for font in fonts), name
    assert value(found.styles["附件标识"].element, "pPr/outlineLvl") == "0"


# ---------------------------------------------------------------- pages


def test_wide_annexes_lie_sideways_and_numbers_run_on() -> None:
    cover, upright, sideways = sections(content())
    assert [value(s, "pgSz", "orient") for s in (cover, upright, sideways)] == [None, None, "landscape"]
    assert (value(sideways, "pgSz", "w"), value(sideways, "pgSz", "h")) == ("16838", "11906")
    sides = ("top", "right", "bottom", "left", "footer")
    assert [value(sideways, "pgMar", side) for side in sides] == ["1588", "2098", "1474", "1984", "794"]
    assert [value(s, "pgNumType", "start") for s in (upright, sideways)] == ["1", None]
    assert all(len(s.findall(qn("w:footerReference"))) == 2 for s in (upright, sideways))
    assert not cover.findall(qn("w:footerReference"))


def test_every_annex_begins_a_page_and_the_placeholder_is_gone() -> None:
    found = document(content())
    marks = [p for p in found.paragraphs if p.style.name == "附件标识"]
    assert [p.text for p in marks] == [grid.name for grid in printed(filled(FORM, unit()))]
    assert found.styles["附件标识"].paragraph_format.page_break_before
    assert "插在此处" not in text_of(content())


def test_a_single_project_sheet_has_no_number() -> None:
    junshan = books.values(FORM, (SAMPLES / "junshan-2023" / "填报.md").read_text("utf-8"))
    text = text_of(narrate(filled(FORM, junshan), READY))
    assert "\n附件3\n" in text
    assert "附件3-1" not in text


def drawn(change: Any) -> bytes:
    """The annexes drawn into the form's template after `change` did something to it."""
    template, filing = document(OWN), filled(FORM, unit())
    change(template)
    draw_annexes(template, filing, printed(filing), OWN)
    written = io.BytesIO()
    template.save(written)
    return written.getvalue()


def test_without_a_placeholder_the_annexes_stand_at_the_end() -> None:
    def lose(template: Any) -> None:
        for paragraph in template.paragraphs:
            if paragraph.style.name == "附件位置":
                paragraph._p.getparent().remove(paragraph._p)

    assert text_of(drawn(lose)) == text_of(drawn(lambda template: None))


def test_what_stands_below_the_placeholder_stays_on_upright_pages() -> None:
    raw = drawn(lambda template: template.add_paragraph("（此件公开发布）"))
    assert [value(s, "pgSz", "orient") for s in sections(raw)] == [None, None, "landscape", None]
    assert [value(s, "pgNumType", "start") for s in sections(raw)][1:] == ["1", None, None]
    assert text_of(raw).endswith("（此件公开发布）\n")


def test_a_template_without_our_styles_gets_them() -> None:
    def lose(template: Any) -> None:
        for style in list(template.styles):
            if style.name.startswith("附件") and style.name not in ("附件位置", "附件说明", "附件说明首行"):
                style.delete()

    names = [style.name for style in document(drawn(lose)).styles]
    assert {"附件表", "附件标识", "附件表小字头"} <= set(names)
    assert len(names) == len(set(names))


# ---------------------------------------------------------------- a user's text is text

HOSTILE = (
    "甲 & <乙> \"'丙 {{ 7*7 }} {% if 1 %} {# 注 #} {_{ x }_} {_% y %_} </w:t></w:r></w:p></w:tc>"
    " ]]> &amp; \\n %s 😀👨‍👩‍👧 𠮷 ㊣ é"
)
TEXTS = {
    Key("unit", 0, "name", 0, "value"): "unit",
    Key("objective", 0, "expected", 0, "value"): "objective",
    Key("indicators", 0, "indicator", 1, "name"): "indicator",
    Key("indicators", 0, "indicator", 1, "first"): "level",
    Key("indicators", 0, "indicator", 1, "reason"): "reason",
    Key("projects", 0, "project", 1, "name"): "project",
    Key("unit", 0, "phone", 0, "value"): "signature",
    Key("fund_items", 0, "item", 1, "name"): "item",
}


def annexes_of(raw: bytes) -> str:
    return text_of(raw).partition("\n附件1\n")[2]


def report(key: Key, text: str) -> bytes:
    return narrate(filled(FORM, {**unit(), key: text}), READY)


@pytest.mark.parametrize("key", TEXTS, ids=TEXTS.values())
def test_hostile_text_is_literal(key: Key, tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(report(key, HOSTILE))
    assert HOSTILE in annexes_of(path.read_bytes())
    assert not OpenXmlValidator().validate(str(path)).errors


@pytest.mark.parametrize("key", TEXTS, ids=TEXTS.values())
def test_breaks_tabs_and_control_characters(key: Key) -> None:
    assert "甲乙 丙⏎丁" in annexes_of(report(key, "甲\x00\x0b\ud800乙\t丙\r\n丁\ufffe".replace("\x0b", "")))


def test_a_very_long_text_is_all_there_and_its_row_may_be_broken() -> None:
    key = Key("objective", 0, "expected", 0, "value")
    raw = report(key, "全面完成年度目标任务𠮷。" * 3300)
    assert "全面完成年度目标任务𠮷。" * 2700 in annexes_of(raw)
    long = [
        row
        for table in tables(raw)
        for row in table.iterchildren(qn("w:tr"))
        if len(row.xpath("string()")) > 9000
    ]
    assert len(long) == 1
    assert long[0].find(f".//{qn('w:cantSplit')}") is None
    assert not list(long[0].iter(qn("w:keepNext")))


def test_the_same_bytes_and_a_clean_package() -> None:
    assert content() == narrate(filled(FORM, unit()), READY)
    with zipfile.ZipFile(io.BytesIO(content())) as package:
        assert b"xmlns:ns0" not in package.read("word/document.xml")


@pytest.mark.parametrize("folder", sorted(p.parent for p in SAMPLES.glob("*/填报.md")), ids=lambda f: f.name)
def test_samples_are_valid_office_open_xml(folder: Path, tmp_path: Path) -> None:
    filing: Filing = filled(FORM, books.values(FORM, (folder / "填报.md").read_text("utf-8")))
    path = tmp_path / "报告.docx"
    path.write_bytes(narrate(filing, READY))
    assert not OpenXmlValidator().validate(str(path)).errors


# ---------------------------------------------------------------- 涉密


def test_the_version_that_is_handed_in_has_every_annex_secret_or_not() -> None:
    """涉密 projects are named in annexes 1, 3 and 4 of what goes to the bureau, never in the text before them."""
    secret = "城区市政设施维护项目"
    row = next(key.number for key, typed in unit().items() if key.block == "projects" and typed == secret)
    changes = {
        Key("projects", 0, "project", row, "why_not"): "涉密",
        Key("fund_items", 0, "item", 1, "name"): secret,
    }
    filing = filled(FORM, {**unit(), **changes})
    body, _, annexes = text_of(narrate(filing, READY)).partition("\n附件1\n")
    assert secret not in body
    assert "另有1个涉密项目未在本报告正文中列示" in body
    sheets = re.split(r"\n附件(?=\d(?:-\d)?\n)", f"1\n{annexes}")
    named = [sheet.partition("\n")[0] for sheet in sheets if f"| {secret} |" in sheet]
    assert named == ["1", "3-3", "4"]
    assert len(sheets) == len(printed(filing))
