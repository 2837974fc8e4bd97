"""The annexes are in 万元: one that says anything else is refused, wherever it says so."""

import re
import unicodedata
from collections.abc import Collection, Iterator

from selfeval_xl.errors import UnusableFile
from selfeval_xl.places import Place
from selfeval_xl.reading.locating import plain
from selfeval_xl.reading.official.labels import core, furniture
from selfeval_xl.reading.official.page import Page
from selfeval_xl.reading.sheet_facts import Position

MANY = "百万|千万|十万|万|亿|千|百"
UNIT = re.compile(rf"(?:人民币|美)?(?P<many>{MANY})?\(?元")
MONEY = rf"(?:人民币)?[\s(]*(?:{MANY})?(?:人民币|美)?元(?![\u4e00-\u9fff])"
SAID = re.compile(
    rf"(?:(?:金额|计量|货币)?(?:单位|币种)|(?<![\u4e00-\u9fff])金额)\s*(?:[:：(]|统?一?均?为|是)?\s*{MONEY}"
    rf"|(?:以|按)\s*(?P<by>(?:人民币)?(?:{MANY})?元)\s*(?:为|作|填|计|列)"
    rf"|金额(?:数据)?\s*(?:均|都|统一)?\s*(?:为|以|按|用)\s*(?P<in>(?:人民币)?(?:{MANY})?元)"
)
"""What says the unit: 单位：元, （金额单位：千元）, 计量单位：人民币（元）, 本表金额以元为单位; not 单位：元宝山区财政局."""
LABEL = re.compile(r"\(?(?:金额|计量|货币)?(?:单位|金额|币种)\s*[:：]?\s*")
SHORT, LONGEST = 60, 200
"""A text to be quoted whole; a longer text is a paragraph."""
BEHIND = re.compile(rf"[(/]\s*(?:人民币)?(?:{MANY})?元\s*\)?\s*:?$")
"""政府采购金额（元）: a label that was read says it of its own row."""
ALONE = re.compile(rf"\(?\s*(?:人民币)?\s*\(?(?:{MANY})?元\s*\)?")


def require_wan(page: Page, texts: Collection[Position]) -> None:
    """Raises UnusableFile: it says another unit of money, in a line of its own, in two cells, in a title, a head or a
    note. `texts`: the cells of indicators and paragraphs, which may speak of any."""
    for place, text, said in _said(page, texts):
        if any(found["many"] != "万" for found in UNIT.finditer(plain(said))):
            raise UnusableFile(
                f"{place} 写的是“{' '.join(text.split())}”，附件的金额单位应为万元；请改按万元填写后再转换。"
            )


def _said(page: Page, texts: Collection[Position]) -> Iterator[tuple[Place, str, str]]:
    """The texts that say the unit. An indicator or a paragraph may well speak of 元."""
    titles, top = furniture(page.annex.blocks), min(page.heads, default=page.last + 1)
    for row, cells in page.rows.items():
        before = ""
        for column, cell in cells.items():
            text = cell.value if isinstance(cell.value, str) else ""
            wide = unicodedata.normalize("NFKC", text).strip()
            alone = ALONE.fullmatch(wide) and (row < top or LABEL.fullmatch(before))
            head = row in page.heads or core(text) in titles or core(text.partition("/")[0]) in titles
            said = SAID.search(wide) if len(wide) <= LONGEST else None
            if said is not None and (row, column) not in texts:
                yield page.place(row, column), text if len(text) <= SHORT else said[0], said[0]
            elif alone or head or (BEHIND.search(wide) and (row, column) in page.used - {*texts}):
                yield page.place(row, column), text, text
            before = wide
