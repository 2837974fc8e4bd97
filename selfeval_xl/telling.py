"""What the command line says, as text and as data; it is `console` that prints it."""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from selfeval_xl import Outcome
    from selfeval_xl.findings import Finding, Rule

SAMPLE_WIDTH = 40
"""So many columns of a console are left for a field's example."""


def outcome_page(name: str, outcome: "Outcome", listed: int) -> str:
    """The verdict and the files in one line, a bureau's overlay, what the own template leaves out; where findings are
    listed, the fewest cells to change, then so many findings."""
    from selfeval_xl.forms import notice

    files = f"文件：{'、'.join(str(path) for path in outcome.files)}" if outcome.files else ""
    head = f"{name}：{outcome.conclusion.summary.sentence}。{files}"
    findings = (
        f"  {finding.level} {finding.rule} {_cells(finding)} {finding.message}"
        for finding in outcome.conclusion.findings[:listed]
    )
    mending, overlay = outcome.conclusion.mending, notice(outcome.filing.form)
    applied = [f"{overlay}；详见核对结果的“规则说明”。"] if overlay else []
    advice = [f"  {mending.sentence}"] if mending and listed else []
    return "\n".join((head, *applied, *outcome.notes, *advice, *findings))


def outcome_data(outcome: "Outcome") -> dict[str, Any]:
    """Verdict and findings; the bureau's overlay, if there is one; after a conversion, the files and the notes on the
    unit's own template, too."""
    data: dict[str, Any] = {
        "verdict": outcome.conclusion.standing,
        "findings": [_finding(finding) for finding in outcome.conclusion.findings],
        "mending": outcome.conclusion.mending and outcome.conclusion.mending.sentence,
    }
    if overlay := outcome.filing.form.overlay:
        data["overlay"] = {"name": overlay.name, "code": overlay.code}
    if outcome.files:
        data |= {"files": [str(path) for path in outcome.files], "notes": list(outcome.notes)}
    return data


def rule_list(rules: "Iterable[Rule]") -> str:
    """A line a rule: id, level, title; where a bureau's overlay changed it, what the level was, or that it is off."""
    return "\n".join(f"{rule.id}  {_level(rule)}  {rule.title}" for rule in rules)


def _level(rule: "Rule") -> str:
    if rule.off:
        return "停用"
    return f"{rule.level}（原为{rule.usual}）" if rule.usual else str(rule.level)


def rule_page(rule: "Rule") -> str:
    """All that the rule book says of it, a line a head; what is empty is left out."""
    heads = (
        ("", f"{rule.id}  {rule.title}（{_level(rule)}）"),
        ("说明：", rule.page),
        ("依据：", rule.basis),
        ("怎么改：", rule.remedy),
        ("例：", rule.example),
        ("财政部门调整的理由：", rule.why),
    )
    return "\n".join(head + text for head, text in heads if text)


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
