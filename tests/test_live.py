"""The live status against the converter: LibreOffice recalculates the template, both say the same of each book."""

import io
import random
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from selfeval_xl.checking.concluding import Conclusion, Standing, conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.filing import Key
from selfeval_xl.forms import load
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.wanted import Wanted
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.build import SAMPLES
from tests.libreoffice import LibreOffice

FORM = load("hunan-2023")
GREEN = "已填齐，可以转换"
Typed = dict[Key, object]


def cell(address: str) -> Key:
    block, row, column = address.split(".")
    row, _, number = row.partition("#")
    return Key(block, 0, row, int(number or 0), column)


def sample(name: str = "示例单位-2023") -> Typed:
    return values(FORM, (SAMPLES / name / "填报.md").read_text("utf-8"))


def recalculated(soffice: LibreOffice, books: list[Typed], tmp_path: Path) -> Iterator[openpyxl.Workbook]:
    """The books as LibreOffice shows them."""
    paths = []
    for number, typed in enumerate(books):
        paths.append(tmp_path / f"book{number}.xlsx")
        paths[-1].write_bytes(fill(FORM, typed))
    for path in soffice.convert(paths, "xlsx", tmp_path / "out"):
        yield openpyxl.load_workbook(io.BytesIO(path.read_bytes()), data_only=True)


def concluded(typed: Typed) -> Conclusion:
    filing = filled(FORM, typed)
    return conclude(filing, check(filing), ())


REASON = "年中上级下达农村公路养护补助资金，县财政追加预算指标"
SOURCES = ("general", "fund", "capital", "special", "other")


def roots(count: int, seed: int) -> Iterator[Typed]:
    """Books in which lines depart from their budgets, alone and together, with reasons here and there."""
    dice = random.Random(seed)
    labels = [row.label for row in FORM.block("sources").rows[:5]]
    steps = (0, 0, 3, 10, 10, 40, 50, 100, 400)

    def amounts() -> tuple[int, int]:
        before = dice.choice(steps)
        return before, dice.choice((before, before, before + dice.choice(steps), dice.choice(steps)))

    for _ in range(count):
        typed: Typed = {cell("unit.money_unit.value"): dice.choice(["万元", "元"])}
        large = 10_000 if typed[cell("unit.money_unit.value")] == "元" else 1

        def put(address: str, amount: int, large: int = large, typed: Typed = typed) -> None:
            typed[cell(address)] = amount * large

        def say(address: str, typed: Typed = typed) -> None:
            if dice.random() < 0.25:
                typed[cell(address)] = dice.choice([REASON, REASON, "无", "工作需要", "—"])

        for source in SOURCES:
            if dice.random() < 0.7:
                initial, executed = amounts()
                put(f"sources.{source}.initial", initial)
                put(f"sources.{source}.executed", executed)
                put(f"sources.{source}.carryover", 0)
                put(f"sources.{source}.adjustment", dice.choice((executed - initial, 0, 20)))
                say(f"sources.{source}.reason")
        say("sources.total.reason")
        say("basic.total.reason")
        for nature in ("basic", "project"):
            initial, executed = amounts()
            for measure, amount in (
                ("initial", initial),
                ("executed", executed),
                ("full", max(initial, executed)),
            ):
                put(f"split.general.{measure}_{nature}", amount)
        for row in ("wages", "goods"):
            initial, executed = amounts()
            put(f"basic.{row}.initial", initial)
            put(f"basic.{row}.executed", executed)
        for row in ("personnel", "operating"):
            say(f"basic.{row}.reason")
        for row in ("purchase", "running", "reception"):
            initial, executed = amounts()
            put(f"three.{row}.initial", initial)
            put(f"three.{row}.executed", executed)
            put(f"three.{row}.last", dice.choice(steps))
        say("three.total.reason")
        say("three.purchase.reason")
        for number in range(1, dice.randint(1, 6)):
            initial, executed = amounts()
            typed[cell(f"projects.project#{number}.name")] = f"项目{number}"
            typed[cell(f"projects.project#{number}.source")] = dice.choice(labels)
            put(f"projects.project#{number}.initial", initial)
            put(f"projects.project#{number}.executed", executed)
            put(f"projects.project#{number}.carryover", 0)
            put(f"projects.project#{number}.adjustment", dice.choice((executed - initial, 0)))
            say(f"projects.project#{number}.reason")
        yield typed


