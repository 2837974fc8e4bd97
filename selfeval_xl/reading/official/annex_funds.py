"""附件4 to 附件6: one row an item and their sum, or the sentence that there is nothing."""

import re
from collections.abc import Sequence

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form
from selfeval_xl.forms import Sheet as Annex
from selfeval_xl.money import plain as number_text
from selfeval_xl.reading.entries import says_nothing
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official import accounts
from selfeval_xl.reading.official.accounts import Line, Sum
from selfeval_xl.reading.official.labels import core
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.tables import Head, filled_rows, head_of, read_labelled, read_row

LEAST = 3
REMARK = re.compile(r"^(?:说明|备注|注)\d*[、.]?")
NIL = re.compile(r"(?:本|我|该|20\d\d|无|没有|未|经).{0,60}")
"""How a sentence begins that says that there is nothing; a note begins otherwise."""
ADVICE = re.compile(r"的(?:单位|部门)|填[“\"无0零]|请|[如若]无|如有|应填|须填|不填")
"""What notes say of how the annex is to be filled in."""
DENIED = re.compile(r"无|没有|未安排|未发生|不涉及")
NO_DATA = re.compile(r"本表(?:无|没有)|无数据|[无没]有?(?:此|该)(?:项|类)")
NOTHING = re.compile(r"(?:本表|此项)?(?:无|没有|不涉及|未发生)(?:此项|该项|数据|内容)?(?:支出)?[。.]?")
SUBTOTAL = re.compile(r".{0,24}(?:合计|小计|总计)")


def read(page: Page, gathering: Gathering) -> None:
    """Items under their heads, the sum wherever it stands; without items the sentence says that there are none."""
    items = next(block for block in page.annex.blocks if block.many)
    nil = next(block for block in page.annex.blocks if not block.many)
    sentence = nil_sentence(page, gathering.form)
    head = head_of(page, gathering, items, LEAST)
    count = _table(page, gathering, head, sentence[0] if sentence else 0) if head is not None else 0
    if sentence is None or count:
        return
    beside = {(sentence[0], column) for column in page.rows[sentence[0]]}
    if not any(not isinstance(c.value, str) and (p.row, p.column) not in beside for p, c in page.unread()):
        key = Key(nil.key, 0, nil.rows[0].key, 0, nil.columns[0].key)
        page.used |= beside
        gathering.put(key, Cell(nil.fields[key.row, key.column].choices[0]), page.place(*sentence))


def nil_sentence(page: Page, form: Form) -> tuple[int, int] | None:
    """Where it says 本单位2023年度无政府性基金预算支出，故本表无数据, with no figure but 0 in its row, and of no other
    annex."""
    for row, cells in page.rows.items():
        said = [
            (column, cell.value)
            for column, cell in cells.items()
            if isinstance(cell.value, str)
            and not (says_nothing(cell.value) and not NOTHING.fullmatch(plain(cell.value)))
        ]
        figures = [cell.value for cell in cells.values() if not isinstance(cell.value, str)]
        texts = {plain(text) for _, text in said}
        first = bool(said) and (row, said[0][0]) not in page.used
        if (
            first
            and len(texts) == 1
            and not any(f for f in figures if f != 1)
            and _says_nil(texts.pop(), page, form)
        ):
            return row, said[0][0]
    return None


def _says_nil(said: str, page: Page, form: Form) -> bool:
    own, text = _subject(page.annex), REMARK.sub("", said)
    if NOTHING.fullmatch(text) or not own:
        return bool(own)
    others = (subject for sheet in form.sheets if (subject := _subject(sheet)) and subject != own)
    if not NIL.fullmatch(text) or not DENIED.search(text) or ADVICE.search(text):
        return False
    return own in text or (NO_DATA.search(text) is not None and not any(other in text for other in others))


def _subject(annex: Annex) -> str:
    """政府性基金 of 2023年度政府性基金预算支出情况表; "" for an annex that has no such sentence."""
    found = re.fullmatch(r"(?:20\d\d年度?)?(.+?)预算支出情况表", plain(annex.title))
    return found[1] if found else ""


