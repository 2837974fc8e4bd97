"""What goes back to whom: a 退回意见 for each unit that is not 可报送, counted, and set against the file before."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath

from msgspec import Struct

from selfeval_xl.batch.comparing import Marks, Progress, is_open, open_marks, progress
from selfeval_xl.batch.desk import Desk
from selfeval_xl.batch.records import Record, Seen, shown
from selfeval_xl.batch.remembering import Memory, Return, keep_returns, recall, returns
from selfeval_xl.checking.concluding import Standing
from selfeval_xl.errors import UserError
from selfeval_xl.findings import Level
from selfeval_xl.forms import load
from selfeval_xl.writing.delivery import deliver
from selfeval_xl.writing.slips.fitting import Item
from selfeval_xl.writing.slips.slip import Slip, write_slip

SLIP, BOOK = "-退回意见.docx", "-核对结果.xlsx"
CORRECT, FILL_IN, EXPLAIN = "须改正", "请补填", "请说明"
"""In the order of a slip."""


class Given(Struct, frozen=True):
    """What was given back: file → what became of it since the file before, file → 第几次退回; the slips' paths."""

    progress: Mapping[str, Progress]
    numbers: Mapping[str, int]
    slips: Sequence[Path]


def give_back(desk: Desk, memory: Memory, due: date | None) -> Given:
    """Writes the slips, removes those that no longer hold, and remembers the returns. Raises CannotWrite.

    Nobody gets one on a file that may be the wrong one of two.
    """
    out = memory.out
    history = returns(memory).of
    progresses: dict[str, Progress] = {}
    numbers: dict[str, int] = {}
    slips: list[Path] = []
    for record in _with_findings(desk, memory):
        choice = desk.choices[record.name]
        listed = history.setdefault(choice.unit, [])
        before = _before(record, choice.before, listed, memory)
        if before is not None:
            progresses[record.name] = progress(before, record)
        if record.verdict != Standing.READY and not choice.unsettled:
            numbers[record.name] = _count(record, listed)
            slips.append(_write(record, numbers[record.name], progresses.get(record.name), out, due))
    kept = set(slips)
    for record in desk.records:
        slip = slip_of(record)
        if slip and out / slip not in kept:
            (out / slip).unlink(missing_ok=True)
    keep_returns(memory, {unit: listed for unit, listed in history.items() if listed})
    return Given(progresses, numbers, slips)


def _with_findings(desk: Desk, memory: Memory) -> Iterator[Record]:
    for slim in desk.latest:
        record = recall(memory, slim.name)
        if record is None:
            raise UserError(f"“{memory.out}”中的批次记录不完整（{slim.name}）；请重新运行。")
        yield record


def _before(record: Record, earlier: str, listed: Sequence[Return], memory: Memory) -> Marks | None:
    """What was open in the file before: the one that still lies in the folder, else the last that was returned."""
    found = recall(memory, earlier) if earlier else None
    if found is not None:
        return open_marks(found)
    others = [one for one in listed if one.digest != record.digest]
    return others[-1].open if others else None


def _count(record: Record, listed: list[Return]) -> int:
    """第几次退回: what was returned already, saying the same, is not counted again."""
    for number, one in enumerate(listed, 1):
        if one.digest == record.digest:
            return number
    listed.append(Return(record.digest, open_marks(record)))
    return len(listed)


def slip_of(record: Record) -> str:
    """Where its slip stands, seen from the output folder: beside the unit's other files; "" where it has none."""
    if not record.files:
        return ""
    book = PurePosixPath(record.files[0])
    return f"{book.parent}/{book.name.partition(BOOK.removesuffix('.xlsx'))[0]}{SLIP}"


def _write(record: Record, number: int, since: Progress | None, out: Path, due: date | None) -> Path:
    path = out / slip_of(record)
    slip = Slip(
        unit=shown(record),
        year=record.year,
        number=number,
        counts=_counts(record),
        progress=f"与上次报送相比，{since.sentence}。" if number > 1 and since and since.sentence else "",
        due=due,
        items=[_item(seen) for seen in _urgent(record.seen)],
        book=PurePosixPath(record.files[0]).name,
        explains=record.explains,
        absent=[seen.absent for seen in record.seen if seen.absent],
    )
    return deliver({path.name: write_slip(slip, load(record.form).wording)}, path.parent, source=None)[0]


def _urgent(seen: Sequence[Seen]) -> list[Seen]:
    """What must be mended first, then what must be filled in, then what must be explained."""
    order = (CORRECT, FILL_IN, EXPLAIN)
    return sorted((one for one in seen if is_open(one)), key=lambda one: order.index(_asked(one)))


def _asked(seen: Seen) -> str:
    if seen.level == Level.NOTICE:
        return FILL_IN
    return EXPLAIN if seen.explainable else CORRECT


def _item(seen: Seen) -> Item:
    return Item(_asked(seen), seen.cells, seen.message)


def _counts(record: Record) -> str:
    """结论为“有错误”：错误 1 条，须改正的警告 1 条，必填未填 14 项（并为 7 条），未说明的警告 3 条，没有报送的表 4 张"""
    warnings = [seen for seen in record.seen if is_open(seen) and seen.level == Level.WARNING]
    unsettled = sum(_asked(seen) == CORRECT for seen in warnings)
    settled = record.warnings - unsettled
    absent = sum(bool(seen.absent) for seen in record.seen)
    missing, rows = record.missing - absent, sum(seen.required and is_open(seen) for seen in record.seen)
    merged = f"（并为 {rows} 条）" if rows != missing else ""
    parts = [
        f"错误 {record.errors} 条" if record.errors else "",
        f"须改正的警告 {unsettled} 条" if unsettled else "",
        f"必填未填 {missing} 项{merged}" if missing else "",
        f"未说明的警告 {settled} 条" if settled else "",
        f"没有报送的表 {absent} 张" if absent else "",
    ]
    return f"结论为“{record.verdict}”：{'，'.join(part for part in parts if part)}"
