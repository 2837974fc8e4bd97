"""The filing held against other official files: a figure that differs by more than both last places is told.

A witness of another unit, year or scope is one finding, and nothing of it is compared; one that differs nearly
everywhere (another unit of money, another table) is one finding, too.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.checking.witness_rules import DIFFERS, NOT_COMPARED, THROUGHOUT, WITNESS_RULES
from selfeval_xl.filing import Figure, Filing, Key
from selfeval_xl.filing.naming import field_name
from selfeval_xl.findings import Level, Result, Rule, Status, shown
from selfeval_xl.forms import Kind
from selfeval_xl.money import WAN, YUAN
from selfeval_xl.reconciling.side_by_side import Said
from selfeval_xl.witnesses.facts import Fact, Use, bare
from selfeval_xl.witnesses.joining import Choice, Contradiction, Joined, Taken

MANY, SHARE = 8, Fraction(3, 5)
"""So many figures of a file, and such a share of them different, are one finding."""
APPROVED, REPORTED = "决算批复数", "因汇审或批复调整而不同的，写明原因"


class Compared(Struct, frozen=True):
    """One figure of the filing beside one of a witness."""

    key: Key
    figure: Figure
    fact: Fact

    @property
    def gap(self) -> Fraction:
        assert self.figure.number is not None
        assert self.fact.number is not None
        return self.figure.number - self.fact.number

    @property
    def agrees(self) -> bool:
        return abs(self.gap) <= self.fact.half_step + own_half(self.figure)

    @property
    def file(self) -> str:
        return self.fact.spots[0].file


def own_half(figure: Figure) -> Fraction:
    if figure.kind is not Kind.MONEY:
        return Fraction(0)
    return Fraction(1, 2) if figure.is_exact else Fraction(figure.half)


def witnessed(filing: Filing, joined: Joined) -> list[Result]:
    """What other files say against the filing."""
    said = {row.key: row.text("value") for row in filing.table("unit").rows}
    wrong = _other_unit(said, joined)
    if wrong is not None:
        return [wrong, *_passed(DIFFERS, THROUGHOUT)]
    every = list(compared(filing, joined))
    through, covered = _throughout(every)
    results = [*_refused(joined), *through, *_differing(filing, every, covered)]
    return [
        *results,
        *_passed(*(rule for rule in WITNESS_RULES if all(r.rule.id != rule.id for r in results))),
    ]


def _passed(*rules: Rule) -> list[Result]:
    return [Result(rule, Status.PASSED, rule.level) for rule in rules]


def compared(filing: Filing, joined: Joined) -> Iterator[Compared]:
    """Every figure of the filing that a witness states."""
    rows = _rows(filing)
    told: Sequence[Choice | Contradiction] = (*joined.choices, *joined.contradictions)
    for one in told:
        for fact in (*one.facts, *(f for f in joined.suggestions if f.concept == one.facts[0].concept)):
            key = _key(fact, rows)
            figure = filing.by_key.get(key) if key is not None else None
            if (
                key is not None
                and figure is not None
                and figure.number is not None
                and fact.number is not None
            ) and fact.use is not Use.SUGGEST:
                yield Compared(key, figure, fact)


def said(filing: Filing, joined: Joined) -> list[Said]:
    """What the sources say of the filing's figures, the kinds of files in their own order. Nothing where they are another
    unit's."""
    if _other_unit({row.key: row.text("value") for row in filing.table("unit").rows}, joined) is not None:
        return []
    kinds = {file.name: _kind(file, filing.form.year) for file in joined.files if not file.refused}
    found = [
        Said(one.key, kinds[one.file], one.fact.number, one.agrees, one.fact.use is Use.COMPARE)
        for one in compared(filing, joined)
        if one.file in kinds and one.fact.number is not None
    ]
    order = list(dict.fromkeys(kinds.values()))
    return sorted(found, key=lambda one: order.index(one.source))


def _kind(file: Taken, year: int) -> str:
    """决算公开表; 上年决算公开表 of the year before."""
    return file.kind if file.kind.startswith("上年") or file.year in (0, year) else f"上年{file.kind}"


def _rows(filing: Filing) -> Mapping[tuple[str, str], int]:
    """Block and name (or code) of an added row → its number; a name that stands twice is none."""
    found: dict[tuple[str, str], int] = {}
    twice = set()
    for table in filing.tables.values():
        column = "code" if table.block.key.endswith("_items") else "name"
        for row in table.added:
            if table.copy == 0 and column in row.figures and (name := bare(row.text(column))):
                at = (table.block.key, name)
                twice |= {at} & found.keys()
                found[at] = row.number
    return {at: number for at, number in found.items() if at not in twice}


