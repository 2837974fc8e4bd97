"""What people and office programs do to a filled workbook, and what must come of it."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from lxml import etree
from openpyxl.utils import get_column_letter

from selfeval_xl.reading.grids import read_sheets
from selfeval_xl.reading.opening import open_source
from tests.build import SAMPLES
from tests.damaged import MAIN, STRINGS, WORKBOOK, Book, Sheet, main, unpacked

COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"


class Same(NamedTuple):
    """Every figure as in the clean file, and no new finding."""


class Told(NamedTuple):
    """A finding of this rule names this cell; whatever else differs is named by a finding, too, or stands on the
    sheet `also`."""

    rule: str
    cell: str
    also: str = ""


class Refused(NamedTuple):
    """One sentence that holds this word; nothing is read."""

    word: str


Wanted = Same | Told | Refused
Change = Callable[[Book], object]
Case = tuple[Change, Wanted]
SAME = Same()

BASICS, MONEY, PROJECTS, TEXTS = "1基本情况", "2收支情况", "3项目清单", "4文字材料"
ANNEX1, ANNEX2, ANNEX3 = "附件1", "附件2", "附件3-1"
FILLED_IN = (BASICS, MONEY, PROJECTS, TEXTS, ANNEX1, ANNEX2, ANNEX3, "附件3-2", "附件4")


def sample(path: Path = COMPLETE) -> Book:
    return Book(unpacked(path.read_bytes()))


@cache
def grid(sheet: str) -> dict[tuple[int, int], object]:
    """Of the clean file: where is what; every sample is filled in on the same template."""
    found = next(s for s in read_sheets(open_source(COMPLETE)) if s.name == sheet)
    return {at: cell.value for at, cell in found.cells.items()}


def row_of(sheet: str, label: str, nth: int = 1) -> int:
    """The nth row that bears the label in its first column."""
    return [row for (row, column), value in sorted(grid(sheet).items()) if column == 1 and value == label][
        nth - 1
    ]


def at(sheet: str, label: str, column: str = "B", nth: int = 1) -> str:
    return f"{column}{row_of(sheet, label, nth)}"


GENERAL = at(MONEY, "一般公共预算拨款")
TOTAL = at(MONEY, "资金来源合计")
REPORTED = at(BASICS, "报告日期")
GUARD = row_of(PROJECTS, "（需要更多行时，请在本行上方插入行）")
STAFF = at(BASICS, "事业人员", "E")


def _own_column(book: Book) -> None:
    """Beside the table, under a head of its own."""
    sheet = book.sheet(ANNEX1)
    sheet.put_text("F9", "财务科核对数")
    for row in range(10, 16):
        sheet.put_number(f"F{row}", row)


def _row_below(book: Book) -> None:
    """A source of one's own on the blank row under the total."""
    sheet = book.sheet(MONEY)
    sheet.put_text("A12", "社保基金拨款")
    sheet.put_number("B12", 77)


def _signed(book: Book) -> None:
    """What stands at the foot of a printed annex."""
    sheet = book.sheet(ANNEX1)
    for cell, text in {"A45": "填表人：", "B45": "某某", "C45": "联系电话："}.items():
        sheet.put_text(cell, text)
    sheet.put_number("D45", 13800000000)


def everywhere(change: Callable[[Sheet], object]) -> Change:
    def apply(book: Book) -> None:
        for name in FILLED_IN:
            change(book.sheet(name))

    return apply


def on(sheet: str, change: Callable[[Sheet], object]) -> Change:
    return lambda book: change(book.sheet(sheet))


def typed(sheet: str, cell: str, text: str) -> Change:
    return on(sheet, lambda s: s.put_text(cell, text))


def number(sheet: str, cell: str, value: float | str) -> Change:
    return on(sheet, lambda s: s.put_number(cell, value))


def formula(sheet: str, cell: str, inner: str, kind: str = "") -> Change:
    return on(sheet, lambda s: s.put(cell, inner, kind))


# ── rows and columns ────────────────────────────────────────────────────────────────────────────────────────

_THREE, _BASIC = row_of(MONEY, "四、“三公”经费"), row_of(MONEY, "三、一般公共预算基本支出")
_HEAD = row_of(MONEY, "资金来源")


