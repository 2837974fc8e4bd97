"""核对结果, the first sheet: verdict, counts, and every finding with its cells, both sides and what to do."""

from selfeval_xl.checking.concluding import Conclusion, Standing
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Finding, Level, Status, amount
from selfeval_xl.forms import notice
from selfeval_xl.places import gathered
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.annexes import Shown
from selfeval_xl.writing.results.chips import beyond_reasons, draw_chips, to_do
from selfeval_xl.writing.results.returning import FINDINGS, HEAD_ROW
from selfeval_xl.writing.style import (
    BASE,
    BOLD,
    BOXED,
    CENTRE,
    FAINT,
    HEAD,
    LEVELS,
    LINK,
    MARKS,
    PLAIN,
    SHRUNK,
    TITLE,
    WRAP,
    Look,
    height_for,
    number_with_unit,
)

COLUMNS = (
    ("序号", 6.0),
    ("级别", 9.0),
    ("待办", 12.0),
    ("规则", 13.0),
    ("位置", 15.0),
    ("其他有关的格", 15.0),
    ("问题", 38.0),
    ("一方", 14.0),
    ("另一方", 14.0),
    ("相差", 13.0),
    ("怎么改", 28.0),
    ("规则", 8.0),
    ("位置", 15.0),
    ("核对码", 12.0),
    ("原因", 22.0),
)
"""Up to 怎么改 they fit a screen of 1366 points at 100 %, and a page across."""
(NUMBER, LEVEL, TO_DO, RULE, PLACE, OTHERS, MESSAGE, LEFT, RIGHT, GAP, REMEDY, PASTE) = range(1, 13)
GROUP_ROW = HEAD_ROW - 1
MARKED: dict[Level, Look] = {level: {**LEVELS[level], **MARKS[level]} for level in Level}
PASTE_HEAD = "核实说明（填好原因，复制这四格过去，粘贴为数值）"
OFF_THE_LINE: Look = {"align": "right", "indent": 1}
TO_EXPLAIN = "逐条写明原因（差异原因栏或核实说明）后报送。"
VERDICTS: dict[Standing, tuple[Look, str]] = {
    Standing.READY: (LEVELS[Level.NOTICE], "没有错误和待说明的事项，可以报送。"),
    Standing.TO_EXPLAIN: (
        LEVELS[Level.WARNING],
        "没有错误。请把警告" + TO_EXPLAIN,
    ),
    Standing.INCOMPLETE: (LEVELS[Level.WARNING], "必填项未填完，自评报告为草稿。请补填后重新运行。"),
    Standing.WRONG: (LEVELS[Level.ERROR], "有必须改正的错误，自评报告为草稿。请改正后重新运行。"),
}
HINT = (
    "位置带下划线的，点击可到本文件附件中的那一格，那一行右边的“← 第几条”点击返回；其余为填报表中的单元格。"
    "请在填报表中改正，本文件每次运行重新生成。"
)
NOTHING = "没有发现问题。"


def draw_findings(page: Page, filing: Filing, conclusion: Conclusion, what: Shown) -> None:
    """The whole sheet."""
    page.widths({at: width for at, (_, width) in enumerate(COLUMNS, 1)})
    _top(page, filing, conclusion)
    page.merged(GROUP_ROW, PASTE, 1, len(COLUMNS) - PASTE + 1, PASTE_HEAD, BASE, HEAD)
    for at, (name, _) in enumerate(COLUMNS, 1):
        page.text(HEAD_ROW, at, name, BASE, HEAD)
    page.height(GROUP_ROW, 20)
    page.height(HEAD_ROW, 20)
    for row, finding in enumerate(conclusion.findings, HEAD_ROW + 1):
        _draw(page, row, finding, what, filing.form.explained_errors)
    if not conclusion.findings:
        page.text(HEAD_ROW + 1, MESSAGE, NOTHING, BASE, BOXED)
    last = HEAD_ROW + max(len(conclusion.findings), 1)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(COLUMNS) - 1)
    page.sheet.freeze_panes(HEAD_ROW, 0)
    page.sheet.print_area(0, 0, last - 1, REMEDY - 1)
    page.for_print(landscape=True, heads=(HEAD_ROW, HEAD_ROW), header=FINDINGS)
    page.sheet.activate()


