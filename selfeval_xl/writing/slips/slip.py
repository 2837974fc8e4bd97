"""退回意见.docx of one unit, on one page, in the styles of the form's report template."""

import io
from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from typing import Any

from docx import Document
from docx.oxml.ns import qn
from msgspec import Struct

from selfeval_xl.writing.report.annexes import styles
from selfeval_xl.writing.report.annexes.elements import paragraph, parsed, run, w
from selfeval_xl.writing.report.narrative import form_template, set_properties
from selfeval_xl.writing.saving import saved
from selfeval_xl.writing.slips.fitting import LINE, PADDING, Item, lines_of, shared_out

TITLE = "部门整体支出绩效自评材料退回意见"
HEADS = ("序号", "要求", "位置（填报表）", "问题")
WIDTHS = (560, 840, 2000, 5444)
"""Twips; together the text's width."""
MARGINS = {"top": 1418, "bottom": 1134}
"""Twips: less than a report has, so that one page holds more."""
PAGE = 16838 - sum(MARGINS.values())
BODY, NOTE = 500, 300
"""Twips of a line of body text (16 pt), and of the small paragraphs below the table (10.5 pt)."""
BODY_SIGNS, NOTE_SIGNS = 54, 80
"""Half-width signs of a line in each."""
ANNEX = "附件"
"""So begin the names of the sheets that every unit files, whether in the template or in the bureau's own files."""
SPARE = 350
"""Twips that other fonts may take."""


class Slip(Struct, frozen=True):
    """What the slip says. `counts`, `progress`: clauses; `number`: 第几次退回; `book`: the name of its 核对结果;
    `explains`: the unit's file has places for what it explains; `absent`: the template's sheets that are not in it."""

    unit: str
    year: int
    number: int
    counts: str
    progress: str
    due: date | None
    items: Sequence[Item]
    book: str
    explains: bool = True
    absent: Sequence[str] = ()


def write_slip(slip: Slip, form: str) -> bytes:
    """The document; `form`: whose template gives the styles. What does not fit on the page is counted."""
    document: Any = Document(io.BytesIO(form_template(form)))
    ids = styles.style_ids(document, form_template(form))
    body = document.element.body
    section = deepcopy(body[-1])
    # Some programs lay even lines of an exact height onto the grid, others do not.
    for unwanted in (*section.findall(qn("w:footerReference")), *section.findall(qn("w:docGrid"))):
        section.remove(unwanted)
    for side, twips in MARGINS.items():
        section.find(qn("w:pgMar")).set(qn(f"w:{side}"), str(twips))
    body.clear_content()
    body.replace(body[-1], section)
    for element in parsed(_content(slip, ids)):
        section.addprevious(element)
    set_properties(document.core_properties, TITLE)
    return saved(document)


def _content(slip: Slip, ids: dict[str, str]) -> list[str]:
    text, body = ids[styles.TEXT], "BodyText"
    to, lead, notes = f"{slip.unit}：", _lead(slip), _notes(slip)
    shown = shared_out(slip.items, _room(to, lead, notes))
    rest = len(slip.items) - len(shown)
    notes = [f"另有 {rest} 条未列，见随附的核对结果。", *notes] if rest else notes
    return [
        paragraph("Title", run(TITLE), spacing=w("spacing", before=0, after=120, line=600, lineRule="exact")),
        paragraph(body, run(f"（第 {slip.number} 次退回）"), **NUMBER),
        paragraph(body, run(to), spacing=SPACING, ind=w("ind", firstLine=0, firstLineChars=0)),
        paragraph(body, run(lead), spacing=SPACING),
        *([_table(shown, ids)] if shown else []),
        *(paragraph(text, run(note), spacing=NOTE_SPACING) for note in notes),
        paragraph(body, run("（财政部门绩效管理机构印章）"), spacing=SEAL, jc=w("jc", val="right")),
        paragraph(body, run("　　　　年　　月　　日"), spacing=SPACING, jc=w("jc", val="right")),
    ]


def _lead(slip: Slip) -> str:
    when = f"于{_day(slip.due)}前" if slip.due else "尽快"
    asked = "、".join(dict.fromkeys(item.asked[1:] for item in slip.items))
    do = f"请按下列意见（共 {len(slip.items)} 条）{asked}后" if slip.items else "请用填报模板填报后"
    return (
        f"你单位报送的{slip.year}年度部门整体支出绩效自评材料已经核对，{slip.counts}。"
        f"{slip.progress}现予退回，{do}，{when}重新报送。"
    )


def _notes(slip: Slip) -> list[str]:
    """What stands below the table."""
    place = "请写在“差异原因”栏或“核实说明”表" if slip.explains else "请随材料另附书面说明"
    tail = f"各条两边的数、差额和改法见随附的“{slip.book}”。需说明的，{place}。"
    if not slip.absent:
        return [tail]
    annexes = _quoted([name for name in slip.absent if name.startswith(ANNEX)])
    due = f"其中{annexes}请补报；" if annexes else ""
    return [
        f"报送的文件里没有{_quoted(slip.absent)}，涉及这些表的核对没有进行；{due}"
        "完整的自评报告，须用填报模板填报后生成。",
        tail,
    ]


def _quoted(names: Sequence[str]) -> str:
    return "、".join(f"“{name}”" for name in names)


def _room(to: str, lead: str, notes: Sequence[str]) -> int:
    """Twips of the page that the rows of the table may take; a line is kept for 另有 … 条未列."""
    lines = 3 + lines_of(to, BODY_SIGNS) + lines_of(f"　　{lead}", BODY_SIGNS)
    small = 1 + sum(lines_of(note, NOTE_SIGNS) for note in notes)
    gaps = 720 + 240 + 60 * (len(notes) + 1)
    return PAGE - gaps - lines * BODY - small * NOTE - (LINE + PADDING) - SPARE


SPACING = w("spacing", line=BODY, lineRule="exact")
SEAL = w("spacing", before=240, line=BODY, lineRule="exact")
NOTE_SPACING = w("spacing", before=60, after=0, line=NOTE, lineRule="exact")
CELL_SPACING = w("spacing", before=PADDING // 2 - 5, after=PADDING // 2 - 5, line=LINE, lineRule="exact")
NUMBER = {
    "spacing": SPACING,
    "ind": w("ind", firstLine=0, firstLineChars=0),
    "jc": w("jc", val="center"),
}


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


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
                paragraph(style, run(text), spacing=CELL_SPACING, **looks),
            )
        )
    return w("tr", w("trPr", w("cantSplit")), *cells)
