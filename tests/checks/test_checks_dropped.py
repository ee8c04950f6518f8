"""Parameters that a later question leaves out: sets that have them answer another one."""

from grader.model.verdict import Outcome
from tests.checks.test_checks_layers import ABS, COUNT, LATER, decide, parameters


def test_a_set_with_a_dropped_parameter_was_made_for_another_question():
    """No zero without a look: its b1 is not 0, so it is no answer to this question."""
    verdict = decide(LATER, [parameters(**COUNT)])

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "variables have a b1 that is not 0, which this question leaves out; without it "
        "they give f = -0.5, -1.5, -1.5, -2.5. A person will look."
    )


def test_a_wrong_set_without_it_fails():
    """b1 is 0, and the points are not classified."""
    wrong = parameters(**{**COUNT, "b1": [0, 0]})

    assert decide(LATER, [wrong]).outcome is Outcome.FAIL


def test_a_right_set_passes_whatever_its_dropped_parameter():
    """|x1 - x2| needs no b1; a rest of it that training left changes nothing."""
    right = parameters(U=[[1, -1], [-1, 1]], b1=[0.5, 0], w=[1, 1], b2=-0.5)

    assert decide(LATER, [right]).outcome is Outcome.PASS


def test_nothing_is_proposed_for_parameters_that_nobody_stated():
    """Without their b1 they would be right, and the answer may be that it is lost."""
    bent = {**ABS, "b1": [-0.5, -0.5]}

    verdict = decide(LATER, earlier=[parameters(0.8, **bent)])

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "From 2: variables have a b1 that is not 0, which this question leaves out; "
        "without it they give f = -0.5, 0.5, 0.5, -0.5. A person will read whether the "
        "text refers to it."
    )


def test_parameters_without_it_are_still_proposed():
    """One of two earlier sets has no b1, and is right: it can be referred to."""
    earlier = [parameters(**COUNT), parameters(**ABS)]

    assert decide(LATER, earlier=earlier).proposal == 1.0
