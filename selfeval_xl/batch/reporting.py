"""汇总报告.docx: what the bureau reports of all units, from the figures of the run; what only people know is asked for."""

import io
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

import selfeval_xl
from selfeval_xl.batch.consolidating import ALL, SUM_LINE, internals, rates
from selfeval_xl.batch.records import Record, shown
from selfeval_xl.batch.reviewing import Review
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.sheets import gaps
from selfeval_xl.batch.wanted import not_wanted
from selfeval_xl.batch.working import SIGNS
from selfeval_xl.checking.concluding import Standing
from selfeval_xl.findings import Level
from selfeval_xl.money import percent, wan
from selfeval_xl.scoring import grades
from selfeval_xl.writing.delivery import repack
from selfeval_xl.writing.report.narrative import mark_missing, rendered, set_properties

NAME = "汇总报告.docx"
TITLE = "部门整体支出绩效自评汇总报告"
TEMPLATE = "summary.docx"
"""In the form's folder; the usual one's holds for a form without it."""
PROMPT = "【待填：{}】"
NATURES = {"basic": "基本支出", "project": "项目支出", "other": "其他支出"}
MEASURES = {"initial": "年初预算数", "full": "全年预算数", "executed": "全年执行数"}
COMMON = 10
"""So many rules are listed; 汇总.xlsx has them all."""
NAMED = 20
"""So many units are named, the rest is counted."""

Fields = dict[str, object]


def report(facts: Facts) -> bytes:
    """The docx."""
    fields = district(facts)
    document = rendered(facts.desk.form.wording, {**fields, "draft": f"{_prompts(fields)}"}, TEMPLATE)
    mark_missing(document.element.body)
    set_properties(document.core_properties, TITLE)
    written = io.BytesIO()
    document.save(written)
    return repack(written.getvalue())


def district(facts: Facts) -> Fields:
    """Every field of the template but `draft`."""
    return {
        "year": f"{facts.desk.form.year}",
        "organised": _organised(facts),
        "coverage": list(_coverage(facts)),
        "money": _money(facts),
        "grades": _grades(facts),
        "problems": _problems(facts),
        "reviews": _reviews(facts),
        "follow": list(_follow(facts)),
        "use": list(_use()),
    }


def _ask(what: str) -> str:
    return PROMPT.format(what)


def _prompts(value: object) -> int:
    match value:
        case str():
            return value.count(PROMPT.partition("{")[0])
        case dict():
            return sum(map(_prompts, value.values()))
        case list():
            return sum(map(_prompts, value))
    return 0


def _organised(facts: Facts) -> Fields:
    """应报, 已报, 未报 by the list of units; 逾期 is known to people alone: a date on a report is not the day it came."""
    desk = facts.desk
    basis, bureau = _ask("文件依据，如省、市财政部门通知的名称和文号"), _ask("本级财政部门名称")
    lead = (
        f"根据{basis}，{bureau}组织开展了{desk.form.year}年度部门整体支出绩效自评，并对报送的材料进行了核对。"
    )
    late = f"其中逾期报送{_ask('逾期报送的单位个数和名称，没有的写无')}"
    if facts.wanted is None:
        due, left = _ask("应报送的单位个数"), _ask("未报送的单位个数和名称，没有的写无")
        filed = f"应报送单位{due}个，已报送{len(desk.latest)}个，{late}；未报送{left}。"
    else:
        came = len(facts.wanted) - len(facts.unfiled)
        left = f"未报送{len(facts.unfiled)}个" + (f"：{_some(facts.unfiled)}" if facts.unfiled else "")
        filed = f"应报送单位{len(facts.wanted)}个，已报送{came}个，{late}；{left}。"
    notes = [facts.unplaced] if facts.unplaced else []
    extra = [shown(record) for record in not_wanted(facts.wanted or (), desk.latest)]
    if facts.wanted is not None and extra:
        notes.append(f"另有不在应报送名单中的单位{len(extra)}个报送：{_some(extra)}。")
    uncounted = [r for r in desk.latest if not desk.choices[r.name].counted]
    if uncounted:
        notes.append(
            f"有{len(uncounted)}个单位的数据因已含在主管部门的汇总数中或年度不同，不重复计入以下金额。"
        )
    return {"lead": lead, "filed": filed, "notes": notes}


