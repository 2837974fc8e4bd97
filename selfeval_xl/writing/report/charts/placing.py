"""The charts in their place: each a picture with its caption below, named for whoever cannot see it."""

import io
from collections.abc import Sequence
from typing import Any

from docx.oxml.ns import qn
from docx.shared import Mm

from selfeval_xl.writing.report.annexes import styles
from selfeval_xl.writing.report.annexes.elements import paragraph, parsed, run, w
from selfeval_xl.writing.report.charts.content import Chart
from selfeval_xl.writing.report.charts.drawing import Pen
from selfeval_xl.writing.report.texts import clean

PLACE, PICTURE, CAPTION = "图表位置", "图", "图题"
BEFORE = ("附件说明首行", styles.PLACE)
"""A template that has no 图表位置 gets the charts before the first of these, or at its end."""


def place_charts(document: Any, charts: Sequence[Chart], pen: Pen | None, own: bytes) -> None:
    """Each chart where the template has its 图表位置, which goes. Without a pen there are none.

    `own`: the form's template, for styles that a unit's template lacks.
    """
    body, drawn = document.element.body, charts if pen else ()
    ids = styles.style_ids(document, own, (PICTURE, CAPTION) if drawn else ())
    holders = list(_of_style(body, ids.get(PLACE, "")))
    if pen and drawn:
        marks = [*holders, *(found for name in BEFORE for found in _of_style(body, ids.get(name, "")))]
        mark = marks[0] if marks else body[-1]
        for number, chart in enumerate(drawn, 1):
            for element in _elements(document, chart, number, pen, ids):
                mark.addprevious(element)
    for holder in holders:
        holder.getparent().remove(holder)


def _of_style(body: Any, style: str) -> list[Any]:
    named = f"{qn('w:pPr')}/{qn('w:pStyle')}"
    found = ((p, p.find(named)) for p in body.iterchildren(qn("w:p")))
    return [p for p, said in found if style and said is not None and said.get(qn("w:val")) == style]


def _elements(document: Any, chart: Chart, number: int, pen: Pen, ids: dict[str, str]) -> list[Any]:
    picture = pen.draw(chart)
    inline = document.part.new_pic_inline(io.BytesIO(picture.content), Mm(picture.width), Mm(picture.height))
    inline.docPr.set("name", f"图{number}")
    inline.docPr.set("descr", clean(f"{chart.caption}。{chart.words}。"))
    shown = paragraph(ids[PICTURE], w("r", w("drawing")))
    made = parsed([shown, paragraph(ids[CAPTION], run(f"图{number}\u3000{chart.caption}"))])
    next(made[0].iter(qn("w:drawing"))).append(inline)
    return made
