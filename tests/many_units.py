"""Many units from one complete book: every amount times a factor that keeps all sums exact, some with a fault.

`python -m tests.many_units FOLDER COUNT` writes them, for `make demo-batch` and the benchmarks.
"""

import io
import sys
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

from selfeval_xl.filing import Key
from selfeval_xl.forms import Form, Kind, load
from selfeval_xl.writing.template.workbook import fill
from tests import books
from tests.build import SAMPLES

FACTORS = [Fraction(number, 10) for number in (10, 12, 15, 8, 20, 9, 11, 30, 13, 18, 16, 25)]
DEPARTMENTS = ("示例县教育局", "示例县农业农村局", "示例县卫生健康局", "示例县交通运输局", "示例县水利局")
NATURES = ("行政", "公益一类", "参公", "公益二类")

PERIOD = 60
"""Factors, departments, natures and faults are the same again after so many units."""


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
    own[at("unit", "name")] = _name(number)
    own[at("unit", "code")] = _code(number)
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
    """File name and workbook of so many units. All but name and code comes again after PERIOD of them."""
    form = load()
    base = complete(form)
    first: list[bytes] = []
    for number in range(1, count + 1):
        if number <= PERIOD:
            first.append(fill(form, unit_values(form, number, base)))
            content = first[-1]
        else:
            content = _renamed(first[(number - 1) % PERIOD], (number - 1) % PERIOD + 1, number)
        yield f"{number:05d} {_name(number)}.xlsx", content


def _name(number: int) -> str:
    return f"示例县第{number}中心"


def _code(number: int) -> str:
    return f"{345100 + number}"


def _renamed(content: bytes, old: int, new: int) -> bytes:
    """The workbook of another unit: ten times as fast as filling it in."""
    renamed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(renamed, "w") as written:
        for member in package.infolist():
            data = package.read(member).replace(_name(old).encode(), _name(new).encode())
            data = data.replace(f">{_code(old)}<".encode(), f">{_code(new)}<".encode())
            written.writestr(member, data)
    return renamed.getvalue()


def main(folder: str, count: str) -> None:
    target = Path(folder)
    target.mkdir(parents=True, exist_ok=True)
    for name, content in units(int(count)):
        (target / name).write_bytes(content)


if __name__ == "__main__":
    main(*sys.argv[1:])
