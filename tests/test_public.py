"""公开版: refused while it is not ready, and nothing that is not public is anywhere in the package."""

import html
import io
import re
import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest
from docx import Document

from selfeval_xl import convert, publish, report_template
from selfeval_xl.errors import NotPublic
from selfeval_xl.filing import Key
from selfeval_xl.filing.publishing import is_secret, published
from selfeval_xl.forms import load
from selfeval_xl.layout.printed import printed
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.report.sections.closing import WITHHELD
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests import books
from tests.build import SAMPLES
from tests.documents import text_of
from tests.test_narrative import k

FORM = load()
PHONE, CLERK, FINANCE, HEAD = "0730-1234567", "郑小青", "王大明", "吴建国"
PROJECT, PARTS, WHY = "秘密通道工程", "秘密一期、秘密二期", "秘密原因不足为外人道"
EXPLANATION = "已与国库股核对，口径不同"
PRIVATE = (PHONE, "07301234567", CLERK, FINANCE, HEAD, PROJECT, *PARTS.split("、"), WHY, EXPLANATION)

Cells = Mapping[Key, object]

CONFIDENTIAL: Cells = {
    k("unit", "phone"): f"{PHONE}、13800001111",
    k("unit", "preparer"): CLERK,
    k("unit", "finance_head"): FINANCE,
    k("unit", "head"): HEAD,
    k("projects", "project", "name", 5): PROJECT,
    k("projects", "project", "parts", 5): PARTS,
    k("projects", "project", "why_not", 5): "涉密",
    k("projects", "project", "reason", 5): WHY,
    k("explanations", "explanation", "rule", 1): "A1-08",
    k("explanations", "explanation", "reason", 1): EXPLANATION,
    k("fund_items", "item", "name", 1): PROJECT,
}


def values(changes: Cells) -> dict[Key, object]:
    """The township with all that must not go out, and these cells changed."""
    township = books.values(FORM, (SAMPLES / "示例乡镇-2023" / "填报.md").read_text("utf-8"))
    return {**township, **CONFIDENTIAL, **changes}


def workbook(folder: Path, changes: Cells | None = None) -> Path:
    path = folder / "填报.xlsx"
    path.write_bytes(fill(FORM, values(changes or {})))
    return path


