"""六、部门整体支出绩效情况, the scores: of the whole and of the projects."""

from collections.abc import Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Filing, Row
from selfeval_xl.layout.indicators import actual, target
from selfeval_xl.money import plain
from selfeval_xl.scoring import (
    aim,
    attained,
    completed,
    execution_score,
    grade,
    grades,
    project_score,
    sign,
    total_score,
)
from selfeval_xl.writing.report.phrases import Number, amount, listed, missing
from selfeval_xl.writing.report.reasons import because, cause, ranked
from selfeval_xl.writing.report.sections.figures import (
    Fields,
    asked,
    number,
    of_row,
    projects,
    total_of,
)
from selfeval_xl.writing.report.texts import inline

NOT_APART = "其他"
"""A reason for having no sheet that says nothing."""


class Group(Struct, frozen=True):
    """The indicators of one first level."""

    name: str
    rows: tuple[Row, ...]

    @property
    def points(self) -> Number:
        return total_of(row["points"].number for row in self.rows)

    @property
    def score(self) -> Number:
        return total_of(row["score"].number for row in self.rows)

    @property
    def words(self) -> str:
        """产出指标48分（满分50分）"""
        score = missing(f"{self.name}得分") if self.score is None else f"{plain(self.score)}分"
        return self.name + score + ("" if self.points is None else f"（满分{plain(self.points)}分）")


def score(filing: Filing) -> Fields:
    """The total and the grade only where every score is known, and the full-year budget with them."""
    table = filing.table("indicators")
    groups = _groups(table.added)
    execution, total = execution_score(filing), total_score(filing)
    points = number(filing, "request", "total", "points") or Fraction(0)
    return {
        "missing": "" if groups else asked(filing, "附件2", "indicators"),
        "total": plain(total) if total is not None else "",
        "grade": grade(filing.form, total) if total is not None else "",
        "execution": f"{plain(execution or 0)}分（满分{plain(points)}分）",
        "groups": listed([group.words for group in groups]),
        "count": f"{len(table.added)}",
        "completion": completion(table.added, filing),
    }


def reviewed(filing: Filing) -> Fields:
    """The projects with a sheet of their own, and what is said of those without."""
    funds = [table.row("total") for table in filing.over_copies("funds")] if filing.copies else []
    others, why_not = without_sheet(filing)
    return {
        "count": f"{len(filing.copies)}" if filing.copies else "",
        "amounts": _amounts(filing, funds),
        "bands": _bands(filing),
        "others": others,
        "why_not": why_not,
    }


def without_sheet(filing: Filing) -> tuple[str, str]:
    """3个项目12.00万元, and why; nothing where every project has its sheet. 涉密 ones are not counted."""
    table = filing.table("projects")
    seen = not filing.lacks("projects")  # else there may be others that nobody listed
    rows = [row for row in projects(filing) if seen and row.text("separate") == "否"]
    spent = total_of(of_row(table.block, row, "executed") for row in rows)
    reasons = [inline(row.text("why_not")).replace("，", "") for row in rows]
    told = listed([reason for reason in dict.fromkeys(reasons) if reason not in ("", NOT_APART)])
    words = f"{len(rows)}个项目" + (amount(spent, "") if spent else "")
    return (words, because(told, "原因是")) if rows else ("", "")


def _groups(rows: Sequence[Row]) -> list[Group]:
    """By first level; a row that leaves it blank continues the one above."""
    grouped: dict[str, list[Row]] = {}
    name = "绩效指标"
    for row in rows:
        name = inline(row.text("first")) or name
        grouped.setdefault(name, []).append(row)
    return [Group(name, tuple(members)) for name, members in grouped.items()]


def completion(rows: Sequence[Row], filing: Filing) -> str:
    """，全部完成; ，完成5项，未完成1项：…; no count where one of them cannot be judged: ，其中未完成的有：…"""
    met = [_is_met(row, filing) for row in rows]
    short = [row for row, is_met in zip(rows, met, strict=True) if is_met is False]
    if not short:
        return "" if None in met else "，全部完成"
    missed = all(completed(aim(row, filing)) is False for row in short)
    which, said = "未完成" if missed else "未完成或未得满分", ranked(_shortfalls(short))
    if None in met:
        return f"，其中{which}的有：{said}"
    done = f"，完成{len(rows) - len(short)}项" if len(short) < len(rows) else ""
    return f"{done}，{which}{len(short)}项：{said}"


def _shortfalls(rows: Sequence[Row]) -> list[str]:
    """A semicolon parts one from the next: inside each of several it becomes a comma."""
    said = [_shortfall(row) for row in rows]
    return [words.replace("；", "，") for words in said] if len(said) > 1 else said


def _is_met(row: Row, filing: Filing) -> bool | None:
    """What the numbers say; without numbers, what the text says or the points. None where nobody can know."""
    points, scored = row["points"].number, row["score"].number
    full = points is not None and scored is not None and scored >= points
    aimed = aim(row, filing)
    if aimed is not None and aimed.met is not None:
        return aimed.met or (full and row.text("approved") == "是")
    if full and (aimed is not None or sign(row.text("operator"))):
        return None
    band = attained(filing.form, row.text("target"), row.text("actual"))
    if full:
        return band is None or band.high == 1
    return None if points is None or scored is None else False


def _shortfall(row: Row) -> str:
    name = inline(row.text("name")) or inline(row.text("second"))
    wanted = _quoted(inline(target(row))) or missing("年度指标值")
    reached = _quoted(inline(actual(row))) or missing("实际完成值")
    said = [f"目标值{wanted}"] if "target" in row.figures else []
    said += [f"实际完成{reached}"] if "actual" in row.figures else []
    return name + "、".join(said) + because(cause(row.text("reason")), "原因是")


def _quoted(value: str) -> str:
    """A number as it is, words in quotation marks."""
    return value if not value or any(sign.isdigit() for sign in value) else f"“{value}”"


def _amounts(filing: Filing, funds: Sequence[Row]) -> str:
    block = filing.form.block("funds")
    full, executed = (total_of(of_row(block, row, c) for row in funds) for c in ("full", "executed"))
    spent = f"执行{amount(executed, '')}" if executed is not None else ""
    if full is None:
        return f"，全年{spent}" if spent else ""
    return f"，涉及全年预算{amount(full, '')}" + (f"、{spent}" if spent else "")


def _bands(filing: Filing) -> str:
    """，自评90分以上3个、80—90分1个; nothing where one of the scores is unknown."""
    scores = [project_score(filing, copy) for copy in filing.copies]
    known = [s for s in scores if s is not None]
    if not known or len(known) < len(scores):
        return ""
    words, above = [], None
    for low, _ in grades(filing.form):
        count = sum(low <= s and (above is None or s < above) for s in known)
        words += [f"{_band(low, above)}{count}个"] if count else []
        above = low
    return f"，自评{listed(words)}"


def _band(low: Fraction, above: Number) -> str:
    """90分以上, 80—90分, 60分以下."""
    if above is None:
        return f"{plain(low)}分以上"
    return f"{plain(low)}—{plain(above)}分" if low else f"{plain(above)}分以下"
