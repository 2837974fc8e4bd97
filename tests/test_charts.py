"""`--charts`: what the charts show and keep to themselves, their place in the report, the pictures."""

import io
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm
from openxml_audit import OpenXmlValidator

from selfeval_xl import cli, console, convert
from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.errors import CannotDraw
from selfeval_xl.filing import Filing, Key
from selfeval_xl.forms import load
from selfeval_xl.writing.report.charts import drawing
from selfeval_xl.writing.report.charts.content import MOST, Bar, Chart, Group, charts, undrawn
from selfeval_xl.writing.report.charts.drawing import Pen, Picture, lines
from selfeval_xl.writing.report.narrative import narrate
from selfeval_xl.writing.report.own_report import fill
from selfeval_xl.writing.report.own_template import own_template
from selfeval_xl.writing.report.public import narrate_public
from selfeval_xl.writing.template.filling import filled
from tests import books
from tests.build import ROOT, SAMPLES
from tests.documents import text_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

FORM = load()
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=9), ())
SHIPPED = (resources.files("selfeval_xl.forms") / "hunan-2023" / "report.docx").read_bytes()
COMPLETE = SAMPLES / "示例单位-2023" / "填报.xlsx"
SECRET = "城区市政设施维护项目"
HOW_TO_GET_A_FONT = "no Chinese font; on Debian: apt-get install --no-install-recommends fonts-noto-cjk"
HOW_TO_GET = "matplotlib is missing; pip install matplotlib (requirements.lock has it)"

Cells = Mapping[Key, object]


@cache
def values(sample: str) -> dict[Key, object]:
    return books.values(FORM, (SAMPLES / sample / "填报.md").read_text("utf-8"))


def filing(changes: Cells | None = None, sample: str = "示例单位-2023") -> Filing:
    return filled(FORM, {**values(sample), **(changes or {})})


def bars(chart: Chart) -> list[tuple[str, list[str]]]:
    return [(group.name, [bar.label for bar in group.bars]) for group in chart.groups]


# ---------------------------------------------------------------- what they show


def test_the_complete_unit() -> None:
    comparison, rates = charts(filing())
    assert comparison.caption == "2023年度预算与执行对照（单位：万元）"
    assert comparison.series == ("年初预算", "全年预算", "全年执行")
    assert bars(comparison) == [
        ("基本支出", ["1306.40", "1374.85", "1357.66"]),
        ("项目支出", ["1538.00", "1669.70", "1578.11"]),
    ]
    assert rates.caption == "2023年度各项目预算执行率（括号内为执行数／全年预算数，单位：万元）"
    assert bars(rates) == [
        ("城区环卫一体化作业经费", ["95.19%（856.90／900.20）"]),
        ("城区市政设施维护项目", ["94.11%（428.75／455.60）"]),
        ("城市管理综合执法业务经费", ["93.17%（292.46／313.90）"]),
    ]
    assert undrawn(filing()) == ()


def test_lengths_are_the_figures_to_the_fen() -> None:
    """In 万元 and %: nothing is rounded before it is drawn."""
    comparison, rates = charts(filing())
    assert comparison.groups[0].bars[0] == Bar(0, Fraction("1306.40"), "1306.40")
    assert rates.groups[0].bars[0].length == Fraction(8569000, 90020)
    assert rates.whole == 100


def test_only_what_is_known_is_drawn() -> None:
    (comparison,) = charts(filing(sample="junshan-2023"))
    assert comparison.series == ("年初预算", "全年执行")
    assert bars(comparison) == [
        ("人员经费", ["521.76", "619.61"]),
        ("公用经费", ["49.20", "67.56"]),
        ("项目支出", ["4300.00", "879.36"]),
    ]
    assert undrawn(filing(sample="junshan-2023")) == (
        "提示：全年预算数或执行数没有填，没有画“预算执行率”图。",
    )


def test_nothing_known_nothing_drawn() -> None:
    empty = filled(FORM, {})
    assert charts(empty) == ()
    assert [sentence.count("没有画") for sentence in undrawn(empty)] == [1, 1]
    assert text_of(narrate(empty, READY, pen=recording())) == text_of(narrate(empty, READY))


def test_sources_where_no_project_is_known() -> None:
    register = {key: None for key in values("示例单位-2023") if key.block == "projects"}
    (rates,) = charts(filing(register))[1:]
    assert rates.caption.startswith("2023年度各资金预算执行率")
    assert "一般公共预算" in [group.name for group in rates.groups]


def test_the_largest_projects_where_there_are_many() -> None:
    many = {
        Key("projects", 0, "project", number, column): value
        for number in range(1, MOST + 4)
        for column, value in (
            ("name", f"项目{number:02}"),
            ("source", "一般公共预算"),
            ("initial", 10 * number),
            ("full", 10 * number),
            ("adjustment", 0),
            ("carryover", 0),
            ("executed", 5 * number),
        )
    }
    rates = charts(filing(many))[1]
    assert [group.name for group in rates.groups] == [f"项目{n:02}" for n in range(MOST + 3, 3, -1)]
    assert rates.caption.startswith(f"2023年度全年预算数最大的{MOST}个项目预算执行率")


