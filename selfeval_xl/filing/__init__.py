"""A filled form: figures that know their cells, every computed cell worked out again."""

from selfeval_xl.filing.figures import (
    Figure,
    Filing,
    Key,
    Row,
    Table,
    Unknown,
    book_scale,
    unit_scale,
)

__all__ = ["Figure", "Filing", "Key", "Row", "Table", "Unknown", "book_scale", "unit_scale"]
