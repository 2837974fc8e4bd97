"""复核底稿 for chosen units: their workbooks are read once more, since a record has no indicators."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path, PurePosixPath

import selfeval_xl
from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.batch.collecting import Source
from selfeval_xl.batch.records import Record, shown
from selfeval_xl.batch.reviewing import NOTHING, Review, Reviews
from selfeval_xl.errors import UserError
from selfeval_xl.filing import Filing, Row
from selfeval_xl.findings import Finding, Level
from selfeval_xl.forms import Form, Overlay, load
from selfeval_xl.layout.indicators import actual, target
from selfeval_xl.money import percent, plain, wan
from selfeval_xl.places import gathered
from selfeval_xl.scoring import execution_score, grade, project_score, total_score
from selfeval_xl.writing.delivery import deliver
from selfeval_xl.writing.slips.review_sheet import ReviewSheet, write_review_sheet

SHEET, BOOK = "-复核底稿.docx", "-核对结果"
UNKNOWN = ""

Number = Fraction | None


def review_sheets(
    wanted: Sequence[str],
    latest: Sequence[Record],
    sources: Sequence[Source],
    reviews: Reviews,
    form: Form | Overlay | None,
    out: Path,
) -> tuple[list[Path], list[str]]:
    """Of each unit that is named by its name or code, beside its other files; and a sentence on each that is not there.

    Raises CannotWrite.
    """
    paths = {source.name: source.path for source in sources}
    written: list[Path] = []
    remarks: list[str] = []
    for name in wanted:
        found = [r for r in latest if plain_name(name) in (plain_name(r.unit), r.code) and plain_name(name)]
        if not found:
            remarks.append(
                f"没有生成“{name}”的复核底稿：本次没有这个单位的文件；请写单位全称或预算单位编码。"
            )
        for record in found:
            try:
                written.append(_write(record, paths[record.name], reviews, form, out))
            except UserError as trouble:
                remarks.append(f"没有生成“{name}”的复核底稿：{trouble}")
    return written, remarks


def _write(record: Record, source: Path, reviews: Reviews, form: Form | Overlay | None, out: Path) -> Path:
    outcome = selfeval_xl.examine(source, form)
    sheet = _sheet(record, outcome, reviews.of.get(record.name, NOTHING))
    book = PurePosixPath(record.files[0])
    name = f"{book.name.partition(BOOK)[0]}{SHEET}"
    return deliver(
        {name: write_review_sheet(sheet, load(record.form).wording)}, out / book.parent, source=None
    )[0]


def _sheet(record: Record, outcome: "selfeval_xl.Outcome", review: Review) -> ReviewSheet:
    filing = outcome.filing
    return ReviewSheet(
        unit=shown(record),
        year=record.year,
        facts=list(_facts(record, filing, outcome.conclusion.summary.sentence)),
        indicators=list(_indicators(filing)),
        projects=list(_projects(filing)),
        findings=list(_findings(outcome.conclusion.findings)),
        score=f"{review.score:g}分" if isinstance(review.score, float) else review.score,
        grade=review.grade,
        opinion=review.opinion,
    )


def _facts(record: Record, filing: Filing, verdict: str) -> Iterator[str]:
    head = {
        "单位": shown(record),
        "预算单位编码": record.code,
        "主管部门": record.supervisor,
        "年度": f"{record.year}",
    }
    yield "　".join(f"{name}：{text}" for name, text in head.items() if text)
    total = total_score(filing)
    said = f"{plain(total)}分，{grade(filing.form, total)}" if total is not None else "没有填全，算不出总分"
    yield f"自评总分和等级：{said}"
    full, executed = (filing.number("sources", "total", column) for column in ("full", "executed"))
    money = {"全年预算": full, "全年执行": executed}
    said = "　".join(f"{name}{'未填' if n is None else f'{wan(n)}万元'}" for name, n in money.items())
    yield said + (f"　执行率{_rate(executed, full)}" if _rate(executed, full) else "")
    yield f"程序核对：{verdict}。"


def _indicators(filing: Filing) -> Iterator[list[str]]:
    """The execution rate, every indicator with its levels, the total."""
    full, executed, points = (filing.number("request", "total", c) for c in ("full", "executed", "points"))
    yield [
        "1",
        "预算执行率",
        "",
        _rate(executed, full),
        _plain(points),
        _plain(execution_score(filing)),
        "",
        "",
    ]
    known = [points]
    for number, row in enumerate(filing.added("indicators"), 2):
        known.append(row.number_in("points"))
        yield [f"{number}", _named(row), target(row), actual(row), *_scored(row), "", ""]
    parts = [part for part in known if part is not None]
    whole = plain(sum(parts, Fraction(0))) if len(parts) == len(known) else UNKNOWN
    yield ["", "总分", "", "", whole, _plain(total_score(filing)), "", ""]


def _scored(row: Row) -> tuple[str, str]:
    return _plain(row.number_in("points")), _plain(row.number_in("score"))


def _named(row: Row) -> str:
    levels = (row.text("first"), row.text("second"), row.text("name"))
    return "—".join("".join(level.split()) for level in levels if level)


def _projects(filing: Filing) -> Iterator[list[str]]:
    for number, copy in enumerate(filing.copies, 1):
        full, executed = (filing.number("funds", "total", c, copy) for c in ("full", "executed"))
        name = filing.text("project_head", "name", copy=copy)
        score = _plain(project_score(filing, copy))
        yield [f"{number}", name, _wan(full), _wan(executed), _rate(executed, full), score, "", ""]


def _findings(findings: Sequence[Finding]) -> Iterator[list[str]]:
    """错误 and 警告, those with a reason too: whether it holds is for the reviewer to say."""
    listed = [finding for finding in findings if finding.level in (Level.ERROR, Level.WARNING)]
    for number, finding in enumerate(listed, 1):
        reason = f"（单位说明：{finding.reason}）" if finding.reason else ""
        yield [f"{number}", f"{finding.level}", gathered(finding.places), finding.message + reason, ""]


def _wan(number: Number) -> str:
    return UNKNOWN if number is None else wan(number)


def _plain(number: Number) -> str:
    return UNKNOWN if number is None else plain(number)


def _rate(part: Number, whole: Number) -> str:
    return percent(part / whole) if part is not None and whole else UNKNOWN
