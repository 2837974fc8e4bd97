"""预算绩效情况的说明: the passage that a unit publishes with its final accounts, from the figures that are there.

It is published: drawn from what may be (`published`), refused as 公开版 is. A clause without its figure is left out.
"""

import io

from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.filing import Filing
from selfeval_xl.filing.publishing import published
from selfeval_xl.money import plain
from selfeval_xl.scoring import grade, project_score, total_score
from selfeval_xl.writing.delivery import repack
from selfeval_xl.writing.report.context import PLACEHOLDER
from selfeval_xl.writing.report.narrative import rendered, set_properties
from selfeval_xl.writing.report.phrases import Number, amount, ratio
from selfeval_xl.writing.report.public import require_clean, require_public
from selfeval_xl.writing.report.reasons import numbered
from selfeval_xl.writing.report.sections import closing, unit
from selfeval_xl.writing.report.sections.figures import Fields, of_row, spending, text, total_of
from selfeval_xl.writing.report.sections.score import completion
from selfeval_xl.writing.report.texts import inline, sentence

TITLE = "预算绩效情况的说明"
TEMPLATE = "statement.docx"
"""The Word template beside the forms: its wording holds for every form."""


def state(filing: Filing, conclusion: Conclusion) -> bytes:
    """The docx. Raises NotPublic: what is in the way, and what to do."""
    require_public(filing, conclusion)
    document = rendered(filing.form.wording, statement(published(filing)), TEMPLATE)
    set_properties(document.core_properties, TITLE)
    written = io.BytesIO()
    document.save(written)
    content = repack(written.getvalue())
    require_clean(content, filing)
    return content


def statement(filing: Filing) -> Fields:
    """Every field of the template, of a filing that may be published."""
    return {
        "year": f"{filing.form.year}",
        "own": text(filing, "unit", "self_name") or "我单位",
        "unit": unit.unit_name(filing),
        "evaluated": _evaluated(filing),
        "whole": _whole(filing),
        "problems": _kept(closing.problems(filing)) if filing.form.has("problems") else [],
        "measures": _kept(closing.measures(filing)) if filing.form.has("problems") else [],
        "projects": numbered_projects(filing),
        "withheld": closing.WITHHELD if filing.withholds else "",
    }


def numbered_projects(filing: Filing) -> list[str]:
    """A paragraph a project that has its own annex 3, in the order of the sheets."""
    return [f"{at}.{_project(filing, copy)}" for at, copy in enumerate(filing.copies, 1)]


def _evaluated(filing: Filing) -> str:
    """部门整体支出和3个项目支出…，涉及项目全年预算…，占项目支出全年预算总额的…"""
    if not filing.copies:
        return "部门整体支出开展了绩效自评"
    said = [f"部门整体支出和{len(filing.copies)}个项目支出开展了绩效自评"]
    full, executed = (_over_projects(filing, column) for column in ("full", "executed"))
    if full:
        said.append(
            f"项目涉及全年预算{amount(full, '')}" + (f"、执行{amount(executed, '')}" if executed else "")
        )
    all_projects = spending(filing, "total", "full").project
    if full and all_projects and full <= all_projects and ratio(full, all_projects):
        said.append(f"占部门项目支出全年预算的{ratio(full, all_projects)}")
    return "，".join(said)


def _over_projects(filing: Filing, column: str) -> Number:
    block = filing.form.block("funds")
    return total_of(of_row(block, table.row("total"), column) for table in filing.over_copies("funds"))


def _whole(filing: Filing) -> str:
    """部门整体支出自评得分…分，等级为…。全年预算…，全年执行…，执行率…。完成…"""
    total = total_score(filing)
    scored = (
        f"部门整体支出自评得分{plain(total)}分，评价等级为“{grade(filing.form, total)}”。"
        if total is not None
        else ""
    )
    money = [spending(filing, "total", measure).total for measure in ("full", "executed")]
    rows = filing.added("indicators")
    return scored + _money(*money) + (_completed(completion(rows, filing), len(rows)) if rows else "")


def _project(filing: Filing, copy: int) -> str:
    """Name, score, money, what was reached of objective and indicators."""
    name = inline(filing.text("project_head", "name", copy=copy))
    total, block = project_score(filing, copy), filing.form.block("funds")
    scored = (
        f"自评得分{plain(total)}分，评价等级为“{grade(filing.form, total)}”。" if total is not None else ""
    )
    row = filing.table("funds", copy).row("total")
    money = _money(of_row(block, row, "full"), of_row(block, row, "executed"))
    reached = sentence(inline(filing.text("project_objective", "actual", copy=copy)))
    rows = filing.table("project_indicators", copy).added
    done = _completed(completion(rows, filing), len(rows)) if rows else ""
    return f"{name}：{scored}{money}{'目标完成情况：' + reached if reached else ''}{done}"


def _money(full: Number, executed: Number) -> str:
    """A nil budget has no rate; what is unknown is not said."""
    said = [f"全年预算{amount(full, '')}"] if full is not None else []
    said += [f"全年执行{amount(executed, '')}"] if executed is not None else []
    said += [f"执行率{ratio(executed, full)}"] if ratio(executed, full) else []
    return "，".join(said) + "。" if said else ""


def _completed(said: str, count: int) -> str:
    return f"绩效指标共{count}项{said}。" if said else ""


def _kept(texts: list[str]) -> list[str]:
    """Numbered anew without what is still to be filled in: nothing is published of it."""
    known = [one for one in texts if not PLACEHOLDER.search(one)]
    return known if len(known) == len(texts) else numbered(known)
