"""A line of a list that is a total: it would be counted once more, and named as one of what it adds up."""

import re
import unicodedata
from collections.abc import Iterator

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.rules.register import Broken, Verdict, rule

_TOTAL = re.compile(r"[\w()]{0,10}(?:合计|小计|总计|共计|累计)(?:数|行)?")
NAME = "name"


@rule(
    "B-41",
    "清单里写了合计行",
    Level.ERROR,
    basis="填表说明：一个单位、一个项目一行，合计由程序计算",
    remedy="删除这一行（在行号上点右键，选“删除”）；合计由程序加总，不用填",
)
def total_among_items(filing: Filing) -> list[Verdict] | None:
    """所属单位、项目清单、附件明细等一行一个的清单里，不应有“合计”“小计”“总计”这样的行：
    它会被当作一个单位或项目，金额再算一遍，名称写进报告。"""
    return [
        Broken(f"“{figure.text}”是合计，不是{_what(figure, filing)}", (figure,), kind=Kind.TEXT)
        for figure in _totals(filing)
    ] or None


def _totals(filing: Filing) -> Iterator[Figure]:
    for table in filing.tables.values():
        if table.block.many and table.block.name_column == NAME:
            for row in table.added:
                plain = re.sub(r"[\s:：、.]", "", unicodedata.normalize("NFKC", row.text(NAME)))
                if _TOTAL.fullmatch(plain):
                    yield row[NAME]


def _what(figure: Figure, filing: Filing) -> str:
    """一个单位, 一个项目; of other lists a line of it."""
    key = filing.by_place[figure.place]
    return {"subunits": "一个单位", "projects": "一个项目"}.get(key.block, "清单中的一项")
