"""What a form is: sheets, blocks, rows and columns, and for each cell its field.

The form is data (`*.toml`, read by `loader`); labels here are already those of one fiscal year.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import Any, TypeVar

from msgspec import Struct, field

from selfeval_xl.expressions import Node
from selfeval_xl.forms.overlays import Adjustment, Overlay
from selfeval_xl.forms.settings import SettingName, stated
from selfeval_xl.forms.years import dated

K = TypeVar("K")
V = TypeVar("V")


class Absent(LookupError):
    """Something was asked of a form that it does not have. Whoever asks (a rule, a line of the comparison, a field of the
    report) does not apply to this form: that is told once, where such things are gone through, and nothing is in its stead."""


class Named(dict[K, V]):
    """Things of a form by their names; a name that it does not have raises Absent."""

    def __missing__(self, key: K) -> V:
        raise Absent(key)


class Kind(StrEnum):
    """What a cell holds. Money is kept in 分, rates as fractions (0.98), the rest as typed."""

    MONEY = "money"
    COUNT = "count"
    AREA = "area"
    RATE = "rate"
    SCORE = "score"
    TEXT = "text"
    PARAGRAPH = "paragraph"
    DATE = "date"
    DEADLINE = "deadline"
    """A day, or words for one: 2025年9月底前."""

    @property
    def numeric(self) -> bool:
        return self in (Kind.MONEY, Kind.COUNT, Kind.AREA, Kind.RATE, Kind.SCORE)


MARK = "表样编号"
"""What stands beside the form's id on the hidden sheet: the template writes it, reading looks for it."""
EDITION_MARK = "模板版次"
"""Likewise beside the edition of the template; a workbook without it is of the first."""
FIRST_EDITION = 1
OVERLAY_MARK = "调整方案"
"""And beside the name and the text of a bureau's overlay; its 校验码 stands right of the form's id."""
GUARD = "需要更多行时"
"""What the line below added rows says: people insert rows above it, reading stops there."""
SOURCES, CONFIRMED = "取数来源", "已确认（√）"
"""The sheet of a prefilled workbook that says where its figures come from, and the head of what a person confirms."""
GAP_HEAD, TALLY_HEAD = "须说明差额", "分值进度"
"""Heads of what the template works out beside its tables: nobody types there, and reading takes nothing from there."""
QUALITATIVE = "定性"
"""The operator (指标值类型) of a target that is no number."""
BOOK = "book"
"""The unit of a block whose money is in 元 or 万元, as the book says."""


class Rank(Struct, frozen=True):
    """1, 2, 3 … down the added rows whose `column` holds `value`."""

    column: str
    value: str


class Pick(Struct, frozen=True):
    """The cell of the added row whose rank is the number of this sheet's copy."""

    block: str
    column: str


Formula = Node | Rank | Pick


class Column(Struct, frozen=True):
    """`lacked`: a later edition of the template than the workbook's added it; of what is so nobody is told that it is
    missing. Likewise below."""

    key: str
    label: str
    kind: Kind
    width: int | None
    choices: tuple[str, ...]
    locked: bool
    required: bool
    signed: bool
    hint: str
    aliases: tuple[str, ...] = ()
    """What other editions of the official form call it; likewise below."""
    lacked: bool = False


class Row(Struct, frozen=True):
    """`many` > 0: the user adds lines like this one; so many are made in advance."""

    key: str
    label: str
    many: int
    indent: int
    hint: str
    aliases: tuple[str, ...] = ()
    lacked: bool = False


class Field(Struct, frozen=True):
    """One cell of a block as the form has it. `required_unless`: required while that block is empty;
    `expected`: asked for when blank, though the report can do without; `decisive`: a choice that says what amounts
    count as (their unit, kind, source): one that is not offered is an error."""

    kind: Kind
    choices: tuple[str, ...] = ()
    formula: Formula | None = None
    locked: bool = False
    required: bool = False
    required_unless: str = ""
    expected: bool = False
    decisive: bool = False
    signed: bool = False
    hint: str = ""
    free: bool = False
    """Computed as a proposal: what is typed instead stands, and nobody asks why."""


class Explain(Struct, frozen=True):
    """Between which columns a change needs a reason; `excess`: any excess does."""

    start: str
    end: str
    excess: bool


