"""`selfeval batch` over real folders: what it writes, what it does again, how it stops, on whatever it runs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from fractions import Fraction
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from selfeval_xl.batch import executors
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.remembering import Memory, recall, remember
from selfeval_xl.batch.running import Ran, Settings, convert, finish, plan
from selfeval_xl.batch.sealing import key as key_of_this_account
from selfeval_xl.batch.working import SIGNS, Task
from selfeval_xl.errors import UnusableFile
from selfeval_xl.filing import Key
from selfeval_xl.forms import load
from selfeval_xl.telling import batch_data, batch_page
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.build import SAMPLES
from tests.conftest import Golden
from tests.documents import text_of
from tests.many_units import at, complete, unit_values, units
from tests.official_books import stacked

FORM = load()
GOLDENS = Path("goldens") / "batch"


POSIX = pytest.mark.skipif(os.name != "posix", reason="names of bytes, and pipes, are of POSIX; run it there")


def book(number: int = 1, **typed: object) -> bytes:
    """Unit `number` with these cells of 单位信息 typed otherwise."""
    values = unit_values(FORM, number, complete(FORM))
    return fill(FORM, values | {at("unit", row): value for row, value in typed.items()})


def with_subunits(**typed: object) -> bytes:
    """A department whose book holds unit 1, and which names unit 2 as one that is not in it."""
    values: dict[Key, object] = unit_values(FORM, 7, complete(FORM))
    values |= {at("unit", row): value for row, value in typed.items()}
    for number, included in ((1, "是"), (2, "否")):
        values[at("subunits", "subunit", "name", number)] = f"示例县第{number}中心"
        values[at("subunits", "subunit", "included", number)] = included
    return fill(FORM, values)


def run(folder: Path, out: Path, **settings: object) -> Ran:
    """A batch in this process, without reports unless they are asked for."""
    wanted = Settings(out, **{"report": False, "workers": 1, **settings})  # type: ignore[arg-type]
    work = plan(folder, wanted)
    convert(work, wanted, lambda record: None)
    return finish(work, wanted)


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "selfeval_xl", "batch", *map(str, arguments)]


ENVIRONMENT = {**os.environ, "PYTHONPATH": str(SAMPLES.parent), "PYTHONIOENCODING": "utf-8"}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One of everything that a bureau's folder holds."""
    place = tmp_path_factory.mktemp("单位")
    faulty = complete(FORM) | {at("sources", "general", "executed"): 2480.82}
    contents: dict[str, bytes] = {
        "君山.xlsx": (SAMPLES / "junshan-2023" / "填报.xlsx").read_bytes(),
        "示例镇.xlsx": (SAMPLES / "示例乡镇-2023" / "填报.xlsx").read_bytes(),
        "第一次/城管局.xlsx": fill(FORM, faulty),
        "第二次/城管局.xlsx": fill(FORM, complete(FORM) | {at("unit", "submission"): 2}),
        "一中心.xlsx": book(1),
        "一中心 副本.xlsx": book(1),
        "二中心.xlsx": book(2),
        "教育局.xlsx": with_subunits(name="示例县教育局", scope="部门汇总", code="345000"),
        "空白.xlsx": write_template(FORM),
        "坏的.xlsx": b"PK\x03\x04 torn",
        "名册.xlsx": _foreign(),
        "~$君山.xlsx": b"",
        "说明.docx": b"",
        "打包.zip": b"",
    }
    for name, content in contents.items():
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_bytes(content)
    return place


def _foreign() -> bytes:
    import io

    target = io.BytesIO()
    other = openpyxl.Workbook()
    other.worksheets[0].append(("姓名", "电话"))
    other.save(target)
    return target.getvalue()


