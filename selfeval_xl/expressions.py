"""The little language of computed cells and identities: parse, resolve, evaluate, as Excel.

Python's own grammar, against a whitelist: names (`block.row.column`), + - * /, min, max, round,
`banded(rate, 0.95, 10, 0.8, 7, 0)` (from 0.95 on 10, from 0.8 on 7, else 0),
`sum(block.column, field='…')` over added rows, `a if x == '…' else b` (or a number for '…'). No code inside data.

Arithmetic is strict: with one operand unknown the result is unknown (None), never 0.
`Sum` is lenient: a part that is blank in a line that nobody uses counts as nothing. A part that is blank or
unreadable in a line that is in use leaves the sum unknown: a blank is never taken for 0.
"""

import ast
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import Protocol

from msgspec import Struct

from selfeval_xl.money import rounded

Value = Fraction | str | None


class ExpressionError(ValueError):
    """The text is not of the language; the message says which part."""


class Number(Struct, frozen=True):
    value: Fraction


class Text(Struct, frozen=True):
    value: str


class Name(Struct, frozen=True):
    """A name as written, not yet resolved: `staff`, `costs.office`, `sources.total.full`."""

    parts: tuple[str, ...]


class Cell(Struct, frozen=True):
    """One cell of the form; in a repeated sheet, the same copy."""

    block: str
    row: str
    column: str


class Rows(Struct, frozen=True):
    """A column over the added rows of a block (or one cell over all copies of a repeated sheet),
    only where the given fields hold the given texts."""

    block: str
    column: str
    where: tuple[tuple[str, str], ...] = ()
    row: str = ""


class Sum(Struct, frozen=True):
    items: tuple["Node", ...]


class Binary(Struct, frozen=True):
    sign: str
    left: "Node"
    right: "Node"


class Either(Struct, frozen=True):
    """`then` where the cell holds the text (or number), else `otherwise`."""

    subject: "Node"
    text: str | Fraction
    then: "Node"
    otherwise: "Node"


class Call(Struct, frozen=True):
    name: str
    arguments: tuple["Node", ...]


Node = Number | Text | Name | Cell | Rows | Sum | Binary | Either | Call

SIGNS: dict[type[ast.AST], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}
FUNCTIONS = ("min", "max", "round", "banded")
BAND_DIGITS = 10
"""A rate is set against the bands in so many decimals, in Excel too, where 0.19/0.2 may fall short of 0.95."""


@cache
def parse(text: str) -> Node:
    """The text as a tree with unresolved names. Raises ExpressionError."""
    try:
        return _node(ast.parse(text.strip(), mode="eval").body)
    except ExpressionError:
        raise
    except (
        SyntaxError,
        ValueError,
        MemoryError,
    ) as error:  # 0.1e400 is no fraction; MemoryError: Python's parser
        raise ExpressionError(f"算式写法有误：{text}") from error


def _node(tree: ast.AST) -> Node:
    match tree:
        case ast.Constant(value=bool()):
            pass
        case ast.Constant(value=int() | float() as value):
            return Number(Fraction(repr(value)))
        case ast.Constant(value=str() as value):
            return Text(value)
        case ast.Name() | ast.Attribute():
            return Name(_parts(tree))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in SIGNS:
            return Binary(SIGNS[type(op)], _node(left), _node(right))
        case ast.IfExp(
            test=ast.Compare(left=subject, ops=[ast.Eq()], comparators=[ast.Constant(value=value)]),
            body=then,
            orelse=otherwise,
        ) if isinstance(value, str) or type(value) is int:
            compared = value if isinstance(value, str) else Fraction(value)
            return Either(_node(subject), compared, _node(then), _node(otherwise))
        case ast.Call(func=ast.Name(id="sum"), args=[name], keywords=keywords):
            return _rows(_parts(name), tuple((str(k.arg), str(ast.literal_eval(k.value))) for k in keywords))
        case ast.Call(func=ast.Name(id="banded"), args=arguments) if len(arguments) < 4 or len(arguments) % 2:
            raise ExpressionError(f"banded() 里要写 数, 界限, 得数, …, 其余的得数：{ast.unparse(tree)}")
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]) if name in FUNCTIONS:
            return Call(name, tuple(_node(a) for a in arguments))
    raise ExpressionError(f"算式中不能用：{ast.unparse(tree)}")


