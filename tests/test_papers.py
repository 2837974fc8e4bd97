"""The papers beside report and 汇总: 预算绩效情况的说明, 复核底稿, 汇总报告; what they say, and what they do not."""

from datetime import date
from pathlib import Path

import pytest

import selfeval_xl
from selfeval_xl.batch.consolidating import consolidate
from selfeval_xl.batch.desk import desk
from selfeval_xl.batch.records import Project
from selfeval_xl.batch.reporting import district
from selfeval_xl.batch.reviewing import Review, Reviews
from selfeval_xl.batch.run_facts import Facts
from selfeval_xl.batch.running import Ran, Settings, convert, finish, plan
from selfeval_xl.errors import NotPublic
from selfeval_xl.filing import Key
from selfeval_xl.forms import load
from selfeval_xl.writing.template.workbook import fill
from tests.build import SAMPLES
from tests.documents import text_of
from tests.many_units import at, complete
from tests.test_batch import POSITION, TOTAL, amounts, record

FORM = load()


def stated(tmp_path: Path, **cells: object) -> str:
    """The statement of the complete unit with these projects' cells typed otherwise, as text."""
    typed: dict[Key, object] = complete(FORM)
    for name, value in cells.items():
        block, row, column, number = name.split("__")
        typed[at(block, row, column, int(number))] = value
    source = tmp_path / "填报.xlsx"
    source.write_bytes(fill(FORM, typed))
    outcome = selfeval_xl.convert(source, statement=True)
    assert [path.name.rpartition("-")[2] for path in outcome.files] == [
        "核对结果.xlsx", "自评报告.docx", "预算绩效情况的说明.docx"
    ]  # fmt: skip
    return text_of(outcome.files[-1].read_bytes())


def test_a_statement(tmp_path: Path) -> None:
    said = stated(tmp_path)
    for words in (
        "部门整体支出和3个项目支出开展了绩效自评，项目涉及全年预算1669.70万元、执行1578.11万元，占部门项目支出全年预算的100.00%",
        "部门整体支出自评得分98.13分，评价等级为“优”。全年预算3044.55万元，全年执行2935.77万元，执行率96.43%。",
        "1.城区环卫一体化作业经费：自评得分99.44分，评价等级为“优”。全年预算900.20万元，全年执行856.90万元，执行率95.19%。",
        "绩效指标共10项，完成9项，未完成1项",
        "下一步改进措施",
    ):
        assert words in said
    assert "待填" not in said


def test_a_secret_project_is_not_in_it(tmp_path: Path) -> None:
    own = {"name": "专用系统建设", "parts": "", "why_not": "涉密"}
    said = stated(tmp_path, **{f"projects__project__{column}__2": text for column, text in own.items()})
    assert "2个项目支出" in said
    assert "专用系统建设" not in said
    assert "涉及国家秘密" in said
    assert "313.90" not in said


REFUSED = {"not ready": ("sources", "general", "executed", 1), "secret": ("unit", "secret", "value", "是")}


@pytest.mark.parametrize("cell", REFUSED.values(), ids=REFUSED)
def test_nothing_is_written_where_it_may_not_be_published(
    tmp_path: Path, cell: tuple[str, str, str, object]
) -> None:
    source = tmp_path / "填报.xlsx"
    source.write_bytes(fill(FORM, complete(FORM) | {at(*cell[:3]): cell[3]}))
    with pytest.raises(NotPublic):
        selfeval_xl.convert(source, statement=True)
    assert list(tmp_path.iterdir()) == [source]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("收到")
    for name in ("junshan-2023", "示例单位-2023"):
        (folder / f"{name}.xlsx").write_bytes((SAMPLES / name / "填报.xlsx").read_bytes())
    names = folder / "名单.txt"
    names.write_text("示例县城市管理和综合执法局\n示例县水利局\n", encoding="utf-8")
    settings = Settings(
        out=tmp_path_factory.mktemp("结果"), report=False, workers=1, units=names, due=date(2024, 5, 20),
        review=("示例县城市管理和综合执法局", "没有这个局"), summary_report=True,
    )  # fmt: skip
    planned = plan(folder, settings)
    convert(planned, settings, lambda _: None)
    return finish(planned, settings)


