"""Whether annexes without a word of their unit are in 元: judged on them alone, where nothing else is in the file."""

from collections.abc import Iterator
from fractions import Fraction

from selfeval_xl.filing import Figure, Filing
from selfeval_xl.money import WAN, wan
from selfeval_xl.reading.gathering import Gathering

YI = 10_000 * WAN
"""分 in one 亿元."""
YEARS = ("executed", "full", "initial", "last")
A_HEAD: tuple[tuple[str, str, str, int], ...] = (
    ("costs", "operating", "公用经费", 500 * WAN),
    ("request", "total", "资金总额", 5 * YI),
)
"""So much for one person in office no public body has; in 元 for 万元 the poorest has ten times as much."""
IN_ALL: tuple[tuple[str, str, str, int], ...] = (
    ("costs", "three", "“三公”经费", 5 * YI),
    ("costs", "operating", "公用经费", 20 * YI),
    ("request", "total", "资金总额", 1000 * YI),
    ("fund_items", "total", "政府性基金预算支出", 1000 * YI),
    ("capital_items", "total", "国有资本经营预算支出", 1000 * YI),
)
"""So much no public body has, whatever its staff."""


def tell(filing: Filing, gathering: Gathering) -> None:
    """R-32 for the first amount that is beyond belief: the unit is one for all."""
    for figure, message in _doubts(filing):
        gathering.report("R-32", f"{message}，像是按元填写的", figure.place)
        return


def _doubts(filing: Filing) -> Iterator[tuple[Figure, str]]:
    staff = filing.figure("posts", "all", "staff").value or filing.figure("posts", "all", "posts").value
    for block, row, label, most in A_HEAD:
        figure = _largest(filing, block, row)
        if figure is not None and isinstance(staff, Fraction) and staff > 0 and figure.known > most * staff:
            each = wan(figure.known / staff)
            yield figure, f"{label}{wan(figure.known)}万元，在职{staff}人，平均每人{each}万元"
    for block, row, label, most in IN_ALL:
        figure = _largest(filing, block, row)
        if figure is not None and figure.known > most:
            yield figure, f"{label}{wan(figure.known)}万元"
    for copy in filing.copies:
        figure = _largest(filing, "funds", "total", copy)
        if figure is not None and figure.known > 1000 * YI:
            yield figure, f"项目资金总额{wan(figure.known)}万元"


def _largest(filing: Filing, block: str, row: str, copy: int = 0) -> Figure | None:
    columns = [column.key for column in filing.form.block(block).columns if column.key in YEARS]
    figures = [filing.figure(block, row, column, copy) for column in columns]
    return max((f for f in figures if f.number), key=lambda f: f.known, default=None)
