"""What calamine passes over in an .ods is told, or the file is refused: tables as LibreOffice and others write them."""

import zipfile
from pathlib import Path

import pytest

from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading.grids import Sheet, State, read_sheets
from selfeval_xl.reading.opening import open_source
from selfeval_xl.reading.seen import seen
from tests.libreoffice import LibreOffice

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"'
    for short in ("office", "table", "text")
)
DATES = 'xmlns:dc="http://purl.org/dc/elements/1.1/"'
CALC = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
KIND = "application/vnd.oasis.opendocument.spreadsheet"


def text(words: str, more: str = "") -> str:
    return f'<table:table-cell office:value-type="string"{more}><text:p>{words}</text:p></table:table-cell>'


def number(value: float | str, look: str = "", more: str = "", kind: str = "float") -> str:
    return (
        f'<table:table-cell office:value-type="{kind}" office:value="{value}"{more}>'
        f"<text:p>{look or value}</text:p></table:table-cell>"
    )


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row{more}>{''.join(cells)}</table:table-row>"


def written(folder: Path, rows: str, name: str = "表") -> Path:
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {NAMES} {DATES} {CALC} office:version="1.2">'
        f'<office:body><office:spreadsheet><table:table table:name="甲">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    manifest = (
        '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{KIND}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
    )
    path = folder / f"{name}.ods"
    with zipfile.ZipFile(path, "w") as package:
        package.writestr("mimetype", KIND)
        package.writestr("META-INF/manifest.xml", manifest)
        package.writestr("content.xml", content)
    return path


def read(path: Path) -> Sheet:
    return read_sheets(open_source(path))[0]


LAST = row(text("末"))
JOINED = ' table:number-columns-spanned="2" table:number-rows-spanned="1"'
NOTE = "<office:annotation><dc:date>2024-01-01T00:00:00</dc:date><text:p>批注</text:p></office:annotation>"
TABLES = {
    "cells repeated": row(number(1), number(2, more=' table:number-columns-repeated="3"'), number(3)),
    "rows repeated": row(text("甲"), number(7), more=' table:number-rows-repeated="3"'),
    "blank rows repeated": row(
        '<table:table-cell table:number-columns-repeated="9"/>', more=' table:number-rows-repeated="40"'
    ),
    "blank cells repeated": row('<table:table-cell table:number-columns-repeated="300"/>', number(5)),
    "joined": row(text("合并", JOINED), "<table:covered-table-cell/>", number(9)),
    "joined and blank": row(f"<table:table-cell{JOINED}/>", "<table:covered-table-cell/>", number(9)),
    "notes": row(
        f'<table:table-cell office:value-type="string">{NOTE}<text:p>正文</text:p></table:table-cell>',
        f'<table:table-cell office:value-type="float" office:value="6">{NOTE}<text:p>6</text:p></table:table-cell>',
    ),
    "blanks and breaks": row(
        text('甲<text:s text:c="3"/>乙'), text("甲<text:tab/>乙"), text("甲<text:line-break/>乙")
    ),
    "pieces": row(
        text("<text:span>甲</text:span><text:span>乙<text:s/>丙</text:span>"), text("甲&amp;&lt;乙")
    ),
    "paragraphs": row(
        '<table:table-cell office:value-type="string"><text:p>一</text:p><text:p/><text:p>三</text:p></table:table-cell>'
    ),
    "groups": "<table:table-row-group><table:table-row-group>"
    + row(number(6), more=' table:number-rows-repeated="2"')
    + '</table:table-row-group></table:table-row-group><table:table-row-group table:display="false">'
    + row(number(8))
    + "</table:table-row-group>",
    "heads": "<table:table-header-rows>" + row(text("头")) + "</table:table-header-rows>",
    "hidden": row(number(14), more=' table:visibility="collapse"')
    + row(number(15), more=' table:visibility="filter"'),
    "a text beside its paragraph": row(
        '<table:table-cell office:value-type="string" office:string-value="属性"/>', number(5)
    ),
}


@pytest.mark.libreoffice
def test_calamine_reads_what_libreoffice_shows(tmp_path: Path, soffice: LibreOffice) -> None:
    paths = [written(tmp_path, rows + LAST, f"{at}") for at, rows in enumerate(TABLES.values())]
    for kind, path, shown in zip(TABLES, paths, soffice.rows(paths, 1, tmp_path / "out"), strict=True):
        wanted = {(r, c): v for r, cells in enumerate(shown, 1) for c, v in enumerate(cells, 1) if v}
        assert {at: seen(cell).text for at, cell in read(path).cells.items()} == wanted, kind


def test_a_formula_that_was_never_calculated(tmp_path: Path) -> None:
    """One that gave a blank text has an empty paragraph, as LibreOffice writes it."""
    formula = '<table:table-cell table:formula="of:=1+1"/>'
    blank = '<table:table-cell table:formula="of:=&quot;&quot;"><text:p/></table:table-cell>'
    sheet = read(written(tmp_path, row(number(1), formula, blank, number(2)) + LAST))
    assert {column: cell.state for (line, column), cell in sheet.cells.items() if line == 1} == {
        1: State.VALUE, 2: State.UNCALCULATED, 4: State.VALUE
    }  # fmt: skip


def test_errors_and_numbers_as_seen(tmp_path: Path) -> None:
    wrong = (
        '<table:table-cell table:formula="of:=NA()" office:value-type="string" office:string-value="" '
        'calcext:value-type="error"><text:p>#N/A</text:p></table:table-cell>'
    )
    arrow = (
        '<table:table-cell office:value-type="float" office:value="0.98"><table:detective/>'
        "<text:p>98%</text:p></table:table-cell>"
    )
    bare = '<table:table-cell office:value-type="float" office:value="33"/>'
    cells = read(written(tmp_path, row(wrong, arrow, bare) + LAST)).cells
    assert (cells[1, 1].state, cells[1, 1].value) == (State.ERROR, "#N/A")
    assert [seen(cells[1, column]).text for column in (2, 3)] == ["98%", "33"]


@pytest.mark.parametrize(
    ("rows", "hides", "covers"),
    [
        (row(number(1)) + row(number(2), more=' table:visibility="collapse"'), (2, 1), None),
        (row(number(1)) + row(number(2), more=' table:visibility="filter"'), (2, 1), None),
        (
            '<table:table-column/><table:table-column table:visibility="collapse"/>'
            + row(number(1), number(2)),
            (1, 2),
            None,
        ),
        (
            '<table:table-column table:number-columns-repeated="9"/><table:table-column table:visibility="collapse"/>'
            + row(number(1)),
            None,
            None,
        ),
        (
            row(text("合并", JOINED), number(5).replace("table:table-cell", "table:covered-table-cell")),
            None,
            (1, 2),
        ),
        (row(number(1), number(2)), None, None),
    ],
)
def test_what_is_hidden_or_covered(
    tmp_path: Path, rows: str, hides: tuple[int, int] | None, covers: tuple[int, int] | None
) -> None:
    sheet = read(written(tmp_path, rows + LAST))
    assert (sheet.hides, sheet.covers) == (hides, covers)


@pytest.mark.parametrize(
    "rows",
    [
        row("<table:table-cell><text:p>没有类型</text:p></table:table-cell>"),
        row(
            f'<table:table-cell><table:table table:name="子">{row(number(9))}</table:table></table:table-cell>'
        ),
        row(number("1,234.5")),
    ],
)
def test_what_calamine_would_pass_over_is_refused(tmp_path: Path, rows: str) -> None:
    with pytest.raises(UnusableFile, match=r"另存为 \.xlsx"):
        read(written(tmp_path, rows + LAST))
