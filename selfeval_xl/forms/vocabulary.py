"""The closed vocabulary of a form's TOML: which keys may stand where, and of what type."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Key:
    types: type | tuple[type, ...]
    required: bool = False
    inside: str = ""
    """The level of the tables that this key lists."""


NUMBER = (int, float)
FORMULA = {
    "from": Key((str, dict)),
    "is": Key((str, dict)),
    "sum": Key((list, dict)),
    "pick": Key((str, dict)),
    "rank": Key(dict),
}
CELL = {
    "kind": Key(str),
    "choices": Key((str, list)),
    "locked": Key(bool),
    "signed": Key(bool),
    "decisive": Key(bool),
    "hint": Key(str),
    **FORMULA,
}

VOCABULARY: dict[str, dict[str, Key]] = {
    "form": {
        "id": Key(str, required=True),
        "title": Key(str, required=True),
        "source": Key(str, required=True),
        "years": Key(list, required=True),
        "settings": Key(dict, required=True),
        "lists": Key(dict, required=True),
        "tree": Key(dict, required=True),
        "guide": Key(list, required=True),
        "sheet": Key(list, required=True, inside="sheet"),
    },
    "sheet": {
        "key": Key(str, required=True),
        "name": Key(str, required=True),
        "title": Key(str, required=True),
        "annex": Key(str),
        "colour": Key(str),
        "repeat": Key(int),
        "block": Key(list, required=True, inside="block"),
    },
    "block": {
        "key": Key(str, required=True),
        "title": Key(str, required=True),
        "like": Key(str),
        "hide": Key(list),
        "unit": Key(str),
        "labels": Key(list),
        "explain": Key(dict, inside=""),
        "required": Key(bool),
        "print": Key(str),
        "sparse": Key(bool),
        "note": Key(str),
        "columns": Key(list, inside="column"),
        "rows": Key(list, inside="row"),
    },
    "column": {
        "key": Key(str, required=True),
        "label": Key(str, required=True),
        "width": Key(int),
        "required": Key(bool),
        **CELL,
    },
    "row": {
        "key": Key(str, required=True),
        "label": Key(str),
        "many": Key(int),
        "indent": Key(int),
        "only": Key(list),
        "required": Key((bool, list, str)),
        "expected": Key(list),
        **CELL,
    },
}
