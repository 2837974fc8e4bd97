"""The template: what LibreOffice computes in it is what the program computes, cell by cell."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from selfeval_xl.checking.concluding import Standing, conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.filing import Key
from selfeval_xl.findings import Level
from selfeval_xl.forms import BOOK, Form, Kind, load, with_copies
from selfeval_xl.layout import entry
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.template.addresses import HELPER_ROW, HIDDEN
from selfeval_xl.writing.template.live_checks import LIVE
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.build import SAMPLES, parts, stale
from tests.libreoffice import LibreOffice

FORM = load("hunan-2023")
UNIT = Key("unit", 0, "money_unit", 0, "value")


def formulas(content: bytes) -> dict[tuple[str, str], str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return {
        (sheet.title, cell.coordinate): cell.value
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and cell.value.startswith("=")
    }


def results(content: bytes) -> dict[tuple[str, str], object]:
    """The stored result of every formula; a blank text is None. Of the table of `roots` no result is stored: what it
    comes to is what 须说明差额 and 待写原因 show."""
    book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    shown = {}
    for sheet, cell in formulas(content):
        if (
            sheet == HIDDEN
            and int(cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")) >= HELPER_ROW + copies(book) + 3
        ):
            continue
        value = book[sheet][cell].value
        blank = isinstance(value, str) and not value.strip()
        shown[sheet, cell] = None if blank else round(value, 6) if isinstance(value, float) else value
    return shown


def copies(book: openpyxl.Workbook) -> int:
    return sum(name.startswith("附件3-") for name in book.sheetnames)


def differences(mine: bytes, theirs: bytes) -> list[tuple[tuple[str, str], object, object]]:
    """The cells whose stored result is not what LibreOffice computes."""
    own, other = results(mine), results(theirs)
    return [(cell, value, other.get(cell)) for cell, value in own.items() if value != other.get(cell)]


def recalculated(soffice: LibreOffice, books: list[bytes], tmp_path: Path) -> list[bytes]:
    paths = []
    for number, content in enumerate(books):
        path = tmp_path / f"book{number}.xlsx"
        path.write_bytes(content)
        paths.append(path)
    return [path.read_bytes() for path in soffice.convert(paths, "xlsx", tmp_path / "out")]


@pytest.mark.libreoffice
def test_libreoffice_computes_the_samples_as_we_do(soffice: LibreOffice, tmp_path: Path) -> None:
    texts = [text.read_text("utf-8") for text in sorted(SAMPLES.glob("*/填报.md"))]
    books = [write_template(FORM), *(fill(FORM, values(FORM, text)) for text in texts)]
    for mine, theirs in zip(books, recalculated(soffice, books, tmp_path), strict=True):
        assert len(formulas(mine)) > 1000
        assert differences(mine, theirs) == []


def random_fillings(count: int, seed: int) -> Iterator[dict[Key, object]]:
    """Random money, people, scores and choices in both units: blanks, negatives, two to six decimals."""
    pick = random.Random(seed)
    cells = [key for sheet in entry(with_copies(FORM, 2)) for key in sheet.places()]
    fields = {key: FORM.block(key.block).fields[key.row, key.column] for key in cells}
    for _ in range(count):
        typed: dict[Key, object] = {UNIT: pick.choice(["万元", "元"])}
        for key in cells:
            field = fields[key]
            if field.formula is not None or key.number > 4 or pick.random() < 0.35 or key in typed:
                continue
            if field.kind is Kind.MONEY:
                # Nothing finer than a 分: below it, a float's tie and an exact one round apart.
                finest = (
                    [0, 2]
                    if typed[UNIT] == "元" and FORM.block(key.block).unit == BOOK
                    else [0, 2, 2, 2, 3, 4, 6]
                )
                typed[key] = round(pick.uniform(-5, 2000), pick.choice(finest))
            elif field.kind.numeric:
                typed[key] = pick.randint(0, 40)
            elif field.choices:
                typed[key] = pick.choice(field.choices)
            elif field.kind is Kind.TEXT:
                typed[key] = pick.choice(["甲", "乙"])
        yield typed


@pytest.mark.libreoffice
def test_libreoffice_computes_random_books_as_we_do(soffice: LibreOffice, tmp_path: Path) -> None:
    form = with_copies(FORM, 2)
    books = [fill(form, typed) for typed in random_fillings(10, seed=20231231)]
    wrong = [
        difference
        for mine, theirs in zip(books, recalculated(soffice, books, tmp_path), strict=True)
        for difference in differences(mine, theirs)
    ]
    assert wrong == []


def test_the_empty_template_is_not_filled_in(tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    path.write_bytes(write_template(FORM))
    _assert_merely_empty(path)


@pytest.mark.libreoffice
def test_the_empty_template_as_libreoffice_saves_it(soffice: LibreOffice, tmp_path: Path) -> None:
    path = tmp_path / "空白.xlsx"
    path.write_bytes(write_template(FORM))
    (saved,) = soffice.convert([path], "xlsx", tmp_path / "out")
    _assert_merely_empty(saved)


def _assert_merely_empty(path: Path) -> None:
    filing, trouble = read(path)
    conclusion = conclude(filing, check(filing), trouble)
    assert trouble == []
    assert {finding.level for finding in conclusion.findings} <= {Level.NOTICE}
    assert conclusion.standing is Standing.INCOMPLETE


def test_built_files_are_fresh() -> None:
    assert stale() == []


def test_the_same_bytes_each_time() -> None:
    assert write_template(FORM) == write_template(FORM)


def test_no_formula_uses_what_older_programs_lack() -> None:
    import re

    used = {
        name
        for formula in formulas(write_template(FORM)).values()
        for name in re.findall(r"([A-Z]+)\(", formula)
    }
    assert used <= {
        "IF", "AND", "OR", "ABS", "ROUND", "SUM", "SUMIF", "COUNT", "COUNTA", "COUNTBLANK", "COUNTIF", "MIN",
        "MAX", "SMALL", "ROW",
        "ISREF", "ISNUMBER", "INDEX", "MATCH", "SUMPRODUCT", "ROWS", "FIND", "LEFT", "LEN", "N", "NOT", "SIGN", "TRIM",
    }  # fmt: skip
    assert max(map(len, formulas(write_template(FORM)).values())) < 8192


def test_more_or_fewer_project_sheets() -> None:
    for copies in (1, 12):
        book = openpyxl.load_workbook(io.BytesIO(write_template(FORM, projects=copies)))
        assert [name for name in book.sheetnames if name.startswith("附件3")] == [
            f"附件3-{number}" for number in range(1, copies + 1)
        ]


def test_sheets_in_the_order_of_filling() -> None:
    names = openpyxl.load_workbook(io.BytesIO(write_template(FORM))).sheetnames
    assert names[:7] == ["填表说明", LIVE, "1基本情况", "2收支情况", "3项目清单", "4文字材料", "附件1"]
    assert names[-2:] == ["核实说明", "表样"]


def test_only_entry_cells_are_open() -> None:
    """Protection without a password: heads and locked formulas cannot be changed by accident."""
    book = openpyxl.load_workbook(io.BytesIO(write_template(FORM)))
    form: Form = FORM
    for sheet in entry(form):
        page = book[sheet.grid.name]
        assert page.protection.sheet
        assert page.protection.password is None
        for key, place in sheet.places().items():
            locked = form.block(key.block).fields[key.row, key.column].locked
            assert page.cell(place.row, place.column).protection.locked is locked


def test_no_user_name_and_no_clock_in_the_file() -> None:
    core = parts(write_template(FORM))["docProps/core.xml"].decode()
    assert "2000-01-01" in core
    assert "<dc:creator></dc:creator>" in core
