"""From TOML to a Form: closed vocabulary, `like`, `extends`, names resolved; every error names file, key and reason."""

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from selfeval_xl.errors import FormError
from selfeval_xl.forms.fields import build_block
from selfeval_xl.forms.model import Block, Form, Sheet
from selfeval_xl.forms.vocabulary import VOCABULARY

Data = dict[str, Any]
FOLDER = resources.files("selfeval_xl.forms")


def available() -> list[str]:
    """The ids of the forms in the package, the newest last."""
    return sorted(p.name.removesuffix(".toml") for p in FOLDER.iterdir() if p.name.endswith(".toml"))


def load(form: str | Path = "hunan-2023", year: int | None = None) -> Form:
    """A form by its id, or a bureau's overlay by its path, for a fiscal year (default: its last).

    Raises FormError: unknown id, unreadable TOML, an unknown key, a name that leads nowhere.
    """
    return _loaded(form, year) if isinstance(form, Path) else _packaged(form, year)


@lru_cache(maxsize=8)
def _packaged(form: str, year: int | None) -> Form:
    """A form of the package is the same for every workbook of a run."""
    return _loaded(form, year)


def _loaded(form: str | Path, year: int | None) -> Form:
    data, where, changes = _source(form)
    _check(data, "form", where)
    _, last = data["years"]
    year = last if year is None else year
    if not 2000 <= year <= 2100:
        raise FormError(f"{where}：年度 {year} 不合理，请写四位年份，如 {last}。")
    sheets = _sheets(_labelled(data, year), where)
    return Form(
        id=data["id"],
        title=data["title"],
        source=data["source"],
        year=year,
        settings=data["settings"],
        lists={k: tuple(v) for k, v in data["lists"].items()},
        tree={k: tuple(v) for k, v in data["tree"].items()},
        sheets=sheets,
        guide=tuple((head, text) for head, text in _labelled(data["guide"], year)),
        changes=changes,
    )


def _source(form: str | Path) -> tuple[Data, str, tuple[str, ...]]:
    if isinstance(form, str) and form not in available():
        raise FormError(f"没有表样 {form}，可用的有：{'、'.join(available())}。")
    name = form.name if isinstance(form, Path) else f"{form}.toml"
    data = _toml(form.read_bytes() if isinstance(form, Path) else (FOLDER / name).read_bytes(), name)
    if "extends" not in data:
        return data, name, ()
    base, _, _ = _source(str(data.pop("extends")))
    return merged(base, data), name, tuple(_changes(base, data, ""))


def _toml(content: bytes, name: str) -> Data:
    try:
        return tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise FormError(f"{name} 不是合格的 TOML 文件：{error}") from error


def merged(base: Any, over: Any) -> Any:
    """`over` laid on `base`: tables key by key, lists of keyed tables by their `key`, all else replaced."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: merged(base[k], v) if k in base else v for k, v in over.items()}}
    if _keyed(base) and _keyed(over):
        by_key = {item["key"]: item for item in over}
        known = {item["key"] for item in base}
        kept = [merged(item, by_key.get(item["key"], {})) for item in base]
        return kept + [item for item in over if item["key"] not in known]
    return over


def _keyed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "key" in v for v in value)


def _changes(base: Any, over: Any, path: str) -> list[str]:
    """A line for each value that the overlay sets: settings.change_rate：0.2 → 0.3"""
    if isinstance(over, dict):
        known = base if isinstance(base, dict) else {}
        inside = ((k, known.get(k), v) for k, v in over.items() if k != "key")
        return [line for k, old, new in inside for line in _changes(old, new, f"{path}.{k}".lstrip("."))]
    if _keyed(over):
        known = {item["key"]: item for item in base} if _keyed(base) else {}
        return [line for v in over for line in _changes(known.get(v["key"], {}), v, f"{path}.{v['key']}")]
    return [f"{path}：{'（无）' if base is None else base} → {over}"]


def _labelled(value: Any, year: int) -> Any:
    """{year} and {last} in every text."""
    if isinstance(value, dict):
        return {k: _labelled(v, year) for k, v in value.items()}
    if isinstance(value, list):
        return [_labelled(v, year) for v in value]
    if isinstance(value, str):
        return value.replace("{year}", str(year)).replace("{last}", str(year - 1))
    return value


def _check(data: Data, level: str, where: str) -> None:
    """Unknown, missing or wrongly typed keys. Raises FormError."""
    allowed = VOCABULARY[level]
    for key in data:
        if key not in allowed:
            raise FormError(f"{where}：{level} 中的 {key} 不在词汇表内，可用：{'、'.join(sorted(allowed))}。")
    for key, rule in allowed.items():
        if rule.required and key not in data:
            raise FormError(f"{where}：{level} {data.get('key', '')} 缺少 {key}。")
        if key in data and not isinstance(data[key], rule.types):
            raise FormError(f"{where}：{level} {data.get('key', '')} 的 {key} 类型不对：{data[key]!r}。")
        if rule.inside and key in data:
            for item in data[key]:
                _check(item, rule.inside, where)


def _sheets(data: Data, where: str) -> tuple[Sheet, ...]:
    written: Data = {b["key"]: b for sheet in data["sheet"] for b in sheet["block"]}
    sheets = []
    for sheet in data["sheet"]:
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


def _distinct(blocks: list[Block], where: str) -> None:
    for names in ([b.key for b in blocks], [b.title for b in blocks]):
        double = next((n for n in names if names.count(n) > 1), None)
        if double:
            raise FormError(f"{where}：{double} 出现两次，区块的 key 和标题都不能重复。")


def with_copies(form: Form, copies: int) -> Form:
    """The form with so many copies of its repeated sheets made in advance."""
    sheets = tuple(replace(s, copies=copies) if s.copies else s for s in form.sheets)
    return replace(form, sheets=sheets)
