"""Parameters drawn against the epochs, and the loss that is none of them."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest

from grader.checks import CHECKS
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.criteria_layers import (
    FindParameters,
    LossDrawn,
    ParametersDrawn,
    Quantity,
)
from grader.model.digest import array_digest
from grader.model.evidence import Cell, Drawing, Evidence, Named
from grader.model.finds import Find, FindDrawings
from grader.model.recorded import Recorded
from grader.model.run import Run, RunStatus
from grader.model.value import Array, ArrayRef
from grader.model.verdict import Binding, Outcome, Verdict, graded, passed, pending

LINES = FindDrawings(kinds=("line",))
LOSS = LossDrawn(
    id="3.loss", states="It is drawn.", check="loss_drawn", find=LINES, below=0.1
)
DRAWN = ParametersDrawn(
    id="3.parameters",
    states="Two are drawn.",
    check="parameters_drawn",
    find=LINES,
    parameters=FindParameters(parameters=(Quantity(name="w", shape=(2,)),)),
)
EPOCHS = np.linspace(0, 1, 50)
FALLING = 1 - 0.95 * EPOCHS
FIRST, SECOND = np.sin(3 * EPOCHS), EPOCHS**2 - 0.5
Line = tuple[str, Array]


def binding(panel: str) -> Binding:
    """The panel in which a line lies."""
    return Binding(cell=0, what=panel, how="by kind", confidence=1.0)


def decide(
    *lines: Line,
    loss: Verdict | None = None,
    w: Any = None,
    kept: Any = None,
    **titles: str,
) -> Verdict:
    """Decide about lines, each with its panel; `loss` is what was judged before."""
    hits = [
        Hit(value=line(y, titles.get(panel, "")), binding=binding(panel))
        for panel, y in lines
    ]
    sets = [] if w is None else [Hit(value={"w": np.array(w)}, binding=binding("w"))]

    def find(what: Find, criterion: Any, question: str) -> Found[Any]:
        found: list[Any] = sets if isinstance(what, FindParameters) else hits
        return Found(hits=tuple(found), looked_for="a line")

    recorded = Recorded(
        evidence=Evidence(
            submission="ada",
            run=Run(status=RunStatus.OK),
            cells=(Cell(index=0, kind="code", source="x = 1"),),
            names=(Named(name="kept", type="builtins.list", cell=0, value=kept),),
        ),
        arrays={array_digest(y): y for _, y in lines},
    )
    before: Mapping[str, Verdict] = {} if loss is None else {LOSS.id: loss}
    case = Case(
        question="3",
        criterion=DRAWN,
        got=recorded,
        want=recorded,
        find=find,
        find_want=find,
        verdicts=before,
        criteria={LOSS.id: LOSS},
    )
    return CHECKS[DRAWN.check](DRAWN, case)


def line(y: Array, title: str) -> Drawing:
    """A drawn line."""
    ref = ArrayRef(sha256=array_digest(y), dtype=y.dtype.name, shape=y.shape)
    return Drawing(cell=0, figure=0, panel=0, method="plot", title=title, y=ref)


JUDGED = passed("It falls.", binding=binding("figure 1"))


def test_two_different_curves():
    """Enough of them pass; the same one twice is one."""
    two = decide(("figure 2", FIRST), ("figure 2", SECOND))
    same = decide(("figure 2", FIRST), ("figure 3", FIRST.copy()))

    assert two.outcome is Outcome.PASS
    assert (same.outcome, same.credit) == (Outcome.PARTIAL, 0.5)


FLAT, LOWER = np.full(50, 0.3), np.full(50, -1.2)
ONE, OTHER = (
    ArrayRef(sha256=letter * 64, dtype="float64", shape=(2, 2)) for letter in "ab"
)
KEPT: dict[str, object] = {
    "a list": [ONE] * 50,
    "of pairs": [(ONE, OTHER)] * 50,
    "of dictionaries": [{"U": ONE, "b": 0.5}] * 50,
    "a dictionary of lists": {"U": [ONE] * 50},
}
MOVING: dict[str, object] = {
    "other entries change": [OTHER, *[ONE] * 49],
    "few": [ONE] * 5,
    "numbers": [0.3] * 50,
    "none": None,
}


@pytest.mark.parametrize("what", KEPT)
def test_one_array_kept_many_times(what: str):
    """Lines that never change show the last values only, if all that was kept is equal."""
    none = decide(("figure 2", FLAT), ("figure 2", LOWER), kept=KEPT[what])
    one = decide(("figure 2", FLAT), ("figure 2", FIRST), kept=KEPT[what])

    assert (none.outcome, none.proposal) == (Outcome.PENDING, 0.5)
    assert one.outcome is Outcome.PASS


@pytest.mark.parametrize("what", MOVING)
def test_parameters_that_stand_still(what: str):
    """A unit that is off does not move, while others do."""
    verdict = decide(("figure 2", FLAT), ("figure 2", LOWER), kept=MOVING[what])

    assert verdict.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("end", "w", "outcome"),
    [
        (0.0009, [1.3127, -0.7514], Outcome.PENDING),
        (0.0011, [1.3127, -0.7514], Outcome.PASS),
        (0.0009, None, Outcome.PASS),
        (0.0, [1.3127, 0.0], Outcome.PASS),
    ],
)
def test_curves_that_come_down_to_zero(end: float, w: Any, outcome: Outcome):
    """Gradients do; parameters where one of them ended at 0, or none is known."""
    lines = [end + (1 - end) * (1 - EPOCHS) ** power for power in (1, 2)]

    assert decide(*(("figure 2", y) for y in lines), w=w).outcome is outcome


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_curve_that_comes_down_to_zero_beside_another(order: tuple[int, int]):
    """A bias that ends at 0 is a parameter; gradients would all be gone."""
    both = [("figure 2", (1 - EPOCHS) ** 2), ("figure 2", SECOND)]

    verdict = decide(*(both[i] for i in order), w=[1.3127, -0.7514])

    assert verdict.outcome is Outcome.PASS


def test_gradients_of_which_one_is_always_zero():
    """A unit that is off has no gradient; the other one's still comes down to 0."""
    lines = [("figure 2", (1 - EPOCHS) ** 2), ("figure 2", np.zeros(50))]

    assert decide(*lines, w=[1.3127, -0.7514]).outcome is Outcome.PENDING


