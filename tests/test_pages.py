"""The outputs as they come out of a printer: LibreOffice makes the PDF, poppler tells what stands where."""

import re
import shutil
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest

from selfeval_xl import convert
from selfeval_xl.filing import Filing
from selfeval_xl.layout.grid import Grid, Role
from selfeval_xl.layout.printed import printed
from selfeval_xl.layout.shown import kind_of, said
from selfeval_xl.reading.reader import read
from tests.build import SAMPLES, TEMPLATES
from tests.libreoffice import LibreOffice
from tests.pdfs import HOW_TO_GET, MM, Box, Page, Word, pages, poppler_is_here

pytestmark = pytest.mark.libreoffice
NAMES = sorted(path.parent.name for path in SAMPLES.glob("*/填报.md"))
A4 = (210, 297)
HEADINGS = (
    *("一、部门（单位）基本情况", "二、一般公共预算支出情况", "三、政府性基金预算支出情况"),
    *("四、国有资本经营预算支出情况", "五、社会保险基金预算支出情况", "六、部门整体支出绩效情况"),
    *("七、存在的问题及原因分析", "八、下一步改进措施", "九、部门整体支出绩效自评结果拟应用和公开情况"),
    "十、其他需要说明的情况",
)
HANGING = 16
"""A stop may hang over the right margin by its width."""
EXACT = 2


@pytest.fixture(scope="module")
def prints(tmp_path_factory: pytest.TempPathFactory, soffice: LibreOffice) -> dict[str, list[Page]]:
    """The pages of the reports and results of the samples, and of the template: `junshan-2023.docx`, …"""
    if not poppler_is_here():
        pytest.skip(HOW_TO_GET)
    folder = tmp_path_factory.mktemp("pages")
    files = [Path(shutil.copy(next(TEMPLATES.glob("*.xlsx")), folder / "模板-xlsx.xlsx"))]
    for name in NAMES:
        for path in convert(SAMPLES / name / "填报.xlsx", folder / name).files:
            files.append(Path(shutil.copy(path, folder / f"{name}-{path.suffix[1:]}{path.suffix}")))
    return {pdf.stem: pages(pdf) for pdf in soffice.convert(files, "pdf", folder / "pdf")}


def filing_of(name: str) -> Filing:
    return read(SAMPLES / name / "填报.xlsx")[0]


def report(prints: dict[str, list[Page]], name: str) -> list[Page]:
    return prints[f"{name}-docx"]


def annexes(report: list[Page]) -> list[list[Page]]:
    """The pages of each annex: it begins where a page's first words say so."""
    found: list[list[Page]] = []
    for page in report:
        if re.match(r"附件\d", page.text):
            found.append([])
        if found:
            found[-1].append(page)
    return found


def figures(grid: Grid, filing: Filing) -> list[str]:
    """Every number of a grid as it is printed."""
    cells = [cell for cell in grid.cells if cell.content is not None and not isinstance(cell.content, str)]
    return [said(cell.content, kind_of(cell, filing.form)) for cell in cells]


def margins(page: Page) -> tuple[float, float, float, float]:
    """Top, right, bottom, left in points: 37, 26, 35, 28 mm; a page turned sideways has its head at the binding."""
    upright = (37 * MM, 26 * MM, 35 * MM, 28 * MM)
    return (*upright[3:], *upright[:3]) if page.width > page.height else upright


def foot(page: Page) -> str:
    """What stands below the text."""
    end = page.height - margins(page)[2]
    return "".join(word.text for word in page.words if word.box.top > end)


def lines(page: Page) -> list[str]:
    """What stands at one height, above the foot."""
    end, found = page.height - margins(page)[2], dict[int, str]()
    for word in page.words:
        if word.box.top < end:
            height = round(word.box.bottom)
            found[height] = found.get(height, "") + word.text
    return list(found.values())


def around(line: tuple[Word, ...]) -> Box:
    boxes = [word.box for word in line]
    left, top = min(b.left for b in boxes), min(b.top for b in boxes)
    return Box(left, top, max(b.right for b in boxes), max(b.bottom for b in boxes))


def words(pages: list[Page]) -> Counter[str]:
    return Counter(word.text for page in pages for word in page.words)


samples = pytest.mark.parametrize("name", NAMES)


def test_every_page_is_a4(prints: dict[str, list[Page]]) -> None:
    for name, sheets in prints.items():
        assert sheets, name
        for page in sheets:
            assert tuple(sorted((round(page.width / MM), round(page.height / MM)))) == A4, name


@samples
def test_report_stays_inside_its_margins(name: str, prints: dict[str, list[Page]]) -> None:
    tables = [page for annex in annexes(report(prints, name)) for page in annex]
    for page in report(prints, name):
        top, right, bottom, left = margins(page)
        ink = page.ink(bottom=page.height - bottom)
        assert ink.left >= left - EXACT
        assert ink.top >= top - EXACT
        assert ink.right <= page.width - right + (EXACT if page in tables else HANGING)


