"""The runner: every rule on a filing, every result kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from hashlib import sha256

from msgspec.structs import replace

from selfeval_xl import identities, rules
from selfeval_xl.checking import afterwards
from selfeval_xl.checking.witness_rules import WITNESS_RULES
from selfeval_xl.claims.pages import pages
from selfeval_xl.empty_reasons import says_nothing, too_general
from selfeval_xl.errors import FormError
from selfeval_xl.filing import Figure, Filing, Key, Row, Unknown
from selfeval_xl.filing.tracing import Tracer
from selfeval_xl.findings import Level, Result, Rule, Status, shown
from selfeval_xl.forms import Absent, Form, Kind, load
from selfeval_xl.identities import Line
from selfeval_xl.identities.sides import Side, measure, scaled
from selfeval_xl.money import WAN, half_up, plain
from selfeval_xl.places import Place
from selfeval_xl.reconciling import Change, changes
from selfeval_xl.rules.comparing import net, people
from selfeval_xl.rules.register import (
    REGISTER,
    Broken,
    Judgement,
    NotApplicable,
    Residual,
    Short,
    Verdict,
    applies,
    inputs,
)


def catalogue(form: Form | None = None) -> tuple[Rule, ...]:
    """Every rule of checking that applies to the form, in the order of their ids; as the form has them, switched-off ones
    too.

    Raises FormError: the overlay names a rule that there is not.
    """
    rules.load()
    known = sorted(
        (*identities.rules(), *(j.rule for j in REGISTER), *afterwards.RULES, *WITNESS_RULES),
        key=lambda r: r.id,
    )
    form = form or load()
    ids = {*(rule.id for rule in known), *pages()}
    strange = next((id for id in form.rules if id not in ids), None)
    if strange is not None:
        where = form.overlay.name if form.overlay else form.id
        raise FormError(f"{where}：没有规则 {strange}；运行 selfeval rules 查看全部规则。")
    judged = {line.rule.id for line in identities.lines(form)}
    lacking = {rule.id for rule in identities.rules() if form.in_force(rule.id)} - judged
    lacking |= {judgement.rule.id for judgement in REGISTER if not applies(judgement, form)}
    return tuple(rule.under(form) for rule in known if rule.id not in lacking)


def check(filing: Filing, witnessed: Iterable[Result] = ()) -> list[Result]:
    """Every result of every rule that is in force, passed ones too, in a fixed order. Raises FormError: see `catalogue`.

    `witnessed`: what other official files say against it (`checking.witnessed`)."""
    tracer = Tracer(filing)
    known = [rule.id for rule in catalogue(filing.form) if not rule.off]
    first = (*_first_results(tracer), *(_leveled(r, filing.form) for r in witnessed))
    results = _explained([r for r in first if r.rule.id in known], tracer)
    found = [
        _result(rule.under(filing.form), said, tracer)
        for rule, said in afterwards.verdicts(filing, results, known)
    ]
    return results + [r for r in found if r.rule.id in known]


def _leveled(result: Result, form: Form) -> Result:
    rule = result.rule.under(form)
    return replace(result, rule=rule, level=rule.level_of(result.level))


def _first_results(tracer: Tracer) -> list[Result]:
    """What every rule says of the filing, before reasons and before the rules on results."""
    filing = tracer.filing
    results = [judge(line, tracer) for line in identities.every_line(filing.form, filing.copies)]
    found = changes(filing)
    for judgement in REGISTER:
        results += _run(judgement, tracer, found)
    return results


def judge(line: Line, tracer: Tracer) -> Result:
    """One identity on this filing."""
    found = measure(line, tracer.filing)
    result = Result(line.rule, found.status, line.level, about=line.about, kind=line.kind)
    if found.status is Status.NOT_APPLICABLE or found.left is None or found.right is None:
        return result
    if found.status is Status.UNKNOWN and not found.gap:
        return _unknown(result, found.blanks, tracer)
    unit = scaled(line.kind)
    figures = found.left.figures + found.right.figures
    result = replace(
        result,
        places=_homes([(k, f) for k, f in figures if not f.blank], tracer),
        linked=_linked(figures),
        left=Fraction(found.left.value, unit),
        right=Fraction(found.right.value, unit),
        allowed=Fraction(found.allowed, unit),
    )
    match found.status:
        case Status.UNKNOWN:
            return replace(_unknown(result, found.blanks, tracer), message=_shortfall(line, result))
        case Status.RESIDUAL:
            return replace(result, message=_residual(line, result, found.left, found.right))
        case Status.BROKEN:
            return replace(result, message=_net(line, found.left, found.right) or _sides(line, result))
    return result


def _unknown(base: Result, figures: Iterable[Figure], tracer: Tracer) -> Result:
    missing = [p for f in figures for p in tracer.missing(tracer.keys[f.place])]
    return replace(base, status=Status.UNKNOWN, missing=tuple(dict.fromkeys(missing)))


def _homes(figures: Iterable[tuple[Key, Figure]], tracer: Tracer) -> tuple[Place, ...]:
    return tuple(dict.fromkeys(tracer.figures[tracer.home(key)].place for key, _ in figures))


def _linked(figures: Iterable[tuple[Key, Figure]]) -> bool:
    return all(f.computed is not None and f.typed in (None, f.computed) for _, f in figures)


def _sides(line: Line, result: Result) -> str:
    words = {"=": "应等于", ">=": "不应小于", "<=": "不应大于"}[line.relation]
    about = f"（{line.about}）" if line.about else ""
    left, right, gap = _shown_sides(result)
    return f"{line.rule.title}{about}：{left}{words}{right}，相差{gap}"


def _net(line: Line, left: Side, right: Side) -> str:
    """在职人员变动人数：变动9人，应为减少7人（42→35）, of a count that is the difference of two; "" for any other."""
    if (
        line.kind is not Kind.COUNT
        or [term.sign for term in line.right] != [1, -1]
        or len(right.figures) != 2
    ):
        return ""
    typed, due = (Fraction(side.value, scaled(line.kind)) for side in (left, right))
    numbers = [figure.number for _, figure in right.figures]
    if len(numbers) != 2 or None in numbers:  # a blank counted as nothing: there is no 42→35 to be shown
        return ""
    now, before = (plain(number) for number in numbers if number is not None)
    said = f"变动{people(typed)}" if typed >= 0 else net(typed)
    return f"{line.rule.title}：{said}，应为{net(due)}（{before}→{now}）"


def _shortfall(line: Line, result: Result) -> str:
    left, right, gap = _shown_sides(result)
    return f"{line.rule.title}（{line.about}）：{left}与{right}相差{gap}，其中有空白格，未能核对"


def _residual(line: Line, result: Result, left: Side, right: Side) -> str:
    _, _, gap = _shown_sides(result)
    allowed = _grid(result.allowed)
    if left.given == 1 and right.given == 1:
        return f"{line.rule.title}（{line.about}）：同一数两处相差{gap}，请改一致"
    return f"{line.rule.title}（{line.about}）：四舍五入尾差{gap}，在允许的{allowed}之内"


def _shown_sides(result: Result) -> tuple[str, str, str]:
    left, right = result.left or Fraction(0), result.right or Fraction(0)
    return shown(left, result.kind), shown(right, result.kind), shown(abs(left - right), result.kind)


def _grid(allowed: Fraction) -> str:
    """The allowance on the figures' own grid: 0.01, where half steps give 0.015."""
    steps = allowed // 10_000
    return shown(Fraction(steps * 10_000) if steps else allowed, Kind.MONEY)


