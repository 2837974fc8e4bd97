"""A narrative report held against itself, the unit's workbook and last year's report: the public functions."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from selfeval_xl.errors import UnusableReport
from selfeval_xl.file_names import readable

if TYPE_CHECKING:
    from selfeval_xl.auditing.auditing import Audit
    from selfeval_xl.filing import Filing
    from selfeval_xl.forms import Form, Overlay


class Audited(Struct, frozen=True):
    """What came of a report, and where its files are: 审校结果.xlsx and, of a .docx, 审校意见.docx."""

    audit: "Audit"
    content: bytes | None = None
    """The .docx that was read; None of a text."""
    files: tuple[Path, ...] = ()


class Beside(Struct, frozen=True):
    """What a report is held against: the unit's workbook, the form whose outline it should have, last year's report."""

    filing: "Filing | None" = None
    form: "Form | None" = None
    last: Path | None = None


def beside(more: "Sequence[Path]", form: "Form | Overlay | None" = None, year: int | None = None) -> Beside:
    """The files of `--with`, each taken for what it holds: a report is last year's, everything else the unit's workbook
    or its annex files (with `form`). Raises UnusableFile, UnusableReport, FormError."""
    from selfeval_xl.forms import Form as KnownForm
    from selfeval_xl.forms import load
    from selfeval_xl.reading.narratives.opening import is_report
    from selfeval_xl.reading.reader import Annexed, read

    reports = [path for path in more if is_report(path)]
    books = [path for path in more if path not in reports]
    if len(reports) > 1:
        raise UnusableReport(f"“{readable(reports[1].name)}”是又一份报告；上年的报告只能给一份。")
    named = form if form is None or isinstance(form, KnownForm) else load(form)
    annexed = Annexed(tuple(books[1:]), year) if books[1:] or year else None
    filing = read(books[0], form, annexed)[0] if books else None
    return Beside(filing, named, reports[0] if reports else None)


def audit(
    source: Path,
    filing: "Filing | None" = None,
    *,
    form: "Form | None" = None,
    year: int | None = None,
    last: Path | None = None,
) -> Audited:
    """Hold a narrative report (.docx, .txt; .doc and .wps where LibreOffice is at hand) against itself; write nothing.

    `filing`: the unit's workbook, to hold it against; `form`: whose outline it should have, where there is no workbook;
    `year`: the fiscal year, where its titles do not say it; `last`: last year's report. Raises UnusableReport.
    """
    from selfeval_xl.auditing.auditing import audited
    from selfeval_xl.auditing.outlines import outline
    from selfeval_xl.reading.narratives.opening import open_report

    opened = open_report(source)
    of = filing.form if filing else form
    before = open_report(last).narrative if last else None
    return Audited(audited(opened.narrative, year, filing, outline(of) if of else (), before), opened.content)


def write_audit(audited: Audited, source: Path, folder: Path) -> Audited:
    """审校结果.xlsx and, of a .docx, 审校意见.docx into the folder, both or neither. Raises CannotWrite."""
    from selfeval_xl.writing.delivery import deliver, safe_name
    from selfeval_xl.writing.opinion.opinion import opinion
    from selfeval_xl.writing.opinion.results import audit_results

    name = safe_name(readable(source.stem))
    files = {f"{name}-审校结果.xlsx": audit_results(audited.audit)}
    if audited.content is not None:
        files[f"{name}-审校意见.docx"] = opinion(audited.audit, audited.content)
    return structs.replace(audited, files=deliver(files, folder, source=source))
