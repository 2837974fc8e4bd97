"""Imported once, by the process from which the workers are forked: all that a conversion imports and computes first."""

import gc
import tempfile
from contextlib import suppress
from pathlib import Path

import selfeval_xl
from selfeval_xl.batch import running, working  # noqa: F401  (what a store needs)
from selfeval_xl.errors import UserError
from selfeval_xl.forms import load
from selfeval_xl.serving import jobs  # noqa: F401


def warm() -> None:
    """The empty template, converted: every form, rule and writer has been there once."""
    with tempfile.TemporaryDirectory() as name, suppress(UserError, OSError):
        book = selfeval_xl.write_template(load(), Path(name) / "空白.xlsx")
        selfeval_xl.convert(book, Path(name) / "out")
        report = next((Path(name) / "out").glob("*.docx"))
        selfeval_xl.audit(report)
    gc.collect()
    gc.freeze()


warm()
