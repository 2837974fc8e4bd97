"""That a formula which an overlay brings can be worked out, here and in Excel: its text may come out of any workbook."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

from msgspec.structs import asdict

from selfeval_xl.errors import FormError
from selfeval_xl.excel import as_excel
from selfeval_xl.expressions import (
    Binary,
    Call,
    Cell,
    ExpressionError,
    Node,
    Number,
    Rows,
    evaluate,
    leaves,
)

LARGEST = 10**9
MOST_DIGITS = 10


def require_workable(formula: Node, at: str) -> None:
    """Raises FormError: what Excel cannot say, what is divided by nothing, round() without whole decimals."""
    try:
        for node in _nodes(formula):
            _require(node)
        as_excel(formula, _Anywhere())
    except ExpressionError as error:
        raise FormError(f"{at} 的 is 不能用：{error}。") from error


def _nodes(node: Node) -> Iterator[Node]:
    """The node and all below it."""
    yield node
    for held in asdict(node).values():
        for part in held if isinstance(held, tuple) else (held,):
            if isinstance(part, Node):
                yield from _nodes(part)


def _require(node: Node) -> None:
    match node:
        case Number(value) if abs(value) > LARGEST:
            raise ExpressionError("其中的数太大")
        case Binary("/", _, right) if not _varies(right) and not evaluate(right, _Nothing()):
            raise ExpressionError("除数是 0")
        case Call("round", arguments) if not _rounds(arguments):
            raise ExpressionError(f"round() 里要写 数, 小数位数，位数为 0 至 {MOST_DIGITS} 的整数")
        case Call("min" | "max" as name, ()):
            raise ExpressionError(f"{name}() 里要写数")
        case Call("banded", (value, *bands)):
            # Excel's formula says the value once a band: inside one another they would grow without end.
            if any(isinstance(part, Call) and part.name == "banded" for part in _nodes(value)):
                raise ExpressionError("banded() 的第一个数里不能再用 banded()")
            bounds = [bound.value for bound in bands[:-1:2] if isinstance(bound, Number)]
            if any(low >= high for high, low in pairwise(bounds)):
                raise ExpressionError("banded() 的界限要从高到低写")


def _varies(node: Node) -> bool:
    return any(isinstance(leaf, Cell | Rows) for leaf in leaves(node))


def _rounds(arguments: tuple[Node, ...]) -> bool:
    match arguments:
        case (_, Number(digits)):
            return digits.denominator == 1 and 0 <= digits <= MOST_DIGITS
    return False


class _Nothing:
    """Where no cell has a value; numbers alone need none."""

    def cell(self, cell: Cell) -> None:
        return None

    def rows(self, rows: Rows) -> list[Fraction]:
        return []

    def wanting(self, part: Cell | Rows) -> bool:
        return True


class _Anywhere:
    """Cells that stand somewhere."""

    def reference(self, cell: Cell) -> str:
        return "A1"

    def scale(self, block: str, column: str) -> str:
        return ""

    def rows(self, rows: Rows) -> tuple[str, str]:
        return "A1", "A1"

    def wanting(self, part: Cell | Rows) -> str:
        return "A1"
