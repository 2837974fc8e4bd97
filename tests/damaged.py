"""A filled workbook to be damaged: its parts, its sheets, its cells, changed in the XML as other programs would.

Nothing is recalculated and nothing is saved anew: what a change does not touch stays as it was, caches included.
"""

import io
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from lxml import etree
from openpyxl.utils import column_index_from_string, get_column_letter

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
STRINGS, STYLES, TYPES = "xl/sharedStrings.xml", "xl/styles.xml", "[Content_Types].xml"
REF = re.compile(r"([A-Z]+)(\d+)")

Element = etree._Element
Shift = Callable[[int], int]


def main(tag: str) -> str:
    return f"{{{MAIN}}}{tag}"


def unpacked(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(members: Mapping[str, bytes], *more: tuple[str, bytes], stored: bool = False) -> bytes:
    """A package of these members, and of more that may bear a name twice."""
    buffer = io.BytesIO()
    kind = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(buffer, "w", kind, compresslevel=1) as package,
    ):
        warnings.simplefilter("ignore")  # of doubled names, which are the point
        for name, data in [*members.items(), *more]:
            package.writestr(zipfile.ZipInfo(name), data, kind)
    return buffer.getvalue()


@dataclass
class Book:
    """`parts` are bytes; a part that was asked for as a tree is written back by `content`."""

    parts: dict[str, bytes]
    trees: dict[str, Element] = field(default_factory=dict)

    def tree(self, part: str) -> Element:
        if part not in self.trees:
            self.trees[part] = etree.fromstring(self.parts[part])
        return self.trees[part]

    def content(self) -> bytes:
        for part, tree in self.trees.items():
            if part in self.parts:
                self.parts[part] = etree.tostring(
                    tree, xml_declaration=True, encoding="UTF-8", standalone=True
                )
        return packed(self.parts)

    def replace(self, part: str, old: str, new: str, count: int = -1) -> None:
        """In the text of a part; what is not there cannot be replaced."""
        text = self.parts[part].decode()
        assert old in text, f"{part} holds no {old}"
        self.parts[part] = text.replace(old, new, count).encode()

    @property
    def entries(self) -> list[Element]:
        """The sheets as the workbook lists them."""
        return list(self.tree(WORKBOOK).iter(main("sheet")))

    def entry(self, name: str) -> Element:
        return next(entry for entry in self.entries if entry.get("name") == name)

    def part_of(self, name: str) -> str:
        relation = self.entry(name).get(f"{{{RELATION}}}id")
        return "xl/" + next(r.get("Target", "") for r in self.tree(RELATIONS) if r.get("Id") == relation)

    def sheet(self, name: str) -> "Sheet":
        return Sheet(self.tree(self.part_of(name)))

    def text(self, number: int) -> str:
        return "".join(t.text or "" for t in self.tree(STRINGS)[number].iter(main("t")))

    def copy_sheet(self, name: str, new: str) -> None:
        """As Excel copies a sheet: at the end, under another name."""
        part = f"xl/worksheets/sheet{len(self.parts) + 100}.xml"
        tree = self.trees.get(self.part_of(name))
        self.parts[part] = etree.tostring(tree) if tree is not None else self.parts[self.part_of(name)]
        relation = etree.SubElement(self.tree(RELATIONS), self.tree(RELATIONS)[0].tag)
        relation.set("Id", f"rId{len(self.parts) + 900}")
        relation.set("Type", f"{RELATION}/worksheet")
        relation.set("Target", part.removeprefix("xl/"))
        self._list(new, relation.get("Id", ""))

    def _list(self, name: str, relation: str) -> None:
        sheets = self.entries[0].getparent()
        assert sheets is not None
        entry = etree.SubElement(sheets, main("sheet"))
        entry.set("name", name)
        entry.set("sheetId", str(len(self.entries) + 900))
        entry.set(f"{{{RELATION}}}id", relation)

    def drop_sheet(self, name: str) -> None:
        """With its part, its relation and its type; names of the workbook still count the sheets as before."""
        part, entry = self.part_of(name), self.entry(name)
        relation = entry.get(f"{{{RELATION}}}id")
        _remove(entry)
        _remove(next(r for r in self.tree(RELATIONS) if r.get("Id") == relation))
        _remove(next(t for t in self.tree(TYPES) if t.get("PartName") == f"/{part}"))
        del self.parts[part]


