"""一、部门（单位）基本情况."""

from selfeval_xl.filing import Filing
from selfeval_xl.money import percent
from selfeval_xl.reconciling import account
from selfeval_xl.writing.report.phrases import Number, headcount, listed, missing, people
from selfeval_xl.writing.report.reasons import because, cause, reasons
from selfeval_xl.writing.report.sections.figures import Fields, asked, number, text, total_of
from selfeval_xl.writing.report.texts import inline, lines

KINDS = {
    "civil": "行政人员",
    "managed": "参照公务员法管理人员",
    "institution": "事业人员",
    "worker": "工勤人员",
}
OTHERS = {"contract": "编外聘用人员", "seconded": "借调人员", "survivor": "遗属人员"}
PENSIONERS = {"veteran": "离休人员", "retired": "退休人员"}

SCOPES = ("单位本级", "部门汇总")


def unit_name(filing: Filing) -> str:
    return text(filing, "unit", "name") or missing("单位全称")


def duties(filing: Filing) -> Fields:
    return {
        "texts": lines(filing.text("duties", "duties")) or [asked(filing, "主要职能", "duties", "duties")],
        "organisation": text(filing, "duties", "organisation"),
    }


def scope(filing: Filing) -> Fields:
    """Which units the report speaks of. The department itself is one of a department's units."""
    chosen = filing.text("unit", "scope")
    rows = filing.table("subunits").added
    included = (inline(row.text("name")) for row in rows if row.text("included") == "是")
    names = [name for name in included if name]
    own = text(filing, "unit", "name")
    if own and not any(own in name for name in names):
        names.insert(0, own + "本级")
    whole = chosen == SCOPES[1]
    several = whole and len(names) > 1
    return {
        "units": listed(names) if several else "",
        "subordinate": "（含所属单位）" if whole else "",
        "count": f"{len(names)}",
        "whole": whole and not several,
        "alone": chosen == SCOPES[0] and not rows,
        "without_subunits": chosen == SCOPES[0] and bool(rows),
        "missing": "" if chosen in SCOPES else asked(filing, "自评口径", "unit", "scope"),
    }


def staff(filing: Filing) -> Fields:
    """The change is computed from the two totals, whatever was typed as such."""
    now, last, posts = (number(filing, "staff", "total", c) for c in ("staff", "staff_last", "posts"))
    over = now - posts if now is not None and posts is not None and now > posts else None
    return {
        "now": people(now, "年末在职人数"),
        "posts": f"核定编制{people(posts, '')}，" if posts else "",
        "rate": f"，在职人员控制率{percent(now / posts)}" if now is not None and posts else "",
        "kinds": _kinds(filing, now),
        "change": headcount(now, last, f"{filing.form.year - 1}年末", "的{}人"),
        "change_reason": _why_changed(filing, now, last) if now != last else "",
        "over": people(over, "") if over else "",
        "over_reason": because(filing.text("change", "over_reason"), "原因是"),
        "others": listed(_counted(filing, "others", OTHERS, "now")),
    }


def _why_changed(filing: Filing, now: Number, last: Number) -> str:
    """，主要原因是…; where those who joined and left do not add up to the change, what was typed stands as a fact: it
    may be all true, but is not why."""
    told = filing.text("change", "reason")
    moves = account(filing.table("change"))
    if moves is None or now is None or last is None or moves.net == now - last:
        return because(told)
    fact = reasons(told)
    return f"，{fact}" if fact else ""


def pensioners(filing: Filing) -> Fields:
    """Nil only where both are known to be; the change only where last year is known for all."""
    now = {row: number(filing, "pensioners", row, "now") for row in PENSIONERS}
    given = [row for row in PENSIONERS if now[row] is not None]
    last = [number(filing, "pensioners", row, "last") for row in given]
    total = total_of([now[row] for row in given])
    before = total_of(last)
    causes = [cause(filing.text("pensioners", row, "reason")) for row in PENSIONERS]
    told = because("；".join(filter(None, causes)), "主要原因是" if before is not None else "变动原因是")
    changed = total is not None and total != before
    change = headcount(total, before, "上年末")
    return {
        "nil": len(given) == len(PENSIONERS) and not total,
        "now": listed(_counted(filing, "pensioners", PENSIONERS, "now")),
        "change": f"，{change}" if change else "",
        "reason": told if changed else "",
    }


def _kinds(filing: Filing, total: Number) -> str:
    counted = {name: number(filing, "staff", row, "staff") for row, name in KINDS.items()}
    given = [name for name, count in counted.items() if count]
    if len(given) == 1 and counted[given[0]] == total:
        return f"，均为{given[0]}"
    words = _counted(filing, "staff", KINDS, "staff")
    return f"，其中{listed(words)}" if words else ""


def _counted(filing: Filing, block: str, rows: dict[str, str], column: str) -> list[str]:
    """行政人员12人, …, nil and unknown ones left out."""
    counts = {name: number(filing, block, row, column) for row, name in rows.items()}
    return [f"{name}{people(count, '')}" for name, count in counts.items() if count]
