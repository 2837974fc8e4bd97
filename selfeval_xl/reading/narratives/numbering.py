"""The numerals that Word's lists print before paragraphs (numbering.xml, through styles)."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from selfeval_xl.reading.packages import Parts
from selfeval_xl.word_markup import W, parsed

_DIGITS = "零一二三四五六七八九"
_CHINESE = (
    "chineseCounting",
    "chineseCountingThousand",
    "taiwaneseCountingThousand",
    "japaneseCounting",
    "ideographTraditional",
)
_LEVELS = 9


class Style(Struct, frozen=True):
    based_on: str
    list_id: str | None
    level: int | None
    outline: int | None


class Level(Struct, frozen=True):
    form: str
    text: str
    start: int


class Numbering(Struct):
    """`lists`: list → its abstract one and its own starts; `counts`: how far each abstract list has come."""

    styles: Mapping[str, Style]
    levels: Mapping[str, Mapping[int, Level]]
    lists: Mapping[str, str]
    restarts: Mapping[str, Mapping[int, int]]
    default: str
    counts: dict[str, list[int | None]]
    begun: set[str]

    @classmethod
    def of(cls, parts: Parts) -> "Numbering":
        numbering, styles = _tree(parts, "word/numbering.xml"), _tree(parts, "word/styles.xml")
        found = (
            {} if styles is None else {s.get(f"{W}styleId", ""): _style(s) for s in styles.iter(f"{W}style")}
        )
        default = "" if styles is None else _default(styles)
        levels, lists, restarts = {}, {}, {}
        for abstract in [] if numbering is None else numbering.iter(f"{W}abstractNum"):
            levels[abstract.get(f"{W}abstractNumId", "")] = {
                _number(lvl.get(f"{W}ilvl")) or 0: _level(lvl) for lvl in abstract.iter(f"{W}lvl")
            }
        for num in [] if numbering is None else numbering.iter(f"{W}num"):
            key = num.get(f"{W}numId", "")
            lists[key] = _val(num.find(f"{W}abstractNumId")) or ""
            restarts[key] = {
                _number(o.get(f"{W}ilvl")) or 0: _number(_val(o.find(f"{W}startOverride"))) or 1
                for o in num.iter(f"{W}lvlOverride")
                if o.find(f"{W}startOverride") is not None
            }
        return cls(found, levels, lists, restarts, default, {}, set())

    def of_paragraph(self, paragraph: Any) -> tuple[int, str]:
        """Its outline level (0: none) and the numeral before it; counts on."""
        properties = paragraph.find(f"{W}pPr")
        style = self.default
        if properties is not None:
            style = _val(properties.find(f"{W}pStyle")) or style
        own = properties.find(f"{W}numPr") if properties is not None else None
        list_id, level, outline = self._through(style)
        if own is not None:
            list_id = _val(own.find(f"{W}numId")) or list_id
            level = _number(_val(own.find(f"{W}ilvl"))) if own.find(f"{W}ilvl") is not None else level
        own_outline = None if properties is None else _number(_val(properties.find(f"{W}outlineLvl")))
        outline = own_outline if own_outline is not None else outline
        heading = 0 if outline is None or outline > 8 else outline + 1
        return heading, self._counted(list_id, level or 0) if list_id and list_id != "0" else ""

    def _through(self, style: str) -> tuple[str | None, int | None, int | None]:
        list_id: str | None = None
        level: int | None = None
        outline: int | None = None
        for _ in range(20):  # a style may be based on itself
            known = self.styles.get(style)
            if known is None:
                break
            list_id = known.list_id if list_id is None else list_id
            level = known.level if level is None else level
            outline = known.outline if outline is None else outline
            style = known.based_on
        return list_id, level, outline

    def _counted(self, list_id: str, level: int) -> str:
        abstract = self.lists.get(list_id)
        levels = self.levels.get(abstract or "", {})
        if abstract is None or level not in levels:
            return ""
        counts = self.counts.setdefault(abstract, [None] * _LEVELS)
        if list_id not in self.begun:
            self.begun.add(list_id)
            for at, start in self.restarts.get(list_id, {}).items():
                counts[at:] = [start - 1, *[None] * (_LEVELS - at - 1)]
        now = counts[level]
        counts[level] = levels[level].start if now is None else now + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        text = levels[level].text
        for at in range(_LEVELS):
            if f"%{at + 1}" in text and at in levels:
                value = counts[at] if counts[at] is not None else levels[at].start
                text = text.replace(f"%{at + 1}", _written(value or 0, levels[at].form))
        return text


def _tree(parts: Parts, name: str) -> Any:
    if name not in parts or parts[name].broken:
        return None
    return parsed(parts[name].data)


def _val(element: Any) -> str | None:
    return None if element is None else element.get(f"{W}val")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdigit() and len(text) < 6 else None


def _default(styles: Any) -> str:
    for style in styles.iter(f"{W}style"):
        if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true"):
            return str(style.get(f"{W}styleId", ""))
    return ""


def _style(style: Any) -> Style:
    numbered = style.find(f"{W}pPr/{W}numPr")
    return Style(
        _val(style.find(f"{W}basedOn")) or "",
        None if numbered is None else _val(numbered.find(f"{W}numId")),
        None if numbered is None else _number(_val(numbered.find(f"{W}ilvl"))),
        _number(_val(style.find(f"{W}pPr/{W}outlineLvl"))),
    )


def _level(level: Any) -> Level:
    return Level(
        _val(level.find(f"{W}numFmt")) or "decimal",
        _val(level.find(f"{W}lvlText")) or "",
        _number(_val(level.find(f"{W}start"))) or 1,
    )


def _written(number: int, form: str) -> str:
    return chinese(number) if form in _CHINESE else str(number)


def chinese(number: int) -> str:
    """1 → 一, 12 → 十二, 99 → 九十九; beyond that in digits."""
    if not 0 < number < 100:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return head + (_DIGITS[ones] if ones else "")