def _table(page: Page, gathering: Gathering, head: Head, sentence: int) -> int:
    """Reads the items; returns how many there are."""
    end = page.last + 1
    taken = {row for rows in read_labelled(page, gathering, head, end).rows.values() for row in rows} | {
        sentence
    }
    rows = [row for row in filled_rows(page, head, end) if row not in taken and _has_amount(page, head, row)]
    subtotals = {row for row in rows if _is_subtotal(page, row)}
    lines = accounts.lines(page, head, [row for row in rows if row not in subtotals])
    for line in lines:
        if accounts.empty(line):
            _take(page, head, line.row)
    lines = [line for line in lines if not accounts.empty(line)]
    upper = accounts.sums(lines)
    leaves = [
        o for o in lines if o.row not in {u.line.row for u in upper} and not accounts.part_of_another(o)
    ]
    for number, line in enumerate(leaves, 1):
        _item(page, gathering, head, line, number)
    for one in [*upper, *_subtotals(page, head, sorted(subtotals), leaves)]:
        _take(page, head, one.line.row)
        _compare(page, gathering, head, one)
    return len(leaves)


def _item(page: Page, gathering: Gathering, head: Head, line: Line, number: int) -> None:
    many = head.block.many
    assert many is not None
    key = Key(head.block.key, 0, many.key, number, "")
    _serial(page, head, line.row)
    columns = [c for c in accounts.code_columns(page, head) if c in page.rows[line.row]]
    if line.code:
        page.used |= {(line.row, column) for column in columns}
        at = page.place(line.row, line.code_column or head.left)
        gathering.put(key._replace(column="code"), Cell(line.code), at)
    if line.code_column and line.code_column not in columns:  # the code stands in the name's cell
        page.used.add((line.row, line.code_column))
        gathering.put(key._replace(column="name"), Cell(line.name), page.place(line.row, line.code_column))
    read_row(page, gathering, head, key, line.row)


def _serial(page: Page, head: Head, row: int) -> None:
    """序号, with or without a head of its own."""
    columns = [*accounts.code_columns(page, head), *(s.start for s in head.columns.values())]
    if (at := page.alone(row, range(1, min(columns)))) > 0:
        page.used.add((row, at))


def _take(page: Page, head: Head, row: int) -> None:
    """A line that is no item of its own counts as read, what it says in words apart."""
    _serial(page, head, row)
    words = {
        c
        for k, s in head.columns.items()
        if head.block.column(k).kind.numeric is False and k == "note"
        for c in s
    }
    page.used |= {
        (row, column) for column in page.rows[row] if column not in words and _headed(page, head, column)
    }


def _headed(page: Page, head: Head, column: int) -> bool:
    return column < head.left or any(column in span for span in head.columns.values())


def _has_amount(page: Page, head: Head, row: int) -> bool:
    """Whether any amount stands in the row: a name alone may be a remark."""
    amounts = {c for key, s in head.columns.items() if head.block.column(key).kind.numeric for c in s}
    return any(c in amounts and not says_nothing(cell.value) for c, cell in page.rows.get(row, {}).items())


def _is_subtotal(page: Page, row: int) -> bool:
    texts = (cell.value for cell in page.rows[row].values() if isinstance(cell.value, str))
    return any(SUBTOTAL.fullmatch(core(text)) for text in texts)


def _subtotals(page: Page, head: Head, rows: Sequence[int], leaves: Sequence[Line]) -> list[Sum]:
    """小计 of the items above it, down from the one before; or of those below it, up to the next."""
    found = []
    for at, line in enumerate(accounts.lines(page, head, rows)):
        before = rows[at - 1] if at else head.last
        after = rows[at + 1] if at + 1 < len(rows) else page.last + 1
        above = Sum(line, tuple(o for o in leaves if before < o.row < line.row))
        below = Sum(line, tuple(o for o in leaves if line.row < o.row < after))
        every = Sum(line, tuple(leaves))
        choices = [one for one in (above, below, every) if one.parts]
        found.append(next((one for one in choices if not [*one.differing()]), (choices or [above])[0]))
    return found


def _compare(page: Page, gathering: Gathering, head: Head, one: Sum) -> None:
    """Is an upper level, or a 小计, what its lines add up to?"""
    for column, total in one.differing():
        label = head.block.column(column).label
        name = " ".join(f"{one.line.code} {one.line.name}".split()) or "小计"
        message = (
            f"{page.name}“{name}”{label}{number_text(one.line.amounts[column])}万元，"
            f"其下各项合计{number_text(total)}万元，相差{number_text(abs(one.line.amounts[column] - total))}万元"
        )
        at = head.columns[column].start
        gathering.report("R-38", message, *(page.place(o.row, at) for o in (one.line, *one.parts)))
