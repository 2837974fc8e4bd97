"""What of a filing may be published: no telephone, no names of persons, no 涉密 projects, no explanations."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from selfeval_xl.filing.figures import Figure, Filing, Row, Table
from selfeval_xl.places import Place

SECRET = "涉密"
PERSONS = {"head": "单位负责人", "finance_head": "财务负责人", "preparer": "填表人"}
CLERKS = ("finance_head", "preparer")
PHONE = "phone"
_SEVERAL = re.compile(r"[、，,;；/／\s]+")
_BETWEEN = r"[\s\-—－–()（）转]*"
_OFFICE = re.compile(r"(财务|财政|办公|综合|会计|预算|计划|规划|绩效|党政|行政).*|.*(中心|单位|公司)")
"""A 填表人 that is an office and no person."""


@dataclass(frozen=True)
class Confidence:
    """A text that the public version must not hold anywhere. `what`: what it is, never the text itself."""

    what: str
    pattern: re.Pattern[str]

    def stands_in(self, text: str) -> bool:
        return self.pattern.search(text) is not None


def published(filing: Filing) -> Filing:
    """The filing without them: rows out, totals kept."""
    names = {row.text("name") for row in _secret(filing)}
    dropped = set(_secret_copies(filing, names))
    tables = {key: _public(table, names) for key, table in filing.tables.items() if table.copy not in dropped}
    copies = tuple(copy for copy in filing.copies if copy not in dropped)
    return replace(filing, tables=tables, copies=copies, withholds=bool(names))


def confidences(filing: Filing) -> Iterator[Confidence]:
    """The telephone numbers, the clerks' names and the 涉密 projects of a filing as typed."""
    for number in _SEVERAL.split(filing.text("unit", PHONE)):
        digits = re.sub(r"\D", "", number)
        if len(digits) >= 7:
            pattern = rf"(?<!\d){_BETWEEN.join(digits)}(?!\d)"
            yield Confidence("联系电话", re.compile(pattern))
    for row in CLERKS:
        for name in _SEVERAL.split(filing.text("unit", row)):
            if len(name) > 1 and not _OFFICE.fullmatch(name):
                yield Confidence(f"{PERSONS[row]}姓名", re.compile(re.escape(name)))
    for project in _secret(filing):
        for name in (project.text("name"), project.text("parts")):
            if name.strip():
                yield Confidence("涉密项目名称", re.compile(re.escape(name.strip())))


def where(filing: Filing, confidence: Confidence) -> list[Place]:
    """The cells whose text holds it."""
    figures = (figure for table in filing.tables.values() for _, _, figure in table.figures())
    return [figure.place for figure in figures if confidence.stands_in(figure.text)]


def _secret(filing: Filing) -> list[Row]:
    return [row for row in filing.table("projects").added if row.text("why_not") == SECRET]


def _secret_copies(filing: Filing, names: set[str]) -> Iterator[int]:
    """The sheets of annex 3 that speak of a 涉密 project all the same."""
    for row in _secret(filing):
        if row["copy"].number is not None:
            yield int(row["copy"].number)
    for table in filing.over_copies("project_head"):
        if table["name", "value"].text in names:
            yield table.copy


def _public(table: Table, names: set[str]) -> Table:
    if table.block.key == "explanations":
        return replace(table, rows=())
    if table.block.key == "unit":
        return replace(table, rows=tuple(map(_nameless, table.rows)))
    return replace(table, rows=tuple(row for row in table.rows if not _is_secret(table, row, names)))


def _nameless(row: Row) -> Row:
    if row.key not in (*PERSONS, PHONE):
        return row
    return replace(row, figures={column: _blank(figure) for column, figure in row.figures.items()})


def _blank(figure: Figure) -> Figure:
    return replace(figure, typed=None, computed=None, unreadable="")


def _is_secret(table: Table, row: Row, names: set[str]) -> bool:
    """In the register by its reason, in annexes 4 to 6 by its name."""
    if table.block.key == "projects":
        return row.number > 0 and row.text("why_not") == SECRET
    return row.number > 0 and "name" in row.figures and row.text("name") in names - {""}
