"""附件1-6 in 核对结果: the printed grids, cells of findings coloured by level and commented."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Finding, Level, Status
from selfeval_xl.forms import Kind
from selfeval_xl.layout.grid import Grid, GridCell, Role, text_width
from selfeval_xl.money import WAN
from selfeval_xl.places import Place
from selfeval_xl.writing.pages import Page
from selfeval_xl.writing.results.returning import link_back, link_to_findings
from selfeval_xl.writing.style import CENTRE, LEVELS, ROLES, Look, number

COMMENTED = 5
"""So many findings of one cell are told in its comment, the rest counted."""
RIGHT: Look = {"align": "right"}


class Shown(Struct, frozen=True):
    """Where the figures of a filing are shown in the printed annexes, and what the findings say of them."""

    filing: Filing
    grids: tuple[Grid, ...]
    tracer: Tracer
    links: Mapping[Place, tuple[str, str]]
    """The user's cell → sheet and cell of this workbook."""
    findings: Mapping[Place, tuple[Finding, ...]]
    numbers: Mapping[Finding, int]
    """The number that each finding bears in the list."""
    behind: Mapping[Key, tuple[Place, ...]]
    """The user's cells behind a printed one: its own, and the home of its figure."""

    def told(self, cell: GridCell) -> tuple[Finding, ...]:
        """The open findings that concern a printed cell, the gravest first."""
        places = self.behind[cell.key] if cell.key else ()
        found = dict.fromkeys(f for place in places for f in self.findings.get(place, ()))
        return tuple(sorted(found, key=lambda f: list(Level).index(f.level))) if found else ()


def shown(filing: Filing, grids: tuple[Grid, ...], findings: Sequence[Finding]) -> Shown:
    """What the annex sheets will show."""
    told: dict[Place, tuple[Finding, ...]] = {}
    for finding in findings:
        for place in finding.places if finding.status is not Status.EXPLAINED else ():
            told[place] = (*told.get(place, ()), finding)
    links: dict[Place, tuple[str, str]] = {}
    numbers = {finding: number for number, finding in reversed(list(enumerate(findings, 1)))}
    tracer = Tracer(filing)
    cells = [(grid.name, cell, cell.key) for grid in grids for cell in grid.cells if cell.key]
    behind = {key: _behind(key, tracer) for _, _, key in cells}
    for which in (0, -1):  # a cell shown itself comes before one that only links to it
        for name, cell, key in cells:
            links.setdefault(behind[key][which], (name, Place(name, cell.row, cell.column).a1))
    return Shown(filing, grids, tracer, links, told, numbers, behind)


def _behind(key: Key, tracer: Tracer) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(tracer.figures[one].place for one in (key, tracer.home(key))))


def draw_annex(page: Page, grid: Grid, what: Shown) -> None:
    """One annex, ready to be printed."""
    page.widths(grid.widths)
    for row, height in grid.heights.items():
        page.height(row, height)
    for cell in grid.cells:
        findings = what.told(cell)
        looks, value = [ROLES[cell.role], *_alignment(cell, what)], _value(cell, what)
        if isinstance(value, str) and (CENTRE in looks or cell.role in (Role.HEAD, Role.LABEL)):
            value = _broken(value, sum(grid.widths[cell.column + at] for at in range(cell.across)))
        if any(_in_the_way(finding) for finding in findings):
            looks.append({"bg_color": LEVELS[findings[0].level]["bg_color"]})
        if findings:
            page.comment(cell.row, cell.column, _comment(findings))
        page.merged(cell.row, cell.column, cell.down, cell.across, value, *looks)
    _ways_back(page, grid, what)
    page.sheet.hide_gridlines(2)
    page.for_print(landscape=grid.landscape, heads=grid.heads, header=grid.name)


def _in_the_way(finding: Finding) -> bool:
    """A mere 提示 is told in a comment: it leaves no colour on an annex that may be handed in."""
    return finding.level is not Level.NOTICE or finding.status is Status.UNKNOWN


def _ways_back(page: Page, grid: Grid, what: Shown) -> None:
    """Right of the page that is printed: back to the list, and beside each flagged cell to its findings."""
    last = max(grid.widths)
    bottom = max(cell.row + cell.down - 1 for cell in grid.cells)
    page.sheet.print_area(0, 0, bottom - 1, last - 1)
    page.widths({last + 1: 2.0, last + 2: 22.0})
    link_back(page, 1, last + 2)
    numbers: dict[int, set[int]] = {}
    for cell in grid.cells:
        numbers.setdefault(cell.row, set()).update(what.numbers[f] for f in what.told(cell))
    for row, own in numbers.items():
        if own and row > 1:
            link_to_findings(page, row, last + 2, sorted(own))


def _broken(text: str, width: float) -> str:
    """A head that does not fit goes on in a new line where its bracket begins."""
    return text if text_width(text) <= width or text.startswith("（") else text.replace("（", "\n（", 1)


def _value(cell: GridCell, what: Shown) -> float | str | date | None:
    if not isinstance(cell.content, Fraction):
        return cell.content
    return float(cell.content / WAN if _kind(cell, what) is Kind.MONEY else cell.content)


def _kind(cell: GridCell, what: Shown) -> Kind | None:
    return what.tracer.figures[cell.key].kind if cell.key else None


def _alignment(cell: GridCell, what: Shown) -> list[Look]:
    """Amounts right, other numbers and short texts in the middle, long texts left."""
    kind = _kind(cell, what)
    if cell.role is Role.NOTE:
        return [RIGHT] if cell.column > 1 else []
    if cell.role is Role.LABEL:
        return [{"indent": cell.indent}] if cell.indent else [CENTRE] if cell.down > 1 else []
    if cell.key is None or kind is None:
        return []
    if isinstance(cell.content, str):
        column = what.filing.form.block(cell.key.block).column(cell.key.column)
        return [CENTRE] if kind is Kind.TEXT and column.width is None else []
    return [number(kind), RIGHT if kind is Kind.MONEY else CENTRE]


def _comment(findings: Sequence[Finding]) -> str:
    lines = [f"{f.level} {f.rule}：{f.message}" for f in findings[:COMMENTED]]
    rest = len(findings) - COMMENTED
    return "\n".join([*lines, f"另有 {rest} 条，见“核对结果”。"] if rest > 0 else lines)
