"""Where a figure stands: sheet, row and column, as a person names it and as a formula does."""

from collections.abc import Iterable

from msgspec import Struct


def column_letters(column: int) -> str:
    """1 → A, 27 → AA. Own, since both libraries that have it cost 0.1 s to import."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """A → 1, AA → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


class Place(Struct, frozen=True, order=True):
    """One cell; `row` and `column` count from 1."""

    sheet: str
    row: int
    column: int

    @property
    def a1(self) -> str:
        """D13"""
        return f"{column_letters(self.column)}{self.row}"

    @property
    def formula(self) -> str:
        """'附件1'!D13, as an Excel formula wants it."""
        return f"{quoted(self.sheet)}!{self.a1}"

    def __str__(self) -> str:
        return f"{self.sheet}!{self.a1}"


def quoted(sheet: str) -> str:
    """A sheet's name as a formula wants it."""
    return "'" + sheet.replace("'", "''") + "'"


def gathered(places: Iterable[Place]) -> str:
    """Many cells in few words, in their order: 3项目清单!K7-K18、G7，附件3-1!D12."""
    sheets: dict[str, list[tuple[Place, Place]]] = {}
    for place in places:
        runs = sheets.setdefault(place.sheet, [])
        first, last = runs[-1] if runs else (place, place)
        follows = runs and (last.row + 1, last.column) == (place.row, place.column)
        if follows:
            runs[-1] = (first, place)
        else:
            runs.append((place, place))
    return "，".join(
        f"{sheet}!" + "、".join(f.a1 if f == last else f"{f.a1}-{last.a1}" for f, last in runs)
        for sheet, runs in sheets.items()
    )
