"""Steps of training: compared by how much the parameters change."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.errors import JudgeError
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria import Tolerance
from grader.model.evidence import Cell, Evidence
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.steps import (
    FindStep,
    Parameter,
    Stepped,
    StepShows,
    Turn,
    UpdateMatches,
    given,
    readings,
)
from grader.model.verdict import Binding, Outcome, Verdict, passed

U = Parameter(name="U", shape=(2, 2), turned=True, at=((1, 2, 3, 4), (2, -1, 0.5, 1)))
B = Parameter(name="b", shape=(2,), at=((1, -1), (0.5, 2)))
W = Parameter(name="w", shape=(2,), at=((2, 1), (-1, 1)))
OPTIONS = UpdateMatches(
    id="3.update",
    states="It steps.",
    check="update_matches",
    find=FindStep(),
    parameters=(U, B, W),
    tolerance=Tolerance(rtol=0.02, atol=0, because="it is a test"),
)
LOSS = StepShows(
    id="3.loss",
    states="It has a loss.",
    check="step_shows",
    of="3.update",
    value="loss",
    scaled=True,
    called=("*loss*",),
    tolerance=Tolerance(rtol=1e-3, atol=0, because="it is a test"),
)
FORWARD = StepShows(
    id="3.forward",
    states="It computes the model.",
    check="step_shows",
    of="3.update",
    value="f",
    tolerance=Tolerance(rtol=1e-4, atol=1e-5, because="it is a test"),
)
STARTS = given(OPTIONS, {p.name: np.zeros((2, len(p.at[0]))) for p in OPTIONS.parameters})


def gradient(start: Any) -> dict[str, Any]:
    """Of w·(Ub)² / 2 + |w|², or so: what a right step goes along."""
    matrix, b, w = start["U"], start["b"], start["w"]
    h = matrix @ b
    return {"U": np.outer(w * h, b), "b": matrix.T @ (w * h), "w": h**2 / 2 + 2 * w}


def value(start: Any) -> Any:
    """A loss."""
    return np.array(float(start["w"] @ (start["U"] @ start["b"]) ** 2) ** 2 + 4.0)


def outputs(start: Any) -> Any:
    """Of three examples."""
    return np.outer([1.0, -2.0, 0.5], start["w"]) @ (start["U"] @ start["b"]) + 3.0


def stepped(change: Any, seen: Any = None, small: Any = None) -> Stepped:
    """A step that changes the parameters of every start in this way."""

    def turns(rule: Any) -> dict[int, Turn]:
        shown = seen or (lambda start: {"loss": value(start), "f": outputs(start)})
        return {i: Turn(moved=rule(s), seen=shown(s)) for i, s in enumerate(STARTS)}

    return Stepped(
        where="the loop in train",
        places={"U": "U", "b": "b", "w": "w"},
        natural={},
        rate=None,
        turns=turns(change),
        small=turns(small) if small else {},
    )


def times(factor: float, **more: float) -> Any:
    """The right step with this factor; some parameters with another one."""
    return lambda start: {k: more.get(k, factor) * g for k, g in gradient(start).items()}


def decide(options: Any, *got: Stepped, code: bool = True, **verdicts: Verdict) -> Verdict:
    """Decide a criterion about these loops."""
    binding = Binding(cell=None, what="the loop", how="by hand")
    cells = (Cell(index=0, kind="code", source="x = 1"),) if code else ()
    evidence = Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=cells)

    def found(*steps: Stepped) -> Found[Any]:
        hits = tuple(Hit(value=step, binding=binding) for step in steps)
        return Found(hits=hits, looked_for="a loop")

    case = Case(
        question="3",
        criterion=options,
        got=Recorded(evidence=evidence),
        want=Recorded(evidence=evidence),
        find=lambda *_: found(*got),
        find_want=lambda *_: found(stepped(times(-0.1))),
        verdicts={key.replace("_", "."): v for key, v in verdicts.items()},
        own_cells=cells,
        criteria={OPTIONS.id: OPTIONS},
    )
    return CHECKS[options.check](options, case)


@pytest.mark.parametrize("factor", [-0.1, -0.001, -40])
def test_any_step_size_is_right(factor: float):
    """Sum, mean and rate are one positive factor."""
    verdict = decide(OPTIONS, stepped(times(factor)))

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason == (
        "One turn of the loop in train changes the parameters as it should (off by 0.0%)."
    )


@pytest.mark.parametrize(("off", "outcome"), [(1.01, "pass"), (1.1, "partial")])
def test_the_tolerance_is_of_the_whole_step(off: float, outcome: str):
    """1 % on one parameter passes, 10 % do not."""
    assert decide(OPTIONS, stepped(times(-0.1, w=-0.1 * off))).outcome == outcome


def test_uphill_is_wrong():
    """The right gradient with the wrong sign earns nothing."""
    verdict = decide(OPTIONS, stepped(times(0.1)))

    assert verdict.outcome is Outcome.FAIL
    assert verdict.reason.endswith("the parameters as it should: it goes uphill.")


def test_parameters_that_are_right_count():
    """Two of three parameters move as they should."""
    verdict = decide(OPTIONS, stepped(times(-0.1, b=0.1)))

    assert verdict.credit == pytest.approx(2 / 3)
    assert verdict.reason.endswith("as it should: right for U, w, not for b.")


def test_a_matrix_may_be_kept_transposed_and_vectors_exchanged():
    """What is called U is Uᵀ, and b and w have each other's names."""

    def change(start: Any) -> dict[str, Any]:
        right = gradient({"U": start["U"].T, "b": start["w"], "w": start["b"]})
        return {"U": -right["U"].T, "b": -right["w"], "w": -right["b"]}

    assert len(readings(OPTIONS.parameters)) == 4
    assert decide(OPTIONS, stepped(change)).outcome is Outcome.PASS


