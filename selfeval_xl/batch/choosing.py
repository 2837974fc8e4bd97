"""Which of the files count: the latest of each unit, of one year, and nothing that another filing covers already."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from selfeval_xl.batch.records import Record

EARLIER = "有报送次数更大的文件"
SAME = "与另一文件内容相同"
DOUBLE = "与另一文件报送次数相同，{}"
LATER = "报告日期较晚", "报告日期较早"
"""Of two of the same 报送次数: why the one counts, why the other does not; likewise the next two."""
AFTER_RETURN = "另一份已经退回过", "已经退回过"
BY_NAME = "报告日期也分不出先后，暂按文件名", "报告日期也分不出先后，暂按文件名取另一份"
NO_SLIP = "，没有生成退回意见，请核实后移走不用的一份"
ODD = "年度或表样与多数单位不同"
COVERED = "已含在部门汇总数中"
WHOLE = "部门汇总"
OWN = "（本级）"
UNLISTED = "主管部门报的是部门汇总，但没有列出本单位，请核实是否重复计算"
ONE_CODE = "预算单位编码与另一单位相同，请核实"
SUFFIX = re.compile(r"[（(]?(本级|机关)[）)]?$")

Units = dict[str, list[Record]]
Returned = Mapping[str, int]
NOT_YET = 1_000_000
"""What was never returned came after all that was."""


class Choice(Struct, frozen=True):
    """What becomes of one file. `latest`: it speaks for its unit; `counted`: its figures are added up, else `why` not.

    `before`: the name of the unit's file that came before it. `doubt`: what the bureau should ask. `unsettled`: it
    speaks for its unit by nothing but its name, beside another of the same 报送次数 that says otherwise.
    """

    unit: str
    latest: bool
    why: str = ""
    doubt: str = ""
    before: str = ""
    unsettled: bool = False

    @property
    def counted(self) -> bool:
        return not self.why


def plain_name(name: str) -> str:
    """A unit's name without blanks, in signs of one width, and without 本级 or 机关 in brackets or at its end."""
    return SUFFIX.sub("", "".join(unicodedata.normalize("NFKC", name).split()))


def choose(records: Sequence[Record], returned: Returned | None = None) -> dict[str, Choice]:
    """File → what becomes of it, for the usable ones. The order of the records changes nothing.

    `returned`: digest → which return of its unit it was, of what went back before: the unit filed the rest later.
    """
    returned = returned or {}
    units = _units([record for record in records if record.usable])
    choices: dict[str, Choice] = {}
    latest: dict[str, Record] = {}
    for unit, files in units.items():
        ranked = sorted(files, key=lambda record: (_rank(record, returned), record.name))
        latest[unit] = ranked[-1]
        choices |= dict(_ranked(unit, ranked, returned))
    edition = _usual([latest[unit] for unit in latest])
    for record in latest.values():
        if (record.form, record.year) != edition:
            choices[record.name] = replace(choices[record.name], why=ODD)
    counted = {unit: record for unit, record in latest.items() if choices[record.name].counted}
    for unit, whole in _covered(counted).items():
        why = f"{COVERED}（{counted[whole].unit}）"
        choices[counted[unit].name] = replace(choices[counted[unit].name], why=why)
    for record, doubt in _doubts(counted, choices):
        said = "；".join(text for text in (choices[record.name].doubt, doubt) if text)
        choices[record.name] = replace(choices[record.name], doubt=said)
    return choices


def _doubts(counted: Mapping[str, Record], choices: Mapping[str, Choice]) -> Iterator[tuple[Record, str]]:
    """Units that may be counted twice although no name says so."""
    wholes = {plain_name(record.unit) for record in counted.values() if record.scope == WHOLE}
    codes = Counter(record.code for record in counted.values() if record.code)
    for record in counted.values():
        above = plain_name(record.supervisor)
        if choices[record.name].counted and above in wholes and above != plain_name(record.unit):
            yield record, UNLISTED
        if codes[record.code] > 1:
            yield record, ONE_CODE


def _units(records: Sequence[Record]) -> Units:
    """Unit → its files. One unit: the same name, and no two different codes. A file without a name stands alone."""
    by_name: dict[str, list[Record]] = {}
    for record in sorted(records, key=lambda record: record.name):
        by_name.setdefault(plain_name(record.unit) or f"（{record.name}）", []).append(record)
    units: Units = {}
    for name, files in sorted(by_name.items()):
        codes = sorted({record.code for record in files if record.code})
        apart = _own_books(files)
        for record in files:
            code = record.code or (codes[0] if codes else "")
            key = name if len(codes) < 2 else f"{name} {code}"
            units.setdefault(f"{key}{OWN}" if apart and record.scope != WHOLE else key, []).append(record)
    return units


