"""The year's work, a paragraph an item: numbered as the genre does, numerals that people typed made uniform."""

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from selfeval_xl.writing.report.reasons import numeral

_HAN = "一二三四五六七八九十"
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
HAN, BRACKETED_HAN, DIGIT, BRACKETED_DIGIT, CIRCLED, RANKED = range(6)
_SHAPES = (
    re.compile(rf"([{_HAN}]{{1,3}})[、．.](?![{_HAN}])\s*"),
    re.compile(rf"[（(]([{_HAN}]{{1,3}})[）)][、．.]?\s*"),
    re.compile(r"(\d{1,2})\s?[、．.)）](?!\d)\s*"),
    re.compile(r"[（(](\d{1,2})[）)][、．.]?\s*"),
    re.compile(rf"([{_CIRCLED}])[、．.]?\s*"),
    re.compile(rf"([{_HAN}]{{1,3}})是[，,：:]?\s*"),
)
"""How people number a paragraph, in the order of the constants above."""
_BY_DEPTH = (DIGIT, BRACKETED_DIGIT, CIRCLED)
"""What stands below a heading of 一、 and no other."""
_NO_ITEM = re.compile(
    r"\d|[〇○零一二三四五六七八九]{4}年|全年|今年|本年|一年来|去年|年初|总体|总的|同时|此外|另外|综上|下一步|在.{0,30}(?:下|中)[，,]"
)
"""How a paragraph begins that leads, goes on or concludes; a number before digits would also join them."""


class _Item(Struct):
    """One paragraph; `shape` and `number` as typed, None where it has none. `depth` follows from the others."""

    text: str
    shape: int | None = None
    number: int = 0
    depth: int = 0


def uniform(cells: Sequence[Sequence[str]]) -> list[str]:
    """The paragraphs of all cells. Where numerals were typed, each level has one shape, but nothing is numbered anew
    that does not follow 1, 2, 3; where there are none, each cell is numbered, unless one of them is no item."""
    found = [[_item(paragraph) for paragraph in cell] for cell in cells if cell]
    every = [item for cell in found for item in cell]
    if not any(item.shape is not None for item in every):
        return list(_numbered(cells))
    if not _in_order(every):
        return [paragraph for cell in cells for paragraph in cell]
    return list(_renumbered(every))


def _item(paragraph: str) -> _Item:
    for shape, pattern in enumerate(_SHAPES):
        if match := pattern.match(paragraph):
            return _Item(paragraph[match.end() :], shape, _value(match[1]))
    return _Item(paragraph)


def _value(typed: str) -> int:
    if typed in _CIRCLED:
        return _CIRCLED.index(typed) + 1
    if typed.isdigit():
        return int(typed)
    return next((n for n in range(1, 100) if numeral(n) == typed), 0)


def _numbered(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """1.…, 2.… before the first paragraph of each cell; a lead that ends with a colon goes without."""
    lead = 1 if cells and cells[0] and cells[0][-1].endswith(("：", ":")) else 0
    items = [cell for cell in cells[lead:] if cell]
    plain = len(items) < 2 or any(_NO_ITEM.match(cell[0]) for cell in items)
    yield from (paragraph for cell in cells[:lead] for paragraph in cell)
    for number, (first, *rest) in enumerate(items, 1):
        yield first if plain else f"{number}.{first}"
        yield from rest


def _in_order(items: Sequence[_Item]) -> bool:
    """Finds the depth of each; False where the numbers do not follow 1, 2, 3 on every level."""
    open_: list[_Item] = []
    for item in (item for item in items if item.shape is not None):
        follows = [at for at, last in enumerate(open_) if last.number + 1 == item.number]
        alike = [at for at in follows if open_[at].shape == item.shape]
        if item.number == 1:
            item.depth = len(open_)
        elif follows:
            item.depth = (alike or follows)[-1]
        else:
            return False
        open_ = [*open_[: item.depth], item]
    return len({item.depth for item in items}) <= len(_BY_DEPTH)


def _renumbered(items: Sequence[_Item]) -> Iterator[str]:
    """As typed but for signs, where every level has one shape and none looks like the report's own headings."""
    shapes: dict[int, set[int]] = {}
    for item in items:
        if item.shape is not None:
            shapes.setdefault(item.depth, set()).add(item.shape)
    anew = any(len(own) > 1 or HAN in own for own in shapes.values())
    for item in items:
        if item.shape is None:
            yield item.text
        else:
            kept = not anew or shapes[item.depth] == {RANKED}
            yield _mark(item.shape if kept else _BY_DEPTH[item.depth], item.number) + item.text


def _mark(shape: int, number: int) -> str:
    signs = {
        BRACKETED_HAN: f"（{numeral(number)}）",
        DIGIT: f"{number}.",
        BRACKETED_DIGIT: f"（{number}）",
        RANKED: f"{numeral(number)}是",
    }
    return signs.get(shape) or (_CIRCLED[number - 1] if number <= len(_CIRCLED) else f"（{number}）")
