"""A docx as text, as the goldens and the sentences of tests want it."""

import io
from collections.abc import Iterator

from docx import Document
from docx.table import Table

LINE_BREAK = "⏎"


def text_of(content: bytes) -> str:
    """One line a paragraph, a table's row as | a | b |; no page heads and feet."""
    return "".join(f"{line}\n" for line in _lines(content))


def _lines(content: bytes) -> Iterator[str]:
    for block in Document(io.BytesIO(content)).iter_inner_content():
        if isinstance(block, Table):
            yield from ("| " + " | ".join(_one_line(c.text) for c in row.cells) + " |" for row in block.rows)
        else:
            yield _one_line(block.text)


def _one_line(text: str) -> str:
    return text.replace("\n", LINE_BREAK)
