"""Walk through recorded values and give every array of numbers in them.

In:   a value as it was recorded: lists, tuples, dicts and frames in one another.
Out:  its arrays; items of one shape are stacked, others are given one by one.
Pure: no files, no kernels.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from grader.find.arrays import as_array
from grader.model.recorded import Recorded
from grader.model.value import Array, ArrayRef, Frame

MOST = 2000
"""Arrays of one value that are given."""
DEEPEST = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """An array within a value.

    Attributes:
        array: of numbers.
        whole: nothing was left out when it was recorded.
    """

    array: Array
    whole: bool = True


def parts(recorded: Recorded, value: object) -> Iterator[Part]:
    """Every array of numbers within a value, outermost first; at most MOST."""
    for count, part in enumerate(_parts(recorded, value, 0)):
        if count >= MOST:
            return
        yield part


def _parts(recorded: Recorded, value: object, depth: int) -> Iterator[Part]:
    if isinstance(value, ArrayRef):
        array = recorded.array(value)
        if array is not None and array.dtype.kind in "biuf":
            yield Part(array=array, whole=value.whole in ((), array.shape))
        return
    stacked = _stacked(recorded, value)
    if stacked is not None:
        yield Part(array=stacked)
    elif depth < DEEPEST:
        for item in _items(value):
            yield from _parts(recorded, item, depth + 1)


def _stacked(recorded: Recorded, value: object) -> Array | None:
    """A number, or items of one shape and recorded in full, as one array."""
    if isinstance(value, Frame):
        columns = [as_array(recorded, column) for column in value.data]
        array = as_array(recorded, list(value.data))
        return (
            array.T if array is not None and all(c is not None for c in columns) else None
        )
    if isinstance(value, list | tuple) and any(_thinned(item) for item in value):
        return None
    try:
        array = as_array(recorded, value)
    except RecursionError:
        return None
    return array if array is not None and array.dtype.kind in "biuf" else None


def _thinned(item: object) -> bool:
    return isinstance(item, ArrayRef) and item.whole not in ((), item.shape)


def _items(value: object) -> list[object]:
    if isinstance(value, dict):
        return list(value.values())
    if isinstance(value, Frame):
        return list(value.data)
    if isinstance(value, list | tuple):
        return list(value)
    return []


def rows_of(array: Array, shape: tuple[int, ...]) -> Array | None:
    """An array seen as many arrays of one shape, (n, *shape); None if it is none."""
    ends = array.shape[array.ndim - len(shape) :]
    if array.ndim < len(shape) or ends != shape:
        return None
    return np.asarray(array, dtype=np.float64).reshape(-1, *shape)
