"""Judgements on the project register, the sheets of annex 3, and subordinate units."""

from collections import defaultdict
from fractions import Fraction

from selfeval_xl.filing import Row, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.comparing import money, people
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule


@rule(
    "A3-02",
    "项目名称",
    Level.ERROR,
    basis="附件3：一个一级项目支出一张表",
    remedy="补填项目名称；同一项目分两行填的合并为一行，确是两个项目的在名称中区分",
)
def project_names(projects: Table) -> list[Verdict] | None:
    """项目清单填了金额的行必须有项目名称；名称、项目类别、资金来源都相同的两行，作提示
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
    return found or None


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
    remedy="附件3 的项目名称与项目清单一致，清单中没有的补进清单",
)
def listed_projects(project_head: Table, projects: Table) -> Verdict:
    """每张附件3 的项目名称都应在项目清单中。项目清单没有填的不核对。"""
    name = project_head["name", "value"]
    listed = [plain_name(row.text("name")) for row in projects.added if row.text("name")]
    if not listed or not name.text:
        return NOT_APPLICABLE
    if plain_name(name.text) in listed:
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
