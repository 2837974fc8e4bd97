"""What a quantitative indicator aimed at and what it reached: one reading for the rules and the report."""

from dataclasses import dataclass, replace
from fractions import Fraction
from functools import lru_cache

from selfeval_xl.filing import Row
from selfeval_xl.scoring.quantities import Quantity, Span, plain, quantity, sign, span

MORE, LESS = ("≥", "＞"), ("≤", "＜")
PERCENT, MONEY = "%", "元"
SURE_PERCENT = 10
"""A target of 10 % and more is not met by less than 1 %: 0.98 beside it is a share of 1."""
QUALITATIVE = "定性"


@dataclass(frozen=True)
class Aim:
    """`met`: whether the target was reached, None where that cannot be told. `completion`: the share that was reached
    (1 = all; of a target that is missed: actual ÷ target, or target ÷ actual where less is better), None where there is
    no such share. `over_completion`: actual ÷ target where more is better, else 0."""

    met: bool | None
    completion: Fraction | None = None
    over_completion: Fraction = Fraction(0)


def aim(indicator: Row) -> Aim | None:
    """The aim of an indicator of annexes 2 and 3; None where it is qualitative or not to be read."""
    return target_and_actual(*(indicator.text(c) for c in ("operator", "target", "measure", "actual")))


@lru_cache(maxsize=512)  # several rules and the report ask for each indicator
def target_and_actual(operator: str, target: str, measure: str, actual: str) -> Aim | None:
    """The aim that these four texts state, as typed; None where that is not two numbers of one unit, or two days."""
    if plain(operator) == QUALITATIVE:
        return None
    wanted = span(target)
    if wanted and (reached := span(actual)):
        return _by_day(wanted, reached, sign(operator), plain(target) == plain(actual))
    goal, got = quantity(target, measure), quantity(actual, measure)
    if goal is None or got is None or got.low != got.high or got.sign not in ("", "="):
        return None
    said = sign(operator)
    if (operator and not said) or (said and goal.sign and said != goal.sign):
        return None
    return _by_number(goal, got, said or goal.sign)


def completed(aimed: Aim | None) -> bool | None:
    """Whether the target was reached; None where that cannot be told."""
    return None if aimed is None else aimed.met


def _by_number(goal: Quantity, got: Quantity, sign: str) -> Aim | None:
    goal, got = _same_percent(*_same_unit(goal, got), sign)
    if goal.unit != got.unit:
        return None
    ranged = goal.low != goal.high
    if ranged and sign not in ("", "="):
        return None
    if not sign and not ranged:
        return Aim(None)
    actual, met = got.low, _met(goal, got.low, sign)
    return Aim(met, Fraction(1) if met else _share(goal, actual, sign), _over(goal, actual, sign))


def _same_unit(goal: Quantity, got: Quantity) -> tuple[Quantity, Quantity]:
    """≥50个 and 52: the number without a unit is of the other's, but not where it may be 元 or 万元, 吨 or 万吨."""
    if got.bare and not got.unit and goal.factor == 1 and goal.unit != MONEY:
        return goal, replace(got, unit=goal.unit)
    if goal.bare and not goal.unit and got.factor == 1 and got.unit != MONEY:
        return replace(goal, unit=got.unit), got
    return goal, got


def _same_percent(goal: Quantity, got: Quantity, sign: str) -> tuple[Quantity, Quantity]:
    """98 % against 0.985 typed in a column of %: the share of 1 as a percentage, where nothing else makes sense."""
    if goal.unit != PERCENT or got.unit != PERCENT or sign in LESS:
        return goal, got
    if got.bare and 0 < got.low <= 1 and goal.low >= SURE_PERCENT:
        return goal, got.times(100)
    if goal.bare and 0 < goal.low <= 1 and got.low >= SURE_PERCENT:
        return goal.times(100), got
    return goal, got


def _met(goal: Quantity, actual: Fraction, sign: str) -> bool:
    match sign:
        case "≥":
            return actual >= goal.low
        case "≤":
            return actual <= goal.low
        case "＞":
            return actual > goal.low
        case "＜":
            return actual < goal.low
    return goal.low <= actual <= goal.high


def _share(goal: Quantity, actual: Fraction, sign: str) -> Fraction | None:
    """How much of a missed target was reached. None beside a target of 0, and above an exact one: there is no share."""
    if actual < 0 or goal.low <= 0:
        return None
    if actual < goal.low or (actual == goal.low and sign == "＞"):
        return actual / goal.low
    return goal.low / actual if sign in LESS and actual else None


def _over(goal: Quantity, actual: Fraction, sign: str) -> Fraction:
    return actual / goal.low if sign in MORE and goal.low > 0 else Fraction(0)


def _by_day(wanted: Span, reached: Span, sign: str, same: bool) -> Aim | None:
    """A deadline, the day itself included. A later day than any that it may mean has missed it."""
    if wanted.has_year != reached.has_year or sign in MORE:
        return None
    if same or reached.last <= wanted.first:
        return Aim(True)
    return Aim(False if reached.first > wanted.last and not reached.open else None)
