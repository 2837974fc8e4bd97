"""What may be opened, what must be refused, and with which word; every file here is made on the spot."""

import io
import os
import re
import warnings
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfeval_xl.errors import UnusableFile, UserError
from selfeval_xl.reading import opening, packages
from selfeval_xl.reading.opening import Kind, Source, open_source

SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


def workbook() -> bytes:
    """Two sheets, the second one hidden, with two texts, a number and a calculated formula."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        first, second = book.add_worksheet("附件1"), book.add_worksheet("附件2")
        first.write_string("A1", "单位名称")
        first.write_string("B1", "君山区财政局")
        first.write_number("C3", 95)
        first.write_formula("C4", "=C3*2", None, 190)
        second.hide()
    return buffer.getvalue()


def repacked(content: bytes, changes: Mapping[str, bytes | Callable[[bytes], bytes] | None]) -> bytes:
    """The package with members replaced (bytes), changed (a function), added or dropped (None)."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        members = {name: old.read(name) for name in old.namelist()}
        for name, change in changes.items():
            after = change(members[name]) if callable(change) else change
            members.pop(name, None)
            if after is not None:
                members[name] = after
        for name, data in members.items():
            new.writestr(name, data)
    return buffer.getvalue()


def with_rows(rows: str) -> bytes:
    """The workbook with these rows as the XML of its first sheet."""
    data = rf"<sheetData>{rows}</sheetData>".encode()
    return repacked(
        workbook(), {SHEET: lambda xml: re.sub(rb"<sheetData.*</sheetData>", lambda _: data, xml)}
    )


def replaced(part: str, old: str, new: str, encoding: str = "utf-8") -> bytes:
    """The workbook with a text of one part replaced."""

    def change(xml: bytes) -> bytes:
        assert old in xml.decode()
        return xml.decode().replace(old, new).encode(encoding)

    return repacked(workbook(), {part: change})


def opened(folder: Path, content: bytes, name: str = "填报.xlsx") -> Source:
    path = folder / name
    path.write_bytes(content)
    return open_source(path)


