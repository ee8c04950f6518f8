"""Marks are points times credit; unscored is never zero, and no hole looks like one."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.mark import marked, points
from grader.model.criteria import Manual, RubricLine
from grader.model.run import RunStatus
from grader.model.verdict import Outcome, Verdict, graded, judge_error, passed, pending


@settings(deadline=None)
@given(st.floats(0, 1000), st.floats(0, 1))
def test_a_mark_lies_between_zero_and_its_points(maximum: float, credit: float):
    """0 <= mark <= points, for any points and credit."""
    mark = points(maximum, credit)

    assert mark is not None
    assert 0 <= mark <= maximum
    assert mark == pytest.approx(maximum * credit, abs=1e-6)


@settings(deadline=None)
@given(st.integers(0, 4000), st.floats(0, 1), st.floats(0, 1))
def test_more_credit_is_never_a_lower_mark(quarters: int, one: float, two: float):
    """Marks follow the credit."""
    low, high = (points(quarters / 4, credit) for credit in sorted((one, two)))

    assert low is not None
    assert high is not None
    assert low <= high


@pytest.mark.parametrize("maximum", [0.25, 0.75, 1, 2, 0.1, 1 / 3])
def test_full_and_no_credit(maximum: float):
    """Full credit is all the points (to a millionth), none is 0, unscored is None."""
    assert points(maximum, 1.0) == pytest.approx(maximum, abs=1e-6)
    assert points(maximum, 0.0) == 0
    assert points(maximum, None) is None


def test_thirds_add_up():
    """Marks are not rounded, so three thirds of a point are a point."""
    assert math.fsum(points(1, 1 / 3) or 0 for _ in range(3)) == 1


def test_every_criterion_has_its_mark(bench: Any, submitted: Any):
    """In the rubric's order, with points; unscored stays None."""
    said = {
        "1a.x": passed("Fine."),
        "1a.y": graded(0.5, "Half."),
        "2a.x": pending("Wait.", proposal=1.0),
        "2a.y": judge_error("We failed."),
    }
    for id, verdict in said.items():
        bench.criterion(id, verdict, points=2)

    result = marked(bench.rubric(), submitted(people=("Ada",)).evidence, bench.verdicts())

    assert [(m.question, m.criterion, m.points) for m in result.marks] == [
        ("1a", "1a.x", 2),
        ("1a", "1a.y", 1),
        ("2a", "2a.x", None),
        ("2a", "2a.y", None),
    ]
    assert (result.submission, result.people) == ("ada", ("Ada",))


def test_a_hole_is_an_error(bench: Any, submitted: Any):
    """A criterion without a verdict raises; it must never look like a zero."""
    bench.criterion("1a.x", passed("Fine."))
    bench.criterion("1a.y", passed("Fine."))

    with pytest.raises(KeyError, match=r"1a\.y"):
        marked(bench.rubric(), submitted().evidence, {"1a.x": passed("Fine.")})


def test_manual_criteria_are_marked_as_such(bench: Any, submitted: Any):
    """A criterion that a person decides says so."""
    lines = (RubricLine(text="a", points=1), RubricLine(text="b", points=1))
    bench.add("1a", Manual(id="1a.x", states="s", check="manual", lines=lines, points=2))

    (mark,) = marked(bench.rubric(), submitted().evidence, {"1a.x": pending("Wait.")}).marks

    assert (mark.manual, mark.maximum, mark.points) == (True, 2, None)


STATUSES = [
    ({}, "ok", ""),
    ({"status": RunStatus.TIMEOUT, "reason": "Too long."}, "timeout", "Too long."),
    (
        {"status": RunStatus.NOT_RUN, "intake": "unreadable", "intake_reason": "Damaged."},
        "unreadable",
        "Damaged.",
    ),
]


@pytest.mark.parametrize(("more", "status", "reason"), STATUSES)
def test_status_of_a_result(
    bench: Any, submitted: Any, more: dict[str, Any], status: str, reason: str
):
    """The run's status, or the intake's where nothing could be run."""
    result = marked(bench.rubric(), submitted(**({"reason": ""} | more)).evidence, {})

    assert (result.status, result.reason) == (status, reason)


CREDITS = st.floats(0, 1) | st.none()


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 12), CREDITS), max_size=8))
def test_scores_are_sums_of_marks(given_marks: list[tuple[int, float | None]]):
    """A sum of scored marks never exceeds the sum of their points."""
    marks = [
        (quarters / 4, points(quarters / 4, credit)) for quarters, credit in given_marks
    ]
    scored = [(maximum, mark) for maximum, mark in marks if mark is not None]

    assert 0 <= sum(mark for _, mark in scored) <= sum(maximum for maximum, _ in scored)
    assert len(scored) == sum(credit is not None for _, credit in given_marks)


def test_no_verdict_scores_without_a_credit():
    """What has no credit has no points, whatever its outcome says."""
    unscored: list[Verdict] = [pending("Wait.", proposal=1.0), judge_error("We failed.")]

    assert [points(2, v.credit) for v in unscored] == [None, None]
    assert {v.outcome for v in unscored} == {Outcome.PENDING, Outcome.JUDGE_ERROR}
