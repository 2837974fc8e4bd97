"""N-09: totals, sub-totals and rates within a table; N-07: a figure in prose against the table's row of that name."""

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from msgspec import Struct

from selfeval_xl.claims.nearness import slip
from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.findings import Status
from selfeval_xl.money import fixed
from selfeval_xl.reading.narratives.narrative import Narrative, NarrativeTable, Paragraph, TableCell
from selfeval_xl.statements.quantities import MONEY, RATE, Quantity, narrow
from selfeval_xl.statements.sentences import Sentence

SUMS, AGAINST_TEXT = "N-09", "N-07"
_NUMBER = re.compile(
    r"\s*(?P<number>[-－−]?(?:\d{1,3}(?:[,，]\d{3})+|\d+)(?:\.\d+)?)\s*(?P<unit>%|万元|元|人)?\s*$"
)
_TOTAL = re.compile(r"^(?:合\s*计|总\s*计|汇\s*总|全部|共计|总额|本年[收支][入出]合计)")
_SUBTOTAL = re.compile(r"小\s*计")
_UNIT = re.compile(r"单位[：:]?[^，。；]{0,8}?(?P<unit>万元|亿元|元)")
_RATE = re.compile(r"率|占|比|％|%|进度")
_LABEL_COLUMNS = 4
_AGREEING = 2 / 3


class Grid(Struct, frozen=True, dict=True):
    """A table's cells by row and column: numbers where a cell holds one, else words; a cell across fills its columns."""

    table: NarrativeTable
    by_index: Mapping[int, Paragraph]
    unit: int

    @cached_property
    def cells(self) -> dict[tuple[int, int], TableCell]:
        return {(cell.row, cell.column): cell for cell in self.table.cells}

    @cached_property
    def numbers(self) -> dict[tuple[int, int], Quantity]:
        found = {}
        for at, cell in self.cells.items():
            if cell.across == 1 and not cell.continued and (quantity := self._number(cell)) is not None:
                found[at] = quantity
        return found

    def _number(self, cell: TableCell) -> Quantity | None:
        read = _NUMBER.match(narrow(cell.text))
        if read is None:
            return None
        number = read["number"].replace("，", ",").replace("−", "-").replace("－", "-")
        value = Fraction(number.replace(",", ""))
        half = Fraction(1, 2 * 10 ** len(number.partition(".")[2]))
        rate = read["unit"] == "%"
        scale = 1 if rate else self.unit
        kind = RATE if rate else MONEY if "." in number else "number"
        start = len(cell.text) - len(cell.text.lstrip())
        return Quantity(
            start, len(cell.text.rstrip()), value * scale, half * scale, kind, number, "%" if rate else ""
        )

    @cached_property
    def labels(self) -> dict[int, str]:
        """The words of each row before its first number."""
        found: dict[int, str] = {}
        for (row, column), cell in sorted(self.cells.items()):
            if column < _LABEL_COLUMNS and (row, column) not in self.numbers and cell.text.strip():
                found[row] = found.get(row, "") + re.sub(r"\s", "", cell.text)
        return found

    def spot(self, at: tuple[int, int]) -> Spot:
        cell, quantity = self.cells[at], self.numbers[at]
        return Spot(self.by_index[cell.paragraphs[0]], quantity.start, quantity.end)

    def heads(self, column: int) -> str:
        """The words above a column's first number."""
        first = min((r for r, c in self.numbers if c == column), default=0)
        return "".join(
            re.sub(r"\s", "", cell.text)
            for cell in self.table.cells
            if cell.row < first and cell.column <= column < cell.column + cell.across
        )


def grids(narrative: Narrative) -> Iterator[Grid]:
    by_index = {p.index: p for p in narrative.paragraphs if p.part != "footnote"}
    for table in narrative.tables:
        first = min((cell.paragraphs[0] for cell in table.cells if cell.paragraphs), default=0)
        above = "".join(by_index[n].text for n in range(max(0, first - 3), first) if n in by_index)
        said = _UNIT.search(narrow(above) + "".join(cell.text for cell in table.cells if cell.row == 0))
        yield Grid(table, by_index, {"亿元": 10**8, "万元": 10**4, "元": 1}[said["unit"]] if said else 10**4)


def tables(grid: Grid) -> Iterator[Remark]:
    """Whatever holds for most of a table's columns (rows) is demanded of the rest."""
    yield from _columns(grid)
    yield from _rows(grid)
    yield from _rates(grid)


def _columns(grid: Grid) -> Iterator[Remark]:
    """Every total row against the rows above it: those since the last sub-total, or all that are no sub-totals."""
    subtotals = [row for row, label in grid.labels.items() if _SUBTOTAL.search(label)]
    totals = [row for row, label in grid.labels.items() if _TOTAL.match(label) and row not in subtotals]
    first = min((r for r, _ in grid.numbers), default=0)
    for row in sorted([*subtotals, *totals]):
        if row in subtotals:
            start = max((r for r in (*subtotals, *totals) if r < row), default=first - 1) + 1
            parts = [r for r in range(start, row) if r not in totals]
        else:
            parts = [r for r in range(first, row) if r not in totals and r not in subtotals]
        choices = [parts]
        if row not in subtotals and subtotals:
            choices.append([r for r in subtotals if r < row])
        yield from _agreeing(grid, row, choices)


