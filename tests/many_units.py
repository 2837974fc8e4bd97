"""Many units from one complete book: every amount times a factor that keeps all sums exact, some with a fault.

`python -m tests.many_units FOLDER COUNT` writes them, for `make demo-batch` and the benchmarks.
"""

import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from selfeval_xl.filing.computing import Key
from selfeval_xl.forms import Form, Kind, load
from selfeval_xl.writing.template.workbook import fill
from tests import books
from tests.build import SAMPLES

FACTORS = [Fraction(number, 10) for number in (10, 12, 15, 8, 20, 9, 11, 30, 13, 18, 16, 25)]
DEPARTMENTS = ("示例县教育局", "示例县农业农村局", "示例县卫生健康局", "示例县交通运输局", "示例县水利局")
NATURES = ("行政", "公益一类", "参公", "公益二类")


def at(block: str, row: str, column: str = "value", number: int = 0) -> Key:
    return Key(block, 0, row, number, column)


def complete(form: Form) -> dict[Key, object]:
    """What the complete sample types."""
    return books.values(form, (SAMPLES / "示例单位-2023" / "填报.md").read_text("utf-8"))


def unit_values(form: Form, number: int, base: dict[Key, object] | None = None) -> dict[Key, object]:
    """Unit `number` (from 1): its own name, code, department and size; every fifth has a fault."""
    factor = FACTORS[number % len(FACTORS)]
    own = {
        key: _scaled(value, factor) if _is_money(form, key) else value
        for key, value in (base or complete(form)).items()
    }
    own[at("unit", "name")] = f"示例县第{number}中心"
    own[at("unit", "code")] = f"{345100 + number}"
    own[at("unit", "supervisor")] = DEPARTMENTS[number % len(DEPARTMENTS)]
    own[at("unit", "nature")] = NATURES[number % len(NATURES)]
    return own | _fault(own, number)


def _is_money(form: Form, key: Key) -> bool:
    return form.block(key.block).fields[key.row, key.column].kind is Kind.MONEY


def _scaled(value: object, factor: Fraction) -> object:
    """Amounts keep their exact decimal form: 2 decimals times one make 3."""
    if not isinstance(value, int | float):
        return value
    return float(Fraction(repr(value)) * factor)


def _fault(own: dict[Key, object], number: int) -> dict[Key, object]:
    executed = at("sources", "general", "executed")
    match number % 20:
        case 5:  # 资金来源 and 按支出性质 no longer meet
            amount = own[executed]
            assert isinstance(amount, float)
            return {executed: round(amount + 9, 3)}
        case 10:
            return {at("duties", "duties"): None}
        case 15:
            return {at("staff", "civil", "staff"): 40}
    return {}


def units(count: int) -> Iterator[tuple[str, bytes]]:
    """File name and workbook of so many units."""
    form = load()
    base = complete(form)
    for number in range(1, count + 1):
        yield f"{number:05d} 示例县第{number}中心.xlsx", fill(form, unit_values(form, number, base))


def main(folder: str, count: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in units(int(count)):
        (target / name).write_bytes(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
