"""What a person should know of the file itself, though it was read: findings R-12 to R-15."""

import os
from collections.abc import Iterable, Iterator

from selfeval_xl.places import Place
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.opening import Kind, Source

Note = tuple[str, str, tuple[Place, ...]]
"""Rule, message, places."""
SUFFIXES = {
    Kind.XLSX: (".xlsx", ".xlsm", ".xltx", ".xltm"),
    Kind.XLS: (".xls", ".xlt", ".et", ".ett"),
    Kind.XLSB: (".xlsb",),
    Kind.ODS: (".ods", ".ots"),
}
UNSEEN = {
    Kind.XLS: "没有计算过的公式看起来是 0",
    Kind.XLSB: "没有计算过的公式看起来是空白",
}
"""What calamine shows of a formula in the formats that only it can read: seen in files that LibreOffice saved."""
BLIND = "出错的公式看起来是空白，没有计算过的公式看起来是 0，数字显示的样子（98%、001001、2024年10月）看不到"
"""Of an .xls of Excel 95 and before, or one that is damaged."""


def notes(source: Source, sheets: Iterable[Sheet]) -> Iterator[Note]:
    """The notes on a file and on those of its sheets that belong to the form."""
    yield from _format(source)
    yield from _lock(source)
    for sheet in sheets:
        if sheet.hidden:
            yield "R-13", f"工作表“{sheet.name}”是隐藏的，其中的内容也已读入", (Place(sheet.name, 1, 1),)
        elif sheet.hides:
            message = f"工作表“{sheet.name}”有隐藏的行或列，其中的内容也已读入"
            yield "R-13", message, (Place(sheet.name, *sheet.hides),)
        if sheet.covers:
            message = f"工作表“{sheet.name}”有单元格被合并的单元格盖住，其中的内容也已读入"
            yield "R-13", message, (Place(sheet.name, *sheet.covers),)
    if source.extras:
        yield "R-15", f"文件里有{'、'.join(source.extras)}，程序不执行、不联网更新，只读保存下来的数", ()


def _format(source: Source) -> Iterator[Note]:
    suffix = source.path.suffix.lower()
    if suffix not in SUFFIXES[source.kind]:
        message = f"文件后缀是“{suffix}”，内容其实是 .{source.kind.value} 格式的工作簿，已按内容读入"
        yield "R-12", message, ()
    if source.kind in UNSEEN:
        unseen = UNSEEN[source.kind] if source.sheets else BLIND
        yield "R-12", f".{source.kind.value} 格式的文件里，{unseen}，程序分辨不出", ()


def _lock(source: Source) -> Iterator[Note]:
    """What Excel and WPS, and what LibreOffice, leave beside a file that is open."""
    name = source.path.name
    for lock in (f"~${name}", f"~${name[2:]}", f".~{name}", f".~lock.{name}#"):
        if os.path.isfile(source.path.with_name(lock)):  # False, too, where the system takes no such name
            yield "R-14", "文件正在 Excel、WPS 或 LibreOffice 中打开，还没有保存的改动不会读入", ()
            return