def zipped(*members: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(buffer, "w") as package:
        warnings.simplefilter("ignore")  # of duplicate names, which are the point
        for name, data in members:
            package.writestr(name, data)
    return buffer.getvalue()


def doubled(name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(workbook())) as package:
        members = [(member, package.read(member)) for member in package.namelist()]
    return zipped(*members, (name, b"<worksheet/>"))


def overlapping() -> bytes:
    """The second member of the directory points at the bytes of the first."""
    content = bytearray(zipped(("a.xml", b"<a/>"), ("b.xml", b"<a/>")))
    second = content.rindex(b"PK\x01\x02")
    content[second + 42 : second + 46] = bytes(4)
    content[second + 46 : second + 51] = b"a.xml"[:5]
    first = content.index(b"PK\x01\x02")
    content[first + 46 : first + 51] = b"c.xml"
    content[30:35] = b"a.xml"
    return bytes(content)


def shadowed() -> bytes:
    """The first member's comment in the directory is said to be so long that it covers the second."""
    content = bytearray(zipped(("xl/workbook.xml", b"<a/>"), ("xl/styles.xml", b"<a/>")))
    first, second = (match.start() for match in re.finditer(b"PK\x01\x02", content))
    content[first + 32] = content.rindex(b"PK\x05\x06") - second
    return bytes(content)


def flipped() -> bytes:
    """One bit of a stored member is wrong: only reading it to the end shows it."""
    content = bytearray(zipped(("xl/workbook.xml", b"<workbook><sheets/></workbook>")))
    content[45] ^= 1
    return bytes(content)


def ods(content: bytes, *more: tuple[str, bytes]) -> bytes:
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped(("mimetype", mimetype), ("content.xml", content), *more)


def ole(*streams: str) -> bytes:
    """As much of an OLE file as the guard looks at: its directory."""
    entries = (
        s.encode("utf-16-le").ljust(64, b"\0") + (2 * len(s) + 2).to_bytes(2, "little") + bytes(62)
        for s in streams
    )
    return OLE + b"".join(entries)


def docx() -> bytes:
    buffer = io.BytesIO()
    Document().save(buffer)
    return buffer.getvalue()


HTML = "<html><head><meta charset='gbk'></head><body><table><tr><td>办公费</td></tr></table></body></html>"
XML_2003 = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
DOCTYPE = '<!DOCTYPE x [<!ENTITY a "1">]>'
CELL = '<row r="1"><c r="{}"><v>1</v></c></row>'

REFUSED: dict[str, tuple[bytes, str]] = {
    "空文件": (b"", "空文件"),
    "文本": ("单位：君山区财政局".encode(), "文本"),
    "CSV 国标码": ("科目,金额\n办公费,1.00\n".encode("gbk"), "文本"),
    "CSV UTF-16": ("科目\t金额\n".encode("utf-16"), "文本"),
    "网页": (HTML.encode("gbk"), "网页"),
    "网页带 BOM": (b"\xef\xbb\xbf\r\n" + HTML.encode(), "网页"),
    "网页 UTF-16": (HTML.encode("utf-16"), "网页"),
    "MHT": (b"MIME-Version: 1.0\nContent-Type: multipart/related\n", "MHT"),
    "MHT 带信头": (b"From: <Excel>\nSubject: =?gb2312?B?=\nMIME-Version: 1.0\n", "MHT"),
    "2003 XML": (XML_2003.encode(), "2003"),
    "其他 XML": (b'<?xml version="1.0"?><a/>', "XML"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
    "PNG": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "图片"),
    "JPEG": (b"\xff\xd8\xff\xe0\0\x10JFIF", "图片"),
    "RAR": (b"Rar!\x1a\x07\x01\0", "压缩包"),
    "7z": (b"7z\xbc\xaf\x27\x1c\0\x04", "压缩包"),
    "gzip": (b"\x1f\x8b\x08\0", "压缩包"),
    "RTF": (rb"{\rtf1\ansi}", "RTF"),
    "乱码": (bytes(range(256)), "不是 Excel"),
    "加密": (ole("Root Entry", "EncryptedPackage"), "密码"),
    "老 Word": (ole("Root Entry", "WordDocument"), "Word"),
    "老 Word 内嵌表格": (ole("Root Entry", "WordDocument", "Workbook"), "Word"),
    "老 PPT": (ole("Root Entry", "PowerPoint Document"), "PPT"),
    "别的 OLE": (ole("Root Entry", "Contents"), "没有工作簿"),
    "Word": (docx(), "Word"),
    "普通压缩包": (zipped(("填报.xlsx", workbook())), "解压"),
    "空压缩包": (zipped(), "压缩包"),
    "截断": (workbook()[:-300], "损坏"),
    "只剩开头": (workbook()[:60], "损坏"),
    "校验不符": (flipped(), "损坏"),
    "重名": (doubled(SHEET), "重名"),
    "大小写重名": (doubled("XL/Worksheets/Sheet1.xml"), "重名"),
    "反斜杠重名": (doubled("xl\\worksheets\\sheet1.xml"), "重名"),
    "重叠": (overlapping(), "重叠"),
    "目录遮住成员": (shadowed(), "个数不符"),
    "成员名有零字节": (zipped(("xl/workbook.xml", b"<a/>"), ("xl/styles.xml", b"<a/>")).replace(b"xl/st", b"xl/\0t"), "名称不通"),
    "成员太多": (zipped(*((f"{n}.xml", b"") for n in range(packages.MAX_MEMBERS + 1))), "4000"),
    "解压太大": (repacked(workbook(), {"xl/x.bin": bytes(packages.MAX_INFLATED)}), "50 MiB"),
    "DTD 在工作表": (replaced(SHEET, "<worksheet", DOCTYPE + "<worksheet"), "DTD"),
    "DTD 在样式": (replaced("xl/styles.xml", "<styleSheet", DOCTYPE + "<styleSheet"), "DTD"),
    "DTD UTF-16": (
        replaced(SHEET, '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>', DOCTYPE, "utf-16"),
        "DTD",
    ),
    "ods 有密码": (ods(b"<a/>", ("META-INF/manifest.xml", b"<m:encryption-data xmlns:m='x'/>")), "密码"),
    "ods 不完整": (ods(b"<a>"), "无法解析"),
    "ods 有 DTD": (ods(DOCTYPE.encode() + b"<a/>"), "DTD"),
    "ods 没有工作表": (ods(b"<a/>"), "没有工作表"),
    "零张工作表": (repacked(workbook(), {WORKBOOK: b"<workbook><sheets/></workbook>"}), "没有工作表"),
    "缺工作表": (repacked(workbook(), {SHEET: None}), "附件1"),
    "缺关系": (repacked(workbook(), {RELATIONS: b"<Relationships/>"}), "附件1"),
    "外部工作表": (
        replaced(RELATIONS, '"worksheets/sheet1.xml"', '"http://x/" TargetMode="External"'),
        "以外",
    ),
    "越出工作簿": (replaced(RELATIONS, "worksheets/sheet1.xml", "../../../etc/passwd"), "以外"),
    "关系重号": (replaced(RELATIONS, 'Id="rId2"', 'Id="rId1"'), "重复"),
    "同名工作表": (replaced(WORKBOOK, "附件2", "附件1"), "同名"),
    "编码不明": (replaced(SHEET, 'encoding="UTF-8"', 'encoding="x-unknown"'), "编码"),
    "国标码部件": (replaced(SHEET, 'encoding="UTF-8"', 'encoding="gbk"'), "编码"),
    "XML 不完整": (replaced(SHEET, "</worksheet>", ""), "无法解析"),
    "工作簿部件不完整": (replaced(WORKBOOK, "</workbook>", ""), "无法解析"),
    "控制字符": (with_rows('<row r="1"><c r="A1" t="str"><v>a\x0bb</v></c></row>'), "无法解析"),
    "地址重复": (with_rows(CELL.format("A1") + CELL.format("A1")), "重复"),
    "行乱序": (with_rows(CELL.format("A3") + CELL.format("A1")), "乱序"),
    "零行": (with_rows(CELL.format("A0")), "越界"),
    "越界列": (with_rows(CELL.format("XFE1")), "越界"),
    "怪地址": (with_rows(CELL.format("A&#49;")), "地址"),
    "共享文本负号": (with_rows('<row r="1"><c r="A1" t="s"><v>-1</v></c></row>'), "损坏"),
}  # fmt: skip


@pytest.mark.parametrize(("content", "word"), REFUSED.values(), ids=REFUSED.keys())
def test_refused_in_one_sentence(tmp_path: Path, content: bytes, word: str) -> None:
    with pytest.raises(UnusableFile) as refusal:
        opened(tmp_path, content)
    sentence = str(refusal.value)
    assert word in sentence
    assert sentence.startswith("「填报.xlsx」")
    assert sentence.count("。") == 1
    assert sentence.endswith("。")
    assert "请" in sentence
    sentence.encode("gbk")
    assert refusal.value.exit_code == 2


LOCKED = {
    "XOR": bytes.fromhex("2f000400aabbccdd"),
    "RC4": bytes.fromhex("2f003600010001000100") + bytes(48),
    "RC4 CryptoAPI": bytes.fromhex("2f00c80001000200") + bytes(196),
    "with WRITEPROT": bytes.fromhex("860000002f003600010001000100") + bytes(48),
}
BOF = bytes.fromhex("0908100000060500") + bytes.fromhex("bb0dcc07c100000006030000")


@pytest.mark.parametrize("record", LOCKED.values(), ids=LOCKED)
def test_an_xls_with_a_password(tmp_path: Path, record: bytes) -> None:
    with pytest.raises(UnusableFile, match="设有打开密码"):
        opened(tmp_path, ole("Root Entry", "Workbook") + BOF + record, "填报.xls")


@pytest.mark.parametrize(
    "record",
    [bytes.fromhex("e1000200b004"), b"", bytes.fromhex("8d0002002f00")],
    ids=["代码页", "无", "别的"],
)
def test_an_xls_without_a_password(tmp_path: Path, record: bytes) -> None:
    assert opened(tmp_path, ole("Root Entry", "Workbook") + BOF + record, "填报.xls").kind is Kind.XLS


def test_an_old_xls_with_a_password(tmp_path: Path) -> None:
    old = bytes.fromhex("09080800000505005a2e cd07 2f000400aabbccdd".replace(" ", ""))
    with pytest.raises(UnusableFile, match="设有打开密码"):
        opened(tmp_path, ole("Root Entry", "Book") + old, "填报.xls")


def test_too_big(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="20 MiB"):
        opened(tmp_path, workbook() + bytes(opening.MAX_FILE))


@pytest.mark.parametrize("name", ["~$填报.xlsx", "._填报.xlsx"])
def test_lock_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnusableFile, match="临时文件"):
        opened(tmp_path, workbook(), name)