def _copy_row(sheet: Sheet, number: int) -> None:
    """As “插入复制的单元格” does."""
    sheet.insert_rows(number + 1)
    row = etree.fromstring(etree.tostring(sheet.row(number)))
    old = sheet.row(number + 1)
    for cell in row:
        cell.set("r", cell.get("r", "").rstrip("0123456789") + str(number + 1))
    row.set("r", str(number + 1))
    parent = old.getparent()
    assert parent is not None
    parent.replace(old, row)


def _rows_and_columns(sheet: Sheet) -> None:
    sheet.insert_rows(4)
    sheet.insert_columns(2)


def _below_the_guard(sheet: Sheet) -> None:
    sheet.put_text(f"A{GUARD + 1}", "表外项目")
    sheet.put_number(f"G{GUARD + 1}", 99)


def _filtered(sheet: Sheet) -> None:
    for row in (7, 9):
        sheet.hide_row(row)


def _narrow(sheet: Sheet) -> None:
    for column in sheet.root.iter(main("col")):
        column.set("width", "0")


def _outlined(sheet: Sheet) -> None:
    for _, row in sheet.rows():
        row.set("outlineLevel", "1")


def _unfrozen(sheet: Sheet) -> None:
    for views in sheet.root.findall(main("sheetViews")):
        sheet.root.remove(views)


ROWS_AND_COLUMNS: dict[str, Case] = {
    "各表上方插入两行": (everywhere(lambda s: s.insert_rows(3, 2)), SAME),
    "最上面插入一行": (everywhere(lambda s: s.insert_rows(1)), SAME),
    "标题与表头之间插入一行": (on(MONEY, lambda s: s.insert_rows(_HEAD)), SAME),
    "标题与表头之间插入五行": (on(MONEY, lambda s: s.insert_rows(_HEAD, 5)), Told("R-02", f"{MONEY}!A1")),
    "固定行之间插入一行": (on(MONEY, lambda s: s.insert_rows(_HEAD + 2)), SAME),
    "固定行之间插入十行": (on(BASICS, lambda s: s.insert_rows(row_of(BASICS, "事业人员"), 10)), SAME),
    "表头下插入一行": (on(PROJECTS, lambda s: s.insert_rows(row_of(PROJECTS, "一级项目名称") + 1)), SAME),
    "项目之间插入空行": (on(PROJECTS, lambda s: s.insert_rows(8, 3)), SAME),
    "指标之间插入空行": (on(ANNEX2, lambda s: s.insert_rows(row_of(ANNEX2, "产出指标") + 1)), SAME),
    "左边插入两列": (everywhere(lambda s: s.insert_columns(1, 2)), SAME),
    "中间插入一列": (everywhere(lambda s: s.insert_columns(3)), SAME),
    "行列都插入": (everywhere(_rows_and_columns), SAME),
    "删除区块之间的空行": (on(MONEY, lambda s: s.delete_rows(_BASIC - 1, _BASIC - 1)), SAME),
    "删除灰色小字一行": (on(PROJECTS, lambda s: s.delete_rows(GUARD, GUARD)), SAME),
    "删除表头下的空行": (on(PROJECTS, lambda s: s.delete_rows(6, 6)), SAME),
    "删除一行": (
        on(MONEY, lambda s: s.delete_rows(_HEAD + 2, _HEAD + 2)),
        Told("R-04", f"{MONEY}!A{_HEAD}"),
    ),
    "删除一列": (on(MONEY, lambda s: s.delete_columns(3, 3)), Told("R-04", f"{MONEY}!A{_HEAD}")),
    "删除表头": (on(MONEY, lambda s: s.delete_rows(_HEAD, _HEAD)), Told("R-02", f"{MONEY}!A1")),
    "删除标题": (on(MONEY, lambda s: s.delete_rows(_THREE, _THREE)), Told("R-02", f"{MONEY}!A1")),
    "固定行换次序": (
        on(MONEY, lambda s: s.order_rows([_HEAD + 4, _HEAD + 3, _HEAD + 2, _HEAD + 1])),
        SAME,
    ),
    "两列对换": (on(MONEY, lambda s: s.exchange_columns(3, 4)), SAME),
    "区块换次序": (
        on(MONEY, lambda s: s.order_rows([*range(_THREE, _THREE + 8), *range(_BASIC, _THREE)])),
        SAME,
    ),
    "项目换次序": (on(PROJECTS, lambda s: s.order_rows([9, 8, 7])), Told("X-90", f"{PROJECTS}!N7")),
    "指标换次序": (on(ANNEX3, lambda s: s.order_rows([27, 26, 25])), SAME),
    "填在灰色小字下面": (on(PROJECTS, _below_the_guard), Told("R-09", f"{PROJECTS}!A{GUARD + 1}")),
    "行重复": (on(MONEY, lambda s: _copy_row(s, _HEAD + 1)), Told("R-04", f"{MONEY}!A{_HEAD}")),
    "列名重复": (
        typed(MONEY, f"C{_HEAD}", "年初预算数"),
        Told("R-04", f"{MONEY}!A{_HEAD}"),
    ),
    "隐藏行": (on(MONEY, lambda s: s.hide_row(7)), Told("R-13", f"{MONEY}!A7")),
    "隐藏列": (on(PROJECTS, lambda s: s.hide_column(11)), Told("R-13", f"{PROJECTS}!K1")),
    "筛选": (on(PROJECTS, _filtered), Told("R-13", f"{PROJECTS}!A7")),
    "隐藏无内容的行": (on(MONEY, lambda s: s.hide_row(900)), SAME),
    "列宽为零": (on(MONEY, _narrow), SAME),
    "分级显示": (on(MONEY, _outlined), SAME),
    "取消冻结": (everywhere(_unfrozen), SAME),
}

