"""What another file says: one figure (or word) of a concept, how exactly, and where it stands."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.places import Place
from selfeval_xl.reading.locating import plain


class WitnessKind(StrEnum):
    """What kind of file it is, in the words of the user."""

    ACCOUNTS = "决算公开表"
    EXPORT = "决算软件导出"
    BUDGET = "预算公开表"
    PLATFORM = "指标执行明细表"
    FILING = "填报"


class Use(StrEnum):
    """What may be done with a fact: typed in; typed in and confirmed by a person; offered; only compared."""

    FILL = "fill"
    CONFIRM = "confirm"
    DRAFT = "draft"
    SUGGEST = "suggest"
    COMPARE = "compare"


class Spot(Struct, frozen=True):
    """One cell of another file. `sign`: whether it is added (1) or taken off (-1) in what the fact says."""

    file: str
    place: Place
    printed: str
    sign: int = 1


class Fact(Struct, frozen=True):
    """`concept`: block.row.column; `item`: name or code of an added row, "" elsewhere; `sheet_of`: the project whose own
    sheet it stands on, "" elsewhere.

    `number`: 分, or a count; `text`: words instead. `half_step`: what the printed places leave open, in the same unit,
    of all spots together. `included`: the answer (是, 否) to 年初预算数是否已含上年结转 under which it holds; "" always.
    """

    concept: str
    item: str
    number: Fraction | None
    half_step: Fraction
    spots: tuple[Spot, ...]
    table: str
    use: Use = Use.FILL
    text: str = ""
    included: str = ""
    sheet_of: str = ""

    @property
    def value(self) -> Fraction | str:
        return self.text if self.number is None else self.number


class Untold(Struct, frozen=True):
    """What the mapping wants and the file does not say, and why."""

    concept: str
    table: str
    why: str


class Witness(Struct, frozen=True):
    """One file. `year`: of its own figures; `scope`: 单位本级, 部门汇总 or "" (not said); `code`: of the unit, or ""."""

    name: str
    kind: WitnessKind
    year: int
    unit: str
    code: str
    scope: str
    facts: tuple[Fact, ...]
    untold: tuple[Untold, ...] = ()
    notes: tuple[str, ...] = ()
    last_facts: tuple[Fact, ...] = ()
    """What it says if its year, which nothing tells, is the one before."""


def bare(text: str) -> str:
    """A name without what people change unawares: for comparing names of projects and units."""
    return plain(text)


def agree(facts: Sequence[Fact]) -> bool:
    """Whether they differ by no more than both half steps together, each from each."""
    return all(
        one.text == two.text
        if one.number is None or two.number is None
        else abs(one.number - two.number) <= one.half_step + two.half_step
        for at, one in enumerate(facts)
        for two in facts[:at]
    )
