"""The form is data: whatever an edition drops, it is refused when it is loaded (a name of the form's own leads nowhere), or
everything works without it and a right book stays right."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import selfeval_xl
from selfeval_xl import identities
from selfeval_xl.batch import running
from selfeval_xl.checking.runner import catalogue
from selfeval_xl.errors import FormError, NotPublic
from selfeval_xl.filing import Key
from selfeval_xl.findings import Level
from selfeval_xl.forms import Form, load, loader
from selfeval_xl.rules.register import REGISTER
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.build import SAMPLES

BASE = load()
TEXT = (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8")
VALUES = values(BASE, TEXT)
FOUND = {"A2-09"}
"""What the sample itself is told."""
Dropped = tuple[str, ...]
"""A sheet; a sheet and a block; and "rows" or "columns" of it with one of them."""


def everything() -> Iterator[Dropped]:
    for sheet in BASE.sheets:
        yield (sheet.key,)
        for block in sheet.blocks:
            yield sheet.key, block.key
            yield from ((sheet.key, block.key, "rows", row.key) for row in block.rows)
            yield from ((sheet.key, block.key, "columns", column.key) for column in block.columns)


EVERY = [*everything()]
WHOLE = os.environ.get("DROPS") == "all"  # make drops
TRIED = [one for at, one in enumerate(EVERY) if WHOLE or len(one) < 3 or at % 14 == 0]


def edition(dropped: Iterator[Dropped] | list[Dropped], more: str = "") -> str:
    """The TOML of an edition without these."""
    lines = ['id = "variant"', 'extends = "hunan-2023"', more]
    for sheet, *inside in dropped:
        lines += ["[[sheet]]", f'key = "{sheet}"']
        match inside:
            case []:
                lines.append("drop = true")
            case [block]:
                lines += ["[[sheet.block]]", f'key = "{block}"', "drop = true"]
            case [block, kind, key]:
                lines += [
                    "[[sheet.block]]",
                    f'key = "{block}"',
                    f'{kind} = [{{ key = "{key}", drop = true }}]',
                ]
    return "\n".join(lines)


class Folder:
    """The forms of the package, and one more."""

    def __init__(self, text: str, folder: Path) -> None:
        self.own = folder / "variant"
        self.own.mkdir()
        (self.own / "form.toml").write_text(text, "utf-8")
        self.package = loader.FOLDER

    def iterdir(self) -> list[object]:
        return [*self.package.iterdir(), self.own]

    def __truediv__(self, name: str) -> object:
        return self.own if name == self.own.name else self.package / name

    def __str__(self) -> str:
        return f"{self.own}"


def goes_the_whole_way(form: Form, folder: Path) -> list[str]:
    """The empty template, and the sample's values in it: read, checked, converted, published, gathered. The rules of what
    is found in the latter."""
    folder.mkdir(exist_ok=True)
    (folder / "空白.xlsx").write_bytes(write_template(form))
    selfeval_xl.convert(folder / "空白.xlsx", folder / "空白")
    kept = {key: value for key, value in VALUES.items() if form.has(key.block, key.row, key.column)}
    (folder / "来件").mkdir()
    book = folder / "来件" / "填报.xlsx"
    book.write_bytes(fill(form, kept))
    outcome = selfeval_xl.convert(book, folder / "结果")
    try:
        selfeval_xl.publish(book, folder / "公开", statement=True)
    except NotPublic:
        assert not outcome.conclusion.standing.reportable
    settings = running.Settings(out=folder / "批量", workers=1, due=None, summary_report=True)
    plan = running.plan(folder / "来件", settings)
    running.convert(plan, settings, lambda record: None)
    assert [record.trouble for record in running.finish(plan, settings).desk.records] == [""]
    return sorted({rule for f in outcome.conclusion.findings for rule in f.rule.split("、")})


@pytest.mark.parametrize("dropped", TRIED, ids=".".join)
def test_one_thing_dropped(dropped: Dropped, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loader, "FOLDER", Folder(edition([dropped]), tmp_path))
    if form := loaded():
        assert set(goes_the_whole_way(form, tmp_path / "试")) <= FOUND


def loaded() -> Form | None:
    """None: it is refused, in a sentence that names the file."""
    try:
        return load("variant")
    except FormError as error:
        if "variant/form.toml" not in f"{error}":
            raise
        return None


@settings(max_examples=40 if WHOLE else 3, deadline=None)
@given(
    st.lists(st.sampled_from([one for one in EVERY if len(one) != 1]), min_size=2, max_size=6, unique=True)
)
def test_several_things_dropped(tmp_path_factory: pytest.TempPathFactory, dropped: list[Dropped]) -> None:
    folder = tmp_path_factory.mktemp("drop")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loader, "FOLDER", Folder(edition(dropped), folder))
        if form := loaded():
            assert set(goes_the_whole_way(form, folder / "试")) <= FOUND


def test_nothing_that_the_form_has_is_lacking(tmp_path: Path) -> None:
    """So no rule is passed over for a slip of the pen in its own code."""
    ids = {line.rule.id for line in identities.lines(BASE)}
    assert ids == {rule.id for rule in identities.rules()}
    assert {judgement.rule.id for judgement in REGISTER} <= {rule.id for rule in catalogue(BASE)}


TWO_BLOCKS = """
id = "variant"
title = "某省绩效自评表"
source = "本测试"
years = [2023, 2026]
guide = [["填写", "填黄色格。"]]

