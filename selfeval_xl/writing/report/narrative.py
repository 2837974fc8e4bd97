"""The report: the form's Word template, rendered with a filing's fields. The wording is the template's."""

import io
import re
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from datetime import datetime
from functools import cache, partial
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.filing import Filing
from selfeval_xl.forms import of_form
from selfeval_xl.layout.grid import Grid
from selfeval_xl.layout.printed import printed
from selfeval_xl.writing.report.annexes.drawing import draw_annexes
from selfeval_xl.writing.report.charts.content import charts
from selfeval_xl.writing.report.charts.drawing import Pen
from selfeval_xl.writing.report.charts.placing import place_charts
from selfeval_xl.writing.report.context import PLACEHOLDER, context
from selfeval_xl.writing.report.sections.figures import NOTHING, Fields, Nothing
from selfeval_xl.writing.report.texts import clean
from selfeval_xl.writing.saving import saved

ENVIRONMENT = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
ENVIRONMENT.from_string = cache(ENVIRONMENT.from_string)  # type: ignore[method-assign, assignment]
"""Compiling the template takes four fifths of a report: once a process is enough, no source holds a user's text."""
USUAL, REPORT = "hunan-2023", "report.docx"
TITLE = "部门整体支出绩效自评报告"
WRITTEN = datetime(2024, 1, 1)
"""The same for every report: its bytes depend on the filing alone."""
MISSING_STYLE = "Missing"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MARKS = (("{_", "{&#95;"), ("_}", "&#95;}"), ("%_", "%&#95;"))
"""docxtpl turns {_{ into {{ after rendering: an underscore that it does not see stays one."""

LOWEST = 99
"""A paragraph of text is below every heading."""
Render = Callable[[Fields], Any]
"""From the fields to a python-docx document."""


def narrate(
    filing: Filing,
    conclusion: Conclusion,
    render: Render | None = None,
    pen: Pen | None = None,
    grids: tuple[Grid, ...] | None = None,
) -> bytes:
    """The report as a docx: ten sections; a draft unless the conclusion lets it be handed in and nothing is 待填.

    `render`: fills another template than the form's. `pen`: draws charts; without one there are none.
    `grids`: the printed annexes, where they are laid out already.
    """
    render = render or partial(rendered, filing.form.wording)
    fields = context(filing, conclusion)
    document = render(fields)
    leave_out(document)
    gaps = sum(len(PLACEHOLDER.findall(text.text)) for text in _missing(document.element.body))
    if gaps and not fields["draft"]:
        document = render({**fields, "draft": f"待填{gaps}处"})
        leave_out(document)
    mark_missing(document.element.body)
    place_charts(document, charts(filing) if pen else (), pen, form_template(filing.form.wording))
    draw_annexes(document, filing, grids or printed(filing), form_template(filing.form.wording))
    set_properties(document.core_properties, TITLE)
    return saved(document)


def leave_out(document: Any) -> None:
    """The paragraphs that speak of what the form does not ask, and the headings that then stand over nothing."""
    told = [text for text in document.element.body.iter(f"{_W}t") if text.text and NOTHING in text.text]
    levels = (
        {style.style_id: level for style in document.styles if (level := _outline(style.element))}
        if told
        else {}
    )
    for paragraph in dict.fromkeys(next(text.iterancestors(f"{_W}p")) for text in told):
        above, below = paragraph.getprevious(), paragraph.getnext()
        paragraph.getparent().remove(paragraph)
        while (level := _level(above, levels)) and _level(below, levels, LOWEST) <= level:
            heading, above = above, above.getprevious()
            heading.getparent().remove(heading)


def _outline(style: Any) -> int:
    """The level of a heading's style, from 1; 0 for any other."""
    found = style.find(f"{_W}pPr/{_W}outlineLvl")
    return 0 if found is None else int(found.get(f"{_W}val")) + 1


def _level(element: Any, levels: Mapping[str, int], other: int = 0) -> int:
    """Of a heading; `other` for what is none. The document's end stands above all."""
    if element is None:
        return 0
    named = element.find(f"{_W}pPr/{_W}pStyle")
    return other if named is None else levels.get(named.get(f"{_W}val"), other)


def docx_text(text: str) -> Markup:
    """A text as it may stand in the document, literally. Raises TypeError for anything but a text."""
    if not isinstance(text, str):
        raise TypeError(f"not a text: {text!r}")
    safe = str(escape(clean(text)))
    for mark, kept in _MARKS:
        safe = safe.replace(mark, kept)
    return Markup(safe)


@cache
def form_template(form: str, name: str = REPORT) -> bytes:
    """A Word template of a form; the usual form's where it has none of its own (as letters take their styles from)."""
    own = of_form(form, name) if form else None
    return (own if own is not None and own.is_file() else of_form(USUAL, name)).read_bytes()


def escaped(value: object) -> Any:
    """The fields, each text made safe. Only texts, yes and no can stand in a field, and what the form does not ask."""
    if isinstance(value, Nothing):
        return value
    if isinstance(value, dict):
        return {key: escaped(inside) for key, inside in value.items()}
    if isinstance(value, list):
        return [escaped(inside) for inside in value]
    return value if isinstance(value, bool) else docx_text(value)  # type: ignore[arg-type]


def rendered(form: str, fields: Fields, name: str = REPORT) -> Any:
    """The python-docx document of the form's template of that name, its fields filled."""
    template = DocxTemplate(io.BytesIO(form_template(form, name)))
    template.render(escaped(fields), ENVIRONMENT)
    return template.docx


def _missing(body: Any) -> list[Any]:
    """The text elements that hold a 【待填：…】."""
    return [text for text in body.iter(f"{_W}t") if text.text and PLACEHOLDER.search(text.text)]


def mark_missing(body: Any) -> None:
    """Every 【待填：…】 gets the character style that highlights it."""
    for text in _missing(body):
        run = text.getparent()
        for piece in _split(run, text):
            run.addprevious(piece)
        run.getparent().remove(run)


def _split(run: Any, text: Any) -> Iterator[Any]:
    """The run as several, each placeholder of this text in one of its own; all else goes to the first and last."""
    properties, at = run.find(f"{_W}rPr"), run.index(text)
    before, after = [e for e in run[:at] if e is not properties], run[at + 1 :]
    words = re.split(f"({PLACEHOLDER.pattern})", text.text)
    for number, piece in enumerate(words):
        part = run.makeelement(run.tag)
        part.append(run.makeelement(f"{_W}rPr") if properties is None else deepcopy(properties))
        if number % 2:
            part[0].insert(0, run.makeelement(f"{_W}rStyle", {f"{_W}val": MISSING_STYLE}))
        part.extend(before if number == 0 else [])
        if piece:
            part.append(run.makeelement(f"{_W}t", {_SPACE: "preserve"}))
            part[-1].text = piece
        part.extend(after if number == len(words) - 1 else [])
        if len(part) > 1:
            yield part


def set_properties(properties: Any, title: str) -> None:
    """Constants, whatever the last editor of the template left there."""
    properties.title, properties.language, properties.revision = title, "zh-CN", 1
    properties.author = properties.last_modified_by = properties.subject = properties.comments = ""
    properties.created = properties.modified = WRITTEN
