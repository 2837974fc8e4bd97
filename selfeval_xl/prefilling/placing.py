"""Which cell of the template a fact goes into, and as what; added rows get their numbers, projects their sheets."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Key, unit_scale
from selfeval_xl.forms import Field, Form, Kind
from selfeval_xl.places import Place
from selfeval_xl.witnesses.facts import Fact, Untold, bare
from selfeval_xl.witnesses.joining import Choice, Joined, concept_of
from selfeval_xl.writing.pages import plain_number

PROJECT_SHEETS = ("funds", "project_objective", "project_indicators")
HEAD = ("project_head", "name", "value")
COMPUTED = "本表自动计算，不填"
NO_ROW = "本表没有空行可填"
TAKEN = "已经填有内容，没有改动"


class Typed(Struct, frozen=True):
    """One cell to be typed in. `value`: in the cell's own unit; `facts`: who says it, the one that is typed first."""

    key: Key
    place: Place
    value: float | str
    facts: tuple[Fact, ...]
    confirm: bool
    draft: bool
    note: str = ""


class Grid(Struct, frozen=True, dict=True):
    """Where the cells are, and what stands in them already (of a begun workbook)."""

    form: Form
    scale: int
    places: Mapping[Key, Place]
    content: Mapping[Key, object]

    def field(self, key: Key) -> Field | None:
        if key not in self.places:
            return None
        return self.form.block(key.block).fields.get((key.row, key.column))


class Placed(Struct, frozen=True):
    typed: tuple[Typed, ...]
    left: tuple[Untold, ...]


def place(joined: Joined, grid: Grid) -> Placed:
    """Every choice and draft at its cell; what has none, or one that is taken, is told."""
    rows = _Rows(joined, grid)
    typed: dict[Key, Typed] = {}
    left: list[Untold] = []
    for choice, draft in _in_order(joined):
        key = rows.key(choice.fact)
        why = _barred(key, grid)
        if key is None or why:
            left.append(Untold(choice.fact.concept, choice.fact.table, why or NO_ROW))
        elif key not in typed:
            value = _value(choice.fact, key, grid)
            typed[key] = Typed(key, grid.places[key], value, choice.facts, choice.confirm, draft, choice.note)
    for key, name in rows.heads():
        if key in grid.places and grid.content.get(key) is None:
            facts = tuple(f for f in joined.drafts if bare(f.sheet_of) == bare(name))[:1]
            typed[key] = Typed(key, grid.places[key], name, facts, True, True)
    return Placed(tuple(typed.values()), tuple(left))


def _in_order(joined: Joined) -> Iterator[tuple[Choice, bool]]:
    yield from ((choice, False) for choice in joined.choices)
    yield from ((Choice(concept_of(fact), (fact,)), True) for fact in joined.drafts)


def _barred(key: Key | None, grid: Grid) -> str:
    field = None if key is None else grid.field(key)
    if key is None or field is None:
        return NO_ROW
    if field.locked or (field.formula is not None and not field.free):
        return COMPUTED
    return TAKEN if grid.content.get(key) is not None else ""


def _value(fact: Fact, key: Key, grid: Grid) -> float | str:
    if fact.number is None:
        field = grid.field(key)
        return _as_number(fact.text) if field is not None and field.kind is Kind.SCORE else fact.text
    kind = grid.form.block(key.block).fields[key.row, key.column].kind
    return plain_number(Fraction(fact.number), kind, unit_scale(grid.form.block(key.block), grid.scale))


def _as_number(text: str) -> float | str:
    try:
        return plain_number(Fraction(text), Kind.SCORE)
    except ValueError:
        return text


class _Rows:
    """Numbers of added rows by name or code, and of project sheets by project."""

    def __init__(self, joined: Joined, grid: Grid) -> None:
        self.grid = grid
        self.numbers: dict[tuple[str, str], int] = {}
        for block, items in _items(joined).items():
            self._number(block, items)
        self.copies: dict[str, int] = {}
        self.names: dict[str, str] = {}
        for fact in joined.drafts:
            if fact.sheet_of and bare(fact.sheet_of) not in self.copies:
                self.copies[bare(fact.sheet_of)] = len(self.copies) + 1
                self.names[bare(fact.sheet_of)] = fact.sheet_of
        self._keep_named()

    def _number(self, block: str, items: Sequence[str]) -> None:
        """Rows that are named already keep their numbers; the rest go into the first blank ones."""
        many = self.grid.form.block(block).many
        if many is None:
            return
        column = "code" if block.endswith("_items") else "name"
        named = {
            bare(f"{value}"): key.number
            for key, value in self.grid.content.items()
            if (key.block, key.row, key.column) == (block, many.key, column) and value is not None
        }
        used = {key.number for key, v in self.grid.content.items() if key.block == block and v is not None}
        free = iter(
            sorted({k.number for k in self.grid.places if (k.block, k.row) == (block, many.key)} - used - {0})
        )
        for item in items:
            number = named.get(item) or next(free, 0)
            self.numbers[block, item] = number

    def _keep_named(self) -> None:
        """A begun workbook's project sheets are found by the names on them."""
        for key, value in self.grid.content.items():
            if (key.block, key.row, key.column) == HEAD and value is not None:
                name = bare(f"{value}")
                clash = next((n for n, copy in self.copies.items() if copy == key.copy and n != name), None)
                if clash:
                    self.copies.pop(clash)
                if name in self.copies or any(n == name for n in self.names):
                    self.copies[name] = key.copy

    def key(self, fact: Fact) -> Key | None:
        block, row, column = fact.concept.split(".")
        if block in PROJECT_SHEETS:
            copy = self.copies.get(bare(fact.sheet_of), 0)
            return Key(block, copy, row, int(fact.item or 0), column) if copy else None
        if block == "indicators":
            return Key(block, 0, row, int(fact.item or 0), column)
        if not fact.item:
            return Key(block, 0, row, 0, column)
        number = self.numbers.get((block, bare(fact.item)), 0)
        return Key(block, 0, row, number, column) if number else None

    def heads(self) -> Iterable[tuple[Key, str]]:
        block, row, column = HEAD
        for name, copy in self.copies.items():
            yield Key(block, copy, row, 0, column), self.names[name]


def _items(joined: Joined) -> dict[str, list[str]]:
    """Block → its added rows: those that are named come first; functional codes by number."""
    found: dict[str, dict[str, None]] = {}
    for named in (True, False):
        for choice in joined.choices:
            block, _, column = choice.fact.concept.split(".")
            if choice.fact.item and (column == "name") is named and block not in PROJECT_SHEETS:
                found.setdefault(block, {})[bare(choice.fact.item)] = None
    return {block: sorted(own) if block.endswith("_items") else list(own) for block, own in found.items()}
