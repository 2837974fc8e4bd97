"""Judgements on what is written: placeholders, copied objectives, dates and choices that contradict each other."""

import re
from collections.abc import Iterator
from datetime import date

from selfeval_xl.filing import Filing, Table
from selfeval_xl.filing.deadlines import latest
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import by_hand
from selfeval_xl.rules.projects import plain_name
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

PLACEHOLDER = re.compile(
    r"(?<![A-Za-z0-9])[XxＸｘ×✕]{2,}(?![A-Za-z0-9])|_{3,}|＿{3,}|待(?:补充|填写|完善|定稿)|【待填|(?:此处|在此)(?:填写|输入)|（此处略）|此页为"
)
LEAST_DIGITS = 5
LOCAL_SUFFIXES = ("（本级）", "(本级)", "本级", "机关")


@rule(
    "A2-13",
    "总体目标与完成情况",
    Level.NOTICE,
    basis="附件2、附件3 年度总体目标：预期目标、实际完成情况分别填写",
    remedy="在“实际完成情况”写明当年实际做到了什么、完成到什么程度，不照抄预期目标",
)
def objective_copied(filing: Filing) -> Iterator[Verdict]:
    """附件2、附件3 的年度总体目标，实际完成情况与预期目标一字不差的，是照抄。"""
    for table in (filing.table("objective"), *filing.over_copies("project_objective")):
        expected, actual = table["expected", "value"], table["actual", "value"]
        if not expected.text or not actual.text:
            yield NOT_APPLICABLE
        elif plain_name(expected.text) != plain_name(actual.text):
            yield None
        else:
            where = filing.form.sheet_of(table.block.key).name_of(table.copy)
            yield Broken("实际完成情况与预期目标一字不差", (actual, expected), kind=Kind.TEXT, about=where)


@rule(
    "B-31",
    "文字中留有占位符",
    Level.NOTICE,
    basis="填报模板：文字照填照印，报告原样引用",
    remedy="把“XX”“××”“待补充”等换成实际内容",
)
def placeholders(filing: Filing) -> list[Verdict] | None:
    """文字格中还留着“XX”“××”“____”“待补充”“此处填写”等占位符的，逐格列出：这些文字会印进报告和附表。"""
    found: list[Verdict] = []
    for table in filing.tables.values():
        for _, _, figure in table.figures():
            left = PLACEHOLDER.search(figure.text) if by_hand(figure) else None
            if left:
                found.append(Broken(f"文字中留有“{left[0]}”", (figure,), kind=Kind.TEXT))
    return found or None


@rule(
    "B-32",
    "自评口径与所属单位",
    Level.WARNING,
    basis="自评报告提纲 一；部门决算：单位本级与部门汇总两种口径",
    remedy="含所属单位的，自评口径选“部门汇总”；只评本级的，所属单位“是否纳入本次自评”选“否”",
)
def scope_and_subunits(unit: Table, subunits: Table) -> Verdict:
    """自评口径选“单位本级”的，不应有纳入本次自评的所属单位（本级自己不算）；选“部门汇总”而一个所属单位也没有列的，作提示。"""
    scope = unit["scope", "value"]
    own = _bare_name(unit["name", "value"].text)
    if scope.text == "部门汇总":
        if any(row.text("name") for row in subunits.added):
            return None
        message = "自评口径为“部门汇总”，“所属预算单位”一行没有填"
        return Broken(message, (scope,), kind=Kind.TEXT, level=Level.NOTICE)
    rows = [
        r
        for r in subunits.added
        if r.text("included") == "是" and _bare_name(r.text("name")) not in ("", own)
    ]
    if scope.text != "单位本级" or not rows:
        return None if scope.text else NOT_APPLICABLE
    message = f"自评口径为“单位本级”，却有{len(rows)}个所属单位纳入本次自评，如“{rows[0].text('name')}”"
    return Broken(message, (scope, *(r["included"] for r in rows)), kind=Kind.TEXT)


def _bare_name(name: str) -> str:
    bare = "".join(name.split())
    for suffix in LOCAL_SUFFIXES:
        bare = bare.removesuffix(suffix)
    return bare


@rule(
    "B-33",
    "拟公开日期",
    Level.WARNING,
    basis="自评报告提纲 九：自评结果拟应用和公开情况",
    remedy="核对拟公开日期与报告日期；公开应在报告完成之后",
)
def published_before_written(use: Table, unit: Table, filing: Filing) -> Verdict:
    """拟公开日期不应早于报告日期，也不应早于评价年度终了。没有填的、没有写到年月的不核对；只写到月份的按月末核对。"""
    cell, written = use["date", "value"], unit["report_date", "value"]
    last = cell.day or latest(cell.text)
    if last is None:
        return NOT_APPLICABLE
    said = f"拟公开日期{_day(last) if cell.day else cell.text}"
    if last < date(filing.form.year, 12, 31):
        return Broken(f"{said}，{filing.form.year}年度尚未结束", (cell,), kind=Kind.DATE)
    if written.day is None or last >= written.day:
        return None
    return Broken(f"{said}，早于报告日期{_day(written.day)}", (cell, written), kind=Kind.DATE)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@rule(
    "B-34",
    "联系电话",
    Level.NOTICE,
    basis="附件1—6 填报行：联系电话",
    remedy="填可以打通的电话号码，如 0730-1234567；几个号码用顿号分开",
)
def telephone(unit: Table) -> Verdict:
    """联系电话应是打得通的号码，数字不少于 5 位。没有填的不核对。"""
    cell = unit["phone", "value"]
    if not cell.text:
        return NOT_APPLICABLE
    digits = sum(sign.isdigit() for sign in cell.text)
    if digits >= LEAST_DIGITS:
        return None
    return Broken(f"填的是“{cell.text}”，不像电话号码", (cell,), kind=Kind.TEXT)
