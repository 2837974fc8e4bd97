"""What cells are called beside their addresses."""

import pytest

from selfeval_xl.filing import Key
from selfeval_xl.filing.naming import field_name
from selfeval_xl.forms import load
from selfeval_xl.writing.template.filling import filled
from tests.many_units import at

FORM = load()
NAMED = at("projects", "project", "name", 1)
FILING = filled(FORM, {NAMED: "道路维护", at("projects", "project", "executed", 2): 5})


@pytest.mark.parametrize(
    ("key", "name"),
    [
        (at("unit", "scope"), "自评口径"),
        (at("staff", "total", "staff"), "合计的2023年末在职人数"),
        (at("sources", "general", "adjustment"), "一般公共预算拨款的年中调整"),
        (at("three", "purchase", "executed"), "公务用车购置费的2023年“三公”决算数"),
        (at("projects", "project", "kind", 1), "“道路维护”的项目类别"),
        (at("projects", "project", "kind", 2), "第2行的项目类别"),
        (at("posts", "all", "posts"), "编制数"),
        (at("fund_nil", "nil"), "无此项支出"),
    ],
)
def test_field_names(key: Key, name: str) -> None:
    assert field_name(FILING, key) == name
