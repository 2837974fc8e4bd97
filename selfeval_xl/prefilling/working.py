"""From official files to a prefilled workbook on the disk."""

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from selfeval_xl.errors import FormError, UnusableFile
from selfeval_xl.forms import Form, Overlay, with_copies
from selfeval_xl.prefilling.into import filled_into
from selfeval_xl.prefilling.prefilled import Prefilled, prefilled
from selfeval_xl.witnesses.begun import begun
from selfeval_xl.witnesses.gathering import gather, require_some
from selfeval_xl.witnesses.joining import Joined
from selfeval_xl.writing.delivery import deliver, safe_name


class FilledIn(Struct, frozen=True):
    """What was written: the file, the form, what the witnesses said together, and the cells."""

    file: Path
    form: Form
    joined: Joined
    filled: Prefilled


def work(
    sources: Sequence[Path],
    out: Path | None = None,
    *,
    form: str | Overlay = "hunan-2023",
    year: int | None = None,
    unit: str = "",
    projects: int | None = None,
    into: Path | None = None,
) -> FilledIn:
    """`unit`: its code or name, for a bureau's list of budget items; `into`: a begun workbook, of which blank cells are
    filled. Raises UnusableFile, UserError, FormError, CannotWrite."""
    if into is not None:
        return _into(sources, out, unit, into, year)
    gathered = gather(sources, form, year, unit)
    own = gathered.form
    first, last = own.years
    if not first <= own.year <= last:
        raise FormError(
            f"表样 {own.base} 用于 {first}—{last} 年度，不能生成 {own.year} 年度的模板；请检查 --year。"
        )
    require_some(gathered.joined)
    filled = prefilled(with_copies(own, projects) if projects else own, gathered.joined)
    name = f"{safe_name(gathered.joined.unit)}-{own.year}年度自评填报（已取数）.xlsx"
    return _written(filled, own, gathered.joined, out or sources[0].with_name(name), sources)


def _into(sources: Sequence[Path], out: Path | None, unit: str, into: Path, year: int | None) -> FilledIn:
    book = begun(into)
    form = book.form
    if year not in (None, form.year):
        raise UnusableFile(f"「{into.name}」是 {form.year} 年度的填报表，不是 {year} 年度的；请检查 --year。")
    gathered = gather(sources, form.overlay or form.base, form.year, unit, book.answers)
    require_some(gathered.joined)
    filled = filled_into(book, gathered.joined)
    return _written(
        filled, form, gathered.joined, out or into.with_name(f"{into.stem}（已取数）.xlsx"), (*sources, into)
    )


def _written(
    filled: Prefilled, form: Form, joined: Joined, target: Path, sources: Sequence[Path]
) -> FilledIn:
    if any(target.absolute() == source.absolute() for source in sources):
        raise UnusableFile(f"“{target.name}”是给出的文件，不会覆盖；请用 --out 另写一个文件名。")
    (file,) = deliver({target.name: filled.content}, target.parent, source=None)
    return FilledIn(file, form, joined, filled)
