"""The built files: the template for people, the copy of the Word template, the sample workbooks and fields, an example
of each rule and the rule book for people.

`python -m tests.build` writes them (and, where LibreOffice is, one sample as LibreOffice saves it); `--check` proves
that they are what their sources make: the parts inside the zip are compared, since the packed bytes depend on the
zlib at hand.
"""

import io
import json
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from msgspec.structs import replace

import selfeval_xl
from selfeval_xl.checking.concluding import Conclusion, Summary
from selfeval_xl.forms import Form, load, of_form
from selfeval_xl.rules.examples import EXAMPLES
from selfeval_xl.writing.report.context import context
from selfeval_xl.writing.report.vocabulary import SAMPLE
from selfeval_xl.writing.template.filling import filled
from selfeval_xl.writing.template.workbook import fill, write_template
from tests.books import values
from tests.libreoffice import LibreOffice
from tests.rule_book import rule_book
from tests.rule_examples import as_toml, examples

ROOT = Path(__file__).parents[1]
FORM = "hunan-2023"
FILED = 2025, 2026
"""The fiscal years that units file for now; the samples are of the form's own year."""
TEMPLATES = ROOT / "workbook_templates"
SAMPLES = ROOT / "samples"
EXAMPLES_FILE = ROOT / "selfeval_xl" / "rules" / EXAMPLES
FIELDS = ROOT / "selfeval_xl" / "writing" / "report" / SAMPLE
READY = Conclusion((), Summary(errors=0, warnings=0, notices=0, missing=0, passed=0), ())
SAVED = ROOT / "tests" / "files" / "示例单位-LibreOffice另存.xlsx"


def built() -> Iterator[tuple[Path, bytes]]:
    """Every built file with the bytes that its sources make now."""
    form = load(FORM)
    for year in FILED:
        yield TEMPLATES / f"{year}年度部门整体支出绩效自评填报模板.xlsx", write_template(load(FORM, year))
    yield TEMPLATES / "部门整体支出绩效自评报告模板.docx", of_form(FORM, "report.docx").read_bytes()
    for text in sorted(SAMPLES.glob("*/填报.md")):
        own = sample_form(text.parent)
        yield text.with_suffix(".xlsx"), fill(own, values(own, text.read_text("utf-8")))
    yield FIELDS, sample_fields(form)
    found = examples()
    yield EXAMPLES_FILE, as_toml(found)
    rules = [replace(rule, example=found[rule.id]) for rule in selfeval_xl.catalogue()]
    yield ROOT / "docs" / "rules.md", rule_book(rules, form).encode("utf-8")


def sample_form(folder: Path) -> Form:
    """The form of a sample: under the bureau's overlay, where its folder holds one."""
    overlays = list(folder.glob("*.toml"))
    return load(overlays[0] if overlays else FORM)


def sample_fields(form: Form) -> bytes:
    """What the complete unit's report says in each field: the examples of `selfeval fields`."""
    typed = values(form, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))
    return (
        json.dumps(context(filled(form, typed), READY), ensure_ascii=False, indent=1).encode("utf-8") + b"\n"
    )


def parts(content: bytes) -> dict[str, bytes]:
    """The members of a zip; any other file as one."""
    if not content.startswith(b"PK"):
        return {"": content}
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def stale() -> list[Path]:
    """The built files that are missing or not what their sources make."""
    return [p for p, content in built() if not p.exists() or parts(p.read_bytes()) != parts(content)]


def main() -> None:
    if "--check" in sys.argv[1:]:
        old = stale()
        if old:
            sys.exit("not fresh (make build): " + ", ".join(str(p.relative_to(ROOT)) for p in old))
        return
    changed = not SAVED.exists()
    for path, content in built():
        if not path.exists() or parts(path.read_bytes()) != parts(content):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            print(path.relative_to(ROOT))
            changed = True
    if changed:
        _save_with_libreoffice()


def _save_with_libreoffice() -> None:
    """A real file of another program beside ours; its bytes are LibreOffice's own, so no check rebuilds it."""
    with tempfile.TemporaryDirectory() as folder:
        office = LibreOffice.find(Path(folder) / "profile")
        if office is not None:
            (saved,) = office.convert([SAMPLES / "示例单位-2023" / "填报.xlsx"], "xlsx", Path(folder) / "out")
            SAVED.parent.mkdir(exist_ok=True)
            SAVED.write_bytes(saved.read_bytes())


if __name__ == "__main__":
    main()
