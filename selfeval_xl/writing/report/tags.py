"""The tags of a Word template: a small part of Jinja2, read one paragraph at a time so that trouble has a place."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment
from msgspec import Struct

from selfeval_xl.writing.report.vocabulary import Kind, vocabulary

SIGNS_OF_ONE = 20_000
LOOK_UP = "运行 selfeval fields 查看可用字段"
CLOSING = {"endif": "if", "endfor": "for"}
BRANCHES = ("elif", "else")
KEYWORDS = ("if", "for", *BRANCHES, *CLOSING)
CONTAINERS = {"p": "段落", "tr": "表格行", "tc": "单元格"}
TAG = re.compile(r"\{\{(?:(?!\{\{|\}\}).)*\}\}|\{%(?:(?!\{%|%\}).)*%\}|\{#(?:(?!\{#|#\}).)*#\}", re.DOTALL)
"""No tag holds the beginning of another: 40,000 beginnings are looked at once each."""
BRACES = re.compile("[{｛﹛]")
_LOOP = {"loop.first": Kind.FLAG, "loop.last": Kind.FLAG, "loop.index": Kind.TEXT}
_LEFT_OVER = re.compile(r"[{｛﹛]\s*[{｛﹛%％﹪#＃]|[}｝﹜%％﹪#＃]\s*[}｝﹜]")
_SINGLE = re.compile(r"\{\s*([a-z_]+(?:\.[a-z_]+)?)\s*\}")
_PARTS = re.compile(r"\{([{%#])(-?)(p|tr|tc|r)?(?=\s)(.*?)(-?)[}%#]\}", re.DOTALL)
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_PARSER = SandboxedEnvironment()


LONGEST, SHOWN, BRACKETS = 300, 30, 5
"""Signs of a tag, how many of them are quoted, and its brackets: the parser takes a dozen calls for each."""


class Trouble(Exception):
    """What is wrong with a tag, and what to do about it."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.remedy = what, remedy


class Tag(Struct, frozen=True):
    """`container`: what the tag stands for as a whole (p, tr, tc), "" inside a text. `keyword`: "" for an output."""

    source: str
    container: str
    keyword: str
    inside: str

    @property
    def expression(self) -> str:
        return self.inside.removeprefix(self.keyword).strip()


def tags(text: str) -> list[Tag]:
    """The tags of one paragraph, in order. Raises Trouble for one that is broken, or a comment, which would vanish."""
    if len(text) > SIGNS_OF_ONE:
        raise Trouble(f"一段超过 {SIGNS_OF_ONE} 个字", "请分成几段")
    rest = TAG.sub("", text)
    if _LEFT_OVER.search(rest):
        raise Trouble("标记不完整或用了全角括号", "请补全成对的 {{ }} 或 {% %}，并用半角符号")
    for single in _SINGLE.finditer(rest):
        if single[1] in vocabulary():
            raise Trouble(f"“{single[0]}”少了一层括号", f"请写成 {{{{ {single[1]} }}}}")
    return [_tag(found[0]) for found in TAG.finditer(text)]


def _tag(source: str) -> Tag:
    if len(source) > LONGEST or source.count("(") > BRACKETS:
        raise Trouble(f"标记“{source[:SHOWN]}…”太长、太复杂", "一个标记里只写一个字段或一个简单的条件")
    if source.startswith("{#"):
        raise Trouble(f"注释“{source}”不会印出", "请删去；要印出的，请去掉 {# 和 #}")
    padded = source if source[2:3] in "- " else re.sub(r"^(\{[{%])(?!p\s|tr\s|tc\s|r\s)", r"\1 ", source)
    found = _PARTS.fullmatch(padded)
    if found is None or found[2] or found[5]:
        raise Trouble(f"不支持“{source}”这种写法", LOOK_UP)
    opening, container, inside = found[1], found[3] or "", found[4].translate(_QUOTES).strip()
    keyword = inside.split(maxsplit=1)[0] if opening == "%" and inside else ""
    if opening == "{" and (container or not inside):
        raise Trouble(f"不支持“{source}”这种写法", "字段请写成 {{ 字段 }}")
    if container and ("%" in inside or "}" in inside):
        raise Trouble(f"“{source}”里有 % 或 }}", f"{{%{container} … %}} 里不能写这两个符号，请换一种写法")
    if opening == "%" and (keyword not in KEYWORDS or container == "r"):
        raise Trouble(f"不支持标记“{source}”", "只能用 if、elif、else、endif、for、endfor")
    return Tag(source, container, keyword, inside)


