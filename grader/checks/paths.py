"""Check the paths of an optimisation by their points: where they end, and how they go.

What correct runs do is read from the reference: its drawn runs tell where each start
leads, and its drawn field is interpolated by splines for the gradient.
"""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import RectBivariateSpline

from grader.checks.left_out import TOLD, doubted, left_out
from grader.checks.registry import check
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Hit, PointPath
from grader.model.case import Case
from grader.model.fields import as_field
from grader.model.finds import FindDrawings, FindPaths
from grader.model.paths import PathsEnd, PathsFollow, Point, Points
from grader.model.value import Array
from grader.model.verdict import Verdict, failed, graded, no_answer, passed, pending

AT_START = 1e-3
"""A run begins at a start if its first point is this close: float32, rounded points."""
FLAT = 1e-2
"""Share of the largest gradient below which its direction is not judged."""
FEWEST_STEPS = 2
LARGE, FEW_POINTS = 2.0, 20
"""Longest step of a run; most points of a list of ends."""
Hits = list[Hit[PointPath]]


@dataclass(frozen=True)
class Slope:
    """The gradient of a field that the reference drew."""

    spline: RectBivariateSpline
    low: Array
    high: Array
    largest: float

    def value(self, points: Array) -> Array:
        """The field, shape (n,), at points of shape (n, 2)."""
        return np.asarray(self.spline.ev(points[:, 1], points[:, 0]))

    def at(self, points: Array) -> Array:
        """The gradient, shape (n, 2); NaN outside of what was drawn."""
        x, y = points[:, 0], points[:, 1]
        parts = [self.spline.ev(y, x, dx=0, dy=1), self.spline.ev(y, x, dx=1, dy=0)]
        inside = ((points >= self.low) & (points <= self.high)).all(axis=1)
        return np.where(np.asarray(inside)[:, None], np.stack(parts, axis=1), np.nan)


def slope(case: Case, criterion: str, what: FindDrawings, panel: str) -> Slope:
    """The reference's field called `panel`. Raises: JudgeError if it was not drawn."""
    for hit in case.expect(what).hits:
        field = as_field(case.want, hit.value)
        if field is None or hit.value.title != panel or field.x is None or field.y is None:
            continue
        x, y = field.x[0], field.y[:, 0]
        spline = RectBivariateSpline(y, x, field.z)
        low, high = np.array([x[0], y[0]]), np.array([x[-1], y[-1]])
        rows, columns = np.meshgrid(y, x, indexing="ij")
        points = np.stack([columns.ravel(), rows.ravel()], axis=1)
        found = Slope(spline, low, high, 1.0)
        largest = float(np.nanmax(np.linalg.norm(found.at(points), axis=1)))
        return Slope(spline, low, high, largest)
    raise reference_lacks(criterion, f"panel called {panel!r}")


def wanted_ends(case: Case, criterion: str, what: FindPaths, starts: Points) -> list[Array]:
    """Where the runs that the reference drew from each start end."""
    drawn = what.model_copy(update={"sources": ("drawn",)})
    hits = case.expect(drawn).hits
    ends = []
    for start in starts:
        own = [h.value.points for h in hits if begins(h.value, start)]
        if not own:
            raise reference_lacks(criterion, f"drawn run from {shown(start)}")
        ends.append(max(own, key=len)[-1])
    return ends


def runs(found: Found[PointPath], starts: Points) -> tuple[Hit[PointPath], ...]:
    """Paths that may be runs: a list of the starts themselves is none."""
    return tuple(hit for hit in found.hits if not _lists(hit.value.points, starts))


def _lists(points: Array, starts: Points) -> bool:
    """Whether several of the starts are among the points."""
    off = np.abs(points[:, None] - np.array(starts)).max(axis=2)
    return int((off.min(axis=0) <= AT_START).sum()) > 1


def begins(path: PointPath, start: Point) -> bool:
    """Whether a run begins at a start."""
    return bool(np.abs(path.points[0] - np.array(start)).max() <= AT_START)


def shown(point: Point) -> str:
    """A point for a reader: (0.2, 0.5)."""
    return f"({', '.join(f'{part:g}' for part in point)})"


def near(point: Array, end: Array, radius: float) -> bool:
    """Whether a run has arrived."""
    return bool(np.linalg.norm(point - end) <= radius)


@check("paths_end")
def paths_end(options: PathsEnd, case: Case) -> Verdict:
    """Ask whether a run from each start ends where the reference's run does.

    Runs are found by their points, in variables of any name and in drawings; one run
    from a start that arrives is enough, as several step sizes are tried.

    Pass:      from every start a run arrives.
    Partial:   from some; the credit is their share.
    Fail:      runs from the starts were found, and none arrives.
    No answer: no run from any of the starts.
    Pending:   points that could be ends were found, but not the runs; or drawings were
               left out when they were recorded.
    Fooled by: a wrong gradient with the same zeros: it ends at the same points.
    """
    ends = wanted_ends(case, options.id, options.find, options.starts)
    got: Found[PointPath] = case.seek(options.find)
    radius = options.tolerance.atol
    paths = runs(got, options.starts)
    begun = [[hit for hit in paths if begins(hit.value, s)] for s in options.starts]
    arrived = [
        [hit for hit in own if near(hit.value.points[-1], end, radius)]
        for own, end in zip(begun, ends, strict=True)
    ]
    good = sum(map(bool, arrived))
    if good == len(ends):
        binding = arrived[0][0].binding
        return passed(f"All {good} runs end where they should.", binding=binding)
    if not any(begun):
        return doubted(_without_runs(options, got, ends), case)
    binding = next(own for own in begun if own)[0].binding
    missing = [shown(s) for s, own in zip(options.starts, arrived, strict=True) if not own]
    words = (
        f"{good} of {counted(len(ends), 'run')} end where they should; "
        f"not from {', '.join(missing)}."
    )
    if left_out(case.got):
        known = good / len(ends) if _kept_all(begun, arrived) else None
        return pending(f"{words} {TOLD}", binding=binding, proposal=known)
    return graded(good / len(ends), words, binding=binding, hint=options.hint)