@pytest.mark.libreoffice
def test_a_reason_settles_what_the_converter_says_it_settles(soffice: LibreOffice, tmp_path: Path) -> None:
    """须说明差额 and 待写原因 of many books: those of the template are those of rules B-09 and A1-08."""
    books = list(roots(16, seed=20240826))
    asked = 0
    for typed, book in zip(books, recalculated(soffice, books, tmp_path), strict=True):
        wanted = Wanted(filled(FORM, typed))
        assert _gaps(book, wanted) == {}
        count = sum(wanted.open(block) for block in EXPLAINED)
        assert f"待写原因 {count} 处" in str(book["填表说明"]["A3"].value)
        asked += count > 0
    assert 2 < asked < 16


EXPLAINED = ("sources", "basic", "three", "projects")


def _gaps(book: openpyxl.Workbook, wanted: Wanted) -> dict[str, tuple[object, object]]:
    """The cells of 须说明差额 that do not show what the converter asks: what they show, what it asks."""
    wrong: dict[str, tuple[object, object]] = {}
    for block in EXPLAINED:
        for row in wanted.filing.table(block).rows:
            if "reason" in row.figures:
                place = row["reason"].place
                value = shown(book[place.sheet].cell(place.row, place.column - 1).value)
                gap = wanted.gap(block, row.key, row.number)
                due = None if gap is None else round(float(gap / wanted.filing.scale), 6)
                if value != due:
                    wrong[f"{place}"] = value, due
    return wrong


def shown(value: object) -> object:
    blank = isinstance(value, str) and not value.strip()
    return None if blank else round(float(value), 6) if isinstance(value, int | float) else value


def _status_books() -> dict[str, Typed]:
    """What people leave: a reason at a part alone, noughts blank, a required cell blank, a difference unexplained."""
    town, unit = sample("示例乡镇-2023"), sample()
    told = {key for key in town if key.column == "reason" and key.block in ("sources", "projects")}
    noughts = {key for key, value in unit.items() if value == 0 and key.block == "sources"}
    return {
        "complete": unit,
        "a reason at each project, none above": {
            k: v for k, v in town.items() if k not in told - _parts(told)
        },
        "no reason at all": {k: v for k, v in town.items() if k not in told},
        "reasons that are none": {k: "工作需要" if k in told else v for k, v in town.items()},
        "noughts left blank": {k: v for k, v in unit.items() if k not in noughts},
        "a required cell left blank": {k: v for k, v in unit.items() if k != cell("use.purpose.value")},
        "a sum that is wrong": unit | {cell("split.general.executed_project"): 1},
    }


def _parts(told: set[Key]) -> set[Key]:
    return {key for key in told if key.block == "projects"} | {cell("sources.other.reason")}


STATUS_BOOKS = _status_books()


@pytest.mark.libreoffice
def test_the_status_is_green_when_the_converter_says_ready(soffice: LibreOffice, tmp_path: Path) -> None:
    verdicts = {}
    books = recalculated(soffice, list(STATUS_BOOKS.values()), tmp_path)
    for (name, typed), book in zip(STATUS_BOOKS.items(), books, strict=True):
        summary = concluded(typed).summary
        assert f"必填未填 {summary.missing} 格" in str(book["填表说明"]["A3"].value), name
        verdicts[name] = (book["填表说明"]["A2"].value == GREEN, summary.standing is Standing.READY)
    assert {name: live for name, (live, _) in verdicts.items()} == {
        n: ready for n, (_, ready) in verdicts.items()
    }
    assert len(set(verdicts.values())) == 2
