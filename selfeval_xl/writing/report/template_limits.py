"""What no report template needs: a size that takes minutes, fields and parts that fetch what stands outside of it."""

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from selfeval_xl.writing.report.tags import Trouble

PARAGRAPHS = 10_000
SIGNS = 300_000
"""Of text in a part; the form's own template has 12,000."""
XML = 20 * 2**20
"""Bytes of all XML of the package, inflated; the form's own template has 60,000."""
RENDERED = 20 * 2**20
"""Signs of XML that a part may become: an object of the tree costs some hundred bytes."""
PASSES = 20_000
"""Of all loops together."""
_FIELDS = """
page numpages section sectionpages toc tc ref pageref noteref styleref hyperlink seq symbol eq advance quote if set =
date time createdate savedate printdate edittime filename title subject author keywords comments lastsavedby revnum
numwords numchars docproperty xe index listnum autonum autonumlgl autonumout formtext formcheckbox formdropdown
"""
FIELDS = frozenset(_FIELDS.split())
"""Fields that Word works out from the document itself; INCLUDEPICTURE, DDEAUTO, LINK and their kin fetch other files."""
REACHING = ("/oleObject", "/control", "/vbaProject", "/aFChunk", "/subDocument", "/frame")
"""Relations to parts that run or stand for another document."""
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FIELD_PARTS = (f"{_W}fldChar", f"{_W}instrText", f"{_W}fldSimple")
_CHUNKS = (f"{_W}altChunk", f"{_W}subDoc")
_ADDRESS = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|\\\\|//)", re.I)
TOO_LARGE = "请只留报告的文字，删去多余的内容"

Where = Callable[[Any], str]
"""The place of the paragraph that an element stands in."""


def require_small_package(content: bytes) -> None:
    """Raises Trouble: so much XML that a computer is busy with it for minutes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        size = sum(i.file_size for i in package.infolist() if i.filename.endswith((".xml", ".rels", ".vml")))
    if size > XML:
        raise Trouble(f"的内容超过 {XML // 2**20} MiB", TOO_LARGE)


def require_small_part(root: Any) -> None:
    """Raises Trouble: more paragraphs or text than a report has."""
    if sum(1 for _ in root.iter(f"{_W}p")) > PARAGRAPHS:
        raise Trouble(f"的段落超过 {PARAGRAPHS} 个", TOO_LARGE)
    if sum(len(text.text or "") for text in root.iter(f"{_W}t")) > SIGNS:
        raise Trouble(f"的文字超过 {SIGNS} 个", TOO_LARGE)


def require_nothing_fetched(root: Any, where: Where) -> None:
    """Raises Trouble: a field, a picture or a chunk whose content lies outside of the document."""
    for element, kind in _fields(root):
        if kind.lower() not in FIELDS:
            what = (
                f"{where(element)}：域“{kind}”引用文档之外的内容"
                if kind
                else f"{where(element)}：有认不出的域"
            )
            raise Trouble(what, "请选中它，按 Ctrl+Shift+F9 转为文字后保存")
    for element in root.iter(*_CHUNKS):
        raise Trouble(f"{where(element)}：嵌着另一份文件", "请把其中的文字复制到正文后保存")
    for element in root.iter():
        if isinstance(element.tag, str) and element.tag.startswith("{urn:schemas-microsoft-com:"):
            for name, value in element.attrib.items():
                if name in ("src", "althref") and _ADDRESS.match(value):
                    raise Trouble(f"{where(element)}：图片引用文档之外的文件", "请把图片改为嵌入后保存")


def _fields(root: Any) -> Iterator[tuple[Any, str]]:
    """Each field, whatever runs its instruction is split over, with the word that says what it does."""
    begun: list[tuple[Any, list[str]]] = []
    for element in root.iter(*_FIELD_PARTS):
        match element.tag.rpartition("}")[2], element.get(f"{_W}fldCharType"):
            case "fldSimple", _:
                yield element, _kind(element.get(f"{_W}instr") or "")
            case "fldChar", "begin":
                begun.append((element, []))
            case "fldChar", "end" if begun:
                first, said = begun.pop()
                yield first, _kind("".join(said))
            case "instrText", _ if begun:
                begun[-1][1].append(element.text or "")
    for first, said in begun:
        yield first, _kind("".join(said))


def _kind(instruction: str) -> str:
    return "=" if instruction.lstrip().startswith("=") else next(iter(instruction.split()), "")


class TooMuch(Exception):
    """A template that would become more than a report."""


class Counted(list[Any]):
    """A list that a template loops over; `left`: how many passes all such lists together may still take."""

    def __init__(self, items: Iterable[Any], left: Iterator[int]) -> None:
        super().__init__(items)
        self.left = left

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            if next(self.left, None) is None:
                raise TooMuch
            yield item


def counted(value: Any, left: Iterator[int]) -> Any:
    """The fields with every list counted."""
    if isinstance(value, dict):
        return {key: counted(inside, left) for key, inside in value.items()}
    return Counted(value, left) if isinstance(value, list) else value


def joined(pieces: Iterable[str]) -> str:
    """What a template becomes, piece by piece. Raises TooMuch before it fills the memory."""
    kept: list[str] = []
    room = RENDERED
    for piece in pieces:
        room -= len(piece)
        if room < 0:
            raise TooMuch
        kept.append(piece)
    return "".join(kept)
