"""The form: what the 2023 Hunan TOML holds, and how the loader refuses what is not of its language."""

from collections.abc import Callable
from pathlib import Path

import pytest

from selfeval_xl.errors import FormError
from selfeval_xl.forms import Form, Kind, available, load, with_copies
from selfeval_xl.forms.loader import FOLDER
from selfeval_xl.forms.overlaid import LIST

EXTENDS = 'extends = "hunan-2023"\n'


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


@pytest.fixture
def edition(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Form]:
    """Loads an edition with this text from a folder of forms that has hunan-2023, too."""
    for name in ("hunan-2023.toml", "hunan-2023.docx"):
        (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    monkeypatch.setattr("selfeval_xl.forms.loader.FOLDER", tmp_path)

    def loaded(text: str) -> Form:
        (tmp_path / "variant.toml").write_text(text, "utf-8")
        return load("variant")

    return loaded


def test_an_edition_changes_only_what_it_names(edition: Callable[[str], Form]) -> None:
    form, base = edition(EXTENDS + 'id = "variant"\n[settings]\nchange_rate = 0.3\n'), load("hunan-2023")
    assert form.setting("change_rate") != base.setting("change_rate")
    assert form.setting("change_amount") == base.setting("change_amount")
    assert form.sheets == base.sheets
    assert form.changes == ("执行数与年初预算差异率界限，超过须说明：20% → 30%",)
    assert (form.id, form.base, form.wording) == ("variant", "variant", "hunan-2023")


def test_an_edition_may_have_more_columns_and_rows(edition: Callable[[str], Form]) -> None:
    form = edition(
        EXTENDS + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
        'columns = [{ key = "audited", label = "审计数" }]\nrows = [{ key = "loan", label = "债务收入" }]\n'
    )
    block, base = form.block("sources"), load("hunan-2023").block("sources")
    assert [c.label for c in block.columns][-1] == "审计数"
    assert (len(block.columns), len(block.rows)) == (len(base.columns) + 1, len(base.rows) + 1)
    assert ("loan", "audited") in block.fields


SOURCES = EXTENDS + '[[sheet]]\nkey = "accounts"\n[[sheet.block]]\nkey = "sources"\n'
BROKEN = {
    "no such base": ('extends = "hunan-1999"', "hunan-1999"),
    "not TOML": ("extends = ", "TOML"),
    "unknown key": (EXTENDS + "colour = 1", "colour"),
    "unknown key of a block": (SOURCES + "colour = 1", "colour"),
    "unknown kind": (SOURCES + 'columns = [{ key = "executed", kind = "gold" }]', "gold"),
    "a name that leads nowhere": (SOURCES + 'columns = [{ key = "gap", is = "executed - nowhere" }]', "nowhere"),
    "code inside data": (SOURCES + 'columns = [{ key = "gap", is = "open(executed)" }]', "open"),
    "wrong type": (EXTENDS + 'settings = "x"', "settings"),
    "unknown list": (SOURCES + 'columns = [{ key = "reason", choices = "colours" }]', "colours"),
    "a setting without a name": (EXTENDS + "[settings]\nnew_rate = 0.5", "setting_names 中的 new_rate"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "named"), BROKEN.values(), ids=BROKEN)
def test_what_is_not_of_the_language_is_refused(
    edition: Callable[[str], Form], text: str, named: str
) -> None:
    with pytest.raises(FormError) as refusal:
        edition(text)
    assert named in str(refusal.value)


def test_a_form_that_does_not_exist() -> None:
    with pytest.raises(FormError, match="hunan-2023"):
        load("hubei-2023")


def test_every_drop_down_fits_excel() -> None:
    """A longer list is left out by the writer. Units of all kinds find how they call themselves."""
    form = load()
    lists = [field.choices for block in form.blocks() for field in block.fields.values()]
    assert max(len(",".join(choices)) for choices in lists) <= LIST
    selves = form.block("unit").fields["self_name", "value"].choices
    assert {"我馆", "本馆", "我校", "本院", "我中心", "我所", "我站", "我队", "本局"} <= {*selves}
