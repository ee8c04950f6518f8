"""Which lines are drawn over epochs, and which of them are named."""

from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.checks.epochs import counts_epochs
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import CurvesNamed, FindParameters
from grader.model.digest import array_digest
from grader.model.evidence import Cell, Drawing, Evidence
from grader.model.finds import Find
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef
from grader.model.verdict import Binding, Outcome, Verdict, passed
from tests.checks.test_checks_histories import DRAWN, LINES, LOSS

NAMED = CurvesNamed(
    id="3.which", states="They are named.", check="curves_named", find=LINES,
    what="curves", of=DRAWN.id, count=2,
)  # fmt: skip
Line = tuple[str, Any, Array, str]


def curve(turns: float, size: int = 50) -> Array:
    """Something that changes."""
    return np.asarray(np.sin(turns * np.linspace(0, 1, size)))


def decide(*lines: Line, sure: float = 0.65, judged: str = "") -> tuple[Verdict, Verdict]:
    """Decide about lines (panel, x, y, label), and then about their names.

    `sure` is how well they fit the section; `judged` the panel of the loss.
    """
    arrays: dict[str, Array] = {}

    def keep(array: Any) -> ArrayRef | None:
        if array is None:
            return None
        own = np.asarray(array)
        arrays[array_digest(own)] = own
        return ArrayRef(sha256=array_digest(own), dtype=own.dtype.name, shape=own.shape)

    def place(panel: str) -> Binding:
        return Binding(cell=0, what=panel, how="recorded", confidence=sure)

    hits = [
        Hit(
            value=Drawing(
                cell=0, figure=0, panel=0, method="plot", x=keep(x), y=keep(y), label=label
            ),
            binding=place(panel),
        )
        for panel, x, y, label in lines
    ]

    def find(what: Find, criterion: Any, question: str) -> Found[Any]:
        found = () if isinstance(what, FindParameters) else tuple(hits)
        return Found(hits=found, looked_for="a line")

    cells = (Cell(index=0, kind="code", source="x = 1"),)
    evidence = Evidence(submission="ada", run=Run(status=RunStatus.OK), cells=cells)
    recorded = Recorded(evidence=evidence, arrays=arrays)
    verdicts = {LOSS.id: passed("It falls.", binding=place(judged))} if judged else {}

    def check(options: Any) -> Verdict:
        case = Case(
            question="3", criterion=options, got=recorded, want=recorded, find=find,
            find_want=find, verdicts=verdicts, own_cells=cells,
            criteria={LOSS.id: LOSS, DRAWN.id: DRAWN},
        )  # fmt: skip
        return CHECKS[options.check](options, case)

    drawn = check(DRAWN)
    verdicts = verdicts | {DRAWN.id: drawn}
    return drawn, check(NAMED)


@pytest.mark.parametrize(
    ("axis", "counts"),
    [
        (range(50), True),
        (range(1, 51), True),
        (range(0, 500, 10), True),
        (range(10, 510, 10), True),
        (range(9, 509, 10), True),
        ([*range(0, 500, 10), 499], True),
        ([*range(0, 500, 10), 510], False),
        (range(11, 511, 10), False),
        (range(-25, 25), False),
        (range(2000, 2050), False),
        (np.linspace(0, 10, 50), False),
        (np.logspace(0, 3, 50).round(), False),
        (range(50, 0, -1), False),
        ([0, 1, float("nan")], False),
        ([0], False),
    ],
)
def test_what_counts_epochs(axis: Any, counts: bool):
    """Whole and even steps from the start on; the last may be cut short."""
    assert counts_epochs(np.array(axis, dtype=float)) is counts


FUNCTIONS: tuple[Line, ...] = (
    ("figure 1", np.linspace(0, 10, 200), curve(2, 200), "arctan"),
    ("figure 1", np.linspace(0, 10, 200), curve(3, 200), "sigmoid"),
)
FALLING: Line = ("figure 2", None, np.linspace(1, 0, 50), "")
WEIGHTS: tuple[Line, ...] = (
    ("figure 3", None, curve(5), "w1"),
    ("figure 3", None, curve(7), ""),
)


def test_functions_of_another_question_are_no_parameters():
    """Alone they wait for a person; beside parameters they neither count nor are named."""
    alone, named = decide(*FUNCTIONS)
    assert (alone.outcome, alone.proposal) == (Outcome.PENDING, None)
    assert alone.reason == (
        "Lines are drawn, but none of them certainly against the epochs of the training; a "
        "person will look."
    )
    assert (named.outcome, named.proposal) == (Outcome.PENDING, None)
    assert named.reason == "Which curves are meant is not certain; a person will look."

    drawn, named = decide(*FUNCTIONS, *WEIGHTS)
    assert drawn.outcome is Outcome.PASS
    assert drawn.binding is not None
    assert drawn.binding.what == "figure 3"
    assert (named.outcome, named.credit) == (Outcome.PARTIAL, 0.5)


def test_curves_that_coincide_are_named_one_by_one():
    """Two parameters that stand still are one curve, charged once; both have a name."""
    lines = [("figure 3", None, np.zeros(50), label) for label in ("w1", "w2")]

    drawn, named = decide(*lines)

    assert (drawn.credit, named.credit) == (0.5, 1.0)


def test_one_parameter_beside_other_lines():
    """The others may be meant as well."""
    drawn, _ = decide(*FUNCTIONS, WEIGHTS[0])
    assert (drawn.outcome, drawn.proposal) == (Outcome.PENDING, 0.5)
    assert decide(WEIGHTS[0])[0].credit == 0.5


@pytest.mark.parametrize(
    ("axis", "sure", "outcome"),
    [
        (range(50), 0.65, Outcome.PASS),
        (range(1, 52), 0.65, Outcome.PASS),
        (range(0, 50, 2), 0.65, Outcome.PASS),
        (range(52), 0.65, Outcome.PENDING),
        (range(100), 0.65, Outcome.PENDING),
        (range(100), 1.0, Outcome.PASS),
        (np.linspace(0, 1, 50), 1.0, Outcome.PENDING),
    ],
)
def test_parameters_go_as_far_as_the_loss(axis: Any, sure: float, outcome: Outcome):
    """Up to a step, also if recorded more rarely; in the own section they need not."""
    lines = [("figure 3", list(axis), curve(turns, len(axis)), "") for turns in (5, 7)]

    assert decide(FALLING, *lines, sure=sure, judged="figure 2")[0].outcome is outcome


def test_the_very_numbers_under_the_loss_count():
    """A share of the training, or seconds: as good for the parameters as for the loss."""
    share = np.linspace(0, 1, 50)
    loss: Line = ("figure 2", share, FALLING[2], "")
    lines = [("figure 3", share, curve(turns), "") for turns in (5, 7)]

    assert decide(loss, *lines, judged="figure 2")[0].outcome is Outcome.PASS
