"""The report from the unit's own template: what the template names is said, or nothing is written."""

import html
import io
from collections.abc import Sequence
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from lxml import etree
from msgspec import Struct

from selfeval_xl.errors import UnusableTemplate
from selfeval_xl.writing.report.narrative import escaped, form_template
from selfeval_xl.writing.report.own_template import OwnTemplate
from selfeval_xl.writing.report.sections.figures import Fields
from selfeval_xl.writing.report.tags import LOOK_UP
from selfeval_xl.writing.report.template_limits import PASSES, TooMuch, counted, joined
from selfeval_xl.writing.report.vocabulary import leaves, vocabulary

LISTED = 6
"""So many fields are named in the note, the rest counted."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br", f"{_W}p"}


class Said(Struct, frozen=True):
    """One field that a template printed, and its text."""

    field: str
    text: str


def fill(own: OwnTemplate, fields: Fields) -> Any:
    """The python-docx document. Raises UnusableTemplate where a text that the template names is not in it."""
    try:
        document, said = _rendered(own.content, fields)
    except TooMuch:
        raise UnusableTemplate(f"报告模板“{own.name}”填出来的内容太多；请检查其中的循环。") from None
    except (TemplateError, etree.LxmlError, ValueError, KeyError, AttributeError, TypeError, RecursionError):
        raise UnusableTemplate(
            f"报告模板“{own.name}”无法填写；请撤回最近改动的标记，或从原模板重新修改。"
        ) from None
    lost = _lost(_text(document), said)
    if lost:
        what = f"字段“{lost.field}”的内容没有出现在报告中"
        raise UnusableTemplate(
            f"报告模板“{own.name}”：{what}；请把 {{{{ {lost.field} }}}} 单独重新输入一遍。"
        )
    return document


def unsaid(own: OwnTemplate, form: str, fields: Fields) -> tuple[str, ...]:
    """A sentence on what the form's own template says of this filing and this one does not; none if all is there."""
    ours, theirs = (
        {each.field for each in _rendered(content, fields)[1] if each.text.strip()}
        for content in (form_template(form), own.content)
    )
    left = [field for name, field in vocabulary().items() if name in ours - theirs]
    if not left:
        return ()
    words = "、".join(f"{field.name}（{field.meaning}）" for field in left[:LISTED])
    more = f"等 {len(left)} 个字段" if len(left) > LISTED else ""
    return (
        f"提示：报告模板“{own.name}”没有写出{words}{more}，报告里没有这些内容；如非有意，{LOOK_UP}后补上。",
    )


def _rendered(content: bytes, fields: Fields) -> tuple[Any, list[Said]]:
    safe = escaped(fields)
    said: list[Said] = []
    names = {id(text): name for name, value in leaves(safe) for text in _texts(value)}

    def note(value: object) -> object:
        said.append(Said(names.get(id(value), ""), html.unescape(str(value))))
        return value

    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=note)
    environment.concat = joined  # type: ignore[method-assign]
    template = DocxTemplate(io.BytesIO(content))
    template.render(counted(safe, iter(range(PASSES))), environment)
    return template.docx, said


def _texts(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else () if isinstance(value, bool) else (value,)


def _lost(text: str, said: Sequence[Said]) -> Said | None:
    """The first that does not stand where its turn is."""
    at = 0
    for each in said:
        found = text.find(each.text, at)
        if found < 0:
            return each
        at = found + len(each.text)
    return None


def _text(document: Any) -> str:
    """All that was rendered, in the order of rendering: body, headers, footers, footnotes."""
    kinds = ("document.main+xml", "header+xml", "footer+xml", "footnotes+xml")
    parts = {
        kind: [p for p in document.part.package.iter_parts() if p.content_type.endswith(f".{kind}")]
        for kind in kinds
    }
    return "\n".join(_of_part(part) for kind in kinds for part in parts[kind])


def _of_part(part: Any) -> str:
    root = part.element if hasattr(part, "element") else etree.fromstring(part.blob)
    said = ("\n" if e.tag in _BREAKS else e.text or "" for e in root.iter(*_BREAKS, f"{_W}t"))
    return "".join(said)
