"""Grey cells that were typed over: what stands there against what the program works out."""

from collections.abc import Iterator
from fractions import Fraction

from msgspec.structs import replace

from selfeval_xl import identities
from selfeval_xl.expressions import Cell, Node, Rows, Sum, leaves
from selfeval_xl.filing import Figure, Filing, Key, Unknown
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Level, Status, shown
from selfeval_xl.forms import Kind, Pick, Rank
from selfeval_xl.forms.model import Formula
from selfeval_xl.identities import Term
from selfeval_xl.identities.sides import measure
from selfeval_xl.money import half_step, half_up, rounded
from selfeval_xl.rules.comparing import differs
from selfeval_xl.rules.projects import plain_name
from selfeval_xl.rules.register import Broken, Residual, Verdict, rule
from selfeval_xl.rules.twice import income_split_total, two_splits

ELSEWHERE = {
    ("request", "total", "score"),  # A2-04
    ("funds", "total", "score"),  # A3-04
    ("posts", "all", "staff"),  # B-03
    ("costs", "project", "initial"),
    ("costs", "operating", "last"),
    ("costs", "operating", "initial"),
    ("costs", "operating", "executed"),
    ("project_head", "name", "value"),
}
SPLITS = ("income_split", "spending_split")
"""Blocks of one column, which may be that of 全年预算, of 全年执行 or of 年初预算."""
TEN_THOUSAND = 10_000
BOTH = "核对这几处的数，改正填错的一处"
"""What to do about the bureau's own annexes, which no program fills in."""


@rule(
    "X-90",
    "改动了自动生成的格",
    Level.ERROR,
    basis="填表说明：灰色格由程序从它的出处带入或计算",
    remedy="清空该格，由程序生成；数字本身有误的，到它的出处改；口径不同的，在核实说明中写明",
)
def typed_over(filing: Filing) -> list[Verdict] | None:
    """灰色格可以改，但改后与程序算出的数不一致就会列出。由其他格计算的（合计、比率）为错误，
    从别处带入的（口径可能不同）为警告，文字和序号为提示。别的规则已经提出的格不再重复。
    从一格带入的金额与出处是同一个数，填报模板中差一分也列出；合计、官方附件中的尾差仍作提示。"""
    tracer = Tracer(filing)
    suspects = {
        k: f for k, f in tracer.figures.items() if differs(f) and not _mixed(f) and not _free(k, filing)
    }
    suspects = {
        k: f
        for k, f in suspects.items()
        if (k.block, k.row, k.column) not in ELSEWHERE or _barely(k, f, filing)
    }
    told = {*_told(suspects, tracer), *_split_parts(suspects, filing)} if suspects else set()
    found = [v for k, f in suspects.items() if k not in told and (v := _judged(k, f, tracer))]
    if filing.absent:  # there is no cell to be cleared, nor the home of every figure
        return [replace(v, remedy=BOTH) if isinstance(v, Broken) else v for v in found] or None
    return [*found, *_from_nowhere(tracer)] or None


@rule(
    "A3-03",
    "元、万元混填",
    Level.WARNING,
    basis="附件1—6 的金额单位一律为万元",
    remedy="附件中的金额改按万元填写，或清空该格由程序带入",
)
def mixed_units(filing: Filing) -> list[Verdict] | None:
    """附件中改动过的金额恰为出处的一万倍（或万分之一）的，是把元填成了万元（或相反）。"""
    found = [f for t in filing.tables.values() for _, _, f in t.figures() if _mixed(f)]
    return [_broken(f, Level.WARNING, "疑似元、万元混填") for f in found] or None


def _free(key: Key, filing: Filing) -> bool:
    """Whether what is computed is a proposal."""
    return filing.form.block(key.block).fields[key.row, key.column].free


def _mixed(figure: Figure) -> bool:
    typed, computed = figure.typed, figure.computed
    if figure.kind is not Kind.MONEY or not isinstance(typed, Fraction) or not isinstance(computed, Fraction):
        return False
    ratio = typed / computed if computed else Fraction(0)
    return any(abs(r / TEN_THOUSAND - 1) < Fraction(1, 1000) for r in (ratio, 1 / ratio if ratio else ratio))


