"""Small results for the sheet's tests: two questions, one bonus, four criteria."""

from collections.abc import Callable, Mapping

import pytest

from grader.model.verdict import Mark, Result, Verdict, passed
from grader.report import AssignmentLines, CriterionLine, QuestionLine

STATES = "Something is so."
LINES = AssignmentLines(
    assignment="sheet01",
    title="Sheet 1",
    questions=(
        QuestionLine(id="1a", title="A title", points=3.0),
        QuestionLine(id="1b", title="A title", points=0.0),
        QuestionLine(id="2", title="A title", points=3.0, bonus=True),
    ),
    criteria=(
        CriterionLine(id="1a.value", question="1a", states=STATES, points=1.0),
        CriterionLine(id="1a.proof", question="1a", states=STATES, points=2.0),
        CriterionLine(id="1b.flag", question="1b", states=STATES, points=0.0, flag=True),
        CriterionLine(id="2.bonus", question="2", states=STATES, points=3.0, bonus=True),
    ),
)


def _mark(submission: str, line: CriterionLine, verdict: Verdict) -> Mark:
    credit = verdict.credit
    return Mark(
        submission=submission,
        question=line.question,
        criterion=line.id,
        maximum=line.points,
        verdict=verdict,
        points=None if credit is None else line.points * credit,
        bonus=line.bonus,
    )


def _result(
    submission: str,
    verdicts: Mapping[str, Verdict] | None = None,
    people: tuple[str, ...] = (),
    ids: tuple[tuple[str, str], ...] = (),
    status: str = "ok",
    reason: str = "",
    lines: AssignmentLines = LINES,
) -> Result:
    given = verdicts or {}
    marks = tuple(
        _mark(submission, line, given.get(line.id, passed("It is.")))
        for line in lines.criteria
    )
    return Result(
        submission=submission,
        people=people,
        ids=ids,
        status=status,
        reason=reason,
        marks=marks,
    )


@pytest.fixture(scope="session")
def lines() -> AssignmentLines:
    """Give an assignment of 3 points, a flag, and 3 bonus points."""
    return LINES


@pytest.fixture(scope="session")
def make() -> Callable[..., Result]:
    """Give a maker of results: a pass wherever no other verdict is given."""
    return _result