@pytest.fixture(scope="module")
def ran(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    out = tmp_path_factory.mktemp("结果")
    names = out / "名单.txt"
    names.write_text("示例县教育局\n示例县第1中心\n示例县第9中心\n", encoding="utf-8")
    return run(folder, out, due=date(2024, 5, 20), units=names)


def sheet_text(path: Path, name: str) -> str:
    """A sheet as lines; numbers in at most six digits after the point."""
    sheet = openpyxl.load_workbook(path)[name]
    rows = ([_cell(cell) for cell in row] for row in sheet.iter_rows(values_only=True))
    return "".join(f"{' | '.join(row).rstrip(' |')}\n" for row in rows)


def _cell(value: object) -> str:
    return "" if value is None else f"{round(value, 6):g}" if isinstance(value, float) else f"{value}"


SHEETS = (
    "总览", "单位", "未报送", "单位×规则", "规则统计", "汇总预决算", "汇总核对", "填报质量", "执行", "项目得分", "问题清单",
    "同类比较", "不计入汇总", "未处理文件",
)  # fmt: skip


def test_the_sheets(ran: Ran) -> None:
    assert tuple(openpyxl.load_workbook(ran.summary).sheetnames) == SHEETS


@pytest.mark.parametrize("name", SHEETS)
def test_what_each_sheet_says(ran: Ran, golden: Golden, name: str) -> None:
    golden(GOLDENS / f"{name}.txt", sheet_text(ran.summary, name))


def test_sums_are_those_of_the_books_that_count(ran: Ran) -> None:
    """Of the sample's 资金来源合计 执行 2935.77: once as filed a second time, × 3 as 教育局 (with unit 1), × 1.5 as unit 2."""
    sheet = openpyxl.load_workbook(ran.summary)["汇总预决算"]
    rows = [row for row in sheet.iter_rows(values_only=True) if row[0] == "合计" and row[3] == "资金来源合计"]
    own = Fraction("2471.82") + Fraction("428.75") + Fraction("35.2")
    junshan, town = Fraction("1566.53"), Fraction("1275.375246")
    expected = own * (1 + 3 + Fraction(3, 2)) + junshan + town
    assert [round(row[9], 6) for row in rows] == [float(expected)]  # type: ignore[arg-type]


def test_links_lead_to_files_that_are_there(ran: Ran) -> None:
    book = openpyxl.load_workbook(ran.summary)
    targets = {
        cell.hyperlink.target
        for name in ("单位", "单位×规则", "问题清单")
        for row in book[name].iter_rows()
        for cell in row
        if cell.hyperlink and cell.hyperlink.target
    }
    assert len(targets) == len(ran.desk.latest)
    assert all((ran.summary.parent / target.replace("\\", "/")).is_file() for target in targets)


def test_slips_go_to_units_that_are_not_ready(ran: Ran, golden: Golden) -> None:
    assert [path.name for path in ran.slips] == ["岳阳市君山区自然资源局-2023-退回意见.docx"]
    golden(GOLDENS / "退回意见.txt", text_of(ran.slips[0].read_bytes()))


def test_whoever_did_not_file_is_named(ran: Ran) -> None:
    assert ran.unfiled == ["示例县第9中心"]
    remark = "另有 3 个文件不能用、1 个文件是空白模板，不知是哪个单位的，可能就是其中单位报来的。"
    assert f"未报送 1 个单位：示例县第9中心。{remark}" in batch_page(ran)
    assert remark in sheet_text(ran.summary, "未报送")
    assert batch_data(ran)["unfiled"] == ["示例县第9中心"]


def test_a_list_of_units_is_read_before_anything_is_converted(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(UnusableFile, match="名单"):
        plan(folder, Settings(tmp_path / "结果", units=tmp_path / "没有.txt"))


@pytest.mark.parametrize(("annexes", "place"), [(True, "请随材料另附书面说明"), (False, "“核实说明”表")])
def test_where_to_explain_is_a_place_that_the_file_has(tmp_path: Path, annexes: bool, place: str) -> None:
    (tmp_path / "收到的表").mkdir()
    source = tmp_path / "收到的表" / "甲.xlsx"
    if annexes:
        stacked().save(source)
    else:
        shutil.copy(SAMPLES / "junshan-2023" / "填报.xlsx", source)
    (slip,) = run(tmp_path / "收到的表", tmp_path / "结果", form=FORM.id).slips
    assert place in text_of(slip.read_bytes())


def test_what_no_reason_settles_is_to_be_corrected(tmp_path: Path) -> None:
    """A self-name that is not in the list: 核实说明 would not settle it, and the slip does not ask for it."""
    (tmp_path / "表").mkdir()
    odd = complete(FORM) | {at("unit", "self_name"): "咱们"}
    (tmp_path / "表" / "甲.xlsx").write_bytes(fill(FORM, odd))
    (slip,) = run(tmp_path / "表", tmp_path / "结果").slips
    said = text_of(slip.read_bytes())
    assert "须改正的警告 1 条" in said
    assert "未说明的警告" not in said
    assert "| 须改正 | 1基本情况!B7 |" in said
    assert "| 请说明 |" not in said


def test_without_a_report(ran: Ran) -> None:
    assert not list(ran.summary.parent.rglob("*自评报告*"))


def test_the_command_says_what_it_found(folder: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        command(folder, "--out", tmp_path, "--no-report", "--workers", 1),
        capture_output=True, env=ENVIRONMENT, check=False, timeout=120,
    )  # fmt: skip
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 2
    assert lines[0] == "单位 6 个：可报送 5 个，有错误 1 个。"
    assert lines[1] == "填报文件 12 个：本次核对 8 个，空白模板 1 个，不能用 3 个；跳过 2 个其他文件。"
    assert sum(line.startswith("不能用：") for line in lines) == 3
    again = subprocess.run(
        command(folder, "--out", tmp_path, "--no-report", "--json"),
        capture_output=True, env=ENVIRONMENT, check=False, timeout=120,
    )  # fmt: skip
    said = json.loads(again.stdout)
    assert (said["verdicts"], said["converted"], said["unusable"]) == ({"可报送": 5, "有错误": 1}, 0, 3)
    assert {file["file"] for file in said["files"] if file["counted"]} == {
        "君山.xlsx", "示例镇.xlsx", "第二次/城管局.xlsx", "二中心.xlsx", "教育局.xlsx"
    }  # fmt: skip


def test_a_second_run_does_what_changed(tmp_path: Path) -> None:
    folder, out = tmp_path / "单位", tmp_path / "单位" / "结果"
    folder.mkdir()
    for number in (1, 2, 3):
        (folder / f"{number}.xlsx").write_bytes(book(number))
    assert run(folder, out).converted == 3
    first = (out / "汇总.xlsx").read_bytes()
    assert run(folder, out).converted == 0
    assert (out / "汇总.xlsx").read_bytes() == first
    assert "填报文件 3 个：没有变化 3 个。" in batch_page(run(folder, out))
    (folder / "2.xlsx").write_bytes(book(2, name="示例县改名中心"))
    changed = run(folder, out)
    assert (changed.converted, batch_page(changed).splitlines()[1]) == (
        1, "填报文件 3 个：本次核对 1 个，没有变化 2 个。"
    )  # fmt: skip
    assert not list(out.glob("示例县第2中心*"))
    assert len(list(out.glob("示例县改名中心*/*.xlsx"))) == 1
    next(out.glob("示例县第1中心*/*.xlsx")).unlink()
    assert run(folder, out).converted == 1
    assert run(folder, out, report=True).converted == 3
    assert run(folder, out, report=True, force=True).converted == 3


def forged(out: Path, name: str, key: bytes, **said: object) -> None:
    """What `name` is remembered by, with these things said otherwise, sealed with this key."""
    memory = Memory(out, key_of_this_account())
    old = recall(memory, name)
    assert old is not None
    remember(Memory(out, key), replace(old, **said))


@pytest.mark.parametrize("key", [b"", b"x" * 32], ids=["no key", "another key"])
def test_a_forged_verdict_is_not_believed(tmp_path: Path, key: bytes) -> None:
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()
    (folder / "一.xlsx").write_bytes(book(1, code="x"))
    first = run(folder, out)
    assert run(folder, out).converted == 0
    forged(out, "一.xlsx", key, verdict="可报送", errors=0, unit="示例县别的局")
    again = run(folder, out)
    assert again.converted == 1
    assert again.desk.records == first.desk.records


@pytest.mark.parametrize("mine", [True, False], ids=["sealed with the account's key", "with another"])
@pytest.mark.parametrize(
    "path", ["../victim-核对结果.xlsx", "{absolute}", "../单位/二.xlsx", "{own}/victim.txt", "{own}/../../victim.txt",
             "{own}\\..\\victim.txt", "{own}/别的-2023-核对结果.xlsx", "汇总.xlsx", "victim.txt", ""],
)  # fmt: skip
def test_a_forged_path_costs_no_file(tmp_path: Path, path: str, mine: bool) -> None:
    """Neither is the file removed nor is a slip written beside it; the workbook is done again."""
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()
    (folder / "一.xlsx").write_bytes(book(1, code="x"))
    (folder / "二.xlsx").write_bytes(book(2))
    run(folder, out)
    own = next(out.glob("示例县第1中心*"))
    for victim in (tmp_path / "victim-核对结果.xlsx", tmp_path / "victim.txt", own / "victim.txt", out / "victim.txt",
                   own / "别的-2023-核对结果.xlsx"):  # fmt: skip
        victim.write_text("mine", "utf-8")
    before = {
        p: p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file() and "批次记录" not in p.parts
    }
    file = path.format(absolute=tmp_path / "victim.txt", own=own.name)
    forged(out, "一.xlsx", key_of_this_account() if mine else b"", files=(file, file))
    assert run(folder, out).converted == 1
    after = {
        p: p.read_bytes() for p in sorted(tmp_path.rglob("*")) if p.is_file() and "批次记录" not in p.parts
    }
    assert after == before


@POSIX
def test_through_a_link_to_elsewhere_nothing_is_removed(tmp_path: Path) -> None:
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()
    (folder / "一.xlsx").write_bytes(book(1))
    run(folder, out)
    own = next(out.glob("示例县第1中心*"))
    own.rename(tmp_path / "别处")
    own.symlink_to(tmp_path / "别处")
    (folder / "一.xlsx").write_bytes(book(1, name="示例县改名中心"))
    assert run(folder, out).converted == 1
    assert [p.name for p in (tmp_path / "别处").iterdir()] == ["示例县第1中心-2023-核对结果.xlsx"]


@POSIX
def test_a_record_that_is_a_pipe_keeps_nobody_waiting(tmp_path: Path) -> None:
    (tmp_path / "一.xlsx").write_bytes(book(1))
    run(tmp_path, tmp_path / "结果")
    for kept in (tmp_path / "结果" / "批次记录").iterdir():
        kept.unlink()
        os.mkfifo(kept)
    assert run(tmp_path, tmp_path / "结果").converted == 1


def test_names_as_long_as_systems_take(tmp_path: Path) -> None:
    """81 Chinese signs and .xlsx are 248 bytes; a unit's name adds its own."""
    name = "示例" * 40 + "局.xlsx"
    (tmp_path / name).write_bytes(book(1, name="示例县" + "很长的名字" * 20 + "中心"))
    found = run(tmp_path, tmp_path / "结果", report=True)
    assert (found.converted, [record.trouble for record in found.desk.records]) == (1, [""])
    assert run(tmp_path, tmp_path / "结果", report=True).converted == 0
    assert max(len(os.fsencode(p.name)) for p in (tmp_path / "结果").rglob("*")) < 256


def test_results_in_the_very_folder_of_the_books(tmp_path: Path) -> None:
    (tmp_path / "1.xlsx").write_bytes(book(1))
    assert run(tmp_path, tmp_path, report=True).converted == 1
    again = run(tmp_path, tmp_path, report=True)
    assert (again.converted, len(again.desk.records)) == (0, 1)
    assert {skipped.why for skipped in again.collected.skipped} == {"本程序生成的文件"}


def test_nothing_usable_gives_a_summary_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK")
    found = run(tmp_path, tmp_path / "出")
    assert "坏.xlsx | 不能用" in sheet_text(found.summary, "未处理文件")
    assert found.desk.latest == []


@POSIX
def test_names_that_are_no_text_are_read_as_gbk(tmp_path: Path) -> None:
    """What `unzip` leaves of a zip made under a Chinese Windows."""
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()
    shown = {
        os.fsencode("甲.xlsx"): "甲.xlsx",
        "甲.xlsx".encode("gbk"): "\\udcbc\\udcd7.xlsx",  # there is one of this name
        "示例局.xlsx".encode("gbk"): "示例局.xlsx",  # two of its bytes are text in UTF-8
        "坏.xlsx".encode("gbk"): "坏.xlsx",
        b"\xff.xlsx": "\\udcff.xlsx",
        "旧.doc".encode("gbk"): "旧.doc",
    }
    for number, name in enumerate(shown):
        content = b"PK" if name == "坏.xlsx".encode("gbk") else book(number, name=f"示例县第{number}中心")
        (folder / os.fsdecode(name)).write_bytes(content)
    found = run(folder, out, report=True)
    assert {record.name for record in found.desk.records} == {*shown.values()} - {"旧.doc"}
    assert "示例局.xlsx" in sheet_text(found.summary, "单位")
    left = sheet_text(found.summary, "未处理文件")
    assert "坏.xlsx | 不能用 | 「坏.xlsx」其实是文本文件" in left
    assert "旧.doc | 跳过" in left
    folders = {path.name for path in out.iterdir() if path.is_dir()}
    assert "示例县第2中心-2023（示例局）" in folders
    assert [run(folder, out, report=True).converted for _ in range(2)] == [0, 0]


@POSIX
def test_a_pipe_is_no_workbook(tmp_path: Path) -> None:
    (tmp_path / "一.xlsx").write_bytes(book(1))
    os.mkfifo(tmp_path / "管道.xlsx")
    found = run(tmp_path, tmp_path / "结果")
    assert "管道.xlsx | 不能用 | 「管道.xlsx」不是普通文件" in sheet_text(found.summary, "未处理文件")
    assert len(found.desk.latest) == 1


def test_a_unit_mends_its_book(tmp_path: Path) -> None:
    """Returned, mended in part, returned again; the same content is not returned anew; ready in the end."""
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()

    faulty: dict[Key, object] = {at("sources", "general", "executed"): 2480.82, at("duties", "duties"): None}
    mended: dict[Key, object] = {at("sources", "general", "executed"): 2471.82}

    def filed(typed: dict[Key, object]) -> Ran:
        (folder / "城管局.xlsx").write_bytes(fill(FORM, complete(FORM) | typed))
        return run(folder, out)

    def slip(ran: Ran) -> str:
        return text_of(ran.slips[0].read_bytes())

    assert "（第 1 次退回）" in slip(filed(faulty))
    assert "与上次" not in slip(filed(faulty))
    second = slip(filed(faulty | mended))
    assert "（第 2 次退回）" in second
    assert "与上次报送相比，已改正 4 条，尚有 1 条未改。" in second
    assert "（第 2 次退回）" in slip(filed(faulty | mended))
    ready = filed({})
    assert ready.slips == []
    assert not list(out.rglob("*退回意见.docx"))
    assert "| 已改正 1 条 |" in sheet_text(ready.summary, "单位")


@pytest.mark.parametrize("forged", ["a count", "an older version", "another account", "nothing"])
def test_returns_that_somebody_else_wrote_count_and_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, forged: str
) -> None:
    """They cannot be worked out again: a new computer must not lose them, a forger must not go unseen."""
    folder, out = tmp_path / "单位", tmp_path / "结果"
    folder.mkdir()
    (folder / "城管局.xlsx").write_bytes(fill(FORM, complete(FORM) | {at("duties", "duties"): None}))
    assert run(folder, out).remarks == ()
    kept = out / "批次记录" / "退回记录.json"
    held = json.loads(kept.read_text("utf-8"))
    if forged == "a count":
        for listed in held["returns"].values():
            listed.insert(0, {"digest": "0" * 64, "open": []})
        kept.write_text(json.dumps(held, ensure_ascii=False), "utf-8")
    elif forged == "an older version":
        kept.write_text(json.dumps(held["returns"], ensure_ascii=False), "utf-8")
    elif forged == "another account":
        monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "另一个账户"))
    ran = run(folder, out)
    assert ["退回记录.json" in remark for remark in ran.remarks] == [True] * (forged != "nothing")
    assert f"（第 {2 if forged == 'a count' else 1} 次退回）" in text_of(ran.slips[0].read_bytes())
    assert run(folder, out).remarks == ()


