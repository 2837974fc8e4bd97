"""A run over a folder: what is new is converted, what is known is remembered, then 汇总.xlsx and 退回意见 are written."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from msgspec import Struct

from selfeval_xl.batch.collecting import MEMORY, SUMMARY, Collected, Source, collect
from selfeval_xl.batch.desk import Desk, desk
from selfeval_xl.batch.pairing import pair, witnessed
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.remembering import (
    Memory,
    done_before,
    order_of_returns,
    program,
    recall,
    returns,
    work_of,
)
from selfeval_xl.batch.sealing import key
from selfeval_xl.batch.wanted import wanted_units
from selfeval_xl.batch.working import Task
from selfeval_xl.errors import CannotWrite, UserError
from selfeval_xl.forms import Form, Overlay, load
from selfeval_xl.locking import Held, Lock, lock
from selfeval_xl.writing.delivery import unwritable

Progress = Callable[[Record], None]
LOCK_FILE = "运行锁"
"""In 批次记录; empty."""


class Settings(Struct, frozen=True):
    """How a run is to go. `due`: the deadline that slips name; `review`: the units of whom a
    复核底稿 is wanted; `workers`: 0 for one a processor; `sources`: official tables, a folder a unit."""

    out: Path
    form: str | Overlay | None = None
    report: bool = True
    force: bool = False
    due: date | None = None
    review: Sequence[str] = ()
    summary_report: bool = False
    units: Path | None = None
    workers: int = 0
    cluster: str | None = None
    sources: Path | None = None


class Plan(Struct, frozen=True):
    """What there is in the folder, and what of it is to be done. `wanted`: the units that should file; None without
    a list."""

    folder: Path
    collected: Collected
    memory: Memory
    tasks: Sequence[Task]
    known: int
    wanted: Sequence[str] | None = None


class Ran(Struct, frozen=True):
    """What a run found and wrote. `converted`: how many workbooks were checked anew, those apart that cannot be used
    or that nobody filled in; `unfiled`: the units of the list of whom nothing came; `unplaced`: whose might be there;
    `gone`: workbooks that were there at the last run, and whose results were taken away; `remarks`: what the clerk
    must hear of 复核; `papers`: 复核底稿 and 汇总报告.
    """

    desk: Desk
    collected: Collected
    converted: int
    summary: Path
    slips: Sequence[Path]
    unfiled: Sequence[str] = ()
    unplaced: str = ""
    gone: Sequence[str] = ()
    remarks: Sequence[str] = ()
    papers: Sequence[Path] = ()


def plan(folder: Path, settings: Settings) -> Plan:
    """Which workbooks are there, and which of them changed since they were last converted; who should have filed.

    Raises UserError: nothing to convert, a list of units that cannot be used.
    """
    wanted = None if settings.units is None else wanted_units(settings.units)
    collected = collect(folder, settings.out)
    if not collected.sources:
        raise UserError(f"文件夹“{folder}”里没有填报文件（.xlsx 等，可以在 .zip 压缩包里）；请检查文件夹。")
    memory = Memory(settings.out, key())
    paired = pair(collected, settings.sources, memory)
    collected = paired.collected
    depends = _depends(settings)
    tasks, known = [], 0
    for source in collected.sources:
        task = _task(source, memory, settings, depends, paired.witnesses.get(source.name, ()))
        record = recall(memory, source.name)
        if record is not None and not settings.force and done_before(memory, record, task.work):
            known += 1
        else:
            tasks.append(task)
    return Plan(folder, collected, memory, tasks, known, wanted)


def alone(out: Path, patience: float = 0) -> Lock:
    """Whoever works on this output folder holds this lock, a batch and the page alike; waited for so many seconds.
    Raises CannotWrite."""
    try:
        return lock(out / MEMORY / LOCK_FILE, patience)
    except Held:
        raise CannotWrite(
            f"“{out}”正在由另一个 selfeval（批量核对或网页服务）使用；请等它完成后再运行。"
        ) from None
    except OSError as trouble:
        raise unwritable(trouble, out) from trouble


def task_of(folder: Path, name: str, settings: Settings) -> Task:
    """The work on one workbook of the folder, the same as a run over the whole folder would do. Raises UnusableFile,
    CannotWrite."""
    memory = Memory(settings.out, key())
    paired = pair(collect(folder, settings.out), settings.sources, memory)
    source = next(one for one in paired.collected.sources if one.name == name)
    return _task(source, memory, settings, _depends(settings), paired.witnesses.get(name, ()))


def _depends(settings: Settings) -> tuple[str, str, str]:
    """All that the work on a workbook depends on, beside the workbook."""
    form = settings.form.code if isinstance(settings.form, Overlay) else settings.form or ""
    return program(), form, "report" if settings.report else ""


def _task(
    source: Source, memory: Memory, settings: Settings, depends: Sequence[str], witnesses: tuple[Path, ...]
) -> Task:
    beside = [witnessed(witnesses)] if witnesses else []
    work = work_of(_content(source), (*depends, source.label, *beside))
    return Task(source, memory, work, settings.form, settings.report, witnesses)


def _content(source: Source) -> bytes:
    """What cannot be read is worked on, and says so itself; a pipe would keep us waiting for ever."""
    try:
        return source.path.read_bytes() if source.path.is_file() and not source.trouble else b""
    except OSError:
        return b""


def convert(plan: Plan, settings: Settings, tell: Progress) -> None:
    """The work itself; `tell` hears of each workbook that is done. Raises UserError, KeyboardInterrupt."""
    from selfeval_xl.batch.executors import cores, run

    for record in run(plan.tasks, settings.workers or cores(), settings.cluster):
        tell(record)


def finish(plan: Plan, settings: Settings) -> Ran:
    """汇总.xlsx and 退回意见 of all workbooks, converted now or before. Raises CannotWrite, UserError."""
    from selfeval_xl.batch.consolidating import consolidate
    from selfeval_xl.batch.leaving import take_away
    from selfeval_xl.batch.reporting import NAME, report
    from selfeval_xl.batch.returning import give_back
    from selfeval_xl.batch.review_sheets import review_sheets
    from selfeval_xl.batch.reviewing import keep, read_back
    from selfeval_xl.batch.run_facts import Facts
    from selfeval_xl.batch.summary import summary
    from selfeval_xl.writing.delivery import deliver

    form = load(settings.form) if settings.form else load()
    gone = take_away(plan.folder, plan.memory, plan.collected)
    before = returns(plan.memory)
    names = [source.name for source in plan.collected.sources]
    table = desk(_records(plan.memory, names), form, order_of_returns(before.of))
    given = give_back(table, plan.memory, settings.due)
    reviews = read_back(settings.out, table.latest)
    facts = Facts(
        table,
        consolidate(table),
        plan.collected.skipped,
        given.progress,
        given.numbers,
        plan.wanted,
        reviews,
    )
    content = summary(facts, _records(plan.memory, [record.name for record in table.latest]))
    (path,) = deliver({SUMMARY: content}, settings.out, source=None)
    keep(settings.out, path.name, reviews, table.latest)
    sheets, said = review_sheets(
        settings.review, table.latest, plan.collected.sources, reviews, _read_by(settings), settings.out
    )
    more = deliver({NAME: report(facts)}, settings.out, source=None) if settings.summary_report else ()
    anew = sum(table.by_name[task.source.name].usable for task in plan.tasks)
    return Ran(
        table,
        plan.collected,
        anew,
        path,
        given.slips,
        facts.unfiled,
        facts.unplaced,
        gone,
        (*filter(None, [before.doubt]), *reviews.remarks, *said),
        (*sheets, *more),
    )


def _read_by(settings: Settings) -> Form | Overlay | None:
    return load(settings.form) if isinstance(settings.form, str) else settings.form


def _records(memory: Memory, names: Sequence[str]) -> Iterator[Record]:
    """One after the other, as they lie on the disk: their findings are many."""
    for name in names:
        record = recall(memory, name)
        if record is None:
            raise UserError(f"“{memory.out}”中的批次记录不完整（{name}）；请重新运行。")
        yield record
