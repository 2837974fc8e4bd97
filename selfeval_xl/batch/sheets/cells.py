"""Cells that several sheets have: amounts in 万元, rates, verdicts in their colour, links to a unit's results."""

from collections.abc import Mapping

from selfeval_xl.batch.records import Record, shown
from selfeval_xl.batch.run_facts import book
from selfeval_xl.checking.concluding import Standing
from selfeval_xl.findings import Level
from selfeval_xl.money import WAN
from selfeval_xl.writing.style import LEVELS, Look
from selfeval_xl.writing.summary.tables import Cell, Coloured, Link

VERDICTS: Mapping[str, Look] = {
    Standing.READY: LEVELS[Level.NOTICE],
    Standing.TO_EXPLAIN: LEVELS[Level.WARNING],
    Standing.INCOMPLETE: LEVELS[Level.WARNING],
    Standing.WRONG: LEVELS[Level.ERROR],
}


def wan(fen: int | None) -> float | None:
    return None if fen is None else fen / WAN


def rate(part: int | None, whole: int | None) -> float | None:
    """A share; None where one is unknown, or the whole is nothing."""
    return None if part is None or not whole else part / whole


def difference(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one - other


def verdict(record: Record) -> Cell:
    return Coloured(record.verdict, VERDICTS[record.verdict])


def unit(record: Record) -> Link:
    return Link(shown(record), book(record))


def count(number: int) -> int | None:
    """A number that is only shown where there is something."""
    return number or None
