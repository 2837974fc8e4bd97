"""What the batch is measured against, each over the workbooks of a folder: `python -m benchmarks.peers bare|plain FOLDER`.

bare: only the library calls that the same content takes: calamine reads, docxtpl renders with a template that is compiled
once, xlsxwriter writes as many cells and formulas as 核对结果.xlsx has. plain: the script that one writes first: openpyxl
loads twice (values, formulas), docxtpl and its template fresh each time, xlsxwriter.
"""

import io
import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

ROOT = Path(__file__).parents[1]
TEMPLATE = (ROOT / "selfeval_xl" / "forms" / "hunan-2023.docx").read_bytes()
FIELDS = json.loads((ROOT / "selfeval_xl" / "writing" / "report" / "sample.json").read_text("utf-8"))
CELLS, FORMULAS, SHEETS = 5140, 1040, 13
"""Of 核对结果.xlsx of the complete sample: 3,640 values and some 1,500 blanks with a look count as cells."""


def read_bare(path: Path) -> None:
    book = python_calamine.CalamineWorkbook.from_path(path)
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python(skip_empty_area=False)


def read_plainly(path: Path) -> None:
    import openpyxl

    for values in (True, False):
        for sheet in openpyxl.load_workbook(path, data_only=values).worksheets:
            for row in sheet.iter_rows(values_only=True):
                list(row)


def render(environment: SandboxedEnvironment) -> None:
    template: Any = DocxTemplate(io.BytesIO(TEMPLATE))
    template.render(FIELDS, environment)
    template.docx.save(io.BytesIO())


@cache
def compiled_once() -> SandboxedEnvironment:
    environment: Any = SandboxedEnvironment(autoescape=True)
    environment.from_string = cache(environment.from_string)
    return environment


def write() -> None:
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    look = book.add_format({"border": 1, "text_wrap": True})
    for at in range(SHEETS):
        sheet = book.add_worksheet(f"{at}")
        for cell in range(CELLS // SHEETS):
            if cell % 2:
                sheet.write_string(cell // 10, cell % 10, f"一般公共预算拨款{cell}", look)
            else:
                sheet.write_number(cell // 10, cell % 10, cell / 7, look)
        for cell in range(FORMULAS // SHEETS):
            sheet.write_formula(cell, 11, f"=ROUND(SUM(A1:A{cell + 1})*1000000,0)", look, 1)
    book.close()


def main(kind: str, folder: str) -> None:
    for path in sorted(Path(folder).glob("*.xlsx")):
        if kind == "bare":
            read_bare(path)
            render(compiled_once())
        else:
            read_plainly(path)
            render(SandboxedEnvironment(autoescape=True))
        write()


if __name__ == "__main__":
    main(*sys.argv[1:])
