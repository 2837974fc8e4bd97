"""填表说明: what a newcomer reads first: how it stands, three steps, the colours, and what is left on each sheet."""

from msgspec import Struct

from selfeval_xl.filing import Filing
from selfeval_xl.findings import Level, Status
from selfeval_xl.forms import Sheet
from selfeval_xl.layout.grid import Role
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import (
    BOLD,
    CENTRE,
    HEAD,
    LEVELS,
    LINED,
    LINK,
    PAPER,
    TITLE,
    WRAP,
    Look,
    height_for,
)
from selfeval_xl.writing.template.addresses import Addresses
from selfeval_xl.writing.template.asides import ORANGE
from selfeval_xl.writing.template.entry_sheets import LOOKS
from selfeval_xl.writing.template.live_checks import LIVE, status_line
from selfeval_xl.writing.template.progress import Counted, Progress
from selfeval_xl.writing.template.wanted import Wanted

WIDTHS = {1: 16.0, 2: 78.0, 3: 13.0, 4: 13.0}
LAST = len(WIDTHS)
STATUS_ROW, COUNTS_ROW, STEPS_ROW = 2, 3, 5
SHEET, WHAT, MISSING, REASONS = range(1, 5)
HEADS = ("表（点击前往）", "填什么", "必填未填（格）", "待写原因（处）")
STATUS: Look = {**PAPER, **BOLD, **LINED, **CENTRE, **WRAP, "font_size": 16}
BAND: Look = LOOKS[Role.BAND]
COLOURS: tuple[tuple[str, Look], ...] = (
    ("浅黄色：请填写", LOOKS[Role.INPUT]),
    ("灰色：自动生成", LOOKS[Role.LOCKED]),
    ("橙色：请写原因", {**LOOKS[Role.LOCKED], **ORANGE}),
)
LIVE_TEXT = "不用填。边填边看：不符的要改；尾差不用改；无法核对是还有空白格。"
Counts = dict[Status, tuple[str, int]]


def draw_guide(page: Page, book: Addresses, filing: Filing, counts: Counts) -> None:
    """The whole sheet."""
    Guide(page, book, filing, counts).draw()


