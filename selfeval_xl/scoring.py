"""Targets, actual values and grades, as 财预〔2020〕10号 scores them: one reading for the rules and the report."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from selfeval_xl.filing import Row
from selfeval_xl.forms import Form

VALUE = re.compile(r"([≥≤=＞＜><]?)(-?\d+(?:\.\d+)?)(.*)")
SIGNS = {">": "＞", "<": "＜"}


@dataclass(frozen=True)
class Aim:
    """A quantitative indicator whose target and actual value are plain numbers of one unit."""

    sign: str
    target: Fraction
    actual: Fraction

    @property
    def met(self) -> bool | None:
        """Whether the target was reached; None for a sign that says nothing (none, 定性)."""
        match self.sign:
            case "≥":
                return self.actual >= self.target
            case "≤":
                return self.actual <= self.target
            case "=":
                return self.actual == self.target
            case "＞":
                return self.actual > self.target
            case "＜":
                return self.actual < self.target
        return None

    @property
    def over_completion(self) -> Fraction:
        """Actual to target where more is better, else 0."""
        more_is_better = self.sign in ("≥", "＞") and self.target != 0
        return self.actual / self.target if more_is_better else Fraction(0)


def aim(indicator: Row) -> Aim | None:
    """What the indicator aimed at and reached; None where that is not two numbers of one unit."""
    target, actual = (VALUE.fullmatch(_plain(indicator.text(column))) for column in ("target", "actual"))
    if not target or not actual:
        return None
    measure = _plain(indicator.text("measure"))
    if len({unit or measure for unit in (target[3], actual[3])}) > 1:
        return None
    sign = _plain(indicator.text("operator")) or target[1]
    return Aim(SIGNS.get(sign, sign), Fraction(target[2]), Fraction(actual[2]))


def _plain(text: str) -> str:
    """Without spaces and thousands separators; ％ as %."""
    return re.sub(r"[\s,，]", "", text).replace("％", "%").replace("＝", "=")


def grades(form: Form) -> list[tuple[Fraction, str]]:
    """(from so many points on, name), the best first."""
    listed: list[Mapping[str, Any]] = form.settings["grades"]
    return sorted(((Fraction(str(g["from"])), str(g["name"])) for g in listed), reverse=True)


def grade(form: Form, total: Fraction) -> str:
    """The name of the grade of so many points."""
    return next((name for low, name in grades(form) if total >= low), "")
