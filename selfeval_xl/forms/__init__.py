"""The single source: one TOML per jurisdiction and edition, the Word template that goes with it, the loader."""

from selfeval_xl.forms.loader import available, load, with_copies
from selfeval_xl.forms.model import (
    BOOK,
    GUARD,
    MARK,
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

__all__ = [
    "BOOK",
    "GUARD",
    "MARK",
    "Block",
    "Column",
    "Explain",
    "Field",
    "Form",
    "Kind",
    "Pick",
    "Rank",
    "Row",
    "Sheet",
    "available",
    "load",
    "with_copies",
]
