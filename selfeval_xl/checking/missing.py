"""The cells that are asked for and are blank: one finding a block, or a sheet that the file does not have."""

from collections.abc import Iterable, Sequence

from selfeval_xl.filing import Filing, Table
from selfeval_xl.filing.naming import field_name
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Level, Result, Rule, Status
from selfeval_xl.forms import Kind
from selfeval_xl.places import Place

REQUIRED = Rule(
    id="B-00",
    title="必填和应填的内容",
    level=Level.NOTICE,
    basis="填报模板中标 * 的格；报告和核对要用到的格",
    remedy="请补填；确实没有的金额、人数填 0，不知道的留空",
    page="空着的必填格使结论为“未填完”，报告相应处写“待填”；应填的格空着时，用到它的规则无法核对。"
    "同一区块合并为一条，写明哪些规则因此未能核对。",
)
NAMED = 4
"""So many missing cells are named one by one, the rest counted."""
MAY_BE_NONE = {Kind.MONEY: "金额", Kind.COUNT: "人数", Kind.AREA: "面积"}
"""Of these there may be none, which is said by 0; a text or a score has to be given."""
CHECK, ELSEWHERE = "请核对附件中的这些数", "属实的，另附书面说明"
"""Where there is no cell for a reason."""
ABSENT = "请用填报模板填写这张表；只报附件的，这些核对由填报单位自行完成"


def asked_for(filing: Filing, tracer: Tracer, expected: bool = False) -> list[Place]:
    """The cells that must be (or are `expected` to be) filled and are not, computed cells traced to their parts."""
    missing: list[Place] = []
    for table in filing.tables.values():
        if table.block.required and table.block.many and not table.added and not expected:
            missing.append(_first_cell(table))
        for row, column, figure in table.figures():
            field = table.block.fields[row.key, column]
            unless = field.required_unless and filing.table(field.required_unless).added
            required = field.required or (bool(field.required_unless) and not unless)
            wanted = field.expected and not required if expected else required
            if wanted and figure.value is None and (row.number == 0 or row.given):
                missing += tracer.missing(tracer.keys[figure.place])
    # What stands there but cannot be read has a finding of its own.
    return [p for p in dict.fromkeys(missing) if p not in tracer.keys or not tracer.at(p).unreadable]


def _first_cell(table: Table) -> Place:
    return table.first or next(iter(figure.place for _, _, figure in table.figures()))


def shortfall(result: Result) -> bool:
    """Whether it could not be judged, and blanks may explain what lacks on one side."""
    return result.status is Status.UNKNOWN and result.left is not None


def on_absent_sheets(filing: Filing, places: Iterable[Place]) -> bool:
    """Whether all of these cells, one at least, are on sheets that the file does not have."""
    places = list(places)
    return bool(places) and all(place.sheet in filing.absent_names for place in places)


def within_the_file(remedy: str, filing: Filing) -> str:
    """A remedy without the clauses that send to sheets that the file does not have, as the bureau's annexes lack most."""
    absent = {name.lstrip("0123456789") for name in filing.absent_names if not name.startswith("附件")}
    clauses = [clause for clause in remedy.split("；") if clause]
    kept = [clause for clause in clauses if not any(name in clause for name in absent)]
    if len(kept) == len(clauses):
        return remedy
    return "；".join([*(kept or [CHECK]), ELSEWHERE])


def missing_sheets(filing: Filing, results: Sequence[Result], required: Sequence[Place]) -> list[Finding]:
    """One finding for each sheet that the file does not have and that is asked for, with the rules that wait for it."""
    asked = {place.sheet for place in required}
    return [_lacking(name, results) for name in filing.absent_names if name in asked]


def _lacking(name: str, results: Sequence[Result]) -> Finding:
    waiting = dict.fromkeys(r.rule.id for r in results if any(place.sheet == name for place in r.missing))
    message = f"“{name}”不在文件里（必填）" + (f"，{'、'.join(waiting)} 未能核对" if waiting else "")
    rules, where = (REQUIRED.id, *waiting), (Place(name, 1, 1),)
    return Finding(rules, Level.NOTICE, Status.UNKNOWN, where, message, ABSENT, required=True)


def missing_cells(
    filing: Filing, results: Iterable[Result], required: list[Place], expected: list[Place]
) -> list[Finding]:
    """One finding a block: which of the cells that are asked for are missing, and which rules wait for them.

    Blanks that nobody asks for keep a rule from judging, too, but are no news: they stay in the results.
    """
    block_of = {f.place: t for t in filing.tables.values() for _, _, f in t.figures()}
    block_of |= {t.first: t for t in filing.tables.values() if t.first}
    rules: dict[tuple[str, int], list[str]] = {}
    cells: dict[tuple[str, int], list[Place]] = {}
    lists = (required, expected)
    required, expected = ([p for p in places if p.sheet not in filing.absent_names] for places in lists)
    wanted = {*required, *expected}
    asked = [(REQUIRED.id, place) for place in (*required, *expected)]
    asked += [(r.rule.id, p) for r in results if not shortfall(r) for p in r.missing if p in wanted]
    for rule, place in asked:
        table = block_of[place]
        rules.setdefault((table.block.key, table.copy), []).append(rule)
        cells.setdefault((table.block.key, table.copy), []).append(place)
    return [
        _asked(filing, key, tuple(dict.fromkeys(rules[key])), tuple(dict.fromkeys(cells[key])), required)
        for key in filing.tables
        if key in rules
    ]


def _asked(
    filing: Filing,
    at: tuple[str, int],
    rules: tuple[str, ...],
    places: tuple[Place, ...],
    required: list[Place],
) -> Finding:
    table = filing.table(*at)
    named = "、".join(_named(filing, place) for place in places[:NAMED])
    named += f"等 {len(places)} 格" if len(places) > NAMED else ""
    unjudged = "、".join(r for r in rules if r != REQUIRED.id)
    message = f"“{table.block.title}”{named}未填"
    wanted = any(place in required for place in places)
    message += "（必填）" if wanted else ""
    message += f"，{unjudged} 未能核对" if unjudged else ""
    return Finding(
        rules, Level.NOTICE, Status.UNKNOWN, places, message, _remedy(table, places), required=wanted
    )


def _named(filing: Filing, place: Place) -> str:
    """自评口径（1基本情况!B11）; the address alone where no row is there yet."""
    key = filing.by_place.get(place)
    return f"{field_name(filing, key)}（{place}）" if key else f"（{place}）"


def _remedy(table: Table, places: Sequence[Place]) -> str:
    wanted = {*places}
    kinds = {f.kind for _, _, f in table.figures() if f.place in wanted}
    numbers = "、".join(name for kind, name in MAY_BE_NONE.items() if kind in kinds)
    return f"请补填；确实没有的{numbers}填 0，不知道的留空" if numbers else "请填写"
