"""A docx as text, as the goldens and the sentences of tests want it."""

import io
from collections.abc import Iterator
from typing import Any

from docx import Document
from docx.table import Table

from tests.numerals import Numerals

LINE_BREAK = "⏎"
GAP = "附件表间"
"""The style of the empty paragraph without which Word joins two tables."""


def text_of(content: bytes) -> str:
    """One line a paragraph with its number, a table's row as | a | b |, a merged cell once; no page heads and feet."""
    return "".join(f"{line}\n" for line in _lines(content))


def body_of(content: bytes) -> str:
    """The same without the annexes."""
    return text_of(content).partition("\n附件1\n")[0] + "\n"


def _lines(content: bytes) -> Iterator[str]:
    document = Document(io.BytesIO(content))
    numerals = Numerals(document)
    for block in document.iter_inner_content():
        if isinstance(block, Table):
            yield from _rows(block)
        elif block.style is None or block.style.name != GAP:
            yield numerals.of(block._p) + _one_line(block.text)


def _rows(table: Table) -> Iterator[str]:
    """A cell that goes on from the row above is blank."""
    for row in table.rows:
        cells = (cell for cell in row._tr.tc_lst)
        texts = (_one_line("\n".join(_text(p) for p in cell.p_lst)) for cell in cells)
        yield "| " + " | ".join(texts) + " |"


def _text(paragraph: Any) -> str:
    return str(paragraph.text)


def _one_line(text: str) -> str:
    return text.replace("\n", LINE_BREAK)
