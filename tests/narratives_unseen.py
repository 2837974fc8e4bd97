"""Reports of a hand that no rule was fitted to: `python -m tests.audit_accuracy` measures with them, nobody tunes on them.

A file of `narratives_unseen/` has its true figures above `===` (`name = expression`, later ones may use earlier ones) and
the text below. `{expression:decimals|class}` prints a figure; with a class it is one that gets slipped.
`〔right→wrong|class〕` is a slip of words. Everything is computed, so the clean text cannot contradict itself.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

FOLDER = Path(__file__).parent / "narratives_unseen"
SLOT = re.compile(r"\{([^{}|:]+)(?::(\d))?(?:\|(\w+))?\}|〔([^→〕]*)→([^|〕]*)\|(\w+)〕")


@dataclass(frozen=True)
class Figure:
    kind: str
    start: int
    end: int
    wrong: str


@dataclass(frozen=True)
class Report:
    name: str
    year: int
    text: str
    figures: tuple[Figure, ...]

    def slipped(self, figure: Figure) -> str:
        return self.text[: figure.start] + figure.wrong + self.text[figure.end :]


def reports() -> Iterator[Report]:
    for path in sorted(FOLDER.glob("*.txt")):
        yield _rendered(path)


def _rendered(path: Path) -> Report:
    head, _, body = path.read_text("utf-8").partition("===\n")
    values = _values(head)
    chance, text, figures, last = random.Random(path.stem), "", [], 0
    for slot in SLOT.finditer(body):
        text += body[last : slot.start()]
        last = slot.end()
        expression, decimals, kind, right, wrong, word_kind = slot.groups()
        said = right if expression is None else _printed(_worth(expression, values), int(decimals or 0))
        if kind or word_kind:
            other = wrong if expression is None else _slip(said, chance)
            figures.append(Figure(kind or word_kind, len(text), len(text) + len(said), other))
        text += said
    text += body[last:]
    year = re.search(r"20\d\d(?=年)", text)
    return Report(path.stem, int(year.group()) if year else 2023, text, tuple(figures))


def _values(head: str) -> dict[str, Decimal]:
    """The named figures; a line may name what a later one gives."""
    open_ = dict(part.split("=", 1) for part in re.split(r"[;\n]", head) if "=" in part)
    open_ = {name.strip(): expression for name, expression in open_.items()}
    values: dict[str, Decimal] = {}
    while open_:
        ready = [n for n, e in open_.items() if not set(re.findall(r"[a-z]\w*", e)) - values.keys()]
        assert ready, f"figures that name each other: {open_}"
        values |= {name: _worth(open_.pop(name), values) for name in ready}
    return values


def _worth(expression: str, values: dict[str, Decimal]) -> Decimal:
    exact = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r"Decimal('\1')", expression)
    return Decimal(eval(exact, {"Decimal": Decimal, "__builtins__": {}}, dict(values)))


def _printed(value: Decimal, decimals: int) -> str:
    return str(value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def _slip(said: str, chance: random.Random) -> str:
    """One digit wrong: of the two first digits where there are more (the last one may be a remainder)."""
    places = [n for n, sign in enumerate(said) if sign.isdigit()]
    place = chance.choice(places[: 2 if len(places) > 2 else None])
    digits = [d for d in "123456789" if d != said[place]]
    return said[:place] + chance.choice(digits) + said[place + 1 :]
