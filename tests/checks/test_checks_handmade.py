"""Parameters and outputs that somebody wrote are no outcome of a training."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.checks.handmade import rounded, typed_out
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import FindParameters, FindTables
from grader.model.evidence import Cell, Evidence
from grader.model.finds import Find
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.verdict import Binding, Outcome, Verdict
from tests.checks.test_checks_layers import ABS, CLASSIFY, OUTCOME

TRAINED = ABS | {"w": [1.0371, 0.9984]}
LABELS = [-1, 1, 1, -1]
Placed = tuple[int, Any]


def decide(
    *sets: Placed,
    predictions: tuple[Placed, ...] = (),
    asked: Mapping[int, float] | None = None,
    own: float = 0.65,
    sources: tuple[str, ...] = ("x = 1",) * 4,
) -> Verdict:
    """Decide an outcome from sets and predictions, each with its cell.

    `asked` says how well cells fit the question that asks for parameters.
    """

    def find(what: Find, criterion: Any, question: str) -> Found[Any]:
        hits: list[Hit[Any]] = []
        if isinstance(what, FindParameters):
            hits = [
                at(cell, {k: np.array(v, dtype=float) for k, v in found.items()}, 0.95)
                for cell, found in sets
            ]
        elif isinstance(what, FindTables) and what.names == OUTCOME.predictions:
            fits = asked if criterion is CLASSIFY and asked is not None else {}
            hits = [at(c, np.array(v), fits.get(c, own)) for c, v in predictions]
        return Found(hits=tuple(hits), looked_for="it")

    cells = tuple(Cell(index=i, kind="code", source=s) for i, s in enumerate(sources))
    evidence = Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=cells)
    recorded = Recorded(evidence=evidence, arrays={})
    case = Case(
        question="3", criterion=OUTCOME, got=recorded, want=recorded, find=find,
        find_want=find, verdicts={}, own_cells=cells, criteria={CLASSIFY.id: CLASSIFY},
    )  # fmt: skip
    return CHECKS[OUTCOME.check](OUTCOME, case)


def at(cell: int, value: Any, sure: float) -> Hit[Any]:
    """Something in the variable pred, or in variables."""
    what = "the variables U and w" if isinstance(value, dict) else "the variable pred"
    binding = Binding(cell=cell, what=what, how="by name", confidence=sure)
    return Hit(value=value, binding=binding)


@pytest.mark.parametrize(
    ("w", "outcome"),
    [
        ([1.0, 1.0], Outcome.PENDING),
        ([1 / 3 + 1, 1.5], Outcome.PENDING),
        ([1.037, 0.998], Outcome.PENDING),
        ([1.0371, 0.998], Outcome.PASS),
    ],
)
def test_round_parameters_are_no_outcome(w: Any, outcome: Outcome):
    """Twelfths and three decimals may be chosen; one number with four was trained."""
    assert decide((0, ABS | {"w": w})).outcome is outcome


def test_round_parameters_are_told_and_never_cost_anything():
    """A training that ends at round numbers waits for a person, without a proposal."""
    verdict = decide((0, ABS))

    assert (verdict.outcome, verdict.proposal) == (Outcome.PENDING, None)
    assert verdict.reason == (
        "No run was found that classifies every point; no final state was found. The "
        "variables U and w in cell 1 classify every point, but are round numbers, as one "
        "sets them by hand. A person will look."
    )


def test_trained_parameters_count_beside_round_ones():
    """Those of the question before do no harm."""
    assert decide((0, ABS), (2, TRAINED)).outcome is Outcome.PASS


def test_not_a_number_is_no_round_one():
    """A diverged training leaves nothing that was chosen."""
    assert rounded({"w": np.array([1.0, 0.5])})
    assert not rounded({"w": np.array([np.nan, 0.5])})


@pytest.mark.parametrize("values", [LABELS, [0, 1, 1, 0], [-0.5, 0.5, 0.5, -0.5]])
def test_outputs_of_round_parameters_are_no_outcome(values: Any):
    """In their cell, or after it if the values are what they give; not before it."""
    here = decide((1, ABS), predictions=((1, values),))
    after = decide((1, ABS), predictions=((2, values),))
    before = decide((1, ABS), predictions=((0, values),))

    got = [verdict.outcome for verdict in (here, after, before)]
    assert got == [Outcome.PENDING, Outcome.PENDING, Outcome.PASS]


def test_other_outputs_count_after_round_parameters():
    """They do not follow from those."""
    other = [-0.9987, 1.0001, 0.9996, -1.0004]

    assert decide((1, ABS), predictions=((2, other),)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("there", "outcome"), [(0.9, Outcome.PENDING), (0.65, Outcome.PASS)]
)
def test_outputs_in_the_question_that_asks_for_parameters(there: float, outcome: Outcome):
    """They belong there, even if the parameters themselves were not found."""
    verdict = decide(predictions=((1, LABELS),), asked={1: there})

    assert verdict.outcome is outcome


def test_classes_in_the_own_question_count():
    """A label of this question says that they are of the training."""
    verdict = decide((1, ABS), predictions=((2, LABELS),), asked={2: 0.3}, own=0.9)

    assert verdict.outcome is Outcome.PASS


def test_outputs_that_are_typed_are_none():
    """The labels under the name of an output."""
    typed = ("x = 1", "pred = np.array([-1, 1, 1, -1])")
    made = ("x = 1", "pred = np.where(f >= 0, 1, -1)")

    assert decide(predictions=((1, LABELS),), sources=typed).outcome is Outcome.PENDING
    assert decide(predictions=((1, LABELS),), sources=made).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("source", "typed"),
    [
        ("f = [-1, 1, 1, -1]", True),
        ("x, f = 3, np.array([[-1], [1], [1], [-1]])", True),
        ("f: list = np.array([-1, 1, 1, -1]).reshape(-1, 1).T", True),
        ("%matplotlib inline\nf = (-1, 1, 1, -1)", True),
        ("f = [0, 0, 0, 0]\nfor i in range(4): f[i] = g(i)", False),
        ("f = []\nf.append(-1)", False),
        ("g = [-1, 1, 1, -1]", False),
        ("f = np.array([-1, y, 1, -1])", False),
        ("f = np.array()", False),
        ("f = np.array(['a', 'b'])", False),
        ("f = 5", False),
        ("f = (", False),
    ],
)
def test_what_is_typed_out(source: str, typed: bool):
    """The very numbers that the name holds after the cell, in any of the usual ways."""
    assert typed_out(source, "f", np.array(LABELS, dtype=float)) is typed
