"""Render what was marked: for a terminal, for the course, and for each student.

In:   results of a batch, the lines of its rubric, facts about the run.
Out:  text and HTML pages: self-contained, without scripts, every text escaped.
Pure: no files but our own templates, no clock, no randomness.
"""

from grader.report.feedback import feedback_html
from grader.report.lines import AssignmentLines, CriterionLine, QuestionLine, RunFacts
from grader.report.overview import feedback_path, report_html
from grader.report.terminal import terminal

__all__ = [
    "AssignmentLines",
    "CriterionLine",
    "QuestionLine",
    "RunFacts",
    "feedback_html",
    "feedback_path",
    "report_html",
    "terminal",
]