def test_two_files_of_one_number_get_no_slip_until_one_is_gone(tmp_path: Path) -> None:
    """Which of them is the unit's last word nobody knows: no slip, no 与上次相比; with one gone the other gets its
    first slip, and of the first nothing is left but what others put there."""
    folder, out = tmp_path / "收", tmp_path / "结果"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(book(1, scope=""))
    (folder / "乙.xlsx").write_bytes(book(1, scope="", nature=""))
    (folder / "二.xlsx").write_bytes(book(2))
    ran = run(folder, out)
    assert (ran.slips, ran.gone) == ([], [])
    assert (
        "1 个单位有几份报送次数相同而内容不同的文件，分不出先后，没有生成退回意见：示例县第1中心"
        in batch_page(ran)
    )
    (own,) = (path for path in out.iterdir() if path.name.endswith("（甲）"))
    (own / "批注.txt").write_text("财政局自己的")
    (folder / "甲.xlsx").unlink()
    ran = run(folder, out)
    assert ran.gone == ["甲.xlsx"]
    assert "填报文件已不在的 1 个，其结果和退回意见已删去：甲.xlsx。" in batch_page(ran)
    assert [path.name for path in own.iterdir()] == ["批注.txt"]
    (slip,) = ran.slips
    said = text_of(slip.read_bytes())
    assert "（第 1 次退回）" in said
    assert "与上次报送相比" not in said
    assert len(list((out / "批次记录").glob("*.json"))) == 5  # two records, 退回记录, 来源, 复核


