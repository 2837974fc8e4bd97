"""98.5 for 98.5 %: a rate without its sign, which only what it is worked out from can tell from 9850 %."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.filing.values import Entry
from selfeval_xl.forms import Kind

HUNDRED = 100
CLOSE = Fraction(1, 1000)
"""A tenth of a percent: rates are printed with one or two decimals."""


def as_percent(filing: Filing, entries: Mapping[Key, Entry]) -> dict[Key, Entry]:
    """The entries of rates that are a hundred times what they are worked out to be, as rates."""
    found = {}
    for key, figure in Tracer(filing).figures.items():
        typed, computed = figure.typed, figure.computed
        if (
            figure.kind is not Kind.RATE
            or not isinstance(typed, Fraction)
            or not isinstance(computed, Fraction)
        ):
            continue
        if abs(typed - computed) > CLOSE and abs(typed / HUNDRED - computed) <= CLOSE:
            found[key] = replace(entries[key], value=typed / HUNDRED)
    return found
