"""What the batch is measured against, each over the workbooks of a folder: `python -m benchmarks.peers bare|plain FOLDER`.

bare: only the library calls that the same content takes: calamine reads, docxtpl renders the same fields with a template
that is compiled once, the same annexes are put into its tree, and xlsxwriter gets the very calls that make 核对结果.xlsx.
plain: the script that one writes first: openpyxl loads twice (values, formulas), docxtpl and its template fresh each time,
xlsxwriter. Both write the content of the folder's first workbook for each: it is recorded once, before anything is timed
(the cost of a workbook is a difference between two runs, and the record drops out of it).
"""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import python_calamine
from docx.oxml.parser import parse_xml
from docxtpl import DocxTemplate
from jinja2.sandbox import SandboxedEnvironment

from benchmarks.recording import recorded


@dataclass(frozen=True)
class Content:
    """What is written: `write` makes the workbook, `fields` fill the Word template, `annexes` are elements to be added."""

    write: Callable[[io.BytesIO], None]
    template: bytes
    fields: dict[str, Any]
    annexes: tuple[str, ...]


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


def render(content: Content, environment: SandboxedEnvironment) -> None:
    template: Any = DocxTemplate(io.BytesIO(content.template))
    template.render(content.fields, environment)
    body = template.docx.element.body
    for element in content.annexes:
        body[-1].addprevious(parse_xml(element))
    template.docx.save(io.BytesIO())


@cache
def compiled_once() -> SandboxedEnvironment:
    environment = SandboxedEnvironment(autoescape=True)
    rendering: Any = environment
    rendering.from_string = cache(environment.from_string)
    return environment


def main(kind: str, folder: str) -> None:
    paths = sorted(Path(folder).glob("*.xlsx"))
    content = Content(*recorded(paths[0]))
    for path in paths:
        if kind == "bare":
            read_bare(path)
            render(content, compiled_once())
        else:
            read_plainly(path)
            render(content, SandboxedEnvironment(autoescape=True))
        content.write(io.BytesIO())


if __name__ == "__main__":
    main(*sys.argv[1:])
