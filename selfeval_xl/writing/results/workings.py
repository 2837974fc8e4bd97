"""核对底稿: every identity as live formulas over frozen figures, beside the program's own verdicts."""

from collections.abc import Iterator, Sequence

from msgspec import Struct

from selfeval_xl.expressions import Cell, Number, Rows
from selfeval_xl.filing import Filing
from selfeval_xl.findings import Result, Status
from selfeval_xl.forms import Kind
from selfeval_xl.identities import Line, Term
from selfeval_xl.identities.formulas import Formulas, compiled
from selfeval_xl.identities.sides import Measure, Side, measure
from selfeval_xl.money import WAN, plain
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.frozen import Frozen, key_of, run_of
from selfeval_xl.writing.results.frozen_book import FrozenBook
from selfeval_xl.writing.results.returning import link_back
from selfeval_xl.writing.style import (
    BASE,
    BOXED,
    CENTRE,
    FAINT,
    GENERAL,
    HEAD,
    PLAIN,
    TITLE,
    UNITS,
    WRAP,
    Look,
    height_for,
)

WORKINGS = "核对底稿"
HEAD_ROW = 4
COLUMNS: tuple[tuple[str, float], ...] = (
    ("序号", 6),
    ("规则", 8),
    ("核对内容", 24),
    ("项目", 20),
    ("取数（填报表中的单元格）", 38),
    ("单位", 6),
    ("左方", 14),
    ("关系", 6),
    ("右方", 14),
    ("相差", 12),
    ("允许", 10),
    ("判定", 10),
    ("程序判定", 10),
    ("是否一致", 9),
    ("差额\n（最小单位）", 12),
    ("允许\n（最小单位）", 12),
)
(
    NUMBER,
    RULE,
    TITLE_AT,
    ABOUT,
    SOURCE,
    UNIT,
    LEFT,
    RELATION,
    RIGHT,
    GAP,
    ALLOWED,
    VERDICT,
    PROGRAM,
    SAME,
    STEPS,
    MOST,
) = range(1, 17)
NOTE = (
    "每行一条勾稽关系。左方、右方、相差、允许、判定都是公式，取自“核对数据”，可逐格追查或改数重算；“程序判定”是程序"
    "得出的结论，供对照。最小单位：金额为分，人数、分值为0.01。允许：各数末位半个单位之和；超出允许才判“不符”。"
)
AMOUNT: Look = {"num_format": "#,##0.00####"}
WHOLE: Look = {"num_format": "#,##0", **FAINT}
RELATIONS = {"=": "＝", ">=": "≥", "<=": "≤"}
LOOKS: dict[Status, Look] = {
    Status.RESIDUAL: {"bg_color": "#E2EFDA"},
    Status.BROKEN: {"bg_color": "#F8CBAD", "bold": True},
    Status.EXPLAINED: {"bg_color": "#EDEDED"},
    Status.PENDING: {"bg_color": "#EDEDED"},
    Status.UNKNOWN: {"font_color": "#7F7F7F"},
    Status.NOT_APPLICABLE: {"font_color": "#A6A6A6"},
}


class Working(Struct, frozen=True):
    """One identity with what Python found, from which each formula's value is known."""

    line: Line
    found: Measure
    verdict: Status

    @property
    def unit(self) -> int:
        """Smallest units in one unit."""
        return WAN if self.line.kind is Kind.MONEY else 100

    def side(self, side: Side | None) -> float | str:
        return side.value / self.unit if side and side.given else ""

    @property
    def gap(self) -> float | str:
        """The value of the gap's formula: nothing where it cannot be judged, a dash where it does not apply."""
        if self.found.status is Status.NOT_APPLICABLE:
            return "-"
        left, right = self.found.left, self.found.right
        if not left or not right or left.unreadable or right.unreadable or not left.given or not right.given:
            return ""
        return self.found.gap

    @property
    def difference(self) -> float | str:
        return "" if isinstance(self.gap, str) else self.gap / self.unit


def workings(lines: Sequence[Line], results: Sequence[Result], filing: Filing) -> list[Working]:
    """Each line with its result: those of identities come first, in the order of the lines."""
    own = results[: len(lines)]
    for line, result in zip(lines, own, strict=True):
        if (line.rule.id, line.about) != (result.rule.id, result.about):
            raise ValueError(f"the results are not of these lines: {line.rule.id} {result.rule.id}")
    return [
        Working(line, measure(line, filing), result.status) for line, result in zip(lines, own, strict=True)
    ]