def test_what_was_mended_under_the_same_number_is_the_later_one(tmp_path: Path) -> None:
    """Many units file again without a new 报送次数: what went back before is the earlier one, whatever its name."""
    folder, out = tmp_path / "收", tmp_path / "结果"
    folder.mkdir()
    (folder / "乙.xlsx").write_bytes(book(1, scope="", nature="", self_name="？"))
    assert len(run(folder, out).slips) == 1
    (folder / "丙.xlsx").write_bytes(book(1, scope=""))
    for _ in range(2):
        ran = run(folder, out)
        assert [r.name for r in ran.desk.latest] == ["丙.xlsx"]
        (slip,) = ran.slips
        assert "（第 2 次退回）" in text_of(slip.read_bytes())
        assert "与上次报送相比" in text_of(slip.read_bytes())


def test_results_of_other_folders_stay(tmp_path: Path) -> None:
    """Two folders into one: what the one does not hold may be the other's."""
    one, other, out = tmp_path / "一", tmp_path / "二", tmp_path / "结果"
    for folder, number in ((one, 1), (other, 2)):
        folder.mkdir()
        (folder / f"{number}.xlsx").write_bytes(book(number))
        run(folder, out)
    (other / "2.xlsx").rename(other / "3.xlsx")
    ran = run(other, out)
    assert ran.gone == ["2.xlsx"]
    kept = sorted(path.name for path in out.iterdir() if path.is_dir())
    assert kept == ["批次记录", "示例县第1中心-2023（1）", "示例县第2中心-2023（3）"]


