"""What an edition and an overlay may make of cells: no name twice, none out of itself; an overlay neither what amounts are."""

from collections.abc import Iterator, Sequence
from graphlib import CycleError, TopologicalSorter

from selfeval_xl.errors import FormError
from selfeval_xl.expressions import Cell, Rows, leaves
from selfeval_xl.forms.model import Block, Field, Kind, Pick, Rank, Sheet
from selfeval_xl.forms.vocabulary import short
from selfeval_xl.forms.workable import require_workable

COMPARED = frozenset({"是", "否", "√"})
"""Rules and sums compare a cell with these words: a list of them takes no others."""
LIST = 255
"""Characters of a drop-down list in Excel."""
Name = tuple[str, str, str]


def require_same_figures(sheets: Sequence[Sheet], base: Sequence[Sheet], where: str) -> None:
    """Raises FormError, where an overlay would change what amounts are."""
    before = {block.key: block for sheet in base for block in sheet.blocks}
    for block in (block for sheet in sheets for block in sheet.blocks):
        for (row, column), field in block.fields.items():
            at = f"{where}：“{block.title}”{block.row(row).label}“{block.column(column).label}”"
            _require_field(field, before[block.key].fields[row, column], at)


def require_sound(sheets: Sequence[Sheet], where: str) -> None:
    """Raises FormError, where a cell is worked out of itself, or two lines of a block have one name."""
    for block in (block for sheet in sheets for block in sheet.blocks):
        _require_distinct(block, where)
    try:
        TopologicalSorter(_parts(sheets)).prepare()
    except CycleError as error:
        raise FormError(f"{where}：{'.'.join(error.args[1][0])} 的 is 绕回了它自己。") from error


def _require_distinct(block: Block, where: str) -> None:
    """Reading finds columns and rows by their labels."""
    for labels in ([c.label for c in block.columns], [r.label for r in block.rows if r.label]):
        double = next((label for label in labels if labels.count(label) > 1), None)
        if double:
            raise FormError(f"{where}：“{block.title}”里 {short(double)} 出现两次，行名、列名不能重复。")


def _require_field(field: Field, old: Field, at: str) -> None:
    if field.formula != old.formula and field.kind not in (Kind.SCORE, Kind.RATE):
        raise FormError(f"{at}：is 只能改得分和比率的算法，金额、人数的出处不能改。")
    if field.formula != old.formula and not isinstance(field.formula, Pick | Rank | None):
        require_workable(field.formula, at)
    added = [choice for choice in field.choices if choice not in old.choices]
    if bool(field.choices) != bool(old.choices) or (added and (old.decisive or COMPARED & {*old.choices})):
        kept = "、".join(old.choices) or "（不设下拉）"
        raise FormError(f"{at}：这一格的选项决定金额归类或被规则引用，只能从 {kept} 中减少，不能另加。")
    if len(",".join(field.choices)) > LIST or not all(field.choices):
        raise FormError(f"{at}：下拉选项不能为空，合计不能超过 {LIST} 个字。")


def _parts(sheets: Sequence[Sheet]) -> dict[Name, list[Name]]:
    """For each cell (of added rows: one for all) the cells that its formula names."""
    many = {b.key: b.many.key if b.many else "" for s in sheets for b in s.blocks}
    return {
        (block.key, row, column): list(_named(field, block.key, many))
        for sheet in sheets
        for block in sheet.blocks
        for (row, column), field in block.fields.items()
    }


def _named(field: Field, block: str, many: dict[str, str]) -> Iterator[Name]:
    match field.formula:
        case None:
            return
        case Rank(column):
            yield block, many[block], column
        case Pick(target, column):
            yield target, many[target], column
        case formula:
            for leaf in leaves(formula):
                if isinstance(leaf, Cell):
                    yield leaf.block, leaf.row, leaf.column
                elif isinstance(leaf, Rows):
                    row = leaf.row or many[leaf.block]
                    yield leaf.block, row, leaf.column
                    yield from ((leaf.block, row, name) for name, _ in leaf.where)
