"""Scores as 财预〔2020〕10号 gives them: targets against actual values, bands of qualitative ones, grades."""

from selfeval_xl.scoring.aims import Aim, aim, completed, due, target_and_actual
from selfeval_xl.scoring.attainments import Band, attained
from selfeval_xl.scoring.grades import grade, grades
from selfeval_xl.scoring.quantities import sign
from selfeval_xl.scoring.totals import execution_score, project_score, total_score

__all__ = [
    "Aim",
    "Band",
    "aim",
    "attained",
    "completed",
    "due",
    "execution_score",
    "grade",
    "grades",
    "project_score",
    "sign",
    "target_and_actual",
    "total_score",
]