def _key(fact: Fact, rows: Mapping[tuple[str, str], int]) -> Key | None:
    block, row, column = fact.concept.split(".")
    if fact.sheet_of:
        return None
    if not fact.item:
        return Key(block, 0, row, 0, column)
    number = rows.get((block, bare(fact.item)), 0)
    return Key(block, 0, row, number, column) if number else None


def _other_unit(said: Mapping[str, str], joined: Joined) -> Result | None:
    if said.get("code") and joined.code:
        same = said["code"] == joined.code
    else:
        one, two = bare(said.get("name", "")), bare(joined.unit)
        same = not one or not two or one in two or two in one
    if same:
        return None
    message = f"给出的文件是“{joined.unit}”的，填报单位是“{said.get('name', '')}”，没有核对"
    return Result(NOT_COMPARED, Status.BROKEN, NOT_COMPARED.level, about=joined.unit, message=message)


def _refused(joined: Joined) -> Iterator[Result]:
    for file in joined.files:
        if file.refused:
            message = f"“{file.name}”（{file.kind}）{file.refused}"
            yield Result(NOT_COMPARED, Status.BROKEN, NOT_COMPARED.level, about=file.name, message=message)


def _throughout(every: Sequence[Compared]) -> tuple[list[Result], set[str]]:
    """Files of which most figures differ, each one finding with its cause."""
    results, covered = [], set[str]()
    for file in dict.fromkeys(one.file for one in every):
        own = [one for one in every if one.file == file and one.fact.number and one.figure.number]
        apart = [one for one in own if not one.agrees]
        if len(own) < MANY or len(apart) < SHARE * len(own):
            continue
        covered.add(file)
        first = apart[0]
        message = f"与“{file}”可比的 {len(own)} 个数有 {len(apart)} 个不同，{_cause(apart)}"
        places = tuple(one.figure.place for one in apart[:20])
        results.append(
            Result(
                THROUGHOUT,
                Status.BROKEN,
                THROUGHOUT.level,
                places,
                about=f"{file} {first.fact.number}",
                message=message,
            )
        )
    return results, covered


def _cause(apart: Sequence[Compared]) -> str:
    factor = Fraction(WAN, YUAN)
    for times, words in ((factor, "填报的数大一万倍"), (1 / factor, "填报的数小一万倍")):
        near = [
            one
            for one in apart
            if one.figure.number
            and one.fact.number
            and abs(one.figure.number / one.fact.number / times - 1) < Fraction(1, 100)
        ]
        if len(near) >= SHARE * len(apart):
            return f"{words}：填报金额单位（元、万元）多半选错了"
    return "多半是别的年度、别的口径（本级、汇总）的表，或填报错了列"


def _differing(filing: Filing, every: Sequence[Compared], covered: set[str]) -> Iterator[Result]:
    by_cell: dict[Key, list[Compared]] = {}
    for one in every:
        if one.file not in covered:
            by_cell.setdefault(one.key, []).append(one)
    for key, own in by_cell.items():
        apart = [one for one in own if not one.agrees]
        if apart:
            yield _difference(filing, key, own, apart)


def _difference(filing: Filing, key: Key, own: Sequence[Compared], apart: Sequence[Compared]) -> Result:
    first, figure = apart[0], own[0].figure
    kind = figure.kind
    said = "，".join(f"{where(one.fact)}为{shown(one.fact.number or Fraction(0), kind)}" for one in apart[:3])
    agreeing = [one for one in own if one.agrees and one.fact.use is not Use.COMPARE]
    paid = all(one.fact.use is Use.COMPARE for one in apart)
    more = f"；与{where(agreeing[0].fact)}一致，请核对来源" if agreeing else ""
    more += "；平台的是已支付数，不是决算数" if paid else ""
    basis = filing.text("unit", "basis")
    if not agreeing and not paid and basis and basis != APPROVED and key.column.startswith("executed"):
        more += f"；数据口径是{basis}，{REPORTED}"
    assert figure.number is not None
    message = f"{field_name(filing, key)}填{shown(figure.number, kind)}，{said}，相差{shown(abs(first.gap), kind)}{more}"
    level = Level.NOTICE if agreeing or paid else DIFFERS.level
    about = " ".join(f"{one.file} {one.fact.number}" for one in apart)
    number = first.fact.number
    return Result(
        DIFFERS, Status.BROKEN, level, (figure.place,), about, message, figure.number, number, kind=kind
    )


def where(fact: Fact) -> str:
    """决算软件导出.xls 的 Z08_1 …!F9"""
    spot = fact.spots[0]
    more = "等格" if len(fact.spots) > 1 else ""
    return f"“{spot.file}”{spot.place}{more}"
