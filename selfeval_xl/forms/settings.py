"""Numbers and tables that vary by place: their names and units, what an overlay may make of them, how people read them."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from math import isfinite
from typing import Any

from msgspec import Struct

from selfeval_xl.errors import FormError
from selfeval_xl.forms.vocabulary import NO_TEXT, short
from selfeval_xl.money import plain

Data = Mapping[str, Any]
LARGEST = 1_000_000
MOST_TIMES = 10
"""A rate above 1000 % was typed as 30 for 30 %."""
PERCENT = "%"
_SLOT = re.compile(r"\{(\w+)\}")


_NUMBERS = """execution_points total_points execution_floor low_execution high_score personnel_growth operating_growth
supplement_growth root_share other_share over_completion far_over_completion per_head_high per_head_low vehicle_low
insurance_most change_rate change_amount partial_floor partial_slack year_factor year_amount"""
EXAMPLES: Mapping[str, Any] = {
    **dict.fromkeys(_NUMBERS.split(), 1),
    "patterns": [{"产出指标": 50}],
    "qualitative_bands": [{"from": 0.8, "name": "达成"}],
    "grades": [{"from": 90, "name": "优"}],
}
"""Every setting that Python names, with a value of its kind."""


class SettingName(Struct, frozen=True):
    """What people call a setting; `unit`: % (kept as 0.2), 万元, 分 or nothing; `source`: where its value comes from."""

    label: str
    unit: str
    source: str


def named(settings: Data, names: Data, where: str) -> dict[str, SettingName]:
    """Every setting's name. Raises FormError: one without a name, a name without its three texts."""
    for name in settings:
        if len(names.get(name, ())) != 3:
            raise FormError(f"{where}：setting_names 中的 {name} 应写 [名称, 单位, 出处]。")
    return {name: SettingName(*names[name]) for name in settings}


def require_settings(over: Data, base: Data, where: str) -> None:
    """That these `settings` are settings of the base, each of its kind. Raises FormError."""
    names = base["setting_names"]
    for name, value in over.items():
        at = f"{where}：settings 的 {short(name)}"
        if name not in names:
            raise FormError(f"{at} 不在表样的设定中，可用：{'、'.join(names)}。")
        _require_like(value, base["settings"][name], at)
        if names[name][1] == PERCENT and any(number > MOST_TIMES for number in _numbers(value)):
            raise FormError(f"{at} 不能是 {short(value)}：百分数按小数写，30% 写 0.3。")


def require_sensible(form: Data, base: Data, where: str) -> None:
    """That a form has every setting that Python names, each of its kind, and that they make sense together.

    `base`: whose names of bands texts are looked for by. Raises FormError."""
    settings = form["settings"]
    for name, example in EXAMPLES.items():
        if name not in settings:
            raise FormError(f"{where}：settings 缺少 {name}，如 {short(example)}。")
        _require_like(settings[name], example, f"{where}：settings 的 {name}")
    if "levels" not in form["lists"]:
        raise FormError(f"{where}：lists 缺少 levels（一级指标的名称）。")
    _require_patterns(form, where)
    _require_grades(settings["grades"], where)
    _require_bands(settings["qualitative_bands"], base["settings"]["qualitative_bands"], where)
    if settings["partial_floor"] >= 1:
        raise FormError(f"{where}：settings 的 partial_floor 应小于 1（100%），如 0.6。")


def _numbers(value: Any) -> Iterator[int | float]:
    match value:
        case list():
            for inside in value:
                yield from _numbers(inside)
        case dict():
            yield from _numbers(list(value.values()))
        case int() | float():
            yield value


