"""即时核对: every identity as a line of live formulas in the template, judged while people type."""

from xlsxwriter.worksheet import Worksheet

from selfeval_xl import identities
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Status
from selfeval_xl.forms import Form, Kind
from selfeval_xl.formulas import Formulas, compiled
from selfeval_xl.identities import Line
from selfeval_xl.money import WAN
from selfeval_xl.places import quoted
from selfeval_xl.sides import Measure, measure, scaled
from selfeval_xl.writing.addresses import Addresses, LiveBook
from selfeval_xl.writing.pens import Pen

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
COLOURS = {
    Status.PASSED: {"font_color": "#375623"},
    Status.RESIDUAL: {"bg_color": "#FFF2CC"},
    Status.BROKEN: {"bg_color": "#F8CBAD", "bold": True},
    Status.UNKNOWN: {"font_color": "#7F7F7F"},
    Status.NOT_APPLICABLE: {"font_color": "#BFBFBF"},
}
NOTE = (
    "边填边核对：本表只看数字和空白，只看预先做好的附件3；改完以“一键转换”的核对结果为准。"
    "无法核对：还有空白格；尾差：在四舍五入允许的范围内。"
)


def live_lines(form: Form) -> list[Line]:
    """Every identity, those of project sheets once for each sheet made in advance."""
    copies = tuple(range(1, max((s.copies for s in form.sheets), default=0) + 1))
    return [own for line in identities.lines(form) for own in identities.on_copies(line, form, copies)]


def draw_live_checks(
    pen: Pen, sheet: Worksheet, book: Addresses, lines: list[Line], filing: Filing
) -> dict[Status, tuple[str, int]]:
    """Writes the sheet; gives for each verdict the expression that counts it and its count now."""
    last = FIRST + len(lines) - 1
    judged = [_measured(line, filing) for line in lines]
    span = f"{quoted(LIVE)}!$G${FIRST}:$G${last}"
    counts = {s: (f'COUNTIF({span},"{s}")', sum(m.status is s for m in judged)) for s in Status}
    _head(pen, sheet, counts)
    for row, (line, found) in enumerate(zip(lines, judged, strict=True), FIRST):
        _line(pen, sheet, row, line, found, book)
    for status, look in COLOURS.items():
        rule = {"type": "cell", "criteria": "==", "value": f'"{status}"', "format": pen.book.add_format(look)}
        sheet.conditional_format(FIRST - 1, 6, last - 1, 6, rule)
    sheet.set_column(7, 8, None, None, {"hidden": True})
    sheet.freeze_panes(FIRST - 1, 0)
    sheet.autofilter(FIRST - 2, 0, last - 1, 6)
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST - 2)
    sheet.protect("", {"autofilter": True, "format_columns": True})
    return counts


def status_line(counts: dict[Status, tuple[str, int]]) -> tuple[str, str]:
    """(formula, its value): 已通过 n，尾差 n，不符 n，无法核对 n"""
    named = [
        ("已通过", Status.PASSED),
        ("尾差", Status.RESIDUAL),
        ("不符", Status.BROKEN),
        ("无法核对", Status.UNKNOWN),
    ]
    formula = '&"，'.join(f'{word} "&{counts[status][0]}' for word, status in named)
    return f'"{formula}', "，".join(f"{word} {counts[status][1]}" for word, status in named)


def _measured(line: Line, filing: Filing) -> Measure:
    if line.copy and line.copy not in filing.copies:
        return Measure(Status.NOT_APPLICABLE)
    return measure(line, filing)


def _head(pen: Pen, sheet: Worksheet, counts: dict[Status, tuple[str, int]]) -> None:
    title = pen.look(bold=True, font_size=16, align="center", font_name="黑体")
    sheet.merge_range(0, 0, 0, 6, "", title)
    pen.text(sheet, 1, 1, LIVE, title)
    note = pen.look(font_color="#595959", font_size=9, text_wrap=True)
    sheet.merge_range(1, 0, 1, 6, "", note)
    pen.text(sheet, 2, 1, NOTE, note)
    sheet.set_row(1, 28)
    strong = pen.look(bold=True, font_size=12)
    formula, value = status_line(counts)
    pen.formula(sheet, 3, 1, formula, strong, value)
    for column, (head, width) in enumerate(zip(HEADS, WIDTHS, strict=True), 1):
        sheet.set_column(column - 1, column - 1, width)
        look = pen.look(bold=True, bg_color="#F2F2F2", border=1, align="center", text_wrap=True)
        pen.text(sheet, FIRST - 1, column, head, look)


def _line(pen: Pen, sheet: Worksheet, row: int, line: Line, found: Measure, book: Addresses) -> None:
    text = pen.look(border=1, text_wrap=True)
    amount = pen.look(border=1, num_format="#,##0.00####" if line.kind is Kind.MONEY else "0.##")
    cells = Formulas(f"$D{row}", f"$E{row}", f"$H{row}", f"$I{row}", f"$G{row}")
    made = compiled(line, LiveBook(book), cells)
    unit = WAN if line.kind is Kind.MONEY else 100
    pen.text(sheet, row, 1, line.rule.id, text)
    pen.text(sheet, row, 2, line.rule.title, text)
    pen.text(sheet, row, 3, line.about, text)
    left, right = (_side_value(found, side, line) for side in ("left", "right"))
    pen.formula(sheet, row, 4, made.left, amount, left)
    pen.formula(sheet, row, 5, made.right, amount, right)
    known = found.status not in (Status.UNKNOWN, Status.NOT_APPLICABLE) or bool(found.gap)
    dash = "-" if found.status is Status.NOT_APPLICABLE else None
    gap = found.gap if known else dash
    pen.formula(
        sheet,
        row,
        6,
        f'IF(ISNUMBER({cells.gap}),{cells.gap}/{unit},"")',
        amount,
        found.gap / unit if known else None,
    )
    pen.formula(sheet, row, 7, made.verdict, pen.look(border=1, align="center"), found.status)
    pen.formula(sheet, row, 8, made.gap, text, gap)
    pen.formula(sheet, row, 9, made.allowed, text, found.allowed if found.left else None)


def _side_value(found: Measure, side: str, line: Line) -> float | None:
    worked = found.left if side == "left" else found.right
    if worked is None or not worked.given:
        return None
    return worked.value / (WAN if line.kind is Kind.MONEY else scaled(line.kind))
