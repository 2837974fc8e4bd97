"""Faults of the container: what mail, disks, other programs and hostile hands make of a filled workbook."""

import bz2
import gzip
import io
import lzma
import re
import tarfile
import zipfile
from collections.abc import Callable, Mapping

from tests.damaged import MAIN, RELATION, RELATIONS, STRINGS, STYLES, TYPES, WORKBOOK, Book, packed
from tests.damaged_cells import COMPLETE, MONEY, SAME, Refused, Told, Wanted, sample

Fault = Callable[[Book], bytes]
Case = tuple[Fault, Wanted]

SHEET = "xl/worksheets/sheet4.xml"
"""2收支情况."""
THEME, CORE, APP, ROOT = "xl/theme/theme1.xml", "docProps/core.xml", "docProps/app.xml", "_rels/.rels"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
ORIGINAL = COMPLETE.read_bytes()
DAMAGED, TORN = Refused("损坏"), Refused("压缩包不完整")


def edited(change: Callable[[Book], object]) -> Fault:
    def fault(book: Book) -> bytes:
        change(book)
        return book.content()

    return fault


def put(part: str, data: bytes) -> Fault:
    return edited(lambda book: book.parts.__setitem__(part, data))


def in_all(change: Callable[[bytes], bytes], fits: Callable[[str], bool] = lambda _: True) -> Fault:
    """Every part whose name fits."""

    def apply(book: Book) -> None:
        book.parts |= {name: change(data) for name, data in book.parts.items() if fits(name)}

    return edited(apply)


def shorter(part: str, end: int) -> Fault:
    return edited(lambda book: book.parts.__setitem__(part, book.parts[part][:end]))


def without(*parts: str) -> Fault:
    return edited(lambda book: [book.parts.pop(part) for part in parts])


def replaced(part: str, old: str, new: str, count: int = 1) -> Fault:
    return edited(lambda book: book.replace(part, old, new, count))


def encoded(part: str, encoding: str, declared: str = "") -> Fault:
    """The part in another encoding, as declared; in the same words where the encoding has them."""

    def change(book: Book) -> None:
        text = book.parts[part].decode().replace('encoding="UTF-8"', f'encoding="{declared or encoding}"', 1)
        book.parts[part] = text.encode(encoding, "xmlcharrefreplace")

    return edited(change)


def everywhere(old: str, new: str) -> Fault:
    """In the whole XML of the package."""

    def change(book: Book) -> None:
        for name, data in book.parts.items():
            book.parts[name] = data.replace(old.encode(), new.encode())

    return edited(change)


def in_cell(old: str, new: str) -> Fault:
    """In the XML of the sheet 2收支情况, where B6 holds 2386.4."""
    return replaced(SHEET, old, new)


def sub(part: str, pattern: str, new: str) -> Fault:
    def change(book: Book) -> None:
        text, count = re.subn(pattern, new, book.parts[part].decode())
        assert count, pattern
        book.parts[part] = text.encode()

    return edited(change)


# ── the zip itself ──────────────────────────────────────────────────────────────────────────────────────────


def original(change: Callable[[bytearray], object]) -> Fault:
    def fault(_: Book) -> bytes:
        content = bytearray(ORIGINAL)
        change(content)
        return bytes(content)

    return fault


def cut(share: float) -> Fault:
    return lambda _: ORIGINAL[: int(len(ORIGINAL) * share)]


