"""One workbook → its files and its record, in whatever process it is given to. A bad file is a record, too."""

import gc
import traceback
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

import selfeval_xl
from selfeval_xl.batch.collecting import Source
from selfeval_xl.batch.lines import amounts
from selfeval_xl.batch.records import Project, Record, Seen, Subunit
from selfeval_xl.batch.remembering import Memory, files_of, folder_of, forget_files, remember
from selfeval_xl.errors import CannotWrite, UnusableFile, UserError
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Level, Result, Status, amount
from selfeval_xl.forms import Form, Kind, Overlay, load
from selfeval_xl.money import half_up
from selfeval_xl.places import Place, gathered
from selfeval_xl.scoring import grade, project_score, total_score

if TYPE_CHECKING:
    from selfeval_xl import Outcome

BUG = 4
SIGNS = ("错误", "警告", "提示", "待财政认定", "已说明", "无法核对", "尾差", "通过", "不适用")
"""What can come of a rule, the worst first."""


class Task(Struct, frozen=True):
    """What a worker needs to know. `work`: the hash that says whether it was done before."""

    source: Source
    memory: Memory
    work: str
    form: str | Overlay | None
    report: bool
    witnesses: tuple[Path, ...] = ()


def work(task: Task) -> Record:
    """Convert the workbook and remember what came of it. Raises nothing that one bad file could cause."""
    before = files_of(task.memory, task.source.name)
    try:
        record = _worked(task)
    except UserError as error:
        record = Record(task.source.name, task.work, trouble=f"{error}", exit_code=error.exit_code)
    except MemoryError:
        trouble = f"“{task.source.name}”：内存不足，未能处理；请关闭其他程序，或用 --workers 1 再运行。"
        record = Record(task.source.name, task.work, trouble=trouble, exit_code=CannotWrite.exit_code)
    except Exception:
        trouble = f"程序处理“{task.source.name}”时出错，请把“批次记录”文件夹发给维护人员。"
        record = Record(task.source.name, task.work, trouble=trouble, exit_code=BUG)
        remember(task.memory, record, traceback.format_exc())
        return record
    forget_files(task.memory.out, before, record)
    remember(task.memory, record)
    return record


def prepare() -> None:
    """Once a process: what a conversion makes lives to its end, and looking for garbage in it costs 5 %; over many
    conversions it must be looked for all the same, every few of them."""
    gc.set_threshold(100_000, 10, 3)


def _examined(task: Task) -> "Outcome":
    """Against what other official files say, where they can be used: a bad one stops no filing."""
    form = _form(task.form)
    if task.witnesses:
        with suppress(UserError):
            return selfeval_xl.examine(task.source.path, form, witnesses=task.witnesses)
    return selfeval_xl.examine(task.source.path, form)


def _worked(task: Task) -> Record:
    if task.source.trouble:
        raise UnusableFile(task.source.trouble)
    outcome = _examined(task)
    if _untouched(outcome.filing):
        return Record(task.source.name, task.work, empty=True)
    record = recorded(task.source.name, task.work, outcome)
    out = task.memory.out
    folder = out / folder_of(record, task.source.label)
    written = selfeval_xl.write(outcome, task.source.path, folder, report=task.report)
    files = tuple(path.relative_to(out).as_posix() for path in written.files)
    own = "" if isinstance(task.form, Overlay) else _overlay(outcome.filing.form)
    return replace(record, files=files, overlay=own)


def _overlay(form: Form) -> str:
    """财政局调整方案（校验码 1234）"""
    return f"{form.overlay.name}（校验码 {form.overlay.code}）" if form.overlay else ""


def recorded(name: str, work: str, outcome: "Outcome") -> Record:
    """What is kept of an outcome."""
    filing, conclusion = outcome.filing, outcome.conclusion
    keys = Tracer(filing).keys
    seen = tuple(_seen(finding, keys, filing.absent_names) for finding in conclusion.findings)
    total = filing.number("staff", "total", "staff")
    submission = filing.number("unit", "submission", "value")
    dated = filing.cell("unit", "report_date", "value")
    report_date = dated.day if dated else None
    score = total_score(filing)
    return Record(
        name=name,
        work=work,
        digest=_digest(filing),
        form=filing.form.id,
        year=filing.form.year,
        unit=filing.text("unit", "name"),
        code=filing.text("unit", "code"),
        supervisor=filing.text("unit", "supervisor"),
        nature=filing.text("unit", "nature"),
        scope=filing.text("unit", "scope"),
        submission=0 if submission is None else half_up(submission),
        report_date=report_date.isoformat() if report_date else "",
        verdict=str(conclusion.standing),
        errors=conclusion.summary.errors,
        warnings=conclusion.summary.warnings,
        notices=conclusion.summary.notices,
        missing=conclusion.summary.missing,
        explained=sum(finding.status is Status.EXPLAINED for finding in conclusion.findings),
        pending=conclusion.summary.pending,
        explains=filing.form.has("explanations") and not filing.lacks("explanations"),
        staff=None if total is None else half_up(total),
        score=amount(score, Kind.SCORE),
        grade="" if score is None else grade(filing.form, score),
        checks=_checks(outcome.results),
        signs=_signs(outcome.results, conclusion.findings),
        amounts=amounts(filing),
        subunits=tuple(_subunits(filing)),
        projects=tuple(_projects(filing)),
        seen=seen,
    )


