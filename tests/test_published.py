"""What of the reasons stands in the report: as each rule's `report` says, and never 核实说明."""

from pathlib import Path

import pytest

from selfeval_xl.checking.concluding import conclude
from selfeval_xl.checking.runner import catalogue, check
from selfeval_xl.filing import Key
from selfeval_xl.findings import Report, Status
from selfeval_xl.forms import load
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.template.filling import filled
from tests.books import values
from tests.documents import body_of

FORM = load("hunan-2023", 2023)
SAMPLE = Path(__file__).parents[1] / "samples" / "示例单位-2023" / "填报.md"
REASON = "按县里第九号会议纪要办理"

OVER_POSTS = f"""
## 三、编制与在职人员（人）
| 人员类别 | 2023年末在职人数 |
|---|---|
| 事业人员 | 26 |
## 四、在职人员变动
- 在职人数超编原因（超编时填）：{REASON}
"""
OVER_RECEPTION = f"""
## 四、“三公”经费
| “三公”经费项目 | 2023年“三公”决算数 | 超支原因 |
|---|---|---|
| 3、公务接待费 | 15.94 | |
| “三公”经费合计 | | {REASON} |
"""
LOST_POINTS = f"""
## 绩效指标
| 行 | 偏差原因分析及改进措施 |
|---|---|
| 5 | {REASON} |
"""
SLOW_PROJECT = f"""
## 一、项目清单（一个一级项目一行）
| 行 | 全年执行数 | 差异原因 |
|---|---|---|
| 3 | 128.75 | {REASON} |
"""
FEWER_PEOPLE = f"""
## 三、一般公共预算基本支出
| 支出经济分类 | 2023年年初预算数 | 差异原因 |
|---|---|---|
| 工资福利支出（301） | 862.30 | |
| 人员经费 | | {REASON} |
"""
SUPPLEMENTED = f"""
## 一、资金来源与预算执行
| 资金来源 | 年初预算数 | 年中调整（追加＋追减－） | 全年执行数 | 差异原因 |
|---|---|---|---|---|
| 一般公共预算拨款 | 1386.40 | 1718.35 | 1300 | |
| 资金来源合计 | | | | {REASON} |
"""
OVER_BUDGET = f"""
## 一、资金来源与预算执行
| 资金来源 | 全年执行数 | 差异原因 |
|---|---|---|
| 一般公共预算拨款 | 2671.82 | |
| 资金来源合计 | | {REASON} |
"""
OTHER_MONEY = f"""
## 一、资金来源与预算执行
| 资金来源 | 年初预算数 | 全年执行数 | 差异原因 |
|---|---|---|---|
| 其他资金 | 2900 | 2835.20 | |
## 四、结果应用与公开
- 其他需要说明的情况（选填）：{REASON}
"""
MORE_PENSIONERS = f"""
## 五、离退休人员（人）
| 人员类别 | 2023年末离退休人数 | 离退休人员变动原因 |
|---|---|---|
| 退休人员 | 31 | {REASON} |
"""
BOOKS = {
    "A1-05": (OVER_POSTS, "一"),
    "A1-08": (OVER_RECEPTION, "二"),
    "A2-09": (LOST_POINTS, "六"),
    "A2-12": (OVER_BUDGET, "六"),
    "B-09": (SLOW_PROJECT, "三"),
    "B-14": (FEWER_PEOPLE, "二"),
    "B-16": (SUPPLEMENTED, "六"),
    "B-19": (OTHER_MONEY, "十"),
    "B-38": (MORE_PENSIONERS, "一"),
}
"""Rule → what makes it fire with a reason beside it, and the section of the report that has to print the reason."""


def typed(book: str) -> dict[Key, object]:
    return {**values(FORM, SAMPLE.read_text(encoding="utf-8")), **values(FORM, book)}


def sections(cells: dict[Key, object]) -> dict[str, str]:
    """The report's text by the numeral of its sections, annexes left out."""
    filing = filled(FORM, cells)
    body = body_of(narrate(filing, conclude(filing, check(filing), ())))
    found: dict[str, str] = {}
    numeral = ""
    for line in body.partition("附件：")[0].splitlines():
        numeral = line[0] if line[1:2] == "、" and line[0] in "一二三四五六七八九十" else numeral
        found[numeral] = found.get(numeral, "") + line
    return found


@pytest.mark.parametrize("rule", BOOKS)
def test_a_reason_is_printed_where_its_rule_says(rule: str) -> None:
    book, section = BOOKS[rule]
    results = [r for r in check(filled(FORM, typed(book))) if r.rule.id == rule]
    assert any(r.status is Status.EXPLAINED and r.reason == REASON for r in results)
    assert REASON in sections(typed(book))[section]


def test_the_rules_that_print_nothing_are_all_others() -> None:
    assert {rule.id for rule in catalogue() if rule.report is not Report.NONE} == set(BOOKS)


def test_explanations_are_printed_for_no_rule() -> None:
    """核实说明 is for the bureau: a row for each of these rules, of which A1-05 takes it, and not a word in the report."""
    cells = typed("")
    cells[Key("staff", 0, "institution", 0, "staff")] = 26
    for number, rule in enumerate(BOOKS, start=1):
        key = Key("explanations", 0, "explanation", number, "rule")
        cells |= {key: rule, key._replace(column="reason"): REASON}
    taken = [r.rule.id for r in check(filled(FORM, cells)) if r.reason.startswith(REASON)]
    assert "A1-05" in taken
    assert REASON not in "".join(sections(cells).values())
