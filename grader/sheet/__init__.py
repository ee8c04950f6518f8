"""Lay verdicts out as tables: the score sheet, long and pivoted, and its files.

In:   results of a batch, and the lines of its rubric.
Out:  DataFrames, and the bytes of scores.csv, verdicts.csv and scores.xlsx.
Pure: no files except in `write`; no clock, no randomness. pandas is imported here and
      nowhere else.
"""

from grader.sheet.cells import inert
from grader.sheet.files import csv_bytes, files, write
from grader.sheet.frames import scores, verdicts
from grader.sheet.lines import Assignment, Criterion, Question
from grader.sheet.statistics import criteria, distribution, questions
from grader.sheet.workbook import xlsx_bytes

__all__ = [
    "Assignment",
    "Criterion",
    "Question",
    "criteria",
    "csv_bytes",
    "distribution",
    "files",
    "inert",
    "questions",
    "scores",
    "verdicts",
    "write",
    "xlsx_bytes",
]
