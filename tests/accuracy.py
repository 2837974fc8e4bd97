"""How many single slips the program finds (`make accuracy`): clean books, ten kinds of slips, what became of each.

Writes the table of docs/accuracy.md anew, and ends with 1 where a clean book gives a finding that it should not.
"""

import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from selfeval_xl.checking.concluding import Conclusion, Standing
from selfeval_xl.filing import Key
from selfeval_xl.findings import Level
from selfeval_xl.forms import load
from selfeval_xl.places import Place
from tests.clean_books import clean_values
from tests.faults import Fault, faults
from tests.faults_book import Slip
from tests.silences import HOLES, Judged, Silence, new_findings, silence

PAGE = Path(__file__).parents[1] / "docs" / "accuracy.md"
BEGIN, END = "<!-- {}: begin -->", "<!-- {}: end -->"
BOOKS, EACH = 50, 5
NOTICES = ("B-18", "S-02")
"""全年预算＝执行, 全部满分: worth a look also where they are true."""
ROWS = 40


@dataclass(frozen=True)
class Fate:
    """What became of one slip. `level`: of the strongest new finding, None where there is none; `named`: one of
    the new findings names a cell that was touched; `first`: the explainer names it before all others."""

    seed: int
    slip: Slip
    cell: str
    said: str
    level: Level | None
    named: bool
    first: bool
    silence: Silence | None


@dataclass(frozen=True)
class Trial:
    """One clean book: what it was wrongly told, and the fates of its slips."""

    seed: int
    alarms: tuple[str, ...]
    fates: tuple[Fate, ...]


def named_first(conclusion: Conclusion) -> frozenset[Place]:
    """The cells that the explainer names before all others as the cause; of those that are as good, the first."""
    if conclusion.mending is None:
        return frozenset()
    return frozenset(place for clues in conclusion.mending.choices for place in clues[0].places)


def trial(seed: int, each: int) -> Trial:
    """So many slips of each kind in the book of this seed."""
    form = load("hunan-2023")
    values = clean_values(form, seed)
    clean = Judged.of(form, values)
    slips = faults(form, values, seed, each)
    return Trial(seed, tuple(alarms(clean)), tuple(_fate(seed, clean, fault) for fault in slips))


def alarms(clean: Judged) -> Iterator[str]:
    """What a right book should not be told: all but the notices that are true of it."""
    for finding in clean.open.values():
        if finding.level is not Level.NOTICE or finding.rule not in NOTICES:
            yield f"{finding.level} {finding.rule} {finding.message}"
    if clean.conclusion.standing is not Standing.READY:
        yield clean.conclusion.summary.sentence


def _fate(seed: int, clean: Judged, fault: Fault) -> Fate:
    faulty = Judged.of(clean.filing.form, fault.values)
    new = new_findings(clean, faulty)
    cells = {
        place for key in _touched(clean, fault) for book in (clean, faulty) if (place := book.place(key))
    }
    return Fate(
        seed=seed,
        slip=fault.slip,
        cell=" ".join(f"{k.block}.{k.row}.{k.column}" for k in fault.cells[:1]),
        said=fault.said,
        level=min((f.level for f in new), key=list(Level).index, default=None),
        named=any(cells & set(f.places) for f in new),
        first=bool(cells & named_first(faulty.conclusion)),
        silence=None if new else silence(clean, faulty, fault),
    )


def _touched(clean: Judged, fault: Fault) -> Iterator[Key]:
    """The cells of the slip; of a deleted reason the whole row, since findings name amounts."""
    yield from fault.cells
    if fault.slip is Slip.UNEXPLAINED:
        yield from (key for key in clean.tracer.figures if key[:4] == fault.cells[0][:4])


def trials(seeds: Iterable[int], each: int) -> list[Trial]:
    """Every trial, over all processors."""
    with ProcessPoolExecutor() as pool:
        return list(pool.map(partial(trial, each=each), seeds))


def table(fates: Sequence[Fate]) -> str:
    """One row a kind: how many, found, how strongly, named."""
    wired = any(fate.first for fate in fates)
    heads = [
        "错法",
        "注入",
        "发现",
        "其中错误",
        "警告",
        "提示",
        "指出该格",
        *(["先指出该格"] if wired else []),
        "未发现",
    ]
    rows = [_row(slip, [f for f in fates if f.slip is slip], wired) for slip in Slip]
    return _table(heads, [*rows, _row("合计", list(fates), wired)])


def _row(name: str, own: list[Fate], wired: bool) -> list[str]:
    levels = Counter(f.level for f in own if f.level)
    found = sum(levels.values())
    counts = [f"{levels[level]}" for level in Level]
    named, first = sum(f.named for f in own), sum(f.first for f in own)
    rate = f"{found}（{found / len(own):.1%}）" if own else "0"
    return [
        name,
        f"{len(own)}",
        rate,
        *counts,
        f"{named}",
        *([f"{first}"] if wired else []),
        f"{len(own) - found}",
    ]


def silences(fates: Sequence[Fate]) -> str:
    """The slips that were not found, by kind and class."""
    classes = [s for s in Silence if any(f.silence is s for f in fates)]
    rows = []
    for slip in Slip:
        counts = Counter(f.silence for f in fates if f.slip is slip and f.silence)
        rows.append([slip, *(f"{counts[s] or ''}" for s in classes)])
    sums = Counter(f.silence for f in fates if f.silence)
    return _table(["错法", *classes], [*rows, ["合计", *(f"{sums[s]}" for s in classes)]])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---", *("--:" for _ in heads[1:])], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def examples(fates: Sequence[Fate], wanted: Silence) -> str:
    """The cells of one class, most frequent first, each with one example."""
    groups: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    for fate in fates:
        if fate.silence is wanted:
            groups[fate.cell, fate.slip].append(fate)
    ranked = sorted(groups.items(), key=lambda item: -len(item[1]))[:ROWS]
    return "\n".join(
        f"{len(own):4} {cell} {slip}：{own[0].said}（种子 {own[0].seed}）" for (cell, slip), own in ranked
    )


def rewritten(page: str, name: str, text: str) -> str:
    """The page with this text between the markers of that name."""
    begin, end = BEGIN.format(name), END.format(name)
    head, _, rest = page.partition(begin)
    return f"{head}{begin}\n{text}\n{end}{rest.partition(end)[2]}"


def main() -> None:
    done = trials(range(BOOKS), EACH)
    fates = [fate for one in done for fate in one.fates]
    false = [f"种子 {one.seed}：{alarm}" for one in done for alarm in one.alarms]
    said = f"`make accuracy`：种子 0 至 {BOOKS - 1} 的 {BOOKS} 份正确账册，注入 {len(fates)} 处错误；误报 {len(false)} 条。"
    page = PAGE.read_text(encoding="utf-8")
    page = rewritten(page, "found", f"{said}\n\n{table(fates)}")
    page = rewritten(page, "silent", silences(fates))
    PAGE.write_text(page, encoding="utf-8", newline="\n")
    print(said, table(fates), silences(fates), sep="\n\n")
    for wanted in sys.argv[1:] or HOLES:
        print(f"\n{wanted}\n{examples(fates, Silence(wanted))}")
    print("\n".join(false))
    sys.exit(bool(false))


if __name__ == "__main__":
    main()
