"""Statements: a quantity with what it is of, for which money, in which role, of which year."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

from msgspec import Struct

from selfeval_xl.statements.quantities import Quantity
from selfeval_xl.statements.sentences import Sentence

INITIAL, CARRIED, ADDED, FULL, EXECUTED, LAST, CLOSING, RECOVERED = (
    "initial", "carried", "added", "full", "executed", "last", "closing", "recovered",
)  # fmt: skip
GENERAL, FUND, CAPITAL, SPECIAL, OTHER, WHOLE = "general", "fund", "capital", "special", "other", "total"

_ROLES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (CARRIED, re.compile(r"上年结转|年初(?:财政拨款)?结转|上年末结转")),
    (LAST, re.compile(r"上年(?!度?预算)|去年|上一年|同期")),
    (ADDED, re.compile(r"追加|调增|调减|年中(?:调整|增加|下达)|预算调整|压减|追减")),
    (FULL, re.compile(r"全年预算|调整后?预算|全年(?:可用|安排)|预算总额")),
    (INITIAL, re.compile(r"年初(?:预算|安排|批复|部门预算|下达)|预算数?$|预算安排$|预算为$|年初$")),
    (RECOVERED, re.compile(r"财政收回|收回财政|财政统筹|收回$")),
    (CLOSING, re.compile(r"结转下年|年末结转|结转结余|结余|结转$")),
)
_SCOPES: tuple[tuple[str, re.Pattern[str]], ...] = (
    (GENERAL, re.compile(r"一般公共预算|公共财政")),
    (FUND, re.compile(r"政府性基金|基金预算|^基金")),
    (CAPITAL, re.compile(r"国有资本经营")),
    (SPECIAL, re.compile(r"财政专户|专户管理")),
    (OTHER, re.compile(r"其他资金|单位资金|非财政")),
    (WHOLE, re.compile(r"全部资金|全口径|整体支出|部门支出|总支出|资金来源合计|所有资金|资金总额|支出合计")),
)
# Words around an item's name that change neither item nor role.
_AROUND = re.compile(
    r"(?:\d{4}年度?|二〇\S{2}年度?|截至|截止|本年度?|当年|今年|全年|年度|年末|其中|包括|主要是|主要|我镇|我局|我乡|我县|我单位|我委|我院|我校|本级|本部门|本单位|部门|单位|实现|发生|累计|共有|现有|实际|合计|共计|总计"
    r"|安排|用于|决算数?|执行数?|预算数?|支付|财政拨款|年初|上年|去年|核定|的|为|有|共|：|“|”|\"|《|》|\s|一是|二是|三是|四是|含|人数$|\d+[.、])"
)
_YEARS = re.compile(r"(?<!\d)(20\d\d)年")


class Statement(Struct, frozen=True):
    """`item`: a key of items.toml, "" where the words name none that is known. `explicit`: the item stands beside the figure."""

    sentence: Sentence
    quantity: Quantity
    item: str
    role: str
    above: str
    """The role of the figure that it is a part of: a part may speak in that."""
    scopes: tuple[str, ...]
    """The money it may speak of: one where it is said, more where it is not."""
    explicit: bool = True
    said_role: bool = False


class Item(Struct, frozen=True):
    key: str
    words: tuple[str, ...]
    dimension: str
    row: str
    roles: Mapping[str, str]
    also: Mapping[str, Any] = {}
    part: bool = False


@cache
def items() -> Mapping[str, Item]:
    source = (resources.files("selfeval_xl.statements") / "items.toml").read_text("utf-8")
    return {
        key: Item(key, tuple(entry.pop("words")), **entry) for key, entry in tomllib.loads(source).items()
    }


def titles() -> Mapping[str, str]:
    """What an item is called: the first of its words."""
    return {key: item.words[0] for key, item in items().items()}


@cache
def _by_words() -> Mapping[tuple[str, str], str]:
    return {(_bare(word), item.dimension): item.key for item in items().values() for word in item.words}


def _bare(words: str) -> str:
    return re.sub(r"[“”\"（()）\s]", "", words)


def statements(sentences: Sequence[Sentence], year: int | None) -> Iterator[Statement]:
    """What every sentence says in figures. `year`: the fiscal year of the report, where it is known."""
    paragraph, subject = None, ""
    for sentence in sentences:
        if sentence.paragraph is not paragraph:
            paragraph, subject = sentence.paragraph, _of_section(sentence)
        role_above = EXECUTED
        for quantity in sentence.quantities:
            label, wide = sentence.label(quantity), _wide_label(sentence, quantity)
            item = named(label, quantity.dimension) or named(wide, quantity.dimension)
            if item == "retired" and _MOVES.search(sentence.text[sentence.start : sentence.end]):
                item = ""
            role, said = _role(wide, year)
            listed = _in_list(sentence, quantity)
            if not listed:
                role_above = role
            explicit = bool(item)
            if not item and quantity.dimension == "money":
                topic = _topic(sentence, quantity)
                subject = topic if topic is not None else subject
                item = subject if _only_role(label) and not listed else ""
            elif item and not listed:
                subject = item if quantity.dimension == "money" else subject
            if _ELSEWHERE.search(sentence.text[sentence.start : sentence.end]) or _COMPARED.search(label):
                item = ""
            yield Statement(
                sentence,
                quantity,
                item,
                role,
                role if said else role_above,
                _scopes(sentence, quantity, wide),
                explicit,
                said,
            )


_ELSEWHERE = re.compile(r"社会保险基金|社保基金")
"""Money that the unit handles and that is no part of its spending."""
_COMPARED = re.compile(r"全年执行数?[较比]年初预算$")
"""Behind parts (其中基本支出 …、项目支出 …) it speaks of the whole again."""
_MOVES = re.compile(r"招录|招聘|调入|调出|上年末在职|录用|转入")
_TOPICS = re.compile(r"[“”\"（()）\s]")


def _topic(sentence: Sentence, quantity: Quantity) -> str | None:
    """What the words between the figure before and this one turn to: an item, "" for one that is not known, None for none."""
    head = sentence.skeleton[: sentence.position(quantity)]
    new = re.split(r"[\ue000-\uf8ff]", head)[-1]
    clauses = re.split(r"[，,；;：:、）)]", new)[:-1]
    for clause in reversed(clauses):
        words = _TOPICS.sub("", re.sub(r"^\s*\d+[.．、]", "", clause))
        if not words or _only_role(words):
            continue
        found = named(words, "money")
        return (
            found
            if found or re.search(r"[：:（(]", new) or not re.search(r"占|比|较|其中|主要", words)
            else None
        )
    return None


def named(label: str, dimension: str) -> str:
    """The item that a label names, whole; "" for none."""
    known = _by_words()
    words = _bare(label)
    for _ in range(6):
        found = known.get((words, dimension))
        if found:
            return found
        shorter = _AROUND.sub("", words, count=1)
        if shorter == words:
            break
        words = shorter
    stripped = _bare(_AROUND.sub("", _ROLE_WORDS.sub("", label)))
    return known.get((stripped, dimension), "")


_ROLE_WORDS = re.compile(
    r"年初预算|全年预算|调整预算|上年决算|上年末|决算|执行|预算|年初安排|追加|上年结转|结转下年"
)


def _only_role(label: str) -> bool:
    """Whether the words beside a figure say its role and nothing else."""
    rest = re.sub(
        r"数|额|资金|支出|财政|情况|部分|比|较|跟|与|同|相比|后者|前者|其",
        "",
        _AROUND.sub("", _ROLE_WORDS.sub("", label)),
    )
    return not re.sub(r"结转结余|结余|结转|收回|统筹|年中|调增|调减|全|净", "", rest)


def _wide_label(sentence: Sentence, quantity: Quantity) -> str:
    """The label with what stands before a bracket in it: 因公出国（境）费."""
    head = sentence.skeleton[: sentence.position(quantity)]
    head = re.sub(r"[（(](境|护|团组|含税)[）)]", r"\1", head)
    return re.split(r"[，,、；;：:。（(）)\n\ue000-\uf8ff]", head)[-1].strip()


def _role(label: str, year: int | None) -> tuple[str, bool]:
    for role, words in _ROLES:
        if words.search(label):
            return role, True
    if year and any(int(said) == year - 1 for said in _YEARS.findall(label)):
        return LAST, True
    bare = re.sub(r"(?:基本|项目|服务|福利|性|经费|采购|人员|公用|整体|预算|拨款|经营|基金)支出", "", label)
    return EXECUTED, bool(re.search(r"支出|执行|决算|完成|实际", bare))


def _of_section(sentence: Sentence) -> str:
    """What a section of the outline speaks of by its heading: the whole of a kind of money."""
    last = sentence.section[-1] if sentence.section else ""
    if re.search(r"基本支出", last):
        return "basic"
    if re.search(r"项目支出", last):
        return "project"
    return (
        "total"
        if any(re.search(r"预算支出情况|预算执行|资金|收支|总体", words) for words in sentence.section)
        else ""
    )


def _scopes(sentence: Sentence, quantity: Quantity, label: str) -> tuple[str, ...]:
    """The money that is meant: by the words beside the figure, else of the sentence, else of the section."""
    for scope, words in _SCOPES:
        if words.search(label):
            return (scope,)
    head = sentence.skeleton[: sentence.position(quantity)]
    said = [scope for scope, words in _SCOPES if words.search(head)]
    by_section = [scope for scope, words in _SCOPES if any(words.search(h) for h in sentence.section)]
    return tuple(dict.fromkeys([*said, *by_section])) or (GENERAL, FUND, CAPITAL, SPECIAL, OTHER, WHOLE)


def _in_list(sentence: Sentence, quantity: Quantity) -> bool:
    """Whether it is one of several parts, which do not become the subject of what follows."""
    head = sentence.skeleton[: sentence.position(quantity)]
    return "其中" in head or sentence.depth(len(head)) > 0
