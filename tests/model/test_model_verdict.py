"""A verdict that contradicts itself cannot be built."""

import math

import pytest

from grader.model.verdict import (
    SCORED,
    Binding,
    Outcome,
    Verdict,
    failed,
    graded,
    judge_error,
    no_answer,
    passed,
    pending,
)

REFUSED = [
    (Outcome.PASS, 0.5, "a pass has credit 1"),
    (Outcome.PASS, 0.0, "a pass has credit 1"),
    (Outcome.PASS, None, "pass with credit None"),
    (Outcome.PARTIAL, None, "partial with credit None"),
    (Outcome.FAIL, 0.1, "fail has credit 0"),
    (Outcome.FAIL, None, "fail with credit None"),
    (Outcome.NO_ANSWER, 1.0, "no_answer has credit 0"),
    (Outcome.PENDING, 0.0, "pending with credit 0.0"),
    (Outcome.JUDGE_ERROR, 0.0, "judge_error with credit 0.0"),
    (Outcome.JUDGE_ERROR, 1.0, "judge_error with credit 1.0"),
    (Outcome.PARTIAL, -0.001, "credit -0.001 is outside 0..1"),
    (Outcome.PARTIAL, 1.001, "credit 1.001 is outside 0..1"),
    (Outcome.PARTIAL, math.nan, "credit nan is outside 0..1"),
    (Outcome.PASS, math.inf, "credit inf is outside 0..1"),
]


@pytest.mark.parametrize(("outcome", "credit", "message"), REFUSED)
def test_contradictions_are_refused(outcome: Outcome, credit: float | None, message: str):
    """Unscored has no credit, scored has one of 0..1, and pass and fail have theirs."""
    with pytest.raises(ValueError, match=f"^{message}$"):
        Verdict(outcome=outcome, credit=credit, reason="")


@pytest.mark.parametrize("proposal", [-0.1, 1.1, math.nan])
def test_a_proposal_is_a_credit(proposal: float):
    """What is proposed to a person is 0..1 as well."""
    with pytest.raises(ValueError, match="proposal"):
        pending("", proposal=proposal)


GRADES = [
    (0.0, Outcome.FAIL),
    (1e-9, Outcome.PARTIAL),
    (0.5, Outcome.PARTIAL),
    (1 - 1e-9, Outcome.PARTIAL),
    (1.0, Outcome.PASS),
]


@pytest.mark.parametrize(("credit", "outcome"), GRADES)
def test_a_credit_makes_an_outcome(credit: float, outcome: Outcome):
    """0 fails, 1 passes, all between is partial."""
    assert graded(credit, "").outcome is outcome
    assert graded(credit, "").credit == credit


def test_credits_beyond_the_ends():
    """Rounding noise beyond 0 and 1 ends there; NaN is refused."""
    assert (graded(-1e-12, "").credit, graded(1 + 1e-12, "").credit) == (0, 1)
    with pytest.raises(ValueError, match=r"^credit nan is outside 0\.\.1$"):
        graded(math.nan, "")


def test_what_is_scored():
    """Four outcomes are scored; pending and judge_error never count as zero."""
    verdicts = [
        passed(""),
        graded(0.5, ""),
        failed(""),
        no_answer(""),
        pending(""),
        judge_error(""),
    ]

    assert [v.credit for v in verdicts] == [1, 0.5, 0, 0, None, None]
    assert [v.outcome in SCORED for v in verdicts] == [True] * 4 + [False] * 2


def test_a_binding_in_words():
    """Cells are counted from 1; what is in no cell names none."""
    inside = Binding(cell=0, what="the variable w", how="by name")
    outside = Binding(cell=None, what="Ada", how="from the name")

    assert str(inside) == "the variable w in cell 1 (by name)"
    assert str(outside) == "Ada (from the name)"
