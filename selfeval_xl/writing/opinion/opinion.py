"""审校意见.docx: which of the findings become comments, and what they say."""

from collections.abc import Iterator

from selfeval_xl.auditing.auditing import Audit
from selfeval_xl.claims.remarks import Remark
from selfeval_xl.findings import Level, Status
from selfeval_xl.wording.words import quiet
from selfeval_xl.writing.opinion.comments import Comment, commented


def opinion(audit: Audit, content: bytes) -> bytes:
    """The report with a comment on the words of every finding, but for style and remainders."""
    return commented(content, list(_comments(audit)))


def _comments(audit: Audit) -> Iterator[Comment]:
    for remark in sorted(audit.found, key=lambda r: (r.spot.paragraph.order, r.spot.start)):
        if remark.status is Status.RESIDUAL or silent(remark):
            continue
        paragraph = remark.spot.paragraph
        yield Comment(
            paragraph.index,
            remark.spot.start,
            remark.spot.end,
            _lines(audit, remark),
            whole=not paragraph.in_body,
        )


def silent(remark: Remark) -> bool:
    """What stands in 审校结果.xlsx alone."""
    return quiet(remark) or (remark.rule == "N-13" and "写法不一" in remark.message)


def _lines(audit: Audit, remark: Remark) -> tuple[str, ...]:
    level, rule = audit.level(remark), audit.rules[remark.rule]
    told = "【提示】" if level is Level.NOTICE else f"【{level}】"
    where = "" if remark.spot.paragraph.in_body else f"（文本框、脚注中的“{remark.spot.quote}”）"
    return (f"{told}{remark.message}。{where}", f"{rule.remedy}。（{rule.id} {rule.title}）")
