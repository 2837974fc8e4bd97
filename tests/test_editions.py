"""Editions of the template: what a later one adds is no fault of a workbook that an earlier one made."""

from pathlib import Path
from shutil import copytree

import pytest

from selfeval_xl import convert, examine
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, load
from selfeval_xl.forms.loader import FOLDER
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.build import SAMPLES
from tests.conftest import Golden
from tests.test_samples import findings_text

FILES = Path(__file__).parent / "files"
FIRST = sorted(FILES.glob("*-第一版模板.xlsx"))
TEXT = (FOLDER / "hunan-2023" / "form.toml").read_text("utf-8")
NEWER = (
    ("edition = 2", "edition = 3"),
    # A row, a column and a block, all of them required.
    (
        'rows = [\n  { key = "duties"',
        'rows = [\n  { key = "slow", label = "执行率偏低的说明", required = true, since = 3 },\n  { key = "duties"',
    ),
    (
        'columns = [\n  { key = "name", label = "一级项目名称"',
        'columns = [\n  { key = "slow", label = "执行率偏低原因", kind = "paragraph", required = true, since = 3 },\n'
        '  { key = "name", label = "一级项目名称"',
    ),
    (
        '[[sheet.block]]\nkey = "achievements"',
        '[[sheet.block]]\nkey = "plan"\ntitle = "来年计划"\nlabels = ["项目"]\nsince = 3\n'
        'columns = [{ key = "value", label = "计划", kind = "text" }]\n'
        'rows = [{ key = "aim", label = "目标", required = true }, { key = "sum", label = "数" }]\n\n'
        '[[sheet.block]]\nkey = "achievements"',
    ),
    # A cell that was typed and is computed now.
    (
        'key = "office", label = "其中：办公经费",',
        'key = "office", label = "其中：办公经费", from = "basic.goods", computed_since = 3,',
    ),
)


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Form:
    """The form as a later program has it."""
    text = TEXT
    for old, new in NEWER:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    own = tmp_path / "hunan-2023"
    copytree(str(FOLDER / "hunan-2023"), own)
    (own / "form.toml").write_text(text, "utf-8")
    monkeypatch.setattr("selfeval_xl.forms.loader.FOLDER", tmp_path)
    return load()


@pytest.mark.parametrize("book", FIRST, ids=lambda book: book.stem)
def test_what_the_first_edition_lacked_is_not_told(book: Path, tmp_path: Path, golden: Golden) -> None:
    """Workbooks as the program of the first edition made them."""
    filing, findings = read(book)
    assert (filing.form.id, filing.form.edition, findings) == ("hunan-2023", 1, [])
    golden(book.with_suffix(".txt"), findings_text(convert(book, tmp_path)))


@pytest.mark.parametrize(
    "book", [*FIRST, SAMPLES / "示例单位-2023" / "填报.xlsx"], ids=lambda book: book.stem
)
def test_a_later_edition_adds_no_finding(book: Path, newer: Form, tmp_path: Path) -> None:
    filing, findings = read(book)
    assert (filing.form.lacks("duties", "slow"), filing.form.lacks("plan"), findings) == (True, True, [])
    assert filing.text("duties", "slow") == ""
    assert len(filing.by_place) == len(filing.by_key)
    conclusion = convert(book, tmp_path).conclusion
    assert [f for f in conclusion.findings if f.rule in ("B-00", "R-02", "R-04", "X-90")] == []


def test_a_workbook_of_the_later_edition_is_asked(newer: Form, tmp_path: Path) -> None:
    assert not newer.lacks("plan", "aim", "value")
    old = load(edition=2)
    typed = values(old, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))
    (book := tmp_path / "新.xlsx").write_bytes(fill(newer, typed))
    conclusion = examine(book).conclusion
    cells = [str(place) for f in conclusion.findings if f.rule == "B-00" for place in f.places]
    assert len(cells) == 2 + sum(key.block == "projects" and key.column == "name" for key in typed)
    assert any(f.rule == "X-90" for f in conclusion.findings)


def test_a_later_template_than_the_program(
    newer: Form, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (book := tmp_path / "新.xlsx").write_bytes(write_template(newer))
    monkeypatch.setattr("selfeval_xl.forms.loader.FOLDER", FOLDER)
    with pytest.raises(UnusableFile, match="模板版次 3 本程序没有"):
        read(book)


def test_a_form_that_is_given_is_read_by_the_edition_of_the_workbook() -> None:
    assert read(FIRST[0], load())[0].form.edition == 1
    assert read(SAMPLES / "示例单位-2023" / "填报.xlsx", load(edition=1))[0].form.edition == load().edition


def test_formulas_of_earlier_editions(newer: Form) -> None:
    """A cell that was typed stays one to be typed."""
    key = Key("costs", 0, "office", 0, "executed")
    now, before = (
        form.block("costs").fields[key.row, key.column].formula for form in (newer, load(edition=2))
    )
    assert (now is None, before is None) == (False, True)
