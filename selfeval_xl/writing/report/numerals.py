"""Headings that number themselves: a numeral that a person typed before one would stand there twice."""

import re
from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

from selfeval_xl.writing.report.paragraphs import texts

_CHINESE = "[〇零一二三四五六七八九十百]+"
_SHAPES = {
    "chineseCounting": _CHINESE,
    "chineseCountingThousand": _CHINESE,
    "taiwaneseCountingThousand": _CHINESE,
    "ideographDigital": _CHINESE,
    "japaneseCounting": _CHINESE,
    "decimal": r"\d+",
    "decimalFullWidth": r"\d+",
}
"""How a number of that format may have been typed."""
_SIGNS = {"（": "[（(]", "）": "[）)]", ".": "[.．、]", "．": "[.．、]", "、": "[、.．]"}
"""Signs that stand for each other at a keyboard."""
_PIECES = re.compile(r"%\d|.")


def drop_typed_numerals(document: Any) -> None:
    """From every heading that Word numbers by itself, the numeral of the same shape at the beginning of its text.

    Whoever pastes 「一、基本情况」 from an older template into a heading of this one would otherwise read 「一、一、基本情况」.
    """
    for paragraph in document.element.body.iter(qn("w:p")):
        typed = _typed(document, paragraph)
        for text in texts(paragraph):
            here = text.text or ""
            text.text, typed = here[typed:], max(typed - len(here), 0)
            if not typed:
                break


def _typed(document: Any, paragraph: Any) -> int:
    """How many signs of its text are a numeral that Word prints too."""
    level = _level(document, paragraph)
    text = "".join(piece.text or "" for piece in texts(paragraph))
    found = _shape(level).match(text) if level is not None and text else None
    return found.end() if found else 0


def _level(document: Any, paragraph: Any) -> Any:
    """The w:lvl by which a heading is numbered; None where it is no heading or has no number."""
    named = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    styles = list(_styles(document, named.get(qn("w:val")))) if named is not None else []
    if not any(style.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}") is not None for style in styles):
        return None
    number, depth = _first([paragraph, *styles], "numId"), _first([paragraph, *styles], "ilvl") or "0"
    return _level_of(document, number, depth) if number not in (None, "0") else None


def _styles(document: Any, name: str) -> Iterator[Any]:
    """The style of that id and those that it is based on."""
    known = {s.get(qn("w:styleId")): s for s in document.styles.element.iterchildren(qn("w:style"))}
    while (style := known.pop(name, None)) is not None:
        yield style
        base = style.find(qn("w:basedOn"))
        name = "" if base is None else base.get(qn("w:val"))


def _first(elements: list[Any], tag: str) -> str | None:
    """What the first of the elements that says anything of it says."""
    wanted = f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:' + tag)}"
    return next((e.find(wanted).get(qn("w:val")) for e in elements if e.find(wanted) is not None), None)


def _level_of(document: Any, number: str | None, depth: str) -> Any:
    """A level of a list of the numbering part; None where there is no such list."""
    numbering = _numbering(document)
    abstract = (
        numbering.xpath(f"w:num[@w:numId='{number}']/w:abstractNumId/@w:val") if numbering is not None else []
    )
    path = f"w:abstractNum[@w:abstractNumId='{''.join(abstract)}']/w:lvl[@w:ilvl='{depth}']"
    return next(iter(numbering.xpath(path)), None) if abstract else None


def _numbering(document: Any) -> Any:
    """The root of the numbering part. A document without lists has none, and python-docx would make one."""
    kind = "/numbering"
    parts = [
        r.target_part for r in document.part.rels.values() if r.reltype.endswith(kind) and not r.is_external
    ]
    return parts[0].element if parts else None


def _shape(level: Any) -> re.Pattern[str]:
    """「%1、」 as a pattern of what people type. A text that only begins with digits (1.5万元) is no numeral."""
    kind, said = (level.find(qn(f"w:{tag}")) for tag in ("numFmt", "lvlText"))
    digits = _SHAPES.get("" if kind is None else kind.get(qn("w:val")), "")
    pieces = _PIECES.findall("" if said is None else said.get(qn("w:val"), ""))
    if not digits or all(piece[0] == "%" for piece in pieces):
        return re.compile(r"(?!)")
    shape = "".join(digits if p[0] == "%" and len(p) > 1 else _SIGNS.get(p, re.escape(p)) for p in pieces)
    return re.compile(rf"\s*{shape}(?!\d)[ \u3000]*")
