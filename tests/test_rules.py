"""Every rule fires where it should and is silent where it should: cases as text, a file a rule, in `cases/`.

A case file: `# name`, then 基础：a sample's name if it does not start from an empty book, then what is typed (see
`books`), then what is reported, one line a finding: rule, level, first cell; 期望：无 where nothing is. What is
unknown or explained is not listed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from selfeval_xl.checking.concluding import conclude
from selfeval_xl.checking.runner import catalogue, check
from selfeval_xl.checking.witness_rules import WITNESS_RULES
from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Filing, Key
from selfeval_xl.findings import Finding, Level, Status
from selfeval_xl.forms import Form, Kind, load
from selfeval_xl.reading import reader
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests.books import values

CASES = Path(__file__).parent / "cases"
SAMPLES = Path(__file__).parents[1] / "samples"
BASE, EXPECTED, NOTHING = "基础：", "期望：", "无"
BESIDE = "S-05"
BY_HAND = (
    "A1-09",
    "A1-11",
    "A1-13",
    "A2-01",
    "A2-02",
    "A3-02",
    "B-03",
    "B-31",
    "B-37",
    "X-02",
    "X-07",
    "X-08",
    "X-90",
)
FORM = load("hunan-2023", 2023)


@dataclass(frozen=True)
class Case:
    rule: str
    name: str
    base: str
    book: str
    expected: tuple[str, ...]

    @property
    def fires(self) -> bool:
        return any(line.split()[0] == self.rule for line in self.expected)


def cases(path: Path) -> Iterator[Case]:
    """The cases of one file."""
    for part in path.read_text(encoding="utf-8").split("\n# "):
        name, _, rest = part.removeprefix("# ").partition("\n")
        assert rest.count(EXPECTED) == 1, f"{path.name}, {name}: one list 期望："
        book, _, expected = rest.partition(EXPECTED)
        base = next((line for line in book.splitlines() if line.startswith(BASE)), "").removeprefix(BASE)
        lines = [line.removeprefix("-").strip() for line in expected.splitlines() if line.strip()]
        yield Case(path.stem, name.strip(), base, book, tuple(line for line in lines if line != NOTHING))


ALL = [case for path in sorted(CASES.glob("*.md")) for case in cases(path)]


def typed(case: Case) -> dict[Key, object]:
    """What a person has typed: the base, if there is one, and the case's own cells over it."""
    under = (SAMPLES / f"{case.base}-2023" / "填报.md").read_text(encoding="utf-8") if case.base else ""
    return {**values(FORM, under), **values(FORM, case.book)}


def examined(cells: dict[Key, object], form: Form = FORM) -> tuple[Filing, tuple[Finding, ...]]:
    """From typed cells to the filing and its findings."""
    filing = filled(form, cells)
    return filing, conclude(filing, check(filing), ()).findings


def told(finding: Finding) -> bool:
    """What is neither unknown nor explained."""
    return finding.status in (Status.BROKEN, Status.RESIDUAL)


def lines_of(case: Case, findings: Sequence[Finding]) -> list[str]:
    """A line a finding and rule. S-05 stands beside every error of a book with a high total: its own cases show it."""
    said = [
        (rule, f) for f in findings if told(f) for rule in f.rules if rule != BESIDE or case.rule == BESIDE
    ]
    return sorted(f"{rule} {f.level} {f.places[0]}" for rule, f in said)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.rule} {case.name}")
def test_case(case: Case) -> None:
    _, findings = examined(typed(case))
    said = [f for f in findings if told(f)]
    assert lines_of(case, findings) == sorted(case.expected), "\n".join(f.message for f in said)
    "".join(f.message for f in findings).encode("gbk")


@pytest.mark.parametrize(
    "case", [c for c in ALL if c.rule in BY_HAND], ids=lambda case: f"{case.rule} {case.name}"
)
def test_a_file_is_judged_as_its_cells_are(case: Case, tmp_path: Path) -> None:
    """A file keeps what its formulas gave: rules that ask what was typed must not take that for typed."""
    path = tmp_path / "填报.xlsx"
    path.write_bytes(fill(FORM, typed(case)))
    filing, trouble = reader.read(path)
    findings = conclude(filing, check(filing), trouble).findings
    assert lines_of(case, findings) == sorted(case.expected)


BESIDE_OTHER_FILES = {rule.id for rule in WITNESS_RULES}
"""Rules on a filing and other files: their cases are in test_witnessed.py."""


@pytest.mark.parametrize("rule", [rule.id for rule in catalogue() if rule.id not in BESIDE_OTHER_FILES])
def test_every_rule_has_a_firing_and_a_silent_case(rule: str) -> None:
    mine = [case for case in ALL if case.rule == rule]
    assert any(case.fires for case in mine)
    assert any(not case.fires for case in mine)


def test_case_files_are_named_for_rules() -> None:
    assert {case.rule for case in ALL} <= {rule.id for rule in catalogue()}


