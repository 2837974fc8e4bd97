"""Judgements on the project register, the sheets of annex 3, and subordinate units."""

from collections import defaultdict
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing, Row, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.reconciling import SOURCES
from selfeval_xl.rules.comparing import money, people, touched
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

ANNEXED = ("fund", "capital")
"""Sources whose projects must agree with an annex of their own."""


@rule(
    "A3-02",
    "项目名称",
    Level.ERROR,
    basis="附件3：一个一级项目支出一张表",
    remedy="补填项目名称；同一项目分两行填的合并为一行，确是两个项目的在名称中区分",
)
def project_names(projects: Table, filing: Filing) -> list[Verdict] | None:
    """项目清单填了金额的行、用到的每张附件3 都必须有项目名称；名称、项目类别、资金来源都相同的两行，作提示
    （同名项目分属不同类别或来源的，不算重复）。"""
    found: list[Verdict] = []
    same: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in projects.added:
        amounts = [f for f in row.figures.values() if f.kind is Kind.MONEY and f.number is not None]
        if row.text("name"):
            same[plain_name(row.text("name")), row.text("kind"), row.text("source")].append(row)
        elif amounts:
            cells = (row["name"], *amounts)
            found.append(
                Broken("填了金额，没有项目名称", cells, amounts[0].number, about=f"第{row.number}行")
            )
    for rows in same.values():
        if len(rows) > 1:
            message = f"“{rows[0].text('name')}”有{len(rows)}行，类别和资金来源也相同"
            found.append(
                Broken(
                    message, tuple(r["name"] for r in rows), level=Level.NOTICE, about=rows[0].text("name")
                )
            )
    for head in filing.over_copies("project_head"):
        if head["name", "value"].blank and _filled(filing, head.copy):
            about = f"附件3-{head.copy}"
            message = f"{about}填了内容，没有项目名称"
            found.append(Broken(message, (head["name", "value"],), kind=Kind.TEXT, about=about))
    return found or None


def _filled(filing: Filing, copy: int) -> bool:
    """Whether a person typed anything on this copy of annex 3."""
    return any(touched(table) for (_, number), table in filing.tables.items() if copy and number == copy)


@rule(
    "B-24",
    "项目结转下年",
    Level.ERROR,
    basis="财预〔2020〕10号；部门决算：全年预算数－全年执行数＝结转＋财政收回",
    remedy="核对该项目的全年预算数、全年执行数和结转下年；差额被财政收回的，结转下年只填留用的部分",
)
def carried_forward(project: Row, sources: Table) -> Verdict:
    """项目的结转下年不应大于全年预算数减全年执行数；小于的，差额应是财政收回，
    超出“2收支情况”财政收回合计的作提示。没有填结转下年的不核对。"""
    if project["closing"].number is None:
        return NOT_APPLICABLE
    left, closing = project.known("full") - project.known("executed"), project.known("closing")
    allowed = sum(project[c].half for c in ("full", "executed", "closing"))
    recovered = sources["total", "recovered"].number or Fraction(0)
    if -recovered - allowed <= closing - left <= allowed:
        return None
    said = f"“{project.text('name')}”结转下年{money(closing)}，全年预算数减全年执行数为{money(left)}"
    level = Level.NOTICE if closing < left else None
    message = said + (f"，差额超过财政收回合计{money(recovered)}" if level else "")
    cells = (project["closing"], project["full"], project["executed"])
    return Broken(message, cells, closing, left, level=level, about=project.text("name"))


def plain_name(name: str) -> str:
    """A name without the blanks that people put in."""
    return "".join(name.split())


@rule(
    "X-03",
    "附件3 的项目在项目清单中",
    Level.NOTICE,
    basis="附件1、附件3：一个一级项目支出一张表",
    remedy="附件3 的项目名称与项目清单一致，清单中没有的补进清单；单独填了附件3 的，在清单中选“是”",
)
def listed_projects(project_head: Table, projects: Table, filing: Filing) -> Verdict:
    """每张附件3 的项目名称都应在项目清单中；项目清单选了不单独填附件3、却填有该项目附件3 的，作警告。
    项目清单没有填的不核对。"""
    name = project_head["name", "value"]
    listed = [row for row in projects.added if row.text("name")]
    if not listed or not name.text:
        return NOT_APPLICABLE
    own = [row for row in listed if plain_name(row.text("name")) == plain_name(name.text)]
    if filing.lacks("projects"):
        said = f"附件1 列出的项目中没有“{name.text}”"
        return Broken(said, (name,), about=name.text) if not own else None
    if own and all(row.text("separate") == "否" for row in own):
        message = f"项目清单中“{name.text}”选了不单独填附件3，却填有附件3-{project_head.copy}"
        cells = (own[0]["separate"], name)
        return Broken(message, cells, kind=Kind.TEXT, level=Level.WARNING, about=name.text)
    if own:
        return None
    return Broken(f"项目清单中没有“{name.text}”", (name,), about=name.text)


