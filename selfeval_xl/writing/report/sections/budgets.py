"""三、四、五: the other three budgets. 无 is said only where the unit ticked it; never by default."""

from fractions import Fraction

from selfeval_xl.filing import Filing
from selfeval_xl.filing.private import bare
from selfeval_xl.filing.publishing import names_withheld
from selfeval_xl.writing.report.phrases import (
    NAMED,
    Item,
    Number,
    adds_up,
    amount,
    carried,
    items,
    listed,
    missing,
    ratio,
    same,
)
from selfeval_xl.writing.report.reasons import because, cause
from selfeval_xl.writing.report.sections.figures import (
    Fields,
    carryover_included,
    first_known,
    number,
    of_row,
    text,
)
from selfeval_xl.writing.report.sections.general import (
    executed_projects,
    project_reasons,
    projects_of,
    why_unspent,
)
from selfeval_xl.writing.report.texts import inline

TICK = "√"
MEASURES = ("initial", "full", "executed")


def fund(filing: Filing) -> Fields:
    results = text(filing, "duties", "fund_results")
    own = _budget(filing, "fund", "政府性基金预算", source="fund")
    return {**own, "projects": project_reasons(filing, projects_of(filing, "fund")), "results": results}


def capital(filing: Filing) -> Fields:
    own = _budget(filing, "capital", "国有资本经营预算", source="capital")
    return {**own, "projects": project_reasons(filing, projects_of(filing, "capital"))}


def insurance(filing: Filing) -> Fields:
    """The funds that an agency handles: they are outside the department's own money."""
    results = text(filing, "duties", "insurance_results")
    return {**_budget(filing, "insurance", "社会保险基金预算", source=""), "results": results}


def _budget(filing: Filing, key: str, name: str, source: str) -> Fields:
    figures = {m: _figure(filing, key, source, m) for m in MEASURES}
    moved = {c: _of_source(filing, source, c) for c in ("carryover", "adjustment", "closing")}
    initial, full, executed = (figures[m] for m in MEASURES)
    filled = any(figures.values()) or any(moved.values())
    reason = filing.text("sources", source, "reason") if source else ""
    return {
        "nil": not filled and _is_nil(filing, key),
        "unspent": filled and executed == 0,
        "missing": missing(f"{name}支出情况"),
        "initial": _initial(initial, moved["carryover"] if carryover_included(filing) else None),
        "moves": _moves(filing, moved["carryover"], moved["adjustment"]),
        "full": f"全年预算{amount(full, '')}，" if full is not None else "",
        "executed": amount(executed, f"{name}全年执行数") if filled else "",
        "rate": _rate(executed, initial, full),
        "uses": _uses(executed, _spent(filing, key, source)),
        "reason": cause(reason),
        "unspent_reason": because(reason, "原因是")
        or (why_unspent(projects_of(filing, source)) if source else ""),
        "closing": f"，结转下年{amount(moved['closing'], '')}" if moved["closing"] else "",
    }


def _is_nil(filing: Filing, key: str) -> bool:
    """Ticked; where the form has nowhere to tick, nothing that is listed is nil."""
    ticked = filing.cell(f"{key}_nil", "nil", "value")
    return ticked.text == TICK if ticked else True


def _figure(filing: Filing, key: str, source: str, measure: str) -> Number:
    return first_known(_of_source(filing, source, measure), number(filing, f"{key}_items", "total", measure))


def _of_source(filing: Filing, source: str, column: str) -> Number:
    return number(filing, "sources", source, column) if source else None


def _initial(initial: Number, included: Number) -> str:
    if initial is None:
        return ""
    if initial == 0:
        return "年初未安排，"
    inside = f"（含上年结转{amount(included, '')}）" if included else ""
    return f"年初安排{amount(initial, '')}{inside}，"


def _moves(filing: Filing, carryover: Number, adjustment: Number) -> str:
    return "".join(
        f"{move}，" for move in carried(None if carryover_included(filing) else carryover, adjustment)
    )


def _rate(executed: Number, initial: Number, full: Number) -> str:
    if ratio(executed, full):
        return f"，执行率{ratio(executed, full)}"
    return f"，为年初预算的{ratio(executed, initial)}" if full is None and ratio(executed, initial) else ""


def _spent(filing: Filing, key: str, source: str) -> list[Item]:
    """What the money was for: the annex's lines or, where there are none, the register's projects."""
    table = filing.table(f"{key}_items")
    secret = names_withheld(filing)
    open_ = [row for row in table.added if bare(row.text("name")) not in secret]
    named = [(inline(row.text("name")), of_row(table.block, row, "executed")) for row in open_]
    spent = [item for item in named if all(item)]
    return spent or (executed_projects(filing, projects_of(filing, source)) if source else [])


def _uses(total: Number, spent: list[Item]) -> str:
    if not spent or total is None:
        return ""
    if len(spent) == 1 and same(total, spent[0][1] or Fraction(0)):
        return f"，用于{spent[0][0]}"
    whole = adds_up(total, [fen for _, fen in spent if fen])
    return f"，{'' if whole else '其中'}用于{listed(items(spent), NAMED)}"
