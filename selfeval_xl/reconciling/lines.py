"""Budget against final accounts, line by line: by source, by nature, by project."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from selfeval_xl.filing import Filing, Key
from selfeval_xl.money import half_up

if TYPE_CHECKING:
    import pandas

BY_SOURCE, BY_NATURE, BY_PROJECT = "按资金来源", "按支出性质", "按项目"
MEASURES = ["initial", "carryover", "adjustment", "full", "executed"]
SOURCES = ("general", "fund", "capital", "special", "other")
TOTAL, BASIC, PROJECTS, PERSONNEL, OPERATING = "total", "basic", "projects", "personnel", "operating"


class Line(Struct, frozen=True):
    """One line of the comparison: where its figures stand (`column` with the measure's name for {}).

    `under`: the lines that it is a part of. `reason`: row and number in its block, where one explains it.
    """

    key: str
    group: str
    item: str
    block: str
    row: str
    number: int = 0
    column: str = "{}"
    under: tuple[str, ...] = ()
    explained: bool = True


def comparison(filing: Filing) -> "pandas.DataFrame":
    """One row an item: its amounts in 分 (Int64, NA where unknown), executed − initial, executed / full."""
    return amounts(filing, list(lines(filing))).reset_index(drop=True)


def lines(filing: Filing) -> Iterator[Line]:
    """Every line of the comparison that the form has an amount of, in the order of the form."""
    return (line for line in _lines(filing) if any(_has(filing, line, measure) for measure in MEASURES))


def _has(filing: Filing, line: Line, measure: str) -> bool:
    return filing.form.has(line.block, line.row, line.column.format(measure))


def _lines(filing: Filing) -> Iterator[Line]:
    form = filing.form
    label = {
        (block, row.key): row.label
        for block in ("sources", "basic")
        if form.has(block)
        for row in form.block(block).rows
    }
    for key in (*SOURCES, TOTAL):
        under: tuple[str, ...] = () if key == TOTAL else (TOTAL,)
        yield Line(key, BY_SOURCE, label.get(("sources", key), ""), "sources", key, under=under)
    above = (TOTAL, *SOURCES)
    yield Line(BASIC, BY_NATURE, "基本支出", "split", TOTAL, column="{}_basic", under=above, explained=False)
    for key in (PERSONNEL, OPERATING):
        words = f"其中：{label.get(('basic', key), '')}（一般公共预算）"
        yield Line(key, BY_NATURE, words, "basic", key, under=(BASIC,))
    yield Line(PROJECTS, BY_NATURE, "项目支出", "split", TOTAL, 0, "{}_project", above, explained=False)
    yield Line("others", BY_NATURE, "其他支出", "split", TOTAL, 0, "{}_other", above, explained=False)
    yield Line("nature", BY_NATURE, "合计", "sources", TOTAL)
    for row in filing.added("projects"):
        source = next((s for s in SOURCES if label.get(("sources", s)) == row.text("source")), "")
        under = (PROJECTS, source) if source else (PROJECTS,)
        name = row.text("name") or f"第{row.number}行项目"
        yield Line(f"project {row.number}", BY_PROJECT, name, "projects", row.key, row.number, under=under)


def amounts(filing: Filing, wanted: list[Line]) -> "pandas.DataFrame":
    """The comparison, indexed by the lines' keys. Nothing is added up: each amount is one cell of the filing."""
    import pandas

    columns = {m: pandas.array([_fen(filing, w, m) for w in wanted], dtype="Int64") for m in MEASURES}
    said = {"group": [w.group for w in wanted], "item": [w.item for w in wanted]}
    table = pandas.DataFrame(said | columns, index=[w.key for w in wanted])
    table["difference"] = table["executed"] - table["initial"]
    full = table["full"].where((table["full"] != 0).fillna(False))
    table["rate"] = table["executed"].astype("Float64") / full.astype("Float64")
    return table


def _fen(filing: Filing, line: Line, measure: str) -> int | None:
    figure = filing.by_key.get(Key(line.block, 0, line.row, line.number, line.column.format(measure)))
    number = figure.number if figure else None
    return None if number is None else half_up(number)
