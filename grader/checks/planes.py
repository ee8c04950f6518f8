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


def readings(field: Field, span: Span) -> list[Points]:
    """Every way to read the drawing: as it tells, or else over `span`.

    A contour plot that tells its coordinates is not turned top down. Coordinates that do
    not reach over `span` (pixel numbers, say) are read over `span` as well.
    """
    given, middle = told(field), (span[0] + span[1]) / 2
    over = turned(*assumed(field, span), middle)
    if given is None:
        return over
    explicit = field.drawing.method.startswith(("contour", "tricontour"))
    ways = turned(*given, middle)[: 2 if explicit else 4]
    return ways if covers(*given, span) else [*ways, *over]


def covers(x: Array, y: Array, span: Span) -> bool:
    """Whether coordinates reach over the whole range, up to a pixel and a bit."""
    pixel = 1.5 * max(float(np.ptp(x)), float(np.ptp(y))) / max(min(x.shape) - 1, 1)
    lowest, highest = max(x.min(), y.min()), min(x.max(), y.max())
    return bool(lowest <= span[0] + pixel and highest >= span[1] - pixel)


def thinned(array: Array, most: int) -> Array:
    """Every n-th row and column, so that at most about `most` of each are left."""
    rows, columns = (max(n // most, 1) for n in array.shape)
    return array[::rows, ::columns]
