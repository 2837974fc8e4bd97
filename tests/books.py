"""A filled book as readable Markdown: what a person would have typed into the template, by label.

    # Comments: lines that begin with one #, and all prose between.
    ## 一、单位信息                     the title of a block; ` @2` after it: copy 2 of a repeated sheet
    - 单位全称：某县某局               blocks of one column: label：value
    - 报告日期：2024-06-20

    ## 一、项目清单（一个一级项目一行）
    | 一级项目名称 | 年初预算数 |       the heads are the form's column labels, any of them, in any order
    |---|---|
    | 某项目 | 12.5 |                  added rows are numbered 1, 2, … in each table of the block anew

A row is named in the first column, under the block's label head; added rows may be numbered there (in a block without
a label head, under 行). An empty cell is not typed, 空 is one that was emptied, <br> a new line, `\\|` a bar, and a
leading apostrophe makes text of what follows, as in Excel: '12.5.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from selfeval_xl.filing import Key
from selfeval_xl.forms import Block, Form, Kind, Row

NUMBER_HEAD = "行"
EMPTIED = "空"
BREAK = "<br>"
NUMBER = re.compile(r"-?\d+(\.\d+)?")
BAR = re.compile(r"(?<!\\)\|")
RULE = re.compile(r"\|[\s:|-]+\|")


def values(form: Form, text: str) -> dict[Key, object]:
    """What the book types, cell by cell. Raises ValueError that names the line and what the form does not have."""
    book = _Book(form)
    for number, line in enumerate(text.split("\n"), start=1):
        try:
            book.take(line.strip())
        except ValueError as error:
            raise ValueError(f"第 {number} 行：{error}") from None
    return book.values


@dataclass
class _Book:
    """The lines read so far: the block they speak of and, inside a table, its heads."""

    form: Form
    values: dict[Key, object] = field(default_factory=dict)
    block: Block | None = None
    copy: int = 0
    heads: list[str] | None = None
    line: int = 0

    def take(self, line: str) -> None:
        in_table = line.startswith("|")
        if not in_table:
            self.heads = None
        if line.startswith("##"):
            self._open(line.lstrip("#").strip())
        elif line.startswith("-"):
            self._labelled(line.removeprefix("-").strip())
        elif in_table and not RULE.fullmatch(line):
            self._table(_cells(line))

    def _open(self, title: str) -> None:
        name, _, copy = title.partition(" @")
        self.block = next((b for b in self.form.blocks() if b.title == _plain(name)), None)
        if self.block is None:
            raise ValueError(f"没有区块“{_plain(name)}”")
        copies = self.form.sheet_of(self.block.key).copies
        if copy and not (copy.isdecimal() and 1 <= int(copy) <= copies):
            raise ValueError(f"“{title}”：@ 后面只能是 1 至 {copies} 的序号")
        self.copy = int(copy or 1) if self.block.repeated else 0

    def _labelled(self, line: str) -> None:
        block = self._opened()
        if len(block.columns) != 1:
            raise ValueError(f"“{block.title}”不止一列，请用表格")
        row, number, value = _label_and_value(block, line)
        self._put(row, number, block.columns[0].key, value)

    def _table(self, cells: list[str]) -> None:
        block = self._opened()
        if self.heads is None:
            self.heads, self.line = [_plain(c) for c in cells], 0
            return
        self.line += 1
        if len(cells) != len(self.heads):
            raise ValueError(f"这一行有 {len(cells)} 格，表头有 {len(self.heads)} 格")
        given = dict(zip(self.heads, cells, strict=True))
        row, number = _row(block, given.pop(label_head(block), ""), self.line)
        for head, content in given.items():
            self._put(row, number, _column(block, head), content)

    def _put(self, row: Row, number: int, column: str, content: str) -> None:
        block = self._opened()
        if not content:
            return
        if (row.key, column) not in block.fields:
            raise ValueError(f"“{block.title}”{row.label}没有“{block.column(column).label}”一格")
        key = Key(block.key, self.copy, row.key, number, column)
        value = typed(block.fields[row.key, column].kind, content)
        if key in self.values and self.values[key] != value:
            raise ValueError(f"{key} 填了两次：{self.values[key]}、{value}")
        self.values[key] = value

    def _opened(self) -> Block:
        if self.block is None:
            raise ValueError("前面没有区块标题（## …）")
        return self.block


def label_head(block: Block) -> str:
    """The head of the column that names rows; "" in a block of one nameless row."""
    return block.label_head or (NUMBER_HEAD if block.many else "")


def typed(kind: Kind, content: str) -> object:
    """The content of a cell as Excel would take it."""
    content = content.replace(BREAK, "\n")
    if content == EMPTIED:
        return None
    if content.startswith("'"):
        return content[1:]
    if kind.numeric and NUMBER.fullmatch(content):
        return float(content) if "." in content else int(content)
    if kind is Kind.DATE and re.fullmatch(r"\d{4}-\d{2}-\d{2}", content):
        try:
            return date.fromisoformat(content)
        except ValueError:
            return content
    return content


def _cells(line: str) -> list[str]:
    inside = line.removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\\|", "|") for cell in BAR.split(inside)]


def _plain(label: str) -> str:
    return label.strip().removesuffix("*").strip()


def _row(block: Block, label: str, line: int) -> tuple[Row, int]:
    """The row of this label, and its number if it is an added one; `line`: which line of the table this is."""
    label = _plain(label)
    fixed = next((r for r in block.rows if not r.many and r.label == label), None)
    if fixed:
        return fixed, 0
    number = int(label) if label.isdecimal() else 0 if label else line
    if block.many and 1 <= number <= block.many.many:
        return block.many, number
    raise ValueError(f"“{block.title}”没有“{label}”一行")


def _column(block: Block, head: str) -> str:
    column = next((c.key for c in block.columns if c.label == head), None)
    if column is None:
        raise ValueError(f"“{block.title}”没有“{head}”一列")
    return column


def _label_and_value(block: Block, line: str) -> tuple[Row, int, str]:
    """A label may itself hold a colon: the longest that fits."""
    for row in sorted(block.rows, key=lambda r: -len(r.label)):
        for mark in ("：", "*："):
            if not row.many and line.startswith(row.label + mark):
                return row, 0, line.removeprefix(row.label + mark).strip()
    label, mark, value = line.partition("：")
    if not mark or not label:
        raise ValueError(f"“{line}”不是“标签：值”")
    row, number = _row(block, label, 0)
    return row, number, value.strip()


def written(form: Form, typed_in: Mapping[Key, object]) -> str:
    """The book that types these values: the inverse of `values`."""
    return "\n".join(line for block in form.blocks() for line in _block_lines(block, typed_in))


def _block_lines(block: Block, typed_in: Mapping[Key, object]) -> Iterator[str]:
    mine = {key: value for key, value in typed_in.items() if key.block == block.key}
    for copy in sorted({key.copy for key in mine}):
        yield f"## {block.title}" + (f" @{copy}" if copy else "")
        own = {key: value for key, value in mine.items() if key.copy == copy}
        alone = len(block.columns) == 1 and block.label_head
        yield from _pairs(block, own) if alone else _lines(block, own)
        yield ""


def _pairs(block: Block, own: Mapping[Key, object]) -> Iterator[str]:
    for key, value in own.items():
        yield f"- {_label(block, key)}：{_shown(block, key, value)}"


def _lines(block: Block, own: Mapping[Key, object]) -> Iterator[str]:
    columns = [c for c in block.columns if any(key.column == c.key for key in own)]
    head = label_head(block)
    yield _joined(([head] if head else []) + [c.label for c in columns])
    yield "|" + "---|" * (len(columns) + bool(head))
    for first in dict.fromkeys(key._replace(column="") for key in own):
        keys = [first._replace(column=c.key) for c in columns]
        cells = [_shown(block, k, own[k]).replace("|", "\\|") if k in own else "" for k in keys]
        yield _joined(([_label(block, first)] if head else []) + cells)


def _joined(cells: list[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _label(block: Block, key: Key) -> str:
    return str(key.number) if key.number else block.row(key.row).label


def _shown(block: Block, key: Key, value: object) -> str:
    if value is None:
        return EMPTIED
    if isinstance(value, int | float):
        return f"{Decimal(repr(value)):f}"
    plain = str(value).replace("\n", BREAK)
    kind = block.fields[key.row, key.column].kind
    return plain if plain and typed(kind, plain) == value else f"'{plain}"
