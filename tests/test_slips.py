"""退回意见: how texts are shortened and lines shared out, and what stands in the letter."""

from datetime import date
from pathlib import Path

import pytest

from selfeval_xl.writing.slips.fitting import CELLS, Item, addresses, lines_of, shared_out, shortened
from selfeval_xl.writing.slips.slip import Slip, write_slip
from tests.documents import text_of
from tests.libreoffice import LibreOffice

TWO = "整体支出执行1566.53万元，为年初预算4870.96万元的32.16%，减少3304.43万元；须说明原因"
CLUE = "879.36万元不应大于870.36万元，相差9.00万元。若 3项目清单!K7 为 879.36万元（现为 870.36万元，一位数字之差），此条勾稽成立"
SHORT: dict[str, tuple[str, int, int, str]] = {
    "all fits": (TWO, 54, 2, TWO),
    "what to do goes first": (TWO, 74, 1, "整体支出执行1566.53万元，为年初预算4870.96万元的32.16%，减少3304.43万元…"),
    "then whole clauses": (TWO, 54, 1, "整体支出执行1566.53万元…"),
    "no bracket stays open": (CLUE, 54, 2, "879.36万元不应大于870.36万元，相差9.00万元…"),
    "a list of rules": ("“三公”未填，B-10、B-11、B-12 未能核对", 28, 1, "“三公”未填，B-10、B-11…"),
    "one clause: not within a number": ("全年执行数一千五百六十六合计1566.53万元", 34, 1, "全年执行数一千五百六十六合计…"),
    "one clause: not within an address": ("未填的格在这里的2收支情况!E25-E27内", 24, 1, "…"),
    "line ends are blanks": ("甲\n乙", 54, 1, "甲 乙"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "signs", "lines", "expected"), SHORT.values(), ids=SHORT)
def test_a_text_is_shortened_behind_a_clause(text: str, signs: int, lines: int, expected: str) -> None:
    assert shortened(text, signs, lines) == expected


ADDRESSES: dict[str, tuple[str, int, str]] = {
    "one line": ("2收支情况!E25、C25", 1, "2收支情况!E25、C25"),
    "lines end between addresses": (
        "2收支情况!F11、B11、F6、B6、I20，1基本情况!E40、C40", 9, "2收支情况!F11、\nB11、F6、B6、I20，\n1基本情况!E40、C40",
    ),
    "those left out": ("2收支情况!F11、B11、F6、B6、I20，1基本情况!E40、C40", 2, "2收支情况!F11、\nB11、F6、B6、I20…"),
    "a long sheet's name alone": ("政府性基金预算支出明细表!B2、B3", 1, "政府性基金预算支出明细表!B2…"),
}  # fmt: skip


@pytest.mark.parametrize(("cells", "lines", "expected"), ADDRESSES.values(), ids=ADDRESSES)
def test_addresses_stay_whole(cells: str, lines: int, expected: str) -> None:
    assert addresses(cells, lines) == expected
    assert all(lines_of(line, CELLS) == 1 or "、" not in line for line in expected.split("\n"))


LONG = Item("请说明", "2收支情况!F11、B11", f"{TWO}；{TWO}；{TWO}")
BRIEF = Item("请补填", "附件2!A31", "“绩效指标”附件2!A31 未填（必填）")


def test_nothing_is_shortened_where_all_fits() -> None:
    assert [item.problem for item in shared_out([LONG, BRIEF], 3000)] == [LONG.problem, BRIEF.problem]


def test_what_is_left_goes_to_the_first() -> None:
    """Two rows of two lines, and four lines more: the first is whole, the second is not."""
    first, second = shared_out([LONG, LONG], 2 * 550 + 4 * 250)
    assert (first.problem, first.lines) == (LONG.problem, 6)
    assert (second.problem[-1], second.lines) == ("…", 2)


def test_what_does_not_fit_is_left_out() -> None:
    assert len(shared_out([LONG] * 9, 3 * 550 + 549)) == 3


def letter(items: list[Item], **more: object) -> Slip:
    told = "结论为“有错误”：错误 12 条，必填未填 144 项（并为 22 条），未说明的警告 33 条"
    since = "与上次报送相比，已改正 12 条，已说明 13 条，尚有 14 条未改，新增 15 条。"
    unit = "某某市某某区自然资源和规划局机关后勤服务中心"
    said = {"unit": unit, "counts": told, "progress": since, "due": date(2024, 12, 20), **more}
    return Slip(year=2023, number=12, items=items, book=f"{unit}-2023-核对结果.xlsx", **said)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("slip", "lead"),
    [
        (
            letter([LONG, BRIEF]),
            "现予退回，请按下列意见（共 2 条）说明、补填后，于2024年12月20日前重新报送。",
        ),
        (letter([], due=None, absent=["附件6"]), "现予退回，请用填报模板填报后，尽快重新报送。"),
    ],
    ids=["items", "sheets alone"],
)
def test_the_letter_asks_for_what_is_listed(slip: Slip, lead: str) -> None:
    said = text_of(write_slip(slip, "hunan-2023"))
    assert lead in said
    assert ("| 序号 |" in said) == bool(slip.items)
    assert ("报送的文件里没有“附件6”，涉及这些表的核对没有进行；其中“附件6”请补报；" in said) == bool(
        slip.absent
    )


def test_a_slip_is_one_page(soffice: LibreOffice, tmp_path: Path) -> None:
    from tests.pdfs import pages

    short = letter([BRIEF], unit="某局", progress="", counts="结论为“未填完”：必填未填 1 项", due=None)
    slips = {
        "短": short,
        "中": letter([LONG, BRIEF] * 4),
        "长": letter([LONG] * 40),
        "多": letter(
            [BRIEF] * 40, absent=["1基本情况", "2收支情况", "3项目清单", "4文字材料", "核实说明", "附件6"]
        ),
        "空": letter([], absent=["附件6"]),
    }
    paths = []
    for name, slip in slips.items():
        paths.append(tmp_path / f"{name}.docx")
        paths[-1].write_bytes(write_slip(slip, "hunan-2023"))
    for pdf in soffice.convert(paths, "pdf", tmp_path):
        (page,) = pages(pdf)
        assert "年月日" in page.text.replace(" ", "").replace("\u3000", ""), pdf.stem