def test_pages() -> None:
    """A rule without its page, basis or remedy is no use to an accountant; the console must be able to show it."""
    for rule in catalogue():
        assert all((rule.title, rule.basis, rule.remedy, rule.page)), rule.id
        "".join((rule.title, rule.basis, rule.remedy, rule.page)).encode("gbk")


def test_an_empty_book_is_silent() -> None:
    _, findings = examined({})
    assert {f.level for f in findings} == {Level.NOTICE}
    assert not any(told(f) for f in findings)


MISSING = """
# 整块空着：一条
期望：“四、“三公”经费”“三公”经费合计的2023年“三公”预算数（2收支情况!C35）、“三公”经费合计的2023年“三公”决算数（2收支情况!D35）未填，A1-01、A1-08 未能核对
# 填了一部分：指出空着的格
## 四、“三公”经费
| “三公”经费项目 | 2023年“三公”预算数 |
|---|---|
| 公务用车运行维护费 | 3 |
期望：“四、“三公”经费”“三公”经费合计的2023年“三公”决算数（2收支情况!D35）未填，A1-01、A1-08 未能核对
# 附件4 既没有选无此项支出，也没有明细：必填
## 一、单位信息
- 单位全称：某局
期望：“政府性基金：有无此项支出”无此项支出（附件4!B6）未填（必填）
"""  # noqa: E501


@pytest.mark.parametrize(
    "text", MISSING.strip("\n# ").split("\n# "), ids=lambda text: text.partition("：")[0]
)
def test_missing_is_missing(text: str) -> None:
    """A block gives one line, whether it is blank or filled in part; a blank is never taken for 0."""
    book, _, wanted = text.partition("期望：")
    _, findings = examined(values(FORM, book))
    block = wanted.partition("”“三公”")[0].partition("”无")[0]
    assert [f.message for f in findings if f.message.startswith(block)] == [wanted.strip()]
    assert all(f.required for f in findings if f.message.startswith("“政府性基金："))


@pytest.mark.parametrize(
    ("block", "typed", "remedy"),
    [
        ("一、单位信息", "", "请填写"),
        ("绩效指标", "", "请填写"),
        ("三、编制与在职人员（人）", "", "请补填；确实没有的人数填 0，不知道的留空"),
        ("一、资金来源与预算执行", "", "请补填；确实没有的金额填 0，不知道的留空"),
        (
            "一、项目清单（一个一级项目一行）",
            "## 一、项目清单（一个一级项目一行）\n| 一级项目名称 |\n|---|\n| 道路养护 |\n",
            "请填写",
        ),
    ],
)
def test_what_is_missing_is_asked_for_as_what_it_is(block: str, typed: str, remedy: str) -> None:
    """A text cannot be 0, and no unit stands beside what has no sides."""
    _, findings = examined(values(FORM, typed))
    (found,) = (f for f in findings if "B-00" in f.rules and f.message.startswith(f"“{block}”"))
    assert (found.remedy, found.kind) == (remedy, Kind.TEXT)


@pytest.mark.parametrize(
    ("moves", "gap", "blanks"),
    [
        (
            "招录：5\n- 调入：2\n- 当年退休：1",
            "净变动为增加6人；按两年年末在职人数算，为增加4人",
            "调出、死亡、其他增减",
        ),
        ("招录：3\n- 当年退休：1", "净变动为增加2人；按两年年末在职人数算，为增加4人", "调入、其他增减"),
        (
            "招录：3\n- 当年退休：1\n- 其他增减（减少填负数）：0",
            "净变动为增加2人；按两年年末在职人数算，为增加4人",
            "调入",
        ),
    ],
)
def test_joiners_and_leavers_that_blanks_could_mend_are_told(moves: str, gap: str, blanks: str) -> None:
    """Two or more numbers are an account: what lacks is named, whichever way it lacks."""
    staff = "| 人员类别 | 2022年末在职人数 | 2023年末在职人数 |\n|---|---|---|\n| 合计 | 13 | 17 |\n"
    book = f"## 三、编制与在职人员（人）\n{staff}## 四、在职人员变动\n- {moves}\n"
    filing, findings = examined(values(FORM, book))
    (found,) = (f for f in findings if f.rule == "B-17")
    assert (found.level, found.status) == (Level.NOTICE, Status.UNKNOWN)
    assert gap in found.message
    rows = {f.place: row.key for row, _, f in filing.table("change").figures()}
    labels = [filing.form.block("change").row(rows[place]).label.partition("（")[0] for place in found.places]
    assert "、".join(labels) == blanks


def test_a_tick_beside_nothing_is_complete() -> None:
    """无此项支出 ticked: nothing is asked for, and the figures that it stands for are a known nil."""
    nil = "## 政府性基金：有无此项支出\n- 无此项支出（没有请选√）：√\n"
    _, findings = examined(values(FORM, nil))
    assert not [f for f in findings if "政府性基金" in f.message]


