"""The money of an invented unit, worked out from the bottom up so that every sum is exact: amounts in whole 分."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from random import Random

from tests.clean_books_shapes import Shape

WAN = 1_000_000
SOURCES = ("general", "fund", "capital", "special", "other")
ECONOMIC = {"wages": 0.72, "family": 0.08, "goods": 0.17, "capital": 0.03}
"""Lines of 基本支出, and how much of it each is about."""
KINDS = ("业务工作", "运行维护", "省级专项", "市级专项", "区县级专项", "上级转移支付", "其他")
SUBJECTS = (
    "人居环境整治",
    "信息系统运行维护",
    "专项执法业务",
    "基层服务能力建设",
    "设施设备更新",
    "宣传培训",
    "应急物资储备",
    "民生实事",
)
COURSES = ("plan", "plan", "plan", "supplemented", "unbudgeted", "unspent", "slow", "cut")
"""What becomes of a project in the year; `plan` three times as often."""


@dataclass(frozen=True)
class Amounts:
    """One budget line through the year: 年初 → 全年 → 执行 → 结转, 收回."""

    initial: int = 0
    carryover: int = 0
    adjustment: int = 0
    full: int = 0
    executed: int = 0
    closing: int = 0
    recovered: int = 0

    def __add__(self, other: "Amounts") -> "Amounts":
        return Amounts(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    @property
    def nil(self) -> bool:
        return not any(getattr(self, f.name) for f in fields(self))

    @property
    def wants_reason(self) -> bool:
        """As B-09 asks: 20 % and 5 万元 off the budget, none budgeted, none spent, under 90 %."""
        gap = abs(self.executed - self.initial)
        changed = self.initial > 0 and self.executed and gap * 5 > self.initial and gap > 5 * WAN
        unbudgeted, unspent = not self.initial and self.executed > 0, self.initial > 0 and not self.executed
        slow = self.full > 0 and self.executed * 10 < self.full * 9
        return bool(changed or unbudgeted or unspent or slow or self.executed > self.full)


def total(lines: Iterator[Amounts] | list[Amounts]) -> Amounts:
    return sum(lines, Amounts())


@dataclass(frozen=True)
class Project:
    """One row of the register. `sheet`: the number of its annex 3, 0 where it fills none."""

    name: str
    kind: str
    source: str
    amounts: Amounts
    sheet: int
    listed: bool = True


@dataclass(frozen=True)
class Accounts:
    """All that a unit has and spends. `economic`: line → column → amount; `running`: source → basic, other spending."""

    projects: tuple[Project, ...]
    economic: dict[str, dict[str, int]]
    running: dict[str, dict[str, Amounts]]
    three: dict[str, dict[str, int]]

    def spending(self, source: str) -> dict[str, Amounts]:
        """The source's money by nature."""
        own = [p.amounts for p in self.projects if p.source == source]
        return {**self.running[source], "project": total(own)}

    def source(self, source: str) -> Amounts:
        return total(list(self.spending(source).values()))

    @property
    def whole(self) -> Amounts:
        return total([self.source(source) for source in SOURCES])

    def nature(self, nature: str) -> Amounts:
        return total([self.spending(source)[nature] for source in SOURCES])

    def column(self, column: str, *lines: str) -> int:
        """基本支出 of these lines in one column: last, initial, full, executed."""
        return sum(self.economic[line][column] for line in lines or ECONOMIC)


def accounts(dice: Random, shape: Shape) -> Accounts:
    economic = _economic(dice, shape)
    running = {source: {"basic": Amounts(), "other": Amounts()} for source in SOURCES}
    columns = {c: sum(line[c] for line in economic.values()) for c in ("initial", "full", "executed")}
    left = columns["full"] - columns["executed"]
    running["general"]["basic"] = Amounts(
        **columns,
        adjustment=columns["full"] - columns["initial"],
        closing=left - left // 2,
        recovered=left // 2,
    )
    if shape.other_funds:
        running["other"]["basic"] = _line(dice, shape, _size(dice, shape, 5, 60), "plan")
        running["other"]["other"] = _line(dice, shape, _size(dice, shape, 10, 90), "supplemented")
    if shape.special_account:
        running["special"]["basic"] = _line(dice, shape, _size(dice, shape, 5, 40), "plan")
    return Accounts(tuple(_projects(dice, shape)), economic, running, _three(dice, shape, economic))