# ── sheets ──────────────────────────────────────────────────────────────────────────────────────────────────


def _rename(names: dict[str, str]) -> Change:
    def apply(book: Book) -> None:
        for old, new in names.items():
            book.entry(old).set("name", new)

    return apply


def _reverse(book: Book) -> None:
    sheets = book.tree(WORKBOOK).find(main("sheets"))
    assert sheets is not None
    sheets[:] = list(reversed(sheets))


def _state(name: str, state: str) -> Change:
    return lambda book: book.entry(name).set("state", state)


def _drop(*names: str) -> Change:
    def apply(book: Book) -> None:
        for name in names:
            book.drop_sheet(name)

    return apply


def _unused(book: Book) -> None:
    _drop(*(f"附件3-{number}" for number in range(4, 11)))(book)


def _notes(book: Book, text: str) -> None:
    """A sheet of one's own, with a text where a title might stand and a number beside it."""
    book.copy_sheet("核实说明", "草稿")
    sheet = book.sheet("草稿")
    for _, row in list(sheet.rows()):
        sheet.data.remove(row)
    sheet.put_text("A4", text)
    sheet.put_number("B4", 12345)


def _twice_on_one_sheet(sheet: Sheet) -> None:
    top = row_of(MONEY, "四、“三公”经费")
    for row in range(8):
        for column in "ABCDE":
            value = grid(MONEY).get((top + row, "ABCDE".index(column) + 1))
            if isinstance(value, str) and value.strip():
                sheet.put_text(f"{column}{60 + row}", value)


