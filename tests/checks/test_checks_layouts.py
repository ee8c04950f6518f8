"""Gradients and Hessians: laid out as the rubric declares, and their negatives."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Function, Hit
from grader.model.case import Case
from grader.model.criteria import Argument, FunctionMatches, Tolerance
from grader.model.evidence import Candidate, CandidateKind, Evidence
from grader.model.finds import FindFunction
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array
from grader.model.verdict import Binding, Outcome, Verdict, failed, passed, pending

FORM, SINGLE = "(w)", "(w), one vector at a time"
POINTS = np.random.default_rng(0).uniform(-1, 2, size=(8, 2))
GRADIENT = np.stack([2 * POINTS[:, 0], 4 * POINTS[:, 1] - POINTS[:, 0]], axis=1)
HESSIAN = np.array([[[p[0], p[1]], [2.0, p[0] * p[1]]] for p in POINTS])


def options(**more: Any) -> FunctionMatches:
    """A criterion on a gradient."""
    return FunctionMatches(
        id="2.gradient",
        states="It is right.",
        check="function_matches",
        find=FindFunction(names=("grad",)),
        arguments=(Argument(name="w", input="points"),),
        tolerance=Tolerance(rtol=1e-6, atol=1e-6, because="a test"),
        **more,
    )


def hits(values: dict[str, list[Array]]) -> tuple[Hit[Function], ...]:
    """One function of a fitting name and what it answered."""
    candidate = Candidate(id="f0", kind=CandidateKind.FUNCTION, cell=0, names=("grad",))
    function = Function(
        candidate=candidate, values={k: tuple(v) for k, v in values.items()}
    )
    return (Hit(value=function, binding=Binding(cell=0, what="it", how="by name")),)


def judged(
    criterion: FunctionMatches,
    got: dict[str, list[Array]],
    want: Array,
    verdicts: dict[str, Verdict] | None = None,
) -> Verdict:
    """Decide, after other criteria."""

    def finder(values: dict[str, list[Array]]) -> Callable[..., Found[Function]]:
        return lambda what, criterion, question: Found(
            hits=hits(values) if values else (), looked_for="a function"
        )

    empty = Recorded(evidence=Evidence(submission="ada", run=Run(status=RunStatus.OK)))
    case = Case(
        question="2", criterion=criterion, got=empty, want=empty, find=finder(got),
        find_want=finder({FORM: [want]}), verdicts=verdicts or {},
    )  # fmt: skip
    return CHECKS["function_matches"](criterion, case)


GRADIENTS = {
    "rows": ({FORM: [GRADIENT]}, ("as is",)),
    "columns": ({FORM: [GRADIENT.T]}, ("as is", "transposed")),
    "one at a time": ({SINGLE: [GRADIENT[:6]]}, ("as is", "transposed")),
    "column vectors": ({SINGLE: [GRADIENT[:6, :, None]]}, ("as is",)),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_layouts_of_a_gradient(name: str):
    """Rows or columns, all points or one at a time, if it is declared."""
    got, layouts = GRADIENTS[name]

    assert judged(options(layouts=layouts), got, GRADIENT).outcome is Outcome.PASS


def test_an_undeclared_layout():
    """A transpose is wrong unless the rubric says otherwise."""
    verdict = judged(options(), {FORM: [GRADIENT.T]}, GRADIENT)

    assert not verdict.credit


HESSIANS = {
    "as is": HESSIAN,
    "transposed": HESSIAN.swapaxes(1, 2),
    "flat": HESSIAN.reshape(8, 4),
    "flat transposed": HESSIAN.swapaxes(1, 2).reshape(8, 4),
}


@pytest.mark.parametrize("layout", HESSIANS)
def test_layouts_of_a_hessian(layout: Any):
    """Each layout is right where it is declared, and only there."""
    got = {FORM: [HESSIANS[layout]]}
    others = tuple(name for name in HESSIANS if name != layout)

    assert judged(options(layouts=(layout,)), got, HESSIAN).credit == 1
    assert not judged(options(layouts=others), got, HESSIAN).credit


@pytest.mark.parametrize("factor", [0.5, 2.0, -2.0])
def test_a_wrong_factor(factor: float):
    """Right but for a factor is wrong, whatever else passed."""
    criterion = options(negated_with="2.ends", instead="2.steps")
    verdicts = {"2.ends": passed("They end."), "2.steps": passed("They follow.")}

    verdict = judged(criterion, {FORM: [factor * GRADIENT]}, GRADIENT, verdicts)

    assert verdict.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("earlier", "outcome"),
    [
        (None, Outcome.FAIL),
        (passed("It is right."), Outcome.FAIL),
        (pending("It is right.", proposal=1.0), Outcome.FAIL),
        (pending("A factor is missing.", proposal=0.5), Outcome.PENDING),
        (pending("It could not be read."), Outcome.PENDING),
        (failed("A factor is missing."), Outcome.PENDING),
    ],
)
def test_a_mistake_that_the_formula_made_before(earlier: Verdict | None, outcome: Outcome):
    """A wrong function beside a right formula is a new mistake; else a person looks."""
    verdicts = {"2.formula": earlier} if earlier else {}

    criterion = options(follows="2.formula")
    verdict = judged(criterion, {FORM: [2 * GRADIENT]}, GRADIENT, verdicts)
    right = judged(criterion, {FORM: [GRADIENT]}, GRADIENT, verdicts)

    assert (verdict.outcome, verdict.proposal) == (outcome, None)
    assert right.outcome is Outcome.PASS


@pytest.mark.parametrize(("ends", "credit"), [(passed("Yes."), 1), (failed("No."), 0)])
def test_the_negative(ends: Verdict, credit: float):
    """Who minimises -f has the gradient of -f: it counts if the runs end rightly."""
    criterion = options(negated_with="2.ends")

    verdict = judged(criterion, {FORM: [-GRADIENT]}, GRADIENT, {"2.ends": ends})

    assert verdict.credit == credit


@pytest.mark.parametrize("got", [{}, {FORM: [POINTS**2]}], ids=["none", "another"])
def test_no_such_function(got: dict[str, list[Array]]):
    """A gradient that stands in a loop is judged by the runs; a helper is no answer."""
    verdicts = {"2.steps": passed("The steps follow.")}

    verdict = judged(options(instead="2.steps"), got, GRADIENT, verdicts)

    assert verdict.outcome is Outcome.PASS
    told = "It gives other values" if got else "No function could be asked"
    assert verdict.reason == f"{told}. The steps follow."
