"""Scores as 财预〔2020〕10号 gives them: targets against actual values, bands of qualitative ones, grades."""

from selfeval_xl.scoring.aims import Aim, aim, completed, due, target_and_actual
from selfeval_xl.scoring.attainments import Band, attained
from selfeval_xl.scoring.grades import grade, grades
from selfeval_xl.scoring.quantities import sign

__all__ = [
    "Aim",
    "Band",
    "aim",
    "attained",
    "completed",
    "due",
    "grade",
    "grades",
    "sign",
    "target_and_actual",
]
