"""The sheets of our own template as filled in: every block at the place that was found for it."""

import re
from collections.abc import Mapping, Sequence
from itertools import count

from selfeval_xl.filing import Key, book_scale
from selfeval_xl.forms import Block, Form
from selfeval_xl.places import Place
from selfeval_xl.reading.gathering import LAST_COLUMN, Gathering
from selfeval_xl.reading.locating import Found, added_rows, fixed_rows, guard_rows, rows_below
from selfeval_xl.reading.stray_numbers import Taken
from selfeval_xl.reading.strays import tell_strays

COPY = re.compile(r"(?<!\d)(\d{1,4})\D*$")
Places = Mapping[str, Sequence[Found]]
"""Each block → every place of it."""


def read_template(gathering: Gathering, places: Places) -> frozenset[str]:
    """Every block into `gathering`. Returns the keys of the sheets that the file does not have."""
    absent = _missing_sheets(gathering, places)
    numbers = _copy_numbers(gathering.form, places)
    read = [
        _block(gathering, block, copy, found)
        for block in gathering.form.blocks()
        for copy, found in _copies(gathering, block, places[block.key], numbers)
    ]
    tell_strays(gathering, [taken for taken in read if taken is not None])
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


def _block(gathering: Gathering, block: Block, copy: int, found: Found | None) -> Taken | None:
    """What was read from where; None: the block is not there."""
    if found is None:
        _nowhere(gathering, block, copy)
        return None
    rows = fixed_rows(found)
    taken = {line for places in rows.values() for line in places}
    lines: dict[int, Key] = {}
    told = [line for places in rows.values() if len(places) > 1 for line in places]
    _missing_columns(gathering, found)
    for row in block.rows:
        key = Key(block.key, copy, row.key, 0, "")
        if row.many:
            lines |= {
                line: key._replace(number=n) for n, line in enumerate(_added(gathering, found, taken), 1)
            }
            told += _below(gathering, found, taken)
        elif len(rows[row.key]) == 1:
            lines[rows[row.key][0]] = key
        elif row.lacked and not rows[row.key]:
            gathering.lacking(block, copy, row.key, 0, found.labels.sheet.name)
        else:
            _unclear(gathering, found, key, twice=bool(rows[row.key]))
    for line, key in lines.items():
        _row(gathering, found, key, line)
    return Taken(found, lines, frozenset(told))


def _nowhere(gathering: Gathering, block: Block, copy: int) -> None:
    """A block that is not in the file, or not in the edition of the template that it was filled in on."""
    sheet = _sheet_name(gathering.form, block, copy)
    for row in block.rows:
        number = 1 if row.many else 0
        if gathering.form.lacks(block.key):
            gathering.lacking(block, copy, row.key, number, sheet)
        else:
            gathering.blank(block, copy, row.key, number, Place(sheet, 1, 1))


def _missing_columns(gathering: Gathering, found: Found) -> None:
    for label in found.missing_columns:
        message = f"“{found.block.title}”缺少列“{label}”：表头被改动、重复或删除"
        gathering.report("R-04", message, _head_of(found))


def _added(gathering: Gathering, found: Found, taken: set[int]) -> list[int]:
    if gathering.spare and (guards := guard_rows(found)):
        return list(range(found.head_row + 2, min([found.end, *taken, *guards])))
    return added_rows(found, taken) or [found.head_row + 2]


def _below(gathering: Gathering, found: Found, taken: set[int]) -> list[int]:
    """The rows that people filled below the guard text."""
    below = rows_below(found, taken)
    for line in below:
        message = f"第 {line} 行填在“{found.block.title}”之外，没有读入"
        gathering.report("R-09", message, Place(found.labels.sheet.name, line, 1))
    return below


def _unclear(gathering: Gathering, found: Found, key: Key, *, twice: bool) -> None:
    """A row whose label is not there, or there twice."""
    what, row = "有两行" if twice else "缺少行", found.block.row(key.row)
    gathering.report("R-04", f"“{found.block.title}”{what}“{row.label}”", _head_of(found))
    gathering.blank(found.block, key.copy, key.row, 0, _head_of(found))


def _head_of(found: Found) -> Place:
    return Place(found.labels.sheet.name, found.head_row, found.label_column)


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
