"""The difference explained: which cell is named for a slip of the hand, and with what it ought to hold."""

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfeval_xl.checking import clues
from selfeval_xl.checking.concluding import Conclusion, conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.checking.slips import Slip
from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.supposing import supposing
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Correction, Finding
from selfeval_xl.forms import BOOK, Kind, load
from selfeval_xl.money import WAN
from selfeval_xl.writing.template.filling import filled
from tests.books import values
from tests.clean_books import clean_values

FORM = load("hunan-2023")
SAMPLES = Path(__file__).parents[1] / "samples"
CLEAN = values(FORM, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))


def cell(text: str) -> Key:
    """block.row.column, or block.number.column of an added row."""
    block, row, column = text.split(".")
    if not row.isdecimal():
        return Key(block, 0, row, 0, column)
    many = FORM.block(block).many
    assert many is not None
    return Key(block, 0, many.key, int(row), column)


def concluded(filing: Filing) -> Conclusion:
    return conclude(filing, check(filing), ())


def typed(**cells: object) -> Filing:
    """The clean sample with other values in some cells."""
    return filled(FORM, {**CLEAN, **{cell(name.replace("__", ".")): value for name, value in cells.items()}})


@dataclass(frozen=True)
class Case:
    """What is typed instead; which cells are named, with what they ought to hold, for which slip; how many mended."""

    typed: dict[str, float | None]
    named: dict[str, float | None]
    slip: Slip | None
    beside: str = ""
    mends: int = 1


CASES = {
    "one digit": Case({"sources.general.executed": 2471.42}, {"2收支情况!F6": 2471.82}, Slip.DIGIT, mends=4),
    "two digits swapped": Case(
        {"sources.general.executed": 2417.82}, {"2收支情况!F6": 2471.82}, Slip.SWAPPED, mends=4
    ),
    "sign": Case({"sources.fund.executed": -428.75}, {"2收支情况!F7": 428.75}, Slip.SIGN, mends=5),
    "元 for 万元": Case({"sources.fund.executed": 4287500}, {"2收支情况!F7": 428.75}, Slip.SCALE, mends=5),
    "万元 taken twice": Case(
        {"basic.goods.executed": 0.021496}, {"2收支情况!E29": 214.96}, Slip.SCALE, mends=2
    ),
    "decimal point": Case(
        {"sources.general.executed": 247.182}, {"2收支情况!F6": 2471.82}, Slip.SHIFTED, mends=4
    ),
    "a digit too many": Case(
        {"sources.general.executed": 24711.82}, {"2收支情况!F6": 2471.82}, Slip.EXTRA, mends=4
    ),
    "a digit left out": Case(
        {"sources.general.executed": 241.82}, {"2收支情况!F6": 2471.82}, Slip.EXTRA, mends=4
    ),
    "the budget column copied": Case(
        {"sources.general.executed": 2386.40}, {"2收支情况!F6": 2471.82}, Slip.COLUMN, "2收支情况!B6", 4
    ),
    "the line above copied": Case(
        {"split.fund.executed_project": 1149.36}, {"2收支情况!I16": 428.75}, Slip.ROW, "2收支情况!I15", 3
    ),
    "two lines exchanged": Case(
        {"sources.general.executed": 428.75, "sources.fund.executed": 2471.82},
        {"2收支情况!F6": 2471.82, "2收支情况!F7": 428.75},
        Slip.EXCHANGED,
        mends=5,
    ),
    "typed a line too low": Case(
        {"split.fund.executed_project": None, "split.capital.executed_project": 428.75},
        {"2收支情况!I17": None, "2收支情况!I16": 428.75},
        Slip.EXCHANGED,
    ),
    "a part left out of a total": Case(
        {"sources.total.executed": 2507.02}, {"2收支情况!F11": 2935.77}, Slip.OMITTED, "2收支情况!F7", 3
    ),
    "a part counted twice": Case(
        {"sources.total.executed": 3364.52}, {"2收支情况!F11": 2935.77}, Slip.TWICE, "2收支情况!F7", 3
    ),
    "a project of the register": Case(
        {"projects.2.executed": 292.64}, {"3项目清单!K8": 292.46}, Slip.SWAPPED, mends=3
    ),
    "a change of staff without its sign": Case({"change.net.value": 1}, {"1基本情况!B44": -1}, Slip.SIGN),
    "no slip, but several identities": Case(
        {"sources.general.executed": 2555.55}, {"2收支情况!F6": 2471.82}, None, mends=4
    ),
}


