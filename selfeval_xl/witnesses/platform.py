"""What the platform's list of budget items says of a form: its mapping is the form's, its sums are those of rows."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from selfeval_xl.errors import UnusableFile
from selfeval_xl.forms import Form
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.witnesses.facts import Fact, Untold, Use, Witness, WitnessKind
from selfeval_xl.witnesses.finding import YEAR, scale_near
from selfeval_xl.witnesses.ledger import Ledger, Reading, coded, ledger_on
from selfeval_xl.witnesses.mapping import mapping

SOURCES = ("general", "fund", "capital", "special", "other")
APPROPRIATED = ("general", "fund", "capital")
ITEM_DIGITS = 7
FOUR = re.compile(r"(?<!\d)20\d\d(?!\d)")


def ledger_facts(name: str, sheets: Sequence[Sheet], form: Form, unit: str = "") -> Witness:
    """The items of one unit. `unit`: its code or name, in a file of the whole bureau.

    Raises UnusableFile: no unit of money, several units and none named."""
    words = mapping(form.base).platform
    sheet, (head, columns) = next(
        (sheet, found) for sheet in sheets if (found := ledger_on(sheet, words)) is not None
    )
    scale = scale_near(sheet, head, head)
    if scale is None:
        raise UnusableFile(f"「{name}」没有写明金额单位（元或万元）；请在表头上方写上，如“金额单位：元”。")
    ledger = Ledger(sheet, head, columns, scale)
    rows, code, owner = _of_unit(name, ledger, unit)
    reading = Reading(name, ledger, words, rows)
    facts = (
        *_sources(reading),
        *_split(reading),
        *_basic(reading),
        *_projects(reading),
        *_coded_items(reading),
    )
    year = _year(sheet, head)
    notes = _notes(reading)
    return Witness(
        name, WitnessKind.PLATFORM, year or form.year, owner, code, "", facts, tuple(_untold(reading)), notes
    )


def _of_unit(name: str, ledger: Ledger, wanted: str) -> tuple[tuple[int, ...], str, str]:
    owners: dict[tuple[str, str], list[int]] = {}
    for row in ledger.rows:
        text = ledger.text(row, "unit")
        code = ledger.text(row, "unit_code") or coded(text)
        owner = text.removeprefix(code).lstrip("-_ 　") if code else text
        owners.setdefault((code, owner), []).append(row)
    if wanted:
        owners = {key: rows for key, rows in owners.items() if wanted in key}
    if not owners:
        raise UnusableFile(f"「{name}」里没有一条指标认得；请给从一体化平台导出的指标明细。")
    if len(owners) > 1:
        raise UnusableFile(
            f"「{name}」里有 {len(owners)} 个单位的指标，不知道用哪一个；请用 --units 写明单位全称或编码。"
        )
    ((code, owner), rows) = next(iter(owners.items()))
    return tuple(rows), code, owner


def _year(sheet: Sheet, head: int) -> int:
    for (row, _), cell in sorted(sheet.cells.items()):
        if row < head and isinstance(cell.value, str):
            if match := YEAR.search(cell.value):
                return int(match[1])
            if "年度" in cell.value and (digits := FOUR.findall(cell.value)):
                return int(digits[0])
    return 0


def _sources(reading: Reading) -> Iterator[Fact]:
    for source in SOURCES:
        rows = reading.where(source=source)
        if not rows:
            continue
        of = f"sources.{source}"
        yield from _given(
            reading.total(f"{of}.initial", rows, "initial", use=Use.FILL),
            reading.total(f"{of}.carryover", rows, "carryover", use=Use.CONFIRM),
            reading.total(f"{of}.adjustment", rows, "adjustment", use=Use.CONFIRM),
            reading.total(f"{of}.executed", rows, "paid", use=Use.COMPARE),
            *_closing(reading, of, rows),
        )


def _closing(reading: Reading, of: str, rows: tuple[int, ...]) -> Iterator[Fact | None]:
    """余额 is what goes on only where what was taken back is said apart; else both together."""
    if "recovered" in reading.ledger.columns:
        left = "next" if "next" in reading.ledger.columns else "left"
        yield reading.total(f"{of}.closing", rows, left, use=Use.CONFIRM)
        if not of.startswith("projects"):
            yield reading.total(f"{of}.recovered", rows, "recovered", use=Use.CONFIRM)


def _given(*facts: Fact | None) -> Iterator[Fact]:
    return (fact for fact in facts if fact is not None)


def _split(reading: Reading) -> Iterator[Fact]:
    for source in SOURCES:
        for nature in ("basic", "project"):
            if not all(reading.nature(row) for row in reading.where(source=source)):
                continue  # a bare 运转类 decides nothing
            rows = reading.where(source=source, nature=nature)
            for column, key, use in (
                ("initial", "initial", Use.FILL),
                ("full", "full", Use.FILL),
                ("executed", "paid", Use.COMPARE),
            ):
                yield from _given(reading.total(f"split.{source}.{column}_{nature}", rows, key, use=use))


def _basic(reading: Reading) -> Iterator[Fact]:
    rows = reading.where(source="general", nature="basic")
    if not all(reading.nature(row) for row in reading.where(source="general")):
        return
    for key, digits in reading.words["classes"].items():
        own = [row for row in rows if reading.economic(row).startswith(digits)]
        yield from _given(
            reading.total(f"basic.{key}.initial", own, "initial", use=Use.FILL),
            reading.total(f"basic.{key}.full", own, "full", use=Use.FILL),
            reading.total(f"basic.{key}.executed", own, "paid", use=Use.COMPARE),
        )
    for key, codes in reading.words["cost_codes"].items():
        own = [row for row in rows if reading.economic(row) in codes]
        yield from _given(
            reading.total(f"costs.{key}.initial", own, "initial", use=Use.FILL),
            reading.total(f"costs.{key}.executed", own, "paid", use=Use.COMPARE),
        )
    yield from _given(reading.total("costs.adjustment.executed", rows, "adjustment", use=Use.SUGGEST))


def _projects(reading: Reading) -> Iterator[Fact]:
    """A project of money of several sources is told by source; on the register such a row is split by the user."""
    names = dict.fromkeys(reading.name(row) for row in reading.where(nature="project"))
    for name in names:
        rows = [row for row in reading.where(nature="project") if reading.name(row) == name]
        own = {reading.source(row) for row in rows}
        if not name or len(own) != 1:
            continue
        yield from _project(reading, name, tuple(rows), next(iter(own)))


def _project(reading: Reading, name: str, rows: tuple[int, ...], source: str) -> Iterator[Fact]:
    of = "projects.project"
    line = "appropriation" if source in APPROPRIATED else "other"
    first = reading.spot(
        rows[0], "first_project" if "first_project" in reading.ledger.columns else "project", name
    )
    kind = WitnessKind.PLATFORM.value
    yield Fact(f"{of}.name", name, None, Fraction(0), (first,), kind, Use.CONFIRM, name)
    facts = [
        reading.total(f"{of}.initial", rows, "initial", use=Use.CONFIRM, item=name),
        reading.total(f"{of}.carryover", rows, "carryover", use=Use.CONFIRM, item=name),
        reading.total(f"{of}.adjustment", rows, "adjustment", use=Use.CONFIRM, item=name),
        reading.total(f"{of}.executed", rows, "paid", use=Use.COMPARE, item=name),
        *_closing_of(reading, name, rows),
        reading.total(f"funds.{line}.initial", rows, "initial", use=Use.CONFIRM, of=name),
        reading.total(f"funds.{line}.full", rows, "initial", "adjustment", use=Use.CONFIRM, of=name),
    ]
    if line == "appropriation":
        facts.append(reading.total("funds.carryover.full", rows, "carryover", use=Use.CONFIRM, of=name))
    yield from _given(*facts)


def _closing_of(reading: Reading, name: str, rows: tuple[int, ...]) -> Iterator[Fact | None]:
    if "recovered" in reading.ledger.columns:
        left = "next" if "next" in reading.ledger.columns else "left"
        yield reading.total("projects.project.closing", rows, left, use=Use.CONFIRM, item=name)


def _coded_items(reading: Reading) -> Iterator[Fact]:
    for source, block in (("fund", "fund_items.item"), ("capital", "capital_items.item")):
        codes = dict.fromkeys(reading.function(row) for row in reading.where(source=source))
        for code in codes:
            rows = [row for row in reading.where(source=source) if reading.function(row) == code]
            if len(code) != ITEM_DIGITS:
                continue
            projects = [row for row in rows if reading.nature(row) == "project"]
            yield from _given(
                reading.total(f"{block}.initial", rows, "initial", use=Use.FILL, item=code),
                reading.total(f"{block}.full", rows, "full", use=Use.FILL, item=code),
                reading.total(f"{block}.executed", rows, "paid", use=Use.COMPARE, item=code),
                reading.total(f"{block}.project", projects, "paid", use=Use.COMPARE, item=code)
                if source == "fund"
                else None,
            )


def _untold(reading: Reading) -> Iterator[Untold]:
    """What the list cannot say, though one would look for it there."""
    table = WitnessKind.PLATFORM.value
    for row in reading.rows:
        if not reading.source(row):
            text = reading.ledger.text(row, "source")
            yield Untold("sources", table, f"第 {row} 行的资金性质“{text}”认不出，没有计入任何一种资金")
    if "recovered" not in reading.ledger.columns:
        yield Untold("sources.*.closing", table, "没有收回一列，余额是年末结转与财政收回之和，两格都没有填")
    for name in dict.fromkeys(reading.name(row) for row in reading.where(nature="project")):
        own = {reading.source(row) for row in reading.where(nature="project") if reading.name(row) == name}
        if len(own) > 1:
            yield Untold("projects", table, f"项目“{name}”有几种资金，须分行填写，没有填")


def _notes(reading: Reading) -> tuple[str, ...]:
    plain = [row for row in reading.rows if not reading.nature(row)]
    if not plain:
        return ()
    return (
        f"有 {len(plain)} 条指标的项目类别（如只写“运转类”）分不出基本支出还是项目支出，按支出性质的各格没有取数。",
    )
