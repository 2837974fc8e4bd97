"""Is this file fit to be opened, and what is it really?

`open_source` judges by content, never by suffix. The file is read once, into memory; nothing is extracted
to disk and nothing is fetched. For xlsx the guard also notes, sheet by sheet, what calamine does not tell:
error cells, formulas that were never calculated, and whether the sheet is safe for calamine at all.
"""

import io
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from html import unescape
from pathlib import Path
from typing import Any, NoReturn
from xml.parsers import expat

from selfeval_xl.errors import UnusableFile

MAX_FILE = 20 * 2**20
MAX_INFLATED = 50 * 2**20
MAX_MEMBERS = 4_000
MAX_AREA = 1_000_000  # calamine keeps the whole rectangle of a sheet in memory, and aborts when it cannot
MAX_ROW, MAX_COLUMN = 1_048_576, 16_384

Position = tuple[int, int]  # row, column, both from 1


class Kind(Enum):
    """What the file really is."""

    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"


@dataclass(frozen=True, slots=True)
class SheetFacts:
    """What the guard saw in one sheet; `careful` means: not by calamine. Only xlsx tells all of it."""

    name: str
    hidden: bool = False
    careful: bool = False
    extent: Position = (0, 0)  # last row and last column that hold anything
    errors: Mapping[Position, str] = field(default_factory=dict)  # the error text, "#REF!"
    uncalculated: frozenset[Position] = frozenset()


@dataclass(frozen=True)
class Source:
    """A file fit to be read: `content` is all of it; `sheets`: worksheets in order, xlsx and ods only."""

    path: Path
    kind: Kind
    content: bytes = field(repr=False)
    sheets: tuple[SheetFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    data: bytes
    odd: bool = False  # well-formed, but written so that calamine may misread it
    broken: bool = False  # not well-formed, or in an unknown encoding


_Parts = Mapping[str, _Part]  # members of the package by lower-case name

_SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx"
_CHOOSE = "请选择填报用的 Excel 工作簿"
_UNPACK = "请先解压，再选择其中的工作簿"
_DAMAGED = "请向提供者重新索取，或用 Excel 或 WPS 修复后另存为 .xlsx"
_PASSWORD = ("设有打开密码，无法读取", "请在 Excel 或 WPS 中取消打开密码后保存，再重新运行")
_FAR = ("有工作表在很远的行列上有零星内容", "请删除多余的行列，再用 Excel 或 WPS 另存为 .xlsx")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKS_LIKE: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF", "PDF 文件", _CHOOSE),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP", "图片", _CHOOSE),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b", "压缩包", _UNPACK),
    (rb"\{\\rtf", "RTF 文档", _CHOOSE),
    (rb".{0,400}\bmime-version:", "网页文件（MHT）", _SAVE_AS),
    (rb".{0,2000}urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 的 XML 表格", _SAVE_AS),
    (rb"(?=\s*<).{0,2000}<(?:!doctype html|html|head|meta|body|table)\b", "网页文件（HTML）", _SAVE_AS),
    (rb"\s*<", "XML 文件", _SAVE_AS),
)
_OLE_STREAMS: tuple[tuple[str, str, str], ...] = (  # what each means, and what to do; a workbook: nothing
    ("Workbook", "", ""),
    ("Book", "", ""),
    ("EncryptedPackage", *_PASSWORD),
    ("WordDocument", "其实是 Word 文档，不是 Excel 工作簿", _CHOOSE),
    ("PowerPoint Document", "其实是 PPT 演示文稿，不是 Excel 工作簿", _CHOOSE),
)


def open_source(path: Path) -> Source:
    """Read the file once and say what it is.

    Raises UnusableFile, one Chinese sentence with the remedy, for anything that cannot be read safely.
    """
    content = _read_once(path)
    try:
        return _judge(path, content)
    except _Unfit as unfit:
        raise UnusableFile(f"「{path.name}」{unfit.what}；{unfit.remedy}。") from None


