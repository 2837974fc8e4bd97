"""A table on a sheet: its title, heads over several rows, halves side by side, rows by label and code.

Nothing is read by position. A head that is merged across stands over the blank columns to its right, as far as the
head above it reaches; so it is the same whether the format tells of merged cells or not.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Cell, Sheet
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core
from selfeval_xl.witnesses.amounts import Amount, amount_of, is_word

LINE_NUMBERS = frozenset({"行次", "序号", "栏次"})
CODE_HEAD = re.compile(r".*(?:编码|代码|科目号)|类|款|项|类款项")
LABEL_HEAD = re.compile(r"项目|指标|.*(?:名称|编码|代码|科目)|类|款|项|.*分类")
DIGITS = re.compile(r"\d{1,7}")
MARGIN = re.compile(r"^(?:金额|货币|计量)?单位[:：]|[:：].*单位[:：]|^\(?(?:金额)?单位[:：]")
HEADS_AT_MOST = 8
"""So many rows may stand between a title and its first figures."""


def head(text: str, year: int) -> str:
    """The core of a head, its year said as 本年 or 上年: 2023年执行数 → 上年执行数."""
    bare = core(text)
    if year:
        for told, word in ((year, "本年"), (year - 1, "上年")):
            bare = re.sub(rf"^{told}年度?", word, bare)
    return bare


class Row(Struct, frozen=True):
    """A line of one half: its labels (cores), its code ("" without one), and the columns of its figures."""

    row: int
    labels: tuple[str, ...]
    code: str
    printed: str
    group: int


class Group(Struct, frozen=True):
    """Columns that go together: those of labels and codes, then those of figures."""

    codes: tuple[int, ...]
    names: tuple[int, ...]
    figures: tuple[int, ...]


class Table(Struct, frozen=True, dict=True):
    """`title` as printed; `first`, `last`: rows below the title that belong to it; `scale`: 分 in one unit of money;
    `year`: 0 where nothing says it."""

    file: str
    sheet: Sheet
    title: str
    at: tuple[int, int]
    last: int
    scale: int
    year: int

    @cached_property
    def rows_of_cells(self) -> Mapping[int, Mapping[int, Cell]]:
        rows: dict[int, dict[int, Cell]] = {}
        for (row, column), cell in sorted(self.sheet.cells.items()):
            if self.at[0] < row <= self.last:
                rows.setdefault(row, {})[column] = cell
        return rows

    @cached_property
    def _split(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Rows of heads, rows of data (numbers of columns are in neither)."""
        heads: list[int] = []
        data: list[int] = []
        for row, cells in self.rows_of_cells.items():
            if numbers_columns(cells):
                continue
            if not data and not any(amount_of(cell) for cell in cells.values()):
                if not is_margin(cells):
                    heads.append(row)
            else:
                data.append(row)
        return tuple(heads[:HEADS_AT_MOST]), tuple(data)

    @property
    def data(self) -> tuple[int, ...]:
        return self._split[1]

    @cached_property
    def heads(self) -> Mapping[int, tuple[str, ...]]:
        """Column → its heads, from the top down, as cores."""
        last = max((column for cells in self.rows_of_cells.values() for column in cells), default=0)
        paths: dict[int, tuple[str, ...]] = dict.fromkeys(range(1, last + 1), ())
        above: dict[int, object] = {}
        for row in self._split[0]:
            cells = self.rows_of_cells[row]
            text, owner = "", 0
            now: dict[int, object] = {}
            for column in paths:
                cell = cells.get(column)
                if cell is not None and isinstance(cell.value, str):
                    text, owner = head(cell.value, self.year), column
                elif owner and above.get(column) != above.get(owner):
                    text, owner = "", 0
                if text:
                    paths[column] = (*paths[column], text)
                now[column] = (above.get(column), owner)
            above = now
        return paths

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        found: list[tuple[list[int], list[int], list[int]]] = []
        for column, path in self.heads.items():
            if LINE_NUMBERS & set(path[-1:]):
                continue
            code, label = self._is_code(column, path), self._is_label(column, path)
            if (code or label) and (not found or found[-1][2]):
                found.append(([], [], []))
            if not found:
                found.append(([], [], []))
            found[-1][0 if code else 1 if label else 2].append(column)
        return tuple(Group(tuple(codes), tuple(names), tuple(figures)) for codes, names, figures in found)

    def _is_code(self, column: int, path: tuple[str, ...]) -> bool:
        return bool(path) and bool(CODE_HEAD.fullmatch(path[-1])) and not self._amounts(column)

    def _amounts(self, column: int) -> bool:
        """Whether the column holds figures with a fraction or separators: no codes are written so."""
        return any("." in a.printed or "," in a.printed for a in self._figures(column))

    def _figures(self, column: int) -> list[Amount]:
        cells = (self.rows_of_cells[row].get(column) for row in self.data)
        return [amount for cell in cells if (amount := amount_of(cell)) is not None]

    def _is_label(self, column: int, path: tuple[str, ...]) -> bool:
        words = sum(is_word(self.rows_of_cells[row].get(column)) for row in self.data)
        figures = len(self._figures(column))
        if path and LABEL_HEAD.fullmatch(path[-1]) and not figures:
            return True
        return words > figures

    @cached_property
    def rows(self) -> tuple[Row, ...]:
        return tuple(
            found
            for row in self.data
            for at, group in enumerate(self.groups)
            if (found := self._row(row, at, group)) is not None
        )

    def _row(self, row: int, at: int, group: Group) -> Row | None:
        cells = self.rows_of_cells[row]
        texts = [cell.value for c in (*group.codes, *group.names) if (cell := cells.get(c)) and is_word(cell)]
        code = joined_code([cells[c] for c in group.codes if c in cells])
        if not texts and not code and group.names + group.codes:
            return None
        words = [text for text in texts if isinstance(text, str)]
        return Row(row, tuple(core(text) for text in words), code, words[-1].strip() if words else code, at)

    def columns_of(self, row: Row) -> Iterator[int]:
        """Its figures' columns: those of its half, then those of the halves to its right that have no label here (the
        foot of the 决算 software's tables is one label across two halves)."""
        for at in range(row.group, len(self.groups)):
            if at > row.group and any(r.row == row.row and r.group == at for r in self.rows):
                return
            yield from self.groups[at].figures

    def amount(self, row: int, column: int) -> Amount | None:
        return amount_of(self.rows_of_cells[row].get(column))

    def place(self, row: int, column: int) -> Place:
        return Place(self.sheet.name, row, column)

    @cached_property
    def empty(self) -> bool:
        """Whether it holds no figure at all."""
        return not any(
            self.amount(row, column) for row in self.data for group in self.groups for column in group.figures
        )

    @cached_property
    def whole(self) -> bool:
        """Whether all its figures are whole: then their last place is one unit, not a hundredth."""
        found = [
            a
            for row in self.data
            for group in self.groups
            for column in group.figures
            if (a := self.amount(row, column)) is not None and a.number
        ]
        return len(found) >= 5 and not any(a.places for a in found)

    def texts(self) -> Iterator[tuple[Place, str]]:
        for row, cells in self.rows_of_cells.items():
            for column, cell in cells.items():
                if isinstance(cell.value, str):
                    yield self.place(row, column), cell.value


