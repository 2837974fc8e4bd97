"""The options that several commands have, and what they name."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import selfeval_xl
from selfeval_xl.errors import FormError, UserError

if TYPE_CHECKING:
    from selfeval_xl.forms import Form, Overlay
    from selfeval_xl.reading.reader import Annexed

PATH = click.Path(path_type=Path, readable=False)
"""Whoever opens it says why it cannot: click would call a file without permission a wrong command."""
SOURCES = click.argument("sources", nargs=-1, required=True, type=PATH, metavar="填报.xlsx...")
FORM = click.option(
    "--form", "form_id", metavar="表样", help="文件里没有注明表样时（如官方附件文件），指明用哪一种。"
)
WITH = click.option(
    "--with",
    "more",
    multiple=True,
    type=PATH,
    metavar="文件",
    help="主文件是填报模板的：同时核对的决算、预算、指标明细、上年填报；是官方附件的：其余的附件文件。逐个写。",
)
YEAR = click.option("--year", type=int, metavar="年度", help="官方附件的标题里没有年度时，指明哪一年。")
OVERLAY = click.option(
    "--overlay",
    type=PATH,
    metavar="方案.toml",
    help="按财政部门下发的调整方案（界限、级别、停用的规则等）。",
)
DUE = click.option(
    "--due",
    callback=lambda context, option, text: None if text is None else day(text),
    metavar="日期",
    help="退回意见中的期限，写成“年-月-日”，如 2026-05-20。",
)
JSON = click.option("--json", "as_json", is_flag=True, help="结果按 JSON 输出到标准输出（金额单位：万元）。")


def day(text: str) -> date:
    """Raises UserError: no day, or one that is written otherwise than 2026-05-20."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise UserError(f"期限 {text} 不是日期；请写成 2026-05-20 的样子。") from None


def form_of(form_id: str | None, overlay: Path | None) -> "Form | Overlay | None":
    """What is read by: a form where one is named, an overlay on the form that the file names, or what the file says."""
    from selfeval_xl.forms import load

    named = chosen(form_id, overlay)
    return load(named) if isinstance(named, str) else named


def witnesses_of(sources: Sequence[Path], form_id: str | None, more: Sequence[Path]) -> tuple[Path, ...]:
    """The files of `--with` beside a filled template: other official files, which it is held against."""
    if not more or form_id or len(sources) > 1:
        return ()
    return tuple(more)


def annexed_of(
    sources: Sequence[Path], form_id: str | None, more: Sequence[Path], year: int | None
) -> "Annexed":
    """Raises UserError: files that belong to one unit's annexes, but which unit's is not said."""
    if year and not form_id:
        raise UserError("--year 用于官方附件文件，须同时用 --form 指明表样，如 --form hunan-2023。")
    if more and len(sources) > 1:
        raise UserError("用 --with 时只能写一个主文件，其余文件都写在 --with 后面。")
    return selfeval_xl.annexed(more if form_id else (), year)


def chosen(form_id: str | None, overlay: Path | None) -> "str | Overlay | None":
    """Raises FormError: an overlay of another form than the one that is named."""
    given = selfeval_xl.overlay(overlay) if overlay else None
    if given and form_id and given.data["extends"] != form_id:
        raise FormError(f"{given.name} 调整的是表样 {given.data['extends']}，不是 --form 指明的 {form_id}。")
    return given or form_id
