"""附件2 and 附件3: funds, figures inside labels, objective, indicators whose levels are merged downwards, 总分."""

import re
from collections.abc import Sequence
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl.filing import Key
from selfeval_xl.forms import QUALITATIVE, Block, Kind
from selfeval_xl.money import exact
from selfeval_xl.money import plain as number_text
from selfeval_xl.reading.entries import says_nothing
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Cell
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.facts import read_facts
from selfeval_xl.reading.official.labels import LEAD, core
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.official.signatures import body
from selfeval_xl.reading.official.tables import Head, filled_rows, head_of, read_labelled, read_row
from selfeval_xl.reading.seen import seen

FUNDS, INDICATORS = 3, 4
"""So many labels make a head."""
TOTAL = re.compile(r"(?:自评)?总得?分.*|合计|总计")
LEVELS = ("first", "second")
WORDS = ("name", "target", "actual")
PREPARED = re.compile(r"(?:(?:三级)?指标|目标)?[\dnx一二三四五六七八九十]*[.…·、]*")
"""What forms print where an indicator may be added: 指标2：, ……"""
SUBTOTAL = re.compile(r"(?:[\u4e00-\u9fff]{0,8}指标)?(?:分值|得分)?(?:小计|合计|总计)")
_Said = tuple[Fraction, tuple[int, int], list[Key]]
"""The points that a level says, where, and those of its indicators."""
POINTS = re.compile(
    r"\s*(?:[（(]\s*(?P<in>\d{1,6}(?:\.\d{1,6})?)\s*分?\s*[)）]|(?<![\d.])(?P<bare>\d{1,6}(?:\.\d{1,6})?)\s*分)\s*$"
)
MEASURED = re.compile(r"\d|[≥≤<>=＜＞＝]|不低于|不少于|不超过|不高于|至少")


def read(page: Page, gathering: Gathering) -> None:
    """Every block by its shape; what is not found is not read."""
    many = next(block for block in page.annex.blocks if block.many)
    indicators = head_of(page, gathering, many, INDICATORS)
    top = indicators.first if indicators else page.last + 1
    for block in (block for block in page.annex.blocks if not block.on_screen):
        kinds = {column.kind for column in block.columns}
        if block.many:
            if indicators is not None:
                _indicators(page, gathering, indicators)
        elif block.inline:
            read_facts(page, gathering, block, page.first, top)
        elif not block.label_head:
            if indicators is not None:
                _total(page, gathering, block, indicators)
        elif Kind.PARAGRAPH in kinds:
            read_facts(page, gathering, block, page.first, top, below=True)
        elif Kind.MONEY in kinds:
            if (head := head_of(page, gathering, block, FUNDS)) is not None:
                read_labelled(page, gathering, head, top)
        else:
            read_facts(page, gathering, block, page.first, top)


def _end(page: Page, head: Head) -> int:
    """The row of 总分, or the one after the last."""
    points = head.columns["points"].start if "points" in head.columns else head.left
    for row in body(page, head.last + 1, page.last + 1):
        if any(TOTAL.fullmatch(core(text)) for _, text in page.labels(row, points)):
            return row
    return page.last + 1


def _total(page: Page, gathering: Gathering, block: Block, head: Head) -> None:
    """总分 and its figures, under the heads of the indicators."""
    line = _end(page, head)
    if line > page.last:
        return
    page.used |= {(line, column) for column, text in page.texts(line) if TOTAL.fullmatch(core(text))}
    own = replace(
        head, block=block, columns={k: s for k, s in head.columns.items() if k in ("points", "score")}
    )
    read_row(page, gathering, own, Key(block.key, page.copy, block.rows[0].key, 0, ""), line)


def _indicators(page: Page, gathering: Gathering, head: Head) -> None:
    """Each row with the levels that stand above it; what a level says of its points is compared with them."""
    many = head.block.many
    assert many is not None
    levels: dict[str, Cell | None] = dict.fromkeys(LEVELS)
    said: list[_Said] = []
    since: list[Key] = []
    number = 0
    for line in filled_rows(page, head, _end(page, head)):
        if _is_subtotal(page, line):
            _subtotal(page, gathering, head, line, since)
            since = []
            continue
        real = _is_indicator(page, head, line)
        if not real and not _begins_level(page, gathering, head, line):
            continue
        number += real
        key = Key(head.block.key, page.copy, many.key, number, "")
        for level, (at, cell) in _levels(page, head, line).items():
            if cell is not None:
                levels |= {"first": cell, "second": None} if level == "first" else {"second": cell}
                if (found := POINTS.search(f"{cell.value}")) and level == "first":
                    said.append((Fraction(found["in"] or found["bare"]), (line, at), []))
            if real:
                _level(page, gathering, key._replace(column=level), levels[level], (line, at))
        if real:
            _read_one(page, gathering, head, key, line)
            since.append(key)
            for one in said[-1:]:
                one[2].append(key._replace(column="points"))
        else:
            columns = {column for span in head.columns.values() for column in span}
            page.used |= {(line, column) for column, _ in page.texts(line) if column in columns}
    for points, where, keys in said:
        _compare(page, gathering, points, where, keys)


def _read_one(page: Page, gathering: Gathering, head: Head, key: Key, line: int) -> None:
    read_row(page, gathering, head, key, line)
    _qualitative(gathering, key)
    _shares(page, gathering, head, line)


