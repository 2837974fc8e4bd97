"""Grades: the name of so many points."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from selfeval_xl.forms import Form


def grades(form: Form) -> list[tuple[Fraction, str]]:
    """(from so many points on, name), the best first."""
    listed: list[Mapping[str, Any]] = form.settings["grades"]
    return sorted(((Fraction(str(g["from"])), str(g["name"])) for g in listed), reverse=True)


def grade(form: Form, total: Fraction) -> str:
    """The name of the grade of so many points."""
    return next((name for low, name in grades(form) if total >= low), "")