class Block(Struct, frozen=True, dict=True):
    """Columns × rows under a title. `fields` holds (row key, column key) → Field; an absent pair has no cell.

    `on_screen`: of the template alone, neither printed nor in the bureau's own files.
    `sparse`: a row in use may well have blank cells (a fund without 基本支出): they do not spoil its sums.
    """

    key: str
    sheet: str
    title: str
    unit: str
    label_head: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    fields: Mapping[tuple[str, str], Field]
    explain: Explain | None
    required: bool
    inline: bool
    on_screen: bool
    sparse: bool
    note: str
    repeated: bool
    aliases: tuple[str, ...] = ()
    lacked: bool = False

    @property
    def many(self) -> Row | None:
        """The row that the user may add lines like, if there is one."""
        return next((row for row in self.rows if row.many), None)

    def column(self, key: str) -> Column:
        return self._columns[key]

    def row(self, key: str) -> Row:
        return self._rows[key]

    @cached_property
    def _columns(self) -> Named[str, Column]:
        return Named((column.key, column) for column in self.columns)

    @cached_property
    def _rows(self) -> Named[str, Row]:
        return Named((row.key, row) for row in self.rows)

    @cached_property
    def rank_column(self) -> str:
        """The column that counts its added rows, of a register."""
        return next(column for (_, column), field in self.fields.items() if isinstance(field.formula, Rank))

    @cached_property
    def name_column(self) -> str:
        """The column `name`, else the first text column, else the first: an added row is in use when it is filled."""
        texts = [c.key for c in self.columns if not c.kind.numeric] or [self.columns[0].key]
        return "name" if "name" in texts else texts[0]


class Sheet(Struct, frozen=True):
    """`copies` > 0: a repeated sheet, of which so many are made in advance."""

    key: str
    name: str
    title: str
    annex: str
    colour: str
    copies: int
    blocks: tuple[Block, ...]
    aliases: tuple[str, ...] = ()
    lacked: bool = False

    def name_of(self, copy: int) -> str:
        return self.name.replace("{copy}", str(copy))


class Form(Struct, frozen=True, eq=False, dict=True):
    """One jurisdiction's form for one fiscal year, equal to itself alone: what follows from it is kept by it.

    `settings` are plain numbers and tables. `years`: the first and the last fiscal year for which templates are made.

    `base`: the edition in the package that it is, or that an overlay was laid on; `wording`: the edition whose Word
    template it takes. `edition`: of the template by which the workbook was made, the newest for one that is to be made.
    """

    id: str
    title: str
    source: str
    year: int
    years: tuple[int, int]
    settings: Mapping[str, Any]
    lists: Mapping[str, tuple[str, ...]]
    tree: Mapping[str, tuple[str, ...]]
    sheets: tuple[Sheet, ...]
    guide: tuple[tuple[str, str], ...]
    """What 填表说明 says: (head, text) a line."""
    setting_names: Mapping[str, SettingName] = field(default_factory=dict)
    base: str = ""
    wording: str = ""
    edition: int = FIRST_EDITION
    changes: tuple[str, ...] = ()
    """What an edition or a bureau's overlay changed, a sentence each; not what it does to rules."""
    rules: Mapping[str, Adjustment] = field(default_factory=dict)
    """What a bureau's overlay does to rules, by id."""
    explained_errors: bool = False
    """An 错误 that was explained with its 核对码 is 待财政认定."""
    overlay: Overlay | None = None
    """The bureau's overlay, as the template hands it on."""

    def in_force(self, rule: str) -> bool:
        """Whether no overlay has switched the rule off: another that leaves a matter to it must know."""
        return not (rule in self.rules and self.rules[rule].off)

    def blocks(self) -> Iterator[Block]:
        for sheet in self.sheets:
            yield from sheet.blocks

    def block(self, key: str) -> Block:
        return self._blocks[key]

    @cached_property
    def _blocks(self) -> Named[str, Block]:
        return Named((block.key, block) for block in self.blocks())

    def has(self, block: str, row: str = "", column: str = "") -> bool:
        """Whether the form speaks of that block, row and column; with both, whether there is such a cell."""
        own = self._blocks.get(block)
        if own is None or (row and row not in own._rows) or (column and column not in own._columns):
            return False
        return not (row and column) or (row, column) in own.fields

    def lacks(self, block: str, row: str = "", column: str = "") -> bool:
        """Whether the workbook's edition of the template had no such block, row or column yet: ask nobody for it."""
        own = self.block(block)
        new = self.sheet_of(block).lacked or own.lacked
        return new or bool(row and own.row(row).lacked) or bool(column and own.column(column).lacked)

    def sheet_of(self, block: str) -> Sheet:
        return self._sheets[block]

    @cached_property
    def _sheets(self) -> Named[str, Sheet]:
        return Named((block.key, sheet) for sheet in self.sheets for block in sheet.blocks)

    def stated(self, text: str) -> str:
        """A text of the rule book as it reads under this form: its slots filled from the settings, its years given."""
        return dated(stated(text, self.settings, self.setting_names), self.year)

    def setting(self, name: str) -> Fraction:
        """A number among the settings, exact."""
        return Fraction(str(self.settings[name]))