def _folder(path: Path) -> None:
    path.mkdir()


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _nothing(path: Path) -> None:
    pass


@pytest.mark.parametrize(
    ("make", "word"),
    [
        (_nothing, "找不到"),
        (_folder, "文件夹"),
        (_loop, "无法读取"),
        (getattr(os, "mkfifo", _folder), "不是"),
        (_endless if Path("/dev/zero").exists() else _folder, "不是"),
    ],
    ids=["没有", "文件夹", "链接成环", "管道", "没有尽头"],
)
def test_not_a_regular_file(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    path = tmp_path / "填报.xlsx"
    make(path)
    with pytest.raises(UnusableFile, match=word):
        open_source(path)


def test_all_refusals_are_user_errors() -> None:
    assert issubclass(UnusableFile, UserError)


def test_kind_by_content_and_not_by_suffix(tmp_path: Path) -> None:
    content = workbook()
    source = opened(tmp_path, content, "填报.xls")
    assert source.kind is Kind.XLSX
    assert source.content == content
    assert opened(tmp_path, ole("Root Entry", "Workbook", "WordDocument"), "填报.xlsx").kind is Kind.XLS


def test_nothing_is_written_or_left_open(tmp_path: Path) -> None:
    opened(tmp_path, workbook())
    assert [path.name for path in tmp_path.iterdir()] == ["填报.xlsx"]


def test_facts_of_sheets(tmp_path: Path) -> None:
    first, second = opened(tmp_path, workbook()).sheets
    assert (first.name, first.hidden, first.careful, first.extent) == ("附件1", False, False, (4, 3))
    assert (second.name, second.hidden, second.extent) == ("附件2", True, (0, 0))
    assert not first.errors
    assert not first.uncalculated


ROWS = """
<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c><c r="B1"><f>A1</f></c>
    <c r="C1"><f>A1</f><v></v></c></row>
<row r="2"><c r="A2" t="str"><f>""</f><v></v></c><c r="B2" t="str"><f>""</f></c>
    <c r="C2"><f>1</f><v>1</v></c></row>
<row r="3"><c r="A3" s="0"/><c r="B3"><f t="shared" si="0"/></c><c t="e" r="C3"><v>#N/A</v></c>
    <c r="D3"><v>1</v></c></row>
<row><c><v>1</v></c><c t="e"><v>#REF!</v></c><c r="E4"><f>A&lt;&gt;B</f><v/></c></row>
"""


def test_errors_and_uncalculated_formulas(tmp_path: Path) -> None:
    facts = opened(tmp_path, with_rows(ROWS)).sheets[0]
    assert facts.errors == {(1, 1): "#DIV/0!", (3, 3): "#N/A", (4, 2): "#REF!"}
    assert facts.uncalculated == {(1, 2), (1, 3), (3, 2), (4, 5)}
    assert facts.extent == (4, 5)
    assert not facts.careful


def test_facts_agree_with_openpyxl(tmp_path: Path) -> None:
    facts = opened(tmp_path, with_rows(ROWS)).sheets[0]
    path = tmp_path / "填报.xlsx"
    sheet, values = (
        openpyxl.load_workbook(path)["附件1"],
        openpyxl.load_workbook(path, data_only=True)["附件1"],
    )
    cells = [(cell, values[cell.coordinate]) for row in sheet.iter_rows() for cell in row]
    formulas = {(c.row, c.column) for c, v in cells if c.data_type == "f" and v.value is None}
    assert facts.uncalculated == formulas - {(2, 1), (2, 2)}  # a calculated "" is None to openpyxl
    assert set(facts.errors) == {(v.row, v.column) for _, v in cells if v.data_type == "e"}


SOUND = with_rows(ROWS)  # made once: it bears the time, and hypothesis wants the same bytes each time

CAREFUL = {
    "注释": '<row r="1"><c r="A1"><v>12<!-- <c r="A9"> -->34</v></c></row>',
    "CDATA": '<row r="1"><c r="A1"><v><![CDATA[12]]></v></c></row>',
    "处理指令": '<row r="1"><?x y?><c r="A1"><v>12</v></c></row>',
    "字符引用": '<row r="1"><c r="A1"><v>&#49;2</v></c></row>',
    "远处": CELL.format("A1") + CELL.format("XFD1048576"),
}


@pytest.mark.parametrize("rows", CAREFUL.values(), ids=CAREFUL.keys())
def test_not_for_calamine(tmp_path: Path, rows: str) -> None:
    facts = opened(tmp_path, with_rows(rows)).sheets
    assert [sheet.careful for sheet in facts] == [True, False]


def test_far_blank_cells_do_not_count(tmp_path: Path) -> None:
    facts = opened(
        tmp_path, with_rows(CELL.format("A1") + '<row r="9999"><c r="XFD9999" s="0"/></row>')
    ).sheets[0]
    assert (facts.extent, facts.careful) == ((1, 1), False)


def prefixed(xml: bytes) -> bytes:
    return re.sub(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", xml).replace(b"xmlns=", b"xmlns:x=")


def test_namespace_prefix(tmp_path: Path) -> None:
    source = opened(tmp_path, repacked(with_rows(ROWS), {SHEET: prefixed, WORKBOOK: prefixed}))
    assert source.sheets == opened(tmp_path, with_rows(ROWS)).sheets


def test_utf16_part(tmp_path: Path) -> None:
    content = repacked(
        with_rows(ROWS), {SHEET: lambda xml: xml.decode().replace("UTF-8", "UTF-16").encode("utf-16")}
    )
    facts = opened(tmp_path, content).sheets[0]
    assert facts.careful
    assert facts.errors == opened(tmp_path, with_rows(ROWS)).sheets[0].errors


def test_a_chart_sheet_is_no_worksheet(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        book.add_worksheet("数据").write_number("A1", 1)
        chart = book.add_chart({"type": "line"})
        assert chart
        chart.add_series({"values": "=数据!$A$1:$A$1"})
        book.add_chartsheet("图").set_chart(chart)
    assert [sheet.name for sheet in opened(tmp_path, buffer.getvalue()).sheets] == ["数据"]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_is_refused_or_read_never_a_crash(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(SOUND)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with suppress(UnusableFile):
        opened(tmp_path, bytes(content))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_part_is_refused_or_read_never_a_crash(tmp_path: Path, data: st.DataObject) -> None:
    def mutate(xml: bytes) -> bytes:
        start = data.draw(st.integers(0, len(xml)))
        end = data.draw(st.integers(start, min(len(xml), start + 20)))
        return xml[:start] + data.draw(st.binary(max_size=12)) + xml[end:]

    part = data.draw(st.sampled_from([SHEET, WORKBOOK, RELATIONS, "_rels/.rels", "xl/sharedStrings.xml"]))
    with suppress(UnusableFile):
        opened(tmp_path, repacked(SOUND, {part: mutate}))
