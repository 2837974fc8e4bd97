"""附件1: blocks one below the other, projects named under the kind of expenditure that they belong to."""

import re
from collections.abc import Mapping

from selfeval_xl.expressions import Rows
from selfeval_xl.filing import Key
from selfeval_xl.forms import Block
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.official.facts import labels_at, read_facts
from selfeval_xl.reading.official.labels import WHOLE, core, furniture, named
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.signatures import body
from selfeval_xl.reading.official.tables import Head, Labelled, filled_rows, head_of, read_labelled, read_row

LEAST = {"posts": 2, "costs": 2, "buildings": 3}
"""So many labels make a head: fewer might be anything."""
NUMBERED = re.compile(r"\s*\d{1,2}\s*[、.．]")
"""As the kinds of expenditure are: 3、省级专项资金."""


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
            _projects(page, gathering, head, read_labelled(page, gathering, head, end), end)
        else:
            _objects(page, gathering, head, end)
    read_facts(page, gathering, blocks["thrift"], page.first, page.last + 1)


def _one_line(page: Page, gathering: Gathering, head: Head, end: int) -> None:
    """The only row below the head; of several the one that says 合计."""
    lines = list(filled_rows(page, head, end))
    sums = [line for line in lines if any(core(text) in WHOLE for _, text in page.labels(line, head.left))]
    if len(lines) == 1 or len(sums) == 1:
        line = (sums or lines)[0]
        page.used |= {(line, column) for column, text in page.labels(line, head.left) if core(text) in WHOLE}
        read_row(page, gathering, head, Key(head.block.key, 0, head.block.rows[0].key, 0, ""), line)
    elif lines:
        message = f"“{head.block.title}”有 {len(lines)} 行，其中没有（或不止一行）合计，不知以哪行为准"
        gathering.report("R-04", message, *(page.place(line, head.left) for line in lines))


def _objects(page: Page, gathering: Gathering, head: Head, end: int) -> None:
    """Finished buildings; the name, for which the official form has no head, left of the figures."""
    many = head.block.many
    assert many is not None
    sums = {
        line
        for line in body(page, head.last + 1, end)
        if any(core(t) in WHOLE for _, t in page.labels(line, head.left))
    }
    for number, line in enumerate((row for row in filled_rows(page, head, end) if row not in sums), 1):
        key = Key(head.block.key, 0, many.key, number, head.block.name_column)
        at = _own_label(page, line, head.left, furniture([head.block]))
        gathering.put(key, page.take(line, at), page.place(line, at or 1))
        read_row(page, gathering, head, key, line)


def _own_label(page: Page, line: int, left: int, known: frozenset[str]) -> int:
    """The column of the only text left of the figures that is no label of the form; 0 for none, or several."""
    own = [column for column, text in page.labels(line, left) if core(text) not in known]
    return own[0] if len(own) == 1 else 0


def _projects(page: Page, gathering: Gathering, head: Head, found: Labelled, end: int) -> None:
    """The rows below a kind of expenditure, or beside it, that bear a name of their own: projects of that kind. They
    stand above another kind or the row that follows the kinds in the form; others are rows whose label was changed, and
    so is one that is numbered as the kinds are: what stands below it is of no known kind."""
    kinds = {
        line: own for key, lines in found.rows.items() for line in lines if (own := _sums(head.block, key))
    }
    kinds |= {line: own for line, key in found.groups.items() if (own := _sums(head.block, key))}
    known = {line: key for key, lines in found.rows.items() for line in lines}
    followers = _followers(head.block)
    sums: dict[str, Rows] = {}
    number = 0
    for line in body(page, head.last + 1, end):
        sums = kinds.get(line, {} if line in known else sums)
        at = 0 if line in known else _own_label(page, line, head.left, WHOLE)
        if at and NUMBERED.match(f"{page.rows[line][at].value}"):
            sums = {}
        above = known.get(min((below for below in known if below > line), default=0))
        if sums and at and above in followers:
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
