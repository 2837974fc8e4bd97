"""Archives in a bureau's folder: what comes out of them, under what names, and what is refused with a sentence."""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import openpyxl
import pytest

from selfeval_xl.batch.collecting import Collected, collect
from selfeval_xl.batch.running import Ran, Settings, convert, finish, plan
from selfeval_xl.forms import load
from selfeval_xl.reading import archives
from selfeval_xl.writing.template.workbook import fill
from tests.many_units import at, complete

FORM = load()
ENCRYPTED, DEFLATE64 = 1, 9
Files = Iterable[tuple[str, bytes]]


def zipped(files: Files, encoding: str = "utf-8") -> bytes:
    """A zip whose names are bytes of that encoding, without the flag that says UTF-8."""
    target = io.BytesIO()
    names = {}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        for number, (name, content) in enumerate(files):
            raw = name.encode(encoding)
            names[holder := f"{number:04d}".ljust(len(raw), "_").encode()] = raw
            package.writestr(holder.decode(), content)
    packed = target.getvalue()
    for holder, raw in names.items():
        packed = packed.replace(holder, raw)
    return packed


def marked(packed: bytes, flag: int = 0, method: int | None = None) -> bytes:
    """The same with a flag or another method of compression in every entry of the directory and of the members."""
    changed = bytearray(packed)
    for sign, at_flag in ((b"PK\1\2", 8), (b"PK\3\4", 6)):
        place = changed.find(sign)
        while place >= 0:
            changed[place + at_flag] |= flag
            if method is not None:
                changed[place + at_flag + 2] = method
            place = changed.find(sign, place + 4)
    return bytes(changed)


def damaged(packed: bytes, name: str) -> bytes:
    """One byte within a member's data is another."""
    with zipfile.ZipFile(io.BytesIO(packed)) as package:
        info = package.getinfo(name)
    place = info.header_offset + 30 + len(name) + 2
    return packed[:place] + bytes([packed[place] ^ 0xFF]) + packed[place + 1 :]


def found(tmp_path: Path, **given: bytes) -> Collected:
    """What is collected of a folder with these files; `name` is 名.zip with its point as __."""
    folder = tmp_path / "收到"
    folder.mkdir()
    for name, content in given.items():
        (folder / name.replace("__", ".")).write_bytes(content)
    return collect(folder, tmp_path / "结果")


BOOK = b"a workbook"
NAMES: dict[str, tuple[bytes, list[str]]] = {
    "GBK, as Windows packs": (zipped([("一局/填报表.xlsx", BOOK)], "gbk"), ["包.zip/一局/填报表.xlsx"]),
    "UTF-8 without its flag, as a Mac packs": (zipped([("一局/填报.xlsx", BOOK)]), ["包.zip/一局/填报.xlsx"]),
    "a GBK sign that ends in the byte of a backslash": (zipped([("刓局.xlsx", BOOK)], "gbk"), ["包.zip/刓局.xlsx"]),
    "backslashes part folders": (zipped([("一局\\填报.xlsx", BOOK)], "gbk"), ["包.zip/一局/填报.xlsx"]),
    "names that climb out": (zipped([("../../甲.xlsx", BOOK), ("..\\乙.xlsx", BOOK)]), ["包.zip/乙.xlsx", "包.zip/甲.xlsx"]),
    "absolute names": (zipped([("/etc/甲.xlsx", BOOK), ("C:\\表\\乙.xlsx", BOOK)]), ["包.zip/etc/甲.xlsx", "包.zip/表/乙.xlsx"]),
    "one name twice": (zipped([("甲.xlsx", BOOK), ("甲.xlsx", b"another")]), ["包.zip/甲.xlsx", "包.zip/甲（同名2）.xlsx"]),
    "names that differ by case": (zipped([("A.xlsx", BOOK), ("a.xlsx", b"another")]), ["包.zip/A.xlsx", "包.zip/a.xlsx"]),
    "an archive in it": (zipped([("一局.zip", zipped([("填报.xlsx", BOOK)], "gbk"))]), ["包.zip/一局.zip/填报.xlsx"]),
    "a workbook called .zip": (zipped([("[Content_Types].xml", b"<x/>")]), ["包.zip"]),
    "a workbook called .zip in it": (zipped([("填报.zip", zipped([("[Content_Types].xml", b"<x/>")]))]), ["包.zip/填报.zip"]),
}  # fmt: skip