def test_a_review_sheet_of_a_chosen_unit(ran: Ran) -> None:
    sheet, _ = ran.papers
    assert sheet.name == "示例县城市管理和综合执法局-2023-复核底稿.docx"
    assert (sheet.parent / sheet.name.replace("复核底稿.docx", "核对结果.xlsx")).is_file()
    said = text_of(sheet.read_bytes())
    for words in (
        "98.13分，优",
        "3044.55万元",
        "生活垃圾日产日清率",
        "城区环卫一体化作业经费",
        "复核人（签名）",
    ):
        assert words in said
    (remark,) = ran.remarks
    assert "没有这个局" in remark


def test_the_district_report(ran: Ran) -> None:
    path = ran.papers[-1]
    assert path.name == "汇总报告.docx"
    said = text_of(path.read_bytes())
    for words in (
        "应报送单位2个，已报送1个",
        "未报送1个：示例县水利局",
        "50.00%（1/2）",
        "不在应报送名单中的单位1个报送：岳阳市君山区自然资源局",
        "另有1个单位没有填全年预算数",
        "等级为“优”的1个单位（100.00%）；得分没有填全、算不出等级的1个单位",
        "核对结论为“有错误”、须重新报送或说明的1个：岳阳市君山区自然资源局",
    ):
        assert words in said
    assert said.count("【待填：") == 10 + 1, "the draft line names the mark itself"


def facts(reviews: Reviews, wanted: tuple[str, ...] | None = None) -> Facts:
    """Three units: the third lacks its full budget."""
    rows = (
        {(TOTAL, "full"): 10_000_000, (TOTAL, "executed"): 8_000_000, ("split.total.project", "full"): 5_000_000},
        {(TOTAL, "full"): 30_000_000, (TOTAL, "executed"): 30_000_000, ("split.total.project", "full"): 15_000_000},
        {(TOTAL, "executed"): 1_000_000, ("split.total.project", "full"): 0},
    )  # fmt: skip
    scores = (("优", 95.0), ("良", 85.0), ("", None))
    units = [
        record(
            f"{n}", f"{n}局", amounts=amounts(row), grade=grade, score=score,
            projects=(Project("甲项目", 10_000_000, 9_000_000, 91.0, "优"),) if n == 1 else (),
        )
        for n, (row, (grade, score)) in enumerate(zip(rows, scores, strict=True))
    ]  # fmt: skip
    table = desk(units, FORM)
    return Facts(table, consolidate(table), (), {}, {}, wanted, reviews)


def test_figures_of_the_district_report() -> None:
    told = district(facts(Reviews({"1": Review(79.0, "中", "依据不足")}), ("0局", "1局", "2局", "3局")))
    money = told["money"]
    assert isinstance(money, dict)
    total = money["sources"][0]
    assert (total["full"], total["executed"], total["rate"]) == ("40.00", "39.00", "95.00%")
    assert total["short"] == "全年预算数 2/3"
    coverage = told["coverage"]
    assert isinstance(coverage, list)
    assert "75.00%（3/4）" in coverage[0]
    assert "项目1个，全年预算数合计10.00万元，占项目支出全年预算数的50.00%" in coverage[-1]
    reviews = told["reviews"]
    assert isinstance(reviews, dict)
    assert "抽查复核1个单位，占已报送单位的33.33%。复核等级与自评等级不同的1个。" in reviews["lead"]
    assert reviews["rows"] == [
        {
            "unit": "1局",
            "score": "85",
            "grade": "良",
            "reviewed": "79",
            "regraded": "中",
            "opinion": "依据不足",
        }
    ]


def test_what_only_people_know_is_asked_for() -> None:
    told = district(facts(Reviews({})))
    organised, reviews = told["organised"], told["reviews"]
    assert isinstance(organised, dict)
    assert isinstance(reviews, dict)
    assert "应报送单位【待填：" in organised["filed"]
    assert reviews["lead"].startswith("【待填：")
    assert all("【待填：" in text for text in told["use"])  # type: ignore[attr-defined]


def test_the_positions_that_the_report_reads_are_the_forms() -> None:
    assert ("split.total.project", "full") in POSITION
