"""取数来源: each prefilled cell with its origin, what was not filled and why, what contradicts, what wants confirming."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from selfeval_xl.forms import Form
from selfeval_xl.forms.model import CONFIRMED, SOURCES
from selfeval_xl.money import plain
from selfeval_xl.places import gathered
from selfeval_xl.prefilling.placing import Typed
from selfeval_xl.prefilling.plain_sheet import PlainPage
from selfeval_xl.witnesses.facts import Fact, Untold, Use
from selfeval_xl.witnesses.joining import Contradiction, Joined
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BOLD, CENTRE, LINED, PAPER, TITLE, WRAP, Look, height_for

SHEET = SOURCES
PREFILLED, DRAFTED = "#E2EFDA", "#DDEBF7"
WIDTHS = {1: 18, 2: 34, 3: 16, 4: 24, 5: 24, 6: 22, 7: 16, 8: 12, 9: 40}
HEADS = ("填报表单元格", "内容", "填入", "来源文件", "来源表", "来源单元格", "印的数", "±（元）", "说明")
CELL: Look = {**PAPER, **LINED, **WRAP, "font_size": 9, "valign": "vcenter"}
HEAD: Look = {**CELL, **BOLD, **CENTRE, "bg_color": "#F2F2F2"}
BAND: Look = {**PAPER, **BOLD, "bg_color": "#DDEBF7", "font_size": 11}
INPUT: Look = {**CELL, **CENTRE, "bg_color": "#FFF8DC", "locked": False}
Line = tuple[str, ...]
AnyPage = Page | PlainPage


def label_of(form: Form, concept: str) -> str:
    """三、一般公共预算基本支出｜工资福利支出（301）｜2024年决算数"""
    key, row, column = concept.split(".")
    blocks = {block.key: block for block in form.blocks()}
    if key not in blocks:
        return concept
    block = blocks[key]
    parts = [block.title, *(r.label for r in block.rows if r.key == row and r.label and not r.many)]
    return "｜".join([*parts, *(c.label for c in block.columns if c.key == column)])


def origin(fact: Fact) -> str:
    """For a comment: 取自：决算软件导出.xls《…》第 33 行 O 列，单元格 …!O33，印的是 …"""
    spot = fact.spots[0]
    more = f"等 {len(fact.spots)} 格相加减" if len(fact.spots) > 1 else ""
    letters = spot.place.a1.rstrip("0123456789")
    return (
        f"取自：{spot.file}“{fact.table}”第 {spot.place.row} 行 {letters} 列，"
        f"单元格 {spot.place}{more}，印的是 {spot.printed[:60]}"
    )


def printed(fact: Fact) -> str:
    if len(fact.spots) == 1:
        return fact.spots[0].printed[:80]
    shown = [f"{'－' if s.sign < 0 else '＋'}{s.printed}" for s in fact.spots[:6]]
    return "".join(shown).removeprefix("＋") + ("…" if len(fact.spots) > 6 else "")


def amount(form: Form, fact: Fact) -> str:
    """What a fact says, in 元, or as it is."""
    if fact.number is None:
        return fact.text
    money = is_money(form, fact.concept)
    return f"{plain(Fraction(fact.number) / 100, 2)}元" if money else plain(Fraction(fact.number))


def is_money(form: Form, concept: str) -> bool:
    key, row, column = concept.split(".")
    block = next((b for b in form.blocks() if b.key == key), None)
    field = block.fields.get((row, column)) if block else None
    return field is not None and field.kind == "money"


def blocks_to_confirm(form: Form, typed: Iterable[Typed]) -> dict[str, list[Typed]]:
    """Block's title → its cells that a person has to confirm."""
    found: dict[str, list[Typed]] = {}
    for one in typed:
        if one.confirm or one.draft:
            found.setdefault(form.block(one.key.block).title, []).append(one)
    return found


def draw(page: AnyPage, form: Form, joined: Joined, typed: Sequence[Typed], left: Sequence[Untold]) -> None:
    """Top down: what to confirm, contradictions, the cells, suggestions, what could not be filled, the files."""
    page.widths(WIDTHS)
    page.merged(1, 1, 1, len(HEADS), f"{form.year}年度取数来源", {**PAPER, **TITLE, **CENTRE})
    row = _confirming(page, form, typed, 3)
    row = _lines(
        page, row, "来源互相矛盾、没有填的格（前面标“建议”的一个仅供参考）", _contradictions(form, joined)
    )
    row = _cells(page, form, row, typed)
    row = _lines(page, row, "只提示、没有填的数", _suggested(form, joined.suggestions))
    row = _lines(page, row, "没有填的格和原因", _untold(form, (*left, *joined.untold)))
    _lines(page, row, "所用文件", _files(joined))
    page.for_print(landscape=True, heads=None, header=SHEET)
    page.sheet.hide_gridlines(2)


