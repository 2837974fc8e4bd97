"""The sheets of our own template as filled in: every block at the place that was found for it."""

import re
from collections.abc import Mapping, Sequence
from itertools import count

from selfeval_xl.filing import book_scale
from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Block, Form
from selfeval_xl.places import Place
from selfeval_xl.reading.gathering import LAST_COLUMN, Gathering
from selfeval_xl.reading.locating import Found, added_rows, fixed_rows, rows_below

COPY = re.compile(r"(\d+)\D*$")
Places = Mapping[str, Sequence[Found]]
"""Each block → every place of it."""


def read_template(gathering: Gathering, places: Places) -> frozenset[str]:
    """Every block into `gathering`. Returns the keys of the sheets that the file does not have."""
    absent = _missing_sheets(gathering, places)
    numbers = _copy_numbers(gathering.form, places)
    for block in gathering.form.blocks():
        for copy, found in _copies(gathering, block, places[block.key], numbers):
            _block(gathering, block, copy, found)
    return absent


def scale_of(form: Form, places: Places) -> int:
    """The unit of the book, from its own cell."""
    for found in places["unit"]:
        for row in fixed_rows(found).get("money_unit", []):
            cell = found.labels.sheet.cells.get((row, found.columns.get("value", 0)))
            return book_scale(f"{cell.value}".strip() if cell else "")
    return book_scale("")


def _missing_sheets(gathering: Gathering, places: Places) -> frozenset[str]:
    """One finding for a sheet that is gone, not one for each of its blocks."""
    absent = set()
    for sheet in gathering.form.sheets:
        gone = [block for block in sheet.blocks if not places[block.key]]
        if sheet.lacked:
            continue
        if len(gone) == len(sheet.blocks):
            gathering.report("R-01", f"缺少工作表“{sheet.name_of(1)}”", Place(sheet.name_of(1), 1, 1))
            absent.add(sheet.key)
            continue
        for block in (block for block in gone if not block.lacked):
            where = next(f for b in sheet.blocks for f in places[b.key]).labels.sheet.name
            gathering.report("R-02", f"找不到“{block.title}”：标题或表头被改动或删除", Place(where, 1, 1))
    return frozenset(absent)


def _copy_numbers(form: Form, places: Places) -> dict[str, int]:
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
    gathering: Gathering, block: Block, found: Sequence[Found], numbers: dict[str, int]
) -> list[tuple[int, Found | None]]:
    """The places to read the block from, with copy numbers; None stands for a block that is not there."""
    if not block.repeated:
        if len(found) > 1:
            _report_doubles(gathering, block, found)
        return [(0, found[0] if len(found) == 1 else None)]
    by_sheet: dict[str, list[Found]] = {name: [] for name in numbers}
    for place in found:
        by_sheet[place.labels.sheet.name].append(place)
    for name, places in by_sheet.items():
        if found and not places and not block.lacked:
            gathering.report("R-02", f"找不到“{block.title}”：标题或表头被改动或删除", Place(name, 1, 1))
        elif len(places) > 1:
            _report_doubles(gathering, block, places)
    return [(numbers[name], places[0] if len(places) == 1 else None) for name, places in by_sheet.items()]


def _report_doubles(gathering: Gathering, block: Block, found: Sequence[Found]) -> None:
    cells = [Place(f.labels.sheet.name, f.title_row, f.label_column) for f in found]
    gathering.report("R-03", f"“{block.title}”有 {len(found)} 处，不知以哪处为准", *cells)


def _block(gathering: Gathering, block: Block, copy: int, found: Found | None) -> None:
    if found is None:
        sheet = _sheet_name(gathering.form, block, copy)
        for row in block.rows:
            number = 1 if row.many else 0
            if gathering.form.lacks(block.key):
                gathering.lacking(block, copy, row.key, number, sheet)
            else:
                gathering.blank(block, copy, row.key, number, Place(sheet, 1, 1))
        return
    name = found.labels.sheet.name
    for label in found.missing_columns:
        message = f"“{block.title}”缺少列“{label}”：表头被改动、重复或删除"
        gathering.report("R-04", message, Place(name, found.head_row, found.label_column))
    rows = fixed_rows(found)
    for row in block.rows:
        if row.many:
            taken = {r for places in rows.values() for r in places}
            lines = added_rows(found, taken) or [found.head_row + 2]
            for below in rows_below(found, taken):
                gathering.report(
                    "R-09", f"第 {below} 行填在“{block.title}”之外，没有读入", Place(name, below, 1)
                )
            for number, line in enumerate(lines, 1):
                _row(gathering, found, Key(block.key, copy, row.key, number, ""), line)
        elif len(rows[row.key]) == 1:
            _row(gathering, found, Key(block.key, copy, row.key, 0, ""), rows[row.key][0])
        elif row.lacked and not rows[row.key]:
            gathering.lacking(block, copy, row.key, 0, name)
        else:
            what = "有两行" if rows[row.key] else "缺少行"
            gathering.report(
                "R-04", f"“{block.title}”{what}“{row.label}”", Place(name, found.head_row, found.label_column)
            )
            gathering.blank(block, copy, row.key, 0, Place(name, found.head_row, found.label_column))


def _sheet_name(form: Form, block: Block, copy: int) -> str:
    return form.sheet_of(block.key).name_of(copy or 1)


def _row(gathering: Gathering, found: Found, key: Key, line: int) -> None:
    block = found.block
    for index, column in enumerate(block.columns):
        if (key.row, column.key) not in block.fields:
            continue
        at = found.columns.get(column.key, 0)
        cell = found.labels.sheet.cells.get((line, at)) if at else None
        away = (LAST_COLUMN if column.lacked else found.label_column) + index
        place = Place(found.labels.sheet.name, line, at or away)
        gathering.put(key._replace(column=column.key), cell, place)
