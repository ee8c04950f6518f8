"""The score sheet adds up, and what is unscored is never zero."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grader.errors import HarnessError
from grader.model.verdict import (
    Binding,
    Result,
    Verdict,
    failed,
    graded,
    judge_error,
    no_answer,
    passed,
    pending,
)
from grader.report import AssignmentLines
from grader.sheet import scores, verdicts

Make = Callable[..., Result]


def test_columns_of_scores(lines: AssignmentLines, make: Make) -> None:
    """The pivoted sheet has these columns in this order, questions in the rubric's."""
    frame = scores([make("a")], lines)

    assert list(frame.columns) == [
        *("submission", "people", "ids", "1a", "1b", "2", "score", "bonus", "maximum"),
        *("pending_points", "pending", "status", "reason"),
    ]


def test_a_full_submission(lines: AssignmentLines, make: Make) -> None:
    """Everything right earns every point; bonus is in the score, not in the maximum."""
    row = scores(
        [make("a", people=("Ada", "Emmy"), ids=(("moodle", "12"), ("moodle", "13")))], lines
    ).iloc[0]

    assert row.to_dict() == {
        "submission": "a",
        "people": "Ada; Emmy",
        "ids": "moodle 12; moodle 13",
        "1a": 3.0,
        "1b": 0.0,
        "2": 3.0,
        "score": 6.0,
        "bonus": 3.0,
        "maximum": 3.0,
        "pending_points": 0.0,
        "pending": 0,
        "status": "ok",
        "reason": "",
    }


def test_a_question_with_a_pending_part_holds_the_scored_part(
    lines: AssignmentLines, make: Make
) -> None:
    """One of two criteria is pending: the cell is the other's points so far."""
    row = scores([make("a", {"1a.proof": pending("A proof.")})], lines).iloc[0]

    assert (row["1a"], row["pending_points"], row["pending"]) == (1.0, 2.0, 1)


def test_unscored_is_empty_not_zero(lines: AssignmentLines, make: Make) -> None:
    """Nothing of 1a is scored, so its cell is empty; scored at 0 it is zero."""
    both = {"1a.proof": pending("A proof."), "1a.value": judge_error("We failed.")}
    wrong = {"1a.proof": failed("Wrong."), "1a.value": no_answer("Nothing found.")}
    frame = scores([make("open", both), make("wrong", wrong)], lines)

    assert math.isnan(frame["1a"][0])
    assert frame["1a"][1] == 0.0


def test_a_score_with_nothing_scored_is_empty(lines: AssignmentLines, make: Make) -> None:
    """Score and bonus are empty while no point of them is scored; flags are no points."""
    names = ("1a.value", "1a.proof", "2.bonus")
    row = scores([make("a", {name: pending("Look.") for name in names})], lines).iloc[0]

    assert math.isnan(row["score"])
    assert math.isnan(row["bonus"])
    assert (row["pending_points"], row["pending"]) == (6.0, 3)


def test_a_pending_flag_counts_but_costs_nothing(
    lines: AssignmentLines, make: Make
) -> None:
    """A flag that waits is counted as pending and holds no points back."""
    row = scores([make("a", {"1b.flag": pending("Look.")})], lines).iloc[0]

    assert (row["1b"], row["score"], row["pending_points"], row["pending"]) == (0, 6, 0, 1)


def test_thirds_and_tenths_have_no_tail(lines: AssignmentLines, make: Make) -> None:
    """0.1 + 0.2 is 0.3 in the sheet, and a third has six decimals."""
    credits_ = {"1a.value": graded(0.1, "."), "1a.proof": graded(0.1, ".")}
    row = scores([make("a", {**credits_, "2.bonus": graded(1 / 9, ".")})], lines).iloc[0]

    assert repr(float(row["1a"])) == "0.3"
    assert repr(float(row["2"])) == "0.333333"


def test_sums_are_rounded_once(lines: AssignmentLines, make: Make) -> None:
    """Three thirds of a point are one point, though each is shown as 0.333333."""
    line = lines.criteria[0]
    three = tuple(replace(line, id=f"1a.{index}") for index in range(3))
    split = replace(lines, criteria=three)
    thirds = {each.id: graded(1 / 3, ".") for each in three}
    row = scores([make("a", thirds, lines=split)], split).iloc[0]

    assert (row["1a"], row["score"]) == (1.0, 1.0)


