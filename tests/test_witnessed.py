"""A filing held against other official files: rules W-02 to W-04, which fire and which are silent."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner

import selfeval_xl
from selfeval_xl.cli import commands
from selfeval_xl.findings import Finding, Level
from selfeval_xl.forms import load
from tests.test_prefill import written
from tests.test_witnesses import FILES, SETS

UNIT, OTHER = "1-住建局", "2-镇政府"
JUNE = tuple(name for name in FILES if name != "决算公开表.xlsx")


@cache
def right() -> bytes:
    return written(UNIT, JUNE).content


def told(path: Path, *names: str, unit: str = UNIT) -> list[Finding]:
    witnesses = [SETS / unit / name for name in names]
    found = selfeval_xl.examine(path, witnesses=witnesses).conclusion.findings
    return [finding for finding in found if finding.rule.startswith("W-") and finding.rule != "W-01"]


def book(tmp_path: Path, changes: Mapping[tuple[str, str], object]) -> Path:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(right())
    if changes:
        opened = openpyxl.load_workbook(path)
        for (sheet, cell), value in changes.items():
            opened[sheet][cell].value = value
        opened.save(path)
    return path


def test_a_right_book_is_silent(tmp_path: Path) -> None:
    assert not told(book(tmp_path, {}), *JUNE)


@pytest.mark.parametrize(
    ("cell", "value", "files"),
    [
        (("2收支情况", "D40"), 4.16, ("决算软件导出.xls",)),
        (("2收支情况", "B29"), 271.34, ("上年决算公开表.xlsx", "决算软件导出.xls")),
        (("附件1", "D25"), 38.6, ("决算软件导出.xls",)),
        (("1基本情况", "B57"), 34, ("上年填报.xlsx",)),
    ],
)
def test_a_slip_is_found_at_its_cell(
    tmp_path: Path, cell: tuple[str, str], value: float, files: tuple[str, ...]
) -> None:
    found = told(book(tmp_path, {cell: value}), *files)
    assert [(f.rule, f.level, (f.places[0].sheet, f.places[0].a1)) for f in found] == [
        ("W-02", Level.WARNING, cell)
    ]
    assert found[0].code


def test_within_both_last_places_it_is_no_difference(tmp_path: Path) -> None:
    """1801.56 and 18015625.53 元 are the same figure."""
    changes = {("2收支情况", "F6"): 1801.56, ("2收支情况", "E26"): 928.69}
    assert not told(book(tmp_path, changes), "决算软件导出.xls")


def test_where_two_files_contradict_and_one_agrees_it_is_a_notice(tmp_path: Path) -> None:
    found = told(book(tmp_path, {}), "决算软件导出.xls", "决算公开表.xlsx")
    assert [(f.rule, f.level, f.places[0].a1) for f in found] == [("W-02", Level.NOTICE, "D38")]


def test_a_wrong_unit_of_money_is_one_finding(tmp_path: Path) -> None:
    found = told(book(tmp_path, {("1基本情况", "B13"): "元"}), "决算软件导出.xls")
    assert [f.rule for f in found if f.rule == "W-04"] == ["W-04"]
    assert "一万倍" in found[0].message


def test_files_of_another_unit_are_one_finding(tmp_path: Path) -> None:
    found = told(book(tmp_path, {}), "决算软件导出.xls", unit=OTHER)
    assert [f.rule for f in found] == ["W-03"]


def test_without_other_files_nothing_is_judged(tmp_path: Path) -> None:
    assert not told(book(tmp_path, {("2收支情况", "D40"): 4.16}))
    assert {"W-01", "W-02", "W-03", "W-04"} <= {rule.id for rule in selfeval_xl.catalogue(load())}


def test_the_command(tmp_path: Path) -> None:
    path = book(tmp_path, {("2收支情况", "D40"): 4.16})
    export = str(SETS / UNIT / "决算软件导出.xls")
    ran = CliRunner().invoke(commands, ["check", str(path), "--with", export, "--json"])
    assert '"W-02"' in ran.output


def sources(tmp_path: Path, path: Path, *names: str) -> list[dict[str, object]]:
    """The rows of 多源对照, by their heads; none where there is no such sheet."""
    outcome = selfeval_xl.convert(path, tmp_path / "结果", witnesses=[SETS / UNIT / name for name in names])
    opened = openpyxl.load_workbook(outcome.files[0])
    if "多源对照" not in opened.sheetnames:
        return []
    rows = list(opened["多源对照"].iter_rows(values_only=True))
    at = next(number for number, row in enumerate(rows) if row[0] == "项目")
    return [dict(zip(map(str, rows[at]), row, strict=True)) for row in rows[at + 1 :]]


def test_a_row_a_figure_and_a_column_a_source(tmp_path: Path) -> None:
    rows = sources(tmp_path, book(tmp_path, {}), *JUNE)
    heads = {"决算软件导出", "预算公开表", "指标执行明细表", "上年决算公开表", "上年填报"}
    assert heads <= set(rows[0])
    assert len(rows) > 100
    assert len({row["填报位置"] for row in rows}) == len(rows)
    assert {row["结论"] for row in rows} <= {"一致", "只供参考"}
    assert all(row["最大相差"] is None for row in rows if row["结论"] == "一致")
    slipped = {("2收支情况", "D40"): 4.16}
    (apart,) = [row for row in sources(tmp_path, book(tmp_path, slipped), *JUNE) if row["结论"] == "不同"]
    assert (apart["填报位置"], apart["本表"]) == ("2收支情况!D40", 4.16)
    assert apart["最大相差"] == pytest.approx(4.16 - float(str(apart["决算软件导出"])), abs=1e-9)


def test_no_sheet_without_other_files(tmp_path: Path) -> None:
    assert sources(tmp_path, book(tmp_path, {})) == []