def test_curves_of_a_training_that_diverged_come_down_to_nothing():
    """What is not finite is no 0."""
    lines = [("figure 2", np.append(np.exp(k * EPOCHS), [1e300, np.nan])) for k in (1, 2)]

    assert decide(*lines, w=[1.3127, -0.7514]).outcome is Outcome.PASS


def test_the_loss_alone_in_its_panel_is_no_parameter():
    """What earned the loss, earns nothing for parameters, though nothing calls it so."""
    lone = decide(("figure 1", FALLING), loss=JUDGED)
    beside = decide(("figure 1", FALLING), ("figure 2", FIRST), loss=JUDGED)

    assert lone.outcome is Outcome.NO_ANSWER
    assert (beside.outcome, beside.credit) == (Outcome.PARTIAL, 0.5)


def test_the_same_line_counts_where_no_loss_was_credited():
    """Not judged, no credit, or another panel: a parameter; perhaps a loss: a person."""
    here = ("figure 1", FALLING)
    nothing = graded(0.0, "It rises.", binding=binding("figure 1"))
    unsure = pending("It ends high.", binding=binding("figure 1"))
    other = passed("It falls.", binding=binding("figure 9"))

    got = [decide(here, loss=loss).credit for loss in (None, nothing, unsure, other)]

    assert got == [0.5, 0.5, None, 0.5]
    assert decide(here, loss=unsure).outcome is Outcome.PENDING


def test_a_panel_that_shares_the_loss_and_parameters():
    """Several lines in the loss's panel: which is the loss is not known, all are kept."""
    verdict = decide(
        ("figure 1", FALLING), ("figure 1", FIRST), ("figure 1", SECOND), loss=JUDGED
    )

    assert (verdict.outcome, verdict.credit) == (Outcome.PASS, 1.0)


def test_a_curve_that_ends_at_a_final_parameter_is_kept():
    """Training ended at 0.05: the line that was taken for the loss shows a weight."""
    kept = decide(("figure 1", FALLING), loss=JUDGED, w=[FALLING[-1], 7.0371])
    gone = decide(("figure 1", FALLING), loss=JUDGED, w=[FALLING[-1] + 0.01, 7.0371])
    by_hand = decide(("figure 1", FALLING), loss=JUDGED, w=[FALLING[-1], 7.0])

    assert kept.credit == 0.5
    assert gone.outcome is Outcome.NO_ANSWER
    assert by_hand.outcome is Outcome.NO_ANSWER


def test_what_is_called_a_loss_is_none():
    """By its title, in whatever panel."""
    verdict = decide(("figure 2", FALLING), **{"figure 2": "Training loss"})

    assert verdict.outcome is Outcome.NO_ANSWER
