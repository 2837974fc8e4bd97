"""六、部门整体支出绩效情况, the money and the work: everything, whatever its source."""

from selfeval_xl.filing import Filing
from selfeval_xl.writing.report.phrases import Item, amount, carried, compared, items, listed, missing, ratio
from selfeval_xl.writing.report.reasons import because
from selfeval_xl.writing.report.sections.figures import (
    SOURCES,
    Fields,
    Spending,
    carryover_included,
    number,
    personnel_and_operating,
    spending,
)
from selfeval_xl.writing.report.texts import lines

HERE = ("special", "other")
"""Sources that no other section speaks of."""


def whole(filing: Filing) -> Fields:
    """Where the full-year budget is unknown there is no 执行率, only how much of the initial budget was spent."""
    initial, now = (spending(filing, "total", measure) for measure in ("initial", "executed"))
    full = spending(filing, "total", "full").total or None
    change = compared(now.total, initial.total)
    return {
        "full": amount(full, "") if full else "",
        "initial": amount(initial.total, "年初预算数"),
        "initial_parts": _parts(filing, "initial", initial, "，其中"),
        "moves": _moves(filing),
        "executed": amount(now.total, "全年执行数"),
        # The template says the rate and what is left in between: 其中 would seem to be of those.
        "executed_parts": _parts(filing, "executed", now, "；全年执行数中，" if full else "，其中"),
        "rate": f"，预算执行率{ratio(now.total, full)}" if ratio(now.total, full) else "",
        "closing": _closing(filing),
        "ratios": "" if full else _ratios(now, initial),
        "sources": _sources(filing),
        "change": change,
        "reason": _reason(filing) if change else "",
    }


def work(filing: Filing) -> Fields:
    """The year's work as typed; our own lead only where the unit did not write one."""
    rows = filing.table("achievements").added
    texts = [paragraph for row in rows for paragraph in lines(row.text("text"))]
    own_lead = bool(texts) and texts[0].endswith(("：", ":"))
    return {"lead": bool(texts) and not own_lead, "texts": texts or [missing("年度工作完成情况")]}


def _parts(filing: Filing, measure: str, money: Spending, lead: str) -> str:
    inside = items(personnel_and_operating(filing, measure, money.basic))
    detail = f"（{listed(inside)}）" if inside else ""
    words = [
        words + (detail if name == "基本支出" else "")
        for name, fen in money.parts
        for words in items([(name, fen)])
    ]
    return lead + listed(words) if words else ""


def _moves(filing: Filing) -> str:
    carryover, adjustment = (number(filing, "sources", "total", c) for c in ("carryover", "adjustment"))
    if carryover and carryover_included(filing):
        moved = [
            f"年初预算中含{word}" if i == 0 else word for i, word in enumerate(carried(carryover, adjustment))
        ]
    else:
        moved = carried(carryover, adjustment)
    return "；" + "，".join(moved) if moved else ""


def _closing(filing: Filing) -> str:
    left: list[Item] = [("结转结余", number(filing, "sources", "total", "closing"))]
    left.append(("财政收回", number(filing, "sources", "total", "recovered")))
    return "".join(f"，{words}" for words in items(left))


def _ratios(now: Spending, initial: Spending) -> str:
    """为年初预算的32.16%，其中基本支出为年初预算的120.35%、…"""
    if not ratio(now.total, initial.total):
        return ""
    natures = zip(now.parts, initial.parts, strict=True)
    rates = [(name, ratio(fen, base)) for (name, fen), (_, base) in natures]
    parts = [f"{name}为年初预算的{rate}" for name, rate in rates if rate]
    return f"为年初预算的{ratio(now.total, initial.total)}" + (f"，其中{listed(parts)}" if parts else "")


def _sources(filing: Filing) -> str:
    words = items((name, number(filing, "sources", s, "executed")) for s, name in SOURCES.items())
    return listed(words) if len(words) > 1 else ""


def _reason(filing: Filing) -> str:
    """What was written beside the total; else each of those sources with its own change and its own reason,
    since a part's reason explains the part alone."""
    told = because(filing.text("sources", "total", "reason"))
    if told:
        return told
    apart = [(source, because(filing.text("sources", source, "reason"))) for source in HERE]
    return "".join(f"；其中{_change(filing, source)}{reason}" for source, reason in apart if reason)


def _change(filing: Filing, source: str) -> str:
    initial, executed = (number(filing, "sources", source, column) for column in ("initial", "executed"))
    return SOURCES[source] + compared(executed, initial)
