"""规则说明: the whole catalogue, so that a finding can be looked up, and what a bureau changed of it."""

from collections.abc import Sequence

from selfeval_xl.findings import Rule
from selfeval_xl.forms import Form
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import BASE, BOLD, BOXED, CENTRE, HEAD, LEVELS, TITLE, WRAP, Look, height_for

RULES = "规则说明"
COLUMNS = (("规则", 8.0), ("名称", 24.0), ("级别", 7.0), ("说明", 56.0), ("依据", 34.0), ("怎么改", 38.0))
NOTES = (
    "级别——错误：不可能正确，必须改正；警告：须改正或说明；提示：请看一眼。个别情形的级别与本表不同的，以“核对结果”为准。",
    "判定——通过；尾差：相差在四舍五入允许的范围内；不符；无法核对：有空白或读不出的格；不适用；已说明：已填写原因。",
    "允许的尾差按各数填报的小数位数计算：万元两位小数的数允许±0.005，按元填报到分的数不允许相差，人数不允许相差。",
)


def draw_rules(page: Page, rules: Sequence[Rule], form: Form) -> None:
    """The whole sheet."""
    page.widths({at: width for at, (_, width) in enumerate(COLUMNS, 1)})
    page.text(1, 1, RULES, BASE, TITLE)
    link_back(page, 1, 3)
    page.height(1, 26)
    changes = ["本表样经财政部门调整，改动如下：", *form.changes] if form.changes else []
    row = 2
    for text in (f"表样：{form.title}（{form.id}）。来源：{form.source}。", *NOTES, *changes):
        page.merged(row, 1, 1, len(COLUMNS), text, BASE, WRAP)
        page.height(row, height_for([(text, sum(width for _, width in COLUMNS))]))
        row += 1
    for at, (name, _) in enumerate(COLUMNS, 1):
        page.text(row, at, name, BASE, HEAD)
    page.sheet.freeze_panes(row, 0)
    for at, rule in enumerate(rules, row + 1):
        _draw(page, at, rule)
    page.sheet.autofilter(row - 1, 0, row + max(len(rules), 1) - 1, len(COLUMNS) - 1)
    page.for_print(landscape=True, heads=(row, row), header=RULES)


def _draw(page: Page, row: int, rule: Rule) -> None:
    texts = (rule.id, rule.title, str(rule.level), rule.page, rule.basis, rule.remedy)
    looks: tuple[Look, ...] = ({**CENTRE, **BOLD}, {}, {**CENTRE, **LEVELS[rule.level]}, {}, {}, {})
    for at, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
        page.text(row, at, text, BASE, BOXED, WRAP, look)
    page.height(row, height_for((text, width) for text, (_, width) in zip(texts, COLUMNS, strict=True)))