def joined_code(cells: Sequence[Cell]) -> str:
    """208, 05, 01 in three cells, or 2080501 in one; numbers lose their leading 0."""
    code = ""
    for cell in cells:
        text = str(cell.value).strip()
        if not DIGITS.fullmatch(text):
            return ""
        if code and text.startswith(code) and len(text) > 2:
            code = text
        else:
            code += text.zfill(2) if code else text
    return code


def numbers_columns(cells: Mapping[int, Cell]) -> bool:
    """A row 栏次: 1, 2, 3 …, with that word or without."""
    words = {plain(str(cell.value)) for cell in cells.values() if is_word(cell)}
    numbers = [a.number for cell in cells.values() if (a := amount_of(cell)) is not None]
    counted = len(numbers) > 1 and numbers == list(range(1, len(numbers) + 1))
    return (counted and words <= LINE_NUMBERS) or (bool(words & {"栏次"}) and counted) or words == {"栏次"}


def is_margin(cells: Mapping[int, Cell]) -> bool:
    """A line that says the unit of money, the name, the form's number; no head."""
    words = [plain(str(cell.value)) for cell in cells.values()]
    said = re.compile(
        r"(?:金额|货币)?单位.{0,3}(?:元|万元)|.*(?:部门|单位|名称|单位\(公章\)).{0,1}[:：].*|(?:财决|公开|部门公开|附)?.{0,6}表"
    )
    marked = [
        bool(said.fullmatch(word)) or _named(cell) for word, cell in zip(words, cells.values(), strict=True)
    ]
    return any(marked) and (all(marked) or len(words) <= 3)


def _named(cell: Cell) -> bool:
    return isinstance(cell.value, str) and bool(
        re.search(r"(?:部门|单位|名称|条件|年度)\s*[:：]", cell.value)
    )
