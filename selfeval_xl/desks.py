"""One unit's desk: files of whatever kind, each known by its content."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

import selfeval_xl
from selfeval_xl.errors import UserError


class Desk(Struct, frozen=True):
    """`books`: workbooks to be converted (and whatever is nothing else: converting says what is wrong with it);
    `reports`: narratives to be audited; `tables`: official tables and last year's workbook, whose figures are typed into
    `begun`, or into an empty template where there is no workbook at all; `witnesses`: the same tables beside workbooks
    that are filled in, to be held against them."""

    books: tuple[Path, ...]
    reports: tuple[Path, ...]
    tables: tuple[Path, ...]
    begun: Path | None = None
    witnesses: tuple[Path, ...] = ()


def laid_out(sources: Sequence[Path]) -> Desk:
    from selfeval_xl.reading.narratives.opening import is_report
    from selfeval_xl.witnesses.gathering import year_of_table

    reports = tuple(source for source in sources if is_report(source))
    rest = [source for source in sources if source not in reports]
    dated = {source: year for source in rest if (year := year_of_table(source)) is not None}
    books = tuple(source for source in rest if source not in dated)
    if not dated:
        return Desk(books, reports, ())
    return _with_tables(books, reports, dated)


def _with_tables(books: tuple[Path, ...], reports: tuple[Path, ...], tables: Mapping[Path, int]) -> Desk:
    years = {book: year for book in books if (year := _year_of_book(book)) is not None}
    begun = [book for book in years if _is_begun(book)]
    target = begun[0] if len(begun) == 1 else None
    now = years[target] if target else max(tables.values())
    last = [book for book, year in years.items() if year < now and book != target]
    left = tuple(book for book in books if book not in last and book != target)
    told = (*tables, *last)
    if target is None and any(book in years for book in left):
        return Desk(left, reports, (), None, told)
    return Desk(left, reports, told, target)


def _year_of_book(path: Path) -> int | None:
    """None: it is no workbook of ours."""
    from selfeval_xl.witnesses.last_year import year_of_filing

    try:
        return year_of_filing(path) or None
    except UserError:
        return None


def _is_begun(path: Path) -> bool:
    """Whether it is not filled in to its end."""
    from selfeval_xl.checking.concluding import Standing

    try:
        return selfeval_xl.examine(path).conclusion.standing is Standing.INCOMPLETE
    except UserError:
        return False
