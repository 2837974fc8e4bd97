"""What is said of a place in a report, and the places themselves."""

from fractions import Fraction

from msgspec import Struct

from selfeval_xl.findings import Level, Status
from selfeval_xl.money import plain
from selfeval_xl.reading.narratives.narrative import Paragraph
from selfeval_xl.statements.quantities import MONEY, RATE, Quantity

LONGEST_QUOTE = 120


class Spot(Struct, frozen=True):
    """Words of a paragraph: `start` and `end` count its signs."""

    paragraph: Paragraph
    start: int
    end: int

    @property
    def quote(self) -> str:
        """The very words."""
        return self.paragraph.text[self.start : min(self.end, self.start + LONGEST_QUOTE)]

    def overlaps(self, other: "Spot") -> bool:
        """Whether both speak of the same words."""
        same = (self.paragraph.order, self.paragraph.part) == (other.paragraph.order, other.paragraph.part)
        return same and self.start < other.end and other.start < self.end


class Remark(Struct, frozen=True):
    """One judgement. `left`: what is said; `right`: what it should be or is elsewhere; both in `unit` as printed there.

    `others`: the other sides' words. `level`: where it is not the rule's own.
    """

    rule: str
    status: Status
    spot: Spot
    message: str
    left: str = ""
    right: str = ""
    others: tuple[Spot, ...] = ()
    level: Level | None = None
    difference: str = ""


def in_unit(value: Fraction, like: Quantity) -> str:
    """A value as the other quantity prints its own: 30.68万元, 66.7%."""
    places = max(2, len(like.number.partition(".")[2])) if like.dimension in (MONEY, RATE) else 4
    return plain(value / like.unit, places) + like.word


def spot_of(paragraph: Paragraph, first: Quantity, last: Quantity | None = None) -> Spot:
    return Spot(paragraph, first.start, (last or first).end)
