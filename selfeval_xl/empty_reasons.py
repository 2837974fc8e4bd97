"""Reasons that are none: what they look like, and what to say of them."""

import re
import unicodedata
from collections.abc import Iterator

from selfeval_xl.forms import Kind

EMPTY_PHRASES = (
    "无", "暂无", "没有", "无原因", "无说明", "无变化", "无偏差", "没有偏差", "已完成",
    "已全部完成", "全部完成", "按计划完成", "同上", "如上", "见上", "略", "正常", "待定",
    "待补充", "-", "—", "——", "/", "工作需要", "工作所需", "业务需要", "业务工作需要", "实际需要",
    "实际工作需要", "按实际发生", "按实际发生数", "按实际支出", "据实列支", "据实支出", "据实发生", "据实结算",
    "按需支出", "按规定", "按规定执行", "按规定列支", "按要求执行", "正常支出", "正常列支", "正常变动", "正常增减",
    "正常调整", "客观原因", "特殊原因", "特殊情况", "其他原因", "历史原因", "政策原因", "实际情况",
    "按实际", "原因", "其他", "其它", "详见附件", "见附件", "详见说明", "见说明",
)  # fmt: skip
LEADS = ("因为", "由于", "因", "系", "属于", "属", "是", "根据", "为")
TAILS = ("增加", "减少", "增长", "下降", "调整", "变动", "支出", "所致", "导致", "引起", "造成")
"""What is said already: that it changed."""
_LEAD = re.compile("|".join(LEADS))
_TAILS = re.compile(f"(?:{'|'.join(TAILS)})+$")
_STOPS = re.compile(r"[、，,;；。：:！!\n]")
_NUMBERING = re.compile(r"\d+|[一二三四五六七八九十]+是")
CHINESE = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")
"""A run of Chinese signs, the rare ones of names too."""


def says_nothing(text: str) -> bool:
    """A reason that is none: 「无」「（无）」「……」「N/A」「工 作 需 要」「工作需要、政策原因」. Two Chinese signs that are no
    such phrase, in one of its clauses, say something.
    """
    return not any(
        len("".join(CHINESE.findall(clause))) > 1 and not _is_phrase(clause) for clause in _clauses(text)
    )


def stands_for_none(text: str) -> bool:
    """A text that is no answer; unlike a reason, one without any Chinese (an address) may be one."""
    return all(clause in EMPTY_PHRASES for clause in _clauses(text))


def _clauses(text: str) -> Iterator[str]:
    """Letters and digits alone, without the numbers before and after."""
    for clause in _STOPS.split(unicodedata.normalize("NFKC", text)):
        bare = re.sub(r"[\W_]", "", clause)
        if found := _NUMBERING.match(bare):
            bare = bare[found.end() :]
        if bare.rstrip("0123456789"):
            yield bare.rstrip("0123456789")


def _is_phrase(clause: str) -> bool:
    lead = _LEAD.match(clause)
    forms = {clause, clause[lead.end() :] if lead else clause}
    forms |= {_TAILS.sub("", form) for form in forms}
    return not forms.isdisjoint(("", *EMPTY_PHRASES))


def too_general(text: str, kind: Kind = Kind.MONEY) -> str:
    """What to say of a reason that says nothing; `kind`: of what is to be explained."""
    wanted = {
        Kind.MONEY: "具体事由、涉及金额（应能说明差额的大部分）和依据",
        Kind.COUNT: "具体事由、涉及人数和依据",
        Kind.SCORE: "没有完成或超额的具体原因和改进措施",
    }.get(kind, "具体事由和依据")
    return f"原因“{text.strip()}”过于笼统，请写明{wanted}"
