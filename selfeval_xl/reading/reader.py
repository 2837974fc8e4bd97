"""From a file to a Filing, and what was wrong with the file: findings R-xx.

Our own template is read by `template_sheets`, the bureau's annex files by `official`. Blanks stay missing; a text where
a number belongs is read where there is one way to read it, and told in any case.
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.filing import Filing
from selfeval_xl.filing.computing import assemble
from selfeval_xl.findings import Finding
from selfeval_xl.forms import Form, Overlay, load
from selfeval_xl.money import WAN
from selfeval_xl.reading import grids
from selfeval_xl.reading.confirmed import as_prefilled, unconfirmed
from selfeval_xl.reading.entries import as_in_xls, as_without_texts
from selfeval_xl.reading.file_notes import notes
from selfeval_xl.reading.gathering import Gathering
from selfeval_xl.reading.grids import Sheet
from selfeval_xl.reading.locating import Labels, find_blocks
from selfeval_xl.reading.marks import is_mark, marked
from selfeval_xl.reading.opening import Kind, Source, open_source
from selfeval_xl.reading.other_tables import what_it_is
from selfeval_xl.reading.other_years import as_worded, tell_years
from selfeval_xl.reading.template_sheets import read_template, scale_of


class Annexed(Struct, frozen=True):
    """How the bureau's annex files are to be read: `more` of them beside the first, of that fiscal year where their
    titles say none."""

    more: tuple[Path, ...] = ()
    year: int | None = None


def read(
    path: Path, form: Form | Overlay | None = None, annexed: Annexed | None = None
) -> tuple[Filing, list[Finding]]:
    """The filing of a workbook, and what was wrong with it (findings R-xx).

    `form`: which form it is, where the file does not say; or the overlay that is laid on the form that it names.
    A file without the hidden sheet of a template, but with the titles of annexes, is the bureau's own.
    Raises UnusableFile when the file is no workbook, or none of the form's blocks can be found in it; FormError.
    """
    annexed = annexed or Annexed()
    source = open_source(path)
    sheets = grids.read_sheets(source)
    if form is not None and not any(map(is_mark, sheets)) and not _from_template(form, sheets):
        found = _official(source, sheets, form, annexed)
        if found is not None:
            return found
        if (known := what_it_is(sheets)) is not None:
            raise UnusableFile(f"「{readable(path.name)}」{known}。")
    if annexed.more:
        raise UnusableFile(
            f"「{readable(path.name)}」不是官方附件文件，不能和其他文件合在一起读（--with）；请单独转换。"
        )
    return _template(source, sheets, _of_year(form, annexed.year) if isinstance(form, Form) else form)


def cells_of(path: Path) -> tuple[Source, Gathering]:
    """Every cell of a begun template, the blank ones too. Raises UnusableFile: it is none; FormError."""
    source = open_source(path)
    gathering, _ = _gathered(source, grids.read_sheets(source), None, spare=True)
    return source, gathering


def _template(
    source: Source, sheets: Sequence[Sheet], form: Form | Overlay | None
) -> tuple[Filing, list[Finding]]:
    gathering, absent = _gathered(source, sheets, form)
    gathering.tell_nameless()
    gathering.findings.extend(unconfirmed(sheets))
    entries = as_without_texts(gathering.form, gathering.entries, gathering.scale)
    if source.kind is Kind.XLS:
        entries = as_in_xls(gathering.form, entries, gathering.scale)
    gathering.fold()
    filing = assemble(gathering.form, entries, gathering.scale, absent)
    return replace(filing, prefilled=as_prefilled(sheets)), gathering.findings


def _gathered(
    source: Source, sheets: Sequence[Sheet], form: Form | Overlay | None, *, spare: bool = False
) -> tuple[Gathering, frozenset[str]]:
    named = marked(source.path, sheets, form)
    form = named.form
    worded = as_worded(form, [sheet for sheet in sheets if not is_mark(sheet)])
    places = find_blocks(form, worded.pages)
    if not any(places.values()):
        raise UnusableFile(
            f"「{readable(source.path.name)}」里找不到“{form.title}”的任何一张表；请用“填报模板”填写后再转换。"
        )
    gathering = Gathering(form, scale_of(form, places), spare=spare)
    tell_years(gathering, worded, asked=named.asked)
    used = {found.labels.sheet.name for every in places.values() for found in every}
    _note(gathering, source, [page.sheet for page in worded.pages if page.sheet.name in used])
    if named.differs:
        gathering.report("R-20", "模板里的财政部门调整方案与指定的不是同一份，已按指定的核对", named.differs)
    return gathering, read_template(gathering, places)


def _note(gathering: Gathering, source: Source, sheets: Iterable[Sheet]) -> None:
    for rule, message, cells in notes(source, sheets):
        gathering.report(rule, message, *cells)


def _from_template(form: Form | Overlay, sheets: Sequence[Sheet]) -> bool:
    """Whether it has a sheet of the template that no official form has: its hidden sheet was lost."""
    known = form if isinstance(form, Form) else load(form)
    own = {block.key for sheet in known.sheets if not sheet.annex for block in sheet.blocks}
    return any(places for key, places in find_blocks(known, map(Labels, sheets)).items() if key in own)


def _of_year(form: Form | Overlay, year: int | None) -> Form:
    if isinstance(form, Form):
        return form if year in (None, form.year) else load(form.overlay or form.base, year)
    return load(form, year)


def _official(
    source: Source, sheets: Sequence[Sheet], form: Form | Overlay, annexed: Annexed
) -> tuple[Filing, list[Finding]] | None:
    """The filing of the bureau's annex files; None where this is none."""
    from selfeval_xl.reading.official import annexes_of, as_percent, plausible, read_annexes

    sources = [(source, list(sheets)), *_beside(annexed.more)]
    together = [sheet for _, own in sources for sheet in own]
    sought = annexes_of(_of_year(form, annexed.year), together, annexed.year)
    if sought is None:
        return None
    gathering = Gathering(_of_year(form, sought.year), WAN, ours=False)
    shown = {title.sheet.name for title in sought.titles if not title.passed}
    for one, own in sources:
        _note(gathering, one, [sheet for sheet in own if sheet.name in shown])
    absent = read_annexes(gathering, sought, together)
    gathering.tell_nameless()
    filing = assemble(gathering.form, gathering.entries, WAN, absent)
    hundredfold = as_percent(filing, gathering.entries)
    if hundredfold:
        filing = assemble(gathering.form, gathering.entries | hundredfold, WAN, absent)
    plausible.tell(filing, gathering)
    gathering.fold()
    return filing, gathering.findings


def _beside(more: Sequence[Path]) -> Iterator[tuple[Source, list[Sheet]]]:
    """The further files; their sheets bear their names, as in Excel's formulas."""
    names = [readable(path.name) for path in more]
    for at, path in enumerate(more):
        source = open_source(path)
        sheets = grids.read_sheets(source)
        if any(map(is_mark, sheets)):
            raise UnusableFile(f"「{names[at]}」是填报模板，不是官方附件文件（--with）；请单独转换。")
        doubled = names.count(names[at]) > 1
        name = f"{readable(path.parent.name)}/{names[at]}（{at + 1}）" if doubled else names[at]
        yield source, [replace(sheet, name=f"[{name}]{sheet.name}") for sheet in sheets]
