"""Numbers where the program does not read are told: a place of every table in every way; `make strays` tries all."""

from pathlib import Path

import pytest

from selfeval_xl.findings import Finding, Level
from selfeval_xl.reading.reader import read
from tests.damaged import Sheet
from tests.damaged_cells import sample
from tests.stray_cells import FORM, Case, batches, every_case, silent, tables

SLICE = tuple({(case.sheet, case.block, case.kind): case for case in every_case()}.values())
"""The last case of each table and kind."""


@pytest.mark.parametrize("batch", list(batches(SLICE)), ids=lambda batch: f"{len(batch)}-{batch[0]}")
def test_nothing_is_silent(batch: list[Case], tmp_path: Path) -> None:
    assert not silent(batch, tmp_path)


def test_every_table_is_tried() -> None:
    assert {(case.sheet, case.block) for case in SLICE} == {(table.name, table.block) for table in tables()}
    assert len(tables()) == sum(len(sheet.blocks) for sheet in FORM.sheets)
    assert {case.kind for case in SLICE} == {"移到右", "移到下", "移到上", "空格", "插行"}


def row(sheet: Sheet, at: int, label: str, cells: dict[str, float], *, insert: bool = True) -> None:
    if insert:
        sheet.insert_rows(at)
    sheet.put_text(f"A{at}", label)
    for column, amount in cells.items():
        sheet.put_number(f"{column}{at}", amount)


@pytest.mark.parametrize(
    ("sheet", "at", "label", "cells", "level"),
    [
        ("2收支情况", 8, "社保基金拨款", {"B": 77, "F": 77}, Level.ERROR),
        ("2收支情况", 11, "社保基金拨款", {"B": 77}, Level.ERROR),
        ("2收支情况", 31, "其他支出（399）", {"E": 3.2}, Level.ERROR),
        ("2收支情况", 8, "其中：债券资金", {"B": 77}, Level.WARNING),
        ("2收支情况", 8, "社保基金拨款", {"B": 0}, Level.WARNING),
        ("附件1", 27, "印刷费", {"B": 1, "C": 2, "D": 3}, Level.WARNING),
        ("附件3-1", 14, "债券资金", {"B": 100, "D": 90}, Level.WARNING),
    ],
)
def test_a_row_that_was_added(
    tmp_path: Path, sheet: str, at: int, label: str, cells: dict[str, float], level: Level
) -> None:
    """An error where a total beside it says less than what stands in the table."""
    book = sample()
    row(book.sheet(sheet), at, label, cells)
    (finding,) = told(tmp_path, book.content())
    assert (finding.rules, finding.level) == (("R-30",), level)
    assert label in finding.message
    assert [place.a1 for place in finding.places] == [f"{column}{at}" for column in cells]


@pytest.mark.parametrize(
    ("sheet", "cell", "to", "home"),
    [
        ("附件1", "C25", "I25", "C25"),
        ("附件4", "H11", "N11", "H11"),
        ("附件2", "E31", "M31", "E31"),
        ("1基本情况", "B72", "B73", "B72"),
        ("2收支情况", "F10", "K10", "F10"),
    ],
)
def test_the_blank_cell_is_the_likely_home(tmp_path: Path, sheet: str, cell: str, to: str, home: str) -> None:
    book = sample()
    book.sheet(sheet).blank(cell)
    book.sheet(sheet).put_number(to, 45)
    finding = next(f for f in told(tmp_path, book.content()) if f.rules == ("R-31",))
    assert finding.level is Level.WARNING
    assert [place.a1 for place in finding.places][:2] == [to, home]


def test_numbers_with_a_remark_and_columns_put_between_are_notices(tmp_path: Path) -> None:
    book = sample()
    annex = book.sheet("附件1")
    annex.put_text("H25", "与财务科核对：")
    annex.put_number("I25", 45)
    annex.insert_columns(3)
    annex.put_text("C9", "其中：追加")
    annex.put_number("C25", 3)
    (finding,) = told(tmp_path, book.content())
    assert (finding.rules, finding.level) == (("R-31",), Level.NOTICE)
    assert [place.a1 for place in finding.places] == ["C25", "J25"]


def test_many_are_gathered(tmp_path: Path) -> None:
    book = sample()
    sheet = book.sheet("4文字材料")
    for at in range(50, 90):
        sheet.put_number(f"B{at}", at)
    findings = told(tmp_path, book.content())
    assert len(findings) == 21
    assert "另有 20 行、20 个数" in findings[-1].message


def told(folder: Path, content: bytes) -> list[Finding]:
    path = folder / "填报.xlsx"
    path.write_bytes(content)
    return read(path)[1]


@pytest.mark.parametrize(("cell", "kind"), [("I25", "e"), ("B31", "e"), ("J25", "str")])
def test_a_formula_that_went_wrong_is_told_like_a_number(tmp_path: Path, cell: str, kind: str) -> None:
    book = sample()
    book.sheet("附件1").put(cell, "<v>#N/A</v>", kind)
    (finding,) = told(tmp_path, book.content())
    assert (finding.rules, finding.level) == (("R-31",), Level.WARNING)
    assert [place.a1 for place in finding.places] == [cell]


@pytest.mark.parametrize(("cell", "name"), [("F25", "A25"), ("H25", "A25"), ("D25", "A25")])
def test_numbers_of_an_added_row_without_a_name(tmp_path: Path, cell: str, name: str) -> None:
    book = sample()
    book.sheet("1基本情况").put_number(cell, 45)
    (finding,) = told(tmp_path, book.content())
    assert (finding.rules, finding.level) == (("R-41",), Level.WARNING)
    assert finding.places[0].a1 == cell
    book.sheet("1基本情况").put_text(name, "县城管执法大队")
    assert told(tmp_path, book.content()) == []