def _size(dice: Random, shape: Shape, low: float, high: float) -> int:
    """An amount between so many 万元, on the grid of the book."""
    return round(dice.uniform(low, high) * WAN / shape.step) * shape.step


def _part(dice: Random, shape: Shape, amount: int, low: float, high: float) -> int:
    return round(amount * dice.uniform(low, high) / shape.step) * shape.step


def _economic(dice: Random, shape: Shape) -> dict[str, dict[str, int]]:
    base = shape.staff * dice.uniform(9, 18)
    found = {}
    for line, share in ECONOMIC.items():
        initial = _size(dice, shape, base * share * 0.95, base * share * 1.05)
        if line == "capital" and not shape.buys:
            found[line] = dict.fromkeys(("last", "initial", "full", "executed"), 0)
            continue
        full = initial + _part(dice, shape, initial, -0.02, 0.3 if shape.raised else 0.06)
        executed = full if shape.spends_all else _part(dice, shape, full, 0.94, 0.995)
        found[line] = {
            "last": _part(dice, shape, initial, 0.9, 1.02),
            "initial": initial,
            "full": full,
            "executed": executed,
        }
    return found


def _line(dice: Random, shape: Shape, initial: int, course: str) -> Amounts:
    """One line through the year; what is left over is carried on or taken back."""
    carried = _part(dice, shape, initial, 0.02, 0.1) if shape.carries and dice.random() < 0.5 else 0
    adjustment = _part(dice, shape, initial, -0.03, 0.05) if dice.random() < 0.5 else 0
    match course:
        case "supplemented":
            adjustment = _part(dice, shape, initial, 0.25, 0.6)
        case "unbudgeted":
            adjustment, initial, carried = initial, 0, 0
        case "cut":
            adjustment = _part(dice, shape, initial, -0.4, -0.25)
    full = initial + adjustment + (0 if shape.carryover_included else carried)
    low, high = {"slow": (0.5, 0.85), "unspent": (0, 0), "over": (1.05, 1.1)}.get(course, (0.92, 1))
    executed = full if shape.spends_all else _part(dice, shape, full, low, high)
    left = full - executed
    recovered = 0 if left < 0 or dice.random() < 0.6 else left // shape.step // 2 * shape.step
    return Amounts(initial, carried, adjustment, full, executed, left - recovered, recovered)


def _projects(dice: Random, shape: Shape) -> Iterator[Project]:
    sheets = 0
    for number in range(shape.projects):
        source = shape.sources[number % len(shape.sources)]
        listed = not (shape.unlisted and number == len(shape.sources))
        size = (dice.choice((4, 20, 80, 300)) if number else 150) if listed else 2
        course = shape.course or dice.choice(COURSES) if listed and not shape.spends_all else "plan"
        course = "over" if source == "other" and shape.overspends else course
        amounts = _line(dice, shape, _size(dice, shape, size / 2, size * 2), course)
        separate = number == 0 or (listed and not (shape.merged and number % 2))
        sheets += separate
        name = (
            f"{SUBJECTS[number % len(SUBJECTS)]}项目"
            if not shape.namesakes
            else f"{SUBJECTS[number // 2]}项目"
        )
        kind = (
            KINDS[(number + dice.randrange(2)) % len(KINDS)]
            if not shape.namesakes
            else KINDS[number % len(KINDS)]
        )
        yield Project(name, kind, source, amounts, sheets if separate else 0, listed)


def _three(dice: Random, shape: Shape, economic: dict[str, dict[str, int]]) -> dict[str, dict[str, int]]:
    """三公: within budget and below last year, but for a unit that says why not."""
    whole = economic["goods"]["initial"]
    shares = {
        "purchase": 0.1 if shape.buys else 0,
        "running": 0.08 if shape.cars else 0,
        "abroad": 0,
        "reception": 0.03,
    }
    found = {}
    for line, share in shares.items():
        initial = _part(dice, shape, whole, share * 0.9, share)
        over = 1.2 if shape.three_over and line == "reception" else 1
        last = _part(dice, shape, initial, 0.97, 1) if initial else 0
        found[line] = {
            "last": last,
            "initial": initial,
            "executed": _part(dice, shape, initial, 0.8 * over, 0.95 * over),
        }
    return found
