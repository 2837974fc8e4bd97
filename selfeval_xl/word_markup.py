"""WordprocessingML: a part as a tree, and what a paragraph shows, piece by piece."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_HIDDEN = (
    f"{W}txbxContent",
    f"{W}del",
    f"{W}moveFrom",
    f"{W}pPr",
    f"{W}rPr",
    f"{MC}Fallback",
    f"{W}delText",
    f"{W}instrText",
)
_SIGNS = {f"{W}tab": "\t", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}


def parsed(data: bytes) -> Any:
    """The tree of a part that the guard has found well-formed and without a DTD."""
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))


def pieces(paragraph: Any) -> Iterator[tuple[Any, str]]:
    """What a paragraph shows, piece by piece, with the element that holds it; the words of text boxes are not its own."""
    stack = [iter(paragraph)]
    while stack:
        child = next(stack[-1], None)
        if child is None:
            stack.pop()
        elif child.tag == f"{W}t":
            yield child, child.text or ""
        elif child.tag in _SIGNS and child.getparent().tag == f"{W}r":
            yield child, _SIGNS[child.tag]
        elif child.tag == f"{W}br" and child.get(f"{W}type") not in ("page", "column"):
            yield child, "\n"
        elif child.tag not in _HIDDEN:
            stack.append(iter(child))


def text_of(paragraph: Any) -> str:
    return "".join(text for _, text in pieces(paragraph))