def _kept_all(begun: list[Hits], arrived: list[Hits]) -> bool:
    """Whether a run was kept from every start from which none arrives."""
    pairs = zip(begun, arrived, strict=True)
    return all(any(h.value.place is None for h in own) for own, good in pairs if not good)


def _without_runs(options: PathsEnd, got: Found[PointPath], ends: list[Array]) -> Verdict:
    """No run begins at a start: do some at least end where they should?"""
    radius = options.tolerance.atol
    some = [h for h in got.hits if _settles(h.value.points)]
    arriving = [h for h in some if any(near(h.value.points[-1], e, radius) for e in ends)]
    points = [h for h in got.hits if all(_among(e, h.value.points, radius) for e in ends)]
    if arriving or points:
        return pending(
            "Points that may be the ends were found, but not the runs that lead there; "
            "a person will look.",
            binding=(arriving or points)[0].binding,
        )  # fmt: skip
    starts = ", ".join(map(shown, options.starts))
    return no_answer(
        f"Looked for {got.looked_for}, beginning at {starts}, and found none.",
        hint=options.hint,
    )


def _settles(path: Array) -> bool:
    """Whether points look like a run: small steps, smaller at the end."""
    lengths = np.linalg.norm(np.diff(path, axis=0), axis=1)
    return bool(lengths.max() < LARGE and lengths[-1] < 0.2 * lengths.max())


def _among(end: Array, points: Array, radius: float) -> bool:
    return len(points) <= FEW_POINTS and bool(
        (np.linalg.norm(points - end, axis=1) <= radius).any()
    )


@check("paths_follow")
def paths_follow(options: PathsFollow, case: Case) -> Verdict:
    """Ask whether the steps of the runs go along the gradient of the reference's field.

    Of each start the best of its runs counts. Steps where the gradient nearly vanishes,
    or outside of the drawn field, say nothing. The length of a step is free.

    Pass:      (nearly) all steps of a run from each start go along the gradient.
    Fail:      from some start no run does.
    No answer: no run from any of the starts.
    Pending:   runs from some starts only, or too short to tell; or drawings were left
               out when they were recorded, and not every run is in a variable.
    Fooled by: a gradient that is wrong by a factor: the step size hides it.
    """
    field = slope(case, options.id, options.field, options.panel)
    got: Found[PointPath] = case.seek(options.find)
    shares, first, kept = [], None, True
    paths = runs(got, options.starts)
    for start in options.starts:
        own = [hit for hit in paths if begins(hit.value, start)]
        told = [(_followed(hit.value.points, field, options.degrees), hit) for hit in own]
        known = [(share, hit) for share, hit in told if share is not None]
        kept &= any(hit.value.place is None for _, hit in known)
        if known:
            shares.append(max(share for share, _ in known))
            first = first or known[0][1]
    if not shares or first is None:
        return doubted(not_found(got, options.hint), case)
    verdict = _followed_verdict(options, shares, first)
    return verdict if kept else doubted(verdict, case)


def _followed_verdict(
    options: PathsFollow, shares: list[float], first: Hit[PointPath]
) -> Verdict:
    worst, binding = min(shares), first.binding
    detail = (("share of steps along the gradient", f"{worst:.1%}"),)
    if worst < options.share:
        return failed(
            f"Only {worst:.0%} of the steps of a run go along the gradient.",
            binding=binding, hint=options.hint, detail=detail,
        )  # fmt: skip
    if len(shares) < len(options.starts):
        return pending(
            f"Only {counted(len(shares), 'run')} could be followed; a person will look.",
            binding=binding, proposal=len(shares) / len(options.starts), detail=detail,
        )  # fmt: skip
    return passed(
        "The steps of all runs go along the gradient.", binding=binding, detail=detail
    )


def _followed(path: Array, field: Slope, degrees: float) -> float | None:
    """Share of the steps that go along the gradient; None if there are too few."""
    steps, gradients = np.diff(path, axis=0), field.at(path[:-1])
    lengths, slopes = (np.linalg.norm(a, axis=1) for a in (steps, gradients))
    resolved = 1e-6 * (1.0 + np.abs(path[:-1]).max(axis=1))
    with np.errstate(invalid="ignore", divide="ignore"):
        told = (slopes > FLAT * field.largest) & (lengths > resolved)
        cosines = (steps * gradients).sum(axis=1) / (lengths * slopes)
    if int(told.sum()) < FEWEST_STEPS:
        return None
    return float((cosines[told] >= np.cos(np.radians(degrees))).mean())
