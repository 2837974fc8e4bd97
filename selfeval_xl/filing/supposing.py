"""The filing as it would be, had some cells held other numbers."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Figure, Filing, unit_scale
from selfeval_xl.filing.computing import assemble
from selfeval_xl.filing.figures import Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.filing.values import Entry
from selfeval_xl.forms import BOOK, Kind
from selfeval_xl.money import WAN, YUAN

UNIT = Key("unit", 0, "money_unit", 0, "value")
"""The cell of 填报金额单位."""


def supposing(filing: Filing, changes: Mapping[Key, Fraction | None]) -> Filing:
    """The filing with these values (money in 分) in these cells, and all that is computed from them following.

    A computed cell that holds what it computes follows; one that was typed over stays. Nothing of `filing` changes.
    """
    entries = {key: _entry(figure) for key, figure in Tracer(filing).figures.items()}
    for key, value in changes.items():
        entries[key] = replace(entries[key], value=value, unreadable="")
    return _assembled(filing, entries, filing.scale)


def in_other_unit(filing: Filing) -> Filing:
    """The filing as it would be, had its 填报金额单位 been 元 for 万元, or 万元 for 元: the amounts as typed, in that unit."""
    scale = YUAN if filing.scale == WAN else WAN
    entries = {key: _entry(figure) for key, figure in Tracer(filing).figures.items()}
    for key, found in entries.items():
        block = filing.form.block(key.block)
        money = block.unit == BOOK and block.fields[key.row, key.column].kind is Kind.MONEY
        if money and isinstance(found.value, Fraction):
            entries[key] = replace(
                found, value=found.value * Fraction(scale, unit_scale(block, filing.scale))
            )
    if UNIT in entries:
        entries[UNIT] = replace(entries[UNIT], value="元" if scale == YUAN else "万元", unreadable="")
    return _assembled(filing, entries, scale)


def _assembled(filing: Filing, entries: Mapping[Key, Entry], scale: int) -> Filing:
    supposed = assemble(filing.form, entries, scale, filing.absent)
    # A block of which no line was ever filled in has no cells, yet a table.
    tables = {**filing.tables, **supposed.tables}
    return replace(filing, tables=tables, copies=supposed.copies, scale=scale)


def _entry(figure: Figure) -> Entry:
    follows = figure.computed is not None and figure.typed == figure.computed
    return Entry(figure.place, None if follows else figure.typed, figure.unreadable)