def draw_workings(page: Page, rows: Sequence[Working], data: Frozen) -> None:
    """The whole sheet 核对底稿."""
    page.widths({at: width for at, (_, width) in enumerate(COLUMNS, 1)})
    page.text(1, 1, WORKINGS, BASE, TITLE)
    link_back(page, 1, SOURCE)
    page.merged(2, 1, 1, len(COLUMNS), NOTE, BASE, WRAP, FAINT)
    page.height(1, 26)
    page.height(2, 34)
    for at, (name, _) in enumerate(COLUMNS, 1):
        page.text(HEAD_ROW, at, name, BASE, HEAD)
    page.height(HEAD_ROW, 34)
    book = FrozenBook(data)
    for row, working in enumerate(rows, HEAD_ROW + 1):
        _draw(page, row, working, book)
    last = HEAD_ROW + max(len(rows), 1)
    _coloured(page, last)
    page.sheet.autofilter(HEAD_ROW - 1, 0, last - 1, len(COLUMNS) - 1)
    page.sheet.freeze_panes(HEAD_ROW, TITLE_AT)
    page.for_print(landscape=True, heads=(HEAD_ROW, HEAD_ROW), header=WORKINGS)


def _draw(page: Page, row: int, working: Working, book: FrozenBook) -> None:
    line = working.line
    source = "".join(_sources(line, book.data))
    texts = {
        NUMBER: str(row - HEAD_ROW),
        RULE: line.rule.id,
        TITLE_AT: line.rule.title,
        ABOUT: line.about,
        SOURCE: source,
        UNIT: "万元" if line.kind is Kind.MONEY else UNITS.get(line.kind, ""),
        RELATION: RELATIONS[line.relation],
        PROGRAM: str(working.verdict),
    }
    for at, text in texts.items():
        look = CENTRE if at in (NUMBER, UNIT, RELATION, PROGRAM) else PLAIN
        page.text(row, at, text, BASE, BOXED, WRAP, look)
    page.height(row, height_for((text, COLUMNS[at - 1][1]) for at, text in texts.items()))
    _formulas(page, row, working, book)


def _formulas(page: Page, row: int, working: Working, book: FrozenBook) -> None:
    cells = Formulas(f"$G{row}", f"$I{row}", f"$O{row}", f"$P{row}", f"$L{row}")
    made = compiled(working.line, book, cells)
    found, unit = working.found, working.unit
    amount = AMOUNT if working.line.kind is Kind.MONEY else GENERAL
    explained = f'OR(M{row}="{Status.EXPLAINED}",M{row}="{Status.PENDING}")'
    same = f'IF(OR(L{row}=M{row},AND(L{row}="{Status.BROKEN}",{explained})),"一致","不一致")'
    program = Status.BROKEN if working.verdict.explained else working.verdict
    agrees = "一致" if program is found.status else "不一致"
    for at, formula, value, look in (
        (LEFT, made.left, working.side(found.left), amount),
        (RIGHT, made.right, working.side(found.right), amount),
        (GAP, f'IF(ISNUMBER({cells.gap}),{cells.gap}/{unit},"")', working.difference, amount),
        (ALLOWED, f"{cells.allowed}/{unit}", found.allowed / unit, amount),
        (VERDICT, made.verdict, str(found.status), CENTRE),
        (SAME, same, agrees, CENTRE),
        (STEPS, made.gap, working.gap, WHOLE),
        (MOST, made.allowed, found.allowed, WHOLE),
    ):
        page.formula(row, at, formula, value, BASE, BOXED, look)


def _coloured(page: Page, last: int) -> None:
    """By the verdicts as they stand after recalculation."""
    for text, look in (*LOOKS.items(), ("不一致", LOOKS[Status.BROKEN])):
        rule = {"type": "cell", "criteria": "==", "value": f'"{text}"', "format": page.formats(look)}
        page.sheet.conditional_format(HEAD_ROW, VERDICT - 1, last - 1, SAME - 1, rule)


def _sources(line: Line, data: Frozen) -> Iterator[str]:
    """The user's own cells on both sides: 附件1!D13＝附件1!D14＋附件1!D15."""
    for relation, side in (("", line.left), (RELATIONS[line.relation], line.right)):
        yield relation
        for at, term in enumerate(side):
            sign = "－" if term.sign < 0 else "＋" if at else ""
            yield sign + _source(term, line.copy, data)


def _source(term: Term, copy: int, data: Frozen) -> str:
    match term.leaf:
        case Number(value):
            return plain(value)
        case Cell() as cell:
            row = data.at(data.cells[key_of(cell, copy, data.form)])
            return str(row.figure.place) if row.figure else ""
        case Rows() as rows:
            return _sum_source(rows, copy, data)


def _sum_source(rows: Rows, copy: int, data: Frozen) -> str:
    first, last = data.runs[run_of(rows, copy, data.form)]
    places = [row.figure.place for row in map(data.at, range(first, last + 1)) if row.figure]
    block = data.form.block(rows.block)
    chosen = "".join(f"，{block.column(column).label}“{text}”" for column, text in rows.where)
    if not places:
        return f"Σ{block.title}（没有数据行）"
    if rows.row:
        return f"Σ（{'、'.join(str(place) for place in places)}）"
    return f"Σ（{places[0]}～{places[-1].a1}{chosen}）"
