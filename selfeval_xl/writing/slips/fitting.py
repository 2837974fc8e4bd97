"""The lines of a slip's page shared out among its items: whole texts where all fit, else shortened between clauses."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from msgspec import Struct

CELLS, PROBLEM = 20, 54
"""Half-width signs of a line of small text (9 pt) in the columns 位置 and 问题."""
LINE, PADDING = 250, 50
"""Twips: a line of small text, and what a row has beside its lines."""
LEAST = 2
"""Lines that an item is shortened to at most, before items are left out."""

_TOKEN = re.compile(
    r"[“（《]*(?:[\w-]{1,20}![A-Z]+\d+(?:-[A-Z]+\d+)?|-?[\d.,]*\d(?:%|万元|亿元|元|人|分|个|项|条|辆|㎡)?|[\x21-\x7e]+|.)"
    r"[、，。；：）”》…]*",
    re.DOTALL,
)
"""What no line is broken in: a number with its unit, an address, a sign with its punctuation."""
_WIDE = re.compile(r"[A-Z%&@]")
_OPEN, _CLOSED, _ENDS = "（(“", "）)”", "、，；。"


class Item(Struct, frozen=True):
    """One thing to do: 须改正, 请说明 or 请补填."""

    asked: str
    cells: str
    problem: str

    def within(self, lines: int) -> "Item":
        """Its texts in so many lines each."""
        return Item(self.asked, addresses(self.cells, lines), shortened(self.problem, PROBLEM, lines))

    @property
    def lines(self) -> int:
        cells = sum(lines_of(line, CELLS) for line in self.cells.split("\n"))
        return max(1, cells, lines_of(self.problem, PROBLEM))

    @property
    def height(self) -> int:
        """Of its row, twips."""
        return self.lines * LINE + PADDING


def shared_out(items: Sequence[Item], room: int) -> list[Item]:
    """The first items, as many as fit into `room` twips when all are shortened; what is left then goes to the first
    of them, so that nothing is shortened where all fit."""
    shown: list[Item] = []
    for item in items:
        short = item.within(LEAST)
        room -= short.height
        if room < 0:
            room += short.height
            break
        shown.append(short)
    for at, short in enumerate(shown):
        shown[at] = items[at].within(short.lines + room // LINE)
        room -= shown[at].height - short.height
    return shown


def addresses(cells: str, lines: int) -> str:
    """2收支情况!F11、B11，附件1!D7 with line ends between the addresses, in so many lines; … for those left out."""
    rows = [""]
    for address in re.findall(r"[^、，]+[、，]?", cells):
        if rows[-1] and _width(rows[-1] + address) > CELLS:
            rows.append("")
        rows[-1] += address
    while len(rows) > 1 and sum(lines_of(row, CELLS) for row in rows) > lines:
        rows.pop()
        rows[-1] = rows[-1].rstrip("、，…") + "…"
    return "\n".join(rows)


def lines_of(text: str, signs: int) -> int:
    """How many lines of so many half-width signs the text takes."""
    lines, taken = 1, 0.0
    for token in _TOKEN.findall(text):
        width = _width(token)
        if taken + width > signs:
            lines += 1 if taken else 0
            lines += int((width - 1) // signs)
            width = width % signs or width
            taken = 0
        taken += width
    return lines


def shortened(text: str, signs: int, lines: int) -> str:
    """The text in so many lines: cut behind a clause, at best outside of brackets; never within a number or address."""
    text = " ".join(text.split())
    if lines_of(text, signs) <= lines:
        return text
    for places in (_ends(text, 0), _ends(text, 1), (match.end() for match in _TOKEN.finditer(text))):
        near = takewhile(lambda place: place <= lines * signs, places)
        cuts = [text[:place].rstrip(_ENDS) + "…" for place in near]
        fitting = [cut for cut in cuts if lines_of(cut, signs) <= lines]
        if fitting:
            return fitting[-1]
    return "…"


def _ends(text: str, inside: int) -> Iterator[int]:
    """Where clauses end, at most so many brackets deep."""
    depth = 0
    for at, sign in enumerate(text, 1):
        depth += (sign in _OPEN) - (sign in _CLOSED)
        if sign in _ENDS and depth <= inside:
            yield at


def _width(text: str) -> float:
    """In half-width signs; capitals are wider than digits, and a rare sign counts as two."""
    return sum(1 if sign.isascii() else 2 for sign in text) + 0.5 * len(_WIDE.findall(text))