def _rows(parts: tuple[str, ...], where: tuple[tuple[str, str], ...]) -> Rows:
    match parts:
        case (block, column):
            return Rows(block, column, where)
        case (block, row, column):
            return Rows(block, column, where, row)
    raise ExpressionError(f"sum() 里要写 block.column 或 block.row.column：{'.'.join(parts)}")


def _parts(tree: ast.AST) -> tuple[str, ...]:
    match tree:
        case ast.Name(id=name):
            return (name,)
        case ast.Attribute(value=value, attr=name):
            return (*_parts(value), name)
    raise ExpressionError(f"算式中不能用：{ast.unparse(tree)}")


def transform(node: Node, change: Callable[[Node], Node]) -> Node:
    """The tree with `change` applied to its leaves (names, sums over rows, constants)."""
    match node:
        case Sum(items):
            return Sum(tuple(transform(i, change) for i in items))
        case Binary(sign, left, right):
            return Binary(sign, transform(left, change), transform(right, change))
        case Either(subject, text, then, otherwise):
            return Either(
                transform(subject, change), text, transform(then, change), transform(otherwise, change)
            )
        case Call(name, arguments):
            return Call(name, tuple(transform(a, change) for a in arguments))
    return change(node)


def leaves(node: Node) -> Iterator[Node]:
    """Every leaf of the tree, left to right."""
    found: list[Node] = []
    transform(node, lambda leaf: found.append(leaf) or leaf)  # type: ignore[func-returns-value]
    return iter(found)


class Lookup(Protocol):
    """Where the values of cells come from."""

    def cell(self, cell: Cell) -> Value: ...

    def rows(self, rows: Rows) -> list[Fraction]:
        """The given numbers, without the blanks."""

    def wanting(self, part: Cell | Rows) -> bool:
        """Whether a number is missing (or unreadable) in a line that is in use."""


def evaluate(node: Node, lookup: Lookup) -> Value:
    """The value of a resolved tree: money in 分, everything else as it is; None where unknown."""
    match node:
        case Number(value):
            return value
        case Text(text):
            return text
        case Cell():
            return lookup.cell(node)
        case Rows():
            return _total(lookup.rows(node), (node,), lookup)
        case Sum(items):
            values = [v for v in (evaluate(i, lookup) for i in items) if isinstance(v, Fraction)]
            return _total(values, items, lookup)
        case Either(subject, text, then, otherwise):
            return evaluate(then if evaluate(subject, lookup) == text else otherwise, lookup)
        case Binary(sign, left, right):
            return _binary(sign, evaluate(left, lookup), evaluate(right, lookup))
        case Call(name, arguments):
            return _call(name, [evaluate(a, lookup) for a in arguments])
    raise ExpressionError(f"未解析的名称：{node}")


def _total(given: list[Fraction], parts: tuple[Node, ...], lookup: Lookup) -> Value:
    if not given or any(isinstance(p, Cell | Rows) and lookup.wanting(p) for p in parts):
        return None
    return sum(given, Fraction(0))


def _binary(sign: str, left: Value, right: Value) -> Value:
    if not isinstance(left, Fraction) or not isinstance(right, Fraction):
        return None
    match sign:
        case "+":
            return left + right
        case "-":
            return left - right
        case "*":
            return left * right
    return left / right if right else None


def _call(name: str, values: list[Value]) -> Value:
    numbers = [v for v in values if isinstance(v, Fraction)]
    if len(numbers) < len(values):
        return None
    if name == "round":
        return rounded(numbers[0], int(numbers[1]))
    if name == "banded":
        return _banded(rounded(numbers[0], BAND_DIGITS), numbers[1:-1], numbers[-1])
    return min(numbers) if name == "min" else max(numbers)


def _banded(value: Fraction, bands: list[Fraction], otherwise: Fraction) -> Fraction:
    """`bands`: bound, result, bound, result, …, the highest bound first."""
    pairs = zip(bands[::2], bands[1::2], strict=True)
    return next((result for bound, result in pairs if value >= bound), otherwise)