# ---------------------------------------------------------------- what they keep to themselves


@dataclass
class Recording:
    """Draws nothing and remembers what it was to draw."""

    drawn: list[Chart] = field(default_factory=list)

    def draw(self, chart: Chart) -> Picture:
        self.drawn.append(chart)
        return Picture(DOT, 150, 20.0 + len(self.drawn))


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c63680000008200814c17d7df0000000049454e44ae426082"
)
"""The smallest PNG."""


def recording() -> Pen:
    return cast(Pen, Recording())


@pytest.mark.parametrize("public", [False, True])
def test_a_secret_project_is_nowhere(public: bool) -> None:
    row = next(key.number for key, value in values("示例单位-2023").items() if value == SECRET)
    secret = {
        Key("projects", 0, "project", row, "separate"): "否",
        Key("projects", 0, "project", row, "why_not"): "涉密",
    }
    pen = Recording()
    write = narrate_public if public else narrate
    if public:  # what other sheets say of it would be refused as a whole
        secret |= {
            key: "其他"
            for key, value in values("示例单位-2023").items()
            if key.block != "projects" and (SECRET in str(value) or "路灯维护" in str(value))  # a part of it
        }
    write(filing(secret), READY, pen=cast(Pen, pen))
    assert [len(chart.groups) for chart in pen.drawn] == [2, 2]
    assert SECRET not in f"{pen.drawn}"
    assert "城区环卫一体化作业经费" in f"{pen.drawn}"


# ---------------------------------------------------------------- their place


def report(template: Any = None) -> bytes:
    if template is None:
        return narrate(filing(), READY, pen=recording())
    written = io.BytesIO()
    template.save(written)
    own = own_template("本单位.docx", written.getvalue())
    return narrate(filing(), READY, lambda fields: fill(own, fields), recording())


CAPTIONS = [
    "图1\u30002023年度预算与执行对照（单位：万元）",
    "图2\u30002023年度各项目预算执行率（括号内为执行数／全年预算数，单位：万元）",
]


def test_after_the_sixth_section() -> None:
    said, plain = (text_of(content).splitlines() for content in (report(), narrate(filing(), READY)))
    at = said.index("七、存在的问题及原因分析")
    assert said[at - 4 : at] == ["", CAPTIONS[0], "", CAPTIONS[1]]
    assert said[: at - 4] + said[at:] == plain


def test_size_words_and_valid_package(tmp_path: Path) -> None:
    path = tmp_path / "报告.docx"
    path.write_bytes(report())
    assert not OpenXmlValidator().validate(str(path)).errors
    document = Document(str(path))
    assert [(s.width, s.height) for s in document.inline_shapes] == [(Mm(150), Mm(21)), (Mm(150), Mm(22))]
    properties = [shape._inline.docPr for shape in document.inline_shapes]
    assert [each.get("name") for each in properties] == ["图1", "图2"]
    assert [each.get("descr").partition("：")[0] for each in properties] == [
        "2023年度预算与执行对照（单位", "2023年度各项目预算执行率（括号内为执行数／全年预算数，单位",
    ]  # fmt: skip
    assert "基本支出：年初预算1306.40万元、全年预算1374.85万元、全年执行1357.66万元；" in properties[0].get(
        "descr"
    )
    ids = [element.get("id") for element in document.element.iter(qn("wp:docPr"))]
    assert len(set(ids)) == len(ids)


def test_a_template_of_before_gets_them_before_the_list_of_annexes() -> None:
    template: Any = Document(io.BytesIO(SHIPPED))
    for paragraph in template.paragraphs:
        if paragraph.style.name == "图表位置":
            paragraph._p.getparent().remove(paragraph._p)
    for name in ("图表位置", "图", "图题"):
        template.styles[name].delete()
    content = report(template)
    said = text_of(content).splitlines()
    at = next(number for number, line in enumerate(said) if line.startswith("附件：1."))
    assert said[at - 4 : at] == ["", CAPTIONS[0], "", CAPTIONS[1]]
    document: Any = Document(io.BytesIO(content))
    assert [p.style.name for p in document.paragraphs if p.text in CAPTIONS] == ["图题", "图题"]


def test_the_place_goes_where_none_are_asked_for() -> None:
    assert "插在此处" not in text_of(narrate(filing(), READY))


def test_the_unit_may_move_the_place() -> None:
    template: Any = Document(io.BytesIO(SHIPPED))
    place = next(p for p in template.paragraphs if p.style.name == "图表位置")
    next(
        p for p in template.paragraphs if p.text.startswith("其他需要")
    ).insert_paragraph_before()._p.addnext(place._p)
    said = text_of(report(template)).splitlines()
    assert said.index(CAPTIONS[1]) == said.index("十、其他需要说明的情况") - 1


# ---------------------------------------------------------------- refused