@pytest.mark.parametrize(
    "file",
    [
        "../外-核对结果.xlsx",
        "外-核对结果.xlsx",
        "a/../../外-核对结果.xlsx",
        "a/名册.xlsx",
        "/外-核对结果.xlsx",
    ],
)
def test_what_a_record_names_outside_of_its_folder_is_not_removed(tmp_path: Path, file: str) -> None:
    folder, out = tmp_path / "收", tmp_path / "结果"
    folder.mkdir()
    (folder / "甲.xlsx").write_bytes(book(1))
    (folder / "乙.xlsx").write_bytes(book(2))
    run(folder, out)
    foreign = [tmp_path / "外-核对结果.xlsx", out / "外-核对结果.xlsx", out / "a" / "名册.xlsx"]
    (out / "a").mkdir()
    for path in foreign:
        path.touch()
    memory = Memory(out, key_of_this_account())
    record = recall(memory, "甲.xlsx")
    assert record is not None
    remember(memory, replace(record, files=(file,)))
    (folder / "甲.xlsx").unlink()
    assert run(folder, out).gone == ["甲.xlsx"]
    assert all(path.exists() for path in foreign)


def written(out: Path) -> dict[str, bytes]:
    """Everything but the memory of it."""
    files = (path for path in sorted(out.rglob("*")) if path.is_file() and path.parent.name != "批次记录")
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def slice_of_units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and twelve generated units: a slice of `make demo-batch`."""
    place = tmp_path_factory.mktemp("十二家")
    for sample in SAMPLES.iterdir():
        shutil.copy(sample / "填报.xlsx", place / f"{sample.name}.xlsx")
    for name, content in units(12):
        (place / name).write_bytes(content)
    return place


@pytest.fixture(scope="module")
def in_series(slice_of_units: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    out = tmp_path_factory.mktemp("依次")
    found = run(slice_of_units, out, report=True)
    verdicts = [record.verdict for record in found.desk.latest]
    assert {v: verdicts.count(v) for v in set(verdicts)} == {"可报送": 13, "有错误": 2, "未填完": 1}
    return written(out)


def test_processes_write_the_same_bytes(
    slice_of_units: Path, in_series: dict[str, bytes], tmp_path: Path
) -> None:
    run(slice_of_units, tmp_path, report=True, workers=2)
    assert written(tmp_path) == in_series


@pytest.fixture
def cluster() -> Iterator[str]:
    distributed = pytest.importorskip("distributed", reason="pip install distributed: the extra `cluster`")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as local:
        yield local.scheduler_address


def test_a_cluster_writes_the_same_bytes(
    slice_of_units: Path,
    in_series: dict[str, bytes],
    tmp_path: Path,
    cluster: str,
) -> None:
    run(slice_of_units, tmp_path, report=True, cluster=cluster)
    assert written(tmp_path) == in_series


def test_no_cluster_there(folder: Path, tmp_path: Path) -> None:
    pytest.importorskip("distributed", reason="pip install distributed: the extra `cluster`")
    done = subprocess.run(
        command(folder, "--out", tmp_path, "--cluster", "nonsense://here"),
        capture_output=True, env=ENVIRONMENT, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, b"")
    assert "连不上集群 nonsense://here" in done.stderr.decode()


def _dies(task: Task) -> Record:
    """As `work`, but one workbook takes the process with it."""
    if task.source.name == "2.xlsx":
        os._exit(9)
    return Record(task.source.name, task.work, empty=True)


def test_a_worker_that_dies_takes_nobody_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(executors, "work", _dies)
    for number in range(6):
        (tmp_path / f"{number}.xlsx").write_bytes(b"")
    wanted = Settings(tmp_path / "出", workers=2)
    records: list[Record] = []
    convert(plan(tmp_path, wanted), wanted, records.append)
    assert sorted(record.name for record in records) == [f"{number}.xlsx" for number in range(6)]
    (lost,) = [record for record in records if record.trouble]
    assert (lost.name, lost.exit_code) == ("2.xlsx", 4)
    assert "异常退出" in lost.trouble


def _once(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGINT)


def _twice(process: "subprocess.Popen[bytes]") -> None:
    os.killpg(process.pid, signal.SIGINT)
    time.sleep(0.2)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGINT)


def _from_outside(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()


Stop = Callable[["subprocess.Popen[bytes]"], None]


@pytest.mark.skipif(os.name == "nt", reason="Ctrl-C is sent to a process group as on Linux")
@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize("stop", [_once, _twice, _from_outside])
def test_ctrl_c_stops_cleanly(tmp_path: Path, workers: int, stop: Stop) -> None:
    folder, out = tmp_path / "单位", tmp_path / "结果"
    process = _started(folder, out, workers)
    stop(process)
    said, complaint = process.communicate(timeout=60)
    assert (process.returncode, said) == (2, b"")
    assert "Traceback" not in complaint.decode()
    assert "已中止：本次完成" in complaint.decode()
    assert not (out / "汇总.xlsx").exists()
    assert not list(out.rglob(".selfeval*"))
    wanted = Settings(out, report=False)
    rest = plan(folder, wanted)
    assert rest.known >= 3
    assert rest.known + len(rest.tasks) == 40
    assert f"本次完成 {rest.known} 个，还有 {len(rest.tasks)} 个" in complaint.decode()


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are counted in /proc; run it on Linux")
def test_whoever_is_killed_takes_its_workers_along(tmp_path: Path) -> None:
    process = _started(tmp_path / "单位", tmp_path / "结果", 2)
    assert len(_of_session(process.pid)) > 2
    process.kill()
    process.communicate(timeout=60)
    _wait(lambda: not _of_session(process.pid))


def _of_session(leader: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            after_name = status.read_text().rpartition(")")[2].split()
            if int(after_name[3]) == leader and after_name[0] != "Z":
                found.append(int(status.parent.name))
    return found


def _started(folder: Path, out: Path, workers: int) -> "subprocess.Popen[bytes]":
    """A batch of forty in a session of its own, that has done three."""
    folder.mkdir()
    content = book(1)
    for number in range(40):
        (folder / f"{number:02d}.xlsx").write_bytes(content)
    process = subprocess.Popen(
        command(folder, "--out", out, "--no-report", "--workers", workers),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT, start_new_session=True,
    )  # fmt: skip
    _wait(lambda: len(list(out.glob("*/*核对结果.xlsx"))) >= 3)
    return process


def _wait(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_a_folder_without_workbooks(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "--out", tmp_path / "出"),
        capture_output=True,
        env=ENVIRONMENT,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "没有填报文件" in done.stderr.decode()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_where_nothing_can_be_written_it_says_so(folder: Path, tmp_path: Path, workers: int) -> None:
    (tmp_path / "文件").write_bytes(b"")
    done = subprocess.run(
        command(folder, "--out", tmp_path / "文件", "--workers", workers),
        capture_output=True, env=ENVIRONMENT, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, b"")
    assert "无法写入文件夹" in done.stderr.decode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux; run it there")
def test_a_bar_that_nobody_can_see_stops_nothing(folder: Path, tmp_path: Path) -> None:
    with open("/dev/full", "wb") as full:
        done = subprocess.run(
            command(folder, "--out", tmp_path / "出", "--no-report", "--workers", 1),
            stdout=subprocess.PIPE, stderr=full, env=ENVIRONMENT, check=False, timeout=120,
        )  # fmt: skip
    assert done.returncode == 2  # two files cannot be used
    assert (tmp_path / "出" / "汇总.xlsx").is_file()


@pytest.mark.parametrize("due", ["明天", "2024-13-01", "2024-02-30", "20240520"])
def test_a_deadline_is_a_day(tmp_path: Path, due: str) -> None:
    done = subprocess.run(
        command(tmp_path, "--out", tmp_path / "出", "--due", due),
        capture_output=True, env=ENVIRONMENT, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.decode() == f"期限 {due} 不是日期；请写成 2026-05-20 的样子。\n"


def test_a_slip_for_annexes_does_not_ask_for_the_templates_sheets(tmp_path: Path) -> None:
    """The bureau's own annex files: what the template has beside them is told once, and not counted as 必填未填."""
    (tmp_path / "收到的表").mkdir()
    stacked().save(tmp_path / "收到的表" / "甲.xlsx")
    ran = run(tmp_path / "收到的表", tmp_path / "结果", form=FORM.id)
    said = text_of(ran.slips[0].read_bytes())
    assert "不在文件里" not in said
    assert (
        said.count("文件里没有“1基本情况”、“2收支情况”、“4文字材料”、“附件6”，涉及这些表的核对没有进行") == 1
    )
    assert "没有报送的表 4 张。现予退回" in said


