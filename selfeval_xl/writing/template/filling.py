"""A filing from plain values: what a person would have typed into the template, cell by cell."""

from collections.abc import Mapping

from selfeval_xl.filing import Filing, Key, book_scale, unit_scale
from selfeval_xl.filing.computing import assemble
from selfeval_xl.filing.values import entry
from selfeval_xl.forms import Form
from selfeval_xl.layout import entry as entry_sheets

Values = Mapping[Key, object]
"""Key → what is typed there, in the cell's own unit (元 or 万元 as the book says; 万元 in annexes)."""

MONEY_UNIT = Key("unit", 0, "money_unit", 0, "value")


def filled(form: Form, values: Values) -> Filing:
    """The filing that reading the filled template gives. Raises KeyError for a key that the template lacks."""
    places = {key: place for sheet in entry_sheets(form) for key, place in sheet.places().items()}
    unknown = set(values) - set(places)
    if unknown:
        raise KeyError(f"not in the template: {sorted(unknown)}")
    scale = book_scale(str(values.get(MONEY_UNIT, "")))
    entries = {}
    for key, place in places.items():
        block = form.block(key.block)
        entries[key] = entry(
            place, values.get(key), block.fields[key.row, key.column], unit_scale(block, scale)
        )
    return assemble(form, entries, scale)
