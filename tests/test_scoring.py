"""What stands in 年度指标值 and 实际完成值, and what it comes to: a table of cases, and what holds for any number."""

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, load
from selfeval_xl.scoring import Aim, attained, grade, target_and_actual
from selfeval_xl.scoring.quantities import quantity
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.libreoffice import LibreOffice
from tests.test_rules import examined, told

FORM = load("hunan-2023", 2023)
SAMPLE = Path(__file__).parents[1] / "samples" / "示例单位-2023" / "填报.md"

# operator | target | measure | actual | 完成, 未完成 with what share, 难说 (with the doubt, if the unit can end it), 读不出
# A day without a year is of 2023 where the other one is.
AIMS = """
≥ | 50 | 个 | 50 | 完成
≥ | 50 | 个 | 45 | 未完成 9/10
≥ | 50 | 个 | 45个 | 未完成 9/10
> | 50 | 个 | 50 | 未完成 1
＞ | 50 | 个 | 51 | 完成
＜ | 5 | 起 | 5 | 未完成 1
≤ | 90 | 万元 | 95 | 未完成 18/19
≤ | 90 | 万元 | 85 | 完成
= | 100 | % | 100 | 完成
= | 100 | % | 99 | 未完成 99/100
= | 4 | 次 | 5 | 未完成
 | ≥50个 | | 52 | 完成
 | ≥５０个 | | 52个 | 完成
 | >=50个 | | 49个 | 未完成 49/50
 | 50个以上 | | 50个 | 完成
 | 50（含）以上 | 个 | 50 | 完成
 | 98%以上 | | 97% | 未完成 97/98
 | 不低于98% | | 98.6% | 完成
 | 不少于3次 | | 2次 | 未完成 2/3
 | 至少3次 | | 3次 | 完成
 | 不超过90万元 | | 91万元 | 未完成 90/91
 | 90万元以内 | | 880000元 | 完成
 | 控制在90万元以内 | | 900000.01元 | 未完成 90000000/90000001
 | 0.5亿元以下 | | 4999万元 | 完成
 | =100% | | 100％ | 完成
 | 少于5起 | | 4起 | 完成
 | 超过100人 | | 100人 | 未完成 1
≥ | ≥50个 | | 52 | 完成
≥ | 1,200 | 人 | 1，２００人 | 完成
≥ | 12,345,678 | 元 | 12345677 | 未完成 12345677/12345678
≥ | 1.2 | 万平方米 | 12500平方米 | 完成
≥ | 3 | 公里 | 2500m2 | 读不出
≥ | 3 | km | 3公里 | 完成
 | 50-60 | 个 | 55 | 完成
 | 50～60个 | | 50个 | 完成
 | 50%至60% | | 66% | 未完成
 | 50—60个 | | 40个 | 未完成 4/5
 | 60-50 | 个 | 55 | 读不出
≥ | 50-60 | 个 | 55 | 读不出
≥ | 98 | % | 0.985 | 完成
≥ | 98% | % | 0.97 | 未完成 97/98
≥ | 0.98 | % | 98.5% | 完成
≥ | 0.98 | % | 0.99 | 完成
≥ | 90 | % | 0.5 | 未完成 5/9
= | 100 | % | 1 | 完成
= | 50-60 | % | 0.55 | 完成
≥ | 100 | % | 1.2 | 难说 看不出是1.2%还是120%
≥ | 100 | % | 3.5 | 未完成 7/200
≥ | 5 | % | 0.06 | 难说 看不出是0.06%还是6%
≥ | 5% | | 0.06 | 难说 看不出是0.06%还是6%
≥ | 5 | % | 0.06% | 未完成 3/250
≥ | 5 | % | 4 | 未完成 4/5
≥ | 10 | % | 0.5 | 难说 看不出是0.5%还是50%
≥ | 1 | % | 0.9 | 未完成 9/10
≥ | 0.05 | % | 6% | 完成
≥ | 1 | % | 60% | 难说 看不出是1%还是100%
= | 100 | % | 1.2 | 未完成
≤ | 80 | % | 0.9 | 难说 看不出是0.9%还是90%
≤ | 80 | % | 0.75 | 完成
≤ | 5 | % | 0.06 | 难说 看不出是0.06%还是6%
≤ | 5 | % | 0.03 | 完成
≤ | 10 | % | 0.5 | 难说 看不出是0.5%还是50%
≤ | 1 | % | 0.8 | 完成
≤ | 1 | % | 0.02 | 难说 看不出是0.02%还是2%
≤ | 0.05 | % | 0.003 | 完成
≤ | 0 | 起 | 0 | 完成
≤ | 0 | 起 | 1 | 未完成
 | 50 | 个 | 50 | 完成
 | 50 | 个 | 45 | 难说 没有选指标值类型，看不出应不低于还是不高于
 | 50个 | | 55 | 难说 没有选指标值类型，看不出应不低于还是不高于
 | 2023年12月底前 | | 2023年11月30日 | 完成
 | 2023年12月底前 | | 2024年1月5日 | 未完成
 | 12月31日前 | | 12月31日 | 完成
 | 12月31日前 | | 12月20日前完成 | 完成
 | 2023年12月前 | | 2023年12月5日 | 难说
 | 2023-12-31 | | 2023/12/1 | 完成
≤ | 6月30日 | | 7月 | 未完成
 | 2023年12月 | | 2023年12月31日 | 完成
≤ | 2023.6 | | 2023.10 | 未完成
≤ | 2023.6 | | 2023.5 | 完成
≤ | 2023.6 | | 2023.1 | 难说
≤ | 2023.6 | 万元 | 2023.10 | 完成
≥ | 2023.6 | | 2023.10 | 未完成 20231/20236
≤ | 2023.6 | | 2023年7月 | 未完成
≤ | 6.5 | | 6.10 | 难说 看不出是小数还是月、日
≤ | 6.5 | | 6.4 | 完成
≤ | 6.5 | 元/吨 | 6.10 | 完成
≤ | 6.30 | | 2023年6月20日 | 完成
≤ | 20231231 | | 20231220 | 完成
≤ | 20231231 | | 20240105 | 未完成
≤ | 2023年 | | 2024年 | 未完成
≤ | 2023 | 年 | 2024 | 未完成
≤ | 2023年底 | | 2023年11月 | 完成
≥ | 5 | 年 | 6 | 完成
≤ | 6 | 月 | 7 | 未完成
 | 12月31日前 | | 2023年12月20日 | 完成
≤ | 2023年12月31日 | | 12月20日 | 完成
 | 12月31日前 | | 2024年1月5日 | 读不出
≥ | 10² | | 102 | 读不出
≥ | 50 | 个 | 5① | 读不出
≥ | 100 | m² | 120㎡ | 完成
≤ | 12月3①日 | | 12月20日 | 读不出
≥ | 12月31日 | | 12月20日 | 读不出
 | 2月30日前 | | 2月1日 | 读不出
≥ | 50 | 个 | 45户 | 读不出
≥ | 5期 | | 300人次 | 读不出
≥ | 50万元 | | 60 | 读不出
≥ | 若干 | 次 | 45 | 读不出
≥ | 50 | 次 | 达成 | 读不出
≥ | 50 | 次 | 约50 | 读不出
≥ | 50 | 次 | 50左右 | 读不出
≥ | 50 | 次 | ≥45 | 读不出
≥ | 1,2 | 次 | 12 | 读不出
≤ | 不低于95% | | 96% | 读不出
定性 | 良好 | | 良好 | 读不出
定性 | ≥95% | | 96% | 读不出
 | | | | 读不出
"""