def test_a_transposed_gradient_is_no_transposed_matrix():
    """The gradient of U is transposed, and U itself is not."""

    def change(start: Any) -> dict[str, Any]:
        right = gradient(start)
        return {"U": -right["U"].T, "b": -right["b"], "w": -right["w"]}

    assert decide(OPTIONS, stepped(change)).outcome is Outcome.PARTIAL


def test_one_after_the_other_is_right_at_a_small_step_size():
    """A large step deviates, a small one does not."""
    verdict = decide(OPTIONS, stepped(times(-0.1, w=-0.15), small=times(-1e-4)))

    assert verdict.outcome is Outcome.PASS
    assert "since they are updated one after the other" in verdict.reason


def test_one_after_the_other_without_a_step_size_is_for_a_person():
    """A loop within changes the parameters: wrong changes prove nothing. Else they do."""
    loop = stepped(times(-0.1, w=-0.3, b=-0.2))

    verdict = decide(OPTIONS, replace(loop, inside=True))
    assert verdict.outcome is Outcome.PENDING
    assert verdict.reason.startswith("Examples are updated one after the other, so")
    assert decide(OPTIONS, loop).credit == pytest.approx(1 / 3)
    small = stepped(times(-0.1, w=-0.3, b=-0.2), small=times(-1e-4, w=-3e-4, b=-2e-4))
    assert decide(OPTIONS, replace(small, inside=True)).credit == pytest.approx(1 / 3)


def test_nothing_that_could_be_run_is_for_a_person():
    """Never a fail; without code no answer."""
    assert decide(OPTIONS).outcome is Outcome.PENDING
    assert decide(OPTIONS, code=False).outcome is Outcome.NO_ANSWER


def test_a_step_that_changes_nothing_is_for_a_person():
    """Perhaps it was we who could not set the parameters."""
    assert decide(OPTIONS, stepped(times(0))).outcome is Outcome.PENDING


