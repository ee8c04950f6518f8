"""Coordinates that a drawn field may have meant.

A drawing may tell its coordinates (contour with x and y, an image with an extent) or not;
its rows may run top down, and its axes may be exchanged. Each way to read it is tried; a
mirror image of the horizontal axis is none of them.
"""

import numpy as np

from grader.model.fields import Field
from grader.model.value import Array

Points = tuple[Array, Array]
Span = tuple[float, float]


def assumed(field: Field, span: Span) -> Points:
    """Coordinates of a drawing that tells none: equally spaced over `span`."""
    axes = [
        np.linspace(*span, field.whole[axis])[:: field.step[axis]][: field.z.shape[axis]]
        for axis in (1, 0)
    ]
    x, y = np.meshgrid(*axes)
    return x, y


def told(field: Field) -> Points | None:
    """Coordinates the drawing tells; None if it tells none."""
    return None if field.x is None or field.y is None else (field.x, field.y)


def turned(x: Array, y: Array, middle: float | None = None) -> list[Points]:
    """Coordinates as they are, with axes exchanged, with rows top down, and both."""
    flipped = (y.min() + y.max() if middle is None else 2 * middle) - y
    return [(x, y), (y, x), (x, flipped), (flipped, x)]


TURNS = 4
"""Ways to turn a plane: as it is, axes exchanged, rows top down, both."""


def meant(field: Field, span: Span, turn: int) -> list[Points]:
    """Coordinates a drawing may mean under one turn: as it tells, or else over `span`.

    A contour plot that tells its coordinates is not turned top down. The numbers of an
    image with an extent may also reach from border to border.
    """
    given, middle = told(field), (span[0] + span[1]) / 2
    extent = field.drawing.extent
    ways = [given or assumed(field, span)]
    if given is not None and extent is not None:
        x, y = assumed(field, (0.0, 1.0))
        left, right, bottom, top = extent
        up = y if field.drawing.origin == "lower" else 1.0 - y
        ways.append((left + (right - left) * x, bottom + (top - bottom) * up))
    turned_by = turn % 2 if exact(field) else turn
    return [turned(x, y, middle)[turned_by] for x, y in ways]


def exact(field: Field) -> bool:
    """Whether the drawing was given a coordinate for each of its points."""
    return field.x is not None and field.drawing.extent is None


def covers(x: Array, y: Array, span: Span) -> bool:
    """Whether coordinates reach over the whole range, up to a pixel and a bit."""
    pixel = 1.5 * max(float(np.ptp(x)), float(np.ptp(y))) / max(min(x.shape) - 1, 1)
    lowest, highest = max(x.min(), y.min()), min(x.max(), y.max())
    return bool(lowest <= span[0] + pixel and highest >= span[1] - pixel)


def thinned(array: Array, most: int) -> Array:
    """Every n-th row and column, so that at most about `most` of each are left."""
    rows, columns = (max(n // most, 1) for n in array.shape)
    return array[::rows, ::columns]
