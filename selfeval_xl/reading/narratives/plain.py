"""A report pasted or saved as plain text: UTF-8, UTF-16 or GBK."""

from selfeval_xl.errors import UnusableReport
from selfeval_xl.reading.narratives.narrative import Narrative, Paragraph

_ENCODINGS = ("utf-8-sig", "gb18030")
_MARKED = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


def read_text(name: str, content: bytes) -> Narrative:
    """Its lines, counted from 1. Raises UnusableReport: no text at all, or in no encoding that is in use."""
    lines = _decoded(name, content).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not any(line.strip() for line in lines):
        raise UnusableReport(f"“{name}”里没有文字；请选择写有报告的文件。")
    return Narrative(name, tuple(Paragraph(n, line, order=n) for n, line in enumerate(lines, start=1)))


def _decoded(name: str, content: bytes) -> str:
    for mark, encoding in _MARKED:
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        raise UnusableReport(f"“{name}”不是文本文件；请用 Word 或 WPS 另存为 .docx，或把文字另存为 .txt。")
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnusableReport(f"“{name}”的文字编码认不出；请在记事本中另存为 UTF-8 编码的 .txt。")
