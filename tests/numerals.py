"""The numbers that Word puts before numbered paragraphs, worked out as it does: they are not part of the text."""

from collections import defaultdict
from typing import Any

from docx.oxml.ns import qn

DIGITS = "〇一二三四五六七八九"


class Numerals:
    """Counts through a document: every paragraph must be asked for, in order."""

    def __init__(self, document: Any) -> None:
        self.styles = {s.get(qn("w:styleId")): s for s in document.styles.element.iter(qn("w:style"))}
        parts = [rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")]
        self.lists = parts[0].element if parts else None
        self.counts: dict[str, list[int]] = defaultdict(lambda: [0] * 9)

    def of(self, paragraph: Any) -> str:
        """一、 or （二） of a w:p; "" where it has no number."""
        number, depth = self._said(paragraph, "numId"), int(self._said(paragraph, "ilvl") or 0)
        if self.lists is None or number in ("", "0"):
            return ""
        (abstract,) = self.lists.xpath(f"w:num[@w:numId='{number}']/w:abstractNumId/@w:val")
        counts = self.counts[abstract]
        counts[depth:] = [counts[depth] + 1, *[0] * (8 - depth)]
        levels = self.lists.xpath(f"w:abstractNum[@w:abstractNumId='{abstract}']/w:lvl")
        said = levels[depth].find(qn("w:lvlText")).get(qn("w:val"))
        for at, level in enumerate(levels):
            said = said.replace(
                f"%{at + 1}", written(counts[at], level.find(qn("w:numFmt")).get(qn("w:val")))
            )
        return str(said)

    def _said(self, paragraph: Any, tag: str) -> str:
        """What the paragraph says of its number, else its style, else the style that one is based on."""
        element, path = paragraph, f"{qn('w:pPr')}/{qn('w:numPr')}/{qn('w:' + tag)}"
        while element is not None:
            if (found := element.find(path)) is not None:
                return str(found.get(qn("w:val")))
            base = element.find(
                f"{qn('w:pPr')}/{qn('w:pStyle')}" if element is paragraph else qn("w:basedOn")
            )
            element = None if base is None else self.styles.get(base.get(qn("w:val")))
        return ""


def written(number: int, kind: str) -> str:
    """Of 0 to 99, in Chinese or Arabic figures."""
    if kind == "none":
        return ""
    if kind == "decimal":
        return f"{number}"
    assert kind in ("chineseCounting", "chineseCountingThousand"), kind
    tens, ones = divmod(number, 10)
    return ("" if not tens else "十" if tens == 1 else f"{DIGITS[tens]}十") + (
        DIGITS[ones] if ones or not tens else ""
    )
