"""Compare stated distances with those that a random iteration leads to.

In:   the numbers that a submission states, its starts and data, the true state.
Out:  where numbers stand that are these distances; or the mistake that makes them.
Pure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.kept import TRIED, Kept, telling
from grader.checks.laws import RIGHT, WRONG, Sample, courses
from grader.checks.words import reference_lacks
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.finds import FindArray
from grader.model.stochastic import Process
from grader.model.value import Array
from grader.model.verdict import Binding

MOST_NUMBERS = 40
"""Among more stated numbers than this, some would fit by chance."""
FEW = 2
"""Numbers for each distance, printed and kept, where more is tried than the plain thing."""
HERE = 0.8


def target(case: Case, criterion: str, what: FindArray) -> Array:
    """The reference's true state. Raises: JudgeError if it has none."""
    hits = case.expect(what).hits
    if not hits:
        raise reference_lacks(criterion, "true state")
    return np.asarray(hits[0].value, dtype=np.float64)


def results_among(process: Process, stated: Found[float]) -> list[float]:
    """Stated numbers that may be distances: no counts, indices or step sizes."""
    values = [hit.value for hit in stated.hits]
    return [v for v in values if v > 0 and not v.is_integer() and v not in process.steps]


def fitting(
    process: Process, own: Kept, truth: Array, stated: Found[float], wrong: str = "",
    few: bool = False, squared: bool = True,
) -> Binding | None:  # fmt: skip
    """Where distances from `truth` are stated that a law makes of the starts and data.

    few: only among few numbers. squared: as the sheet asks for; or the norms themselves.
    """
    starts = own.starts
    if len(starts) < process.starts:
        return None
    for numbers, hits in _together(process, stated, few):
        for sample in own.samples:
            for factor in process.factors:
                norms = np.sqrt(numbers) if squared else numbers
                used = _fit(process, starts, sample, factor, truth, norms, wrong)
                if len(used):
                    return place_of(hits, numbers[used])
    return None


def place_of(hits: Sequence[Hit[float]], numbers: Array) -> Binding:
    """Where most of the numbers stand, which are all among the hits."""
    wanted = set(numbers.tolist())
    cells: dict[int | None, set[float]] = {}
    for hit in hits:
        cells.setdefault(hit.binding.cell, set()).update({hit.value} & wanted)
    most = max(cells, key=lambda cell: len(cells[cell]))
    return next(h.binding for h in hits if h.binding.cell == most and h.value in wanted)


def mistake_stated(process: Process, own: Kept, truth: Array, stated: Found[float]) -> str:
    """The known mistake that makes the stated distances; "" if none does.

    The largest step is left out: there a mistaken law may magnify chance.
    """
    steps = tuple(s for s in process.steps if s < max(process.steps)) or process.steps
    smaller = process.model_copy(update={"steps": steps})
    return next((n for n in WRONG if fitting(smaller, own, truth, stated, n, few=True)), "")


def _together(
    process: Process, stated: Found[float], few: bool
) -> Iterator[tuple[Array, tuple[Hit[float], ...]]]:
    """The numbers of the question's own place, where these are not too many; or of a cell.

    Not all that a notebook states: among numbers from everywhere some are near a distance.
    """
    fewest = FEW * process.starts * len(process.steps)
    here = tuple(hit for hit in stated.hits if hit.binding.confidence >= HERE)
    whole = np.unique(results_among(process, replace(stated, hits=here)))
    if 0 < len(whole) <= (fewest if few else MOST_NUMBERS):
        yield whole, here
    for cell in dict.fromkeys(hit.binding.cell for hit in stated.hits):
        hits = tuple(hit for hit in stated.hits if hit.binding.cell == cell)
        numbers = np.unique(results_among(process, replace(stated, hits=hits)))
        if 0 < len(numbers) <= fewest:
            yield numbers, hits


def _fit(
    process: Process,
    starts: Array,
    sample: Sample,
    factor: float,
    truth: Array,
    norms: Array,
    wrong: str = "",
) -> Array:
    """Which numbers are those that enough starts have, one of their own for every step.

    None if too few have. Starts count that tell something, as they do where results were
    kept.
    """
    law = WRONG.get(wrong, RIGHT)
    rates = tuple(factor * step for step in process.steps)
    ends = courses(starts, sample, rates, process.iterations, wrong)
    limits = process.limit * np.array(
        [sample.scatter(r, process.iterations, law) for r in rates]
    )
    moved = np.linalg.norm(ends - starts[:, None], axis=(2, 3))
    with np.errstate(invalid="ignore"):  # a mistaken law may leave what is finite
        here = np.linalg.norm(ends - truth, axis=(2, 3))
        fits = np.abs(here[..., None] - norms) <= limits[:, None]
    full = np.flatnonzero(fits.any(axis=2).all(axis=1) & telling(moved, limits, 1.0))
    for chosen in combinations(full[:TRIED], process.starts):
        used = _own_each(fits[list(chosen)].reshape(-1, len(norms)))
        if len(used):
            return used
    return np.empty(0, dtype=int)


def _own_each(fits: Array) -> Array:
    """The columns of which every row has one of its own; none if that cannot be."""
    rows, columns = linear_sum_assignment(~fits)
    full = len(rows) == len(fits) and bool(fits[rows, columns].all())
    return np.asarray(columns if full else columns[:0])


def answers(stated: Found[float]) -> bool:
    """Whether any number stands in the question's own place, or under its name."""
    return any(hit.binding.confidence >= HERE for hit in stated.hits)


def tabled(process: Process, stated: Found[float], case: Case) -> bool:
    """Whether one cell states as many different numbers as there are results.

    Where nothing is labelled they may be what is asked for, or anything: for a person. In
    a text, 2.1 and the like are labels.
    """
    texts = {cell.index for cell in case.own_cells if cell.kind == "markdown"}
    cells: dict[int | None, list[Hit[float]]] = {}
    for hit in stated.hits:
        if hit.binding.cell in texts and hit.value == round(hit.value, 2):
            continue
        cells.setdefault(hit.binding.cell, []).append(hit)
    wanted = process.starts * len(process.steps)
    return any(
        len(set(results_among(process, replace(stated, hits=tuple(hits))))) >= wanted
        for hits in cells.values()
    )


def falls(process: Process, numbers: list[float]) -> bool:
    """Whether the first numbers, as a table, fall with the step size from every start."""
    rows, columns = len(process.steps), process.starts
    for first in range(max(len(numbers) - rows * columns + 1, 0)):
        table = np.array(numbers[first : first + rows * columns])
        for one in (table.reshape(rows, columns), table.reshape(columns, rows).T):
            order = one if process.steps[0] < process.steps[-1] else one[::-1]
            if (table > 0).all() and (np.diff(order, axis=0) < 0).all():
                return True
    return False
