"""What a printed cell says and where it stands in its box: amounts right, other numbers in the middle, texts left."""

from datetime import date
from enum import StrEnum
from fractions import Fraction

from selfeval_xl.filing.values import Content
from selfeval_xl.forms import Form, Kind
from selfeval_xl.layout.grid import GridCell, Role
from selfeval_xl.layout.printed import chinese_date
from selfeval_xl.money import percent, plain, wan


class Align(StrEnum):
    """As WordprocessingML names them."""

    LEFT = "left"
    CENTRE = "center"
    RIGHT = "right"


def kind_of(cell: GridCell, form: Form) -> Kind | None:
    """The kind of the form's cell behind a printed one."""
    return form.block(cell.key.block).fields[cell.key.row, cell.key.column].kind if cell.key else None


def said(content: Content, kind: Kind | None) -> str:
    """879.36, 32.16%, 95.5, 2024年6月20日; a text as it is, "" for a blank."""
    if content is None:
        return ""
    if isinstance(content, str):
        return content
    if isinstance(content, date):
        return chinese_date(content)
    if kind is Kind.MONEY:
        return wan(content)
    return percent(content) if kind is Kind.RATE else plain(content)


def aligned(cell: GridCell, form: Form) -> Align:
    """Heads and labels of several rows in the middle too, and texts in columns of no width of their own."""
    kind = kind_of(cell, form)
    if cell.role is Role.HEAD or (cell.role is Role.LABEL and cell.down > 1 and not cell.indent):
        return Align.CENTRE
    if cell.key is None or kind is None:
        return Align.LEFT
    if isinstance(cell.content, Fraction):
        return Align.RIGHT if kind is Kind.MONEY else Align.CENTRE
    short = kind is Kind.TEXT and form.block(cell.key.block).column(cell.key.column).width is None
    return Align.CENTRE if short else Align.LEFT