def _own_books(files: Sequence[Record]) -> bool:
    """A department that filed its 部门汇总 as 某局 and its own books as 某局（本级）: two filings, none follows the other."""
    whole = {"".join(r.unit.split()) for r in files if r.scope == WHOLE}
    own = {"".join(r.unit.split()) for r in files if r.scope != WHOLE}
    return bool(whole and own) and not whole & own


def _rank(record: Record, returned: Returned) -> tuple[int, str, int]:
    """The last is the one that counts: 报送次数, then 报告日期, then what was not returned yet."""
    return (record.submission, record.report_date, returned.get(record.digest, NOT_YET))


def _ranked(unit: str, ranked: Sequence[Record], returned: Returned) -> Iterator[tuple[str, Choice]]:
    last = ranked[-1]
    twins = [r for r in ranked if r.submission == last.submission and r.digest != last.digest]
    reasons = list(dict.fromkeys(_reason(r, last, returned) for r in twins))
    unsettled = BY_NAME in reasons
    names = "、".join(r.name for r in twins)
    why = "，".join(taken for taken, _ in reasons) + "，以本文件为准" + (NO_SLIP if unsettled else "")
    doubt = f"与 {names} 报送次数相同而内容不同，{why}" if twins else ""
    for at, record in enumerate(ranked):
        earlier = [r for r in ranked[:at] if _rank(r, returned) < _rank(record, returned)]
        before = next((r.name for r in reversed(earlier) if r.digest != record.digest), "")
        if record is last:
            yield record.name, Choice(unit, True, "", doubt, before, unsettled)
        else:
            yield record.name, Choice(unit, False, _why_not(record, last, returned), "", before)


def _reason(record: Record, last: Record, returned: Returned) -> tuple[str, str]:
    """Why `last` counts and not this one, of the same 报送次数."""
    if record.report_date != last.report_date:
        return LATER
    return BY_NAME if _rank(record, returned) == _rank(last, returned) else AFTER_RETURN


def _why_not(record: Record, last: Record, returned: Returned) -> str:
    if record.digest == last.digest:
        return f"{SAME}（{last.name}）"
    if record.submission < last.submission:
        return f"{EARLIER}（{last.name}）"
    return f"{DOUBLE.format(_reason(record, last, returned)[1])}（{last.name}）"


def _usual(records: Sequence[Record]) -> tuple[str, int]:
    """The form and year that most units have; of two as frequent ones the later."""
    editions = Counter((record.form, record.year) for record in records)
    return max(editions, key=lambda one: (editions[one], one[1], one[0]), default=("", 0))


def _covered(latest: Mapping[str, Record]) -> dict[str, str]:
    """Unit → the unit whose 部门汇总 holds its figures. Of units that name each other, one stays."""
    holds = {unit: _held(unit, latest) for unit, record in latest.items() if record.scope == WHOLE}
    named = {sub for subs in holds.values() for sub in subs}
    tops = [unit for unit in sorted(holds) if unit not in named]
    covered: dict[str, str] = {}
    # Tops first; whoever is left after them is in a circle, and the first of it stays.
    for top in [*tops, *sorted(holds)]:
        if top not in covered:
            _cover(top, top, holds, covered)
    return covered


def _held(unit: str, latest: Mapping[str, Record]) -> list[str]:
    """The filings that this one lists as included, and the department's own books."""
    record = latest[unit]
    names = {plain_name(sub.name) for sub in record.subunits if sub.included}
    own = [unit + OWN] if unit + OWN in latest else []
    return own + [sub for sub in sorted(latest) if sub not in own and _is_named(latest, sub, names, record)]


def _is_named(latest: Mapping[str, Record], unit: str, names: set[str], whole: Record) -> bool:
    """Of several units of one name only the department's own one."""
    record = latest[unit]
    name = plain_name(record.unit)
    if record is whole or name not in names:
        return False
    alone = sum(plain_name(other.unit) == name for other in latest.values()) == 1
    return alone or plain_name(record.supervisor) == plain_name(whole.unit)


def _cover(unit: str, top: str, holds: Mapping[str, Sequence[str]], covered: dict[str, str]) -> None:
    for sub in holds.get(unit, ()):
        if sub != top and sub not in covered:
            covered[sub] = top
            _cover(sub, top, holds, covered)


def internal(latest: Mapping[str, Record]) -> dict[str, int]:
    """Counted unit → 内部往来 in 分 with units that are counted themselves: spent there once more, so taken out once.

    A 部门汇总 is net of it already.
    """
    names = {plain_name(record.unit) for record in latest.values()}
    found = {
        unit: sum(sub.internal or 0 for sub in record.subunits if plain_name(sub.name) in names)
        for unit, record in latest.items()
        if record.scope != WHOLE
    }
    return {unit: amount for unit, amount in found.items() if amount}
