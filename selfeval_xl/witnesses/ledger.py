"""The platform's list of budget items (指标执行明细表), as columns and rows: an item a row, totals left out."""

import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from typing import Any

from msgspec import Struct

from selfeval_xl.forms import Form
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.official.labels import core
from selfeval_xl.witnesses.amounts import Amount, amount_of
from selfeval_xl.witnesses.facts import Fact, Spot, Use, WitnessKind
from selfeval_xl.witnesses.mapping import mapping
from selfeval_xl.witnesses.tables import numbers_columns

MONEY = ("initial", "carryover", "added", "adjusted", "cut", "amount", "paid", "left", "recovered", "next")
WORDS = ("unit_code", "unit", "project", "first_project", "kind", "source", "function", "economic", "origin")
CODED = re.compile(r"^\s*(\d+)\s*[-_ 　]*\s*(.*)$")
SUM = re.compile(r".*(?:合计|总计|小计).*")
HEAD_WITHIN = 15
LEAST = 4
"""So many known heads, the project, the source and an amount among them, make a list of budget items."""


class Ledger(Struct, frozen=True, dict=True):
    """`columns`: the mapping's keys that were found → column; `rows`: of items, with texts of merged cells filled down."""

    sheet: Sheet
    head: int
    columns: Mapping[str, int]
    scale: int

    @cached_property
    def rows(self) -> tuple[int, ...]:
        last = max(row for row, _ in self.sheet.cells)
        return tuple(row for row in range(self.head + 1, last + 1) if self._is_item(row))

    def _is_item(self, row: int) -> bool:
        cells = {c: cell for c in self.columns.values() if (cell := self.sheet.cells.get((row, c)))}
        every = [cell for (r, _), cell in self.sheet.cells.items() if r == row]
        if not cells or any(isinstance(c.value, str) and SUM.fullmatch(c.value.strip()) for c in every):
            return False
        if numbers_columns(dict(enumerate(every))):
            return False
        return any(self.amount(row, key) for key in MONEY if key in self.columns)

    def amount(self, row: int, key: str) -> Amount | None:
        return amount_of(self.sheet.cells.get((row, self.columns[key]))) if key in self.columns else None

    def text(self, row: int, key: str) -> str:
        """What stands in the cell; of a project, where it is blank, what stands above."""
        column = self.columns.get(key)
        if column is None:
            return ""
        for at in range(row, self.head, -1) if key in ("project", "first_project") else (row,):
            cell = self.sheet.cells.get((at, column))
            if cell is not None:
                return str(cell.value).strip()
        return ""


def ledger_on(sheet: Sheet, words: Mapping[str, Any]) -> tuple[int, dict[str, int]] | None:
    """The last row of the head, and which column is what; None: no list of budget items."""
    known = {core(name): key for key in (*WORDS, *MONEY) for name in words[key]}
    for row in range(1, HEAD_WITHIN):
        found: dict[str, int] = {}
        deep = row
        for at in (row, row + 1):
            for (r, column), cell in sorted(sheet.cells.items()):
                key = known.get(core(cell.value)) if r == at and isinstance(cell.value, str) else None
                if key and key not in found:
                    found[key] = column
                    deep = max(deep, at)
        if len(found) >= LEAST and {"project", "source"} <= set(found) and set(found) & {"amount", "initial"}:
            return deep, found
    return None


def is_ledger(sheets: Sequence[Sheet], form: Form) -> bool:
    words = mapping(form.base).platform
    return any(ledger_on(sheet, words) for sheet in sheets)


class Reading(Struct, frozen=True, dict=True):
    """One unit's items."""

    file: str
    ledger: Ledger
    words: Mapping[str, Any]
    rows: tuple[int, ...]

    def where(self, **wanted: str) -> tuple[int, ...]:
        return tuple(row for row in self.rows if all(self.is_of(row, k, v) for k, v in wanted.items()))

    def is_of(self, row: int, key: str, value: str) -> bool:
        return bool(getattr(self, key)(row) == value)

    def source(self, row: int) -> str:
        text = self.ledger.text(row, "source")
        return next((key for key, like in self.words["sources"].items() if re.search(like, text)), "")

    def nature(self, row: int) -> str:
        text = self.ledger.text(row, "kind")
        if re.search(self.words["project_kinds"], text):
            return "project"
        return "basic" if re.search(self.words["basic_kinds"], text) else ""

    def name(self, row: int) -> str:
        return self.ledger.text(row, "first_project") or self.ledger.text(row, "project")

    def economic(self, row: int) -> str:
        return coded(self.ledger.text(row, "economic"))

    def function(self, row: int) -> str:
        return coded(self.ledger.text(row, "function"))

    def origin(self, row: int) -> str:
        text = self.ledger.text(row, "origin")
        return next((key for key, like in self.words["origins"].items() if re.search(like, text)), "")

    @cached_property
    def by_rows(self) -> bool:
        """Whether 年初, 结转, 追加 are rows of one amount, told apart by their origin, not columns."""
        return "initial" not in self.ledger.columns and "origin" in self.ledger.columns

    @cached_property
    def cut_sign(self) -> int:
        """追减 as a positive number is taken off: 指标金额 ＝ 年初 ＋ 结转 ＋ 追加 － 追减 says which."""
        return -1 if any((a := self.ledger.amount(row, "cut")) and a.number > 0 for row in self.rows) else 1

    def terms(self, key: str) -> tuple[tuple[int, str], ...]:
        """The signed columns that make a figure; of items told apart by their origin, payments alone: 收回 stands among
        their amounts as a negative row, and is no 追减."""
        if self.by_rows and key != "paid":
            return ()
        if key == "adjustment":
            adding = [(1, k) for k in ("added", "adjusted") if k in self.ledger.columns]
            return (*adding, *([(self.cut_sign, "cut")] if "cut" in self.ledger.columns else []))
        if key == "full" and "amount" not in self.ledger.columns:
            return ((1, "initial"), (1, "carryover"), *self.terms("adjustment"))
        return ((1, "amount" if key == "full" else key),)

    def total(
        self, concept: str, rows: Iterable[int], *keys: str, use: Use, item: str = "", of: str = ""
    ) -> Fact | None:
        """The sum of what is printed; None: none of the columns, or nothing printed."""
        spots: list[Spot] = []
        number, half = Fraction(0), Fraction(0)
        lines = tuple(rows)
        signed = [term for key in keys for term in self.terms(key)]
        if not signed or any(key not in self.ledger.columns for _, key in signed):
            return None
        for sign, key in signed:
            for row in lines:
                if (amount := self.ledger.amount(row, key)) is None:
                    continue
                number += sign * amount.number * self.ledger.scale
                half += Fraction(self.ledger.scale, 2 * 10 ** max(2, amount.places))
                spots.append(Spot(self.file, self._place(row, key), amount.printed, sign))
        if not spots:
            return None
        return Fact(concept, item, number, half, tuple(spots), WitnessKind.PLATFORM.value, use, sheet_of=of)

    def spot(self, row: int, key: str, printed: str) -> Spot:
        return Spot(self.file, self._place(row, key), printed)

    def _place(self, row: int, key: str) -> Place:
        return Place(self.ledger.sheet.name, row, self.ledger.columns[key])


def coded(text: str) -> str:
    """2120101-行政运行 → 2120101"""
    match = CODED.match(text)
    return match[1] if match else ""
