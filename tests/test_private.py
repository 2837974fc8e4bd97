"""Names and telephones: whoever is in a cell, and every way in which the same may stand elsewhere."""

import pytest

from selfeval_xl.filing.private import names, plain, telephones, written


@pytest.mark.parametrize(
    ("typed", "persons"),
    [
        ("郑小青", {"郑小青"}),
        ("李 明", {"李明"}),
        ("李　明", {"李明"}),
        ("欧阳 明", {"欧阳", "欧阳明"}),
        ("李明 王芳", {"李明", "王芳", "李明王芳"}),
        ("李明、王芳；赵 四", {"李明", "王芳", "赵四"}),
        ("张和平", {"张和平"}),
        ("李明和王芳", {"李明", "王芳", "李明和王芳"}),
        ("刘国科", {"刘国科"}),
        ("王小明（财务股）", {"王小明"}),
        ("财务股王小明", {"王小明"}),
        ("财务科长：王小明", {"王小明"}),
        ("县财政局王小明", {"王小明"}),
        ("王小明13812345678", {"王小明"}),
        ("王小明 会计", {"王小明"}),
        ("Li Ming", {"LiMing"}),
        ("财务股", set()),
        ("办公室", set()),
        ("计划财务科", set()),
        ("县国库集中支付中心", set()),
        ("财务负责人", set()),
        ("会计", set()),
        ("", set()),
        ("王", set()),
        ("13812345678", set()),
    ],
)
def test_who_is_in_a_cell(typed: str, persons: set[str]) -> None:
    """More is told than the name where the name is not all; what stands there beside it, is never told alone."""
    found = set(names(typed))
    assert persons <= found
    assert bool(found) == bool(persons)
    assert all(any(person in name for person in persons) for name in found)


@pytest.mark.parametrize(
    ("name", "text", "stands"),
    [
        ("李明", "由李　明负责", True),
        ("李明", "由李 明负责", True),
        ("李明", "带上行李。明天出发", False),
        ("李明", "带上行李，明天出发", False),
        ("李明", "带上行李\n明天出发", False),
        ("雷霆 专项行动", "完成雷霆专项行动", True),
        ("雷霆专项行动", "完成“雷霆”专项行动", True),
        ("雷霆专项行动", "完成「雷霆」 专项行动", True),
        ("“雷霆”专项行动（2023）", "雷霆专项行动２０２３", True),
        ("雷霆专项行动", "完成雷霆、专项行动", False),
    ],
)
def test_a_name_however_it_is_written(name: str, text: str, stands: bool) -> None:
    assert bool(written(name).search(plain(text))) == stands


@pytest.mark.parametrize(
    "typed", ["0730-8721234", "0730—8721234转801", "(0730) 8721234", "０７３０８７２１２３４"]
)
@pytest.mark.parametrize(
    ("text", "stands"),
    [
        ("0730-8721234", True),
        ("07308721234", True),
        ("8721234", True),
        ("872 1234", True),
        ("０７３０－８７２１２３４", True),
        ("18721234", False),
        ("87212345", False),
        ("8721234.00", True),
        ("872\n1234", False),
    ],
)
def test_a_telephone_however_it_is_written(typed: str, text: str, stands: bool) -> None:
    assert any(number.search(plain(f"电话{text}。")) for number in telephones(typed)) == stands


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("王小明13812345678", "138 1234 5678"),
        ("+86 138 1234 5678", "13812345678"),
        ("020-88721234", "88721234"),
        ("0730-8721234、8721235", "8721235"),
    ],
)
def test_other_telephones(typed: str, text: str) -> None:
    assert any(number.search(text) for number in telephones(typed))


@pytest.mark.parametrize("typed", ["", "无", "12345", "王小明"])
def test_no_telephone(typed: str) -> None:
    assert not list(telephones(typed))
