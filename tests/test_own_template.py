"""The unit's own Word template: refused with the place before anything is written, or nothing of it vanishes."""

import copy
import io
import time
import zipfile
from collections.abc import Callable
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from openxml_audit import OpenXmlValidator

from selfeval_xl import report_template
from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.errors import UnusableTemplate
from selfeval_xl.filing import Filing
from selfeval_xl.forms import load
from selfeval_xl.writing.report.context import context
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.report.own_report import fill, unsaid
from selfeval_xl.writing.report.own_template import OwnTemplate, own_template
from selfeval_xl.writing.template.filling import filled
from tests import books
from tests.build import SAMPLES
from tests.documents import text_of
from tests.libreoffice import LibreOffice
from tests.test_narrative import HOSTILE, k

FORM = load()
SHIPPED = (resources.files("selfeval_xl.forms") / "hunan-2023" / "report.docx").read_bytes()
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
WRONG = Conclusion((), Summary(errors=1, warnings=0, notices=0, missing=0, passed=9), ())
COUNT = len(Document(io.BytesIO(SHIPPED)).paragraphs)

Change = Callable[[Any], object]


@cache
def township() -> Filing:
    return filled(FORM, books.values(FORM, (SAMPLES / "示例乡镇-2023" / "填报.md").read_text("utf-8")))


@cache
def official() -> str:
    return text_of(narrate(township(), READY))


def made(folder: Path, change: Change) -> Path:
    """The shipped template, changed by python-docx and saved."""
    document: Any = Document(io.BytesIO(SHIPPED))
    change(document)
    path = folder / "本单位模板.docx"
    document.save(path)
    return path


def said(folder: Path, change: Change, filing: Filing | None = None) -> tuple[str, tuple[str, ...]]:
    """What the report from the changed template says, and the notes on it."""
    own = report_template(made(folder, change))
    filing = filing or township()
    text = text_of(narrate(filing, READY, lambda fields: fill(own, fields)))
    return text, unsaid(own, FORM.id, context(filing, READY))


def refusal(folder: Path, change: Change) -> str:
    with pytest.raises(UnusableTemplate) as error:
        report_template(made(folder, change))
    sentence = str(error.value)
    assert sentence.startswith("报告模板“本单位模板.docx”")
    assert sentence.count("\n") == 0
    sentence.encode("gbk")
    return sentence


def at(document: Any, start: str) -> Any:
    return next(p for p in document.paragraphs if p.text.startswith(start))


def reword(start: str, old: str, new: str) -> Change:
    def change(document: Any) -> None:
        run = at(document, start).runs[0]
        assert old in run.text
        run.text = run.text.replace(old, new)

    return change


def remove(*starts: str) -> Change:
    def change(document: Any) -> None:
        for start in starts:
            at(document, start)._p.getparent().remove(at(document, start)._p)

    return change


def insert(start: str, *texts: str) -> Change:
    """New paragraphs before this one, as it looks."""

    def change(document: Any) -> None:
        for text in texts:
            at(document, start).insert_paragraph_before(text)

    return change


# ---------------------------------------------------------------- good templates


def test_the_forms_own_template_gives_the_same_report(tmp_path: Path) -> None:
    text, notes = said(tmp_path, lambda document: None)
    assert (text, notes) == (official(), ())


def test_other_words(tmp_path: Path) -> None:
    text, notes = said(tmp_path, reword("部门（单位）名称", "部门（单位）名称", "填报单位全称"))
    assert "填报单位全称：示例县示例镇人民政府（盖章）" in text
    assert notes == ()