def filed(case: Case) -> Filing:
    return filled(FORM, {**CLEAN, **{cell(name): value for name, value in case.typed.items()}})


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_the_cell_and_the_slip_are_named(case: Case) -> None:
    mending = concluded(filed(case)).mending
    assert mending is not None
    ((clue,),) = mending.choices
    assert {str(c.place): in_units(c) for c in clue.corrections} == case.named
    assert clue.slip == (case.slip.format(cell=case.beside) if case.slip else "")
    assert (mending.cells, clue.mends, mending.left) == (len(case.named), case.mends, 0)


def in_units(correction: Correction) -> float | None:
    """What it ought to hold, in the cell's unit."""
    unit = WAN if correction.kind is Kind.MONEY else 1
    return None if correction.then is None else float(correction.then / unit)


def test_every_finding_of_one_root_names_it() -> None:
    findings = concluded(typed(sources__general__executed=2417.82)).findings
    broken = [f for f in findings if f.clues]
    assert [f.rules for f in broken] == [("B-10",), ("B-10",), ("B-12",), ("B-12",)]
    assert {str(place) for f in broken for clue in f.clues for place in clue.places} == {"2收支情况!F6"}
    assert all("4 条勾稽同时成立" in f.message for f in broken)


def test_no_cell_is_shifted_to_next_to_nothing() -> None:
    """3.56 where nothing belongs: 0.000356 would pass as a residual, and mean nothing."""
    mending = concluded(typed(sources__fund__adjustment=3.56)).mending
    assert mending is None or all(clue.slip != Slip.SCALE for clues in mending.choices for clue in clues)


def test_a_book_in_yuan_is_told_in_yuan() -> None:
    """What the sentence says can be typed as it stands."""
    factor = {Kind.MONEY: 10_000}
    yuan = {
        key: round(value * factor.get(FORM.block(key.block).fields[key.row, key.column].kind, 1), 2)
        if isinstance(value, int | float) and FORM.block(key.block).unit == BOOK
        else value
        for key, value in CLEAN.items()
    }
    slip = {cell("unit.money_unit.value"): "元", cell("sources.general.executed"): 24178200}
    mending = concluded(filled(FORM, {**yuan, **slip})).mending
    assert mending is not None
    assert "2收支情况!F6 为 24718200.00元（现为 24178200.00元，" in mending.sentence


def test_two_roots_are_two_cells() -> None:
    mending = concluded(typed(sources__general__executed=2417.82, basic__goods__initial=223.50)).mending
    assert mending is not None
    assert (mending.cells, mending.left) == (2, 0)
    first, second = mending.choices
    assert [str(place) for place in first[0].places] == ["2收支情况!F6"]
    assert "2收支情况!C29" in {str(place) for clue in second for place in clue.places}


def test_what_is_as_good_is_told_as_such() -> None:
    """Two parts and their total, each a digit away: the figures cannot tell which."""
    (clues,) = {f.clues for f in concluded(typed(basic__family__executed=87.82)).findings if f.clues}
    assert [str(clue.places[0]) for clue in clues] == ["2收支情况!E26", "2收支情况!E27", "2收支情况!E30"]
    assert {clue.slip for clue in clues} == {Slip.DIGIT}


@pytest.mark.parametrize(
    "cells",
    [
        {"basic__goods__executed": 333.33},
        {"costs__office__executed": 300.00},
        {},
        {
            "basic__wages__executed": 1018.75,
            "basic__family__executed": 88.40,
            "basic__goods__executed": 221.70,
            "basic__capital__executed": 8.00,
        },
        {
            "costs__office__last": 2500.00,
            "costs__utilities__last": 2000.00,
            "costs__meetings__last": 1500.00,
        },
        {"unit__money_unit__value": "元"},
    ],
    ids=[
        "no slip explains it",
        "any larger amount would do",
        "nothing is broken",
        "a whole column was copied",
        "far beyond the bound, but no ten thousand times",
        "the unit of the whole book is in doubt",
    ],
)
def test_without_a_reason_nothing_is_said(cells: dict[str, object]) -> None:
    conclusion = concluded(typed(**cells))
    assert conclusion.mending is None
    assert not [f for f in conclusion.findings if f.clues]