def _told(suspects: dict[Key, Figure], tracer: Tracer) -> Iterator[Key]:
    """The suspects that stand alone on the left of an identity which has something to say, or would have, had the
    bureau not switched it off: what it does not want to hear as a sum it does not want to hear as a typed-over cell."""
    filing = tracer.filing
    for line in identities.lines(filing.form, off=True):
        match line.left:
            case (Term(1, Cell(block, row, column)),) if line.relation == "=":
                for own in identities.on_copies(line, filing.form, filing.copies):
                    key = Key(block, own.copy, row, 0, column)
                    mine = {key, tracer.home(key)} & set(suspects)
                    status = measure(own, filing).status if mine else Status.PASSED
                    if status is Status.RESIDUAL:
                        yield from (
                            k for k in mine if k not in suspects or not _slipped(k, suspects[k], filing)
                        )
                    elif status is Status.BROKEN:
                        yield from mine


def _split_parts(suspects: dict[Key, Figure], filing: Filing) -> Iterator[Key]:
    """Parts of a split whose total is found fault with: one root, told there."""
    income, spending, request = (filing.table(block) for block in (*SPLITS, "request"))
    for block, judge, tables in (
        ("income_split", income_split_total, (income, request)),
        ("spending_split", two_splits, (income, spending)),
    ):
        try:
            wrong = isinstance(judge(*tables), Broken)
        except Unknown:
            wrong = False
        yield from (key for key in suspects if wrong and key.block == block and key.row != "total")


def _judged(key: Key, figure: Figure, tracer: Tracer) -> Verdict:
    formula = tracer.filing.form.block(key.block).fields[key.row, key.column].formula
    if isinstance(formula, Rank) or not isinstance(figure.typed, Fraction):
        return _broken(figure, Level.NOTICE)
    if tracer.filing.absent and (source := _source(key, tracer)):
        return _two(figure, source)
    if isinstance(formula, Pick):
        return _broken(figure, Level.WARNING) if _listed(key.copy, tracer.filing) else None
    if figure.kind is Kind.RATE:
        return _rate(figure, tracer.filing)
    parts = [part for leaf in leaves(formula) for part in _figures(leaf, key, tracer)] if formula else []
    if isinstance(formula, Sum) and _open(key, figure, parts):
        return None
    if key.block in SPLITS and _other_column(formula, key, figure, tracer):
        return None
    left, right = figure.typed, _number(figure.computed)
    within = abs(left - right) <= figure.half + sum(part.half for part in parts)
    if within and not _slipped(key, figure, tracer.filing):
        return Residual(
            f"{_sides(left, '程序算出', right, figure)}，四舍五入尾差", (figure,), left, right, figure.kind
        )
    linked = isinstance(formula, Cell | Rows) or (key.block in SPLITS and key.row != "total")
    return _broken(figure, Level.WARNING if linked else None)


def _slipped(key: Key, figure: Figure, filing: Filing) -> bool:
    """Whether an amount that the template brings from one cell was typed over with another one, even by a 分. One that
    was rounded is the same; in the bureau's own annexes two people typed it."""
    formula = filing.form.block(key.block).fields[key.row, key.column].formula
    if filing.absent or figure.kind is not Kind.MONEY or not isinstance(formula, Cell | Pick):
        return False
    return abs(figure.known - _number(figure.computed)) > figure.half


def _barely(key: Key, figure: Figure, filing: Filing) -> bool:
    """So little that the rules on that figure take it for rounding."""
    near = figure.half + half_step(half_up(_number(figure.computed))) if figure.kind is Kind.MONEY else 0
    return _slipped(key, figure, filing) and abs(figure.known - _number(figure.computed)) <= near


def _from_nowhere(tracer: Tracer) -> Iterator[Verdict]:
    """Figures typed into a grey cell that has nothing to come from: no project of that kind, a blank home."""
    for key, figure in tracer.figures.items():
        field = tracer.filing.form.block(key.block).fields[key.row, key.column]
        linked = isinstance(field.formula, Cell | Rows) or figure.kind is Kind.RATE
        if not linked or not figure.typed or figure.computed is not None or figure.number is None:
            continue
        if (key.block, key.row, key.column) not in ELSEWHERE:
            message = f"填的是{shown(figure.number, figure.kind)}，它的出处却是空的"
            yield Broken(message, (figure,), figure.number, kind=figure.kind, level=Level.WARNING)


def _number(value: object) -> Fraction:
    assert isinstance(value, Fraction)
    return value


