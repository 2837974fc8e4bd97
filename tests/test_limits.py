"""Files that are made to be too much: each is read or refused within 10 seconds and 512 MiB, in a process of its own."""

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from selfeval_xl.reading.packages import MAX_INFLATED, MAX_MEMBERS
from tests.damaged import STRINGS, STYLES, WORKBOOK, Book, packed
from tests.damaged_cells import COMPLETE, sample
from tests.damaged_packages import SHEET

SECONDS, MEBIBYTES = 10, 512
MILLION = 1_048_576
READ, REFUSED = "read", "refused"

READER = """
import json, resource, sys, time
from pathlib import Path
from selfeval_xl.errors import UnusableFile
from selfeval_xl.reading.reader import read
start = time.process_time()
try:
    read(Path(sys.argv[1]))
    outcome, said = "read", ""
except UnusableFile as refusal:
    outcome, said = "refused", str(refusal)
status = Path("/proc/self/status")  # its peak is this program's own; getrusage's counts the parent's
if status.exists():
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) // 1024
else:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**20
print(json.dumps([outcome, said, time.process_time() - start, peak]))
"""


def read_alone(path: Path) -> tuple[str, str, float, int]:
    """What came of it, the sentence, seconds of CPU, MiB at the most."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(
        [sys.executable, "-c", READER, str(path)],
        capture_output=True,
        env=environment,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    outcome, said, seconds, peak = json.loads(done.stdout)
    return outcome, said, seconds, peak


def after_rows(xml: str) -> Callable[[Book], bytes]:
    """More rows at the end of 2收支情况."""

    def change(book: Book) -> bytes:
        book.replace(SHEET, "</sheetData>", xml + "</sheetData>")
        return book.content()

    return change


def rows_of_cells(rows: int, columns: int, cell: str) -> str:
    letters = [chr(65 + n // 26 - 1) * (n > 25) + chr(65 + n % 26) for n in range(columns)]
    return "".join(
        f'<row r="{row}">' + "".join(cell.format(a1=f"{letter}{row}") for letter in letters) + "</row>"
        for row in range(1001, 1001 + rows)
    )


def many_sheets(book: Book) -> bytes:
    for number in range(1000):
        book.copy_sheet("核实说明", f"第{number}张")
    return book.content()


def many_names(book: Book) -> bytes:
    names = "".join(f'<definedName name="n{n}">Sheet1!$A$1</definedName>' for n in range(200_000))
    book.replace(WORKBOOK, "<definedNames>", "<definedNames>" + names)
    return book.content()


def many_styles(book: Book) -> bytes:
    styles = "".join('<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0"/>' for _ in range(64_000))
    book.parts[STYLES] = re.sub(rb"</cellXfs>", styles.encode() + b"</cellXfs>", book.parts[STYLES])
    return book.content()


def many_texts(book: Book) -> bytes:
    room = MAX_INFLATED - sum(map(len, book.parts.values())) - 100_000
    more = "".join(f"<si><t>{n:040}</t></si>" for n in range(room // 57))
    book.replace(STRINGS, "</sst>", more + "</sst>")
    return book.content()


def a_long_text(book: Book) -> bytes:
    book.replace(STRINGS, "</sst>", f"<si><t>{'长' * 10_000_000}</t></si></sst>")
    return book.content()


def whitespace(book: Book) -> bytes:
    book.replace(SHEET, "</sheetData>", " " * (MAX_INFLATED - 3_000_000) + "</sheetData>")
    return book.content()


def bomb(size: int, members: int = 1) -> Callable[[Book], bytes]:
    def change(book: Book) -> bytes:
        return packed(book.parts, *((f"xl/media/{n}.bin", bytes(size)) for n in range(members)))

    return change


def lying_bomb(book: Book) -> bytes:
    """A member that says it is small and is not."""
    content = bytearray(packed(book.parts, ("xl/zz.bin", bytes(400 * 2**20))))
    start = content.rindex(b"PK\x01\x02")
    content[start + 24 : start + 28] = (100).to_bytes(4, "little")
    return bytes(content)


def nested(book: Book) -> bytes:
    content = b"0" * 2**20
    for _ in range(8):
        content = packed({"填报.xlsx": content})
    return content


TIMES, OFTEN = "table:number-rows-repeated", "table:number-columns-repeated"


def ods(rows: str) -> Callable[[Book], bytes]:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    names = " ".join(f'xmlns:{name}="{space}:{name}:1.0"' for name in ("office", "table", "text"))
    table = f'<table:table table:name="a">{rows}</table:table>'
    body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
    xml = f"<office:document-content {names}>{body}</office:document-content>"
    mimetype = b"application/vnd.oasis.opendocument.spreadsheet"
    return lambda _: packed({"mimetype": mimetype, "content.xml": xml.encode()})


def ods_row(rows: int, columns: int) -> str:
    cell = (
        f'<table:table-cell {OFTEN}="{columns}" office:value-type="float" office:value="1"><text:p>1</text:p>'
    )
    return f'<table:table-row {TIMES}="{rows}">{cell}</table:table-cell></table:table-row>'


CELL = '<c r="{a1}"><v>1</v></c>'

HEAVY: dict[str, tuple[Callable[[Book], bytes], str]] = {
    "一百万行只有格式": (
        after_rows("".join(f'<row r="{n}" s="1" ht="9"/>' for n in range(1001, MILLION + 1))),
        READ,
    ),
    "十五万行八列只有格式": (after_rows(rows_of_cells(150_000, 8, '<c r="{a1}" s="1"/>')), READ),
    "五万行有数": (after_rows(rows_of_cells(50_000, 8, CELL)), READ),
    "撑满的数": (after_rows(rows_of_cells(70_000, 26, CELL)), REFUSED),
    "撑满的没有计算的公式": (after_rows(("<row>" + "<c><f/></c>" * 16_000 + "</row>") * 250), REFUSED),
    "远处的数": (after_rows('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'), READ),
    "一千张工作表": (many_sheets, READ),
    "二十万个名称": (many_names, READ),
    "六万四千种样式": (many_styles, READ),
    "撑满的文字": (many_texts, READ),
    "一千万字的文字": (a_long_text, READ),
    "撑满的空白": (whitespace, READ),
    "一个大成员": (bomb(MAX_INFLATED), REFUSED),
    "许多大成员": (bomb(10 * 2**20, 30), REFUSED),
    "成员太多": (bomb(1, MAX_MEMBERS), REFUSED),
    "说小的大成员": (lying_bomb, REFUSED),
    "层层压缩": (nested, REFUSED),
    "ods 重复的行": (ods(ods_row(MILLION, 1)), REFUSED),
    "ods 重复的列": (ods(ods_row(100, 16_384)), REFUSED),
    "ods 重复的行和列": (ods(ods_row(MILLION, 16_384)), REFUSED),
    "ods 重复十亿列": (ods(ods_row(1, 999_999_999)), REFUSED),
    "ods 远处": (ods(f'<table:table-row {TIMES}="1048575"/>' + ods_row(1, 16_384)), REFUSED),
}


@pytest.mark.parametrize("case", HEAVY)
def test_too_much(tmp_path: Path, case: str) -> None:
    make, wanted = HEAVY[case]
    path = tmp_path / "填报.xlsx"
    path.write_bytes(make(sample()))
    outcome, said, seconds, peak = read_alone(path)
    assert outcome == wanted, said
    assert said.endswith("。") == (wanted == REFUSED)
    assert seconds <= SECONDS
    assert peak <= MEBIBYTES
    print(f"{case}: {outcome} {seconds:.1f} s {peak} MiB")


def test_what_a_usual_file_takes() -> None:
    outcome, _, seconds, peak = read_alone(COMPLETE)
    assert outcome == READ
    assert seconds <= 2
    assert peak <= 128


def test_the_bombs_are_small() -> None:
    """Nobody would take them for big ones."""
    assert len(lying_bomb(sample())) < 2**20
    with zipfile.ZipFile(io.BytesIO(lying_bomb(sample()))) as package:
        assert package.getinfo("xl/zz.bin").file_size == 100
