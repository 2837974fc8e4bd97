"""What of a filing may be published: no telephone, no names of persons, no 涉密 projects, no explanations."""

import re
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.filing.figures import Figure, Filing, Row, Table
from selfeval_xl.filing.private import bare, names, plain, telephones, written
from selfeval_xl.places import Place

PERSONS = {"head": "单位负责人", "finance_head": "财务负责人", "preparer": "填表人"}
CLERKS = ("finance_head", "preparer")
PHONE = "phone"
OPEN = ("", "否")
"""是否涉密 of a unit that may publish; whatever else is pasted over the list may mean that it may not."""
LEAST_PART = 4
"""A project's part of fewer signs (培训) stands in any report."""
_SECRET = "密"
_CLOSED = re.compile("[不非未勿禁][^，,。；;]{0,10}(?:公开|公示|披露)")
_DENIED = re.compile(
    "(?:该|本|此)?(?:项目)?(?:不|非|未|没有|无)(?:属于?|是|含|存在)?"
    "(?:涉密|保密|密级|密|(?:涉及)?(?:国家|工作)?(?:秘密|机密))(?:项目|内容|情况|信息|事项)?"
)
"""不涉密, 不属于涉密项目: the whole of a clause; whatever else holds a 密 (不属于非涉密项目, 未保密检查) is none."""
_CLAUSES = re.compile("[，,。；;]")


class Confidence(Struct, frozen=True):
    """A text that the public version must not hold anywhere. `what`: what it is, never the text itself."""

    what: str
    pattern: re.Pattern[str]

    def stands_in(self, text: str) -> bool:
        return self.pattern.search(plain(text)) is not None


def published(filing: Filing) -> Filing:
    """The filing without them: rows out, totals kept."""
    secret = names_withheld(filing)
    dropped = set(_secret_copies(filing, secret))
    tables = {
        key: _public(table, secret) for key, table in filing.tables.items() if table.copy not in dropped
    }
    copies = tuple(copy for copy in filing.copies if copy not in dropped)
    withholds = any(map(is_secret, filing.added("projects")))
    return replace(filing, tables=tables, copies=copies, public=True, withholds=withholds)


def confidences(filing: Filing) -> Iterator[Confidence]:
    """The telephone numbers, the clerks' names and the 涉密 projects of a filing, however they are written."""
    for row in (PHONE, *PERSONS):
        for number in telephones(filing.text("unit", row)):
            yield Confidence("联系电话", number)
    for row in CLERKS:
        for name in names(filing.text("unit", row)):
            yield Confidence(f"{PERSONS[row]}姓名", written(name))
    for project in filter(is_secret, filing.added("projects")):
        parts = [
            part for part in re.split("[、，,；;\n]", project.text("parts")) if len(bare(part)) >= LEAST_PART
        ]
        for name in (project.text("name"), project.text("parts"), *parts):
            if bare(name):
                yield Confidence("涉密项目名称", written(name))


def where(filing: Filing, confidence: Confidence) -> list[Place]:
    """The cells whose text holds it."""
    figures = (figure for table in filing.tables.values() for _, _, figure in table.figures())
    return [figure.place for figure in figures if confidence.stands_in(figure.text)]


def may_be_secret(filing: Filing) -> bool:
    """Whether 是否涉密 says anything but 否."""
    return filing.text("unit", "secret").strip() not in OPEN


def is_secret(project: Row) -> bool:
    """Of a row of the register: 涉密, or what people paste over the list (涉密项目, 属涉密, 不宜公开; not 不涉密)."""
    said = "".join(plain(project.text("why_not")).split())
    secret = (_SECRET in clause and not _DENIED.fullmatch(clause) for clause in _CLAUSES.split(said))
    return any(secret) or _CLOSED.search(said) is not None


def names_withheld(filing: Filing) -> set[str]:
    """The names of the 涉密 projects, `bare`."""
    return {bare(row.text("name")) for row in filing.added("projects") if is_secret(row)} - {""}


def _secret_copies(filing: Filing, secret: set[str]) -> Iterator[int]:
    """The sheets of annex 3 that speak of a 涉密 project all the same."""
    for row in filter(is_secret, filing.added("projects")):
        ranked = row["copy"].number if "copy" in row.figures else None
        if ranked is not None:
            yield int(ranked)
    for copy in filing.copies:
        if bare(filing.text("project_head", "name", copy=copy)) in secret:
            yield copy


def _public(table: Table, secret: set[str]) -> Table:
    if table.block.key == "explanations":
        return replace(table, rows=())
    if table.block.key == "unit":
        return replace(table, rows=tuple(map(_nameless, table.rows)))
    return replace(table, rows=tuple(row for row in table.rows if not _is_private(table, row, secret)))


def _nameless(row: Row) -> Row:
    if row.key not in (*PERSONS, PHONE):
        return row
    return replace(row, figures={column: _blank(figure) for column, figure in row.figures.items()})


def _blank(figure: Figure) -> Figure:
    return replace(figure, typed=None, computed=None, unreadable="")


def _is_private(table: Table, row: Row, secret: set[str]) -> bool:
    """In the register by its reason, in annexes 4 to 6 by its name."""
    if table.block.key == "projects":
        return row.number > 0 and is_secret(row)
    return row.number > 0 and "name" in row.figures and bare(row.text("name")) in secret
