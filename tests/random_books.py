"""Filled books at random, from a fixed seed: the odd amounts that accountants and their files come with."""

from fractions import Fraction
from random import Random

from selfeval_xl.filing import Key, unit_scale
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import BOOK, Form, Kind
from selfeval_xl.layout import entry
from selfeval_xl.writing.template.filling import filled

TEXTS = ("约50", "12.5左右", "—", "无", "=1+1")
ADDED = 4
"""No more added rows of a block than so many: sums are to be seen, not sheets filled."""


def random_values(form: Form, seed: int, *, yuan: bool = False, texts: bool = False) -> dict[Key, object]:
    """What is typed: blanks, zeros, negatives, 2 to 6 decimals (in 元 to the 分: below it, a float's tie and an exact
    one round apart), near copies of an earlier amount, texts for amounts."""
    dice = Random(seed)
    density = dice.choice((0.3, 0.6, 0.95))
    values: dict[Key, object] = {Key("unit", 0, "money_unit", 0, "value"): "元" if yuan else "万元"}
    amounts = [1.0]
    for sheet in entry(form):
        for key in sheet.places() if sheet.copy <= 2 else ():
            field = form.block(key.block).fields[key.row, key.column]
            typed = dice.random() < (density if field.formula is None else 0.15)
            if typed and key.number <= ADDED and key not in values:
                values[key] = _value(dice, field.kind, field.choices, amounts, texts)
    values |= _typed_over(form, values, dice, 100 if yuan else 1_000_000)
    return {key: _to_the_fen(form, key, value) for key, value in values.items()} if yuan else values


def _to_the_fen(form: Form, key: Key, value: object) -> object:
    in_yuan = isinstance(value, float) and form.block(key.block).unit == BOOK
    money = form.block(key.block).fields[key.row, key.column].kind is Kind.MONEY
    return round(value, 2) if isinstance(value, float) and in_yuan and money else value


def _typed_over(form: Form, values: dict[Key, object], dice: Random, scale: int) -> dict[Key, object]:
    """Totals typed over with what they compute, or a last digit beside it: where residuals come from."""
    over: dict[Key, object] = {}
    for key, figure in Tracer(filled(form, values)).figures.items():
        block = form.block(key.block)
        if (
            figure.kind is not Kind.MONEY
            or not isinstance(figure.computed, Fraction)
            or figure.typed is not None
        ):
            continue
        if dice.random() < 0.4:
            own = unit_scale(block, scale)
            over[key] = round(float(figure.computed / own) + dice.choice((0, 0.01, -0.01, 0.001, 0.02)), 6)
    return over


def _value(dice: Random, kind: Kind, choices: tuple[str, ...], amounts: list[float], texts: bool) -> object:
    if kind is Kind.MONEY:
        return dice.choice(TEXTS) if texts and dice.random() < 0.08 else _amount(dice, amounts)
    if kind in (Kind.COUNT, Kind.AREA):
        return dice.choice((0, 1, 2, 5, 40))
    if kind is Kind.RATE:
        return 0.5
    if kind is Kind.SCORE:
        return dice.choice((0, 5, 10, 9.98, 20, 50))
    if kind is Kind.DATE:
        return "2024-06-20"
    return dice.choice(choices) if choices else f"某项{dice.randrange(9)}"


def _amount(dice: Random, amounts: list[float]) -> float:
    """A new amount, an earlier one, or one a last digit away from it."""
    roll = dice.random()
    if roll < 0.1:
        return 0
    if roll < 0.5:
        digits = dice.choice((2, 2, 2, 3, 4, 5, 6))
        amount = round(dice.choice((1, 1, 1, -1)) * dice.uniform(0, 900), digits)
        amounts.append(amount)
        return amount
    step = dice.choice((0, 0, 0.01, -0.01, 0.02, 0.0001, -0.000001))
    return round(dice.choice(amounts) + step, 6)