SHEETS: dict[str, Case] = {
    "工作表都改名": (_rename({n: f"表{i}" for i, n in enumerate(FILLED_IN) if "附件3" not in n}), SAME),
    "附件3改名": (_rename({ANNEX3: "环卫项目"}), SAME),
    "附件3都改名": (_rename({f"附件3-{n}": f"项目{'甲乙丙丁'[n - 1]}" for n in range(1, 5)}), SAME),
    "附件3名称带空格": (_rename({ANNEX3: "附件 3 - 1"}), SAME),
    "附件3名称带备注": (_rename({ANNEX3: "附件3-1（已改）"}), SAME),
    "工作表倒序": (_reverse, SAME),
    "工作表隐藏": (_state("附件4", "hidden"), Told("R-13", "附件4!A1")),
    "工作表深度隐藏": (_state(MONEY, "veryHidden"), Told("R-13", f"{MONEY}!A1")),
    "无关的表隐藏": (_state("填表说明", "hidden"), SAME),
    "表样取消隐藏": (_state("表样", "visible"), SAME),
    "表样改名": (_rename({"表样": "Sheet1"}), SAME),
    "删去表样": (_drop("表样"), Refused("表样")),
    "删去附件4": (_drop("附件4"), Told("R-01", "附件4!A1")),
    "删去收支情况": (_drop(MONEY), Told("R-01", f"{MONEY}!A1")),
    "删去一张附件3": (_drop("附件3-2"), Told("X-01", f"{PROJECTS}!K8", also="附件3-2")),
    "删去没有用的附件3": (_unused, SAME),
    "删去填表说明和即时核对": (_drop("填表说明", "即时核对"), SAME),
    "只剩表样": (
        lambda book: _drop(*(e.get("name", "") for e in book.entries if e.get("name") != "表样"))(book),
        Refused("找不到"),
    ),
    "复制收支情况": (
        lambda book: book.copy_sheet(MONEY, f"{MONEY} (2)"),
        Told("R-03", f"{MONEY} (2)!A4"),
    ),
    "复制附件3": (lambda book: book.copy_sheet(ANNEX3, "附件3-1 (2)"), Told("X-01", "附件3-1 (2)!D12")),
    "复制没有用的附件3": (lambda book: book.copy_sheet("附件3-9", "附件3-9 (2)"), SAME),
    "自己加的表": (partial(_notes, text="算草"), SAME),
    "自己加的表有同样的标题": (partial(_notes, text="一、资金来源与预算执行"), SAME),
    "同一张表上有两处": (on(MONEY, _twice_on_one_sheet), Told("R-03", f"{MONEY}!A60")),
    "重名但大小写不同": (_rename({"核实说明": "Sheet1", "即时核对": "SHEET1"}), Refused("同名")),
}

# ── merged cells ────────────────────────────────────────────────────────────────────────────────────────────


def _merged_as_excel_does(sheet: Sheet) -> None:
    sheet.merge(f"{GENERAL}:C{_HEAD + 1}")
    sheet.blank(f"C{_HEAD + 1}")


def _labels_merged(sheet: Sheet) -> None:
    sheet.merge(f"A{_HEAD + 1}:A{_HEAD + 2}")
    sheet.blank(f"A{_HEAD + 2}")


def _many_merges(sheet: Sheet) -> None:
    for row in range(100, 30_100):
        sheet.merge(f"A{row}:C{row}")


MERGES: dict[str, Case] = {
    "取消所有合并": (everywhere(lambda s: s.unmerge()), SAME),
    "合并空格": (on(MONEY, lambda s: s.merge("A3:H3")), SAME),
    "合并后盖住的数还在": (
        on(MONEY, lambda s: s.merge(f"{GENERAL}:C{_HEAD + 1}")),
        Told("R-13", f"{MONEY}!C6"),
    ),
    "合并后只剩左上角": (on(MONEY, _merged_as_excel_does), Told("B-11", f"{MONEY}!C{_HEAD + 1}")),
    "行名合并": (on(MONEY, _labels_merged), Told("R-04", f"{MONEY}!A{_HEAD}")),
    "全表合并": (on(MONEY, lambda s: s.merge("A1:XFD1048576")), Told("R-13", f"{MONEY}!A2")),
    "三万处合并": (on(MONEY, _many_merges), SAME),
    "合并地址不通": (on(MONEY, lambda s: s.merge("A0:B")), Refused("读不出来")),
}

# ── labels ──────────────────────────────────────────────────────────────────────────────────────────────────


def _reword(old: str, new: str) -> Change:
    """In all labels of the sheets where nothing but numbers and texts of one's own is typed."""

    def apply(book: Book) -> None:
        changed = 0
        for name in (BASICS, MONEY, ANNEX1, ANNEX2, "附件4"):
            sheet = book.sheet(name)
            for (row, column), value in grid(name).items():
                if isinstance(value, str) and old in value and len(value) < 40:
                    sheet.put_text(f"{get_column_letter(column)}{row}", value.replace(old, new))
                    changed += 1
        assert changed, old

    return apply


def _in_pieces(book: Book) -> None:
    """A label whose characters are formatted one by one."""
    for item in book.tree(STRINGS):
        if "".join(t.text or "" for t in item.iter(main("t"))) == "一般公共预算拨款":
            item[:] = [
                etree.fromstring(f'<r xmlns="{MAIN}"><rPr><b/></rPr><t>{piece}</t></r>')
                for piece in ("一般", "公共预算拨款")
            ]


