"""The order of the stages: intake, run, evidence, judge, mark, sheet, report.

This is the only package that knows it. Stages get plain values and give plain values;
what touches files and processes is called from here.
"""

from grader.pipeline.assignment import Assignment, load
from grader.pipeline.check import check
from grader.pipeline.grade import grade, reference_result, regrade
from grader.pipeline.judges import judged
from grader.pipeline.record import Options
from grader.pipeline.review import Decision, accepted, bind, explain
from grader.pipeline.written import Batch

__all__ = [
    "Assignment",
    "Batch",
    "Decision",
    "Options",
    "accepted",
    "bind",
    "check",
    "explain",
    "grade",
    "judged",
    "load",
    "reference_result",
    "regrade",
]
