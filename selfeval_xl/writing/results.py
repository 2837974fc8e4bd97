"""核对结果.xlsx: verdict and findings, budget against accounts, workings, annexes, rule book."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from selfeval_xl.concluding import Conclusion
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Result, Rule
from selfeval_xl.identities import Line
from selfeval_xl.layout.printed import printed
from selfeval_xl.writing.annexes import draw_annex, shown
from selfeval_xl.writing.comparisons import COMPARISON, draw_comparison
from selfeval_xl.writing.frozen import freeze
from selfeval_xl.writing.frozen_book import DATA
from selfeval_xl.writing.frozen_sheet import draw_data
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.result_sheets import FINDINGS, draw_findings
from selfeval_xl.writing.rule_pages import RULES, draw_rules
from selfeval_xl.writing.style import SCREEN, Formats
from selfeval_xl.writing.workings import WORKINGS, draw_workings, workings

if TYPE_CHECKING:
    import pandas

CREATED = datetime(2000, 1, 1)
"""The same input gives the same bytes: no clock, no name."""
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_format_properties": {"font_name": SCREEN, "font_size": 10.5},
}


def write_results(
    filing: Filing,
    results: Sequence[Result],
    conclusion: Conclusion,
    rules: Sequence[Rule],
    lines: Sequence[Line],
    comparison: "pandas.DataFrame",
) -> bytes:
    """The workbook. `lines`: the identities on the copies in use, whose results come first in `results`."""
    target = io.BytesIO()
    book = Workbook(target, OPTIONS)
    book.set_properties({"title": f"{filing.form.year}年度部门整体支出绩效自评核对结果", "created": CREATED})
    formats = Formats(book)
    grids = printed(filing)
    names = (FINDINGS, COMPARISON, WORKINGS, DATA, *(grid.name for grid in grids), RULES)
    pages = {name: Page(book.add_worksheet(name), formats) for name in names}
    what = shown(filing, grids, conclusion.findings)
    data = freeze(lines, filing)
    draw_findings(pages[FINDINGS], filing, conclusion, what)
    draw_comparison(pages[COMPARISON], comparison)
    draw_workings(pages[WORKINGS], workings(lines, results, filing), data)
    draw_data(pages[DATA], data)
    for grid in grids:
        draw_annex(pages[grid.name], grid, what)
    draw_rules(pages[RULES], rules, filing.form)
    book.close()
    return target.getvalue()