def test_what_was_explained_is_left_alone() -> None:
    """Junshan's details that lack 9.00: named while open, no more once the unit has said why."""
    book = values(FORM, (SAMPLES / "junshan-2023" / "填报.md").read_text("utf-8"))
    assert mended(book) == ["3项目清单!K7"]
    said = {"rule": "A1-06", "reason": "另有零星项目支出9.00万元，未列入清单"}
    book |= {Key("explanations", 0, "explanation", 1, column): text for column, text in said.items()}
    assert mended(book) == []


def mended(book: dict[Key, object]) -> list[str]:
    mending = concluded(filled(FORM, book)).mending
    return [str(place) for clues in mending.choices for place in clues[0].places] if mending else []


YUAN_BOOK = 1000
"""The seed of a right book in 元, whose annexes are in 万元."""


@pytest.mark.parametrize("column", ["last", "initial", "executed"])
@pytest.mark.parametrize(
    ("book", "slip"),
    [(clean_values(FORM, YUAN_BOOK), Slip.YUAN), (CLEAN, Slip.SCALE)],
    ids=["a book in 元", "a book in 万元"],
)
def test_a_column_of_annex_1_typed_in_yuan(book: dict[Key, object], slip: Slip, column: str) -> None:
    """The parts of 公用经费 are wrong, not 公用经费 itself: ten thousand times as much of it would hold as well."""
    parts = [cell(f"costs.{row}.{column}") for row in ("office", "utilities", "meetings")]
    filing = filled(FORM, {**book, **{key: float(str(book[key])) * 10_000 for key in parts}})
    mending = concluded(filing).mending
    assert mending is not None
    ((clue,),) = mending.choices
    assert {Tracer(filing).keys[c.place]: in_units(c) for c in clue.corrections} == {
        k: book[k] for k in parts
    }
    assert clue.slip == slip


@dataclass(frozen=True)
class Doubt:
    """What is typed into a right book of a seed; the cells that are named as equally likely, with their values."""

    seed: int
    typed: dict[Key, float]
    named: list[dict[str, float]]


THREE_LAST, THREE_INITIAL = cell("three.total.last"), cell("three.reception.initial")
DOUBTS = {
    "of the parts of annex 3, which the register proposes, none is named": Doubt(
        1028, {Key("funds", 3, "carryover", 0, "full"): 0}, []
    ),
    "amounts of six decimals are no swapped digits because noughts stand beside them": Doubt(
        1010, {THREE_INITIAL: 4.739366}, [{"2收支情况!C40": 4.794116}]
    ),
    "an exchange that costs a warning": Doubt(1006, {THREE_LAST: 6.5346}, []),
    "元 for 万元 lost the last digits": Doubt(
        1004, {Key("funds", 4, "carryover", 0, "executed"): 0.001697}, [{"附件3-4!D14": 16.967208}]
    ),
}


@pytest.mark.parametrize("doubt", DOUBTS.values(), ids=DOUBTS)
def test_no_right_cell_is_named_alone(doubt: Doubt) -> None:
    findings = concluded(filled(FORM, {**clean_values(FORM, doubt.seed), **doubt.typed})).findings
    (choices,) = {finding.clues for finding in findings if finding.clues} or {()}
    assert [{str(c.place): in_units(c) for c in clue.corrections} for clue in choices] == doubt.named


