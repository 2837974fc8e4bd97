"""A file as a witness: what kind it is, whose, of which year and scope, and what it says."""

import re
from collections.abc import Sequence
from pathlib import Path

from selfeval_xl.errors import UnusableFile
from selfeval_xl.forms import Form
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.witnesses.facts import Witness, WitnessKind
from selfeval_xl.witnesses.finding import YEAR, find_tables, titles_on
from selfeval_xl.witnesses.last_year import last_filing
from selfeval_xl.witnesses.ledger import is_ledger
from selfeval_xl.witnesses.looking_up import Looking
from selfeval_xl.witnesses.mapping import mapping
from selfeval_xl.witnesses.opening import INSTEAD, Opened, opened
from selfeval_xl.witnesses.platform import ledger_facts
from selfeval_xl.witnesses.stating import state
from selfeval_xl.witnesses.targets import targets

EXPORT_SHEET = re.compile(r"^(?:[ZF]\d\d|FMDM|CS\d|QB\d)")
EXPORT_MARK = re.compile(r"财决.{0,6}表")
NAMED = re.compile(
    r"(?:部门|编制单位|填报单位|公开部门|单位名称|预算单位|单位)(?:\([^)]*\)|（[^）]*）)?\s*[:：]\s*(?:(\d{3,})\s*[-_]?\s*)?(\S+)"
)
MONEY_ALONE = re.compile(r"(?:万|百万|千|亿)?元.*")
KINDS = {
    WitnessKind.ACCOUNTS: "accounts",
    WitnessKind.EXPORT: "export",
    WitnessKind.BUDGET: "budget",
}


def read_witness(path: Path, form: Form, unit: str = "") -> Witness:
    """What the file says of `form`'s fiscal year, or of the year before. Raises UnusableFile: no file that holds any
    of it, in one sentence with what to bring instead.

    `unit`: its code or name, for a list of budget items of the whole bureau."""
    return witness_of(opened(path), form, unit)


def witness_of(file: Opened, form: Form, unit: str = "") -> Witness:
    """As `read_witness`, of a file that is open."""
    if file.is_ours:
        return last_filing(file.path, form)
    if is_ledger(file.sheets, form):
        return ledger_facts(file.name, file.sheets, form, unit)
    kind = kind_of(file.sheets)
    if kind is None:
        raise UnusableFile(f"「{file.name}」里没有决算、预算或指标执行的表，不能取数；{INSTEAD}。")
    return _published(file.name, file.sheets, kind, form)


def kind_of(sheets: Sequence[Sheet]) -> WitnessKind | None:
    """By content: marks of the 决算 software, else which word its titles have."""
    marked = any(
        EXPORT_SHEET.match(sheet.name)
        or any(
            isinstance(c.value, str) and EXPORT_MARK.fullmatch(c.value.strip()) for c in sheet.cells.values()
        )
        for sheet in sheets
    )
    if marked:
        return WitnessKind.EXPORT
    titles = [title for sheet in sheets for _, title, _ in titles_on(sheet)]
    accounts = sum("决算" in title for title in titles)
    budget = sum(
        "决算" not in title and ("预算" in title or "收支" in title or "绩效目标" in title)
        for title in titles
    )
    if not accounts and not budget:
        return None
    return WitnessKind.ACCOUNTS if accounts >= budget else WitnessKind.BUDGET


