"""Clean books stay clean, and a slice of `make accuracy`: of every kind of slip no fewer are found than before."""

from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import pytest

from selfeval_xl.checking.concluding import conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.forms import load
from selfeval_xl.reading import reader
from selfeval_xl.writing.template.workbook import fill
from tests.accuracy import BEGIN, BOOKS, EACH, END, NOTICES, PAGE, Fate, alarms, rewritten, table, trial
from tests.clean_books import clean_values
from tests.clean_books_shapes import Shape, shape
from tests.conftest import Golden
from tests.faults import faults
from tests.faults_book import Book, Slip
from tests.silences import HOLES, Judged

FORM = load("hunan-2023")
SLICE = (1, 12, 23, 34, 45)
FLAGS = [f.name for f in fields(Shape) if f.type is bool or f.type == "bool"]


@cache
def judged(seed: int) -> Judged:
    return Judged.of(FORM, clean_values(FORM, seed))


@pytest.mark.parametrize("seed", range(BOOKS))
def test_a_right_book_is_left_alone(seed: int) -> None:
    assert list(alarms(judged(seed))) == []


@pytest.mark.parametrize("flag", FLAGS)
def test_every_trait_comes_and_goes(flag: str) -> None:
    assert {getattr(shape(seed), flag) for seed in range(BOOKS)} == {True, False}


def test_the_books_differ_in_size() -> None:
    shapes = [shape(seed) for seed in range(BOOKS)]
    assert {each.projects for each in shapes} == set(range(1, 9))
    assert {each.step for each in shapes} == {1, 100, 10_000}
    sources = {source for each in shapes for source in each.sources}
    assert sources == {"general", "fund", "capital", "other"}


def test_the_notices_that_are_allowed_do_come_up() -> None:
    """B-18 and S-02 ask to look again at what may be true: a list of what never comes up would hide something."""
    said = {finding.rule for seed in range(BOOKS) for finding in judged(seed).open.values()}
    assert said == set(NOTICES)


@pytest.mark.parametrize("seed", SLICE)
def test_the_file_is_judged_as_its_values_are(seed: int, tmp_path: Path) -> None:
    values = clean_values(FORM, seed)
    path = tmp_path / "填报.xlsx"
    path.write_bytes(fill(FORM, values))
    filing, trouble = reader.read(path)
    read = conclude(filing, check(filing), trouble)
    assert trouble == []
    assert read.findings == judged(seed).conclusion.findings


# ── slips ───────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("slip", Slip)
def test_a_slip_changes_the_cells_that_it_names_and_no_others(slip: Slip) -> None:
    clean = clean_values(FORM, 13)
    made = [fault for fault in faults(FORM, clean, 13, 4) if fault.slip is slip]
    assert made
    for fault in made:
        changed = {k for k in {*clean, *fault.values} if clean.get(k) != fault.values.get(k)}
        assert changed == {k for k in fault.cells if clean.get(k) != fault.values.get(k)} != set()


def test_the_same_seed_makes_the_same_slips() -> None:
    clean = clean_values(FORM, 13)
    assert list(faults(FORM, clean, 13, 2)) == list(faults(FORM, clean, 13, 2))
    assert list(faults(FORM, clean, 13, 2)) != list(faults(FORM, clean, 14, 2))


def test_a_book_knows_its_cells_from_above_to_below() -> None:
    book = Book.of(FORM, clean_values(FORM, 13))
    rows = [k.row for k in book.cells if (k.block, k.column) == ("three", "executed")]
    assert rows == ["total", "vehicles", "purchase", "running", "abroad", "reception"]


# ── the slice, and the page ─────────────────────────────────────────────────────────────────────────────────


def test_the_slice(golden: Golden) -> None:
    """Counts are exact: a rule that finds more changes them for the better, and is then to be written down."""
    fates = [fate for seed in SLICE for fate in trial(seed, 4).fates]
    assert len(fates) == len(SLICE) * len(Slip) * 4
    assert all((fate.level is None) == (fate.silence is not None) for fate in fates)
    golden("goldens/accuracy.txt", "\n".join([table(fates), "", *sorted(_holes(fates)), ""]))


def _holes(fates: list[Fate]) -> Iterator[str]:
    for fate in fates:
        if fate.silence in HOLES:
            yield f"{fate.silence} {fate.slip}：{fate.cell} {fate.said}（种子 {fate.seed}）"


def test_the_page_holds_the_tables_of_the_command() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in ("found", "silent"):
        assert page.count(BEGIN.format(name)) == page.count(END.format(name)) == 1
        assert "| 合计 |" in page.partition(BEGIN.format(name))[2].partition(END.format(name))[0]
    assert f"{BOOKS} 份正确账册" in page
    assert EACH * len(Slip) * BOOKS >= 2_000


def test_only_what_stands_between_the_markers_is_rewritten() -> None:
    page = "甲\n<!-- x: begin -->\n旧\n<!-- x: end -->\n乙\n"
    assert rewritten(page, "x", "新") == page.replace("旧", "新")
