"""Last year's filed workbook as a witness: what stood at its end stands at this year's beginning."""

import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.filing import Filing
from selfeval_xl.filing.figures import Figure, Row
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Form, Kind
from selfeval_xl.money import WAN
from selfeval_xl.money import fixed as plain_decimal
from selfeval_xl.reading import grids, reader
from selfeval_xl.reading.marks import marked
from selfeval_xl.reading.opening import open_source
from selfeval_xl.witnesses.facts import Fact, Spot, Use, Witness, WitnessKind
from selfeval_xl.witnesses.mapping import mapping

TABLE = "上年填报"
ROWS = re.compile(r"\{([^}]*)\}")


def last_filing(path: Path, form: Form) -> Witness:
    """Raises UnusableFile: it is no filing of the year before."""
    name = readable(path.name)
    filing, _ = reader.read(path)
    if filing.form.year != form.year - 1:
        raise UnusableFile(
            f"「{name}」是 {filing.form.year} 年度的填报，取数要用 {form.year - 1} 年度的；请换成上一年度的填报表。"
        )
    words = mapping(form.base).filing
    facts = (
        *_carried(filing, name, words),
        *_projects(filing, name, words),
        *_drafts(filing, name, words),
        *_indicators(filing, name, words),
    )
    unit = {row.key: row.text("value") for row in filing.table("unit").rows}
    return Witness(
        name,
        WitnessKind.FILING,
        filing.form.year,
        unit.get("name", ""),
        unit.get("code", ""),
        unit.get("scope", ""),
        tuple(facts),
    )


def expanded(pattern: str) -> Iterator[tuple[str, str, str]]:
    """staff.{civil,worker}.posts → block, row, column of each."""
    block, rest = pattern.split(".", 1)
    rows, column = rest.rsplit(".", 1)
    match = ROWS.fullmatch(rows)
    for row in match[1].split(",") if match else [rows]:
        yield block, row, column


def _carried(filing: Filing, name: str, words: object) -> Iterator[Fact]:
    assert isinstance(words, dict)
    for pattern, target in words["carried"]:
        block_to, column_to = target.split(".*.")
        for block, row, column in expanded(pattern):
            figure = _figure(filing, block, row, column)
            if figure is not None and figure.number is not None:
                use = Use.CONFIRM if block_to in words["confirm"] else Use.FILL
                yield _fact(filing, name, f"{block_to}.{row}.{column_to}", "", figure, use)


def _figure(filing: Filing, block: str, row: str, column: str) -> Figure | None:
    if not any(b.key == block for b in filing.form.blocks()):
        return None
    found: list[Row] = [r for r in filing.table(block).rows if r.key == row]
    return found[0].figures.get(column) if found else None


def _fact(filing: Filing, name: str, concept: str, item: str, figure: Figure, use: Use) -> Fact:
    number = figure.known
    return Fact(concept, item, number, half_of(filing, figure), (_spot(filing, name, figure),), TABLE, use)


def half_of(filing: Filing, figure: Figure) -> Fraction:
    """Half its last digit in 分; of a computed cell, of all that it adds up."""
    if figure.kind is not Kind.MONEY:
        return Fraction(0)
    key = filing.by_place[figure.place]
    parts = [filing.by_key[part] for part in Tracer(filing).addends(key)] or [figure]
    return sum((Fraction(1, 2) if part.is_exact else Fraction(part.half) for part in parts), Fraction(0))


def _spot(filing: Filing, name: str, figure: Figure) -> Spot:
    return Spot(name, figure.place, printed(figure, filing))


def printed(figure: Figure, filing: Filing) -> str:
    """As it stands in last year's book: its own unit of money; annexes in 万元."""
    if figure.number is None:
        return figure.text
    if figure.kind != "money":
        return _short(figure.number)
    block = next((b for b in filing.form.blocks() if b.sheet == _sheet_key(filing, figure)), None)
    scale = filing.scale if block is not None and block.unit == "book" else WAN
    return _short(figure.number / scale)


def _sheet_key(filing: Filing, figure: Figure) -> str:
    return next((s.key for s in filing.form.sheets if s.name == figure.place.sheet), "")


def _short(number: Fraction) -> str:
    text = plain_decimal(number, 6)
    return text.rstrip("0").rstrip(".")


def _projects(filing: Filing, name: str, words: object) -> Iterator[Fact]:
    assert isinstance(words, dict)
    for row in filing.added("projects"):
        project, closing = row.text("name"), row.figures.get("closing")
        if project and closing is not None and closing.number is not None:
            yield _fact(filing, name, "projects.project.carryover", project, closing, Use.CONFIRM)


def _drafts(filing: Filing, name: str, words: object) -> Iterator[Fact]:
    assert isinstance(words, dict)
    for pattern in words["drafts"]:
        for block, row, column in expanded(pattern):
            figure = _figure(filing, block, row, column)
            if figure is not None and figure.text:
                spot = _spot(filing, name, figure)
                yield Fact(
                    f"{block}.{row}.{column}", "", None, Fraction(0), (spot,), TABLE, Use.DRAFT, figure.text
                )


def _indicators(filing: Filing, name: str, words: object) -> Iterator[Fact]:
    """Names, kinds and points of last year's indicators; their targets are those of the budget."""
    assert isinstance(words, dict)
    for (block, copy), table in filing.tables.items():
        if block not in ("indicators", "project_indicators"):
            continue
        project = filing.text("project_head", "name", copy=copy) if copy else ""
        if copy and not project:
            continue
        for row in table.added:
            for column in words["indicators"]:
                figure = row.figures.get(column)
                if figure is None or figure.value is None:
                    continue
                text = figure.text or _short(figure.known)
                spot = Spot(name, figure.place, text)
                concept = f"{block}.{row.key}.{column}"
                item = f"{row.number}"
                yield Fact(
                    concept, item, None, Fraction(0), (spot,), TABLE, Use.DRAFT, text, sheet_of=project
                )


def year_of_filing(path: Path) -> int:
    """Raises UnusableFile: its hidden sheet says none."""
    source = open_source(path)
    return marked(path, grids.read_sheets(source), None).form.year
