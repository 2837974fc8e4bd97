"""Upright and sideways pages: the section in which the annexes stand, turned as each of them needs it."""

from copy import deepcopy
from typing import Any

from docx.oxml.ns import qn

_TURNED = {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}
"""A page turned so that its head lies at the binding: which upright margin becomes which."""


def section_at(paragraph: Any) -> Any:
    """The properties of the section in which a paragraph of the body stands."""
    after = [e for e in paragraph.itersiblings() if e.tag in (qn("w:p"), qn("w:sectPr"))]
    found = (next(e.iter(qn("w:sectPr")), None) for e in [paragraph, *after])
    return next(section for section in found if section is not None)


def is_sideways(section: Any) -> bool:
    size = section.find(qn("w:pgSz"))
    return _length(size, "w") > _length(size, "h")


def text_width(section: Any) -> int:
    """Twips between the margins."""
    margins = section.find(qn("w:pgMar"))
    return (
        _length(section.find(qn("w:pgSz")), "w")
        - _length(margins, "left")
        - _length(margins, "right")
        - _length(margins, "gutter")
    )


def turned(section: Any, sideways: bool) -> Any:
    """A copy of the section, upright or sideways; heads and feet are the same, as far from the text as before."""
    made = deepcopy(section)
    if is_sideways(section) is sideways:
        return made
    size, margins = made.find(qn("w:pgSz")), made.find(qn("w:pgMar"))
    _set(size, w=_length(size, "h"), h=_length(size, "w"))
    size.attrib.pop(qn("w:orient"), None)
    if sideways:
        _set(size, orient="landscape")
    foot = _length(margins, "bottom") - _length(margins, "footer")
    old = {side: _length(margins, side) for side in _TURNED}
    names = _TURNED if sideways else {there: here for here, there in _TURNED.items()}
    _set(margins, **{side: old[from_side] for side, from_side in names.items()})
    _set(margins, footer=max(_length(margins, "bottom") - foot, 0))
    return made


def go_on(section: Any) -> None:
    """The section begins on a new page and counts on from the one before."""
    number = section.find(qn("w:pgNumType"))
    if number is not None:
        number.attrib.pop(qn("w:start"), None)
    kind = section.find(qn("w:type"))
    if kind is not None:
        kind.set(qn("w:val"), "nextPage")


def end_with(paragraph: Any, section: Any) -> None:
    """The section ends with that paragraph."""
    paragraph.find(qn("w:pPr")).append(section)


def _length(element: Any, name: str) -> int:
    return int(element.get(qn(f"w:{name}"), 0))


def _set(element: Any, **values: int | str) -> None:
    for name, value in values.items():
        element.set(qn(f"w:{name}"), f"{value}")
