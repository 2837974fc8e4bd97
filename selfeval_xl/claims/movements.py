"""N-17: who came and who went, told in any order and over sentences, against the numbers of both years and their change.

staff.py knows the usual sentence. Here a figure is a move by the word before it, in the bracket behind it, or right behind it
(5人退休); the account is closed where last year's number is in it, or the change that it explains.
"""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from selfeval_xl.claims.remarks import Remark, Spot, in_unit
from selfeval_xl.claims.staff import ASIDE, BEFORE, sign_of
from selfeval_xl.findings import Level, Status
from selfeval_xl.statements.quantities import PERSON, Quantity
from selfeval_xl.statements.sentences import Sentence

RULE = "N-17"
_NET = re.compile(r"(?P<up>净增|增加|增长|增员?|多)|(?P<down>净减|减少|减员?|下降|少)")
_NET_END = re.compile(r"(?:净?增加?|净?减少?|多|少)(?:了|人数|人员)?$")
_CLOSING = re.compile(
    r"年末|年底|现有职工|实有(?:在职)?(?:人员|人数|职工)?$|(?:增加|减少|变|变为|变成)[到至为]?$|12月"
)
_LOOSE = re.compile(r"主要|等原因|部分")
_MOST, _SPREAD, _WINDOW = 8, 3, 2
_SLIP = 9
"""By so much an account is off where one of its figures is mistyped; by more, a figure is of something else."""


class Account(Struct, frozen=True):
    moves: tuple[tuple[Quantity, int], ...]
    bases: tuple[Quantity, ...]
    nets: tuple[tuple[Quantity, int], ...]
    others: tuple[tuple[Quantity, bool], ...]
    """Other numbers, and whether they are said to be those of the year's end."""

    @property
    def net(self) -> Fraction:
        return sum((sign * q.value for q, sign in self.moves), Fraction(0))


def movements(sentence: Sentence, before: Sequence[Sentence], judged: Sequence[Remark]) -> Iterator[Remark]:
    """`judged`: what was said of the sentence already: an account that staff.py judged is left alone."""
    if any(remark.rule == RULE for remark in judged) or not _moves(sentence):
        own = [q for q in sentence.quantities if q.dimension == PERSON]
        if any(remark.rule == RULE for remark in judged) or not own or not before or not _moves(before[0]):
            return
    words = " ".join(s.text[s.start : s.end] for s in (sentence, *before[:1]))
    if _LOOSE.search(words):
        return
    told: list[Remark] = []
    for count in range(_WINDOW + 1):
        account = _account([*reversed(before[:count]), sentence])
        if 2 <= len(account.moves) <= _MOST:
            told += _judged(sentence, account)
    yield from next(([r] for r in told if r.status is Status.PASSED), told[:1])


def _moves(sentence: Sentence) -> bool:
    return any(sign_of(sentence, q) for q in sentence.quantities if q.dimension == PERSON)


def _account(places: Sequence[Sentence]) -> Account:
    moves, bases, nets, others = [], [], [], []
    for place in places:
        for q in place.quantities:
            if q.dimension != PERSON or q.rough:
                continue
            label, sign = place.label(q), sign_of(place, q)
            net = _NET.search(label) if _NET_END.search(label) else None
            if sign:
                moves.append((q, sign))
            elif BEFORE.search(label) and not _later(label, places):
                bases.append(q)
            elif net:
                nets.append((q, 1 if net["up"] else -1))
            elif not ASIDE.search(label):
                others.append((q, bool(_CLOSING.search(label))))
    return Account(tuple(moves), tuple(bases), tuple(nets), tuple(others))


def _later(label: str, places: Sequence[Sentence]) -> bool:
    """2023年末, where another figure is of 2022年末."""
    year = re.search(r"(20\d\d)年", label)
    others = [int(y) for s in places for q in s.quantities for y in re.findall(r"(20\d\d)年", s.label(q))]
    return bool(year and others and int(year[1]) > min(others))


def _judged(sentence: Sentence, account: Account) -> Iterator[Remark]:
    near = [
        (now, base)
        for base in account.bases
        for now, closing in account.others
        if closing or _comparable(now, base, account)
    ]
    changes = [sign * q.value for q, sign in account.nets]
    figures = [q for q, _ in account.moves]
    spots = tuple(
        Spot(sentence.paragraph, q.start, q.end)
        for q in (*figures, *account.bases, *(q for q, _ in account.nets))
    )
    first = figures[0]
    at = Spot(sentence.paragraph, first.start, max(q.end for q in figures))
    ends = [now.value - base.value for now, base in near]
    if (not ends or account.net in ends) and (not changes or account.net in changes) and (ends or changes):
        yield Remark(RULE, Status.PASSED, at, "", others=spots)
        return
    if not ends and not changes:
        return
    agreed = next((end for end in ends if end in changes), None)
    wanted = agreed if agreed is not None else ends[0] if ends else changes[0]
    gap = abs(account.net - wanted)
    settled = (
        account.net in changes
    )  # the moves and the change that is said agree: one of the two numbers is wrong
    if gap > _SLIP and not (settled or (gap <= _SLIP * 10 and not gap % 10)):
        return
    spots = (*spots, *(Spot(sentence.paragraph, now.start, now.end) for now, _ in near[:1]))
    told = "＋".join(q.said if sign > 0 else f"(－{q.said})" for q, sign in account.moves)
    ours, theirs = _change(account.net, first), _change(wanted, first)
    level = Level.ERROR if agreed is not None else Level.WARNING
    yield Remark(
        RULE, Status.BROKEN, at, f"年内增减（{told}）合起来是{ours}，年初、年末人数或增减数是{theirs}", ours, theirs, spots,
        level, in_unit(gap, first),
    )  # fmt: skip


def _comparable(now: Quantity, base: Quantity, account: Account) -> bool:
    moved = sum((q.value for q, _ in account.moves), Fraction(0))
    return abs(now.value - base.value) <= max(moved * _SPREAD, base.value)


def _change(change: Fraction, like: Quantity) -> str:
    return f"{'增加' if change > 0 else '减少'}{in_unit(abs(change), like)}" if change else "没有变化"