def test_an_error_that_waits_for_the_bureau_is_open_no_more(tmp_path: Path) -> None:
    """待财政认定, under the overlay that the unit's own template carries: no slip, and told wherever the bureau looks."""
    folder = tmp_path / "收到的表"
    folder.mkdir()
    shutil.copy(SAMPLES / "区财政局-2023" / "填报.xlsx", folder)
    ran = run(folder, tmp_path / "结果")
    (record,) = ran.desk.latest
    assert (record.verdict, record.explained, record.pending, list(ran.slips)) == ("可报送", 2, 2, [])
    assert record.overlay == "填报.xlsx 内的 区财政局.toml（校验码 UABZONOW）"
    page, overview = batch_page(ran), sheet_text(ran.summary, "总览")
    assert (
        "待财政认定 2 条（1 个单位）：示例区文化馆。\n按文件自带的调整方案核对 1 个单位：示例区文化馆。"
        in page
    )
    assert "待财政认定 2 条（1 个单位，见“单位”表）；按文件自带的调整方案核对 1 个单位。" in overview
    row = dict(
        zip(*(line.split(" | ") for line in sheet_text(ran.summary, "单位").splitlines()[3:5]), strict=True)
    )
    assert (row["错误"], row["待财政认定"], row["文件自带的调整方案"]) == ("", "2", record.overlay)
    assert list(ran.desk.signs["B-10"]) == [SIGNS.index("待财政认定")]
