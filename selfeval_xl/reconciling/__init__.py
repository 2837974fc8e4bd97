"""Budget against final accounts with pandas: the comparison, and the changes that want a reason (B-09)."""

from selfeval_xl.reconciling.changes import Change, changes
from selfeval_xl.reconciling.lines import BASIC, OPERATING, PERSONNEL, PROJECTS, SOURCES, TOTAL, comparison

__all__ = [
    "BASIC",
    "OPERATING",
    "PERSONNEL",
    "PROJECTS",
    "SOURCES",
    "TOTAL",
    "Change",
    "changes",
    "comparison",
]
