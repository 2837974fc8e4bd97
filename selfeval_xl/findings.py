"""What checking says: a rule, its results, and the findings that a person reads."""

from enum import StrEnum
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.forms import Form, Kind
from selfeval_xl.money import WAN, YUAN, fixed, plain
from selfeval_xl.places import Place


class Level(StrEnum):
    """错误: cannot be right; 警告: needs an explanation; 提示: worth a look."""

    ERROR = "错误"
    WARNING = "警告"
    NOTICE = "提示"


class Status(StrEnum):
    PASSED = "通过"
    RESIDUAL = "尾差"
    BROKEN = "不符"
    UNKNOWN = "无法核对"
    NOT_APPLICABLE = "不适用"
    EXPLAINED = "已说明"
    PENDING = "待财政认定"
    """An explained 错误, where a bureau's overlay lets it be explained."""

    @property
    def explained(self) -> bool:
        return self in (Status.EXPLAINED, Status.PENDING)


class Report(StrEnum):
    """Where the report prints the reason that was typed beside the figures. 核实说明 is never printed, whatever the rule.

    `none`: nowhere; `here`: in the sentence that tells the deviation.
    """

    NONE = "none"
    HERE = "here"


class Rule(Struct, frozen=True):
    """One page of the rule book. `basis`: 依据; `remedy`: 怎么改; `page`: the rule in a few sentences.

    Numbers that a bureau may adjust stand in these texts as slots, such as {change_rate}; `under` a form they are filled.
    """

    id: str
    title: str
    level: Level
    basis: str
    remedy: str
    page: str = ""
    report: Report = Report.NONE
    example: str = ""
    """A finding of it as the program says it: place and message."""
    usual: Level | None = None
    """The level in the program's own book, where a bureau's overlay sets another."""
    off: bool = False
    """A bureau's overlay has switched it off: it judges nothing."""
    why: str = ""
    """The bureau's reason."""

    def under(self, form: Form) -> "Rule":
        """The rule as the form's overlay has it, with the form's numbers in its texts. Not to be asked of the answer."""
        texts = {name: getattr(self, name) for name in ("basis", "remedy", "page")}
        told = replace(self, **{name: form.stated(text) for name, text in texts.items() if "{" in text})
        change = form.rules.get(self.id)
        if change is None:
            return told
        level = Level(change.level) if change.level else self.level
        return replace(told, level=level, usual=self.level, off=change.off, why=change.why)

    def level_of(self, own: Level | None) -> Level:
        """The level of a result that has its `own`: one at the rule's usual level follows the rule; another stays,
        unless the overlay made the rule milder than it is."""
        usual, order = self.usual or self.level, list(Level)
        if own in (None, usual):
            return self.level
        made_milder = order.index(self.level) > order.index(usual)
        return max(own, self.level, key=order.index) if made_milder else own

    @property
    def change(self) -> str:
        """What the overlay does to it, in a sentence; "" for nothing."""
        if self.off:
            return f"规则 {self.id} {self.title}：停用（理由：{self.why}）"
        if self.usual is None:
            return ""
        return f"规则 {self.id} {self.title}：级别 {self.usual} → {self.level}（理由：{self.why}）"


