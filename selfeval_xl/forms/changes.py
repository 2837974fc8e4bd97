"""What an edition or a bureau's overlay changed, as people read it: one line a change."""

from collections.abc import Iterator, Mapping
from typing import Any

from selfeval_xl.forms.model import Form
from selfeval_xl.forms.settings import shown
from selfeval_xl.money import exact, plain

Data = Mapping[str, Any]
WORDS = {
    "title": "标题",
    "label": "名称",
    "required": "必填",
    "expected": "应填",
    "choices": "下拉选项",
    "hint": "填写提示",
    "is": "计算方法",
    "note": "表下说明",
    "many": "预留行数",
    "repeat": "预留张数",
    "width": "列宽",
    "name": "工作表名",
    "colour": "标签颜色",
}
"""Keys of a TOML in words; those of an edition that are not here stand as they are."""
NOTHING = "（无）"


def changes(base: Data, over: Data) -> Iterator[str]:
    """A line for each value that the overlay sets, rules apart: 执行数与年初预算差异率界限，超过须说明：20% → 30%"""
    names = base["setting_names"]
    for name, value in over.get("settings", {}).items():
        label, unit, _ = names.get(name, (name, "", ""))
        old = base["settings"].get(name)
        yield f"{label}：{NOTHING if old is None else shown(old, unit)} → {shown(value, unit)}"
    for name, values in over.get("lists", {}).items():
        yield f"下拉列表{name}：{_said(base['lists'].get(name))} → {_said(values)}"
    for name, values in over.get("tree", {}).items():
        yield f"“{name}”的二级指标：{_said(base['tree'].get(name))} → {_said(values)}"
    if "guide" in over:
        yield f"填表说明：另行规定，共 {len(over['guide'])} 条"
    for sheet in over.get("sheet", ()):
        yield from _of_sheet(_keyed(base["sheet"]).get(sheet["key"], {}), sheet)
    if over.get("explained_errors"):
        yield "错误在核实说明中写明原因并附核对码的，列为“待财政认定”，不作为错误"


def notice(form: Form) -> str:
    """That a bureau's overlay applies, and how much it changes; "" without one."""
    if form.overlay is None:
        return ""
    off = sum(change.off for change in form.rules.values())
    parts = [f"改动 {len(form.changes)} 处"] if form.changes else []
    parts += [f"调整级别 {len(form.rules) - off} 条"] if len(form.rules) > off else []
    parts += [f"停用规则 {off} 条"] if off else []
    said = "、".join(parts) or "没有改动"
    return f"按财政部门的调整方案 {form.overlay.name}（校验码 {form.overlay.code}）核对：{said}"


def _of_sheet(base: Data, over: Data) -> Iterator[str]:
    name = base.get("name", over["key"]).replace("{copy}", "")
    yield from _set(f"工作表“{name.strip('-')}”", base, over)
    blocks = _keyed(base.get("block", ()))
    for block in over.get("block", ()):
        old = blocks.get(block["key"], {})
        title = old.get("title", block.get("title", block["key"]))
        yield from _set(f"“{title}”", old, block)
        for level, word in (("columns", "列"), ("rows", "行")):
            known = _keyed(old.get(level, ()))
            for item in block.get(level, ()):
                before = known.get(item["key"], {})
                label = before.get("label") or item.get("label") or item["key"]
                yield from _set(f"“{title}”{word}“{label}”", before, item)


def _set(where: str, base: Data, over: Data) -> Iterator[str]:
    nested = ("key", "block", "columns", "rows")
    for key, value in over.items():
        if key not in nested:
            old = base.get(key, False if isinstance(value, bool) else None)
            yield f"{where}{WORDS.get(key, key)}：{_said(old)} → {_said(value)}"


def _keyed(items: Any) -> dict[str, Data]:
    return {item["key"]: item for item in items}


def _said(value: Any) -> str:
    match value:
        case None | "" | []:
            return NOTHING
        case bool():
            return "是" if value else "否"
        case int() | float():
            return plain(exact(value, 1))
        case str():
            return f"“{value}”"
        case list():
            return "、".join(f"{item}" for item in value)
        case dict():
            return "；".join(f"{key} {_said(inside)}" for key, inside in value.items())
    return f"{value}"
