"""Other official files, read cell by cell: what each says, how exactly, and where it stands."""

import json
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from selfeval_xl.forms import load
from selfeval_xl.witnesses.facts import Fact, Witness
from selfeval_xl.witnesses.reading import read_witness

SETS = Path(__file__).parent / "witnesses"
UNITS = {"1-住建局": "312001", "2-镇政府": "601003"}
FILES = (
    "决算软件导出.xls",
    "决算公开表.xlsx",
    "上年决算公开表.xlsx",
    "预算公开表.xlsx",
    "上年填报.xlsx",
    "指标执行明细表.xlsx",
)
units = pytest.mark.parametrize("unit", UNITS)


@cache
def witnesses(unit: str) -> dict[str, Witness]:
    form = load("hunan-2023", 2024)
    return {name: read_witness(SETS / unit / name, form, UNITS[unit]) for name in FILES}


def wanted(unit: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((SETS / unit / "expected.json").read_text("utf-8"))
    return found


def said(facts: tuple[Fact, ...], concept: str, item: str) -> dict[tuple[str, str], Fact]:
    return {
        (fact.spots[0].place.sheet, fact.spots[0].place.a1): fact
        for fact in facts
        if (fact.concept, fact.item or fact.sheet_of) == (concept, item)
    }


@units
def test_every_figure_is_read_where_it_stands(unit: str) -> None:
    wrong: list[tuple[object, ...]] = []
    for cell in wanted(unit):
        for file, sheet, a1, value, money, spots in cell["witnesses"]:
            facts = said(witnesses(unit)[file].facts, cell["concept"], cell["item"])
            fact = facts.get((sheet, a1))
            if fact is None:
                wrong.append((cell["concept"], cell["item"], file, a1, "not read"))
            elif fact.number is None:
                wrong += [(cell["concept"], fact.text, value)] if fact.text != value else []
            elif fact.number != Fraction(value) * (100 if money else 1) or len(fact.spots) != spots:
                wrong.append((cell["concept"], cell["item"], file, a1, str(fact.number), value))
    assert not wrong


@units
def test_no_table_stays_unread(unit: str) -> None:
    assert not [note for witness in witnesses(unit).values() for note in witness.notes]


def test_who_they_are() -> None:
    for unit, code in UNITS.items():
        for name, witness in witnesses(unit).items():
            assert witness.code in ("", code), name
            assert witness.unit.startswith("青澜县"), name


def test_two_of_three_public_tables_of_the_year_say_no_year() -> None:
    """Nothing in 决算公开表.xlsx does: it is known by its figures, when all witnesses are together."""
    assert witnesses("1-住建局")["决算公开表.xlsx"].year == 0
    assert witnesses("1-住建局")["上年决算公开表.xlsx"].year == 2023
    assert witnesses("1-住建局")["预算公开表.xlsx"].year == 2024