def _with_pinyin(book: Book) -> None:
    for item in book.tree(STRINGS):
        if "".join(t.text or "" for t in item.iter(main("t"))) == "一般公共预算拨款":
            item.append(etree.fromstring(f'<rPh xmlns="{MAIN}" sb="0" eb="2"><t>yiban</t></rPh>'))


LABELS: dict[str, Case] = {
    "行名前后有空格": (_reword("一般公共预算拨款", "  一般公共预算拨款　"), SAME),
    "行名中间有空格": (_reword("一般公共预算拨款", "一般 公共 预算\u00a0拨款"), SAME),
    "行名换行": (_reword("一般公共预算拨款", "一般公共\n预算拨款"), SAME),
    "行名带看不见的字符": (_reword("一般公共预算拨款", "\ufeff一般\u200b公共预算拨款"), SAME),
    "列名换行": (_reword("年初预算数", "年初\r\n预算数"), SAME),
    "列名末尾冒号": (_reword("上年结转", "上年结转："), SAME),
    "去掉星号": (_reword("*", ""), SAME),
    "星号改全角": (_reword("*", "＊"), SAME),
    "引号换成另一种": (_reword("“三公”", '"三公"'), SAME),
    "引号换成直角": (_reword("“三公”", "「三公」"), SAME),
    "括号换成半角": (_reword("（人）", "(人)"), SAME),
    "字母数字换成全角": (_reword("2023年末", "２０２３年末"), SAME),
    "行名逐字加格式": (_in_pieces, SAME),
    "行名带拼音": (_with_pinyin, SAME),
    "行名加注": (
        _reword("一般公共预算拨款", "一般公共预算拨款（含追加）"),
        Told("R-04", f"{MONEY}!A{_HEAD}"),
    ),
    "列名换成别的年度": (
        typed(BASICS, at(BASICS, "人员类别"), "2021年末编制数"),
        Told("R-04", at(f"{BASICS}", "人员类别", f"{BASICS}!A")),
    ),
    "行名清空": (on(MONEY, lambda s: s.blank(f"A{_HEAD + 1}")), Told("R-04", f"{MONEY}!A{_HEAD}")),
    "行名改成别的": (typed(MONEY, f"A{_HEAD + 1}", "财政拨款"), Told("R-04", f"{MONEY}!A{_HEAD}")),
    "标题改写": (_reword("四、“三公”经费", "三公经费"), Told("R-02", f"{MONEY}!A1")),
    "标题加注": (_reword("四、“三公”经费", "四、“三公”经费（万元）"), Told("R-02", f"{MONEY}!A1")),
    "各处年度换成下一年": (_reword("2023年", "2024年"), Told("R-36", f"{BASICS}!A1")),
    "表样年度换成下一年": (number("表样", "B2", 2024), Told("R-36", f"{BASICS}!A1")),
    "表样是别的版本": (typed("表样", "B1", "hunan-1999"), Refused("hunan-1999")),
    "表样没有年度": (on("表样", lambda s: s.blank("B2")), Refused("年度")),
    "表样编号清空": (on("表样", lambda s: s.blank("A1")), Refused("表样")),
    "别处也写着表样编号": (typed(TEXTS, "H40", "表样编号"), SAME),
}

# ── formulas ────────────────────────────────────────────────────────────────────────────────────────────────


def _as_values(book: Book) -> None:
    """Copied and pasted as values: no formula is left."""
    for entry in book.entries:
        sheet = book.sheet(entry.get("name", ""))
        for found in list(sheet.root.iter(main("f"))):
            parent = found.getparent()
            assert parent is not None
            parent.remove(found)


def _without_results(book: Book) -> None:
    """As programs save that do not calculate."""
    for entry in book.entries:
        for cell in book.sheet(entry.get("name", "")).root.iter(main("c")):
            value = cell.find(main("v"))
            if cell.find(main("f")) is not None and value is not None:
                cell.remove(value)
                cell.attrib.pop("t", "")


ERRORS = (
    "#REF!",
    "#DIV/0!",
    "#VALUE!",
    "#N/A",
    "#NAME?",
    "#NUM!",
    "#NULL!",
    "#GETTING_DATA",
    "#SPILL!",
    "#BUSY!",
)
_OWN = "<f>2300+86.4</f>"

