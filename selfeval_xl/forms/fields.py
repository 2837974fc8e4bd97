"""A block's cells: what its row and its column say together, formulas resolved to full names.

A cell's formula is, in this order: its row's for this very column, its column's `is`,
its row's for all columns, its column's `from`.
"""

from typing import Any

from selfeval_xl.errors import FormError
from selfeval_xl.expressions import Cell, ExpressionError, Name, Node, Number, Rows, Sum, parse, transform
from selfeval_xl.forms.editions import blocks_of
from selfeval_xl.forms.model import (
    BOOK,
    FIRST_EDITION,
    Block,
    Column,
    Explain,
    Field,
    Formula,
    Kind,
    Pick,
    Rank,
    Row,
)
from selfeval_xl.forms.vocabulary import short
from selfeval_xl.money import exact

Data = dict[str, Any]
WORDS = {
    "is": "'staff / posts'",
    "sum": "['general', 'fund']",
    "from": "'basic.total.executed'",
    "pick": "'projects.name'",
    "rank": "{ column = 'copied', value = '是' }",
}
"""What a cell is computed by, with an example of each."""


def build_block(block: Data, sheet: Data, form: Data, where: str) -> Block:
    """One block of the TOML as a Block. Raises FormError."""
    require_lines(block, form, where)
    hidden = block.get("hide", [])
    columns = tuple(_column(c, form, where) for c in block["columns"] if c["key"] not in hidden)
    rows = tuple(
        Row(
            r["key"],
            r.get("label", ""),
            r.get("many", 0),
            r.get("indent", 0),
            r.get("hint", ""),
            _aliases(r),
            lacked(r, form),
        )
        for r in block["rows"]
    )
    fields = {}
    for row in block["rows"]:
        for column in block["columns"]:
            if column["key"] in hidden or column["key"] not in row.get("only", [column["key"]]):
                continue
            at = f"{where}：{block['key']}.{row['key']}.{column['key']}"
            new = any(lacked(part, form) for part in (sheet, block, row, column))
            fields[row["key"], column["key"]] = _field(row, column, block, form, at, asked=not new)
    explain = block.get("explain")
    return Block(
        key=block["key"],
        sheet=sheet["key"],
        title=block["title"],
        unit=block.get("unit", BOOK),
        label_head=next(iter(block.get("labels", [])), ""),
        columns=columns,
        rows=rows,
        fields=fields,
        explain=Explain(explain["from"], explain["to"], explain.get("excess", False)) if explain else None,
        required=block.get("required", False),
        inline=block.get("print") == "inline",
        on_screen=block.get("print") == "no",
        sparse=block.get("sparse", False),
        note=block.get("note", ""),
        repeated=bool(sheet.get("repeat")),
        aliases=_aliases(block),
        lacked=lacked(block, form),
    )


def require_lines(block: Data, form: Data, where: str) -> None:
    """That the block has columns and rows, none twice, and that it names no column that it lacks. Raises FormError."""
    at = f"{where}：区块 {block['key']}"
    for line in ("columns", "rows"):
        if not block.get(line):
            raise FormError(f"{at} 没有 {line}。")
        keys = [one["key"] for one in block[line]]
        if double := next((key for key in keys if keys.count(key) > 1), None):
            raise FormError(f"{at} 的 {line} 中 {short(double)} 出现两次。")
    columns = {column["key"] for column in block["columns"]}
    explain = block.get("explain", {})
    if explain and not {"from", "to"} <= explain.keys() <= {"from", "to", "excess"}:
        raise FormError(f"{at} 的 explain 要写 from 和 to，如 {{ from = 'initial', to = 'executed' }}。")
    named = {"hide": block.get("hide", []), "explain": [explain[end] for end in ("from", "to") if explain]}
    for row in block["rows"]:
        required = row.get("required", [])
        named |= {f"{row['key']} 的 {key}": row.get(key, []) for key in ("only", "expected")}
        named |= {f"{row['key']} 的 required": required if isinstance(required, list) else []}
        if isinstance(required, str) and required not in blocks_of(form):
            raise FormError(f"{at}：{row['key']} 的 required 指向没有的区块 {short(required)}。")
    for said, keys in named.items():
        if unknown := next((key for key in keys if key not in columns), None):
            raise FormError(f"{at} 的 {said} 指向没有的列 {short(unknown)}。")


