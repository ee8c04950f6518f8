"""Read contours and images as fields over the plane."""

from dataclasses import dataclass

import numpy as np

from grader.model.evidence import Drawing
from grader.model.recorded import Recorded
from grader.model.value import Array

FEWEST_KEPT = 64
"""Points per axis that are kept at least of a drawing that is thinned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A drawn field over the plane: a contour plot's or an image's numbers.

    Attributes:
        drawing: the call.
        z: shape (r, c), as kept. x, y: coordinates of its points, shape (r, c); None if
            the drawing did not tell them.
        whole: shape of the array that was drawn, before decimation.
        step: every step-th row and column was kept.
    """

    drawing: Drawing
    z: Array
    x: Array | None
    y: Array | None
    whole: tuple[int, int]
    step: tuple[int, int]


def as_field(recorded: Recorded, drawing: Drawing) -> Field | None:
    """A drawing as a field over the plane; None if it is not two-dimensional."""
    z = recorded.array(drawing.z)
    if z is not None and z.ndim == 3 and z.shape[2] == 1:
        z = z[..., 0]
    if z is not None and z.ndim == 1 and drawing.z is not None:
        return _gridded(recorded, drawing, z)
    if (
        z is None
        or drawing.z is None
        or z.ndim != 2
        or z.dtype.kind not in "biuf"
        or z.size == 0
    ):
        return None
    whole, step = drawing.z.whole or z.shape, drawing.z.step or (1, 1)
    if max(step) > 1 and min(z.shape) < FEWEST_KEPT:  # no recorder thins so much
        whole, step = z.shape, (1, 1)
    size, stride = (whole[0], whole[1]), (step[0], step[1])
    x, y = (
        _given(recorded, drawing, z)
        or _from_extent(drawing, z, size, stride)
        or (None, None)
    )
    return Field(drawing=drawing, z=z.astype(np.float64), x=x, y=y, whole=size, step=stride)


def _gridded(recorded: Recorded, drawing: Drawing, z: Array) -> Field | None:
    """Numbers at points, shape (n,), that fill a grid; None if points are missing."""
    x, y = recorded.array(drawing.x), recorded.array(drawing.y)
    if drawing.z is None or (drawing.z.whole or z.shape) != z.shape:
        return None
    if any(a is None or a.shape != z.shape or a.dtype.kind not in "iuf" for a in (x, y, z)):
        return None
    assert x is not None
    assert y is not None
    columns, column = _levels(x.astype(np.float64))
    rows, row = _levels(y.astype(np.float64))
    size = (len(rows), len(columns))
    if size[0] * size[1] != z.size or len(set(zip(row, column, strict=True))) != z.size:
        return None
    filled = np.zeros(size)
    filled[row, column] = z
    at, up = np.meshgrid(columns, rows)
    return Field(drawing=drawing, z=filled, x=at, y=up, whole=size, step=(1, 1))


def _levels(at: Array) -> tuple[Array, Array]:
    """The values of a coordinate, up to rounding, and which of them each point has."""
    order = np.argsort(at, kind="stable")
    close = 1e-6 * float(np.ptp(at)) if at.size else 0.0
    number = np.concatenate([[0], np.cumsum(np.diff(at[order]) > close)])
    which = np.empty(at.size, np.intp)
    which[order] = number
    return at[order][np.unique(number, return_index=True)[1]], which


def _given(recorded: Recorded, drawing: Drawing, z: Array) -> tuple[Array, Array] | None:
    """Coordinates handed to contour or pcolormesh, as two arrays of z's shape."""
    x, y = recorded.array(drawing.x), recorded.array(drawing.y)
    if x is None or y is None:
        return None
    if x.ndim == 1 and y.ndim == 1:
        x, y = np.meshgrid(x, y)
    x, y = _centres(x, z.shape), _centres(y, z.shape)
    if x.shape != z.shape or y.shape != z.shape:
        return None
    return x.astype(np.float64), y.astype(np.float64)


def _centres(edges: Array, shape: tuple[int, ...]) -> Array:
    """Give centres: pcolormesh may be given the edges of its cells, one more per axis."""
    if edges.ndim == 2 and edges.shape == (shape[0] + 1, shape[1] + 1):
        return (edges[:-1, :-1] + edges[1:, 1:]) / 2.0
    return edges


def _from_extent(
    drawing: Drawing, z: Array, whole: tuple[int, int], step: tuple[int, int]
) -> tuple[Array, Array] | None:
    """Centres of an image's pixels."""
    if drawing.extent is None:
        return None
    left, right, bottom, top = drawing.extent
    rows = (np.arange(z.shape[0]) * step[0] + 0.5) / whole[0]
    columns = (np.arange(z.shape[1]) * step[1] + 0.5) / whole[1]
    y = (
        top + (bottom - top) * rows
        if drawing.origin != "lower"
        else bottom + (top - bottom) * rows
    )
    x, y = np.meshgrid(left + (right - left) * columns, y)
    return x, y
