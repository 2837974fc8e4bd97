"""What one conversion asks its libraries for, to be asked again without it: every call of xlsxwriter written out as a
program, the fields of the Word template, and the XML of the annexes."""

import datetime
import io
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter
from docx.oxml.parser import parse_xml

import selfeval_xl
from selfeval_xl.writing import pages
from selfeval_xl.writing.report import narrative
from selfeval_xl.writing.report.annexes import elements

USUAL = {
    kind: f"write_{name}"
    for kind, name in {"text": "string", **{k: k for k in ("number", "blank", "formula")}}.items()
}
"""The calls of `PlainSheet` and the library's own."""


class Asked:
    """Stands for an object of xlsxwriter: each call becomes a line, its result a name for later lines."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines

    def __repr__(self) -> str:
        return self.name

    def __getattr__(self, asked: str) -> Callable[..., "Asked"]:
        def call(*arguments: Any, **named: Any) -> Asked:
            method, arguments = _usual(asked, arguments)
            if method == "add_worksheet":
                arguments = arguments[:1]  # the library's own sheets, without our short cuts
            said = [*map(repr, arguments), *(f"{name}={value!r}" for name, value in named.items())]
            made = Asked(f"made{len(self.lines)}", self.lines)
            kept = f"{made} = " if method.startswith("add_") and method != "add_series" else ""
            self.lines.append(f"{kept}{self.name}.{method}({', '.join(said)})")
            return made

        return call


def _usual(method: str, given: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]]:
    """The library's own call for one of `PlainSheet`."""
    if method == "blank":
        given = (*given[:2], None, *given[2:])
    if method == "formula":
        given = (*given[:2], "=" + given[2], *given[3:])
    return USUAL.get(method, method), given


def recorded(source: Path) -> tuple[Callable[[io.BytesIO], None], bytes, dict[str, Any], tuple[str, ...]]:
    """What a conversion of this workbook writes: see `peers.Content`."""
    lines: list[str] = []
    fields: list[dict[str, Any]] = []
    annexes: list[str] = []

    def book(_file: object, options: dict[str, Any]) -> Asked:
        lines.append(f"book = xlsxwriter.Workbook(file, {options!r})")
        return Asked("book", lines)

    def parsed(xml: str) -> Any:
        annexes.append(xml)
        return parse_xml(xml)

    def rendered(form: str, given: dict[str, Any]) -> Any:
        fields.append(narrative.escaped(given))
        return real_rendered(form, given)

    real_rendered = narrative.rendered
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(pages, "Workbook", book),
        mock.patch.object(elements, "parse_xml", parsed),
        mock.patch.object(narrative, "rendered", rendered),
    ):
        outcome = selfeval_xl.convert(source, Path(folder))
    template = narrative.form_template(outcome.filing.form.wording)
    return _program(lines), template, fields[-1], tuple(annexes)


def _program(lines: list[str]) -> Callable[[io.BytesIO], None]:
    """The calls as a function that makes them again, into a file."""
    text = "\n    ".join(["def write(file):", *lines])
    known: dict[str, Any] = {"xlsxwriter": xlsxwriter, "datetime": datetime}
    exec(compile(text, "recorded", "exec"), known)  # of our own calls, in this process
    write: Callable[[io.BytesIO], None] = known["write"]
    return write
