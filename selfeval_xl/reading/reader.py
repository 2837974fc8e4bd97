"""From the sheets of a file to a Filing, and what was wrong with the file: findings R-xx.

Blanks stay missing; a text where a number belongs is read where there is one way to read it, and told in any case.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Filing, book_scale
from selfeval_xl.filing.computing import Key, assemble
from selfeval_xl.filing.values import Entry
from selfeval_xl.findings import Finding, Status
from selfeval_xl.forms import Block, Form, Overlay
from selfeval_xl.places import Place
from selfeval_xl.reading import grids
from selfeval_xl.reading.entries import as_in_xls, as_without_texts, taken
from selfeval_xl.reading.file_notes import notes
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import Found, added_rows, find_blocks, fixed_rows, rows_below
from selfeval_xl.reading.marks import is_mark, marked
from selfeval_xl.reading.opening import Kind as FileKind
from selfeval_xl.reading.opening import open_source
from selfeval_xl.reading.pages import RULES

COPY = re.compile(r"(\d+)\D*$")


@dataclass
class _Reading:
    """What is gathered on the way: the cells by key, and trouble."""

    form: Form
    scale: int
    entries: dict[Key, Entry] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def report(self, rule: str, message: str, *places: Place) -> None:
        page = RULES[rule]
        self.findings.append(Finding((rule,), page.level, Status.BROKEN, places, message, page.remedy))


def read(path: Path, form: Form | Overlay | None = None) -> tuple[Filing, list[Finding]]:
    """The filing of a workbook, and what was wrong with it (findings R-xx).

    `form`: which form it is, where the file does not say; or the overlay that is laid on the form that it names.
    Raises UnusableFile when the file is no workbook, or none of the form's blocks can be found in it; FormError.
    """
    source = open_source(path)
    sheets = grids.read_sheets(source)
    named = marked(path, sheets, form)
    form = named.form
    shown = [sheet for sheet in sheets if not is_mark(sheet)]
    places = find_blocks(form, shown)
    if not any(places.values()):
        raise UnusableFile(f"「{path.name}」里找不到“{form.title}”的任何一张表；请用“填报模板”填写后再转换。")
    reading = _Reading(form, _scale(form, places))
    used = {found.labels.sheet.name for every in places.values() for found in every}
    for rule, message, cells in notes(source, [sheet for sheet in shown if sheet.name in used]):
        reading.report(rule, message, *cells)
    if named.differs:
        reading.report("R-20", "模板里的财政部门调整方案与指定的不是同一份，已按指定的核对", named.differs)
    _missing_sheets(reading, places)
    numbers = _copy_numbers(form, places)
    for block in form.blocks():
        for copy, found in _copies(reading, block, places[block.key], numbers):
            _block(reading, block, copy, found)
    entries = as_without_texts(form, reading.entries, reading.scale)
    if source.kind is FileKind.XLS:
        entries = as_in_xls(form, entries, reading.scale)
    return assemble(form, entries, reading.scale), reading.findings


def _scale(form: Form, places: dict[str, list[Found]]) -> int:
    """The unit of the book, from its own cell."""
    for found in places["unit"]:
        for row in fixed_rows(found).get("money_unit", []):
            cell = found.labels.sheet.cells.get((row, found.columns.get("value", 0)))
            return book_scale(f"{cell.value}".strip() if cell else "")
    return book_scale("")


def _missing_sheets(reading: _Reading, places: dict[str, list[Found]]) -> None:
    """One finding for a sheet that is gone, not one for each of its blocks."""
    for sheet in reading.form.sheets:
        gone = [block for block in sheet.blocks if not places[block.key]]
        if len(gone) == len(sheet.blocks):
            reading.report("R-01", f"缺少工作表“{sheet.name_of(1)}”", Place(sheet.name_of(1), 1, 1))
            continue
        for block in gone:
            where = next(f for b in sheet.blocks for f in places[b.key]).labels.sheet.name
            reading.report("R-02", f"找不到“{block.title}”：标题或表头被改动或删除", Place(where, 1, 1))


def _copy_numbers(form: Form, places: dict[str, list[Found]]) -> dict[str, int]:
    """Each sheet that holds a copy of a repeated sheet, with its number: the one in its name, else the next free."""
    names = dict.fromkeys(
        found.labels.sheet.name for block in form.blocks() if block.repeated for found in places[block.key]
    )
    numbers: dict[str, int] = {}
    for name in names:
        match = COPY.search(name)
        if match and int(match[1]) not in numbers.values() and "(" not in name and int(match[1]) > 0:
            numbers[name] = int(match[1])
    free = (number for number in count(1) if number not in numbers.values())
    for name in names:
        if name not in numbers:
            numbers[name] = next(free)
    return numbers


def _copies(
    reading: _Reading, block: Block, found: Sequence[Found], numbers: dict[str, int]
) -> list[tuple[int, Found | None]]:
    """The places to read the block from, with copy numbers; None stands for a block that is not there."""
    if not block.repeated:
        if len(found) > 1:
            _report_doubles(reading, block, found)
        return [(0, found[0] if len(found) == 1 else None)]
    by_sheet: dict[str, list[Found]] = {name: [] for name in numbers}
    for place in found:
        by_sheet[place.labels.sheet.name].append(place)
    for name, places in by_sheet.items():
        if found and not places:
            reading.report("R-02", f"找不到“{block.title}”：标题或表头被改动或删除", Place(name, 1, 1))
        elif len(places) > 1:
            _report_doubles(reading, block, places)
    return [(numbers[name], places[0] if len(places) == 1 else None) for name, places in by_sheet.items()]


def _report_doubles(reading: _Reading, block: Block, found: Sequence[Found]) -> None:
    cells = [Place(f.labels.sheet.name, f.title_row, f.label_column) for f in found]
    reading.report("R-03", f"“{block.title}”有 {len(found)} 处，不知以哪处为准", *cells)


def _block(reading: _Reading, block: Block, copy: int, found: Found | None) -> None:
    if found is None:
        nowhere = Place(_sheet_name(reading.form, block, copy), 1, 1)
        for row in block.rows:
            _blank_row(reading, block, copy, row.key, 1 if row.many else 0, nowhere)
        return
    name = found.labels.sheet.name
    for label in found.missing_columns:
        message = f"“{block.title}”缺少列“{label}”：表头被改动、重复或删除"
        reading.report("R-04", message, Place(name, found.head_row, found.label_column))
    rows = fixed_rows(found)
    for row in block.rows:
        if row.many:
            taken = {r for places in rows.values() for r in places}
            lines = added_rows(found, taken) or [found.head_row + 2]
            for below in rows_below(found, taken):
                reading.report(
                    "R-09", f"第 {below} 行填在“{block.title}”之外，没有读入", Place(name, below, 1)
                )
            for number, line in enumerate(lines, 1):
                _row(reading, found, Key(block.key, copy, row.key, number, ""), line)
        elif len(rows[row.key]) == 1:
            _row(reading, found, Key(block.key, copy, row.key, 0, ""), rows[row.key][0])
        else:
            what = "有两行" if rows[row.key] else "缺少行"
            reading.report(
                "R-04", f"“{block.title}”{what}“{row.label}”", Place(name, found.head_row, found.label_column)
            )
            _blank_row(reading, block, copy, row.key, 0, Place(name, found.head_row, found.label_column))


def _sheet_name(form: Form, block: Block, copy: int) -> str:
    return form.sheet_of(block.key).name_of(copy or 1)


def _blank_row(reading: _Reading, block: Block, copy: int, row: str, number: int, place: Place) -> None:
    """Cells that are not in the file: blank, each at a place of its own beside `place`."""
    for offset, column in enumerate(block.columns):
        if (row, column.key) in block.fields:
            beside = Place(place.sheet, place.row, place.column + offset)
            reading.entries[Key(block.key, copy, row, number, column.key)] = Entry(beside)


def _row(reading: _Reading, found: Found, key: Key, line: int) -> None:
    block = found.block
    for index, column in enumerate(block.columns):
        form_field = block.fields.get((key.row, column.key))
        if form_field is None:
            continue
        at = found.columns.get(column.key, 0)
        cell = found.labels.sheet.cells.get((line, at)) if at else None
        place = Place(found.labels.sheet.name, line, at or found.label_column + index)
        own = key._replace(column=column.key)
        reading.entries[own] = _entry(reading, cell, place, own)


def _entry(reading: _Reading, cell: Cell | None, place: Place, key: Key) -> Entry:
    if cell is None:
        return Entry(place)
    found, trouble = taken(cell, place, key, reading.form, reading.scale)
    if trouble is not None:
        reading.report(*trouble, place)
    return found