{common}

[[sheet]]
key = "only"
name = "自评表"
title = "{{year}}年度自评表"
annex = "1"

[[sheet.block]]
key = "unit"
title = "单位"
labels = ["项目"]
columns = [{{ key = "value", label = "内容", kind = "text" }}]
rows = [{{ key = "name", label = "单位全称", required = true }}]

[[sheet.block]]
key = "money"
title = "资金（万元）"
labels = ["来源"]
columns = [{{ key = "initial", label = "年初预算数" }}, {{ key = "executed", label = "执行数", required = true }}]
rows = [
  {{ key = "own", label = "本级" }},
  {{ key = "other", label = "其他" }},
  {{ key = "whole", label = "合计", sum = ["own", "other"] }},
]
"""


def test_a_form_of_two_blocks_goes_the_whole_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no report of its own: 核对结果 alone is written."""
    text = (loader.FOLDER / "hunan-2023" / "form.toml").read_text("utf-8")
    common = text[text.index("[settings]") : text.index("[[sheet]]")]
    monkeypatch.setattr(loader, "FOLDER", Folder(TWO_BLOCKS.format(common=common), tmp_path))
    form = load("variant")
    (tmp_path / "空白.xlsx").write_bytes(write_template(form))
    typed = {
        ("unit", "name", "value"): "某局",
        ("money", "own", "executed"): 12.5,
        ("money", "other", "executed"): 1,
    }
    book = tmp_path / "填报.xlsx"
    book.write_bytes(
        fill(form, {Key(block, 0, row, 0, column): v for (block, row, column), v in typed.items()})
    )
    outcome = selfeval_xl.convert(book, tmp_path / "结果")
    assert [f.rule for f in outcome.conclusion.findings if f.level is not Level.NOTICE] == []
    assert outcome.filing.figure("money", "whole", "executed").number == 135_000 * 100
    assert [path.name.rpartition("-")[2] for path in outcome.files] == ["核对结果.xlsx"]
    assert outcome.notes
    with pytest.raises(NotPublic):
        selfeval_xl.publish(book, tmp_path / "公开")
    settings = running.Settings(out=tmp_path / "批量", workers=1, summary_report=True)
    (tmp_path / "来件").mkdir()
    book.rename(tmp_path / "来件" / "填报.xlsx")
    plan = running.plan(tmp_path / "来件", settings)
    running.convert(plan, settings, lambda record: None)
    # Its rule book has no rule on annexes, staff and the like; those on the file itself stay.
    book_of_rules = {rule.id for rule in selfeval_xl.catalogue(form)}
    assert not book_of_rules & {"A1-01", "A2-01", "B-02", "B-10", "X-01"}
    assert {"R-05", "B-00", "X-90"} <= book_of_rules
    (record,) = running.finish(plan, settings).desk.latest
    assert (record.unit, record.trouble) == ("某局", "")