def test_a_moved_paragraph(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        moved = at(document, "截至")._p
        at(document, "其他需要")._p.addnext(moved)

    text, notes = said(tmp_path, change)
    assert text.index("截至2023年末") > text.index("十、其他需要说明的情况")
    assert notes == ()


def test_a_table_of_the_units_own_with_a_loop_over_its_rows(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        table = document.add_table(4, 2)
        cells = [
            "全年执行",
            "{{ whole.executed }}",
            "{%tr for text in problems %}",
            "",
            "{{ loop.index }}",
            "{{text}}",
        ]
        for cell, text in zip(
            (c for row in table.rows for c in row.cells), [*cells, "{%tr endfor %}", ""], strict=True
        ):
            cell.text = text

    text, _ = said(tmp_path, change)
    assert "| 全年执行 | 1275.38万元 |\n| 1 | 1.年初预算编制不够精准" in text
    assert "\n| 2 | 2.部分项目绩效指标" in text


def test_fields_in_header_and_footer(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.sections[1].header.is_linked_to_previous = False
        document.sections[1].header.paragraphs[0].text = "{{ unit }}{{ year }}年度"

    own = report_template(made(tmp_path, change))
    report = Document(io.BytesIO(narrate(township(), READY, lambda fields: fill(own, fields))))
    assert report.sections[1].header.paragraphs[0].text == "示例县示例镇人民政府2023年度"


def test_quotes_and_spaces_as_word_corrects_them(tmp_path: Path) -> None:
    text, _ = said(
        tmp_path,
        insert("部门（单位）基本", "{% if unit == “某局” or unit %}甲{{\u00a0own\u3000}}乙{%endif%}"),
    )
    assert "\n甲我镇乙\n" in text


def test_hostile_texts_stay_literal(tmp_path: Path) -> None:
    filing = filled(FORM, {k("unit", "name"): HOSTILE, k("duties", "duties"): f"{HOSTILE}\n乙"})
    text, _ = said(tmp_path, lambda document: None, filing)
    assert f"\n{HOSTILE}\n乙\n" in text


def test_a_draft_is_marked(tmp_path: Path) -> None:
    own = report_template(made(tmp_path, reword("草", "草　稿", "【草稿】")))
    assert text_of(narrate(township(), WRONG, lambda fields: fill(own, fields))).startswith(
        "【草稿】\n本稿尚不能"
    )


# ---------------------------------------------------------------- tags that Word split


def split(paragraph: Any, sizes: list[int], wrap: str = "") -> None:
    """The paragraph's one run as several of these lengths, every second one bold, or inside another element."""
    run, text = paragraph.runs[0], paragraph.runs[0].text
    for number, start in enumerate(range(0, len(text), sizes[0])):
        piece = copy.deepcopy(run._r)
        run._r.addprevious(piece)
        piece.find(qn("w:t")).text = text[start : start + sizes[0]]
        if number % 2:
            piece.get_or_add_rPr().append(OxmlElement("w:b"))
            if wrap:
                around = OxmlElement(wrap)
                piece.addprevious(around)
                around.append(piece)
        piece.addprevious(OxmlElement("w:proofErr"))
    run._r.getparent().remove(run._r)


def every_text(content: bytes) -> list[str]:
    """What python-docx does not show too: content controls."""
    paragraphs = Document(io.BytesIO(content)).element.body.iter(qn("w:p"))
    return ["".join(t.text or "" for t in p.iter(qn("w:t"))) for p in paragraphs]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
@pytest.mark.parametrize("wrap", ["", "w:hyperlink", "w:smartTag", "w:sdtContent"])
def test_a_tag_split_over_runs(tmp_path: Path, size: int, wrap: str) -> None:
    """At every second letter if need be, over formats, links and content controls, which docxtpl alone cannot mend."""

    def change(document: Any) -> None:
        for start in (
            "{%p if draft",
            "截至",
            "{%p for text in problems",
            "{%p elif scope.whole",
            "{{ use.purpose",
        ):
            split(at(document, start), [size], wrap)

    own = report_template(made(tmp_path, change))
    assert every_text(narrate(township(), READY, lambda fields: fill(own, fields))) == every_text(
        narrate(township(), READY)
    )
    assert unsaid(own, FORM.id, context(township(), READY)) == ()


# ---------------------------------------------------------------- refused, with the place

REFUSED = {
    "unknown field": (reword("截至", "staff.now", "staff.nwo"), "year }}…”）：没有字段“staff.nwo”；是不是“staff.now”？"),
    "unknown, nothing near": (reword("截至", "staff.now", "人数"), "没有字段“人数”；运行 selfeval fields 查看可用字段。"),
    "a group": (reword("截至", "staff.now", "staff"), "“staff”是一组字段"),
    "a list": (reword("截至", "staff.now", "problems"), "“problems”有多段文字；请用三段写：{%p for text in problems %}"),
    "a flag": (reword("截至", "staff.now", "fund.nil"), "“fund.nil”只表示是或否"),
    "unclosed": (reword("截至", "{{ staff.now }}", "{{ staff.now }"), "标记不完整"),
    "unopened": (reword("截至", "{{ staff.now }}", "staff.now }}"), "标记不完整"),
    "unclosed statement": (reword("截至", "{% endif %}", "{% endif"), "标记不完整"),
    "full width": (reword("截至", "{{ staff.now }}", "｛｛ staff.now ｝｝"), "全角括号"),
    "one brace": (reword("截至", "{{ staff.now }}", "{ staff.now }"), "少了一层括号；请写成 {{ staff.now }}"),
    "filter": (reword("截至", "staff.now", "staff.now|upper"), "不支持“{{ staff.now|upper }}”这种写法"),
    "call": (reword("截至", "staff.now", "staff.now.__class__()"), "不支持“{{ staff.now.__class__() }}”"),
    "attribute": (reword("截至", "staff.now", "staff.now.__class__"), "没有字段“staff.now.__class__”"),
    "sum": (reword("截至", "staff.now", "1 + 1"), "不支持“{{ 1 + 1 }}”"),
    "syntax": (reword("截至", "staff.now", "staff..now"), "写法有误"),
    "other statement": (reword("截至", "{{ staff.now }}", "{% set a = 1 %}"), "不支持标记“{% set a = 1 %}”"),
    "minus": (reword("截至", "{{ staff.now }}", "{{- staff.now }}"), "不支持“{{- staff.now }}”"),
    "sub-document": (reword("截至", "{{ staff.now }}", "{{p staff.now }}"), "不支持“{{p staff.now }}”"),
    "for over a text": (reword("{%p for text in problems", "problems", "unit"), "“unit”不是多段文字，不能用 for"),
    "lost for": (remove("{%p for text in problems"), "“text”在循环之外；它的前一段应是 {%p for text in 字段 %}"),
    "lost for and text": (
        lambda d: [remove_after(d, start, 1) for start in ("存在的问题", "存在的问题")],
        "段（“{%p endfor %…”）：“{%p endfor %}”前面没有对应的 for",
    ),
    "lost endfor": (
        lambda d: remove_after(d, "存在的问题", 3),
        "“{%p for text in problems %}”没有结束；请在后面补上 {%p endfor %}",
    ),
    "two else": (insert("部门（单位）基本", "{% if unit %}甲{% else %}乙{% else %}丙{% endif %}"), "“{% else %}”在 else 之后"),
    "lost if": (remove("{%p if draft"), "“{%p endif %}”前面没有对应的 if"),
    "lost endif in a text": (reword("截至", "{% endif %}{% if staff.over", "{% if staff.over"), "没有在本段结束"),
    "block over paragraphs": (insert("部门（单位）基本", "{% if unit %}甲", "乙{% endif %}"), "“{% if unit %}”没有在本段结束"),
    "mixed ways": (insert("部门（单位）基本", "{%p if unit %}", "甲", "乙{% endif %}"), "与第"),
    "text beside a tag": (reword("{%p if draft", "%}", "%}甲"), "所在段落还有其他文字；请让它单独占一个段落"),
    "two tags in one": (insert("部门（单位）基本", "{%p if unit %}{%p endif %}"), "所在段落还有其他文字"),
    "row tag outside a table": (insert("部门（单位）基本", "{%tr if unit %}"), "不在表格里"),
    "loop named as a field": (reword("{%p for text in problems", "text", "unit"), "“unit”与字段重名"),
    "draft removed": (
        lambda d: [p._p.getparent().remove(p._p) for p in d.paragraphs[:4]],
        "没有写出草稿标记；请保留 {%p if draft %}",
    ),
}  # fmt: skip


def remove_after(document: Any, start: str, steps: int) -> object:
    element = at(document, start)._p
    for _ in range(steps):
        element = element.getnext()
    return element.getparent().remove(element)


@pytest.mark.parametrize(("change", "sentence"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, change: Change, sentence: str) -> None:
    assert sentence in refusal(tmp_path, change)


def test_the_place_is_numbered_as_a_reader_counts(tmp_path: Path) -> None:
    paragraphs = [p.text for p in Document(io.BytesIO(SHIPPED)).paragraphs if p.text.strip()]
    number = next(i for i, text in enumerate(paragraphs, 1) if text.startswith("截至"))

    def change(document: Any) -> None:
        reword("截至", "staff.now", "甲")(document)
        insert("部门（单位）基本", "", "  ")(document)

    assert f"第{number}段（“截至{{{{ year }}}}…”）：没有字段“甲”" in refusal(tmp_path, change)


def test_a_table_cell_is_named(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.add_table(1, 1)
        document.add_table(2, 3).rows[1].cells[2].text = "执行{{ whole.exceuted }}"

    assert "第2个表格第2行第3格（“执行{{ whole.e…”）：没有字段“whole.exceuted”" in refusal(tmp_path, change)


def test_a_header_is_named(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.sections[1].header.is_linked_to_previous = False
        document.sections[1].header.paragraphs[0].text = "{{ units }}"

    assert "页眉第1段（“{{ units }}”）：没有字段“units”" in refusal(tmp_path, change)


def test_revisions_and_comments(tmp_path: Path) -> None:
    def revised(document: Any) -> None:
        at(document, "截至")._p.append(OxmlElement("w:ins"))

    assert "带有修订记录；请在 Word 或 WPS 中接受全部修订" in refusal(tmp_path, revised)

    def commented(document: Any) -> None:
        document.add_comment(at(document, "截至").runs, "请核对", author="郑某")

    assert "带有批注或尾注；请删除批注" in refusal(tmp_path, commented)


def test_a_section_break_in_a_tags_paragraph(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        at(document, "{%p if draft")._p.get_or_add_pPr().append(OxmlElement("w:sectPr"))

    assert "所在段落里有分节符；请把它移到别的段落" in refusal(tmp_path, change)


def without(member: str, content: bytes = SHIPPED) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            if name != member:
                new.writestr(name, old.read(name))
    return changed.getvalue()


def with_types(kind: bytes) -> bytes:
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"wordprocessingml.document.main", kind))
    return changed.getvalue()


NO_DOCX = {
    "doc": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "是旧版 Word、WPS 文档，或者设有打开密码；请取消密码，用 Word"),
    "pdf": (b"%PDF-1.7", "是 PDF 文件"),
    "rtf": (b"{\\rtf1 a}", "是 RTF 文档"),
    "empty": (b"", "不是 Word 文档"),
    "text": ("甲".encode("gbk"), "不是 Word 文档"),
    "torn": (SHIPPED[:4000], "已损坏"),
    "workbook": ((SAMPLES / "junshan-2023" / "填报.xlsx").read_bytes(), "不是 .docx 文档"),
    "macros": (with_types(b"document.macroEnabled.main"), "不是 .docx 文档"),
    "no body": (without("word/document.xml"), "不是 .docx 文档"),
    "no relations": (without("_rels/.rels"), "不是 .docx 文档"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "sentence"), NO_DOCX.values(), ids=NO_DOCX)
def test_no_docx(tmp_path: Path, content: bytes, sentence: str) -> None:
    path = tmp_path / "模板.docx"
    path.write_bytes(content)
    with pytest.raises(UnusableTemplate, match=f"^报告模板“模板.docx”{sentence}"):
        report_template(path)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableTemplate, match="找不到"):
        report_template(tmp_path / "没有.docx")
    with pytest.raises(UnusableTemplate, match="不是文件"):
        report_template(tmp_path)


# ---------------------------------------------------------------- nothing vanishes in silence


def test_a_note_on_what_is_no_longer_named(tmp_path: Path) -> None:
    text, notes = said(tmp_path, remove("截至"))
    (note,) = notes
    assert note.startswith("提示：报告模板“本单位模板.docx”没有写出scope.subordinate（")
    assert "staff.now（年末在职人数）、staff.posts" in note
    assert note.endswith(
        "等 12 个字段，报告里没有这些内容；如非有意，运行 selfeval fields 查看可用字段后补上。"
    )
    assert "在职人员" not in text


def test_a_deleted_loop_is_noted(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        for _ in range(3):
            remove_after(document, "存在的问题", 1)

    assert "没有写出problems（存在的问题及原因，一条一项）" in said(tmp_path, change)[1][0]


def test_a_text_that_gets_lost_on_the_way(tmp_path: Path) -> None:
    """If docxtpl should lose a text all the same, there is no report."""
    own = report_template(made(tmp_path, lambda document: None))
    document: Any = Document(io.BytesIO(own.content))
    instruction = OxmlElement("w:instrText")
    instruction.text = "{{ unit }}"
    at(document, "截至").runs[0]._r.append(instruction)
    content = io.BytesIO()
    document.save(content)
    with pytest.raises(UnusableTemplate, match="字段“unit”的内容没有出现在报告中"):
        fill(OwnTemplate("甲.docx", content.getvalue(), own.named), context(township(), READY))


@pytest.mark.parametrize("number", range(COUNT))
def test_any_paragraph_may_be_deleted(tmp_path: Path, number: int) -> None:
    """Either a refusal that names a place, or a report that holds all its template names, with a note where it is less."""

    def change(document: Any) -> None:
        element = document.paragraphs[number]._p
        element.getparent().remove(element)

    path = made(tmp_path, change)
    try:
        own = report_template(path)
    except UnusableTemplate as refused:
        sentence = str(refused)
    else:
        sentence, text = "", text_of(narrate(township(), READY, lambda fields: fill(own, fields)))
        lost = set(official().splitlines()) - set(text.splitlines())
        visible = "{%p" not in Document(io.BytesIO(SHIPPED)).paragraphs[number].text
        assert not lost or visible or unsaid(own, FORM.id, context(township(), READY)), lost
    assert not sentence or "段（“" in sentence or "草稿标记" in sentence


def test_traces_of_the_author_go(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        document.core_properties.author = "某编辑"
        document.core_properties.title = "{{ 7*7 }}"

    own = report_template(made(tmp_path, change))
    report = narrate(township(), READY, lambda fields: fill(own, fields))
    with zipfile.ZipFile(io.BytesIO(report)) as package:
        assert "docProps/app.xml" not in package.namelist()
        assert not [name for name in package.namelist() if "某编辑" in package.read(name).decode("utf-8")]


def test_linked_files_are_refused(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/image"
        document.part.relate_to("file:///C:/章.png", kind, is_external=True)

    assert "引用了文档之外的文件" in refusal(tmp_path, change)


def test_the_path_of_the_templates_own_template_goes(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        settings = document.part._settings_part
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
        key = settings.relate_to("file:///C:/Users/郑某/Normal.dotm", kind, is_external=True)
        element = OxmlElement("w:attachedTemplate")
        element.set(qn("r:id"), key)
        settings.element.insert(0, element)

    own = report_template(made(tmp_path, change))
    with zipfile.ZipFile(io.BytesIO(own.content)) as package:
        assert not [
            name for name in package.namelist() if "Normal.dotm" in package.read(name).decode("utf-8")
        ]
        assert b"attachedTemplate" not in package.read("word/settings.xml")


def test_a_valid_document_from_split_tags(tmp_path: Path) -> None:
    def change(document: Any) -> None:
        for paragraph in document.paragraphs:
            if "{{" in paragraph.text and "\n" not in paragraph.text:
                split(paragraph, [5], "w:hyperlink")
        for stray in list(document.element.body.iter(qn("w:proofErr"))):
            stray.getparent().remove(stray)

    own = report_template(made(tmp_path, change))
    path = tmp_path / "报告.docx"
    path.write_bytes(narrate(township(), READY, lambda fields: fill(own, fields)))
    assert not OpenXmlValidator().validate(str(path)).errors
    assert text_of(path.read_bytes()) == official()


@pytest.mark.libreoffice
def test_a_template_that_libreoffice_saved(tmp_path: Path, soffice: LibreOffice) -> None:
    """A real program's runs, styles and properties, in place of Word's and WPS's."""
    (saved,) = soffice.convert([made(tmp_path, lambda document: None)], "docx", tmp_path / "另存")
    own = report_template(saved)
    assert text_of(narrate(township(), READY, lambda fields: fill(own, fields))) == official()


# ---------------------------------------------------------------- too much, and what lies outside

SECONDS = 20
"""A slow machine's; what was not bounded took 38 s to more than 90 s on a fast one."""


def with_body(xml: str) -> bytes:
    """The shipped template with this XML before its first paragraph."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(SHIPPED)) as package, zipfile.ZipFile(packed, "w") as changed:
        for name in package.namelist():
            content = package.read(name)
            if name == "word/document.xml":
                content = content.replace(b"<w:body>", b"<w:body>" + xml.encode(), 1)
            changed.writestr(zipfile.ZipInfo(name), content)
    return packed.getvalue()


def paragraph(text: str) -> str:
    return f'<w:p><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def loops(depth: int) -> str:
    fields = ("problems", "measures", "work.texts")
    begin = "".join(paragraph(f"{{%p for t{n} in {fields[n % 3]} %}}") for n in range(depth))
    return begin + paragraph("{{ t0 }}") + paragraph("{%p endfor %}") * depth


def field(*pieces: str) -> str:
    said = "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in pieces)
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"<w:p>{marks[0]}{said}{marks[1]}<w:r><w:t>x</w:t></w:r>{marks[2]}</w:p>"


TOO_MUCH = {
    "2,000 and": (paragraph("{% if draft" + " and draft" * 2_000 + " %}x{% endif %}"), "一段超过 20000 个字"),
    "300 and": (paragraph("{% if draft" + " and draft" * 300 + " %}x{% endif %}"), "太长、太复杂"),
    "brackets": (paragraph("{% if " + "(" * 90 + "draft" + ")" * 90 + " %}x{% endif %}"), "太长、太复杂"),
    "not": (paragraph("{% if " + "not " * 60 + "unit %}x{% endif %}") , ""),
    "conditions": (paragraph("{% if unit %}" * 400 + "x" + "{% endif %}" * 400), "套在 12 层"),
    "loops": (loops(10), "套在 2 层循环里"),
    "40,000 beginnings": (paragraph("{%" * 40_000), "一段超过 20000 个字"),
    "beginnings, a paragraph each": (paragraph("{%" * 9_000) * 12, "标记不完整"),
    "braces": (paragraph("{" * 5_000_000), "文字超过 300000 个"),
    "paragraphs": ("<w:p/>" * 300_000, "段落超过 10000 个"),
    "cells": (
        "<w:tbl><w:tblPr/><w:tblGrid/>" + ("<w:tr>" + f"<w:tc>{paragraph('x')}</w:tc>" * 30 + "</w:tr>") * 300
        + "</w:tbl><w:p/>",
        "",
    ),
    "tags": (paragraph("{{ unit }}" * 900) * 6, "标记超过 5000 个"),
    "elements": ("<w:p>" + "<w:r/>" * 4_000_000 + "</w:p>", "内容超过 20 MiB"),
    "a number without end": (paragraph("{% if unit == " + "9" * 4_400 + " %}x{% endif %}"), "太长、太复杂"),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "sentence"), TOO_MUCH.values(), ids=TOO_MUCH)
def test_too_much_is_refused_at_once(xml: str, sentence: str) -> None:
    """Or, where it is not too much, filled."""
    start = time.process_time()
    if sentence:
        with pytest.raises(UnusableTemplate, match=sentence):
            own_template("模板.docx", with_body(xml))
    else:
        fill(own_template("模板.docx", with_body(xml)), context(township(), READY))
    assert time.process_time() - start < SECONDS


def test_two_loops_within_each_other_are_bounded_by_what_they_make() -> None:
    own = own_template("模板.docx", with_body(loops(2)))
    fields = context(township(), READY)
    assert any(paragraph.text == fields["problems"][0] for paragraph in fill(own, fields).paragraphs)  # type: ignore[index]
    endless = {**fields, "problems": ["x"] * 300, "measures": ["y"] * 300}
    with pytest.raises(UnusableTemplate, match="填出来的内容太多"):
        fill(own, endless)


REACHES_OUT = {
    "DDEAUTO": (field('DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc"'), "域“DDEAUTO”"),
    "DDE in pieces": (field("D", "D", "E c:\\\\x"), "域“DDE”"),
    "INCLUDETEXT": (field(' includetext "\\\\\\\\host\\\\a.docx"'), "域“includetext”"),
    "INCLUDEPICTURE": (field('INCLUDEPICTURE "http://host/a.png" \\d'), "域“INCLUDEPICTURE”"),
    "LINK": (field("LINK Excel.Sheet.12 C:\\\\a.xlsx"), "域“LINK”"),
    "a simple field": ('<w:p><w:fldSimple w:instr=" INCLUDETEXT a.docx"><w:r/></w:fldSimple></w:p>', "域“INCLUDETEXT”"),
    "a field that has no end": ('<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DDE a'
                                "</w:instrText></w:r></w:p>", "域“DDE”"),
    "another document": ('<w:altChunk xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
                         'r:id="rId1"/>', "嵌着另一份文件"),
    "a picture of VML": ('<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="http://host/a"/>'
                         "</w:pict></w:r></w:p>", "图片引用文档之外的文件"),
}  # fmt: skip


@pytest.mark.parametrize(("xml", "sentence"), REACHES_OUT.values(), ids=REACHES_OUT)
def test_what_lies_outside_is_refused(xml: str, sentence: str) -> None:
    with pytest.raises(UnusableTemplate, match=sentence):
        own_template("模板.docx", with_body(xml))


@pytest.mark.parametrize(
    "xml",
    [
        field(" PAGE "),
        field(' TOC \\o "1-3" \\h '),
        field(' HYPERLINK \\l "_Toc1" '),
        field(" = 1 + 2 "),
        field(' DATE \\@ "yyyy年M月d日" '),
        paragraph("DDEAUTO、INCLUDETEXT 只是文字"),
        '<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" src="rId1"/></w:pict></w:r></w:p>',
    ],
)
def test_what_word_works_out_itself_stays(xml: str) -> None:
    own_template("模板.docx", with_body(xml))


@pytest.mark.parametrize("kind", ["oleObject", "vbaProject", "control", "aFChunk"])
def test_objects_and_macros_are_refused(kind: str) -> None:
    document: Any = Document(io.BytesIO(SHIPPED))
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
    part = Part(PackURI("/word/embeddings/a.bin"), "application/octet-stream", b"x", document.part.package)
    document.part.relate_to(part, base + kind)
    written = io.BytesIO()
    document.save(written)
    with pytest.raises(UnusableTemplate, match="嵌着宏、控件或另一份文件"):
        own_template("模板.docx", written.getvalue())


WORDS = {
    "{｛ unit ｝}": "全角括号",
    "﹛﹛ unit ﹜﹜": "全角括号",
    "{ { unit } }": "标记不完整",
    "{％ if unit ％}": "全角括号",
    "{# 备忘 #}": "注释“{# 备忘 #}”不会印出",
    "{{ unit }": "标记不完整",
    "{%p if staff.rate == '93.10%' %}": "里有 % 或 }",
}


@pytest.mark.parametrize(("text", "sentence"), WORDS.items())
def test_no_tag_prints_or_vanishes(text: str, sentence: str) -> None:
    with pytest.raises(UnusableTemplate) as refusal:
        own_template("模板.docx", with_body(paragraph(text)))
    assert sentence in str(refusal.value)
    assert "第1段" in str(refusal.value)


@pytest.mark.parametrize(
    "text", ["{\u200b{ un\u200bit }\ufeff}", "{{ unit\u3164 }}", "{{\u200c unit \u2060}}"]
)
def test_signs_without_a_look_do_not_spoil_a_tag(text: str) -> None:
    own = own_template("模板.docx", with_body(paragraph(f"我们是{text}。")))
    document = fill(own, context(township(), READY))
    assert document.paragraphs[0].text == f"我们是{township().unit_name}。"


@pytest.mark.parametrize("text", ["集合 {1, 2}", "C# 与 { }", "（50%）", "#1"])
def test_braces_that_are_no_tags_stay(text: str) -> None:
    own = own_template("模板.docx", with_body(paragraph(text)))
    assert fill(own, context(township(), READY)).paragraphs[0].text == text
