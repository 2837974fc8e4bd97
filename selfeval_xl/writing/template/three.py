"""须说明差额 of “三公”经费: what rule A1-08 asks, in formulas."""

from selfeval_xl.expressions import Cell
from selfeval_xl.identities.formulas import half
from selfeval_xl.writing.template.addresses import PER, Addresses
from selfeval_xl.writing.template.roots import says_nothing
from selfeval_xl.writing.template.wanted import BOUGHT, THREE, WHOLE, applies


def three(book: Addresses, row: str) -> str:
    """The excess of the total (over the budget, else over last year) or of the purchase of vehicles; "" where there is
    none, or where the other of the two says why and the purchase makes so much of it."""
    if row not in (WHOLE, BOUGHT) or not (book.form.in_force("A1-08") and applies(book.form)):
        return '""'
    whole, bought = (_over(book, at, "initial") for at in (WHOLE, BOUGHT))
    share = float(book.form.setting("root_share"))
    gap = f"IF({whole}>0,{whole},{_over(book, WHOLE, 'last')})" if row == WHOLE else bought
    own, other = (_reason(book, at) for at in (row, BOUGHT if row == WHOLE else WHOLE))
    one = f"AND({whole}>0,{bought}>0,ROUND({bought}-{share:g}*{whole},4)>=0)"
    elsewhere = f"AND({one},NOT({says_nothing(other)}),{says_nothing(own)})"
    return f'IF({gap}<=0,"",IF({elsewhere},"",{gap}/{PER}))'


def _reason(book: Addresses, row: str) -> str:
    return book.place(Cell(THREE, row, "reason"), 0).a1


def _over(book: Addresses, row: str, column: str) -> str:
    """By how many 分 the final account surely exceeds that column; 0 where it does not."""
    spent, before = (book.place(Cell(THREE, row, c), 0).a1 for c in ("executed", column))
    gap = f"ROUND({spent}*{PER},0)-ROUND({before}*{PER},0)"
    steps = f"{half(spent, PER)}+{half(before, PER)}"
    return f"IF(COUNT({spent},{before})=2,IF({gap}>{steps},{gap},0),0)"
