"""The little language: what it takes, what it refuses, what comes out where parts are unknown."""

from fractions import Fraction

import pytest

from selfeval_xl.excel import as_excel
from selfeval_xl.expressions import (
    Binary,
    Call,
    Cell,
    Either,
    ExpressionError,
    Name,
    Node,
    Number,
    Rows,
    Sum,
    Value,
    evaluate,
    parse,
    transform,
)  # fmt: skip

A, B, C = (Cell("sheet", "row", name) for name in "abc")


class Sheet:
    """Cells a, b, c of one row; x marks a blank one. Its added rows hold the numbers of `column`."""

    def __init__(self, given: str, column: tuple[int, ...] = (), missing: str = "") -> None:
        self.missing = missing
        self.given = {
            name: None if text == "x" else Fraction(text) if text.lstrip("-").isdigit() else text
            for name, text in zip("abc", given.split(), strict=False)
        }
        self.column = column

    def cell(self, cell: Cell) -> Value:
        return self.given[cell.column]

    def rows(self, rows: Rows) -> list[Fraction]:
        return [Fraction(v) for v in self.column]

    def wanting(self, part: Cell | Rows) -> bool:
        return isinstance(part, Cell) and part.column in self.missing

    def reference(self, cell: Cell) -> str:
        return f"{cell.column.upper()}1"

    def scale(self, block: str, column: str) -> str:
        return ""


def resolved(text: str) -> Node:
    cells = {"a": A, "b": B, "c": C}
    return transform(parse(text), lambda leaf: cells[leaf.parts[0]] if isinstance(leaf, Name) else leaf)


@pytest.mark.parametrize(
    ("text", "given", "wanted"),
    [
        ("a + b - c", "1 2 4", Fraction(-1)),
        ("a + b - c", "1 x 4", None),
        ("a / b", "1 3 x", Fraction(1, 3)),
        ("a / b", "1 0 x", None),
        ("a / b", "x 2 x", None),
        ("round(a * min(b / c, 1), 2)", "10 1 3", Fraction(333, 100)),
        ("round(a * min(b / c, 1), 2)", "10 4 3", Fraction(10)),
        ("max(a, b)", "1 2 x", Fraction(2)),
        ("a if c == '是' else a + b", "1 2 是", Fraction(1)),
        ("a if c == '是' else a + b", "1 2 否", Fraction(3)),
        ("a if c == '是' else a + b", "1 2 x", Fraction(3)),
        ("a if c == '是' else a + b", "1 x 是", Fraction(1)),
        ("a * 2 + 0.5", "1 x x", Fraction(5, 2)),
        ("banded(a / b, 0.95, c, 0.8, 7, 0)", "95 100 10", Fraction(10)),
        ("banded(a / b, 0.95, c, 0.8, 7, 0)", "94 100 10", Fraction(7)),
        ("banded(a / b, 0.95, c, 0.8, 7, 0)", "79 100 10", Fraction(0)),
        ("banded(a / b, 0.95, c, 0.8, 7, 0)", "1 x 10", None),
    ],
)
def test_evaluate(text: str, given: str, wanted: Value) -> None:
    assert evaluate(resolved(text), Sheet(given)) == wanted


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("1 2 4", Fraction(7)), ("1 x 4", Fraction(5)), ("x x x", None), ("0 x x", Fraction(0))],
)
def test_a_sum_counts_what_is_given(given: str, wanted: Value) -> None:
    assert evaluate(Sum((A, B, C)), Sheet(given)) == wanted


def test_a_sum_is_unknown_while_a_line_in_use_lacks_its_number() -> None:
    assert evaluate(Sum((A, B, C)), Sheet("1 x 4", missing="b")) is None


@pytest.mark.parametrize(("column", "wanted"), [((1, 2), Fraction(3)), ((), None)])
def test_a_sum_over_rows(column: tuple[int, ...], wanted: Value) -> None:
    assert evaluate(parse("sum(projects.executed)"), Sheet("", column)) == wanted


def test_what_parse_gives() -> None:
    assert parse("costs.office + 1") == Binary("+", Name(("costs", "office")), Number(Fraction(1)))
    assert parse("sum(p.executed, kind='业务')") == Rows("p", "executed", (("kind", "业务"),))
    assert parse("min(a, 1)") == Call("min", (Name(("a",)), Number(Fraction(1))))
    assert isinstance(parse("a if b == '是' else c"), Either)


@pytest.mark.parametrize(
    "text",
    ["a ** b", "a and b", "lambda: 1", "a[0]", "open('x')", "__import__('os')", "a if b else c", "a +", "True",
     "banded(a, 1, 2)", "banded(a, 1, 2, 3, 4)", "sum(a)", "min(a, key=b)", "a.b()", "[a]", "-a"],
)  # fmt: skip
def test_what_parse_refuses(text: str) -> None:
    with pytest.raises(ExpressionError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("a", 'IF(A1="","",A1)'),
        ("a - b", 'IF(COUNT(A1,B1)<2,"",(A1-B1))'),
        ("a / b", 'IF(COUNT(A1,B1)<2,"",IF(B1=0,"",(A1/B1)))'),
        (
            "banded(a / b, 0.95, 10, 0.8, c, 0)",
            'IF(COUNT(A1,B1,C1)<3,"",IF(B1=0,"",IF(ROUND((A1/B1),10)>=0.95,10,IF(ROUND((A1/B1),10)>=0.8,C1,0))))',
        ),
        ("a if c == '是' else a + b", 'IF(C1="是",IF(A1="","",A1),IF(COUNT(A1,B1)<2,"",(A1+B1)))'),
    ],
)
def test_as_excel(text: str, formula: str) -> None:
    assert as_excel(resolved(text), Sheet("")) == formula  # type: ignore[arg-type]


class Formulas(Sheet):
    """The same cells, as a formula names them."""

    def wanting(self, part: Cell | Rows) -> str:  # type: ignore[override]
        return f"W{self.reference(part)}" if isinstance(part, Cell) else "W"


def test_a_sum_as_excel_is_blank_while_its_parts_are() -> None:
    formula = as_excel(Sum((A, B)), Formulas(""))  # type: ignore[arg-type]
    assert formula == 'IF(WA1+WB1>0,"",IF(COUNT(A1,B1)=0,"",SUM(A1,B1)))'