def test_what_was_not_tried_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A badly broken book of many projects: an identity of which not all changes were tried stays unexplained."""
    book = typed(sources__general__executed=2417.82)
    monkeypatch.setattr(clues, "TRIED_CELLS", 1)
    assert concluded(book).mending is None


MONEY = sorted(
    key
    for key, value in CLEAN.items()
    if isinstance(value, int | float) and FORM.block(key.block).fields[key.row, key.column].kind is Kind.MONEY
)


@given(st.sampled_from(MONEY), st.integers(1, 10**8))
@settings(max_examples=40, deadline=None)
def test_a_change_that_is_named_mends_what_it_says(key: Key, fen: int) -> None:
    """Whatever was typed: with the change laid on, the finding is gone, and no error is new."""
    filing = filled(FORM, {**CLEAN, key: fen / WAN})
    before, keys = concluded(filing), Tracer(filing).keys
    for finding in before.findings:
        for clue in finding.clues:
            after = concluded(supposing(filing, {keys[c.place]: c.then for c in clue.corrections}))
            assert finding.message.partition("。若")[0] not in {f.message for f in after.findings}
            assert after.summary.errors <= before.summary.errors


@given(st.sampled_from(MONEY), st.sampled_from((-1, 10_000, 10)))
@settings(max_examples=30, deadline=None)
def test_a_lone_slip_is_never_blamed_on_another_cell_alone(key: Key, factor: int) -> None:
    filing = filled(FORM, {**CLEAN, key: CLEAN[key] * factor})  # type: ignore[operator]
    place = Tracer(filing).figures[key].place
    for finding in concluded(filing).findings:
        assert not finding.clues or place in named(finding)


def named(finding: Finding) -> set[object]:
    return {place for clue in finding.clues for place in clue.places}


def test_supposing_leaves_the_filing_alone() -> None:
    filing = typed()
    key = cell("sources.general.executed")
    supposed = supposing(filing, {key: Fraction(100 * WAN)})
    assert supposed.figure("sources", "general", "executed").number == 100 * WAN
    assert supposed.figure("sources", "total", "executed").number == 563_950_000
    assert filing.figure("sources", "general", "executed").number == 2_471_820_000
    assert concluded(supposing(filing, {})) == concluded(filing)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_is_said_to_go_is_what_goes(case: Case) -> None:
    """The changes made, the counts of findings fall by just so much."""
    filing = filed(case)
    before = concluded(filing)
    mending = before.mending
    assert mending is not None
    keys = {f.place: key for key, f in Tracer(filing).figures.items()}
    made = {keys[c.place]: c.then for choice in mending.choices for c in choice[0].corrections}
    after = concluded(supposing(filing, made)).summary
    was = before.summary
    fewer = [was.errors - after.errors, was.warnings - after.warnings, was.notices - after.notices]
    assert [mending.errors, mending.warnings, mending.notices] == [max(count, 0) for count in fewer]
    assert mending.left == after.errors
    assert f"可消除 {mending.errors + mending.warnings + mending.notices} 条" in mending.sentence


def test_notices_that_go_are_counted() -> None:
    """One digit too many breaks sums, and with them what is told as 提示."""
    mending = concluded(typed(sources__general__executed=24711.82)).mending
    assert mending is not None
    assert mending.notices > 0
    assert f"提示 {mending.notices} 条" in mending.sentence


UNITS = {
    "元 chosen, 万元 typed": ("示例单位-2023", "元", "万元"),
    "万元 chosen, 元 typed": ("示例乡镇-2023", "万元", "元"),
}


@pytest.mark.parametrize(("sample", "chosen", "meant"), UNITS.values(), ids=UNITS)
def test_a_wrong_unit_stands_first_with_all_that_it_breaks(sample: str, chosen: str, meant: str) -> None:
    book = values(FORM, (SAMPLES / sample / "填报.md").read_text("utf-8"))
    right = concluded(filled(FORM, book))
    wrong = concluded(filled(FORM, {**book, cell("unit.money_unit.value"): chosen}))
    first = wrong.findings[0]
    assert (first.rules, str(first.places[0])) == (("B-22",), "1基本情况!B13")
    gone = wrong.summary.errors - right.summary.errors, wrong.summary.warnings - 1 - right.summary.warnings
    assert f"改为“{meant}”，其他 {sum(gone)} 条同时消除（错误 {gone[0]} 条" in first.message
    assert not any(finding.rules == ("B-22",) for finding in right.findings)


def test_a_doubtful_unit_that_breaks_nothing_is_told_in_its_place() -> None:
    """人均 beyond the bounds, and no sum that the other unit would mend."""
    few = filled(FORM, {cell("staff.total.staff"): 35, cell("basic.personnel.executed"): 6196100})
    (finding,) = [f for f in concluded(few).findings if f.rules == ("B-22",)]
    assert "消除" not in finding.message