def aims() -> list[tuple[str, ...]]:
    return [tuple(cell.strip() for cell in line.split("|")) for line in AIMS.strip("\n").splitlines()]


def said(aimed: Aim | None) -> str:
    if aimed is None:
        return "读不出"
    if aimed.met is None:
        return f"难说 {aimed.doubt}".strip()
    share = "" if aimed.completion is None else f" {aimed.completion}"
    return "完成" if aimed.met else f"未完成{share}"


@pytest.mark.parametrize(("operator", "target", "measure", "actual", "wanted"), aims())
def test_aim(operator: str, target: str, measure: str, actual: str, wanted: str) -> None:
    assert said(target_and_actual(operator, target, measure, actual, 2023)) == wanted


AT_LEAST = (
    "≥{}",
    "≥ {}",
    "{}以上",
    "{}及以上",
    "不低于{}",
    "不少于{}",
    "至少{}",
    ">={}",
    "大于等于{}",
    "≧{}",
)
NUMBERS = st.decimals(0, 10**9, places=2, allow_nan=False)


@given(NUMBERS, NUMBERS, st.sampled_from(AT_LEAST), st.sampled_from(["", "个", "万元", "人次"]))
def test_every_spelling_of_at_least_is_the_same_aim(
    target: object, actual: object, spelt: str, unit: str
) -> None:
    plain = target_and_actual("≥", f"{target}", unit, f"{actual}")
    assert target_and_actual("", spelt.format(f"{target}{unit}"), "", f"{actual}{unit}") == plain
    assert target_and_actual("≥", spelt.format(f"{target}"), unit, f"{actual}") == plain


@given(NUMBERS, NUMBERS, st.sampled_from("≥≤＞＜="))
def test_a_share_is_below_1_but_for_a_bound_just_touched(target: object, actual: object, sign: str) -> None:
    aimed = target_and_actual(sign, f"{target}", "个", f"{actual}")
    assert aimed is not None
    share = aimed.completion
    assert aimed.met is not None
    assert share == 1 if aimed.met else share is None or share < 1 or target == actual


