"""What a worker is asked to do: convert and audit what was uploaded, make a template. The work is the command line's own."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

import selfeval_xl
from selfeval_xl import Outcome
from selfeval_xl.batch.choosing import plain_name
from selfeval_xl.desks import Desk, laid_out
from selfeval_xl.errors import CannotWrite, NotPublic, UserError
from selfeval_xl.filing.publishing import may_be_secret
from selfeval_xl.forms import load
from selfeval_xl.options import form_of
from selfeval_xl.reading.narratives.opening import is_report
from selfeval_xl.serving.store import Store, StoreBusy
from selfeval_xl.serving.told import Item, Told, of_audit, of_outcome, write_told
from selfeval_xl.telling import prefill_lines
from selfeval_xl.writing.delivery import safe_name

if TYPE_CHECKING:
    from selfeval_xl.reading.reader import Annexed

FORM = "hunan-2023"

GIVEN, MADE = "given", "made"
"""The folders of an upload: what came, and what was made of it."""
SECRET = (
    "写明涉密。本系统是非涉密系统，严禁上传涉密信息：已拒收，没有保存；请按保密规定报送，并报告本单位保密员。"
)
_MARKED = re.compile(r"(绝密|机密|秘密)\s*[★☆]")
"""A 密级标志, as GB/T 9704 prints it."""


class Upload(Struct, frozen=True):
    """`folder`: of the shelf, with the files in `given`, by safe names; `form_id`, `year`: for the bureau's own annex
    files; `public`, `statement`: what else is wanted; `store`, `unit`: where it is to be filed, by which unit."""

    folder: Path
    files: tuple[str, ...]
    form_id: str | None = None
    year: int | None = None
    overlay: Path | None = None
    public: bool = False
    statement: bool = False
    store: Path | None = None
    unit: str = ""

    @property
    def paths(self) -> list[Path]:
        return [self.folder / GIVEN / name for name in self.files]

    @property
    def made(self) -> Path:
        return self.folder / MADE


def convert(upload: Upload) -> Told:
    """Every file by its content, as `selfeval desk` takes it; one that cannot be used stops no other.

    Reports and official tables are held against the workbooks of the same upload; tables beside an empty workbook, or
    beside none, are typed in. What is told lies in the folder, too.
    """
    on = _desk(upload)
    items = list(_books(upload, on))
    items += [_report(upload, report, on.books) for report in on.reports]
    if on.tables:
        name = "、".join(path.name for path in on.tables)
        items.append(_told(name, partial(_prefilled, upload, on, name)))
    if any(item.secret for item in items):
        items = [
            item if item.secret else Item(item.name, trouble="与涉密文件一起上传，没有处理。")
            for item in items
        ]
    told = Told(tuple(items))
    if any(item.secret for item in items):
        _remove(upload)
    elif upload.store:
        told = _filed(upload, told, on)
    for path in upload.paths:
        path.unlink(missing_ok=True)  # from here on, only what was made is needed
    write_told(upload.folder, told)
    return told


def make_template(folder: Path, form_id: str | None, year: int, overlay: Path | None) -> Path:
    """The empty template of a year, as `selfeval template` names it. Raises FormError."""
    given = selfeval_xl.overlay(overlay) if overlay else None
    form = load(given or form_id or FORM, year)
    name = f"{form.year}年度部门整体支出绩效自评填报模板.xlsx"
    return selfeval_xl.write_template(form, folder / name)


def _desk(upload: Upload) -> Desk:
    """With a form that is named, the files are the parts of one unit's annexes."""
    if not upload.form_id:
        return laid_out(upload.paths)
    reports = tuple(path for path in upload.paths if is_report(path))
    return Desk(tuple(path for path in upload.paths if path not in reports), reports, ())


def _books(upload: Upload, on: Desk) -> Iterator[Item]:
    written: list[Path] = []
    for book in on.books[:1] if upload.form_id else on.books:
        annexes = selfeval_xl.annexed(on.books[1:] if upload.form_id else (), upload.year)
        yield _told(book.name, partial(_book, upload, book, annexes, on.witnesses, written))


def _told(name: str, work: Callable[[], Item]) -> Item:
    try:
        return work()
    except CannotWrite:
        raise
    except UserError as error:
        return Item(name, trouble=f"{error}")