def _require_like(value: Any, old: Any, at: str) -> None:
    match old:
        case bool():
            right = isinstance(value, bool)
        case int() | float():
            right = isinstance(value, int | float) and not isinstance(value, bool)
            right = right and isfinite(value) and 0 <= value <= LARGEST
        case str():
            right = isinstance(value, str) and 0 < len(value) <= 20 and not NO_TEXT.search(value)
        case list():
            right = isinstance(value, list) and 0 < len(value) <= 20
        case _:
            right = isinstance(value, dict) and 0 < len(value) <= 20
    if not right:
        raise FormError(
            f"{at} 不能是 {short(value)}：应与表样的写法一样，如 {short(old)}；数应在 0 至 {LARGEST} 之间。"
        )
    if isinstance(value, list):
        for item in value:
            _require_like(item, old[0], at)
    elif isinstance(value, dict):
        for key, item in value.items():
            _require_like(item, old.get(key, next(iter(old.values()))), f"{at}.{short(key)}")


def _require_patterns(form: Data, where: str) -> None:
    """Levels that there are, and the points that the rate of execution leaves."""
    settings = form["settings"]
    left = _exact(settings["total_points"]) - _exact(settings["execution_points"])
    for pattern in settings["patterns"]:
        for level in pattern:
            if level not in form["lists"]["levels"]:
                levels = "、".join(form["lists"]["levels"])
                raise FormError(f"{where}：patterns 中没有一级指标 {short(level)}，可用：{levels}。")
        if sum(map(_exact, pattern.values())) != left:
            said = shown([pattern], "分")
            raise FormError(
                f"{where}：patterns 的 {said} 合计应为 {plain(left)} 分（总分减预算执行率分值）。"
            )


def _require_grades(grades: Any, where: str) -> None:
    for grade in grades:
        if set(grade) != {"from", "name"}:
            raise FormError(f"{where}：grades 每一等要写 from 和 name，如 {{ from = 90, name = '优' }}。")
    bounds = [_exact(grade["from"]) for grade in grades]
    if 0 not in bounds or len({*bounds}) < len(bounds):
        raise FormError(f"{where}：grades 的 from 不能重复，最低一等应从 0 分起。")


def _require_bands(bands: Any, base: Any, where: str) -> None:
    """From the best down to 0; what texts say is looked for under the base's names."""
    at = f"{where}：qualitative_bands"
    if any(set(band) != {"from", "name"} for band in bands):
        raise FormError(f"{at} 每一档要写 from 和 name，如 {{ from = 0.8, name = '达成' }}。")
    lows = [_exact(band["from"]) for band in bands]
    if lows[-1] != 0 or lows[0] >= 1 or any(high <= low for high, low in pairwise(lows)):
        raise FormError(f"{at} 的 from 要从高到低写，都小于 1（100%），最低一档从 0 起。")
    wanted, found = [band["name"] for band in base], [band["name"] for band in bands]
    if not {*wanted} <= {*found} or len({*found}) < len(found):
        raise FormError(f"{at} 的 name 不能重复，应有：{'、'.join(wanted)}；完成情况按这些名称归档。")


def _exact(number: Any) -> Fraction:
    return Fraction(str(number))


def stated(text: str, settings: Data, names: Mapping[str, SettingName]) -> str:
    """The text with each {setting} as people read it: 超过 {change_rate} becomes 超过 20%. What is no setting stays."""
    if "{" not in text:
        return text
    return _SLOT.sub(
        lambda slot: shown(settings[slot[1]], names[slot[1]].unit) if slot[1] in names else slot[0], text
    )


def shown(value: Any, unit: str) -> str:
    """A setting as people read it: 20%、5万元、优90分起、良80分起."""
    match value:
        case bool() | str():
            return str(value)
        case int() | float() if unit == PERCENT:
            return plain(_exact(value) * 100) + PERCENT
        case int() | float():
            return plain(_exact(value)) + unit
        case {"from": low, "name": name}:
            return f"{name}{shown(low, unit)}起"
        case dict():
            return "、".join(f"{key}{shown(inside, unit)}" for key, inside in value.items())
        case list():
            apart = "、" if all(isinstance(v, dict) and "from" in v for v in value) else "；"
            return apart.join(shown(inside, unit) for inside in value)
    return str(value)
