"""selfeval prefill: what stands in other official files is in the template, each cell with its origin."""

import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

import selfeval_xl
from selfeval_xl.cli import commands
from selfeval_xl.forms import load
from selfeval_xl.prefilling.into import filled_into
from selfeval_xl.prefilling.prefilled import Prefilled, prefilled
from selfeval_xl.witnesses.begun import begun
from selfeval_xl.witnesses.facts import WitnessKind
from selfeval_xl.witnesses.joining import Joined, join
from selfeval_xl.writing.template.workbook import write_template
from tests.test_witnesses import FILES, SETS, UNITS, wanted, witnesses

FORM = load("hunan-2023", 2024)
JUNE = tuple(name for name in FILES if name != "决算公开表.xlsx")
ANSWERS = {"carryover_included": "否", "scope": "单位本级"}
units = pytest.mark.parametrize("unit", UNITS)
CONFLICTS = {
    "1-住建局": {"three.running.executed"},
    "2-镇政府": {"sources.general.executed", "split.general.executed_project", "projects.project.executed"},
}


@cache
def joined(unit: str, names: tuple[str, ...] = FILES) -> Joined:
    return join([witnesses(unit)[name] for name in names], FORM, ANSWERS)


@cache
def written(unit: str, names: tuple[str, ...] = FILES) -> Prefilled:
    return prefilled(FORM, joined(unit, names))


def filled(unit: str, names: tuple[str, ...] = FILES) -> dict[tuple[str, str], Any]:
    return {
        (
            f"{one.key.block}.{one.key.row}.{one.key.column}",
            (one.facts[0].item or one.facts[0].sheet_of) if one.facts else "",
        ): one
        for one in written(unit, names).typed
        if not one.draft
    }


@units
def test_in_september_every_cell_that_is_known_is_filled(unit: str) -> None:
    cells = filled(unit)
    missing = [
        (cell["concept"], cell["item"])
        for cell in wanted(unit)
        if cell["status"] == "fill"
        and (cell["concept"], cell["item"]) not in cells
        and cell["concept"] not in CONFLICTS[unit]
    ]
    assert not missing


@units
def test_contradictions_are_told_and_fill_nothing(unit: str) -> None:
    told = {one.concept[0] for one in joined(unit).contradictions}
    assert told == CONFLICTS[unit]
    assert not [one for one in joined(unit).contradictions if len(one.facts) < 2]
    for one in joined(unit).contradictions:
        assert (one.facts[0].concept, one.facts[0].item) not in filled(unit)


def test_in_june_nothing_contradicts_the_export() -> None:
    """The published table with the wrong figure comes in August: until then the export speaks alone."""
    assert not joined("1-住建局", JUNE).contradictions
    assert ("three.running.executed", "") in filled("1-住建局", JUNE)


@units
@pytest.mark.parametrize("names", [JUNE, FILES], ids=("june", "september"))
def test_how_many_cells_need_no_typing(unit: str, names: tuple[str, ...]) -> None:
    """Figures, and drafts that are only confirmed. The counts stand in the docs, too."""
    typed = written(unit, names).typed
    figures = sum(not one.draft for one in typed)
    counts = {
        ("1-住建局", JUNE): (182, 349),
        ("1-住建局", FILES): (182, 349),
        ("2-镇政府", JUNE): (140, 291),
        ("2-镇政府", FILES): (142, 291),
    }
    assert (figures, len(typed) - figures) == counts[unit, names]


@units
def test_what_only_the_unit_knows_stays_blank(unit: str) -> None:
    never = {"actual", "score", "reason", "approved", "kind", "source", "separate", "why_not", "parts"}
    assert not [one.key for one in written(unit).typed if one.key.column in never]
    assert not [
        one.key for one in written(unit).typed if one.key.block in ("achievements", "problems", "use")
    ]


@units
def test_payments_are_never_filled_as_final_accounts(unit: str) -> None:
    alone = join([witnesses(unit)["指标执行明细表.xlsx"]], FORM, ANSWERS)
    assert not [c for c in alone.choices if c.fact.concept.rpartition(".")[2].startswith("executed")]
    assert [f for f in alone.suggestions if f.concept == "sources.general.executed"]


def test_a_file_without_a_year_is_known_by_its_figures() -> None:
    files = {file.name: file for file in joined("1-住建局").files}
    assert files["决算公开表.xlsx"].year == 2024
    alone = join([witnesses("1-住建局")["决算公开表.xlsx"]], FORM, ANSWERS)
    assert "年度" in alone.files[0].refused
    assert not alone.choices


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"year": 2022}, "2022"),
        ({"scope": "部门汇总"}, "口径不同"),
        ({"unit": "邻县某局", "code": "999001"}, "邻县某局"),
    ],
)
def test_what_is_of_another_year_scope_or_unit_is_not_used(change: dict[str, Any], word: str) -> None:
    own = witnesses("1-住建局")
    export = replace(own["决算软件导出.xls"], **change)
    others = [own["上年填报.xlsx"], own["预算公开表.xlsx"]]
    found = join([export, *others], FORM, ANSWERS)
    assert word in next(file.refused for file in found.files if file.kind == WitnessKind.EXPORT)
    assert not [c for c in found.choices if c.fact.spots[0].file == "决算软件导出.xls"]


