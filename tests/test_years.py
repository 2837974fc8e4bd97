"""Fiscal years: for which of them templates are made, and that nothing of another one is left in a filing."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from selfeval_xl import cli, convert, examine, write_template
from selfeval_xl.cli import commands
from selfeval_xl.errors import FormError
from selfeval_xl.forms import load
from selfeval_xl.forms.years import dated, undated
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.build import FILED, SAMPLES, TEMPLATES

FORM = load()
FIRST, LAST = FORM.years


class Calendar(date):
    """A date whose today is set."""

    now = date(2026, 3, 1)

    @classmethod
    def today(cls) -> date:  # type: ignore[override]
        return cls.now


@pytest.mark.parametrize(
    ("today", "year"),
    [
        (date(2026, 3, 1), 2025),
        (date(2026, 12, 31), 2025),
        (date(2027, 1, 1), 2026),
        (date(2040, 1, 1), LAST),
        (date(2019, 1, 1), FIRST),
    ],
)
def test_without_a_year_it_is_the_last_closed_one_of_the_form(
    today: date, year: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Calendar, "now", today)
    monkeypatch.setattr(cli, "date", Calendar)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(commands, ["template", "--projects", "1"], standalone_mode=False)
    assert [path.name for path in tmp_path.iterdir()] == [f"{year}年度部门整体支出绩效自评填报模板.xlsx"]
    assert f"已生成 {year} 年度的填报模板" in done.output
    assert f"没有写 --year，按表样（{FIRST}—{LAST} 年度）中最近一个已结束的年度生成" in done.output


def test_a_year_that_was_asked_for_needs_no_remark(tmp_path: Path) -> None:
    arguments = ["template", "--year", "2024", "--projects", "1", "--out", str(tmp_path / "空白.xlsx")]
    done = CliRunner().invoke(commands, arguments, standalone_mode=False)
    assert done.output.splitlines() == [f"已生成 2024 年度的填报模板：{tmp_path / '空白.xlsx'}"]


@pytest.mark.parametrize("year", [2019, FIRST - 1, LAST + 1, 2031])
def test_the_years_of_the_form_bind_what_is_made(year: int, tmp_path: Path) -> None:
    with pytest.raises(FormError, match=f"用于 {FIRST}—{LAST} 年度，不能生成 {year} 年度的模板"):
        write_template(load("hunan-2023", year), tmp_path / "空白.xlsx")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("year", [2019, 2031])
def test_the_years_of_the_form_do_not_bind_what_is_read(year: int, tmp_path: Path) -> None:
    (tmp_path / "填报.xlsx").write_bytes(fill(load("hunan-2023", year), {}))
    assert examine(tmp_path / "填报.xlsx").filing.form.year == year


def test_the_templates_beside_the_program_are_of_the_years_that_are_filed() -> None:
    assert {path.name[:4] for path in TEMPLATES.glob("*填报模板.xlsx")} == {str(year) for year in FILED}
    notes = (TEMPLATES / "说明.txt").read_text("utf-8-sig")
    assert all(str(year) in notes for year in FILED)
    assert "selfeval template --year" in notes


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("2023年决算数", "{year}年决算数"),
        ("2022年末、2023-06、2024年6月", "{last}年末、{year}-06、{next}年6月"),
        ("2023.00万元、12023人、0.2023", "2023.00万元、12023人、0.2023"),
    ],
)
def test_texts_without_their_year(text: str, slots: str) -> None:
    assert undated(text, 2023) == slots
    assert dated(slots, 2023) == text


def moved_on(text: str) -> str:
    """A sample's text two years later."""
    return re.sub(r"(?<![\d.])202[0-4](?![\d.])", lambda year: str(int(year[0]) + 2), text)


def of_another_year(content: bytes) -> Iterator[str]:
    """Where 2022 or 2023 stands in a package as a year; the form's id apart, which never changes."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        for name in package.namelist():
            said = package.read(name).decode("utf-8", "ignore").replace("hunan-2023", "")
            said = re.sub(r't="s"><v>\d+</v>', 't="s">', said)  # the number of a text, not a year
            texts = re.sub(r"<(?:c|row|xdr:\w+|a:\w+|w:\w+|v:\w+) [^>]*>", "<>", said)
            for found in re.finditer(r"(?<![\d.])202[23](?![\d.])", texts):
                yield f"{name}: {texts[max(0, found.start() - 60) : found.end() + 30]}"


@pytest.mark.parametrize("sample", ["示例单位-2023", "junshan-2023", "示例乡镇-2023"])
def test_nothing_of_another_year_is_left_in_a_filing(sample: str, tmp_path: Path) -> None:
    form = load("hunan-2023", 2025)
    text = moved_on((SAMPLES / sample / "填报.md").read_text("utf-8"))
    book = fill(form, values(form, text))
    (tmp_path / "填报.xlsx").write_bytes(book)
    outcome = convert(tmp_path / "填报.xlsx", tmp_path / "出")
    assert len(outcome.files) == 2
    for content in (book, *(path.read_bytes() for path in outcome.files)):
        assert list(of_another_year(content)) == []


@pytest.mark.parametrize("year", FILED)
def test_nothing_of_another_year_is_left_in_a_template(year: int) -> None:
    (path,) = TEMPLATES.glob(f"{year}*填报模板.xlsx")
    assert list(of_another_year(path.read_bytes())) == []
