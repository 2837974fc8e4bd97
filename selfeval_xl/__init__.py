"""部门整体支出绩效自评: one filled workbook in, the checked figures and the report out.

The libraries behind each step are imported when it is taken: `selfeval --help` needs none of them.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, structs

from selfeval_xl.audits import Audited, Beside, audit, beside, write_audit
from selfeval_xl.file_names import readable

if TYPE_CHECKING:
    import pandas

    from selfeval_xl.checking.concluding import Conclusion
    from selfeval_xl.filing import Filing
    from selfeval_xl.findings import Finding, Result, Rule
    from selfeval_xl.forms import Form, Overlay
    from selfeval_xl.prefilling.working import FilledIn
    from selfeval_xl.reading.reader import Annexed
    from selfeval_xl.witnesses.joining import Joined
    from selfeval_xl.writing.report.charts.drawing import Pen
    from selfeval_xl.writing.report.narrative import Render
    from selfeval_xl.writing.report.own_template import OwnTemplate

__version__ = "0.1.0"
__all__ = [
    "Audited",
    "Beside",
    "Outcome",
    "annexed",
    "audit",
    "beside",
    "catalogue",
    "chart_pen",
    "check",
    "conclude",
    "convert",
    "examine",
    "overlay",
    "prefill",
    "publish",
    "read",
    "report_template",
    "write",
    "write_audit",
    "write_public",
    "write_statement",
    "write_template",
]


class Outcome(Struct, frozen=True):
    """What a conversion found, and where its files are (核对结果.xlsx, 自评报告.docx; none after `examine`)."""

    filing: "Filing"
    results: "Sequence[Result]"
    conclusion: "Conclusion"
    files: tuple[Path, ...] = ()
    beside: "Joined | None" = None
    """What other official files say, where some were given."""
    notes: tuple[str, ...] = ()
    """What the user's own report template leaves out, and charts of which nothing is known, a sentence each."""


def read(
    source: Path, form: "Form | Overlay | None" = None, annexed: "Annexed | None" = None
) -> "tuple[Filing, list[Finding]]":
    """The filing of a workbook, and what was wrong with the file. Raises UnusableFile, FormError.

    `form`, here and below: which form it is, where the file does not say; or a bureau's overlay to be laid on the form
    that it names, instead of the one that its template may hold. `annexed`: see there.
    """
    from selfeval_xl.reading import reader

    return reader.read(source, form, annexed)


def annexed(more: "Sequence[Path]" = (), year: int | None = None) -> "Annexed":
    """How the bureau's own annex files are to be read: `more` beside the first, of that year if no title says it."""
    from selfeval_xl.reading.reader import Annexed

    return Annexed(tuple(more), year)


def check(filing: "Filing") -> "list[Result]":
    """Every result of every rule, passed ones too."""
    from selfeval_xl.checking import runner

    return runner.check(filing)


def conclude(filing: "Filing", results: "Sequence[Result]", trouble: "Sequence[Finding]") -> "Conclusion":
    """Findings, counts and verdict."""
    from selfeval_xl.checking import concluding

    return concluding.conclude(filing, results, trouble)


def examine(
    source: Path,
    form: "Form | Overlay | None" = None,
    annexed: "Annexed | None" = None,
    witnesses: Sequence[Path] = (),
) -> Outcome:
    """Read and check a workbook, against `witnesses` (other official files) too; write nothing. Raises UnusableFile,
    FormError."""
    from selfeval_xl.checking import runner

    filing, trouble = read(source, form, annexed)
    if not witnesses:
        results = runner.check(filing)
        return Outcome(filing, results, conclude(filing, results, trouble))
    from selfeval_xl.checking.witnessed import witnessed
    from selfeval_xl.witnesses.gathering import beside as gathered

    joined = gathered(filing, witnesses)
    results = runner.check(filing, witnessed(filing, joined))
    return Outcome(filing, results, conclude(filing, results, trouble), beside=joined)


def _side_by_side(outcome: Outcome) -> "pandas.DataFrame | None":
    if outcome.beside is None:
        return None
    from selfeval_xl.checking.witnessed import said
    from selfeval_xl.reconciling.side_by_side import side_by_side

    return side_by_side(outcome.filing, said(outcome.filing, outcome.beside))