FORMULAS: dict[str, Case] = {
    "全部粘贴为数值": (_as_values, SAME),
    "全部没有计算结果": (_without_results, SAME),
    "合计没有计算结果": (formula(MONEY, TOTAL, "<f>SUM(B6:B10)</f>"), SAME),
    "合计清空": (on(MONEY, lambda s: s.blank(TOTAL)), SAME),
    "合计改用别的公式": (formula(MONEY, TOTAL, "<f>B6+B7+B10</f><v>2844.4</v>"), SAME),
    "合计改填同一数": (number(MONEY, TOTAL, 2844.4), SAME),
    "合计改填别的数": (number(MONEY, TOTAL, 2900), Told("B-11", f"{MONEY}!{TOTAL}")),
    "合计的结果过时": (formula(MONEY, TOTAL, "<f>SUM(B6:B10)</f><v>2800.4</v>"), Told("B-11", f"{MONEY}!{TOTAL}")),
    "合计缺一分": (number(MONEY, TOTAL, 2844.39), Told("B-11", f"{MONEY}!{TOTAL}")),
    "合计放大一万倍": (number(MONEY, TOTAL, 28444000), Told("B-11", f"{MONEY}!{TOTAL}")),
    "附件改填别的数": (number(ANNEX1, at(ANNEX1, "三公经费", "C"), 33), Told("A1-01", f"{ANNEX1}!C10")),
    "附件的结果过时": (
        formula(ANNEX1, at(ANNEX1, "三公经费", "C"), "<f>'2收支情况'!C35</f><v>31</v>"),
        Told("A1-01", f"{ANNEX1}!C10"),
    ),
    "附件总分改填别的数": (number(ANNEX3, "B49", 99), Told("A3-07", f"{ANNEX3}!B49")),
    "项目名称改填别的": (typed(ANNEX3, "B6", "别的项目"), Told("X-03", f"{ANNEX3}!B6")),
    "填报格用公式": (formula(MONEY, GENERAL, f"{_OWN}<v>2386.4</v>"), SAME),
    "填报格用数组公式": (formula(MONEY, GENERAL, '<f t="array" ref="B6">2386.4</f><v>2386.4</v>'), SAME),
    "填报格用共享公式": (formula(MONEY, GENERAL, '<f t="shared" ref="B6" si="0">2386.4</f><v>2386.4</v>'), SAME),
    "填报格公式没有结果": (formula(MONEY, GENERAL, _OWN), Told("R-07", f"{MONEY}!{GENERAL}")),
    "填报格公式结果空着": (formula(MONEY, GENERAL, f"{_OWN}<v></v>"), Told("R-07", f"{MONEY}!{GENERAL}")),
    "填报格公式得文字": (
        formula(MONEY, GENERAL, '<f>TEXT(2386.4,"0.0")</f><v>2386.4</v>', "str"),
        Told("R-11", f"{MONEY}!{GENERAL}"),
    ),
    "填报格公式得逻辑值": (formula(MONEY, GENERAL, "<f>1=1</f><v>1</v>", "b"), Told("R-05", f"{MONEY}!{GENERAL}")),
    "填报格公式得空文字": (formula(MONEY, GENERAL, '<f>""</f><v></v>', "str"), Told("B-11", f"{MONEY}!{GENERAL}")),
    "文字格公式没有结果": (formula(BASICS, "B6", "<f>A1</f>"), Told("R-07", f"{BASICS}!B6")),
    **{
        f"填报格是 {error}": (formula(MONEY, GENERAL, f"<f>1/0</f><v>{error}</v>", "e"), Told("R-06", f"{MONEY}!{GENERAL}"))
        for error in ERRORS
    },
    **{
        f"合计是 {error}": (formula(MONEY, TOTAL, f"<f>1/0</f><v>{error}</v>", "e"), Told("R-06", f"{MONEY}!{TOTAL}"))
        for error in ERRORS[:3]
    },
}  # fmt: skip

# ── what stands in a cell ───────────────────────────────────────────────────────────────────────────────────


