"""What a page tells of an upload, as plain values: made by a worker, kept as JSON beside the files, read by the pages."""

import json
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, convert, to_builtins

from selfeval_xl.findings import Finding, Level, shown
from selfeval_xl.forms import Kind
from selfeval_xl.places import gathered
from selfeval_xl.serving.limits import SHOWN

if TYPE_CHECKING:
    from selfeval_xl import Audited, Outcome

TOLD = "told.json"


class Line(Struct, frozen=True):
    """A finding. `sign`: 错误, 警告, 提示, or 已说明, 待财政认定; `left`, `right`, `difference`: as people read them."""

    sign: str
    rule: str
    where: str
    message: str
    remedy: str = ""
    left: str = ""
    right: str = ""
    difference: str = ""
    reason: str = ""


class Group(Struct, frozen=True):
    """The findings of one sign: how many there are, and the first of them."""

    sign: str
    count: int
    lines: tuple[Line, ...]

    @property
    def sided(self) -> bool:
        """Whether any of them has two sides."""
        return any(line.left or line.right for line in self.lines)


class Item(Struct, frozen=True):
    """What came of one file. `trouble`: why it could not be used (then there is nothing else).

    `verdict`: 可报送 … of a workbook, "" of a report; `prefilled`: official tables were typed into a template;
    `named`: whether it names its unit; `files`: names of what was made, in the job's folder `made`.
    """

    name: str
    trouble: str = ""
    verdict: str = ""
    sentence: str = ""
    unit: str = ""
    named: bool = False
    code: str = ""
    year: int = 0
    score: str = ""
    mending: str = ""
    notes: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    files: tuple[str, ...] = ()
    secret: bool = False
    kept: bool = False
    prefilled: bool = False

    @property
    def reportable(self) -> bool:
        return self.verdict in ("可报送", "需说明")


class Told(Struct, frozen=True):
    """Of an upload, file by file; `filed`: how it stands with the bureau's store, a sentence."""

    items: tuple[Item, ...]
    filed: str = ""


def of_outcome(name: str, outcome: "Outcome") -> Item:
    """The files are added by whoever writes them."""
    from selfeval_xl.forms import notice
    from selfeval_xl.scoring import grade, total_score

    filing, conclusion = outcome.filing, outcome.conclusion
    overlay, score = notice(filing.form), total_score(filing)
    return Item(
        name,
        verdict=str(conclusion.standing),
        sentence=conclusion.summary.sentence,
        unit=filing.unit_name,
        named=bool(filing.text("unit", "name")),
        code=filing.text("unit", "code"),
        year=filing.form.year,
        score="" if score is None else f"{shown(score, Kind.SCORE)}，{grade(filing.form, score)}",
        mending=conclusion.mending.sentence if conclusion.mending else "",
        notes=((f"{overlay}。",) if overlay else ()) + outcome.notes,
        groups=_grouped(map(_line, conclusion.findings)),
    )


def of_audit(name: str, audited: "Audited") -> Item:
    audit = audited.audit
    lines = [
        Line(
            str(audit.level(remark)),
            remark.rule,
            f"第{remark.spot.paragraph.index}段“{remark.spot.quote}”",
            remark.message,
            "",
            remark.left,
            remark.right,
            remark.difference,
        )
        for remark in audit.found
    ]
    counts = "，".join(f"{level} {audit.count(level)} 条" for level in audit.levels)
    read = f"读出数据 {len(audit.statements)} 个，参加核对 {len(audit.verdicts())} 个"
    return Item(
        name, sentence=f"{counts}；{read}", unit=audit.unit, year=audit.year or 0, groups=_grouped(lines)
    )


def write_told(folder: Path, told: Told) -> None:
    text = json.dumps(to_builtins(told), ensure_ascii=False)
    (folder / TOLD).write_bytes(text.encode("utf-8", "replace"))


def read_told(folder: Path) -> Told:
    return convert(json.loads((folder / TOLD).read_bytes()), Told)


def _line(finding: Finding) -> Line:
    explained = finding.status.explained

    def said(side: Fraction | None) -> str:
        return "" if side is None else shown(side, finding.kind)

    return Line(
        str(finding.status if explained else finding.level),
        finding.rule,
        gathered(finding.places),
        finding.message,
        finding.remedy,
        left=said(finding.left),
        right=said(finding.right),
        difference=said(finding.difference),
        reason=finding.reason,
    )


def _grouped(lines: Iterable[Line]) -> tuple[Group, ...]:
    by_sign: dict[str, list[Line]] = {str(level): [] for level in Level}
    for line in lines:
        by_sign.setdefault(line.sign, []).append(line)
    return tuple(_group(sign, found) for sign, found in by_sign.items() if found)


def _group(sign: str, lines: Sequence[Line]) -> Group:
    return Group(sign, len(lines), tuple(lines[:SHOWN]))
