"""Fiscal years in texts: {year}, the one before and the one after."""

import re

_YEARS = {"last": -1, "year": 0, "next": 1}


def dated(text: str, year: int) -> str:
    """The text of that fiscal year: {last}, {year}, {next} in figures."""
    for name, apart in _YEARS.items():
        text = text.replace(f"{{{name}}}", str(year + apart))
    return text


def undated(text: str, year: int) -> str:
    """The other way round: what speaks of that fiscal year, as `dated` takes it; amounts stay."""
    for name, apart in _YEARS.items():
        text = re.sub(rf"(?<![\d.]){year + apart}(?![\d.])", f"{{{name}}}", text)
    return text
