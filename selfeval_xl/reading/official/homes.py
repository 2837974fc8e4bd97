"""What the annexes repeat is entered where the template has it: a linked cell's figure in the cell that it comes from.

All rules that the template's own sheets have then hold for the annexes, as far as they say enough; and where two
annexes repeat one figure, the second stays where it is and is compared with it.
"""

from collections.abc import Mapping

from selfeval_xl.expressions import Cell
from selfeval_xl.filing import Key
from selfeval_xl.filing.computing import PICKED
from selfeval_xl.filing.values import Entry
from selfeval_xl.forms import Form, Pick, Rank
from selfeval_xl.places import Place
from selfeval_xl.reading.official.labels import core

Entries = dict[Key, Entry]


def at_home(form: Form, entries: Entries, copies: Mapping[int, Place]) -> Entries:
    """The entries, those of linked cells in the cells that they come from; their own are blank then. `copies`: the
    sheets of the repeated annex, and where a name would stand that one lacks."""
    named = copies if form.has(*PICKED, "value") else {}
    nameless = {Key(PICKED[0], copy, PICKED[1], 0, "value"): Entry(place) for copy, place in named.items()}
    moved = {**nameless, **entries}
    apart = _of_executed(form, entries)
    for key in entries:
        home = _home(form, key)
        if home != key and not (apart and form.block(key.block).inline):
            _move(moved, key, home)
    _register(form, moved, sorted(copies))
    return moved


def _home(form: Form, key: Key) -> Key:
    """The end of the chain of links."""
    formula = form.block(key.block).fields[key.row, key.column].formula
    if not isinstance(formula, Cell) or form.block(formula.block).repeated:
        return key
    return _home(form, Key(formula.block, 0, formula.row, 0, formula.column))


def _of_executed(form: Form, entries: Entries) -> bool:
    """Whether the splits add up to what was executed, not to the budget of the year: both are usual."""
    funds = {c: entries.get(Key("request", 0, "total", 0, c)) for c in ("full", "executed")}
    full, executed = (entry.value if entry else None for entry in funds.values())
    totals = [
        entries[key].value
        for block in form.blocks()
        if block.inline and (key := Key(block.key, 0, block.rows[-1].key, 0, block.columns[0].key)) in entries
    ]
    return executed != full and executed is not None and executed in totals and full not in totals


def _move(entries: Entries, key: Key, home: Key) -> None:
    found = entries.get(key)
    if found is None or found.value is None or (home in entries and not entries[home].blank):
        return
    entries[home] = found
    entries[key] = Entry(found.place)


def _register(form: Form, entries: Entries, copies: list[int]) -> None:
    """Each sheet of a repeated annex beside the line of the register that it is about, if there is any.

    The lines are counted anew, those with a sheet first, in the order of the sheets: that is what links them.
    """
    picks = [
        (Key(block.key, 0, row, 0, column), field.formula)
        for block in form.blocks()
        for (row, column), field in block.fields.items()
        if isinstance(field.formula, Pick)
    ]
    if not picks:
        return
    register = form.block(picks[0][1].block)
    if not copies or register.many is None:
        return
    line = Key(register.key, 0, register.many.key, 0, register.name_column)
    names = _names(entries, line)
    if not names:
        return
    own = {copy: _line_of(entries, names, line, copy, picks) for copy in copies}
    # Two sheets of one line: neither is known to be the one that it is about.
    linked = {copy: 0 if list(own.values()).count(number) > 1 else number for copy, number in own.items()}
    rest = sorted(set(names) - set(linked.values()))
    _counted_anew(entries, line, [*linked.values(), *rest])
    for number, copy in enumerate([*copies, *(0 for _ in rest)], 1):
        _separate(form, entries, line._replace(number=number), copy)
        for key, pick in picks if copy and linked[copy] else ():
            # The name on the sheet says which line it is, so it stays there, too.
            move = _copied if (key.block, key.row) == PICKED else _move
            move(entries, key._replace(copy=copy), line._replace(number=number, column=pick.column))


def _names(entries: Entries, line: Key) -> dict[int, str]:
    """The register's lines with their names."""
    return {k.number: _plain(entries, k) for k in entries if k._replace(number=0) == line}


def _line_of(
    entries: Entries, names: Mapping[int, str], line: Key, copy: int, picks: list[tuple[Key, Pick]]
) -> int:
    """The number of the line that bears the sheet's name; of several the one with its amounts; 0 where none is alone."""
    name = _plain(entries, Key(PICKED[0], copy, PICKED[1], 0, "value"))
    same = [number for number, own in names.items() if own and own == name]
    if len(same) <= 1:
        return same[0] if same else 0
    amounts = [(key._replace(copy=copy), pick.column) for key, pick in picks if key.row != PICKED[1]]
    close = [number for number in same if _agree(entries, line._replace(number=number), amounts)]
    return close[0] if len(close) == 1 else 0


def _agree(entries: Entries, line: Key, amounts: list[tuple[Key, str]]) -> bool:
    """Whether what both say of amounts is the same."""
    pairs = [(entries.get(key), entries.get(line._replace(column=column))) for key, column in amounts]
    both = [(a.value, b.value) for a, b in pairs if a and b and a.value is not None and b.value is not None]
    return bool(both) and all(a == b for a, b in both)


def _plain(entries: Entries, key: Key) -> str:
    found = entries.get(key)
    return core(f"{found.value}") if found is not None and not found.blank else ""


def _counted_anew(entries: Entries, line: Key, order: list[int]) -> None:
    before = {
        key: entries.pop(key) for key in list(entries) if (key.block, key.row) == (line.block, line.row)
    }
    for number, old in enumerate(order, 1):
        entries.update({k._replace(number=number): e for k, e in before.items() if old and k.number == old})


def _separate(form: Form, entries: Entries, line: Key, copy: int) -> None:
    """Whether the project has a sheet of its own: that is what the rank counts."""
    block = form.block(line.block)
    fields, rank = block.fields, block.fields[line.row, block.rank_column].formula
    assert isinstance(rank, Rank)
    others = [choice for choice in fields[line.row, rank.column].choices if choice != rank.value]
    key = Key(PICKED[0], copy, PICKED[1], 0, "value") if copy else line
    place = entries[key].place
    entries[line._replace(column=rank.column)] = Entry(place, rank.value if copy else others[0])


def _copied(entries: Entries, key: Key, home: Key) -> None:
    if home not in entries or entries[home].blank:
        entries[home] = entries[key]
