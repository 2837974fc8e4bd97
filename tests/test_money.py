"""分 in, 万元 out."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as some

from selfeval_xl.money import WAN, YUAN, exact, fixed, half_step, half_up, percent, plain, rounded, wan


@pytest.mark.parametrize(
    ("typed", "scale", "fen"),
    [(879.36, WAN, 879_360_000), (0.1 + 0.2, YUAN, 30), (1566.53, WAN, 1_566_530_000), (7, YUAN, 700),
     (33.333333333, WAN, 33_333_333), (-0.005, WAN, -5_000), (4300, WAN, 4_300_000_000)],
)  # fmt: skip
def test_typed_numbers_to_fen(typed: float, scale: int, fen: int) -> None:
    assert half_up(exact(typed, scale)) == fen


@pytest.mark.parametrize(
    ("fen", "text"),
    [(879_360_000, "879.36"), (5_000, "0.01"), (4_999, "0.00"), (-5_000, "-0.01"), (0, "0.00")],
)
def test_wan(fen: int, text: str) -> None:
    assert wan(fen) == text


@pytest.mark.parametrize(
    ("fen", "half"),
    [(879_360_000, 5_000), (4_300_000_000, 5_000), (1_234_000, 500), (1_230_000, 5_000), (1_234_500, 50),
     (1_234_567, 0), (0, 5_000)],
)  # fmt: skip
def test_half_step_from_the_digits(fen: int, half: int) -> None:
    assert half_step(fen) == half


@pytest.mark.parametrize(
    ("value", "wanted"), [("0.5", 1), ("-0.5", -1), ("1.5", 2), ("2.5", 3), ("2.4999", 2), ("-2.5", -3)]
)
def test_ties_go_away_from_zero_as_in_excel(value: str, wanted: int) -> None:
    assert half_up(Fraction(value)) == wanted


def test_percent_and_plain() -> None:
    assert percent(Fraction(156653, 487096)) == "32.16%"
    assert [plain(Fraction(v)) for v in ("90", "0.5", "98.25", "1/3")] == ["90", "0.5", "98.25", "0.333333"]
    assert fixed(Fraction(7), 0) == "7"
    assert rounded(Fraction(2, 3), 2) == Fraction(67, 100)


@given(some.integers(-(10**12), 10**12), some.sampled_from([WAN, YUAN]))
def test_what_was_typed_comes_back(cents: int, scale: int) -> None:
    typed = cents / 100
    assert exact(typed, scale) == Fraction(cents, 100) * scale or abs(cents) > 2**53
