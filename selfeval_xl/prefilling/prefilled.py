"""A new template with what the witnesses say: colours, comments, and the sheet 取数来源."""

from collections.abc import Mapping

from msgspec import Struct

from selfeval_xl.filing import Key, book_scale
from selfeval_xl.forms import Form
from selfeval_xl.layout import entry
from selfeval_xl.prefilling.origin_sheet import DRAFTED, PREFILLED, SHEET, draw, origin
from selfeval_xl.prefilling.placing import Grid, Typed, place
from selfeval_xl.witnesses.facts import Untold
from selfeval_xl.witnesses.joining import Joined
from selfeval_xl.writing.pages import Pages
from selfeval_xl.writing.template.filling import MONEY_UNIT
from selfeval_xl.writing.template.workbook import fill


class Prefilled(Struct, frozen=True):
    """The workbook, and what is in it: cells, and what could not be filled."""

    content: bytes
    typed: tuple[Typed, ...]
    left: tuple[Untold, ...]
    scale: int
    """分 in one unit of the book's money."""


def prefilled(form: Form, joined: Joined) -> Prefilled:
    """The book's unit of money is last year's, 万元 without it."""
    said = {fact.concept: fact.text for fact in joined.drafts}
    money_unit = said.get("unit.money_unit.value", "万元")
    places = {key: where for sheet in entry(form) for key, where in sheet.places().items()}
    scale = book_scale(money_unit)
    placed = place(joined, Grid(form, scale, places, {}))
    values: dict[Key, object] = {one.key: one.value for one in placed.typed}
    values.setdefault(MONEY_UNIT, money_unit)

    def beside(book: Pages) -> None:
        draw(book.page(SHEET), form, joined, placed.typed, placed.left)

    content = fill(form, values, origins(placed.typed), beside)
    return Prefilled(content, placed.typed, placed.left, scale)


def origins(typed: tuple[Typed, ...]) -> Mapping[Key, tuple[str, str]]:
    """Colour and comment of each cell."""
    return {one.key: (DRAFTED if one.draft else PREFILLED, _comment(one)) for one in typed}


def _comment(one: Typed) -> str:
    said = [origin(fact) for fact in one.facts[:1]]
    if len(one.facts) > 1:
        said.append(f"另有 {len(one.facts) - 1} 处一致，见“{SHEET}”")
    if one.draft:
        said.append("草稿，请核实")
    return "\n".join([*said, *filter(None, (one.note,))])
