"""Sums that rest on fewer units than they seem to: coloured in their own cells, and counted beside them."""

from collections.abc import Mapping

from selfeval_xl.batch.sheets.cells import wan
from selfeval_xl.writing.style import PLAIN, Look
from selfeval_xl.writing.summary.tables import Cell, Coloured

UNEVEN: Look = {"bg_color": "#FFC966"}
"""Units that have something in this very line lack this amount: sums of the line do not compare."""
PARTIAL: Look = {"bg_color": "#FFF3CC"}
"""Units lack the whole line: nobody knows whether they have none or did not fill it in."""
HEAD = "没有填全的数（填了的单位数/单位数）"


def summed(total: int | None, filled: int, given: int, units: int) -> Cell:
    """A sum in 万元. `filled`: units that have the amount, `given`: that have any of its line, `units`: all of them."""
    amount, look = wan(total), look_of(filled, given, units)
    return amount if amount is None or look is PLAIN else Coloured(amount, look)


def look_of(filled: int, given: int, units: int) -> Look:
    """The colour of a sum over `filled` units, as in `summed`; PLAIN for one that is whole, or for none at all."""
    if filled == 0 or filled >= units:
        return PLAIN
    return UNEVEN if filled < given else PARTIAL


def counted(filled: Mapping[str, int], units: int) -> str:
    """上年结转 7/8、全年预算数 7/8: the amounts that not all units have; 各数 7/8 where that is all of several."""
    short = {name: number for name, number in filled.items() if 0 < number < units}
    if len(short) == len(filled) > 1 and len(set(short.values())) == 1:
        return f"各数 {next(iter(short.values()))}/{units}"
    return "、".join(f"{name} {number}/{units}" for name, number in short.items())
