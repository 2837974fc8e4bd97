"""Every identity over plain amounts: rounding never breaks it, a slip beyond the tolerance always does."""

from collections.abc import Mapping
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from selfeval_xl.expressions import Cell
from selfeval_xl.filing import Key
from selfeval_xl.findings import Status
from selfeval_xl.forms import Kind, load
from selfeval_xl.identities import Line, lines
from selfeval_xl.identities.sides import Measure, measure
from selfeval_xl.money import WAN, half_up
from selfeval_xl.writing.template.filling import filled

FORM = load("hunan-2023")
LAST_DIGIT = 10_000
"""分 in 0.01 万元."""
COPY = 1


def plain(line: Line) -> bool:
    """All its terms are cells of money; no condition keeps it from being judged."""
    return line.kind is Kind.MONEY and not line.when and all(isinstance(leaf, Cell) for leaf in line.leaves)


PLAIN = [line for line in lines(FORM) if plain(line)]


def keys(line: Line) -> list[tuple[int, Key]]:
    """The cells with their signs as if all stood on the left: the first is the one to be worked out."""
    terms = [(t.sign, t.leaf) for t in line.left] + [(-t.sign, t.leaf) for t in line.right]
    return [(sign, _key(leaf)) for sign, leaf in terms if isinstance(leaf, Cell)]


def _key(cell: Cell) -> Key:
    return Key(cell.block, COPY if FORM.block(cell.block).repeated else 0, cell.row, 0, cell.column)


def exact(line: Line, drawn: list[int]) -> dict[Key, int]:
    """Amounts in 分 that satisfy it exactly: the first is what the others leave."""
    (sign, first), *others = keys(line)
    amounts = {key: fen for (_, key), fen in zip(others, drawn, strict=False)}
    return {first: -sign * sum(s * amounts[key] for s, key in others), **amounts}


def rounded(amounts: Mapping[Key, int]) -> dict[Key, int]:
    """Each to 0.01 万元, ties away from zero."""
    return {key: half_up(Fraction(fen, LAST_DIGIT)) * LAST_DIGIT for key, fen in amounts.items()}


def judged(line: Line, amounts: Mapping[Key, int]) -> Measure:
    """The line on a book in 万元 with these amounts typed, computed cells typed over."""
    own = replace(line, copy=max(key.copy for key in amounts))
    # A project sheet is in use by its name: its amounts alone may be what the register brings.
    named = {Key("project_head", COPY, "name", 0, "value"): "甲"} if own.copy else {}
    return measure(own, filled(FORM, {**named, **{key: fen / WAN for key, fen in amounts.items()}}))


LINES = st.sampled_from(PLAIN)
PARTS = st.lists(st.integers(0, 10**11), min_size=5, max_size=5)
"""Amounts in 分, up to 10 万万元."""


def test_most_identities_are_plain() -> None:
    assert len(PLAIN) > 60
    assert {line.relation for line in PLAIN} == {"=", ">="}
    assert {"B-04", "B-05", "B-10", "B-11", "B-12", "B-13", "B-15", "A1-01", "A3-01", "X-01"} <= {
        line.rule.id for line in PLAIN
    }


@given(LINES, PARTS)
@settings(max_examples=150, deadline=None)
def test_rounding_alone_never_breaks_an_identity(line: Line, parts: list[int]) -> None:
    """Exact amounts, each rounded to 0.01 万元: it holds, or there is a 尾差."""
    assert judged(line, rounded(exact(line, parts))).status in (Status.PASSED, Status.RESIDUAL)


@given(LINES, PARTS, st.integers(0, 5), st.integers(1, 10**8), st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_slip_beyond_twice_the_tolerance_always_breaks_it(
    line: Line, parts: list[int], which: int, beyond: int, up: bool
) -> None:
    """Rounding may use the tolerance once, in the other direction: beyond twice of it nothing can hide a slip.
    Of ≥ only a slip to the wrong side counts: a whole that fell, a part that grew."""
    amounts = rounded(exact(line, parts))
    signs = keys(line)
    sign, key = signs[which % len(signs)]
    if line.relation == ">=":
        up = sign < 0
    allowed = LAST_DIGIT // 2 * len(signs)
    slip = -(-(2 * allowed + beyond) // LAST_DIGIT) * LAST_DIGIT
    amounts[key] += slip if up else -slip
    found = judged(line, amounts)
    assert found.status is Status.BROKEN
    assert abs(found.gap) > found.allowed