def _agreeing(grid: Grid, row: int, choices: Sequence[Sequence[int]]) -> Iterator[Remark]:
    columns = [
        c for (r, c), q in grid.numbers.items() if r == row and q.dimension != RATE and not _no_sum(grid, c)
    ]
    for parts in choices:
        judged = {c: _sum(grid, parts, c) for c in columns}
        known = {c: value for c, value in judged.items() if value is not None}
        right = [c for c, value in known.items() if _same(grid.numbers[row, c], value, len(parts))]
        wrong = [c for c in known if c not in right]
        if (known and len(right) >= len(known) * _AGREEING) or (right and len(wrong) == 1):
            yield from (Remark(SUMS, Status.PASSED, grid.spot((row, c)), "") for c in right)
            yield from (_down(grid, row, c, parts, known[c]) for c in wrong if len(parts) > 1)
            return
    for parts in choices[:1]:  # nothing agrees: only a slip in a single column speaks
        for c in columns:
            value = _sum(grid, parts, c)
            if (
                value is not None
                and len(parts) > 1
                and len(columns) == 1
                and _near(grid, row, c, parts, value)
            ):
                yield _down(grid, row, c, parts, value)


def _no_sum(grid: Grid, column: int) -> bool:
    return bool(re.search(r"序号|编码|代码|年份|率|％|%|占比|比重|行次|备注", grid.heads(column)))


def _sum(grid: Grid, rows: Sequence[int], column: int) -> Fraction | None:
    found = [grid.numbers[r, column].value for r in rows if (r, column) in grid.numbers]
    return sum(found, Fraction(0)) if found else None


def _same(total: Quantity, value: Fraction, parts: int) -> bool:
    return (
        abs(total.value - value) <= total.half * (parts + 1)
        if total.dimension == MONEY
        else total.value == value
    )


def _near(grid: Grid, row: int, column: int, parts: Sequence[int], value: Fraction) -> bool:
    total = grid.numbers[row, column]
    if slip(total, value):
        return True
    cells = [grid.numbers[r, column] for r in parts if (r, column) in grid.numbers]
    return any(slip(q, q.value + total.value - value) for q in cells)


def _down(grid: Grid, row: int, column: int, parts: Sequence[int], value: Fraction) -> Remark:
    total = grid.numbers[row, column]
    suspect = [
        (r, column) for r in parts
        if (r, column) in grid.numbers and slip(grid.numbers[r, column], grid.numbers[r, column].value + total.value - value)
    ]  # fmt: skip
    others = tuple(grid.spot((r, column)) for r in parts if (r, column) in grid.numbers)
    near = (
        f"，疑似第{suspect[0][0] + 1}行“{grid.labels.get(suspect[0][0], '')}”有误"
        if len(suspect) == 1
        else ""
    )
    head = grid.heads(column)
    at = suspect[0] if len(suspect) == 1 and not slip(total, value) else (row, column)
    wanted, gap = in_table(value, total), in_table(abs(total.value - value), total)
    return Remark(
        SUMS, Status.BROKEN, grid.spot(at), 
        f"“{grid.labels.get(row, '合计')}”的{head}为{total.number}，各行相加为{wanted}，相差{gap}{near}",
        total.number, wanted, (grid.spot((row, column)), *others), difference=gap,
    )  # fmt: skip


def in_table(value: Fraction, like: Quantity) -> str:
    return fixed(value / like.unit, len(like.number.partition(".")[2]))


def _rows(grid: Grid) -> Iterator[Remark]:
    """Columns of which one is the sum of two or more others beside it, in most rows."""
    columns = sorted({c for _, c in grid.numbers if not _no_sum(grid, c)})
    for total in columns:
        if not re.search(r"合计|小计|总计|全年预算|调整后", grid.heads(total)) and total != columns[-1]:
            continue
        run = [c for c in columns if c < total]
        for parts in [run[n:] for n in range(len(run) - 1)] + [[c for c in columns if c > total]]:
            if len(parts) > 1 and (judged := _row_sums(grid, total, parts)):
                yield from judged
                break


def _row_sums(grid: Grid, total: int, parts: Sequence[int]) -> list[Remark]:
    rows = [r for r, c in grid.numbers if c == total and sum((r, p) in grid.numbers for p in parts) >= 2]
    sums = {
        r: sum((grid.numbers[r, p].value for p in parts if (r, p) in grid.numbers), Fraction(0)) for r in rows
    }
    right = [r for r in rows if _same(grid.numbers[r, total], sums[r], len(parts))]
    wrong = [r for r in rows if r not in right]
    if len(right) < 2 or len(right) < len(rows) * _AGREEING:
        return []
    passed = [Remark(SUMS, Status.PASSED, grid.spot((r, total)), "") for r in right]
    return passed + [_across(grid, r, total, parts, sums[r]) for r in wrong]


