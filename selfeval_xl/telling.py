"""What the command line says, as text and as data; it is `console` that prints it."""

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfeval_xl import Outcome
    from selfeval_xl.findings import Finding, Rule

SAMPLE_WIDTH = 40
"""So many columns of a console are left for a field's example."""


def outcome_page(name: str, outcome: "Outcome", listed: int) -> str:
    """The verdict and the files in one line, what the own template leaves out; where findings are listed, the fewest
    cells to change, then so many findings."""
    files = f"文件：{'、'.join(str(path) for path in outcome.files)}" if outcome.files else ""
    head = f"{name}：{outcome.conclusion.summary.sentence}。{files}"
    findings = (
        f"  {finding.level} {finding.rule} {_cells(finding)} {finding.message}"
        for finding in outcome.conclusion.findings[:listed]
    )
    mending = outcome.conclusion.mending
    advice = [f"  {mending.sentence}"] if mending and listed else []
    return "\n".join((head, *outcome.notes, *advice, *findings))


def outcome_data(outcome: "Outcome") -> dict[str, Any]:
    """Verdict and findings; after a conversion, the files and the notes on the unit's own template, too."""
    data: dict[str, Any] = {
        "verdict": outcome.conclusion.standing,
        "findings": [_finding(finding) for finding in outcome.conclusion.findings],
        "mending": outcome.conclusion.mending and outcome.conclusion.mending.sentence,
    }
    if outcome.files:
        data |= {"files": [str(path) for path in outcome.files], "notes": list(outcome.notes)}
    return data


def rule_page(rule: "Rule") -> str:
    heads = ("", f"{rule.id}  {rule.title}（{rule.level}）"), ("说明：", rule.page)
    return "\n".join(
        head + text for head, text in (*heads, ("依据：", rule.basis), ("怎么改：", rule.remedy))
    )


def fields_page() -> str:
    """A table in columns, in signs that an old Chinese console has."""
    from selfeval_xl.writing.report.vocabulary import Kind, vocabulary

    rows = [("字段", "用法", "含义", "示例")]
    rows += [(f.name, f.kind, f.meaning, _short(f.sample) or "（空）") for f in vocabulary().values()]
    written = [f"{kind}：在 Word 模板里写 {kind.written}" for kind in Kind]
    return "\n".join((*written, "", *_columns(rows)))


def fields_data() -> list[dict[str, str]]:
    from selfeval_xl.writing.report.vocabulary import vocabulary

    return [
        {"field": f.name, "kind": f.kind, "meaning": f.meaning, "sample": f.sample}
        for f in vocabulary().values()
    ]


def width(text: str) -> int:
    """In columns of a console, where a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def _columns(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _short(text: str) -> str:
    """One line of at most so many columns; what GBK lacks becomes ?."""
    line = " ".join(text.split()).encode("gbk", "replace").decode("gbk")
    if width(line) <= SAMPLE_WIDTH:
        return line
    while width(line) > SAMPLE_WIDTH - 2:
        line = line[:-1]
    return line + "…"


def _finding(finding: "Finding") -> dict[str, Any]:
    from selfeval_xl.findings import amount

    return {
        "rule": finding.rule,
        "level": finding.level,
        "status": finding.status,
        "cells": [str(place) for place in finding.places],
        "message": finding.message,
        "left": amount(finding.left, finding.kind),
        "right": amount(finding.right, finding.kind),
        "difference": amount(finding.difference, finding.kind),
        "suspects": [[str(place) for place in clue.places] for clue in finding.clues],
    }


def _cells(finding: "Finding") -> str:
    first = [str(place) for place in finding.places[:3]]
    return "、".join(first) + ("等" if len(finding.places) > len(first) else "")
