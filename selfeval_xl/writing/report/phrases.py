"""The report's clauses that bend with sign, zero or nothing. Amounts in 分; "" where there is nothing to say.

A clause that may vanish brings its comma with it; the template ends the sentence.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from selfeval_xl.money import percent, plain, wan
from selfeval_xl.writing.report.texts import inline

Number = Fraction | None
Item = tuple[str, Number]
"""A name and its amount."""

INITIAL = "年初预算"
UNBUDGETED = "年初未安排预算，系年中追加安排"
NAMED = 5
"""So many projects are named, the rest is 等."""

_LASTING = {
    "长期": "长期坚持",
    "持续": "持续推进",
    "常态化": "常态化推进",
    "立即": "立即整改",
    "随时": "随时整改",
}
"""A time that is no deadline, as what is done."""
_LASTS = re.compile("长期|持续|常态|经常|坚持|不断|立行立改|即知即改|立即|随时|每[年月季周日]|逐[年月季步]")
_DONE = re.compile("(?:完成|落实到位|落实|整改到位)$")
_ISO_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def missing(what: str) -> str:
    """What a required value that is not there prints."""
    return f"【待填：{what}】"


def amount(fen: Number, what: str) -> str:
    """879.36万元; 【待填：what】 where it is unknown."""
    return missing(what) if fen is None else f"{wan(fen)}万元"


def people(count: Number, what: str) -> str:
    return missing(what) if count is None else f"{plain(count)}人"


def same(left: Fraction, right: Fraction) -> bool:
    """Equal in print."""
    return wan(left) == wan(right)


def adds_up(total: Fraction, parts: Iterable[Fraction]) -> bool:
    """The parts make the total, but for what rounding each in print can do."""
    printed = [Fraction(wan(part)) for part in parts]
    return abs(Fraction(wan(total)) - sum(printed)) <= Fraction(len(printed) + 1, 200)


def items(pairs: Iterable[Item]) -> list[str]:
    """人员经费619.61万元, … Nil and unknown ones are not listed."""
    return [f"{named(name)}{wan(fen)}万元" for name, fen in pairs if fen]


def named(name: str) -> str:
    """A name that a figure follows: one that ends with a digit is quoted, or its digits would join the figure's."""
    return f"“{name}”" if name[-1:].isdigit() else name


def listed(words: Sequence[str], most: int | None = None) -> str:
    """甲、乙、丙; what is beyond `most` becomes 等."""
    cut = most is not None and len(words) > most
    return "、".join(words[:most] if cut else words) + ("等" if cut else "")


def ratio(part: Number, base: Number) -> str:
    """32.16%; "" on a base that is unknown or nil."""
    return percent(part / base) if part is not None and base is not None and base > 0 else ""


def compared(now: Number, base: Number, name: str = INITIAL, on_nil: str = UNBUDGETED) -> str:
    """较年初预算570.96万元增加116.21万元，增长20.35%; `on_nil`: what is said of a base of 0."""
    if now is None or base is None or now == base == 0:
        return ""
    if base == 0:
        return on_nil
    gap = now - base
    if same(gap, Fraction(0)):
        return f"与{name}{'基本' if gap else ''}持平"
    word, trend = ("增加", "增长") if gap > 0 else ("减少", "下降")
    rate = ratio(abs(gap), base)
    share = f"，{trend}{rate}" if rate not in ("", "0.00%") else ""
    return f"较{name}{wan(base)}万元{word}{wan(abs(gap))}万元{share}"


def moved(gap: Fraction) -> str:
    """增加15.26万元; "" for what prints as nothing."""
    if same(gap, Fraction(0)):
        return ""
    return f"{'增加' if gap > 0 else '减少'}{wan(abs(gap))}万元"


def headcount(now: Number, last: Number, name: str, of: str = "") -> str:
    """较2022年末减少7人, 与2022年末持平. `of`: said of last year's number, {} for it: 的{}人."""
    if now is None or last is None:
        return ""
    if now == last:
        return f"与{name}持平"
    base = of.format(plain(last))
    return f"较{name}{base}{'增加' if now > last else '减少'}{plain(abs(now - last))}人"


def within(now: Number, limit: Number) -> str:
    """，控制在年初预算6.00万元以内, or by how much it is over."""
    if now is None or limit is None:
        return ""
    if limit == 0:
        return "，年初未安排预算" if now else ""
    if now <= limit or same(now, limit):
        return f"，控制在{INITIAL}{wan(limit)}万元以内"
    return f"，较{INITIAL}{wan(limit)}万元超出{wan(now - limit)}万元"


def of_which(total: Number, pairs: Iterable[Item], lead: str = "，其中", share: bool = False) -> str:
    """，其中基本支出…、项目支出…; ，全部为基本支出 where one part is the whole.

    `share`: each with its percent, where all are above nil.
    """
    given = [(name, fen) for name, fen in pairs if fen]
    if len(given) == 1 and total is not None and same(total, given[0][1]):
        return f"，全部为{given[0][0]}"
    if not given:
        return ""
    if share and total and total > 0 and all(fen > 0 for _, fen in given):
        return lead + "；".join(f"{name}{wan(fen)}万元，占{ratio(fen, total)}" for name, fen in given)
    return lead + listed(items(given))


def carried(carryover: Number, adjustment: Number) -> list[str]:
    """上年结转10.00万元, 年中追加20.00万元: how a budget came about, nil ones left out."""
    moved = [f"上年结转{wan(carryover)}万元"] if carryover else []
    if adjustment:
        moved.append(f"年中{'追加' if adjustment > 0 else '追减'}{wan(abs(adjustment))}万元")
    return moved


def due(who: str, when: str) -> str:
    """，由办公室于2024年12月底前完成; the part that is not given is left out."""
    by = f"由{inline(who)}" if inline(who) else ""
    when = _ISO_DAY.sub(_written_day, inline(when))
    if not when:
        return f"，{by}负责" if by else ""
    if _LASTS.search(when):
        return f"，{by}{'于' if when[0].isdigit() else ''}{_LASTING.get(when, when)}"
    until = _until(_DONE.sub("", when))
    return f"，{by}于{until}完成" if until else f"，{by}{'负责，' if by else ''}时限为{when}"


def _until(when: str) -> str:
    """2024年底前, 2024年内, 2024年10月底前 for 2024年10月; "" for what is no deadline."""
    if when.endswith(("内", "前", "期间", "全年", "上半年", "下半年")):
        return when
    if when.endswith(("年", "年度", "季度")):
        return when + "内"
    if when.endswith(("底", "末")) or any(sign.isdigit() for sign in when):
        return when + ("底前" if when.endswith("月") else "前")
    return ""


def day(given: date) -> str:
    """2024年6月20日"""
    return f"{given.year}年{given.month}月{given.day}日"


def _written_day(found: re.Match[str]) -> str:
    year, month, number = (int(part) for part in found.groups())
    return f"{year}年{month}月{number}日"
