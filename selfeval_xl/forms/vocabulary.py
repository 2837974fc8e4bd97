"""The closed vocabulary of a form's TOML and of an overlay's: which keys may stand where, and of what type and size."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.errors import FormError

Types = type | tuple[type, ...]


class Key(Struct, frozen=True):
    """`inside`: the level of the tables that it lists; `each`: the type of its items or values; `leaf`: of what is in
    it, no deeper than `depth` lists or tables; `least`, `most`: bounds of a number; `longest`: characters of a text;
    `among`: the only texts that there are."""

    types: Types
    required: bool = False
    inside: str = ""
    each: Types = ()
    leaf: Types = ()
    depth: int = 1
    least: int = 0
    most: int = 10_000
    longest: int = 1_000
    among: tuple[str, ...] = ()


LEVELS = ("错误", "警告", "提示")
"""The levels of a rule, the gravest first."""
NO_TEXT = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\ufffe\uffff]")
FORMULA = {
    "from": Key((str, dict), leaf=str),
    "is": Key((str, dict), leaf=str),
    "sum": Key((list, dict), leaf=str, depth=2),
    "pick": Key((str, dict), leaf=str),
    "rank": Key(dict, leaf=str),
}
SINCE = Key(int, least=2, most=99)
"""The edition of the template that added it."""
CHOICES = Key((str, list), leaf=str)
HINT = Key(str, longest=255)
"""What Excel shows beside a cell."""
CELL = {
    "kind": Key(str),
    "choices": CHOICES,
    "locked": Key(bool),
    "signed": Key(bool),
    "decisive": Key(bool),
    "free": Key(bool),
    "hint": HINT,
    "since": SINCE,
    "computed_since": SINCE,
    **FORMULA,
}
MANY = Key(int, least=1, most=200)
WIDTH = Key(int, least=4, most=120)
COPIES = Key(int, least=1, most=99)
REQUIRED = Key((bool, list, str), leaf=(bool, str))
ALIASES = Key(list, leaf=str)
COLOUR = Key(str, longest=7)
ANNEXES = ("", "1", "2", "3", "4", "5", "6")
"""The annexes that are drawn, and "" for a sheet of the template alone."""
LISTS = Key(dict, each=list, leaf=str, depth=2)

VOCABULARY: dict[str, dict[str, Key]] = {
    "form": {
        "id": Key(str, required=True),
        "title": Key(str, required=True),
        "source": Key(str, required=True),
        "years": Key(list, required=True, leaf=int),
        "edition": Key(int, least=1, most=99),
        "settings": Key(dict, required=True),
        "setting_names": Key(dict, required=True, each=list, leaf=str, depth=2),
        "lists": Key(dict, required=True, each=list, leaf=str, depth=2),
        "tree": Key(dict, required=True, each=list, leaf=str, depth=2),
        "guide": Key(list, required=True, each=list, leaf=str, depth=2),
        "sheet": Key(list, required=True, inside="sheet"),
    },
    "sheet": {
        "key": Key(str, required=True),
        "name": Key(str, required=True),
        "title": Key(str, required=True),
        "aliases": ALIASES,
        "annex": Key(str, among=ANNEXES),
        "colour": COLOUR,
        "repeat": COPIES,
        "since": SINCE,
        "block": Key(list, required=True, inside="block"),
    },
    "block": {
        "key": Key(str, required=True),
        "title": Key(str, required=True),
        "aliases": ALIASES,
        "like": Key(str),
        "hide": Key(list, leaf=str),
        "unit": Key(str, among=("book", "万元")),
        "labels": Key(list, leaf=str),
        "explain": Key(dict, leaf=(str, bool)),
        "required": Key(bool),
        "print": Key(str, among=("inline", "no")),
        "sparse": Key(bool),
        "note": Key(str),
        "since": SINCE,
        "columns": Key(list, inside="column"),
        "rows": Key(list, inside="row"),
    },
    "column": {
        "key": Key(str, required=True),
        "label": Key(str, required=True),
        "aliases": ALIASES,
        "width": WIDTH,
        "required": Key(bool),
        **CELL,
    },
    "row": {
        "key": Key(str, required=True),
        "label": Key(str),
        "aliases": ALIASES,
        "many": MANY,
        "indent": Key(int, most=9),
        "only": Key(list, leaf=str),
        "required": REQUIRED,
        "expected": Key(list, leaf=str),
        **CELL,
    },
    # An overlay changes numbers, words and what is asked for, of what the form has; neither structure nor links.
    "overlay": {
        "extends": Key(str, required=True),
        "id": Key(str, longest=60),
        "title": Key(str, longest=60),
        "source": Key(str),
        "settings": Key(dict),
        "lists": LISTS,
        "tree": LISTS,
        "guide": Key(list, each=list, leaf=str, depth=2),
        "sheet": Key(list, inside="overlay sheet"),
        "rules": Key(dict, inside="overlay rule"),
        "explained_errors": Key(bool),
    },
    "overlay sheet": {
        "key": Key(str, required=True),
        "title": Key(str, longest=60),
        "repeat": COPIES,
        "block": Key(list, inside="overlay block"),
    },
    "overlay block": {
        "key": Key(str, required=True),
        "title": Key(str, longest=60),
        "required": Key(bool),
        "note": Key(str),
        "columns": Key(list, inside="overlay column"),
        "rows": Key(list, inside="overlay row"),
    },
    "overlay column": {
        "key": Key(str, required=True),
        "label": Key(str, longest=60),
        "width": WIDTH,
        "required": Key(bool),
        "choices": CHOICES,
        "hint": HINT,
        "is": Key(str),
    },
    "overlay row": {
        "key": Key(str, required=True),
        "label": Key(str, longest=60),
        "many": MANY,
        "required": REQUIRED,
        "expected": Key(list, leaf=str),
        "choices": CHOICES,
        "hint": HINT,
        "is": FORMULA["is"],
    },
    "overlay rule": {
        "level": Key(str),
        "off": Key(bool),
        "why": Key(str, required=True, longest=300),
    },
}
SHOWN = 40
EDITED = ("sheet", "block", "column", "row")
"""What an edition can drop, add or move; it states only what differs, so that nothing but the key is required."""
EDITION = {"drop": Key(bool), "after": Key(str)}


def _edition(level: str) -> dict[str, Key]:
    """The words of a level in an edition."""
    keys = {name: replace(key, required=name == "key") for name, key in VOCABULARY[level].items()}
    below = {name: replace(key, inside=f"edition {key.inside}") for name, key in keys.items() if key.inside}
    return {**keys, **below, **(EDITION if level in EDITED else {"extends": Key(str, required=True)})}


VOCABULARY |= {f"edition {level}": _edition(level) for level in EDITED}
VOCABULARY["edition"] = _edition("form")
CALLED = {
    "form": "表样",
    "edition": "表样",
    "edition sheet": "工作表",
    "edition block": "区块",
    "edition column": "列",
    "edition row": "行",
    "sheet": "工作表",
    "block": "区块",
    "column": "列",
    "row": "行",
    "overlay": "方案",
    "overlay sheet": "工作表（sheet）",
    "overlay block": "区块（block）",
    "overlay column": "列（columns）",
    "overlay row": "行（rows）",
    "overlay rule": "规则（rules）",
}
"""The levels in words, with the key that stands in the file."""


def require_known(data: Any, level: str, where: str) -> None:
    """No key that is unknown, missing, of the wrong type or out of bounds, at this level and below. Raises FormError."""
    if not isinstance(data, dict):
        raise FormError(f"{where}：{CALLED[level]}应是一组“键 = 值”，不能是 {short(data)}。")
    allowed = VOCABULARY[level]
    for key in data:
        if key not in allowed:
            raise FormError(
                f"{where}：{CALLED[level]}中的 {short(key)} 不在词汇表内，可用：{'、'.join(sorted(allowed))}。"
            )
    at = f"{where}：{CALLED[level]}{short(data.get('key', ''))}"
    for key, rule in allowed.items():
        if rule.required and key not in data:
            raise FormError(f"{at} 缺少 {key}。")
        if key in data:
            _require_type(data[key], rule, f"{at} 的 {key}")
            for item in _items(data[key]) if rule.inside else ():
                require_known(item, rule.inside, where)


def _require_type(value: Any, rule: Key, at: str) -> None:
    nested = isinstance(value, list | dict)
    inside = list(_items(value)) if nested else []
    leaves = list(_leaves(value, rule.depth)) if rule.leaf or not nested else []
    if not _is(value, rule.types) or (rule.each and not all(_is(item, rule.each) for item in inside)):
        raise FormError(f"{at} 类型不对：{short(value)}。")
    if rule.leaf and not all(_is(leaf, rule.leaf) for leaf in leaves):
        raise FormError(f"{at} 里的值类型不对：{short(value)}。")
    for leaf in leaves:
        if isinstance(leaf, str) and (len(leaf) > rule.longest or NO_TEXT.search(leaf)):
            raise FormError(f"{at} 的文字太长（最多 {rule.longest} 个字）或含有控制字符：{short(leaf)}。")
        if rule.among and leaf not in rule.among:
            raise FormError(f"{at} 没有 {short(leaf)}，可用：{'、'.join(filter(None, rule.among))}。")
        if isinstance(leaf, int) and not rule.least <= leaf <= rule.most:
            raise FormError(f"{at} 应在 {rule.least} 至 {rule.most} 之间：{short(leaf)}。")


def _is(value: Any, types: Types) -> bool:
    """true and false are no numbers."""
    known = types if isinstance(types, tuple) else (types,)
    return isinstance(value, known) and (bool in known or not isinstance(value, bool))


def _items(value: Any) -> Iterable[Any]:
    return value.values() if isinstance(value, Mapping) else value


def _leaves(value: Any, depth: int) -> Iterator[Any]:
    """What is in it, a list or table that lies deeper as itself."""
    if isinstance(value, list | dict) and depth > 0:
        for item in _items(value):
            yield from _leaves(item, depth - 1)
    else:
        yield value


def short(value: object, most: int = SHOWN) -> str:
    """A value as a message may quote it, whatever somebody has put there."""
    text = " ".join(f"{value}".split())
    return text if len(text) <= most else text[:most] + "…"
