"""Runs of an optimisation: where they end, how they go, and what is drawn of them."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from grader.model.answers import PointPath
from grader.model.criteria import Tolerance
from grader.model.evidence import Drawing
from grader.model.finds import FindDrawings, FindPaths
from grader.model.paths import PathsDrawn, PathsEnd, PathsFollow, ProgressDrawn
from grader.model.value import Array
from grader.model.verdict import Outcome, Verdict

Decide = Callable[..., Verdict]
STARTS = ((1.0, 1.0), (-1.0, 0.5))
RADIUS = Tolerance(rtol=0, atol=0.1, because="a test")
FIND, LINES = FindPaths(), FindDrawings(kinds=("line",))
CONTOURS = FindDrawings(kinds=("contour",))
COMMON: dict[str, Any] = {"id": "2b.x", "states": "They end.", "find": FIND}


def hill(points: Array) -> Array:
    """A field with its top at 0, steeper in the second direction."""
    return np.exp(-(points[..., 0] ** 2) - 2 * points[..., 1] ** 2)


def climb(start: Any, factors: Any = (2, 4), steps: int = 60, rate: float = 0.2) -> Array:
    """Gradient ascent on the hill; other factors make another gradient."""
    points = [np.array(start, dtype=float)]
    for _ in range(steps):
        slope = -np.array(factors) * points[-1] * hill(points[-1])
        points.append(points[-1] + rate * slope)
    return np.array(points)


def path(points: Array, panel: int | None = None) -> PointPath:
    """A path, drawn in a panel or kept."""
    return PointPath(points=points, place=None if panel is None else (0, 0, panel))


RIGHT = [climb(start) for start in STARTS]
REFERENCE = {FindPaths: [path(points, k) for k, points in enumerate(RIGHT)]}


def ending(decide: Decide, *got: Array) -> Verdict:
    """Decide where paths end."""
    options = PathsEnd(check="paths_end", starts=STARTS, tolerance=RADIUS, **COMMON)
    return decide(options, {FindPaths: [path(p) for p in got]}, REFERENCE)


@pytest.mark.parametrize("off", [0.0, 0.099])
def test_runs_that_end_within_the_radius(decide: Decide, off: float):
    """Where a run stops is free within the tolerance."""
    moved = [np.vstack([p, p[-1] + [off, 0]]) for p in RIGHT]

    assert ending(decide, *moved).outcome is Outcome.PASS


def test_one_run_of_two(decide: Decide):
    """The credit is the share of the starts."""
    far = np.vstack([RIGHT[1], [[0.11, 0]]])

    verdict = ending(decide, RIGHT[0], far)

    assert verdict.credit == 0.5
    assert verdict.reason == "1 of 2 runs end where they should; not from (-1, 0.5)."


def test_a_list_of_the_starts_is_no_run(decide: Decide):
    """The starts themselves, kept in a list, begin at a start and end nowhere."""
    assert ending(decide, np.array(STARTS)).outcome is Outcome.NO_ANSWER


def test_runs_that_were_recorded_late(decide: Decide):
    """Without its first point a run may still be right: a person looks."""
    assert ending(decide, *(p[1:] for p in RIGHT)).outcome is Outcome.PENDING


def following(
    decide: Decide, new_sheet: Any, *got: Array | PointPath, **more: Any
) -> Verdict:
    """Decide how paths go."""
    options = PathsFollow(
        check="paths_follow", starts=STARTS, field=CONTOURS, panel="hill", **COMMON
    )
    sheet = new_sheet()
    x, y = np.meshgrid(np.linspace(-2, 2, 200), np.linspace(-2, 2, 200))
    sheet.draw(hill(np.stack([x, y], axis=-1)), x, y, title="hill")
    want = {FindDrawings: sheet.drawings}
    paths = [p if isinstance(p, PointPath) else path(p) for p in got]
    return decide(options, {FindPaths: paths}, want, reference=sheet, **more)


@pytest.mark.parametrize("rate", [0.01, 0.2])
def test_steps_along_the_gradient(decide: Decide, new_sheet: Any, rate: float):
    """The length of the steps is free, and so is a factor of the gradient."""
    runs = [climb(start, factors=(1, 2), rate=rate) for start in STARTS]

    assert following(decide, new_sheet, *runs).outcome is Outcome.PASS


@pytest.mark.parametrize("factors", [(2, 2), (1, 4), (-2, -4), (4, 2)])
def test_steps_along_something_else(decide: Decide, new_sheet: Any, factors: Any):
    """A wrong gradient that vanishes at the same points is noticed."""
    runs = [climb(start, factors=factors) for start in STARTS]

    assert following(decide, new_sheet, *runs).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    ("panels", "outcome"),
    [((None, None), Outcome.FAIL), ((None, 1), Outcome.PENDING), ((0, 1), Outcome.PENDING)],
)
def test_steps_where_drawings_were_left_out(
    decide: Decide, new_sheet: Any, panels: Any, outcome: Outcome
):
    """Runs in variables are whole; where one was only drawn, others may have been."""
    lost = new_sheet(notes=("9 drawing calls of this cell were not recorded.",))
    runs = [climb(start, factors=(-2, -4)) for start in STARTS]
    paths = [path(run, panel) for run, panel in zip(runs, panels, strict=True)]

    verdict = following(decide, new_sheet, *paths, sheet=lost)

    assert (verdict.outcome, verdict.proposal) == (outcome, None)


def drawn(decide: Decide, paths: list[PointPath], panels: tuple[int, ...]) -> Verdict:
    """Decide about drawn paths over contours in some panels."""
    options = PathsDrawn(
        check="paths_drawn", starts=STARTS, over=CONTOURS, tolerance=RADIUS, **COMMON
    )
    contours = [Drawing(cell=0, figure=0, panel=k, method="contour") for k in panels]
    return decide(options, {FindPaths: paths, FindDrawings: contours}, REFERENCE)


def test_paths_over_contours(decide: Decide):
    """Every start has a panel of its own, with contours."""
    assert drawn(decide, REFERENCE[FindPaths], (0, 1)).outcome is Outcome.PASS


def test_paths_without_contours(decide: Decide):
    """A path on an empty plane earns half."""
    assert drawn(decide, REFERENCE[FindPaths], (0,)).credit == 0.75


def test_all_paths_in_one_panel(decide: Decide):
    """A person decides what one plot instead of three is worth."""
    verdict = drawn(decide, [path(points, 0) for points in RIGHT], (0,))

    assert verdict.outcome is Outcome.PENDING
    assert verdict.proposal == pytest.approx(2 / 3)


def loose(points: Array, panel: int) -> PointPath:
    """The tails of arrows whose tips lie elsewhere."""
    return PointPath(points=points, place=(0, 0, panel), loose=True)


def test_arrows_that_do_not_meet(decide: Decide):
    """They begin where the run was, so that its end is told; a person looks at them."""
    paths = [loose(points, k) for k, points in enumerate(RIGHT)]
    options = PathsEnd(check="paths_end", starts=STARTS, tolerance=RADIUS, **COMMON)

    assert drawn(decide, paths, (0, 1)).outcome is Outcome.PENDING
    assert drawn(decide, paths, (0, 1)).proposal == 0.5
    assert decide(options, {FindPaths: paths}, REFERENCE).outcome is Outcome.PASS


def test_arrows_that_do_not_meet_of_some_runs(decide: Decide):
    """What is drawn rightly counts in full; loose arrows to a wrong end count nothing."""
    one, other = RIGHT
    stray = loose(other + np.linspace(0, 1, len(other))[:, None], 1)

    assert drawn(decide, [path(one, 0), loose(other, 1)], (0, 1)).proposal == 0.75
    assert drawn(decide, [path(one, 0), stray], (0, 1)).credit == 0.5


def test_no_path(decide: Decide):
    """Lines that begin elsewhere are no runs."""
    assert drawn(decide, [path(RIGHT[0][1:], 0)], (0,)).outcome is Outcome.NO_ANSWER


def curves(
    decide: Decide, place: Any, new_sheet: Any, *got: Array, confidence: float = 1.0
) -> Verdict:
    """Decide about drawn objectives."""
    tol = Tolerance(rtol=0, atol=0.01, because="a test")
    options = ProgressDrawn(
        check="progress_drawn", id="2b.x", states="Drawn.", find=LINES, paths=FIND,
        starts=STARTS, tolerance=tol,
    )  # fmt: skip
    sheets = new_sheet(), new_sheet()
    found = []
    wanted = [hill(p) for p in RIGHT]
    for sheet, values, sure in zip(sheets, (got, wanted), (confidence, 1.0), strict=True):
        lines = [
            Drawing(cell=0, figure=0, panel=k, method="plot", y=sheet.keep(y))
            for k, y in enumerate(values)
        ]
        found.append({FindDrawings: [place(d, confidence=sure) for d in lines]})
    return decide(
        options, found[0] | {FindPaths: [path(p) for p in RIGHT]}, found[1],
        sheet=sheets[0], reference=sheets[1],
    )  # fmt: skip


RIGHT_CURVES = [
    [hill(p) for p in RIGHT],
    [-hill(p) for p in RIGHT],
    [hill(p)[1:] for p in RIGHT],
    [hill(climb(start, rate=0.1, steps=200)) for start in STARTS],
]


@pytest.mark.parametrize("values", RIGHT_CURVES, ids=["f", "-f", "late", "other step"])
def test_curves_of_the_objective(decide: Decide, place: Any, new_sheet: Any, values: Any):
    """Start and end must be right; the sign and the number of iterations are free."""
    assert curves(decide, place, new_sheet, *values).outcome is Outcome.PASS


WRONG_CURVES = [
    [p[:, 0] for p in RIGHT],
    [np.linalg.norm(p, axis=1) for p in RIGHT],
    [hill(p)[:3] for p in RIGHT],
]


@pytest.mark.parametrize("values", WRONG_CURVES, ids=["x", "distance", "stopped"])
def test_other_curves(decide: Decide, place: Any, new_sheet: Any, values: Any):
    """A coordinate, a distance, a run that stopped at once: none of them counts."""
    assert not curves(decide, place, new_sheet, *values).credit


@pytest.mark.parametrize(
    ("confidence", "first", "outcome"),
    [
        (0.65, 0.0, Outcome.PENDING),  # nothing is labelled so
        (0.3, 0.0, Outcome.NO_ANSWER),  # in another question
        (1.0, 0.0, Outcome.FAIL),  # here
        (0.65, 0.1, Outcome.NO_ANSWER),  # other curves
    ],
)
def test_curves_of_runs_that_end_elsewhere(
    decide: Decide,
    place: Any,
    new_sheet: Any,
    confidence: float,
    first: float,
    outcome: Outcome,
):
    """In a notebook without labels they are seen, and a person looks."""
    stopped = [hill(p)[:3] + first for p in RIGHT]

    verdict = curves(decide, place, new_sheet, *stopped, confidence=confidence)

    assert verdict.outcome is outcome


def test_the_place_named_is_that_of_what_matches(decide: Decide, place: Any, sheet: Any):
    """Another path from a start, and another curve, may be drawn first."""
    paths = [place(path(RIGHT[0][:9], 0), cell=1), place(path(RIGHT[0], 1), cell=2)]
    options = PathsDrawn(
        check="paths_drawn", starts=STARTS, over=CONTOURS, tolerance=RADIUS, **COMMON
    )

    got = decide(options, {FindPaths: paths}, REFERENCE)

    assert (got.credit, got.binding and got.binding.cell) == (0.25, 2)

    ways = [hill(p) for p in RIGHT]
    want = [
        Drawing(cell=0, figure=0, panel=0, method="plot", y=sheet.keep(y)) for y in ways
    ]
    first = Drawing(cell=1, figure=0, panel=0, method="plot", y=sheet.keep(RIGHT[0][:, 0]))
    lines = [place(first, 1.0, 1), place(want[0], 1.0, 2)]
    progress = ProgressDrawn(
        check="progress_drawn", starts=STARTS, paths=FIND, tolerance=RADIUS,
        id="2b.x", states="Drawn.", find=LINES,
    )  # fmt: skip

    drawn_ones = {FindDrawings: [place(d, confidence=1.0) for d in want]}
    got = decide(progress, {FindDrawings: lines}, drawn_ones, sheet, sheet)

    assert (got.credit, got.binding and got.binding.cell) == (0.5, 2)
