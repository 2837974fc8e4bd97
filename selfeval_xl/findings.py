"""What checking says: a rule, its results, and the findings that a person reads."""

from dataclasses import dataclass, replace
from enum import StrEnum
from fractions import Fraction

from selfeval_xl.forms import Form, Kind
from selfeval_xl.money import WAN, fixed, plain
from selfeval_xl.places import Place

EMPTY_PHRASES = ("无", "同上", "如上", "工作需要", "略", "无说明", "正常", "-", "—", "/")


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
    """What of an accepted explanation may be published, and where (accounting.md §2.6)."""

    NONE = "none"
    HERE = "here"
    PROBLEMS = "problems"


@dataclass(frozen=True)
class Rule:
    """One page of the rule book. `basis`: 依据; `remedy`: 怎么改; `page`: the rule in a few sentences."""

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
        """The rule as the form's overlay has it."""
        change = form.rules.get(self.id)
        if change is None:
            return self
        level = Level(change.level) if change.level else self.level
        return replace(self, level=level, usual=self.level, off=change.off, why=change.why)

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


@dataclass(frozen=True)
class Result:
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
    linked: bool = False
    """All its figures are grey cells that hold what they compute: it passes by construction."""

    @property
    def gap(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right


@dataclass(frozen=True)
class Finding:
    """One line for the reader: place → what is wrong, both sides and the difference → what to do."""

    rules: tuple[str, ...]
    level: Level
    status: Status
    places: tuple[Place, ...]
    message: str
    remedy: str = ""
    left: Fraction | None = None
    right: Fraction | None = None
    kind: Kind = Kind.MONEY
    reason: str = ""
    code: str = ""
    required: bool = False
    """Names required cells that are missing: they keep the workbook 未填完."""

    @property
    def rule(self) -> str:
        return "、".join(self.rules)

    @property
    def difference(self) -> Fraction | None:
        return None if self.left is None or self.right is None else self.left - self.right


def says_nothing(text: str) -> bool:
    """A reason that is none: 「无」「同上」「工作需要」."""
    return text.strip("。，. ") in ("", *EMPTY_PHRASES)


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
