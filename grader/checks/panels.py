"""Compare the points of a drawn field with a panel of the reference.

In:   a field as drawn, and the reference's panels on their fine grids.
Out:  the share of points that match, and how far off they are.
Pure. The points of a drawing are kept for the next question; the keys are digests of
its arrays, so what is kept is never out of date.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates, maximum_filter, minimum_filter

from grader.checks.planes import Points, Span, covers, exact, meant
from grader.model.criteria import Tolerance
from grader.model.fields import Field
from grader.model.value import Array

FEWEST = 8  # a field with fewer points per axis shows no shape
PARTS = 6  # of either axis, in which there must be points
FEW, HOPELESS = 150, 0.8
"""With so few points, and at most this share of them matching, no more are compared."""
CLOSEST = 0.97  # share of the points that tell how close a drawing is
POINTS = 64
"""At most about twice its square of points are compared."""
KEPT_DRAWINGS = 64
"""Whose points are kept for the next question about the same submission."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a drawing fits a panel.

    Attributes:
        share: of the points that match.
        off: mean distance from the panel's values, the few worst points left out; it
            tells which of two panels is meant where both match. Infinite where they
            do not.
    """

    share: float
    off: float


class Panel:
    """A panel of the reference, with its envelopes."""

    def __init__(self, title: str, field: Field, tol: Tolerance) -> None:
        assert field.x is not None
        assert field.y is not None
        self.title = title
        self.columns, self.rows, self.z = field.x[0], field.y[:, 0], field.z
        self.pitch = float(abs(self.columns[1] - self.columns[0])) or 1.0
        self.widen = tol.atol + tol.rtol * np.abs(field.z)
        self.envelopes: dict[int, Points] = {}

    def around(self, reach: float) -> Points:
        """Smallest and largest admissible values, `reach` around every point."""
        size = 2 * int(np.ceil((reach + self.pitch / 2) / self.pitch)) + 1
        if size not in self.envelopes:
            low = minimum_filter(self.z - self.widen, size)
            self.envelopes[size] = low, maximum_filter(self.z + self.widen, size)
        return self.envelopes[size]

    def places(self, x: Array, y: Array) -> Array:
        """Fractional row and column of points in the plane, shape (2, n)."""
        return np.stack([_along(self.rows, y), _along(self.columns, x)])


@dataclass(frozen=True, slots=True)
class Sample:
    """Points of a drawing under one way to read it.

    Attributes:
        x, y, value: of the points, shape (n,).
        reach, reach_up: half a pixel across and up the plane, in data units.
    """

    x: Array
    y: Array
    value: Array
    reach: float
    reach_up: float

    def coarse(self) -> "Sample":
        """A few of the points."""
        every = max(self.value.size // FEW, 1)
        x, y, value = self.x[::every], self.y[::every], self.value[::every]
        return Sample(x, y, value, self.reach, self.reach_up)


def samples(field: Field, span: Span, turn: int) -> list[Sample]:
    """Points in the range under one turn; none if the drawing does not reach over it.

    An image's numbers may belong to the centres of its pixels or reach from border to
    border; both are samples.
    """
    d = field.drawing
    told_at = (d.x, d.y, field.x is None, d.extent, d.origin)
    key = (*told_at, d.z, field.whole, field.step, span)
    told = KEPT.get(key, lambda: _samples(field, span))
    return [_turned(sample, span, turn % 2 if exact(field) else turn) for sample in told]


def _samples(field: Field, span: Span) -> list[Sample]:
    """As the drawing tells; a turn leaves the same points in the range."""
    found = []
    for x, y in meant(field, span, 0):
        within = _between(x, span) & _between(y, span)
        chosen = np.flatnonzero(within)
        if chosen.size < FEWEST**2 or not covers(x, y, span):
            continue
        if _everywhere(x.ravel()[chosen], y.ravel()[chosen], span):
            some = chosen[:: max(chosen.size // POINTS**2, 1)]
            at, to, value = (part.ravel()[some] for part in (x, y, field.z))
            reach = (0.0, 0.0) if exact(field) else (_reach(field, x), _reach(field, y))
            found.append(Sample(at, to, value, *reach))
    return found


def _turned(sample: Sample, span: Span, turn: int) -> Sample:
    """The same points under another turn; see `planes.turned`."""
    x, y, value, reach, other = (
        sample.x,
        sample.y,
        sample.value,
        sample.reach,
        sample.reach_up,
    )
    up = span[0] + span[1] - y if turn >= 2 else y
    if turn % 2:
        return Sample(up, x, value, other, reach)
    return Sample(x, up, value, reach, other)


class _Kept:
    """What was computed last, by key; safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self.most, self.lock = most, Lock()
        self.found: OrderedDict[Hashable, list[Sample]] = OrderedDict()

    def get(self, key: Hashable, make: Callable[[], list[Sample]]) -> list[Sample]:
        with self.lock:
            if key in self.found:
                self.found.move_to_end(key)
                return self.found[key]
        made = make()
        with self.lock:
            self.found[key] = made
            while len(self.found) > self.most:
                self.found.popitem(last=False)
        return made

    def forget(self) -> None:
        """Keep nothing any more; the next question computes it again."""
        with self.lock:
            self.found.clear()


