"""核对结果.xlsx: verdict and findings, budget against accounts, workings, annexes, rule book."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Result, Rule
from selfeval_xl.identities import Line
from selfeval_xl.layout.grid import Grid
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.results.annexes import draw_annex, shown
from selfeval_xl.writing.results.comparisons import COMPARISON, draw_comparison
from selfeval_xl.writing.results.frozen import freeze
from selfeval_xl.writing.results.frozen_book import DATA
from selfeval_xl.writing.results.frozen_sheet import draw_data
from selfeval_xl.writing.results.result_sheets import draw_findings
from selfeval_xl.writing.results.returning import FINDINGS
from selfeval_xl.writing.results.rule_pages import RULES, draw_rules
from selfeval_xl.writing.results.sources import SOURCES, draw_sources
from selfeval_xl.writing.results.workings import WORKINGS, draw_workings, workings

if TYPE_CHECKING:
    import pandas


def write_results(
    filing: Filing,
    results: Sequence[Result],
    conclusion: Conclusion,
    rules: Sequence[Rule],
    lines: Sequence[Line],
    comparison: "pandas.DataFrame",
    grids: tuple[Grid, ...],
    sources: "pandas.DataFrame | None" = None,
) -> bytes:
    """The workbook. `lines`: the identities on the copies in use, whose results come first in `results`; `grids`: the
    printed annexes; `sources`: what other official files say (`side_by_side`)."""
    book = Pages(f"{filing.form.year}年度部门整体支出绩效自评核对结果")
    beside = () if sources is None or sources.empty else (SOURCES,)
    names = (FINDINGS, COMPARISON, *beside, WORKINGS, DATA, *(grid.name for grid in grids), RULES)
    pages = {name: book.page(name) for name in names}
    what = shown(filing, grids, conclusion.findings)
    data = freeze(lines, filing)
    draw_findings(pages[FINDINGS], filing, conclusion, what)
    draw_comparison(pages[COMPARISON], comparison)
    if sources is not None and beside:
        draw_sources(pages[SOURCES], sources, what)
    draw_workings(pages[WORKINGS], workings(lines, results, filing), data)
    draw_data(pages[DATA], data)
    for grid in grids:
        draw_annex(pages[grid.name], grid, what)
    draw_rules(pages[RULES], rules, filing.form)
    return book.content()
