"""Reasons that are none: what they look like, and what to say of them."""

from selfeval_xl.forms import Kind

EMPTY_PHRASES = (
    "无", "暂无", "没有", "无原因", "无说明", "无变化", "无偏差", "没有偏差", "已完成",
    "已全部完成", "全部完成", "按计划完成", "同上", "如上", "见上", "略", "正常", "待定",
    "待补充", "-", "—", "——", "/", "工作需要", "工作所需", "业务需要", "业务工作需要", "实际需要",
    "实际工作需要", "按实际发生", "按实际发生数", "按实际支出", "据实列支", "据实支出", "据实发生", "据实结算",
    "按需支出", "按规定", "按规定执行", "按规定列支", "按要求执行", "正常支出", "正常列支", "正常变动", "正常增减",
    "正常调整", "客观原因", "特殊原因", "特殊情况", "其他原因", "历史原因", "政策原因", "实际情况",
)  # fmt: skip
LEADS = ("因为", "由于", "因", "系", "属于", "属", "是", "根据", "为")


def says_nothing(text: str) -> bool:
    """A reason that is none: 「无」「同上」「工作需要」, as the whole text."""
    bare = text.strip("。，,；;.！ \n")
    lead = next((word for word in LEADS if bare.startswith(word)), "")
    return bare in ("", *EMPTY_PHRASES) or (bool(lead) and bare.removeprefix(lead) in EMPTY_PHRASES)


def too_general(text: str, kind: Kind = Kind.MONEY) -> str:
    """What to say of a reason that says nothing; `kind`: of what is to be explained."""
    wanted = {
        Kind.MONEY: "具体事由、涉及金额（应能说明差额的大部分）和依据",
        Kind.COUNT: "具体事由、涉及人数和依据",
        Kind.SCORE: "没有完成或超额的具体原因和改进措施",
    }.get(kind, "具体事由和依据")
    return f"原因“{text.strip()}”过于笼统，请写明{wanted}"
