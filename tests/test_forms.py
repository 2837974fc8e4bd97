"""The form: what the 2023 Hunan TOML holds, and how the loader refuses what is not of its language."""

import copy
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from selfeval_xl.errors import FormError
from selfeval_xl.forms import Form, Kind, available, load, loader, with_copies
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
    copytree(str(FOLDER / "hunan-2023"), tmp_path / "hunan-2023")
    (tmp_path / "variant").mkdir()
    monkeypatch.setattr("selfeval_xl.forms.loader.FOLDER", tmp_path)

    def loaded(text: str) -> Form:
        (tmp_path / "variant" / "form.toml").write_text(text, "utf-8")
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


def test_an_edition_drops_and_moves(edition: Callable[[str], Form]) -> None:
    """A row, a column, a block and a sheet less; a row and a column where they belong."""
    form = edition(
        EXTENDS + '[[sheet]]\nkey = "annex6"\ndrop = true\n'
        '[[sheet]]\nkey = "basics"\n[[sheet.block]]\nkey = "three_memo"\ndrop = true\n'
        '[[sheet.block]]\nkey = "others"\n'
        'rows = [{ key = "seconded", drop = true }, { key = "intern", label = "见习人员", after = "contract" }]\n'
        'columns = [{ key = "last", label = "{last}年末其他人数", kind = "count" }, { key = "now", after = "last" }]\n'
    )
    assert [row.key for row in form.block("others").rows] == ["contract", "intern", "survivor"]
    assert [column.key for column in form.block("others").columns] == ["last", "now"]
    base = load("hunan-2023")
    assert {b.key for b in base.blocks()} - {b.key for b in form.blocks()} == {
        "three_memo",
        "insurance_nil",
        "insurance_items",
    }
    assert [s.key for s in base.sheets if s.key != "annex6"] == [s.key for s in form.sheets]


def test_one_column_of_a_block_that_is_like_another(edition: Callable[[str], Form]) -> None:
    """It keeps the others, and what the edition changes in its model."""
    form = edition(
        EXTENDS + '[[sheet]]\nkey = "annex4"\n[[sheet.block]]\nkey = "fund_items"\n'
        'columns = [{ key = "code", label = "功能分类编码" }]\n'
        '[[sheet]]\nkey = "annex5"\n[[sheet.block]]\nkey = "capital_items"\n'
        'columns = [{ key = "audited", label = "审计数" }]\n'
    )
    base = load("hunan-2023").block("capital_items")
    block = form.block("capital_items")
    assert [c.key for c in block.columns] == [*(c.key for c in base.columns), "audited"]
    assert block.column("code").label == form.block("fund_items").column("code").label == "功能分类编码"


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
    "points that do not add up": (EXTENDS + "[settings]\nexecution_points = 20", "合计应为 80 分"),
    "a setting of another kind": (EXTENDS + '[settings]\nchange_rate = "30%"', "change_rate"),
    "bounds that leave a gap": (EXTENDS + '[settings]\ngrades = [{ from = 90, name = "优" }]', "从 0 分起"),
    "an amount in another unit": (SOURCES + 'unit = "元"', "unit 没有 元，可用：book、万元"),
    "a drawing that is not there": (EXTENDS + '[[sheet]]\nkey = "annex1"\nannex = "7"', "annex 没有 7"),
    "another way to print": (SOURCES + 'print = "table"', "print 没有 table"),
    "a new sheet without its name": (EXTENDS + '[[sheet]]\nkey = "annex33"\ntitle = "x"', "annex33"),
    "a new block without columns": (
        EXTENDS + '[[sheet]]\nkey = "basics"\n[[sheet.block]]\nkey = "own"\ntitle = "八、其他"',
        "own 没有 columns",
    ),
    "dropped, and never there": (SOURCES + 'rows = [{ key = "loan", drop = true }]', "drop 的 loan"),
    "behind what is not there": (SOURCES + 'rows = [{ key = "loan", label = "债务", after = "x" }]', "after 指向没有的 x"),
    "a sum of what was dropped": (SOURCES + 'rows = [{ key = "fund", drop = true }]', "名称 fund 没有着落"),
    "a reason from a column that is not there": (SOURCES + 'explain = { from = "x", to = "executed" }', "没有的列 x"),
    "half an explanation": (SOURCES + 'explain = { till = "executed" }', "explain"),
    "asked for in a column that is not there": (
        SOURCES + 'rows = [{ key = "general", required = ["x"] }]', "没有的列 x"
    ),
    "asked for unless a block is empty that is not there": (
        SOURCES + 'rows = [{ key = "general", required = "x" }]', "没有的区块 x"
    ),
    "hidden, and never there": (SOURCES + 'hide = ["x"]', "没有的列 x"),
    "a sum that is no list": (SOURCES + 'rows = [{ key = "fund", sum = { executed = "x" } }]', "sum 写法不对"),
    "picked from no register": (
        SOURCES + 'rows = [{ key = "fund", pick = { executed = "basic.executed" } }]', "没有一列写有 rank"
    ),
    "worked out of itself": (SOURCES + 'columns = [{ key = "gap", is = "gap + executed" }]', "绕回了它自己"),
    "one name for two rows": (SOURCES + 'rows = [{ key = "fund", label = "其他资金" }]', "出现两次"),
    "one year": (EXTENDS + "years = [2024]", "years 要写"),
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


WHOLE = tomllib.loads((Path(loader.__file__).parent / "hunan-2023" / "form.toml").read_text("utf-8"))
SPOILT: tuple[Any, ...] = (
    "",
    "x",
    "staff",
    "a.b",
    "basic.total.executed",
    "sum(",
    "1/0",
    0,
    -1,
    3,
    10**6,
    True,
    [],
    {},
    ["x"],
)


def _places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*at, key)
        yield from _places(value[key], (*at, key))


PLACES = list(_places(WHOLE))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.sampled_from(PLACES), st.none() | st.sampled_from(SPOILT)), min_size=1, max_size=2)
)
def test_whatever_is_spoilt_in_a_form_is_said_at_load(
    monkeypatch: pytest.MonkeyPatch, changes: list[tuple[tuple[Any, ...], Any]]
) -> None:
    """Anything taken out or made something else: a form, or a FormError, never anything besides."""
    data = copy.deepcopy(WHOLE)
    for place, value in changes:
        _spoil(data, place, value)
    monkeypatch.setattr(loader, "parsed", lambda text, name: copy.deepcopy(data))
    with suppress(FormError):
        assert loader._loaded("hunan-2023", None, None).sheets


def _spoil(data: Any, place: tuple[Any, ...], value: Any) -> None:
    """`value`: None takes it out."""
    for key in place[:-1]:
        if not isinstance(data, dict | list) or (
            key not in data if isinstance(data, dict) else key not in range(len(data))
        ):
            return
        data = data[key]
    if isinstance(data, dict) and value is None:
        data.pop(place[-1], None)
    elif isinstance(data, list) and place[-1] in range(len(data)):
        data[place[-1] : place[-1] + 1] = [] if value is None else [value]
    elif isinstance(data, dict):
        data[place[-1]] = value
