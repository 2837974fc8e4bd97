"""All records of a run as frames: what each unit said, its amounts, and what came of each rule."""

from collections.abc import Iterable, Sequence
from functools import cached_property

import pandas
from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.batch.choosing import Choice, Returned, choose
from selfeval_xl.batch.lines import Column, consolidated
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.working import SIGNS
from selfeval_xl.forms import Form, load

NO_SIGN = len(SIGNS)


class Desk(Struct, frozen=True, dict=True):
    """What came of all files of a run, those that could not be used too, in the order of their names.

    The records are without findings: `remembering` has them. `amounts`: a row a latest filing of the usual form and
    year, by the file's name, a column an amount of `columns`, 分 (Int64). `signs`: file × rule → position in SIGNS.
    """

    form: Form
    records: Sequence[Record]
    choices: dict[str, Choice]
    columns: Sequence[Column]
    amounts: pandas.DataFrame
    signs: pandas.DataFrame

    @cached_property
    def by_name(self) -> dict[str, Record]:
        return {record.name: record for record in self.records}

    @cached_property
    def latest(self) -> list[Record]:
        """The filings that speak for their units."""
        return [r for r in self.records if r.usable and self.choices[r.name].latest]

    @cached_property
    def counted(self) -> list[Record]:
        """The filings whose figures are added up."""
        return [r for r in self.latest if self.choices[r.name].counted]

    @cached_property
    def position(self) -> dict[tuple[str, str], int]:
        """(line, measure) → column."""
        return {(column.line.key, column.measure): at for at, column in enumerate(self.columns)}

    def amount(self, record: Record, line: str, measure: str) -> int | None:
        """分 of one unit; None where it is unknown, of another form or year, or the form has no such amount."""
        at = self.position.get((line, measure))
        if at is None or record.name not in self.amounts.index:
            return None
        return plain(self.amounts.at[record.name, at])


def desk(records: Iterable[Record], default: Form, returned: Returned | None = None) -> Desk:
    """All records, one after the other: their findings are not kept. `default`: the form, where no file is usable;
    `returned`: see `choose`."""
    slim: list[Record] = []
    rows: dict[str, tuple[int | None, ...]] = {}
    signs: dict[str, dict[str, str]] = {}
    for record in records:
        slim.append(replace(record, seen=(), amounts=(), signs={}))
        if record.usable:
            rows[record.name], signs[record.name] = record.amounts, record.signs
    choices = choose(slim, returned)
    latest = [r for r in slim if r.usable and choices[r.name].latest]
    usual = next((r for r in latest if choices[r.name].counted), None)
    form = load(usual.form, usual.year) if usual else default
    columns = consolidated(form)
    own = [r.name for r in latest if (r.form, r.year) == (form.id, form.year)]
    amounts = amounts_of({name: rows[name] for name in own}, len(columns))
    return Desk(form, slim, choices, columns, amounts, _signs({r.name: signs[r.name] for r in latest}))


def amounts_of(rows: dict[str, tuple[int | None, ...]], width: int) -> pandas.DataFrame:
    """A row a file, a column an amount, Int64."""
    columns = {at: pandas.array([row[at] for row in rows.values()], dtype="Int64") for at in range(width)}
    return pandas.DataFrame(columns, index=pandas.Index(list(rows), dtype=object))


def _signs(rows: dict[str, dict[str, str]]) -> pandas.DataFrame:
    rules = sorted({rule for row in rows.values() for rule in row})
    position = {sign: at for at, sign in enumerate(SIGNS)}
    columns = {
        rule: pandas.array([position.get(row.get(rule, ""), NO_SIGN) for row in rows.values()], dtype="UInt8")
        for rule in rules
    }
    return pandas.DataFrame(columns, index=pandas.Index(list(rows), dtype=object))


def plain(value: object) -> int | None:
    """A cell of a frame as a whole number; None where it is unknown."""
    return None if value is None or value is pandas.NA else int(str(value))
