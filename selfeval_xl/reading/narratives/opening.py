"""Is this file fit to be read as a report, and what is it really? Judged by content, never by suffix, and read once."""

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

from msgspec import Struct

from selfeval_xl.errors import UnusableReport
from selfeval_xl.file_names import readable
from selfeval_xl.reading.narratives.narrative import Narrative
from selfeval_xl.reading.narratives.plain import read_text
from selfeval_xl.reading.narratives.word import read_word
from selfeval_xl.reading.packages import Parts, Unfit, read_parts
from selfeval_xl.word_markup import parsed

MAX_FILE = 20 * 2**20
SAVE_AS = "请用 Word 或 WPS 另存为 .docx"
_OLD = b"\xd0\xcf\x11\xe0"
_REFUSED = (
    (b"%PDF", "是 PDF 文件，认不准其中的文字和表格", "请提供 Word 文档"),
    (b"{\\rtf", "是 RTF 文档", SAVE_AS),
    (b"MZ", "是程序，不是报告", "请选择报告文件"),
    (b"Rar!", "是压缩包", "请先解压"),
    (b"7z\xbc\xaf", "是压缩包", "请先解压"),
)
_HARMLESS = ("hyperlink", "attachedtemplate")
"""Relations to the outside that a report may have: nothing is fetched for them when it is opened."""
_LONGEST_CONVERSION = 90


class Opened(Struct, frozen=True):
    """A report as read. `content`: the .docx that was read, None for a text."""

    narrative: Narrative
    content: bytes | None


def open_report(path: Path) -> Opened:
    """The report of a file: .docx, text, or .doc and .wps where LibreOffice is at hand; `-`: the text of standard input.

    Raises UnusableReport."""
    if os.fspath(path) == "-":
        return Opened(read_text("粘贴的文字", sys.stdin.buffer.read(MAX_FILE)), None)
    name = readable(path.name)
    content = _content(path, name)
    for start, what, remedy in _REFUSED:
        if content.startswith(start):
            _refuse(name, what, remedy)
    if content.startswith(_OLD):
        content = _converted(path, name)
    if not content.startswith(b"PK"):
        return Opened(read_text(name, content), None)
    return Opened(read_word(name, _parts(name, content)), content)


def is_report(path: Path) -> bool:
    """Whether a file holds a report, by its content: a Word document, or text. A workbook is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return False
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except OSError:
        return False
    if content.startswith(b"PK"):
        return b"word/document.xml" in content
    if content.startswith(_OLD):
        return path.suffix.lower() in (".doc", ".wps")
    return path.suffix.lower() == ".txt"


def _refuse(name: str, what: str, remedy: str) -> NoReturn:
    raise UnusableReport(f"“{name}”{what}；{remedy}。") from None


def _content(path: Path, name: str) -> bytes:
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a FIFO would block for ever
            _refuse(name, "不是文件", "请选择报告文件")
        with path.open("rb") as file:
            content = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        _refuse(name, "找不到", "请检查文件名和所在文件夹")
    except (OSError, ValueError):
        _refuse(name, "无法读取", "请确认文件没有被其他程序占用，并且有读取权限")
    if len(content) > MAX_FILE:
        _refuse(name, f"超过 {MAX_FILE // 2**20} MiB", "请删去或压缩其中的图片")
    if not content.strip():
        _refuse(name, "是空文件", "请选择写有报告的文件")
    return content


def _parts(name: str, content: bytes) -> Parts:
    """The package, checked: nothing broken, no macros, nothing that Word would fetch from elsewhere."""
    try:
        parts = read_parts(content)
    except Unfit as unfit:
        _refuse(name, unfit.what, SAVE_AS)
    if any(part.broken for part in parts.values()):
        _refuse(name, "已损坏", f"{SAVE_AS}再试")
    if "word/document.xml" not in parts:
        _refuse(name, "不是 Word 文档", "请选择报告的 .docx；填好的工作簿请用 selfeval check 核对")
    if "word/vbaproject.bin" in parts:
        _refuse(name, "里有宏", f"{SAVE_AS}（不含宏）")
    for member, part in parts.items():
        if member.endswith(".rels"):
            for relation in parsed(part.data):
                kind = relation.get("Type", "").rpartition("/")[2].lower()
                if relation.get("TargetMode") == "External" and kind not in _HARMLESS:
                    _refuse(
                        name,
                        "引用了文件以外的内容",
                        f"请把外部链接的图片、对象改为嵌入，或删去后{SAVE_AS[1:]}",
                    )
    return parts


def _converted(path: Path, name: str) -> bytes:
    """What LibreOffice, in a process of its own, makes of a .doc or .wps."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        _refuse(
            name,
            "是旧版 Word、WPS 文档（或设有打开密码）",
            f"请取消密码，{SAVE_AS[1:]}，或在本机安装 LibreOffice",
        )
    with tempfile.TemporaryDirectory(prefix="selfeval-") as folder:
        copy = Path(folder) / "报告.doc"
        shutil.copyfile(path, copy)
        command = [
            office, "--headless", "--norestore", f"-env:UserInstallation=file://{folder}/profile", "--convert-to",
            "docx:MS Word 2007 XML",
            "--outdir", folder, os.fspath(copy),
        ]  # fmt: skip
        try:
            subprocess.run(
                command,
                capture_output=True,
                timeout=_LONGEST_CONVERSION,
                check=False,
                stdin=subprocess.DEVNULL,
            )
            return (Path(folder) / "报告.docx").read_bytes()
        except (OSError, subprocess.SubprocessError):
            _refuse(name, "是旧版 Word、WPS 文档，转换不成（或设有打开密码）", f"请取消密码，{SAVE_AS[1:]}")
