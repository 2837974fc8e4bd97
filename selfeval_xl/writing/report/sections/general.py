"""二、一般公共预算支出情况: the general public budget only."""

from collections.abc import Sequence
from fractions import Fraction

from selfeval_xl.filing import Filing, Row
from selfeval_xl.writing.report.phrases import (
    INITIAL,
    NAMED,
    Item,
    Number,
    adds_up,
    amount,
    compared,
    items,
    listed,
    named,
    of_which,
    ratio,
    same,
    within,
)
from selfeval_xl.writing.report.reasons import because, clause, ranked
from selfeval_xl.writing.report.sections.figures import (
    SOURCES,
    Fields,
    number,
    of_row,
    projects,
    spending,
    text,
)
from selfeval_xl.writing.report.texts import inline, sentence, trimmed
from selfeval_xl.writing.report.texts import lines as paragraphs

CLASSES = {
    "wages": "工资福利支出",
    "goods": "商品和服务支出",
    "family": "对个人和家庭的补助",
    "capital": "资本性支出",
}
THREE = {
    "reception": "公务接待费",
    "running": "公务用车运行维护费",
    "purchase": "公务用车购置费",
    "abroad": "因公出国（境）费",
}
KINDS = {"personnel": "人员经费", "operating": "公用经费"}
LAST = "上年"


def general(filing: Filing) -> Fields:
    now, before = spending(filing, "general", "executed"), spending(filing, "general", "initial")
    change = compared(now.total, before.total)
    return {
        "nil": now.total == 0,
        "executed": amount(now.total, "一般公共预算全年执行数"),
        "parts": of_which(now.total, now.parts, share=True),
        "change": change,
        "reason": because(filing.text("sources", "general", "reason")) if change else "",
    }


def basic(filing: Filing) -> Fields:
    now, before = (spending(filing, "general", measure).basic for measure in ("executed", "initial"))
    kinds = [(name, number(filing, "basic", row, "executed")) for row, name in KINDS.items()]
    change = compared(now, before)
    return {
        "nil": now == 0,
        "executed": amount(now, "一般公共预算基本支出"),
        "parts": _kinds(now, kinds),
        "detail": _detail(filing),
        "change": change,
        "reason": because(filing.text("basic", "total", "reason")) if change else "",
        "explained": _explained(filing, "basic", KINDS, only_over=False),
        "last": compared(now, number(filing, "basic", "total", "last"), LAST, "上年未发生") if now else "",
    }


def three(filing: Filing) -> Fields:
    """The three public expenses; nothing is said where the total is unknown."""
    now, limit, last = (number(filing, "three", "total", c) for c in ("executed", "initial", "last"))
    over = now is not None and limit is not None and now > limit
    lead = "原因是" if limit else "发生支出的原因是"
    reason = filing.text("three", "total", "reason")
    risen = now is not None and last is not None and now > last
    change = compared(now, last, LAST, "上年未发生") if now else ""
    return {
        "nil": now == 0,
        "executed": amount(now, "") if now else "",
        "limit": within(now, limit),
        "reason": because(reason, lead) if over else "",
        "parts": of_which(now, _three_parts(filing), "；其中"),
        "change": change + (because(reason) if change and risen and not over else ""),
        "explained": _explained(filing, "three", THREE, only_over=True) if now else "",
    }


def project(filing: Filing) -> Fields:
    now, initial, full = (spending(filing, "general", m).project for m in ("executed", "initial", "full"))
    rows = projects_of(filing, "general")
    unspent = f"年初预算{amount(initial, '')}，当年未形成支出{why_unspent(rows)}。"
    return {
        "nil": now == 0,
        "executed": amount(now, "一般公共预算项目支出"),
        "details": project_details(now, executed_projects(filing, rows)),
        "budget": _against_budget(now, initial, full),
        "reason": project_reasons(filing, rows),
        "unspent": unspent if now == 0 and initial else "",
        "texts": list(filter(None, map(sentence, paragraphs(filing.text("duties", "project_uses"))))),
    }


def projects_of(filing: Filing, source: str) -> list[Row]:
    """The register's rows of one source. A row without a source belongs to the general budget if it alone has projects."""
    label = filing.form.block("sources").row(source).label
    others = (number(filing, "split", s, "executed_project") for s in SOURCES if s != "general")
    labels = {label} if source != "general" or any(others) else {label, ""}
    return [row for row in projects(filing) if row.text("source") in labels]


def project_names(rows: Sequence[Row]) -> list[str]:
    """Their names; two of one name are told apart by their kind."""
    bare = [(inline(row.text("name")), inline(row.text("kind"))) for row in rows]
    names = [name for name, _ in bare]
    return [f"{name}（{kind}）" if kind and names.count(name) > 1 else name for name, kind in bare]


