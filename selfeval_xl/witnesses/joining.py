"""Many witnesses, one answer a cell: who agrees is one figure, who contradicts is told and fills nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.forms import Form
from selfeval_xl.reading.locating import plain
from selfeval_xl.witnesses.facts import Fact, Untold, Use, Witness, WitnessKind, agree

Concept = tuple[str, str, str]
"""block.row.column, the added row's name or code, the project whose own sheet it stands on."""
EXACT_FIRST = (
    WitnessKind.EXPORT,
    WitnessKind.ACCOUNTS,
    WitnessKind.BUDGET,
    WitnessKind.PLATFORM,
    WitnessKind.FILING,
)
LAST_FIRST = (
    WitnessKind.FILING,
    WitnessKind.ACCOUNTS,
    WitnessKind.EXPORT,
    WitnessKind.BUDGET,
    WitnessKind.PLATFORM,
)
APPROVED_FIRST = (
    WitnessKind.ACCOUNTS,
    WitnessKind.EXPORT,
    WitnessKind.BUDGET,
    WitnessKind.PLATFORM,
    WitnessKind.FILING,
)
FILLERS = (Use.FILL, Use.CONFIRM)
REISSUED = "上年末结转与本年初结转不同：年末收回、次年作为上年结转指标再下达的，两数可以不同，请核实"


class Told(Struct, frozen=True):
    """A fact with the kind of file that says it."""

    fact: Fact
    kind: WitnessKind


class Choice(Struct, frozen=True):
    """What goes into one cell: the facts that agree, the one that is typed in first. `note`: what to look at."""

    concept: Concept
    facts: tuple[Fact, ...]
    note: str = ""

    @property
    def fact(self) -> Fact:
        return self.facts[0]

    @property
    def confirm(self) -> bool:
        return any(fact.use is Use.CONFIRM for fact in self.facts)


class Contradiction(Struct, frozen=True):
    """Witnesses that differ by more than their last places; the recommended one first. Nothing is filled."""

    concept: Concept
    facts: tuple[Fact, ...]
    why: str


class Taken(Struct, frozen=True):
    """For what a file was taken; `refused`: why it was not used."""

    name: str
    kind: str
    year: int
    unit: str
    scope: str
    used: int
    refused: str = ""
    notes: tuple[str, ...] = ()


class Joined(Struct, frozen=True):
    """All witnesses of one unit and year together."""

    unit: str
    code: str
    choices: tuple[Choice, ...]
    contradictions: tuple[Contradiction, ...]
    drafts: tuple[Fact, ...]
    suggestions: tuple[Fact, ...]
    untold: tuple[Untold, ...]
    files: tuple[Taken, ...]


def join(witnesses: Sequence[Witness], form: Form, answers: Mapping[str, str]) -> Joined:
    """`answers`: what the workbook (or last year's) says of unit.*: scope, carryover_included."""
    code, unit = whose(witnesses)
    dated = [_dated(w, witnesses, form) for w in witnesses]
    files = [_taken(w, form, unit, code, answers.get("scope", "")) for w in dated]
    used = [w for w, taken in zip(dated, files, strict=True) if not taken.refused]
    told = [Told(fact, w.kind) for w in used for fact in w.facts if _holds(fact, answers)]
    cells = {concept: tuple(own) for concept, own in _by_concept(told)}
    choices: list[Choice] = []
    contradictions: list[Contradiction] = []
    suggestions: list[Fact] = []
    for concept, own in cells.items():
        found = _one(concept, own)
        if isinstance(found, Choice):
            choices.append(found)
        elif found is not None:
            contradictions.append(found)
        suggestions += [t.fact for t in own if t.fact.use is Use.SUGGEST]
        if found is None:
            suggestions += [t.fact for t in own if t.fact.use is Use.COMPARE]
    return Joined(
        unit,
        code,
        tuple(choices),
        tuple(contradictions),
        tuple(drafts_of(used)),
        tuple(suggestions),
        tuple(untold for w in used for untold in w.untold if not _known(untold, cells)),
        tuple(files),
    )


def drafts_of(witnesses: Sequence[Witness]) -> Iterator[Fact]:
    """The budget's indicators come first; last year's give what the budget does not say of the same indicator (its
    points), and all of a project of which the budget says nothing."""
    drafts = [(w.kind, fact) for w in witnesses for fact in w.facts if fact.use is Use.DRAFT]
    ours = [fact for kind, fact in drafts if kind is not WitnessKind.FILING]
    numbers = {(_table_of(f), plain(f.text)): f.item for f in ours if f.concept.endswith("indicator.name")}
    told = {table for table, _ in numbers}
    known = {concept_of(fact) for fact in ours}
    last = [fact for kind, fact in drafts if kind is WitnessKind.FILING]
    names = {(_table_of(f), f.item): plain(f.text) for f in last if f.concept.endswith("indicator.name")}
    yield from ours
    for fact in last:
        if _table_of(fact) in told:
            number = numbers.get((_table_of(fact), names.get((_table_of(fact), fact.item), "")), "")
            if not number:
                continue
            fact = replace(fact, item=number)
        if concept_of(fact) not in known:
            yield fact


def _table_of(fact: Fact) -> tuple[str, str]:
    return fact.concept.partition(".")[0], plain(fact.sheet_of)


