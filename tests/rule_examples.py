"""An example of every rule, as the program says it: from the first firing case of its file, or a damaged workbook.

`tests.build` writes them to `selfeval_xl/rules/examples.toml`.
"""

import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook

from selfeval_xl import examine, prefill
from selfeval_xl.auditing.auditing import audited
from selfeval_xl.checking.missing import REQUIRED
from selfeval_xl.findings import Finding
from selfeval_xl.forms import GUARD, Overlay, load
from selfeval_xl.forms.years import undated
from selfeval_xl.reading.narratives.plain import read_text
from selfeval_xl.reading.pages import RULES
from selfeval_xl.reading.reader import read
from selfeval_xl.writing.template.workbook import write_template
from tests.audit_accuracy import REPORTS, audited_report
from tests.audit_cases import cases
from tests.official_books import town
from tests.test_rules import ALL, FORM, examined, told, typed

WITNESSES = Path(__file__).parent / "witnesses"
Damage = Callable[[Workbook], object]


def _put(sheet: str, cell: str, value: object) -> Damage:
    """Something typed into a cell."""
    return lambda book: setattr(book[sheet][cell], "value", value)


def _below(book: Workbook) -> None:
    """A row typed below the grey line that ends a table."""
    sheet = book["3项目清单"]
    row = 1 + next(n for n, (cell,) in enumerate(sheet.iter_rows(max_col=1), 1) if GUARD in str(cell.value))
    sheet.cell(row, 1).value = "老旧小区改造"
    sheet.cell(row, 7).value = 99


def _added(book: Workbook) -> None:
    """A source of funds that the form does not have, on the blank row under the total."""
    for cell, value in {"A12": "社会保险基金拨款", "B12": 120, "F12": 118.5}.items():
        book["2收支情况"][cell].value = value


def _error(book: Workbook) -> None:
    book["1基本情况"]["B57"].value = "#REF!"
    book["1基本情况"]["B57"].data_type = "e"


def _prefilled(book: Workbook) -> None:
    """A block of figures that were taken from other files, which nobody has confirmed."""
    sheet = book.create_sheet("取数来源")
    sheet["B2"], sheet["C2"], sheet["B3"] = "内容", "已确认（√）", "四、“三公”经费"


def _next_year(book: Workbook) -> None:
    """The next year in every title: last year's book, changed by hand."""
    for sheet in book:
        for (cell,) in sheet.iter_rows(max_row=1, max_col=1):
            if sheet.sheet_state == "visible" and isinstance(cell.value, str):
                cell.value = cell.value.replace(f"{FORM.year}", f"{FORM.year + 1}")


def _shown(value: float, code: str) -> Damage:
    def change(book: Workbook) -> None:
        cell = book["2收支情况"]["B6"]
        cell.value, cell.number_format = value, code

    return change


DAMAGES: tuple[tuple[str, Damage], ...] = (
    ("R-01", lambda book: book.remove(book["附件4"])),
    ("R-02", _put("1基本情况", "A34", None)),
    ("R-03", lambda book: book.copy_worksheet(book["附件4"])),
    ("R-04", _put("1基本情况", "A36", None)),
    ("R-05", _put("1基本情况", "B57", "约12人")),
    ("R-06", _error),
    ("R-07", _put("1基本情况", "B57", "=3+4")),
    ("R-08", _put("1基本情况", "B10", "企业")),
    ("R-09", _below),
    ("R-10", _put("1基本情况", "B13", "亿元")),
    ("R-11", _put("1基本情况", "B57", "12")),
    ("R-28", _put("1基本情况", "B8", 430602001001)),
    ("R-29", _put("1基本情况", "B17", "########")),
    ("R-36", _next_year),
    ("R-13", lambda book: setattr(book["附件4"], "sheet_state", "hidden")),
    ("R-30", _added),
    ("R-31", _put("附件1", "I25", 45)),
    ("R-40", _shown(12345, '0!.0,"万元"')),
    ("R-41", _put("1基本情况", "F25", 45)),
    ("R-42", _shown(12.34, "0")),
    ("W-01", _prefilled),
)
"""What somebody did to the empty template, by the rule that tells it."""
OTHER = 'extends = "hunan-2023"\n[settings]\nchange_rate = {}\n'


def examples() -> dict[str, str]:
    """Place and message of a finding of each rule, by id."""
    found = {REQUIRED.id: _first(REQUIRED.id, examined({})[1])}
    for case in ALL:
        if case.fires and case.rule not in found:
            findings = [f for f in examined(typed(case))[1] if told(f)]
            found[case.rule] = _first(case.rule, findings)
    return dict(sorted({**found, **dict(_of_reading()), **_of_reports()}.items()))


