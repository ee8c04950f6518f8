"""What operations of a formula do to numbers, columns and matrices.

In:   operands: arrays of shape () or (rows, columns), or a constant of unknown length.
Out:  an operand.
Pure. Raises: UndefinedError where sizes do not fit; numpy's broadcasting is never used
      between different shapes, except with a single number.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from grader.find.formula_tree import UndefinedError
from grader.model.value import Array


@dataclass(frozen=True, slots=True)
class Fill:
    """A column, or a row, of one number; its length is what is needed."""

    value: Any


Operand: TypeAlias = Array | Fill


def product(sign: str, left: Operand, right: Operand) -> Operand:
    """Multiply: numbers with everything, matrices where they fit.

    `@` is numpy's: a vector before a matrix is a row, two vectors have a dot product.
    """
    if isinstance(left, Fill) or isinstance(right, Fill):
        return _filled_product(sign, left, right)
    if left.ndim == 0 or right.ndim == 0:
        return left * right
    if sign == "⊗":
        return outer(left, right)
    same = left.shape == right.shape
    if sign == "⊙":
        if not same:
            raise UndefinedError("entries of different shapes")
        return left * right
    if sign == "@" and same and left.shape[1] == 1:
        return np.asarray((left * right).sum())
    if left.shape[1] == right.shape[0]:
        return _number(left @ right)
    if sign == "@" and left.shape[1] == 1 and left.shape[0] == right.shape[0]:
        return (left.T @ right).T
    if sign == "·" and same and left.shape[1] == 1:
        return np.asarray((left * right).sum())
    if sign == "*" and same:
        return left * right
    raise UndefinedError(f"a product of shapes {left.shape} and {right.shape}")


def outer(left: Array, right: Array) -> Array:
    """The outer product of two vectors, each a column or a row."""
    if any(one.ndim != 2 or 1 not in one.shape for one in (left, right)):
        raise UndefinedError("an outer product of what is no vector")
    return np.outer(left, right)


def _filled_product(sign: str, left: Operand, right: Operand) -> Operand:
    """Products with a vector of ones: sums of rows or columns."""
    if isinstance(left, Fill) and isinstance(right, Fill):
        if sign == "⊙":
            return Fill(left.value * right.value)
        raise UndefinedError("ones times ones")
    array, fill = (right, left) if isinstance(left, Fill) else (left, right)
    assert isinstance(fill, Fill)
    assert not isinstance(array, Fill)
    if array.ndim == 0:
        return Fill(array.item() * fill.value)
    if sign == "⊙":
        return np.asarray(array * fill.value)
    axis = 1 if isinstance(right, Fill) else 0
    if axis == 1 and array.shape[1] == 1:  # a column times a row of ones
        raise UndefinedError("an outer product with ones of unknown length")
    return _number(array.sum(axis=axis, keepdims=True) * fill.value)


def _number(array: Array) -> Array:
    return array.reshape(()) if array.shape == (1, 1) else array


def total(terms: Sequence[Operand]) -> Operand:
    """Add; a number is only added to a number or to a vector of ones."""
    if not terms:
        return np.asarray(0.0)
    return reduce(_plus, terms)


def _plus(left: Operand, right: Operand) -> Operand:
    if isinstance(left, Fill) and isinstance(right, Fill):
        return Fill(left.value + right.value)
    if isinstance(left, Fill) or isinstance(right, Fill):
        array, fill = (right, left) if isinstance(left, Fill) else (left, right)
        assert isinstance(fill, Fill)
        assert not isinstance(array, Fill)
        if array.ndim == 0:
            return Fill(array.item() + fill.value)
        return np.asarray(array + fill.value)
    if left.shape != right.shape and left.ndim and right.ndim:
        raise UndefinedError(f"a sum of shapes {left.shape} and {right.shape}")
    return left + right


def stacked(parts: Sequence[Operand], axis: int) -> Array:
    """Put blocks side by side (axis 1) or on top of each other (axis 0)."""
    arrays = [np.atleast_2d(_plain(part)) for part in parts]
    return np.concatenate(arrays, axis=axis)


def upright(part: Operand) -> Operand:
    """A row as a column, where columns are put on top of each other."""
    lies = not isinstance(part, Fill) and part.ndim == 2 and part.shape[0] == 1
    return part.T if lies and not isinstance(part, Fill) else part


def picked(array: Array, indices: Sequence[int], picks: str) -> Array:
    """An entry, a row or a column; indices count from 1."""
    if array.ndim != 2 or not indices or min(indices) < 1:
        raise UndefinedError("an index of a number")
    first, *rest = (index - 1 for index in indices)
    if rest:
        return np.asarray(array[first, rest[0]])
    if array.shape[1] == 1:
        return np.asarray(array[first, 0])
    if array.shape[0] == 1:
        return np.asarray(array[0, first])
    if picks == "column":
        return array[:, [first]]
    if picks == "row":
        return _number(array[[first], :].T)
    raise UndefinedError("one index of a matrix")


def applied(operation: str, got: Sequence[Operand]) -> Operand:
    """An operation or a function with all its arguments."""
    if operation == "+":
        return total(got)
    if operation == "transpose" and isinstance(got[0], Fill):
        return got[0]
    if len(got) == 1 and isinstance(got[0], Fill):
        return Fill(np.asarray(_one(operation)(np.asarray(got[0].value))).item())
    arrays = [_plain(one) for one in got]
    if len(arrays) == 1:
        return np.asarray(_one(operation)(arrays[0]))
    if len(arrays) == 2 and operation in (*TWO, "outer"):
        left, right = arrays
        if operation == "outer":
            return outer(left, right)
        if left.shape != right.shape and left.ndim and right.ndim:
            raise UndefinedError("different shapes")
        return np.asarray(TWO[operation](left, right))
    raise UndefinedError(f"{operation} of {len(arrays)} arguments")


def _plain(one: Operand) -> Array:
    return np.asarray(one.value) if isinstance(one, Fill) else one


def _one(operation: str) -> Callable[[Array], Array]:
    if operation not in ONE:
        raise UndefinedError(f"unknown {operation}")
    return ONE[operation]


def _powered(base: Array, exponent: Array) -> Array:
    """A power, entry by entry; with exponent -1 the inverse of a square matrix."""
    square = base.ndim == 2 and base.shape[0] == base.shape[1]
    if base.ndim == 2 and base.shape[1] > 1:
        if square and exponent.ndim == 0 and float(exponent) == -1:
            return np.asarray(np.linalg.inv(base))
        if square and exponent.ndim == 0 and float(exponent) == 2:
            return np.asarray(base @ base)
        raise UndefinedError("a power of a matrix")
    return np.power(base, exponent)


def _softmax(x: Array) -> Array:
    if x.ndim != 2 or x.shape[1] != 1:
        raise UndefinedError("the softmax of what is no column")
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())


def _square(x: Array) -> Array:
    if x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise UndefinedError("no square matrix")
    return x


def erf(x: Array) -> Array:
    """The error function; of algebra's own numbers, theirs."""
    if x.dtype == object:
        return np.asarray(np.frompyfunc(lambda value: value.erf(), 1, 1)(x))
    return np.asarray(np.vectorize(math.erf, otypes=[np.float64])(x))