def test_rows_are_sorted_whatever_the_order(lines: AssignmentLines, make: Make) -> None:
    """Another order of results gives the same frames."""
    results = [make(f"s{index}", {"1a.proof": pending("?")}) for index in range(9)]
    mixed = [*results[4:], *results[3::-1]]

    assert list(scores(mixed, lines)["submission"]) == [f"s{index}" for index in range(9)]
    assert scores(mixed, lines).equals(scores(results, lines))
    assert verdicts(mixed, lines).equals(verdicts(results, lines))


def test_columns_of_verdicts(lines: AssignmentLines, make: Make) -> None:
    """A row of the long sheet tells what was found where, counting cells from 1."""
    binding = Binding(cell=6, what="function f(x)", how="by name", confidence=0.75)
    half = graded(
        *(0.5, "Half."), binding=binding, detail=(("expected", "81"), ("got", "80"))
    )
    row = verdicts([make("a", {"1a.proof": half})], lines).iloc[1]

    assert {name: row[name] for name in row.index if name != "proposal"} == {
        "submission": "a",
        "question": "1a",
        "criterion": "1a.proof",
        "outcome": "partial",
        "credit": 0.5,
        "points": 1.0,
        "maximum": 2.0,
        "bonus": False,
        "reason": "Half.",
        "cell": 7,
        "confidence": 0.75,
        "found": "function f(x) in cell 7 (by name)",
        "detail": "expected: 81; got: 80",
    }
    assert math.isnan(row["proposal"])


def test_an_unscored_verdict_has_no_points(lines: AssignmentLines, make: Make) -> None:
    """Pending leaves credit and points empty, and keeps a machine's proposal."""
    row = verdicts([make("a", {"1a.value": pending("Look.", proposal=1.0)})], lines).iloc[0]

    assert math.isnan(row["credit"])
    assert math.isnan(row["points"])
    assert row["proposal"] == 1.0


def test_no_results_give_empty_tables(lines: AssignmentLines) -> None:
    """A batch of nothing has the columns and no rows."""
    assert scores([], lines).shape == (0, 13)
    assert verdicts([], lines).shape == (0, 14)


def test_a_submission_twice_is_our_fault(lines: AssignmentLines, make: Make) -> None:
    """The same submission twice would be counted twice; that is refused."""
    with pytest.raises(HarnessError) as caught:
        scores([make("a"), make("b"), make("a")], lines)

    assert str(caught.value) == "submission a is in the results twice"


def test_a_missing_mark_is_our_fault(lines: AssignmentLines, make: Make) -> None:
    """A criterion without a mark would silently be no points; that is refused."""
    result = make("a")
    with pytest.raises(HarnessError) as caught:
        verdicts([replace(result, marks=result.marks[1:])], lines)

    assert str(caught.value) == "the marks of a are not one per criterion"


_VERDICT = st.one_of(
    st.floats(0, 1).map(lambda credit: graded(credit, ".")),
    st.just(pending("Look.")),
    st.just(passed("Yes.")),
)


@given(chosen=st.lists(_VERDICT, min_size=4, max_size=4))
def test_scores_are_sums_of_marks(
    lines: AssignmentLines, make: Make, chosen: list[Verdict]
) -> None:
    """Scored and pending points come from the marks, and nothing else."""
    names = [line.id for line in lines.criteria]
    result = make("a", dict(zip(names, chosen, strict=True)))
    row = scores([result], lines).iloc[0]
    scored = [m.points for m in result.marks if m.points is not None and m.maximum]
    waiting = [mark for mark in result.marks if mark.points is None]

    assert row["pending"] == len(waiting)
    assert row["pending_points"] == sum(mark.maximum for mark in waiting)
    assert bool(scored) == (not math.isnan(row["score"]))
    assert not scored or row["score"] == pytest.approx(math.fsum(scored), abs=1e-6)
