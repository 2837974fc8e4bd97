"""The six annexes as the official form prints them: joined cells, merged heads, blanks left blank."""

from collections.abc import Callable
from datetime import date

from selfeval_xl.filing import Filing
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Sheet
from selfeval_xl.layout import annex_funds, annex_scores, annex_table
from selfeval_xl.layout.drafting import Draft
from selfeval_xl.layout.grid import Grid, Role

Widths = Callable[[Sheet], dict[int, float]]
Body = Callable[[Draft, Sheet, int], None]
ANNEXES: dict[str, tuple[Widths, Body]] = {
    "1": (annex_table.widths, annex_table.body),
    "2": (annex_scores.widths, annex_scores.body),
    "3": (annex_scores.widths, annex_scores.body),
    "4": (annex_funds.widths, annex_funds.body),
    "5": (annex_funds.widths, annex_funds.body),
    "6": (annex_funds.widths, annex_funds.body),
}
WIDE = 120
"""So many characters do not fit an upright page."""


def printed(filing: Filing) -> tuple[Grid, ...]:
    """Every annex, a repeated one once for each of its copies in use."""
    tracer = Tracer(filing)
    return tuple(
        _annex(tracer, sheet, copy)
        for sheet in filing.form.sheets
        if sheet.annex
        for copy in (filing.copies if sheet.copies else (0,))
    )


def _annex(tracer: Tracer, sheet: Sheet, copy: int) -> Grid:
    widths, body = ANNEXES[sheet.annex]
    draft = Draft(tracer, sheet.name_of(copy), widths(sheet))
    _top(draft, sheet)
    body(draft, sheet, copy)
    _notes(draft, sheet)
    _signatures(draft)
    return draft.grid(landscape=sum(draft.widths.values()) > WIDE)


def _top(draft: Draft, sheet: Sheet) -> None:
    draft.text(1, sheet.title, Role.TITLE, across=draft.last)
    draft.next()
    right = 2 if draft.last > 7 else 1
    draft.text(1, f"填报单位：{draft.filing.text('unit', 'name')}", Role.NOTE, across=draft.last - right)
    draft.text(draft.last - right + 1, "单位：万元", Role.NOTE, across=right)
    draft.next()


def _notes(draft: Draft, sheet: Sheet) -> None:
    for block in sheet.blocks:
        if block.note and not block.on_screen:
            draft.text(1, block.note, Role.NOTE, across=draft.last)
            draft.next()


def signatures(filing: Filing) -> tuple[tuple[str, str], ...]:
    """What stands below every annex, "" where it is to be written by hand: whoever signs does, whatever was typed.
    In a published filing the label of what is not made public goes with it."""
    day = filing.cell("unit", "report_date", "value")
    dated = ("填报日期", chinese_date(day.day if day else None))
    if filing.public:
        return (dated,)
    phone = ("联系电话", filing.text("unit", "phone"))
    return (("填表人（签名）", ""), dated, phone, ("单位负责人签字", ""))


def _signatures(draft: Draft) -> None:
    line = "　　".join(f"{label}：{value or '　　　　'}" for label, value in signatures(draft.filing))
    draft.text(1, line, Role.NOTE, across=draft.last)
    draft.next()


def chinese_date(day: date | None) -> str:
    """2024年6月20日, "" for none."""
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