class Result(Struct, frozen=True):
    """One judgement of one rule.

    `left`, `right`, `gap`, `allowed`: money in 分, all else in its own unit (`kind`). `places`: the cells
    concerned, at the home of each figure. `missing`: the blank or unreadable cells that kept it from judging.
    `reason`: the explanation that was accepted. `about`: what it was judged on, such as a column's label.
    """

    rule: Rule
    status: Status
    level: Level
    places: tuple[Place, ...] = ()
    about: str = ""
    message: str = ""
    left: Fraction | None = None
    right: Fraction | None = None
    allowed: Fraction = Fraction(0)
    kind: Kind = Kind.MONEY
    missing: tuple[Place, ...] = ()
    reason: str = ""
    code: str = ""
    remedy: str = ""
    """What to do about this one, where it is not what the rule says."""
    asks: str = ""
    """How its message ends while it wants a reason: 须说明原因, with the comma before it."""
    linked: bool = False
    """All its figures are grey cells that hold what they compute: it passes by construction."""

    @property
    def gap(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right


class Correction(Struct, frozen=True):
    """What might stand in a cell instead, in its own measure (money in 分); None: nothing. `unit`: 分 in one unit of
    a money cell, in which people read it."""

    place: Place
    kind: Kind
    now: Fraction | None
    then: Fraction | None
    unit: int = WAN

    def said(self, value: Fraction | None) -> str:
        """870.36万元; in a book of 元 8703600.00元."""
        if value is None:
            return "空白"
        if self.kind is Kind.MONEY and self.unit == YUAN:
            return fixed(value / YUAN) + "元"
        return shown(value, self.kind)


class Clue(Struct, frozen=True):
    """A change that would make so many broken identities hold, and the slip of the hand that explains it."""

    corrections: tuple[Correction, ...]
    mends: int
    slip: str = ""

    @property
    def places(self) -> tuple[Place, ...]:
        return tuple(correction.place for correction in self.corrections)

    @property
    def sentence(self) -> str:
        """附件1!D12 为 879.36万元（现为 870.36万元，一位数字之差）"""
        cells = "、".join(str(place) for place in self.places)
        then = "、".join(c.said(c.then) for c in self.corrections)
        now = "、".join(c.said(c.now) for c in self.corrections)
        return f"{cells} 为 {then}（现为 {now}{'，' if self.slip else ''}{self.slip}）"


class Mending(Struct, frozen=True):
    """The fewest cells whose change would make broken identities hold. One entry a cell (or a pair that was
    exchanged), each with the clues that are as good.

    `errors`, `warnings`, `notices`: so many findings would be gone; `left`: so many errors would stay.
    """

    choices: tuple[tuple[Clue, ...], ...]
    errors: int = 0
    warnings: int = 0
    notices: int = 0
    left: int = 0

    @property
    def cells(self) -> int:
        return sum(len(clues[0].corrections) for clues in self.choices)

    @property
    def sentence(self) -> str:
        """改 1 处可消除 4 条（错误 3 条、警告 1 条）：附件1!D12 为 879.36万元（现为 870.36万元，一位数字之差）"""
        said = "；".join(map(either, self.choices))
        gone = {Level.ERROR: self.errors, Level.WARNING: self.warnings, Level.NOTICE: self.notices}
        parts = "、".join(f"{level} {count} 条" for level, count in gone.items() if count)
        rest = f"；其余错误 {self.left} 条须逐条改正" if self.left else ""
        return f"改 {self.cells} 处可消除 {sum(gone.values())} 条（{parts}）：{said}{rest}"


class Finding(Struct, frozen=True):
    """One line for the reader: place → what is wrong, both sides and the difference (of that `kind`) → what to do."""

    rules: tuple[str, ...]
    level: Level
    status: Status
    places: tuple[Place, ...]
    message: str
    remedy: str = ""
    left: Fraction | None = None
    right: Fraction | None = None
    kind: Kind = Kind.TEXT
    reason: str = ""
    code: str = ""
    clues: tuple[Clue, ...] = ()
    """What may be wrong, the most convincing first; several are as good."""
    required: bool = False
    """Names required cells that are missing: they keep the workbook 未填完."""

    @property
    def rule(self) -> str:
        return "、".join(self.rules)

    @property
    def difference(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right

    @property
    def explainable(self) -> bool:
        """A warning that a reason can settle, by its 核对码. What reading found has none."""
        return self.level is Level.WARNING and self.status is Status.BROKEN and bool(self.code)


def either(clues: tuple[Clue, ...]) -> str:
    """Clues that are as good, in one clause."""
    return "，或 ".join(clue.sentence for clue in clues)


def amount(value: Fraction | None, kind: Kind) -> float | None:
    """A side of a finding as a plain number: money in 万元, rates as fractions."""
    if value is None:
        return None
    number = value / WAN if kind is Kind.MONEY else value
    return float(round(number, 6))


def shown(value: Fraction, kind: Kind) -> str:
    """A side of a finding as people read it: 万元 in two decimals at least, percent for rates."""
    match kind:
        case Kind.MONEY:
            text = plain(value / WAN)
            decimals = len(text.partition(".")[2])
            return (fixed(value / WAN) if decimals < 2 else text) + "万元"
        case Kind.RATE:
            return fixed(value * 100) + "%"
        case Kind.COUNT:
            return plain(value) + "人"
        case Kind.SCORE:
            return plain(value) + "分"
    return plain(value)
