"""六、部门整体支出绩效情况, the money and the work: everything, whatever its source."""

from fractions import Fraction

from selfeval_xl.filing import Filing
from selfeval_xl.writing.report.phrases import (
    Item,
    Number,
    adds_up,
    amount,
    carried,
    compared,
    items,
    listed,
    moved,
    ratio,
    same,
)
from selfeval_xl.writing.report.reasons import because
from selfeval_xl.writing.report.sections.figures import (
    SOURCES,
    Fields,
    Spending,
    asked,
    carryover_included,
    number,
    personnel_and_operating,
    spending,
)
from selfeval_xl.writing.report.sections.general import project_reasons, projects_of
from selfeval_xl.writing.report.texts import lines
from selfeval_xl.writing.report.work_items import uniform

HERE = ("special", "other")
"""Sources that no other section speaks of."""


def whole(filing: Filing) -> Fields:
    """Where the full-year budget is unknown there is no 执行率, only how much of the initial budget was spent."""
    initial, now = (spending(filing, "total", measure) for measure in ("initial", "executed"))
    full = spending(filing, "total", "full").total or None
    change = compared(now.total, initial.total)
    return {
        "full": amount(full, "") if full else "",
        "full_sources": _full_sources(filing, full),
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
        "reason": _reason(filing, now.total, initial.total) if change else "",
        "projects": project_reasons(filing, [row for s in HERE for row in projects_of(filing, s)]),
    }


def work(filing: Filing) -> Fields:
    """The year's work as typed; our own lead only where the unit did not write one."""
    rows = filing.table("achievements").added
    texts = uniform([lines(row.text("text")) for row in rows])
    own_lead = bool(texts) and texts[0].endswith(("：", ":"))
    return {
        "lead": bool(texts) and not own_lead,
        "texts": texts or [asked(filing, "年度工作完成情况", "achievements", "achievement", "text")],
    }


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


def _full_sources(filing: Filing, full: Number) -> str:
    """，其中一般公共预算2550.95万元、…: where the money came from that made the full-year budget."""
    parts = [(name, number(filing, "sources", s, "full")) for s, name in SOURCES.items()]
    given = [(name, fen) for name, fen in parts if fen]
    whole = full is not None and adds_up(full, [fen for _, fen in given if fen])
    return f"，其中{listed(items(given))}" if len(given) > 1 and whole else ""


def _reason(filing: Filing, now: Number, initial: Number) -> str:
    """What was written beside the total. Else the reason of a source that no other section speaks of stands for the
    whole change only if it covers most of it (`root_share`); if not, the sources that make the change are named."""
    told = because(filing.text("sources", "total", "reason"))
    if told or now is None or initial is None:
        return told
    reasons = {s: why for s in HERE if (why := because(filing.text("sources", s, "reason")))}
    gaps = _gaps(filing)
    covered = sum((gaps.get(source, Fraction(0)) for source in reasons), Fraction(0))
    if not reasons or same(now, initial):
        return ""
    if covered / (now - initial) >= filing.form.setting("root_share"):
        return "".join(f"；其中{_change(filing, source)}{why}" for source, why in reasons.items())
    made = listed([SOURCES[source] + moved(gap) for source, gap in gaps.items()])
    apart = "".join(
        f"；{SOURCES[source]}{_way(gaps.get(source))}的{why[1:]}" for source, why in reasons.items()
    )
    return (f"，其中{made}" if made else "") + apart


def _gaps(filing: Filing) -> dict[str, Fraction]:
    """How much each source departs from its initial budget, the largest first; those that do not are left out."""
    gaps: dict[str, Fraction] = {}
    for source in SOURCES:
        initial, now = (number(filing, "sources", source, column) for column in ("initial", "executed"))
        if (gap := (now or Fraction(0)) - (initial or Fraction(0))) and moved(gap):
            gaps[source] = gap
    return dict(sorted(gaps.items(), key=lambda item: -abs(item[1])))


def _way(gap: Number) -> str:
    return "变动" if not gap else "增加" if gap > 0 else "减少"


def _change(filing: Filing, source: str) -> str:
    initial, executed = (number(filing, "sources", source, column) for column in ("initial", "executed"))
    return SOURCES[source] + compared(executed, initial)