def executed_projects(filing: Filing, rows: Sequence[Row]) -> list[Item]:
    """Name and amount of those that were spent on, the largest first."""
    block = filing.form.block("projects")
    spent = (
        (name, of_row(block, row, "executed")) for name, row in zip(project_names(rows), rows, strict=True)
    )
    return sorted((item for item in spent if all(item)), key=lambda item: -(item[1] or 0))


def project_details(total: Number, spent: Sequence[Item]) -> str:
    """All of them where they make up the total, 其中 where they do not reach it: then no count either."""
    if not spent or total is None:
        return ""
    words = listed(items(spent), NAMED)
    if not adds_up(total, [fen for _, fen in spent if fen]):
        return f"，其中{words}"
    if len(spent) == 1:
        return f"，为{named(spent[0][0]).removesuffix('项目')}项目支出{amount(total, '')}"
    return f"，共实施项目{len(spent)}个，{'主要包括' if len(spent) > NAMED else '分别为'}{words}"


def project_reasons(filing: Filing, rows: Sequence[Row]) -> str:
    """一是甲较年初预算增加12.00万元，主要是…；二是…: each that gives a reason, the largest difference first."""
    block = filing.form.block("projects")
    told: list[tuple[Fraction, str]] = []
    for name, row in zip(project_names(rows), rows, strict=True):
        initial, full, now = (of_row(block, row, column) for column in ("initial", "full", "executed"))
        if reason := clause(row.text("reason")):
            size = abs((now or Fraction(0)) - (initial or Fraction(0)))
            told.append((size, f"{named(name)}{_departure(initial, full, now)}主要是{reason}"))
    return ranked([said for _, said in sorted(told, key=lambda one: -one[0])])


def _departure(initial: Number, full: Number, now: Number) -> str:
    """较年初预算增加12.00万元，: how a project departs from its budget, with its comma."""
    if not now:
        return "当年未形成支出，" if now == 0 else ""
    if initial is None or same(now, initial):
        rate = ratio(now, full)
        return f"全年预算{amount(full, '')}、执行{amount(now, '')}，执行率{rate}，" if rate else ""
    if initial == 0:
        return f"年初未安排预算，支出{amount(now, '')}，"
    return f"较{INITIAL}{'增加' if now > initial else '减少'}{amount(abs(now - initial), '')}，"


def why_unspent(rows: Sequence[Row]) -> str:
    """Of projects that have nothing but their reasons to be told."""
    told = zip(project_names(rows), (clause(row.text("reason")) for row in rows), strict=True)
    given = [(name, reason) for name, reason in told if reason]
    if len(rows) == 1:
        return because(given[0][1], "原因是") if given else ""
    return because(ranked([f"{named(name)}{reason}" for name, reason in given]), "原因是")


def _against_budget(now: Number, initial: Number, full: Number) -> str:
    said = []
    if initial is not None:
        said.append(f"{INITIAL}{amount(initial, '')}" if initial else "年初未安排预算")
    if full is not None:
        said.append(f"全年预算{amount(full, '')}")
    if ratio(now, full):
        said.append(f"执行率{ratio(now, full)}")
    elif full is None and ratio(now, initial):
        said.append(f"支出为{INITIAL}的{ratio(now, initial)}")
    return "，".join(said)


def _kinds(total: Number, kinds: Sequence[Item]) -> str:
    """Both are required: a missing one is asked for."""
    words = [f"{name}{amount(fen, name)}" for name, fen in kinds if fen != 0]
    if len(words) == 1 and all(fen is not None for _, fen in kinds):
        return of_which(total, kinds)
    return f"，其中{listed(words)}" if words else ""


def _detail(filing: Filing) -> str:
    """The economic classes and what the money was for, a sentence."""
    classes = items((name, number(filing, "basic", row, "executed")) for row, name in CLASSES.items())
    uses = text(filing, "duties", "basic_uses")
    for lead in ("主要用于", "主要为", "主要是", "用于"):
        uses = trimmed(uses.removeprefix(lead))
    said = [f"按支出经济分类，{listed(classes)}"] if classes else []
    said += [f"主要用于{uses}"] if uses else []
    return sentence("，".join(said)) if said else ""


def _three_parts(filing: Filing) -> list[Item]:
    """The two parts of what vehicles cost, or their sum where the parts are not known."""
    parts = {name: number(filing, "three", row, "executed") for row, name in THREE.items()}
    if not any(parts[THREE[row]] for row in ("running", "purchase")):
        parts["公务用车购置和运行维护费"] = number(filing, "three", "vehicles", "executed")
    return list(parts.items())


def _explained(filing: Filing, block: str, rows: dict[str, str], only_over: bool) -> str:
    """A sentence for each line whose reason is given beside it."""
    said = []
    for row, name in rows.items():
        now, before = (number(filing, block, row, c) for c in ("executed", "initial"))
        change, reason = compared(now, before), because(filing.text(block, row, "reason"))
        over = (now or Fraction(0)) > (before or Fraction(0))
        if change and reason and (over or not only_over):
            said.append(f"{name}{change}{reason}。")
    return "".join(said)
