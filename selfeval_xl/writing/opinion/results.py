"""审校结果.xlsx: the findings, every statement that was understood with its verdict, and what was not understood."""

from collections.abc import Iterator, Mapping

from selfeval_xl.auditing.auditing import Audit
from selfeval_xl.claims.remarks import Remark
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.statements import Statement, titles
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.style import LEVELS, MARKS
from selfeval_xl.writing.summary.tables import MIDDLE, WHOLE, Cell, Coloured, Column, Table, draw

_OTHERS_SHOWN = 4
_ROLES = {
    "initial": "年初预算", "carried": "上年结转", "added": "年中调整", "full": "全年预算",
    "executed": "决算（执行）", "last": "上年",
    "closing": "结转结余", "recovered": "财政收回",
}  # fmt: skip
_SCOPES = {
    "general": "一般公共预算",
    "fund": "政府性基金",
    "capital": "国有资本经营",
    "special": "财政专户",
    "other": "其他资金",
    "total": "全部资金",
}


def audit_results(audit: Audit) -> bytes:
    """The workbook: 审校结果, 数据清单, 未判断的数."""
    book = Pages(f"{audit.narrative.name}：审校结果")
    verdicts = audit.verdicts()
    for table in (_findings(audit), _statements(audit, verdicts), _open(audit, verdicts)):
        draw(book, table)
    return book.content()


def _findings(audit: Audit) -> Table:
    columns = (
        Column("级别", 7, MIDDLE), Column("规则", 7, MIDDLE), Column("段落", 7, WHOLE), Column("原文", 32), Column("问题", 46),
        Column("报告所写", 15), Column("应为（另一处）", 15), Column("相差", 12), Column("另一处原文", 28), Column("怎么改", 30),
    )  # fmt: skip
    counts = "，".join(f"{level} {audit.count(level)} 条" for level in Level)
    read, judged = len(audit.statements), len(audit.verdicts())
    notes = (
        "；".join(filter(None, (f"报告：{audit.narrative.name}", audit.unit, f"{audit.year}年度" if audit.year else ""))),
        f"{counts}。读出数据 {read} 个，其中 {judged} 个参加了核对，{read - judged} 个没有可核对的另一方（见“未判断的数”）。",
        "段落从 0 起数，含表格中的段落（文本文件为行号，从 1 起）。没有列出的不等于没有错误：程序只核对它读懂的关系。",
    )  # fmt: skip
    rows = (_finding(audit, remark) for remark in audit.found)
    return Table("审校结果", "审校结果", notes, columns, rows, wrapped=True, nothing="没有发现问题。")


def _finding(audit: Audit, remark: Remark) -> list[Cell]:
    level = audit.level(remark)
    others = "；".join(spot.quote for spot in remark.others[:_OTHERS_SHOWN])
    more = "等" if len(remark.others) > _OTHERS_SHOWN else ""
    return [
        Coloured(level, {**LEVELS[level], **MARKS[level]}), remark.rule, remark.spot.paragraph.index,
        remark.spot.quote, remark.message,
        remark.left, remark.right, remark.difference, others + more, audit.rules[remark.rule].remedy,
    ]  # fmt: skip


def _statements(audit: Audit, verdicts: Mapping[int, Remark]) -> Table:
    columns = (
        Column("段落", 7, WHOLE), Column("事项", 18), Column("原文", 30), Column("口径", 14), Column("性质", 12, MIDDLE),
        Column("数值", 16),
        Column("结论", 9, MIDDLE), Column("规则", 8, MIDDLE), Column("另一方", 22),
    )  # fmt: skip
    notes = ("参加了核对的每一个数；口径、性质是程序按上下文读出的。",)
    rows = (_judged(audit.statements[n], remark) for n, remark in sorted(verdicts.items()))
    return Table("数据清单", "数据清单", notes, columns, rows, wrapped=True, nothing="没有读出数据。")


def _judged(statement: Statement, remark: Remark) -> list[Cell]:
    scope = "、".join(_SCOPES[s] for s in statement.scopes) if len(statement.scopes) < len(_SCOPES) else ""
    other = remark.right or "；".join(spot.quote for spot in remark.others[:2])
    verdict: Cell = (
        remark.status if remark.status is Status.PASSED else Coloured(remark.status, LEVELS[Level.WARNING])
    )
    return [
        statement.sentence.paragraph.index, titles().get(statement.item, ""), _words(statement), scope if statement.item else "",
        _ROLES[statement.role] if statement.item else "", statement.quantity.said, verdict, remark.rule, other,
    ]  # fmt: skip


def _words(statement: Statement) -> str:
    return f"{statement.sentence.label(statement.quantity)} {statement.quantity.said}".strip()


def _open(audit: Audit, verdicts: Mapping[int, Remark]) -> Table:
    columns = (Column("段落", 7, WHOLE), Column("原文", 40), Column("数值", 16), Column("所在的句子", 90))

    def rows() -> Iterator[list[Cell]]:
        for n, statement in enumerate(audit.statements):
            if n not in verdicts:
                sentence = statement.sentence
                words = sentence.text[sentence.start : sentence.end].strip()
                yield [sentence.paragraph.index, _words(statement), statement.quantity.said, words]

    notes = ("文中没有可与之核对的另一个数，或程序没有读懂它与别的数的关系；请人工核对。",)
    return Table("未判断的数", "未判断的数", notes, columns, rows(), wrapped=True, nothing="没有。")
