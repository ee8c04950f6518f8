"""Counts, means and the distribution say what the verdicts say."""

import math
from collections.abc import Callable

from grader.model.verdict import Result, failed, graded, judge_error, pending
from grader.report import AssignmentLines
from grader.sheet import criteria, distribution, questions

Make = Callable[..., Result]


def test_outcomes_are_counted_per_criterion(lines: AssignmentLines, make: Make) -> None:
    """Every outcome has a column; the mean is over what is scored."""
    half, wrong = graded(0.5, "Half."), failed("Wrong.")
    open_, ours = pending("Look."), judge_error("We failed.")
    given = [half, wrong, open_, ours]
    results = [make(f"s{i}", {"1a.proof": each}) for i, each in enumerate(given)]
    row = criteria(results, lines).set_index("criterion").loc["1a.proof"]

    names = ["pass", "partial", "fail", "no_answer", "pending", "judge_error"]
    assert [row[name] for name in names] == [0, 1, 1, 0, 1, 1]
    assert row["mean_credit"] == 0.25


def test_a_mean_over_nothing_is_empty(lines: AssignmentLines, make: Make) -> None:
    """A criterion that nobody has a score on has no mean; zero would be a lie."""
    frame = criteria([make("a", {"1a.proof": pending("Look.")})], lines)

    assert math.isnan(frame["mean_credit"][1])


def test_a_question_is_averaged_over_what_is_fully_scored(
    lines: AssignmentLines, make: Make
) -> None:
    """A submission with a pending part of the question is counted, not averaged."""
    results = [make("a"), make("b", {"1a.proof": pending("Look.")})]
    row = questions(results, lines).iloc[0]

    assert row.to_dict() == {
        "question": "1a",
        "title": "A title",
        "maximum": 3.0,
        "bonus": 0.0,
        "scored": 1,
        "pending": 1,
        "mean": 3.0,
        "median": 3.0,
        "lowest": 3.0,
        "highest": 3.0,
    }


def test_the_distribution_takes_a_boundary_up(lines: AssignmentLines, make: Make) -> None:
    """A score on a boundary is in the upper tenth; above the maximum in the last."""
    none = {name: failed("Wrong.") for name in ("1a.value", "1a.proof", "2.bonus")}
    tenth = {**none, "1a.value": graded(0.3, ".")}
    below = {**none, "1a.value": graded(0.299, ".")}
    frame = distribution([make("full"), make("on", tenth), make("below", below)], lines)

    assert list(frame["complete"]) == [1, 1, 0, 0, 0, 0, 0, 0, 0, 1]


def test_the_distribution_tells_provisional_scores_apart(
    lines: AssignmentLines, make: Make
) -> None:
    """A score with something pending is provisional; nothing scored is in no tenth."""
    names = ("1a.value", "1a.proof", "2.bonus")
    empty = {name: pending("Look.") for name in names}
    results = [make("a", empty), make("b", {"1a.proof": pending("Look.")})]
    frame = distribution(results, lines)

    assert (frame["complete"].sum(), frame["provisional"].sum()) == (0, 1)


def test_statistics_of_nothing(lines: AssignmentLines) -> None:
    """No submissions: every criterion and question is listed, with counts of zero."""
    assert criteria([], lines)["pass"].tolist() == [0, 0, 0, 0]
    assert questions([], lines)["scored"].tolist() == [0, 0, 0]
    assert distribution([], lines)["complete"].sum() == 0
