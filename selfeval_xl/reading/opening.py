"""Is this file fit to be opened, and what is it really?

`open_source` judges by content, never by suffix. The file is read once, into memory; nothing is extracted
to disk and nothing is fetched. For xlsx the guard also notes, sheet by sheet, what calamine does not tell:
error cells, formulas that were never calculated, and whether the sheet is safe for calamine at all.
"""

import re
import struct
from enum import Enum
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.given_files import Unreadable, content_of
from selfeval_xl.reading.ods_facts import ods_sheets
from selfeval_xl.reading.packages import (
    CHOOSE,
    DAMAGED,
    FAR,
    PASSWORD,
    SAVE_AS,
    UNPACK,
    UTF16,
    Part,
    Unfit,
    main_part,
    read_parts,
)
from selfeval_xl.reading.sheet_facts import MAX_AREA, SheetFacts, xlsx_sheets
from selfeval_xl.reading.xls_facts import xls_sheets
from selfeval_xl.reading.xlsb_facts import xlsb_sheets

MAX_FILE = 20 * 2**20


class Kind(Enum):
    """What the file really is."""

    XLSX = "xlsx"
    XLS = "xls"
    XLSB = "xlsb"
    ODS = "ods"


class Source(Struct, frozen=True):
    """A file fit to be read: `content` is all of it; `sheets`: worksheets in order; none for an .xls that only calamine
    can read."""

    path: Path
    kind: Kind
    content: bytes
    sheets: tuple[SheetFacts, ...] = ()
    extras: tuple[str, ...] = ()
    """What else the package holds that might do something or change figures: macros, links to other files."""


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOOKS_LIKE: tuple[tuple[bytes, str, str], ...] = (
    (rb"%PDF", "PDF 文件", CHOOSE),
    (rb"\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP", "图片", CHOOSE),
    (rb"Rar!|7z\xbc\xaf|\x1f\x8b", "压缩包", UNPACK),
    (rb"\{\\rtf", "RTF 文档", CHOOSE),
    (rb".{0,400}\bmime-version:", "网页文件（MHT）", SAVE_AS),
    (rb".{0,2000}urn:schemas-microsoft-com:office:spreadsheet", "Excel 2003 的 XML 表格", SAVE_AS),
    (rb"(?=\s*<).{0,2000}<(?:!doctype html|html|head|meta|body|table)\b", "网页文件（HTML）", SAVE_AS),
    (rb"\s*<", "XML 文件", SAVE_AS),
)
_EXTRAS = (
    ("xl/vbaproject", "宏"),
    ("xl/externallinks/", "到其他文件的链接"),
    ("xl/connections", "到数据库的连接"),
)
_OLE_STREAMS: tuple[tuple[str, str, str], ...] = (  # what each means, and what to do; a workbook: nothing
    ("Workbook", "", ""),
    ("Book", "", ""),
    ("EncryptedPackage", *PASSWORD),
    ("WordDocument", "其实是 Word 文档，不是 Excel 工作簿", CHOOSE),
    ("PowerPoint Document", "其实是 PPT 演示文稿，不是 Excel 工作簿", CHOOSE),
)


def open_source(path: Path) -> Source:
    """Read the file once and say what it is.

    Raises UnusableFile, one Chinese sentence with the remedy, for anything that cannot be read safely.
    """
    content = _read_once(path)
    try:
        return _judge(path, content)
    except Unfit as unfit:
        raise UnusableFile(f"「{readable(path.name)}」{unfit.what}；{unfit.remedy}。") from None


def _read_once(path: Path) -> bytes:
    def refuse(what: str, remedy: str = CHOOSE) -> NoReturn:
        raise UnusableFile(f"「{readable(path.name) or path}」{what}；{remedy}。")

    if path.name.startswith(("~$", "._")):
        refuse("是打开工作簿时产生的临时文件，不是工作簿本身", "请选择文件名前没有这两个符号的那个文件")
    try:
        content = content_of(path, MAX_FILE)
    except Unreadable as trouble:
        refuse(trouble.what, trouble.remedy)
    if not content:
        refuse("是空文件（0 字节）", "请向提供者重新索取")
    if len(content) > MAX_FILE:
        refuse(f"超过 {MAX_FILE // 2**20} MiB", "请删去图片和无关的工作表后另存为 .xlsx")
    return content


def _judge(path: Path, content: bytes) -> Source:
    if content.startswith(_OLE):
        return Source(path, _ole_kind(content), content, xls_sheets(content))
    if not content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise Unfit(*_foreign(content))
    parts = read_parts(content)
    if parts.get("mimetype", Part(b"")).data.startswith(b"application/vnd.oasis.opendocument.spreadsheet"):
        return Source(path, Kind.ODS, content, ods_sheets(parts))
    main = main_part(parts)
    if main.endswith(".bin"):
        return Source(path, Kind.XLSB, content, xlsb_sheets(parts, main))
    extras = tuple(what for folder, what in _EXTRAS if any(name.startswith(folder) for name in parts))
    return Source(path, Kind.XLSX, content, xlsx_sheets(parts, main), extras)


def _foreign(content: bytes) -> tuple[str, str]:
    """What a file that is neither zip nor OLE is, and what to do about it."""
    head = content[:4096]
    if head.startswith(UTF16):
        head = head[: len(head) // 2 * 2].decode("utf-16", "replace").encode()
    head = head.removeprefix(b"\xef\xbb\xbf")
    for pattern, what, remedy in _LOOKS_LIKE:
        if re.match(pattern, head, re.S | re.I):
            return f"其实是{what}，不是 Excel 工作簿", remedy
    if not re.search(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]", head):
        return "其实是文本文件（如 CSV），不是 Excel 工作簿", SAVE_AS
    return "不是 Excel 工作簿，或者已经损坏", DAMAGED


def _ole_kind(content: bytes) -> Kind:
    """The stream that stands first in the directory decides: an embedded document's streams come later."""
    found = {content.find(_directory_entry(name)): verdict for name, *verdict in _OLE_STREAMS}
    found.pop(-1, None)
    if not found:
        raise Unfit("是 Office 97 格式的文件，但里面没有工作簿")
    what, remedy = found[min(found)]
    if what:
        raise Unfit(what, remedy)
    if _XLS_LOCKED.search(content):
        raise Unfit(*PASSWORD)
    _refuse_far_corner(_XLS_SIZE.findall(content))
    return Kind.XLS


def _directory_entry(name: str) -> bytes:
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)


_XLS_LOCKED = re.compile(
    rb"\x09\x08(?:\x08\x00\x00\x05\x05\x00.{4}|\x10\x00\x00\x06\x05\x00.{12})(?:\x86\x00\x00\x00)?\x2f\x00",
    re.S,
)
"""The workbook's BOF record (Excel 5 or 97), WRITEPROT perhaps, then FILEPASS, whichever way it is encrypted."""
_XLS_SIZE = re.compile(rb"\x00\x02\x0e\x00....(....)..(..)\x00\x00", re.S)  # the DIMENSIONS record


def _refuse_far_corner(corners: list[tuple[bytes, bytes]]) -> None:
    """There is no sparse reader to fall back on: a far stray cell must be removed by the user."""
    if any(_number(rows) * _number(columns) > 4 * MAX_AREA for rows, columns in corners):
        raise Unfit(*FAR)


def _number(little_endian: bytes) -> int:
    return int.from_bytes(little_endian, "little")
