"""Which cell styles show a number as a percentage; the readers tell the number alone, 0.98 for what is seen as 98 %."""

import posixpath
import re

from selfeval_xl.reading.packages import Parts, elements, key

BUILT_IN = {"9", "10"}
"""0% and 0.00% (ECMA-376 part 1, 18.8.30)."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
"""What a format code shows as it is, and its colours and conditions."""


def percent_styles(parts: Parts, main: str) -> frozenset[bytes]:
    """The cell formats (`s` of a cell) that do; none where the workbook has no styles, or none that can be read."""
    name = key(posixpath.join(posixpath.dirname(main), "styles.xml"))
    if name not in parts or parts[name].broken:
        return frozenset()
    formats = elements(parts, name, "numFmt", "numFmts")
    percent = BUILT_IN | {f.get("numFmtId", "") for f in formats if "%" in _shown(f.get("formatCode", ""))}
    cells = elements(parts, name, "xf", "cellXfs")
    return frozenset(b"%d" % at for at, cell in enumerate(cells) if cell.get("numFmtId") in percent)


def _shown(code: str) -> str:
    """Of a format code, what it makes of a positive number."""
    return _LITERAL.sub("", code).partition(";")[0]
