"""即时核对: every identity as a line of live formulas in the template, judged while people type."""

from selfeval_xl import identities
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Status
from selfeval_xl.forms import Form, Kind
from selfeval_xl.identities import Line
from selfeval_xl.identities.formulas import Formulas, compiled
from selfeval_xl.identities.sides import Measure, Side, measure, scaled
from selfeval_xl.money import WAN
from selfeval_xl.places import quoted
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BOLD, CENTRE, HEAD, LINED, PAPER, TITLE, WRAP, Look
from selfeval_xl.writing.template.addresses import Addresses, LiveBook

LIVE = "即时核对"
FIRST = 6
HEADS = (
    "规则",
    "核对内容",
    "项目",
    "一方",
    "另一方",
    "相差",
    "判定",
    "差额（最小单位）",
    "允许尾差（最小单位）",
)
WIDTHS = (9, 34, 34, 15, 15, 13, 11, 12, 12)
VERDICT = HEADS.index("判定") + 1
NOTE: Look = {**PAPER, **WRAP, "font_color": "#595959", "font_size": 9}
COLOURS: dict[Status, Look] = {
    Status.PASSED: {"font_color": "#375623"},
    Status.RESIDUAL: {"bg_color": "#FFF2CC"},
    Status.BROKEN: {"bg_color": "#F8CBAD", "bold": True},
    Status.UNKNOWN: {"font_color": "#7F7F7F"},
    Status.NOT_APPLICABLE: {"font_color": "#BFBFBF"},
}
EXPLAINED = (
    "边填边核对：本表只看数字和空白，只看预先做好的附件3；改完以“一键转换”的核对结果为准。"
    "无法核对：还有空白格；尾差：在四舍五入允许的范围内。"
)
COUNTED = (
    ("已通过", Status.PASSED),
    ("尾差", Status.RESIDUAL),
    ("不符", Status.BROKEN),
    ("无法核对", Status.UNKNOWN),
)


def live_lines(form: Form) -> list[Line]:
    """Every identity, those of project sheets once for each sheet made in advance."""
    copies = tuple(range(1, max((s.copies for s in form.sheets), default=0) + 1))
    return list(identities.every_line(form, copies))


def draw_live_checks(
    page: Page, book: Addresses, lines: list[Line], filing: Filing
) -> dict[Status, tuple[str, int]]:
    """Writes the sheet; gives for each verdict the expression that counts it and its count now."""
    last = FIRST + len(lines) - 1
    judged = [_measured(line, filing) for line in lines]
    span = f"{quoted(LIVE)}!$G${FIRST}:$G${last}"
    counts = {s: (f'COUNTIF({span},"{s}")', sum(m.status is s for m in judged)) for s in Status}
    _head(page, counts)
    for row, (line, found) in enumerate(zip(lines, judged, strict=True), FIRST):
        _line(page, row, line, found, LiveBook(book))
    for status, look in COLOURS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": page.formats(look)}
        page.sheet.conditional_format(FIRST - 1, VERDICT - 1, last - 1, VERDICT - 1, rule)
    _set_up(page, last)
    return counts


def status_line(counts: dict[Status, tuple[str, int]]) -> tuple[str, str]:
    """(formula, its value): 已通过 n，尾差 n，不符 n，无法核对 n"""
    formula = '&"，'.join(f'{word} "&{counts[status][0]}' for word, status in COUNTED)
    return f'"{formula}', "，".join(f"{word} {counts[status][1]}" for word, status in COUNTED)


def _measured(line: Line, filing: Filing) -> Measure:
    if line.copy and line.copy not in filing.copies:
        return Measure(Status.NOT_APPLICABLE)
    return measure(line, filing)


def _head(page: Page, counts: dict[Status, tuple[str, int]]) -> None:
    page.merged(1, 1, 1, VERDICT, LIVE, PAPER, TITLE, CENTRE)
    page.merged(2, 1, 1, VERDICT, EXPLAINED, NOTE)
    page.height(2, 28)
    page.formula(3, 1, *status_line(counts), PAPER, BOLD)
    page.widths(dict(enumerate(WIDTHS, 1)))
    for column, head in enumerate(HEADS, 1):
        page.text(FIRST - 1, column, head, PAPER, HEAD)


def _line(page: Page, row: int, line: Line, found: Measure, book: LiveBook) -> None:
    text: Look = {**PAPER, **LINED, **WRAP}
    amount: Look = {**PAPER, **LINED, "num_format": "#,##0.00####" if line.kind is Kind.MONEY else "0.##"}
    cells = Formulas(f"$D{row}", f"$E{row}", f"$H{row}", f"$I{row}", f"$G{row}")
    made = compiled(line, book, cells)
    unit = WAN if line.kind is Kind.MONEY else scaled(line.kind)
    for column, words in enumerate((line.rule.id, line.rule.title, line.about), 1):
        page.text(row, column, words, text)
    page.formula(row, 4, made.left, _value(found.left, unit), amount)
    page.formula(row, 5, made.right, _value(found.right, unit), amount)
    known = found.status not in (Status.UNKNOWN, Status.NOT_APPLICABLE) or bool(found.gap)
    gap = found.gap if known else "-" if found.status is Status.NOT_APPLICABLE else ""
    difference = f'IF(ISNUMBER({cells.gap}),{cells.gap}/{unit},"")'
    page.formula(row, 6, difference, found.gap / unit if known else "", amount)
    page.formula(row, VERDICT, made.verdict, found.status, text, CENTRE)
    page.formula(row, 8, made.gap, gap, text)
    page.formula(row, 9, made.allowed, found.allowed if found.left else "", text)


def _value(side: Side | None, unit: int) -> float | str:
    return side.value / unit if side is not None and side.given else ""


def _set_up(page: Page, last: int) -> None:
    page.sheet.set_column(7, 8, None, None, {"hidden": True})
    page.sheet.freeze_panes(FIRST - 1, 0)
    page.sheet.autofilter(FIRST - 2, 0, last - 1, VERDICT - 1)
    page.sheet.hide_gridlines(2)
    page.for_print(landscape=True, heads=(FIRST - 1, FIRST - 1))
    page.sheet.protect("", {"autofilter": True, "format_columns": True})