def run(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    return console.run(cli.commands, arguments), capsys.readouterr().err


def test_without_the_library(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, said = run(["convert", str(COMPLETE), "--charts", "--out", str(tmp_path / "出")], capsys)
    assert code == 2
    assert said == "画图要用的 matplotlib 没有安装；请运行 pip install matplotlib 后重试，或去掉 --charts。\n"
    assert list(tmp_path.iterdir()) == []


def test_without_a_chinese_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_known_families", lambda: {"DejaVu Sans", "Arial"})
    with pytest.raises(CannotDraw, match=r"^本机没有找到可用来画图的中文字体；.*或去掉 --charts。$"):
        Pen.find()


def test_the_fonts_of_official_documents_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "_known_families", lambda: {"SimHei", "SimSun", "FangSong", "Arial"})
    assert Pen.find().families == ("FangSong", "SimSun", "SimHei")


# ---------------------------------------------------------------- the pictures


@pytest.fixture(scope="module")
def pen() -> Pen:
    try:
        return Pen.find()
    except CannotDraw as missing:
        pytest.skip(HOW_TO_GET if "matplotlib" in f"{missing}" else HOW_TO_GET_A_FONT)


def one(name: str, label: str, length: int = 100, whole: int | None = 100) -> Chart:
    group = Group(name, (Bar(0, Fraction(length), label),))
    return Chart("", (), (group,), "", None if whole is None else Fraction(whole))


def dots(picture: Picture) -> "NDArray[Any]":
    """Rows of dots of red, green, blue, 0 to 1."""
    from matplotlib.image import imread

    seen: NDArray[Any] = imread(io.BytesIO(picture.content))[:, :, :3]
    return seen


ODD = {
    "one": one("甲", "100.00%（1.00／1.00）"),
    "long name": one("一个特别长的项目名称（" * 9, "1.00%（0.01／1.00）", 1),
    "large amounts": one("甲", "100.00%（123456789.12／123456789.12）"),
    "over the whole": one("甲", "1180.00%（1234567.89／104622.70）", 1180),
    "nothing": one("甲", "0.00%（0.00／1.00）", 0),
    "nothing at all": one("甲", "0.00", 0, None),
    "below nothing": one("甲", "-30.00", -30, None),
    "formula, rare sign, emoji": one("$x^2$ 𠮷😀\\frac", "100.00%"),
}


@pytest.mark.parametrize("chart", ODD.values(), ids=ODD)
def test_nothing_is_cut_off(pen: Pen, chart: Chart) -> None:
    """Names and labels end before the picture does; and names are there."""
    seen = dots(pen.draw(chart))
    edge = 4
    for border in (seen[:edge], seen[-edge:], seen[:, :edge], seen[:, -edge:]):
        assert border.min() == 1
    assert seen[:, : seen.shape[1] * 31 // 100].min() < 0.5


def test_grey_of_three_kinds(pen: Pen) -> None:
    """What the copier makes of it: white, light and dark bars, no colours."""
    (comparison, *_) = charts(filing())
    seen = dots(pen.draw(comparison))
    assert (seen[:, :, 0] == seen[:, :, 1]).all()
    assert (seen[:, :, 1] == seen[:, :, 2]).all()
    greys = Counter(round(grey, 2) for grey in seen[:, :, 0].ravel().tolist())
    assert sorted(grey for grey, _ in greys.most_common(3)) == [0.25, 0.75, 1.0]


def test_the_size_is_the_pictures(pen: Pen) -> None:
    picture = pen.draw(charts(filing())[0])
    height, width, _ = dots(picture).shape
    assert abs(width / height - picture.width / picture.height) < 0.01
    assert b"Software" not in picture.content
    assert b"tIME" not in picture.content


def test_lines_of_a_name() -> None:
    assert lines("农村人居环境整治（区县级专项）") == ["农村人居环境整治（区县级专", "项）"]
    assert lines("城区市政设施维护运行经费（") == ["城区市政设施维护运行经费（"]
    assert lines("农村人居环境整治项目区县）资金") == ["农村人居环境整治项目区县）", "资金"]
    assert [len(line) for line in lines("项" * 99)] == [13, 13, 13]
    assert lines("项" * 99)[-1].endswith("…")


def test_the_same_bytes_under_other_hash_seeds_and_nothing_else_on_disk(pen: Pen, tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        out, home = tmp_path / f"出{seed}", tmp_path / f"家{seed}"
        home.mkdir()
        code = "import sys, selfeval_xl.cli as c\nprint('matplotlib' in sys.modules)\nc.main()"
        done = subprocess.run(
            [sys.executable, "-c", code, "convert", str(COMPLETE), "--charts", "--out", str(out)],
            env={**os.environ, "PYTHONHASHSEED": seed, "HOME": str(home), "PYTHONPATH": str(ROOT)},
            capture_output=True, check=True, timeout=120,
        )  # fmt: skip
        assert done.stdout.startswith(b"False")
        assert done.stderr == b""
        assert list(home.iterdir()) == []
        outputs.append({path.name: path.read_bytes() for path in out.iterdir()})
    assert outputs[0] == outputs[1]
    assert len(outputs[0]) == 2


def test_a_conversion_without_charts_needs_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert len(convert(COMPLETE, tmp_path).files) == 2
