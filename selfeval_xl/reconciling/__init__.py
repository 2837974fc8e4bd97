"""Budget against final accounts with pandas: the comparison, and the changes that want a reason (B-09); who came and went."""

from selfeval_xl.reconciling.changes import Change, changes
from selfeval_xl.reconciling.lines import BASIC, OPERATING, PERSONNEL, PROJECTS, SOURCES, TOTAL, comparison
from selfeval_xl.reconciling.moves import MOVES, Account, account

__all__ = [
    "BASIC",
    "MOVES",
    "OPERATING",
    "PERSONNEL",
    "PROJECTS",
    "SOURCES",
    "TOTAL",
    "Account",
    "Change",
    "account",
    "changes",
    "comparison",
]