@pytest.mark.parametrize(("packed", "names"), NAMES.values(), ids=NAMES)
def test_names(tmp_path: Path, packed: bytes, names: list[str]) -> None:
    collected = found(tmp_path, 包__zip=packed)
    assert sorted(source.name for source in collected.sources) == names
    assert not any(source.trouble for source in collected.sources)
    assert len({source.path for source in collected.sources}) == len(names)
    assert len({source.label.casefold() for source in collected.sources}) == len(names)
    inside = (tmp_path / "结果").resolve()
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path.parent.name != "收到"]
    assert all(path.resolve().is_relative_to(inside) for path in written)


def test_the_name_that_some_programs_put_beside_the_old_one(tmp_path: Path) -> None:
    import struct
    import zlib

    info = zipfile.ZipInfo("x.xlsx")
    name = "水利局.xlsx".encode()
    info.extra = struct.pack("<HHBI", 0x7075, 5 + len(name), 1, zlib.crc32(b"x.xlsx")) + name
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr(info, BOOK)
    assert [s.name for s in found(tmp_path, 包__zip=target.getvalue()).sources] == ["包.zip/水利局.xlsx"]


def test_what_is_no_workbook_is_named_and_not_taken_out(tmp_path: Path) -> None:
    files = (
        "填报.xlsx",
        "__MACOSX/._填报.xlsx",
        "__MACOSX/x/y.xlsx",
        ".DS_Store",
        "~$填报.xlsx",
        "照片.jpg",
        "x-退回意见.docx",
    )
    collected = found(tmp_path, 包__zip=zipped([(name, BOOK) for name in files]), 空__zip=zipped([]))
    assert [source.name for source in collected.sources] == ["包.zip/填报.xlsx"]
    assert {skipped.name: skipped.why for skipped in collected.skipped} == {
        "包.zip/.DS_Store": "隐藏文件",
        "包.zip/__MACOSX/": "隐藏文件",
        "包.zip/~$填报.xlsx": "打开文件时产生的临时文件",
        "包.zip/照片.jpg": "不是工作簿",
        "包.zip/x-退回意见.docx": "本程序生成的文件",
        "空.zip": "压缩包，里面没有文件",
    }
    assert len([path for path in (tmp_path / "结果").rglob("*") if path.is_file()]) == 1


DEEP = zipped([("二.zip", zipped([("三.zip", zipped([("填报.xlsx", BOOK)]))]))])
TWO = zipped([("甲.xlsx", BOOK), ("乙.xlsx", b"\0" * 5000)])
TORN = zipped([("a.xlsx", BOOK * 9), ("b.xlsx", BOOK)])
REFUSED: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "encrypted": ("包.zip", marked(TWO, flag=ENCRYPTED), {"包.zip": "密码"}),
    ".rar": ("包.rar", b"Rar!\x1a\x07", {"包.rar": ".rar"}),
    ".7z": ("包.7z", b"7z\xbc\xaf", {"包.7z": ".7z"}),
    "a .rar that is called .zip": ("包.zip", b"Rar!\x1a\x07\1\0", {"包.zip": ".rar"}),
    "nothing in the file": ("包.zip", b"", {"包.zip": "0 字节"}),
    "torn": ("包.zip", TWO[:-30], {"包.zip": "损坏"}),
    "an archive in an archive in an archive": ("包.zip", DEEP, {"包.zip/二.zip/三.zip": "解压"}),
    "another way of packing": ("包.zip", marked(zipped([("甲.xlsx", BOOK)]), method=DEFLATE64), {"包.zip/甲.xlsx": "压缩方式"}),
    "one of two is damaged": ("包.zip", damaged(TORN, "a.xlsx"), {"包.zip/a.xlsx": "损坏"}),
    "a bomb": ("包.zip", zipped([("甲.xlsx", b"\0" * 2**21)]), {"包.zip/甲.xlsx": "大得不正常"}),
    "a .rar in it": ("包.zip", zipped([("一局.rar", b"Rar!")]), {"包.zip/一局.rar": ".rar"}),
    "an encrypted one in it": ("包.zip", zipped([("一局.zip", marked(TWO, flag=ENCRYPTED))]), {"包.zip/一局.zip": "密码"}),
}  # fmt: skip