def _prefilled(upload: Upload, on: Desk, name: str) -> Item:
    """The tables' figures in an empty template, or in the blank cells of the begun workbook."""
    upload.made.mkdir(exist_ok=True)
    target = upload.made / f"{safe_name((on.begun or on.tables[0]).stem, 60)}（已取数）.xlsx"
    form = selfeval_xl.overlay(upload.overlay) if upload.overlay else FORM
    done = selfeval_xl.prefill(on.tables, target, form=form, into=on.begun)
    secret = any(_MARKED.search(path.name) for path in (*on.tables, *filter(None, [on.begun])))
    if secret or may_be_secret(selfeval_xl.read(done.file)[0]):
        return Item(name, trouble=f"“{name}”{SECRET}", secret=True)
    sentence, *notes = prefill_lines(done)
    return Item(
        name,
        sentence=sentence,
        unit=done.joined.unit,
        year=done.form.year,
        notes=tuple(notes),
        files=(done.file.name,),
        prefilled=True,
    )


def _book(
    upload: Upload, book: Path, annexes: "Annexed", witnesses: Sequence[Path], written: list[Path]
) -> Item:
    outcome = selfeval_xl.examine(book, form_of(upload.form_id, upload.overlay), annexes, witnesses)
    if may_be_secret(outcome.filing) or _MARKED.search(book.name):
        return Item(book.name, trouble=f"“{book.name}”{SECRET}", secret=True)
    item = of_outcome(book.name, outcome)
    done = [selfeval_xl.write(outcome, book, upload.made, keep=written)]
    notes = list(item.notes)
    for wanted, work in ((upload.public, _public), (upload.statement, _statement)):
        if wanted:
            try:
                done.append(work(outcome, book, upload, written))
            except NotPublic as error:
                notes.append(f"{error}")
    files = [path for one in done for path in one.files]
    written += files
    return replace(item, notes=tuple(dict.fromkeys(notes)), files=tuple(path.name for path in files))


def _public(outcome: Outcome, book: Path, upload: Upload, written: Sequence[Path]) -> Outcome:
    return selfeval_xl.write_public(outcome, book, upload.made, keep=written)


def _statement(outcome: Outcome, book: Path, upload: Upload, written: Sequence[Path]) -> Outcome:
    return selfeval_xl.write_statement(outcome, book, upload.made, keep=written)


def _report(upload: Upload, report: Path, books: Sequence[Path]) -> Item:
    def work() -> Item:
        beside = selfeval_xl.beside(books, form_of(upload.form_id, upload.overlay), upload.year)
        found = selfeval_xl.audit(report, beside.filing, form=beside.form, year=upload.year)
        paragraphs = found.audit.narrative.paragraphs
        if _MARKED.search(report.name) or any(_MARKED.search(one.text) for one in paragraphs):
            return Item(report.name, trouble=f"“{report.name}”{SECRET}", secret=True)
        written = selfeval_xl.write_audit(found, report, upload.made)
        return replace(of_audit(report.name, found), files=tuple(path.name for path in written.files))

    return _told(report.name, work)


def _filed(upload: Upload, told: Told, on: Desk) -> Told:
    """The one workbook into the store, if it is one: a file that cannot be used leaves the former one where it is."""
    assert upload.store
    books = on.books
    if on.tables and not books:
        return replace(told, filed="只取了数，没有报送：请下载填报表，填完后再上传。")
    usable = [item for item in told.items if item.verdict]
    if len(books) != 1 or not usable or upload.form_id:
        why = "一次只能报送一个填报工作簿" if len(books) > 1 else "没有可以报送的填报工作簿"
        return replace(told, filed=f"没有报送：{why}；财政部门处保存的仍是上一次的文件。")
    named = usable[0].unit
    if not (upload.unit or usable[0].named):
        return replace(told, filed="没有报送：填报表中没有填单位名称；请补填后重新上传。")
    if upload.unit and upload.unit != usable[0].code and plain_name(upload.unit) != plain_name(named):
        said = f"没有报送：填报表中的单位是“{named}”，登录的单位是“{upload.unit}”；请核对后重新上传。"
        return replace(told, filed=said)
    try:
        filed = Store(upload.store, upload.overlay).file(upload.unit or named, books[0])
    except StoreBusy:
        return replace(told, filed="没有报送：财政部门正在批量核对；请过几分钟再上传一次。")
    items = tuple(replace(item, kept=bool(item.verdict)) for item in told.items)
    return replace(told, items=items, filed=filed)


def _remove(upload: Upload) -> None:
    for path in (*upload.paths, *(upload.made.iterdir() if upload.made.is_dir() else ())):
        path.unlink(missing_ok=True)
