"""One cell of the file as the entry of its field, and what is wrong with it."""

import re
from collections.abc import Mapping
from datetime import date
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Figure, Key, unit_scale
from selfeval_xl.filing.computing import assemble
from selfeval_xl.filing.values import Entry, entry
from selfeval_xl.findings import shown
from selfeval_xl.forms import Field, Form, Kind
from selfeval_xl.forms.vocabulary import short
from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Cell, State, Value
from selfeval_xl.reading.seen import garbled, no_text, parts_of, seen
from selfeval_xl.reading.shown_amounts import otherwise_seen

LISTED = 15
"""So many choices are named; the list itself has them all."""
NOTHING = re.compile(r"[\s.…·。—－–―─\-_/／\\×]*|\s*(?:无|没有|不适用|不涉及|[Nn]/?[Aa])[\s。.]*")
"""What stands in a figure's cell of an official annex for that there is none."""
Trouble = tuple[str, str]
"""The rule and the message of a finding at that cell."""


def taken(
    cell: Cell, place: Place, key: Key, form: Form, scale: int, ours: bool = True
) -> tuple[Entry, Trouble | None]:
    """The cell as the entry of that key; `scale`: 分 in one unit of the book. `ours`: a formula in a cell that the form
    computes is the template's own."""
    block = form.block(key.block)
    field = block.fields[key.row, key.column]
    if cell.state is State.ERROR:
        return Entry(place, unreadable=f"{cell.value}"), ("R-06", f"公式出错：{cell.value}")
    if cell.state is State.UNCALCULATED:
        if field.formula is not None and ours:
            return Entry(place), None
        return Entry(place, unreadable="未计算的公式"), ("R-07", "公式尚未计算，看不到结果")
    if field.kind in (Kind.TEXT, Kind.PARAGRAPH) and not isinstance(cell.value, bool):
        return _text(cell, place, field)
    if not ours and field.kind.numeric and not field.required and says_nothing(cell.value):
        return Entry(place), None
    found = entry(place, cell.value, field, unit_scale(block, scale))
    if isinstance(found.value, date):
        return found, _other_day(cell, found.value)
    trouble = _trouble(found, field)
    if trouble is None and field.kind.numeric and found.value is not None:
        trouble = otherwise_seen(cell, field, unit_scale(block, scale) if field.kind is Kind.MONEY else 1)
    return found, trouble


def says_nothing(raw: Value) -> bool:
    """Whether official annexes leave a figure open by a sign or a word: the template asks for 0 or a blank."""
    return isinstance(raw, str) and NOTHING.fullmatch(raw) is not None


def _text(cell: Cell, place: Place, field: Field) -> tuple[Entry, Trouble | None]:
    """98% for the number 0.98 in a cell of that format: a text is taken as it is seen."""
    look = seen(cell)
    found = entry(place, look.text, field, 1)
    if found.blank and look.held:
        return found, ("R-28", f"看上去是空白，单元格里存的是 {look.held}")
    why = "" if found.blank or found.value in field.choices else no_text(look.text)
    if why:
        kept = found if garbled(look.text) else Entry(place, unreadable=look.text, why=why)
        return kept, ("R-29", f"“{short(look.text)}”{why}")
    trouble = _trouble(found, field)
    if look.held and trouble is None:
        trouble = "R-28", f"看到的是“{look.text}”，单元格里存的是 {look.held}；按看到的读入"
    return found, trouble


def _other_day(cell: Cell, day: date) -> Trouble | None:
    """A date of which the month alone is seen, or the day without its year."""
    if isinstance(cell.value, str):
        return None
    text = seen(cell).text
    if len(parts_of(text)) > 2:
        return None
    return "R-28", f"看到的是“{text}”，单元格里存的是日期 {day}；按 {day} 读入"


def _trouble(found: Entry, field: Field) -> Trouble | None:
    if found.unreadable:
        return "R-05", _unreadable(found, field)
    if found.converted and found.value is not None:
        return "R-11", f"“{found.converted}”是文字，按 {shown(found.number, field.kind)} 读入"
    if field.choices and not found.blank and found.value not in field.choices:
        rule = "R-10" if field.decisive else "R-08"
        more = "等" if len(field.choices) > LISTED else ""
        return rule, f"“{found.value}”不在下拉列表中，应为：{'、'.join(field.choices[:LISTED])}{more}"
    return None


def _unreadable(found: Entry, field: Field) -> str:
    if field.kind is Kind.DATE:
        return f"“{found.unreadable}”不是日期，请写成 2024-06-20 的样子"
    if field.kind is Kind.DEADLINE:
        return f"“{found.unreadable}”不是日期，请写成 2024-06-20 或 2024年9月底前 的样子"
    return f"“{found.unreadable}”{found.why or '不是数字'}"


def as_without_texts(form: Form, entries: Mapping[Key, Entry], scale: int) -> dict[Key, Entry]:
    """The entries, those of computed cells left blank where a spreadsheet worked them out without the numbers that
    were read from texts: it counts a text as nothing, so that its total is out of date, not typed over."""
    texts = {key for key, found in entries.items() if found.converted}
    if not texts:
        return dict(entries)
    figures = _figures(form, {k: Entry(e.place) if k in texts else e for k, e in entries.items()}, scale)
    stale = {key for key, f in figures.items() if f.computed is not None and f.typed == f.computed}
    return _blanked(entries, stale)


def as_in_xls(form: Form, entries: Mapping[Key, Entry], scale: int) -> dict[Key, Entry]:
    """The entries of an .xls, where calamine shows the text result of a formula, such as our templates' blank, as 0:
    a computed cell that holds 0 is blank where it is a text, or where nothing can be computed."""
    computed = {k for k in entries if form.block(k.block).fields[k.row, k.column].formula is not None}
    naughts = {key for key in computed if entries[key].value in (Fraction(0), "0", "0.0")}
    figures = _figures(form, _blanked(entries, naughts), scale)
    lost = {key for key in naughts if key not in figures or not isinstance(figures[key].computed, Fraction)}
    return _blanked(entries, lost)


def _blanked(entries: Mapping[Key, Entry], keys: set[Key]) -> dict[Key, Entry]:
    return {key: replace(found, value=None) if key in keys else found for key, found in entries.items()}


def _figures(form: Form, entries: Mapping[Key, Entry], scale: int) -> dict[Key, Figure]:
    return {
        Key(table.block.key, table.copy, row.key, row.number, column): figure
        for table in assemble(form, entries, scale).tables.values()
        for row, column, figure in table.figures()
    }
