"""The paragraphs of a docx, each with a name that a person finds it by; tags that Word split made whole again."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from selfeval_xl.invisible import without_lookless
from selfeval_xl.writing.report.tags import BRACES, TAG

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SPACES = re.compile(r"\s+")
FIRST_WORDS = 12
HEADERS = {"header": "页眉", "footer": "页脚", "footnotes": "脚注", "endnotes": "尾注", "comments": "批注"}


class Paragraph(Struct, frozen=True):
    """`place`: 第12段（“截至…”）, 第1个表格第2行第3格（“…”）. `element`: the w:p."""

    element: Any
    place: str

    @property
    def text(self) -> str:
        return "".join(text.text or "" for text in texts(self.element))

    def container(self, kind: str) -> Any:
        """What a tag of this kind stands for: the paragraph itself, its row, its cell; None where there is none."""
        if kind == "p":
            return self.element
        return next(self.element.iterancestors(f"{_W}{kind}"), None)


def paragraphs(root: Any, part: str) -> list[Paragraph]:
    """All of one part in order; those that hold no text are not counted, as in Word's own count."""
    found, number = [], 0
    cells = _cells(root)
    for element in root.iter(f"{_W}p"):
        text = "".join(t.text or "" for t in texts(element)).strip()
        in_body = _inside(element, "tbl") is None and _inside(element, "txbxContent") is None
        number += bool(text) and in_body
        where = cells.get(_inside(element, "tc"), "") or _beside(element) or f"第{number}段"
        found.append(Paragraph(element, f"{_of_part(part)}{where}（“{_first(text)}”）"))
    return found


def place_of(element: Any, root: Any, part: str) -> str:
    """The place of the paragraph that the element stands in."""
    around = element if element.tag == f"{_W}p" else _inside(element, "p")
    each = paragraphs(root, part)
    return next((one.place for one in each if one.element is around), _of_part(part) or "正文")


def texts(paragraph: Any) -> Iterator[Any]:
    """The text elements of a paragraph, those of text boxes inside it left out."""
    return (t for t in paragraph.iter(f"{_W}t") if next(t.iterancestors(f"{_W}p")) is paragraph)


def all_text(element: Any) -> str:
    return "".join(text.text or "" for text in element.iter(f"{_W}t"))


def mend(paragraph: Any) -> None:
    """Each tag into the one text element where it begins, whatever runs, links and fields Word split it over; signs
    without any look go, which would make of a tag that looks right another one."""
    pieces = list(texts(paragraph))
    if not any(BRACES.search(piece.text or "") for piece in pieces):
        return
    for piece in pieces:
        piece.text = without_lookless(piece.text or "")
    whole = "".join(piece.text for piece in pieces)
    if "{" not in whole:
        return
    owners = [at for at, piece in enumerate(pieces) for _ in piece.text or ""]
    signs = [""] * len(pieces)
    last = 0
    for found in TAG.finditer(whole):
        for at in range(last, found.start()):
            signs[owners[at]] += whole[at]
        signs[owners[found.start()]] += _SPACES.sub(" ", found[0])
        last = found.end()
    for at in range(last, len(whole)):
        signs[owners[at]] += whole[at]
    for piece, text in zip(pieces, signs, strict=True):
        piece.text = text
        piece.set(_SPACE, "preserve")
        if "{%" in text:
            _unwrap(piece.getparent(), paragraph)


def _unwrap(run: Any, paragraph: Any) -> None:
    """Out of links and content controls: a block must not begin in one and end outside."""
    while (around := run.getparent()) is not paragraph:
        for child in list(around):
            if not child.tag.endswith("Pr"):
                around.addprevious(child)
        around.getparent().remove(around)


def revisions(root: Any) -> bool:
    """Whether Word keeps older wordings beside the newest."""
    kept = ("ins", "del", "moveFrom", "moveTo")
    return any(next(root.iter(f"{_W}{tag}"), None) is not None for tag in kept)


def holds_more(element: Any) -> str:
    """What a paragraph holds that would go with its tag: a section break, a picture; "" for nothing."""
    if next(element.iter(f"{_W}sectPr"), None) is not None:
        return "分节符"
    pictures = ("drawing", "pict", "object", "txbxContent")
    return "图片或文本框" if any(next(element.iter(f"{_W}{p}"), None) is not None for p in pictures) else ""


def _inside(element: Any, tag: str) -> Any:
    return next(element.iterancestors(f"{_W}{tag}"), None)


def _beside(element: Any) -> str:
    return "文本框" if _inside(element, "txbxContent") is not None else ""


def _cells(root: Any) -> dict[Any, str]:
    """Each cell of a table → 第1个表格第2行第3格; in one pass, since a table may have thousands."""
    tables = {table: number for number, table in enumerate(root.iter(f"{_W}tbl"), 1)}
    seen: Counter[Any] = Counter()
    places: dict[Any, str] = {}
    for element in root.iter(f"{_W}tr", f"{_W}tc"):
        outer = _inside(element, "tbl" if element.tag == f"{_W}tr" else "tr")
        if outer is None:
            continue
        seen[outer] += 1
        of_row = f"第{tables[outer]}个表格" if outer in tables else places[outer]
        places[element] = f"{of_row}第{seen[outer]}{'行' if outer in tables else '格'}"
    return places


def _of_part(part: str) -> str:
    return next((name for kind, name in HEADERS.items() if part.startswith(f"word/{kind}")), "")


def _first(text: str) -> str:
    bare = _SPACES.sub(" ", text)
    return bare[:FIRST_WORDS] + ("…" if len(bare) > FIRST_WORDS else "")
