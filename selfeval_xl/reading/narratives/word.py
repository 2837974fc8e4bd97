"""A .docx as a narrative: every paragraph in document order, as it reads with all revisions accepted.

Insertions are taken and deletions are not; fields show their last result; what lists print before a paragraph is
worked out from numbering.xml, through styles.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from selfeval_xl.errors import UnusableReport
from selfeval_xl.reading.narratives.narrative import (
    BODY,
    FOOTNOTE,
    TEXT_BOX,
    Narrative,
    NarrativeTable,
    Paragraph,
    TableCell,
)
from selfeval_xl.reading.narratives.numbering import Numbering
from selfeval_xl.reading.packages import Parts
from selfeval_xl.word_markup import MC, W, parsed, text_of

MOST_PARAGRAPHS = 60_000


def read_word(name: str, parts: Parts) -> Narrative:
    """Raises UnusableReport: no document in the package, or one too long."""
    if "word/document.xml" not in parts:
        raise UnusableReport(f"“{name}”不是 Word 文档；请用 Word 或 WPS 另存为 .docx。")
    body = parsed(parts["word/document.xml"].data).find(f"{W}body")
    if body is None:
        raise UnusableReport(f"“{name}”里没有正文；请用 Word 或 WPS 另存为 .docx。")
    elements = list(body.iter(f"{W}p"))
    if len(elements) > MOST_PARAGRAPHS:
        raise UnusableReport(f"“{name}”超过 {MOST_PARAGRAPHS} 段；请确认是不是绩效自评报告。")
    numbering = Numbering.of(parts)
    index = {id(element): n for n, element in enumerate(elements)}
    tables = [t for t in body.iter(f"{W}tbl") if not _inside(t, f"{W}tbl") and not _fallback(t)]
    table_of = {id(p): n for n, table in enumerate(tables) for p in table.iter(f"{W}p")}
    paragraphs = []
    for n, element in enumerate(elements):
        if _fallback(element):
            continue  # the other copy of a text box: it says the same to older programs
        boxed = _inside(element, f"{W}txbxContent")
        heading, numeral = numbering.of_paragraph(element) if not boxed else (0, "")
        part = TEXT_BOX if boxed else BODY
        paragraphs.append(
            Paragraph(n, text_of(element), part, numeral, heading, table_of.get(id(element), -1), n)
        )
    paragraphs += _footnotes(parts, elements)
    drawn = tuple(_table(n, table, index) for n, table in enumerate(tables))
    return Narrative(name, tuple(paragraphs), drawn, of_word=True)


def _inside(element: Any, tag: str) -> bool:
    return next(element.iterancestors(tag), None) is not None


def _fallback(element: Any) -> bool:
    return _inside(element, f"{MC}Fallback")


def _footnotes(parts: Parts, elements: list[Any]) -> Iterator[Paragraph]:
    """Each note with the index of the paragraph that it hangs on."""
    notes: Mapping[str, Any] = {}
    for member in ("word/footnotes.xml", "word/endnotes.xml"):
        if member not in parts:
            continue
        kind = member[5:].removesuffix("s.xml")
        notes = {note.get(f"{W}id"): note for note in parsed(parts[member].data).iter(f"{W}{kind}")}
        for n, element in enumerate(elements):
            for reference in element.iter(f"{W}{kind}Reference"):
                note = notes.get(reference.get(f"{W}id"))
                if note is not None and not _fallback(element):
                    yield from (Paragraph(n, text_of(p), FOOTNOTE, order=n) for p in note.iter(f"{W}p"))


def _table(number: int, table: Any, index: Mapping[int, int]) -> NarrativeTable:
    cells = []
    for row, tr in enumerate(t for t in table.iter(f"{W}tr") if next(t.iterancestors(f"{W}tbl")) is table):
        column = int(_value(tr, "trPr/gridBefore") or 0)
        for tc in (t for t in tr.iter(f"{W}tc") if next(t.iterancestors(f"{W}tr")) is tr):
            across = int(_value(tc, "tcPr/gridSpan") or 1)
            merge = tc.find(f"{W}tcPr/{W}vMerge")
            own = [p for p in tc.iter(f"{W}p") if not _fallback(p)]
            lower = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            text = "\n".join(text_of(p) for p in own)
            cells.append(TableCell(row, column, across, text, tuple(index[id(p)] for p in own), lower))
            column += across
    return NarrativeTable(number, tuple(cells))


def _value(element: Any, path: str) -> str | None:
    found = element.find("/".join(W + step for step in path.split("/")))
    value = None if found is None else found.get(f"{W}val")
    return value if value and value.isdigit() and len(value) < 4 else None
