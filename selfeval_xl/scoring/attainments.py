"""The bands of qualitative indicators, and what a text says of how far one was reached."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from msgspec import Struct

from selfeval_xl.forms import Form
from selfeval_xl.scoring.quantities import plain

REACHED, PARTLY, MISSED, LARGELY = "达成", "部分达成", "未达成", "基本达成"
WORDINGS = {
    REACHED: "达成 已达成 达成预期 达成预期指标 达成预期目标 达成年度指标 全部达成 完全达成 达到预期 达到预期目标 达标 已达标 "
    "完成 已完成 全部完成 按期完成 按时完成 如期完成 优 优秀 优良",
    LARGELY: "基本达成 基本达成目标 基本完成 基本达标 较好 良好 良 效果较好 效果良好",
    PARTLY: "部分达成 部分达成并具有一定效果 部分达成预期指标 部分达成预期指标并具有一定效果 部分达成年度指标并具有一定效果 "
    "部分实现目标 部分完成 部分达标 一般",
    MISSED: "未达成 未达成且效果较差 未达成预期指标 未达成预期指标且效果较差 未达成年度指标且效果较差 实现目标程度较低 "
    "未完成 没有完成 "
    "未达标 未实现 未建立 未开展 差 较差 效果较差",
}
"""基本达成 is the best of three bands in some places, and in the middle in others."""
SAID = {word: name for name, words in WORDINGS.items() for word in words.split()}


class Band(Struct, frozen=True):
    """Of an indicator's points, from `low` (included) to `high`, which belongs to the band above, if there is one."""

    name: str
    low: Fraction
    high: Fraction

    def above(self, share: Fraction) -> bool:
        return share > self.high or (share == self.high and self.high < 1)


def attained(form: Form, target: str, actual: str) -> Band | None:
    """The band that the actual text names; the best for the target's own words. None where it says neither."""
    bands = _bands(form)
    wanted, reached = _bare(target), _bare(actual)
    if reached and reached == wanted:
        return bands[0]
    name = SAID.get(reached, "")
    if name == LARGELY:
        return Band(name, bands[1].low, bands[0].high)
    return next((band for band in bands if band.name == name), None)


def _bands(form: Form) -> list[Band]:
    """The form's bands, the best first."""
    listed: list[Mapping[str, Any]] = form.settings["qualitative_bands"]
    lows = [Fraction(str(band["from"])) for band in listed]
    return [
        Band(str(b["name"]), low, high)
        for b, low, high in zip(listed, lows, [Fraction(1), *lows], strict=False)
    ]


def _bare(text: str) -> str:
    """建立 and 已建立 are the same."""
    return plain(text).strip("。.;；,").removeprefix("已")