@pytest.mark.parametrize(("name", "packed", "troubles"), REFUSED.values(), ids=REFUSED)
def test_refused(tmp_path: Path, name: str, packed: bytes, troubles: dict[str, str]) -> None:
    collected = found(tmp_path, **{name.replace(".", "__"): packed, "好的__xlsx": BOOK})
    refused = {source.name: source.trouble for source in collected.sources if source.trouble}
    assert list(refused) == sorted(troubles)
    assert all(word in refused[one] and "；请" in refused[one] for one, word in troubles.items())
    assert "好的.xlsx" in [source.name for source in collected.sources if not source.trouble]


LIMITS: dict[str, tuple[str, int, bytes, str]] = {
    "members": ("MAX_MEMBERS", 2, zipped([(f"{n}.txt", b"") for n in range(3)]), "超过 2 个"),
    "the list of files": ("MAX_DIRECTORY", 60, TWO, "太多"),
    "all together": ("MAX_ARCHIVE", 5000, TWO, "解压后超过"),
    "the archive itself": ("MAX_ARCHIVE", 100, TWO, "超过"),
}


@pytest.mark.parametrize(("limit", "value", "packed", "said"), LIMITS.values(), ids=LIMITS)
def test_limits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int, packed: bytes, said: str
) -> None:
    monkeypatch.setattr(archives, limit, value)
    (source,) = found(tmp_path, 包__zip=packed).sources
    assert source.name == "包.zip"
    assert said in source.trouble


def test_a_workbook_in_an_archive_has_the_limit_of_a_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archives, "MAX_FILE", 4000)
    collected = found(tmp_path, 包__zip=TWO)
    assert {s.name: bool(s.trouble) for s in collected.sources} == {
        "包.zip/甲.xlsx": False,
        "包.zip/乙.xlsx": True,
    }


def run(folder: Path, out: Path) -> tuple[Ran, int]:
    settings = Settings(out=out, report=False, workers=1)
    planned = plan(folder, settings)
    convert(planned, settings, lambda _: None)
    return finish(planned, settings), len(planned.tasks)


def test_a_run_over_archives(tmp_path: Path) -> None:
    """Converted, listed, remembered; a second run converts nothing, and what left is taken away."""
    folder, out = tmp_path / "收到", tmp_path / "收到" / "结果"
    folder.mkdir()
    units = {name: fill(FORM, complete(FORM) | {at("unit", "name"): name}) for name in ("甲局", "乙局")}
    (folder / "群文件.zip").write_bytes(
        zipped([(f"{name}/填报.xlsx", book) for name, book in units.items()], "gbk")
    )
    (folder / "丙局.rar").write_bytes(b"Rar!\x1a\x07")
    ran, done = run(folder, out)
    assert (done, [record.unit for record in ran.desk.latest]) == (3, ["乙局", "甲局"])
    assert [r.name for r in ran.desk.records if r.trouble] == ["丙局.rar"]
    book = openpyxl.load_workbook(ran.summary)
    assert {row[-1] for row in book["单位"].iter_rows(values_only=True)} >= {"群文件.zip/甲局/填报.xlsx"}
    assert [row[0] for row in book["未处理文件"].iter_rows(min_row=3, values_only=True)] == ["丙局.rar"]
    _, again = run(folder, out)
    assert again == 1, "only what failed is tried again"
    (folder / "群文件.zip").write_bytes(zipped([("乙局/填报.xlsx", units["乙局"])], "gbk"))
    ran, again = run(folder, out)
    assert (again, [record.unit for record in ran.desk.latest]) == (1, ["乙局"])
    assert len(list((out / "批次记录" / "解压").iterdir())) == 1
