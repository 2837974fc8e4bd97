"""Numbers as Chinese Excel shows them in a column that is wide enough, by the code of their format."""

import math
import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from selfeval_xl.reading.number_formats import Section, Token, for_texts, sections
from selfeval_xl.reading.shown_dates import shown_moment

WIDE = 11
"""General shows so many signs of a number, its point counted and its minus not, however wide the column is."""
DIGITS = 15
"""Excel shows no more digits of any number."""
_ZEROS = re.compile(r"\.?0+(?=$|E)")
_COMPARED = {
    "<": float.__lt__, "<=": float.__le__, ">": float.__gt__, ">=": float.__ge__, "=": float.__eq__,
    "<>": float.__ne__,
}  # fmt: skip
_NUMERALS = {1: ("low", "一"), 2: ("up", "壹")}


def shown_number(value: int | float | date | datetime | time | timedelta, code: str) -> str | None:
    """As it is seen, blanks at its ends left out; None for a code that is beyond us."""
    every = [section for section in sections(code)[:3] if not section.has("@") or len(sections(code)) == 1]
    if not isinstance(value, int | float):
        return shown_moment(value, every[0])
    section, bare = _chosen(every, float(value))
    if section is None:
        return "########"  # no section's condition holds
    if section.has("unknown"):
        return None
    if section.dated:
        return shown_moment(value, section)
    if section.numerals:
        text = _chinese(abs(value), section)
    elif section.has("@", "general"):
        text = _around(section, general(abs(value)))
    elif section.has("/"):
        text = _as_fraction(abs(value), section)
    else:
        text = _as_digits(abs(value), section)
    if text is None:
        return None
    return ("-" if value < 0 and not bare and section.tokens else "") + text.strip()


def shown_text(text: str, code: str) -> str:
    """A text under a format that has a section for texts."""
    section = for_texts(code)
    return (
        text
        if section is None
        else "".join(text if t.kind == "@" else t.text for t in section.tokens).strip()
    )


def general(value: int | float) -> str:
    """Format General: 0.3 for 0.30000000000000004, 4.361666667, 1.23457E+17 for what has more than 11 digits."""
    size = abs(value)
    power = math.floor(math.log10(size)) if size else 0
    if power > WIDE - 1 or power < -9:
        return _scientific(value)
    plain = _plain(value, DIGITS)
    if len(plain.lstrip("-")) <= WIDE:
        return plain
    if -4 <= power < 0:
        return _plain(value, WIDE - 1 + power)
    return _plain(value, WIDE - 1 if power < WIDE - 1 else WIDE) if power >= 0 else _scientific(value)


def _plain(value: int | float, digits: int) -> str:
    text = f"{Decimal(f'{value:.{digits}g}'):f}"
    return _ZEROS.sub("", text) if "." in text else text


def _scientific(value: int | float) -> str:
    return _ZEROS.sub("", f"{value:.5E}", count=1)


def _chosen(every: Sequence[Section], value: float) -> tuple[Section | None, bool]:
    """The section for the number, and whether that section shows a negative one without its sign."""
    if any(section.when for section in every):
        for section in every:
            if section.when is None or _COMPARED[section.when[0]](value, section.when[1]):
                return section, section.when is not None and section.when[0] in ("<", "<=") and section.when[
                    1
                ] <= 0
        return None, False
    if value < 0 and len(every) > 1:
        return every[1], True
    return (every[2] if value == 0 and len(every) > 2 else every[0]), False


def _around(section: Section, number: str) -> str:
    return "".join(number if token.kind in ("@", "general") else token.text for token in section.tokens)


def _as_digits(value: int | float, section: Section) -> str | None:
    """Digits at their places, with what stands between them: 0730-8880001 under 0000-0000000."""
    tokens = _grouped(section.tokens)
    if not any(token.kind == "digits" for token in tokens):
        return "".join(token.text for token in tokens if token.kind != "thousands")
    power = next((at for at, token in enumerate(tokens) if token.kind == "exponent"), None)
    if power is not None:
        return _with_power(value, tokens, power)
    number = Decimal(f"{value:.{DIGITS}g}").scaleb(2 * sum(token.kind == "%" for token in tokens))
    return _laid_out(number.scaleb(-3 * sum(token.kind == "scale" for token in tokens)), tokens)


