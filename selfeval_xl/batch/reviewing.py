"""复核: what the bureau writes by hand into 汇总.xlsx of a unit and a year, read back before the next one is written.

Nothing that was written is lost: it is remembered beside the records, an edit is what differs from what that very file
was written with, and a 汇总 that cannot be read is set aside, not written over.
"""

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.collecting import MEMORY, SET_ASIDE, SUMMARY
from selfeval_xl.batch.records import Record, shown
from selfeval_xl.batch.remembering import put
from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading.grids import Cell, Sheet, State, is_large, read_large, read_sheets
from selfeval_xl.reading.opening import open_source

KEPT = "复核记录.json"
LEFT = "复核存档"
SHEETS = ("单位", LEFT)
"""Where the heads are looked for, in a 汇总 so large that only some sheets are read."""
UNIT, CODE, YEAR = "单位", "预算单位编码", "年度"
REVIEWED_SCORE, REVIEWED_GRADE, OPINION = "复核得分", "复核等级", "复核意见"
HEADS = (UNIT, CODE, YEAR, REVIEWED_SCORE, REVIEWED_GRADE, OPINION)
"""Of the columns that are read back, on whatever sheet and in whatever order they stand."""
_SUMMARIES = re.compile(r"汇总(\(\d+\))?\.xlsx")

Key = tuple[str, str, int]
"""A unit's name without blanks and in signs of one width, its code, the year."""


class Review(Struct, frozen=True):
    """What was written: a number (分) in `score`, or whatever text stands there."""

    score: float | str = ""
    grade: str = ""
    opinion: str = ""

    def __bool__(self) -> bool:
        return self != NOTHING


NOTHING = Review()


class Entry(Struct, frozen=True):
    """The review of a unit, called as its row called it."""

    unit: str
    code: str
    year: int
    review: Review

    @property
    def key(self) -> Key:
        return _squeezed(self.unit), self.code, self.year


class Kept(Struct, frozen=True):
    """On the disk: all that is known, and what each file was written with."""

    known: tuple[Entry, ...] = ()
    written: dict[str, tuple[Entry, ...]] = {}


class Reviews(Struct, frozen=True):
    """`of`: file → what the bureau wrote of its unit; `left`: of units that are not here this time; `remarks`: what
    could not be read, a sentence each."""

    of: Mapping[str, Review]
    left: Sequence[Entry] = ()
    remarks: Sequence[str] = ()


UNREVIEWED = Reviews({})


def key_of(record: Record) -> Key:
    return _squeezed(shown(record)), record.code, record.year


def read_back(out: Path, records: Sequence[Record]) -> Reviews:
    """What stands in the 汇总 of before, for these records, which speak for their units. Sets aside a 汇总.xlsx that cannot
    be read. Raises CannotWrite."""
    kept = _recalled(out)
    known = {entry.key: entry for entry in kept.known}
    remarks: list[str] = []
    edits: dict[Key, list[tuple[str, Entry]]] = {}
    for path in _summaries(out):
        before = kept.written.get(path.name)
        try:
            entries = _entries(path, expected=before is not None)
        except UnusableFile as trouble:
            remarks.append(_set_aside(path, trouble))
            continue
        base = {entry.key: entry.review for entry in before or ()}
        for entry in entries:
            if entry.review != base.get(entry.key, NOTHING):
                edits.setdefault(entry.key, []).append((path.name, entry))
    known |= {key: _merged(found) for key, found in edits.items()}
    of, left = _placed([entry for entry in known.values() if entry.review], records)
    return Reviews(of, left, (*remarks, *_doubts(of, records)))


def keep(out: Path, file: str, reviews: Reviews, records: Sequence[Record]) -> None:
    """Remembers what this 汇总 was written with. Raises CannotWrite."""
    entries = [
        Entry(shown(record), record.code, record.year, reviews.of[record.name])
        for record in records
        if record.name in reviews.of
    ]
    entries += reviews.left
    written = {name: kept for name, kept in _recalled(out).written.items() if (out / name).is_file()}
    kept = Kept(tuple(entries), written | {file: tuple(entries)})
    put(out / MEMORY / KEPT, json.dumps(to_builtins(kept), ensure_ascii=False, indent=1))


def remembered(out: Path, records: Sequence[Record]) -> Mapping[str, Review]:
    """File → what is known to have been written of its unit, without looking into any 汇总."""
    return _placed([entry for entry in _recalled(out).known if entry.review], records)[0]


def write(out: Path, record: Record, review: Review, records: Sequence[Record]) -> None:
    """A review that was not typed into 汇总.xlsx. What stands there is read back first, and counts as read: the next
    汇总 is written with this one. `record` is one of `records`. Raises CannotWrite."""
    reviews = read_back(out, records)
    of = {**reviews.of, record.name: review}
    said = [Entry(shown(one), one.code, one.year, of[one.name]) for one in records if one.name in of]
    written = dict(_recalled(out).written)
    for path in _summaries(out):
        with suppress(UnusableFile):
            written[path.name] = tuple(_entries(path, expected=False))
    kept = Kept((*said, *reviews.left), written)
    put(out / MEMORY / KEPT, json.dumps(to_builtins(kept), ensure_ascii=False, indent=1))


def _recalled(out: Path) -> Kept:
    """What is no record of ours is nothing: then all that stands in the files is an edit."""
    path = out / MEMORY / KEPT
    try:
        if not path.is_file():  # a pipe would block for ever
            return Kept()
        return convert(json.loads(path.read_text("utf-8", "surrogatepass")), Kept)
    except (OSError, ValueError, RecursionError):
        return Kept()


