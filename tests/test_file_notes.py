"""Notes on the file itself: read, but not without a word."""

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from selfeval_xl import Outcome, examine
from selfeval_xl.findings import Level
from tests.build import SAMPLES
from tests.libreoffice import LibreOffice

COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"
FILE_NOTES = ("R-12", "R-13", "R-14", "R-15")


def noted(path: Path) -> list[tuple[str, str]]:
    """(rule, first cell) of the notes on the file."""
    found = examine(path).conclusion.findings
    assert all(f.level is Level.NOTICE for f in found if f.rule in FILE_NOTES)
    return [(f.rule, str(f.places[0]) if f.places else "") for f in found if f.rule in FILE_NOTES]


def changed(tmp_path: Path, change: Callable[[Workbook], object]) -> Path:
    workbook = openpyxl.load_workbook(COMPLETE)
    change(workbook)
    workbook.save(tmp_path / "填报.xlsx")
    return tmp_path / "填报.xlsx"


def hide_row(workbook: Workbook) -> None:
    workbook["2收支情况"].row_dimensions[7].hidden = True


def hide_column(workbook: Workbook) -> None:
    workbook["3项目清单"].column_dimensions["K"].hidden = True


def hide_sheet(workbook: Workbook) -> None:
    workbook["附件4"].sheet_state = "hidden"


def hide_beyond(workbook: Workbook) -> None:
    workbook["附件4"].row_dimensions[900].hidden = True


HIDDEN = {
    "a row": (hide_row, [("R-13", "2收支情况!A7")]),
    "a column": (hide_column, [("R-13", "3项目清单!K1")]),
    "a sheet": (hide_sheet, [("R-13", "附件4!A1")]),
    "rows where nothing stands": (hide_beyond, []),
}


@pytest.mark.parametrize(("change", "wanted"), HIDDEN.values(), ids=HIDDEN)
def test_what_is_hidden(
    tmp_path: Path, change: Callable[[Workbook], None], wanted: list[tuple[str, str]]
) -> None:
    assert noted(changed(tmp_path, change)) == wanted


def test_a_usual_file_has_none() -> None:
    assert noted(COMPLETE) == []


@pytest.mark.parametrize("suffix", [".xls", ".et", ".csv", ""])
def test_a_wrong_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"填报{suffix}"
    path.write_bytes(COMPLETE.read_bytes())
    assert noted(path) == [("R-12", "")]


@pytest.mark.parametrize("suffix", [".xlsx", ".XLSX", ".xlsm"])
def test_a_right_suffix(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"填报{suffix}"
    path.write_bytes(COMPLETE.read_bytes())
    assert noted(path) == []


@pytest.mark.parametrize("lock", ["~$填报.xlsx", "~$.xlsx", ".~填报.xlsx", ".~lock.填报.xlsx#"])
def test_a_file_that_is_open(tmp_path: Path, lock: str) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(COMPLETE.read_bytes())
    assert noted(path) == []
    (tmp_path / lock).write_bytes(b"x")
    assert noted(path) == [("R-14", "")]


def with_part(tmp_path: Path, name: str) -> Path:
    import zipfile

    path = tmp_path / "填报.xlsx"
    path.write_bytes(COMPLETE.read_bytes())
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(name, b"x")
    return path


@pytest.mark.parametrize("part", ["xl/vbaProject.bin", "xl/externalLinks/externalLink1.bin"])
def test_what_might_do_something(tmp_path: Path, part: str) -> None:
    assert noted(with_part(tmp_path, part)) == [("R-15", "")]


def said(outcome: Outcome) -> list[tuple[str, ...]]:
    return [(f.level, f.rule, *map(str, f.places)) for f in outcome.conclusion.findings if f.rule != "R-12"]


@pytest.mark.libreoffice
@pytest.mark.parametrize("suffix", ["xls", "ods"])
@pytest.mark.parametrize("sample", ["junshan-2023", "示例单位-2023", "示例乡镇-2023"])
def test_saved_in_another_format(tmp_path: Path, soffice: LibreOffice, suffix: str, sample: str) -> None:
    """The same findings at the same cells, and of an .xls one more on the format."""
    source = SAMPLES / sample / "填报.xlsx"
    (saved,) = soffice.convert([source], suffix, tmp_path)
    outcome = examine(saved)
    assert said(outcome) == said(examine(source))
    assert [f.rule for f in outcome.conclusion.findings if f.rule == "R-12"] == ["R-12"] * (suffix == "xls")
