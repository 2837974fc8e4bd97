"""The ways back to the first sheet: from every sheet, and from a flagged cell to its finding."""

from collections.abc import Sequence

from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.style import BASE, LINK

FINDINGS = "核对结果"
HEAD_ROW = 7
"""The findings begin below it."""
RETURN = "← 返回“核对结果”"


def link_back(page: Page, row: int, column: int) -> None:
    """From a sheet to the first."""
    page.link(row, column, FINDINGS, "A1", RETURN, BASE, LINK)


def link_to_findings(page: Page, row: int, column: int, numbers: Sequence[int]) -> None:
    """From a row with flagged cells to the first of these findings."""
    text = f"← 第{'、'.join(map(str, numbers))}条"
    page.link(row, column, FINDINGS, f"A{HEAD_ROW + numbers[0]}", text, BASE, LINK)
