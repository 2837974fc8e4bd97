"""PDF files read with poppler: where the words stand, and how far the ink reaches."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

HOW_TO_GET = (
    "pdftotext and pdftoppm are missing; on Debian: apt-get install --no-install-recommends poppler-utils"
)
MM = 72 / 25.4
DOTS = 72
"""Dots an inch of the pictures in which ink is looked for: one dot a point."""
PAPER = 235
"""What is lighter than this is paper."""


def poppler_is_here() -> bool:
    return all(shutil.which(program) for program in ("pdftotext", "pdftoppm"))


@dataclass(frozen=True)
class Box:
    """Points from the upper left corner of the page."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Word:
    text: str
    box: Box


@dataclass(frozen=True)
class Page:
    width: float
    height: float
    lines: tuple[tuple[Word, ...], ...]
    rows: tuple[tuple[int, int] | None, ...]
    """For every point from the top down: from where to where there is ink."""

    @property
    def words(self) -> list[Word]:
        return [word for line in self.lines for word in line]

    @property
    def text(self) -> str:
        """Every sign but the spaces, in reading order."""
        return "".join(word.text for word in self.words)

    def ink(self, top: float = 0, bottom: float | None = None) -> Box:
        """What the ink between two heights covers."""
        until = self.height if bottom is None else bottom
        inked = [(y, row) for y, row in enumerate(self.rows) if row and top <= y < until]
        lefts, rights = zip(*(row for _, row in inked), strict=True)
        return Box(min(lefts), inked[0][0], max(rights) + 1, inked[-1][0] + 1)


def pages(pdf: Path) -> list[Page]:
    """Every page of a file."""
    said = subprocess.run(
        ["pdftotext", "-bbox-layout", pdf, "-"], capture_output=True, check=True, timeout=60
    )
    tree = etree.fromstring(said.stdout, etree.XMLParser(recover=True))
    with tempfile.TemporaryDirectory() as folder:
        draw = ["pdftoppm", "-gray", "-r", f"{DOTS}", str(pdf), f"{folder}/page"]
        subprocess.run(draw, check=True, timeout=60)
        pictures = sorted(Path(folder).iterdir())
        found = tree.findall(".//{*}page")
        return [_page(element, _rows(picture)) for element, picture in zip(found, pictures, strict=True)]


def _page(element: etree._Element, rows: tuple[tuple[int, int] | None, ...]) -> Page:
    lines = tuple(tuple(map(_word, line.findall("{*}word"))) for line in element.iterfind(".//{*}line"))
    return Page(float(element.attrib["width"]), float(element.attrib["height"]), lines, rows)


def _word(element: etree._Element) -> Word:
    left, top, right, bottom = (float(element.attrib[name]) for name in ("xMin", "yMin", "xMax", "yMax"))
    return Word(element.text or "", Box(left, top, right, bottom))


def _rows(picture: Path) -> tuple[tuple[int, int] | None, ...]:
    """A PGM picture as its first and last dark dot in every row."""
    _, size, _, dots = picture.read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    dark = dots.translate(bytes(1 if grey < PAPER else 0 for grey in range(256)))
    rows = (dark[y * width : (y + 1) * width] for y in range(height))
    return tuple((row.find(1), row.rfind(1)) if 1 in row else None for row in rows)
