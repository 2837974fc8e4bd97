"""What an edition says of the form that it extends, laid on it: more, other, fewer or moved sheets, blocks, rows, columns."""

from typing import Any

from selfeval_xl.errors import FormError
from selfeval_xl.forms.vocabulary import short

Data = dict[str, Any]
LINES = ("columns", "rows")


def merged(base: Any, over: Any, where: str) -> Any:
    """`over` laid on `base`: tables key by key, lists of keyed tables by their `key`, all else replaced.

    Raises FormError: something is dropped or stood behind that is not there."""
    if isinstance(base, dict) and isinstance(over, dict):
        return {**base, **{k: merged(base[k], v, where) if k in base else v for k, v in over.items()}}
    if _keyed(base) and (_keyed(over) or over == []):
        return _keyed_merged(base, over, where)
    return over


def _keyed_merged(base: list[Data], over: list[Data], where: str) -> list[Data]:
    said = {item["key"]: item for item in over}
    known = {item["key"] for item in base}
    for item in over:
        if item.get("drop") and item["key"] not in known:
            raise FormError(
                f"{where}：drop 的 {short(item['key'])} 不在所扩展的表样里，有：{'、'.join(known)}。"
            )
    kept = [merged(item, said.get(item["key"], {}), where) for item in base]
    whole = kept + [item for item in over if item["key"] not in known]
    return _ordered([item for item in whole if not item.get("drop")], where)


def _ordered(items: list[Data], where: str) -> list[Data]:
    """With everything that says `after` behind what it names."""
    for item in [item for item in items if "after" in item]:
        items.remove(item)
        at = next((n for n, other in enumerate(items) if other["key"] == item["after"]), None)
        if at is None:
            raise FormError(f"{where}：{short(item['key'])} 的 after 指向没有的 {short(item['after'])}。")
        items.insert(at + 1, {key: value for key, value in item.items() if key != "after"})
    return items


def _keyed(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(v, dict) and "key" in v for v in value)


def completed(over: Data, base: Data, where: str) -> Data:
    """The edition with the columns and rows of every block that is `like` another of the base written out before what it
    changes in them: else its one column would stand for all."""
    blocks = blocks_of(base)
    said = blocks_of(over)

    def whole(block: Data) -> Data:
        model = blocks.get(block["key"], {}).get("like")
        if model not in blocks:
            return block
        target = merged(blocks[model], said.get(model, {}), where)
        own = {line: block[line] for line in LINES if line in block and line not in blocks[block["key"]]}
        return {**block, **{line: merged(target.get(line, []), value, where) for line, value in own.items()}}

    if "sheet" not in over:
        return over
    sheets = [
        {**sheet, "block": [whole(block) for block in sheet["block"]]} if "block" in sheet else sheet
        for sheet in over["sheet"]
    ]
    return {**over, "sheet": sheets}


def blocks_of(form: Data) -> dict[str, Data]:
    return {block["key"]: block for sheet in form.get("sheet", ()) for block in sheet.get("block", ())}
