"""Numbers that people type as text: what has one reading is read, what has two is asked for."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.filing.typed_numbers import typed_number
from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN, YUAN

READ = [
    # text, kind, value: money in 万元
    ("12.5", Kind.MONEY, "12.5"),
    (" 12.5 ", Kind.MONEY, "12.5"),
    ("１２３４．５", Kind.MONEY, "1234.5"),
    ("1,234.50", Kind.MONEY, "1234.5"),
    ("1，234．50", Kind.MONEY, "1234.5"),
    ("12,345,678.9", Kind.MONEY, "12345678.9"),
    ("1.5E+03", Kind.MONEY, "1500"),
    ("-5", Kind.MONEY, "-5"),
    ("－5", Kind.MONEY, "-5"),
    ("−5", Kind.MONEY, "-5"),
    ("(1,234.50)", Kind.MONEY, "-1234.5"),
    ("（1,234.50）", Kind.MONEY, "-1234.5"),
    ("（5）万元", Kind.MONEY, "-5"),
    ("(0)", Kind.MONEY, "0"),
    ("500万元", Kind.MONEY, "500"),
    ("500 万元", Kind.MONEY, "500"),
    ("12.5万", Kind.MONEY, "12.5"),
    ("5000000元", Kind.MONEY, "500"),
    ("1.2亿元", Kind.MONEY, "12000"),
    ("30千元", Kind.MONEY, "3"),
    ("壹仟贰佰叁拾肆", Kind.MONEY, "1234"),
    ("壹仟贰佰叁拾肆万元整", Kind.MONEY, "1234"),
    ("五万三千二百元", Kind.MONEY, "5.32"),
    ("98%", Kind.RATE, "0.98"),
    ("９８．５％", Kind.RATE, "0.985"),
    ("35人", Kind.COUNT, "35"),
    ("十二人", Kind.COUNT, "12"),
    ("３辆", Kind.COUNT, "3"),
    ("1,200㎡", Kind.AREA, "1200"),
    ("1200m²", Kind.AREA, "1200"),
    ("9.5分", Kind.SCORE, "9.5"),
]
ASKED_FOR = {
    Kind.MONEY: (
        "—", "－", "/", "无", "未发生", "N/A", "约500", "500左右", "500余万元", "≥500", "近500", "98%", "¥12",
        "12.5元/人", "3人", "12,34", "1,234,56", "1,2345", "12 34", "1.2.3", "12。5", "1_000", "٣",
        "(-5)", "5-6", "12+3", "=1+1", "两万三", "一二三", "万元", "详见附表", "1e400", "inf", "nan",
        "12.5（含税）", "5.94①", "5²", "10³", "5₁", "③", "5½", "5⑴", "5㊀", "3⒈", "12㏠",
    ),
    Kind.COUNT: (
        "3元", "十五六人", "35人①", "35②人",
    ),
    Kind.RATE: (
        "98", "0.98",
    ),
}  # fmt: skip


def scale(kind: Kind) -> int:
    return WAN if kind is Kind.MONEY else 1


@pytest.mark.parametrize(("text", "kind", "value"), READ)
def test_read(text: str, kind: Kind, value: str) -> None:
    assert typed_number(text, kind, scale(kind)).value == Fraction(value) * scale(kind)


@pytest.mark.parametrize(
    ("text", "kind"), [(text, kind) for kind, texts in ASKED_FOR.items() for text in texts]
)
def test_asked_for(text: str, kind: Kind) -> None:
    found = typed_number(text, kind, scale(kind))
    assert found.value is None
    assert found.why
    found.why.encode("gbk")


def test_a_bare_number_counts_in_the_units_of_the_cell_another_unit_in_its_own() -> None:
    assert typed_number("500", Kind.MONEY, YUAN).value == 500 * YUAN
    assert typed_number("500元", Kind.MONEY, WAN).value == 500 * YUAN
    assert typed_number("500万元", Kind.MONEY, YUAN).value == 500 * WAN


FULL_WIDTH = str.maketrans("0123456789.,-()", "０１２３４５６７８９．，－（）")
SPELLINGS = {
    "plain": lambda fen: f"{fen / 100:.2f}",
    "thousands": lambda fen: f"{fen / 100:,.2f}",
    "full width": lambda fen: f"{fen / 100:,.2f}".translate(FULL_WIDTH),
    "with its unit": lambda fen: f"{fen / 100:.2f}元",
    "in 万元": lambda fen: f"{fen / 1_000_000:.6f}万元",
    "in brackets": lambda fen: f"({fen / 100:,.2f})",
}


@given(st.integers(1, 10**12), st.sampled_from(sorted(SPELLINGS)))
def test_every_spelling_reads_back_to_the_fen(fen: int, spelling: str) -> None:
    sign = -1 if spelling == "in brackets" else 1
    assert typed_number(SPELLINGS[spelling](fen), Kind.MONEY, YUAN).value == sign * fen


@given(st.text(max_size=12), st.sampled_from(list(Kind)))
def test_no_text_is_more_than_a_number_or_a_reason(text: str, kind: Kind) -> None:
    found = typed_number(text, kind, 1)
    assert (found.value is None) == bool(found.why)