def _published(name: str, sheets: Sequence[Sheet], kind: WitnessKind, form: Form) -> Witness:
    known = mapping(form.base)
    code, unit = unit_of(sheets)
    year = year_of(name, sheets, kind, form)
    found, told = find_tables(name, sheets, known.of_kind(KINDS[kind]), unit, year)
    named = {table.key: table for table in known.tables}
    tables = {key: Looking(table, named[key]) for key, table in found}
    if not tables:
        raise UnusableFile(f"「{name}」像是{kind}，但没有一张表认得；请给完整的{kind}（Excel）。")
    group = KINDS[kind] if year in (0, form.year) else f"{KINDS[kind]}_last"
    stated = state(known, KINDS[kind], group, tables, unit)
    last = () if year else state(known, KINDS[kind], f"{KINDS[kind]}_last", tables, unit).facts
    scope, notes = scope_of(sheets), tuple(told)
    drafts = [
        fact
        for key, of_projects in (("b24", False), ("b23", True))
        if key in tables
        for fact in targets(tables[key].table, of_projects, unit)
    ]
    return Witness(name, kind, year, unit, code, scope, (*stated.facts, *drafts), stated.untold, notes, last)


def unit_of(sheets: Sequence[Sheet]) -> tuple[str, str]:
    """Code and name of the unit, as most sheets say; "" each where nothing says it."""
    said: dict[tuple[str, str], int] = {}
    for sheet in sheets:
        for (row, column), cell in sorted(sheet.cells.items()):
            if row > 8 or not isinstance(cell.value, str):
                continue
            match = NAMED.search(cell.value)
            if match and not MONEY_ALONE.fullmatch(match[2]):
                pair = (match[1] or "", match[2].strip("，。；"))
                said[pair] = said.get(pair, 0) + 1
            elif re.match(r"单位名称", cell.value) and (beside := sheet.cells.get((row, column + 1))):
                pair = ("", str(beside.value))
                said[pair] = said.get(pair, 0) + 1
    if not said:
        return "", ""
    code, unit = max(said, key=lambda pair: said[pair])
    return code or _cover_code(sheets), unit


def _cover_code(sheets: Sequence[Sheet]) -> str:
    for sheet in sheets:
        for (row, column), cell in sheet.cells.items():
            if isinstance(cell.value, str) and cell.value.strip() in ("预算代码", "预算单位编码", "单位编码"):
                beside = sheet.cells.get((row, column + 1))
                if beside is not None and re.fullmatch(r"\d{3,12}", str(beside.value)):
                    return str(beside.value)
    return ""


def dated(file: Opened, kind: WitnessKind) -> int:
    """The fiscal year that a file says itself; 0 where it says none."""
    return year_of(file.name, file.sheets, kind, None)


def year_of(name: str, sheets: Sequence[Sheet], kind: WitnessKind, form: Form | None) -> int:
    """The year that titles and the lines beside them say, else the file's name; 0 where nothing does."""
    said: dict[int, int] = {}
    for sheet in sheets:
        for (row, _), cell in sheet.cells.items():
            if row <= 4 and isinstance(cell.value, str) and (match := YEAR.search(cell.value)):
                said[int(match[1])] = said.get(int(match[1]), 0) + 1
    if said:
        return max(said, key=lambda year: said[year])
    if match := re.search(r"20\d\d", name):
        return int(match[0])
    if "上年" in name or "去年" in name:
        return form.year - 1 if form else 0
    return _year_of_notes(sheets)


def _year_of_notes(sheets: Sequence[Sheet]) -> int:
    """说明：本部门2024年没有…: the one year that sentences below the tables name."""
    said = {
        int(match[1])
        for sheet in sheets
        for cell in sheet.cells.values()
        if isinstance(cell.value, str) and re.match(r"\s*(?:说明|注|备注)", cell.value)
        for match in [YEAR.search(cell.value)]
        if match
    }
    return said.pop() if len(said) == 1 else 0


def scope_of(sheets: Sequence[Sheet]) -> str:
    """单位本级 or 部门汇总, where a title or a line beside it says so."""
    for sheet in sheets:
        for (row, _), cell in sorted(sheet.cells.items()):
            if row <= 4 and isinstance(cell.value, str):
                if re.search(r"[（(]本级[)）]|单位本级", cell.value):
                    return "单位本级"
                if re.search(r"[（(](?:部门)?汇总[)）]|部门汇总", cell.value):
                    return "部门汇总"
    return ""
