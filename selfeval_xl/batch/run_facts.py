"""What the sheets and the slips say of a run beside its figures."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from selfeval_xl.batch.collecting import Skipped
from selfeval_xl.batch.comparing import Progress
from selfeval_xl.batch.consolidating import Totals
from selfeval_xl.batch.desk import Desk
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.reviewing import UNREVIEWED, Reviews
from selfeval_xl.batch.wanted import unfiled


class Facts(Struct, frozen=True):
    """A run. `progress`: file → what became of what was open before; `returned`: file → 第几次退回.

    `wanted`: the units that should file; None where no list was given. `reviews`: what the bureau wrote before.
    """

    desk: Desk
    totals: Totals
    skipped: Sequence[Skipped]
    progress: Mapping[str, Progress]
    returned: Mapping[str, int]
    wanted: Sequence[str] | None = None
    reviews: Reviews = UNREVIEWED

    @property
    def unfiled(self) -> list[str]:
        """The units of the list of whom nothing came."""
        return unfiled(self.wanted or (), self.desk.latest)

    @property
    def unplaced(self) -> str:
        """That a unit of whom nothing came may have sent one of the files that nobody can place; "" without any."""
        unusable = sum(bool(record.trouble) for record in self.desk.records)
        blank = sum(record.empty for record in self.desk.records)
        counts = {"文件不能用": unusable, "文件是空白模板": blank}
        said = "、".join(f"{number} 个{word}" for word, number in counts.items() if number)
        return f"另有 {said}，不知是哪个单位的，可能就是其中单位报来的。" if said and self.unfiled else ""


def book(record: Record) -> str:
    """Its 核对结果.xlsx, seen from the output folder; "" where none was written."""
    return record.files[0] if record.files else ""
