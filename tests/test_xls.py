"""The guard of .xls: formats and errors where it can read the file, nothing and a word where it cannot."""

import random

import pytest

from selfeval_xl.reading.file_notes import notes
from selfeval_xl.reading.grids import State, read_sheets
from selfeval_xl.reading.opening import Kind, Source, open_source
from selfeval_xl.reading.seen import seen
from selfeval_xl.reading.xls_facts import xls_sheets
from tests.fuzzing import BINARY

CONTENT = BINARY.read_bytes()


def test_formats_are_known() -> None:
    (sheet,) = (sheet for sheet in read_sheets(open_source(BINARY)) if sheet.name == "附件1")
    cell = sheet.cells[6, 3]
    assert (cell.state, cell.code, seen(cell).text) == (State.VALUE, "0.00%", "93.10%")


def test_the_sheets_are_those_that_calamine_finds() -> None:
    source = open_source(BINARY)
    assert [facts.name for facts in source.sheets] == [sheet.name for sheet in read_sheets(source)]


HARM = {
    "cut": CONTENT[: len(CONTENT) // 2],
    "an unknown size of sectors": CONTENT[:30] + b"\xff\xff" + CONTENT[32:],
    "a directory in a circle": CONTENT[:48] + b"\0\0\0\0" + CONTENT[52:],
    "no records": CONTENT[:512] + bytes(len(CONTENT) - 512),
    "little": CONTENT[:40],
}


@pytest.mark.parametrize("case", HARM)
def test_what_is_damaged_is_not_known(case: str) -> None:
    assert xls_sheets(HARM[case]) == ()


def test_what_is_not_known_is_told() -> None:
    known, unknown = (Source(BINARY, Kind.XLS, b"", sheets) for sheets in (xls_sheets(CONTENT), ()))
    assert "98%" in "".join(message for _, message, _ in notes(unknown, ()))
    assert "98%" not in "".join(message for _, message, _ in notes(known, ()))


def test_wrong_bytes_raise_nothing() -> None:
    chance = random.Random(5)
    for _ in range(60):
        content = bytearray(CONTENT)
        for _ in range(chance.randint(1, 40)):
            content[chance.randrange(len(content) if chance.random() < 0.5 else 4096)] = chance.randrange(256)
        xls_sheets(bytes(content))
