"""The bureau's own annex files: no hidden sheet, no fixed cells; titles, heads and labels say what stands where.

`regions` finds the annexes by their titles, `choosing` those that are to be read; `page` keeps count of what has been
read of one; `annex_table` (附件1), `annex_scores` (附件2, 附件3) and `annex_funds` (附件4-6, codes in `accounts`) read it
by the heads and rows of `tables` and the labels of `facts`; `money_unit` refuses all but 万元, `signatures` end the tables,
`margins` reads them and the unit; `homes` enters what the annexes repeat where the template has it, `rates` puts right
what lacks its %, `plausible` doubts amounts that look like 元.
"""

from selfeval_xl.reading.official import plausible
from selfeval_xl.reading.official.rates import as_percent
from selfeval_xl.reading.official.reader import Sought, annexes_of, read_annexes

__all__ = ["Sought", "annexes_of", "as_percent", "plausible", "read_annexes"]
