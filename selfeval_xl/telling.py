"""What the command line says, as text and as data; it is `console` that prints it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    from selfeval_xl import Audited, Outcome
    from selfeval_xl.auditing.auditing import Audit
    from selfeval_xl.batch.records import Record
    from selfeval_xl.batch.running import Ran
    from selfeval_xl.claims.remarks import Remark, Spot
    from selfeval_xl.findings import Finding, Rule
    from selfeval_xl.prefilling.many import Unit
    from selfeval_xl.prefilling.working import FilledIn

SAMPLE_WIDTH = 40
"""So many columns of a console are left for a field's example."""
SAMPLE_UNITS = 10
"""So many units of whom nothing came are named; 汇总.xlsx has them all."""
QUOTED_WIDTH, REASON_WIDTH = 60, 200
"""So many for what a person typed into a cell, and for a reason; 核对结果 and --json have all of it."""
QUOTED = re.compile("“([^”]{31,})”")
BAR_WIDTH = 18
"""So many for a unit's name beside the bar."""


def outcome_page(name: str, outcome: "Outcome", listed: int) -> str:
    """The verdict and the files in one line, a bureau's overlay, what the own template leaves out; where findings are
    listed, the fewest cells to change, then so many findings."""
    from selfeval_xl.forms import notice

    files = f"文件：{'、'.join(str(path) for path in outcome.files)}" if outcome.files else ""
    head = f"{name}：{outcome.conclusion.summary.sentence}。{files}"
    findings = map(_line, outcome.conclusion.findings[:listed])
    left = len(outcome.conclusion.findings) - listed
    more = [f"  另有 {left} 条没有列出；转换后在核对结果中查看，或加 --json。"] if listed and left > 0 else []
    mending, overlay = outcome.conclusion.mending, notice(outcome.filing.form)
    applied = [f"{overlay}；详见核对结果的“规则说明”。"] if overlay else []
    advice = [f"  {mending.sentence}"] if mending and listed else []
    return "\n".join((head, *applied, *outcome.notes, *advice, *findings, *more))


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


def audit_page(name: str, audited: "Audited", listed: int) -> str:
    """Counts and files in one line, then so many findings."""
    audit = audited.audit
    counts = "，".join(f"{level} {audit.count(level)} 条" for level in audit.levels)
    files = f"。文件：{'、'.join(str(path) for path in audited.files)}" if audited.files else ""
    head = (
        f"{name}：{counts}；读出数据 {len(audit.statements)} 个，参加核对 {len(audit.verdicts())} 个{files}"
    )
    return "\n".join((head, *(_remark(audit, remark) for remark in audit.found[:listed])))


def _remark(audit: "Audit", remark: "Remark") -> str:
    return f"  {audit.level(remark)} {remark.rule} 第{remark.spot.paragraph.index}段“{remark.spot.quote}”：{remark.message}"


def audit_data(audited: "Audited") -> dict[str, Any]:
    """Findings with `rule level status message paragraph quote left right difference other`, and counts of statements."""
    audit = audited.audit
    data: dict[str, Any] = {
        "year": audit.year,
        "unit": audit.unit,
        "findings": [
            {
                "rule": remark.rule,
                "level": audit.level(remark),
                "status": remark.status,
                "message": remark.message,
                **_spot(remark.spot),
                "left": remark.left,
                "right": remark.right,
                "difference": remark.difference,
                "other": [_spot(spot) for spot in remark.others],
            }
            for remark in audit.found
        ],
        "statements": {"read": len(audit.statements), "judged": len(audit.verdicts())},
    }
    data["statements"]["open"] = data["statements"]["read"] - data["statements"]["judged"]
    if audited.files:
        data["files"] = [str(path) for path in audited.files]
    return data


def _spot(spot: "Spot") -> dict[str, Any]:
    part = spot.paragraph.part
    return {"paragraph": spot.paragraph.index, "quote": spot.quote} | (
        {} if part == "body" else {"part": part}
    )


def prefill_page(done: "FilledIn") -> str:
    """The file, how many cells it has from where, what contradicts, what was not used."""
    counts, *more = prefill_lines(done)
    head = f"已生成：{done.file}（{done.joined.unit}，{done.form.year}年度）。"
    return "\n".join([head, f"{counts}。", *(f"  {line}" for line in more)])