def _across(grid: Grid, row: int, total: int, parts: Sequence[int], value: Fraction) -> Remark:
    said = grid.numbers[row, total]
    wanted, gap = in_table(value, said), in_table(abs(said.value - value), said)
    others = tuple(grid.spot((row, p)) for p in parts if (row, p) in grid.numbers)
    return Remark(
        SUMS, Status.BROKEN, grid.spot((row, total)),
        f"“{grid.labels.get(row, '')}”的{grid.heads(total) or '合计'}为{said.number}，左右各列相加为{wanted}，相差{gap}",
        said.number, wanted, others, difference=gap,
    )  # fmt: skip


def _rates(grid: Grid) -> Iterator[Remark]:
    """A column of rates that is one column over another in most rows."""
    rate_columns = sorted(
        {c for (_, c), q in grid.numbers.items() if q.dimension == RATE and _RATE.search(grid.heads(c))}
    )
    columns = sorted(
        {c for (_, c), q in grid.numbers.items() if q.dimension != RATE and not _no_sum(grid, c)}
    )
    for column in rate_columns:
        for over, under in ((a, b) for a in columns for b in columns if a != b):
            rows = [
                r for r, c in grid.numbers if c == column and {(r, over), (r, under)} <= grid.numbers.keys()
            ]
            rows = [
                r for r in rows if grid.numbers[r, under].value and grid.numbers[r, column].dimension == RATE
            ]
            shares = {r: grid.numbers[r, over].value / grid.numbers[r, under].value * 100 for r in rows}
            right = [
                r
                for r in rows
                if abs(shares[r] - grid.numbers[r, column].value)
                <= grid.numbers[r, column].step + _spread(grid.numbers[r, over], grid.numbers[r, under])
            ]
            if len(right) >= 2 and len(right) >= len(rows) * _AGREEING:
                yield from (Remark(SUMS, Status.PASSED, grid.spot((r, column)), "") for r in right)
                yield from (_rate(grid, r, column, over, under, shares[r]) for r in rows if r not in right)
                break


def _spread(above: Quantity, under: Quantity) -> Fraction:
    """What the printed digits of amounts leave open in their rate, in percent."""
    if "." not in above.number + under.number:
        return Fraction(0)
    return (above.half + under.half * abs(above.value) / abs(under.value)) / abs(under.value) * 100


def _rate(grid: Grid, row: int, column: int, over: int, under: int, share: Fraction) -> Remark:
    said = grid.numbers[row, column]
    wanted = fixed(share, max(2, len(said.number.partition(".")[2]))) + "%"
    others = (grid.spot((row, over)), grid.spot((row, under)))
    return Remark(
        SUMS, Status.BROKEN, grid.spot((row, column)),
        f"“{grid.labels.get(row, '')}”：{grid.numbers[row, over].number}÷{grid.numbers[row, under].number}＝{wanted}，"
        f"表中为{said.number}%",
        f"{said.number}%", wanted, others, difference=f"{fixed(abs(share - said.value), 2)}个百分点",
    )  # fmt: skip


_NAMED_LONG = 4


def against_text(grid: Grid, sentences: Sequence[Sentence]) -> Iterator[Remark]:
    """A named row's figures beside the same name in prose: a figure that is none of them but a slip away from one."""
    rows = {re.sub(r"[（(].*?[）)]", "", label): row for row, label in grid.labels.items()}
    known = {
        row: [(at, q) for at, q in grid.numbers.items() if at[0] == row and q.dimension != RATE]
        for row in rows.values()
    }
    for sentence in sentences:
        for quantity in sentence.quantities:
            label = sentence.label(quantity)
            named = [name for name in rows if len(name) >= _NAMED_LONG and label.endswith(name)]
            if quantity.dimension != MONEY or not named or quantity.rough:
                continue
            cells = known[rows[max(named, key=len)]]
            spot = Spot(sentence.paragraph, quantity.start, quantity.end)
            if any(abs(q.value - quantity.value) <= max(q.half, quantity.half) for _, q in cells):
                yield Remark(AGAINST_TEXT, Status.PASSED, spot, "")
                continue
            near = [(at, q) for at, q in cells if q.value and slip(quantity, q.value)]
            if near:
                at, cell = near[0]
                yield Remark(
                    AGAINST_TEXT, Status.BROKEN, Spot(sentence.paragraph, quantity.start, quantity.end),
                    f"{label}正文为{quantity.said}，表中{grid.heads(at[1])}为{cell.number}", quantity.said, cell.number,
                    (grid.spot(at),), difference=in_unit(abs(quantity.value - cell.value), quantity),
                )  # fmt: skip