def _styled(cell: str, sheet: str, code: str) -> Change:
    """Only the number format changes."""

    def apply(book: Book) -> None:
        formats = book.tree("xl/styles.xml").find(main("numFmts"))
        styles = book.tree("xl/styles.xml").find(main("cellXfs"))
        assert formats is not None
        assert styles is not None
        etree.SubElement(formats, main("numFmt"), {"numFmtId": "900", "formatCode": code})
        etree.SubElement(styles, main("xf"), {"numFmtId": "900", "applyNumberFormat": "1"})
        book.sheet(sheet).style(cell, len(styles) - 1)

    return apply


def _is_told(rule: str) -> Told:
    return Told(rule, f"{MONEY}!{GENERAL}")


SAME_NUMBER = (
    "2386.40", "+2386.4", "2.3864E3", "2386.4000000000001", "02386.4", "2386.4e0",
)  # fmt: skip
AS_TEXT = (
    "2386.4", "2,386.40", "２３８６．４", "２，３８６．４０", " 2386.4 ", "2386.4万元", "2386.4 万元", "23864000元",
    "0.23864亿元", "\u200b2386.4", "贰仟叁佰捌拾陆万肆仟元",
)  # fmt: skip
NO_NUMBER = (
    "约2386.4", "2386.4左右", "—", "/", "无", "不详", "见附件", "2386.4/2", "=2300+86.4", "2386.4.0", "2,38,6.4", "2386,4",
    "1_000", "0x952", "2386.4％", "NaN", "TRUE", "😀", "2386.4\n2386.4", "2386.4 2386.4", "2023-05-01", "12月",
)  # fmt: skip
BAD_XML_NUMBER = ("1e400", "NaN", "inf", "-inf", "1E+30", "999999999999999999999")

