"""Check stated distances of a student's own results from the truth."""

import numpy as np
from scipy.optimize import linear_sum_assignment

from grader.checks.kept import explain, kept
from grader.checks.laws import inverse
from grader.checks.registry import check
from grader.checks.stated import (
    answers,
    falls,
    fitting,
    mistake_stated,
    place_of,
    results_among,
    tabled,
    target,
)
from grader.checks.words import counted, not_found
from grader.model.answers import Found
from grader.model.case import Case
from grader.model.stochastic import DistancesStated
from grader.model.value import Array
from grader.model.verdict import Binding, Verdict, graded, passed, pending

HALF = 0.5
"""Proposed for a norm that is not what the sheet asks for."""
NOT_SQUARED = "not squared"
COARSE = 0.1
"""Relative; two digits may be printed."""
CHANCE = 1 / 3
"""So many of as many numbers as asked for may fit by chance."""
ROUNDED = 5e-4
"""Three decimals may be printed."""


@check("distances_stated")
def distances_stated(options: DistancesStated, case: Case) -> Verdict:
    """Ask whether the squared distances of the student's own results are stated.

    The results are those the student kept, right or wrong: a mistake in the iteration
    costs once. A number serves one result.

    Pass:      every result's squared distance from the truth, all entries summed, is
               among the stated numbers; or, if results were not kept, the numbers are
               those of the mean course from the student's starts.
    Partial:   some are; the credit is their share.
    No answer: no numbers were stated.
    Pending:   another norm of the results is stated, or the norm of the mean course; or
               the results were not kept; or the numbers are no distances of theirs.
    Fooled by: right numbers among many others.
    """
    stated: Found[float] = case.seek(options.find)
    process, own = options.process, kept(options.process, case)
    if not (answers(stated) or own.samples or tabled(process, stated, case)):
        return not_found(stated, options.hint)
    numbers = np.array(results_among(process, stated))
    if not numbers.size:
        return not_found(stated, options.hint)
    truth = target(case, options.id, options.target)
    explained = explain(process, own)
    wanted = process.starts * len(process.steps)
    binding = stated.hits[0].binding if stated.hits else None
    known = explained is not None and explained.share == 1
    off = own.matrices - truth
    groups = np.eye(len(off), dtype=bool)
    if explained is not None and known:  # of each start and step, any that fits will do
        groups = explained.close.reshape(-1, len(off))
    squares = np.linalg.norm(off, axis=(1, 2)) ** 2
    every = np.array([hit.value for hit in stated.hits])
    matched = _matching(squares, groups, numbers, options.rtol)
    whole = _matching(squares, groups, every, options.rtol)  # one may be a whole number
    if len(whole) >= wanted:
        at = place_of(stated.hits, whole)
        return passed(f"All {wanted} distances are stated.", binding=at)
    for name, (norms, proposal) in _other_norms(off).items():
        if len(found := _matching(norms, groups, numbers, options.rtol)) >= wanted:
            return _another_norm(name, place_of(stated.hits, found), proposal)
    if len(found := _matching(squares, groups, numbers, COARSE)) >= wanted:
        return pending(
            f"All {wanted} distances are stated, roughly; a person will look.",
            binding=place_of(stated.hits, found), proposal=1.0,
        )  # fmt: skip
    good = len(matched)
    binding = place_of(stated.hits, matched) if good else binding
    if known:
        words = f"{good} of {wanted} distances of your results are stated."
        chance = len(numbers) >= wanted and good <= CHANCE * wanted
        credit = 0.0 if chance else good / wanted
        return graded(credit, words, binding=binding, hint=options.hint)
    return _unknown(options, case, stated, numbers, good, binding)


def _matching(distances: Array, groups: Array, numbers: Array, rtol: float) -> Array:
    """The stated numbers that groups of results have, one of its own for each.

    Shapes: distances (n,), of all results; groups (k, n), which of them belong to one.
    """
    if not groups.any() or not numbers.size:
        return numbers[:0]
    near = np.abs(distances[:, None] - numbers) <= rtol * distances[:, None] + ROUNDED
    fits = groups.astype(int) @ near.astype(int) > 0
    rows, columns = linear_sum_assignment(~fits)
    return np.asarray(numbers[columns[fits[rows, columns]]])


def _another_norm(name: str, binding: Binding | None, proposal: float) -> Verdict:
    return pending(
        f"Distances in another norm ({name}) are stated; a person will look.",
        binding=binding, proposal=proposal,
    )  # fmt: skip


def _other_norms(off: Array) -> dict[str, tuple[Array, float]]:
    """Other norms than asked for, and what is proposed for them."""
    if not len(off):
        return {}
    frobenius, sums = np.linalg.norm(off, axis=(1, 2)), np.abs(off).sum(axis=(1, 2))
    spectral = np.linalg.norm(off, ord=2, axis=(1, 2))
    return {
        "the spectral norm, squared": (spectral**2, 1.0),
        "the mean of the squares": (frobenius**2 / off[0].size, HALF),
        NOT_SQUARED: (frobenius, HALF),
        "the spectral norm": (spectral, HALF),
        "the sum of absolute values": (sums, HALF),
    }


def _unknown(
    options: DistancesStated,
    case: Case,
    stated: Found[float],
    numbers: Array,
    good: int,
    binding: Binding | None,
) -> Verdict:
    """Results that were not kept, or that the law does not explain."""
    process, own = options.process, kept(options.process, case)
    wanted = process.starts * len(process.steps)
    truth = target(case, options.id, options.target)
    if found := fitting(process, own, truth, stated):
        return passed(
            f"{wanted} distances are stated that the iteration makes of your starts and "
            "data.",
            binding=found,
        )
    if found := fitting(process, own, truth, stated, few=True, squared=False):
        return _another_norm(NOT_SQUARED, found, HALF)
    if found := fitting(process, own, inverse(truth), stated, few=True):
        return pending(
            f"{wanted} distances are stated, but from the inverse of what is estimated; a "
            "person will look.",
            binding=found, proposal=0.0, hint=options.hint,
        )  # fmt: skip
    if name := mistake_stated(process, own, truth, stated):
        return pending(
            f"The stated distances are what comes out if {name}; a person will look.",
            binding=binding, proposal=1.0,
        )  # fmt: skip
    numbers = np.unique(numbers)  # printed, and kept in a variable too
    if len(numbers) < wanted:
        return pending(
            f"{counted(len(numbers), 'different number')} stated, {wanted} asked for; a "
            "person will look.",
            binding=binding, proposal=good / wanted, hint=options.hint,
        )  # fmt: skip
    untold = len(own.starts) < process.starts or not own.samples
    ordered = untold and falls(process, results_among(process, stated))
    return pending(
        "Numbers are stated that cannot be tied to results that were kept; a person will "
        "look.",
        binding=binding, proposal=1.0 if ordered else None,
    )  # fmt: skip