class Guide(Struct, frozen=True):
    page: Page
    book: Addresses
    filing: Filing
    counts: Counts

    def draw(self) -> None:
        form, page = self.book.form, self.page
        page.widths(WIDTHS)
        page.height(1, 34)
        page.merged(1, 1, 1, LAST, f"{form.year}年度部门整体支出绩效自评填报表", PAPER, TITLE, CENTRE)
        steps = [line for line in form.guide if line[0].endswith("步")]
        row = self._texts(STEPS_ROW, "三步完成", steps)
        self._legend(row)
        row = self._sheets(row + 2)
        others = [line for line in form.guide if line not in steps]
        self._texts(row + 1, "填写须知", [*others, ("表样出处", form.source)])
        page.sheet.set_tab_color("#C00000")
        page.sheet.freeze_panes(COUNTS_ROW, 0)
        page.sheet.hide_gridlines(2)
        page.for_print(landscape=False, heads=(1, COUNTS_ROW))
        page.sheet.protect("")
        page.sheet.activate()

    def _texts(self, row: int, band: str, lines: list[tuple[str, str]]) -> int:
        """A band and a line each of (head, text); returns the row after them."""
        self.page.merged(row, 1, 1, LAST, band, BAND)
        self.page.height(row, 20)
        for at, (head, text) in enumerate(lines, row + 1):
            self.page.text(at, 1, head, PAPER, BOLD)
            self.page.merged(at, 2, 1, LAST - 1, text, PAPER, WRAP)
            self.page.height(at, height_for([(text, sum(WIDTHS.values()) - WIDTHS[1] - 4)]))
        return row + 1 + len(lines)

    def _legend(self, row: int) -> None:
        self.page.text(row, 1, "颜色", PAPER, BOLD)
        for at, (text, look) in enumerate(COLOURS, 2):
            self.page.text(row, at, text, look, CENTRE, WRAP, {"locked": True})
        self.page.height(row, 32)

    def _sheets(self, row: int) -> int:
        """One line a sheet, the total; with it the overall status. Returns the row after them."""
        page, progress = self.page, Progress(self.book, self.filing, Wanted(self.filing))
        for at, head in enumerate(HEADS, 1):
            page.text(row, at, head, PAPER, HEAD)
        page.height(row, 20)
        first = row + 1
        page.link(first, SHEET, LIVE, "A1", LIVE, PAPER, LINED, LINK)
        page.text(first, WHAT, LIVE_TEXT, PAPER, LINED, WRAP)
        for at in (MISSING, REASONS):
            page.blank(first, at, PAPER, LINED)
        for row, sheet in enumerate(self.book.form.sheets, first + 1):
            self._sheet(row, sheet, progress.missing(sheet), progress.reasons(sheet))
        last, total = row, row + 1
        page.merged(total, SHEET, 1, 2, "合计", PAPER, LINED, BOLD, CENTRE)
        sums = [sum(column) for column in zip(*self._now(progress), strict=True)]
        for at, value in zip((MISSING, REASONS), sums, strict=True):
            letter = "ABCD"[at - 1]
            page.formula(total, at, f"SUM({letter}{first}:{letter}{last})", value, PAPER, LINED, BOLD, CENTRE)
        self._status(f"$C${total}", f"$D${total}", *sums)
        return total + 1

    def _now(self, progress: Progress) -> list[tuple[int, int]]:
        sheets = self.book.form.sheets
        return [(progress.missing(sheet)[1], progress.reasons(sheet)[1]) for sheet in sheets]

    def _sheet(self, row: int, sheet: Sheet, missing: Counted, reasons: Counted) -> None:
        name = sheet.name_of(1)
        shown = f"{name}～{sheet.copies}" if sheet.copies > 1 else name
        what = sheet.title if sheet.annex else "、".join(_plain(block.title) for block in sheet.blocks)
        self.page.link(row, SHEET, name, "A1", shown, PAPER, LINED, LINK)
        self.page.text(row, WHAT, what, PAPER, LINED, WRAP)
        for at, (formula, value) in ((MISSING, missing), (REASONS, reasons)):
            if formula == "0":
                self.page.blank(row, at, PAPER, LINED)
            else:
                self.page.formula(row, at, formula, value, PAPER, LINED, CENTRE)
        self._coloured(row, MISSING, f"N($C${row})>0", LEVELS[Level.WARNING])
        self._coloured(row, REASONS, f"N($D${row})>0", ORANGE)
        self.page.height(row, height_for([(what, WIDTHS[WHAT])]))

    def _status(self, missing: str, reasons: str, blank: int, wanted: int) -> None:
        """有 n 处不符 / 未填完 / 待写原因 / 已填齐, in the order of the program's own verdicts."""
        formula, value = status_line(self.counts)
        wrong, broken = self.counts[Status.BROKEN]
        said = (
            f'IF({wrong}>0,"有 "&{wrong}&" 处不符，请看“即时核对”",'
            f'IF({missing}>0,"未填完：必填还有 "&{missing}&" 格",'
            f'IF({reasons}>0,"必填已填齐，还有 "&{reasons}&" 处待写原因","已填齐，可以转换")))'
        )
        now = (
            f"有 {broken} 处不符，请看“即时核对”"
            if broken
            else f"未填完：必填还有 {blank} 格"
            if blank
            else f"必填已填齐，还有 {wanted} 处待写原因"
            if wanted
            else "已填齐，可以转换"
        )
        self.page.merged(STATUS_ROW, 1, 1, LAST, "", STATUS)
        self.page.formula(STATUS_ROW, 1, said, now, STATUS)
        self.page.height(STATUS_ROW, 30)
        self.page.merged(COUNTS_ROW, 1, 1, LAST, "", PAPER, CENTRE)
        counts = f'"必填未填 "&{missing}&" 格，待写原因 "&{reasons}&" 处；即时核对："&{formula}'
        shown = f"必填未填 {blank} 格，待写原因 {wanted} 处；即时核对：{value}"
        self.page.formula(COUNTS_ROW, 1, counts, shown, PAPER, CENTRE)
        for condition, level in (
            (f"{wrong}>0", Level.ERROR),
            (f"{missing}+{reasons}>0", Level.WARNING),
            ("1=1", Level.NOTICE),
        ):
            self._coloured(STATUS_ROW, 1, condition, LEVELS[level])

    def _coloured(self, row: int, column: int, condition: str, look: Look) -> None:
        shown = self.page.formats({k: v for k, v in look.items() if k in ("bg_color", "font_color")})
        rule = {"type": "formula", "criteria": f"={condition}", "format": shown, "stop_if_true": True}
        self.page.sheet.conditional_format(row - 1, column - 1, row - 1, column - 1, rule)


def _plain(title: str) -> str:
    """一、所属预算单位（没有则不填） → 所属预算单位"""
    return title.partition("、")[2].partition("（")[0] if title[1:2] == "、" else title.partition("（")[0]
