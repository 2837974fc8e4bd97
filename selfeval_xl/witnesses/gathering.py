"""Many files of one unit: opened, of which year and whose they are, each read, all joined."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from selfeval_xl.errors import UnusableFile, UserError
from selfeval_xl.filing import Filing
from selfeval_xl.forms import Form, Overlay, load
from selfeval_xl.witnesses.facts import Witness, WitnessKind
from selfeval_xl.witnesses.joining import Joined, join, whose
from selfeval_xl.witnesses.last_year import year_of_filing
from selfeval_xl.witnesses.ledger import is_ledger
from selfeval_xl.witnesses.opening import Opened, opened
from selfeval_xl.witnesses.reading import dated, kind_of, witness_of

A = TypeVar("A")
B = TypeVar("B")
SUFFIXES = (".xlsx", ".xls", ".xlsm", ".ods", ".et", ".docx", ".xlsb")
ANSWERS = ("scope", "carryover_included")


class Gathered(Struct, frozen=True):
    """The form, for the year that the files are of, and what they say together."""

    form: Form
    joined: Joined


def gather(
    paths: Sequence[Path],
    form: str | Overlay = "hunan-2023",
    year: int | None = None,
    unit: str = "",
    answers: Mapping[str, str] | None = None,
    refused: list[str] | None = None,
) -> Gathered:
    """`answers`: what a begun workbook says of the unit (scope, carryover_included); else last year's counts.
    `refused`: where files that cannot be used are told and passed over; without it the first ends the work.

    Raises UnusableFile: a file that is none of these; UserError: they are of different years; FormError."""
    files = list(_each(paths, opened, refused))
    known = load(form, year) if year else load(form, _year(files, load(form)))
    of_items = [file for file in files if is_ledger(file.sheets, known)]
    plain = list(
        _each([f for f in files if f not in of_items], lambda file: witness_of(file, known), refused)
    )
    code, name = whose(plain)
    named = unit or code or name
    ledgers = list(_each(of_items, lambda file: witness_of(file, known, named), refused))
    every = [*plain, *ledgers]
    said = {key: text for key, text in _answers(every).items() if text} | dict(answers or {})
    return Gathered(known, join(every, known, said))


def _each(given: Iterable[A], work: Callable[[A], B], refused: list[str] | None) -> Iterator[B]:
    for one in given:
        try:
            yield work(one)
        except UnusableFile as error:
            if refused is None:
                raise
            refused.append(f"{error}")


def _year(files: Sequence[Opened], form: Form) -> int:
    """The year of the 决算 export, else of budget and platform, else last year's plus one. Raises UserError."""
    exports: set[int] = set()
    plans: set[int] = set()
    filings: set[int] = set()
    for file in files:
        if file.is_ours:
            filings.add(year_of_filing(file.path) + 1)
        elif (kind := kind_of(file.sheets)) is WitnessKind.EXPORT:
            exports.add(dated(file, kind))
        elif kind is WitnessKind.BUDGET or is_ledger(file.sheets, form):
            plans.add(dated(file, WitnessKind.BUDGET))
    for years in (exports, plans, filings):
        years.discard(0)
    if exports and filings and max(exports) not in filings:
        raise UserError(
            f"决算软件导出是 {max(exports)} 年度的，上年填报却是 {max(filings) - 1} 年度的；请换成同一次自评的文件，"
            "或用 --year 写明自评年度。"
        )
    for years in (exports, filings, plans):
        if years:
            return max(years)
    raise UserError("这些文件都看不出是哪个年度的；请用 --year 写明自评年度，如 --year 2024。")


def _answers(witnesses: Sequence[Witness]) -> dict[str, str]:
    drafts = {fact.concept: fact.text for witness in witnesses for fact in witness.facts if fact.text}
    return {key: drafts.get(f"unit.{key}.value", "") for key in ANSWERS}


def beside(filing: Filing, paths: Sequence[Path]) -> Joined:
    """What other files say of a filing's unit and year. Raises UnusableFile: a file that is none of these; FormError."""
    form = filing.form
    said = {row.key: row.text("value") for row in filing.table("unit").rows}
    unit = said.get("code", "") or said.get("name", "")
    answers = {key: said.get(key, "") for key in ANSWERS}
    return gather(paths, form.overlay or form.base, form.year, unit, answers).joined


def official_files(folder: Path) -> list[Path]:
    """Those right in the folder that may be official files, by their endings."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix.lower() in SUFFIXES)
    return [path for path in found if path.is_file() and not path.name.startswith(("~$", "."))]


def year_of_table(path: Path) -> int | None:
    """Of final accounts, a budget or the platform's items; 0: none is said; None: it holds none of them."""
    try:
        file = opened(path)
        if file.is_ours:
            return None
        kind = WitnessKind.PLATFORM if is_ledger(file.sheets, load()) else kind_of(file.sheets)
        return None if kind is None else dated(file, kind)
    except UserError:
        return None


def require_some(joined: Joined) -> None:
    """Raises UnusableFile: nothing at all can be taken from the files."""
    if not joined.choices and not joined.drafts:
        said = "；".join(f"「{file.name}」{file.refused}" for file in joined.files if file.refused)
        raise UnusableFile(f"没有取到一个数：{said or '各表都是空白'}。")
