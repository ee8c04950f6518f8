"""Check results of chance against what correct solutions produce from the same start."""

from dataclasses import replace
from itertools import combinations

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.kept import TRIED, Explained, Kept, explain, kept, telling
from grader.checks.laws import WRONG, Sample, courses
from grader.checks.quantiles import by_quantiles
from grader.checks.registry import check
from grader.checks.successes import by_successes
from grader.checks.words import counted, not_found, reference_lacks
from grader.model.answers import Found, Hit
from grader.model.case import Case
from grader.model.finds import FindArray
from grader.model.stochastic import Process, StochasticMatches
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, failed, passed, pending

MOST_NUMBERS = 40
"""Among more stated numbers than this, some would fit by chance."""
HALF, HERE = 0.5, 0.8


@check("stochastic_matches")
def stochastic_matches(options: StochasticMatches, case: Case) -> Verdict:
    """Ask whether a result of chance is one that correct solutions produce.

    Results of chance have no right value. With `process` the host recomputes the mean
    course from every start that was kept, with the student's own data and step sizes;
    each result must lie within `limit` scatters of it. Where the start does not matter,
    or is not known, `quantiles` asks for numbers in the band of all correct solutions,
    and `successes` for as many successes of n trials as these may have. The rubric
    states how often this errs, and an audit measures it.

    Pass:      every step size from enough starts has its result; or, if results were not
               kept, the stated distances are those of the mean course. Numbers in the
               band; successes within the exact binomial bounds.
    Fail:      the results are what a known mistake makes of the starts; or the numbers,
               or the count, lie outside and are what a known mistake gives.
    No answer: neither matrices nor numbers were found.
    Pending:   only some results can be explained, or none; the starts or the data were
               not kept; or the starts move too little to tell. Stated numbers alone tell
               only an order, so a miss of it is never a fail. Outside without a known
               mistake, too; and so few trials that any count may happen.
    Fooled by: results computed from the mean course itself, without any chance; a mistake
               whose results lie in the band, as `false_accept` says.
    """
    if options.quantiles is not None:
        return by_quantiles(options, options.quantiles, case)
    if options.successes is not None:
        return by_successes(options, options.successes, case)
    assert options.process is not None
    return by_process(options, options.process, case)


def by_process(options: StochasticMatches, process: Process, case: Case) -> Verdict:
    """Judge results from the student's own starts and data."""
    own = kept(process, case)
    explained = explain(process, own)
    if explained is not None and explained.share == 1:
        return _explained(own, explained)
    stated: Found[float] = case.seek(options.errors)
    if verdict := _by_errors(options, process, case, own, stated):
        return verdict
    right = explained is not None and _of_larger(process, explained) > HALF
    if not right and (verdict := _by_mistake(process, own, options.hint)):
        return verdict
    if explained is not None and explained.share > HALF:
        return pending(
            f"Only {explained.share:.0%} of the results are explained by your starts and "
            "data; a person will look.",
            binding=_binding(own, explained), proposal=explained.share,
        )  # fmt: skip
    return _unexplained(options, process, case, own, stated)


def _of_larger(process: Process, explained: Explained) -> float:
    """The share of the results that are explained, those of the smallest step apart.

    There a right run read backwards is a wrong one, so that the others tell which it is.
    """
    larger = np.array(process.steps) > min(process.steps)
    return float((explained.results[:, larger] >= 0).mean()) if larger.any() else 0.0


def _explained(own: Kept, explained: Explained) -> Verdict:
    count = explained.results.size
    words = f"All {count} results are what the iteration makes of your starts and data"
    binding = _binding(own, explained)
    if explained.telling:
        return passed(f"{words}.", binding=binding)
    return pending(
        f"{words}, but from these starts nearly any iteration gives them; a person will "
        "look.",
        binding=binding,
    )  # fmt: skip


def _binding(own: Kept, explained: Explained) -> Binding | None:
    used = explained.results[explained.results >= 0]
    return own.bindings[int(used[0])] if used.size else None