def _coverage(facts: Facts) -> Iterator[str]:
    """By number with a list of units; by amount only people know the whole."""
    if facts.wanted:
        came = len(facts.wanted) - len(facts.unfiled)
        yield f"按单位个数计，自评覆盖率为{percent(Fraction(came, len(facts.wanted)))}（{came}/{len(facts.wanted)}）。"
    else:
        yield f"按单位个数计，自评覆盖率为{_ask('已报送单位数占应报送单位数的百分比')}。"
    full = facts.totals.sum(ALL, facts.desk.position.get((SUM_LINE, "full")))
    if full is not None:
        without = facts.totals.units[ALL] - facts.totals.filled_by(
            ALL, facts.desk.position.get((SUM_LINE, "full"))
        )
        short = f"（另有{without}个单位没有填全年预算数，未包括在内）" if without else ""
        yield (
            f"按金额计，计入汇总的单位填报的全年预算数合计{wan(full)}万元{short}，"
            f"占本级部门预算{_ask('本级部门全年预算总额')}万元的{_ask('百分比')}。"
        )
    projects = [project for record in facts.desk.counted for project in record.projects]
    if projects:
        known = [project.full for project in projects if project.full is not None]
        amount = f"，全年预算数合计{wan(sum(known))}万元" if len(known) == len(projects) else ""
        yield f"单独填报项目支出绩效自评表的项目{len(projects)}个{amount}{_share(facts, known, len(projects))}。"


def _share(facts: Facts, known: Sequence[int], count: int) -> str:
    """，占…: where every counted unit has its projects' whole budget."""
    at = facts.desk.position.get(("split.total.project", "full"))
    whole = None if at is None else facts.totals.sum(ALL, at)
    if at is None or not whole or len(known) < count or sum(known) > whole:
        return ""
    if facts.totals.filled_by(ALL, at) < facts.totals.units[ALL]:
        return ""
    return f"，占项目支出全年预算数的{percent(Fraction(sum(known), whole))}"


def _money(facts: Facts) -> Fields:
    desk = facts.desk
    rows = desk.form.block("sources").rows if desk.form.has("sources") else ()
    sources = [
        _row(facts, row.label, f"sources.{row.key}")
        for row in sorted(rows, key=lambda row: row.key != "total")
        if any((f"sources.{row.key}", measure) in desk.position for measure in MEASURES)
    ]
    natures = [_row(facts, label, f"split.total.{key}") for key, label in NATURES.items()]
    taken = internals(desk).get(ALL)
    executed = facts.totals.sum(ALL, desk.position.get((SUM_LINE, "executed")))
    net = (
        f"单位之间内部往来{wan(taken)}万元，抵销后全年执行数{wan(executed - taken)}万元；上表各来源为抵销前的数。"
        if taken and executed is not None
        else ""
    )
    lead = (
        f"计入汇总的单位{facts.totals.units[ALL]}个，金额单位为万元。各数为填报了该数的单位之和，空白表示没有单位填报；"
        "执行率只用全年预算数、全年执行数都填了的单位计算。"
    )
    return {
        "lead": lead,
        "sources": [row for row in sources if _is_known(row)],
        "natures": [row for row in natures if _is_known(row)],
        "internal": net,
    }


def _row(facts: Facts, name: str, line: str) -> dict[str, str]:
    """The sums of a line, its rate over units that filled both, and how many units have which amount."""
    at = {m: facts.desk.position[line, m] for m in MEASURES if (line, m) in facts.desk.position}
    sums = {measure: facts.totals.sum(ALL, column) for measure, column in at.items()}
    filled = {MEASURES[measure]: facts.totals.filled_by(ALL, column) for measure, column in at.items()}
    said = {m: "" if sums.get(m) is None else wan(sums[m] or 0) for m in MEASURES}
    rate = rates(facts.desk).get(ALL) if line == SUM_LINE else _rate(facts, line)
    shown_rate = percent(Fraction(*rate)) if rate and rate[1] else ""
    return {"name": name, **said, "rate": shown_rate, "short": gaps.counted(filled, facts.totals.units[ALL])}


def _rate(facts: Facts, line: str) -> tuple[int, int] | None:
    if any((line, measure) not in facts.desk.position for measure in ("executed", "full")):
        return None
    pairs = [
        (executed, full)
        for record in facts.desk.counted
        if (executed := facts.desk.amount(record, line, "executed")) is not None
        and (full := facts.desk.amount(record, line, "full")) is not None
    ]
    return sum(executed for executed, _ in pairs), sum(full for _, full in pairs)


def _is_known(row: Mapping[str, str]) -> bool:
    return any(row[measure] for measure in MEASURES)


def _grades(facts: Facts) -> Fields:
    latest = facts.desk.latest
    projects = [project.grade for record in latest for project in record.projects]
    units = _by_grade(facts, [record.grade for record in latest], "个单位", "自评")
    said = _by_grade(facts, projects, "个项目", "单独填报自评表的项目")
    return {"units": units, "projects": said if projects else ""}


def _by_grade(facts: Facts, given: Sequence[str], measure: str, of: str) -> str:
    """自评等级为优的5个单位（62.50%）、良…；得分没有填全的1个单位。"""
    counts = Counter(given)
    usual = [name for _, name in grades(facts.desk.form)]
    names = [name for name in (*usual, *sorted({*counts} - {*usual, ""})) if counts[name]]
    whole = sum(counts[name] for name in names)
    words = [
        f"等级为“{name}”的{counts[name]}{measure}（{percent(Fraction(counts[name], whole))}）"
        for name in names
    ]
    unknown = f"得分没有填全、算不出等级的{counts['']}{measure}" if counts[""] else ""
    return (
        f"{of}{'；'.join((*words, unknown) if unknown else words)}。"
        if counts
        else "没有可以统计的自评得分。"
    )


