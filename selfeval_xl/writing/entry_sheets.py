"""The sheets that people fill in: looks, drop-downs, messages, formulas, protection."""

from datetime import date, datetime
from typing import Any

from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from selfeval_xl.computing import Key
from selfeval_xl.excel import as_excel
from selfeval_xl.expressions import Node
from selfeval_xl.filing import Filing, unit_scale
from selfeval_xl.forms import BOOK, Block, Field, Kind, Pick, Rank
from selfeval_xl.layout import EntrySheet, GridCell, Role
from selfeval_xl.places import column_letters
from selfeval_xl.writing.addresses import RATE, Addresses, Around
from selfeval_xl.writing.filling import Values
from selfeval_xl.writing.pens import NUMBER_FORMATS, Pen, cached_value

INPUT_COLOUR, GREY, BAND_COLOUR, HEAD_COLOUR, ORANGE = "#FFF8DC", "#EDEDED", "#DDEBF7", "#F2F2F2", "#F4B183"
ALLOWED_ON_PROTECTED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": False,
    "sort": True,
    "autofilter": True,
    "select_locked_cells": True,
}
LARGEST = 1_000_000_000_000


class EntryPen:
    """Draws entry sheets into one workbook."""

    def __init__(self, pen: Pen, book: Addresses, filing: Filing, values: Values) -> None:
        self.pen, self.book, self.filing, self.values = pen, book, filing, values

    def draw(self, entry: EntrySheet) -> None:
        sheet = self.pen.book.add_worksheet(entry.grid.name)
        sheet.set_tab_color(entry.sheet.colour or "#7F7F7F")
        for column, width in entry.grid.widths.items():
            sheet.set_column(column - 1, column - 1, width)
        sheet.set_row(0, 28)
        for row, height in entry.grid.heights.items():
            sheet.set_row(row - 1, height)
        for cell in entry.grid.cells:
            self._cell(sheet, entry, cell)
        for block in entry.sheet.blocks:
            self._orange(sheet, entry, block)
        self._page(sheet, entry)

    def _page(self, sheet: Worksheet, entry: EntrySheet) -> None:
        sheet.freeze_panes(2, 1)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer("&C第 &P 页，共 &N 页")
        if entry.grid.landscape:
            sheet.set_landscape()
        sheet.protect("", ALLOWED_ON_PROTECTED)

    def _cell(self, sheet: Worksheet, entry: EntrySheet, cell: GridCell) -> None:
        if cell.key is None:
            self._fixed(sheet, cell)
            return
        block = self.book.form.block(cell.key.block)
        field = block.fields[cell.key.row, cell.key.column]
        look = self._look(cell.role, field)
        if cell.across > 1:
            sheet.merge_range(
                cell.row - 1, cell.column - 1, cell.row - 1, cell.column + cell.across - 2, "", look
            )
        self._content(sheet, cell, cell.key, block, field, look)
        if cell.role is not Role.LOCKED:
            validation = _validation(field)
            if validation:
                sheet.data_validation(
                    cell.row - 1, cell.column - 1, cell.row - 1, cell.column - 1, validation
                )

    def _fixed(self, sheet: Worksheet, cell: GridCell) -> None:
        looks: dict[Role, dict[str, Any]] = {
            Role.TITLE: {"bold": True, "font_size": 16, "align": "center", "font_name": "黑体"},
            Role.NOTE: {"font_color": "#595959", "font_size": 9, "text_wrap": True},
            Role.BAND: {"bold": True, "bg_color": BAND_COLOUR, "border": 1, "font_size": 11},
            Role.HEAD: {
                "bold": True,
                "bg_color": HEAD_COLOUR,
                "border": 1,
                "align": "center",
                "text_wrap": True,
            },
            Role.LABEL: {"border": 1, "bg_color": HEAD_COLOUR, "text_wrap": True, "indent": cell.indent},
            Role.GUARD: {"font_color": "#A6A6A6", "font_size": 9},
        }
        look = self.pen.look(**looks[cell.role])
        if cell.across > 1:
            sheet.merge_range(
                cell.row - 1, cell.column - 1, cell.row - 1, cell.column + cell.across - 2, "", look
            )
        self.pen.text(
            sheet, cell.row, cell.column, cell.content if isinstance(cell.content, str) else "", look
        )

    def _look(self, role: Role, field: Field) -> Format:
        colour = INPUT_COLOUR if role is Role.INPUT else GREY
        number_format = NUMBER_FORMATS.get(field.kind, "General" if field.choices else "@")
        properties: dict[str, Any] = {"border": 1, "bg_color": colour, "num_format": number_format}
        properties["locked"] = role is Role.LOCKED
        if field.kind in (Kind.TEXT, Kind.PARAGRAPH):
            properties |= {"text_wrap": True, "valign": "top" if field.kind is Kind.PARAGRAPH else "vcenter"}
        return self.pen.look(**properties)

    def _content(
        self, sheet: Worksheet, cell: GridCell, key: Key, block: Block, field: Field, look: Format
    ) -> None:
        typed = self.values.get(key)
        match typed:
            case None if field.formula is not None:
                scale = unit_scale(block, self.filing.scale)
                cached = cached_value(self._computed(key), field.kind, scale)
                self.pen.formula(sheet, cell.row, cell.column, self._formula(key, field), look, cached)
            case None:
                sheet.write_blank(cell.row - 1, cell.column - 1, None, look)
            case date():
                typed = datetime(typed.year, typed.month, typed.day)
                sheet.write_datetime(cell.row - 1, cell.column - 1, typed, look)
            case int() | float():
                self.pen.number(sheet, cell.row, cell.column, typed, look)
            case _:
                self.pen.text(sheet, cell.row, cell.column, f"{typed}", look)

    def _computed(self, key: Key) -> Any:
        table = self.filing.tables.get((key.block, key.copy))
        rows = table.rows if table else ()
        figure = next(
            (r.figures[key.column] for r in rows if (r.key, r.number) == (key.row, key.number)), None
        )
        return figure.computed if figure else self.book.form_constant(key)

    def _formula(self, key: Key, field: Field) -> str:
        around = Around(self.book, key)
        if isinstance(field.formula, Rank | Pick):
            return around.special(field.formula) or ""
        assert field.formula is not None
        node: Node = field.formula
        return as_excel(node, around)

    def _orange(self, sheet: Worksheet, entry: EntrySheet, block: Block) -> None:
        """A reason cell turns orange when its row needs a reason and has none."""
        if block.explain is None or "reason" not in {c.key for c in block.columns}:
            return
        cells = {c.key: c for c in entry.grid.cells if c.key is not None and c.key.block == block.key}
        for key, cell in cells.items():
            if key.column != "reason":
                continue
            start = _a1(cells[key._replace(column=block.explain.start)])
            end = _a1(cells[key._replace(column=block.explain.end)])
            condition = self._needs_reason(block, start, end)
            sheet.conditional_format(
                cell.row - 1,
                cell.column - 1,
                cell.row - 1,
                cell.column - 1,
                {
                    "type": "formula",
                    "criteria": f'=AND({_a1(cell)}="",COUNT({start},{end})=2,{condition})',
                    "format": self.pen.book.add_format({"bg_color": ORANGE}),
                },
            )

    def _needs_reason(self, block: Block, start: str, end: str) -> str:
        assert block.explain is not None
        if block.explain.excess:
            return f"{end}>{start}"
        settings = self.book.form.settings
        unit = f"*{RATE}" if block.unit == BOOK else ""
        large = (
            f"AND({start}>0,ABS({end}-{start})>{settings['change_amount']}{unit},"
            f"ABS({end}-{start})>{settings['change_rate']}*{start})"
        )
        return f"OR({large},AND({start}=0,{end}>0),AND({start}>0,{end}=0))"


def _a1(cell: GridCell) -> str:
    return f"{column_letters(cell.column)}{cell.row}"


def _validation(field: Field) -> dict[str, Any]:
    """Drop-down, number check and input message of one cell."""
    rule: dict[str, Any] = {"ignore_blank": True}
    if field.choices:
        rule |= {"validate": "list", "source": list(field.choices), "error_type": "warning"}
        rule |= {"error_title": "请从下拉列表选择", "error_message": "填写的内容不在列表中。"}
    elif field.kind.numeric:
        rule |= {"validate": "decimal", "criteria": "between", "minimum": -LARGEST, "maximum": LARGEST}
        rule |= {
            "error_title": "请填数字",
            "error_message": "只填数字，不带单位、文字和符号；没有的填 0，不知道的留空。",
        }
    elif field.kind is Kind.DATE:
        rule |= {"validate": "date", "criteria": ">=", "value": date(2000, 1, 1)}
        rule |= {"error_title": "请填日期", "error_message": "请填日期，如 2024-06-20。"}
    elif field.hint:
        rule |= {"validate": "any"}
    else:
        return {}
    if field.hint:
        rule |= {"input_title": "填写说明", "input_message": field.hint}
    return rule
