"""Mutated packages without end: `python -m tests.fuzzing --count 100000` (make fuzz), a slice of it in the suite.

One number makes one file. Three levels, each with what must never happen beside an exception of any other kind than
UnusableFile:
  bytes    the zip is damaged: anything but a refusal or the very same cells
  members  parts are lost, doubled, cut, exchanged: other figures without a finding
  tokens   the XML says something else: other cells than openpyxl reads in the same file
  binary   an .xls is damaged, it has no sums that could show it: nothing beyond the exceptions
"""

import argparse
import io
import os
import re
import sys
import tempfile
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from random import Random

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

from selfeval_xl import check, conclude
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Key
from selfeval_xl.reading.grids import Sheet, State, read_sheets
from selfeval_xl.reading.opening import open_source
from selfeval_xl.reading.reader import read
from tests import damaged
from tests.damaged import RELATIONS, STRINGS, STYLES, WORKBOOK, packed, unpacked
from tests.damaged_cells import FILLED_IN, sample

REGRESSIONS = Path(__file__).parent / "regressions"
BINARY = Path(__file__).parent / "files" / "精简-LibreOffice另存.xls"
SLOW = 10
"""Seconds of CPU."""
KEPT = (FILLED_IN[0], FILLED_IN[1], "附件1", "表样")
"""The sheets of the file that is mutated: small, with a part of every kind."""

Figures = dict[Key, object]
Told = set[tuple[str, str]]
Cells = dict[tuple[int, int], object]


class Failure(AssertionError):
    """What must not happen."""


@cache
def base() -> bytes:
    book = sample()
    for name in [entry.get("name", "") for entry in book.entries]:
        if name not in KEPT:
            book.drop_sheet(name)
    for names in book.tree(WORKBOOK).findall(damaged.main("definedNames")):
        book.tree(WORKBOOK).remove(names)
    return book.content()


@cache
def parts() -> dict[str, bytes]:
    return unpacked(base())


# ── mutations ───────────────────────────────────────────────────────────────────────────────────────────────


def mutated_bytes(dice: Random, content: bytes) -> bytes:
    data = bytearray(content)
    for _ in range(dice.choice((1, 1, 1, 2, 4, 16))):
        if not data:
            break
        at = dice.randrange(len(data))
        length = dice.choice((1, 2, 4, 40, 400))
        match dice.randrange(7):
            case 0 | 1:
                data[at] ^= 1 << dice.randrange(8)
            case 2:
                data[at] = dice.choice((0, 255, 80, dice.randrange(256)))
            case 3:
                del data[at : at + length]
            case 4:
                data[at:at] = bytes(dice.randrange(256) for _ in range(length))
            case 5:
                data[at : at + length] = bytes(min(length, len(data) - at))
            case _:
                other = dice.randrange(len(data))
                data[at : at + length] = data[other : other + length]
    return bytes(data[: dice.randrange(len(data) + 1)] if dice.random() < 0.03 else data)


def mutated_directory(dice: Random, content: bytes) -> bytes:
    """Near the directory of the zip, where every byte means something."""
    start = content.index(b"PK\x01\x02")
    return content[:start] + mutated_bytes(dice, content[start:])


