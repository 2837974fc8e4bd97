"""Every identity on a hundred random books, judged by LibreOffice as by the program: in the template, in the results."""

import re
import zipfile
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from selfeval_xl import check
from selfeval_xl.filing import Filing, Key
from selfeval_xl.findings import Result, Status
from selfeval_xl.forms import load, with_copies
from selfeval_xl.identities import Line, lines, on_copies
from selfeval_xl.layout import entry
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.results.frozen import freeze
from selfeval_xl.writing.results.frozen_book import DATA
from selfeval_xl.writing.results.frozen_sheet import draw_data
from selfeval_xl.writing.results.workings import HEAD_ROW, VERDICT, WORKINGS, draw_workings, workings
from selfeval_xl.writing.template import live_checks
from selfeval_xl.writing.template.filling import Values, filled
from selfeval_xl.writing.template.workbook import write_template
from tests.libreoffice import LibreOffice
from tests.random_books import random_values

FORM = with_copies(load("hunan-2023"), 2)
BOOKS, CHUNK = 100, 20
CELL = re.compile(r'<c r="([A-Z]+[0-9]+)"( s="[0-9]+")?[^>]*?(?:/>|>.*?</c>)')
BEFORE = 2
"""Sheets that stand before the first one that people fill in."""

SLOW = re.compile(r"<(conditionalFormatting|dataValidations)\b.*?</\1>")
"""What LibreOffice spends time on and no verdict depends on."""
PICKED = "project_head"
"""Heads of annex 3, not typed over: the program looks up the name that was typed, the template's formulas the number."""

NUMBERED = ("projects", "copy")
"""Which sheet a project has, not typed over either: the template counts the projects that have one, and X-90 tells a number
that differs."""

in_chunks = pytest.mark.parametrize("start", range(0, BOOKS, CHUNK))
Verdicts = list[tuple[str, str]]
"""Rule and status, line by line."""


def books(start: int, *, texts: bool) -> Iterator[Values]:
    """One chunk: every second book in 元; `texts`: in half of them texts where amounts belong."""
    for seed in range(start, start + CHUNK):
        yield random_values(FORM, seed, yuan=seed % 2 == 0, texts=texts and seed % 4 < 2)


def typable(key: Key) -> bool:
    """Whether the protected template lets people type there."""
    if key.block == PICKED or (key.block, key.column) == NUMBERED:
        return False
    return not FORM.block(key.block).fields[key.row, key.column].locked


def own_lines(filing: Filing) -> list[Line]:
    return [own for line in lines(FORM) for own in on_copies(line, FORM, filing.copies)]


def verdicts(wanted: list[Line], results: list[Result], filing: Filing) -> Verdicts:
    """What `check` says, for every line of a sheet: those of a copy that is not used do not apply."""
    said = iter(results)
    used = (0, *filing.copies)
    return [
        (line.rule.id, next(said).status if line.copy in used else Status.NOT_APPLICABLE) for line in wanted
    ]


# ── 即时核对 in the template ────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def template() -> dict[str, str]:
    """The parts of the empty template: to type into it is ten times as fast as to write it anew, and what people do."""
    with zipfile.ZipFile(BytesIO(write_template(FORM))) as package:
        return {name: SLOW.sub("", package.read(name).decode()) for name in package.namelist()}


def typed_into(template: Mapping[str, str], values: Values) -> bytes:
    """The template with these values in their cells, over formulas too; nothing is calculated anew."""
    content = BytesIO()
    parts = dict(template)
    for number, sheet in enumerate(entry(FORM), start=BEFORE + 1):
        typed = {place.a1: values[key] for key, place in sheet.places().items() if key in values}
        name = f"xl/worksheets/sheet{number}.xml"
        assert {cell[1] for cell in CELL.finditer(parts[name])} >= set(typed)
        parts[name] = CELL.sub(lambda cell, typed=typed: _cell(cell, typed), parts[name])  # type: ignore[misc]
    with zipfile.ZipFile(content, "w") as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return content.getvalue()


def _cell(cell: re.Match[str], typed: Mapping[str, object]) -> str:
    a1, look = cell[1], cell[2] or ""
    match typed.get(a1):
        case None:
            return cell[0]
        case int() | float() as number:
            return f'<c r="{a1}"{look}><v>{number!r}</v></c>'
        case text:
            return f'<c r="{a1}"{look} t="inlineStr"><is><t>{escape(str(text))}</t></is></c>'


@in_chunks
def test_the_template_judges_alike(
    start: int, template: dict[str, str], soffice: LibreOffice, tmp_path: Path
) -> None:
    wanted: dict[Path, Verdicts] = {}
    for number, book in enumerate(books(start, texts=False)):
        values = {key: value for key, value in book.items() if typable(key)}
        filing = filled(FORM, values)
        path = tmp_path / f"book{number}.xlsx"
        path.write_bytes(typed_into(template, values))
        wanted[path] = verdicts(live_checks.live_lines(FORM), check(filing), filing)
    judged = soffice.rows(list(wanted), 2, tmp_path / "out")
    assert [_said(rows, live_checks.FIRST, 1, live_checks.VERDICT) for rows in judged] == list(
        wanted.values()
    )


def _said(rows: list[list[str]], first: int, rule: int, verdict: int) -> Verdicts:
    return [(row[rule - 1], row[verdict - 1]) for row in rows[first - 1 :]]


# ── 核对底稿 in the results ─────────────────────────────────────────────────────────────────────────────────


def workings_alone(filing: Filing, results: list[Result]) -> bytes:
    """Of the results' workbook the two sheets of the identities: its other sheets have no part in them."""
    own = own_lines(filing)
    book, data = Pages("核对底稿"), freeze(own, filing)
    pages = [book.page(name) for name in (WORKINGS, DATA)]
    draw_workings(pages[0], workings(own, results, filing), data)
    draw_data(pages[1], data)
    return book.content()


@in_chunks
def test_the_workings_judge_alike(start: int, soffice: LibreOffice, tmp_path: Path) -> None:
    wanted: dict[Path, Verdicts] = {}
    for number, values in enumerate(books(start, texts=True)):
        filing = filled(FORM, values)
        results = check(filing)
        path = tmp_path / f"book{number}.xlsx"
        path.write_bytes(workings_alone(filing, results))
        wanted[path] = verdicts(own_lines(filing), results, filing)
    judged = soffice.rows(list(wanted), 1, tmp_path / "out")
    assert [_said(rows, HEAD_ROW + 1, 2, VERDICT) for rows in judged] == list(wanted.values())


def test_the_books_bring_out_every_verdict() -> None:
    """And more than once: books that nobody could judge would prove nothing."""
    seen: dict[str, int] = {}
    for values in books(0, texts=True):
        filing = filled(FORM, values)
        for _, status in verdicts(own_lines(filing), check(filing), filing):
            seen[status] = seen.get(status, 0) + 1
    assert set(seen) == {status for status in Status if not status.explained}
    assert min(seen.values()) > 20, seen
