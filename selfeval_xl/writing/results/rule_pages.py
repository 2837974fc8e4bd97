"""规则说明: the whole catalogue, so that a finding can be looked up, and what a bureau changed of it."""

from collections.abc import Sequence

from selfeval_xl.findings import Level, Rule
from selfeval_xl.forms import Form, notice
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import (
    BASE,
    BOLD,
    BOXED,
    CENTRE,
    FAINT,
    HEAD,
    LEVELS,
    PLAIN,
    TITLE,
    WRAP,
    Look,
    height_for,
)

RULES = "规则说明"
COLUMNS = (
    ("规则", 7.0),
    ("名称", 17.0),
    ("级别", 6.5),
    ("说明", 42.0),
    ("依据", 25.0),
    ("怎么改", 30.0),
    ("例", 42.0),
)
ID: Look = {**CENTRE, **BOLD}
COLOURS: dict[Level, Look] = {level: {**CENTRE, **LEVELS[level]} for level in Level}
OFF = "停用"
"""Stands for the level of a rule that the bureau's overlay has switched off."""
NOTES = (
    "级别——错误：不可能正确，必须改正；警告：须改正或说明；提示：请核对。个别情形的级别与本表不同的，以“核对结果”为准。",
    "判定——通过；尾差：相差在四舍五入允许的范围内；不符；无法核对：有空白或读不出的格；不适用；已说明：已填写原因。",
    "例——位置：核对结果里的说法。数字和单位是虚构的，只供说明这条规则管什么。",
    "允许的尾差按各数填报的小数位数计算：万元两位小数的数允许±0.005，按元填报到分的数不允许相差，人数不允许相差。",
)


def draw_rules(page: Page, rules: Sequence[Rule], form: Form) -> None:
    """The whole sheet."""
    page.widths({at: width for at, (_, width) in enumerate(COLUMNS, 1)})
    page.text(1, 1, RULES, BASE, TITLE)
    link_back(page, 1, 3)
    page.height(1, 26)
    row = 2
    for text in (f"表样：{form.title}（{form.id}）。来源：{form.source}。", *NOTES, *_changes(rules, form)):
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


def _changes(rules: Sequence[Rule], form: Form) -> tuple[str, ...]:
    """What a bureau's overlay, or an edition, changed: numbers and words first, then rules."""
    lines = (*form.changes, *(rule.change for rule in rules if rule.change))
    if not lines:
        return ()
    head = notice(form) or "本表样在基础表样上有改动"
    return (f"{head}。改动如下：", *(f"{number}. {line}" for number, line in enumerate(lines, 1)))


def _draw(page: Page, row: int, rule: Rule) -> None:
    level = OFF if rule.off else str(rule.level)
    texts = (rule.id, rule.title, level, rule.page, rule.basis, rule.remedy, rule.example)
    ink = FAINT if rule.off else PLAIN
    level_look = CENTRE if rule.off else COLOURS[rule.level]
    looks = (ID, PLAIN, level_look, PLAIN, PLAIN, PLAIN, PLAIN)
    for at, (text, look) in enumerate(zip(texts, looks, strict=True), 1):
        page.text(row, at, text, BASE, BOXED, WRAP, ink, look)
    page.height(row, height_for((text, width) for text, (_, width) in zip(texts, COLUMNS, strict=True)))
