"""The single source: one TOML per jurisdiction and edition, the Word template that goes with it, the loader."""

from selfeval_xl.forms.changes import notice
from selfeval_xl.forms.loader import available, load, with_copies
from selfeval_xl.forms.model import (
    BOOK,
    EDITION_MARK,
    FIRST_EDITION,
    GUARD,
    MARK,
    OVERLAY_MARK,
    QUALITATIVE,
    Block,
    Column,
    Explain,
    Field,
    Form,
    Kind,
    Pick,
    Rank,
    Row,
    Sheet,
)
from selfeval_xl.forms.overlays import Adjustment, Overlay, plain_lines, read_overlay

__all__ = [
    "BOOK",
    "EDITION_MARK",
    "FIRST_EDITION",
    "GUARD",
    "MARK",
    "OVERLAY_MARK",
    "QUALITATIVE",
    "Adjustment",
    "Block",
    "Column",
    "Explain",
    "Field",
    "Form",
    "Kind",
    "Overlay",
    "Pick",
    "Rank",
    "Row",
    "Sheet",
    "available",
    "load",
    "notice",
    "plain_lines",
    "read_overlay",
    "with_copies",
]
