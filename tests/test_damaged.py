"""Damaged workbooks: the same numbers, or a finding that names the cell, or a refusal; never other numbers in silence."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from selfeval_xl import check, conclude
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Figure, Filing, Key
from selfeval_xl.findings import Finding, Status
from selfeval_xl.reading.reader import read
from tests.build import SAMPLES
from tests.damaged import Book
from tests.damaged_cells import CELLS, COMPLETE, Refused, Same, Told, Wanted, sample
from tests.damaged_packages import MEMBERS, PACKAGES, TORN, flipped

EVERY_SAMPLE = sorted(SAMPLES.glob("*/填报.xlsx"))
UNFOUND = {"R-01", "R-02", "R-03", "R-04"}
"""Findings on what is not there: they name it in their message, the cell is where it should be."""


@dataclass(frozen=True)
class Look:
    """A file as read."""

    filing: Filing
    trouble: tuple[Finding, ...]

    @property
    def figures(self) -> dict[Key, Figure]:
        return {
            Key(t.block.key, t.copy, row.key, row.number, column): figure
            for t in self.filing.tables.values()
            for row, column, figure in t.figures()
        }

    def findings(self) -> list[Finding]:
        """All that is open, the rules' as well as reading's."""
        found = conclude(self.filing, check(self.filing), self.trouble).findings
        return [finding for finding in found if finding.status is not Status.EXPLAINED]


@cache
def clean(path: Path = COMPLETE) -> Look:
    filing, trouble = read(path)
    return Look(filing, tuple(trouble))


def look(path: Path) -> Look:
    filing, trouble = read(path)
    return Look(filing, tuple(trouble))


def contents(figures: Mapping[Key, Figure]) -> dict[Key, object]:
    """Every value; added rows are numbered in the order of what they hold, so that sorting them changes nothing."""
    rows: dict[Key, dict[str, str]] = {}
    for key, figure in figures.items():
        if figure.value is not None or figure.unreadable:
            rows.setdefault(key._replace(column=""), {})[key.column] = f"{figure.value}{figure.unreadable}"
    order = sorted(rows, key=lambda key: (*key[:3], sorted(rows[key].items())))
    count: dict[Key, int] = {}
    found: dict[Key, object] = {}
    for row in order:
        number = 0
        if row.number:
            group = row._replace(number=0)
            number = count[group] = count.get(group, 0) + 1
        for column, value in rows[row].items():
            found[row._replace(number=number, column=column)] = value
    return found


def told(findings: list[Finding]) -> set[tuple[str, str]]:
    """(rule, cell) of each; a finding on the whole file has no cell."""
    return {(rule, str(place)) for f in findings for rule in f.rules for place in f.places or ("",)}


def named(key: Key, figure: Figure, form: Filing, findings: list[Finding]) -> bool:
    """Whether a finding speaks of this cell, or of the block, row, column or sheet that it would stand in."""
    block = form.form.block(key.block)
    for finding in findings:
        if figure.place in finding.places:
            return True
        if finding.rule in UNFOUND:
            sheet = form.form.sheet_of(key.block).name_of(key.copy or 1)
            words = {f"“{block.title}”", f"“{sheet}”", f"“{figure.place.sheet}”"}
            if any(word in finding.message for word in words):
                return True
        elif key.copy and any(place.sheet == figure.place.sheet for place in finding.places):
            return True
    return False


def assert_outcome(path: Path, wanted: Wanted, before: Look) -> None:
    if isinstance(wanted, Refused):
        with pytest.raises(UnusableFile, match=re.escape(wanted.word)) as refusal:
            read(path)
        sentence = str(refusal.value)
        assert sentence.endswith("。")
        assert "请" in sentence
        sentence.encode("gbk")
        return
    after = look(path)
    if isinstance(wanted, Same):
        assert contents(after.figures) == contents(before.figures)
        assert after.trouble == before.trouble
        return
    assert_told(wanted, before, after)


def assert_told(wanted: Told, before: Look, after: Look) -> None:
    findings = list(after.trouble)
    if not wanted.rule.startswith("R-") or wanted.rule in UNFOUND:
        findings = after.findings()
    assert (wanted.rule, wanted.cell) in told(findings)
    assert not before.trouble
    old, new = before.figures, after.figures
    if contents(old) == contents(new):
        return
    for key in old.keys() | new.keys():
        was, now = old.get(key), new.get(key)
        if (was and (was.value, was.unreadable)) != (now and (now.value, now.unreadable)):
            figure = now or was
            assert figure is not None
            is_meant = figure.place.sheet == wanted.also or named(key, figure, before.filing, findings)
            assert is_meant, f"{key} at {figure.place}: {was} → {now}"


def saved(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("case", CELLS)
def test_what_people_and_programs_do(tmp_path: Path, case: str) -> None:
    change, wanted = CELLS[case]
    book = sample()
    change(book)
    assert_outcome(saved(tmp_path, book.content()), wanted, clean())


@pytest.mark.parametrize("case", PACKAGES)
def test_what_happens_to_the_container(tmp_path: Path, case: str) -> None:
    fault, wanted = PACKAGES[case]
    assert_outcome(saved(tmp_path, fault(sample())), wanted, clean())


@pytest.mark.parametrize("name", MEMBERS)
def test_one_bit_of_any_member(tmp_path: Path, name: str) -> None:
    for bit in (0, 4, 7):
        assert_outcome(saved(tmp_path, flipped(name, bit)(sample())), TORN, clean())


HARMLESS = (
    "各表上方插入两行",
    "行列都插入",
    "工作表倒序",
    "附件3改名",
    "取消所有合并",
    "全部粘贴为数值",
    "全部没有计算结果",
)


@pytest.mark.parametrize("case", HARMLESS)
@pytest.mark.parametrize("path", EVERY_SAMPLE, ids=lambda path: path.parent.name)
def test_what_does_no_harm_in_any_sample(tmp_path: Path, path: Path, case: str) -> None:
    change, wanted = CELLS[case]
    assert isinstance(wanted, Same)
    book = sample(path)
    change(book)
    assert_outcome(saved(tmp_path, book.content()), wanted, clean(path))


def test_nothing_but_the_change(tmp_path: Path) -> None:
    """The harness itself: unpacking and packing changes nothing, and a changed figure does not pass for the same."""
    assert_outcome(saved(tmp_path, sample().content()), Same(), clean())
    book: Book = sample()
    book.sheet("2收支情况").put_number("B38", 22.5)
    with pytest.raises(AssertionError):
        assert_outcome(saved(tmp_path, book.content()), Same(), clean())