def test_the_result_converts_without_having_been_opened(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(written("1-住建局").content)
    found = {finding.rule for finding in selfeval_xl.examine(path).conclusion.findings}
    assert not found & {"X-90", "R-33", "R-25", "R-31"}


def test_until_it_is_confirmed_it_is_not_finished(tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(written("1-住建局").content)
    told = [f for f in selfeval_xl.read(path)[1] if f.rule == "W-01"]
    assert len(told) == 1
    assert told[0].required
    assert "“四、“三公”经费”" in told[0].message
    book = openpyxl.load_workbook(path)
    for place in told[0].places:
        book["取数来源"][place.a1] = "√"
    book.save(path)
    assert not [f for f in selfeval_xl.read(path)[1] if f.rule == "W-01"]


def test_into_a_begun_workbook_only_blank_cells_change(tmp_path: Path) -> None:
    path, out = tmp_path / "begun.xlsx", tmp_path / "out.xlsx"
    path.write_bytes(write_template(FORM))
    before = path.read_bytes()
    done = filled_into(begun(path), joined("1-住建局"))
    out.write_bytes(done.content)
    assert path.read_bytes() == before
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(io.BytesIO(done.content)) as new:
        same = {n for n in old.namelist() if not n.startswith("xl/worksheets/sheet")}
        changed = {n for n in same if old.read(n) != new.read(n)}
        assert changed == {"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"}
        assert len(set(new.namelist()) - set(old.namelist())) == 1
    fresh = {one.key: one.value for one in written("1-住建局").typed}
    assert {one.key: one.value for one in done.typed} == fresh
    again = filled_into(begun(out), joined("1-住建局"))
    assert not again.typed


def test_the_command_says_what_it_did(tmp_path: Path) -> None:
    sources = [str(SETS / "2-镇政府" / name) for name in FILES]
    out = tmp_path / "填报.xlsx"
    ran = CliRunner().invoke(
        commands, ["prefill", *sources, "--units", "601003", "--out", str(out), "--json"]
    )
    assert ran.exit_code == 0, ran.output
    told = json.loads(ran.output)
    assert out.exists()
    assert told["year"] == 2024
    assert told["code"] == "601003"
    wages = next(
        c for c in told["filled"] if (c["block"], c["row"], c["column"]) == ("basic", "wages", "executed")
    )
    assert (wages["sheet"], wages["cell"], wages["value"]) == ("2收支情况", "E26", "4426547.36")
    assert {source["file"] for source in wages["sources"]} == {"决算软件导出.xls", "决算公开表.xlsx"}
    assert {one["row"] for one in told["contradictions"]} == {"general", "project"}
    assert len(told["files"]) == 6


def test_a_folder_of_units(tmp_path: Path) -> None:
    """Each from its own files; the bureau's one list of budget items serves all; what fails is listed."""
    for unit in UNITS:
        (tmp_path / "各单位" / unit).mkdir(parents=True)
        for name in ("决算软件导出.xls", "上年填报.xlsx"):
            (tmp_path / "各单位" / unit / name).write_bytes((SETS / unit / name).read_bytes())
    (tmp_path / "各单位" / "3-空").mkdir()
    shared = SETS / "2-镇政府" / "指标执行明细表.xlsx"
    out = tmp_path / "结果"
    command = ["prefill", str(shared), "--batch", str(tmp_path / "各单位"), "--out", str(out), "--json"]
    ran = CliRunner().invoke(commands, command)
    assert ran.exit_code == 0, ran.output
    assert len(list(out.glob("*已取数*.xlsx"))) == 2
    told = {unit["folder"]: unit for unit in json.loads(ran.stdout.splitlines()[-1])["units"]}
    assert told["2-镇政府"]["lacking"] == ["预算公开表"]
    assert told["1-住建局"]["lacking"] == ["预算公开表", "指标执行明细表"]
    assert not told["3-空"]["file"]


@pytest.mark.parametrize("suffix", [".pdf", ".jio"])
def test_what_cannot_be_read_is_refused_with_what_to_bring(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"决算{suffix}"
    path.write_bytes(b"%PDF-1.7 ...")
    ran = CliRunner().invoke(commands, ["prefill", str(path)])
    assert ran.exit_code != 0
    assert isinstance(ran.exception, selfeval_xl.errors.UnusableFile)
    assert "决算公开表" in str(ran.exception)
