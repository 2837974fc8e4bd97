"""A list of units as a text file, in whatever encoding an office has saved it; as rows of cells."""

import csv
from collections.abc import Iterator, Sequence

BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
WIDE = ("utf-16-le", "utf-16-be")
"""Without a mark of byte order they show by the zero bytes of their line ends, or by nothing else making sense."""
NARROW = {"gb18030": ("gb2312", 0xB0, 0xD7), "big5": ("big5", 0xA4, 0xC6)}
"""Encoding → where its common signs stand: the codec, the first and the last leading byte."""
JUDGED = 2_000
"""So many signs are looked at."""
LEAST = 0.5
"""So many of the signs of a right reading are common ones; of a wrong one far fewer."""

Rows = Sequence[Sequence[str]]


class NoText(Exception):
    """Two clauses of a sentence that begins with the file's name: `what` is wrong, and the `remedy`."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


def rows(content: bytes, comma: bool) -> Rows:
    """A row a line, its cells parted by tabs, else (`comma`) by commas. Raises NoText: no text that anybody could
    read, a quote that nobody closed (it would swallow the units below it)."""
    lines = _decoded(content).splitlines()
    tabbed = any("\t" in line for line in lines)
    if not (comma or tabbed):
        return [[line] for line in lines]
    table = csv.reader(lines, delimiter="\t" if tabbed else ",", strict=True)
    found: list[list[str]] = []
    begun = 1
    try:
        for row in table:
            found.append(row)
            begun = table.line_num + 1
    except csv.Error as trouble:
        raise NoText(f"第 {begun} 行的引号没有成对", "请补上或删去多余的引号") from trouble
    return found


def _decoded(content: bytes) -> str:
    """Raises NoText."""
    marked = next((encoding for mark, encoding in BOMS if content.startswith(mark)), "")
    readings = [marked] if marked else [*WIDE] if b"\0" in content else ["utf-8"]
    texts = [text for encoding in readings if (text := _read(content, encoding)) is not None]
    if not texts and not marked and b"\0" not in content:
        texts = [text for encoding in (*NARROW, *WIDE) if (text := _read(content, encoding)) is not None]
    best = max(texts, key=_likely, default=None)
    if best is None or (len(texts) > 1 and _likely(best) < LEAST):
        raise NoText("不是文本文件", "请另存为 UTF-8 文本，一行写一个单位")
    return best


def _read(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _likely(text: str) -> float:
    """The share of signs that are common: letters, digits, stops, and the usual characters of either writing."""
    return sum(map(_common, text[:JUDGED])) / max(len(text[:JUDGED]), 1)


def _common(sign: str) -> bool:
    if sign.isascii():
        return sign.isprintable() or sign.isspace()
    return "\u3000" <= sign <= "\u301f" or "\uff01" <= sign <= "\uff5e" or any(_leads(sign))


def _leads(sign: str) -> Iterator[bool]:
    for codec, first, last in NARROW.values():
        try:
            yield first <= sign.encode(codec)[0] <= last
        except UnicodeEncodeError:
            yield False
