"""TOML that a person has written, as tables: what is wrong with it is told in the user's language, with its line."""

import re
import tomllib
from typing import Any

from selfeval_xl.errors import FormError
from selfeval_xl.forms.vocabulary import short

DEEPEST = 20
"""Tables within tables; a form needs 8. What goes deeper would end every walk through it."""
LARGEST = 10**15
_PLACE = re.compile(r" \(at (?:line (?P<line>\d+), column \d+|end of document)\)$")
_FAULTS = (
    (r"Cannot|Duplicate", "同一个键、同一组写了两次，请合并"),
    (r"Unterminated|Illegal character '\\n'", "文字的引号没有成对，请补上"),
    (r"Illegal character", "有看不见的控制字符，请删去后重新输入"),
    (r"Unclosed array|Expected '\]+'", "方括号没有成对，请补上"),
    (r"Unclosed inline table", "花括号没有成对，请补上"),
    (r"Expected '='", "键的后面缺少等号，请补上"),
    (r"Unescaped|Escaped|Invalid hex", "反斜线的写法不对，请写成两个反斜线，或改用单引号"),
    (r"Invalid date", "日期的写法不对，请写成 2024-05-20 的样子"),
    (r"Expected newline", "后面有多余的内容，请一行只写一项，数不带单位"),
    (r"Found|Invalid (?:initial|statement)", "键的写法不对，键用半角字母，中文的键要放在半角引号里"),
    (r"Invalid value", "值的写法不对，文字要放在半角引号里，数不带单位"),
)
"""How Python's messages begin, and what they mean to who wrote it."""


def parsed(text: str, name: str) -> dict[str, Any]:
    """The tables. Raises FormError: no TOML (which line, what to do), tables without end, a number without end."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormError(f"{name} 不是合格的 TOML 文件：{_fault(f'{error}', text)}。") from error
    except ValueError as error:  # Python takes no decimal number of more than 4,300 digits
        raise FormError(f"{name} 不是合格的 TOML 文件：有一个数太长，请改短。") from error
    except RecursionError as error:
        raise FormError(f"{name}：括号套得太深，不能读。") from error
    _require_bounded(data, name)
    return data


def _fault(said: str, text: str) -> str:
    """第3行“change_rate = 30%”值的写法不对…"""
    found = _PLACE.search(said)
    number = int(found["line"]) if found and found["line"] else 0
    lines = text.split("\n")
    shown = "".join(sign for sign in lines[number - 1] if sign.isprintable())
    place = f"第{number}行“{short(shown)}”" if number else "文件末尾"
    fault = next((what for start, what in _FAULTS if re.match(start, said)), "写法有误，请对照样例改正")
    return f"{place}{fault}"


def _require_bounded(data: dict[str, Any], name: str) -> None:
    """One level after the other: a dotted key of 8,000 parts is as many tables within tables."""
    level: list[Any] = [data]
    for _ in range(DEEPEST):
        inside = [item for value in level if isinstance(value, dict) for item in value.values()]
        level = inside + [item for value in level if isinstance(value, list) for item in value]
        if any(isinstance(item, int) and abs(item) >= LARGEST for item in level):
            raise FormError(f"{name} 里有一个数太大；请改为实际的数。")
        if not level:
            return
    raise FormError(f"{name}：括号或带点的键套得太深，不能读。")
