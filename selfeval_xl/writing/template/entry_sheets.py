"""The sheets that people fill in: looks, drop-downs, messages, formulas, protection."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from selfeval_xl.excel import as_excel
from selfeval_xl.expressions import Cell
from selfeval_xl.filing import Key, unit_scale
from selfeval_xl.filing.values import Content
from selfeval_xl.forms import Field, Kind, Pick, Rank
from selfeval_xl.layout import EntrySheet, GridCell, Role
from selfeval_xl.layout.entry import PARAGRAPH_HEIGHT
from selfeval_xl.writing.pages import Page, stored
from selfeval_xl.writing.style import BOLD, CENTRE, LINED, PAPER, TITLE, WRAP, Look, height_for
from selfeval_xl.writing.template.addresses import Addresses, Around
from selfeval_xl.writing.template.asides import Asides
from selfeval_xl.writing.template.filling import Values
from selfeval_xl.writing.template.picking import LISTED, picked
from selfeval_xl.writing.template.wanted import Wanted

INPUT_COLOUR, GREY, BAND_COLOUR, HEAD_COLOUR = "#FFF8DC", "#E7E6E6", "#DDEBF7", "#F2F2F2"
LOOKS: dict[Role, Look] = {
    Role.TITLE: {**PAPER, **TITLE, **CENTRE, "font_name": "黑体"},
    Role.NOTE: {**PAPER, **WRAP, "font_color": "#595959", "font_size": 9},
    Role.BAND: {**PAPER, **BOLD, **LINED, "bg_color": BAND_COLOUR, "font_size": 11},
    Role.HEAD: {**PAPER, **BOLD, **LINED, **CENTRE, **WRAP, "bg_color": HEAD_COLOUR},
    Role.LABEL: {**PAPER, **LINED, **WRAP, "bg_color": HEAD_COLOUR},
    Role.GUARD: {**PAPER, "font_color": "#A6A6A6", "font_size": 9},
    Role.INPUT: {**PAPER, **LINED, "bg_color": INPUT_COLOUR, "locked": False},
    Role.SUGGESTED: {**PAPER, **LINED, "bg_color": GREY, "locked": False},
    Role.LOCKED: {**PAPER, **LINED, "bg_color": GREY},
    Role.GAP: {**PAPER, **LINED, "bg_color": GREY, "num_format": "+#,##0.00;-#,##0.00;0.00"},
    Role.TALLY: {**PAPER, **LINED, **CENTRE, "bg_color": GREY},
}
NUMBERS = {
    Kind.MONEY: "#,##0.00",
    Kind.COUNT: "0",
    Kind.AREA: "#,##0.00",
    Kind.RATE: "0.00%",
    Kind.SCORE: "0.00",
    Kind.DATE: "yyyy-mm-dd",
}
ALLOWED_ON_PROTECTED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "sort": True,
    "autofilter": True,
}
LARGEST = 1_000_000_000_000


Origin = tuple[str, str]
"""Colour and comment of a cell that was filled from another file."""


class Entries:
    """Draws one entry sheet on its page."""

    def __init__(
        self,
        page: Page,
        book: Addresses,
        wanted: Wanted,
        values: Values,
        origins: Mapping[Key, Origin] | None = None,
    ) -> None:
        self.page, self.book, self.wanted, self.values = page, book, wanted, values
        self.filing, self.origins = wanted.filing, origins or {}

    def draw(self, entry: EntrySheet) -> None:
        self.page.widths(entry.grid.widths)
        asides = Asides(self.page, self.book, self.filing, self.wanted)
        for cell in entry.grid.cells:
            if cell.beside is None:
                self._cell(cell)
            else:
                # Beside added rows it can be filled down into a row that was inserted.
                asides.draw(cell, {**LOOKS[cell.role], "locked": not cell.beside.number})
        if entry.copy:
            self._follow(entry)
        asides.colour(entry)
        self._heights(entry)
        self._set_up(entry)

    def _follow(self, entry: EntrySheet) -> None:
        """The title of a project sheet has the number of the project that is named on it, on a copied sheet, too."""
        if not self.book.form.has(*LISTED, "value"):
            return
        number = self.book.place(Cell(*LISTED, "value"), entry.copy).a1
        titled = next(cell for cell in entry.grid.cells if cell.role is Role.TITLE)
        (before, own, after) = str(titled.content).rpartition(f"{entry.copy}")
        formula = f'"{before}"&IF({number}="",{own},{number})&"{after}"'
        self.page.formula(titled.row, titled.column, formula, str(titled.content), LOOKS[Role.TITLE])

    def _heights(self, entry: EntrySheet) -> None:
        """Rows as high as what is typed in them; those without merged cells grow as people type."""
        grid, texts = entry.grid, dict[int, list[tuple[str, float]]]()
        for cell in grid.cells:
            typed = self.values.get(cell.key) if cell.key else None
            text = typed if isinstance(typed, str) else cell.content if cell.role is Role.LABEL else ""
            width = sum(grid.widths.get(cell.column + at, 8.43) for at in range(cell.across))
            texts.setdefault(cell.row, []).append((str(text or ""), width - 2 * cell.indent))
        for row, own in texts.items():
            if grid.heights.get(row) == PARAGRAPH_HEIGHT:
                self.page.height(row, max(PARAGRAPH_HEIGHT, height_for(own)))
            elif row in grid.heights:
                self.page.height(row, grid.heights[row])
            else:
                self.page.growing(row, height_for(own) - 2)
        for row in set(grid.heights) - set(texts):
            self.page.height(row, grid.heights[row])

    def _set_up(self, entry: EntrySheet) -> None:
        sheet = self.page.sheet
        sheet.set_tab_color(entry.sheet.colour or "#7F7F7F")
        sheet.freeze_panes(2, 1)
        sheet.hide_gridlines(2)
        self.page.for_print(landscape=entry.grid.landscape, heads=entry.grid.heads, header=entry.grid.name)
        sheet.protect("", ALLOWED_ON_PROTECTED)

    def _cell(self, cell: GridCell) -> None:
        look: Look = {**LOOKS[cell.role], **({"indent": cell.indent} if cell.indent else {})}
        if cell.key is None:
            text = cell.content if isinstance(cell.content, str) else ""
            self.page.merged(cell.row, cell.column, cell.down, cell.across, text, look)
            return
        field = self.book.form.block(cell.key.block).fields[cell.key.row, cell.key.column]
        look = {**look, **_kind_look(field)}
        if (origin := self.origins.get(cell.key)) is not None:
            look = {**look, "bg_color": origin[0]}
            self.page.comment(cell.row, cell.column, origin[1])
        self.page.merged(cell.row, cell.column, cell.down, cell.across, None, look)
        self._content(cell, cell.key, field, look)
        validation = {} if cell.role is Role.LOCKED else _validation(field)
        if validation:
            self.page.sheet.data_validation(
                cell.row - 1, cell.column - 1, cell.row - 1, cell.column - 1, validation
            )

    def _content(self, cell: GridCell, key: Key, field: Field, look: Look) -> None:
        """What is typed there, else the formula with its result."""
        typed: Any = self.values.get(key)
        if typed is None and field.formula is not None:
            scale = unit_scale(self.book.form.block(key.block), self.filing.scale)
            shown = stored(self._computed(key), field.kind, scale)
            self.page.formula(cell.row, cell.column, self._formula(key, field), shown, look)
        elif typed is not None:
            if field.kind is Kind.DEADLINE:
                typed = f"{typed}"  # the cell holds text, so that no spreadsheet makes a day of a month
            known = typed if isinstance(typed, int | float | str | date) else f"{typed}"
            self.page.value(cell.row, cell.column, known, look)

    def _computed(self, key: Key) -> Content:
        """What the filing computes; on a spare row or a project sheet not in use, what is constant."""
        table = self.filing.tables.get((key.block, key.copy))
        rows = table.rows if table else ()
        row = next((r for r in rows if (r.key, r.number) == (key.row, key.number)), None)
        return row[key.column].computed if row else self.book.constant(key)

    def _formula(self, key: Key, field: Field) -> str:
        around = Around(self.book, key)
        match field.formula:
            case None:
                return ""
            case Rank() as rank:
                return around.rank(rank)
            case Pick() as pick:
                return picked(self.book, key, pick)
            case node:
                return as_excel(node, around)


def _kind_look(field: Field) -> Look:
    """The number format; texts that people type stay texts."""
    look: dict[str, str | float] = {
        "num_format": NUMBERS.get(field.kind, "General" if field.choices else "@")
    }
    if field.kind in (Kind.TEXT, Kind.PARAGRAPH):
        look |= {"text_wrap": True, "valign": "top" if field.kind is Kind.PARAGRAPH else "vcenter"}
    return look


def _validation(field: Field) -> dict[str, Any]:
    """Drop-down, number check and input message of one cell."""
    rule: dict[str, Any] = {"ignore_blank": True}
    if field.choices:
        rule |= {"validate": "list", "source": list(field.choices), "error_type": "warning"}
        rule |= {"error_title": "请从下拉列表选择", "error_message": "填写的内容不在列表中。"}
    elif field.kind.numeric:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}
        message = "只填数字，不带单位、文字和符号；没有的填 0，不知道的留空。"
        rule |= {"error_title": "请填数字", "error_message": message}
    elif field.kind is Kind.DATE:
        rule |= {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
        rule |= {"error_title": "请填日期", "error_message": "请填日期，写成“年-月-日”的样子。"}
    elif field.hint:
        rule |= {"validate": "any"}
    else:
        return {}
    return rule | ({"input_title": "填写说明", "input_message": field.hint} if field.hint else {})
