"""Objectives and indicators that the budget approved: drafts for annexes 2 and 3; never actual values or scores."""

from collections.abc import Iterator, Mapping
from fractions import Fraction

from selfeval_xl.reading.official.labels import core
from selfeval_xl.witnesses.facts import Fact, Spot, Use
from selfeval_xl.witnesses.tables import Table, is_margin

HEADS: Mapping[str, tuple[str, ...]] = {
    "first": ("一级指标",),
    "second": ("二级指标",),
    "name": ("三级指标", "指标名称"),
    "operator": ("指标值类型", "指标性质", "计算符号"),
    "target": ("指标值", "年度指标值", "目标值"),
    "measure": ("度量单位", "计量单位"),
}
OBJECTIVE = (
    "实施期绩效目标",
    "年度绩效目标",
    "整体绩效目标",
    "绩效目标",
    "年度总体目标",
    "项目绩效目标",
    "部门整体支出绩效目标",
)
PROJECT = ("单位(专项)名称", "单位", "项目名称", "专项名称", "单位名称")
OPERATORS = {">=": "≥", "<=": "≤", "＞＝": "≥", "＜＝": "≤", "定性指标": "定性", "＝": "="}


def targets(table: Table, project_table: bool, unit: str) -> Iterator[Fact]:
    """`item`: the number of the indicator, from 1; `sheet_of`: the project, "" for the whole unit."""
    columns = _columns(table)
    if not {"name", "target"} <= set(columns):
        return
    project, number = "", 0
    for row, cells in sorted(table.rows_of_cells.items()):
        if row <= columns["head"]:
            continue
        said = cells.get(columns.get("project", 0))
        if project_table and said is not None and isinstance(said.value, str):
            project, number = said.value.strip(), 0
        if project_table and (not project or project == unit):
            continue
        objective = cells.get(columns.get("objective", 0))
        if objective is not None and isinstance(objective.value, str):
            block = "project_objective" if project_table else "objective"
            yield _draft(
                table, f"{block}.expected.value", "", project, row, columns["objective"], objective.value
            )
        if cells.get(columns["name"]) is None:
            continue
        number += 1
        yield from _indicator(table, project_table, project, number, row, columns)


def _columns(table: Table) -> dict[str, int]:
    known = {core(name): key for key, names in HEADS.items() for name in names}
    known |= {core(name): "objective" for name in OBJECTIVE} | {core(name): "project" for name in PROJECT}
    found: dict[str, int] = {}
    for row, cells in sorted(table.rows_of_cells.items()):
        if is_margin(cells):
            continue
        for column, cell in cells.items():
            if not isinstance(cell.value, str) or ("head" in found and row > found["head"] + 1):
                continue
            key = known.get(core(cell.value))
            if key and key not in found:
                found[key] = column
                if key == "name":
                    found["head"] = row
    return found


def _indicator(
    table: Table, project_table: bool, project: str, number: int, row: int, columns: Mapping[str, int]
) -> Iterator[Fact]:
    block = "project_indicators" if project_table else "indicators"
    for key in HEADS:
        cell = table.rows_of_cells[row].get(columns.get(key, 0))
        if cell is not None:
            text = str(cell.value).strip()
            text = OPERATORS.get(text, text) if key == "operator" else text
            yield _draft(table, f"{block}.indicator.{key}", f"{number}", project, row, columns[key], text)


def _draft(table: Table, concept: str, item: str, project: str, row: int, column: int, text: str) -> Fact:
    spot = Spot(table.file, table.place(row, column), text)
    return Fact(
        concept, item, None, Fraction(0), (spot,), table.title, Use.DRAFT, text.strip(), sheet_of=project
    )
