"""附件1: blocks one below the other, projects named under the kind of expenditure that they belong to."""

from collections.abc import Mapping

from selfeval_xl.expressions import Rows
from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Block
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.official.facts import labels_at, read_facts
from selfeval_xl.reading.official.labels import core, furniture, named
from selfeval_xl.reading.official.page import NOTHING, Page
from selfeval_xl.reading.official.tables import Head, filled_rows, head_of, read_labelled, read_row

LEAST = {"posts": 2, "costs": 2, "buildings": 3}
"""So many labels make a head: fewer might be anything."""


def read(page: Page, gathering: Gathering) -> None:
    """Every block by its shape; what is not found is not read."""
    blocks = {block.key: block for block in page.annex.blocks}
    heads = {
        key: head
        for key, least in LEAST.items()
        if (head := head_of(page, gathering, blocks[key], least)) is not None
    }
    texts = labels_at(page, named(blocks["thrift"].rows), page.first, page.last + 1)
    starts = sorted([h.first for h in heads.values()] + [row for cells in texts.values() for row, _ in cells])
    for key, head in heads.items():
        end = next((row for row in starts if row > head.first), page.last + 1)
        if key == "posts":
            _one_line(page, gathering, head, end)
        elif key == "costs":
            rows = read_labelled(page, gathering, head, end)
            _projects(page, gathering, head, rows, end)
        else:
            _objects(page, gathering, head, end)
    read_facts(page, gathering, blocks["thrift"], page.first, page.last + 1)


def _one_line(page: Page, gathering: Gathering, head: Head, end: int) -> None:
    line = next(filled_rows(page, head, end), head.last + 1)
    read_row(page, gathering, head, Key(head.block.key, 0, head.block.rows[0].key, 0, ""), line)


def _objects(page: Page, gathering: Gathering, head: Head, end: int) -> None:
    """Finished buildings; the name, for which the official form has no head, left of the figures."""
    many = head.block.many
    assert many is not None
    for number, line in enumerate(filled_rows(page, head, end), 1):
        key = Key(head.block.key, 0, many.key, number, head.block.name_column)
        at = _own_label(page, line, head.left, furniture([head.block]))
        gathering.put(key, page.take(line, at), page.place(line, at or 1))
        read_row(page, gathering, head, key, line)


def _own_label(page: Page, line: int, left: int, known: frozenset[str]) -> int:
    """The column of the only text left of the figures that is no label of the form; 0 for none, or several."""
    own = [c for c, text in page.texts(line) if c < left and core(text) not in known and not _nothing(text)]
    return own[0] if len(own) == 1 else 0


def _nothing(text: str) -> bool:
    return NOTHING.fullmatch(text) is not None


def _projects(page: Page, gathering: Gathering, head: Head, rows: Mapping[str, list[int]], end: int) -> None:
    """The rows below a kind of expenditure that bear a name of their own: projects of that kind. They stand above
    another kind or the row that follows the kinds in the form; others are rows whose label was changed."""
    kinds = {lines[0]: own for key, lines in rows.items() if lines and (own := _sums(head.block, key))}
    known = {line: key for key, lines in rows.items() for line in lines}
    followers = _followers(head.block)
    sums: dict[str, Rows] = {}
    number = 0
    for line in range(head.last + 1, end):
        if line in known:
            sums = kinds.get(line, {})
        elif (
            sums
            and known.get(min((below for below in known if below > line), default=0)) in followers
            and (at := _own_label(page, line, head.left, frozenset()))
        ):
            number += 1
            _project(page, gathering, head, sums, number, (line, at))


def _followers(block: Block) -> set[str]:
    """The kinds of expenditure, and the row after the last of them."""
    keys = [row.key for row in block.rows]
    kinds = [key for key in keys if _sums(block, key)]
    return {*kinds, *keys[keys.index(kinds[-1]) + 1 :][:1]} if kinds else set()


def _sums(block: Block, row: str) -> dict[str, Rows]:
    """The columns of a row that add up rows which the user adds elsewhere."""
    formulas = {c.key: f.formula for c in block.columns if (f := block.fields.get((row, c.key)))}
    return {key: sums for key, sums in formulas.items() if isinstance(sums, Rows) and not sums.row}


def _project(
    page: Page, gathering: Gathering, head: Head, sums: Mapping[str, Rows], number: int, at: tuple[int, int]
) -> None:
    """One row of the register: its name, what it is counted among, its amounts."""
    line, column = at
    one = next(iter(sums.values()))
    block = gathering.form.block(one.block)
    assert block.many is not None
    key = Key(block.key, 0, block.many.key, number, block.name_column)
    gathering.put(key, page.take(line, column), page.place(line, column))
    for offset, (where, text) in enumerate(one.where):
        gathering.put(key._replace(column=where), Cell(text), page.beside(line, offset))
    for own, source in sums.items():
        cell = page.alone(line, head.columns[own]) if own in head.columns else 0
        place = page.place(line, cell) if cell else page.beside(line, len(one.where) + len(own))
        gathering.put(key._replace(column=source.column), page.take(line, cell), place)
