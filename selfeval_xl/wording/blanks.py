"""N-11: figures left out, placeholders and prompts that nobody filled in."""

import re
from collections.abc import Iterator

from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Status
from selfeval_xl.reading.narratives.narrative import Narrative

RULE = "N-11"
_VERBS = (
    r"(?:占|占比|增长|增加|减少|下降|提高|降低|上升|完成|达到|达|为|是|约|共|共计|合计|率|支出|预算|收入|金额"
    r"|结转|追加|执行|安排|编制|在职|退休|得分)"
)
_MEASURE = r"(?:[%％]|个百分点|万元|亿元|元|人次|人|名|个|项|分(?![别之散类为布析])|辆|批次|户|公里|亩)"
_KINDS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("数字没有填", re.compile(rf"{_VERBS}[ \u3000\u00a0]+{_MEASURE}")),
    ("数字没有填", re.compile(r"(?:占|占比|增长|下降|上升|降低|提高|率为|率|比例为|为|达到|约占)[%％]")),
    (
        "数字没有填",
        re.compile(
            r"(?:支出|预算|收入|金额|共计|合计|决算|执行|安排|结转|追加|资金|经费|增加|减少|为)(?:万元|亿元)(?![：:，,）)]?单位)"
        ),
    ),
    (
        "占位符没有换掉",
        re.compile(r"[XＸxｘ]{2,}|×{2,}|[＿_]{2,}|\?{2,}|？{2,}|…{3,}|\*{2,}|＊{2,}|●{2,}|■{2,}|□{2,}|△{2,}"),
    ),
    (
        "括号里没有填",
        re.compile(
            r"【[ \u3000]*】|〔[ \u3000]*〕|\[[ \u3000]*\]|（[ \u3000]*）|\([ \u3000]*\)|《[ \u3000]*》"
        ),
    ),
    (
        "提示语没有删掉",
        re.compile(
            r"(?:请|此处|在此)(?:在此)?(?:填写|填入|补充|说明情况|描述|列出)[^，。；）】]{0,12}|待(?:补充|核实|填写|定稿|确认)(?!的)|（填写[^）]*）|[（(](?:单位名称|数字|金额|年份|具体数据)[）)]|\[待[^\]]*\]|【(?:请|待|填)[^】]*】"
        ),
    ),
)
_MASKED = re.compile(r"1\d{2}[*＊×xX]{4}\d{4}|\d{6}[*＊×xX]{8}")


def blanks(narrative: Narrative) -> Iterator[Remark]:
    """In prose and in cells of tables."""
    for paragraph in narrative.paragraphs:
        if _MASKED.search(paragraph.text):
            continue
        taken = 0
        found = [(m, kind) for kind, pattern in _KINDS for m in pattern.finditer(paragraph.text)]
        for match, kind in sorted(found, key=lambda pair: pair[0].start()):
            if (
                match.start() < taken
                or _heading_of_cell(paragraph.table, paragraph.text, match)
                or _of_form(match, paragraph.text)
            ):
                continue
            taken = match.end()
            yield Remark(
                RULE,
                Status.BROKEN,
                Spot(paragraph, match.start(), match.end()),
                f"{kind}：“{match[0].strip()}”",
                match[0],
            )


def _heading_of_cell(table: int, text: str, match: re.Match[str]) -> bool:
    """The head of a column in a table: 执行率%, 金额万元."""
    return table >= 0 and (
        match.end() == len(text.rstrip()) and not match[0].strip().startswith(("【", "X", "×", "_"))
    )


def _of_form(match: re.Match[str], text: str) -> bool:
    """A seal's or a signature's brackets, a sign for nothing in a table."""
    return (
        match[0].strip("（）() \u3000") == ""
        and re.search(r"签|章|盖|字", text[max(0, match.start() - 6) : match.end() + 6]) is not None
    )
