"""The clauses that bend: case tables, and that none of them ever says a sign, an empty reason or a doubled one."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from selfeval_xl.money import WAN
from selfeval_xl.writing.report import phrases, reasons, texts
from selfeval_xl.writing.report.phrases import Number


def wan(amount: str | None) -> Number:
    return None if amount is None else Fraction(amount) * WAN


AMOUNTS = st.none() | st.integers(-(10**6), 10**12).map(Fraction)


@pytest.mark.parametrize(
    ("now", "base", "said"),
    [
        ("687.17", "570.96", "较年初预算570.96万元增加116.21万元，增长20.35%"),
        ("879.36", "4300", "较年初预算4300.00万元减少3420.64万元，下降79.55%"),
        ("570.96", "570.96", "与年初预算持平"),
        ("570.962", "570.96", "与年初预算基本持平"),
        ("4870.97", "4870.96", "较年初预算4870.96万元增加0.01万元"),  # 0.00% says nothing
        ("12", "0", "年初未安排预算，系年中追加安排"),
        ("0", "0", ""),
        ("0", "12", "较年初预算12.00万元减少12.00万元，下降100.00%"),
        (None, "12", ""),
        ("12", None, ""),
    ],
)
def test_compared(now: str | None, base: str | None, said: str) -> None:
    assert phrases.compared(wan(now), wan(base)) == said


def test_compared_with_last_year() -> None:
    assert phrases.compared(wan("5"), wan("0"), "上年", "上年未发生") == "上年未发生"
    assert phrases.compared(wan("5"), wan("4"), "上年") == "较上年4.00万元增加1.00万元，增长25.00%"


@given(AMOUNTS, AMOUNTS)
def test_a_comparison_never_prints_a_sign_after_its_word(now: Number, base: Number) -> None:
    said = phrases.compared(now, base)
    assert not any(word + "-" in said for word in ("增加", "减少", "增长", "下降"))
    assert base is None or base > 0 or "%" not in said


@pytest.mark.parametrize(
    ("now", "last", "said"),
    [
        (35, 42, "较2022年末的42人减少7人"),
        (42, 35, "较2022年末的35人增加7人"),
        (35, 35, "与2022年末持平"),
        (35, None, ""),
        (None, 35, ""),
    ],
)
def test_headcount(now: int | None, last: int | None, said: str) -> None:
    counts = [None if n is None else Fraction(n) for n in (now, last)]
    assert phrases.headcount(counts[0], counts[1], "2022年末", "的{}人") == said


def test_headcount_without_the_base() -> None:
    assert phrases.headcount(Fraction(17), Fraction(14), "上年末") == "较上年末增加3人"


@pytest.mark.parametrize(
    ("now", "limit", "said"),
    [
        ("5", "6", "，控制在年初预算6.00万元以内"),
        ("6", "6", "，控制在年初预算6.00万元以内"),
        ("6.5", "6", "，较年初预算6.00万元超出0.50万元"),
        ("1", "0", "，年初未安排预算"),
        ("0", "0", ""),
        ("5", None, ""),
        (None, "5", ""),
    ],
)
def test_within(now: str | None, limit: str | None, said: str) -> None:
    assert phrases.within(wan(now), wan(limit)) == said


@pytest.mark.parametrize(
    ("total", "parts", "said"),
    [
        ("10", [("甲", "4"), ("乙", "6")], "，其中甲4.00万元、乙6.00万元"),
        ("10", [("甲", "4"), ("乙", "0"), ("丙", None)], "，其中甲4.00万元"),
        ("10", [("甲", "10"), ("乙", "0")], "，全部为甲"),
        ("10", [("甲", "0"), ("乙", None)], ""),
        (None, [("甲", "4")], "，其中甲4.00万元"),
    ],
)
def test_of_which(total: str | None, parts: list[tuple[str, str | None]], said: str) -> None:
    assert phrases.of_which(wan(total), [(name, wan(fen)) for name, fen in parts]) == said


def test_of_which_with_shares() -> None:
    parts = [("基本支出", wan("687.17")), ("项目支出", wan("879.36"))]
    said = "，其中基本支出687.17万元，占43.87%；项目支出879.36万元，占56.13%"
    assert phrases.of_which(wan("1566.53"), parts, share=True) == said


@pytest.mark.parametrize(
    ("total", "basic", "project", "said"),
    [
        ("-3", "-1", "-2", "，其中基本支出-1.00万元、项目支出-2.00万元"),
        ("1", "-1", "2", "，其中基本支出-1.00万元、项目支出2.00万元"),
        ("0", "-2", "2", "，其中基本支出-2.00万元、项目支出2.00万元"),
        (None, "1", "2", "，其中基本支出1.00万元、项目支出2.00万元"),
    ],
)
def test_no_shares_where_they_mean_nothing(total: str | None, basic: str, project: str, said: str) -> None:
    parts = [("基本支出", wan(basic)), ("项目支出", wan(project))]
    assert phrases.of_which(wan(total), parts, share=True) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("资金下达较晚", "，主要原因是资金下达较晚"),
        ("主要原因是资金下达较晚。", "，主要原因是资金下达较晚"),
        ("主要原因是：主要是由于资金下达较晚；", "，主要原因是资金下达较晚"),
        ("差异原因为资金下达较晚", "，主要原因是资金下达较晚"),
        ("原因复杂", "，主要原因是原因复杂"),
        ("主要是2023年新增项目", "，主要原因是2023年新增项目"),
        (" 资金下达较晚。\r\n\r\n 工期跨年。 ", "，主要原因是资金下达较晚；工期跨年"),
        ("", ""),
        ("。", ""),
        ("主要原因是", ""),
        ("原因是：无。", ""),
        ("工作需要", ""),
        ("同上。", ""),
        ("（无）", ""),
        ("1", ""),
        ("\x01\u200b", ""),
        ("—", ""),
        ("退休！。", "，主要原因是退休"),
        ("退休……。", "，主要原因是退休"),
        ("原因：", ""),
        ("主要原因", ""),
        ("详见附件", ""),
        ("原因详见附件2。", ""),
        ("（见附件说明）", ""),
        ("差异原因详见情况说明", ""),
        ("退休2人，详见附件", "，主要原因是退休2人，详见附件"),
        ("见义勇为奖励增加", "，主要原因是见义勇为奖励增加"),
        ("一是退休；二是调出。", "，主要原因：一是退休；二是调出"),
        ("主要原因是：一是退休，二是调出", "，主要原因：一是退休；二是调出"),
        ("原因有以下两点：1.退休；2.调出", "，主要原因：一是退休；二是调出"),
        ("1、退休。\n2、调出。", "，主要原因：一是退休；二是调出"),
        ("（1）退休（2）调出", "，主要原因：一是退休；二是调出"),
        ("①退休②调出", "，主要原因：一是退休；二是调出"),
        ("第一，退休；第二，调出", "，主要原因：第一，退休；第二，调出"),
        ("一、退休；二、无", "，主要原因是退休"),
        ("第一季度下达较晚", "，主要原因是第一季度下达较晚"),
        ("一、二季度支付较慢", "，主要原因是一、二季度支付较慢"),
        ("1.5万亩林地管护", "，主要原因是1.5万亩林地管护"),
    ],
)
def test_because(typed: str, said: str) -> None:
    assert reasons.because(typed) == said


def test_a_numbered_reason_inside_a_sentence_and_after_another_lead() -> None:
    assert reasons.cause("原因：1.退休；2.调出") == "退休；调出"
    assert reasons.reasons("原因：1.退休；2.调出") == "一是退休；二是调出"
    assert reasons.because("1.退休；2.调出", "原因是") == "，原因：一是退休；二是调出"


@given(st.text(alphabet="主要原因是由于因为：。，；、 \n\t无同上资金"))
def test_a_reason_is_never_doubled_and_never_empty(typed: str) -> None:
    said = reasons.because(typed)
    assert "主要原因是主要原因是" not in said
    assert (
        said == ""
        or said.removeprefix("，主要原因是").strip("，。；、： ") == said.removeprefix("，主要原因是") != ""
    )


@pytest.mark.parametrize(
    ("who", "when", "said"),
    [
        ("财政所", "2024-09-30", "，由财政所于2024年9月30日前完成"),
        ("财政所", "2024年底前", "，由财政所于2024年底前完成"),
        ("", "2024年底", "，于2024年底前完成"),
        ("财政所", "", "，由财政所负责"),
        ("财政所", "长期", "，由财政所长期坚持"),
        ("", "长期坚持", "，长期坚持"),
        ("", "持续推进", "，持续推进"),
        ("财政所", "立行立改", "，由财政所立行立改"),
        ("财政所", "2024年起每季度一次", "，由财政所于2024年起每季度一次"),
        ("财政所", "2024年", "，由财政所于2024年内完成"),
        ("财政所", "2024年10月", "，由财政所于2024年10月底前完成"),
        ("财政所", "2024年10月前完成", "，由财政所于2024年10月前完成"),
        ("财政所", "3个月内", "，由财政所于3个月内完成"),
        ("财政所", "2024年第三季度", "，由财政所于2024年第三季度内完成"),
        ("", "下半年", "，于下半年完成"),
        ("财政所", "视资金情况", "，由财政所负责，时限为视资金情况"),
        ("", "", ""),
    ],
)
def test_due(who: str, when: str, said: str) -> None:
    assert phrases.due(who, when) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("1、绩效意识有待提高。", "绩效意识有待提高"),
        ("1.绩效意识有待提高", "绩效意识有待提高"),
        ("（2）绩效意识", "绩效意识"),
        ("（二）绩效意识", "绩效意识"),
        ("②绩效意识", "绩效意识"),
        ("1.5万亩林地管护不足", "1.5万亩林地管护不足"),
        ("2023年支出偏慢", "2023年支出偏慢"),
        ("一是意识不足", "一是意识不足"),
    ],
)
def test_unnumbered(typed: str, said: str) -> None:
    assert reasons.unnumbered(typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("一是意识不足", "意识不足"),
        ("1.一是意识不足", "意识不足"),
        ("其一，意识不足", "意识不足"),
        ("一是意识不足；二是人手不够。", "意识不足；人手不够"),
        ("一是意识不足。二是人手不够，无人专管。三是培训少。", "意识不足；人手不够，无人专管；培训少"),
        ("一是意识不足。未设专岗。二是人手不够。", "意识不足。未设专岗。人手不够"),
        ("意识不足，一是培训少，二是人手少", "意识不足，一是培训少，二是人手少"),
        ("一线人员不足", "一线人员不足"),
    ],
)
def test_unranked(typed: str, said: str) -> None:
    assert reasons.unranked(typed) == said


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("因机构改革划转人员所致", "机构改革划转人员"),
        ("因为资金下达较晚。", "资金下达较晚"),
        ("系因2人退休导致", "2人退休"),
        ("由于年中追加所造成的。", "年中追加"),
        ("因公出国团组增加", "因公出国团组增加"),
        ("因灾受损道路修复", "因灾受损道路修复"),
        ("1.因退休；2.因调出所致", "退休；调出"),
        ("工资调标导致人员经费增加", "工资调标导致人员经费增加"),
    ],
)
def test_a_cause_says_because_once(typed: str, said: str) -> None:
    assert reasons.cause(typed) == said


def test_of_several_a_semicolon_parts_one_from_the_next_alone() -> None:
    assert reasons.clause("上级追加；另有结余。支付较晚。") == "上级追加，另有结余，支付较晚"


def test_lists() -> None:
    assert phrases.listed(["甲", "乙"], 5) == "甲、乙"
    assert phrases.listed(list("甲乙丙"), 2) == "甲、乙等"
    assert reasons.numbered(["甲"]) == ["甲"]
    assert reasons.numbered(["甲", "乙"]) == ["1.甲", "2.乙"]
    assert reasons.ranked(["甲"]) == "甲"
    assert reasons.ranked(["甲", "乙"]) == "一是甲；二是乙"
    assert reasons.ranked(["甲"] * 21).split("；")[9::5] == ["十是甲", "十五是甲", "二十是甲"]


def test_figures() -> None:
    assert phrases.amount(wan("4300"), "") == "4300.00万元"
    assert phrases.amount(None, "年初预算数") == "【待填：年初预算数】"
    assert phrases.people(Fraction(35), "") == "35人"
    assert phrases.items([("甲", wan("1")), ("乙", wan("0")), ("丙", None)]) == ["甲1.00万元"]
    assert phrases.items([("路2023", wan("1"))]) == ["“路2023”1.00万元"]
    assert phrases.carried(wan("1"), wan("-2")) == ["上年结转1.00万元", "年中追减2.00万元"]
    assert phrases.carried(wan("0"), None) == []
    assert phrases.day(date(2024, 6, 5)) == "2024年6月5日"


@pytest.mark.parametrize(
    ("total", "parts", "fits"),
    [
        ("619.61", ["572.28", "47.32"], True),
        ("67.56", ["67.57"], True),
        ("879.36", ["870.36"], False),
        ("100", ["33.334", "33.333", "33.333"], True),
    ],
)
def test_adds_up_but_for_rounding(total: str, parts: list[str], fits: bool) -> None:
    assert phrases.adds_up(Fraction(total) * WAN, [Fraction(p) * WAN for p in parts]) is fits


def test_texts() -> None:
    assert texts.lines(" 一\r\n\r\n\u3000\u3000二。\x00 ") == ["一", "二。"]
    assert texts.sentence("甲。\n乙。") == "甲；乙。"
    assert texts.sentence("甲！") == texts.sentence("甲！。") == "甲！"
    assert texts.sentence("甲……。\n") == "甲……"
    assert texts.sentence("甲！\n乙") == "甲；乙。"
    assert texts.inline("甲？！。") == "甲"
    assert texts.sentence(" 。") == ""
    assert texts.clean("a\x00b\ud800c\uffffd\x85e\r\nf\tg\vh") == "abcde\nf g h"
    assert len(texts.clean("长" * 40_000)) == texts.LONGEST
