"""From TOML to a Form: closed vocabulary, `like`, `extends`, names resolved; every error names file, key and reason."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.errors import FormError
from selfeval_xl.forms.changes import changes
from selfeval_xl.forms.editions import blocks_of, completed, merged
from selfeval_xl.forms.fields import build_block, lacked
from selfeval_xl.forms.model import FIRST_EDITION, Block, Form, Sheet
from selfeval_xl.forms.overlaid import require_same_figures, require_sound
from selfeval_xl.forms.overlays import Overlay, adjustments, read_overlay, require_overlay
from selfeval_xl.forms.parsing import parsed
from selfeval_xl.forms.settings import named, require_sensible, require_settings, stated
from selfeval_xl.forms.vocabulary import require_known, short
from selfeval_xl.forms.years import dated

Data = dict[str, Any]
INDISPENSABLE = (("unit", "name", "value", "单位全称"),)
"""Block, row, column, and what it is."""
FOLDER = resources.files("selfeval_xl.forms")
FORM = "form.toml"


def available() -> list[str]:
    """The ids of the forms in the package, the newest last: a folder each, with its `form.toml`."""
    return sorted(folder.name for folder in FOLDER.iterdir() if (folder / FORM).is_file())


def of_form(form: str, name: str) -> Traversable:
    """A file of a form's folder: report.docx, statement.docx, summary.docx, witnesses.toml; it may not be there."""
    return FOLDER / form / name


class _Source(Struct, frozen=True):
    """The tables of a form, those of its overlay laid on. `where`: what messages name."""

    data: Data
    where: str
    base: str
    wording: str
    changes: tuple[str, ...] = ()
    overlay: Overlay | None = None


def load(
    form: str | Path | Overlay = "hunan-2023", year: int | None = None, edition: int | None = None
) -> Form:
    """A form by its id, or with a bureau's overlay (or the file that holds one), for a fiscal year (default: its first).

    Any sensible year can be read; `Form.years` says for which of them anything is made.
    `edition`: of the template by which a workbook was made (default: the newest); what a later one added is `lacked`.
    Raises FormError: unknown id, unreadable TOML, an unknown key, a name that leads nowhere.
    """
    if isinstance(form, Path):
        return _loaded(form, year, edition)
    return _kept(form, year, edition, str(FOLDER))


@lru_cache(maxsize=8)
def _kept(form: str | Overlay, year: int | None, edition: int | None, _folder: str) -> Form:
    """A form of the package, and one with a given overlay, is the same for every workbook of a run."""
    return _loaded(form, year, edition)


def _loaded(form: str | Path | Overlay, year: int | None, edition: int | None) -> Form:
    source = _source(form) if isinstance(form, str) else _laid_on(form)
    data, where = source.data, source.where
    data = data if edition is None else {**data, "edition": edition}
    years = _years(data["years"], where)
    year = years[0] if year is None else year
    if not 2000 <= year <= 2100:
        raise FormError(f"{where}：年度 {year} 不合理，请写四位年份，如 {years[1]}。")
    over = source.overlay.data if source.overlay else {}
    names = named(data["settings"], data["setting_names"], where)
    labelled = _labelled({k: v for k, v in data.items() if k not in ("settings", "setting_names")}, year)
    sheets = _sheets({**data, **labelled}, where)
    _require_indispensable(sheets, where)
    if source.changes or source.overlay:  # the forms that stand alone are proven by the tests
        require_sound(sheets, where)
    return Form(
        id=data["id"],
        title=data["title"],
        source=data["source"],
        year=year,
        years=years,
        settings=data["settings"],
        lists={k: tuple(v) for k, v in data["lists"].items()},
        tree={k: tuple(v) for k, v in data["tree"].items()},
        sheets=sheets,
        guide=tuple((h, stated(t, data["settings"], names)) for h, t in _guide(labelled["guide"], where)),
        setting_names=names,
        base=source.base,
        wording=source.wording,
        edition=data.get("edition", FIRST_EDITION),
        changes=tuple(_labelled(list(source.changes), year)),
        rules=adjustments(over, where),
        explained_errors=over.get("explained_errors", False),
        overlay=source.overlay,
    )


