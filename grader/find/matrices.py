"""Find all matrices of a given shape that were kept: starts, results, ends of histories."""

from collections.abc import Iterator

import numpy as np

from grader.find.context import Context
from grader.find.within import Part, parts, rows_of
from grader.model.answers import Found, Hit
from grader.model.finds import FindMatrices
from grader.model.value import Array
from grader.model.verdict import Binding

LONG = 200
"""An axis longer than this is a history: only its first and last entry count."""
MOST = 300


def find_matrices(context: Context, what: FindMatrices, section: str) -> Found[Array]:
    """Every matrix of the shape that a variable held, alone or in a list, dict or array.

    Equal ones are given once. Of a history (an axis of more than LONG entries) only the
    first and the last matrix are given: a wrong path may pass a right point on its way.
    """
    hits: list[Hit[Array]] = []
    seen: set[bytes] = set()
    for named in context.recorded.evidence.names:
        if named.cell not in context.kinds:
            continue
        for part in parts(context.recorded, named.value):
            for matrix in _matrices(part, what.shape):
                key = matrix.tobytes()
                if key not in seen and len(hits) < MOST:
                    seen.add(key)
                    binding = Binding(
                        cell=named.cell,
                        what=f"the variable {named.name}",
                        how="by what it holds",
                        confidence=0.9,
                    )
                    hits.append(Hit(value=matrix, binding=binding))
    rows, columns = what.shape
    return Found(hits=tuple(hits), looked_for=f"matrices of shape ({rows}, {columns})")


def _matrices(part: Part, shape: tuple[int, int]) -> Iterator[Array]:
    array = part.array
    for axis in range(array.ndim - 2):
        if array.shape[axis] > LONG:
            array = np.take(array, [0, -1], axis=axis)
    rows = rows_of(array, shape)
    for matrix in rows if rows is not None else ():
        if np.isfinite(matrix).all():
            yield matrix
