"""A begun workbook: where each of its cells stands, what is in it, and its package."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from selfeval_xl.errors import UnusableFile
from selfeval_xl.file_names import readable
from selfeval_xl.filing import Key
from selfeval_xl.filing.values import Entry
from selfeval_xl.forms import Form
from selfeval_xl.places import Place
from selfeval_xl.reading import reader
from selfeval_xl.reading.gathering import LAST_COLUMN, LAST_ROW
from selfeval_xl.reading.opening import Kind

WORKBOOK, RELATIONS, TYPES = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "[Content_Types].xml"


class Begun(Struct, frozen=True):
    """A begun workbook: where each cell stands and what is in it; `members`: its package."""

    name: str
    form: Form
    scale: int
    entries: Mapping[Key, Entry]
    members: Mapping[str, bytes]

    @property
    def answers(self) -> dict[str, str]:
        said = {key.row: entry.value for key, entry in self.entries.items() if key.block == "unit"}
        return {k: f"{said[k]}" for k in ("scope", "carryover_included") if said.get(k)}

    def has(self, place: Place) -> bool:
        """Whether the file has such a cell: what an older edition lacks stands beyond every sheet."""
        return place.row <= LAST_ROW and place.column <= LAST_COLUMN


def begun(path: Path) -> Begun:
    """Raises UnusableFile: no template, or no .xlsx."""
    name = readable(path.name)
    source, gathering = reader.cells_of(path)
    if source.kind is not Kind.XLSX:
        raise UnusableFile(f"「{name}」不是 .xlsx，不能接着填；请用 Excel 或 WPS 另存为 .xlsx。")
    with zipfile.ZipFile(io.BytesIO(source.content)) as package:
        members = {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
    if not {WORKBOOK, RELATIONS, TYPES} <= set(members):
        raise UnusableFile(f"「{name}」的内部结构少见，不能接着填；请用 Excel 或 WPS 另存为 .xlsx。")
    return Begun(name, gathering.form, gathering.scale, gathering.entries, members)
