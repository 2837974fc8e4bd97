"""How a person types an amount, a number or a text into the template: in the unit of the cell."""

from dataclasses import dataclass, field
from decimal import Decimal

from selfeval_xl.filing import Key, book_scale, unit_scale
from selfeval_xl.forms import Form


@dataclass
class Typing:
    """The cells typed so far."""

    form: Form
    yuan: bool
    values: dict[Key, object] = field(default_factory=dict)

    def put(self, block: str, row: str, column: str, value: object, number: int = 0, copy: int = 0) -> None:
        """A text or a number as it is; nothing for an empty text."""
        if value not in (None, ""):
            self.values[Key(block, copy, row, number, column)] = value

    def column(self, block: str, texts: dict[str, object], column: str = "value", copy: int = 0) -> None:
        """A block of one column: row → value."""
        for row, value in texts.items():
            self.put(block, row, column, value, copy=copy)

    def row(self, block: str, row: str, number: int, cells: dict[str, object], copy: int = 0) -> None:
        """An added row: column → value."""
        for column, value in cells.items():
            self.put(block, row, column, value, number, copy)

    def money(
        self, block: str, row: str, amounts: dict[str, int], number: int = 0, copy: int = 0, nil: bool = True
    ) -> None:
        """Amounts of 分 in the cells of one row, column by column; a row of noughts is left blank without `nil`."""
        if not nil and not any(amounts.values()):
            return
        scale = unit_scale(self.form.block(block), book_scale("元" if self.yuan else "万元"))
        for column, fen in amounts.items():
            self.put(block, row, column, _number(fen, scale), number, copy)


def _number(fen: int, scale: int) -> int | float:
    exact = Decimal(fen) / scale
    return int(exact) if exact == exact.to_integral_value() else float(exact)