ONE: Mapping[str, Callable[[Array], Array]] = {
    "negate": np.negative,
    "transpose": np.transpose,
    "exp": np.exp,
    "log": np.log,
    "ln": np.log,
    "sqrt": np.sqrt,
    "square": np.square,
    "tanh": np.tanh,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "sech": lambda x: 1.0 / np.cosh(x),
    "coth": lambda x: np.cosh(x) / np.sinh(x),
    "sin": np.sin,
    "cos": np.cos,
    "arctan": np.arctan,
    "atan": np.arctan,
    "arctanh": np.arctanh,
    "atanh": np.arctanh,
    "erf": erf,
    "abs": np.abs,
    "sign": np.sign,
    "sgn": np.sign,
    "relu": lambda x: np.maximum(x, 0.0),
    "ReLU": lambda x: np.maximum(x, 0.0),
    "max": np.max,
    "min": np.min,
    "sum": np.sum,
    "softmax": _softmax,
    "norm": lambda x: np.asarray(np.sqrt((x * x).sum())),
    "det": lambda x: np.asarray(np.linalg.det(_square(x))),
    "inv": lambda x: np.linalg.inv(_square(x)),
    "tr": lambda x: np.asarray(np.trace(_square(x))),
    "trace": lambda x: np.asarray(np.trace(_square(x))),
    "diag": lambda x: np.diag(x[:, 0]) if x.ndim and x.shape[1] == 1 else np.diag(x),
}
TWO: Mapping[str, Callable[[Array, Array], Array]] = {
    "/": np.divide,
    "^": _powered,
    "max": np.maximum,
    "min": np.minimum,
    "maximum": np.maximum,
    "minimum": np.minimum,
    "root": lambda x, degree: np.power(x, 1 / degree),
    "log": lambda x, base: np.log(x) / np.log(base),
}
