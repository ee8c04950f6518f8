"""Drawn runs that end elsewhere, where that was charged before."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.answers import PointPath
from grader.model.carried import Carried
from grader.model.criteria import Tolerance
from grader.model.evidence import Drawing
from grader.model.finds import FindDrawings, FindPaths
from grader.model.paths import PathsDrawn, ProgressDrawn
from grader.model.value import Array
from grader.model.verdict import (
    Outcome,
    Verdict,
    failed,
    graded,
    no_answer,
    passed,
    pending,
)

Decide = Callable[..., Verdict]
STARTS = ((1.0, 1.0), (-1.0, 0.5))
RADIUS = Tolerance(rtol=0, atol=0.1, because="a test")
FIND, LINES = FindPaths(), FindDrawings(kinds=("line",))
CARRIED = Carried.model_validate({"from": {"own": "2a.ends"}})


def way(start: Any, end: Any = (0, 0)) -> Array:
    """A straight run of 20 points."""
    return np.linspace(start, end, 20)


RIGHT = [PointPath(points=way(s), place=(0, 0, k)) for k, s in enumerate(STARTS)]
SHORT = [way(s, np.array(s) / 2) for s in STARTS]


def drawn(
    decide: Decide, points: list[Array], kept: list[Array], **verdicts: Any
) -> Verdict:
    """Decide about these paths, drawn in a panel each, of runs that were kept."""
    options = PathsDrawn(
        check="paths_drawn", id="2b.x", states="Drawn.", find=FIND, starts=STARTS,
        over=FindDrawings(kinds=("contour",)), tolerance=RADIUS, carried=CARRIED,
    )  # fmt: skip
    paths = [PointPath(points=p, place=(0, 0, k)) for k, p in enumerate(points)]
    paths += [PointPath(points=p, place=None) for p in kept]
    contours = [Drawing(cell=0, figure=0, panel=k, method="contour") for k in (0, 1)]
    got = {FindPaths: paths, FindDrawings: contours}
    return decide(options, got, {FindPaths: RIGHT}, verdicts=verdicts.get("verdicts"))


@pytest.mark.parametrize(
    ("earlier", "outcome", "proposal"),
    [
        (failed("Elsewhere."), Outcome.PASS, None),
        (graded(0.5, "One."), Outcome.PASS, None),
        (pending("Perhaps.", proposal=0.0), Outcome.PENDING, 1.0),
        (pending("Perhaps."), Outcome.FAIL, None),
        (no_answer("None."), Outcome.FAIL, None),
        (passed("There."), Outcome.FAIL, None),
    ],
)
def test_one_mistake_costs_once(
    decide: Decide, earlier: Verdict, outcome: Outcome, proposal: float | None
):
    """Runs that stop short were charged where their ends were asked for, if they were."""
    verdict = drawn(decide, SHORT, SHORT, verdicts={"2a.ends": earlier})

    assert (verdict.outcome, verdict.proposal) == (outcome, proposal)


def test_every_hundredth_point_of_ones_own_run(decide: Decide):
    """What is drawn may leave out points, the last ones too."""
    thinned = [p[::3] for p in SHORT]
    verdict = drawn(decide, thinned, SHORT, verdicts={"2a.ends": failed("Elsewhere.")})

    assert verdict.outcome is Outcome.PASS
    assert verdict.reason.startswith("This follows from your own answer to 2a.ends, where")


@pytest.mark.parametrize("kept", [[], [way(s, np.array(s) / 2 + 0.2) for s in STARTS]])
def test_what_is_drawn_must_be_ones_own_run(decide: Decide, kept: list[Array]):
    """Paths that are no run of theirs are wrong on their own account."""
    verdict = drawn(decide, SHORT, kept, verdicts={"2a.ends": failed("Elsewhere.")})

    assert verdict.outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("earlier", "first", "outcome"),
    [
        (failed("Elsewhere."), 0.0, Outcome.PENDING),
        (failed("Elsewhere."), 0.1, Outcome.FAIL),
        (passed("There."), 0.0, Outcome.FAIL),
    ],
)
def test_the_objective_of_such_runs_is_for_a_person(
    decide: Decide,
    place: Any,
    new_sheet: Any,
    earlier: Verdict,
    first: float,
    outcome: Outcome,
):
    """Curves that begin as the runs do and end elsewhere were charged, if they were."""
    options = ProgressDrawn(
        check="progress_drawn", id="2b.x", states="Drawn.", find=LINES, paths=FIND,
        starts=STARTS, tolerance=RADIUS.model_copy(update={"atol": 0.01}), carried=CARRIED,
    )  # fmt: skip
    sheets = new_sheet(), new_sheet()
    found = []
    values = [[first - (p**2).sum(axis=1) for p in SHORT]]
    values.append([-(p.points**2).sum(axis=1) for p in RIGHT])
    for sheet, curves in zip(sheets, values, strict=True):
        lines = [
            Drawing(cell=0, figure=0, panel=k, method="plot", y=sheet.keep(y))
            for k, y in enumerate(curves)
        ]
        found.append({FindDrawings: [place(d, confidence=1.0) for d in lines]})

    verdict = decide(
        options, found[0] | {FindPaths: RIGHT}, found[1],
        sheet=sheets[0], reference=sheets[1], verdicts={"2a.ends": earlier},
    )  # fmt: skip

    assert (verdict.outcome, verdict.proposal) == (outcome, None)
