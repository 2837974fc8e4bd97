"""The cases of 报告审校: texts of a few lines and what is told of them, one file a rule (tests/audit_cases/*.md)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from selfeval_xl.auditing.auditing import Audit, audited
from selfeval_xl.reading.narratives.plain import read_text

FOLDER = Path(__file__).parent / "audit_cases"
YEAR = 2023


@dataclass(frozen=True)
class Case:
    """`lines`: the report; `wanted`: rule, level and quotation of every finding."""

    rule: str
    title: str
    lines: tuple[str, ...]
    wanted: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rule} {self.title}"

    @property
    def audit(self) -> Audit:
        return audited(read_text("报告.txt", "\n".join(self.lines).encode()), YEAR)


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.md")):
        for part in re.split(r"^# ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
            title, *rest = part.splitlines()
            lines = tuple(line[2:] for line in rest if line.startswith("> "))
            yield Case(path.stem, title, lines, tuple(line[2:] for line in rest if line.startswith("- ")))


def told(audit: Audit) -> list[str]:
    return sorted(
        f"{remark.rule} {audit.level(remark)} {remark.spot.quote.strip()}" for remark in audit.found
    )