def _grouped(tokens: Sequence[Token]) -> list[Token]:
    """The commas for what they are: behind the last digit before the point each divides by a thousand, else they
    group."""
    found: list[Token] = []
    for at, token in enumerate(tokens):
        if token.kind != ",":
            found.append(token)
            continue
        following = next((t.kind for t in tokens[at + 1 :] if t.kind in ("digits", ".")), "")
        before = any(t.kind == "digits" for t in tokens[:at])
        grouping = following == "digits" and before and not any(t.kind == "." for t in tokens[:at])
        found.append(
            Token("thousands" if grouping else "scale" if before else "literal", "" if before else ",")
        )
    return found


def _laid_out(number: Decimal, tokens: Sequence[Token]) -> str:
    point = next((at for at, token in enumerate(tokens) if token.kind == "."), len(tokens))
    places = sum(len(token.text) for token in tokens[point:] if token.kind == "digits")
    rounded = number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, None)
    whole, _, part = f"{rounded:f}".partition(".")
    grouped = any(token.kind == "thousands" for token in tokens)
    before = _before_point(whole.lstrip("0"), tokens[:point], grouped)
    return before + "".join(_behind_point(part, tokens[point:]))


def _before_point(digits: str, tokens: Sequence[Token], grouped: bool) -> str:
    """From the right; the first place takes all digits that are left."""
    places = sum(len(token.text) for token in tokens if token.kind == "digits")
    left, written, seen, out = list(digits), 0, 0, []
    for token in reversed(tokens):
        if token.kind != "digits":
            out.append(token.text)
            continue
        for place in reversed(token.text):
            seen += 1
            for _ in range(max(len(left), 1) if seen == places else 1):
                sign = left.pop() if left else {"0": "0", "?": " "}.get(place, "")
                if sign and grouped and written and written % 3 == 0 and sign != " ":
                    out.append(",")
                written += 1 if sign else 0
                out.append(sign)
    return "".join(reversed(out))


def _behind_point(digits: str, tokens: Sequence[Token]) -> Iterator[str]:
    at, last = 0, len(digits.rstrip("0"))
    for token in tokens:
        if token.kind != "digits":
            yield token.text
            continue
        for place in token.text:
            yield digits[at] if at < last or place == "0" else {"?": " "}.get(place, "")
            at += 1


def _with_power(value: int | float, tokens: Sequence[Token], at: int) -> str:
    """1.23E+17; as many digits before the point as the code has, the power a multiple of them."""
    mantissa, power = tokens[:at], tokens[at + 1 :]
    point = next((i for i, token in enumerate(mantissa) if token.kind == "."), len(mantissa))
    before = max(sum(len(t.text) for t in mantissa[:point] if t.kind == "digits"), 1)
    places = sum(len(t.text) for t in mantissa[point:] if t.kind == "digits")
    number = Decimal(f"{value:.{DIGITS}g}")
    exponent = number.adjusted() // before * before if number else 0
    if number and abs(round(number.scaleb(-exponent), places)) >= 10**before:
        exponent += before
    sign = "-" if exponent < 0 else "+" if tokens[at].text.endswith("+") else ""
    return f"{_laid_out(number.scaleb(-exponent), mantissa)}E{sign}{_laid_out(Decimal(abs(exponent)), power)}"


def _as_fraction(value: int | float, section: Section) -> str | None:
    """1 3/4 under # ?/?, 5/8 under ?/8."""
    groups = [token.text for token in section.tokens if token.kind == "digits"]
    at = next(i for i, token in enumerate(section.tokens) if token.kind == "/")
    fixed = "".join(t.text for t in section.tokens[at + 1 :] if t.kind in ("literal", "digits")).strip()
    exact = Fraction(f"{value:.{DIGITS}g}")
    if fixed.isdecimal() and int(fixed):
        below = int(fixed)
        above = math.floor(exact * below + Fraction(1, 2))
    elif len(groups) in (2, 3):
        near = (exact % 1 if len(groups) == 3 else exact).limit_denominator(10 ** len(groups[-1]) - 1)
        below = near.denominator
        above = near.numerator + (math.floor(exact) * below if len(groups) == 3 else 0)
    else:
        return None
    whole, rest = (
        divmod(above, below) if len(groups) == 3 or (fixed.isdecimal() and len(groups) > 2) else (0, above)
    )
    return (
        f"{whole}"
        if not rest and whole
        else f"{whole} {rest}/{below}"
        if whole
        else f"{rest}/{below}"
        if rest
        else "0"
    )


def _chinese(value: int | float, section: Section) -> str | None:
    """三百 under [DBNum1]; whole numbers under General alone."""
    form = _NUMERALS.get(section.numerals)
    if form is None or not section.has("general") or value != int(value) or value >= 10**12:
        return None
    from cn2an import an2cn  # 0.05 s, and hardly any file needs it

    return _around(section, an2cn(int(value), form[0]))