def _of_reports() -> dict[str, str]:
    """What is told of a report: of the first firing case, or of a report by another hand."""
    last = "2022年度部门整体支出绩效自评报告\n公用经费支出193.42万元。"
    copied = audited(
        read_text("报告", last.replace("2022", "2023").encode()), last=read_text("上年", last.encode())
    )
    audits = (
        [case.audit for case in cases()]
        + [audited_report(f, "报告.docx") for f in sorted(REPORTS.iterdir())]
        + [copied]
    )
    found: dict[str, str] = {}
    for audit in audits:
        for remark in audit.found:
            found.setdefault(
                remark.rule,
                f"第{remark.spot.paragraph.index}段“{remark.spot.quote.strip()}”：{remark.message}",
            )
    return found


def _of_reading() -> Iterator[tuple[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "填报.xlsx"
        for rule, damage in DAMAGES:
            book = openpyxl.load_workbook(io.BytesIO(write_template(FORM, projects=1)))
            damage(book)
            book.save(path)
            if rule in RULES:
                yield rule, _first(rule, read(path)[1])
        yield from _of_the_file(Path(folder))
        yield from _of_witnesses(Path(folder))
        yield from _of_official_files(Path(folder))
        one, other = (Overlay("区财政局.toml", OTHER.format(rate)) for rate in (0.3, 0.4))
        path.write_bytes(write_template(load(one), projects=1))
        yield "R-20", _first("R-20", read(path, other)[1])


def _of_witnesses(folder: Path) -> Iterator[tuple[str, str]]:
    """A book that was filled from a unit's files, and one thing changed by hand, held against them."""
    files = [WITNESSES / "1-住建局" / name for name in ("决算软件导出.xls", "上年填报.xlsx")]
    path = folder / "填报.xlsx"
    prefill(files, path)
    content = path.read_bytes()
    for rule, sheet, cell, value, beside in (
        ("W-02", "2收支情况", "D40", 4.16, files),
        ("W-03", "2收支情况", "D40", None, [WITNESSES / "2-镇政府" / "决算软件导出.xls"]),
        ("W-04", "1基本情况", "B13", "元", files[:1]),
    ):
        book = openpyxl.load_workbook(io.BytesIO(content))
        if value is not None:
            book[sheet][cell].value = value
        book.save(path)
        yield rule, _first(rule, list(examine(path, witnesses=beside).conclusion.findings))


def _of_the_file(folder: Path) -> Iterator[tuple[str, str]]:
    """The empty template under a wrong suffix, opened by a program, with a macro in it."""
    path = folder / "另一份.xls"
    path.write_bytes(write_template(FORM, projects=1))
    path.with_name(f"~${path.name}").touch()
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/vbaProject.bin", b"")
    for rule in ("R-12", "R-14", "R-15"):
        yield rule, _first(rule, read(path)[1])


OFFICIAL: tuple[tuple[str, str, str, object], ...] = (
    ("R-21", "基础数据", "A2", "填报单位：示例乡人民政府"),
    ("R-22", "基础数据", "A17", "公用支出"),
    ("R-23", "整体自评", "G14", 15),
    ("R-24", "基金", "A2", "填报单位：另一个乡人民政府"),
    ("R-25", "通讯录", "A1", "联系人"),
    ("R-26", "整体自评", "K5", "见另表"),
    ("R-32", "基础数据", "F17", 1934200),
    ("R-33", "其他数据", "A1", 12),
    ("R-38", "基金", "B6", "212"),
    ("R-27", "整体自评", "F16", 0.985),
)
"""What stands where in the bureau's annex files, by the rule that tells it."""


def _of_official_files(folder: Path) -> Iterator[tuple[str, str]]:
    for rule, sheet, cell, value in OFFICIAL:
        book = town()
        own = book[sheet] if sheet in book.sheetnames else book.create_sheet(sheet)
        own[cell].value = value
        book.save(folder / "附件.xlsx")
        yield rule, _first(rule, read(folder / "附件.xlsx", FORM)[1])


def _first(rule: str, findings: Sequence[Finding]) -> str:
    said = [_said(finding) for finding in findings if rule in finding.rules]
    assert said, f"nothing is told of {rule}: {[_said(finding) for finding in findings]}"
    return said[0]


def _said(finding: Finding) -> str:
    return f"{finding.places[0]}：{finding.message}" if finding.places else finding.message


def as_toml(found: dict[str, str]) -> bytes:
    """The built file; years as {year}, {last} and {next}, since every filing shows them as of its own."""
    lines = ["# 由 tests/build.py 从 tests/cases 生成，不要手改：每条规则的一个例子。"]
    dateless = {rule: undated(text, FORM.year) for rule, text in found.items()}
    lines += [f"{rule} = {json.dumps(text, ensure_ascii=False)}" for rule, text in dateless.items()]
    return ("\n".join(lines) + "\n").encode("utf-8")
