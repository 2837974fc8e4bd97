"""Is this file fit to be opened as a Word document? Judged by content, never by suffix, and read once."""

from pathlib import Path
from typing import NoReturn

from selfeval_xl.errors import UnusableTemplate
from selfeval_xl.file_names import readable
from selfeval_xl.given_files import Unreadable, content_of
from selfeval_xl.reading.packages import Unfit, read_parts

MAX_FILE = 20 * 2**20
SAVE_AS = "请用 Word 或 WPS 另存为 .docx"
_LOOKS_LIKE = (
    (
        b"\xd0\xcf\x11\xe0",
        "是旧版 Word、WPS 文档，或者设有打开密码",
        "请取消密码，用 Word 或 WPS 另存为 .docx",
    ),
    (b"%PDF", "是 PDF 文件，不是 Word 文档", SAVE_AS),
    (b"{\\rtf", "是 RTF 文档", SAVE_AS),
)


def open_document(path: Path) -> bytes:
    """The whole of a package that holds what it promises. Raises UnusableTemplate."""

    def refuse(what: str, remedy: str) -> NoReturn:
        raise UnusableTemplate(f"报告模板“{readable(path.name)}”{what}；{remedy}。") from None

    try:
        content = content_of(path, MAX_FILE)
    except Unreadable as trouble:
        refuse(trouble.what, trouble.remedy)
    if len(content) > MAX_FILE:
        refuse(f"超过 {MAX_FILE // 2**20} MiB", "请删去或压缩其中的图片")
    for start, what, remedy in _LOOKS_LIKE:
        if content.startswith(start):
            refuse(what, remedy)
    if not content.startswith(b"PK"):
        refuse("不是 Word 文档", SAVE_AS)
    try:
        members = read_parts(content)
    except Unfit as unfit:
        refuse(unfit.what, SAVE_AS)
    if any(member.broken for member in members.values()):
        refuse("已损坏", f"{SAVE_AS}再试")
    return content
