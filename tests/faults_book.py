"""A right book with its cells, for those who make mistakes in it, and the kinds of mistakes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from selfeval_xl.filing import Key
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.forms import Form, Kind
from selfeval_xl.layout import entry
from selfeval_xl.writing.template.filling import filled

Values = dict[Key, object]
WRITTEN_NUMBER = re.compile(r"\d+(\.\d+)?")


class Slip(StrEnum):
    """The ten kinds. `SHIFTED`: two cells of one column that stand one above the other, swapped (a value whose
    neighbour is blank moves there); `STALE`: a cell, or a whole column, copied from another year's or budget's."""

    DIGIT = "错一位数字"
    TRANSPOSED = "相邻两位颠倒"
    SIGN = "正负号"
    UNIT = "万倍（元、万元）"
    BLANKED = "漏填"
    SHIFTED = "错行"
    STALE = "抄错列（单格、整列）"
    RATE = "改错自动生成的比率、执行率得分"
    ABOVE = "得分高于分值"
    UNEXPLAINED = "删去原因"


@dataclass(frozen=True)
class Book:
    """A clean book, and its cells as the template has them, from above to below."""

    form: Form
    values: Mapping[Key, object]
    cells: tuple[Key, ...]
    tracer: Tracer

    @staticmethod
    def of(form: Form, values: Mapping[Key, object]) -> "Book":
        cells = tuple(key for sheet in entry(form) for key in sheet.places())
        return Book(form, values, cells, Tracer(filled(form, values)))

    def kind(self, key: Key) -> Kind:
        return self.form.block(key.block).fields[key.row, key.column].kind

    def numbers(self, *kinds: Kind) -> list[Key]:
        """Cells with a number typed in them; indicators' targets and results, too, where any kind will do."""
        found = [
            k
            for k, v in self.values.items()
            if isinstance(v, int | float) and (not kinds or self.kind(k) in kinds)
        ]
        written = [
            k
            for k, v in self.values.items()
            if k.column in ("target", "actual") and WRITTEN_NUMBER.fullmatch(str(v))
        ]
        return found + (written if not kinds else [])


def as_typed(value: object) -> str:
    """The digits of a typed number; a text as it is."""
    return value if isinstance(value, str) else f"{Decimal(repr(value)):f}"