def flipped(name: str, bit: int) -> Fault:
    """One bit in the middle of a member's compressed data: only reading it to its end shows it."""

    def change(content: bytearray) -> None:
        with zipfile.ZipFile(io.BytesIO(ORIGINAL)) as package:
            info = package.getinfo(name)
        content[info.header_offset + 30 + len(name) + info.compress_size // 2] ^= 1 << bit

    return original(change)


def at_directory(offset: int, data: bytes) -> Fault:
    """Bytes of the first entry of the central directory, which bears 4 bytes of mark first."""

    def change(content: bytearray) -> None:
        start = content.index(b"PK\x01\x02")
        content[start + offset : start + offset + len(data)] = data

    return original(change)


def at_end(offset: int, data: bytes) -> Fault:
    def change(content: bytearray) -> None:
        start = content.rindex(b"PK\x05\x06")
        content[start + offset : start + offset + len(data)] = data

    return original(change)


def with_member(name: str, data: bytes = b"<a/>", attributes: int = 0) -> Fault:
    def fault(book: Book) -> bytes:
        buffer = io.BytesIO(book.content())
        with zipfile.ZipFile(buffer, "a") as package:
            info = zipfile.ZipInfo(name)
            info.external_attr = attributes << 16
            package.writestr(info, data)
        return buffer.getvalue()

    return fault


def renamed(rule: Callable[[str], str]) -> Fault:
    return lambda book: packed({rule(name): data for name, data in book.parts.items()})


def compressed(kind: int) -> Fault:
    def fault(book: Book) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", kind) as package:
            for name, data in book.parts.items():
                package.writestr(name, data)
        return buffer.getvalue()

    return fault


def streamed(book: Book) -> bytes:
    """Written to something that cannot seek: sizes stand behind the data."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            taken = bytes(memoryview(data))  # type: ignore[arg-type]
            self.data += taken
            return len(taken)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in book.parts.items():
            package.writestr(name, data)
    return bytes(pipe.data)


def tarred(book: Book) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("填报.xlsx")
        info.size = len(ORIGINAL)
        archive.addfile(info, io.BytesIO(ORIGINAL))
    return buffer.getvalue()


def overlapping(book: Book) -> bytes:
    """Every directory entry points at the first member."""
    content = bytearray(book.content())
    start = content.index(b"PK\x01\x02")
    while (start := content.find(b"PK\x01\x02", start + 4)) > 0:
        content[start + 42 : start + 46] = bytes(4)
    return bytes(content)


CONTAINER: dict[str, Case] = {
    **{
        f"截断到 {share:.1%}": (cut(share), DAMAGED)
        for share in (0.001, 0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99, 0.999)
    },
    "少最后一个字节": (lambda _: ORIGINAL[:-1], TORN),
    "少开头": (lambda _: ORIGINAL[100:], Refused("不是 Excel")),
    "中间少一段": (lambda _: ORIGINAL[:20_000] + ORIGINAL[21_000:], DAMAGED),
    "中间多一段": (lambda _: ORIGINAL[:20_000] + bytes(100) + ORIGINAL[20_000:], DAMAGED),
    "中间清零": (lambda _: ORIGINAL[:20_000] + bytes(4096) + ORIGINAL[24_096:], TORN),
    "两份连在一起": (lambda _: ORIGINAL + ORIGINAL, SAME),
    "后面有零": (lambda _: ORIGINAL + bytes(64), SAME),
    "换行被改": (lambda _: ORIGINAL.replace(b"\n", b"\r\n"), DAMAGED),
    "当作文本传送": (lambda _: ORIGINAL.decode("utf-8", "replace").encode(), DAMAGED),
    "全是零": (lambda _: bytes(len(ORIGINAL)), Refused("不是 Excel")),
    "目录的校验码不对": (at_directory(16, b"\1\2\3\4"), TORN),
    "目录的大小不对": (at_directory(24, b"\1\0\0\0"), TORN),
    "目录的位置不对": (at_directory(42, b"\5\0\0\0"), DAMAGED),
    "目录的文件名不对": (at_directory(46, b"xxx"), TORN),
    "目录里标明加密": (at_directory(8, b"\1\0"), Refused("加密")),
    "目录里大小说小": (at_directory(20, b"\4\0\0\0"), TORN),
    "文件尾的目录位置不对": (at_end(16, b"\0\0\0\0"), DAMAGED),
    "文件尾的目录大小不对": (at_end(12, b"\xff\xff\xff\0"), TORN),
    "文件尾有注释": (at_end(20, b"\4\0note"), SAME),
    "成员重叠": (overlapping, Refused("损坏")),
    "重名": (lambda b: packed(b.parts, (SHEET, b.parts["xl/worksheets/sheet5.xml"])), Refused("重名")),
    "大小写重名": (lambda b: packed(b.parts, (SHEET.upper(), b"<a/>")), Refused("重名")),
    "反斜杠重名": (lambda b: packed(b.parts, (SHEET.replace("/", "\\"), b"<a/>")), Refused("重名")),
    "斜杠开头重名": (lambda b: packed(b.parts, ("/" + SHEET, b"<a/>")), Refused("重名")),
    "越出目录的成员": (with_member("../../etc/cron.d/x"), SAME),
    "绝对路径的成员": (with_member("/etc/passwd.bin"), SAME),
    "盘符的成员": (with_member("C:\\Windows\\x.bin"), SAME),
    "符号链接的成员": (with_member("xl/media/link.png", b"/etc/passwd", 0o120777), SAME),
    "文件夹的成员": (with_member("xl/media/", b""), SAME),
    "成员名是乱码": (with_member("xl/media/\ufffd\u00e9.png", b"x"), SAME),
    "成员名有反斜杠": (renamed(lambda name: name.replace("/", "\\")), SAME),
    "成员名大写": (renamed(lambda name: name.upper() if "sheet" in name else name), SAME),
    "成员名以斜杠开头": (renamed(lambda name: "/" + name), Refused("读不出来")),
    "不压缩": (lambda b: packed(b.parts, stored=True), SAME),
    "边写边压": (streamed, SAME),
    "bzip2 压缩": (compressed(zipfile.ZIP_BZIP2), Refused("压缩方式")),
    "lzma 压缩": (compressed(zipfile.ZIP_LZMA), Refused("压缩方式")),
    "压缩包里的压缩包": (lambda _: packed({"填报.xlsx": ORIGINAL}), Refused("解压")),
    "gzip": (lambda _: gzip.compress(ORIGINAL), Refused("压缩包")),
    "bzip2": (lambda _: bz2.compress(ORIGINAL), Refused("不是 Excel")),
    "xz": (lambda _: lzma.compress(ORIGINAL), Refused("不是 Excel")),
    "tar": (tarred, Refused("不是 Excel")),
    "程序": (lambda _: b"MZ\x90\0" + ORIGINAL, Refused("不是 Excel")),
    "自解压": (lambda _: b"#!/bin/sh\nexit\n" + ORIGINAL, Refused("不是 Excel")),
    "base64": (lambda _: b"UEsDBBQAAAAIAAAAIQ" * 90, Refused("文本")),
    "JSON": (lambda _: '{"单位": "某局"}'.encode(), Refused("文本")),
}

# ── XML ─────────────────────────────────────────────────────────────────────────────────────────────────────

KINDS = {
    "工作簿": WORKBOOK,
    "关系": RELATIONS,
    "总关系": ROOT,
    "工作表": SHEET,
    "文字": STRINGS,
    "样式": STYLES,
    "主题": THEME,
    "属性": CORE,
    "应用": APP,
    "类型": TYPES,
}
NEEDED = ("工作簿", "关系", "工作表", "文字")
_DTD = '<!DOCTYPE x [<!ENTITY a "2386.4">]>'


def _dtd(part: str, doctype: str = _DTD) -> Fault:
    def change(book: Book) -> None:
        text = book.parts[part].decode()
        end = text.index("?>") + 2 if text.startswith("<?") else 0
        book.parts[part] = (text[:end] + doctype + text[end:]).encode()

    return edited(change)


LAUGHS = "<!DOCTYPE x [" + '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
) + "]>"  # fmt: skip


def prefixed(xml: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")


def strict(xml: bytes) -> bytes:
    """As “Strict Open XML 电子表格” is saved."""
    pure = b"http://purl.oclc.org/ooxml/"
    return xml.replace(MAIN.encode(), pure + b"spreadsheetml/main").replace(
        RELATION.encode(), pure + b"officeDocument/relationships"
    )


XML: dict[str, Case] = {
    **{f"{kind}里有 DTD": (_dtd(part), Refused("DTD")) for kind, part in KINDS.items()},
    "外部 DTD": (_dtd(SHEET, '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">'), Refused("DTD")),
    "外部实体": (_dtd(STRINGS, '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'), Refused("DTD")),
    "亿倍大笑": (_dtd(STYLES, LAUGHS), Refused("DTD")),
    "没有定义的实体": (in_cell("<v>2386.4</v>", "<v>&a;</v>"), DAMAGED),
    "网页实体": (replaced(STRINGS, "<t>", "<t>&nbsp;"), DAMAGED),
    **{f"{kind}不完整": (shorter(KINDS[kind], -20), DAMAGED) for kind in NEEDED},
    **{f"{kind}是空的": (put(KINDS[kind], b""), DAMAGED) for kind in NEEDED},
    "样式不完整": (shorter(STYLES, 900), Refused("读不出来")),
    "主题不完整": (put(THEME, b"<a:theme"), SAME),
    "属性不完整": (put(CORE, b"<cp:coreProperties"), SAME),
    "属性里的日期不对": (
        sub(CORE, r"<dcterms:created[^/]*", '<dcterms:created xsi:type="dcterms:W3CDTF">x<'),
        SAME,
    ),
    **{
        f"{kind}是 UTF-16": (encoded(KINDS[kind], "utf-16"), SAME)
        for kind in ("工作簿", "工作表", "文字", "样式")
    },
    **{
        f"{kind}有 BOM": (encoded(KINDS[kind], "utf-8-sig", "UTF-8"), SAME)
        for kind in ("工作簿", "关系", "工作表", "文字")
    },
    **{f"{kind}是国标码": (encoded(KINDS[kind], "gbk"), DAMAGED) for kind in ("工作簿", "文字")},
    "文字编码不明": (encoded(STRINGS, "utf-8", "x-unknown"), DAMAGED),
    "工作簿是拉丁码": (encoded(WORKBOOK, "latin-1"), SAME),
    "文字是拉丁码": (encoded(STRINGS, "latin-1"), SAME),
    "文字有坏字节": (
        in_all(lambda xml: xml.replace("局".encode(), b"\xff\xfe"), STRINGS.__eq__),
        DAMAGED,
    ),
    **{
        f"文字有控制字符 {sign!r}": (replaced(STRINGS, "示例县", f"示例{sign}县"), DAMAGED)
        for sign in ("\0", "\x0b", "\x1f")
    },
    "文字有控制字符的引用": (replaced(STRINGS, "示例县", "示例&#x0B;县"), DAMAGED),
    "文字有转义的控制字符": (replaced(STRINGS, "示例县", "示例_x000B_县", -1), SAME),
    "文字有注释": (replaced(STRINGS, "示例县", "示例<!-- 县 -->县", -1), SAME),
    "文字有 CDATA": (replaced(STRINGS, "示例县", "示例<![CDATA[县]]>", -1), SAME),
    "文字有处理指令": (replaced(STRINGS, "示例县", "示例<?x y?>县", -1), SAME),
    "文字有字符引用": (replaced(STRINGS, "示例县", "示例&#21439;", -1), SAME),
    "数里有注释": (in_cell("<v>2386.4</v>", "<v>2386<!-- -->.4</v>"), SAME),
    "数是 CDATA": (in_cell("<v>2386.4</v>", "<v><![CDATA[2386.4]]></v>"), SAME),
    "数是字符引用": (in_cell("<v>2386.4</v>", "<v>&#50;386.4</v>"), SAME),
    "数前后有空白": (
        in_cell("<v>2386.4</v>", '<v xml:space="preserve"> 2386.4\n</v>'),
        Told("R-11", f"{MONEY}!B6"),
    ),
    "整行在注释里": (
        in_cell('<row r="6"', '<!-- <row r="6"><c r="B6"><v>1</v></c></row> --><row r="6"'),
        SAME,
    ),
    "扩展里有像单元格的": (
        in_cell("</worksheet>", '<extLst><ext uri="x"><c r="B6"><v>1</v></c></ext></extLst></worksheet>'),
        SAME,
    ),
    "命名空间前缀": (
        in_all(prefixed, lambda name: re.fullmatch(r"xl/.*\.xml", name) is not None and name != THEME),
        SAME,
    ),
    "严格 OOXML": (in_all(strict), SAME),
    "没有命名空间": (everywhere(f' xmlns="{MAIN}"', ""), SAME),
}

# ── parts and relations ─────────────────────────────────────────────────────────────────────────────────────


def _bad_style(old: str, new: str) -> Fault:
    return sub(STYLES, old, new)


def _sheet_end(xml: str) -> Fault:
    return replaced(SHEET, "</worksheet>", xml + "</worksheet>")


PARTS: dict[str, Case] = {
    "没有文字部分": (without(STRINGS), Refused("读不出来")),
    "没有样式": (without(STYLES), Told("R-05", "1基本情况!B15", also="4文字材料")),
    "没有主题": (without(THEME), SAME),
    "没有属性": (without(CORE, APP), SAME),
    "没有类型": (without(TYPES), SAME),
    "没有总关系": (without(ROOT), SAME),
    "没有关系": (without(RELATIONS), DAMAGED),
    "没有工作簿": (without(WORKBOOK), Refused("没有工作簿")),
    "没有一张工作表": (without(SHEET), Refused("2收支情况")),
    "文字少了后一半": (
        edited(lambda b: b.tree(STRINGS).__delitem__(slice(len(b.tree(STRINGS)) // 2, None))),
        Refused("读不出来"),
    ),
    "文字序号越界": (sub(SHEET, r't="s"><v>\d+</v>', 't="s"><v>99999</v>'), Refused("读不出来")),
    "文字序号为负": (sub(SHEET, r't="s"><v>\d+</v>', 't="s"><v>-1</v>'), DAMAGED),
    **{
        f"文字序号写作 {number!r}": (sub(SHEET, r't="s"><v>\d+</v>', f't="s"><v>{number}</v>'), DAMAGED)
        for number in ("x", "1.5", "1e1", " 3 ", "３", "1_0", "+3")
    },
    "工作表在别处": (
        replaced(
            RELATIONS, 'Target="worksheets/sheet4.xml"', 'Target="http://127.0.0.1:9/" TargetMode="External"'
        ),
        Refused("以外"),
    ),
    "工作表在上级": (replaced(RELATIONS, "worksheets/sheet4.xml", "../../../../etc/passwd"), Refused("以外")),
    "工作表用绝对位置": (replaced(RELATIONS, 'Target="worksheets', 'Target="/xl/worksheets', -1), SAME),
    "工作表位置有点": (replaced(RELATIONS, 'Target="worksheets', 'Target="./worksheets', -1), SAME),
    "关系重号": (replaced(RELATIONS, 'Id="rId4"', 'Id="rId5"'), Refused("重复")),
    "两张工作表一个内容": (
        replaced(RELATIONS, "worksheets/sheet5.xml", "worksheets/sheet4.xml"),
        Told("R-01", "3项目清单!A1", also=MONEY),
    ),
    "零张工作表": (sub(WORKBOOK, r"(?s)<sheets>.*</sheets>", "<sheets/>"), Refused("没有工作表")),
    "工作表同名": (replaced(WORKBOOK, 'name="附件5"', 'name="附件6"'), Refused("同名")),
    "工作表名是空的": (replaced(WORKBOOK, 'name="核实说明"', 'name=""'), SAME),
    "二十万个名称": (
        replaced(
            WORKBOOK,
            "<definedNames>",
            "<definedNames>" + "".join(f'<definedName name="n{n}">1</definedName>' for n in range(200_000)),
        ),
        SAME,
    ),
    "名称不通": (
        replaced(
            WORKBOOK,
            "<definedNames>",
            '<definedNames><definedName name="x">#REF!</definedName><definedName/>',
        ),
        SAME,
    ),
    "样式全空": (
        put(STYLES, f'{HEAD}<styleSheet xmlns="{MAIN}"/>'.encode()),
        Told("R-05", "1基本情况!B15", also="4文字材料"),
    ),
    "字体不对": (_bad_style(r"<family val=\"\d+\"/>", '<family val="99"/>'), SAME),
    "边框不对": (_bad_style(r'style="thin"', 'style="wavy"'), SAME),
    "填充是空的": (_bad_style(r"(?s)<fill>.*?</fill>", "<fill/>"), SAME),
    "颜色不对": (_bad_style(r'rgb="[0-9A-F]+"', 'rgb="red"'), SAME),
    "没有字体": (_bad_style(r"(?s)<fonts.*?</fonts>", ""), SAME),
    "样式序号越界": (in_cell('<c r="B6" s="', '<c r="B6" s="9999'), SAME),
    "数字格式重号": (
        _bad_style(r"<numFmts[^>]*>", r'\g<0><numFmt numFmtId="164" formatCode="General"/>'),
        SAME,
    ),
    "图形的关系断了": (_sheet_end('<drawing r:id="rId99"/>'), SAME),
    "批注的关系断了": (_sheet_end('<legacyDrawing r:id="rId98"/>'), SAME),
    "表格的关系断了": (_sheet_end('<tableParts count="1"><tablePart r:id="rId97"/></tableParts>'), SAME),
    "超链接的关系断了": (_sheet_end('<hyperlinks><hyperlink ref="B6" r:id="rId96"/></hyperlinks>'), SAME),
    "条件格式不对": (
        _sheet_end(
            '<conditionalFormatting sqref="?"><cfRule type="x" priority="z"/></conditionalFormatting>'
        ),
        SAME,
    ),
    "数据有效性不对": (
        _sheet_end('<dataValidations count="x"><dataValidation type="?" sqref=""/></dataValidations>'),
        SAME,
    ),
    "筛选不对": (
        _sheet_end(
            '<autoFilter ref="?"><filterColumn colId="x"><customFilters/></filterColumn></autoFilter>'
        ),
        SAME,
    ),
    "打印设置不对": (_sheet_end('<pageSetup paperSize="x" scale="-1" orientation="?"/>'), SAME),
    "有批注": (with_member("xl/comments1.xml", b"<comments/>"), SAME),
    "有图片": (with_member("xl/media/image1.png", b"\x89PNG" * 1000), SAME),
    "有透视表": (with_member("xl/pivotCache/pivotCacheDefinition1.xml", b"<x"), SAME),
    "有打印机设置": (with_member("xl/printerSettings/printerSettings1.bin", bytes(999)), SAME),
    "有自定义 XML": (with_member("customXml/item1.xml", b"<a>&b;"), SAME),
    "有宏": (with_member("xl/vbaProject.bin", b"x"), Told("R-15", "")),
    "有外部链接": (with_member("xl/externalLinks/externalLink1.xml", b"<x/>"), Told("R-15", "")),
    "有数据库连接": (with_member("xl/connections.xml", b"<x/>"), Told("R-15", "")),
}

# ── addresses ───────────────────────────────────────────────────────────────────────────────────────────────


def _dimension(ref: str) -> Fault:
    return sub(SHEET, r'<dimension ref="[^"]*"', f'<dimension ref="{ref}"')


def _cells_without(pattern: str) -> Fault:
    return sub(SHEET, pattern, r"\1")


ADDRESSES: dict[str, Case] = {
    **{
        f"范围写作 {ref}": (_dimension(ref), SAME)
        for ref in ("A1", "A1:A1", "A0", "foo", "", "A1:XFD1048576", "B2:C3")
    },
    "没有范围": (sub(SHEET, r"<dimension[^>]*>", ""), SAME),
    "行没有行号": (_cells_without(r'(<row) r="\d+"'), SAME),
    "行乱序": (
        edited(lambda b: b.sheet(MONEY).data.__setitem__(slice(None), list(reversed(b.sheet(MONEY).data)))),
        Refused("乱序"),
    ),
    "单元格重复": (in_cell('<c r="B6"', '<c r="B6"><v>1</v></c><c r="B6"'), Refused("重复")),
    "整行重复": (in_cell('<row r="6"', '<row r="6"><c r="B6"><v>1</v></c></row><row r="6"'), Refused("重复")),
    "单元格在别的行里": (in_cell('<c r="B6"', '<c r="B9"'), Refused("乱序")),
    "地址小写": (in_cell('<c r="B6"', '<c r="b6"'), SAME),
    "地址带美元号": (in_cell('<c r="B6"', '<c r="$B$6"'), Refused("地址")),
    "地址用 R1C1": (in_cell('<c r="B6"', '<c r="R6C2"'), Refused("地址")),
    "地址是空的": (in_cell('<c r="B6"', '<c r=""'), Refused("地址")),
    "列越界": (in_cell('<c r="B6"', '<c r="XFE6"'), Refused("越界")),
    "行越界": (
        in_cell('<row r="6"', '<row r="6"><c r="A1048577"><v>1</v></c></row><row r="6"'),
        Refused("越界"),
    ),
    "行号是负数": (in_cell('<c r="B6"', '<c r="B-6"'), Refused("地址")),
    "两个数": (in_cell("<v>2386.4</v>", "<v>2386.4</v><v>5</v>"), DAMAGED),
    "类型没有见过": (in_cell("<v>2386.4</v>", "<v>2386.4</v><x>5</x>"), SAME),
}

PACKAGES: Mapping[str, Case] = CONTAINER | XML | PARTS | ADDRESSES
MEMBERS = tuple(sample().parts)
