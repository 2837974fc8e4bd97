"""From tables to facts: the mapping's sums worked out, added rows listed, nil sentences heard, what is missing told."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.witnesses.facts import Fact, Spot, Untold, Use
from selfeval_xl.witnesses.looking_up import Figure, Looking, Nothing, best
from selfeval_xl.witnesses.mapping import FormMapping, ItemsOf, Source, Term
from selfeval_xl.witnesses.tables import Row

NONE_SAID = re.compile(
    r"(?:没有|未发生|未安排|无).{0,40}(?:收入|支出|收支|安排|经营|基金)|(?:没有|无)(?:此项|数据|相关)"
)
SUMS = frozenset({"合计", "总计", "小计"})
ITEM_DIGITS = 7
"""Functional codes of so many digits are the items; shorter ones are their sums."""


class Stated(Struct, frozen=True):
    facts: tuple[Fact, ...]
    untold: tuple[Untold, ...]


def state(mapping: FormMapping, kind: str, group: str, tables: Mapping[str, Looking], unit: str) -> Stated:
    """`kind`: of the file; `group`: which of the mapping's facts (export, export_last …); `unit`: its name, which is no
    project's."""
    facts: list[Fact] = []
    untold: list[Untold] = []
    for concept, sources in mapping.facts.get(group, {}).items():
        for source in sources:
            found = _known(concept, source, tables)
            (facts if isinstance(found, Fact) else untold).append(found)  # type: ignore[arg-type]
    if group == kind:
        for items in mapping.items:
            if items.kind == kind and items.table in tables:
                facts.extend(_items(items, tables[items.table], unit))
        for of, key, concept in mapping.nil:
            if of == kind and key in tables:
                facts.extend(_nil(concept, tables[key]))
    return Stated(tuple(facts), tuple(untold))


def _known(concept: str, source: Source, tables: Mapping[str, Looking]) -> Fact | Untold:
    if (why := _barred(source, tables)) is not None:
        return Untold(concept, why[0], why[1])
    if source.closes and not _closes(source.closes, tables):
        return Untold(concept, "", "各项收入加起来不等于合计，或有认不得的收入")
    if source.present and not _plain(source.present, tables)[0]:
        return Untold(concept, "", "没有这一类人员")
    reasons: list[Untold] = []
    for terms in source.alternatives:
        found = _sum(concept, source, terms, tables)
        if isinstance(found, Fact):
            return found
        reasons.append(found)
    order = [Nothing.BLANK.value, Nothing.TWO.value, Nothing.COLUMN.value, Nothing.ROW.value]
    return min(reasons, key=lambda told: order.index(told.why) if told.why in order else len(order))


def _barred(source: Source, tables: Mapping[str, Looking]) -> tuple[str, str] | None:
    """Where money of 专户 is in the figures, it cannot be parted from 其他资金."""
    for table, row, column in source.unless:
        if table not in tables:
            continue
        found = tables[table].figure(row, column)
        if isinstance(found, Figure):
            if found.number:
                return found.table, "含财政专户管理资金，与其他资金分不开，只知道两者之和"
            return None
        if found is Nothing.BLANK:
            return None
    return None if not source.unless else ("", "看不出有没有财政专户管理资金") if not tables else None


def _plain(terms: tuple[Term, ...], tables: Mapping[str, Looking]) -> tuple[Fraction, Fraction]:
    """Sum and half steps of what is printed."""
    number = half = Fraction(0)
    for sign, (table, row, column) in terms:
        found = tables[table].figure(row, column) if table in tables else None
        if isinstance(found, Figure):
            number, half = number + sign * found.number, half + found.half_step
    return number, half


def _closes(terms: tuple[Term, ...], tables: Mapping[str, Looking]) -> bool:
    number, half = _plain(terms, tables)
    return abs(number) <= half


def _sum(
    concept: str, source: Source, terms: tuple[Term, ...], tables: Mapping[str, Looking]
) -> Fact | Untold:
    figures: list[tuple[int, Figure]] = []
    for at, (sign, (table, row, column)) in enumerate(terms):
        if table not in tables:
            return Untold(concept, table, Nothing.TABLE.value)
        found = tables[table].figure(row, column)
        if isinstance(found, Figure):
            figures.append((sign, found))
        elif found not in (Nothing.BLANK, Nothing.ROW) or at < source.needed:
            return Untold(concept, tables[table].table.title, found.value)
    if not any(sign > 0 for sign, _ in figures):
        return Untold(concept, tables[terms[0][1][0]].table.title, Nothing.BLANK.value)
    return _fact(concept, "", source.use, figures, source.included)


def _fact(concept: str, item: str, use: Use, figures: list[tuple[int, Figure]], included: str = "") -> Fact:
    spots = tuple(replace(figure.spot, sign=sign) for sign, figure in figures)
    number = sum((sign * figure.number for sign, figure in figures), Fraction(0))
    half = sum((figure.half_step for _, figure in figures), Fraction(0))
    return Fact(concept, item, number, half, spots, figures[0][1].table, use, included=included)


def _items(items: ItemsOf, looking: Looking, unit: str) -> Iterator[Fact]:
    table = looking.table
    for row in table.rows:
        item = _item(items, row, unit)
        if not item:
            continue
        found = []
        for concept, column in items.columns.items():
            for at in best(table.heads, list(table.columns_of(row)), looking.named.columns[column])[:1]:
                if (amount := table.amount(row.row, at)) is not None:
                    figure = looking.told(row.row, at, amount)
                    found.append(_fact(f"{items.block}.{concept}", item, items.use, [(1, figure)]))
        if found:
            yield from found
            if items.names:
                yield from _names(items, looking, row, item)


def _item(items: ItemsOf, row: Row, unit: str) -> str:
    """The code or name of the added row; "" for sums, upper codes and the line of the unit itself."""
    if items.by == "code":
        return row.code if len(row.code) == ITEM_DIGITS else ""
    if row.group or not row.labels or SUMS & set(row.labels) or row.printed.replace(" ", "") == unit:
        return ""
    return row.printed


def _names(items: ItemsOf, looking: Looking, row: Row, item: str) -> Iterator[Fact]:
    group = looking.table.groups[row.group]
    said = {"name": (row.printed, group.names), "code": (row.code, group.codes)}
    for column in ("code", "name") if items.by == "code" else ("name",):
        text, columns = said[column]
        at = next((c for c in columns if c in looking.table.rows_of_cells[row.row]), 0)
        if text and at:
            spot = Spot(looking.table.file, looking.table.place(row.row, at), text)
            concept = f"{items.block}.{column}"
            yield Fact(concept, item, None, Fraction(0), (spot,), looking.table.title, items.use, text)


def _nil(concept: str, looking: Looking) -> Iterator[Fact]:
    """√ where the table holds no figure at all, and a sentence says that there is none."""
    if not looking.table.empty:
        return
    for place, text in looking.table.texts():
        if len(text) > 8 and NONE_SAID.search(text):
            spot = Spot(looking.table.file, place, text)
            yield Fact(concept, "", None, Fraction(0), (spot,), looking.table.title, Use.CONFIRM, "√")
            return
