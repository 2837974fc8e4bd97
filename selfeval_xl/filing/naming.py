"""A cell in the words of the form: what people look for on the sheet, beside its address."""

import re

from selfeval_xl.filing.figures import Filing, Key

_ASIDE = re.compile(r"（[^（）]*）$")
_LEAD = re.compile(r"^(?:其中：|\d+、)")


def field_name(filing: Filing, key: Key) -> str:
    """自评口径; 合计的2023年末在职人数; of an added row “垃圾分类”的分值, 第3行的分值 where it has no name."""
    block = filing.form.block(key.block)
    column, row = _short(block.column(key.column).label), block.row(key.row)
    if row.many:
        return f"{_which(filing, key)}的{column}"
    if len(block.columns) == 1:
        return _short(row.label)
    return f"{_short(row.label)}的{column}" if row.label else column


def _which(filing: Filing, key: Key) -> str:
    named = filing.by_key[key._replace(column=filing.form.block(key.block).name_column)].text
    return f"“{named}”" if named else f"第{key.number}行"


def _short(label: str) -> str:
    """A label without what it adds in brackets, and without its place in a list."""
    return _ASIDE.sub("", _LEAD.sub("", label)) or label