def mutated_members(dice: Random) -> bytes:
    members, more = dict(parts()), []
    for _ in range(dice.choice((1, 1, 2))):
        name, other = dice.choice(list(members)), dice.choice(list(members))
        match dice.randrange(8):
            case 0:
                del members[name]
            case 1:
                members[name], members[other] = members[other], members[name]
            case 2:
                members[name] = members[other]
            case 3:
                members[name] = members[name][: dice.randrange(len(members[name]) + 1)]
            case 4:
                more.append((dice.choice((name, name.upper(), name.replace("/", "\\"))), members[other]))
            case 5:
                members[f"{name}x"] = members.pop(name)
            case 6:
                members[name] = (
                    members[name].decode(errors="replace").encode(dice.choice(("utf-16", "utf-8-sig")))
                )
            case _:
                members[name] = mutated_bytes(dice, members[name] or b"x")
    return packed(members, *more)


ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
UNSEEN = re.compile("[\x00-\x1f\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
TOKEN = re.compile(r"<[^<>]*>|[^<>]+")
ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
ODDITIES = (
    "", " ", "0", "-1", "1", "99999", "1e400", "NaN", "A1", "XFD1048576", "ZZZZ9", "true", "&#49;", "<!-- -->", "<![CDATA[1]]>",
    "&lt;", "２", "\u3000", "_x0041_", "s", "str", "e", "b", "n", "d", "inlineStr", "#REF!", "<?x y?>", "2386.40", "1,000",
)  # fmt: skip


def mutated_tokens(dice: Random) -> bytes:
    members = dict(parts())
    sheets = [name for name in members if "worksheets/" in name]
    name = dice.choice((*sheets, *sheets, STRINGS, WORKBOOK, RELATIONS, STYLES))
    tokens = TOKEN.findall(members[name].decode())
    for _ in range(dice.choice((1, 1, 1, 2, 5))):
        if tokens:
            _mutate(dice, tokens)
    members[name] = "".join(tokens).encode()
    return packed(members)


def _mutate(dice: Random, tokens: list[str]) -> None:
    at = dice.randrange(len(tokens))
    attributes = list(ATTRIBUTE.finditer(tokens[at]))
    match dice.randrange(7):
        case 0:
            del tokens[at]
        case 1:
            tokens.insert(at, tokens[at])
        case 2:
            other = dice.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        case 3:
            end = min(len(tokens), at + dice.randrange(12))
            tokens[at:end] = [*tokens[at:end], *tokens[at:end]] if dice.random() < 0.5 else []
        case 4 | 5 if attributes:
            found = dice.choice(attributes)
            new = dice.choice((*ODDITIES, dice.choice(attributes)[2])).replace("<", "&lt;").replace('"', "")
            tokens[at] = tokens[at][: found.start(2)] + new + tokens[at][found.end(2) :]
        case _:
            tokens[at] = (
                dice.choice(ODDITIES)
                if not tokens[at].startswith("<")
                else tokens[at] + dice.choice(ODDITIES)
            )


# ── what must hold ──────────────────────────────────────────────────────────────────────────────────────────


@cache
def clean_sheets(folder: Path) -> tuple[Sheet, ...]:
    return read_sheets(open_source(_saved(base(), folder, "clean.xlsx")))


@cache
def clean_read(folder: Path) -> tuple[Figures, Told]:
    return _read(_saved(base(), folder, "clean.xlsx"))


def _saved(content: bytes, folder: Path, name: str) -> Path:
    path = folder / f"{os.getpid()}-{name}"  # workers share the folder
    path.write_bytes(content)
    return path


def same_or_refused(path: Path) -> str:
    if read_sheets(open_source(path)) != clean_sheets(path.parent):
        raise Failure("other cells, though the zip is damaged")
    return "same"


def told_or_same(path: Path) -> str:
    if read_sheets(open_source(path)) == clean_sheets(path.parent):
        return "same"
    figures, findings = _read(path)
    clean, known = clean_read(path.parent)
    if figures == clean:
        return "same figures"
    if not findings - known:
        raise Failure("other figures without a word")
    return "told"


def _read(path: Path) -> tuple[Figures, Told]:
    filing, trouble = read(path)
    figures: Figures = {
        Key(t.block.key, t.copy, row.key, row.number, column): (figure.value, figure.unreadable)
        for t in filing.tables.values()
        for row, column, figure in t.figures()
        if figure.value is not None or figure.unreadable
    }
    found = conclude(filing, check(filing), trouble).findings
    return figures, {(finding.rule, finding.message) for finding in found}


def as_openpyxl_reads(path: Path) -> str:
    sheets = read_sheets(open_source(path))
    if sheets == clean_sheets(path.parent):
        return "same"
    read(path)
    others = _by_openpyxl(path)
    if others is None:
        return "openpyxl refuses"
    for sheet in sheets:
        if sheet.name not in others:
            return "openpyxl lacks a sheet"
        _compare(sheet, others[sheet.name])
    return "as openpyxl"


def _compare(sheet: Sheet, theirs: Cells) -> None:
    """Errors and formulas without a result aside; what openpyxl drops under merged cells likewise."""
    mine = {at: cell.value for at, cell in sheet.cells.items() if cell.state is State.VALUE}
    for at, value in mine.items():
        if _differ(value, theirs.get(at, value)):
            raise Failure(f"{sheet.name} {at}: {value!r}, openpyxl: {theirs[at]!r}")
    lost = {at: value for at, value in theirs.items() if _plain(value) and at not in sheet.cells}
    if lost:
        raise Failure(f"{sheet.name}: not read: {lost}")


def _differ(mine: object, theirs: object) -> bool:
    """A number with blanks or wide digits stays a text with us, which is told; openpyxl makes a number of it."""
    if isinstance(mine, str) and isinstance(theirs, int | float):
        try:
            return float(mine) != theirs
        except ValueError:
            return True
    return _plain(mine) != _plain(theirs)


def _plain(value: object) -> object:
    if isinstance(value, datetime) and not value.time().replace(microsecond=0, second=0).hour:
        return value.date()
    if isinstance(value, str):
        text = ESCAPE.sub(lambda match: chr(int(match[1], 16)), value)
        return UNSEEN.sub("", text).strip()
    return value


def _by_openpyxl(path: Path) -> dict[str, Cells] | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)
            return {sheet.title: _cells(sheet) for sheet in book.worksheets}
    except Exception:  # of fifteen kinds; what it cannot read is no witness
        return None