def _broken(figure: Figure, level: Level | None, more: str = "") -> Verdict:
    typed, computed = figure.typed, figure.computed
    more = f"，{more}" if more else ""
    if not isinstance(typed, Fraction) or not isinstance(computed, Fraction):
        return Broken(
            f"填的是“{typed}”，程序带入的是“{computed}”{more}", (figure,), kind=figure.kind, level=level
        )
    message = f"{_apart(typed, '程序算出', computed, figure)}{more}"
    return Broken(message, (figure,), typed, computed, figure.kind, level=level)


def _sides(typed: Fraction, other: str, right: Fraction, figure: Figure) -> str:
    """填的是90.00万元，程序算出98.00万元"""
    return f"填的是{shown(typed, figure.kind)}，{other}{shown(right, figure.kind)}"


def _apart(typed: Fraction, other: str, right: Fraction, figure: Figure) -> str:
    """…，相差8.00万元"""
    return f"{_sides(typed, other, right, figure)}，相差{shown(abs(typed - right), figure.kind)}"


def _source(key: Key, tracer: Tracer) -> Figure | None:
    """The cell that a linked one repeats, where both were typed: two annexes of the bureau's own."""
    formula = tracer.filing.form.block(key.block).fields[key.row, key.column].formula
    match formula:
        case Cell():
            own = [tracer.target(formula, key)]
        case Pick():
            own = tracer.picked(formula, key)
        case _:
            return None
    found = tracer.figures[own[0]] if len(own) == 1 else None
    return found if found and found.number is not None else None


def _two(figure: Figure, source: Figure) -> Verdict:
    """What two annexes say of one figure."""
    left, right, cells = figure.known, source.known, (figure, source)
    other = f"{source.place} 是"
    if abs(left - right) <= figure.half + source.half:
        return Residual(
            f"{_sides(left, other, right, figure)}，四舍五入尾差", cells, left, right, figure.kind
        )
    return Broken(_apart(left, other, right, figure), cells, left, right, figure.kind, level=Level.WARNING)


def _rate(figure: Figure, filing: Filing) -> Verdict:
    """A rate is compared as it is printed; one that was cut off or rounded further is a notice, and none in the
    bureau's own form, which says nothing of decimals."""
    typed, computed = figure.known, _number(figure.computed)
    if rounded(typed, 4) == rounded(computed, 4):
        return None
    coarse = [rounded(computed, digits) for digits in (2, 3)]
    cut = [Fraction(computed * 10**digits // 1, 10**digits) for digits in (2, 3, 4)]
    if typed in coarse + cut:
        return None if filing.absent else _broken(figure, Level.NOTICE)
    return _broken(figure, None)


def _figures(leaf: Node, key: Key, tracer: Tracer) -> list[Figure]:
    """The cells that a leaf of the formula stands for; of added rows those that hold a number or a name."""
    match leaf:
        case Cell():
            return [tracer.figures[tracer.target(leaf, key)]]
        case Rows(block, column, where):
            copy = key.copy if tracer.filing.form.block(block).repeated else 0
            table = tracer.filing.table(block, copy)
            rows = [r for r in table.added if all(r[c].text == text for c, text in where)]
            return [r[column] for r in rows if not r[column].blank or r[table.block.name_column].text]
    return []


def _open(key: Key, figure: Figure, parts: list[Figure]) -> bool:
    """A total known without all its parts: the blanks may make up for what lacks. The parts of a split are linked,
    not typed: there a blank is nil."""
    blank = key.block not in SPLITS and any(part.number is None for part in parts)
    return blank and figure.known >= _number(figure.computed)


def _other_column(formula: Formula | None, key: Key, figure: Figure, tracer: Tracer) -> bool:
    """Whether a split was typed by 全年执行数 or 年初预算数, where the program takes 全年预算数."""
    names = [leaf for leaf in leaves(formula) if isinstance(leaf, Cell)] if isinstance(formula, Node) else []
    for measure_ in ("executed", "initial"):
        cells = [replace(leaf, column=leaf.column.replace("full", measure_)) for leaf in names]
        parts = [f for cell in cells for f in _figures(cell, key, tracer) if f.number is not None]
        gap = abs(figure.known - sum((f.known for f in parts), Fraction(0)))
        if parts and cells != names and gap <= figure.half + sum(f.half for f in parts):
            return True
    return False


def _listed(copy: int, filing: Filing) -> bool:
    """Whether the copy of annex 3 speaks of a project of the register; if not, another rule says so."""
    name = filing.figure("project_head", "name", "value", copy)
    names = [plain_name(row.text("name")) for row in filing.table("projects").added]
    return not name.text or plain_name(name.text) in names
