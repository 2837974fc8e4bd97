"""The pictures of the READMEs and the guides, made from the samples.

`python -m tests.pictures`; needs LibreOffice and pdftoppm. Fonts are the machine's, so no test compares pictures.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner

from selfeval_xl import convert, write_template
from selfeval_xl.cli import commands
from selfeval_xl.forms import load
from tests.build import ROOT, SAMPLES
from tests.libreoffice import HOW_TO_GET, LibreOffice

DOTS = 70
COMPLETE, JUNSHAN = (SAMPLES / name / "填报.xlsx" for name in ("示例单位-2023", "junshan-2023"))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = LibreOffice.find(folder / "profile")
        if office is None:
            sys.exit(HOW_TO_GET)
        for path, pages in _sources(folder).items():
            (pdf,) = office.convert([path], "pdf", folder / "pdf")
            for picture, said in pages:
                _draw(pdf, _page(pdf, said), ROOT / "docs" / picture)


def _sources(folder: Path) -> dict[Path, Sequence[tuple[str, str]]]:
    """File → the pictures of it: name, and a text by which the page is known."""
    empty = folder / "空白模板.xlsx"
    write_template(load("hunan-2023", 2025), empty, projects=3)
    shutil.copy(COMPLETE, folder / "填好的.xlsx")
    results, report = convert(JUNSHAN, folder / "junshan").files
    batch = folder / "收到的表"
    batch.mkdir()
    for sample in SAMPLES.glob("*/填报.xlsx"):
        shutil.copy(sample, batch / f"{sample.parent.name}.xlsx")
    CliRunner().invoke(commands, ["batch", str(batch), "--out", str(folder / "结果"), "--due", "2024-05-20"])
    slip = min((folder / "结果").glob("*（junshan*/*退回意见*.docx"))
    return {
        empty: [("空白模板", "")],
        folder / "填好的.xlsx": [("填好的模板", "已填齐"), ("填基本情况", "部门（单位）基本情况")],
        results: [("核对结果", "")],
        report: [("自评报告", "一、部门")],
        slip: [("退回意见", "")],
        folder / "结果" / "汇总.xlsx": [("汇总", "总览")],
    }


def _page(pdf: Path, said: str) -> int:
    """The first page that says so."""
    done = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True, timeout=60)
    pages = done.stdout.decode().split("\f")
    return next(number for number, text in enumerate(pages, 1) if said in text)


def _draw(pdf: Path, page: int, target: Path) -> None:
    pages = ["-f", str(page), "-l", str(page), "-singlefile"]
    subprocess.run(["pdftoppm", "-r", str(DOTS), "-png", *pages, pdf, target], check=True, timeout=60)


if __name__ == "__main__":
    main()