@given(st.text(max_size=12), st.text(max_size=12), st.sampled_from(["", "≥", "≤", "定性", "x"]))
def test_no_text_is_too_odd(target: str, actual: str, operator: str) -> None:
    """Whatever people type is read or not, and never fails."""
    said(target_and_actual(operator, target, "", actual))


@pytest.mark.parametrize("digits", [300, 4_301, 32_767])
def test_a_number_without_end_is_no_quantity(digits: int) -> None:
    """Python takes no 4,301 digits."""
    assert quantity("≥" + "9" * digits, "个") is None
    assert quantity("1-" + "9" * digits, "个") is None
    assert quantity("≥" + "9" * 15, "个") is not None


@pytest.mark.parametrize(
    ("target", "actual", "wanted"),
    [
        ("健全", "健全", "达成"),
        ("建立", "已建立。", "达成"),
        ("明显", "达成预期指标", "达成"),
        ("明显", "优良", "达成"),
        ("明显", "基本达成", "基本达成"),
        ("明显", "良好", "基本达成"),
        ("明显", "较好", "基本达成"),
        ("良好", "良好", "达成"),
        ("明显", "部分达成并具有一定效果", "部分达成"),
        ("明显", "未达成且效果较差", "未达成"),
        ("明显", "未完成", "未达成"),
        ("明显", "群众反映有所改善", ""),
        ("", "", ""),
    ],
)
def test_bands_of_qualitative_indicators(target: str, actual: str, wanted: str) -> None:
    band = attained(FORM, target, actual)
    assert (band.name if band else "") == wanted


@pytest.mark.parametrize(
    ("total", "wanted"), [("100", "优"), ("90", "优"), ("89.99", "良"), ("60", "中"), ("0", "差")]
)
def test_a_grade_includes_its_lower_bound(total: str, wanted: str) -> None:
    assert grade(FORM, Fraction(total)) == wanted


IN_BANDS = "round(points * banded(executed / full, 1, 1, 0.97, 0.7, 0.6, 0.5, 0), 2)"
OVERLAY = f"""
extends = "hunan-2023"
[[sheet]]
key = "annex2"
[[sheet.block]]
key = "request"
[[sheet.block.columns]]
key = "score"
is = "{IN_BANDS}"
"""
SCORE = Key("request", 0, "total", 0, "score")


@pytest.fixture
def banded(tmp_path: Path) -> Form:
    """The form as a bureau has it that scores execution by bands: ten points for all, seven from 97 %, five from 60 %."""
    path = tmp_path / "县.toml"
    path.write_text(OVERLAY, encoding="utf-8")
    return load(path, 2023)


def test_bands_for_execution_are_data(banded: Form, soffice: LibreOffice, tmp_path: Path) -> None:
    """One line of an overlay: the recomputation, the finding and the template's formula, by LibreOffice, follow it."""
    from openpyxl import load_workbook

    cells = values(banded, SAMPLE.read_text(encoding="utf-8"))  # executed 96.4 %: 9.64 by proportion
    figure = filled(banded, cells).figure("request", "total", "score")
    assert figure.computed == 5

    typed = [f for f in _findings(banded, {**cells, SCORE: 7}) if f.startswith("A2-04")]
    assert typed == ["A2-04 错误 预算执行率得分7分，按执行率96.43%应得5分，多2分"]
    assert not [f for f in _findings(banded, {**cells, SCORE: 5}) if f.startswith("A2-04")]
    assert [f for f in _findings(FORM, {**cells, SCORE: 5}) if f.startswith("A2-04 提示")]

    path = tmp_path / "书.xlsx"
    path.write_bytes(fill(banded, cells))
    sheet, cell = str(figure.place).split("!")
    assert "ROUND(" in str(load_workbook(path)[sheet][cell].value)
    (saved,) = soffice.convert([path], "xlsx", tmp_path / "out")
    assert load_workbook(saved, data_only=True)[sheet][cell].value == 5


def test_points_below_a_pass_line_are_data(tmp_path: Path) -> None:
    """From 60 % on: nine tenths of the target give three quarters of the points, and what was in proportion is too much."""
    path = tmp_path / "县.toml"
    path.write_text('extends = "hunan-2023"\n[settings]\npartial_floor = 0.6\n', encoding="utf-8")
    row = Key("indicators", 0, "indicator", 5, "actual")  # 8 points
    cells = values(FORM, SAMPLE.read_text(encoding="utf-8"))
    cells |= {row: "85.5", row._replace(column="score"): 7.2}  # of 95
    assert not [f for f in _findings(FORM, cells) if f.startswith("A2-15")]
    found = [f for f in _findings(load(path, 2023), cells) if f.startswith("A2-15 警告")]
    assert [f for f in found if "应得6分，得分7.2分，多1.2分" in f]


def _findings(form: Form, cells: dict[Key, object]) -> list[str]:
    return [f"{f.rule} {f.level} {f.message}" for f in examined(cells, form)[1] if told(f)]
