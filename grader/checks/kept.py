"""Explain a student's recorded matrices as starts and results of a random iteration.

In:   every matrix that was kept, in whatever variable, and the student's data.
Out:  which are starts, and how far the results lie from where the law leads from them.

Names are not trusted: a matrix is a start if the right number of other matrices are what
the law makes of it. A result serves one start and one step size.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.laws import RIGHT, WRONG, Sample, courses, inverse
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.stochastic import Process
from grader.model.value import Array
from grader.model.verdict import Binding

MOST_STARTS = 40
MOST_SAMPLES = 3
TRIED = 8
FAR = 1e9
CERTAIN = 2.0
"""A pair tells something if the law moves the start by this many limits."""


@dataclass(frozen=True)
class Kept:
    """The matrices of one submission, shape (n, d, d), and a sample it may have used."""

    matrices: Array
    bindings: tuple[Binding, ...]
    samples: tuple[Sample, ...]

    @property
    def starts(self) -> Array:
        """Matrices from which the law can go: symmetric and not singular."""
        found = [m for m in self.matrices if _usable(m)]
        return np.array(found[:MOST_STARTS]).reshape(-1, *self.matrices.shape[1:])


def _usable(matrix: Array) -> bool:
    symmetric = np.allclose(matrix, matrix.T, rtol=1e-5, atol=1e-8)
    sizes = np.abs(np.linalg.eigvalsh(matrix)) if symmetric else np.zeros(1)
    return bool(symmetric and sizes.min() > 1e-9 and sizes.max() < 1e6)


def kept(process: Process, case: Case) -> Kept:
    """What a submission kept."""
    got: Found[Array] = case.seek(process.state)
    rows = _points(process, case)
    samples = [Sample.of(points) for points in rows if np.isfinite(points).all()]
    different = {s.second.tobytes(): s for s in samples}
    return Kept(
        matrices=np.array([hit.value for hit in got.hits]).reshape(
            -1, *process.state.shape
        ),
        bindings=tuple(hit.binding for hit in got.hits),
        samples=tuple(different.values())[:MOST_SAMPLES],
    )


def _points(process: Process, case: Case) -> list[Array]:
    """Samples that were kept, a row for each point; also where each is a column."""
    rows: Found[Array] = case.seek(process.data)
    across = process.data.model_copy(update={"shape": process.data.shape[::-1]})
    columns: Found[Array] = case.seek(across)
    found = [hit.value for hit in rows.hits if hit.value.shape == process.data.shape]
    found += [hit.value.T for hit in columns.hits if hit.value.shape == across.shape]
    return [points.astype(np.float64) for points in found]


@dataclass(frozen=True)
class Explained:
    """Starts whose results were found.

    Attributes:
        starts: shape (k, d, d). ends: of the mean course, shape (k, steps, d, d).
        results: indices into the matrices, shape (k, steps); -1 where none matches.
        close: which matrices lie within the limit, shape (k, steps, n).
        scatters: of each step, shape (steps,).
        factor: of the step. sample: the data.
        telling: most of the starts move far enough to tell anything.
    """

    starts: Array
    ends: Array
    results: Array
    close: Array
    scatters: Array
    factor: float
    sample: Sample

    telling: bool

    @property
    def share(self) -> float:
        """Of the results that were explained."""
        return float((self.results >= 0).mean())


def explain(process: Process, own: Kept, wrong: str = "") -> Explained | None:
    """The best explanation by the right law, or by a mistaken one; None without data."""
    found = [
        e
        for sample in own.samples
        for factor in process.factors
        if (e := _explain(process, own, sample, factor, wrong)) is not None
    ]
    return max(found, key=lambda e: e.share, default=None)


def recovered(process: Process, own: Kept) -> Explained | None:
    """An explanation from starts that were not kept, if one explains everything.

    The starts are those from which the law leads to matrices that are there, with the
    smallest step; so that only the results of the others tell anything.
    """
    smallest = min(process.steps)
    for sample in own.samples:
        for factor in process.factors:
            ends = own.starts
            if not len(ends):
                continue
            back = courses(ends, sample, (-factor * smallest,), process.iterations)[:, 0]
            starts = np.array([m for m in back if np.isfinite(m).all() and _usable(m)])
            found = _explain(process, own, sample, factor, "", starts)
            if found is not None and found.share == 1 and found.telling:
                return found
    return None


def _explain(
    process: Process,
    own: Kept,
    sample: Sample,
    factor: float,
    wrong: str,
    starts: Array | None = None,
) -> Explained | None:
    starts = own.starts if starts is None else starts
    if len(starts) < process.starts:
        return None
    rates = tuple(factor * step for step in process.steps)
    ends = courses(starts, sample, rates, process.iterations, wrong)
    law = WRONG.get(wrong, RIGHT)
    scatters = np.array([sample.scatter(r, process.iterations, law) for r in rates])
    with np.errstate(invalid="ignore"):
        off = np.linalg.norm(ends[:, :, None] - own.matrices, axis=(3, 4))
        z = np.nan_to_num(off / scatters[:, None], nan=FAR, posinf=FAR)
    itself = (starts[:, None] == own.matrices).all(axis=(2, 3))
    z = np.where(itself[:, None] | optimal(own.matrices, sample), FAR, z)
    moved = np.linalg.norm(ends - starts[:, None], axis=(2, 3))
    certain = telling(moved, scatters, process.limit)
    index, results = _chosen(z, certain, itself, process)
    close = z[index] <= process.limit
    most = bool(certain[index].sum() > len(index) / 2)
    return Explained(
        starts[index], ends[index], results, close, scatters, factor, sample, most
    )


def optimal(matrices: Array, sample: Sample) -> Array:
    """Which matrices are the likeliest one itself: no run of chance ends there.

    Shapes: (n, d, d) gives (n,).
    """
    with np.errstate(all="ignore"):
        likeliest = inverse(sample.second)
        equal = np.isclose(matrices, likeliest, rtol=1e-9, atol=0)
    return np.asarray(equal.all(axis=(1, 2)))


def telling(moved: Array, scatters: Array, limit: float) -> Array:
    """Whether the law moves each start far enough, at all step sizes but one.

    At a large step size everything that goes to the optimum arrives there.
    """
    with np.errstate(invalid="ignore"):
        certain = (moved > CERTAIN * limit * scatters).sum(axis=1)
    return np.asarray(certain >= max(len(scatters) - 1, 1))


def _chosen(
    z: Array, certain: Array, itself: Array, process: Process
) -> tuple[list[int], Array]:
    """The starts whose results are explained best, each result used once.

    Where a run of those starts began is no result of another one of them: at a large
    step size much of what a notebook holds lies within chance of the optimum.

    Starts that tell something count first: from a start at the optimum any result that
    arrives there is explained.
    """
    matched = (z.min(axis=2) <= process.limit).sum(axis=1)
    order = np.lexsort((-matched, ~certain))[:TRIED]
    vague = np.lexsort((-matched, certain))[: process.starts]
    tried = sorted({*order.tolist(), *vague.tolist()})
    best: tuple[tuple[bool, int, int], list[int], Array] | None = None
    for index in combinations(tried, process.starts):
        taken = itself[list(index)].any(axis=0)
        results = _assigned(np.where(taken, FAR, z[list(index)]), process.limit)
        told = certain[list(index)]
        count, full = (
            int((results >= 0).sum()),
            int((results[told] >= 0).all() * told.sum()),
        )
        key = (
            bool(told.sum() > len(told) / 2),
            count if full == told.sum() else int((results[told] >= 0).sum()),
            full,
        )
        if best is None or key > best[0]:
            best = key, list(index), results
    assert best is not None
    return best[1], best[2]


def _assigned(z: Array, limit: float) -> Array:
    flat = z.reshape(-1, z.shape[2])
    cost = np.where(flat <= limit, flat, FAR)
    rows, columns = linear_sum_assignment(cost)
    found = np.full(len(flat), -1)
    for r, c in zip(rows, columns, strict=True):
        if flat[r, c] <= limit:
            found[r] = c
    return found.reshape(z.shape[:2])