@rule(
    "B-23",
    "所属单位之和",
    Level.WARNING,
    basis="部门决算汇总：汇总数＝各单位之和－内部往来",
    remedy="核对所属单位是否含重复单位、内部往来是否填列，以及部门汇总数；口径不同的在核实说明中写明",
)
def subordinate_units(subunits: Table, sources: Table, staff: Table, unit: Table) -> list[Verdict] | None:
    """自评口径为部门汇总的，纳入自评的所属单位执行数之和减内部往来，不应超过部门的全年执行数；
    在职人数之和不应超过部门的在职人数。单位本级未列入所属单位，所以小于是正常的。"""
    if unit["scope", "value"].text != "部门汇总" or not subunits.added:
        return None
    rows = [row for row in subunits.added if row.text("included") != "否"]
    found: list[Verdict] = []
    for column, whole in (("executed", sources["total", "executed"]), ("staff", staff["total", "staff"])):
        parts = [row[column] for row in rows if row[column].number is not None]
        less = [
            row["internal"] for row in rows if row["internal"].number is not None and column == "executed"
        ]
        total = sum((f.known for f in parts), Fraction(0)) - sum((f.known for f in less), Fraction(0))
        if total - whole.known > whole.half + sum(f.half for f in parts + less):
            said = money if column == "executed" else people
            message = f"所属单位之和{said(total)}，部门{said(whole.known)}，多{said(total - whole.known)}"
            about = subunits.block.column(column).label
            found.append(
                Broken(f"{about}：{message}", (*parts, whole), total, whole.known, whole.kind, about=about)
            )
    return found or None


@rule(
    "B-25",
    "有项目支出而没有项目清单",
    Level.WARNING,
    basis="附件1 说明：“项目支出”需要填报基本支出以外的所有项目支出情况",
    remedy="在“3项目清单”逐个填写项目；单独填附件3 的选“是”",
)
def spent_without_register(split: Table, projects: Table, coverage: Table, filing: Filing) -> Verdict:
    """“2收支情况”有项目支出执行数的，项目清单应有项目。选了明细已列全的，另按“项目支出与项目清单”核对。"""
    spent = split["total", "executed_project"]
    if spent.number is None or coverage["complete", "value"].text == "是" or filing.lacks("projects"):
        return NOT_APPLICABLE
    if spent.known <= 0 or projects.added:
        return None
    return Broken(f"项目支出执行{money(spent.known)}，项目清单一行没有填", (spent,), spent.known)


@rule(
    "B-26",
    "项目清单与各来源的项目支出",
    Level.ERROR,
    basis="附件1 说明：“项目支出”需要填报基本支出以外的所有项目支出情况；部门决算：项目支出分资金来源列示",
    remedy="核对项目清单的“资金来源”是否选错、金额是否录错，以及“二、按支出性质分”该来源的项目支出；一个项目用两种来源的，分两行填",
)
def register_by_source(split: Table, projects: Table, coverage: Table) -> Verdict:
    """项目清单中同一资金来源的全年执行数之和，不应大于“2收支情况”该来源的项目支出执行数；
    选了明细已列全的，也不应小于。差额就是总数差额的，按“项目支出与项目清单”核对，不再重复。
    涉及政府性基金、国有资本经营的为错误；其他来源的为警告（一个项目可能用两种来源）。"""
    if not projects.added:
        return NOT_APPLICABLE
    complete = coverage["complete", "value"].text == "是"
    found = [d for key in SOURCES if (d := _source_gap(split, projects, key, complete))]
    if not found:
        return None
    total = split["total", "executed_project"]
    whole = sum((r["executed"].number or Fraction(0) for r in projects.added), Fraction(0))
    told = total.number is not None and (whole > total.known or complete)
    if len(found) == 1 and told and whole - total.known == found[0][1] - found[0][0].known:
        return NOT_APPLICABLE
    said = [
        f"{split.block.row(key).label}：项目清单合计{money(listed)}，项目支出{money(spent.known)}，"
        f"{'多' if listed > spent.known else '少'}{money(abs(listed - spent.known))}"
        for spent, listed, key, _ in found
    ]
    cells = tuple(f for spent, _, _, rows in found for f in (spent, *(r["source"] for r in rows)))
    level = None if any(key in ANNEXED for _, _, key, _ in found) else Level.WARNING
    return Broken("；".join(said), cells, found[0][1], found[0][0].known, level=level)


def _source_gap(
    split: Table, projects: Table, key: str, complete: bool
) -> tuple[Figure, Fraction, str, list[Row]] | None:
    """The source's project spending and the sum of its projects, where they cannot be one amount."""
    spent, label = split[key, "executed_project"], split.block.row(key).label
    rows = [row for row in projects.added if row.text("source") == label]
    figures = [row["executed"] for row in rows]
    listed = sum((f.number or Fraction(0) for f in figures), Fraction(0))
    allowed = spent.half + sum(f.half for f in figures)
    if spent.number is None or abs(listed - spent.known) <= allowed:
        return None
    open_ = any(f.number is None for f in figures) or any(not row.text("source") for row in projects.added)
    return (spent, listed, key, rows) if listed > spent.known or (complete and not open_) else None