def _form(form: str | Overlay | None) -> Form | Overlay | None:
    return load(form) if isinstance(form, str) else form


def _untouched(filing: Filing) -> bool:
    """Nothing was typed; a computed cell that holds what it computes is not typed, nor one that was only prefilled."""
    unit = filing.cell("unit", "money_unit", "value")  # which the prefilling chooses, too
    given = filing.prefilled | ({unit.place} if unit and filing.prefilled else set())
    return not any(
        (figure.unreadable or figure.typed not in (None, figure.computed)) and figure.place not in given
        for table in filing.tables.values()
        for _, _, figure in table.figures()
    )


def _digest(filing: Filing) -> str:
    """What the unit said: the same for a file that was only saved again."""
    typed = [
        (table.block.key, table.copy, row.key, row.number, column, str(figure.value), figure.unreadable)
        for table in filing.tables.values()
        for row, column, figure in table.figures()
        if figure.typed is not None or figure.unreadable
    ]
    return sha256(repr(typed).encode("utf-8", "surrogatepass")).hexdigest()


def _checks(results: Iterable[Result]) -> dict[str, int]:
    """Status → results on typed cells: linked ones pass by construction, and say nothing of the unit."""
    return dict(sorted(Counter(str(r.status) for r in results if not r.linked).items()))


def _signs(results: Iterable[Result], findings: Iterable[Finding]) -> dict[str, str]:
    """Rule → the worst that came of it; rules of reading only where they found something."""
    found: dict[str, set[str]] = {}
    for result in results:
        broken = result.status is Status.BROKEN
        found.setdefault(result.rule.id, set()).add(str(result.level if broken else result.status))
    for finding in findings:
        for rule in finding.rules if not any(rule in found for rule in finding.rules) else ():
            broken = finding.status is Status.BROKEN
            found.setdefault(rule, set()).add(str(finding.level if broken else finding.status))
    return {rule: min(found[rule], key=SIGNS.index) for rule in sorted(found)}


def _subunits(filing: Filing) -> Iterable[Subunit]:
    for row in filing.added("subunits"):
        internal = row.number_in("internal")
        yield Subunit(
            row.text("name"), row.text("included") != "否", None if internal is None else half_up(internal)
        )


def _projects(filing: Filing) -> Iterable[Project]:
    """Those with a sheet of their own, in the order of the sheets."""
    for copy in filing.copies:
        full, executed = (filing.number("funds", "total", column, copy) for column in ("full", "executed"))
        score = project_score(filing, copy)
        yield Project(
            filing.text("project_head", "name", copy=copy),
            None if full is None else half_up(full),
            None if executed is None else half_up(executed),
            amount(score, Kind.SCORE),
            "" if score is None else grade(filing.form, score),
        )


def _seen(finding: Finding, keys: Mapping[Place, Key], absent: Sequence[str]) -> Seen:
    asked = finding.places[0].sheet if finding.required and finding.places else ""
    return Seen(
        rule=finding.rule,
        level=str(finding.level),
        status=str(finding.status),
        cells=gathered(finding.places),
        message=finding.message,
        remedy=finding.remedy,
        left=amount(finding.left, finding.kind),
        right=amount(finding.right, finding.kind),
        difference=amount(finding.difference, finding.kind),
        kind=str(finding.kind),
        reason=finding.reason,
        required=finding.required,
        mark=_mark(finding, keys),
        absent=asked if asked in absent else "",
        explainable=finding.explainable,
    )


def _mark(finding: Finding, keys: Mapping[Place, Key]) -> str:
    """The rule and the first cell by the form's keys; where cells are missing, the block alone."""
    key = keys.get(finding.places[0]) if finding.places else None
    if key is None:
        return f"{finding.rules[0]} {finding.message}" if not finding.places else finding.rules[0]
    if finding.status is Status.UNKNOWN and finding.level is Level.NOTICE:
        return f"{finding.rules[0]} {key.block} {key.copy}"
    return f"{finding.rules[0]} {key.block} {key.copy} {key.row} {key.number} {key.column}"
