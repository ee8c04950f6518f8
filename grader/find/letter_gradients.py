"""Derivatives of formulas by numbers, vectors, matrices and parts of them, by differences.

In:   a function of all letters, and the places in one letter that are moved.
Out:  numbers; laid out like what the derivative is taken by.
Pure. Raises: UndefinedError where no layout is agreed on: the derivative of a vector by a
      vector has two, unless it is symmetric, as a Hessian is.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from grader.find.formula_tree import UndefinedError
from grader.model.value import Array

STEP = 1e-3
"""Of the five-point rule; its error is of the order of STEP**4, twice taken below 1e-9."""

Values = Mapping[str, Array]
Function = Callable[[Array], Array]


def derivative(function: Function, at: Array, places: Array) -> Array:
    """The derivative of `function` by the entries of `at` that `places` lists.

    Shapes: places holds flat indices into `at`. Its shape is () for one number: the
            result has the shape of the function's value. Otherwise the function's value
            is a number, and the result has the shape of places; or it is a column or a
            row as long as places, and the result is square and symmetric.
    """
    slopes = [_slope(function, at, int(place)) for place in places.flat]
    if places.ndim == 0:
        return slopes[0]
    if all(slope.ndim == 0 for slope in slopes):
        return np.reshape(slopes, places.shape)
    return _jacobian(slopes, places.shape)


def slope(function: Function, at: Array) -> Array:
    """The derivative of a function at its argument.

    A number of a vector has a gradient; what has the shape of its argument is taken entry
    by entry.
    """
    whole = np.arange(at.size).reshape(at.shape)
    value = function(at)
    if value.ndim == 0:
        return derivative(function, at, whole)
    if value.shape != at.shape:
        raise UndefinedError("the derivative of what has another shape")
    return _difference(lambda step: function(at + step))


def hessian(function: Function, at: Array) -> Array:
    """The second derivative of a function at its argument, as in `slope`."""
    if function(at).shape == at.shape:
        return _difference(lambda step: slope(function, at + step))
    whole = np.arange(at.size).reshape(at.shape)
    return derivative(lambda x: slope(function, x), at, whole)


def _slope(function: Function, at: Array, place: int) -> Array:
    def moved(step: float) -> Array:
        there = np.array(at)  # at may be a bare number, whose copy cannot be changed
        there.flat[place] += step
        return function(there)

    return _difference(moved)


def _difference(function: Callable[[float], Array]) -> Array:
    """The derivative of a function of one number at 0, by the five-point rule."""
    near = function(STEP) - function(-STEP)
    far = function(2 * STEP) - function(-2 * STEP)
    return np.asarray((8 * near - far) / (12 * STEP))


def _jacobian(slopes: Sequence[Array], shape: tuple[int, ...]) -> Array:
    if len({slope.shape for slope in slopes}) != 1 or 1 not in shape:
        raise UndefinedError("the derivative of a matrix by a matrix")
    found = np.stack([slope.ravel() for slope in slopes], axis=1)
    square = found.shape[0] == found.shape[1]
    if not square or not np.allclose(found, found.T, rtol=1e-6, atol=1e-6):
        raise UndefinedError("the derivative of a vector, in a layout that is not said")
    return found
