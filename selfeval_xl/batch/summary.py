"""汇总.xlsx, sheet by sheet."""

from collections.abc import Iterable

import selfeval_xl
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets.judging import matrix, qualities, statistics
from selfeval_xl.batch.sheets.listing import files, findings, peers
from selfeval_xl.batch.sheets.money import execution, feet, projects, sums
from selfeval_xl.batch.sheets.overview import NAME, draw_overview
from selfeval_xl.batch.sheets.units import missing, repeated, units
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.summary.tables import draw


def summary(facts: Facts, records: Iterable[Record]) -> bytes:
    """The workbook. `records`: those of `facts.desk.latest` with their findings, read as they are written."""
    book = Pages(f"{facts.desk.form.year}年度部门整体支出绩效自评汇总", long=True)
    first = book.page(NAME)
    rules = {rule.id: rule for rule in selfeval_xl.catalogue()}
    tables = [
        units(facts),
        matrix(facts),
        statistics(facts, rules),
        sums(facts),
        feet(facts),
        qualities(facts),
        execution(facts),
        projects(facts),
        findings(facts, records),
        peers(facts),
        repeated(facts),
        files(facts),
    ]
    if facts.wanted is not None:
        tables.insert(1, missing(facts))
    names = [name for table in tables for name in draw(book, table)]
    draw_overview(first, facts, names)
    return book.content()