def package_texts(content: bytes) -> list[str]:
    """Every part as it is, and without its tags: a name may be split over runs."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        raw = [package.read(name).decode("utf-8", "replace") for name in package.namelist()]
        names = list(package.namelist())
    return [*names, *map(html.unescape, raw), *(html.unescape(re.sub("<[^>]*>", "", part)) for part in raw)]


def public(folder: Path, changes: Cells | None = None) -> bytes:
    (path,) = publish(workbook(folder, changes), folder / "出").files
    return path.read_bytes()


def refusal(folder: Path, changes: Cells) -> str:
    with pytest.raises(NotPublic) as error:
        publish(workbook(folder, changes), folder / "出")
    assert not (folder / "出").exists()
    assert error.value.exit_code == 1
    str(error.value).encode("gbk")
    return str(error.value)


def test_one_file_and_no_results(tmp_path: Path) -> None:
    outcome = publish(workbook(tmp_path), tmp_path / "出")
    assert [p.name for p in (tmp_path / "出").iterdir()] == [
        "示例县示例镇人民政府-2023-自评报告（公开版）.docx"
    ]
    assert outcome.conclusion.standing == "可报送"


@pytest.mark.parametrize("private", PRIVATE)
def test_nothing_private_is_in_the_package(tmp_path: Path, private: str) -> None:
    assert not [text for text in package_texts(public(tmp_path)) if private in text]


def test_the_same_texts_are_where_they_belong_otherwise(tmp_path: Path) -> None:
    """What the test above looks for is really typed, and found where it may stand."""
    outcome = convert(workbook(tmp_path), tmp_path / "出")
    texts = [text for path in outcome.files for text in package_texts(path.read_bytes())]
    for private in (PHONE, PROJECT, WHY):
        assert [text for text in texts if private in text], private


def test_a_label_goes_with_its_value(tmp_path: Path) -> None:
    """Nobody signs what is published, and a label without its telephone would ask for one."""
    said = text_of(public(tmp_path))
    assert "\n填报日期：2024年6月28日\n" in said
    assert not any(label in said for label in ("联系电话", "填表人", "签字"))


def test_rows_out_and_totals_kept(tmp_path: Path) -> None:
    said = text_of(public(tmp_path))
    assert "项目支出383.44万元，其中农村人居环境整治（上级转移支付）116.00万元" in said
    assert "共实施项目" not in said
    assert f"{WITHHELD}\n" in said
    assert said.index(WITHHELD) > said.index("十、其他需要说明的情况")
    assert "涉密" not in said
    assert "草" not in said.splitlines()[0]
    assert "另有2个项目41.26万元未单独填表" in said


def test_no_sentence_where_nothing_is_withheld(tmp_path: Path) -> None:
    said = text_of(public(tmp_path, {k("projects", "project", "why_not", 5): "其他"}))
    assert WITHHELD not in said
    assert PROJECT in said


def test_the_annexes_of_a_public_filing() -> None:
    """Whoever draws annexes from it draws nothing private: no row, no sheet, no signature."""
    sheet = {k("projects", "project", "separate", 5): "是"}
    filing = filled(FORM, values({**sheet, k("project_head", "name", copy=4): PROJECT}))
    shown = published(filing)
    texts = [str(cell) for grid in printed(shown) for cell in grid.cells]
    assert not [text for text in texts for private in PRIVATE if private in text]
    assert shown.copies == tuple(copy for copy in filing.copies if copy != 4)
    for block, row, column in (("sources", "total", "executed"), ("fund_items", "total", "executed")):
        assert shown.number(block, row, column) == filing.number(block, row, column)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({k("staff", "civil", "staff"): 40, k("change", "net"): 3}, "有错误"),
        ({k("duties", "duties"): ""}, "未填完"),
        ({k("unit", "secret"): "是"}, "填明涉密或不公开，不能生成公开版"),
        ({k("unit", "secret"): "是（部分）"}, "填明涉密或不公开，不能生成公开版"),
        ({k("unit", "secret"): "涉密"}, "填明涉密或不公开，不能生成公开版"),
        ({k("use", "place"): "不公开"}, "填明涉密或不公开，不能生成公开版"),
        ({k("use", "remarks"): "联系电话0730－1234567。"}, "4文字材料!B49的文字里有联系电话，不能生成公开版"),
        ({k("problems", "problem", "who", 1): CLERK}, "的文字里有填表人姓名"),
        ({k("duties", "organisation"): f"财务负责人{FINANCE}"}, "的文字里有财务负责人姓名"),
        ({k("achievements", "achievement", "text", 1): f"完成{PROJECT}。"}, "的文字里有涉密项目名称"),
        ({k("use", "remarks"): "电话１２３４５６７。"}, "4文字材料!B49的文字里有联系电话，不能生成公开版"),
        (
            {k("unit", "preparer"): "财务股 郑 小青", k("problems", "problem", "who", 1): CLERK},
            "文字里有填表人姓名",
        ),
        (
            {k("unit", "preparer"): f"{CLERK}13900002222", k("use", "remarks"): "13900002222"},
            "文字里有联系电话",
        ),
        ({k("achievements", "achievement", "text", 1): "完成“秘密”通道 工程。"}, "的文字里有涉密项目名称"),
        ({k("achievements", "achievement", "text", 1): "完成秘密二期。"}, "的文字里有涉密项目名称"),
        ({k("projects", "project", "name", 4): PROJECT}, "3项目清单!A10的文字里有涉密项目名称"),
    ],
)
def test_refused(tmp_path: Path, changes: Cells, sentence: str) -> None:
    assert sentence in refusal(tmp_path, changes)


def test_a_refusal_does_not_tell_the_secret(tmp_path: Path) -> None:
    assert PROJECT not in refusal(tmp_path, {k("duties", "organisation"): PROJECT})


def test_an_office_is_no_clerk(tmp_path: Path) -> None:
    said = {k("unit", "preparer"): "财务股", k("problems", "problem", "who", 1): "财务股"}
    assert "由财务股负责" in text_of(public(tmp_path, said))


@pytest.mark.parametrize("why", ["涉密项目", "属涉密", "国家秘密", "不宜公开"])
def test_what_is_pasted_over_the_list_is_withheld(tmp_path: Path, why: str) -> None:
    content = public(tmp_path, {k("projects", "project", "why_not", 5): why})
    assert not [text for text in package_texts(content) if PROJECT in text]
    assert WITHHELD in text_of(content)


@pytest.mark.parametrize(
    ("why", "secret"),
    [
        ("不涉密", False),
        ("不属于涉密项目", False),
        ("非涉密，金额较小", False),
        ("不涉及国家秘密", False),
        ("无涉密内容", False),
        ("非密", False),
        ("不 涉密", False),
        ("金额较小，不涉及国家机密", False),
        ("不涉密，已公开", False),
        ("不涉密，但不宜公开", True),
        ("没有涉密计算机，无法填写", True),
        ("不属于非涉密项目", True),
        ("不是不涉密", True),
        ("未保密检查", True),
        ("未涉密审查", True),
        ("不涉密？", True),
        ("是否涉密待定", True),
        ("涉及国家秘密", True),
        ("不适宜向社会公开", True),
        ("非公开项目", True),
        ("不宜\n公开", True),
        ("禁止公开", True),
        ("不予公示", True),
        ("不对外披露", True),
    ],
)
def test_what_is_said_to_be_no_secret_is_none(tmp_path: Path, why: str, secret: bool) -> None:
    filing, _ = read(workbook(tmp_path, {k("projects", "project", "why_not", 5): why}))
    assert [is_secret(row) for row in filing.table("projects").added if row.number == 5] == [secret]


def test_annexes_leave_out_a_name_that_is_written_otherwise(tmp_path: Path) -> None:
    content = public(tmp_path, {k("fund_items", "item", "name", 1): "“秘密通道” 工程"})
    assert not [text for text in package_texts(content) if "秘密通道" in text]


def test_with_the_units_own_template(tmp_path: Path) -> None:
    shipped = Path(__file__).parents[1] / "selfeval_xl" / "forms" / "hunan-2023" / "report.docx"
    document = Document(str(shipped))
    document.core_properties.author = CLERK
    document.save(str(tmp_path / "甲.docx"))
    (path,) = publish(workbook(tmp_path), tmp_path, template=report_template(tmp_path / "甲.docx")).files
    assert not [text for text in package_texts(path.read_bytes()) for private in PRIVATE if private in text]
    next(p for p in document.paragraphs if p.text.startswith("其他需要")).add_run(f"电话：{PHONE}")
    document.save(str(tmp_path / "乙.docx"))
    with pytest.raises(NotPublic, match="报告模板的文字里有联系电话"):
        publish(workbook(tmp_path), tmp_path, template=report_template(tmp_path / "乙.docx"))


def test_dates_are_no_telephone(tmp_path: Path) -> None:
    assert public(tmp_path, {k("unit", "phone"): "20240628", k("unit", "report_date"): date(2024, 6, 28)})
