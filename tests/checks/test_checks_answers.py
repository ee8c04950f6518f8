"""Which of several typed formulas is the answer, and what is proposed if that is open."""

import pytest

from grader.model.answers import Equation
from grader.model.verdict import Outcome
from tests.checks.test_checks_equations import WANT, chain, closed_form, found, side

LOST, SURE = 0.4, 0.9


@pytest.mark.parametrize(("sure", "proposal"), [(SURE, 0.0), (LOST, None)])
def test_what_is_wrong_in_an_unlabelled_notebook_proposes_nothing(
    decide, place, sure, proposal
):
    """It may answer another question."""
    got = found(place(chain(side("3W", 3.0)), sure))

    verdict = decide(closed_form(), got, WANT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)


@pytest.mark.parametrize(("sure", "proposal"), [(SURE, 0.5), (LOST, 1.0)])
def test_a_false_step_counts_where_it_surely_belongs(decide, place, sure, proposal):
    """A false equation about the same name elsewhere is another formula, no step."""
    false = Equation(
        sides=(side("W'", 2.0, relation="", named=True), side("5W", 5.0)),
        about=0,
        boxed=False,
    )
    got = found(place(false, sure), place(chain(side("2W", 2.0)), sure))

    assert decide(closed_form(), got, WANT).proposal == proposal


def test_zero_behind_a_right_formula_leaves_it_open(decide):
    """W' = 2W, and later "the plane W' = 0", or a wrong result: a person tells."""
    got = found(chain(side("2W", 2.0)), chain(side("0", 0.0)))

    verdict = decide(closed_form(), got, WANT)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)


def test_zero_is_an_answer_where_it_is_wanted(decide):
    """And alone it is a wrong one."""
    zero, want = chain(side("0", 0.0)), found(chain(side("0", 0.0)))
    first = chain(side("2W", 2.0))

    assert decide(closed_form(), found(first, zero), want).proposal == 1.0
    assert decide(closed_form(), found(zero), WANT).proposal == 0.0


def test_a_right_formula_before_a_wrong_one_leaves_it_open(decide):
    """The last may hold under a condition of the text."""
    got = found(chain(side("2W", 2.0)), chain(side("5W", 5.0)))

    for decisive in (False, True):
        verdict = decide(closed_form(decisive=decisive), got, WANT)
        assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "5W does not have the right values. 2W stands there, too. A person will look."
    )


def test_a_wrong_formula_in_a_box_is_the_answer(decide):
    """Whatever stands in a box before it, or without one."""
    right = chain(side("2W", 2.0), boxed=True)
    got = found(right, chain(side("5W", 5.0), boxed=True))

    assert decide(closed_form(), got, WANT).proposal == 0.0


def test_a_name_alone_is_not_its_own_answer(decide):
    """H(x') - H(x) has the right values; what it equals could not be read."""
    name = side("H(x') - H(x)", 2.0, relation="", named=True)
    got = found(Equation(sides=(name, side("?")), about=0, boxed=False))

    assert decide(closed_form(), got, WANT).proposal is None