def _problems(facts: Facts) -> Fields:
    """Rules by how many units have an open 错误 or 警告 of them."""
    signs = facts.desk.signs
    rules = {rule.id: rule for rule in selfeval_xl.catalogue()}
    counts = {
        rule: [int((signs[rule] == SIGNS.index(level)).sum()) for level in (Level.ERROR, Level.WARNING)]
        for rule in signs.columns
    }
    ranked = sorted(
        (rule for rule in counts if sum(counts[rule])), key=lambda rule: (-sum(counts[rule]), rule)
    )
    rows = [
        {
            "rule": rule,
            "title": rules[rule].title,
            "errors": _count(counts[rule][0]),
            "warnings": _count(counts[rule][1]),
        }
        for rule in ranked[:COMMON]
    ]
    verdicts = Counter(record.verdict for record in facts.desk.latest)
    said = "，".join(f"“{standing}”{verdicts[standing]}个" for standing in Standing if verdicts[standing])
    more = f"以下是涉及单位最多的{len(rows)}项" + (
        f"（共{len(ranked)}项）" if len(ranked) > len(rows) else ""
    )
    lead = f"核对结论：{said or '没有可用的文件'}。" + (
        f"{more}：" if rows else "没有未改正的错误和未说明的警告。"
    )
    return {"lead": lead, "rows": rows}


def _count(number: int) -> str:
    return f"{number}" if number else ""


def _reviews(facts: Facts) -> Fields:
    reviewed = [(r, facts.reviews.of[r.name]) for r in facts.desk.latest if r.name in facts.reviews.of]
    if not reviewed:
        return {
            "lead": _ask(
                "抽查复核的单位、方法和结果；在“汇总.xlsx”的“单位”表填写复核后重新生成，这里自动列出"
            ),
            "rows": [],
        }
    whole = len(facts.desk.latest)
    lead = f"抽查复核{len(reviewed)}个单位，占已报送单位的{percent(Fraction(len(reviewed), whole))}。"
    changed = [one for one in reviewed if _differs(*one)]
    lead += (
        f"复核等级与自评等级不同的{len(changed)}个。" if any(review.grade for _, review in reviewed) else ""
    )
    return {"lead": lead + "结果如下：", "rows": [_reviewed(record, review) for record, review in reviewed]}


def _differs(record: Record, review: Review) -> bool:
    return bool(review.grade and record.grade and review.grade != record.grade)


def _reviewed(record: Record, review: Review) -> dict[str, str]:
    return {
        "unit": shown(record),
        "score": "" if record.score is None else f"{record.score:g}",
        "grade": record.grade,
        "reviewed": f"{review.score:g}" if isinstance(review.score, float) else review.score,
        "regraded": review.grade,
        "opinion": review.opinion,
    }


def _follow(facts: Facts) -> Iterator[str]:
    """Whom the bureau has to ask, each with why."""
    desk = facts.desk
    for standing in (Standing.WRONG, Standing.INCOMPLETE, Standing.TO_EXPLAIN):
        units = [shown(record) for record in desk.latest if record.verdict == standing]
        if units:
            yield f"核对结论为“{standing}”、须重新报送或说明的{len(units)}个：{_some(units)}。"
    if facts.unfiled:
        yield f"未报送的{len(facts.unfiled)}个：{_some(facts.unfiled)}。"
    pending = [shown(record) for record in desk.latest if record.pending]
    if pending:
        yield f"有错误待财政部门认定的{len(pending)}个：{_some(pending)}。"
    doubts = [shown(record) for record in desk.latest if desk.choices[record.name].doubt]
    if doubts:
        yield f"报送情况需要核实的{len(doubts)}个（见“汇总.xlsx”的“单位”表）：{_some(doubts)}。"
    lower = [
        shown(r) for r in desk.latest if r.name in facts.reviews.of and _differs(r, facts.reviews.of[r.name])
    ]
    if lower:
        yield f"复核等级与自评等级不同的{len(lower)}个：{_some(lower)}。"
    trouble = [record.name for record in desk.records if record.trouble]
    if trouble:
        yield f"无法使用的文件{len(trouble)}个：{_some(trouble)}。"
    yield _ask("其他需要跟进的单位和事项，没有的删去本段")


def _use() -> Iterator[str]:
    yield f"与预算安排挂钩：{_ask('自评和复核结果在下年度预算安排、政策调整中的运用')}。"
    yield f"督促整改：{_ask('整改要求、期限和整改情况')}。"
    yield f"结果公开和报告：{_ask('公开的时间和位置，向本级政府、人大报告的情况')}。"


def _some(names: Sequence[str]) -> str:
    return "、".join(names[:NAMED]) + (f"等{len(names)}个" if len(names) > NAMED else "")
