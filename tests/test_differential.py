"""Two readers that know nothing of each other, on every workbook of the project: the same cells."""

import io
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

import openpyxl
import pytest

from selfeval_xl.forms import load
from selfeval_xl.reading.grids import Cell, Sheet, State, read_sheets
from selfeval_xl.reading.opening import open_source
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.build import SAMPLES, SAVED, TEMPLATES
from tests.damaged import Book, unpacked
from tests.libreoffice import LibreOffice
from tests.random_books import random_values

FORM = load()
BOOKS: dict[str, Callable[[], bytes]] = {
    path.stem if path.parent == TEMPLATES else f"{path.parent.name} {path.stem}": path.read_bytes
    for path in (*sorted(SAMPLES.glob("*/*.xlsx")), *sorted(TEMPLATES.glob("*.xlsx")), SAVED)
} | {
    "空白模板 2024": lambda: write_template(load(FORM.id, 2024)),
    **{
        f"随机 {seed}": lambda seed=seed: fill(FORM, random_values(FORM, seed, texts=True))  # type: ignore[misc]
        for seed in range(2)
    },
}


def values_by_openpyxl(content: bytes) -> dict[str, dict[tuple[int, int], object]]:
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    return {
        sheet.title: {
            (cell.row, cell.column): _as_read(cell.value)
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None and str(cell.value).strip()
        }
        for sheet in book.worksheets
    }


def _as_read(value: object) -> object:
    if isinstance(value, datetime) and value.time() == time():
        return value.date()
    return value.replace("\r", "") if isinstance(value, str) else value


def as_read(sheets: tuple[Sheet, ...]) -> dict[str, dict[tuple[int, int], object]]:
    return {
        s.name: {at: c.value for at, c in s.cells.items() if c.state is not State.UNCALCULATED}
        for s in sheets
    }


def opened(tmp_path: Path, content: bytes) -> tuple[Sheet, ...]:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(content)
    return read_sheets(open_source(path))


@pytest.mark.parametrize("name", BOOKS)
def test_every_workbook_by_both_readers(tmp_path: Path, name: str) -> None:
    """calamine, as the program reads; openpyxl, the whole workbook; and our careful road for what calamine refuses."""
    content = BOOKS[name]()
    mine = opened(tmp_path, content)
    assert as_read(mine) == values_by_openpyxl(content)
    book = Book(unpacked(content))
    for part in [part for part in book.parts if part.startswith("xl/worksheets/sheet")]:
        book.replace(part, "</sheetData>", "<!-- careful --></sheetData>")
    assert opened(tmp_path, book.content()) == mine


@pytest.mark.libreoffice
def test_a_workbook_that_libreoffice_saved(tmp_path: Path, soffice: LibreOffice) -> None:
    sources = []
    for name, make in BOOKS.items():
        source = tmp_path / f"{name}.xlsx"
        source.write_bytes(make())
        sources.append(source)
    for saved in soffice.convert(sources, "xlsx", tmp_path / "saved"):
        content = saved.read_bytes()
        assert as_read(opened(tmp_path, content)) == values_by_openpyxl(content), saved.name


def test_what_is_uncalculated_is_blank_to_openpyxl(tmp_path: Path) -> None:
    book = Book(unpacked(SAVED.read_bytes()))
    book.sheet("2收支情况").put("B11", "<f>SUM(B6:B10)</f>")
    (sheet,) = (s for s in opened(tmp_path, book.content()) if s.name == "2收支情况")
    assert sheet.cells[11, 2] == Cell(None, State.UNCALCULATED)
    assert (11, 2) not in values_by_openpyxl(book.content())["2收支情况"]