def _by_mistake(process: Process, own: Kept, hint: str) -> Verdict | None:
    """A known mistake that explains all results of the smallest step size.

    At larger ones a mistaken law may magnify chance, or leave what is admissible.
    """
    smallest = process.model_copy(update={"steps": (min(process.steps),)})
    for name in WRONG:
        found = explain(smallest, own, name)
        if found is not None and found.share == 1 and found.telling:
            return failed(
                f"The results are what comes out if {name}.",
                binding=_binding(own, found), hint=hint,
            )  # fmt: skip
    return None


def target(case: Case, criterion: str, what: FindArray) -> Array:
    """The reference's true state. Raises: JudgeError if it has none."""
    hits = case.expect(what).hits
    if not hits:
        raise reference_lacks(criterion, "true state")
    return np.asarray(hits[0].value, dtype=np.float64)


def _by_errors(
    options: StochasticMatches,
    process: Process,
    case: Case,
    own: Kept,
    stated: Found[float],
) -> Verdict | None:
    """Stated squared distances against those of the mean course, on the same scale."""
    starts = own.starts
    numbers = np.unique(results_among(process, stated))
    if len(starts) >= process.starts * (1 + len(process.steps)):
        return None  # results were kept, and are to be explained themselves
    if len(starts) < process.starts or not 0 < len(numbers) <= MOST_NUMBERS:
        return None
    assert options.target is not None
    truth = target(case, options.id, options.target)
    for sample in own.samples:
        for factor in process.factors:
            if distances_fit(process, starts, sample, factor, truth, numbers):
                count = process.starts * len(process.steps)
                return passed(
                    f"The results were not kept, but {count} stated distances are those "
                    "that the iteration makes of your starts and data.",
                    binding=stated.hits[0].binding,
                )
    return None


def results_among(process: Process, stated: Found[float]) -> list[float]:
    """Stated numbers that may be distances: no counts, indices or step sizes."""
    values = [hit.value for hit in stated.hits]
    return [v for v in values if v > 0 and not v.is_integer() and v not in process.steps]


def distances_fit(
    process: Process,
    starts: Array,
    sample: Sample,
    factor: float,
    truth: Array,
    numbers: Array,
) -> bool:
    """Whether enough starts have a stated distance of their own for every step.

    Starts count that tell something, as they do where results were kept.
    """
    rates = tuple(factor * step for step in process.steps)
    ends = courses(starts, sample, rates, process.iterations)
    limits = process.limit * np.array(
        [sample.scatter(r, process.iterations) for r in rates]
    )
    moved = np.linalg.norm(ends - starts[:, None], axis=(2, 3))
    off = np.abs(np.linalg.norm(ends - truth, axis=(2, 3))[..., None] - np.sqrt(numbers))
    fits = off <= limits[:, None]
    full = np.flatnonzero(fits.any(axis=2).all(axis=1) & telling(moved, limits, 1.0))
    for chosen in combinations(full[:TRIED], process.starts):
        if _own_each(fits[list(chosen)].reshape(-1, len(numbers))):
            return True
    return False


def _own_each(fits: Array) -> bool:
    """Whether every row can have a column of its own."""
    rows, columns = linear_sum_assignment(~fits)
    return bool(len(rows) == len(fits) and fits[rows, columns].all())


def _unexplained(
    options: StochasticMatches,
    process: Process,
    case: Case,
    own: Kept,
    stated: Found[float],
) -> Verdict:
    """Neither right nor a known mistake: a person looks, and is told what there is."""
    kept_any = own.samples or len(own.starts) >= process.starts
    if not (kept_any or answers(stated) or tabled(process, stated, case)):
        return not_found(stated, options.hint)
    ordered = falls(process, results_among(process, stated))
    if len(own.starts) < process.starts or not own.samples:
        words = "The starts, the results or the data were not kept"
        told = "; the stated numbers fall with the step size" if ordered else ""
        return pending(
            f"{words}, so that the results cannot be recomputed{told}. A person will look.",
            proposal=1.0 if ordered else None, hint=options.hint,
        )  # fmt: skip
    return pending(
        f"{counted(len(own.matrices), 'kept array')} of the right shape, but "
        "no results that the iteration makes of your starts and data; a person will look.",
        binding=own.bindings[0], proposal=0.0, hint=options.hint,
    )  # fmt: skip


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
