"""The zip package of an office file: its members and their XML, read whole, checked, never extracted."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from typing import Any, NoReturn
from xml.parsers import expat

from msgspec import Struct

MAX_INFLATED = 50 * 2**20
MAX_MEMBERS = 4_000

SAVE_AS = "请用 Excel 或 WPS 打开后另存为 .xlsx"
CHOOSE = "请选择填报用的 Excel 工作簿"
UNPACK = "请先解压，再选择其中的工作簿"
DAMAGED = "请向提供者重新索取，或用 Excel 或 WPS 修复后另存为 .xlsx"
PASSWORD = ("设有打开密码，无法读取", "请在 Excel 或 WPS 中取消打开密码后保存，再重新运行")
FAR = ("有工作表在很远的行列上有零星内容", "请删除多余的行列，再用 Excel 或 WPS 另存为 .xlsx")


class Unfit(Exception):
    def __init__(self, what: str, remedy: str = DAMAGED) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class Part(Struct, frozen=True):
    data: bytes
    odd: bool = False  # well-formed, but written so that calamine may misread it
    broken: bool = False  # not well-formed, or in an unknown encoding


Parts = Mapping[str, Part]  # members of the package by lower-case name

ZIP_TROUBLE = (  # everything that zipfile was seen to raise on mutated packages
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, LookupError, RuntimeError,
    OverflowError,
)  # fmt: skip
_XML_TROUBLE = (expat.ExpatError, LookupError, ValueError)  # the last two: an encoding it does not know
UTF16 = (b"\xff\xfe", b"\xfe\xff")


def read_parts(content: bytes) -> Parts:
    """All members, each read to its end, so that every CRC has been checked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = [info for info in package.infolist() if not info.is_dir()]
            _check_members(package, members, content)
            inflated = _inflated(package, members)
    except ZIP_TROUBLE as error:
        raise Unfit("已损坏（压缩包不完整或校验不符）") from error
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
            raise Unfit(what, "请删去图片、多余的空行和无关的工作表后另存为 .xlsx")
        inflated[key(info.filename)] = data
    return inflated


def key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _check_members(package: zipfile.ZipFile, members: list[zipfile.ZipInfo], content: bytes) -> None:
    if len(members) > MAX_MEMBERS:
        raise Unfit(f"内部文件超过 {MAX_MEMBERS} 个")
    (promised,) = struct.unpack_from("<H", content, content.rindex(b"PK\5\6") + 10)
    if promised != len(package.infolist()):  # one wrong byte in the directory hides the members behind it
        raise Unfit("已损坏（内部文件的个数不符）")
    if len({key(info.filename) for info in members}) < len(members):
        raise Unfit("已损坏（内部有重名文件）")
    if any(
        "\0" in info.orig_filename for info in package.infolist()
    ):  # zipfile would take what stands before it
        raise Unfit("已损坏（内部文件的名称不通）")
    if any(info.flag_bits & 1 for info in members):
        raise Unfit("是加密的压缩包，无法读取", "请解密后再选择其中的工作簿")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in members):
        raise Unfit("用了工作簿不该用的压缩方式", SAVE_AS)
    end = 0  # overlapping members are how a small file pretends to be a huge one
    for info in sorted(members, key=lambda info: info.header_offset):
        if info.header_offset < end:
            raise Unfit("已损坏（内部文件互相重叠）")
        name_size, extra_size = struct.unpack_from("<HH", content, info.header_offset + 26)
        end = info.header_offset + 30 + name_size + extra_size + info.compress_size
    if end > package.start_dir:
        raise Unfit("已损坏（内部文件互相重叠）")


def _part(name: str, data: bytes) -> Part:
    """What expat says of one part; a DTD is refused wherever it stands."""
    if not name.endswith((".xml", ".rels", ".vml")):
        return Part(data)
    signs = [data.startswith(UTF16), b"&#" in data]  # of oddness

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
        return Part(data, broken=True)
    return Part(data, odd=any(signs))


def _refuse_doctype(*_: Any) -> NoReturn:
    raise Unfit("含有 DTD 声明，为安全起见不予读取", SAVE_AS)


def elements(parts: Parts, name: str, tag: str, parent: str = "") -> list[dict[str, str]]:
    """The attributes, by local name, of every element with that local name; of those right inside `parent` alone."""
    found: list[dict[str, str]] = []
    above: list[str] = []

    def start(element: str, attributes: dict[str, str]) -> None:
        local = element.rpartition(":")[2]
        if local == tag and (not parent or above[-1:] == [parent]):
            found.append({key.rpartition(":")[2]: value for key, value in attributes.items()})
        above.append(local)

    def end(_: str) -> None:
        above.pop()

    if parts[name].broken:
        raise Unfit(f"已损坏（内部文件 {name} 无法解析，或编码不明）")
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.Parse(parts[name].data, True)
    return found


def relations(parts: Parts, owner: str) -> dict[str, dict[str, str]]:
    folder, _, name = owner.rpartition("/")
    rels = key(f"{folder}/_rels/{name}.rels")
    found = elements(parts, rels, "Relationship") if rels in parts else []
    by_id = {relation.get("Id", ""): relation for relation in found}
    if len(by_id) < len(found):
        raise Unfit(f"已损坏（{rels} 内编号重复）")
    return by_id


def main_part(parts: Parts) -> str:
    """The name of the workbook part."""
    found = relations(parts, "").values()
    targets = [key(r.get("Target", "")) for r in found if r.get("Type", "").endswith("/officeDocument")]
    main = next((target for target in [*targets, "xl/workbook.xml"] if target in parts), "")
    if not main:
        raise Unfit("其实是普通压缩包，里面没有工作簿", UNPACK)
    for folder, what in ("word/", "Word 文档"), ("ppt/", "PPT 演示文稿"):
        if main.startswith(folder):
            raise Unfit(f"其实是{what}，不是 Excel 工作簿", CHOOSE)
    return main
