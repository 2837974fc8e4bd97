"""The book beside other official files: a row a figure, a column a source, by a join of tidy frames."""

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from msgspec import Struct

from selfeval_xl.filing import Filing, Key
from selfeval_xl.filing.naming import field_name

if TYPE_CHECKING:
    import pandas

BOOK, LABEL, GAP, VERDICT = "本表", "项目", "最大相差", "结论"
SAME, OTHER, ONE_AGREES, ASIDE = "一致", "不同", "与其中一处一致", "只供参考"


class Said(Struct, frozen=True):
    """What a source says of one figure, in 分, 人 …. `agrees`: with the book, within both last places; `aside`: what it
    says is another thing (payments), only to be looked at."""

    key: Key
    source: str
    number: Fraction
    agrees: bool
    aside: bool = False


def side_by_side(filing: Filing, said: Sequence[Said]) -> "pandas.DataFrame":
    """Indexed by the figure's key as text, in the order of the form: LABEL, BOOK, a column a source (None where it is
    silent), GAP (the largest, None for none), VERDICT."""
    import pandas

    keys = {one.key for one in said}
    order = [key for key in filing.by_key if key in keys]
    tidy = pandas.DataFrame(
        {
            "key": [_text(one.key) for one in said],
            "source": [one.source for one in said],
            "number": pandas.Series([one.number for one in said], dtype=object),
        }
    )
    own = {
        LABEL: [field_name(filing, key) for key in order],
        BOOK: pandas.Series([filing.by_key[key].number for key in order], dtype=object).to_list(),
    }
    table = pandas.DataFrame(own, index=[_text(key) for key in order], dtype=object)
    for source in dict.fromkeys(one.source for one in said):
        column = tidy[tidy["source"] == source].drop_duplicates("key").set_index("key")["number"]
        table = table.join(column.rename(source))
    by_key: dict[Key, list[Said]] = {}
    for one in said:
        by_key.setdefault(one.key, []).append(one)
    table[GAP] = pandas.Series([_gap(filing, key, by_key[key]) for key in order], table.index, dtype=object)
    table[VERDICT] = [_verdict(by_key[key]) for key in order]
    return table.astype(object).where(table.notna(), None)


def _text(key: Key) -> str:
    return "|".join(map(str, key))


def _gap(filing: Filing, key: Key, own: Sequence[Said]) -> Fraction | None:
    number = filing.by_key[key].number
    gaps = [number - one.number for one in own if number is not None and not one.agrees]
    return max(gaps, key=abs, default=None)


def _verdict(own: Sequence[Said]) -> str:
    weighed = [one for one in own if not one.aside]
    if not weighed:
        return SAME if all(one.agrees for one in own) else ASIDE
    if all(one.agrees for one in weighed):
        return SAME
    return ONE_AGREES if any(one.agrees for one in weighed) else OTHER
