"""A report as read: paragraphs with their words, and tables with their cells."""

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

BODY, TEXT_BOX, FOOTNOTE = "body", "textbox", "footnote"


class Paragraph(Struct, frozen=True):
    """One paragraph (one line of a text).

    `index`: from 0, in the order of all paragraphs of the document's body, those in cells, content controls and text
    boxes too; of a footnote, that of the paragraph it hangs on (for text: lines, from 1). `numeral`: what the list
    behind it prints before it, which is no part of `text`. `heading`: its outline level, 0 for none.
    """

    index: int
    text: str
    part: str = BODY
    numeral: str = ""
    heading: int = 0
    table: int = -1
    order: int = -1
    """Its place among all that is compared, in the reading order."""

    @property
    def in_body(self) -> bool:
        """Not in a text box or a footnote."""
        return self.part == BODY


class TableCell(Struct, frozen=True):
    """A cell as drawn: `row` and `column` count from 0, columns in the table's own grid. `paragraphs`: their indices."""

    row: int
    column: int
    across: int
    text: str
    paragraphs: tuple[int, ...]
    continued: bool = False
    """The lower part of a cell that is merged downwards."""


class NarrativeTable(Struct, frozen=True):
    number: int
    cells: tuple[TableCell, ...]

    @property
    def rows(self) -> int:
        return 1 + max((cell.row for cell in self.cells), default=-1)

    @property
    def columns(self) -> int:
        return max((cell.column + cell.across for cell in self.cells), default=0)


class Narrative(Struct, frozen=True, dict=True):
    """A report. `of_word`: it came from a .docx, so numerals of lists are known."""

    name: str
    paragraphs: tuple[Paragraph, ...]
    tables: tuple[NarrativeTable, ...] = ()
    of_word: bool = False

    @cached_property
    def prose(self) -> tuple[Paragraph, ...]:
        """What is read as sentences: all but the cells of tables."""
        return tuple(p for p in self.paragraphs if p.table < 0 and p.text.strip())

    def text_of(self, index: int) -> str:
        """A paragraph's words, by its index; a text box's copy and a footnote have others' indices."""
        return self._by_index[index]

    @cached_property
    def _by_index(self) -> dict[int, str]:
        return {p.index: p.text for p in self.paragraphs if p.part != FOOTNOTE}

    def __iter__(self) -> Iterator[Paragraph]:
        return iter(self.paragraphs)
