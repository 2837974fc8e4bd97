"""A filing as the fields of the Word template: one group a section, texts and nothing but texts, yes and no."""

import re

from selfeval_xl.checking.concluding import Conclusion, Standing
from selfeval_xl.filing import Filing
from selfeval_xl.writing.report.phrases import day
from selfeval_xl.writing.report.sections import budgets, closing, general, performance, score, unit
from selfeval_xl.writing.report.sections.figures import Fields, text

FINAL = (Standing.READY, Standing.TO_EXPLAIN)
PLACEHOLDER = re.compile(r"【待填[^】]*】")
LINE = 20
"""So many characters of the title's size go on one line."""
NO_DATE = "\u3000\u3000年\u3000月\u3000日"


def context(filing: Filing, conclusion: Conclusion) -> Fields:
    """Every field that the template may name."""
    return {**_sections(filing), "draft": _draft(conclusion)}


def _sections(filing: Filing) -> Fields:
    return {
        "year": f"{filing.form.year}",
        "unit": unit.unit_name(filing),
        "own": text(filing, "unit", "self_name") or "我单位",
        "cover": _cover(filing),
        "duties": unit.duties(filing),
        "scope": unit.scope(filing),
        "staff": unit.staff(filing),
        "pensioners": unit.pensioners(filing),
        "general": general.general(filing),
        "basic": general.basic(filing),
        "three": general.three(filing),
        "project": general.project(filing),
        "fund": budgets.fund(filing),
        "capital": budgets.capital(filing),
        "insurance": budgets.insurance(filing),
        "whole": performance.whole(filing),
        "score": score.score(filing),
        "reviewed": score.reviewed(filing),
        "work": performance.work(filing),
        "problems": closing.problems(filing),
        "measures": closing.measures(filing),
        "use": closing.use(filing),
        "others": closing.others(filing),
        "annexes": closing.annexes(filing),
    }


def _cover(filing: Filing) -> Fields:
    """`turn`: a line break after the year, where year and name together are longer than a line."""
    name, reported = unit.unit_name(filing), filing.figure("unit", "report_date", "value").day
    first = f"{filing.form.year}年度{name}"
    width = sum(1 if ord(sign) > 0x2E7F else 0.5 for sign in first)
    return {"turn": "\n" if width > LINE else "", "date": day(reported) if reported else NO_DATE}


def _draft(conclusion: Conclusion) -> str:
    """Why the report is a draft; "" for one that may be handed in."""
    if conclusion.standing in FINAL:
        return ""
    counts = (("错误", conclusion.summary.errors, "条"), ("必填未填", conclusion.summary.missing, "项"))
    return "、".join(f"{what}{count}{measure}" for what, count, measure in counts if count)