@pytest.mark.parametrize(
    "reason",
    [
        "无", "（无）", "“无”", "1.无", "（1）无；（2）无", "……", "?", "？？", "N/A", "none", "1", "2023", "-", "原因", "原因：",
        "原因：无", "工 作 需 要", "工　作　需　要", "“工作需要”", "工作需要增加", "因工作需要所致", "工作需要、政策原因",
        "一是工作需要；二是政策原因", "支出增加", "详见附件", "（详见附件3）", "见附件1", "按实际", "涨", "N/A、/", "\n",
    ],
)  # fmt: skip
def test_reasons_that_are_none(reason: str) -> None:
    assert says_nothing(reason)


@pytest.mark.parametrize(
    "reason",
    [
        "调资", "补发上年绩效奖金", "案件跨年", "工作需要，年中增人2人", "1.工作需要；2.增购执法记录仪12台", "因疫情",
        "上级追加，湘财预〔2023〕5号", "追加 20 万元", "政策性增资", "（退休2人）", "因公出国团组增加", "收回结余",
    ],
)  # fmt: skip
def test_short_reasons_that_are_some(reason: str) -> None:
    assert not says_nothing(reason)


@pytest.mark.parametrize(
    ("reason", "told_so"),
    [
        ("工作需要", True),
        ("因工作需要。", True),
        ("据实列支", True),
        ("按实际发生", True),
        ("无", True),
        ("（无）", True),
        ("工作需要、政策原因", True),
        ("因工作需要增购执法记录仪12台，18万元，县财预〔2023〕5号", False),
        ("", False),
    ],
)
def test_an_empty_reason_is_told_what_an_adequate_one_holds(reason: str, told_so: bool) -> None:
    """A phrase is refused as the whole text only; a blank cell says nothing of phrases."""
    book = "## 三、编制与在职人员（人）\n| 人员类别 | 2023年末编制数 | 2023年末在职人数 |\n|---|---|---|\n| 合计 | 46 | 50 |\n"
    book += f"## 四、在职人员变动\n- 在职人数超编原因（超编时填）：{reason}\n"
    (found,) = [f for f in examined(values(FORM, book))[1] if f.rules == ("A1-05",)]
    says = f"原因“{reason}”过于笼统，请写明具体事由、涉及人数和依据"
    assert (says in found.message) == told_so
    assert (found.status is Status.EXPLAINED) == ("12台" in reason)


def test_only_a_tick_is_a_tick() -> None:
    """Any other text in 无此项支出 is for the reader to tell: the report takes √ alone, and so do the rules."""
    base = "## 一、资金来源与预算执行\n| 资金来源 | 全年执行数 |\n|---|---|\n| 政府性基金预算拨款 | 5 |\n"
    for text, rule in (("√", "X-08"), ("有", "X-10")):
        nil = f"## 政府性基金：有无此项支出\n- 无此项支出（没有请选√）：{text}\n"
        told_of = {r for f in examined(values(FORM, base + nil))[1] if told(f) for r in f.rules}
        assert told_of & {"X-08", "X-10"} == {rule}


SOURCES = ("general", "fund", "capital", "special", "other")
FEN = st.integers(0, 10**11)


def sources(parts: list[int], total: int, digits: int) -> dict[Key, object]:
    """The five sources and their total as 万元 with so many decimals; amounts in 分."""
    cells = dict(zip((*SOURCES, "total"), (*parts, total), strict=True))
    return {Key("sources", 0, row, 0, "executed"): round(fen / 10**6, digits) for row, fen in cells.items()}


def sum_findings(cells: dict[Key, object]) -> list[Finding]:
    return [f for f in examined(cells)[1] if f.rules == ("B-11",) and told(f)]


@given(st.lists(FEN, min_size=5, max_size=5))
@settings(max_examples=30, deadline=None)
def test_rounding_alone_is_never_an_error(parts: list[int]) -> None:
    """Exact parts and their exact sum, each rounded to 0.01 万元: at most a 尾差."""
    assert all(f.status is Status.RESIDUAL for f in sum_findings(sources(parts, sum(parts), 2)))


@given(st.lists(FEN, min_size=5, max_size=5), st.sampled_from((*SOURCES, "total")), st.integers(7, 10**6))
@settings(max_examples=30, deadline=None)
def test_a_slip_beyond_the_tolerance_is_always_an_error(parts: list[int], row: str, steps: int) -> None:
    """Six figures of ±0.005 allow 0.03; rounding may use all of it, so a slip of 0.07 or more is always seen."""
    cells = sources(parts, sum(parts), 2)
    key = Key("sources", 0, row, 0, "executed")
    cells[key] = round(float(str(cells[key])) + steps / 100, 2)
    assert [f.status for f in sum_findings(cells)] == [Status.BROKEN]
