"""复核底稿.docx of one unit: what it claims of itself, beside room to write what the reviewer found; in the styles of the
form's report template."""

import io
from collections.abc import Sequence
from typing import Any

from docx import Document
from msgspec import Struct

from selfeval_xl.writing.delivery import repack
from selfeval_xl.writing.report.annexes import styles
from selfeval_xl.writing.report.annexes.elements import paragraph, parsed, run, w
from selfeval_xl.writing.report.narrative import form_template, set_properties

TITLE = "部门整体支出绩效自评复核底稿"
TEXT_WIDTH = 8844
"""Twips between the margins."""
INDICATORS = {
    "序号": 480, "绩效指标": 2100, "年度指标值": 1250, "实际完成值": 1250, "分值": 560, "自评得分": 700, "复核得分": 700,
    "扣分理由和依据": 1804,
}  # fmt: skip
PROJECTS = {
    "序号": 480, "项目": 2600, "全年预算数（万元）": 1150, "全年执行数（万元）": 1150, "执行率": 860, "自评得分": 700,
    "复核得分": 700, "复核情况": 1204,
}  # fmt: skip
FINDINGS = {"序号": 480, "级别": 700, "位置": 1500, "问题": 3964, "核实情况": 2200}
"""Heads and widths in twips."""
HEADING = w("spacing", before=160, after=60, line=400, lineRule="exact")
LINE = w("spacing", line=420, lineRule="exact")
LEFT = w("jc", val="left")
FLUSH = w("ind", firstLine=0, firstLineChars=0)


class Table(Struct, frozen=True):
    """`columns`: head → width; `centred`: so many first columns, and all that hold numbers, stand in the middle."""

    title: str
    columns: dict[str, int]
    rows: Sequence[Sequence[str]]
    left: Sequence[str] = ()


class ReviewSheet(Struct, frozen=True):
    """`facts`: lines below the title; `score`, `grade`, `opinion`: what the bureau wrote already, "" where nothing."""

    unit: str
    year: int
    facts: Sequence[str]
    indicators: Sequence[Sequence[str]]
    projects: Sequence[Sequence[str]]
    findings: Sequence[Sequence[str]]
    score: str = ""
    grade: str = ""
    opinion: str = ""


def write_review_sheet(sheet: ReviewSheet, form: str) -> bytes:
    """The document; `form`: whose template gives the styles."""
    document: Any = Document(io.BytesIO(form_template(form)))
    ids = styles.style_ids(document, form_template(form))
    body = document.element.body
    section = body[-1]
    body.clear_content()
    for element in parsed(_content(sheet, ids)):
        section.addprevious(element)
    set_properties(document.core_properties, TITLE)
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue())


def _content(sheet: ReviewSheet, ids: dict[str, str]) -> list[str]:
    tables = [
        Table("一、附件2 各项指标", INDICATORS, sheet.indicators, ("绩效指标", "扣分理由和依据")),
        Table("二、附件3 各项目", PROJECTS, sheet.projects, ("项目", "复核情况")),
        Table("三、核对发现的错误和警告", FINDINGS, sheet.findings, ("位置", "问题", "核实情况")),
    ]
    return [
        paragraph("Title", run(TITLE), spacing=w("spacing", before=0, after=160, line=600, lineRule="exact")),
        *(paragraph("BodyText", run(line), spacing=LINE, ind=FLUSH) for line in sheet.facts),
        *(element for table in tables for element in _table(table, ids)),
        paragraph("BodyText", run("四、复核结论"), keepNext=w("keepNext"), spacing=HEADING, ind=FLUSH),
        paragraph("BodyText", run(_concluded(sheet)), keepNext=w("keepNext"), spacing=LINE, ind=FLUSH),
        *(
            paragraph("BodyText", run(line), keepNext=w("keepNext"), spacing=LINE, ind=FLUSH)
            for line in (f"复核意见：{sheet.opinion}", *(() if sheet.opinion else ("　", "　", "　")))
        ),
        paragraph(
            "BodyText", run("复核人（签名）：　　　　　　　　日期：　　　年　　月　　日"),
            keepNext=w("keepNext"), spacing=LINE, ind=FLUSH, jc=LEFT,
        ),
        paragraph(
            "BodyText", run("单位意见（盖章）：　　　　　　　日期：　　　年　　月　　日"),
            spacing=LINE, ind=FLUSH, jc=LEFT,
        ),
    ]  # fmt: skip


def _concluded(sheet: ReviewSheet) -> str:
    return f"复核得分：{sheet.score or '　　　　　　'}　　　　复核等级：{sheet.grade or '　　　　　　'}"


def _table(table: Table, ids: dict[str, str]) -> list[str]:
    title = paragraph("BodyText", run(table.title), keepNext=w("keepNext"), spacing=HEADING, ind=FLUSH)
    if not table.rows:
        return [title, paragraph("BodyText", run("没有。"), spacing=LINE)]
    properties = w(
        "tblPr",
        w("tblStyle", val=ids[styles.TABLE]),
        w("tblW", w=TEXT_WIDTH, type="dxa"),
        w("jc", val="center"),
        w("tblLayout", type="fixed"),
    )
    grid = w("tblGrid", *(w("gridCol", w=width) for width in table.columns.values()))
    rows = [_row(table, list(table.columns), ids[styles.SMALL_HEAD], head=True)]
    rows += [_row(table, row, ids[styles.SMALL_TEXT], head=False) for row in table.rows]
    return [title, w("tbl", properties, grid, *rows)]


def _row(table: Table, texts: Sequence[str], style: str, head: bool) -> str:
    cells = []
    for (name, width), text in zip(table.columns.items(), texts, strict=True):
        looks = {} if name in table.left and not head else {"jc": w("jc", val="center")}
        properties = w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center"))
        cells.append(w("tc", properties, paragraph(style, run(text), **looks)))
    least = w("trHeight", val=420, hRule="atLeast")
    return w("tr", w("trPr", w("cantSplit"), least, *([w("tblHeader")] if head else [])), *cells)
