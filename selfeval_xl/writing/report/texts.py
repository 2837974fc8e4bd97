"""A user's text as far as a document can hold it: paragraphs, or one line inside a sentence."""

import string
import unicodedata

LONGEST = 32_767
"""As much as an Excel cell can hold."""
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_STOPS = "，,。；;、：:"
_CRIES = "！？!?…"


NO_SIGNS = range(0xFDD0, 0xFDF0)
"""Code points that stand for no sign, and never will."""


def clean(text: str) -> str:
    """A user's text as far as a document can hold it: NFC, one kind of line end, no control characters."""
    if len(text) <= LONGEST // 3 and text.isprintable():  # as nearly every text is
        return unicodedata.normalize("NFC", text)
    unified = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    spaced = unified.translate({ord(sign): " " for sign in "\t\a\f\v"})
    return "".join(sign for sign in spaced if _printable(sign))[:LONGEST]


def _printable(sign: str) -> bool:
    return sign == "\n" or (
        unicodedata.category(sign) not in ("Cc", "Cs") and ord(sign) not in (0xFFFE, 0xFFFF, *NO_SIGNS)
    )


def lines(text: str) -> list[str]:
    """The paragraphs of a text, as typed."""
    stripped = (line.strip(_INVISIBLE + " \u3000\u2028\u2029") for line in clean(text).splitlines())
    return [line for line in stripped if line]


def trimmed(text: str) -> str:
    """Without spaces and stops at either end, the ！ ？ … at the end among them."""
    blank = _INVISIBLE + " \u3000"
    return text.strip(_STOPS + blank).rstrip(_STOPS + _CRIES + blank).rstrip("．.")


def inline(text: str) -> str:
    """A text that stands inside a sentence: one line, without spaces and stops at either end."""
    return trimmed("；".join(filter(None, map(trimmed, lines(text)))))


def sentence(text: str) -> str:
    """A text that is a sentence of its own: one line, with one full stop or its own ！ ？ …; "" if there is none."""
    bare, whole = inline(text), text.rstrip(_STOPS + _INVISIBLE + string.whitespace + "\u3000")
    cried = whole[len(whole.rstrip(_CRIES)) :]
    return bare + (cried or "。") if bare else ""
