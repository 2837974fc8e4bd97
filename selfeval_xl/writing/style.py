"""The look that our workbooks share: fonts, number formats, level colours, and formats made once each."""

from collections.abc import Iterable, Mapping
from functools import lru_cache

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.layout.grid import Role, text_width

Look = Mapping[str, str | float]
"""Properties of a format as xlsxwriter names them; several are laid over each other."""

SCREEN, PRINT = "等线", "宋体"
"""The fonts of what is read on the screen, and of what is handed in on paper."""
INK, GREY, RULE, BAND, SOFT = "#1F1F1F", "#7F7F7F", "#BFBFBF", "#D9E2F3", "#F2F2F2"

BASE: Look = {"font_name": SCREEN, "font_size": 10.5, "valign": "vcenter", "font_color": INK}
PAPER: Look = {"font_name": PRINT, "font_size": 10.5, "valign": "vcenter"}
WRAP: Look = {"text_wrap": True}
SHRUNK: Look = {"shrink": True}
"""A number of many digits gets smaller, where it would print as ###."""
BOLD: Look = {"bold": True}
CENTRE: Look = {"align": "center"}
TOP: Look = {"valign": "top"}
BOXED: Look = {"border": 1, "border_color": RULE}
LINED: Look = {"border": 1}
FAINT: Look = {"font_color": GREY}
LINK: Look = {"font_color": "#0563C1", "underline": 1}
TITLE: Look = {"bold": True, "font_size": 16}
HEAD: Look = {**BOXED, "bold": True, "align": "center", "text_wrap": True, "bg_color": BAND}
GROUP: Look = {**BOXED, "bold": True, "bg_color": SOFT}

LEVELS: Mapping[Level, Look] = {
    Level.ERROR: {"bg_color": "#F8CBAD", "font_color": "#9C0006", "bold": True},
    Level.WARNING: {"bg_color": "#FFEB9C", "font_color": "#7F4F00"},
    Level.NOTICE: {"bg_color": "#E2EFDA", "font_color": "#375623"},
}
"""Dark, middling and light, so that they differ in black and white too; their names are printed all the same."""

MARKS: Mapping[Level, Look] = {
    Level.ERROR: {"num_format": '"■ "@'},
    Level.WARNING: {"num_format": '"▲ "@'},
    Level.NOTICE: {"num_format": '"○ "@'},
}
"""A sign before the level's name, for paper without colours; the cell holds the name alone, so filters show it."""

NUMBERS: Mapping[Kind, str] = {
    Kind.MONEY: "0.00",
    Kind.RATE: "0.00%",
    Kind.COUNT: "General",
    Kind.AREA: "General",
    Kind.SCORE: "General",
    Kind.DATE: "yyyy-mm-dd",
}
"""As figures are printed. Kinds of text have none."""

WITH_UNIT: Mapping[Kind, str] = {
    Kind.MONEY: '#,##0.00####"万元"',
    Kind.RATE: "0.00%",
    Kind.COUNT: 'General"人"',
    Kind.SCORE: 'General"分"',
    Kind.AREA: 'General"㎡"',
}
"""As figures of several kinds stand in one column."""

UNITS: Mapping[Kind, str] = {Kind.COUNT: "人", Kind.SCORE: "分", Kind.AREA: "㎡", Kind.RATE: "%"}

ROLES: Mapping[Role, Look] = {
    Role.TITLE: {**PAPER, "bold": True, "font_size": 16, "align": "center"},
    Role.NOTE: {**PAPER, "text_wrap": True},
    Role.BAND: {**PAPER, **LINED, "bold": True},
    Role.HEAD: {**PAPER, **LINED, "bold": True, "align": "center", "text_wrap": True},
    Role.LABEL: {**PAPER, **LINED, "text_wrap": True},
    Role.FIGURE: {**PAPER, **LINED, "text_wrap": True},
}
"""The official look in black and white, for what is printed."""

LINE = 15.0
"""Points of one line of text."""
HIGHEST = 409.0


class Formats:
    """The formats of one workbook, by their look: each is made once."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.made: dict[tuple[tuple[str, object], ...], Format] = {}
        self.asked: dict[tuple[int, ...], tuple[tuple[Look, ...], Format]] = {}
        """By the very objects that were asked for, kept so that no other object takes their identity."""

    def __call__(self, *looks: Look) -> Format:
        asked = tuple(map(id, looks))
        if asked not in self.asked:
            self.asked[asked] = looks, self._made(looks)
        return self.asked[asked][1]

    def _made(self, looks: tuple[Look, ...]) -> Format:
        look = {name: value for one in looks for name, value in one.items()}
        key = tuple(sorted(look.items()))
        if key not in self.made:
            self.made[key] = self.book.add_format(look)
        return self.made[key]


GENERAL: Look = {"num_format": "General"}
PLAIN: Look = {}
"""Nothing more. A look with a name of its own is found at once; one that is written anew each time is not."""


def _looks(formats: Mapping[Kind, str]) -> Mapping[Kind, Look]:
    return {kind: {"num_format": formats[kind]} if kind in formats else PLAIN for kind in Kind}


_PRINTED, _UNITS = _looks(NUMBERS), _looks(WITH_UNIT)


def number(kind: Kind) -> Look:
    """The number format of a kind as it is printed, as a look."""
    return _PRINTED[kind]


def number_with_unit(kind: Kind) -> Look:
    """The number format of a kind among figures of several kinds, as a look."""
    return _UNITS[kind]


def width_for(text: str, least: float = 6, most: float = 60) -> float:
    """The width of a column that holds the text on one line, 汉字 counted as two."""
    return min(max(text_width(text) + 2, least), most)


def height_for(texts: Iterable[tuple[str, float]]) -> float:
    """The height of a row of wrapped texts, each with the width of its column."""
    return min(max((_lines(text, width) for text, width in texts), default=1) * LINE + 5, HIGHEST)


@lru_cache(10_000)
def _lines(text: str, width: float) -> int:
    """Of a text in a column: names and pages of rules come again on every sheet and in every workbook."""
    if 4 * len(text) <= width - 1 and "\n" not in text:
        return 1  # most are as short as that
    return sum(max(1, -int(-text_width(line) // max(width - 1, 1))) for line in text.split("\n"))
