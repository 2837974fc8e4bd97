"""The parts of the bureau's desk: which files count, what is added up, what stands out; no file is converted here."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import pytest
from msgspec.structs import replace
from openpyxl import Workbook

from selfeval_xl.batch.choosing import choose
from selfeval_xl.batch.collecting import collect
from selfeval_xl.batch.comparing import Progress, progress
from selfeval_xl.batch.consolidating import ALL, consolidate, footings, internals, rates
from selfeval_xl.batch.desk import Desk, desk
from selfeval_xl.batch.lines import consolidated, cross_feet
from selfeval_xl.batch.peers import outliers
from selfeval_xl.batch.quality import quality
from selfeval_xl.batch.records import Record, Seen, Subunit, from_json, to_json
from selfeval_xl.batch.wanted import wanted_units
from selfeval_xl.errors import UnusableFile
from selfeval_xl.forms import Kind, load

FORM = load()
COLUMNS = consolidated(FORM)
POSITION = {(column.line.key, column.measure): at for at, column in enumerate(COLUMNS)}


def amounts(given: Mapping[tuple[str, str], int]) -> tuple[int | None, ...]:
    row: list[int | None] = [None] * len(COLUMNS)
    for key, value in given.items():
        row[POSITION[key]] = value
    return tuple(row)


def record(name: str, unit: str = "", **more: object) -> Record:
    """A usable record of 2023; its digest is its name."""
    plain: dict[str, object] = {"digest": name, "form": "hunan-2023", "year": 2023, "verdict": "可报送"}
    plain |= {"amounts": amounts({}), **more}
    return Record(name, work="", unit=unit or name, **plain)  # type: ignore[arg-type]


def sub(name: str, included: bool = True, internal: int | None = None) -> Subunit:
    return Subunit(name, included, internal)


WHOLE = {"scope": "部门汇总"}
CHOICES: dict[str, tuple[list[Record], dict[str, str]]] = {
    "one file a unit": ([record("甲"), record("乙")], {"甲": "", "乙": ""}),
    "the largest 报送次数 counts": (
        [record("a", "甲", submission=2), record("b", "甲", submission=1), record("c", "甲", submission=10)],
        {"a": "有报送次数更大的文件（c）", "b": "有报送次数更大的文件（c）", "c": ""},
    ),
    "equal 报送次数: the later 报告日期": (
        [
            record("a", "甲", submission=1, report_date="2024-06-02"),
            record("b", "甲", submission=1, report_date="2024-06-01"),
        ],
        {"a": "", "b": "与另一文件报送次数相同（a）"},
    ),
    "no 报送次数, no date: the last by name": (
        [record("b", "甲"), record("a", "甲")],
        {"a": "与另一文件报送次数相同（b）", "b": ""},
    ),
    "copies": (
        [record("a", "甲", digest="x"), record("b", "甲", digest="x")],
        {"a": "与另一文件内容相同（b）", "b": ""},
    ),
    "本级, 机关 and blanks are no other unit": (
        [record("a", "示例县教育局（本级）", submission=1), record("b", " 示例县 教育局", submission=2)],
        {"a": "有报送次数更大的文件（b）", "b": ""},
    ),
    "one name, two codes: two units": (
        [record("a", "中心小学", code="1"), record("b", "中心小学", code="2")],
        {"a": "", "b": ""},
    ),
    "one name, one code left blank: one unit": (
        [record("a", "中心小学", code="1", submission=1), record("b", "中心小学", submission=2)],
        {"a": "有报送次数更大的文件（b）", "b": ""},
    ),
    "files without a unit's name stand alone": (
        [replace(record("a"), unit=""), replace(record("b"), unit="")],
        {"a": "", "b": ""},
    ),
    "another year is not added up": (
        [record("a", "甲"), record("b", "乙"), record("c", "丙", year=2024)],
        {"a": "", "b": "", "c": "年度或表样与多数单位不同"},
    ),
    "a 部门汇总 covers what it lists": (
        [
            record("a", "教育局", **WHOLE, subunits=(sub("一中"), sub("二中", included=False))),
            record("b", "一中"), record("c", "二中"),
        ],
        {"a": "", "b": "已含在部门汇总数中（教育局）", "c": ""},
    ),
    "a 单位本级 covers nobody": (
        [record("a", "教育局", scope="单位本级", subunits=(sub("一中"),)), record("b", "一中")],
        {"a": "", "b": ""},
    ),
    "three levels": (
        [
            record("a", "教育局", **WHOLE, subunits=(sub("教育中心"),)),
            record("b", "教育中心", **WHOLE, subunits=(sub("一中"),)),
            record("c", "一中"),
        ],
        {"a": "", "b": "已含在部门汇总数中（教育局）", "c": "已含在部门汇总数中（教育局）"},
    ),
    "a circle: one stays": (
        [record("a", "甲局", **WHOLE, subunits=(sub("乙局"),)), record("b", "乙局", **WHOLE, subunits=(sub("甲局"),))],
        {"a": "已含在部门汇总数中（乙局）", "b": ""},
    ),
    "a unit that lists itself": ([record("a", "甲局", **WHOLE, subunits=(sub("甲局"),))], {"a": ""}),
    "a department's 汇总 and its own books": (
        [record("a", "教育局", **WHOLE), record("b", "教育局（本级）", scope="单位本级")],
        {"a": "", "b": "已含在部门汇总数中（教育局）"},
    ),
    "a department that mended its 口径 filed twice": (
        [record("a", "教育局", **WHOLE, submission=2), record("b", "教育局", scope="单位本级", submission=1)],
        {"a": "", "b": "有报送次数更大的文件（a）"},
    ),
    "of two units of one name only the department's own is covered": (
        [
            record("a", "教育局", **WHOLE, subunits=(sub("服务中心"),)),
            record("b", "服务中心", code="1", supervisor="教育局"),
            record("c", "服务中心", code="2", supervisor="水利局"),
        ],
        {"a": "", "b": "已含在部门汇总数中（教育局）", "c": ""},
    ),
    "what cannot be used is nobody's": (
        [Record("坏", "", trouble="坏了"), Record("空", "", empty=True), record("甲")], {"甲": ""}
    ),
}  # fmt: skip


@pytest.mark.parametrize(("records", "why"), CHOICES.values(), ids=CHOICES)
def test_which_files_count(records: list[Record], why: dict[str, str]) -> None:
    chosen = {name: choice.why for name, choice in choose(records).items()}
    assert chosen == why
    assert {name: choice.why for name, choice in choose(records[::-1]).items()} == why


def test_doubts_are_told_beside_the_file_that_counts() -> None:
    chosen = choose(
        [
            record("a", "甲", submission=1),
            record("b", "甲", submission=1),
            record("c", "教育局", scope="部门汇总"),
            record("d", "一中", supervisor="教育局"),
            record("e", "丙", code="9"),
            record("f", "丁", code="9"),
        ]
    )
    assert {name: choice.doubt for name, choice in chosen.items() if choice.doubt} == {
        "b": "报送次数相同而内容不同，暂以本文件为准，请核实：a",
        "d": "主管部门报的是部门汇总，但没有列出本单位，请核实是否重复计算",
        "e": "预算单位编码与另一单位相同，请核实",
        "f": "预算单位编码与另一单位相同，请核实",
    }


def test_the_file_before_is_the_next_that_says_something_else() -> None:
    chosen = choose(
        [
            record("a", "甲", submission=1),
            record("b", "甲", submission=2, digest="x"),
            record("c", "甲", submission=3, digest="x"),
        ]
    )  # fmt: skip
    assert chosen["c"].before == "a"


def test_collecting(tmp_path: Path) -> None:
    names = (
        "甲.xlsx", "一/甲.xlsx", "一/二/丙.XLS", "一_甲.xlsx", "~$甲.xlsx", ".藏.xlsx", "._甲.xlsx", "说明.docx", "全部.zip",
        "汇总.xlsx", "甲-2023-核对结果.xlsx", "甲-2023-核对结果(2).xlsx", "甲-2023-退回意见.docx", ".git/x.xlsx", "出/乙.xlsx",
    )  # fmt: skip
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = collect(tmp_path, tmp_path / "出")
    assert [source.name for source in found.sources] == [
        "一/二/丙.XLS",
        "一/甲.xlsx",
        "一_甲.xlsx",
        "甲.xlsx",
    ]
    labels = [source.label for source in found.sources]
    assert (labels[0], labels[3], len(set(labels))) == ("一_二_丙", "甲", 4)
    assert labels[1].startswith("一_甲-")
    assert {skipped.name: skipped.why for skipped in found.skipped} == {
        "~$甲.xlsx": "打开文件时产生的临时文件",
        "._甲.xlsx": "打开文件时产生的临时文件",
        ".藏.xlsx": "隐藏文件",
        ".git/": "隐藏文件",
        "说明.docx": "不是工作簿",
        "全部.zip": "压缩包，请先解压",
        "汇总.xlsx": "本程序生成的文件",
        "甲-2023-核对结果.xlsx": "本程序生成的文件",
        "甲-2023-核对结果(2).xlsx": "本程序生成的文件",
        "甲-2023-退回意见.docx": "本程序生成的文件",
    }


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="找不到文件夹"):
        collect(tmp_path / "没有", tmp_path)


def seen(mark: str, level: str = "错误", status: str = "不符", required: bool = False) -> Seen:
    return Seen("X", level, status, "", "", "", None, None, None, str(Kind.MONEY), "", required, mark)


PROGRESS: dict[str, tuple[tuple[str, ...], tuple[Seen, ...], Progress]] = {
    "all mended": (("a", "b"), (), Progress(2, 0, 0, 0)),
    "nothing done": (("a", "b"), (seen("a"), seen("b")), Progress(0, 0, 2, 0)),
    "explained": (("a", "b"), (seen("a", "警告", "已说明"), seen("b")), Progress(0, 1, 1, 0)),
    "new ones": (("a",), (seen("a"), seen("c"), seen("d", "提示", required=True)), Progress(0, 0, 1, 2)),
    "notices are nobody's duty": ((), (seen("a", "提示"),), Progress(0, 0, 0, 0)),
    "the same twice": (("a", "a"), (seen("a"),), Progress(1, 0, 1, 0)),
    "a sheet of the template is not asked for cell by cell": (
        ("a",), (replace(seen("B-00", "提示", required=True), absent="附件6"),), Progress(1, 0, 0, 0),
    ),
    "explained before and after is no news": ((), (seen("a", "警告", "已说明"),), Progress(0, 0, 0, 0)),
}  # fmt: skip


@pytest.mark.parametrize(("before", "now", "expected"), PROGRESS.values(), ids=PROGRESS)
def test_what_became_of_it(before: tuple[str, ...], now: tuple[Seen, ...], expected: Progress) -> None:
    assert progress(before, record("a", seen=now)) == expected


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((1, 0, 10, 0), "已改正 1 条，尚有 10 条未改"),
        ((0, 2, 0, 3), "已说明 2 条，新增 3 条"),
        ((0, 0, 0, 0), ""),
    ],
)
def test_progress_is_told_without_noughts(counts: tuple[int, int, int, int], said: str) -> None:
    assert Progress(*counts).sentence == said


@pytest.mark.parametrize(
    ("passed", "residual", "broken", "explained", "grade"),
    [
        (96, 0, 4, 0, "A"), (95, 0, 5, 0, "B"), (86, 0, 14, 0, "B"), (85, 0, 15, 0, "C"), (75, 1, 24, 0, "C"),
        (75, 0, 25, 0, "D"), (65, 0, 35, 0, "D"), (64, 0, 36, 0, "E"), (94, 2, 4, 0, "A"), (95, 0, 0, 5, "B"), (0, 0, 0, 0, ""),
    ],
)  # fmt: skip
def test_quality(passed: int, residual: int, broken: int, explained: int, grade: str) -> None:
    checks = {
        "通过": passed,
        "尾差": residual,
        "不符": broken,
        "已说明": explained,
        "无法核对": 7,
        "不适用": 9,
    }
    own = quality(record("a", checks=checks))
    assert (own.grade, own.unknown) == (grade, 7)


@pytest.mark.parametrize(
    ("passed", "errors", "grade"), [(100, 0, "A"), (99, 1, "B"), (90, 1, "B"), (80, 1, "C"), (70, 1, "D")]
)
def test_nothing_is_a_while_an_error_is_open(passed: int, errors: int, grade: str) -> None:
    checks = {"通过": passed, "不符": 100 - passed}
    assert quality(record("a", checks=checks, errors=errors)).grade == grade


TOTAL = "sources.total"


def three_units() -> Desk:
    """Two of one department, one of another; the second has no full budget, the third an empty 其他资金."""
    rows = (
        {(TOTAL, "initial"): 100, (TOTAL, "full"): 200, (TOTAL, "executed"): 150, ("sources.general", "executed"): 150,
         ("sources.other", "executed"): 0},
        {(TOTAL, "initial"): 10, (TOTAL, "executed"): 20, ("sources.general", "executed"): 15, ("sources.other", "executed"): 5},
        {(TOTAL, "initial"): 1000, (TOTAL, "full"): 1000, (TOTAL, "executed"): 500},
    )  # fmt: skip
    departments = ("教育局", " 教育 局", "")
    units = [
        record(f"{number}", supervisor=department, amounts=amounts(row))
        for number, (row, department) in enumerate(zip(rows, departments, strict=True))
    ]
    return desk(units, FORM)


def test_sums_by_department_and_over_all() -> None:
    totals = consolidate(three_units())
    executed, full = POSITION[TOTAL, "executed"], POSITION[TOTAL, "full"]
    assert totals.units == {"合计": 3, "教育局": 2, "（未填主管部门）": 1}
    assert [totals.sum(name, executed) for name in totals.units] == [670, 170, 500]
    assert [totals.sum(name, full) for name in totals.units] == [1200, 200, 1000]
    assert [totals.filled_by(name, full) for name in totals.units] == [2, 1, 1]


def test_a_blank_is_never_nought() -> None:
    totals = consolidate(three_units())
    other = POSITION["sources.other", "executed"]
    assert [totals.sum(name, other) for name in totals.units] == [5, 5, None]
    assert totals.sum(ALL, POSITION["sources.fund", "executed"]) is None


def test_a_rate_is_made_of_units_that_filled_both() -> None:
    assert rates(three_units()) == {
        "合计": (650, 1200),
        "教育局": (150, 200),
        "（未填主管部门）": (500, 1000),
    }


def test_totals_stand_beside_their_parts() -> None:
    table = three_units()
    found = {
        (f.foot.line.key, f.foot.measure, f.foot.says): (f.whole, f.parts, f.blank)
        for f in footings(table, consolidate(table))
    }
    assert found[TOTAL, "executed", "各分项之和"] == (670, 170, 3)
    assert found["sources.other", "executed", "基本＋项目＋其他支出"] == (5, None, 2)


def test_every_sum_of_the_form_is_a_cross_foot() -> None:
    says = {
        (foot.line.key, foot.measure): foot.says for foot in cross_feet(FORM) if foot.says == "各分项之和"
    }
    assert len([key for key in says if key[0] == TOTAL]) == 7
    assert ("basic.personnel", "executed") in says
    assert ("three.vehicles", "initial") in says


def test_sums_that_64_bits_cannot_hold() -> None:
    most = 10**15 - 1
    rows = [record(f"{n:05d}", amounts=amounts({(TOTAL, "executed"): most})) for n in range(20_000)]
    totals = consolidate(desk(rows, FORM))
    assert totals.sum(ALL, POSITION[TOTAL, "executed"]) == 20_000 * most > 2**63
    assert totals.sum(ALL, POSITION[TOTAL, "initial"]) is None


def test_no_unit_at_all() -> None:
    empty = desk([Record("坏", "", trouble="坏了")], FORM)
    totals = consolidate(empty)
    assert (totals.units, totals.sum(ALL, 0), rates(empty)) == ({"合计": 0}, None, {})
    assert footings(empty, totals) == []
    assert list(outliers(empty)) == []


INTERNAL: dict[str, tuple[list[Record], dict[str, int]]] = {
    "both filed": (
        [record("a", "甲", supervisor="局", subunits=(sub("乙", False, 30),)), record("b", "乙")],
        {"合计": 30, "局": 30},
    ),
    "the other did not file": ([record("a", "甲", supervisor="局", subunits=(sub("乙", False, 30),))], {}),
    "a 部门汇总 is net of it": ([record("a", "甲", scope="部门汇总", subunits=(sub("乙", False, 30),)), record("b", "乙")], {}),
    "none given": ([record("a", "甲", subunits=(sub("乙", False),)), record("b", "乙")], {}),
}  # fmt: skip


@pytest.mark.parametrize(("records", "expected"), INTERNAL.values(), ids=INTERNAL)
def test_internal_dealings_are_taken_out_once(records: list[Record], expected: dict[str, int]) -> None:
    assert internals(desk(records, FORM)) == expected


def peer(number: int, operating: int, nature: str = "行政") -> Record:
    return record(
        f"{number:02d}",
        nature=nature,
        staff=10,
        amounts=amounts({("basic.operating", "executed"): operating}),
    )


def test_what_stands_out_among_its_peers() -> None:
    usual = [peer(n, 10_000_000 + n * 100_000) for n in range(8)]
    (found,) = outliers(desk([*usual, peer(9, 90_000_000)], FORM))
    assert (found.record.name, found.measure, found.value, found.median, found.peers) == (
        "09",
        "人均公用经费",
        9.0,
        1.04,
        9,
    )


@pytest.mark.parametrize(
    "records",
    [
        [*(peer(n, 10_000_000 + n * 100_000) for n in range(6)), peer(9, 90_000_000)],
        [*(peer(n, 10_000_000) for n in range(8)), peer(9, 90_000_000)],
        [*(peer(n, 10_000_000 + n * 100_000) for n in range(8)), peer(9, 90_000_000, "乡镇")],
        [*(peer(n, 10_000_000 + n * 100_000, "") for n in range(8)), peer(9, 90_000_000, "")],
        [*(peer(n, 10_000_000 + n * 1_000) for n in range(8)), peer(9, 10_500_000)],
    ],
    ids=["too few", "more than half are equal", "of another kind", "of no kind", "hardly away"],
)
def test_what_does_not_stand_out(records: list[Record]) -> None:
    assert list(outliers(desk(records, FORM))) == []


def test_a_record_comes_back_from_the_disk() -> None:
    full = record(
        "甲",
        subunits=(sub("乙", True, 3),),
        seen=(seen("a"),),
        files=("甲/x.xlsx",),
        signs={"X-01": "错误"},
        staff=3,
    )
    assert from_json(to_json(full)) == full


@pytest.mark.parametrize(
    "text",
    [
        to_json(record("a")).replace('"a"', '"b"'),
        to_json(record("a")).replace("可报送", "有错误"),
        to_json(record("a", files=("x/y.xlsx",))).replace("x/y", "../y"),
        "[" * 100_000,
        "[]",
        "null",
        "{}",
        '{"record": {"name": "a", "work": "w"}}',
    ],
    ids=[
        "another name",
        "another verdict",
        "another file",
        "no end",
        "a list",
        "nothing",
        "no record",
        "no seal",
    ],
)
def test_what_was_changed_on_the_disk_is_no_record(text: str) -> None:
    with pytest.raises(ValueError, match=r"not as it was written|nested without end"):
        from_json(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk"])
def test_a_list_of_units_as_text(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "名单.txt"
    path.write_text("单位名称\n示例县教育局\n\n 示例县水利局 \n示例县教育局\n", encoding=encoding)
    assert wanted_units(path) == ["示例县教育局", "示例县水利局"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("名单.csv", "序号,单位名称（全称）,编码\n1,示例县教育局,345001\n2,示例县水利局,345002\n,合计,2\n"),
        ("名单.csv", "1,示例县教育局\n2,示例县水利局\n"),
        ("名单.txt", "1、示例县教育局\n2．示例县水利局\n"),
        ("名单.txt", "示例县教育局\t345001\n示例县水利局\t345002\n"),
        ("名单.txt", "示例县教育局\x07\n示例县水利局\n"),
    ],
)
def test_lists_as_offices_have_them(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert wanted_units(tmp_path / name) == ["示例县教育局", "示例县水利局"]


@pytest.mark.parametrize("rows", [[("序号", "编码"), (1, 345001), (2, "345002")], [(345001,), ("345002",)]])
def test_a_list_of_codes(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    book = Workbook()
    for row in rows:
        book.worksheets[0].append([*row, True, "=1+1"])
    book.save(tmp_path / "名单.xlsx")
    assert wanted_units(tmp_path / "名单.xlsx") == ["345001", "345002"]


@pytest.mark.parametrize(
    "head", [("序号", "单位名称"), ("第一列", "x")], ids=["by its head", "without a head"]
)
def test_a_list_of_units_as_a_workbook(tmp_path: Path, head: tuple[str, str]) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    rows = (
        [head, (1, "示例县教育局"), (2, "示例县水利局")]
        if head[0] == "序号"
        else [("示例县教育局", 1), ("示例县水利局", 2)]
    )
    for row in rows:
        sheet.append(list(row))
    book.save(tmp_path / "名单.xlsx")
    assert wanted_units(tmp_path / "名单.xlsx") == ["示例县教育局", "示例县水利局"]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff\xff\xff"], ids=["empty", "blank lines", "no text"])
def test_a_list_that_names_nobody(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "名单.txt"
    path.write_bytes(content)
    with pytest.raises(UnusableFile, match="名单"):
        wanted_units(path)


def test_shares_are_exact() -> None:
    assert quality(record("a", checks={"通过": 2, "不符": 1})).share == Fraction(2, 3)
