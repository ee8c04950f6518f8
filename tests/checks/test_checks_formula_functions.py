"""Functions instead of a formula, and numbers instead of a matrix."""

import numpy as np
import pytest

from grader.model.answers import Equation, Function, Hit, Side
from grader.model.criteria import Argument
from grader.model.criteria_formulas import ClosedForm
from grader.model.evidence import Candidate, CandidateKind
from grader.model.finds import FindEquations, FindFunction
from grader.model.verdict import Binding, Outcome

EXACT = {"rtol": 1e-6, "atol": 1e-8, "because": "closed forms are exact"}
WORLDS = (1.0, 2.0)
EYE = np.eye(3)


def criterion(**more):
    """A criterion that asks for one formula."""
    return ClosedForm(
        id="5.change", states="It is given.", check="closed_form", tolerance=EXACT,
        find=FindEquations(symbols="s", quantities=(("H",),)), **more,
    )  # fmt: skip


def by_function(**more):
    """One that takes a function for a formula."""
    return criterion(
        function=FindFunction(names=("change",), by_behaviour=False),
        arguments=(Argument(name="i", values=(0, 1)),),
        **more,
    )


def says(value, name="H", stated=()):
    """An equation `name = value`; the value belongs to a world."""
    left = Side(text=name, relation="", values=(), closed=False, named=True)
    values = tuple(np.asarray(value) * k for k in WORLDS)
    right = Side(
        text="it", relation="=", values=values, closed=True, named=False, stated=stated
    )
    return Equation(sides=(left, right), about=0, boxed=False)


def answers(*values, name="change"):
    """A function that was asked at two places."""
    candidate = Candidate(id=name, kind=CandidateKind.FUNCTION, cell=0, names=(name,))
    replies = {"change(i)": tuple(np.asarray(float(v)) for v in values)}
    function = Function(candidate=candidate, values=replies, errors={})
    binding = Binding(cell=0, what=f"function {name}", how="by name", confidence=0.95)
    return Hit(value=function, binding=binding)


REFERENCE = {
    FindEquations: [says(2.0)],
    FindFunction: [answers(1, 2, name="update"), answers(3, 4, name="flip")],
}


def test_a_function_passes_where_its_values_decide(decide):
    """The reference's first one is the right one, if no readings are named."""
    right, other = ({FindFunction: [answers(*pair)]} for pair in ((1, 2), (3, 4)))

    assert decide(by_function(), right, REFERENCE).outcome is Outcome.PASS
    verdict = decide(by_function(), other, REFERENCE)
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)


@pytest.mark.parametrize(("pair", "proposal"), [((1, 2), 1), ((3, 4), 1), ((1, 4), 0)])
def test_each_reading_of_the_reference_is_right(decide, pair, proposal):
    """As a whole: not one value of this reading and one of that."""
    options = by_function(readings=("update", "flip"), function_decides=False)

    verdict = decide(options, {FindFunction: [answers(*pair)]}, REFERENCE)

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, proposal)


def test_a_formula_comes_before_a_function_that_does_not_decide(decide):
    """The right values of a function do not mend a wrong formula."""
    got = {FindEquations: [says(5.0)], FindFunction: [answers(1, 2)]}

    assert decide(by_function(function_decides=False), got, REFERENCE).proposal == 0.0
    assert decide(by_function(), got, REFERENCE).outcome is Outcome.PASS


def test_a_number_for_a_multiple_of_the_identity(decide):
    """2 for 2I earns what the rubric says, and nothing where it does not say so."""
    want = {FindEquations: [says(2.0 * EYE)]}
    options = criterion(scalar_for_matrix=0.5)

    got = {
        n: decide(options, {FindEquations: [says(n)]}, want).proposal for n in (2.0, 3.0)
    }
    plain = decide(criterion(), {FindEquations: [says(2.0)]}, want)

    assert got == {2.0: 0.5, 3.0: 0.0}
    assert plain.proposal == 0.0


@pytest.mark.parametrize("name", ["H_{ij}", "H_{i, j}", "H_{kl}"])
def test_a_number_for_an_entry_is_no_multiple_of_the_identity(decide, name):
    """That every entry is 2 is another mistake."""
    want = {FindEquations: [says(2.0 * EYE)]}
    options = criterion(scalar_for_matrix=0.5)
    stated = tuple(np.asarray(0.0) for _ in WORLDS)

    named = decide(options, {FindEquations: [says(2.0, name=name)]}, want)
    valued = decide(options, {FindEquations: [says(2.0, stated=stated)]}, want)

    assert (named.proposal, valued.proposal) == (0.0, 0.0)


def test_no_number_stands_for_a_full_matrix(decide):
    """Only a multiple of the identity can be meant."""
    want = {FindEquations: [says(np.full((3, 3), 2.0))]}

    got = decide(criterion(scalar_for_matrix=0.5), {FindEquations: [says(2.0)]}, want)

    assert got.proposal == 0.0
