"""复核: what the bureau writes into 汇总.xlsx stays, whatever becomes of the file, the unit and the next run."""

from collections.abc import Callable, Mapping
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from selfeval_xl.batch.collecting import Collected
from selfeval_xl.batch.consolidating import consolidate
from selfeval_xl.batch.desk import desk
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.reviewing import NOTHING, Review, Reviews, keep, read_back
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.summary import summary
from selfeval_xl.reading import grids, packages
from tests.test_batch import FORM, record

HEADS = ("单位", "复核得分", "复核等级", "复核意见")
ONE, TWO, SAME = record("a", "甲局", code="1"), record("b", "乙局"), record("c", "甲局", code="2")


def run(out: Path, *records: Record, name: str = "汇总.xlsx") -> Reviews:
    """One 汇总 of these units, as `finish` writes it."""
    table = desk(records, FORM)
    reviews = read_back(out, table.latest)
    facts = Facts(table, consolidate(table), Collected((), ()).skipped, {}, {}, None, reviews)
    out.mkdir(exist_ok=True)
    (out / name).write_bytes(summary(facts, records))
    keep(out, name, reviews, table.latest)
    return reviews


def cells(sheet: object) -> tuple[int, dict[str, int]]:
    """The row of the heads, and their columns."""
    rows = enumerate(sheet.iter_rows(values_only=True), 1)  # type: ignore[attr-defined]
    row, values = next((row, values) for row, values in rows if "复核得分" in values)
    return row, {head: values.index(head) + 1 for head in HEADS}


def write(path: Path, typed: Mapping[str, tuple[object, object, object]], sheet: str = "单位") -> None:
    """Unit → score, grade and opinion, typed into the workbook and saved."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    head, columns = cells(page)
    for row in range(head + 1, page.max_row + 1):
        for name, value in zip(
            HEADS[1:], typed.get(str(page.cell(row, columns["单位"]).value), ()), strict=False
        ):
            page.cell(row, columns[name]).value = value  # type: ignore[assignment]
    book.save(path)


def stands(path: Path, sheet: str = "单位") -> dict[str, tuple[object, ...]]:
    page = openpyxl.load_workbook(path)[sheet]
    head, columns = cells(page)
    rows = page.iter_rows(min_row=head + 1, values_only=True)
    return {
        str(row[columns["单位"] - 1]): tuple(row[columns[name] - 1] for name in HEADS[1:]) for row in rows
    }


def test_what_was_written_stands_in_the_next_one(tmp_path: Path) -> None:
    assert run(tmp_path, ONE, TWO).of == {}
    path = tmp_path / "汇总.xlsx"
    write(path, {"甲局": (91.5, "优", "产出指标依据不足"), "乙局": (None, "良", None)})
    for _ in range(2):
        assert run(tmp_path, ONE, TWO).of == {
            "a": Review(91.5, "优", "产出指标依据不足"),
            "b": Review("", "良", ""),
        }
        assert stands(path) == {"甲局": (91.5, "优", "产出指标依据不足"), "乙局": (None, "良", None)}
    write(path, {"甲局": (88, "良", None)})
    assert run(tmp_path, ONE, TWO).of["a"] == Review(88.0, "良", "")
    write(path, {"甲局": (None, None, None)})
    assert run(tmp_path, ONE, TWO).of.get("a", NOTHING) == NOTHING, "what is deleted is gone"


AFTER: dict[str, tuple[tuple[Record, ...], str]] = {
    "another file of the unit": ((replace(ONE, name="z"), TWO), "z"),
    "another spelling": ((replace(ONE, unit="甲 局（本级）"), TWO), "a"),
    "a code that was added": ((replace(ONE, code="99"), TWO), "a"),
    "the other of one name and two codes": ((replace(SAME, code="1"), replace(ONE, name="d", code="2")), "c"),
}


@pytest.mark.parametrize(("records", "name"), AFTER.values(), ids=AFTER)
def test_it_follows_the_unit(tmp_path: Path, records: tuple[Record, ...], name: str) -> None:
    run(tmp_path, ONE, TWO)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好")})
    assert run(tmp_path, *records).of == {name: Review(90.0, "优", "好")}


def test_another_year_is_another_review_and_a_unit_that_left_keeps_its_own(tmp_path: Path) -> None:
    run(tmp_path, ONE, TWO)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好")})
    later = run(tmp_path, replace(ONE, year=2024), TWO)
    assert (later.of, [(entry.unit, entry.year) for entry in later.left]) == ({}, [("甲局", 2023)])
    assert stands(tmp_path / "汇总.xlsx", "复核存档") == {"甲局": (90, "优", "好")}
    write(tmp_path / "汇总.xlsx", {"甲局": (89, "良", "好")}, "复核存档")
    assert run(tmp_path, ONE, TWO).of == {"a": Review(89.0, "良", "好")}
    assert "复核存档" not in openpyxl.load_workbook(tmp_path / "汇总.xlsx").sheetnames


def rows_sorted(path: Path) -> None:
    """As Excel sorts: whole rows change places; and a column is put in before them."""
    book = openpyxl.load_workbook(path)
    page = book["单位"]
    head, _ = cells(page)
    values = [[cell.value for cell in row] for row in page.iter_rows(min_row=head + 1)]
    for at, row in enumerate(reversed(values), head + 1):
        for column, value in enumerate(row, 1):
            page.cell(at, column).value = value
    page.insert_cols(1)
    book.save(path)


def test_rows_may_be_sorted_and_columns_put_in(tmp_path: Path) -> None:
    run(tmp_path, ONE, TWO)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好"), "乙局": (70, "中", "")})
    rows_sorted(tmp_path / "汇总.xlsx")
    assert run(tmp_path, ONE, TWO).of == {"a": Review(90.0, "优", "好"), "b": Review(70.0, "中", "")}


def without_heads(path: Path) -> None:
    book = openpyxl.load_workbook(path)
    page = book["单位"]
    page.delete_rows(cells(page)[0])
    book.save(path)


def with_formula(path: Path) -> None:
    write(path, {"甲局": ("=90+1", None, None)})


UNREADABLE: dict[str, Callable[[Path], object]] = {
    "torn": lambda path: path.write_bytes(b"PK\3\4 torn"),
    "encrypted or no workbook": lambda path: path.write_bytes(b"something else"),
    "its heads are gone": without_heads,
    "a formula that was never calculated": with_formula,
}


@pytest.mark.parametrize("spoil", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_is_set_aside_and_told(tmp_path: Path, spoil: Callable[[Path], object]) -> None:
    run(tmp_path, ONE, TWO)
    path = tmp_path / "汇总.xlsx"
    write(path, {"甲局": (90, "优", "好")})
    run(tmp_path, ONE, TWO)
    spoil(path)
    bytes_before = path.read_bytes()
    after = run(tmp_path, ONE, TWO)
    assert after.of == {"a": Review(90.0, "优", "好")}, "what was known before is not lost with the file"
    assert len(after.remarks) == 1
    assert (tmp_path / "汇总-未能读取.xlsx").read_bytes() == bytes_before
    assert run(tmp_path, ONE, TWO).remarks == ()


def test_a_summary_that_was_removed(tmp_path: Path) -> None:
    run(tmp_path, ONE)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好")})
    run(tmp_path, ONE)
    (tmp_path / "汇总.xlsx").unlink()
    assert run(tmp_path, ONE).of == {"a": Review(90.0, "优", "好")}


def test_a_summary_of_thousands_of_units(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is larger than a filing may be, and read all the same."""
    monkeypatch.setattr(grids, "MAX_INFLATED", 1000)
    monkeypatch.setattr(packages, "MAX_INFLATED", 1000)
    run(tmp_path, ONE, TWO)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好")})
    reviews = run(tmp_path, TWO)
    assert ([entry.unit for entry in reviews.left], reviews.remarks) == (["甲局"], ())
    assert run(tmp_path, ONE, TWO).of == {"a": Review(90.0, "优", "好")}