class _Unfit(Exception):
    def __init__(self, what: str, remedy: str = _DAMAGED) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def _read_once(path: Path) -> bytes:
    def refuse(what: str, remedy: str = _CHOOSE) -> NoReturn:
        raise UnusableFile(f"「{path.name or path}」{what}；{remedy}。")

    if path.name.startswith(("~$", "._")):
        refuse("是打开工作簿时产生的临时文件，不是工作簿本身", "请选择文件名前没有这两个符号的那个文件")
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            refuse("是文件夹，不是文件")
        if not stat.S_ISREG(mode):  # a FIFO would block for ever
            refuse("不是普通文件")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        refuse("找不到这个文件", "请检查文件名和所在文件夹")
    except (OSError, ValueError):
        refuse("无法读取", "请确认文件没有损坏、没有被其他程序占用，并且有读取权限")
    if not content:
        refuse("是空文件（0 字节）", "请向提供者重新索取")
    if len(content) > MAX_FILE:
        refuse(f"超过 {MAX_FILE // 2**20} MiB", "请删去图片和无关的工作表后另存为 .xlsx")
    return content


def _judge(path: Path, content: bytes) -> Source:
    if content.startswith(_OLE):
        return Source(path, _ole_kind(content), content)
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise _Unfit(*_foreign(content))
    parts = _parts(content)
    if parts.get("mimetype", _Part(b"")).data.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Source(path, Kind.ODS, content, _ods_sheets(parts))
    main = _main_part(parts)
    if main.endswith(".bin"):
        _refuse_far_corner(
            _XLSB_SIZE.findall(
                b"".join(part.data[:4096] for name, part in parts.items() if "worksheets/" in name)
            )
        )
        return Source(path, Kind.XLSB, content)
    return Source(path, Kind.XLSX, content, _xlsx_sheets(parts, main))


# --- not a zip -------------------------------------------------------------------------------------------


def _foreign(content: bytes) -> tuple[str, str]:
    """What a file that is neither zip nor OLE is, and what to do about it."""
    head = content[:4096]
    if head.startswith(_UTF16):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, what, remedy in _LOOKS_LIKE:
        if re.match(pattern, head, re.S | re.I):
            return f"其实是{what}，不是 Excel 工作簿", remedy
    if not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "其实是文本文件（如 CSV），不是 Excel 工作簿", _SAVE_AS
    return "不是 Excel 工作簿，或者已经损坏", _DAMAGED


def _ole_kind(content: bytes) -> Kind:
    """The stream that stands first in the directory decides: an embedded document's streams come later."""
    found = {content.find(_directory_entry(name)): verdict for name, *verdict in _OLE_STREAMS}
    found.pop(-1, None)
    if not found:
        raise _Unfit("是 Office 97 格式的文件，但里面没有工作簿")
    what, remedy = found[min(found)]
    if what:
        raise _Unfit(what, remedy)
    _refuse_far_corner(_XLS_SIZE.findall(content))
    return Kind.XLS


def _directory_entry(name: str) -> bytes:
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)


_XLS_SIZE = re.compile(rb"\x00\x02\x0e\x00....(....)..(..)\x00\x00", re.S)  # the DIMENSIONS record
_XLSB_SIZE = re.compile(rb"\x94\x01\x10....(....)....(....)", re.S)  # BrtWsDim


def _refuse_far_corner(corners: list[tuple[bytes, bytes]]) -> None:
    """Neither format has a sparse reader to fall back on, so a far stray cell must be removed by the user."""
    if any(_number(rows) * _number(columns) > 4 * MAX_AREA for rows, columns in corners):
        raise _Unfit(*_FAR)


def _number(little_endian: bytes) -> int:
    return int.from_bytes(little_endian, "little")


# --- the package -----------------------------------------------------------------------------------------