def test_a_parameter_that_the_model_lacks_is_no_silent_zero():
    """Nothing is right without b; where only b is left out, the others count."""
    lacking = {"U": -0.3, "w": 0.7}
    odd = stepped(
        lambda start: {k: lacking.get(k, 0.0) * g**2 for k, g in gradient(start).items()},
        seen=lambda start: {"g": outputs(start) - 1.0},
    )

    verdict = decide(OPTIONS, odd)
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert "changes b nowhere" in verdict.reason
    verdict = decide(FORWARD, odd, **{OPTIONS.id.replace(".", "_"): verdict})
    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert decide(OPTIONS, stepped(times(-0.1, b=0.0))).credit == pytest.approx(2 / 3)
    moving = stepped(lambda start: {k: g**2 for k, g in gradient(start).items()})
    assert decide(OPTIONS, moving).outcome is Outcome.FAIL


@pytest.mark.parametrize("name", ["loss", "L", "f()"])
@pytest.mark.parametrize("factor", [1.0, 0.25, 4.0])
def test_a_value_is_recognised_by_its_numbers(name: str, factor: float):
    """Whatever it is called, up to a factor."""
    got = stepped(times(-0.1), seen=lambda s: {name: factor * value(s)})

    assert decide(LOSS, got).outcome is Outcome.PASS


@pytest.mark.parametrize("name", ["loss", "train_loss", "losses[-1]"])
def test_what_is_called_so_must_be_right(name: str):
    """A right step does not excuse a loss that is another one."""
    seen = {"seen": lambda s: {name: np.sqrt(value(s))}, "small": times(-1e-4)}
    got = stepped(times(-0.1), **seen)
    verdict = decide(LOSS, got, **{"3_update": passed("It steps.")})

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, 0.0)


def test_a_right_step_needs_the_right_value():
    """Nothing was seen; the step proves it, and without the step a person looks."""
    got = stepped(times(-0.1), seen=lambda s: {"lr": np.array(0.1)})

    verdict = decide(LOSS, got, **{"3_update": passed("It steps.")})
    assert verdict.outcome is Outcome.PASS
    assert verdict.reason == (
        "One turn of the training changes the parameters as it should, which it could not "
        "without these values."
    )
    assert decide(LOSS, got).outcome is Outcome.PENDING


def test_a_constant_is_no_loss():
    """Also where a slack is added for small steps."""
    still = stepped(times(-0.1), seen=lambda s: {"lr": np.array(1e-4)}, small=times(-1e-4))

    assert decide(LOSS, still).outcome is Outcome.PENDING


@pytest.mark.parametrize(
    ("seen", "outcome", "proposal"),
    [
        (lambda s: outputs(s), "pass", None),
        (lambda s: outputs(s)[2], "pending", None),
        (lambda s: outputs(s)[2:], "pending", None),
        (lambda s: outputs(s)[2] + 0.1, "pending", 0.0),
        (lambda s: outputs(s)[int(s["b"][0])], "pending", 0.0),
        (lambda s: outputs(s)[:2], "pending", 0.0),
    ],
)
def test_one_right_example_is_no_reason_to_propose_zero(
    seen: Any, outcome: str, proposal: float | None
):
    """A loop over the examples leaves the last one's value, which may hide a mistake."""
    verdict = decide(FORWARD, stepped(times(0.1), seen=lambda s: {"out": seen(s)}))

    assert (verdict.outcome, verdict.proposal) == (outcome, proposal)


@pytest.mark.parametrize("odd", [np.inf, np.nan])
def test_what_is_not_finite_is_no_loss(odd: float):
    """An infinite number would be every multiple of the right one."""
    got = stepped(times(-0.1), seen=lambda start: {"inf": np.array(odd)})

    assert decide(LOSS, got).outcome is Outcome.PENDING


def test_a_criterion_without_its_step_is_our_fault():
    """The rubric names no criterion about a step."""
    with pytest.raises(JudgeError):
        decide(LOSS.model_copy(update={"of": "3.other"}), stepped(times(-0.1)))