CONTENTS: dict[str, Case] = {
    **{f"数写作 {text}": (number(MONEY, GENERAL, text), SAME) for text in SAME_NUMBER},
    **{f"文字 {text!r}": (typed(MONEY, GENERAL, text), _is_told("R-11")) for text in AS_TEXT},
    **{f"不是数 {text!r}": (typed(MONEY, GENERAL, text), _is_told("R-05")) for text in NO_NUMBER},
    **{
        f"不合理的数 {text}": (
            number(MONEY, GENERAL, text),
            _is_told("R-05" if "9" in text or "+" in text else "R-06"),
        )
        for text in BAD_XML_NUMBER
    },
    "数里有下划线": (number(MONEY, GENERAL, "2_386"), _is_told("R-05")),
    "数是全角": (number(MONEY, GENERAL, "２３８６"), _is_told("R-11")),
    "负数": (number(MONEY, GENERAL, -2386.4), _is_told("A1-13")),
    "逻辑值": (formula(MONEY, GENERAL, "<v>1</v>", "b"), _is_told("R-05")),
    "清空": (on(MONEY, lambda s: s.blank(GENERAL)), _is_told("B-11")),
    "只有空格": (typed(MONEY, GENERAL, " 　 "), _is_told("B-11")),
    "日期格式的数": (_styled(GENERAL, MONEY, "yyyy-mm-dd"), _is_told("R-05")),
    "时间格式的数": (_styled(GENERAL, MONEY, "[h]:mm"), _is_told("R-05")),
    "百分比格式的数": (_styled(GENERAL, MONEY, "0.00%"), Told("R-40", f"{MONEY}!{GENERAL}")),
    "文本格式的数": (_styled(GENERAL, MONEY, "@"), SAME),
    "会计格式的数": (_styled(GENERAL, MONEY, '_ "￥"* #,##0.00_ ;[Red]-#,##0.00'), SAME),
    "含字母 d 的格式": (_styled(GENERAL, MONEY, '0.00"day"'), SAME),
    "日期格式的人数": (_styled(STAFF, BASICS, "m/d"), Told("R-05", f"{BASICS}!{STAFF}")),
    "人数带单位": (typed(BASICS, STAFF, "16人"), Told("R-11", f"{BASICS}!{STAFF}")),
    "人数写汉字": (typed(BASICS, STAFF, "十六"), Told("R-11", f"{BASICS}!{STAFF}")),
    "DISPIMG 图片": (
        formula(MONEY, GENERAL, '<f>_xlfn.DISPIMG("ID_1",1)</f><v>=DISPIMG("ID_1",1)</v>', "str"),
        _is_told("R-05"),
    ),
    "IMAGE 图片": (formula(MONEY, GENERAL, '<f>_xlfn.IMAGE("x")</f><v>#VALUE!</v>', "e"), _is_told("R-06")),
    "金额单位写错": (typed(BASICS, at(BASICS, "填报金额单位*"), "人民币元"), Told("R-10", f"{BASICS}!B13")),
    "金额单位带空格": (typed(BASICS, at(BASICS, "填报金额单位*"), " 万元 "), SAME),
    "选项写错": (typed(BASICS, at(BASICS, "自评口径*"), "全区"), Told("R-08", f"{BASICS}!B11")),
    "项目类别写错": (typed(PROJECTS, "C7", "运维"), Told("R-10", f"{PROJECTS}!C7")),
    "日期写作文字": (typed(BASICS, REPORTED, "2024-08-26"), SAME),
    "日期写作汉字": (typed(BASICS, REPORTED, "2024年8月26日"), SAME),
    "日期用点": (typed(BASICS, REPORTED, "2024.8.26"), SAME),
    "日期连写": (typed(BASICS, REPORTED, "20240826"), Told("R-05", f"{BASICS}!{REPORTED}")),
    "没有的日期": (typed(BASICS, REPORTED, "2024-02-30"), Told("R-05", f"{BASICS}!{REPORTED}")),
    "日期只到月": (typed(BASICS, REPORTED, "2024年8月"), Told("R-05", f"{BASICS}!{REPORTED}")),
    "序号 60 的日期": (number(BASICS, REPORTED, 60), Told("B-21", f"{BASICS}!{REPORTED}")),
    "负的日期": (number(BASICS, REPORTED, -1), Told("R-05", f"{BASICS}!{REPORTED}")),
    "九千年以后的日期": (number(BASICS, REPORTED, 2958466), Told("R-05", f"{BASICS}!{REPORTED}")),
    "日期没有格式": (on(BASICS, lambda s: s.style(REPORTED, 0)), Told("R-05", f"{BASICS}!{REPORTED}")),
    "日期带时间": (number(BASICS, REPORTED, 45530.5), SAME),
    "1904 年起算": (
        lambda book: book.replace(WORKBOOK, "<workbookPr", '<workbookPr date1904="1"'),
        Told("B-21", f"{BASICS}!{REPORTED}", also=TEXTS),
    ),
    "单位名称是逻辑值": (formula(BASICS, "B6", "<v>1</v>", "b"), Told("R-05", f"{BASICS}!B6")),
    "远处有零星的数": (number(MONEY, "XFD1048576", 1), SAME),
    "远处有行名": (typed(MONEY, "ZZ90000", "一般公共预算拨款"), SAME),
    "表旁有批注的数": (number(MONEY, "Z6", 5), Told("R-31", f"{MONEY}!Z6")),
    "表旁有批注": (typed(MONEY, "Z6", "较上年增加5万元"), SAME),
    "表旁自己写了列名的列": (_own_column, SAME),
    "表下一行有数": (number(MONEY, "C12", 5), Told("R-31", f"{MONEY}!C12")),
    "表下空行多出一行": (_row_below, Told("R-30", f"{MONEY}!B12")),
    "表上方有数": (number(MONEY, "D3", "5"), Told("R-31", f"{MONEY}!D3")),
    "表头行有数": (number(ANNEX1, "F9", 45), Told("R-31", f"{ANNEX1}!F9")),
    "表中没有填报格的位置有数": (number(MONEY, "F26", 7.5), Told("R-31", f"{MONEY}!F26")),
    "须说明差额一列有数": (number(MONEY, "K10", 35.2), Told("R-31", f"{MONEY}!K10")),
    "分值进度一列有数": (number(ANNEX2, "L33", 6), Told("R-31", f"{ANNEX2}!L33")),
    "表旁有文字格式的数": (typed(MONEY, "Z6", "５００万元"), Told("R-31", f"{MONEY}!Z6")),
    "表旁有没有计算的公式": (formula(MONEY, "Z6", "<f>B6+1</f>"), Told("R-31", f"{MONEY}!Z6")),
    "表旁有日期": (number(MONEY, "Z6", 45000), Told("R-31", f"{MONEY}!Z6")),
    "表下有签名": (_signed, SAME),
}

CELLS: dict[str, Case] = ROWS_AND_COLUMNS | SHEETS | MERGES | LABELS | FORMULAS | CONTENTS