_ZIP_TROUBLE = (  # everything that zipfile was seen to raise on mutated packages
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, RuntimeError,
    OverflowError,
)  # fmt: skip
_XML_TROUBLE = (expat.ExpatError, LookupError, ValueError)  # the last two: an encoding it does not know
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def _parts(content: bytes) -> _Parts:
    """All members, each read to its end, so that every CRC has been checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = [info for info in package.infolist() if not info.is_dir()]
            _check_members(package, members, content)
            inflated = _inflated(package, members)
    except _ZIP_TROUBLE as error:
        raise _Unfit("已损坏（压缩包不完整或校验不符）") from error
    return {name: _part(name, data) for name, data in inflated.items()}


def _inflated(package: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> dict[str, bytes]:
    """The limit is measured while reading: what the package declares may be a lie."""
    inflated: dict[str, bytes] = {}
    room = MAX_INFLATED
    for info in members:
        with package.open(info) as member:
            data = member.read(room + 1)
        room -= len(data)
        if room < 0:
            what = f"解压后超过 {MAX_INFLATED // 2**20} MiB"
            raise _Unfit(what, "请删去图片、多余的空行和无关的工作表后另存为 .xlsx")
        inflated[_key(info.filename)] = data
    return inflated


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_members(package: zipfile.ZipFile, members: list[zipfile.ZipInfo], content: bytes) -> None:
    if len(members) > MAX_MEMBERS:
        raise _Unfit(f"内部文件超过 {MAX_MEMBERS} 个")
    if len({_key(info.filename) for info in members}) < len(members):
        raise _Unfit("已损坏（内部有重名文件）")
    if any(info.flag_bits & 1 for info in members):
        raise _Unfit("是加密的压缩包，无法读取", "请解密后再选择其中的工作簿")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
        raise _Unfit("用了工作簿不该用的压缩方式", _SAVE_AS)
    end = 0  # overlapping members are how a small file pretends to be a huge one
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise _Unfit("已损坏（内部文件互相重叠）")
        name_size, extra_size = struct.unpack_from("<HH", content, info.header_offset + 26)
        end = info.header_offset + 30 + name_size + extra_size + info.compress_size
    if end > package.start_dir:
        raise _Unfit("已损坏（内部文件互相重叠）")


def _part(name: str, data: bytes) -> _Part:
    """What expat says of one part; a DTD is refused wherever it stands."""
    if not name.endswith((".xml", ".rels", ".vml")):
        return _Part(data)
    signs = [data.startswith(_UTF16), b"&#" in data]  # of oddness

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        signs.append((encoding or "utf-8").lower() != "utf-8")

    def odd(*_: str) -> None:
        signs.append(True)

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.XmlDeclHandler = declared
    parser.CommentHandler = parser.StartCdataSectionHandler = odd
    parser.ProcessingInstructionHandler = odd
    try:
        parser.Parse(data, True)
    except _XML_TROUBLE:
        return _Part(data, broken=True)
    return _Part(data, odd=any(signs))


def _refuse_doctype(*_: Any) -> NoReturn:
    raise _Unfit("含有 DTD 声明，为安全起见不予读取", _SAVE_AS)


def _elements(parts: _Parts, name: str, tag: str) -> list[dict[str, str]]:
    """The attributes, by local name, of every element with that local name."""
    found: list[dict[str, str]] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        if element.rpartition(":")[2] == tag:
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})

    if parts[name].broken:
        raise _Unfit(f"已损坏（内部文件 {name} 无法解析，或编码不明）")
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.Parse(parts[name].data, True)
    return found


def _relations(parts: _Parts, owner: str) -> dict[str, dict[str, str]]:
    folder, _, name = owner.rpartition("/")
    rels = _key(f"{folder}/_rels/{name}.rels")
    found = _elements(parts, rels, "Relationship") if rels in parts else []
    by_id = {relation.get("Id", ""): relation for relation in found}
    if len(by_id) < len(found):
        raise _Unfit(f"已损坏（{rels} 内编号重复）")
    return by_id


def _main_part(parts: _Parts) -> str:
    """The name of the workbook part."""
    relations = _relations(parts, "").values()
    targets = [_key(r.get("Target", "")) for r in relations if r.get("Type", "").endswith("/officeDocument")]
    main = next((target for target in [*targets, "xl/workbook.xml"] if target in parts), "")
    if not main:
        raise _Unfit("其实是普通压缩包，里面没有工作簿", _UNPACK)
    for folder, what in ("word/", "Word 文档"), ("ppt/", "PPT 演示文稿"):
        if main.startswith(folder):
            raise _Unfit(f"其实是{what}，不是 Excel 工作簿", _CHOOSE)
    return main


# --- xlsx ------------------------------------------------------------------------------------------------


def _xlsx_sheets(parts: _Parts, main: str) -> tuple[SheetFacts, ...]:
    relations = _relations(parts, main)
    careful = main != "xl/workbook.xml"  # calamine looks for no other
    entries = _elements(parts, main, "sheet")
    names = [entry.get("name", "").casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise _Unfit("有同名的工作表", "请在 Excel 或 WPS 中改名后保存")
    facts = tuple(
        _sheet_facts(entry, parts[part], careful)
        for entry in entries
        if (part := _sheet_part(parts, main, entry, relations)) is not None
    )
    if not facts:
        raise _Unfit("里面没有工作表", _CHOOSE)
    return facts


def _sheet_part(
    parts: _Parts, main: str, entry: dict[str, str], relations: dict[str, dict[str, str]]
) -> str | None:
    """The part of a worksheet; None for chart and dialogue sheets, which have no cells."""
    name, relation = entry.get("name", ""), relations.get(entry.get("id", ""), {})
    if relation and not relation.get("Type", "").endswith("/worksheet"):
        return None
    target = relation.get("Target", "")
    part = _key(posixpath.normpath(posixpath.join("/" + posixpath.dirname(main), target.replace("\\", "/"))))
    if relation.get("TargetMode") == "External" or ".." in target.split("/"):
        raise _Unfit(f"的工作表「{name}」指向工作簿以外的文件", _SAVE_AS)
    if part not in parts:
        raise _Unfit(f"已损坏（缺少工作表「{name}」的内容）")
    return part


_CELL = re.compile(
    rb"<(?:[\w.-]+:)?(?:row(?=[\s/>])([^<>]*)>"
    rb"|c(?=[\s/>])([^<>]*?)(?:/>|>(.*?)</(?:[\w.-]+:)?c\s*>))",
    re.S,
)
_ASIDE = re.compile(rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>", re.S)
_ROW = re.compile(rb"\sr\s*=\s*[\"']([0-9]{1,7})[\"']")
_REF = re.compile(rb"\sr\s*=\s*[\"']([A-Za-z]{1,3})([0-9]{1,7})[\"']")
_HAS_REF = re.compile(rb"\sr\s*=")
_TYPE = re.compile(rb"\st\s*=\s*[\"'](\w+)")
_VALUE = re.compile(rb"<(?:[\w.-]+:)?v(?:\s[^<>]*)?>\s*([^<]*)")
_NO_VALUE = re.compile(rb"\s*<(?:[\w.-]+:)?f(?=[\s/>])(?!.*<(?:[\w.-]+:)?v(?:\s[^<>]*)?>\s*[^\s<])", re.S)


def _sheet_facts(entry: dict[str, str], part: _Part, careful: bool) -> SheetFacts:
    name = entry.get("name", "")
    if part.broken:
        raise _Unfit(f"已损坏（工作表「{name}」的内容无法解析，或编码不明）")
    try:
        extent, errors, uncalculated = _cell_facts(_plain(part))
    except ValueError as error:
        raise _Unfit(f"已损坏（工作表「{name}」的单元格地址重复、乱序或越界）") from error
    careful = careful or part.odd or extent[0] * extent[1] > MAX_AREA
    hidden = entry.get("state", "visible") != "visible"
    return SheetFacts(name, hidden, careful, extent, errors, frozenset(uncalculated))


def _plain(part: _Part) -> bytes:
    """UTF-8, and nothing in it that looks like a cell without being one."""
    xml = part.data.decode("utf-16").encode() if part.data.startswith(_UTF16) else part.data
    if not part.odd:
        return xml
    return _ASIDE.sub(lambda aside: (aside[1] or b"").replace(b"<", b"&lt;"), xml)


def _cell_facts(xml: bytes) -> tuple[Position, dict[Position, str], set[Position]]:
    """Extent, errors, uncalculated formulas. ValueError: no office suite writes cells like these."""
    rows = columns = 0
    errors: dict[Position, str] = {}
    uncalculated: set[Position] = set()
    for at, kind, body in _cells(xml):
        rows, columns = max(rows, at[0]), max(columns, at[1])
        if kind == b"e":
            errors[at] = _text(body)
        elif kind != b"str" and _NO_VALUE.match(body):  # a "str" without a value is a calculated empty text
            uncalculated.add(at)
        elif kind == b"s" and b"-" in body:  # calamine takes the first shared string for number -1
            raise ValueError(body)
    return (rows, columns), errors, uncalculated


def _cells(xml: bytes) -> Iterator[tuple[Position, bytes, bytes]]:
    """Position, type and inner XML of every cell that holds anything. ValueError: not in strict order."""
    row = column = 0
    last = (0, 0)
    for match in _CELL.finditer(xml, xml.find(b"sheetData"), max(xml.rfind(b"sheetData"), 0)):
        row_attributes, attributes, body = match.groups()
        if attributes is None:
            given = _ROW.search(row_attributes)
            row, column = (int(given[1]) if given else row + 1), 0
            continue
        ref = _REF.search(attributes)
        if not ref and _HAS_REF.search(attributes):
            raise ValueError(attributes)
        column, row = (_column(ref[1]), int(ref[2])) if ref else (column + 1, row)
        if not last < (row, column) or not (0 < row <= MAX_ROW and column <= MAX_COLUMN):
            raise ValueError((row, column))
        last = (row, column)
        if body:
            kind = _TYPE.search(attributes)
            yield last, kind[1] if kind else b"", body


@cache
def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def _text(body: bytes) -> str:
    value = _VALUE.search(body)
    return value[1].decode().strip() if value else ""


# --- ods -------------------------------------------------------------------------------------------------

_ODS_TABLE = re.compile(rb"<(?:[\w.-]+:)?table(?=[\s>])([^<>]*)>")
_ODS_CELL = re.compile(
    rb"<(?:[\w.-]+:)?(?:table-(row)|(?:covered-)?table-cell)(?=[\s/>])([^<>]*)>(?:<text:p[^<>]*>([^<]*))?"
)
_ODS_NAME = re.compile(rb"[:\s]name\s*=\s*[\"']([^\"']*)")
_ODS_REPEATED = re.compile(rb"number-(?:rows|columns)-repeated\s*=\s*[\"'](\d{1,9})")


def _ods_sheets(parts: _Parts) -> tuple[SheetFacts, ...]:
    if b"encryption-data" in parts.get("meta-inf/manifest.xml", _Part(b"")).data:
        raise _Unfit(*_PASSWORD)
    content = parts.get("content.xml", _Part(b"", broken=True))
    if content.broken:
        raise _Unfit("已损坏（内容无法解析）")
    tables = _ODS_TABLE.split(content.data)[1:]
    if not tables:
        raise _Unfit("里面没有工作表", _CHOOSE)
    return tuple(_ods_facts(*pair) for pair in zip(tables[::2], tables[1::2], strict=True))


def _ods_facts(head: bytes, body: bytes) -> SheetFacts:
    name = _ODS_NAME.search(head)
    row = column = rows = columns = 0
    following = 1  # how many rows further the next row stands
    errors: dict[Position, str] = {}
    for is_row, attributes, text in _ODS_CELL.findall(body):
        repeated = _ODS_REPEATED.search(attributes)
        times = int(repeated[1]) if repeated else 1
        if is_row:
            row, column, following = row + following, 0, times
            continue
        column += times
        if b"value-type" in attributes:
            rows, columns = row + following - 1, max(columns, column)
        if b'value-type="error"' in attributes:
            for at in range(column - times, min(column, MAX_COLUMN)):
                errors[row, at + 1] = text.decode(errors="replace")
    if rows * columns > MAX_AREA:
        raise _Unfit(*_FAR)
    return SheetFacts(
        unescape(name[1].decode(errors="replace")) if name else "", extent=(rows, columns), errors=errors
    )
