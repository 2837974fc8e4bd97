"""Rule pages say the numbers that apply: those of the form, or of the bureau's overlay on it."""

import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from msgspec.structs import replace

from selfeval_xl import catalogue, convert, identities
from selfeval_xl.checking import afterwards, runner
from selfeval_xl.findings import Rule
from selfeval_xl.forms import Form, load
from selfeval_xl.forms.settings import shown
from selfeval_xl.rules.register import REGISTER
from tests.build import SAMPLES
from tests.test_overlay import laid

FORM = load()

UNADJUSTED = {
    "A1-05": {"100%"},  # more staff than posts
    "A1-10": {"100%"},  # larger or dearer than approved
    "A2-04": {"100%"},  # the score is never more than the points
    "A2-08": {"98%"},  # how a target may be written
    "A2-16": {"5%", "6%", "0.06%"},  # likewise
    "B-28": {"100 倍"},  # a slip of 元 for 万元 in one cell
    "B-35": {"100 倍"},
    "B-39": {"100 倍"},
}
"""Numbers with a unit that no setting holds, by rule."""


def texts(rule: Rule) -> str:
    return "\n".join((rule.title, rule.basis, rule.remedy, rule.page))


def other(value: Any) -> Any:
    """Another value of the same kind."""
    match value:
        case dict():
            return {key: inside if isinstance(inside, str) else inside + 1 for key, inside in value.items()}
        case list():
            return [other(value[0]), *value[1:]]
    return value + 0.05


@pytest.mark.parametrize("name", FORM.settings)
def test_changing_a_setting_changes_the_pages(name: str) -> None:
    """Every one of them stands in a page, as it is now; nothing but the pages that name it changes."""
    before = {rule.id: texts(rule) for rule in catalogue(FORM)}
    changed = replace(FORM, settings={**FORM.settings, name: other(FORM.settings[name])})
    after = {rule.id: texts(rule) for rule in catalogue(changed)}
    moved = [id for id in before if before[id] != after[id]]
    unit = FORM.setting_names[name].unit
    assert moved
    for id in moved:
        assert shown(FORM.settings[name], unit) in before[id]
        assert shown(changed.settings[name], unit) in after[id]


def test_no_adjustable_number_stands_in_a_page_as_text() -> None:
    runner.catalogue()
    raw = (*identities.rules(), *(judgement.rule for judgement in REGISTER), *afterwards.RULES)
    number = re.compile(r"\d+(?:\.\d+)? ?(?:%|万元|亿元|元|倍|分(?![之类档]))")
    found = {rule.id: set(number.findall(texts(rule))) for rule in raw}
    assert {id: numbers for id, numbers in found.items() if numbers} == UNADJUSTED


def test_every_slot_is_filled() -> None:
    for rule in catalogue(FORM):
        assert not re.search(r"[{}]", texts(rule) + rule.example), rule.id


def pages(form: Form) -> dict[str, str]:
    return {rule.id: rule.page for rule in catalogue(form)}


def test_pages_under_an_overlay() -> None:
    own = laid("[settings]\nchange_rate = 0.30\nchange_amount = 10\nexecution_floor = 0.85")
    assert "相差超过 30% 且超过 10万元、全年预算执行率低于 85%、" in pages(own)["B-09"]
    assert "相差超过 20% 且超过 5万元、全年预算执行率低于 90%、" in pages(FORM)["B-09"]


def test_the_results_print_the_pages_of_the_overlay(tmp_path: Path) -> None:
    """The sample's overlay says 30 % and 85 % (samples/区财政局-2023), its workbook carries it."""
    outcome = convert(SAMPLES / "区财政局-2023" / "填报.xlsx", tmp_path)
    form = outcome.filing.form
    book = openpyxl.load_workbook(next(path for path in outcome.files if path.suffix == ".xlsx"))
    printed = {row[0]: row[3] for row in book["规则说明"].iter_rows(values_only=True)}
    of_workbooks = {id: page for id, page in pages(form).items() if not id.startswith("N-")}
    assert {id: printed[id] for id in of_workbooks} == of_workbooks
    assert form.settings["change_rate"] != FORM.settings["change_rate"]
    assert shown(form.settings["change_rate"], "%") in str(printed["B-09"])


def test_the_guide_of_a_template_says_the_overlays_points() -> None:
    def guide(form: Form) -> str:
        return next(text for head, text in form.guide if head == "分值进度")

    patterns = 'patterns = [{ "产出指标" = 50, "效益指标" = 30 }]'
    assert "预算执行率 20分另计" in guide(laid(f"[settings]\nexecution_points = 20\n{patterns}"))
    assert "预算执行率 10分另计" in guide(FORM)


def test_a_level_that_an_overlay_sets_holds_for_the_rules_on_results() -> None:
    """S-05 is judged after all others, and follows the overlay as they do."""
    from selfeval_xl import check
    from selfeval_xl.writing.template.filling import filled
    from tests.books import values

    own = laid('[rules."B-30"]\nlevel = "警告"\nwhy = "本区要求逐条核实"')
    text = "## 核实说明（差异原因栏写不下、或没有原因栏的，写在这里）\n| 规则 | 原因 |\n|---|---|\n| X-77 | 见批复 |\n"
    levels = {
        str(r.level) for r in check(filled(own, values(own, text))) if r.rule.id == "B-30" and r.message
    }
    assert levels == {"警告"}
