"""Project sheets follow the register: in rows that were inserted, on sheets that were copied, in amounts that are proposed."""

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from selfeval_xl.filing import Key
from selfeval_xl.filing.figures import Filing
from selfeval_xl.forms import load
from selfeval_xl.layout import entry
from selfeval_xl.reading.reader import read
from selfeval_xl.rules.typed_over import typed_over
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.build import SAMPLES
from tests.libreoffice import LibreOffice

FORM = load("hunan-2023", 2023)
PLACES = {key: place for sheet in entry(FORM) for key, place in sheet.places().items()}
SAMPLE = (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8")
PARTS = ("appropriation", "carryover", "other")
COLUMNS = ("initial", "full", "executed")


def register(number: int, column: str) -> Key:
    return Key("projects", 0, "project", number, column)


def book(**changed: object) -> dict[Key, object]:
    """The complete unit, annex 3's funds left to the register; `changed`: cells of its second project."""
    typed = {key: value for key, value in values(FORM, SAMPLE).items() if key.block != "funds"}
    return typed | {register(2, column): value for column, value in changed.items()}


def funds(filing: Filing, copy: int) -> list[list[float | None]]:
    rows = [[filing.figure("funds", part, column, copy).number for column in COLUMNS] for part in PARTS]
    return [[None if cell is None else float(cell / 1_000_000) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        pytest.param({}, [[332, 313.9, 292.46], [0, 0, 0], [0, 0, 0]], id="this year's money"),
        pytest.param(
            {"source": "财政专户管理资金"}, [[0, 0, 0], [0, 0, 0], [332, 313.9, 292.46]], id="not the treasury's"
        ),
        pytest.param(
            {"carryover": 8.1, "executed": 322},
            [[332, 313.9, 313.9], [0, 8.1, 8.1], [0, 0, 0]],
            id="all was spent",
        ),
        pytest.param(
            {"carryover": 8.1}, [[332, 313.9, None], [0, 8.1, None], [0, 0, 0]], id="which money is not known"
        ),
        pytest.param({"carryover": None}, [[None] * 3] * 3, id="a blank is no nought"),
    ],
)  # fmt: skip
def test_funds_follow_the_register(changed: dict[str, object], expected: list[list[float | None]]) -> None:
    assert funds(filled(FORM, book(**changed)), 2) == expected


def test_carryover_within_the_initial_budget() -> None:
    typed = book(carryover=8.1) | {Key("unit", 0, "carryover_included", 0, "value"): "是"}
    assert [row[:2] for row in funds(filled(FORM, typed), 2)] == [[323.9, 305.8], [8.1, 8.1], [0, 0]]


def test_what_is_typed_instead_stands() -> None:
    own = {
        Key("funds", 2, part, 0, "full"): amount for part, amount in (("appropriation", 300), ("other", 13.9))
    }
    filing = filled(FORM, book() | own)
    assert [row[1] for row in funds(filing, 2)] == [300, 0, 13.9]
    assert typed_over(filing) is None


@pytest.mark.libreoffice
def test_inserted_rows_and_copied_sheets_are_followed(tmp_path: Path, soffice: LibreOffice) -> None:
    """An inserted row has no formulas; a copied sheet has those of the sheet that it was copied from."""
    made = load_workbook(BytesIO(fill(FORM, book(source="财政专户管理资金", carryover=8.1, executed=322))))
    for column in ("full", "copy"):
        place = PLACES[register(2, column)]
        made[place.sheet][place.a1] = None
    name = PLACES[Key("project_head", 3, "name", 0, "value")]
    made[name.sheet][name.a1] = "城区环卫一体化作业经费"
    made.save(tmp_path / "改.xlsx")
    (saved,) = soffice.convert([tmp_path / "改.xlsx"], "xlsx", tmp_path / "存")
    filing = read(saved)[0]
    assert funds(filing, 2) == [[0, 0, 0], [0, 8.1, 8.1], [332, 313.9, 313.9]]
    shown = load_workbook(saved, data_only=True)
    assert [shown[f"附件3-{copy}"]["A1"].value[-7:] for copy in (1, 2, 3)] == [
        "（附件3-1）",
        "（附件3-2）",
        "（附件3-1）",
    ]
    total = [PLACES[Key("funds", copy, "total", 0, "full")] for copy in (1, 3)]
    assert len({shown[place.sheet][place.a1].value for place in total}) == 1
