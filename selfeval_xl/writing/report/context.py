"""A filing as the fields of the Word template: one group a section, texts and nothing but texts, yes and no."""

import re
from collections.abc import Callable, Mapping

from selfeval_xl.checking.concluding import Conclusion, Standing
from selfeval_xl.filing import Filing
from selfeval_xl.forms import Absent
from selfeval_xl.writing.report.phrases import day
from selfeval_xl.writing.report.sections import budgets, closing, general, performance, score, unit
from selfeval_xl.writing.report.sections.figures import NOTHING, Fields, text

FINAL = (Standing.READY, Standing.TO_EXPLAIN)
PLACEHOLDER = re.compile(r"【待填[^】]*】")
LINE = 20
"""So many characters of the title's size go on one line."""
NO_DATE = "\u3000\u3000年\u3000月\u3000日"


def context(filing: Filing, conclusion: Conclusion) -> Fields:
    """Every field that the template may name."""
    return {**_sections(filing), "draft": _draft(conclusion)}


def _sections(filing: Filing) -> Fields:
    """Each group on its own: one that speaks of what the form does not have is nothing."""
    return {name: _worked_out(group, filing) for name, group in GROUPS.items()}


def _worked_out(group: Callable[[Filing], object], filing: Filing) -> object:
    needs = NEEDS.get(group, "")
    if needs and not filing.form.has(needs):
        return NOTHING
    try:
        return group(filing)
    except Absent:
        return NOTHING


def _cover(filing: Filing) -> Fields:
    """`turn`: a line break after the year, where year and name together are longer than a line."""
    name, dated = unit.unit_name(filing), filing.cell("unit", "report_date", "value")
    reported = dated.day if dated else None
    first = f"{filing.form.year}年度{name}"
    width = sum(1 if ord(sign) > 0x2E7F else 0.5 for sign in first)
    return {"turn": "\n" if width > LINE else "", "date": day(reported) if reported else NO_DATE}


def _draft(conclusion: Conclusion) -> str:
    """Why the report is a draft; "" for one that may be handed in."""
    if conclusion.standing in FINAL:
        return ""
    counts = (("错误", conclusion.summary.errors, "条"), ("必填未填", conclusion.summary.missing, "项"))
    return "、".join(f"{what}{count}{measure}" for what, count, measure in counts if count)


GROUPS: Mapping[str, Callable[[Filing], object]] = {
    "year": lambda filing: f"{filing.form.year}",
    "unit": unit.unit_name,
    "own": lambda filing: text(filing, "unit", "self_name") or "我单位",
    "cover": _cover,
    "duties": unit.duties,
    "scope": unit.scope,
    "staff": unit.staff,
    "pensioners": unit.pensioners,
    "general": general.general,
    "basic": general.basic,
    "three": general.three,
    "project": general.project,
    "fund": budgets.fund,
    "capital": budgets.capital,
    "insurance": budgets.insurance,
    "whole": performance.whole,
    "score": score.score,
    "reviewed": score.reviewed,
    "work": performance.work,
    "problems": closing.problems,
    "measures": closing.measures,
    "use": closing.use,
    "others": closing.others,
    "annexes": closing.annexes,
}
"""What a template may name, a group of fields each."""
NEEDS: Mapping[Callable[[Filing], object], str] = {unit.duties: "duties", closing.use: "use"}
"""Groups that ask for texts alone, and the block of these: without it there is nothing to ask for."""
