"""Elements of WordprocessingML in a line each: as text that is parsed at once (54 ms a report instead of 71)."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from docx.oxml.ns import nsmap
from docx.oxml.parser import parse_xml
from markupsafe import escape

from selfeval_xl.writing.report.texts import clean


def w(tag: str, *inside: str, **values: str | int) -> str:
    """<w:tag w:name="value">inside</w:tag>"""
    return f"<w:{tag}{_named(**values) if values else ''}>{''.join(inside)}</w:{tag}>"


@lru_cache(1000, typed=True)
def _named(**values: str | int) -> str:
    """The same few stand in every cell."""
    return "".join(f' w:{name}="{escape(value)}"' for name, value in values.items())


def run(text: str) -> str:
    """A text, literally: its line ends as breaks, without what no document can hold."""
    lines = (f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in clean(text).split("\n"))
    chinese = "" if text.isascii() else '<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>'
    return f"<w:r>{chinese}{'<w:br/>'.join(lines)}</w:r>"


def paragraph(style: str, *runs: str, **properties: str) -> str:
    """Properties in the order in which WordprocessingML wants them: keepNext, tabs, ind, jc."""
    return w("p", w("pPr", w("pStyle", val=style), *properties.values()), *runs)


def parsed(elements: Iterable[str]) -> list[Any]:
    """Each of these elements, as python-docx knows it. It declares its namespace itself: without that lxml takes time
    with the square of its size to move it into another document."""
    declared = f' xmlns:w="{nsmap["w"]}">'
    return [parse_xml(declared.join(element.split(">", 1))) for element in elements]