@samples
def test_page_numbers_run_on_odd_right_even_left(name: str, prints: dict[str, list[Page]]) -> None:
    cover, *rest = report(prints, name)
    assert foot(cover) == ""
    for number, page in enumerate(rest, 1):
        assert foot(page) == f"—{number}—"
        ink = page.ink(top=page.height - margins(page)[2])
        assert (ink.left > page.width / 2) is (number % 2 == 1)


@samples
def test_headings_in_order(name: str, prints: dict[str, list[Page]]) -> None:
    text = "".join(page.text for page in report(prints, name))
    places = [text.find(heading) for heading in HEADINGS]
    assert -1 not in places
    assert places == sorted(places)


@samples
def test_the_list_of_annexes_does_not_stand_alone(name: str, prints: dict[str, list[Page]]) -> None:
    """A page that holds nothing but the list would be one without text."""
    (page,) = [page for page in report(prints, name) if "附件：1." in page.text]
    assert not page.text.startswith("附件：1.")


@samples
def test_twenty_two_lines_of_twenty_eight(name: str, prints: dict[str, list[Page]]) -> None:
    """A full page of the body has 22 lines, its longest hold 28 signs, or one more stop that hangs over."""
    full = [page for page in report(prints, name)[2:] if not page.text.startswith("附件")]
    body = full[: len(full) - sum(len(annex) - 1 for annex in annexes(report(prints, name)))]
    assert max(len(lines(page)) for page in body) == 22
    chinese = [line for page in body for line in lines(page) if not re.search(r"[ -~—“”]", line)]
    assert max(map(len, chinese)) in (28, 29)


@samples
def test_each_annex_starts_a_page_and_none_is_missing(name: str, prints: dict[str, list[Page]]) -> None:
    grids = printed(filing_of(name))
    found = annexes(report(prints, name))
    assert len(found) == len(grids)
    for grid, sheets in zip(grids, found, strict=True):
        base = grid.name.partition("-")[0]
        title = next(str(cell.content) for cell in grid.cells if cell.role is Role.TITLE)
        assert re.match(rf"{base}(-\d+)?{title}", sheets[0].text)
        assert all((page.width > page.height) is grid.landscape for page in sheets)


@samples
def test_no_figure_of_the_annexes_is_broken_or_lost(name: str, prints: dict[str, list[Page]]) -> None:
    filing = filing_of(name)
    for grid, sheets in zip(printed(filing), annexes(report(prints, name)), strict=True):
        assert not Counter(figures(grid, filing)) - words(sheets), grid.name


@samples
def test_no_text_of_the_annexes_is_cut(name: str, prints: dict[str, list[Page]]) -> None:
    filing = filing_of(name)
    for grid, sheets in zip(printed(filing), annexes(report(prints, name)), strict=True):
        wanted = "".join(said(cell.content, kind_of(cell, filing.form)) for cell in grid.cells)
        signs = Counter(re.sub(r"\s", "", wanted))
        assert not signs - Counter("".join(page.text for page in sheets)), grid.name


@samples
def test_heads_are_repeated_where_indicators_go_on(name: str, prints: dict[str, list[Page]]) -> None:
    for sheets in annexes(report(prints, name)):
        for page in sheets[1:]:
            assert "总分" not in page.text or "三级指标" in page.text


def test_print_areas_of_the_workbooks(prints: dict[str, list[Page]]) -> None:
    """Nothing reaches the edge, no column is too narrow for its numbers."""
    for name, sheets in prints.items():
        for page in sheets if name.endswith("xlsx") else []:
            ink = page.ink()
            assert min(ink.left, ink.top, page.width - ink.right, page.height - ink.bottom) > 5 * MM, name
            assert "###" not in page.text or "规则说明" in page.text  # R-29 speaks of such cells


@samples
def test_no_figure_of_the_printed_annexes_is_lost(name: str, prints: dict[str, list[Page]]) -> None:
    filing, found = filing_of(name), words(prints[f"{name}-xlsx"])
    for grid in printed(filing):
        assert not Counter(figures(grid, filing)) - found, grid.name


def test_nothing_is_printed_over_anything_else(prints: dict[str, list[Page]]) -> None:
    """A text that its row is too low for reaches into its neighbours."""
    for name, sheets in prints.items():
        for page in sheets:
            boxes = [(line, around(line)) for line in page.lines]
            for (first, one), (second, other) in combinations(boxes, 2):
                across = min(one.right, other.right) - max(one.left, other.left)
                down = min(one.bottom, other.bottom) - max(one.top, other.top)
                low = min(one.bottom - one.top, other.bottom - other.top)
                assert across < EXACT or down < low / 2, (name, first[0].text, second[0].text)
