"""`selfeval fields`: one meaning for every field, no field without one, a table that an old console can show."""

from selfeval_xl import telling
from selfeval_xl.forms import load
from selfeval_xl.writing.report.context import context
from selfeval_xl.writing.report.meanings import MEANINGS
from selfeval_xl.writing.report.vocabulary import Kind, leaves, vocabulary
from selfeval_xl.writing.template.filling import filled
from tests.build import FIELDS, READY, sample_fields

FORM = load()


def test_every_field_has_a_meaning_and_every_meaning_a_field() -> None:
    assert set(MEANINGS) == {name for name, _ in leaves(context(filled(FORM, {}), READY))}


def test_meanings_tell_fields_apart() -> None:
    assert len(set(MEANINGS.values())) == len(MEANINGS)


def test_the_samples_values_are_what_its_report_says() -> None:
    """make build writes them anew."""
    assert FIELDS.read_bytes() == sample_fields(FORM)


def test_kinds_do_not_depend_on_what_is_filled_in() -> None:
    kinds = {bool: Kind.FLAG, list: Kind.TEXTS, str: Kind.TEXT}
    empty = dict(leaves(context(filled(FORM, {}), READY)))
    assert {name: kinds[type(value)] for name, value in empty.items()} == {
        name: field.kind for name, field in vocabulary().items()
    }


def test_columns_are_aligned() -> None:
    *_, head, first = telling.fields_page().splitlines()[:6]
    for word in ("用法", "含义", "示例"):
        assert telling.width(head[: head.index(word)]) == telling.width(first[: first.index(START[word])])


START = {"用法": "文字", "含义": "财政年度，四", "示例": "2023"}


def test_the_page_fits_an_old_console() -> None:
    page = telling.fields_page()
    page.encode("gbk")
    assert max(telling.width(line) for line in page.splitlines()) <= 130


def test_data_is_whole() -> None:
    data = telling.fields_data()
    assert [entry["field"] for entry in data] == list(MEANINGS)
    assert next(e for e in data if e["field"] == "work.texts")["sample"].count("｜") > 1
