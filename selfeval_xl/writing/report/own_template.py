"""The unit's own report template: a docx edited in Word or WPS, refused with a place before anything is written."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.oxml import parse_xml, serialize_part_xml
from docxtpl import DocxTemplate
from msgspec import Struct

from selfeval_xl.errors import UnusableTemplate
from selfeval_xl.writing.report.numerals import drop_typed_numerals
from selfeval_xl.writing.report.paragraphs import Paragraph, mend, paragraphs, place_of, revisions
from selfeval_xl.writing.report.structure import named
from selfeval_xl.writing.report.tags import Trouble
from selfeval_xl.writing.report.template_limits import (
    REACHING,
    require_nothing_fetched,
    require_small_package,
    require_small_part,
)
from selfeval_xl.writing.saving import saved

REQUIRED = "draft"
"""Without it a report with open errors would look like one that may be handed in."""
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml."
_FILLED = ("document.main+xml", "header+xml", "footer+xml", "footnotes+xml")
_OTHER = ("endnotes+xml", "comments+xml")
_OUTPUT = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_DROPPED = (
    RELATIONSHIP_TYPE.EXTENDED_PROPERTIES,
    RELATIONSHIP_TYPE.CUSTOM_PROPERTIES,
    RELATIONSHIP_TYPE.THUMBNAIL,
)
"""Parts of the package that say who wrote the template, and where."""


class OwnTemplate(Struct, frozen=True):
    """`content`: the docx with every tag whole. `named`: the fields that it prints."""

    name: str
    content: bytes
    named: frozenset[str]


def own_template(name: str, content: bytes) -> OwnTemplate:
    """Check a docx and mend it. Raises UnusableTemplate: what, in which paragraph or cell, what to do."""
    try:
        document = _opened(content)
        _require_harmless(document)
        _drop_traces(document)
        _require_no_review(document)
        printed = set[str]()
        for part in _parts(document, _FILLED):
            printed |= _checked(part)
        if REQUIRED not in printed:
            raise Trouble(
                "没有写出草稿标记",
                f"请保留 {{%p if {REQUIRED} %}} 到 {{%p endif %}} 的几段，可报送时它们不会印出",
            )
        drop_typed_numerals(document)
    except Trouble as trouble:
        raise UnusableTemplate(f"报告模板“{name}”{trouble.what}；{trouble.remedy}。") from None
    return OwnTemplate(name, saved(document), frozenset(printed))


def _opened(content: bytes) -> Any:
    try:
        require_small_package(content)
        return Document(io.BytesIO(content))
    except Trouble:
        raise
    except Exception:  # python-docx says in many ways that a package is no docx
        raise Trouble("不是 .docx 文档", "请用 Word 或 WPS 另存为 .docx") from None


def _parts(document: Any, kinds: Iterable[str]) -> Iterator[Any]:
    wanted = [_WORD + kind for kind in kinds]
    parts = [part for part in document.part.package.iter_parts() if part.content_type in wanted]
    yield from sorted(parts, key=lambda part: (wanted.index(part.content_type), str(part.partname)))


def _drop_traces(document: Any) -> None:
    """Properties, thumbnail, and the path of the template's own template. Links to other files are refused."""
    package = document.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype in _DROPPED:
            del package.rels[key]
    properties = document.core_properties
    for name in ("author", "comments", "identifier", "language", "subject", "title", "keywords", "category"):
        setattr(properties, name, "")
    for part in package.iter_parts():
        for key, relation in list(part.rels.items()):
            if relation.reltype.endswith("/attachedTemplate"):
                _forget(part, key)
            elif relation.is_external and relation.reltype != RELATIONSHIP_TYPE.HYPERLINK:
                raise Trouble("引用了文档之外的文件", "请把链接的图片或对象改为嵌入后保存")


def _require_harmless(document: Any) -> None:
    """Size first: what follows looks at every paragraph."""
    for part in _parts(document, (*_FILLED, *_OTHER)):
        root = _root(part)
        require_small_part(root)
        name = str(part.partname)[1:]
        require_nothing_fetched(root, lambda element, root=root, name=name: place_of(element, root, name))  # type: ignore[misc]
    for part in document.part.package.iter_parts():
        if any(relation.reltype.endswith(REACHING) for relation in part.rels.values()):
            raise Trouble("嵌着宏、控件或另一份文件（对象）", "请删去，或把它换成图片后保存")


def _forget(part: Any, key: str) -> None:
    for element in [e for e in part.element if e.tag.endswith("}attachedTemplate")]:
        part.element.remove(element)
    del part.rels[key]


def _require_no_review(document: Any) -> None:
    if any(revisions(_root(part)) for part in _parts(document, _FILLED)):
        raise Trouble("带有修订记录", "请在 Word 或 WPS 中接受全部修订后保存")
    for part in _parts(document, _OTHER):
        if any(paragraph.text.strip() for paragraph in paragraphs(_root(part), str(part.partname)[1:])):
            raise Trouble("带有批注或尾注", "请删除批注，把尾注移到正文或脚注后保存")


def _checked(part: Any) -> set[str]:
    """Mends the part's tags in place; the fields that it prints."""
    root = _root(part)
    found = paragraphs(root, str(part.partname)[1:])
    for paragraph in found:
        mend(paragraph.element)
    printed = named(found)
    _require_kept(found, root)
    if not hasattr(part, "element"):
        part._blob = serialize_part_xml(root)
    return printed


def _require_kept(found: Sequence[Paragraph], root: Any) -> None:
    """docxtpl patches the XML before it reads the tags: none may get lost in that."""
    patched = DocxTemplate.patch_xml(None, serialize_part_xml(root).decode("utf-8"))
    left = Counter(inside.strip() for inside in _OUTPUT.findall(patched))
    for paragraph in found:
        for inside in _OUTPUT.findall(paragraph.text):
            left[inside.strip()] -= 1
            if left[inside.strip()] < 0:
                raise Trouble(f"{paragraph.place}：“{inside.strip()}”会丢失", "请把这个标记单独重新输入一遍")


def _root(part: Any) -> Any:
    return part.element if hasattr(part, "element") else parse_xml(part.blob)