def _summaries(out: Path) -> list[Path]:
    """汇总.xlsx, 汇总(2).xlsx: what is written while the old one is open in Excel."""
    names = (path.name for path in out.iterdir()) if out.is_dir() else ()
    return [
        out / name
        for name in sorted(names, key=lambda name: (name != SUMMARY, name))
        if _SUMMARIES.fullmatch(name)
    ]


def _entries(path: Path, expected: bool) -> list[Entry]:
    """Every row of a sheet with these heads. Raises UnusableFile; also where they are `expected` and not there."""
    held = read_large(path, SHEETS) if is_large(path) else read_sheets(open_source(path))
    sheets = [(sheet, heads) for sheet in held if (heads := _heads(sheet))]
    if expected and not sheets:
        raise UnusableFile(f"「{path.name}」里找不到“{REVIEWED_SCORE}”等列的表头；请恢复表头。")
    return [entry for sheet, (row, columns) in sheets for entry in _of_sheet(path, sheet, row, columns)]


def _heads(sheet: Sheet) -> tuple[int, dict[str, int]] | None:
    """The row of the heads, and the column of each."""
    rows: dict[int, dict[str, int]] = {}
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str) and cell.value.strip() in HEADS:
            rows.setdefault(row, {}).setdefault(cell.value.strip(), column)
    return next(((row, found) for row, found in sorted(rows.items()) if len(found) == len(HEADS)), None)


def _of_sheet(path: Path, sheet: Sheet, head: int, columns: Mapping[str, int]) -> Iterable[Entry]:
    for row in sorted({row for row, column in sheet.cells if row > head and column == columns[UNIT]}):
        cells = {name: sheet.cells.get((row, column)) for name, column in columns.items()}
        odd = next((name for name, cell in cells.items() if cell and cell.state is not State.VALUE), "")
        if odd:
            raise UnusableFile(f"「{path.name}」“{sheet.name}”第 {row} 行的{odd}读不出来；请改为直接填写。")
        year = _text(cells[YEAR])
        review = Review(_score(cells[REVIEWED_SCORE]), _text(cells[REVIEWED_GRADE]), _text(cells[OPINION]))
        yield Entry(_text(cells[UNIT]), _text(cells[CODE]), int(year) if year.isdecimal() else 0, review)


def _score(cell: Cell | None) -> float | str:
    """A number, also one that is typed as a text; else what stands there."""
    if cell is not None and isinstance(cell.value, int | float) and not isinstance(cell.value, bool):
        return float(cell.value)
    text = _text(cell)
    plain = unicodedata.normalize("NFKC", text).removesuffix("分").strip()
    return float(plain) if re.fullmatch(r"\d+(\.\d+)?", plain, re.ASCII) else text


def _text(cell: Cell | None) -> str:
    return "" if cell is None else f"{cell.value}".strip()


def _merged(found: Sequence[tuple[str, Entry]]) -> Entry:
    """The first; what another 汇总 says of the same unit otherwise is added to the opinion, for the bureau to choose."""
    first = found[0][1]
    others = {entry.review: name for name, entry in found[1:] if entry.review not in (first.review, NOTHING)}
    said = [f"（{name}里写的是：{_said(review)}）" for review, name in others.items()]
    return replace(first, review=replace(first.review, opinion="".join((first.review.opinion, *said))))


def _said(review: Review) -> str:
    score = f"{review.score:g}分" if isinstance(review.score, float) else review.score
    return "，".join(text for text in (score, review.grade, review.opinion) if text)


def _placed(known: Iterable[Entry], records: Sequence[Record]) -> tuple[dict[str, Review], list[Entry]]:
    """By name, code and year; else by the bare name and year, where one review and one unit are left of it."""
    by_key = {key_of(record): record.name for record in records}
    of = {by_key[entry.key]: entry.review for entry in known if entry.key in by_key}
    left = [entry for entry in known if entry.key not in by_key]
    free = [record for record in records if record.name not in of]
    stays = []
    for entry in left:
        bare = plain_name(entry.unit), entry.year
        units = [record for record in free if (plain_name(record.unit), record.year) == bare]
        rivals = [other for other in left if (plain_name(other.unit), other.year) == bare]
        if bare[0] and len(units) == len(rivals) == 1:
            of[units[0].name] = entry.review
        else:
            stays.append(entry)
    return of, sorted(stays, key=lambda entry: entry.key)


def _set_aside(path: Path, trouble: UnusableFile) -> str:
    """Its bytes stay as they are, under another name where the new 汇总 takes its own."""
    kept = path
    if path.name == SUMMARY:
        others = (path.with_name(f"{SET_ASIDE}{number or ''}.xlsx") for number in range(1000))
        kept = next(other for other in others if not os.path.lexists(other))
        try:
            os.replace(path, kept)
        except OSError:
            kept = path
    return f"上次的“{path.name}”没有读出来：{trouble}里面新填的复核没有带过来，文件保留为“{kept.name}”。"


def _doubts(of: Mapping[str, Review], records: Sequence[Record]) -> Iterable[str]:
    for record in records:
        score: float | str = of.get(record.name, NOTHING).score
        if score != "" and not (isinstance(score, float) and 0 <= score <= 100):
            said = f"{score:g}" if isinstance(score, float) else score
            yield f"{shown(record)}的{REVIEWED_SCORE}“{said}”不是 0 到 100 的数，请核实。"


def _squeezed(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
