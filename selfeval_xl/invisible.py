"""Signs without any look, which come along from web pages, dialogs and input methods: nobody types or sees them."""

LOOKLESS = (
    "\xad"  # soft hyphen
    "\u200b\u200c\u200e\u200f\u2060\ufeff"  # blanks of no width, directions, a mark of byte order
    "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"  # directions
    "\u115f\u1160\u3164\uffa0"  # Hangul fillers
    "\u2800"  # braille without a dot
    "\ufe0e\ufe0f"  # as text, as emoji
)
"""Nothing is lost with them. U+200D stays: it makes one emoji out of several."""
_GONE = str.maketrans("", "", LOOKLESS)
_EACH = frozenset(LOOKLESS)


def has_lookless(text: str) -> bool:
    return not (text.isascii() or _EACH.isdisjoint(text))


def without_lookless(text: str) -> str:
    """The text as people see it."""
    return text.translate(_GONE) if has_lookless(text) else text