def lacked(part: Data, form: Data, since: str = "since") -> bool:
    """Whether a later edition of the template than `form`'s added this sheet, block, row or column (or its formula)."""
    return bool(part.get(since, FIRST_EDITION) > form.get("edition", FIRST_EDITION))


def _column(column: Data, form: Data, where: str) -> Column:
    return Column(
        key=column["key"],
        label=column["label"],
        kind=_kind(column.get("kind", "money"), where),
        width=column.get("width"),
        choices=_choices(column.get("choices", ()), form, where),
        locked=column.get("locked", False),
        required=column.get("required", False),
        signed=column.get("signed", False),
        hint=column.get("hint", ""),
        aliases=_aliases(column),
        lacked=lacked(column, form),
    )


def _aliases(named: Data) -> tuple[str, ...]:
    return tuple(named.get("aliases", ()))


def _kind(kind: Any, where: str) -> Kind:
    try:
        return Kind(kind)
    except ValueError as error:
        raise FormError(f"{where}：kind 没有 {kind}，可用：{'、'.join(Kind)}。") from error


def _choices(choices: Any, form: Data, where: str) -> tuple[str, ...]:
    if isinstance(choices, str) and choices not in form["lists"]:
        raise FormError(f"{where}：lists 里没有 {choices}。")
    return tuple(form["lists"][choices] if isinstance(choices, str) else choices)


def _field(row: Data, column: Data, block: Data, form: Data, at: str, *, asked: bool) -> Field:
    """`asked`: whether the workbook's edition of the template has the cell, so that it may be asked for."""
    required = asked and row.get("required", column.get("required", False))
    if isinstance(required, list):
        required = column["key"] in required
    formula = _formula(row, column, block, form, at)
    return Field(
        kind=_kind(row.get("kind", column.get("kind", "money")), at),
        choices=_choices(row.get("choices", column.get("choices", ())), form, at),
        formula=formula,
        locked=formula is not None and (row.get("locked", False) or column.get("locked", False)),
        required=required is True,
        required_unless=required if isinstance(required, str) else "",
        decisive=row.get("decisive", False) or column.get("decisive", False),
        expected=asked and column["key"] in row.get("expected", []),
        signed=row.get("signed", False) or column.get("signed", False),
        hint=row.get("hint", "") or column.get("hint", ""),
        # What follows from the proposal, such as a rate, is none itself.
        free=formula is not None
        and bool((row.get("free", False) and _own(row, column["key"])) or column.get("free", False)),
    )


def _own(row: Data, key: str) -> list[tuple[str, Any]]:
    """The formula that a row says for this very column."""
    return [(w, row[w][key]) for w in WORDS if isinstance(row.get(w), dict) and key in row[w]]


def _formula(row: Data, column: Data, block: Data, form: Data, at: str) -> Formula | None:
    """The first that applies, of the four places named above."""
    key = column["key"]
    own = _own(row, key)
    down = [(w, column[w]) for w in ("is", "sum", "rank") if w in column]
    numeric = _kind(column.get("kind", "money"), at).numeric
    fitting = WORDS if numeric else ("from", "pick")
    across = [(w, row[w]) for w in fitting if w in row and not isinstance(row[w], dict)]
    links = [("from", column["from"])] if "from" in column else []
    by_row = [] if lacked(row, form, "computed_since") else [*own, *across]
    by_column = [] if lacked(column, form, "computed_since") else [*down, *links]
    both = [*own, *down, *across, *links]
    for word, value in (one for one in both if one in by_row or one in by_column):
        return _compiled(word, value, key, row, block, form, at)
    return None


