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


UNIT = 10_000
BEYOND = 100
"""No part is so many times the whole."""
PARTS: tuple[tuple[str, str, str], ...] = (
    ("costs", "project", "附件1的项目支出"),
    ("costs", "operating", "附件1的公用经费"),
    ("fund_items", "total", "附件4的政府性基金预算支出"),
    ("capital_items", "total", "附件5的国有资本经营预算支出"),
)
SAME: tuple[tuple[str, str, str, str, str, str], ...] = (
    ("spending_split", "project", "附件2的项目支出", "costs", "project", "附件1的项目支出"),
    ("income_split", "fund", "附件2的政府性基金拨款", "fund_items", "total", "附件4的政府性基金预算支出"),
)
"""What two annexes say of the same, or nearly so."""


def tell(filing: Filing, gathering: Gathering) -> None:
    """R-32 for the first amount that is beyond belief: the unit is one for all. Else for every annex whose amounts are
    ten thousand times those of another."""
    for figure, message in _doubts(filing):
        gathering.report("R-32", f"{message}，像是按元填写的", figure.place)
        return
    for figure, message in _mixed(filing):
        gathering.report("R-32", message, figure.place)


def _mixed(filing: Filing) -> Iterator[tuple[Figure, str]]:
    """Figures of one annex that are in 元, the others being in 万元: a part far beyond the whole, or the same amount
    ten thousand times over."""
    whole = _largest(filing, "request", "total")
    parts = [(_largest(filing, block, row), label) for block, row, label in PARTS]
    parts += [
        (_largest(filing, "funds", "total", copy), f"附件3-{copy}的年度资金总额") for copy in filing.copies
    ]
    told = set()
    for figure, label in parts:
        if whole is not None and figure is not None and 0 < whole.known * BEYOND < figure.known:
            told.add(label)
            yield figure, _times(label, figure, "附件2的年度资金总额", whole)
    for block, row, label, other_block, other_row, other_label in SAME:
        pair = (_amount(filing, block, row), label), (_amount(filing, other_block, other_row), other_label)
        for (figure, name), (small, other) in (pair, pair[::-1]):
            if figure and small and name not in told and _ten_thousand(figure.known, small.known):
                yield figure, _times(name, figure, other, small)


def _times(label: str, figure: Figure, other: str, small: Figure) -> str:
    times = round(figure.known / small.known)
    known = f"{label}{wan(figure.known)}万元，是{other}{wan(small.known)}万元的{times}倍"
    return f"{known}，{label[: label.index('的')]}像是按元填写的"


def _ten_thousand(large: Fraction | int, small: Fraction | int) -> bool:
    return small > 0 and abs(Fraction(large) / small / UNIT - 1) <= Fraction(1, 20)


def _amount(filing: Filing, block: str, row: str) -> Figure | None:
    columns = {column.key for column in filing.form.block(block).columns}
    figure = filing.figure(block, row, "executed" if "executed" in columns else "amount")
    return figure if figure.number else None


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
