"""What a quantitative indicator aimed at and what it reached: one reading for the rules and the report."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing import Filing, Row
from selfeval_xl.forms import QUALITATIVE, Form
from selfeval_xl.money import plain as decimal
from selfeval_xl.scoring.days import Span, span
from selfeval_xl.scoring.quantities import Quantity, plain, quantity, sign

MORE, LESS = ("≥", "＞"), ("≤", "＜")
PERCENT, MONEY = "%", "元"
SURE_PERCENT = 50
"""Of a target of so many % a bare number up to 1 is a share of 1: 0.985 beside 98."""
LARGEST_SHARE = 2
"""1.2 beside 100 may be 120 %; nobody writes 350 % as 3.5."""
UNSIGNED = "没有选指标值类型，看不出应不低于还是不高于"
DECIMAL_OR_DAY = "看不出是小数还是月、日"


class Aim(Struct, frozen=True):
    """`met`: whether the target was reached, None where that cannot be told. `completion`: the share that was reached
    (1 = all; of a target that is missed: actual ÷ target, or target ÷ actual where less is better), None where there is
    no such share. `over_completion`: actual ÷ target where more is better, else 0. `doubt`: why it cannot be told,
    where the one who typed it can say it (a clause)."""

    met: bool | None
    completion: Fraction | None = None
    over_completion: Fraction = Fraction(0)
    doubt: str = ""


def aim(indicator: Row, filing: Filing) -> Aim | None:
    """The aim of an indicator of annexes 2 and 3; None where it is qualitative or not to be read."""
    texts = (indicator.text(column) for column in ("operator", "target", "measure", "actual"))
    return target_and_actual(*texts, year=filing.form.year)


@lru_cache(maxsize=512)  # several rules and the report ask for each indicator
def target_and_actual(operator: str, target: str, measure: str, actual: str, year: int = 0) -> Aim | None:
    """The aim that these four texts state, as typed; None where that is not two numbers of one unit, or two days.
    `year`: the fiscal year, for days that name none."""
    if plain(operator) == QUALITATIVE:
        return None
    said = sign(operator)
    wanted, reached = _spans(target, measure, actual, said, year)
    if not (wanted and reached):
        return _by_quantity(operator, target, measure, actual)
    by_day = _by_day(wanted, reached, said, plain(target) == plain(actual))
    if not (wanted.is_decimal and reached.is_decimal):
        return by_day
    by_number = _by_quantity(operator, target, measure, actual)
    return _agreed([by_number, by_day], DECIMAL_OR_DAY) if said == "≤" else by_number


def completed(aimed: Aim | None) -> bool | None:
    """Whether the target was reached; None where that cannot be told."""
    return None if aimed is None else aimed.met


def due(form: Form, points: Fraction, share: Fraction) -> Fraction:
    """The points for so much of a target, by the form's method."""
    floor = form.setting("partial_floor")
    return points * max((share - floor) / (1 - floor), Fraction(0))


def _by_quantity(operator: str, target: str, measure: str, actual: str) -> Aim | None:
    goal, got = quantity(target, measure), quantity(actual, measure)
    if goal is None or got is None or got.low != got.high or got.sign not in ("", "="):
        return None
    said = sign(operator)
    if (operator and not said) or (said and goal.sign and said != goal.sign):
        return None
    return _by_number(*_same_unit(goal, got), said or goal.sign)


def _by_number(goal: Quantity, got: Quantity, sign: str) -> Aim | None:
    ranged = goal.low != goal.high
    if goal.unit != got.unit or (ranged and sign not in ("", "=")):
        return None
    if not sign and not ranged:
        return Aim(True, Fraction(1)) if goal.low == got.low else Aim(None, doubt=UNSIGNED)
    readings = _percentages(goal, got, sign)
    unsure = got if readings[0][1] != readings[-1][1] else goal
    doubt = f"看不出是{decimal(unsure.low)}%还是{decimal(unsure.low * 100)}%"
    return _agreed([_reached(*reading, sign) for reading in readings], doubt)


def _reached(goal: Quantity, got: Quantity, sign: str) -> Aim:
    actual, met = got.low, _met(goal, got.low, sign)
    return Aim(met, Fraction(1) if met else _share(goal, actual, sign), _over(goal, actual, sign))


def _agreed(readings: Sequence[Aim | None], doubt: str) -> Aim | None:
    """What all readings say; where they contradict each other nobody knows."""
    known = [reading for reading in readings if reading]
    if len(known) < len(readings):
        return None
    if len({reading.met for reading in known}) > 1:
        return Aim(None, doubt=doubt)
    shares = {reading.completion for reading in known}
    least = min(known, key=lambda reading: reading.over_completion)
    return replace(least, completion=shares.pop() if len(shares) == 1 else None)


def _same_unit(goal: Quantity, got: Quantity) -> tuple[Quantity, Quantity]:
    """≥50个 and 52: the number without a unit is of the other's, but not where it may be 元 or 万元, 吨 or 万吨."""
    if got.bare and not got.unit and goal.factor == 1 and goal.unit != MONEY:
        return goal, replace(got, unit=goal.unit)
    if goal.bare and not goal.unit and got.factor == 1 and got.unit != MONEY:
        return replace(goal, unit=got.unit), got
    return goal, got


def _percentages(goal: Quantity, got: Quantity, sign: str) -> list[tuple[Quantity, Quantity]]:
    """The ways to read two percentages: 0.985 typed in a column of % may be a share of 1 (98.5 %).

    It is one where nothing else makes sense, and may be one where that is as near to the other side as what is written.
    Two numbers below 1 are alike.
    """
    written = (goal, got)
    if (
        goal.unit != PERCENT
        or got.unit != PERCENT
        or (goal.bare and got.bare and max(goal.high, got.low) < 1)
    ):
        return [written]
    for bare, other, shared in ((got, goal, (goal, got.times(100))), (goal, got, (goal.times(100), got))):
        if bare.bare and 0 < bare.low <= LARGEST_SHARE and bare.low * 10 <= other.low:
            sure = (bare.low < 1 or got.low == 1) and shared[0].low >= SURE_PERCENT and sign not in LESS
            return [shared] if sure else [written, shared]
    return [written]


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


def _spans(target: str, measure: str, actual: str, sign: str, year: int) -> tuple[Span | None, Span | None]:
    """Both days; the fiscal year for the year that one of them does not name, if it is the other's."""
    numeric = sign not in MORE
    wanted, reached = (span(text, measure, numeric) for text in (target, actual))
    dated = next((day for day in (wanted, reached) if day and day.has_year), None)
    if dated and dated.first.year == dated.last.year == year:
        wanted, reached = (span(text, measure, numeric, year) for text in (target, actual))
    return wanted, reached


def _by_day(wanted: Span, reached: Span, sign: str, same: bool) -> Aim | None:
    """A deadline, the day itself included. A later day than any that it may mean has missed it."""
    if wanted.has_year != reached.has_year or sign in MORE:
        return None
    if same or reached.last <= wanted.surely:
        return Aim(True)
    return Aim(False if reached.first > wanted.last and not reached.open else None)
