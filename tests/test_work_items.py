"""The year's work: what people typed as numbers made uniform, and nothing that is none taken for one."""

import pytest

from selfeval_xl.writing.report.work_items import uniform

Cells = list[list[str]]


@pytest.mark.parametrize(
    ("cells", "printed"),
    [
        ([["1、环卫"], ["2.市容"], ["三、执法"]], ["1.环卫", "2.市容", "3.执法"]),  # mixed: one kind
        ([["一、环卫"], ["二、市容"]], ["1.环卫", "2.市容"]),  # as the report's own headings
        (
            [["一、环卫", "（一）清扫", "（二）清运"], ["二、市容"]],
            ["1.环卫", "（1）清扫", "（2）清运", "2.市容"],
        ),
        ([["(一)环卫", "1、清扫"], ["（二）市容"]], ["（一）环卫", "1.清扫", "（二）市容"]),
        ([["一是环卫。"], ["二是市容。"]], ["一是环卫。", "二是市容。"]),
        ([["1.环卫", "一是清扫", "二是清运"], ["2、市容"]], ["1.环卫", "一是清扫", "二是清运", "2.市容"]),
        ([["①环卫"], ["② 市容"]], ["①环卫", "②市容"]),
        (
            [["工作如下："], ["环卫提质。清扫"], ["市容有序。"]],
            ["工作如下：", "1.环卫提质。清扫", "2.市容有序。"],
        ),
        (
            [["环卫提质。", "清扫186万平方米。"], ["市容有序。"]],
            ["1.环卫提质。", "清扫186万平方米。", "2.市容有序。"],
        ),
    ],
)
def test_numbered(cells: Cells, printed: list[str]) -> None:
    assert uniform(cells) == printed


@pytest.mark.parametrize(
    "cells",
    [
        [["1.环卫"], ["3.市容"]],  # one is missing: nobody knows which
        [["2023年，在县委领导下，工作有序。"], ["市容有序。"]],  # 1.2023年 would be no number
        [["在县委的坚强领导下，工作有序。"], ["市容有序。"]],
        [["环卫提质。"], ["总体来看，目标完成。"]],
        [["3个项目完工"], ["市容有序"]],
        [["1.5万亩林地管护到位"], ["市容有序"]],
        [["一、二季度清扫"], ["市容有序", "一年来"]],
        [["环卫提质。"]],
        [],
    ],
)
def test_as_typed(cells: Cells) -> None:
    expected = [paragraph for cell in cells for paragraph in cell]
    if cells and cells[0][0].startswith("一、二"):
        expected = ["1.一、二季度清扫", "2.市容有序", "一年来"]
    assert uniform(cells) == expected