def prefill_lines(done: "FilledIn") -> list[str]:
    """How many cells were filled; then what contradicts, what each file gave, what was not found."""
    from selfeval_xl.prefilling.origin_sheet import blocks_to_confirm, contradicting

    form, joined, typed = done.form, done.joined, done.filled.typed
    filled = [one for one in typed if not one.draft]
    lines = [
        f"取数 {len(filled)} 格，草稿 {len(typed) - len(filled)} 格；"
        f"须确认的有 {len(blocks_to_confirm(form, typed))} 处，见“取数来源”"
    ]
    lines += [f"矛盾，没有填：{contradicting(form, one)}" for one in joined.contradictions]
    for file in joined.files:
        said = "；".join(filter(None, (file.refused, *file.notes)))
        lines.append(f"{file.name}：{file.kind}，{file.used} 个数{f'；{said}' if said else ''}")
    left = len(joined.untold) + len(done.filled.left)
    return [*lines, f"另有 {left} 处没有取到，原因见“取数来源”。"] if left else lines


def prefilled_line(unit: "Unit") -> str:
    """One unit of a folder: what it got, what it lacks, what could not be used."""
    head = f"{unit.folder}：{unit.name}，取数 {unit.filled} 格" if unit.file else f"{unit.folder}：没有生成"
    clash = f"矛盾 {len(unit.contradictions)} 处" if unit.contradictions else ""
    lacking = f"没有{'、'.join(unit.lacking)}" if unit.lacking else ""
    return "；".join(filter(None, (head, clash, lacking, *unit.refused)))


def prefill_data(done: "FilledIn") -> dict[str, Any]:
    """Money as strings in the cell's own unit."""
    from selfeval_xl.prefilling.telling import prefill_data as told

    filled = done.filled
    return {"out": str(done.file), **told(done.form, filled.scale, done.joined, filled.typed, filled.left)}


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


def _short(text: str, columns: int = SAMPLE_WIDTH) -> str:
    """One line of at most so many columns; what GBK lacks becomes ?."""
    line = " ".join(text.split()).encode("gbk", "replace").decode("gbk")
    if width(line) <= columns:
        return line
    line = line[:columns]
    while width(line) > columns - 2:
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


def _line(finding: "Finding") -> str:
    """What is explained is not open, and says so."""
    explained = finding.status.explained
    reason = f"（{_short(finding.reason, REASON_WIDTH)}）" if explained else ""
    message = QUOTED.sub(lambda quoted: f"“{_short(quoted[1], QUOTED_WIDTH)}”", finding.message)
    sign = finding.status if explained else finding.level
    return f"  {sign} {finding.rule} {_cells(finding)} {message}{reason}"


def _cells(finding: "Finding") -> str:
    first = [str(place) for place in finding.places[:3]]
    return "、".join(first) + ("等" if len(finding.places) > len(first) else "")


class Tally(Struct):
    """How far a batch is: how many are done, and what came of them."""

    done: int = 0
    ready: int = 0
    unusable: int = 0

    def add(self, record: "Record") -> str:
        """One more: what stands beside the bar."""
        self.done += 1
        self.ready += record.verdict == "可报送"
        self.unusable += not record.usable
        rest = self.done - self.ready - self.unusable
        name = _short(record.unit or record.name.rpartition("/")[2], BAR_WIDTH)
        return f"可报送{self.ready} 退回{rest} 不能用{self.unusable} {name}"


def interrupted(done: int, wanted: int) -> str:
    return f"已中止：本次完成 {done} 个，还有 {wanted - done} 个；完成的已保存，再次运行从这里继续。汇总没有更新。"


