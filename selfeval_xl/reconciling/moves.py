"""Who joined and who left in the year, as an account of the change of staff."""

from fractions import Fraction

from msgspec import Struct

from selfeval_xl.filing import Figure, Table

JOINED, LEFT, EITHER = ("recruited", "moved_in"), ("moved_out", "retired", "died"), ("others",)
MOVES = (*JOINED, *LEFT, *EITHER)
LEAST = 2
"""A lone number may be a remark, such as how many retired; so many are an account, which should add up."""


class Account(Struct, frozen=True):
    """`net`: joiners less leavers, as far as they are filled (人). `raising`, `lowering`: the blanks that, once filled,
    could make it more, or less; 其他增减 could do both."""

    net: Fraction
    raising: tuple[Figure, ...]
    lowering: tuple[Figure, ...]

    def closing(self, change: Fraction) -> tuple[Figure, ...]:
        """The blanks that could bring it to this change; none where it is that already."""
        if self.net == change:
            return ()
        return self.raising if self.net < change else self.lowering


def account(moves: Table) -> Account | None:
    """None where too little is filled, or something cannot be read. `moves`: the form's block of who joined and left."""
    figures = {row: moves[row, "value"] for row in MOVES}
    given = {row: number for row, figure in figures.items() if (number := figure.number) is not None}
    if len(given) < LEAST or any(figure.unreadable for figure in figures.values()):
        return None
    net = sum((-number if row in LEFT else number for row, number in given.items()), Fraction(0))
    blank = {row: figure for row, figure in figures.items() if row not in given}
    raising = tuple(figure for row, figure in blank.items() if row not in LEFT)
    lowering = tuple(figure for row, figure in blank.items() if row not in JOINED)
    return Account(net, raising, lowering)