def convert(
    source: Path,
    out: Path | None = None,
    form: "Form | Overlay | None" = None,
    *,
    template: "OwnTemplate | None" = None,
    keep: Collection[Path] = (),
    pen: "Pen | None" = None,
    annexed: "Annexed | None" = None,
    statement: bool = False,
    witnesses: Sequence[Path] = (),
) -> Outcome:
    """Read, check, and write 核对结果.xlsx and 自评报告.docx into `out` (default: beside the source): both or neither.

    `statement`: with them 预算绩效情况的说明.docx, which is published; raises NotPublic too, as `publish` does.

    `keep`: files of this run that must not be written over (two workbooks of one unit): the source's name is added.
    `pen`: draws charts into the report.
    Raises UnusableFile, FormError, UnusableTemplate, CannotWrite.
    """
    outcome = examine(source, form, annexed, witnesses)
    more = stated(outcome) if statement else {}
    return write(outcome, source, out or source.parent, template=template, keep=keep, pen=pen, more=more)


def stated(outcome: Outcome) -> dict[str, bytes]:
    """预算绩效情况的说明.docx of what `examine` found. Raises NotPublic."""
    from selfeval_xl.writing.report.statement import TITLE, state

    return {f"{TITLE}.docx": state(outcome.filing, outcome.conclusion)}


def write(
    outcome: Outcome,
    source: Path,
    folder: Path,
    *,
    report: bool = True,
    template: "OwnTemplate | None" = None,
    keep: Collection[Path] = (),
    pen: "Pen | None" = None,
    more: "Mapping[str, bytes] | None" = None,
) -> Outcome:
    """The files of what `examine` found, into the folder; without `report` 核对结果.xlsx alone; with `more`, by the ends of
    their names. Raises CannotWrite."""
    from selfeval_xl.identities import every_line
    from selfeval_xl.layout.printed import printed
    from selfeval_xl.reconciling import comparison
    from selfeval_xl.writing.report.narrative import narrate
    from selfeval_xl.writing.results.workbook import write_results

    filing, conclusion = outcome.filing, outcome.conclusion
    every = catalogue(filing.form)
    rules = [rule for rule in every if not rule.id.startswith("N-")]  # those of reports judge no workbook
    lines = every_line(filing.form, filing.copies)
    compared, grids = comparison(filing), printed(filing)
    sources = _side_by_side(outcome)
    results = write_results(filing, outcome.results, conclusion, rules, lines, compared, grids, sources)
    files = {"核对结果.xlsx": results}
    if report and filing.form.wording:
        files["自评报告.docx"] = narrate(filing, conclusion, _render(template), pen, grids)
    files |= more or {}
    return _delivered(outcome, files, folder, source, keep, _notes(outcome, template, pen) if report else ())


def publish(
    source: Path,
    out: Path | None = None,
    form: "Form | Overlay | None" = None,
    *,
    template: "OwnTemplate | None" = None,
    keep: Collection[Path] = (),
    pen: "Pen | None" = None,
    annexed: "Annexed | None" = None,
    statement: bool = False,
) -> Outcome:
    """Read, check, and write 自评报告（公开版）.docx and nothing else but the statement.

    Raises NotPublic too: it is not ready, or not open.
    """
    outcome = examine(source, form, annexed)
    folder = out or source.parent
    return write_public(outcome, source, folder, template=template, keep=keep, pen=pen, statement=statement)


def write_public(
    outcome: Outcome,
    source: Path,
    folder: Path,
    *,
    template: "OwnTemplate | None" = None,
    keep: Collection[Path] = (),
    pen: "Pen | None" = None,
    statement: bool = False,
) -> Outcome:
    """自评报告（公开版）.docx of what `examine` found, into the folder. Raises NotPublic, CannotWrite."""
    from selfeval_xl.writing.report.public import narrate_public

    files = {
        "自评报告（公开版）.docx": narrate_public(outcome.filing, outcome.conclusion, _render(template), pen)
    }
    files |= stated(outcome) if statement else {}
    return _delivered(outcome, files, folder, source, keep, _notes(outcome, template, pen))


def write_statement(outcome: Outcome, source: Path, folder: Path, *, keep: Collection[Path] = ()) -> Outcome:
    """预算绩效情况的说明.docx of what `examine` found, alone. Raises NotPublic, CannotWrite."""
    return _delivered(outcome, stated(outcome), folder, source, keep, ())


def report_template(path: Path) -> "OwnTemplate":
    """The unit's own Word template, for `convert` and `publish`. Raises UnusableTemplate."""
    from selfeval_xl.reading.documents import open_document
    from selfeval_xl.writing.report.own_template import own_template

    return own_template(readable(path.name), open_document(path))