def _cells(sheet: Worksheet) -> Cells:
    cells = (cell for row in sheet.iter_rows() for cell in row)
    return {(c.row, c.column): c.value for c in cells if c.value is not None and c.data_type != "e"}


def read_or_refused(path: Path) -> str:
    read(path)
    return "read"


# ── one number, one file ────────────────────────────────────────────────────────────────────────────────────

LEVELS: dict[str, tuple[Callable[[Random], bytes], Callable[[Path], str], str]] = {
    "bytes": (lambda dice: mutated_bytes(dice, base()), same_or_refused, ".xlsx"),
    "directory": (lambda dice: mutated_directory(dice, base()), same_or_refused, ".xlsx"),
    "members": (mutated_members, told_or_same, ".xlsx"),
    "tokens": (mutated_tokens, as_openpyxl_reads, ".xlsx"),
    "binary": (lambda dice: mutated_bytes(dice, BINARY.read_bytes()), read_or_refused, ".xls"),
}
ORDER = ("bytes", "tokens", "members", "directory", "tokens") * 6 + ("binary",)


def level_of(seed: int) -> str:
    return ORDER[seed % len(ORDER)]


def judged(level: str, content: bytes, folder: Path) -> str:
    """What came of a mutated file. Raises Failure for what must not happen."""
    path = _saved(content, folder, f"mutated{LEVELS[level][2]}")
    start = time.process_time()
    try:
        with _silence():
            outcome = LEVELS[level][1](path)
    except UnusableFile:
        outcome = "refused"
    except Failure:
        raise
    except BaseException as error:
        raise Failure(f"{type(error).__name__}: {error}") from error
    if time.process_time() - start > SLOW:
        raise Failure(f"took {time.process_time() - start:.1f} s")
    return outcome


@contextmanager
def _silence() -> Iterator[None]:
    """Nothing may be said on the console of the system, not by a library either."""
    with tempfile.TemporaryFile() as said:
        kept = os.dup(2)
        os.dup2(said.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
        said.seek(0)
        text = said.read().decode(errors="replace")
    if text:
        raise Failure(f"said on the console: {text[:200]}")


def fuzz(seed: int, folder: Path) -> tuple[int, str, str]:
    """(seed, level, what came of it); a failure begins with “FAILED” and its file is kept."""
    level = level_of(seed)
    content = LEVELS[level][0](Random(seed))
    try:
        return seed, level, judged(level, content, folder)
    except Failure as failure:
        REGRESSIONS.mkdir(exist_ok=True)
        (REGRESSIONS / f"{level}-{seed}{LEVELS[level][2]}").write_bytes(content)
        return seed, level, f"FAILED {failure}"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--first", type=int, default=0, help="the first seed; seeds follow each other")
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    options = parser.parse_args()
    seeds = range(options.first, options.first + options.count)
    outcomes: Counter[str] = Counter()
    failed = 0
    with ProcessPoolExecutor(options.workers) as pool, tempfile.TemporaryDirectory() as folder:
        for seed, level, outcome in pool.map(partial(fuzz, folder=Path(folder)), seeds, chunksize=100):
            outcomes[
                f"{level}: {outcome.partition(' ')[0] if outcome.startswith('FAILED') else outcome}"
            ] += 1
            if (seed + 1) % 10_000 == 0:
                print(f"… {seed + 1}", flush=True)
            if outcome.startswith("FAILED"):
                failed += 1
                print(f"{level} {seed}: {outcome}", flush=True)
    print(f"seeds {seeds.start} to {seeds.stop - 1}: {failed} failed; the files are in {REGRESSIONS.name}/")
    for outcome, count in sorted(outcomes.items()):
        print(f"{count:8} {outcome}")
    sys.exit(failed > 0)


if __name__ == "__main__":
    main()
