"""A bureau's overlay: a small TOML that says what differs from a form, and in which rules.

It may come out of a workbook that anybody has edited: its vocabulary is closed (`vocabulary`), its size bounded, and it
can name neither files nor code.
"""

import json
import re
from collections.abc import Iterator
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct

from selfeval_xl.errors import FormError
from selfeval_xl.file_names import readable
from selfeval_xl.forms.parsing import parsed
from selfeval_xl.forms.vocabulary import LEVELS, short
from selfeval_xl.given_files import Unreadable, content_of

Data = dict[str, Any]
LONGEST = 32_767
"""Characters: what one cell of a workbook holds."""
BYTES = 4 * LONGEST
REASON = 4
"""Characters at least: a shorter reason says nothing."""
RULE = re.compile(r"[A-Z]\d?-\d\d")
FIXED = "B-00"
"""What is required is said by `required`; and whether a file can be read (R-) no bureau can decide."""


class Adjustment(Struct, frozen=True):
    """What an overlay does to one rule: another `level` (错误, 警告, 提示), or `off`; `why`: its reason."""

    level: str
    off: bool
    why: str


class Overlay(Struct, frozen=True, dict=True):
    """The text as it was given. `name`: the file, or the place in a workbook, for messages."""

    name: str
    text: str

    @cached_property
    def data(self) -> Data:
        """Its tables. Raises FormError: too long, or no TOML."""
        if len(self.text) > LONGEST:
            raise FormError(
                f"{self.name} 有 {len(self.text)} 个字，最多 {LONGEST} 个字；请只写与表样不同的内容。"
            )
        return parsed(self.text, self.name)

    @cached_property
    def code(self) -> str:
        """校验码: eight letters that change with what it says, not with comments or spacing."""
        try:
            said = json.dumps(self.data, sort_keys=True, ensure_ascii=False, default=str)
        except FormError:
            said = self.text
        return "".join(chr(65 + byte % 26) for byte in sha256(said.encode("utf-8", "replace")).digest()[:8])


def read_overlay(path: Path) -> Overlay:
    """The overlay in a file. Raises FormError: there is none, or it is no text."""
    try:
        content = content_of(path, BYTES)
        if len(content) > BYTES:
            raise FormError(f"{readable(path.name)} 太大，不是财政部门的调整方案（最多 {LONGEST} 个字）。")
        text = content.decode("utf-8-sig")
    except Unreadable as trouble:
        raise FormError(f"打不开调整方案「{path}」：它{trouble.what}；{trouble.remedy}。") from trouble
    except UnicodeDecodeError as error:
        raise FormError(
            f"{readable(path.name)} 不是 UTF-8 编码的文本；请用记事本另存为 UTF-8 后再用。"
        ) from error
    return Overlay(readable(path.name), plain_lines(text))


def plain_lines(text: str) -> str:
    """Line ends as they are, whichever program saved the text or the cell."""
    return text.replace("_x000D_", "").replace("\r\n", "\n").replace("\r", "\n").strip("\n") + "\n"


def require_overlay(over: Data, base: Data, where: str) -> None:
    """That it speaks only of what the form has. Raises FormError."""
    for name in over.get("lists", {}):
        _require(name, base["lists"], f"{where}：lists")
    for name in over.get("tree", {}):
        _require(name, base["tree"], f"{where}：tree")
    sheets = {sheet["key"]: sheet for sheet in base["sheet"]}
    written = {block["key"]: block for sheet in base["sheet"] for block in sheet["block"]}
    for sheet in over.get("sheet", ()):
        _require(sheet["key"], sheets, f"{where}：sheet")
        if "repeat" in sheet and "repeat" not in sheets[sheet["key"]]:
            raise FormError(f"{where}：{sheet['key']} 只有一张，不能写 repeat。")
        own = [block["key"] for block in sheets[sheet["key"]]["block"]]
        for block in sheet.get("block", ()):
            _require(block["key"], own, f"{where}：{sheet['key']} 的 block")
            _require_lines(block, written, f"{where}：{block['key']}")


def _require_lines(over: Data, written: Data, where: str) -> None:
    """Every column and row that is named is there: a misspelt one would be a new one, or ask for nothing."""
    block = written[over["key"]]
    whole = {**written[block["like"]], **block} if "like" in block else block
    columns = [column["key"] for column in whole["columns"]]
    for level in ("columns", "rows"):
        if over.get(level) and level not in block:
            raise FormError(f"{where} 的 {level} 与 {block['like']} 相同，请改 {block['like']} 的。")
        for item in over.get(level, ()):
            _require(item["key"], [line["key"] for line in whole[level]], f"{where} 的 {level}")
            if "many" in item and not next(
                line.get("many") for line in whole["rows"] if line["key"] == item["key"]
            ):
                raise FormError(f"{where}.{item['key']} 只有一行，不能写 many。")
            for key in ("required", "expected", "is"):
                said = item.get(key)
                for name in said if isinstance(said, list | dict) else ():
                    _require(name, columns, f"{where}.{item['key']} 的 {key}")
            if isinstance(item.get("required"), str):
                _require(item["required"], written, f"{where}.{item['key']} 的 required")


def _require(name: str, known: Any, where: str) -> None:
    if name not in known:
        raise FormError(f"{where} 中没有 {short(name)}，表样里有：{'、'.join(known)}。")


def adjustments(data: Data, where: str) -> dict[str, Adjustment]:
    """What the table `rules` says, by rule. Raises FormError: a wrong id or level, no reason."""
    return dict(_adjustments(data.get("rules", {}), where))


def _adjustments(rules: Data, where: str) -> Iterator[tuple[str, Adjustment]]:
    for rule, said in rules.items():
        at = f"{where}：规则 {short(rule)}"
        if not RULE.fullmatch(rule):
            raise FormError(f"{at} 的编号写法不对，应如 A1-05。")
        if rule == FIXED or rule.startswith("R-"):
            raise FormError(f"{at} 不能调整：它说的是文件能否读懂、是否填完；必填与否用 required 调整。")
        level, off, why = said.get("level", ""), said.get("off", False), said["why"].strip()
        if bool(level) == off:
            raise FormError(f"{at} 只能写 level（{'、'.join(LEVELS)}）或 off = true 之一。")
        if level and level not in LEVELS:
            raise FormError(f"{at} 的级别 {short(level)} 没有，可用：{'、'.join(LEVELS)}。")
        if len(why) < REASON:
            raise FormError(f"{at} 缺少调整的理由：why 请写明依据，如文号或会议纪要。")
        yield rule, Adjustment(level, off, " ".join(why.split()))