KEPT = _Kept(KEPT_DRAWINGS)


def _everywhere(x: Array, y: Array, span: Span) -> bool:
    """Whether points lie in every part of the range, not only in its corners."""
    low, high = span
    across, up = (
        np.clip((p - low) * (PARTS / (high - low)), 0, PARTS - 1).astype(np.intp)
        for p in (x, y)
    )
    return bool(np.bincount(across * PARTS + up, minlength=PARTS**2).all())


def fit(drawn: list[Sample], panel: Panel, share: float) -> Fit:
    """The best fit over the samples; hopeless ones are told from a few of their points."""
    fits = [
        _compared(sample, panel, share)
        for sample in drawn
        if _matching(sample.coarse(), panel)[0] > HOPELESS
    ]
    return max(fits, key=lambda f: (f.share, -f.off), default=Fit(0.0, np.inf))


def _matching(sample: Sample, panel: Panel) -> tuple[float, Array]:
    """The share of points that match, and their places on the panel's grid."""
    places = panel.places(sample.x, sample.y)
    rows, columns = np.rint(places).astype(np.intp)
    low, high = panel.around(sample.reach)
    with np.errstate(invalid="ignore"):
        ok = (sample.value >= low[rows, columns]) & (sample.value <= high[rows, columns])
    return float(ok.mean()), places


def _compared(sample: Sample, panel: Panel, share: float) -> Fit:
    got, places = _matching(sample, panel)
    if got < share:
        return Fit(got, np.inf)
    with np.errstate(invalid="ignore"):
        off = np.abs(
            sample.value - map_coordinates(panel.z, places, order=1, mode="nearest")
        )
    off = np.sort(np.nan_to_num(off, nan=1e9, posinf=1e9))
    return Fit(got, float(off[: int(CLOSEST * off.size)].mean()))


def _reach(field: Field, x: Array) -> float:
    """Half a pixel of the drawing, in data units."""
    return float(np.ptp(x) / max(min(field.z.shape) - 1, 1) / min(field.step) / 2.0)


def _between(x: Array, span: Span) -> npt.NDArray[np.bool_]:
    margin = 1e-9 * (span[1] - span[0])
    return np.asarray((x >= span[0] - margin) & (x <= span[1] + margin))


def _along(axis: Array, x: Array) -> Array:
    """Where points lie on an equally spaced axis, in steps from its first point."""
    step = (axis[-1] - axis[0]) / (len(axis) - 1)
    return np.asarray(np.clip((x - axis[0]) / step, 0, len(axis) - 1))