@dataclass
class Sheet:
    """One worksheet as a tree; addresses are those of the moment."""

    root: Element

    @property
    def data(self) -> Element:
        found = self.root.find(main("sheetData"))
        assert found is not None
        return found

    def rows(self) -> Iterator[tuple[int, Element]]:
        for row in self.data:
            yield int(row.get("r", "0")), row

    def row(self, number: int) -> Element:
        """The row; made, in its place, where there is none."""
        following = 0
        for index, (at, row) in enumerate(self.rows()):
            if at == number:
                return row
            if at > number:
                break
            following = index + 1
        made = self.data.makeelement(main("row"), {"r": str(number)})
        self.data.insert(following, made)
        return made

    def cell(self, a1: str) -> Element:
        """The cell; made, in its place, where there is none."""
        letters, digits = _split(a1)
        row, following = self.row(digits), 0
        for index, cell in enumerate(row):
            at = column_index_from_string(_split(cell.get("r", ""))[0])
            if at == column_index_from_string(letters):
                return cell
            if at < column_index_from_string(letters):
                following = index + 1
        made = row.makeelement(main("c"), {"r": a1})
        row.insert(following, made)
        return made

    def put(self, a1: str, inner: str, kind: str = "") -> None:
        """The XML inside a cell (`<v>5</v>`) and its type; the style stays."""
        cell = self.cell(a1)
        for child in list(cell):
            cell.remove(child)
        cell.attrib.pop("t", "")
        if kind:
            cell.set("t", kind)
        for child in etree.fromstring(f'<c xmlns="{MAIN}">{inner}</c>'):
            cell.append(child)

    def put_number(self, a1: str, number: float | str) -> None:
        self.put(a1, f"<v>{number}</v>")

    def put_text(self, a1: str, text: str) -> None:
        self.put(a1, f'<is><t xml:space="preserve">{escape(text)}</t></is>', "inlineStr")

    def blank(self, a1: str) -> None:
        self.put(a1, "")

    def style(self, a1: str, number: int) -> None:
        self.cell(a1).set("s", str(number))

    # ── rows and columns, as a person inserts, deletes and moves them ──

    def insert_rows(self, at: int, count: int = 1) -> None:
        self.renumber(lambda row: row + count if row >= at else row, lambda column: column)

    def delete_rows(self, first: int, last: int) -> None:
        for number, row in list(self.rows()):
            if first <= number <= last:
                self.data.remove(row)
        self.renumber(lambda row: row - (last - first + 1) if row > last else row, lambda column: column)

    def insert_columns(self, at: int, count: int = 1) -> None:
        self.renumber(lambda row: row, lambda column: column + count if column >= at else column)

    def delete_columns(self, first: int, last: int) -> None:
        for _, row in self.rows():
            for cell in list(row):
                if first <= column_index_from_string(_split(cell.get("r", ""))[0]) <= last:
                    row.remove(cell)
        count = last - first + 1
        self.renumber(lambda row: row, lambda column: column - count if column > last else column)

    def exchange_columns(self, one: int, other: int) -> None:
        swap = {one: other, other: one}
        self.renumber(lambda row: row, lambda column: swap.get(column, column))

    def order_rows(self, numbers: list[int]) -> None:
        """The rows `numbers` take each other's places: the first in the list comes first."""
        places = dict(zip(numbers, sorted(numbers), strict=True))
        self.renumber(lambda row: places.get(row, row), lambda column: column)

    def renumber(self, row_of: Shift, column_of: Shift) -> None:
        for number, row in list(self.rows()):
            row.set("r", str(row_of(number)))
            for cell in row:
                cell.set("r", _moved(cell.get("r", ""), row_of, column_of))
            row[:] = sorted(row, key=lambda c: column_index_from_string(_split(c.get("r", ""))[0]))
        self.data[:] = sorted(self.data, key=lambda row: int(row.get("r", "0")))
        for merged in self.root.iter(main("mergeCell")):
            ends = merged.get("ref", "").split(":")
            merged.set("ref", ":".join(_moved(end, row_of, column_of) for end in ends))

    def merge(self, ref: str) -> None:
        merges = self.root.find(main("mergeCells"))
        if merges is None:
            merges = self.root.makeelement(main("mergeCells"), {})
            self.data.addnext(merges)
        etree.SubElement(merges, main("mergeCell")).set("ref", ref)

    def unmerge(self) -> None:
        for merges in self.root.findall(main("mergeCells")):
            self.root.remove(merges)

    def hide_row(self, number: int) -> None:
        self.row(number).set("hidden", "1")

    def hide_column(self, number: int) -> None:
        columns = self.root.find(main("cols"))
        if columns is None:
            columns = self.root.makeelement(main("cols"), {})
            self.data.addprevious(columns)
        column = etree.SubElement(columns, main("col"))
        for name, value in {"min": number, "max": number, "width": 8, "hidden": 1}.items():
            column.set(name, str(value))


def _remove(element: Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _split(a1: str) -> tuple[str, int]:
    match = REF.fullmatch(a1)
    assert match, a1
    return match[1], int(match[2])


def _moved(a1: str, row_of: Shift, column_of: Shift) -> str:
    letters, row = _split(a1)
    return f"{get_column_letter(column_of(column_index_from_string(letters)))}{row_of(row)}"
