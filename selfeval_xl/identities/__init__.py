"""Arithmetic as data: identities, judged in Python (`sides`) and compiled to Excel lines (`formulas`)."""

from selfeval_xl.identities.loading import Condition, Line, Term, every_line, lines, on_copies, rules

__all__ = ["Condition", "Line", "Term", "every_line", "lines", "on_copies", "rules"]