def whose(witnesses: Iterable[Witness]) -> tuple[str, str]:
    """Code and name of the unit that most witnesses are of; the first of equals."""
    names: dict[str, int] = {}
    codes: dict[str, str] = {}
    for witness in witnesses:
        if witness.unit:
            names[witness.unit] = names.get(witness.unit, 0) + 1
            codes.setdefault(witness.unit, witness.code)
            codes[witness.unit] = codes[witness.unit] or witness.code
    if not names:
        return "", ""
    unit = max(names, key=lambda name: names[name])
    return codes[unit], unit


def _dated(witness: Witness, others: Sequence[Witness], form: Form) -> Witness:
    """A file that says no year is of the year whose figures it has: those of the others decide, or it stays undated."""
    if witness.year:
        return witness
    rest = [w for w in others if w.name != witness.name and w.year]
    this, last = _hits(witness.facts, rest), _hits(witness.last_facts, rest)
    if max(this, last) < 3 or this == last:
        return witness
    if this > last:
        return replace(witness, year=form.year)
    return replace(witness, year=form.year - 1, facts=witness.last_facts, untold=())


def _hits(facts: Sequence[Fact], others: Sequence[Witness]) -> int:
    """How many figures other than 0 another witness says likewise."""
    known: dict[Concept, list[Fact]] = {}
    for other in others:
        for fact in other.facts:
            known.setdefault(concept_of(fact), []).append(fact)
    return sum(
        bool(fact.number) and any(agree((fact, same)) for same in known.get(concept_of(fact), ()))
        for fact in facts
    )


def _taken(witness: Witness, form: Form, unit: str, code: str, scope: str) -> Taken:
    refused = ""
    if not witness.year:
        refused = "看不出是哪个年度的，没有用；请在文件名里写上年度，如“2024年度决算公开表.xlsx”"
    elif witness.year not in (form.year, form.year - 1):
        refused = f"是 {witness.year} 年度的，没有用；本次自评是 {form.year} 年度"
    elif witness.year != form.year and witness.kind in (WitnessKind.BUDGET, WitnessKind.PLATFORM):
        refused = f"是 {witness.year} 年度的{witness.kind}，没有用；请给 {form.year} 年度的"
    elif not _same(witness, unit, code):
        refused = f"是“{witness.unit}”的，不是“{unit}”的，没有用"
    elif scope and witness.scope and witness.scope != scope:
        refused = f"口径不同：这份是{witness.scope}，自评是{scope}，没有用"
    kind = f"上年{witness.kind}" if witness.year == form.year - 1 else str(witness.kind)
    used = 0 if refused else len(witness.facts)
    return Taken(witness.name, kind, witness.year, witness.unit, witness.scope, used, refused, witness.notes)


def _same(witness: Witness, unit: str, code: str) -> bool:
    if witness.code and code:
        return witness.code == code
    one, two = plain(witness.unit), plain(unit)
    return not one or not two or one in two or two in one


def _holds(fact: Fact, answers: Mapping[str, str]) -> bool:
    answer = answers.get("carryover_included", "")
    return not fact.included or not answer or fact.included == answer


def concept_of(fact: Fact) -> Concept:
    return fact.concept, plain(fact.item), plain(fact.sheet_of)


def _by_concept(told: Sequence[Told]) -> Iterator[tuple[Concept, list[Told]]]:
    order = {concept: at for at, concept in enumerate(dict.fromkeys(concept_of(t.fact) for t in told))}
    ranked = sorted(told, key=lambda t: order[concept_of(t.fact)])
    for concept, own in groupby(ranked, key=lambda t: concept_of(t.fact)):
        yield concept, list(own)


def _one(concept: Concept, told: Sequence[Told]) -> Choice | Contradiction | None:
    fillers = [t for t in told if t.fact.use in FILLERS]
    if not fillers:
        return None
    column, note = concept[0].rpartition(".")[2], ""
    if column == "carryover":
        note, fillers = _opening(fillers)
    compared = [t for t in told if t.fact.use is Use.COMPARE]
    every = [t.fact for t in (*fillers, *compared)]
    if column == "name" or agree(every):
        return Choice(concept, tuple(t.fact for t in _best(fillers, column)), note)
    ranked = sorted((*fillers, *compared), key=lambda t: (APPROVED_FIRST.index(t.kind), t.fact.half_step))
    return Contradiction(concept, tuple(t.fact for t in ranked), _why(ranked))


def _opening(fillers: list[Told]) -> tuple[str, list[Told]]:
    """This year's opening is what counts; that last year's closing differs is said."""
    now = [t for t in fillers if t.kind is not WitnessKind.FILING]
    if not now or agree([t.fact for t in fillers]):
        return "", fillers
    closed = next(t.fact for t in fillers if t.kind is WitnessKind.FILING)
    return f"{REISSUED}（上年末 {closed.spots[0].printed}）", now


def _best(fillers: Sequence[Told], column: str) -> list[Told]:
    if column.startswith("last") or column.endswith("_last"):
        return sorted(fillers, key=lambda t: LAST_FIRST.index(t.kind))
    return sorted(fillers, key=lambda t: (t.fact.half_step, EXACT_FIRST.index(t.kind)))


def _why(told: Sequence[Told]) -> str:
    if any(t.fact.use is Use.COMPARE for t in told) and agree(
        [t.fact for t in told if t.fact.use is not Use.COMPARE]
    ):
        return "平台的已支付数与决算数不同（退回、权责发生制事项或截止日期不同），请核实"
    return "各来源的数不同，超出了四舍五入的范围"


def _known(untold: Untold, cells: Mapping[Concept, tuple[Told, ...]]) -> bool:
    """Whether another table says it."""
    return any(concept[0] == untold.concept for concept in cells)
