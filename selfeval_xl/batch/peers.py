"""Units beside their like, by robust statistics: what stands out is a question for the bureau, never a finding.

Of each measure: how far a unit lies from its peers' median, in median absolute deviations (times 1.4826, which makes
them standard deviations where values are normal). Beyond 3.5 it stands out (Iglewicz and Hoaglin 1993), if it is also
a fifth away from the median. Fewer than eight peers, or peers of which more than half are equal, say nothing.
"""

from collections.abc import Iterator

import pandas
from msgspec import Struct

from selfeval_xl.batch.consolidating import SUM_LINE
from selfeval_xl.batch.desk import Desk
from selfeval_xl.batch.records import Record
from selfeval_xl.money import WAN

LEAST = 8
FAR = 3.5
TO_DEVIATION = 1.4826
AWAY = 0.2
OPERATING, THREE, EXECUTION = "人均公用经费", "人均“三公”经费", "执行率"


class Outlier(Struct, frozen=True):
    """`value`, `median`: 万元 a head, or a rate. `peers`: how many of the same 单位性质 have the figure."""

    record: Record
    measure: str
    value: float
    median: float
    peers: int
    distance: float


def outliers(desk: Desk) -> Iterator[Outlier]:
    """What stands out, measure by measure, in the order of the files."""
    frame = pandas.DataFrame([_measured(desk, record) for record in desk.counted])
    for measure in (OPERATING, THREE, EXECUTION) if len(frame) else ():
        known = frame[frame[measure].notna() & (frame["nature"] != "")]
        grouped = known.groupby("nature")[measure]
        median, peers = grouped.transform("median"), grouped.transform("size")
        gap = known[measure] - median
        spread = gap.abs().groupby(known["nature"]).transform("median") * TO_DEVIATION
        apart = (
            (gap.abs() > FAR * spread) & (gap.abs() > AWAY * median.abs()) & (spread > 0) & (peers >= LEAST)
        )
        for at in known.index[apart]:
            yield Outlier(
                desk.counted[int(at)], measure, float(known[measure][at]), float(median[at]), int(peers[at]),
                float(abs(gap[at]) / spread[at]),
            )  # fmt: skip


def _measured(desk: Desk, record: Record) -> dict[str, object]:
    staff = record.staff
    operating, three = (
        desk.amount(record, "basic.operating", "executed"),
        desk.amount(record, "three.total", "executed"),
    )
    executed, full = desk.amount(record, SUM_LINE, "executed"), desk.amount(record, SUM_LINE, "full")
    return {
        "nature": record.nature,
        OPERATING: operating / WAN / staff if operating is not None and staff else None,
        THREE: three / WAN / staff if three is not None and staff else None,
        EXECUTION: executed / full if executed is not None and full else None,
    }
