"""Lines of signatures: who filled in the annex, when, by what telephone; no row of a table, wherever they stand."""

import re
import unicodedata
from collections.abc import Iterator

from selfeval_xl.reading.official.labels import core
from selfeval_xl.reading.official.page import Page

PERSON = (
    r"(?:单位|部门|项目|财务|科室|股室|处室|分管|主管|主要)*(?:负责人|领导|会计|财务)"
    r"|(?:填表|填报|制表|编制|编报|经办|审核|复核|审批|审定|核定|签发|联系)人员?|(?:单位|部门)?(?:公章|盖章|签章)"
)
SIGNED = re.compile(
    rf"(?:{PERSON})(?:签字|签名|签章|盖章|审核|姓名)?|联系(?:电话|方式)|(?:填表|填报|报送)(?:日期|时间)|制表|审核|复核"
)
"""What such a line begins with, whatever stands behind it."""
WITH_COLON = re.compile(r"(?:办公|手机|座机)?(?:电话|手机|号码)|(?:编制|审核|报出)?(?:日期|时间)|签字|签名")
"""These may be the name of an indicator, too: only with a colon."""
STAMPED = re.compile(r"(?:填报|填表|编制|预算)?(?:单位|部门)\s*\((?:公章|盖章|签章)\)\s*:?")
SEGMENT = re.compile(r"(?:^|(?<=[\s　]))([^\s　:：\d]{2,16}?)\s*[:：]")


def segments(text: str) -> Iterator[tuple[str, str]]:
    """填表人（签名）：甲　　联系电话：0730 → (填表人, 甲), (联系电话, 0730)"""
    found = list(SEGMENT.finditer(text))
    for at, label in enumerate(found):
        end = found[at + 1].start() if at + 1 < len(found) else len(text)
        yield core(label[1]), text[label.end() : end].strip(" 　_")


def is_signed(label: str) -> bool:
    """Whether a label, without its colon, is one of a line of signatures."""
    return bool(SIGNED.fullmatch(label) or WITH_COLON.fullmatch(label))


def signed(text: str) -> bool:
    """Whether a text begins a line of signatures."""
    if SIGNED.fullmatch(core(text)):
        return True
    first = next(segments(text.strip()), ("", ""))[0]
    return is_signed(first) and core(text).startswith(first)


def body(page: Page, first: int, end: int) -> Iterator[int]:
    """The rows from `first` to above `end` that may be rows of a table: none from a line of signatures down to the
    next head."""
    closed = False
    for row in range(first, end):
        closed = row not in page.heads and (closed or _line(page, row))
        if not closed:
            yield row


def _line(page: Page, row: int) -> bool:
    """Whether the row is a line of signatures: its first cell says so."""
    cells = page.rows.get(row, {})
    value = cells[min(cells)].value if cells else None
    if not isinstance(value, str):
        return False
    stamp = STAMPED.match(unicodedata.normalize("NFKC", value).strip())
    return signed(value) or stamp is not None