def _top(page: Page, filing: Filing, conclusion: Conclusion) -> None:
    last = REMEDY
    look, advice = _advice(conclusion)
    if conclusion.summary.pending:
        advice = f"{conclusion.summary.pending} 条错误已写明原因，待财政部门认定。" + advice.replace(
            "没有错误", "没有其他错误"
        )
    page.text(1, 1, f"{filing.unit_name}　{filing.form.year}年度部门整体支出绩效自评　核对结果", BASE, TITLE)
    page.merged(
        2, 1, 1, OTHERS, str(conclusion.standing), BASE, look, CENTRE, {"font_size": 24, "bold": True}
    )
    page.merged(2, MESSAGE, 1, last - OTHERS, advice, BASE, WRAP, {"font_size": 12, "indent": 1})
    draw_chips(page, 3, conclusion)
    overlay = notice(filing.form)
    for row, height in {1: 28.0, 2: 42.0, 3: 22.0, 4: 6.0, 5: 18.0}.items():
        page.height(row, height)
    if conclusion.mending:
        advice = conclusion.mending.sentence
        page.merged(4, 1, 1, last, advice, BASE, BOXED, WRAP, BOLD)
        page.height(4, height_for([(advice, sum(width for _, width in COLUMNS[:last]))]))
    page.merged(5, 1, 1, last, f"{overlay}；详见“规则说明”。\n{HINT}" if overlay else HINT, BASE, FAINT, WRAP)
    page.height(5, 36 if overlay else 18)


def _advice(conclusion: Conclusion) -> tuple[Look, str]:
    """What to do under this verdict; warnings that no reason can settle are told apart from those to be explained."""
    look, advice = VERDICTS[conclusion.standing]
    stubborn = sum(map(beyond_reasons, conclusion.findings))
    if conclusion.standing is not Standing.TO_EXPLAIN or not stubborn:
        return look, advice
    rest = "；其余警告请" + TO_EXPLAIN if stubborn < conclusion.summary.warnings else "后重新运行。"
    return look, f"没有错误。{stubborn} 条警告不能用说明代替，请按“怎么改”改正{rest}"


def _draw(page: Page, row: int, finding: Finding, what: Shown, errors: bool) -> None:
    explained = finding.status.explained
    ink = FAINT if finding.status is Status.EXPLAINED else PLAIN
    level = WRAP if explained else MARKED[finding.level]
    others = gathered(finding.places[1:])
    texts = {
        TO_DO: to_do(finding),
        RULE: _by_twos(finding.rules),
        OTHERS: others,
        MESSAGE: finding.message,
        REMEDY: f"已说明：{finding.reason}" if explained else finding.remedy,
        **dict(enumerate(_paste(finding, errors), PASTE)),
    }
    page.number(row, NUMBER, row - HEAD_ROW, BASE, BOXED, CENTRE, ink)
    page.text(
        row, LEVEL, str(finding.status if explained else finding.level), BASE, BOXED, CENTRE, level, ink
    )
    _place(page, row, finding, what, ink)
    for at, text in texts.items():
        page.value(row, at, text or None, BASE, BOXED, WRAP, ink)
    for at, side in ((LEFT, finding.left), (RIGHT, finding.right), (GAP, finding.difference)):
        looks = (BASE, BOXED, ink, number_with_unit(finding.kind), SHRUNK, OFF_THE_LINE)
        page.value(row, at, amount(side, finding.kind), *looks)
    page.height(row, height_for((text, COLUMNS[at - 1][1]) for at, text in texts.items()))


def _by_twos(rules: tuple[str, ...]) -> str:
    """Two ids a line: nothing else keeps them from being broken at their hyphens."""
    return "、\n".join("、".join(rules[at : at + 2]) for at in range(0, len(rules), 2))


def _place(page: Page, row: int, finding: Finding, what: Shown, ink: Look) -> None:
    """The first cell: a link where it is shown in an annex of this workbook."""
    first = finding.places[0] if finding.places else None
    if first and first in what.links:
        page.link(row, PLACE, *what.links[first], str(first), BASE, BOXED, WRAP, LINK, ink)
    else:
        page.value(row, PLACE, str(first) if first else None, BASE, BOXED, WRAP, ink)


def _paste(finding: Finding, errors: bool) -> tuple[str, ...]:
    """规则·位置·核对码·原因, as 核实说明 has them: for a warning that is to be explained, or an error that may be."""
    excusable = errors and finding.level is Level.ERROR and finding.status is Status.BROKEN and finding.code
    if not (finding.explainable or excusable):
        return ("", "", "", finding.reason)
    return (finding.rule, str(finding.places[0]) if finding.places else "", finding.code, finding.reason)