def test_records_of_it_that_are_gone(tmp_path: Path) -> None:
    run(tmp_path, ONE)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "好")})
    (tmp_path / "批次记录" / "复核记录.json").write_text("[")
    assert run(tmp_path, ONE).of == {"a": Review(90.0, "优", "好")}


def test_two_summaries(tmp_path: Path) -> None:
    """汇总.xlsx was open in Excel while 汇总(2).xlsx was written: edits of either count, an old value is no edit."""
    run(tmp_path, ONE, TWO)
    write(tmp_path / "汇总.xlsx", {"甲局": (90, "优", "")})
    run(tmp_path, ONE, TWO, name="汇总(2).xlsx")
    write(tmp_path / "汇总(2).xlsx", {"甲局": (85, "良", ""), "乙局": (70, "中", "")})
    assert run(tmp_path, ONE, TWO).of["b"] == Review(70.0, "中", "")
    write(tmp_path / "汇总.xlsx", {"乙局": (71, "中", "甲")})
    write(tmp_path / "汇总(2).xlsx", {"乙局": (72, "中", "乙")})
    merged = run(tmp_path, ONE, TWO).of["b"]
    assert merged.score == 71
    assert "汇总(2).xlsx里写的是：72分，中，乙" in merged.opinion


SCORES = {
    "92分": (92.0, 0),
    "９０": (90.0, 0),
    105: (105.0, 1),
    -1: (-1.0, 1),
    "优秀": ("优秀", 1),
    0: (0.0, 0),
}


@pytest.mark.parametrize(("typed", "read", "remarks"), [(t, *known) for t, known in SCORES.items()])
def test_scores(tmp_path: Path, typed: object, read: object, remarks: int) -> None:
    run(tmp_path, ONE)
    write(tmp_path / "汇总.xlsx", {"甲局": (typed, None, None)})
    reviews = run(tmp_path, ONE)
    assert (reviews.of["a"].score, len(reviews.remarks)) == (read, remarks)
    assert run(tmp_path, ONE).of == reviews.of