def _source(form: str) -> _Source:
    """An edition of the package, with those that it extends."""
    if form not in available():
        raise FormError(f"没有表样 {short(form)}，可用的有：{'、'.join(available())}。")
    name = f"{form}/{FORM}"
    data = parsed(of_form(form, FORM).read_text("utf-8"), name)
    own = form if of_form(form, "report.docx").is_file() else ""
    if "extends" not in data:
        require_known(data, "form", name)
        require_sensible(data, data, name)
        return _Source(data, name, form, own)
    require_known(data, "edition", name)
    base = _source(data.pop("extends"))
    whole = merged(base.data, completed(data, base.data, name), name)
    require_known(whole, "form", name)
    known = {key: value for key, value in data.get("settings", {}).items() if key in base.data["settings"]}
    require_settings(known, base.data, name)
    require_sensible(whole, base.data, name)
    return _Source(whole, name, form, own or base.wording, (*base.changes, *changes(base.data, data)))


def _laid_on(given: Path | Overlay) -> _Source:
    """An overlay on the edition that it names. Raises FormError."""
    overlay = read_overlay(given) if isinstance(given, Path) else given
    where = overlay.name
    try:
        require_known(overlay.data, "overlay", where)
        base = _source(overlay.data["extends"])
        over = {k: v for k, v in overlay.data.items() if k not in ("extends", "rules", "explained_errors")}
        require_overlay(over, base.data, where)
        data = merged(base.data, over, where)
        require_settings(over.get("settings", {}), base.data, where)
        require_sensible(data, base.data, where)
        require_known(data, "form", where)
        require_same_figures(
            _sheets(_labelled(data, 2000), where), _sheets(_labelled(base.data, 2000), where), where
        )
    except RecursionError as error:
        raise FormError(f"{where}：括号套得太深，不能读。") from error
    lines = base.changes + tuple(changes(base.data, overlay.data))
    return _Source(data, where, base.base, base.wording, lines, overlay)


def _years(given: list[int], where: str) -> tuple[int, int]:
    if len(given) != 2 or given[0] > given[1]:
        raise FormError(f"{where}：years 要写 [最早年度, 最晚年度]：{short(given)}。")
    return given[0], given[1]


def _labelled(value: Any, year: int) -> Any:
    """{last}, {year} and {next} in every text."""
    if isinstance(value, dict):
        return {k: _labelled(v, year) for k, v in value.items()}
    if isinstance(value, list):
        return [_labelled(v, year) for v in value]
    if isinstance(value, str) and "{" in value:
        return dated(value, year)
    return value


def _guide(lines: list[list[str]], where: str) -> tuple[tuple[str, str], ...]:
    for line in lines:
        if len(line) != 2:
            raise FormError(f"{where}：guide 每一条要写 [标题, 文字]：{short(line)}。")
    return tuple((head, text) for head, text in lines)


def _sheets(data: Data, where: str) -> tuple[Sheet, ...]:
    written = blocks_of(data)
    sheets = []
    for sheet in (sheet for sheet in data["sheet"] if sheet["block"]):  # one that an edition emptied is none
        blocks = tuple(build_block(_like(b, written, where), sheet, data, where) for b in sheet["block"])
        sheets.append(
            Sheet(
                key=sheet["key"],
                name=sheet["name"],
                title=sheet["title"],
                annex=sheet.get("annex", ""),
                colour=sheet.get("colour", ""),
                copies=sheet.get("repeat", 0),
                blocks=blocks,
                aliases=tuple(sheet.get("aliases", ())),
                lacked=lacked(sheet, data),
            )
        )
    _distinct([b for s in sheets for b in s.blocks], where)
    return tuple(sheets)


def _like(block: Data, written: Mapping[str, Data], where: str) -> Data:
    if "like" not in block:
        return block
    if block["like"] not in written:
        raise FormError(f"{where}：{block['key']} 的 like 指向不存在的 {block['like']}。")
    return {**written[block["like"]], **{k: v for k, v in block.items() if k != "like"}}


def _require_indispensable(sheets: tuple[Sheet, ...], where: str) -> None:
    """What no form can do without: everything that is written names the unit."""
    fields = {(b.key, *cell) for sheet in sheets for b in sheet.blocks for cell in b.fields}
    for block, row, column, what in INDISPENSABLE:
        if (block, row, column) not in fields:
            raise FormError(f"{where}：少了{what}（{block}.{row}.{column}），每种表样都要有。")


def _distinct(blocks: list[Block], where: str) -> None:
    for names in ([b.key for b in blocks], [b.title for b in blocks]):
        double = next((n for n in names if names.count(n) > 1), None)
        if double:
            raise FormError(f"{where}：{double} 出现两次，区块的 key 和标题都不能重复。")


def with_copies(form: Form, copies: int) -> Form:
    """The form with so many copies of its repeated sheets made in advance."""
    sheets = tuple(replace(s, copies=copies) if s.copies else s for s in form.sheets)
    return replace(form, sheets=sheets)
