"""What became of what was open: a unit's file against the one before, finding by finding."""

from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from selfeval_xl.batch.records import Record, Seen
from selfeval_xl.findings import Level, Status

Marks = tuple[str, ...]


class Progress(Struct, frozen=True):
    """Counts of findings: 已改, 已说明, 未改 of the file before, and 新增."""

    mended: int
    explained: int
    left: int
    new: int

    @property
    def sentence(self) -> str:
        """已改正 1 条，尚有 10 条未改; "" where nothing was open, before or now."""
        counts = {
            "已改正 {} 条": self.mended,
            "已说明 {} 条": self.explained,
            "尚有 {} 条未改": self.left,
            "新增 {} 条": self.new,
        }
        return "，".join(said.format(number) for said, number in counts.items() if number)


def is_open(seen: Seen) -> bool:
    """To be mended, explained or filled in: 错误, 警告 without a reason, required cells of sheets that are there."""
    if Status(seen.status).explained or seen.absent:
        return False
    return seen.level in (Level.ERROR, Level.WARNING) or seen.required


def open_marks(record: Record) -> Marks:
    return tuple(seen.mark for seen in record.seen if is_open(seen))


def progress(before: Iterable[str], now: Record) -> Progress:
    """`before`: the marks that were open in the file before."""
    was, stays = Counter(before), Counter(open_marks(now))
    said = Counter(seen.mark for seen in now.seen if Status(seen.status).explained)
    gone = was - stays
    explained = gone & said
    return Progress(
        (gone - explained).total(), explained.total(), (was & stays).total(), (stays - was).total()
    )
