"""公开版: the report that goes onto a website, or a sentence on why it may not."""

import html
import io
import re
import zipfile

from selfeval_xl.checking.concluding import Conclusion
from selfeval_xl.errors import NotPublic
from selfeval_xl.filing import Filing
from selfeval_xl.filing.publishing import confidences, may_be_secret, published, where
from selfeval_xl.writing.report.charts.drawing import Pen
from selfeval_xl.writing.report.context import PLACEHOLDER
from selfeval_xl.writing.report.narrative import Render, narrate
from selfeval_xl.writing.report.sections.closing import is_closed

ANYTHING = re.compile(r"</w:p>|<[^>]*?>")
CELLS = 3


def narrate_public(
    filing: Filing, conclusion: Conclusion, render: Render | None = None, pen: Pen | None = None
) -> bytes:
    """The report as it may be published. Raises NotPublic: what is in the way, and what to do."""
    require_public(filing, conclusion)
    content = narrate(published(filing), conclusion, render, pen)
    require_clean(content, filing)
    return content


def require_public(filing: Filing, conclusion: Conclusion) -> None:
    """Raises NotPublic: there are errors or gaps, or the unit does not publish."""
    name = filing.unit_name
    if not filing.form.wording:
        raise NotPublic(f"表样 {filing.form.id} 没有自评报告的 Word 模板，不能生成公开版。")
    if not conclusion.standing.reportable:
        sentence = conclusion.summary.sentence.partition("；")[0]
        raise NotPublic(f"“{name}”{sentence}，不能生成公开版；请先按核对结果改正、补填。")
    if may_be_secret(filing) or is_closed(filing):
        raise NotPublic(
            f"“{name}”填明涉密或不公开，不能生成公开版；如可公开，请改“是否涉密”和“拟公开的网站或位置”。"
        )


def require_clean(content: bytes, filing: Filing) -> None:
    """What a person typed into another cell, or into a template, is not removed but named."""
    texts = _texts(content)
    gap = next((found[0] for text in texts for found in PLACEHOLDER.finditer(text)), "")
    if gap:
        raise NotPublic(f"公开版中还有{gap}，不能生成；请先补填。")
    for secret in confidences(filing):
        if any(secret.stands_in(text) for text in texts):
            cells = where(published(filing), secret)[:CELLS]
            place = "、".join(map(str, cells)) if cells else "报告模板"
            raise NotPublic(f"{place}的文字里有{secret.what}，不能生成公开版；请改写后重新转换。")


def _texts(content: bytes) -> list[str]:
    """Every part as one text, attributes too, whatever runs it is split over."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        parts = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
    said = [
        html.unescape(ANYTHING.sub(lambda tag: "\n" if tag[0] == "</w:p>" else "", part)) for part in parts
    ]
    attributes = [html.unescape("\n".join(re.findall(r'="([^"]*)"', part))) for part in parts]
    return said + attributes