def _run(judgement: Judgement, tracer: Tracer, found: Sequence[Change]) -> Iterator[Result]:
    rule = judgement.rule.under(tracer.filing.form)
    single = Broken | Residual | Short | NotApplicable | None
    for arguments in inputs(judgement, tracer.filing, found):
        try:
            said = judgement.function(**arguments)
            for verdict in [said] if isinstance(said, single) else said:
                yield _result(rule, verdict, tracer)
        except Absent:
            yield Result(rule, Status.NOT_APPLICABLE, rule.level)
        except Unknown as unknown:
            base = Result(rule, Status.UNKNOWN, rule.level)
            yield replace(base, missing=tuple(dict.fromkeys(tracer.missing(tracer.keys[unknown.place]))))


def _result(rule: Rule, verdict: Verdict, tracer: Tracer) -> Result:
    match verdict:
        case None:
            return Result(rule, Status.PASSED, rule.level)
        case NotApplicable():
            return Result(rule, Status.NOT_APPLICABLE, rule.level)
        case Residual(message, cells, left, right, kind):
            places = _homes([(tracer.keys[f.place], f) for f in cells], tracer)
            return Result(rule, Status.RESIDUAL, rule.level, places, "", message, left, right, kind=kind)
        case Short(message, blanks, left, right, kind):
            base = Result(
                rule, Status.UNKNOWN, rule.level, message=message, left=left, right=right, kind=kind
            )
            return _unknown(base, blanks, tracer)
    places = _homes([(tracer.keys[f.place], f) for f in verdict.cells], tracer)
    level = rule.level_of(verdict.level)
    message = verdict.message + verdict.asks
    result = Result(rule, Status.BROKEN, level, places, verdict.about, message, verdict.left, verdict.right)
    result = replace(result, kind=verdict.kind, remedy=verdict.remedy, asks=verdict.asks)
    return _with_reason(result, verdict.reason)