def _is_indicator(page: Page, head: Head, line: int) -> bool:
    """Whether the row has a name or a target, and is not only prepared for one: 指标2：, …… beside blank cells."""
    texts = {key: _text(page, head, line, key) for key in WORDS}
    if not any(texts.values()):
        return False
    figures = any(_text(page, head, line, key) for key in ("target", "actual", "points", "score"))
    return figures or PREPARED.fullmatch(plain(texts["name"])) is None


def _text(page: Page, head: Head, line: int, key: str) -> str:
    """What stands under a head, "" for nothing or a sign of it."""
    own = (page.rows[line][c].value for c in head.columns.get(key, ()) if c in page.rows[line])
    return next((f"{value}" for value in own if not says_nothing(value)), "")


def _begins_level(page: Page, gathering: Gathering, head: Head, line: int) -> bool:
    """Whether a row without an indicator names a level of those below it, or was prepared for an indicator."""
    if PREPARED.fullmatch(plain(_text(page, head, line, "name"))) and _text(page, head, line, "name"):
        return True
    for level in LEVELS:
        text, choices = _text(page, head, line, level), _choices(gathering, head, level)
        if text and _known(text, choices):
            return True
    return False


def _is_subtotal(page: Page, line: int) -> bool:
    return any(SUBTOTAL.fullmatch(core(text)) for _, text in page.texts(line))


def _subtotal(page: Page, gathering: Gathering, head: Head, line: int, keys: list[Key]) -> None:
    """产出指标小计: no indicator; what it says is compared with those above it."""
    page.used |= {(line, column) for column, text in page.texts(line) if SUBTOTAL.fullmatch(core(text))}
    for column in ("points", "score"):
        at = page.alone(line, head.columns[column]) if column in head.columns else 0
        value = page.rows[line][at].value if at else None
        own = [gathering.entries[key._replace(column=column)].value for key in keys]
        numbers = [number for number in own if isinstance(number, Fraction)]
        if not isinstance(value, int | float) or len(numbers) != len(own):
            continue
        page.used.add((line, at))
        total = sum(numbers, Fraction(0))
        if exact(value, 1) != total:
            label = head.block.column(column).label
            message = f"小计行的{label}是{number_text(exact(value, 1))}分，其上各项合计{number_text(total)}分"
            places = (gathering.entries[key._replace(column=column)].place for key in keys)
            gathering.report("R-38", message, page.place(line, at), *places)


def _levels(page: Page, head: Head, line: int) -> dict[str, tuple[int, Cell | None]]:
    found = {}
    for offset, level in enumerate(LEVELS):
        at = page.alone(line, head.columns[level]) if level in head.columns else 0
        column = head.columns[level].start if level in head.columns else page.edge + offset
        found[level] = (at or column, page.take(line, at))
    return found


def _level(page: Page, gathering: Gathering, key: Key, cell: Cell | None, at: tuple[int, int]) -> None:
    """产出指标\\n（50分） → 产出指标, as the form's list has it."""
    if cell is not None and isinstance(cell.value, str):
        known = _known(cell.value, gathering.form.block(key.block).fields[key.row, key.column].choices)
        cell = replace(cell, value=known or POINTS.sub("", cell.value))
    gathering.put(key, cell, page.place(*at))


def _choices(gathering: Gathering, head: Head, level: str) -> Sequence[str]:
    many = head.block.many
    assert many is not None
    return gathering.form.block(head.block.key).fields[many.key, level].choices


def _known(value: str, choices: Sequence[str]) -> str:
    """The choice that is meant; "" where none is, or several may be."""
    text = LEAD.sub("", plain(POINTS.sub("", value)))
    said, cores = text.removesuffix("指标"), {c: plain(c).removesuffix("指标") for c in choices}
    known = [c for c in choices if cores[c] == said]
    known = known or [c for c in choices if said and (cores[c].endswith(said) or said.endswith(cores[c]))]
    return known[0] if len(known) == 1 else ""


def _shares(page: Page, gathering: Gathering, head: Head, line: int) -> None:
    """98 % in a cell of that format is the number 0.98: where the format is not known, nor is what was meant."""
    for name in ("target", "actual"):
        at = next((c for c in head.columns.get(name, ()) if c in page.rows[line]), 0)
        cell = page.rows[line][at] if at else None
        value = cell.value if cell else None
        if cell and isinstance(value, float) and 0 < value < 1 and not seen(cell).text.endswith("%"):
            message = f"指标值是数 {value:g}，看不出是不是百分比；是百分比的请写成文字，如 {value * 100:g}%"
            gathering.report("R-27", message, page.place(line, at))


def _qualitative(gathering: Gathering, key: Key) -> None:
    """The official form has no column for the operator: a target without number or sign is qualitative."""
    operator, target = (gathering.entries.get(key._replace(column=c)) for c in ("operator", "target"))
    if operator is None or target is None or not operator.blank or not isinstance(target.value, str):
        return
    if not MEASURED.search(target.value):
        own = key._replace(column="operator")
        gathering.entries[own] = replace(operator, value=QUALITATIVE)


def _compare(
    page: Page, gathering: Gathering, points: Fraction, at: tuple[int, int], keys: list[Key]
) -> None:
    """产出指标（50分）: is it what its indicators add up to? Not known while one of them is blank."""
    own = [gathering.entries[key].value for key in keys]
    numbers = [value for value in own if isinstance(value, Fraction)]
    total = sum(numbers, Fraction(0))
    if len(numbers) == len(own) and total != points:
        message = f"一级指标写明{number_text(points)}分，其下各项分值合计{number_text(total)}分"
        gathering.report("R-23", message, page.place(*at), *(gathering.entries[key].place for key in keys))
