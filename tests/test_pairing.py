"""A batch with official tables: those of a unit's folder and those that the bureau keeps are held against its workbook."""

import json
from pathlib import Path

import openpyxl
import pytest

import selfeval_xl
from selfeval_xl.batch import pairing, running
from selfeval_xl.errors import UserError
from tests.build import SAMPLES
from tests.test_witnessed import right
from tests.test_witnesses import SETS

UNIT = "1-住建局"
EXPORT, LIST = "决算软件导出.xls", "指标执行明细表.xlsx"
FILING = selfeval_xl.read(SAMPLES / "示例单位-2023" / "填报.xlsx")[0]
SLIP = ("2收支情况", "D40", 4.16)


def book(folder: Path, name: str = "填报.xlsx", unit: str = "") -> None:
    """With one slip; of the unit of the tables, or of another."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(right())
    opened = openpyxl.load_workbook(path)
    opened[SLIP[0]][SLIP[1]].value = SLIP[2]
    for row, text in (("name", unit), ("code", "999001")) if unit else ():
        place = FILING.figure("unit", row, "value").place
        opened[place.sheet][place.a1].value = text
    opened.save(path)


def table(folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes((SETS / UNIT / name).read_bytes())


def run(tmp_path: Path, **more: object) -> running.Ran:
    settings = running.Settings(out=tmp_path / "结果", workers=1, report=False, **more)  # type: ignore[arg-type]
    plan = running.plan(tmp_path / "来件", settings)
    running.convert(plan, settings, lambda record: None)
    return running.finish(plan, settings)


def told(ran: running.Ran) -> dict[str, set[str]]:
    """File → the rules on other files that found something in it."""
    signs = {record.name: ran.desk.signs.loc[record.name] for record in ran.desk.latest}
    return {
        name: {rule for rule in row.index if rule.startswith("W-") and row[rule] < 3 and rule != "W-01"}
        for name, row in signs.items()
    }


def test_tables_in_the_folder_of_a_unit(tmp_path: Path) -> None:
    own = tmp_path / "来件" / "住建局"
    book(own)
    table(own, EXPORT)
    book(tmp_path / "来件" / "别的局", unit="别的局")
    ran = run(tmp_path)
    assert told(ran) == {"住建局/填报.xlsx": {"W-02"}, "别的局/填报.xlsx": set()}
    assert {one.name: one.why for one in ran.collected.skipped} == {f"住建局/{EXPORT}": pairing.PAIRED}
    opened = openpyxl.load_workbook(next((tmp_path / "结果").glob("*住建局*/*核对结果.xlsx")))
    assert "多源对照" in opened.sheetnames


def test_a_second_run_does_nothing_and_a_changed_table_is_checked_anew(tmp_path: Path) -> None:
    own = tmp_path / "来件" / "住建局"
    book(own)
    table(own, EXPORT)
    assert (run(tmp_path).converted, run(tmp_path).converted) == (1, 0)
    table(own, LIST)
    assert run(tmp_path).converted == 1


def test_tables_that_the_bureau_keeps(tmp_path: Path) -> None:
    """By the name of the folder, or of the file where all lie in one; what nobody needs is told."""
    book(tmp_path / "来件" / "青澜县住房和城乡建设局")
    book(tmp_path / "来件", "教育局.xlsx", unit="教育局")
    kept = tmp_path / "官方"
    table(kept / "青澜县住房和城乡建设局", EXPORT)
    table(kept / "卫健局", EXPORT)
    table(kept, LIST)
    ran = run(tmp_path, sources=kept)
    assert told(ran) == {"青澜县住房和城乡建设局/填报.xlsx": {"W-02"}, "教育局.xlsx": set()}
    assert {one.name: one.why for one in ran.collected.skipped} == {
        "官方/卫健局/": pairing.LONELY,
        f"官方/{LIST}": pairing.SHARED,
    }
    with pytest.raises(UserError):
        run(tmp_path, sources=tmp_path / "没有")


def test_tables_alone_say_themselves_what_they_are(tmp_path: Path) -> None:
    table(tmp_path / "来件" / "某局", EXPORT)
    table(tmp_path / "来件" / "某局", LIST)
    ran = run(tmp_path)
    assert [bool(record.trouble) for record in ran.desk.records] == [True, True]
    assert not ran.collected.skipped


def test_a_forged_line_hides_no_workbook(tmp_path: Path) -> None:
    own = tmp_path / "来件" / "住建局"
    book(own)
    table(own, EXPORT)
    run(tmp_path)
    kinds = tmp_path / "结果" / "批次记录" / pairing.KINDS
    forged = {digest: {**line, "official": True} for digest, line in json.loads(kinds.read_text()).items()}
    kinds.write_text(json.dumps(forged))
    assert [record.name for record in run(tmp_path).desk.latest] == ["住建局/填报.xlsx"]


def test_a_workbook_that_was_only_prefilled_is_not_filed(tmp_path: Path) -> None:
    """One cell of a person's own makes it a filing."""
    given = tmp_path / "来件" / "某局"
    given.mkdir(parents=True)
    path = given / "填报.xlsx"
    selfeval_xl.prefill([SETS / UNIT / EXPORT], path)
    assert [(record.empty, record.verdict) for record in run(tmp_path).desk.records] == [(True, "")]
    place = FILING.figure("duties", "duties", "value").place
    opened = openpyxl.load_workbook(path)
    opened[place.sheet][place.a1].value = "负责住房保障。"
    opened.save(path)
    assert [record.empty for record in run(tmp_path).desk.records] == [False]