def _with_reason(result: Result, reason: str) -> Result:
    if result.level is Level.ERROR or not reason.strip():
        return result
    if says_nothing(reason):
        return replace(result, message=f"{result.message}；{too_general(reason, result.kind)}")
    told = result.message.removesuffix(result.asks)
    return replace(result, status=Status.EXPLAINED, message=told, reason=reason)


def code(result: Result, tracer: Tracer) -> str:
    """核对码: 8 letters that change with the rule, what it was judged on and its figures, not with a 尾差.

    Made of form keys, not of addresses: moving rows about changes nothing.
    """
    keys = [tracer.keys[place] for place in result.places]
    figures = [(*key[:2], key.row, key.column, _coarse(tracer.figures[key])) for key in keys]
    digest = sha256(f"{result.rule.id}|{result.about}|{figures}".encode()).digest()
    return "".join(chr(65 + byte % 26) for byte in digest[:8])


def _coarse(figure: Figure) -> str:
    """The value as far as a residual cannot move it: money to 0.1 万元."""
    if figure.kind is Kind.MONEY and figure.number is not None:
        return f"{half_up(figure.number / (WAN // 10))}"
    return f"{figure.value}"


def _explained(results: list[Result], tracer: Tracer) -> list[Result]:
    """The results with their 核对码, and 核实说明 laid on those that it speaks of."""
    coded = [_coded(r, tracer) for r in results]
    rows = [row for row in tracer.filing.added("explanations") if not says_nothing(row.text("reason"))]
    for row in rows:
        reason = row.text("reason") + ("" if row.text("code") else "（未附核对码）")
        coded = [_accepted(r, reason, row, tracer) if _speaks(row.figures, r) else r for r in coded]
    return coded


def _coded(result: Result, tracer: Tracer) -> Result:
    return replace(result, code=code(result, tracer)) if result.status is Status.BROKEN else result


def _accepted(result: Result, reason: str, row: Row, tracer: Tracer) -> Result:
    """An 错误 takes an explanation where the bureau's overlay says so, and only with its 核对码: it lapses when the
    figures change."""
    if result.level is Level.ERROR and tracer.filing.form.explained_errors and row.text("code"):
        return replace(result, status=Status.PENDING, reason=reason)
    return _with_reason(result, reason)


def _speaks(row: Mapping[str, Figure], result: Result) -> bool:
    if result.status is not Status.BROKEN or afterwards.as_id(row["rule"].text) != result.rule.id:
        return False
    if row["code"].text:
        return bool(row["code"].text == result.code)
    return not row["place"].text or row["place"].text in [str(p) for p in result.places]
