"""The styles that the annexes are drawn in, by their names in the template; those it lacks come from the form's own."""

import io
from collections.abc import Collection
from copy import deepcopy
from typing import Any

from docx import Document
from docx.oxml.ns import qn

MARK, TITLE, LINE, GAP, PLACE = "附件标识", "附件标题", "附件填报行", "附件表间", "附件位置"
TABLE = "附件表"
TEXT, HEAD = "附件表文字", "附件表头"
SMALL_TEXT, SMALL_HEAD = "附件表小字", "附件表小字头"
"""Of tables with so many columns that they need the smaller size."""
NAMES = (MARK, TITLE, LINE, GAP, TABLE, TEXT, HEAD, SMALL_TEXT, SMALL_HEAD)


def style_ids(document: Any, own: bytes, needed: Collection[str] = NAMES) -> dict[str, str]:
    """Name → id of every style of the document; `own`: the template that has all those that are needed."""
    styles = document.styles.element
    ids = _ids(styles)
    if any(name not in ids for name in needed):
        source: Any = Document(io.BytesIO(own))
        theirs = source.styles.element
        for style in theirs.iterchildren(qn("w:style")):
            if _name(style) in needed and _name(style) not in ids:
                styles.append(deepcopy(style))
        ids = _ids(styles)
    return ids


def _ids(styles: Any) -> dict[str, str]:
    return {_name(style): style.get(qn("w:styleId")) for style in styles.iterchildren(qn("w:style"))}


def _name(style: Any) -> str:
    return str(style.find(qn("w:name")).get(qn("w:val")))
