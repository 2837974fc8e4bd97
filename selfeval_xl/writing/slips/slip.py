"""退回意见.docx of one unit, on one page, in the styles of the form's report template."""

import io
import re
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from msgspec import Struct

from selfeval_xl.layout.grid import text_width
from selfeval_xl.writing.delivery import repack
from selfeval_xl.writing.report.annexes import styles
from selfeval_xl.writing.report.annexes.elements import paragraph, parsed, run, w
from selfeval_xl.writing.report.narrative import form_template, set_properties

TITLE = "部门整体支出绩效自评材料退回意见"
HEADS = ("序号", "要求", "位置（填报表）", "问题")
WIDTHS = (560, 900, 2100, 5284)
"""Twips; together the text's width."""
SIGNS = (4, 7, 16, 48)
"""Half-width signs of a line in each column, in the small text."""
LINES, FULL = 22, 3
"""Lines that the table may take on the page; lines that one problem may take."""
LIST_LINES = 2
"""Lines of the cells' addresses."""


_WORD = re.compile(r"[\w.%!]", re.ASCII)
_WORD_AT_END = re.compile(r"[\w.%!]+$", re.ASCII)
MARGINS = {"top": 1418, "bottom": 1134}
"""Twips: less than a report has, so that one page holds more."""


class Item(Struct, frozen=True):
    """One thing to do: 须改正, 请说明 or 请补填."""

    asked: str
    cells: str
    problem: str


class Slip(Struct, frozen=True):
    """What the slip says. `counts`, `progress`: clauses; `number`: 第几次退回; `book`: the name of its 核对结果;
    `explains`: the unit's file has places for what it explains."""

    unit: str
    year: int
    number: int
    counts: str
    progress: str
    due: date | None
    items: Sequence[Item]
    book: str
    explains: bool = True


def write_slip(slip: Slip, form: str) -> bytes:
    """The document; `form`: whose template gives the styles. What does not fit on the page is counted."""
    document: Any = Document(io.BytesIO(form_template(form)))
    ids = styles.style_ids(document, form_template(form))
    body = document.element.body
    section = deepcopy(body[-1])
    for reference in section.findall(qn("w:footerReference")):
        section.remove(reference)
    for side, twips in MARGINS.items():
        section.find(qn("w:pgMar")).set(qn(f"w:{side}"), str(twips))
    body.clear_content()
    body.replace(body[-1], section)
    for element in parsed(_content(slip, ids)):
        section.addprevious(element)
    set_properties(document.core_properties, TITLE)
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue())


def _content(slip: Slip, ids: dict[str, str]) -> list[str]:
    text, body = ids[styles.TEXT], "BodyText"
    shown = fitting(slip.items)
    rest = len(slip.items) - len(shown)
    when = f"于{_day(slip.due)}前" if slip.due else "尽快"
    lead = (
        f"你单位报送的{slip.year}年度部门整体支出绩效自评材料已经核对，{slip.counts}。"
        f"{slip.progress}现予退回，请按下列意见改正、说明、补填后，{when}重新报送。"
    )
    place = "请写在“差异原因”栏或“核实说明”表" if slip.explains else "请随材料另附书面说明"
    tail = f"各条两边的数、差额和改法见随附的“{slip.book}”。需说明的，{place}。"
    more = [paragraph(text, run(f"另有 {rest} 条未列，见随附的核对结果。"))] if rest else []
    return [
        paragraph("Title", run(TITLE), spacing=w("spacing", before=0, after=120, line=600, lineRule="exact")),
        paragraph(body, run(f"（第 {slip.number} 次退回）"), **NUMBER),
        paragraph(body, run(f"{slip.unit}："), spacing=SPACING, ind=w("ind", firstLine=0, firstLineChars=0)),
        paragraph(body, run(lead), spacing=SPACING),
        _table(shown, ids),
        *more,
        paragraph(text, run(tail), spacing=w("spacing", before=60, after=120, line=300, lineRule="exact")),
        paragraph(body, run("（财政部门绩效管理机构印章）"), spacing=SPACING, jc=w("jc", val="right")),
        paragraph(body, run("　　　　年　　月　　日"), spacing=SPACING, jc=w("jc", val="right")),
    ]


SPACING = w("spacing", line=500, lineRule="exact")
NUMBER = {
    "spacing": SPACING,
    "ind": w("ind", firstLine=0, firstLineChars=0),
    "jc": w("jc", val="center"),
}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def fitting(items: Sequence[Item]) -> list[Item]:
    """The first items, cut to a few lines each, as far as one page holds them."""
    shown, room = [], LINES
    for item in items:
        cells = _cut(item.cells, LIST_LINES * SIGNS[2])
        problem = _cut(item.problem, FULL * SIGNS[3])
        room -= max(_lines(cells, SIGNS[2]), _lines(problem, SIGNS[3]))
        if room < 0:
            break
        shown.append(Item(item.asked, cells, problem))
    return shown


def _lines(text: str, signs: int) -> int:
    return max(1, -(-text_width(text) // signs))


def _cut(text: str, signs: int) -> str:
    """The text in so many half-width signs, with … where it was longer."""
    text = " ".join(text.split())
    if text_width(text) <= signs:
        return text
    short = text
    while text_width(short) > signs - 2:
        short = short[:-1]
    # A part of an address or an amount would be another one.
    if _WORD.match(text[len(short) :]):
        short = _WORD_AT_END.sub("", short)
    return short.rstrip("、，；") + "…"


def _table(items: Sequence[Item], ids: dict[str, str]) -> str:
    properties = w(
        "tblPr",
        w("tblStyle", val=ids[styles.TABLE]),
        w("tblW", w=sum(WIDTHS), type="dxa"),
        w("jc", val="center"),
        w("tblLayout", type="fixed"),
    )
    grid = w("tblGrid", *(w("gridCol", w=width) for width in WIDTHS))
    rows = [_row(HEADS, ids[styles.SMALL_HEAD], 4)]
    rows += [
        _row((str(number), item.asked, item.cells, item.problem), ids[styles.SMALL_TEXT], 2)
        for number, item in enumerate(items, 1)
    ]
    return w("tbl", properties, grid, *rows)


def _row(texts: Sequence[str], style: str, centred: int) -> str:
    cells = []
    for at, (text, width) in enumerate(zip(texts, WIDTHS, strict=True)):
        looks = {"jc": w("jc", val="center")} if at < centred else {}
        cells.append(
            w(
                "tc",
                w("tcPr", w("tcW", w=width, type="dxa"), w("vAlign", val="center")),
                paragraph(style, run(text), **looks),
            )
        )
    return w("tr", w("trPr", w("cantSplit")), *cells)
