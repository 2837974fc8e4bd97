"""拟公开日期: a day, or words for a time; what is none is an error."""

from datetime import date
from pathlib import Path

import pytest

from selfeval_xl.checking.concluding import conclude
from selfeval_xl.checking.runner import check
from selfeval_xl.filing import Key
from selfeval_xl.filing.deadlines import is_deadline, latest, written
from selfeval_xl.forms import load
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.report.sections.closing import use
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill
from tests.books import values
from tests.build import SAMPLES

FORM = load("hunan-2023")
BOOK = values(FORM, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))
DATE = Key("use", 0, "date", 0, "value")

TIMES = {
    "2024年9月底前": (date(2024, 9, 30), "2024年9月底前"),
    "2024年9月30日前": (date(2024, 9, 30), "2024年9月30日前"),
    "2024年9月": (date(2024, 9, 30), "2024年9月内"),
    "2024.9": (date(2024, 9, 30), "2024年9月内"),
    "2024-09底": (date(2024, 9, 30), "2024年9月底前"),
    "2024 年 2 月": (date(2024, 2, 29), "2024年2月内"),
    "2024年10月上旬": (date(2024, 10, 31), "2024年10月上旬"),
    "2024年第三季度": (date(2024, 9, 30), "2024年第三季度内"),
    "2024年底前": (date(2024, 12, 31), "2024年底前"),
    "部门决算批复后20日内": (None, "部门决算批复后20日内"),
}
NONE = (
    "待定",
    "2024",
    "2024年13月",
    "2024年9月31日前",
    "9月",
    "尽快",
    "202年9月",
    "20240930前",
    "2024年99月底前",
)


@pytest.mark.parametrize(("text", "end", "said"), [(text, *rest) for text, rest in TIMES.items()])
def test_words_for_a_time(text: str, end: date | None, said: str) -> None:
    assert is_deadline(text)
    assert latest(text) == end
    assert written(text) == said


@pytest.mark.parametrize("text", NONE)
def test_what_is_no_time(text: str) -> None:
    assert not is_deadline(text)


@pytest.mark.parametrize(
    ("typed", "printed", "rules"),
    [
        ("2024年9月底前", "于2024年9月底前在", set()),
        ("2024-09-20", "于2024年9月20日前在", set()),
        (date(2024, 9, 20), "于2024年9月20日前在", set()),
        ("待定", "在", {"R-05"}),
        ("2024年13月", "在", {"R-05"}),
        ("2024年9月31日", "在", {"R-05"}),
    ],
)
def test_read_and_printed(typed: object, printed: str, rules: set[str], tmp_path: Path) -> None:
    path = tmp_path / "填报.xlsx"
    path.write_bytes(fill(FORM, {**BOOK, DATE: typed}))
    filing, trouble = read(path)
    assert {f.rules[0] for f in trouble if f.rules[0] == "R-05"} == rules
    assert f"{use(filing)['published']}".startswith(printed)


def test_a_time_in_words_leaves_the_book_ready() -> None:
    filing = filled(FORM, {**BOOK, DATE: "2024年9月底前"})
    before = filled(FORM, BOOK)
    assert conclude(filing, check(filing), ()).standing is conclude(before, check(before), ()).standing
