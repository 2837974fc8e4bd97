"""Elements of WordprocessingML in a line each."""

from typing import Any

from docx.oxml.ns import nsmap
from docx.oxml.parser import oxml_parser

from selfeval_xl.writing.report.phrases import clean

_W = {"w": nsmap["w"]}
_PREFIX = f"{{{nsmap['w']}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def w(tag: str, *inside: Any, **values: str | int) -> Any:
    """<w:tag w:name="value">inside</w:tag>"""
    named = {_PREFIX + name: f"{value}" for name, value in values.items()}
    made: Any = oxml_parser.makeelement(_PREFIX + tag, named, _W)
    made.extend(inside)
    return made


def run(text: str) -> Any:
    """A text, literally: its line ends as breaks, without what no document can hold."""
    made = w("r") if text.isascii() else w("r", w("rPr", w("rFonts", hint="eastAsia")))
    for number, line in enumerate(clean(text).split("\n")):
        made.extend([w("br")] if number else [])
        made.append(w("t"))
        made[-1].text = line
        made[-1].set(_SPACE, "preserve")
    return made


def paragraph(style: str, *runs: Any, **properties: Any) -> Any:
    """Properties in the order in which WordprocessingML wants them: keepNext, tabs, ind, jc, sectPr."""
    return w("p", w("pPr", w("pStyle", val=style), *properties.values()), *runs)