def _compiled(word: str, value: Any, key: str, row: Data, block: Data, form: Data, at: str) -> Formula:
    resolve = Resolver(form, block, row["key"], key, at)
    match word, value:
        case "rank", {"column": str(column), "value": str(wanted)}:
            return Rank(resolve.own_column(column), wanted)
        case "pick", str() if value.count(".") == 1:
            return resolve.pick(*value.split("."))
        case "sum", [*items] if items and all(isinstance(item, str) for item in items):
            return Sum(tuple(resolve.text(item) for item in items))
        case "is" | "from", str():
            return resolve.text(value)
    raise FormError(f"{at} 的 {word} 写法不对：{short(value)}；应如 {WORDS[word]}。")


class Resolver:
    """Names as a cell sees them: a column of its row, a row of its block, then block.row.column."""

    def __init__(self, form: Data, block: Data, row: str, column: str, at: str) -> None:
        self.form, self.block, self.row, self.column, self.at = form, block, row, column, at

    def text(self, text: str) -> Node:
        try:
            return transform(parse(text), self.leaf)
        except ExpressionError as error:
            raise FormError(f"{self.at}：{error}") from error

    def own_column(self, name: str) -> str:
        """A column of this block. Raises FormError."""
        self._known(self.block["key"], "", name)
        return name

    def pick(self, block: str, column: str) -> Pick:
        """The column of a register, a block that counts its added rows. Raises FormError."""
        self._known(block, "", column)
        target = self._block(block)
        if not any("rank" in line for line in target.get("columns", ())):
            raise FormError(f"{self.at} 的 pick 指向 {short(block)}，那里没有一列写有 rank。")
        return Pick(block, column)

    def leaf(self, leaf: Node) -> Node:
        if isinstance(leaf, Rows):
            for column in (leaf.column, *(name for name, _ in leaf.where)):
                self._known(leaf.block, leaf.row, column)
            return leaf
        return self._name(leaf.parts) if isinstance(leaf, Name) else leaf

    def _name(self, parts: tuple[str, ...]) -> Node:
        here = self.block["key"]
        match parts:
            case ("settings", name) if name in self.form["settings"]:
                return Number(exact(self.form["settings"][name], 1))
            case (name,) if any(c["key"] == name for c in self.block["columns"]):
                return Cell(here, self.row, name)
            case (name,) if any(r["key"] == name for r in self.block["rows"]):
                return self._row(self.block, name, self.column)
            case (block, name):
                target = self._block(block)
                if any(r["key"] == name for r in target.get("rows", ())):
                    return self._row(target, name, self.column)
                if not any("many" in r for r in target.get("rows", ())):
                    raise FormError(f"{self.at}：{block} 没有名为 {name} 的行，也没有可以加总的行。")
                self._known(block, "", name)
                return Rows(block, name)
            case (block, row, column):
                self._known(block, row, column)
                return Cell(block, row, column)
        raise FormError(f"{self.at}：名称 {'.'.join(parts)} 没有着落。")

    def _row(self, block: Data, row: str, column: str) -> Node:
        self._known(block["key"], row, column)
        many = any(r["key"] == row and "many" in r for r in block["rows"])
        return Rows(block["key"], column) if many else Cell(block["key"], row, column)

    def _block(self, key: str) -> Data:
        blocks = {b["key"]: b for sheet in self.form["sheet"] for b in sheet["block"]}
        if key not in blocks:
            raise FormError(f"{self.at}：没有区块 {key}。")
        block = blocks[key]
        return {**blocks[block["like"]], **block} if "like" in block else block

    def _known(self, block: str, row: str, column: str) -> None:
        target = self._block(block)
        rows = [r["key"] for r in target.get("rows", ())]
        columns = [c["key"] for c in target.get("columns", ())]
        if column not in columns or (row and row not in rows):
            raise FormError(f"{self.at}：名称 {block}.{row}.{column} 没有着落。")
