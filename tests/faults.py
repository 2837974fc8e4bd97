"""Single slips of ten kinds, as people make them: each knows the cells that it touched and what the slip was.

Deterministic from a seed. A slip that would change nothing is not one.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from random import Random

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, Kind
from tests.faults_book import Book, Slip, Values, as_typed


@dataclass(frozen=True)
class Fault:
    """A slip: the values with it, and the cells that it touched."""

    slip: Slip
    cells: tuple[Key, ...]
    values: Values
    said: str


STALE: dict[str, dict[str, tuple[str, ...]]] = {
    "sources": {"executed": ("initial",), "initial": ("executed",), "closing": ("carryover",)},
    "basic": {
        "executed": ("last", "initial"),
        "initial": ("last",),
        "full": ("initial",),
        "last": ("executed",),
    },
    "three": {"executed": ("last", "initial"), "initial": ("last",), "last": ("executed",)},
    "projects": {"executed": ("initial",), "initial": ("executed",), "closing": ("carryover",)},
    "split": {f"executed_{n}": (f"initial_{n}", f"full_{n}") for n in ("basic", "project", "other")}
    | {f"full_{n}": (f"initial_{n}",) for n in ("basic", "project", "other")},
    "staff": {"staff": ("staff_last",), "posts": ("posts_last",), "staff_last": ("staff",)},
    "pensioners": {"now": ("last",)},
    "costs": {"executed": ("last", "initial"), "initial": ("last",)},
    "funds": {"executed": ("full", "initial"), "full": ("initial",)},
    "fund_items": {"executed": ("full", "initial"), "full": ("initial",)},
    "capital_items": {"executed": ("full", "initial"), "full": ("initial",)},
    "insurance_items": {"executed": ("full", "initial"), "full": ("initial",)},
}
"""Block → column → the columns that somebody may copy into it."""
REASONS = ("reason", "over_reason", "why_not")


Maker = Callable[[Book, Random, Key], tuple[Values, str] | None]


def faults(form: Form, clean: Mapping[Key, object], seed: int, each: int) -> Iterator[Fault]:
    """So many of each kind, as far as the book has cells for it: distinct cells, drawn from the seed."""
    book = Book.of(form, clean)
    for slip in Slip:
        dice = Random(f"{seed} {slip.name}")
        candidates = _candidates(slip, book)
        dice.shuffle(candidates)
        made = 0
        for key in candidates:
            outcome = MAKERS[slip](book, dice, key)
            if outcome is None:
                continue
            changed, said = outcome
            yield Fault(slip, tuple(changed), _with(clean, changed), said)
            made += 1
            if made == each:
                break


def _with(clean: Mapping[Key, object], changed: Values) -> Values:
    """The book with these cells; None empties one."""
    return {k: v for k, v in {**clean, **changed}.items() if v is not None}


def _candidates(slip: Slip, book: Book) -> list[Key]:
    match slip:
        case Slip.UNIT:
            return book.numbers(Kind.MONEY)
        case Slip.SHIFTED | Slip.STALE | Slip.BLANKED:
            return book.numbers(Kind.MONEY, Kind.COUNT, Kind.SCORE)
        case Slip.RATE:
            wanted = (Kind.RATE, Kind.SCORE)
            figures = book.tracer.figures
            return [
                k
                for k, f in figures.items()
                if f.kind in wanted
                and f.computed
                and k.column in ("rate", "score")
                and k.block not in ("result", "project_result")
            ]
        case Slip.ABOVE:
            return [k for k in book.numbers(Kind.SCORE) if k.column == "score"]
        case Slip.UNEXPLAINED:
            return [k for k in book.values if k.column in REASONS or k.row in REASONS]
    return book.numbers()


def _digit(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    text = as_typed(book.values[key])
    at = dice.choice([i for i, sign in enumerate(text) if sign.isdigit()])
    other = dice.choice([d for d in "0123456789" if d != text[at]])
    return _retyped(book, key, text[:at] + other + text[at + 1 :])


def _transposed(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    text = as_typed(book.values[key])
    pairs = [i for i in range(len(text) - 1) if text[i : i + 2].isdigit() and text[i] != text[i + 1]]
    if not pairs:
        return None
    at = dice.choice(pairs)
    return _retyped(book, key, text[:at] + text[at + 1] + text[at] + text[at + 2 :])


def _sign(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    text = as_typed(book.values[key])
    return _retyped(book, key, text[1:] if text.startswith("-") else f"-{text}") if text.strip("0.") else None


def _unit(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    text = as_typed(book.values[key])
    factor = dice.choice((Decimal(10_000), Decimal("0.0001")))
    return (
        _retyped(book, key, f"{round(Decimal(text) * factor, 6).normalize():f}") if text.strip("0.") else None
    )


def _blanked(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    return {key: None}, f"{book.values[key]} → 空"


def _shifted(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    column = [k for k in book.cells if (k.block, k.copy, k.column) == (key.block, key.copy, key.column)]
    at = column.index(key) + 1
    if at == len(column) or not _typable(book, column[at]):
        return None
    mine, below = book.values[key], book.values.get(column[at])
    if mine == below or not (mine or below):
        return None
    return {key: below, column[at]: mine}, f"{mine} 与下一行 {'空' if below is None else below} 互换"


def _typable(book: Book, key: Key) -> bool:
    return book.form.block(key.block).fields[key.row, key.column].formula is None or key in book.values


def _stale(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    sources = STALE.get(key.block, {}).get(key.column, ())
    if not sources:
        return None
    source = dice.choice(sources)
    whole = dice.random() < 0.25
    rows = (
        [k for k in book.values if (k.block, k.copy, k.column) == (key.block, key.copy, key.column)]
        if whole
        else [key]
    )
    changed: Values = {}
    for own in rows:
        other = book.values.get(own._replace(column=source))
        if isinstance(other, int | float) and other != book.values[own]:
            changed[own] = other
    return (changed, f"{'整列' if whole else '一格'}抄成 {source}") if key in changed else None


def _rate(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    figure = book.tracer.figures[key]
    assert isinstance(figure.computed, Fraction)
    digits = 4 if figure.kind is Kind.RATE else 2
    text = f"{float(figure.computed):.{digits}f}"
    at = dice.choice([i for i, sign in enumerate(text) if sign.isdigit()])
    wrong = text[:at] + dice.choice([d for d in "0123456789" if d != text[at]]) + text[at + 1 :]
    return {key: float(wrong)}, f"{text} → {wrong}"


def _above(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    points = book.values.get(key._replace(column="points"), 10)
    assert isinstance(points, int | float)
    over = dice.choice((points + 1, points + 0.5, points * 10))
    return {key: over}, f"分值 {points}，得分 {over}"


def _unexplained(book: Book, dice: Random, key: Key) -> tuple[Values, str] | None:
    return {key: None}, f"删去“{book.values[key]}”"


def _retyped(book: Book, key: Key, text: str) -> tuple[Values, str] | None:
    """The cell with another number; None where it is the same one, or shows the same as a text."""
    before = book.values[key]
    value: object = text if isinstance(before, str) else float(text) if "." in text else int(text)
    return (
        None if Decimal(text) == Decimal(as_typed(before)) else ({key: value}, f"{as_typed(before)} → {text}")
    )


MAKERS: dict[Slip, Maker] = {
    Slip.DIGIT: _digit,
    Slip.TRANSPOSED: _transposed,
    Slip.SIGN: _sign,
    Slip.UNIT: _unit,
    Slip.BLANKED: _blanked,
    Slip.SHIFTED: _shifted,
    Slip.STALE: _stale,
    Slip.RATE: _rate,
    Slip.ABOVE: _above,
    Slip.UNEXPLAINED: _unexplained,
}
