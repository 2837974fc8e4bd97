"""The form: what the 2023 Hunan TOML holds, and how the loader refuses what is not of its language."""

from pathlib import Path

import pytest

from selfeval_xl.errors import FormError
from selfeval_xl.forms import Kind, available, load, with_copies

OVERLAY = 'extends = "hunan-2023"\n'


def test_hunan_2023_has_every_sheet() -> None:
    form = load("hunan-2023")
    names = [sheet.name_of(1) for sheet in form.sheets]
    assert names == [
        "1基本情况", "2收支情况", "3项目清单", "4文字材料",
        "附件1", "附件2", "附件3-1", "附件4", "附件5", "附件6", "核实说明",
    ]  # fmt: skip
    assert form.year == 2023
    assert available() == ["hunan-2023"]


def test_year_is_a_parameter() -> None:
    labels = [column.label for column in load("hunan-2023", 2025).block("basic").columns]
    assert labels[:2] == ["2024年决算数", "2025年年初预算数"]


def test_indicator_tree_and_weights() -> None:
    form = load("hunan-2023")
    assert form.tree["产出指标"] == ("数量指标", "质量指标", "时效指标", "成本指标")
    assert form.settings["patterns"][0] == {"产出指标": 50, "效益指标": 30, "满意度指标": 10}
    assert form.setting("execution_points") == 10


def test_one_home_for_each_figure() -> None:
    """A row of annex 1 or 2 that repeats a figure of the first sheets is a formula."""
    form = load("hunan-2023")
    linked = {
        (block, row): {c for (r, c), f in form.block(block).fields.items() if r == row and f.formula}
        for block, row in (
            ("costs", "three"),
            ("costs", "project"),
            ("request", "total"),
            ("costs", "office"),
        )
    }
    assert linked["costs", "three"] == {"last", "initial", "executed"}
    assert linked["costs", "project"] == {"initial", "executed"}
    assert linked["request", "total"] >= {"initial", "full", "executed", "points", "rate", "score"}
    assert linked["costs", "office"] == set()


def test_kinds_of_a_mixed_block() -> None:
    fields = load("hunan-2023").block("unit").fields
    assert fields["name", "value"].kind is Kind.TEXT
    assert fields["report_date", "value"].kind is Kind.DATE
    assert fields["submission", "value"].kind is Kind.COUNT


def test_copies_of_the_project_sheet() -> None:
    form = load("hunan-2023")
    assert [s.copies for s in form.sheets if s.key == "annex3"] == [10]
    assert [s.copies for s in with_copies(form, 3).sheets if s.key == "annex3"] == [3]


def test_overlay_changes_only_what_it_names(tmp_path: Path) -> None:
    path = tmp_path / "区财政局.toml"
    path.write_text(OVERLAY + "[settings]\nchange_rate = 0.3\n", "utf-8")
    form, base = load(path), load("hunan-2023")
    assert form.setting("change_rate") != base.setting("change_rate")
    assert form.setting("change_amount") == base.setting("change_amount")
    assert form.sheets == base.sheets
    assert form.changes == ("settings.change_rate：0.2 → 0.3",)


def test_overlay_renames_a_column(tmp_path: Path) -> None:
    path = tmp_path / "区财政局.toml"
    path.write_text(
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "executed", label = "全年支出数" }]\n',
        "utf-8",
    )
    block = load(path).block("sources")
    assert block.column("executed").label == "全年支出数"
    assert len(block.columns) == len(load("hunan-2023").block("sources").columns)


BROKEN = {
    "no such base": ('extends = "hunan-1999"', "hunan-1999"),
    "not TOML": ("extends = ", "TOML"),
    "unknown key": (OVERLAY + "colour = 1", "colour"),
    "unknown key of a block": (
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\ncolour = 1', "colour",
    ),
    "unknown kind": (
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "executed", kind = "gold" }]', "gold",
    ),
    "a name that leads nowhere": (
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "gap", is = "executed - nowhere" }]', "nowhere",
    ),
    "code inside data": (
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "gap", is = "open(executed)" }]', "open",
    ),
    "wrong type": (OVERLAY + 'settings = "x"', "settings"),
    "unknown list": (
        OVERLAY + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "reason", choices = "colours" }]', "colours",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "named"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_of_the_language_is_refused(tmp_path: Path, text: str, named: str) -> None:
    path = tmp_path / "错.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FormError) as refusal:
        load(path)
    assert named in str(refusal.value)


def test_a_form_that_does_not_exist() -> None:
    with pytest.raises(FormError, match="hunan-2023"):
        load("hubei-2023")
