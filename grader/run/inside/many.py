"""Find parameters of many runs that are trained at once: one axis more, in front.

In:   the names at the beginning of a turn, the roles of the parameters.
Out:  for each number of runs the places that may hold parameters of the first run.
Pure.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy

from .places import Path, Runs, numbers, places
from .shapes import plain

MOST_RUNS = 100_000
Role = tuple[str, list[str], tuple[int, ...]]


def many(
    base: dict[str, Any], roles: Sequence[Role]
) -> Iterator[tuple[int, dict[Path, Any]]]:
    """The numbers of runs of which arrays of all shapes have as many, and the places."""
    if len(roles) < 2:
        return
    wanted = [shape for _, _, shape in roles]
    arrays = places(base, _stack)
    for runs in sorted({len(array) for array in arrays.values()}):
        found = {
            (*path, Runs(runs)): numbers(array[0])
            for path, array in arrays.items()
            if len(array) == runs and numbers(array[0]) is not None
        }
        shapes = [plain(value) for value in found.values()]
        if all(shapes.count(shape) >= wanted.count(shape) for shape in wanted):
            yield runs, found


def _stack(value: Any) -> Any:
    """An array of floats with an axis in front that may be one of runs; else None."""
    stacked = type(value) is numpy.ndarray and value.ndim > 0 and value.dtype.kind == "f"
    return value if stacked and 1 < len(value) <= MOST_RUNS else None
