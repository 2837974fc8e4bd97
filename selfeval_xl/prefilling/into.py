"""Into a begun workbook: blank cells alone. Only their XML changes, stored results of formulas are dropped, and the sheet
取数来源 is added with what registers it; every other part of the package stays byte for byte."""

import re
from collections.abc import Iterable, Mapping

from selfeval_xl.errors import UnusableFile
from selfeval_xl.places import column_letters
from selfeval_xl.prefilling.origin_sheet import SHEET, draw
from selfeval_xl.prefilling.placing import Grid, Typed, place
from selfeval_xl.prefilling.plain_sheet import PlainPage, escaped
from selfeval_xl.prefilling.prefilled import Prefilled
from selfeval_xl.witnesses.begun import RELATIONS, TYPES, WORKBOOK, Begun
from selfeval_xl.witnesses.joining import Joined
from selfeval_xl.writing.delivery import canonical

CELL = re.compile(r"<c\b(?P<attributes>[^>]*?)(?:/>|>(?P<inside>.*?)</c>)", re.S)
ROW = re.compile(r"<row\b(?P<attributes>[^>]*?)(?:/>|>(?P<inside>.*?)</row>)", re.S)
REFERENCE = re.compile(r'\br="([A-Z]+)(\d+)"')
STORED = re.compile(r"<v>.*?</v>|<v/>", re.S)
KIND_OF_CELL = re.compile(r'\s+t="[^"]*"')


def filled_into(book: Begun, joined: Joined) -> Prefilled:
    """The workbook with its blank cells filled. Raises UnusableFile: a sheet cannot be found in its package."""
    there = {key: entry.place for key, entry in book.entries.items() if book.has(entry.place)}
    content = {key: entry.unreadable or entry.value for key, entry in book.entries.items() if not entry.blank}
    placed = place(joined, Grid(book.form, book.scale, there, content))
    members = dict(book.members)
    by_sheet: dict[str, list[Typed]] = {}
    for one in placed.typed:
        by_sheet.setdefault(one.place.sheet, []).append(one)
    for sheet, part in _parts(book).items():
        members[part] = with_cells(members[part].decode("utf-8"), by_sheet.pop(sheet, ())).encode("utf-8")
    if by_sheet:
        raise UnusableFile(
            f"「{book.name}」里找不到工作表“{next(iter(by_sheet))}”；请用 Excel 或 WPS 另存为 .xlsx。"
        )
    page = PlainPage()
    draw(page, book.form, joined, placed.typed, placed.left)
    _register(members, page)
    return Prefilled(canonical(members), placed.typed, placed.left, book.scale)


def _parts(book: Begun) -> dict[str, str]:
    """Sheet's name → its part."""
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in re.findall(r"<Relationship\b[^>]*>", book.members[RELATIONS].decode("utf-8"))
    }
    found = {}
    for tag in re.findall(r"<sheet\b[^>]*>", book.members[WORKBOOK].decode("utf-8")):
        target = targets.get(_attribute(tag, "r:id"), "").removeprefix("/")
        part = target if target.startswith("xl/") else f"xl/{target}"
        if part in book.members:
            found[_plain(_attribute(tag, "name"))] = part
    return found


def _attribute(tag: str, name: str) -> str:
    match = re.search(rf'\b{name}="([^"]*)"', tag)
    return match[1] if match else ""


def _plain(text: str) -> str:
    for sign, name in (("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&apos;"), ("&", "&amp;")):
        text = text.replace(name, sign)
    return text


def with_cells(xml: str, typed: Iterable[Typed]) -> str:
    """The sheet with these cells filled, and no stored result of a formula."""
    rows: dict[int, dict[int, str]] = {}
    for one in typed:
        rows.setdefault(one.place.row, {})[one.place.column] = _inside(one.value)
    xml = CELL.sub(_forgetful, xml)
    if not rows:
        return xml

    def changed(match: re.Match[str]) -> str:
        number = re.search(r'\br="(\d+)"', match["attributes"])
        cells = rows.pop(int(number[1]), None) if number else None
        if cells is None:
            return match[0]
        return f"<row{match['attributes']}>{_with(match['inside'] or '', int(number[1]), cells)}</row>"  # type: ignore[index]

    xml = ROW.sub(changed, xml)
    if not rows:
        return xml
    added = "".join(f'<row r="{row}">{_with("", row, cells)}</row>' for row, cells in sorted(rows.items()))
    return xml.replace("</sheetData>", f"{added}</sheetData>") if "</sheetData>" in xml else xml


def _forgetful(match: re.Match[str]) -> str:
    inside = match["inside"] or ""
    if "<f" not in inside:
        return match[0]
    attributes = KIND_OF_CELL.sub("", match["attributes"])
    return f"<c{attributes}>{STORED.sub('', inside)}</c>"


def _with(inside: str, row: int, cells: Mapping[int, str]) -> str:
    """The cells of a row, filled or added, in the order of their columns."""
    found: dict[int, str] = {}
    for match in CELL.finditer(inside):
        reference = REFERENCE.search(match["attributes"])
        if reference:
            found[column_of(reference[1])] = match[0]
    for column, content in cells.items():
        before = CELL.match(found.get(column, ""))
        style = re.search(r'\bs="\d+"', before["attributes"]) if before else None
        kept = f" {style[0]}" if style else ""
        kind = ' t="inlineStr"' if content.startswith("<is>") else ""
        found[column] = f'<c r="{column_letters(column)}{row}"{kept}{kind}>{content}</c>'
    return "".join(found[column] for column in sorted(found))


def column_of(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return column


def _inside(value: float | str) -> str:
    if isinstance(value, str):
        return f'<is><t xml:space="preserve">{escaped(value)}</t></is>'
    return f"<v>{value!r}</v>"


def _register(members: dict[str, bytes], page: PlainPage) -> None:
    """The new sheet, its relation, its type; and Excel works everything out when it opens the file."""
    workbook = members[WORKBOOK].decode("utf-8")
    numbers = [int(n) for n in re.findall(r'\bsheetId="(\d+)"', workbook)]
    name, taken = SHEET, set(re.findall(r'<sheet\b[^>]*?\bname="([^"]*)"', workbook))
    at = 2
    while name in taken:
        name, at = f"{SHEET}({at})", at + 1
    file = next(f"sheet{n}.xml" for n in range(1, 10_000) if f"xl/worksheets/sheet{n}.xml" not in members)
    members[f"xl/worksheets/{file}"] = page.xml().encode("utf-8")
    sheet = f'<sheet name="{name}" sheetId="{max(numbers, default=0) + 1}" r:id="rIdSources{at}"/>'
    workbook = workbook.replace("</sheets>", f"{sheet}</sheets>", 1)
    members[WORKBOOK] = _recalculated(workbook).encode("utf-8")
    relation = (
        f'<Relationship Id="rIdSources{at}" Target="worksheets/{file}" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"/>'
    )
    members[RELATIONS] = _before(members[RELATIONS], "</Relationships>", relation)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
    override = f'<Override PartName="/xl/worksheets/{file}" ContentType="{kind}"/>'
    members[TYPES] = _before(members[TYPES], "</Types>", override)


def _before(content: bytes, end: str, text: str) -> bytes:
    return content.decode("utf-8").replace(end, text + end, 1).encode("utf-8")


def _recalculated(workbook: str) -> str:
    if "fullCalcOnLoad" in workbook:
        return workbook
    if "<calcPr" in workbook:
        return workbook.replace("<calcPr", '<calcPr fullCalcOnLoad="1"', 1)
    return workbook.replace("</workbook>", '<calcPr fullCalcOnLoad="1"/></workbook>', 1)
