"""`make audit-accuracy`: how many slips in reports are found, and what is accused wrongly.

`python -m tests.audit_accuracy` prints the tables; `--misses` lists what was not found.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import selfeval_xl
from selfeval_xl.auditing.auditing import Audit, audited
from selfeval_xl.claims.remarks import Remark, Spot
from selfeval_xl.findings import Level
from selfeval_xl.reading.narratives.narrative import BODY, TEXT_BOX
from selfeval_xl.reading.narratives.plain import read_text
from tests.narrative_styles import Rendered, blind, rendered
from tests.narratives_unseen import Figure, Report
from tests.narratives_unseen import reports as unseen_reports

SEEDS = 3
REPORTS = Path(__file__).parent / "reports"


def audit_of(text: str) -> Audit:
    return audited(read_text("报告.txt", f"2023年度部门整体支出绩效自评报告\n{text}\n".encode()), 2023)


def accused(audit: Audit) -> list[tuple[int, int]]:
    """What is told at 警告 or above: paragraph and words, of either side."""
    loud = [r for r in audit.found if audit.level(r) is not Level.NOTICE]
    return [(s.start, s.end) for r in loud for s in (r.spot, *r.others)]


def styles(seeds: int = SEEDS) -> Iterator[tuple[Rendered, str, bool | None]]:
    """Each wording and figure of it: found or not; None for a false alarm on the clean wording."""
    for seed in range(seeds):
        for style in (*rendered(seed), *blind(seed)):
            if accused(audit_of(style.text)):
                yield style, "", None
            chance = random.Random(seed)
            for name in style.figures:
                found = accused(audit_of(style.slipped(name, chance)))
                start, end = style.figures[name]
                yield style, name, any(s < end and start < e for s, e in found)


def reports() -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Each error of the reports of other hands: found or not. What needs the workbook gets it."""
    for folder in sorted(REPORTS.iterdir()):
        truth = json.loads((folder / "truth.json").read_text("utf-8"))
        audit = audited_report(folder, "报告.docx")
        anchors = [p.index for p in audit.narrative.paragraphs if p.part == BODY and p.index >= 0]
        for error in truth["errors"]:
            yield folder.name, error, any(_is_of(remark, error, audit, anchors) for remark in audit.found)


def audited_report(folder: Path, name: str) -> Audit:
    book = folder / "填报.xlsx"
    filing = selfeval_xl.read(book)[0] if book.exists() else None
    return selfeval_xl.audit(folder / name, filing).audit


def _is_of(remark: Remark, error: dict[str, Any], audit: Audit, anchors: Sequence[int]) -> bool:
    """At the paragraph and words of either side, at 警告 or above (wording and numerals: at any level)."""
    if audit.level(remark) is Level.NOTICE and error["level"] != Level.NOTICE:
        return False
    sides = [error, *([error["other"]] if error["other"] else []), *error.get("more", [])]
    return any(_overlap(spot, side, anchors) for spot in (remark.spot, *remark.others) for side in sides)


def _overlap(spot: Spot, side: dict[str, Any], anchors: Sequence[int]) -> bool:
    """The truth counts paragraphs without those of text boxes; a box is named by the paragraph that holds it."""
    boxed = side.get("part") == "textbox"
    if boxed != (spot.paragraph.part == TEXT_BOX):
        return False
    if not boxed and anchors.index(spot.paragraph.index) != side["paragraph"]:
        return False
    start = spot.paragraph.text.find(side["quote"])
    return (start >= 0 and spot.start < start + len(side["quote"]) and start < spot.end) or not side["quote"]


def whole_length(every: int = 1) -> Iterator[tuple[Report, Figure | None, bool]]:
    """Each figure of the whole-length reports of a hand that nobody tuned on; None for a right report that is accused."""
    for report in unseen_reports():
        if _in_whole(report.text, report.year, Level.WARNING):
            yield report, None, False
        for figure in report.figures[::every]:
            words = figure.kind in ("文字", "空白", "年份")
            found = _in_whole(report.slipped(figure), report.year, Level.NOTICE if words else Level.WARNING)
            end = figure.start + max(len(figure.wrong), 1)
            yield report, figure, any(start < end and figure.start < stop for start, stop in found)


def _in_whole(text: str, year: int, least: Level) -> list[tuple[int, int]]:
    """What is told of a text at a level or above, as places of the whole text."""
    audit = audited(read_text("报告.txt", text.encode()), year)
    lines = [0]
    for line in text.split("\n"):
        lines.append(lines[-1] + len(line) + 1)
    told = [r for r in audit.found if least is Level.NOTICE or audit.level(r) is not Level.NOTICE]
    spots = [s for r in told for s in (r.spot, *r.others)]
    return [(lines[s.paragraph.index - 1] + s.start, lines[s.paragraph.index - 1] + s.end) for s in spots]


def main() -> None:
    by_kind: Counter[tuple[str, bool]] = Counter()
    for name, error, found in reports():
        by_kind[error["kind"], found] += 1
        if not found:
            print(
                f"未发现 {name} {error['id']} {error['kind']} 第{error['paragraph']}段“{error['quote']}”：{error['why']}"
            )
    total = sum(by_kind.values())
    print(f"他人所写报告：{sum(n for (_, found), n in by_kind.items() if found)}/{total}")
    for folder in sorted(REPORTS.iterdir()):
        clean = audited_report(folder, "改正稿.docx")
        for remark in clean.found:
            if clean.level(remark) is not Level.NOTICE:
                print(f"误报 {folder.name} {remark.rule} {remark.message}")
    table: Counter[tuple[str, bool, str]] = Counter()
    misses: Counter[str] = Counter()
    for style, name, judged in styles():
        kind = "误报" if judged is None else "发现" if judged else "未发现"
        table[style.relation, style.unseen, kind] += 1
        if not judged:
            misses[f"{kind} {style.relation} {style.style} {name}: {style.text}"] += 1
    for relation in dict.fromkeys(key[0] for key in table):
        for unseen in (False, True):
            right, missed, false = (table[relation, unseen, kind] for kind in ("发现", "未发现", "误报"))
            hand, total = "他人所写" if unseen else "自己所写", right + missed
            print(f"{relation} {hand} {right}/{total} {100 * right / max(total, 1):.1f}% 误报 {false}")
    kinds, hits = Counter[str](), Counter[str]()
    for report, figure, found in whole_length():
        if figure is None:
            print(f"误报 {report.name}")
            continue
        kinds[figure.kind] += 1
        hits[figure.kind] += found
        if not found:
            misses[f"未发现 {report.name} {figure.kind} {report.text[figure.start : figure.end]}"] += 1
    for kind, total in kinds.items():
        print(f"整篇未见报告 {kind} {hits[kind]}/{total} {100 * hits[kind] / total:.1f}%")
    if "--misses" in sys.argv:
        for line, _ in sorted(misses.items()):
            print(line)


if __name__ == "__main__":
    main()