def batch_page(ran: "Ran") -> str:
    """The verdicts, what was new, what waits for the bureau, what could not be used, and where the summary is."""
    verdicts = "，".join(f"{verdict} {number} 个" for verdict, number in _verdicts(ran).items())
    lines = [
        f"单位 {len(ran.desk.latest)} 个：{verdicts or '没有可用的文件'}。",
        _work(ran),
        f"退回意见 {len(ran.slips)} 份，在各单位的文件夹里。",
        *_unsettled(ran),
        *_overlaid(ran),
    ]
    if ran.gone:
        lines.append(f"填报文件已不在的 {len(ran.gone)} 个，其结果和退回意见已删去：{_some(ran.gone)}。")
    if ran.unfiled:
        lines.append(f"未报送 {len(ran.unfiled)} 个单位：{_some(ran.unfiled)}。{ran.unplaced}")
    lines += [f"不能用：{record.trouble}" for record in ran.desk.records if record.trouble]
    lines += [f"空白模板：{record.name}" for record in ran.desk.records if record.empty]
    return "\n".join((*lines, *ran.remarks, *map(str, ran.papers), f"汇总：{ran.summary}"))


def _work(ran: "Ran") -> str:
    """填报文件 10 个：本次核对 2 个，没有变化 7 个，不能用 1 个；跳过 3 个其他文件。"""
    records = ran.desk.records
    unusable, blank = sum(bool(r.trouble) for r in records), sum(r.empty for r in records)
    unchanged = len(records) - ran.converted - unusable - blank
    counts = {"本次核对": ran.converted, "没有变化": unchanged, "空白模板": blank, "不能用": unusable}
    said = "，".join(f"{word} {number} 个" for word, number in counts.items() if number)
    skipped = f"；跳过 {len(ran.collected.skipped)} 个其他文件" if ran.collected.skipped else ""
    return f"填报文件 {len(records)} 个：{said}{skipped}。"


def _unsettled(ran: "Ran") -> Iterator[str]:
    """Whose files are of the same 报送次数, and nothing says which of them counts."""
    open_ = [r.unit or r.name for r in ran.desk.latest if ran.desk.choices[r.name].unsettled]
    if open_:
        yield (
            f"{len(open_)} 个单位有几份报送次数相同而内容不同的文件，分不出先后，没有生成退回意见：{_some(open_)}；"
            "暂按文件名各取一份，见“单位”表的“请核实”。"
        )


def _overlaid(ran: "Ran") -> Iterator[str]:
    """Which units' errors wait for the bureau, and which files brought an overlay of their own."""
    pending = [record for record in ran.desk.latest if record.pending]
    if pending:
        number = sum(record.pending for record in pending)
        yield f"待财政认定 {number} 条（{len(pending)} 个单位）：{_some([r.unit or r.name for r in pending])}。"
    own = [record.unit or record.name for record in ran.desk.latest if record.overlay]
    if own:
        yield f"按文件自带的调整方案核对 {len(own)} 个单位：{_some(own)}。"


def _some(names: Sequence[str]) -> str:
    """The first of them."""
    return "、".join(names[:SAMPLE_UNITS]) + ("等" if len(names) > SAMPLE_UNITS else "")


def batch_data(ran: "Ran") -> dict[str, Any]:
    """The same as data, with a line a file."""
    choices = ran.desk.choices
    return {
        "summary": str(ran.summary),
        "converted": ran.converted,
        "unusable": sum(bool(record.trouble) for record in ran.desk.records),
        "unfiled": list(ran.unfiled),
        "remarks": list(ran.remarks),
        "papers": [str(path) for path in ran.papers],
        "verdicts": _verdicts(ran),
        "files": [
            {
                "file": record.name,
                "unit": record.unit,
                "verdict": record.verdict,
                "errors": record.errors,
                "warnings": record.warnings,
                "missing": record.missing,
                "pending": record.pending,
                "overlay": record.overlay,
                "counted": record.usable and choices[record.name].counted,
                "why": choices[record.name].why if record.usable else record.trouble or "空白模板",
                "written": list(record.files),
            }
            for record in ran.desk.records
        ],
        "skipped": [{"file": skipped.name, "why": skipped.why} for skipped in ran.collected.skipped],
        "slips": [str(path) for path in ran.slips],
        "gone": list(ran.gone),
    }


def _verdicts(ran: "Ran") -> dict[str, int]:
    """Verdict → units, the best first."""
    from selfeval_xl.checking.concluding import Standing

    found = [record.verdict for record in ran.desk.latest]
    return {standing: found.count(standing) for standing in Standing if standing in found}
