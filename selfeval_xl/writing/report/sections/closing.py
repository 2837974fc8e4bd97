"""七 to 十: problems and measures in pairs, the use of the results, what else is to be said; the annexes."""

import re
from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.empty_reasons import EMPTY_PHRASES, stands_for_none
from selfeval_xl.filing import Filing, Row
from selfeval_xl.filing.deadlines import written
from selfeval_xl.reconciling.execution import LOW, accepts_low, said_of_low, slow_projects
from selfeval_xl.writing.report.phrases import day, due, missing
from selfeval_xl.writing.report.reasons import numbered, reasons, unnumbered, unranked
from selfeval_xl.writing.report.sections.figures import (
    SOURCES,
    Fields,
    asked,
    leaves_a_residual,
    number,
    personnel_and_operating,
    projects,
    spending,
    text,
    withheld,
)
from selfeval_xl.writing.report.sections.general import CLASSES, THREE, project_names
from selfeval_xl.writing.report.sections.score import without_sheet
from selfeval_xl.writing.report.texts import inline, lines, sentence

BASES = {"决算批复数": "部门决算批复数", "决算上报数": "部门决算上报数", "财务账面数": "财务账面数"}
NOTHING_MORE = (*EMPTY_PHRASES, "无其他需要说明的情况", "无其他需说明的情况", "没有")
_CLOSED = re.compile(
    r"(?:因?涉密|保密|(?:因?(?:涉密|涉及国家秘密)[，,、]?)?[拟暂]?不(?:予|宜)?(?:对外|向社会)?公开)(?:[（(].*[）)]|[，,].*)?"
)

WITHHELD = "部分项目涉及国家秘密，本报告及附表未予列示，其金额已包含在有关合计数中。"


def problems(filing: Filing) -> list[str]:
    """As typed, each with its cause: the report states what the unit has accepted, and nothing more."""
    rows = [row for row in filing.table("problems").added if inline(row.text("problem"))]
    low = _low(filing)
    told = [_problem(row, alone=len(rows) + len(low) == 1) for row in rows]
    return numbered(told + low) or [asked(filing, "存在的问题及原因分析", "problems", "problem", "problem")]


def measures(filing: Filing) -> list[str]:
    """In the order of the problems."""
    rows = [row for row in filing.table("problems").added if inline(row.text("measure"))]
    rows += [filing.table(LOW[0]).row(LOW[1])] if _low(filing) else []
    bare = unnumbered if len(rows) == 1 else unranked
    told = [f"{bare(row.text('measure'))}{due(row.text('who'), row.text('when'))}。" for row in rows]
    return numbered(told) or [asked(filing, "下一步改进措施", "problems", "problem", "measure")]


def use(filing: Filing) -> Fields:
    """Nothing is promised that the unit did not choose."""
    place, planned = text(filing, "use", "place"), _planned(filing)
    closed = is_closed(filing)
    known = not stands_for_none(place)
    where = _bare_place(place) if known else asked(filing, "拟公开的网站或位置", "use", "place")
    when = f"于{planned}" if planned else ""
    with_accounts = text(filing, "use", "with_accounts") == "是"
    told = f"随{filing.form.year}年度部门决算在{where}一并" if with_accounts else f"在{where}"
    return {
        "purpose": _purpose(filing),
        "secret": filing.text("unit", "secret") == "是",
        "closed": closed,
        "published": when + told if (planned or known or with_accounts) and not closed else "",
        "missing": missing("公开情况") + "。" if filing.form.has("use", "place") else "",
    }


def _planned(filing: Filing) -> str:
    """2025年9月30日前, 2025年9月底前; "" where no time was given."""
    cell = filing.figure("use", "date", "value")
    return f"{day(cell.day)}前" if cell.day else written(cell.text) if cell.text else ""


def is_closed(filing: Filing) -> bool:
    """不公开 was written where the place should stand."""
    return _CLOSED.fullmatch(text(filing, "use", "place")) is not None


def others(filing: Filing) -> Fields:
    """What was typed, then what we have to say ourselves."""
    remarks = filing.text("use", "remarks")
    texts = [] if inline(remarks) in NOTHING_MORE else lines(remarks)
    if filing.lacks("use"):
        texts = [missing("其他需要说明的情况")]
    texts += [WITHHELD] if filing.withholds else _left_out(filing)
    apart, why_not = ("", "") if filing.copies else without_sheet(filing)
    own: Fields = {
        "texts": texts,
        "basis": BASES.get(filing.text("unit", "basis"), ""),
        "without_sheet": apart,
        "rounding": any(leaves_a_residual(total, parts) for total, parts in _printed_sums(filing)),
    }
    return {**own, "why_not": why_not, "nil": not any(own.values())}


def annexes(filing: Filing) -> Fields:
    return {"copies": f"{len(filing.copies)}" if filing.copies else ""}


def _left_out(filing: Filing) -> list[str]:
    """That 涉密 projects are not named; a secret unit does not say it has them."""
    count = len(withheld(filing))
    if not count or filing.text("unit", "secret") == "是":
        return []
    return [f"另有{count}个涉密项目未在本报告正文中列示，其金额已包含在有关合计数中。"]


def _low(filing: Filing) -> list[str]:
    """That execution was low, where the unit accepts it: with the measure that it wrote, or not at all."""
    rows = projects(filing)
    named = dict(zip((row.number for row in rows), project_names(rows), strict=True))
    said = said_of_low(filing, [(named[row.number], row) for row in slow_projects(filing)])
    if not said or not accepts_low(filing):
        return []
    why = reasons(filing.text(*LOW, "cause"))
    return [f"{said}。" + (f"原因：{why}。" if why else "")]


def _problem(row: Row, *, alone: bool) -> str:
    why, bare = reasons(row.text("cause")), unnumbered if alone else unranked
    return sentence(bare(row.text("problem"))) + (f"原因：{why}。" if why else "")


def _purpose(filing: Filing) -> str:
    chosen = text(filing, "use", "purpose").removesuffix("的依据")
    typed = text(filing, "use", "text")
    if not chosen:
        return sentence(typed) or missing("自评结果应用情况")
    return sentence(f"自评结果拟作为{chosen}的依据" + (f"，{typed}" if typed else ""))


def _bare_place(place: str) -> str:
    return place.removesuffix("公开").removeprefix("在") or place


def _printed_sums(filing: Filing) -> Iterator[tuple[Fraction | None, list[Fraction | None]]]:
    """The totals that the report prints beside their parts."""
    for source in ("general", "total"):
        for measure in ("initial", "executed"):
            money = spending(filing, source, measure)
            yield money.total, [fen for _, fen in money.parts]
            yield money.basic, [fen for _, fen in personnel_and_operating(filing, measure, money.basic)]
    for total, parts in (("personnel", ("wages", "family")), ("operating", ("goods", "capital"))):
        yield (
            number(filing, "basic", total, "executed"),
            [number(filing, "basic", p, "executed") for p in parts],
        )
    basic = spending(filing, "general", "executed").basic
    yield basic, [number(filing, "basic", row, "executed") for row in CLASSES]
    yield (
        number(filing, "three", "total", "executed"),
        [number(filing, "three", row, "executed") for row in THREE],
    )
    yield (
        number(filing, "sources", "total", "executed"),
        [number(filing, "sources", s, "executed") for s in SOURCES],
    )