def chart_pen() -> "Pen":
    """What draws charts into a report, for `convert` and `publish`. Raises CannotDraw: its library or a font is missing."""
    from selfeval_xl.writing.report.charts.drawing import Pen

    return Pen.find()


def catalogue(form: "Form | None" = None) -> "tuple[Rule, ...]":
    """Every rule, of reading and of checking, by id; as this form has them (default: the usual one, in its first year).

    Raises FormError: see `overlay`.
    """
    from selfeval_xl.checking import runner
    from selfeval_xl.checking.missing import REQUIRED
    from selfeval_xl.claims.pages import pages
    from selfeval_xl.forms import load
    from selfeval_xl.reading.pages import RULES
    from selfeval_xl.rules.examples import with_example

    form = form or load()
    of_reports = (rule.under(form) for rule in pages().values())
    known = (REQUIRED, *runner.catalogue(form), *RULES.values(), *of_reports)
    return tuple(sorted((with_example(rule, form) for rule in known), key=lambda rule: rule.id))


def overlay(path: Path) -> "Overlay":
    """A bureau's overlay, for `convert`, `examine` and `publish`.

    Raises FormError: unreadable, not of its closed vocabulary, a rule or a key that there is not.
    """
    from selfeval_xl.forms import load, read_overlay

    given = read_overlay(path)
    catalogue(load(given))
    return given


def write_template(form: "Form", target: Path, *, projects: int | None = None) -> Path:
    """The empty template of a form, with so many project sheets made in advance.

    Raises FormError, for a year that is not the form's, too; CannotWrite.
    """
    from selfeval_xl.errors import FormError
    from selfeval_xl.writing.delivery import deliver
    from selfeval_xl.writing.template import workbook

    catalogue(form)
    first, last = form.years
    if not first <= form.year <= last:
        raise FormError(
            f"表样 {form.base} 用于 {first}—{last} 年度，不能生成 {form.year} 年度的模板；请检查 --year。"
        )
    content = workbook.write_template(form, projects=projects)
    return deliver({target.name: content}, target.parent, source=None)[0]


def prefill(sources: Sequence[Path], out: Path | None = None, **wanted: "Any") -> "FilledIn":
    """A template with what these official files say typed in, or the blank cells of a begun workbook: see
    `prefilling.working.work`. Raises UnusableFile, UserError, FormError, CannotWrite."""
    from selfeval_xl.prefilling.working import work

    return work(sources, out, **wanted)


def _render(template: "OwnTemplate | None") -> "Render | None":
    if template is None:
        return None
    from selfeval_xl.writing.report.own_report import fill

    return partial(fill, template)


def _delivered(
    outcome: Outcome,
    files: dict[str, bytes],
    folder: Path,
    source: Path,
    keep: Collection[Path],
    notes: tuple[str, ...],
) -> Outcome:
    """The files under their full names."""
    from selfeval_xl.writing.delivery import deliver, safe_name

    year = outcome.filing.form.year
    short, label = safe_name(outcome.filing.unit_name, 90), safe_name(readable(source.stem), 60)
    names = chain(
        [f"{safe_name(outcome.filing.unit_name)}-{year}", f"{short}-{year}（{label}）"],
        (f"{short}-{year}（{label}-{number}）" for number in count(2)),
    )
    name = next(name for name in names if not any(folder / f"{name}-{kind}" in keep for kind in files))
    named = {f"{name}-{kind}": content for kind, content in files.items()}
    return structs.replace(outcome, files=deliver(named, folder, source=source), notes=notes)


def _notes(outcome: Outcome, template: "OwnTemplate | None", pen: "Pen | None") -> tuple[str, ...]:
    """What the user's own template leaves unsaid, and the charts of which nothing is known; that there is no report."""
    if not outcome.filing.form.wording:
        return (f"表样 {outcome.filing.form.id} 没有自评报告的 Word 模板，只生成核对结果。",)
    from selfeval_xl.writing.report.charts.content import undrawn

    return (_unsaid(outcome, template) if template else ()) + (undrawn(outcome.filing) if pen else ())


def _unsaid(outcome: Outcome, template: "OwnTemplate") -> tuple[str, ...]:
    from selfeval_xl.writing.report.context import context
    from selfeval_xl.writing.report.own_report import unsaid

    filing = outcome.filing
    return unsaid(template, filing.form.wording, context(filing, outcome.conclusion))
