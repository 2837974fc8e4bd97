"""The annexes are in 万元: one that says anything else is refused, wherever it says so."""

import re
import unicodedata
from collections.abc import Iterator

from selfeval_xl.errors import UnusableFile
from selfeval_xl.places import Place
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core, furniture
from selfeval_xl.reading.official.page import Page

MANY = "百万|千万|十万|万|亿|千|百"
UNIT = re.compile(rf"(?:人民币|美)?(?P<many>{MANY})?\(?元")
SAID = re.compile(
    rf"\(?(?:金额|计量|货币)?(?:单位|金额|币种)\s*[:：(]?\s*(?:人民币)?[\s(]*(?:{MANY})?(?:人民币|美)?元(?![\u4e00-\u9fff]).*"
)
"""A text that says the unit: 单位：元, （金额单位：千元）, 计量单位：人民币（元）; not 单位：元宝山区财政局."""
LABEL = re.compile(r"\(?(?:金额|计量|货币)?(?:单位|金额|币种)\s*[:：]?\s*")
ALONE = re.compile(rf"\(?\s*(?:人民币)?\s*\(?(?:{MANY})?元\s*\)?")


def require_wan(page: Page) -> None:
    """Raises UnusableFile: it says another unit of money, in a line of its own, in two cells, in a title or a head."""
    for place, text in _said(page):
        if any(found["many"] != "万" for found in UNIT.finditer(plain(text))):
            raise UnusableFile(
                f"{place} 写的是“{' '.join(text.split())}”，附件的金额单位应为万元；请改按万元填写后再转换。"
            )


def _said(page: Page) -> Iterator[tuple[Place, str]]:
    """The texts that say the unit. An indicator or a paragraph may well speak of 元."""
    titles, top = furniture(page.annex.blocks), min(page.heads, default=page.last + 1)
    for row, cells in page.rows.items():
        before = ""
        for column, cell in cells.items():
            text = cell.value if isinstance(cell.value, str) else ""
            wide = unicodedata.normalize("NFKC", text).strip()
            alone = ALONE.fullmatch(wide) and (row < top or LABEL.fullmatch(before))
            head = row in page.heads or core(text) in titles or core(text.partition("/")[0]) in titles
            if SAID.fullmatch(wide) or alone or head:
                yield page.place(row, column), text
            before = wide