def _confirming(page: AnyPage, form: Form, typed: Sequence[Typed], row: int) -> int:
    blocks = blocks_to_confirm(form, typed)
    if not blocks:
        return row
    page.merged(row, 1, 1, len(HEADS), "请核实后在“已确认（√）”一栏打√；没有确认的，视为未填完", BAND)
    for column, text in enumerate(("填报表", "内容", CONFIRMED, "所填格数"), 1):
        page.text(row + 1, column, text, HEAD)
    row += 2
    for title, own in blocks.items():
        page.link(row, 1, own[0].place.sheet, own[0].place.a1, own[0].place.sheet, CELL)
        page.text(row, 2, title, CELL)
        page.blank(row, 3, INPUT)
        page.sheet.data_validation(row - 1, 2, row - 1, 2, {"validate": "list", "source": ["√"]})
        page.number(row, 4, len(own), CELL)
        row += 1
    return row + 1


def _heads(page: AnyPage, row: int, title: str) -> int:
    page.merged(row, 1, 1, len(HEADS), title, BAND)
    for column, text in enumerate(HEADS, 1):
        page.text(row + 1, column, text, HEAD)
    return row + 2


def _cells(page: AnyPage, form: Form, row: int, typed: Sequence[Typed]) -> int:
    row = _heads(page, row, "所填的格（绿色为取数，蓝色为草稿）")
    for one in typed:
        for at, fact in enumerate(one.facts):
            if at == 0:
                page.link(row, 1, one.place.sheet, one.place.a1, f"{one.place}", CELL)
            else:
                page.text(row, 1, f"{one.place}", CELL)
            shown = f"{one.value}"[:200] if at == 0 else "一致"
            note = one.note if at == 0 else ""
            state = "草稿，请核实" if one.draft else "请确认" if one.confirm else ""
            concept = f"{one.key.block}.{one.key.row}.{one.key.column}"
            named = label_of(form, concept) + (
                f"｜{fact.item or fact.sheet_of}" if fact.item or fact.sheet_of else ""
            )
            _line(page, row, (named, shown, *_source(form, fact), "；".join(filter(None, (state, note)))))
            row += 1
    return row + 1


def _source(form: Form, fact: Fact) -> Line:
    half = plain(fact.half_step / 100, 3) if is_money(form, fact.concept) else ""
    where = gathered([spot.place for spot in fact.spots])
    return (fact.spots[0].file, fact.table, where[:200], printed(fact), half)


def _line(page: AnyPage, row: int, texts: Line, first: int = 2) -> None:
    for column, text in enumerate(texts, first):
        page.text(row, column, text, CELL)
    page.height(row, max(15.0, height_for([(text, WIDTHS[c]) for c, text in enumerate(texts, first)])))


def _lines(page: AnyPage, row: int, title: str, lines: Iterator[Line]) -> int:
    every = list(lines)
    if not every:
        return row
    row = _heads(page, row, title)
    for line in every:
        _line(page, row, line, 1)
        row += 1
    return row + 1


def _contradictions(form: Form, joined: Joined) -> Iterator[Line]:
    for one in joined.contradictions:
        for at, fact in enumerate(one.facts):
            yield (
                "建议" if at == 0 else "",
                _named(form, fact),
                amount(form, fact),
                *_source(form, fact),
                one.why,
            )


def _named(form: Form, fact: Fact) -> str:
    item = fact.item or fact.sheet_of
    return label_of(form, fact.concept) + (f"｜{item}" if item else "")


def _suggested(form: Form, facts: Sequence[Fact]) -> Iterator[Line]:
    for fact in facts:
        why = "平台的已支付数，不是决算数" if fact.use is Use.COMPARE else "供参考，请按指标文件填写"
        yield ("", _named(form, fact), amount(form, fact), *_source(form, fact), why)


def _untold(form: Form, untold: Sequence[Untold]) -> Iterator[Line]:
    for one in untold:
        label = label_of(form, one.concept) if one.concept.count(".") == 2 else one.concept
        yield ("", label, "", "", one.table, "", "", "", one.why)


def _files(joined: Joined) -> Iterator[Line]:
    for file in joined.files:
        said = "；".join(filter(None, (file.refused, *file.notes)))
        year = f"{file.year}年度" if file.year else ""
        yield ("", file.kind, f"{file.used} 个数", file.name, file.unit, year, file.scope, "", said)


def contradicting(form: Form, one: Contradiction) -> str:
    """For one line on the console."""
    said = "；".join(f"{f.spots[0].file} {f.spots[0].place} 为 {amount(form, f)}" for f in one.facts)
    return f"{_named(form, one.facts[0])}：{said}"
