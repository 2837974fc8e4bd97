"""The filing as it would be, had some cells held other numbers."""

from collections.abc import Mapping
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.filing.computing import Key, assemble
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.filing.values import Entry


def supposing(filing: Filing, changes: Mapping[Key, Fraction | None]) -> Filing:
    """The filing with these values (money in 分) in these cells, and all that is computed from them following.

    A computed cell that holds what it computes follows; one that was typed over stays. Nothing of `filing` changes.
    """
    entries = {key: _entry(figure) for key, figure in Tracer(filing).figures.items()}
    for key, value in changes.items():
        entries[key] = replace(entries[key], value=value, unreadable="")
    supposed = assemble(filing.form, entries, filing.scale, filing.absent)
    # A block of which no line was ever filled in has no cells, yet a table.
    return replace(filing, tables={**filing.tables, **supposed.tables}, copies=supposed.copies)


def _entry(figure: Figure) -> Entry:
    follows = figure.computed is not None and figure.typed == figure.computed
    return Entry(figure.place, None if follows else figure.typed, figure.unreadable)
