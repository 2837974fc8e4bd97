"""Computed cells as Excel formulas, from the same tree that `expressions.evaluate` works out.

Only functions that Excel 2010, WPS and LibreOffice compute alike; a result that is text ("") is referred to
through COUNT, SUM and comparisons alone, since ""+1 is #VALUE!.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Protocol

from selfeval_xl.expressions import (
    BAND_DIGITS,
    Binary,
    Call,
    Cell,
    Either,
    ExpressionError,
    Node,
    Number,
    Rows,
    Sum,
    Text,
    leaves,
)


class Addresses(Protocol):
    """How cells are written in an Excel formula."""

    def reference(self, cell: Cell) -> str:
        """The bare reference."""

    def scale(self, block: str, column: str) -> str:
        """What follows a reference to bring it to the unit of the formula's own cell: "" or "/rate"."""

    def rows(self, rows: Rows) -> tuple[str, str]:
        """(sum, count) over added rows, as expressions; not scaled."""

    def wanting(self, part: Cell | Rows) -> str:
        """How many numbers are missing (or unreadable) in lines that are in use, as an expression."""


def as_excel(node: Node, addresses: Addresses) -> str:
    """The formula (without =) of a computed cell: blank while its parts are blank."""
    match node:
        case Number(value):
            return _number(value)
        case Cell():
            return f'IF({addresses.reference(node)}="","",{_scaled(node, addresses)})'
        case Either(subject, text, then, otherwise) if isinstance(subject, Cell):
            return (
                f"IF({_holds(addresses.reference(subject), text)},"
                f"{as_excel(then, addresses)},{as_excel(otherwise, addresses)})"
            )
        case Rows():
            total, count = addresses.rows(node)
            scaled = total + addresses.scale(node.block, node.column)
            return f'IF({addresses.wanting(node)}>0,"",IF({count}=0,"",{scaled}))'
        case Sum(items):
            return _excel_sum(items, addresses)
    cells = dict.fromkeys(addresses.reference(leaf) for leaf in leaves(node) if isinstance(leaf, Cell))
    denominators = [_arithmetic(d, addresses) for d in _denominators(node)]
    body = _arithmetic(node, addresses)
    for denominator in reversed(denominators):  # what divides within another is asked first
        body = f'IF({denominator}=0,"",{body})'
    return f'IF(COUNT({",".join(cells)})<{len(cells)},"",{body})' if cells else body


def _excel_sum(items: tuple[Node, ...], addresses: Addresses) -> str:
    cells = [i for i in items if isinstance(i, Cell)]
    totals, counts = [], []
    for scale in dict.fromkeys(addresses.scale(c.block, c.column) for c in cells):
        like = ",".join(addresses.reference(c) for c in cells if addresses.scale(c.block, c.column) == scale)
        totals.append(f"SUM({like}){scale}")
        counts.append(f"COUNT({like})")
    for rows in (i for i in items if isinstance(i, Rows)):
        total, count = addresses.rows(rows)
        totals.append(total + addresses.scale(rows.block, rows.column))
        counts.append(count)
    wanting = "+".join(addresses.wanting(i) for i in items if isinstance(i, Cell | Rows))
    return f'IF({wanting}>0,"",IF({"+".join(counts)}=0,"",{"+".join(totals)}))'


def _scaled(cell: Cell, addresses: Addresses) -> str:
    return addresses.reference(cell) + addresses.scale(cell.block, cell.column)


def _denominators(node: Node) -> Iterator[Node]:
    match node:
        case Binary(sign, left, right):
            yield from _denominators(left)
            yield from _denominators(right)
            if sign == "/":
                yield right
        case Call(_, arguments):
            for argument in arguments:
                yield from _denominators(argument)


def _arithmetic(node: Node, addresses: Addresses) -> str:
    match node:
        case Number(value):
            return _number(value)
        case Cell():
            return _scaled(node, addresses)
        case Binary(sign, left, right):
            return f"({_arithmetic(left, addresses)}{sign}{_arithmetic(right, addresses)})"
        case Call("banded", (value, *bands)):
            *pairs, formula = (_arithmetic(a, addresses) for a in bands)
            rate = f"ROUND({_arithmetic(value, addresses)},{BAND_DIGITS})"
            for bound, result in reversed(list(zip(pairs[::2], pairs[1::2], strict=True))):
                formula = f"IF({rate}>={bound},{result},{formula})"
            return formula
        case Call(name, arguments):
            return f"{name.upper()}({','.join(_arithmetic(a, addresses) for a in arguments)})"
    what = "文字" if isinstance(node, Text) else "条件" if isinstance(node, Either) else "求和"
    raise ExpressionError(f"算式中的{what}不能写成 Excel 公式")


def _holds(reference: str, value: str | Fraction) -> str:
    """A blank is no 0."""
    if isinstance(value, str):
        return f"{reference}={_text(value)}"
    return f"AND(COUNT({reference})=1,{reference}={_number(value)})"


def _text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _number(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else repr(float(value))
