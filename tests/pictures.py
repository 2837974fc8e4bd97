"""The pictures of the READMEs: the first page of 核对结果 and a page of the report of the Junshan sample.

`python -m tests.pictures`; needs LibreOffice and pdftoppm. Fonts are the machine's, so no test compares pictures.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from selfeval_xl import convert
from tests.build import ROOT, SAMPLES
from tests.libreoffice import HOW_TO_GET, LibreOffice

PAGES = {".xlsx": ("核对结果", 1), ".docx": ("自评报告", 3)}
"""Suffix of the output → (name of the picture, page)."""


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        office = LibreOffice.find(folder / "profile")
        if office is None:
            sys.exit(HOW_TO_GET)
        outcome = convert(SAMPLES / "junshan-2023" / "填报.xlsx", folder)
        for path in outcome.files:
            (pdf,) = office.convert([path], "pdf", folder / "pdf")
            picture, page = PAGES[path.suffix]
            pages = ["-f", str(page), "-l", str(page), "-singlefile"]
            target = ROOT / "docs" / picture
            subprocess.run(["pdftoppm", "-r", "70", "-png", *pages, pdf, target], check=True, timeout=60)


if __name__ == "__main__":
    main()
