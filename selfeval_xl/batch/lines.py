"""The lines that are added up over units: every amount of sheets 2 and of the annexes that has its home there."""

from collections.abc import Iterator

from msgspec import Struct

from selfeval_xl.expressions import Cell, Sum
from selfeval_xl.filing import Filing
from selfeval_xl.forms import Block, Form, Kind
from selfeval_xl.money import half_up

BLOCKS = ("sources", "split", "basic", "three", "costs", "fund_items", "capital_items", "insurance_items")
MEASURES = {
    "last": "上年决算数",
    "initial": "年初预算数",
    "carryover": "上年结转",
    "adjustment": "年中调整",
    "full": "全年预算数",
    "executed": "全年执行数",
    "closing": "年末结转结余",
    "recovered": "财政收回",
}
NATURES = {"basic": "基本支出", "project": "项目支出", "other": "其他支出"}
TOTAL = ("sources", "total")
INTERNAL = "减：内部往来"


class Line(Struct, frozen=True):
    """One row of the consolidation: a row of a block, in 按支出性质分 one nature of it."""

    block: str
    row: str
    nature: str
    group: str
    item: str

    @property
    def key(self) -> str:
        return f"{self.block}.{self.row}.{self.nature}".rstrip(".")


class Column(Struct, frozen=True):
    """One amount of a line: which column of the block it stands in."""

    line: Line
    measure: str
    column: str


def consolidated(form: Form) -> list[Column]:
    """Every amount that is added up, in the order of the form: what `Record.amounts` holds."""
    return [column for key in BLOCKS if form.has(key) for column in _of(form.block(key))]


def _of(block: Block) -> Iterator[Column]:
    for row in block.rows:
        for column in block.columns:
            field = None if row.many else block.fields.get((row.key, column.key))
            measure, _, nature = column.key.partition("_")
            known = measure in MEASURES and (not nature or nature in NATURES)
            if field is None or field.kind is not Kind.MONEY or not known or isinstance(field.formula, Cell):
                continue
            item = f"{row.label}：{NATURES[nature]}" if nature else row.label
            yield Column(Line(block.key, row.key, nature, block.title, item), measure, column.key)


def amounts(filing: Filing) -> tuple[int | None, ...]:
    """The filing's amounts in that order, in 分; None where one is unknown."""
    figures = (
        filing.figure(column.line.block, column.line.row, column.column)
        for column in consolidated(filing.form)
    )
    return tuple(None if figure.number is None else half_up(figure.number) for figure in figures)


class CrossFoot(Struct, frozen=True):
    """A total and what should add up to it, as positions among the consolidated amounts."""

    line: Line
    measure: str
    whole: int
    parts: tuple[int, ...]
    says: str


def cross_feet(form: Form) -> list[CrossFoot]:
    """The form's own sums, and 资金来源合计 = 基本 + 项目 + 其他 for each of the sources."""
    columns = consolidated(form)
    at = {(c.line.block, c.line.row, c.column): number for number, c in enumerate(columns)}
    found = []
    for number, column in enumerate(columns):
        line = column.line
        rows = _part_rows(form.block(line.block), line.row)
        down = [at.get((line.block, row, column.column)) for row in rows]
        across = [at.get(("split", line.row, f"{column.measure}_{n}")) for n in NATURES]
        wanted = [(down, "各分项之和")]
        wanted += [(across, "基本＋项目＋其他支出")] if line.block == TOTAL[0] else []
        for positions, says in wanted:
            parts = tuple(part for part in positions if part is not None)
            if parts and len(parts) == len(positions):
                found.append(CrossFoot(line, column.measure, number, parts, says))
    return found


def _part_rows(block: Block, row: str) -> list[str]:
    """The rows that the form adds up to this one, in any of its columns."""
    formulas = [field.formula for (key, _), field in block.fields.items() if key == row]
    sums = [formula for formula in formulas if isinstance(formula, Sum)]
    cells = [cell for formula in sums[:1] for cell in formula.items if isinstance(cell, Cell)]
    return [cell.row for cell in cells if cell.block == block.key]