def condition(tag: Tag, scope: Mapping[str, str]) -> Iterator[str]:
    """The fields that an `if` or `elif` asks for."""
    (node,) = _parse(tag, f"{{% if {tag.expression} %}}{{% endif %}}", nodes.If)
    yield from _asked(tag, node.test, scope)


def loop(tag: Tag, scope: Mapping[str, str]) -> tuple[str, str]:
    """The variable of a `for` and the field that it goes through."""
    (node,) = _parse(tag, f"{{% for {tag.expression} %}}{{% endfor %}}", nodes.For)
    name, kind = _field(tag, node.iter, scope)
    if kind is not Kind.TEXTS:
        raise Trouble(f"“{name}”不是多段文字，不能用 for", LOOK_UP)
    if not isinstance(node.target, nodes.Name) or node.test is not None or node.recursive or node.else_:
        raise Trouble(f"不支持“{tag.source}”这种写法", f"请写成 {{%p for text in {name} %}}")
    if node.target.name in {"loop", *(field.partition(".")[0] for field in vocabulary())}:
        raise Trouble(f"循环的名字“{node.target.name}”与字段重名", f"请写成 {{%p for text in {name} %}}")
    return node.target.name, name


def output(tag: Tag, scope: Mapping[str, str]) -> str:
    """The field that is printed."""
    (found,) = _parse(tag, f"{{{{ {tag.inside} }}}}", nodes.Output)
    if len(found.nodes) != 1:
        raise Trouble(f"不支持“{tag.source}”这种写法", "字段请写成 {{ 字段 }}")
    name, kind = _field(tag, found.nodes[0], scope)
    if kind is Kind.TEXTS:
        raise Trouble(
            f"“{name}”有多段文字", f"请用三段写：{{%p for text in {name} %}}、{{{{ text }}}}、{{%p endfor %}}"
        )
    if kind is Kind.FLAG:
        raise Trouble(f"“{name}”只表示是或否，不能直接写出", f"请用 {{% if {name} %}}…{{% endif %}}")
    return name


def _parse(tag: Tag, source: str, kind: type) -> list[Any]:
    try:
        body = _PARSER.parse(source).body
    except (TemplateSyntaxError, RecursionError, ValueError):
        raise Trouble(f"标记“{tag.source}”写法有误", LOOK_UP) from None
    if len(body) != 1 or not isinstance(body[0], kind):
        raise Trouble(f"标记“{tag.source}”写法有误", LOOK_UP)
    return list(body)


def _asked(tag: Tag, node: nodes.Node, scope: Mapping[str, str]) -> Iterator[str]:
    if isinstance(node, nodes.Const):
        return
    if isinstance(node, nodes.Not | nodes.And | nodes.Or | nodes.Compare | nodes.Operand):
        for child in node.iter_child_nodes():
            yield from _asked(tag, child, scope)
        return
    yield _field(tag, node, scope)[0]


def _field(tag: Tag, node: nodes.Node, scope: Mapping[str, str]) -> tuple[str, Kind]:
    """The field that is named, a loop's variable as the field that it goes through."""
    name = _dotted(node)
    if not name:
        raise Trouble(f"不支持“{tag.source}”这种写法", "标记里只能写字段名，不能运算或加过滤器")
    if name in scope:
        return scope[name], Kind.TEXT
    if name in _LOOP and scope:
        return name, _LOOP[name]
    if name in vocabulary():
        return name, vocabulary()[name].kind
    raise _unknown(name)


def _unknown(name: str) -> Trouble:
    if any(field.startswith(f"{name}.") for field in vocabulary()):
        return Trouble(f"“{name}”是一组字段", f"请写明其中一个，如 {name}.…；{LOOK_UP}")
    if name == "text" or name.startswith("loop."):
        return Trouble(
            f"“{name}”在循环之外", "它的前一段应是 {%p for text in 字段 %}，后一段应是 {%p endfor %}"
        )
    close = difflib.get_close_matches(name, vocabulary(), 1)
    return Trouble(f"没有字段“{name}”", f"是不是“{close[0]}”？{LOOK_UP}" if close else LOOK_UP)


def _dotted(node: nodes.Node) -> str:
    """staff.now; "" for all that is not a plain name."""
    if isinstance(node, nodes.Name):
        return str(node.name)
    if isinstance(node, nodes.Getattr) and (inner := _dotted(node.node)):
        return f"{inner}.{node.attr}"
    return ""
