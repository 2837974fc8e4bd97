"""What the template works out beside its tables, and the guide: what they say, and that reading does not see them."""

import io
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from selfeval_xl.filing import Key
from selfeval_xl.forms import load
from selfeval_xl.layout import entry
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.build import SAMPLES

FORM = load("hunan-2023")
UNIT = Key("unit", 0, "money_unit", 0, "value")
Typed = dict[Key, object]


def book(typed: Typed, *, data_only: bool = True) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(fill(FORM, typed)), data_only=data_only)


def sample(name: str) -> Typed:
    return values(FORM, (SAMPLES / name / "填报.md").read_text("utf-8"))


def under(sheet: Worksheet, head: str, rows: int) -> list[object]:
    """The cells under the first head of that text, without the thin rows and blanks of one space."""
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == head)
    below = [sheet.cell(row, cell.column).value for row in range(cell.row + 1, cell.row + 1 + rows)]
    return [None if value == " " else value for value in below]


def source(**typed: object) -> Typed:
    return {Key("sources", 0, "general", 0, column): value for column, value in typed.items()}


@pytest.mark.parametrize(
    ("typed", "gap"),
    [
        ({}, None),
        ({"initial": 100, "executed": 115}, None),
        ({"initial": 100, "executed": 125}, 25),
        ({"initial": 10, "executed": 14}, None),
        ({"initial": 0, "executed": 3}, 3),
        ({"initial": 3, "executed": 0}, -3),
        ({"initial": 100, "carryover": 0, "adjustment": 40, "executed": 110}, -30),
        ({"initial": 100, "carryover": 0, "adjustment": 20, "executed": 110}, None),
        ({"initial": 100, "executed": 125, "reason": "工作需要"}, 25),
        ({"initial": 100, "executed": 120}, None),
    ],
)
def test_the_amount_that_wants_a_reason(typed: dict[str, object], gap: float | None) -> None:
    """As rule B-09 has it: over 20 % and 5 万元, not budgeted, not spent, or less than 90 % of the full budget."""
    assert under(book(source(**typed))["2收支情况"], "须说明差额", 1) == [gap]


def test_in_yuan_the_amount_is_in_yuan() -> None:
    typed = source(initial=1000000, executed=1250000.5) | {UNIT: "元"}
    assert under(book(typed)["2收支情况"], "须说明差额", 1) == [250000.5]


def test_a_reason_and_its_amount_turn_orange_together() -> None:
    sheet = book({}, data_only=False)["2收支情况"]
    ranges = {str(area.sqref): rule.formula for area in sheet.conditional_formatting for rule in area.rules}
    (head,) = {c.coordinate for row in sheet.iter_rows(max_row=6) for c in row if c.value == "须说明差额"}
    (formula,) = ranges[f"{head[0]}6:{chr(ord(head[0]) + 1)}11"]
    assert formula.startswith(f"AND(ISNUMBER(${head[0]}6),OR(LEN(TRIM($L6))<2,")


def indicator(number: int, first: str, points: float) -> Typed:
    key = Key("indicators", 0, "indicator", number, "first")
    return {key: first, key._replace(column="points"): points, key._replace(column="name"): f"指标{number}"}


def test_points_beside_each_group() -> None:
    typed = indicator(1, "产出指标", 20) | indicator(2, "产出指标", 25.5) | indicator(3, "效益指标", 30)
    assert under(book(typed)["附件2"], "分值进度", 5) == [None, "产出 45.5/50", None, "效益 30/30", None]


def test_with_costs_the_usual_weights_are_others() -> None:
    typed = indicator(1, "产出指标", 40) | indicator(2, "成本指标", 20) | indicator(3, "产出指标", 6)
    assert under(book(typed)["附件2"], "分值进度", 4) == [None, "产出 46/40", "成本 20/20", "产出 46/40"]


def test_the_tally_reaches_over_inserted_rows() -> None:
    """From the thin row above the table to the grey line below it."""
    sheet = book({}, data_only=False)["附件2"]
    formula = str(under(sheet, "分值进度", 2)[1])
    head = next(row for row, (cell,) in enumerate(sheet.iter_rows(max_col=1), 1) if cell.value == "一级指标")
    assert f"SUMIF('附件2'!$A${head + 1}:$A${head + 22}," in formula


@pytest.mark.parametrize("name", ["示例单位-2023", "junshan-2023", "示例乡镇-2023"])
def test_reading_takes_nothing_from_them(name: str, tmp_path: Path) -> None:
    """Nor where rows were put in, and the asides of the rows below have moved; a number that was typed there is told."""
    typed = sample(name)
    whole, moved = tmp_path / "原.xlsx", tmp_path / "插行.xlsx"
    whole.write_bytes(fill(FORM, typed))
    edited = openpyxl.load_workbook(whole)
    for sheet, head, aside in (("附件2", "一级指标", 12), ("3项目清单", "一级项目名称", 16)):
        page = edited[sheet]
        at = next(row for row, (cell,) in enumerate(page.iter_rows(max_col=1), 1) if cell.value == head)
        page.insert_rows(at + 3)
        page.cell(at + 3, aside).value = 9
    edited.save(moved)
    (before, trouble), (after, more) = read(whole), read(moved)
    assert not trouble
    assert {str(place) for f in more if f.rules in (("R-30",), ("R-31",)) for place in f.places} == {
        "附件2!L32",
        "3项目清单!P8",
    }
    for block in ("indicators", "projects"):
        texts = [[row.text(c.key) for c in FORM.block(block).columns] for row in before.table(block).added]
        assert texts == [
            [row.text(c.key) for c in FORM.block(block).columns] for row in after.table(block).added
        ]


def test_the_guide_says_how_it_stands() -> None:
    empty = openpyxl.load_workbook(io.BytesIO(write_template(FORM)), data_only=True)["填表说明"]
    assert str(empty["A2"].value).startswith("未填完：必填还有 ")
    assert book(sample("junshan-2023"))["填表说明"]["A2"].value == "有 2 处不符，请看“即时核对”"
    assert book(sample("示例单位-2023"))["填表说明"]["A2"].value == "已填齐，可以转换"


def test_the_guide_leads_to_every_sheet() -> None:
    guide = book({})["填表说明"]
    links = [str(c.hyperlink.location) for row in guide.iter_rows() for c in row if c.hyperlink]
    assert links == [f"'{name}'!A1" for name in ("即时核对", *(sheet.name_of(1) for sheet in FORM.sheets))]
    assert guide.page_setup.orientation != "landscape"


def test_no_merged_cells_where_tables_are_pasted() -> None:
    """Texts that stand alone may span the sheet; cells of a table, and texts in a column of their width, do not."""
    pages = book({})
    places = {key: place for sheet in entry(FORM) for key, place in sheet.places().items()}
    for key, place in places.items():
        block = FORM.block(key.block)
        merged = any(place.a1 in area for area in pages[place.sheet].merged_cells.ranges)
        assert not merged or (len(block.columns) == 1 and not key.number), key
    assert not [area for area in pages["4文字材料"].merged_cells.ranges if area.min_row != area.max_row]
