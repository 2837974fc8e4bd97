"""A folder of units: a half-filled template for each from its own files, and a list of what was missing where."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from selfeval_xl.errors import UserError
from selfeval_xl.file_names import readable
from selfeval_xl.forms import Overlay
from selfeval_xl.prefilling.origin_sheet import label_of
from selfeval_xl.prefilling.prefilled import prefilled
from selfeval_xl.witnesses.facts import WitnessKind
from selfeval_xl.witnesses.gathering import Gathered, gather, official_files, require_some
from selfeval_xl.writing.delivery import deliver, safe_name
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.style import BOLD, CENTRE, LINED, PAPER, WRAP

LIST = "取数清单.xlsx"
HEADS = ("文件夹", "单位", "取数格数", "草稿格数", "矛盾", "没有的文件", "不能用的文件和原因", "写到")
WANTED = (WitnessKind.EXPORT, WitnessKind.BUDGET, WitnessKind.PLATFORM, WitnessKind.FILING)
WIDTHS = {1: 18, 2: 26, 3: 10, 4: 10, 5: 30, 6: 30, 7: 60, 8: 44}


class Unit(Struct, frozen=True):
    """What came of one folder; `file`: "" where nothing was written."""

    folder: str
    name: str
    filled: int
    drafts: int
    contradictions: tuple[str, ...]
    lacking: tuple[str, ...]
    refused: tuple[str, ...]
    file: str


class Many(Struct, frozen=True):
    units: tuple[Unit, ...]
    list_file: Path


def prefill_many(
    folder: Path,
    shared: Sequence[Path],
    out: Path,
    form: str | Overlay,
    year: int | None,
    tell: Callable[[Unit], None],
) -> Many:
    """`shared`: files of the whole bureau (the platform's list), used for every unit. One folder that fails stops no
    other. Raises UserError: there is no folder in it; CannotWrite."""
    folders = sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith("."))
    if not folders:
        raise UserError(
            f"“{readable(folder.name)}”里没有子文件夹；请一个单位一个文件夹，放入它的决算、预算等文件。"
        )
    units, names = list[Unit](), set[str]()
    for own in folders:
        unit = _one(own, shared, out, form, year, names)
        units.append(unit)
        tell(unit)
    (list_file,) = deliver({LIST: _listed(units)}, out, source=None)
    return Many(tuple(units), list_file)


def _one(
    own: Path, shared: Sequence[Path], out: Path, form: str | Overlay, year: int | None, names: set[str]
) -> Unit:
    name, refused = readable(own.name), list[str]()
    try:
        gathered = gather([*official_files(own), *shared], form, year, refused=refused)
        require_some(gathered.joined)
    except UserError as error:
        return Unit(name, "", 0, 0, (), (), (*refused, f"{error}"), "")
    joined = gathered.joined
    filled = prefilled(gathered.form, joined)
    target = f"{safe_name(joined.unit or name)}-{gathered.form.year}年度自评填报（已取数）.xlsx"
    if target in names:  # two folders of one unit: neither is lost
        target = f"{safe_name(name)}-{target}"
    names.add(target)
    (written,) = deliver({target: filled.content}, out, source=None)
    refused += [f"「{file.name}」{file.refused}" for file in joined.files if file.refused]
    figures = sum(not one.draft for one in filled.typed)
    clashes = tuple(
        dict.fromkeys(label_of(gathered.form, one.facts[0].concept) for one in joined.contradictions)
    )
    return Unit(
        name,
        joined.unit,
        figures,
        len(filled.typed) - figures,
        clashes,
        tuple(_lacking(gathered)),
        tuple(refused),
        written.name,
    )


def _lacking(gathered: Gathered) -> Iterator[str]:
    used = [file.kind for file in gathered.joined.files if not file.refused]
    for kind in WANTED:
        word = f"上年{kind}" if kind is WitnessKind.FILING else str(kind)
        if word not in used:
            yield word


def _listed(units: Sequence[Unit]) -> bytes:
    book = Pages("取数清单")
    page = book.page("取数清单")
    page.widths(WIDTHS)
    for column, text in enumerate(HEADS, 1):
        page.text(1, column, text, PAPER, LINED, BOLD, CENTRE)
    for row, unit in enumerate(units, 2):
        texts: tuple[str | int, ...] = (
            unit.folder,
            unit.name,
            unit.filled,
            unit.drafts,
            "、".join(unit.contradictions),
            "、".join(unit.lacking),
            "；".join(unit.refused),
            unit.file or "没有生成",
        )
        for column, value in enumerate(texts, 1):
            page.value(row, column, value, PAPER, LINED, WRAP)
    page.for_print(landscape=True, heads=(1, 1), header="取数清单")
    return book.content()
