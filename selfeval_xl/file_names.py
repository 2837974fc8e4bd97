"""File names that are no text: a zip made under a Chinese Windows and unpacked elsewhere leaves names in GBK."""

ENCODINGS = ("utf-8", "gb18030")


def readable(name: str) -> str:
    """A name or a path (with /) as people read it: bytes that are no text are read as GBK, folder by folder; where
    they are no GBK either, they are spelt out. Text stays as it is.
    """
    return "/".join(map(_read, name.split("/")))


def spelt_out(name: str) -> str:
    """A name or a path whose bytes that are no text stand as \\udcca: no other name becomes the same."""
    return name.encode("utf-8", "backslashreplace").decode()


def _read(part: str) -> str:
    if part.isascii() or not any("\ud800" <= sign <= "\udfff" for sign in part):
        return part
    for encoding in ENCODINGS:
        try:
            return part.encode("utf-8", "surrogateescape").decode(encoding)
        except UnicodeError:
            continue
    return spelt_out(part)
